// An affine map of a drawn face and its marked points, in pixels from the top left corner, y down.

const SIDE = 64; // pixels of a side of the image
const MARGIN = 14; // pixels shown around it
const CENTER = SIDE / 2;
const POINTS = [["left ear", 17, 9], ["right ear", 47, 9], ["left eye", 25, 28], ["right eye", 39, 28], ["nose", 32, 38]];

// [[a, b, u], [c, d, v]]: scale, shear and rotate about the center, then shift.
export function forwardMatrix({ rotation, scale: factor, shear, right, down }) {
  const [angle, lean] = [(rotation * Math.PI) / 180, Math.tan((shear * Math.PI) / 180)];
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  const [a, b] = [factor * cosine, factor * (lean * cosine - sine)];
  const [c, d] = [factor * sine, factor * (lean * sine + cosine)];
  return [[a, b, CENTER + right - (a + b) * CENTER], [c, d, CENTER + down - (c + d) * CENTER]];
}

function apply([[a, b, u], [c, d, v]], [x, y]) {
  return [a * x + b * y + u, c * x + d * y + v];
}

export function compute(state) {
  const matrix = forwardMatrix(state);
  const before = POINTS.map(([, x, y]) => [x, y]);
  const belong = before.map((point) => apply(matrix, point));
  const points = state.follow ? belong : before;
  const errors = points.map(([x, y], i) => Math.hypot(x - belong[i][0], y - belong[i][1]));
  const outside = belong.filter((place) => place.some((value) => value < 0 || value > SIDE)).length;
  return { matrix, before, points, belong, errors, outside, mean_error: errors.reduce((sum, e) => sum + e, 0) / errors.length };
}

function ellipse(x, y, width, height) {
  return Array.from({ length: 41 }, (_, i) => {
    const angle = (i / 20) * Math.PI;
    return [x + width * Math.cos(angle), y + height * Math.sin(angle)];
  });
}

const FACE = [
  ellipse(32, 36, 19, 18), ellipse(25, 28, 3, 3), ellipse(39, 28, 3, 3), ellipse(32, 38, 3, 2),
  [[16, 26], [17, 9], [28, 19]], [[36, 19], [47, 9], [48, 26]], [[26, 45], [32, 48], [38, 45]],
];
const LINES = [0, 16, 32, 48, 64].flatMap((at) => [[[at, 0], [at, SIDE]], [[0, at], [SIDE, at]]]);

// A drawing inside the drawing that cuts off what leaves its box.
function cutout({ left, top, width, height }) {
  return node("svg", {
    x: left, y: top, width, height, viewBox: `${left} ${top} ${width} ${height}`,
    style: `overflow: hidden; width: ${width}px; height: ${height}px`,
  });
}

function picture(svg, box, { matrix, points, belong }, { follow }) {
  const ticks = [0, 16, 32, 48, 64];
  const domain = [-MARGIN, SIDE + MARGIN];
  const panel = new Panel(svg, {
    ...box, x: { domain, ticks, label: "x (pixels)" }, y: { domain: [...domain].reverse(), ticks, label: "y (pixels, down)" },
  });
  panel.svg = cutout(box);
  const moved = (line) => line.map((point) => apply(matrix, point));
  for (const line of LINES) panel.line(line, { color: COLORS.neutral, width: 1, dash: "3 4" });
  for (const line of LINES) panel.line(moved(line), { color: COLORS.third, width: 1.2 });
  for (const line of FACE) panel.line(moved(line), { color: COLORS.negative, width: 3 });
  panel.line([[0, 0], [SIDE, 0], [SIDE, SIDE], [0, SIDE], [0, 0]], { color: "currentColor", width: 2 });
  points.forEach((point, i) => {
    if (!follow) {
      panel.line([point, belong[i]], { color: COLORS.positive, width: 2 });
      panel.dot(...belong[i], { color: COLORS.positive, hollow: true });
    }
    panel.dot(...point, { color: COLORS.positive, radius: 5 });
  });
  svg.append(panel.svg);
}

const signed = (value, digits) => `${value < 0 ? "−" : "+"} ${number(Math.abs(value), digits)}`;

function equations(svg, left, top, { matrix, mean_error }) {
  text(svg, left, top, "Where a point (x, y) goes", { weight: 600 });
  const rows = matrix.map(([a, b, u], i) => `${"xy"[i]}′ = ${number(a, 2)} x ${signed(b, 2)} y ${signed(u, 1)}`);
  rows.forEach((row, i) => text(svg, left, top + 28 + 25 * i, row, { size: 16 }));
  text(svg, left, top + 92, "Points off by, on average", { weight: 600 });
  text(svg, left, top + 120, `${number(mean_error, 1)} pixels`, { size: 16 });
}

export function draw(svg, width, result, state) {
  const narrow = width < 600;
  const shift = legend(svg, 58, 14, width - 60, [
    { words: "image, moved", color: COLORS.negative }, { words: "its grid", color: COLORS.third },
    { words: "grid before", color: COLORS.neutral, dash: "3 4" }, { words: "points", color: COLORS.positive, kind: "dot" },
  ]);
  const side = Math.min(360, width - 66);
  const box = { left: 58, top: shift + 10, width: side, height: side };
  picture(svg, box, result, state);
  const bottom = box.top + side + 46;
  if (narrow) equations(svg, box.left, bottom + 16, result);
  else equations(svg, box.left + side + 40, box.top + 40, result);
  return narrow ? bottom + 146 : bottom;
}

export function reading({ belong, mean_error, outside }, { follow, scale: factor }) {
  const [x, y] = belong[0].map((value) => number(value, 1));
  const away = outside ? ` ${outside} of the 5 places lie outside the frame.` : "";
  const start = `The left ear of the image is now at (${x}, ${y}), and areas are ${number(factor * factor, 2)} times as large. `;
  return start + (follow
    ? `The points went through the same matrix and still sit on the ears, eyes and nose.${away}`
    : `The points stayed where they were: on average they are ${number(mean_error, 1)} pixels off.${away}`);
}
