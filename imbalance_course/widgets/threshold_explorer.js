// One threshold on given scores: its confusion counts, and its place on the precision-recall and ROC curves.
// `levels` are the scores in thousandths (rounded down, so that every threshold k/1000 counts exactly).

function countAt(levels, amounts, threshold) {
  return levels.reduce((sum, level, i) => sum + (level >= threshold ? amounts[i] : 0), 0);
}

function rates(tp, fp, positives, negatives) {
  const [fn, tn] = [positives - tp, negatives - fp];
  return {
    tp, fp, fn, tn, recall: tp / positives, false_alarm_rate: fp / negatives,
    precision: tp + fp ? tp / (tp + fp) : 0, // no alarm at all: 0, as metrics.Counts has it
    f1: (2 * tp) / (2 * tp + fp + fn),
  };
}

export function compute({ levels, positive_counts, negative_counts, threshold }) {
  const level = Math.round(threshold * 1000);
  const sum = (amounts) => amounts.reduce((total, amount) => total + amount, 0);
  const [positives, negatives] = [sum(positive_counts), sum(negative_counts)];
  const now = rates(countAt(levels, positive_counts, level), countAt(levels, negative_counts, level), positives, negatives);
  const curve = [];
  let [tp, fp] = [0, 0];
  for (let i = levels.length - 1; i >= 0; i -= 1) {
    tp += positive_counts[i];
    fp += negative_counts[i];
    curve.push(rates(tp, fp, positives, negatives));
  }
  return { positives, negatives, now, curve };
}

const BINS = 25;

export function histogram(levels, amounts) {
  const bins = new Array(BINS).fill(0);
  levels.forEach((level, i) => { bins[Math.min(BINS - 1, Math.floor((level * BINS) / 1000))] += amounts[i]; });
  return bins;
}

function scores(svg, box, { levels, positive_counts, negative_counts, threshold }) {
  const kinds = [[negative_counts, COLORS.negative], [positive_counts, COLORS.positive]];
  const bins = kinds.map(([amounts, color]) => [histogram(levels, amounts), color]);
  const top = Math.max(...bins.flatMap(([heights]) => heights)) * 1.2;
  const ticks = niceTicks(0, top, 4).filter(Number.isInteger);
  const y = { domain: [0, top], label: "Examples", ticks, format: (tick) => number(tick), gutter: 46 };
  const panel = new Panel(svg, { ...box, x: { domain: [0, 1], label: "Score" }, y });
  const edge = (bin) => panel.x(bin / BINS);
  for (const [heights, color] of bins) {
    heights.forEach((height, bin) => {
      const from = panel.y(height);
      const paint = { color, opacity: 0.35, outline: color };
      if (height) rectangle(svg, edge(bin) + 1, from, edge(1) - edge(0) - 2, panel.y(0) - from, paint);
    });
  }
  panel.marker(threshold, `threshold ${number(threshold, 3)}`);
}

function matrix(svg, { left, top, width, height }, { now }) {
  text(svg, left, top - 12, "Confusion counts", { weight: 600 });
  const [w, h] = [width / 2, height / 2];
  const cells = [["tp", "found", "positive", 0.3], ["fn", "missed", "positive", 0],
    ["fp", "false alarms", "negative", 0], ["tn", "left alone", "negative", 0.3]];
  cells.forEach(([key, words, color, opacity], i) => {
    const [cx, cy] = [left + (i % 2) * w, top + Math.floor(i / 2) * h];
    rectangle(svg, cx + 2, cy + 2, w - 4, h - 4, { color: COLORS[color], opacity, outline: COLORS[color] });
    text(svg, cx + w / 2, cy + h / 2, number(now[key]), { anchor: "middle", size: 20, weight: 600 });
    text(svg, cx + w / 2, cy + h / 2 + 20, words, { anchor: "middle" });
  });
}

function curve(svg, box, title, points, point, [xLabel, yLabel], chance) {
  const ticks = [0, 0.5, 1];
  const x = { domain: [0, 1], label: xLabel, ticks };
  const panel = new Panel(svg, { ...box, title, x, y: { domain: [0, 1.03], label: yLabel, ticks, gutter: 34 } });
  panel.line(chance, { color: COLORS.neutral, width: 1.5, dash: "6 4" });
  panel.line(points, { color: COLORS.third });
  panel.dot(...point, { color: "currentColor" });
}

export function draw(svg, width, result, state) {
  const { now, positives, negatives } = result;
  const shift = legend(svg, 60, 14, width - 60, [
    { words: "negatives", color: COLORS.negative, kind: "box", opacity: 0.35 },
    { words: "positives", color: COLORS.positive, kind: "box", opacity: 0.35 },
    { words: "guessing", color: COLORS.neutral, dash: "6 4" },
  ]);
  const narrow = width < 560;
  const histogramBox = { left: 60, top: shift + 6, width: width - 68, height: 150 };
  scores(svg, histogramBox, state);
  const top = histogramBox.top + histogramBox.height + 84;
  const part = narrow ? width - 60 : (width - 132) / 3;
  // Side by side, or the counts first and both curves below each other.
  const place = (index) => {
    if (!narrow) return { left: index * (part + 64), top, width: part, height: 180 };
    if (index === 0) return { left: 0, top, width, height: 120 };
    return { left: 48, top: top + 162 + (index - 1) * 272, width: width - 56, height: 190 };
  };
  matrix(svg, place(0), result);
  const share = positives / (positives + negatives);
  const first = result.curve.length ? [[0, result.curve[0].precision]] : [];
  curve(svg, place(1), "Precision-recall", [...first, ...result.curve.map((r) => [r.recall, r.precision])],
    [now.recall, now.precision], ["Recall", "Precision"], [[0, share], [1, share]]);
  curve(svg, place(2), "ROC", [[0, 0], ...result.curve.map((r) => [r.false_alarm_rate, r.recall])],
    [now.false_alarm_rate, now.recall], ["False-alarm rate", "Recall"], [[0, 0], [1, 1]]);
  return place(2).top + place(2).height + 46;
}

export function reading({ now, positives }, { threshold }) {
  return `From a score of ${number(threshold, 3)} upward ${number(now.tp + now.fp)} examples are called positive, `
    + `${number(now.tp)} of them rightly; ${number(now.fn)} of ${number(positives)} positives are missed. `
    + `Precision ${number(now.precision, 3)}, recall ${number(now.recall, 3)}, F1 ${number(now.f1, 3)}.`;
}
