// A nearest-neighbor model judged by image and by case. The stain of a case tells which case it is, not which class.

// One drawn data set: rows of four numbers, case by case, `images` of each.
function imagesOf(stains, noise, { labels, images, signal }, strength) {
  return stains.flatMap((stain, each) => noise[each].slice(0, images).map((numbers) => [
    ...stain.map((value, i) => strength * value + numbers[i]), signal * (labels[each] - 0.5) + numbers[3],
  ]));
}

// Position of the nearest other row, and of the nearest row of another case.
export function nearest(rows, images) {
  const any = rows.map(() => [Infinity, -1]);
  const stranger = rows.map(() => [Infinity, -1]);
  const keep = (best, i, distance, j) => { if (distance < best[i][0]) best[i] = [distance, j]; };
  for (let i = 0; i < rows.length; i += 1) {
    for (let j = 0; j < i; j += 1) {
      const [a, b] = [rows[i], rows[j]];
      const distance = (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2 + (a[3] - b[3]) ** 2;
      keep(any, i, distance, j);
      keep(any, j, distance, i);
      if (Math.floor(i / images) !== Math.floor(j / images)) {
        keep(stranger, i, distance, j);
        keep(stranger, j, distance, i);
      }
    }
  }
  return { any: any.map(([, j]) => j), stranger: stranger.map(([, j]) => j) };
}

function balancedAccuracy(answers, truth) {
  const recall = (label) => {
    const right = truth.flatMap((value, i) => (value === label ? [Number(answers[i] === label)] : []));
    return right.reduce((sum, value) => sum + value, 0) / right.length;
  };
  return (recall(0) + recall(1)) / 2;
}

// Means over the drawn data sets: both scores, and the share whose nearest other image is of the same case.
function judge(state, strength) {
  const { labels, stains, noise, images } = state;
  const truth = labels.flatMap((label) => Array(images).fill(label));
  const sums = { byImage: 0, byCase: 0, recognized: 0 };
  stains.forEach((ofCases, draw) => {
    const found = nearest(imagesOf(ofCases, noise[draw], state, strength), images);
    const same = found.any.filter((j, i) => Math.floor(i / images) === Math.floor(j / images));
    sums.byImage += balancedAccuracy(found.any.map((j) => truth[j]), truth) / stains.length;
    sums.byCase += balancedAccuracy(found.stranger.map((j) => truth[j]), truth) / stains.length;
    sums.recognized += same.length / truth.length / stains.length;
  });
  return sums;
}

export function compute(given) {
  const state = { ...given, images: Math.round(given.images) };
  const { labels, stains, noise, grid, strength, images } = state;
  return {
    now: judge(state, strength),
    curve: grid.map((at) => ({ at, ...judge(state, at) })),
    rows: imagesOf(stains[0], noise[0], state, strength),
    truth: labels.flatMap((label) => Array(images).fill(label)),
  };
}

const KINDS = [{ words: "malignant", color: COLORS.negative }, { words: "benign", color: COLORS.positive }];

function stainPlane(svg, box, { rows, truth }, { strength }) {
  const end = 3 + 2.4 * strength;
  const axis = { domain: [-end, end], ticks: [] };
  const panel = new Panel(svg, {
    ...box, title: "Images of one data set",
    x: { ...axis, label: "Stain, first number" }, y: { ...axis, label: "Stain, second number", gutter: 12 },
  });
  rows.forEach(([x, y], i) => {
    if (Math.max(Math.abs(x), Math.abs(y)) > end) return;
    const { color } = KINDS[truth[i]];
    svg.append(node("circle", { cx: panel.x(x), cy: panel.y(y), r: 3, fill: color, "fill-opacity": 0.65 }));
  });
}

function scores(svg, box, { now, curve }, { strength }) {
  const panel = new Panel(svg, {
    ...box, title: "What each split reports",
    x: { domain: [0, 6], ticks: [0, 1, 2, 3, 4, 5, 6], label: "Strength of the stain" },
    y: { domain: [0.3, 1], ticks: [0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1], label: "Balanced accuracy" },
  });
  panel.line([[0, 0.5], [6, 0.5]], { color: COLORS.neutral, width: 1.5, dash: "2 4" });
  panel.line(curve.map(({ at, byImage }) => [at, byImage]), { color: COLORS.neutral, dash: "7 5" });
  panel.line(curve.map(({ at, byCase }) => [at, byCase]), { color: COLORS.third });
  panel.dot(strength, now.byImage, { color: COLORS.neutral });
  panel.dot(strength, now.byCase, { color: COLORS.third });
}

export function draw(svg, width, result, state) {
  const narrow = width < 560;
  const shift = legend(svg, 40, 14, width - 44, [
    ...KINDS.map((kind) => ({ ...kind, kind: "dot" })),
    { words: "by image", color: COLORS.neutral, dash: "7 5" }, { words: "by case", color: COLORS.third },
  ]);
  const part = narrow ? width - 68 : (width - 132) / 2;
  const box = { left: narrow ? 56 : 36, top: shift + 34, width: part, height: narrow ? part * 0.8 : 250 };
  stainPlane(svg, box, result, state);
  const second = narrow ? { ...box, top: box.top + box.height + 84 } : { ...box, left: box.left + part + 84 };
  scores(svg, second, result, state);
  return second.top + second.height + 46;
}

export function reading({ now }, { images, strength, signal }) {
  const gap = now.byImage - now.byCase;
  return `${number(images)} images of a case, stain ${number(strength, 1)}, signal ${number(signal, 1)}: `
    + `${number(100 * now.recognized)} % of the images lie nearest to one of their own case. The split by image `
    + `reports ${number(now.byImage, 2)}, the split by case ${number(now.byCase, 2)}, a gap of ${number(gap, 2)}.`;
}
