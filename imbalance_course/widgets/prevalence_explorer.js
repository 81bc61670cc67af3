// A detector's recall and false-alarm rate at many thresholds (rising), seen at any share of positives.

function precisions({ recalls, false_alarm_rates }, share) {
  return recalls.map((r, i) => (share * r) / (share * r + (1 - share) * false_alarm_rates[i]));
}

// Area under precision against recall, from the highest threshold down; the curve starts level.
function averagePrecision(recalls, precision) {
  const last = recalls.length - 1;
  let area = recalls[last] * precision[last];
  for (let i = last; i > 0; i -= 1) area += ((recalls[i - 1] - recalls[i]) * (precision[i - 1] + precision[i])) / 2;
  return area;
}

export function compute(state) {
  const { thresholds, recalls, false_alarm_rates, prevalence, threshold } = state;
  const step = thresholds[1] - thresholds[0];
  const at = Math.max(0, Math.min(thresholds.length - 1, Math.round((threshold - thresholds[0]) / step)));
  const [precision, even] = [precisions(state, prevalence), precisions(state, 0.5)];
  const [recall, falseAlarms] = [recalls[at], false_alarm_rates[at]];
  const now = {
    threshold: thresholds[at], recall, false_alarm_rate: falseAlarms, precision: precision[at],
    f1: (2 * prevalence * recall) / (prevalence * (1 + recall) + (1 - prevalence) * falseAlarms),
  };
  return { now, precision, even, average_precision: averagePrecision(recalls, precision) };
}

function panel(svg, box, title, [xLabel, yLabel]) {
  const ticks = [0, 0.5, 1];
  const x = { domain: [0, 1], label: xLabel, ticks };
  return new Panel(svg, { ...box, title, x, y: { domain: [0, 1.03], label: yLabel, ticks, gutter: 34 } });
}

export function draw(svg, width, { now, precision, even }, { recalls, false_alarm_rates, prevalence }) {
  const [guess, half] = [{ color: COLORS.neutral, width: 1.5, dash: "6 4" }, { color: COLORS.neutral, width: 1.5 }];
  const shift = legend(svg, 48, 14, width - 48, [
    { words: "this share of positives", color: COLORS.third }, { words: "one half positive", color: half.color },
    { words: "guessing", color: guess.color, dash: guess.dash },
  ]);
  const narrow = width < 560;
  const part = narrow ? width - 60 : (width - 136) / 2;
  const first = { left: 48, top: shift + 34, width: part, height: 230 };
  const second = narrow ? { ...first, top: first.top + 310 } : { ...first, left: first.left + part + 76 };

  const roc = panel(svg, first, "ROC: does not move", ["False-alarm rate", "Recall"]);
  roc.line([[0, 0], [1, 1]], guess);
  roc.line([[0, 0], ...recalls.map((r, i) => [false_alarm_rates[i], r]).reverse(), [1, 1]], { color: COLORS.third });
  roc.dot(now.false_alarm_rate, now.recall, { color: "currentColor" });

  const pr = panel(svg, second, "Precision-recall: moves", ["Recall", "Precision"]);
  const line = (heights, look) => pr.line(heights.map((p, i) => [recalls[i], p]).reverse(), look);
  pr.line([[0, prevalence], [1, prevalence]], guess);
  line(even, half);
  line(precision, { color: COLORS.third });
  pr.dot(now.recall, now.precision, { color: "currentColor" });
  return second.top + second.height + 46;
}

export function reading({ now, average_precision }, { prevalence, area }) {
  return `From a score of ${number(now.threshold, 2)} upward, recall is ${number(now.recall, 3)} and the false-alarm rate `
    + `${significant(now.false_alarm_rate, 2)}, whatever the share of positives. At ${significant(100 * prevalence, 2)} % `
    + `positives the precision is ${number(now.precision, 3)} and F1 ${number(now.f1, 3)}. Over all thresholds: `
    + `average precision ${number(average_precision, 3)}, ROC AUC ${number(area, 3)}.`;
}
