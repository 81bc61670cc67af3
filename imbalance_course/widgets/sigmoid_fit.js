// A sigmoid of a line, fitted by hand: beliefs, likelihood and mean binary cross-entropy.

export function sigmoid(z) {
  return z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z));
}

// log(1 + exp(z)) without overflow.
export function softplus(z) {
  return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
}

export function compute({ lengths, labels, slope, offset }) {
  const logits = lengths.map((x) => slope * x + offset);
  const losses = logits.map((z, i) => softplus(labels[i] ? -z : z));
  const total = losses.reduce((sum, loss) => sum + loss, 0);
  return {
    probabilities: logits.map(sigmoid),
    beliefs: losses.map((loss) => Math.exp(-loss)),
    losses,
    loss: total / losses.length,
    likelihood: Math.exp(-total),
    boundary: slope ? -offset / slope : NaN,
  };
}

export function draw(svg, width, result, { lengths, labels, slope, offset, x_label, names }) {
  const kinds = [0, 1].map((kind) => (
    { words: `${names[kind]} (y = ${kind})`, color: kind ? COLORS.positive : COLORS.negative, kind: "dot" }));
  const margin = (Math.max(...lengths) - Math.min(...lengths)) * 0.15;
  const [low, high] = [Math.min(...lengths) - margin, Math.max(...lengths) + margin];
  const inside = result.boundary > low && result.boundary < high;
  const half = inside ? `σ = 0.5 at ${number(result.boundary, 2)}` : "σ = 0.5 off the axis";
  const shift = legend(svg, 52, 14, width - 56, [...kinds, { words: "σ(a x + b)", color: "currentColor" },
    { words: "distance to the label", color: COLORS.neutral },
    { words: half, color: "currentColor", dash: "5 4" }]);
  const box = { left: 52, top: 8 + shift, width: width - 60, height: Math.min(270, width * 0.6) };
  const panel = new Panel(svg, {
    ...box, x: { domain: [low, high], label: x_label },
    y: { domain: [-0.06, 1.06], label: `Belief in ${names[1]}`, ticks: [0, 0.25, 0.5, 0.75, 1] },
  });
  const curve = Array.from({ length: 241 }, (_, i) => low + ((high - low) * i) / 240);
  if (inside) panel.marker(result.boundary, "");
  panel.line(curve.map((x) => [x, sigmoid(slope * x + offset)]), { color: "currentColor" });
  const few = lengths.length <= 30;
  lengths.forEach((x, i) => {
    const color = labels[i] ? COLORS.positive : COLORS.negative;
    if (few) panel.segment(x, labels[i], result.probabilities[i], { color: COLORS.neutral, width: 2 });
    panel.dot(x, labels[i], { color, radius: few ? 6 : 4 });
  });
  const bottom = box.top + box.height + 68;
  text(svg, box.left, bottom, `mean BCE ${significant(result.loss)}`, { size: 16, weight: 600 });
  const [x, y] = width < 420 ? [box.left, bottom + 24] : [box.left + 190, bottom];
  text(svg, x, y, `likelihood ${significant(result.likelihood)}`, { size: 16, weight: 600 });
  return y + 8;
}

export function reading({ beliefs, losses, loss, likelihood }, { lengths }) {
  const worst = beliefs.indexOf(Math.min(...beliefs));
  return `The product of the ${beliefs.length} beliefs is ${significant(likelihood)}, the mean loss ${significant(loss)}. `
    + `The example at ${number(lengths[worst], 1)} is believed least: ${significant(beliefs[worst])} for its true kind, `
    + `a loss of ${significant(losses[worst])}.`;
}
