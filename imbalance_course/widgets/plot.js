// A small kit for SVG figures: one unit is one CSS pixel, text follows the page's color in light and dark mode.

export const COLORS = { positive: "#D55E00", negative: "#0072B2", third: "#009E73", neutral: "#767676" };
const NAMESPACE = "http://www.w3.org/2000/svg";
const TEXT_SIZE = 13; // px
const CHARACTER_WIDTH = 6.9; // px, mean advance of 13 px sans-serif text

export function node(name, attributes = {}, ...children) {
  const element = document.createElementNS(NAMESPACE, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

export function textWidth(words, size = TEXT_SIZE) {
  return (words.length * CHARACTER_WIDTH * size) / TEXT_SIZE;
}

export function text(svg, x, y, words, { anchor = "start", size = TEXT_SIZE, weight = 400, turn = 0 } = {}) {
  const attributes = { x, y, fill: "currentColor", "text-anchor": anchor, "font-size": size, "font-weight": weight };
  if (turn) attributes.transform = `rotate(${turn} ${x} ${y})`;
  svg.append(node("text", attributes, words));
}

export function rectangle(svg, x, y, width, height, { color, opacity = 1, outline = "none" }) {
  svg.append(node("rect", {
    x, y, width: Math.max(0, width), height: Math.max(0, height), fill: color, "fill-opacity": opacity, stroke: outline,
  }));
}

// Maps data to pixels; `stretch` is the identity or Math.log10, or any other increasing function.
export function scale([low, high], [start, end], stretch = (value) => value) {
  const [a, b] = [stretch(low), stretch(high)];
  return (value) => start + ((stretch(value) - a) / (b - a)) * (end - start);
}

export function niceTicks(low, high, count = 5) {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough * 0.999);
  const ticks = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k += 1) {
    ticks.push(Number((k * step).toPrecision(12)));
  }
  return ticks;
}

// 12345.6 -> "12 345.6" (thin spaces), NaN -> "undefined".
export function number(value, digits = 0) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "undefined" : value > 0 ? "∞" : "−∞";
  const [whole, rest] = Math.abs(value).toFixed(digits).split(".");
  const grouped = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, "\u2009") : whole;
  const sign = value < 0 && Number(value.toFixed(digits)) !== 0 ? "−" : "";
  return sign + grouped + (rest ? `.${rest}` : "");
}

// Three significant digits for values that span decades: 0.0123, 4.56, 789.
export function significant(value, digits = 3) {
  if (!Number.isFinite(value) || value === 0) return number(value);
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(value))));
  if (decimals > 6) return value.toExponential(1).replace("-", "−");
  return number(value, Math.min(decimals, 20));
}

const plain = (tick) => String(tick).replace("-", "−");

// Axes around the box {left, top, width, height}; x and y are {domain, label, ticks, stretch, format}.
export class Panel {
  constructor(svg, { left, top, width, height, x, y, title = "" }) {
    this.svg = svg;
    this.box = { left, top, width, height };
    this.x = scale(x.domain, [left, left + width], x.stretch);
    this.y = scale(y.domain, [top + height, top], y.stretch);
    if (title) text(svg, left, top - 12, title, { weight: 600 });
    this.axes(x, y);
  }

  axes(x, y) {
    const { left, top, width, height } = this.box;
    const bottom = top + height;
    const rule = (x1, y1, x2, y2, opacity) =>
      this.svg.append(node("line", { x1, y1, x2, y2, stroke: "currentColor", "stroke-opacity": opacity }));
    const xTicks = x.ticks ?? niceTicks(...x.domain, width < 260 ? 4 : 6);
    for (const tick of xTicks) {
      rule(this.x(tick), bottom, this.x(tick), bottom + 5, 0.6);
      text(this.svg, this.x(tick), bottom + 19, (x.format ?? plain)(tick), { anchor: "middle" });
    }
    for (const tick of y.ticks ?? niceTicks(...y.domain, 4)) {
      rule(left, this.y(tick), left + width, this.y(tick), 0.14);
      text(this.svg, left - 8, this.y(tick) + 4.5, (y.format ?? plain)(tick), { anchor: "end" });
    }
    rule(left, bottom, left + width, bottom, 0.6);
    text(this.svg, left + width / 2, bottom + 39, x.label, { anchor: "middle" });
    const gutter = y.gutter ?? 40; // room for the tick labels
    text(this.svg, left - gutter, top + height / 2, y.label, { anchor: "middle", turn: -90 });
  }

  path(points, attributes) {
    const steps = points.map(([x, y]) => `${this.x(x).toFixed(2)},${this.y(y).toFixed(2)}`);
    this.svg.append(node("path", { d: `M${steps.join("L")}`, fill: "none", ...attributes }));
  }

  line(points, { color, width = 2.5, dash = "none" }) {
    this.path(points, { stroke: color, "stroke-width": width, "stroke-dasharray": dash, "stroke-linejoin": "round" });
  }

  // The region between the points and y = 0.
  area(points, { color, opacity = 0.25 }) {
    if (points.length < 2) return;
    const closed = [[points[0][0], 0], ...points, [points[points.length - 1][0], 0]];
    this.path(closed, { fill: color, "fill-opacity": opacity });
  }

  dot(x, y, { color, radius = 6, hollow = false }) {
    const fill = hollow ? "none" : color;
    this.svg.append(node("circle", { cx: this.x(x), cy: this.y(y), r: radius, fill, stroke: color, "stroke-width": 2 }));
  }

  segment(x, from, to, { color, width = 2 }) {
    this.line([[x, from], [x, to]], { color, width });
  }

  // A vertical line over the whole height with its words on the side that has room.
  marker(x, words) {
    const { left, top, width, height } = this.box;
    const at = this.x(x);
    this.svg.append(node("line", {
      x1: at, x2: at, y1: top, y2: top + height, stroke: "currentColor", "stroke-width": 1.5, "stroke-dasharray": "5 4",
    }));
    const toTheRight = at + 8 + textWidth(words) < left + width || at < left + width / 2;
    text(this.svg, at + (toTheRight ? 7 : -7), top + 11, words, { anchor: toTheRight ? "start" : "end" });
  }
}

// One line of swatches and words, broken where the width ends; entries are {words, color, kind, dash}. Returns its height.
export function legend(svg, left, top, width, entries) {
  let [x, y] = [left, top];
  for (const { words, color, kind = "line", dash = "none", opacity = 1 } of entries) {
    const room = 32 + textWidth(words) + 14;
    if (x > left && x + room > left + width) [x, y] = [left, y + 21];
    if (kind === "line") {
      const stroke = { stroke: color, "stroke-width": 2.5, "stroke-dasharray": dash };
      svg.append(node("line", { x1: x, x2: x + 24, y1: y - 4.5, y2: y - 4.5, ...stroke }));
    } else if (kind === "box") {
      rectangle(svg, x + 6, y - 11, 14, 13, { color, opacity, outline: color });
    } else {
      svg.append(node("circle", { cx: x + 13, cy: y - 4.5, r: 5, fill: color }));
    }
    text(svg, x + 31, y, words);
    x += room;
  }
  return y - top + 21;
}
