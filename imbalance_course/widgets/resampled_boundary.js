// Where the boundary of a logistic regression goes when its training rows are repeated, dropped or made up.

const sigmoid = (z) => 1 / (1 + Math.exp(-z));
const logit = ([a, b, c], [x, y]) => a * x + b * y + c;

// Solves a 3 x 3 system by elimination; the Hessians here are positive definite, so no pivoting.
function solve(matrix, right) {
  const rows = matrix.map((row, i) => [...row, right[i]]);
  for (let i = 0; i < 3; i += 1) {
    for (let j = i + 1; j < 3; j += 1) {
      const factor = rows[j][i] / rows[i][i];
      for (let k = i; k < 4; k += 1) rows[j][k] -= factor * rows[i][k];
    }
  }
  const out = [0, 0, 0];
  for (let i = 2; i >= 0; i -= 1) {
    const known = [0, 1, 2].reduce((sum, k) => sum + (k > i ? rows[i][k] * out[k] : 0), 0);
    out[i] = (rows[i][3] - known) / rows[i][i];
  }
  return out;
}

// Smallest summed cross-entropy over rows {point, label, times}, by Newton's method: slopes and offset.
export function fit(rows) {
  let theta = [0, 0, 0];
  for (let step = 0; step < 30; step += 1) {
    const gradient = [0, 0, 0];
    const hessian = [[0, 0, 0], [0, 0, 0], [0, 0, 0]];
    for (const { point, label, times } of rows) {
      const [p, inputs] = [sigmoid(logit(theta, point)), [...point, 1]];
      for (let i = 0; i < 3; i += 1) {
        gradient[i] += times * (p - label) * inputs[i];
        for (let j = 0; j < 3; j += 1) hessian[i][j] += times * p * (1 - p) * inputs[i] * inputs[j];
      }
    }
    const change = solve(hessian, gradient);
    theta = theta.map((value, i) => value - change[i]);
    if (Math.max(...change.map(Math.abs)) < 1e-10) break;
  }
  return theta;
}

// The added positives: `synthetic` of them between a positive and one of its nearest, the others repeated in turn.
function resample({ positives, negatives, nearest, partners, steps, copies, kept, synthetic, neighbors }) {
  const size = positives.length;
  const added = Math.round(copies * size) - size;
  const made = Math.round(synthetic * added);
  const between = Array.from({ length: made }, (_, j) => {
    const [from, rank] = [positives[j % size], Math.floor(partners[j] * neighbors)];
    const to = positives[nearest[j % size][rank]];
    return from.map((value, i) => value + steps[j] * (to[i] - value));
  });
  const repeated = added - made;
  const times = positives.map((_, i) => 1 + Math.floor(repeated / size) + (i < repeated % size ? 1 : 0));
  return { between, repeated, times, left: Math.round(kept * negatives.length) };
}

function decide(theta, { positives, negatives }) {
  const count = (points) => points.filter((point) => logit(theta, point) >= 0).length;
  return { found: count(positives), alarms: count(negatives) };
}

export function compute(state) {
  const { positives, negatives, corrected } = state;
  const { between, repeated, times, left } = resample(state);
  const row = (label) => (point) => ({ point, label, times: 1 });
  const plain = fit([...positives.map(row(1)), ...negatives.map(row(0))]);
  const fitted = fit([
    ...positives.map((point, i) => ({ point, label: 1, times: times[i] })), ...between.map(row(1)),
    ...negatives.slice(0, left).map(row(0)),
  ]);
  const factors = [(positives.length + repeated + between.length) / positives.length, left / negatives.length];
  const shift = Math.log(factors[0] / factors[1]);
  const theta = corrected ? [fitted[0], fitted[1], fitted[2] - shift] : fitted;
  return {
    between, repeated, times, left, shift, plain, theta,
    now: decide(theta, state), before: decide(plain, state),
  };
}

const DOMAIN = { x: [-3.5, 5], y: [-3.5, 4.5] };

// The two points at which a x + b y + c = 0 crosses the edges of the drawing, or none.
function crossing([a, b, c]) {
  const onLeftAndRight = DOMAIN.x.map((x) => [x, -(a * x + c) / b]);
  const onTopAndBottom = DOMAIN.y.map((y) => [-(b * y + c) / a, y]);
  const inside = ([x, y]) => x >= DOMAIN.x[0] && x <= DOMAIN.x[1] && y >= DOMAIN.y[0] && y <= DOMAIN.y[1];
  return [...onLeftAndRight, ...onTopAndBottom].filter(inside).slice(0, 2);
}

function cloud(svg, panel, points, color, { radius = () => 3, filled = true, opacity = 0.6 } = {}) {
  points.forEach(([x, y], i) => {
    const paint = filled ? { fill: color, "fill-opacity": opacity } : { fill: "none", stroke: color };
    svg.append(node("circle", { cx: panel.x(x), cy: panel.y(y), r: radius(i), "stroke-opacity": opacity, ...paint }));
  });
}

export function draw(svg, width, { between, times, left, plain, theta }, { positives, negatives, truth }) {
  const shift = legend(svg, 52, 14, width - 56, [
    { words: "negatives", color: COLORS.negative, kind: "dot" },
    { words: "positives", color: COLORS.positive, kind: "dot" },
    { words: "without resampling", color: COLORS.neutral, dash: "7 5" },
    { words: "best possible", color: COLORS.third, dash: "2 4" },
    { words: "as set above", color: "currentColor" },
  ]);
  const height = Math.min(430, (width - 60) * 0.8);
  const panel = new Panel(svg, {
    left: 52, top: shift + 6, width: width - 60, height,
    x: { domain: DOMAIN.x, label: "First column" }, y: { domain: DOMAIN.y, label: "Second column", gutter: 34 },
  });
  cloud(svg, panel, negatives.slice(left), COLORS.neutral, { filled: false, opacity: 0.45 });
  cloud(svg, panel, negatives.slice(0, left), COLORS.negative);
  cloud(svg, panel, between, COLORS.positive, { filled: false, opacity: 0.8 });
  cloud(svg, panel, positives, COLORS.positive, { radius: (i) => 2.5 + 1.5 * Math.sqrt(times[i]), opacity: 0.8 });
  for (const [line, look] of [
    [truth, { color: COLORS.third, dash: "2 4", width: 3 }], [plain, { color: COLORS.neutral, dash: "7 5" }],
    [theta, { color: "currentColor", width: 3 }],
  ]) {
    const ends = crossing(line);
    if (ends.length === 2) panel.line(ends, look);
  }
  return shift + 6 + height + 46;
}

export function reading({ between, repeated, left, shift, plain, theta, now, before }, state) {
  const { positives, negatives, neighbors, corrected } = state;
  const made = between.length ? ` and ${between.length} synthetic (k = ${neighbors})` : "";
  return `${left} of ${negatives.length} negatives; ${positives.length} positives, ${repeated} repeated${made}. `
    + `log(ρ₁/ρ₀) is ${number(shift, 2)}; ${corrected ? "after taking it off, the" : "the"} offset differs from that without `
    + `resampling by ${number(theta[2] - plain[2], 2)}, the slopes by ${number(theta[0] - plain[0], 2)} and `
    + `${number(theta[1] - plain[1], 2)}. Found ${now.found} positives with ${now.alarms} false alarms, `
    + `without resampling ${before.found} with ${before.alarms}.`;
}
