// What a class weight does: it moves the decision threshold. Scores are normal with unit variance, mean 0 for negatives
// and `separation` for positives.

const density = (x) => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);

// 1 - Φ(x), to 1e-14 by Simpson's rule on the density, which is negligible beyond 9.
export function upperTail(x) {
  const [from, steps] = [Math.max(-9, Math.min(9, x)), 400];
  const width = (9 - from) / steps;
  if (width === 0) return 0;
  let sum = density(from) + density(9);
  for (let i = 1; i < steps; i += 1) sum += (i % 2 ? 4 : 2) * density(from + i * width);
  return (sum * width) / 3;
}

// Recall, false-alarm rate and expected weighted error per example when "positive" is said from `logit` upward.
function operate(logit, { weight, prior, separation }) {
  const score = (logit - Math.log(prior / (1 - prior))) / separation + separation / 2;
  const [recall, falseAlarms] = [upperTail(score - separation), upperTail(score)];
  const cost = weight * prior * (1 - recall) + (1 - prior) * falseAlarms;
  const precision = (prior * recall) / (prior * recall + (1 - prior) * falseAlarms);
  return { score, recall, false_alarm_rate: falseAlarms, precision, cost };
}

export function compute(state) {
  const { weight, separation } = state;
  const logits = Array.from({ length: 161 }, (_, i) => -8 + i / 10);
  return {
    threshold: 1 / (1 + weight),
    moved: operate(-Math.log(weight), state),
    unweighted: operate(0, state),
    curve: logits.map((logit) => ({ p: 1 / (1 + Math.exp(-logit)), cost: operate(logit, state).cost })),
    scores: Array.from({ length: 181 }, (_, i) => -4 + (i / 180) * (8 + separation)),
  };
}

function densities(svg, box, { moved, scores }, { separation }) {
  const panel = new Panel(svg, {
    ...box, title: "Two classes, one threshold",
    x: { domain: [-4, 4 + separation], label: "Score of an example" },
    y: { domain: [0, 0.46], label: "Density of each class", ticks: [0, 0.2, 0.4] },
  });
  const kinds = [[0, COLORS.negative], [separation, COLORS.positive]];
  const at = Math.max(-4, Math.min(4 + separation, moved.score));
  const beyond = [at, ...scores.filter((x) => x > at)];
  for (const [mean, color] of kinds) {
    panel.area(beyond.map((x) => [x, density(x - mean)]), { color, opacity: 0.3 });
    panel.line(scores.map((x) => [x, density(x - mean)]), { color });
  }
  if (at === moved.score) panel.marker(at, `from ${number(moved.score, 2)}: positive`);
  else text(svg, box.left + 6, box.top + 12, `threshold off the ${moved.score > 0 ? "right" : "left"} end`);
}

function costs(svg, box, { threshold, moved, curve }) {
  const top = Math.max(...curve.map(({ cost }) => cost));
  const panel = new Panel(svg, {
    ...box, title: "Expected weighted error",
    x: {
      domain: [curve[0].p, curve[curve.length - 1].p], stretch: (p) => Math.log(p / (1 - p)),
      ticks: [0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999], label: "Threshold on the true probability η",
      format: (p) => (box.width < 300 && (p === 0.01 || p === 0.99) ? "" : String(p)),
    },
    y: { domain: [0, top * 1.25], label: "Error per example", format: (value) => significant(value, 1), gutter: 46 },
  });
  panel.line(curve.map(({ p, cost }) => [p, cost]), { color: COLORS.third });
  panel.dot(threshold, moved.cost, { color: COLORS.third });
  panel.marker(threshold, `η = ${significant(threshold)}`);
}

export function draw(svg, width, result, state) {
  const narrow = width < 560;
  const shift = legend(svg, 52, 14, width - 56, [
    { words: "negatives", color: COLORS.negative }, { words: "positives", color: COLORS.positive },
    { words: "called positive", color: COLORS.neutral, kind: "box", opacity: 0.3 },
  ]);
  const part = narrow ? width - 68 : (width - 152) / 2;
  const box = { left: 60, top: shift + 34, width: part, height: 210 };
  densities(svg, box, result, state);
  const second = narrow ? { ...box, top: box.top + box.height + 84 } : { ...box, left: box.left + part + 84 };
  costs(svg, second, result);
  return second.top + second.height + 46;
}

export function reading({ threshold, moved, unweighted }, { weight, prior }) {
  return `With weight ${significant(weight, 2)} on positives (${significant(100 * prior, 2)} % of the data) the weighted model `
    + `says 0.5 where the true probability is ${significant(threshold)}. `
    + `Recall goes from ${number(unweighted.recall, 3)} to ${number(moved.recall, 3)}, the `
    + `false-alarm rate from ${significant(unweighted.false_alarm_rate)} to ${significant(moved.false_alarm_rate)}, `
    + `precision from ${number(unweighted.precision, 3)} to ${number(moved.precision, 3)}.`;
}
