// Accuracy against the other scores when one class is rare.

export function compute({ positives, negatives, recall, false_alarm_rate }) {
  const [tp, fp] = [Math.round(recall * positives), Math.round(false_alarm_rate * negatives)];
  const [fn, tn] = [positives - tp, negatives - fp];
  const precision = tp + fp ? tp / (tp + fp) : 0; // no alarm at all: 0, as metrics.Counts has it
  const scores = {
    accuracy: (tp + tn) / (positives + negatives),
    balanced_accuracy: (tp / positives + tn / negatives) / 2,
    precision,
    recall: tp / positives,
    f1: (2 * tp) / (2 * tp + fp + fn),
  };
  return { counts: { tp, fn, fp, tn }, scores, doing_nothing: negatives / (positives + negatives) };
}

const COUNT_ROWS = [
  ["tp", "positives found", "positive", 0.9], ["fn", "positives missed", "positive", 0.25],
  ["fp", "false alarms", "negative", 0.25], ["tn", "negatives left alone", "negative", 0.9],
];
const SCORE_ROWS = [
  ["accuracy", "accuracy"], ["balanced_accuracy", "balanced accuracy"], ["precision", "precision"],
  ["recall", "recall"], ["f1", "F1"],
];
const ROW = 34; // px
const NUMBER_WIDTH = 60; // px

// `column` puts the numbers below each other at the right end, clear of a line across the bars.
function bars(svg, left, top, width, labelWidth, rows, column = false) {
  rows.forEach(({ label, share, words, color, opacity = 0.9 }, index) => {
    const y = top + index * ROW;
    const room = width - labelWidth - NUMBER_WIDTH;
    text(svg, left + labelWidth - 8, y + 16, label, { anchor: "end" });
    rectangle(svg, left + labelWidth, y, room * share, 22, { color, opacity, outline: color });
    text(svg, left + labelWidth + room * (column ? 1 : share) + 10, y + 16, words, { weight: 600 });
  });
}

export function draw(svg, width, { counts, scores, doing_nothing }, { positives, negatives }) {
  const narrow = width < 560;
  const part = narrow ? width : width * 0.52;
  const largest = Math.max(positives, negatives);
  text(svg, 0, 14, `What happens to ${number(positives + negatives)} examples`, { weight: 600 });
  bars(svg, 0, 30, part - (narrow ? 0 : 24), 142, COUNT_ROWS.map(([key, label, color, opacity]) => (
    { label, share: counts[key] / largest, words: number(counts[key]), color: COLORS[color], opacity })));
  const [left, top] = narrow ? [0, 30 + 4 * ROW + 24] : [part, 0];
  const [labelWidth, wide] = [narrow ? 142 : 128, width - left];
  text(svg, left, top + 14, "What the scores say", { weight: 600 });
  bars(svg, left, top + 30, wide, labelWidth, SCORE_ROWS.map(([key, label]) => (
    { label, share: scores[key], words: number(scores[key], 3), color: COLORS.third, opacity: 0.85 })), true);
  const x = left + labelWidth + (wide - labelWidth - NUMBER_WIDTH) * doing_nothing;
  const end = top + 30 + 5 * ROW;
  svg.append(node("line", {
    x1: x, x2: x, y1: top + 24, y2: end - 4, stroke: "currentColor", "stroke-width": 1.5, "stroke-dasharray": "5 4",
  }));
  text(svg, Math.max(x + 4, left + 215), end + 12, `accuracy of doing nothing ${number(doing_nothing, 4)}`, { anchor: "end" });
  return end + 22;
}

export function reading({ counts, scores, doing_nothing }) {
  const verdict = scores.accuracy > doing_nothing ? "above" : scores.accuracy < doing_nothing ? "below" : "equal to";
  return `Accuracy ${number(scores.accuracy, 4)} is ${verdict} the ${number(doing_nothing, 4)} of a model that always says `
    + `negative. ${number(counts.fn)} of ${number(counts.tp + counts.fn)} positives are missed; of ${number(counts.tp + counts.fp)} alarms `
    + `${number(counts.tp)} are right. F1 is ${number(scores.f1, 3)}.`;
}
