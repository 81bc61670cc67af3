// A line z = a x + b, trained by steps of equal length on items that it can separate.

const STEP_LENGTH = 0.02;
const LAST_STEP = 10000;
const CLIP = 1.5; // boundaries are drawn from -CLIP to CLIP

// Boundary -b / a after each of the LAST_STEP steps.
export function boundaries({ negatives, positives, weight, offset, factor }) {
  const shift = offset * Math.log(negatives.length / positives.length);
  const items = [
    ...negatives.map((x) => ({ x, sign: -1, weight: 1, shift: -shift, factor: 1 })),
    ...positives.map((x) => ({ x, sign: 1, weight, shift, factor })),
  ];
  let [a, b] = [0, 0];
  const path = new Array(LAST_STEP);
  for (let step = 0; step < LAST_STEP; step += 1) {
    let [pullA, pullB] = [0, 0];
    for (const item of items) {
      const excess = item.shift - item.factor * item.sign * (a * item.x + b);
      const pull = (item.sign * item.weight * item.factor) / (1 + Math.exp(-excess));
      pullA += pull * item.x;
      pullB += pull;
    }
    const stride = STEP_LENGTH / Math.hypot(pullA, pullB);
    a += stride * pullA;
    b += stride * pullB;
    path[step] = -b / a;
  }
  return path;
}

// Where the boundary goes: its distances to the nearest items are as one over the factors.
export function limit({ negatives, positives, factor }) {
  const [left, right] = [Math.max(...negatives), Math.min(...positives)];
  return (left + factor * right) / (1 + factor);
}

export function compute(state) {
  const path = boundaries(state);
  const plain = boundaries({ ...state, weight: 1, offset: 0, factor: 1 });
  const at = Math.round(state.steps) - 1;
  return { path, plain, now: path[at], plain_now: plain[at], limit: limit(state) };
}

const clip = (x) => Math.max(-CLIP, Math.min(CLIP, x));

function items(svg, box, { now }, { negatives, positives }) {
  const far = Math.max(...positives, ...negatives.map(Math.abs)) + 0.4;
  const panel = new Panel(svg, {
    ...box, title: "Items and boundary", x: { domain: [-far, far], label: "Feature x" },
    y: { domain: [0, 1], label: "", ticks: [] },
  });
  rectangle(svg, panel.x(now), box.top, panel.x(far) - panel.x(now), box.height, { color: COLORS.positive, opacity: 0.12 });
  rectangle(svg, box.left, box.top, panel.x(now) - box.left, box.height, { color: COLORS.negative, opacity: 0.12 });
  panel.line([[now, 0], [now, 1]], { color: COLORS.third, width: 3 });
  negatives.forEach((x) => panel.dot(x, 0.5, { color: COLORS.negative, radius: 4 }));
  positives.forEach((x) => panel.dot(x, 0.5, { color: COLORS.positive, radius: 6 }));
}

function history(svg, box, { path, plain, limit: end }, { steps }) {
  const panel = new Panel(svg, {
    ...box, title: "Boundary against steps",
    x: { domain: [1, LAST_STEP], stretch: Math.log10, ticks: [1, 10, 100, 1000, 10000], label: "Training steps",
      format: (step) => number(step) },
    y: { domain: [-CLIP, CLIP], label: "Boundary (in x)", ticks: [-1, -0.5, 0, 0.5, 1], gutter: 50 },
  });
  const shown = path.map((_, index) => index).filter((index) => index < 100 || index % 50 === 49);
  const curve = (values) => shown.map((index) => [index + 1, clip(values[index])]);
  panel.line([[1, end], [LAST_STEP, end]], { color: "currentColor", width: 1.5, dash: "2 4" });
  panel.line(curve(plain), { color: COLORS.neutral, width: 2, dash: "6 4" });
  panel.line(curve(path), { color: COLORS.third });
  panel.dot(steps, clip(path[Math.round(steps) - 1]), { color: COLORS.third });
}

export function draw(svg, width, result, state) {
  const narrow = width < 560;
  const shift = legend(svg, 12, 14, width - 16, [
    { words: "negatives", color: COLORS.negative, kind: "dot" },
    { words: "positives", color: COLORS.positive, kind: "dot" },
    { words: "your boundary", color: COLORS.third },
    { words: "plain", color: COLORS.neutral, dash: "6 4" },
    { words: "limit", color: "currentColor", dash: "2 4" },
  ]);
  const part = narrow ? width - 92 : (width - 112) / 2;
  const box = { left: 12, top: shift + 34, width: narrow ? width - 24 : part, height: narrow ? 90 : 220 };
  items(svg, box, result, state);
  const second = narrow
    ? { left: 68, top: box.top + box.height + 84, width: part, height: 220 }
    : { ...box, left: box.left + part + 76 };
  history(svg, second, result, state);
  return second.top + second.height + 46;
}

export function reading({ now, plain_now, limit: end }, { steps, factor }) {
  const stays = factor === 1 ? "what weight and offset did fades" : "the factor stays";
  return `After ${number(steps)} steps the boundary is at ${number(now, 2)}, that of plain cross-entropy at `
    + `${number(plain_now, 2)}. With more and more steps yours goes to ${number(end, 2)}: ${stays}.`;
}
