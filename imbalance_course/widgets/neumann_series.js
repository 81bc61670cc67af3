// The hypergradient of a quadratic, -M' H^-1 g, with the first terms of a series in place of the inverse.

const MOST_TERMS = 40;
const times = (matrix, [a, b]) => matrix.map(([left, right]) => left * a + right * b);
const turned = ([[a, b], [c, d]]) => [[a, c], [b, d]];
const plus = ([a, b], [c, d], factor = 1) => [a + factor * c, b + factor * d];

// Of a symmetric 2 × 2 matrix, the smaller first.
function eigenvalues([[a, b], [, d]]) {
  const [middle, half] = [(a + d) / 2, Math.hypot((a - d) / 2, b)];
  return [middle - half, middle + half];
}

function solve([[a, b], [c, d]], [u, v]) {
  const determinant = a * d - b * c;
  return [(d * u - b * v) / determinant, (a * v - c * u) / determinant];
}

export function compute({ hessian, mixed, slope, step, terms }) {
  const [low, high] = eigenvalues(hessian);
  const size = step / high;
  const toParameters = (vector) => times(turned(mixed), vector).map((value) => -value);
  const exact = toParameters(solve(hessian, slope));
  const length = Math.hypot(...exact);
  const estimates = [];
  let [term, total] = [slope, [0, 0]];
  while (estimates.length < MOST_TERMS) {
    total = plus(total, term, size);
    estimates.push(toParameters(total));
    term = plus(term, times(hessian, term), -size);
  }
  const errors = estimates.map((estimate) => Math.hypot(...plus(estimate, exact, -1)) / length);
  const now = estimates[terms - 1];
  const turn = Math.atan2(exact[0] * now[1] - exact[1] * now[0], exact[0] * now[0] + exact[1] * now[1]);
  return {
    exact, estimates, errors, now, rate: Math.max(Math.abs(1 - size * low), Math.abs(1 - size * high)),
    error: errors[terms - 1], share: Math.hypot(...now) / length, degrees: (Math.abs(turn) * 180) / Math.PI,
  };
}

function plane(svg, box, { exact, estimates, now }, { terms }) {
  const reach = 0.95 * Math.max(...exact.map(Math.abs));
  const around = (value) => [value / 2 - reach, value / 2 + reach];
  const domains = exact.map(around);
  const panel = new Panel(svg, {
    ...box, title: "Slope in the two parameters",
    x: { domain: domains[0], label: "in the first parameter", ticks: niceTicks(...domains[0], 5) },
    y: { domain: domains[1], label: "in the second parameter", ticks: niceTicks(...domains[1], 6), gutter: 50 },
  });
  const inside = (point) => point.every((value, k) => value >= domains[k][0] && value <= domains[k][1]);
  const outside = estimates.findIndex((point) => !inside(point));
  const last = outside < 0 ? terms : Math.min(terms, outside);
  panel.line([[0, 0], exact], { color: COLORS.positive, width: 2, dash: "6 4" });
  panel.dot(...exact, { color: COLORS.positive, radius: 8, hollow: true });
  panel.line([[0, 0], ...estimates.slice(0, last)], { color: COLORS.negative, width: 1.5 });
  estimates.slice(0, last).forEach((point) => panel.dot(...point, { color: COLORS.negative, radius: 2 }));
  if (inside(now)) panel.dot(...now, { color: COLORS.negative });
  else text(svg, box.left + 8, box.top + box.height - 10, "the estimate left the panel");
}

const [SMALLEST, LARGEST] = [1e-4, 100];
const clipped = (value) => Math.min(LARGEST, Math.max(SMALLEST, value));

function decay(svg, box, { errors, rate, error }, { terms }) {
  const panel = new Panel(svg, {
    ...box, title: "Relative error",
    x: { domain: [1, MOST_TERMS], label: "Terms", ticks: [1, 10, 20, 30, 40] },
    y: {
      domain: [SMALLEST, LARGEST], stretch: Math.log10, ticks: [1e-4, 0.01, 1, 100], label: "Error / exact length",
      format: (value) => (value < 0.01 ? "0.0001" : String(value)), gutter: 56,
    },
  });
  const shown = (values) => values.map((value, k) => [k + 1, value]).filter(([, value]) => value === clipped(value));
  const bound = shown(errors.map((_, k) => rate ** (k + 1)));
  if (bound.length > 1) panel.line(bound, { color: COLORS.neutral, width: 2, dash: "6 4" });
  panel.line(shown(errors), { color: COLORS.negative });
  panel.dot(terms, clipped(error), { color: COLORS.negative });
}

export function draw(svg, width, result, state) {
  const narrow = width < 560;
  const shift = legend(svg, 54, 14, width - 58, [
    { words: "exact", color: COLORS.positive, dash: "6 4" }, { words: "series", color: COLORS.negative },
    { words: "rate to the power of the terms", color: COLORS.neutral, dash: "6 4" },
  ]);
  const part = narrow ? width - 74 : (width - 160) / 2;
  const box = { left: 60, top: shift + 34, width: part, height: 230 };
  plane(svg, box, result, state);
  const second = narrow ? { ...box, left: 66, width: part - 6, top: box.top + box.height + 84 } : { ...box, left: box.left + part + 92 };
  decay(svg, second, result, state);
  return second.top + second.height + 46;
}

export function reading({ exact, now, rate, share, degrees }, { terms }) {
  const point = (vector) => `(${vector.map((value) => significant(value)).join(", ")})`;
  const words = `With ${terms} term${terms === 1 ? "" : "s"} the slope is ${point(now)}, the exact one ${point(exact)}: `
    + `${significant(100 * share)} % of its length, ${number(degrees, 0)}° off its direction. `;
  if (Math.abs(rate - 1) < 1e-9) return `${words}In the long run the error stays as it is: the step is at the limit.`;
  return words + (rate < 1
    ? `In the long run each term leaves ${number(rate, 2)} of the error.`
    : `In the long run each term multiplies the error by ${number(rate, 2)}: the series diverges.`);
}
