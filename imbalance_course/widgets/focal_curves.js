// Focal loss and its gradient against the probability p of the true class.

const EASY = { probability: 0.9, count: 100000 };
const HARD = { probability: 0.1, count: 100 };

export function focalLoss(p, gamma) {
  return -((1 - p) ** gamma) * Math.log(p);
}

// |dL/dz| for the logit z of the true class: (1 - p)^γ (1 - p - γ p log p).
export function focalGradient(p, gamma) {
  return (1 - p) ** gamma * (1 - p - gamma * p * Math.log(p));
}

// The easy examples are negatives and the hard ones positives, as in detection: α weighs the hard ones.
export function compute({ gamma, alpha, balanced }) {
  const [positive, negative] = balanced ? [alpha, 1 - alpha] : [1, 1];
  const easy = EASY.count * negative * focalLoss(EASY.probability, gamma);
  const hard = HARD.count * positive * focalLoss(HARD.probability, gamma);
  const probabilities = Array.from({ length: 199 }, (_, i) => (i + 1) / 200);
  return {
    weights: { positive, negative }, easy, hard, ratio: hard ? easy / hard : Infinity, probabilities,
    losses: probabilities.map((p) => focalLoss(p, gamma)),
    gradients: probabilities.map((p) => focalGradient(p, gamma)),
  };
}

function curves(svg, box, result, values, reference, { balanced }, top, title, label) {
  const panel = new Panel(svg, {
    ...box, title, x: { domain: [0, 1], label: "Probability of the true class" }, y: { domain: [0, top], label, ticks: niceTicks(0, top, 5) },
  });
  const shown = (factor, ys) => result.probabilities.map((p, i) => [p, factor * ys[i]]).filter(([, y]) => y <= top);
  panel.line(shown(1, result.probabilities.map(reference)), { color: COLORS.neutral, width: 2, dash: "6 4" });
  const lines = balanced
    ? [[result.weights.negative, COLORS.negative], [result.weights.positive, COLORS.positive]]
    : [[1, COLORS.third]];
  for (const [factor, color] of lines) panel.line(shown(factor, values), { color });
}

export function draw(svg, width, result, state) {
  const narrow = width < 560;
  const lines = state.balanced
    ? [{ words: "focal, positives", color: COLORS.positive }, { words: "focal, negatives", color: COLORS.negative }]
    : [{ words: "focal loss", color: COLORS.third }];
  const shift = legend(svg, 50, 14, width - 54, [...lines, { words: "cross-entropy", color: COLORS.neutral, dash: "6 4" }]);
  const part = narrow ? width - 60 : (width - 126) / 2;
  const box = { left: 50, top: shift + 34, width: part, height: 220 };
  curves(svg, box, result, result.losses, (p) => -Math.log(p), state, 5, "Loss", "Loss (nats)");
  const second = narrow ? { ...box, top: box.top + box.height + 84 } : { ...box, left: box.left + part + 70 };
  const steepest = Math.max(1, ...result.gradients);
  const top = Math.ceil(steepest * 5) / 5 + 0.1;
  curves(svg, second, result, result.gradients, (p) => 1 - p, state, top, "Gradient", "|dL/dz|");
  return second.top + second.height + 46;
}

export function reading({ ratio, easy, hard }, { gamma, alpha, balanced }) {
  const setting = `γ = ${number(gamma, 1)}${balanced ? ` and α = ${number(alpha, 2)}` : ""}`;
  const comparison = ratio >= 1
    ? `the 100\u2009000 easy examples (p = 0.9) weigh ${significant(ratio)} times as much as the 100 hard ones (p = 0.1)`
    : `the 100 hard examples (p = 0.1) weigh ${significant(1 / ratio)} times as much as the 100\u2009000 easy ones (p = 0.9)`;
  const rounded = gamma === 0 && !balanced ? " With the losses rounded to 0.1 and 2.3 the quotient is 43.5." : "";
  return `With ${setting} ${comparison}: a summed loss of ${significant(easy)} against ${significant(hard)}.${rounded}`;
}
