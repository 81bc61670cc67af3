// A cut through a void with blurred edges: what two weighted losses aim at, and how wide they draw it.

const HALF = 15; // pixels from the middle of the void to its edge
const LARGEST_WEIGHT = 20;
const REACH = 32; // pixels from the middle to the end of the drawing
const HALVINGS = 60;

const sigmoid = (logit) => 1 / (1 + Math.exp(-logit));
const softplus = (logit) => Math.max(logit, 0) + Math.log1p(Math.exp(-Math.abs(logit)));

// Mean distance map of a void pixel whose probability of being void has this logit.
export function meanMap(logit, blur) {
  return Math.max(0, 1 - (blur * softplus(logit)) / (sigmoid(logit) * HALF));
}

// Logit of the best prediction: that of the truth plus the logarithm of the weight.
const weightedLogit = (logit, { weight }) => logit + Math.log(weight);
const mappedLogit = (logit, { blur, strength }) => logit + Math.log1p(strength * meanMap(logit, blur));

// How far out, in pixels, the best prediction of the distance map loss reaches one half.
function mappedShift(state) {
  let [low, high] = [-Math.log1p(state.strength), 0];
  for (let i = 0; i < HALVINGS; i += 1) {
    const middle = (low + high) / 2;
    if (mappedLogit(middle, state) > 0) high = middle; else low = middle;
  }
  return -state.blur * high;
}

export function compute(state) {
  const places = Array.from({ length: 8 * REACH + 1 }, (_, i) => -REACH + i / 4);
  const logits = places.map((x) => (HALF - Math.abs(x)) / state.blur);
  return {
    places,
    truth: logits.map(sigmoid),
    weighted: logits.map((logit) => sigmoid(weightedLogit(logit, state))),
    mapped: logits.map((logit) => sigmoid(mappedLogit(logit, state))),
    true_width: 2 * HALF,
    weighted_width: 2 * HALF + 2 * state.blur * Math.log(state.weight),
    mapped_width: 2 * HALF + 2 * mappedShift(state),
  };
}

const LINES = [
  { words: "truth η, aim of BCE", key: "truth", color: COLORS.neutral },
  { words: "weighted BCE", key: "weighted", color: COLORS.positive, dash: "8 4" },
  { words: "distance map loss", key: "mapped", color: COLORS.negative, dash: "2 3" },
];

function profile(svg, box, result) {
  const panel = new Panel(svg, {
    ...box, title: "Cut through the void",
    x: { domain: [-REACH, REACH], label: "Place (pixels)", ticks: [-30, -15, 0, 15, 30] },
    y: { domain: [0, 1.02], label: "Probability of void", ticks: [0, 0.5, 1] },
  });
  for (const { key, color, dash } of LINES) {
    panel.line(result.places.map((x, i) => [x, result[key][i]]), { color, dash });
    const half = result[key === "truth" ? "true_width" : `${key}_width`] / 2;
    for (const side of [-half, half]) panel.dot(side, 0.5, { color, radius: 4 });
  }
}

function errors(svg, box, result, { weight, blur }) {
  const top = Math.max(1, 2 * blur * Math.log(LARGEST_WEIGHT)) * 1.06;
  const panel = new Panel(svg, {
    ...box, title: "Drawn too wide by",
    x: { domain: [1, LARGEST_WEIGHT], stretch: Math.log, ticks: [1, 2, 5, 10, 20], label: "Weight β" },
    y: { domain: [0, top], label: "Pixels", ticks: niceTicks(0, top, 4), gutter: 38 },
  });
  const [weighted, mapped] = [LINES[1], LINES[2]];
  const wider = ({ key }) => result[`${key}_width`] - result.true_width;
  panel.line([[1, 0], [LARGEST_WEIGHT, 2 * blur * Math.log(LARGEST_WEIGHT)]], weighted);
  panel.line([[1, wider(mapped)], [LARGEST_WEIGHT, wider(mapped)]], mapped);
  for (const line of [weighted, mapped]) panel.dot(weight, wider(line), { color: line.color, radius: 5 });
}

export function draw(svg, width, result, state) {
  const narrow = width < 560;
  const shift = legend(svg, 48, 14, width - 52, LINES);
  const part = narrow ? width - 62 : (width - 132) * 0.58;
  const box = { left: 48, top: shift + 34, width: part, height: 210 };
  profile(svg, box, result);
  const second = narrow
    ? { ...box, top: box.top + box.height + 84 }
    : { ...box, left: box.left + part + 72, width: width - 132 - part };
  errors(svg, second, result, state);
  return second.top + second.height + 46;
}

export function reading({ true_width: width, weighted_width: weighted, mapped_width: mapped }, { weight, blur, strength }) {
  return `The void is ${number(width)} pixels wide, its edge blurred by s = ${number(blur, 1)}. Weighted BCE with `
    + `β = ${significant(weight, 2)} draws ${number(weighted, 2)} pixels, ${number(weighted - width, 2)} too many; the distance `
    + `map loss with strength ${number(strength, 1)} draws ${number(mapped, 2)}, ${number(mapped - width, 2)} too many.`;
}
