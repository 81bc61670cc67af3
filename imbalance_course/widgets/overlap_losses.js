// One round object in an image and a round prediction: what each loss says while the prediction slides away.

const SIDE = 64; // pixels of a side of the image
const CENTER = { x: 20, y: 32 };
const FURTHEST = 24; // pixels between the two centers
const SURE = 0.99; // probability of a predicted pixel; 1 - SURE elsewhere
const EDGES = [[1, 0], [-1, 0], [0, 1], [0, -1]];

// Pixels of the image, row by row, that lie in a disk; none for a negative radius.
export function disk(radius, shift) {
  const inside = new Uint8Array(SIDE * SIDE);
  for (let y = 0; y < SIDE; y += 1) {
    for (let x = 0; x < SIDE; x += 1) {
      const away = (x - CENTER.x - shift) ** 2 + (y - CENTER.y) ** 2;
      inside[y * SIDE + x] = radius >= 0 && away <= radius * radius ? 1 : 0;
    }
  }
  return inside;
}

// Distance of every pixel to the nearest pixel of the other kind, less the half pixel that lies before the edge.
export function edgeDistance(mask) {
  const places = Array.from(mask, (inside, i) => ({ inside, x: i % SIDE, y: Math.floor(i / SIDE) }));
  const touches = ({ inside, x, y }) => EDGES.some(([dx, dy]) => {
    const [u, v] = [x + dx, y + dy];
    return u >= 0 && v >= 0 && u < SIDE && v < SIDE && mask[v * SIDE + u] !== inside;
  });
  const rims = [0, 1].map((kind) => places.filter((place) => place.inside === kind && touches(place)));
  return places.map(({ inside, x, y }) => {
    const squares = rims[1 - inside].map((place) => (place.x - x) ** 2 + (place.y - y) ** 2);
    return Math.sqrt(Math.min(...squares)) - 0.5;
  });
}

function judge(truth, prediction, distance, alpha) {
  let [tp, fp, fn, boundary] = [0, 0, 0, 0];
  for (let i = 0; i < truth.length; i += 1) {
    if (truth[i] && prediction[i]) tp += 1;
    else if (prediction[i]) fp += 1;
    else if (truth[i]) fn += 1;
    if (truth[i] !== prediction[i]) boundary += distance[i];
  }
  const wrong = fp + fn;
  const bce = (-wrong * Math.log(1 - SURE) - (truth.length - wrong) * Math.log(SURE)) / truth.length;
  return {
    tp, fp, fn, bce, boundary,
    dice: wrong / (2 * tp + wrong), jaccard: wrong / (tp + wrong),
    tversky: tp ? 1 - tp / (tp + alpha * fp + (1 - alpha) * fn) : 1,
  };
}

export function compute({ radius, shift, growth, alpha }) {
  const truth = disk(radius, 0);
  const distance = edgeDistance(truth);
  const shifts = Array.from({ length: FURTHEST + 1 }, (_, i) => i);
  const curve = shifts.map((by) => judge(truth, disk(radius + growth, by), distance, alpha));
  const empty = judge(truth, disk(-1, 0), distance, alpha);
  const prediction = disk(radius + growth, shift);
  return {
    truth: Array.from(truth), prediction: Array.from(prediction), curve, empty,
    now: judge(truth, prediction, distance, alpha),
  };
}

const KINDS = [
  { words: "right", color: COLORS.third, of: (t, p) => t && p },
  { words: "missed", color: COLORS.positive, of: (t, p) => t && !p },
  { words: "too much", color: COLORS.negative, of: (t, p) => !t && p },
];
const LINES = [
  { words: "1 − Dice", key: "dice", color: "#0072B2" },
  { words: "1 − IoU", key: "jaccard", color: "#D55E00", dash: "8 4" },
  { words: "Tversky loss", key: "tversky", color: "#009E73", dash: "2 3" },
  { words: "BCE, empty answer = 1", key: "bce", color: COLORS.neutral },
];

function picture(svg, { left, top, width }, { truth, prediction }) {
  text(svg, left, top - 12, "64 × 64 pixels", { weight: 600 });
  svg.append(node("rect", { x: left, y: top, width, height: width, fill: "none", stroke: "currentColor", "stroke-opacity": 0.5 }));
  const pixel = width / SIDE;
  for (const { color, of } of KINDS) {
    const squares = truth.map((inside, i) => (of(inside, prediction[i])
      ? `M${(left + (i % SIDE) * pixel).toFixed(2)} ${(top + Math.floor(i / SIDE) * pixel).toFixed(2)}h${pixel.toFixed(2)}v${pixel.toFixed(2)}h${(-pixel).toFixed(2)}z` : ""));
    svg.append(node("path", { d: squares.join("") || "M0 0", fill: color, "shape-rendering": "crispEdges" }));
  }
}

export function draw(svg, width, result, { shift }) {
  const narrow = width < 560;
  const square = narrow ? Math.min(width - 20, 260) : 236;
  const first = legend(svg, 4, 14, narrow ? width - 8 : square + 30, KINDS.map(({ words, color }) => ({ words, color, kind: "box" })));
  picture(svg, { left: 4, top: first + 26, width: square }, result);
  const left = narrow ? 54 : square + 92;
  const part = width - left - 10;
  const start = narrow ? first + square + 60 : 14;
  const second = legend(svg, left, start, part, LINES);
  const x = { domain: [0, FURTHEST], label: "Shift of the prediction (pixels)", ticks: [0, 6, 12, 18, 24] };
  const relative = ({ bce }) => bce / result.empty.bce;
  const highest = Math.max(1.1, ...result.curve.map(relative));
  const losses = new Panel(svg, {
    left, top: start + second + 8, width: part, height: 170, x,
    y: { domain: [0, highest * 1.04], label: "Loss", gutter: 36 },
  });
  for (const { key, color, dash } of LINES) {
    const height = key === "bce" ? relative : (point) => point[key];
    losses.line(result.curve.map((point, i) => [i, height(point)]), { color, dash });
    losses.dot(shift, height(result.now), { color, radius: 5 });
  }
  const below = start + second + 8 + 170 + 84;
  const top = Math.max(...result.curve.map(({ boundary }) => boundary), 1);
  const distances = new Panel(svg, {
    left, top: below, width: part, height: 130, x, title: "Boundary loss, summed",
    y: { domain: [0, top * 1.05], label: "Pixels", ticks: niceTicks(0, top, 3), format: (tick) => number(tick), gutter: 46 },
  });
  distances.line(result.curve.map(({ boundary }, i) => [i, boundary]), { color: COLORS.neutral });
  distances.dot(shift, result.now.boundary, { color: COLORS.neutral, radius: 5 });
  return below + 130 + 46;
}

export function reading({ now, empty }, { alpha }) {
  const compared = now.bce > empty.bce ? "worse than" : "better than";
  return `${number(now.tp)} pixels right, ${number(now.fn)} missed, ${number(now.fp)} too much. `
    + `Dice ${number(1 - now.dice, 3)}, IoU ${number(1 - now.jaccard, 3)}, Tversky index ${number(1 - now.tversky, 3)} `
    + `with α = ${number(alpha, 2)} and β = ${number(1 - alpha, 2)}. BCE ${number(now.bce, 4)}, `
    + `${compared} the ${number(empty.bce, 4)} of an empty answer. Boundary loss ${number(now.boundary, 1)}.`;
}
