// Three shares of the pixels, six functions that turn them into class weights, and what each class then weighs.

const E = Math.E;
const SHARES = { low: 0.001, high: 0.9, steps: 120 }; // horizontal axis: share of the rare class among the nuclei
const RATIOS = [0.05, 2e5]; // vertical axis: weight of the rare class over that of the background
const FUNCTIONS = [ // shares are [background, other nuclei, rare class]; foreground ones among themselves
  { words: "1 equal", color: COLORS.neutral, dash: "none", of: () => [1, 1, 1] },
  { words: "2 inverse", color: "#D55E00", dash: "none", of: (all) => all.map((p) => 1 / p) },
  { words: "3 rising", color: "#CC79A7", dash: "2 3", of: (all) => all.map((p) => Math.exp(E * p)) },
  { words: "4 falling", color: "#009E73", dash: "8 4", of: (all) => all.map((p) => Math.exp(-E * p)) },
  { words: "5 foreground", color: "#0072B2", dash: "none", of: (all) => relative(all).map((p) => Math.exp(-E * p)) },
  {
    words: "6 no background", color: "#0072B2", dash: "none",
    of: (all) => relative(all).map((p, i) => (i === 0 ? 0 : Math.exp(-E * p))),
  },
];
const CLASSES = [
  { words: "background", color: "#9A9A9A" },
  { words: "other nuclei", color: "#56B4E9" },
  { words: "rare class", color: "#D55E00" },
];

function relative([background, ...nuclei]) {
  const sum = nuclei.reduce((total, p) => total + p, 0);
  return [background, ...nuclei.map((p) => p / sum)];
}

function toOne(values) {
  const sum = values.reduce((total, value) => total + value, 0);
  return values.map((value) => value / sum);
}

function sharesOf(share, background) {
  return [background, (1 - background) * (1 - share), (1 - background) * share];
}

export function compute({ share, background }) {
  const shares = sharesOf(share, background);
  const weights = FUNCTIONS.map(({ of }) => toOne(of(shares)));
  const parts = weights.map((each) => toOne(each.map((weight, c) => weight * shares[c])));
  const at = Array.from({ length: SHARES.steps + 1 }, (_, i) => SHARES.low * (SHARES.high / SHARES.low) ** (i / SHARES.steps));
  const ratio = (of, x) => { const [b, , rare] = of(sharesOf(x, background)); return rare / b; };
  const curves = FUNCTIONS.slice(0, 5).map(({ of }) => at.map((x) => [x, ratio(of, x)]));
  return { shares, weights, parts, curves, ratios: FUNCTIONS.slice(0, 5).map(({ of }) => ratio(of, share)) };
}

const percent = (value) => `${significant(100 * value, 2)} %`;

function drawRatios(svg, box, { curves, ratios }, { share }) {
  const panel = new Panel(svg, {
    ...box, title: "Weight, rare over background",
    x: { domain: [SHARES.low, SHARES.high], stretch: Math.log10, ticks: [0.001, 0.01, 0.1], label: "Its share among the nuclei",
      format: (x) => `${100 * x} %` },
    y: { domain: RATIOS, stretch: Math.log10, ticks: [0.1, 1, 10, 100, 1000, 10000, 1e5], label: "Ratio of weights", gutter: 66,
      format: (y) => (y < 1 ? String(y) : number(y)) },
  });
  curves.forEach((points, index) => panel.line(points, FUNCTIONS[index]));
  ratios.forEach((y, index) => panel.dot(share, y, { color: FUNCTIONS[index].color, radius: 5 }));
}

function drawParts(svg, box, { parts }) {
  const panel = new Panel(svg, {
    ...box, title: "Part of the loss before training",
    x: { domain: [0, 100], label: "Part of the weighted loss (%)", ticks: [0, 25, 50, 75, 100] },
    y: { domain: [6.6, 0.4], label: "Function", ticks: [1, 2, 3, 4, 5, 6], gutter: 26 },
  });
  parts.forEach((each, index) => {
    let start = 0;
    each.forEach((part, c) => {
      const [left, right] = [panel.x(100 * start), panel.x(100 * (start + part))];
      rectangle(svg, left, panel.y(index + 1) - 9, right - left, 18, { color: CLASSES[c].color });
      start += part;
    });
  });
}

export function draw(svg, width, result, state) {
  const narrow = width < 620;
  const part = narrow ? width - 96 : (width - 174) / 2;
  const lines = FUNCTIONS.slice(0, 5).map(({ words, color, dash }) => ({ words, color, dash }));
  const boxes = CLASSES.map(({ words, color }) => ({ words, color, kind: "box" }));
  const first = legend(svg, narrow ? 8 : 82, 14, narrow ? width - 16 : part + 10, lines);
  const second = narrow ? first + 34 + 230 + 84 : 14;
  const left = narrow ? 46 : part + 156;
  const below = legend(svg, narrow ? 8 : left, second, narrow ? width - 16 : part + 10, boxes);
  const top = narrow ? first + 34 : Math.max(first, below) + 34;
  drawRatios(svg, { left: 82, top, width: part, height: 230 }, result, state);
  const start = narrow ? second + below + 34 : top;
  drawParts(svg, { left, top: start, width: narrow ? width - 60 : part, height: 230 }, result);
  return start + 230 + 46;
}

export function reading({ shares, parts, ratios }) {
  const held = (index) => percent(parts[index][2]);
  return `The rare class has ${percent(shares[2])} of all pixels, the background ${percent(shares[0])}. Before training the rare `
    + `class makes ${held(0)} of the loss with equal weights, ${held(1)} with 2, ${held(3)} with 4, ${held(4)} with 5 and `
    + `${held(5)} with 6. One of its pixels weighs ${significant(ratios[1], 2)} times a background pixel with 2, `
    + `${significant(ratios[3], 2)} times with 4, ${significant(ratios[4], 2)} times with 5, and with 6 the background weighs nothing.`;
}
