// From costs to a threshold, and from counts to what a comparison of two recalls can tell.

const COUNTS = Array.from({ length: 61 }, (_, i) => 10 ** (1 + i / 15)); // 10 to 100 000 positives
const odds = (p) => p / (1 - p);

// Chance that the interval leaves out 0, from a table over the size in standard errors.
function chance(size, { chances, per_error }) {
  const at = size * per_error;
  const k = Math.min(Math.floor(at), chances.length - 2);
  return at >= chances.length - 1 ? 1 : chances[k] + (at - k) * (chances[k + 1] - chances[k]);
}

export function compute(state) {
  const { prevalence, cost_ratio, positives, difference, recall, plain_only, z, factor } = state;
  const spread = difference + 2 * plain_only - difference ** 2; // variance of one paired difference
  const chanceWith = (n) => chance(difference / Math.sqrt(spread / n), state);
  const needed = Math.ceil((factor * spread) / difference ** 2);
  return {
    threshold: 1 / (1 + cost_ratio),
    even_threshold: 1 / (1 + cost_ratio * odds(prevalence)),
    recall_reach: z * Math.sqrt((recall * (1 - recall)) / positives),
    difference_reach: z * Math.sqrt(spread / positives),
    chance: chanceWith(positives),
    needed,
    items: needed / prevalence,
    curve: COUNTS.map((n) => [n, chanceWith(n)]),
  };
}

function costs(svg, box, { threshold, even_threshold }, { cost_ratio }) {
  const unit = Math.max(1, cost_ratio); // the dearer of the two mistakes
  const panel = new Panel(svg, {
    ...box, title: "What an answer costs",
    x: {
      domain: [0.0005, 0.9995], stretch: (p) => Math.log(odds(p)), label: "Probability of a positive",
      ticks: [0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999],
      format: (p) => (box.width < 330 && [0.01, 0.99].includes(p) ? "" : String(p)),
    },
    y: { domain: [0, 1.05], label: "Share of the dearer mistake", ticks: [0, 0.5, 1], gutter: 34 },
  });
  const shares = Array.from({ length: 153 }, (_, i) => 1 / (1 + Math.exp(7.6 - i / 10)));
  panel.line(shares.map((p) => [p, (1 - p) / unit]), { color: COLORS.positive });
  panel.line(shares.map((p) => [p, (p * cost_ratio) / unit]), { color: COLORS.negative });
  const upright = (p, look) => panel.line([[p, 0], [p, 1.05]], { width: 2, ...look });
  const inside = (p) => Math.max(0.0005, Math.min(0.9995, p));
  upright(inside(even_threshold), { color: COLORS.third, dash: "2 4" });
  upright(inside(threshold), { color: COLORS.neutral, dash: "7 4" });
}

function power(svg, box, { curve, chance: now, needed }, { positives }) {
  const panel = new Panel(svg, {
    ...box, title: "Chance to tell the gain",
    x: {
      domain: [10, 100000], stretch: Math.log10, ticks: [10, 100, 1000, 10000, 100000], label: "Positives in the test",
      format: (n) => number(n),
    },
    y: { domain: [0, 1.05], label: "Chance", ticks: [0, 0.2, 0.4, 0.6, 0.8, 1], gutter: 34 },
  });
  panel.line([[10, 0.8], [100000, 0.8]], { color: COLORS.neutral, width: 1.5, dash: "6 4" });
  panel.line(curve, { color: COLORS.third });
  if (needed >= 10 && needed <= 100000) panel.dot(needed, 0.8, { color: COLORS.neutral, hollow: true });
  panel.dot(positives, now, { color: "currentColor" });
}

export function draw(svg, width, result, state) {
  const shift = legend(svg, 48, 14, width - 48, [
    { words: "cost of “positive”", color: COLORS.positive }, { words: "cost of “negative”", color: COLORS.negative },
    { words: "threshold", color: COLORS.neutral, dash: "7 4" },
    { words: "after equal classes", color: COLORS.third, dash: "2 4" },
  ]);
  const narrow = width < 560;
  const part = narrow ? width - 68 : (width - 136) / 2;
  const first = { left: 48, top: shift + 34, width: part, height: 210 };
  const second = narrow ? { ...first, top: first.top + 290 } : { ...first, left: first.left + part + 76 };
  costs(svg, first, result, state);
  power(svg, second, result, state);
  return second.top + second.height + 46;
}

export function reading(result, { prevalence, positives, recall, difference }) {
  const { threshold, even_threshold, recall_reach, difference_reach, needed, items } = result;
  return `Say “positive” from a probability of ${significant(threshold)} upward; on the scale of a model trained on equal `
    + `classes, from ${significant(even_threshold)}. ${number(positives)} positives give a recall of ${number(recall, 2)} within `
    + `± ${number(recall_reach, 3)}, and the paired gain within ± ${number(difference_reach, 3)}. A true gain of `
    + `${number(difference, 3)} is told with a chance of ${number(100 * result.chance)} %. For 80 % it takes `
    + `${number(needed)} positives: at ${significant(100 * prevalence, 2)} % positives, about ${number(items)} items to label.`;
}
