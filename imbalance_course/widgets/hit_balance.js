// An image with a few hits of one value: the loss of a constant image, and the best value of a single pixel.

const MOST = 2; // losses of a blank image that the left panel shows
const LOSSES = [
  { name: "mse", words: "MSE", color: "#0072B2" },
  { name: "mae", words: "MAE", color: "#D55E00", dash: "8 4" },
  { name: "acb", words: "ACB-MSE", color: "#009E73" },
];

// Losses of an image whose pixels all have the value `constant`.
function judge(constant, { pixels, value, hits, hit_weight, miss_weight }) {
  const [miss, share] = [value - constant, hits / pixels];
  return {
    constant,
    mse: share * miss ** 2 + (1 - share) * constant ** 2,
    mae: share * Math.abs(miss) + (1 - share) * Math.abs(constant),
    acb: hit_weight * miss ** 2 + miss_weight * constant ** 2,
  };
}

// The value with the least expected loss in a pixel that is a hit with probability `eta`.
function aim(eta, ratio, value) {
  return {
    eta, mse: eta * value, mae: eta > 0.5 ? value : 0, acb: (ratio * eta * value) / (ratio * eta + 1 - eta),
  };
}

export function compute(state) {
  const { pixels, value, hits, hit_weight, miss_weight } = state;
  const constants = Array.from({ length: 401 }, (_, i) => (i * value) / 400);
  const best = {
    mse: (value * hits) / pixels,
    mae: hits > pixels / 2 ? value : 0,
    acb: (value * hit_weight) / (hit_weight + miss_weight),
  };
  const blank = judge(0, state);
  const ratio = (hit_weight * (pixels - hits)) / (miss_weight * hits);
  return {
    curve: constants.map((constant) => judge(constant, state)), blank, best, ratio,
    depth: Object.fromEntries(LOSSES.map(({ name }) => [name, judge(best[name], state)[name] / blank[name]])),
    bar: 1 / (1 + ratio),
    aims: constants.map((constant) => aim(constant / value, ratio, value)),
  };
}

// The part of a curve below `top`, its ends cut exactly at that height.
function below(points, top) {
  return points.flatMap(([x, y], i) => {
    const crossings = [points[i - 1], points[i + 1]].filter((other) => other && y > top && other[1] <= top);
    const cut = crossings.map(([u, v]) => [u + ((x - u) * (top - v)) / (y - v), top]);
    return y > top ? cut : [[x, y]];
  });
}

function constantPanel(svg, box, { curve, blank, best, depth }, { value }) {
  const panel = new Panel(svg, {
    ...box, title: "One value in every pixel",
    x: { domain: [0, value], label: "Value c of every pixel", ticks: [0, 25, 50, 75, 100] },
    y: { domain: [0, MOST], label: "Loss, blank image = 1", ticks: [0, 0.5, 1, 1.5, 2], gutter: 38 },
  });
  for (const { name, color, dash } of LOSSES) {
    panel.line(below(curve.map((point) => [point.constant, point[name] / blank[name]]), MOST), { color, dash });
    panel.dot(best[name], depth[name], { color, radius: 5 });
  }
}

function pixelPanel(svg, box, { aims, bar }, { value }) {
  const panel = new Panel(svg, {
    ...box, title: "One uncertain pixel",
    x: { domain: [0, 1], label: "Probability η of a hit", ticks: [0, 0.25, 0.5, 0.75, 1] },
    y: { domain: [0, value * 1.02], label: "Best value", ticks: [0, 25, 50, 75, 100], gutter: 38 },
  });
  for (const { name, color, dash } of LOSSES) panel.line(aims.map((point) => [point.eta, point[name]]), { color, dash });
  panel.dot(0.5, value / 2, { color: LOSSES[0].color, radius: 5 });
  panel.dot(bar, value / 2, { color: LOSSES[2].color, radius: 5 });
}

export function draw(svg, width, result, state) {
  const shift = legend(svg, 52, 14, width - 56, LOSSES.map(({ words, color, dash }) => ({ words, color, dash })));
  const narrow = width < 560;
  const part = narrow ? width - 66 : (width - 140) / 2;
  const first = { left: 52, top: shift + 34, width: part, height: 220 };
  const second = narrow ? { ...first, top: first.top + 304 } : { ...first, left: first.left + part + 76 };
  constantPanel(svg, first, result, state);
  pixelPanel(svg, second, result, state);
  return second.top + second.height + 46;
}

export function reading({ best, depth, ratio, bar }, { pixels, hits }) {
  const percent = (share) => `${number(100 * share)} %`;
  return `${significant((100 * hits) / pixels, 2)} % of the pixels are hits. The best constant is ${number(best.mse, 1)} for MSE, `
    + `${number(best.mae)} for MAE and ${number(best.acb, 1)} for ACB-MSE; it costs ${percent(depth.mse)}, ${percent(depth.mae)} `
    + `and ${percent(depth.acb)} of a blank image. A missed hit weighs ${significant(ratio, 2)} times a false one under ACB-MSE. `
    + `So a pixel gets half the value of a hit from the probability ${significant(bar, 2)} on, under MSE from 0.5 on.`;
}
