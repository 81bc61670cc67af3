// The frame of every figure: sliders, the drawing, and one sentence that reads it out. Runs on any object with
// get, set, on, off and save_changes: the model of a live notebook, or the plain state of a static page.

const FALLBACK_WIDTH = 700; // px, until the page has given the figure its width
const STEPS_PER_DECADE = 20; // of a logarithmic slider: 12 % apart, so two digits tell neighbors apart

function html(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

export function sliderScale({ low, high, step, log }) {
  if (!log) return { min: low, max: high, step, toValue: Number, toPosition: (value) => value };
  const decades = Math.log10(high / low);
  const max = Math.round(decades * STEPS_PER_DECADE);
  return {
    min: 0,
    max,
    step: 1,
    toValue: (position) => Number((low * 10 ** ((decades * position) / max)).toPrecision(2)),
    toPosition: (value) => Math.round((max * Math.log10(value / low)) / decades),
  };
}

function sliderValue(control, value) {
  return control.log && !control.whole ? significant(value, 2) : number(value, control.digits);
}

// Each builder returns {input, row, show}: the control, its line, and what to do when the value changed.
function slider(control, choose) {
  const { min, max, step, toValue, toPosition } = sliderScale(control);
  const input = html("input", { type: "range", min, max, step });
  const output = html("output");
  input.addEventListener("input", () => choose(toValue(Number(input.value))));
  const show = (value) => {
    input.value = toPosition(value);
    output.textContent = sliderValue(control, value);
    input.setAttribute("aria-valuetext", output.textContent);
  };
  const label = html("label", {}, html("span", {}, control.label), input);
  return { input, row: html("div", { className: "figure-control" }, label, output), show };
}

function checkbox(control, choose) {
  const input = html("input", { type: "checkbox" });
  input.addEventListener("change", () => choose(input.checked));
  const label = html("label", {}, input, html("span", {}, control.label));
  const row = html("div", { className: "figure-control figure-switch" }, label);
  return { input, row, show: (value) => { input.checked = value; } };
}

// `figure` is {compute(state), draw(svg, width, result, state) -> height, reading(result, state)}.
export function show(figure, model, element) {
  const [title, controls, data] = ["title", "controls", "data"].map((name) => model.get(name));
  const state = () => Object.assign({ ...data }, Object.fromEntries(controls.map(({ name }) => [name, model.get(name)])));
  const start = state();
  const frame = html("div", { className: "figure-frame" });
  // A notebook would take the arrow keys of a slider for itself.
  frame.addEventListener("keydown", (event) => event.stopPropagation());
  frame.setAttribute("role", "group");
  frame.setAttribute("aria-label", title);
  const reading = html("p", { className: "figure-reading" });
  reading.setAttribute("aria-live", "polite");
  const canvas = html("div");
  let width = FALLBACK_WIDTH;

  const rows = controls.map((control) => {
    const choose = (value) => { model.set(control.name, value); model.save_changes(); };
    return { ...control, ...(control.step === null ? checkbox : slider)(control, choose) };
  });
  const update = () => {
    const now = state();
    const result = figure.compute(now);
    const svg = node("svg", { role: "img", "aria-label": title, "font-size": TEXT_SIZE });
    const height = figure.draw(svg, width, result, now);
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    canvas.replaceChildren(svg);
    rows.forEach((row) => {
      row.show(now[row.name]);
      row.input.disabled = row.needs ? !now[row.needs] : false;
    });
    const words = figure.reading(result, now);
    if (reading.textContent !== words) reading.textContent = words;
  };
  const reset = html("button", { type: "button", textContent: "Reset" });
  reset.addEventListener("click", () => {
    controls.forEach(({ name }) => model.set(name, start[name]));
    model.save_changes();
  });

  frame.append(
    html("div", { className: "figure-title" }, html("strong", {}, title), reset),
    html("div", { className: "figure-controls" }, ...rows.map(({ row }) => row)), canvas, reading,
  );
  element.append(frame);
  controls.forEach(({ name }) => model.on(`change:${name}`, update));
  const observer = new ResizeObserver(([entry]) => {
    const given = Math.round(entry.contentRect.width);
    if (given && given !== width) { width = given; update(); }
  });
  observer.observe(canvas);
  update();
  return () => { observer.disconnect(); controls.forEach(({ name }) => model.off(`change:${name}`, update)); };
}

// The static page: the state is a plain object; the figure goes into the first place of this name that is still empty.
export function mount(figure, name, state) {
  const listeners = {};
  const model = {
    get: (key) => state[key],
    set(key, value) {
      state[key] = value;
      (listeners[`change:${key}`] ?? []).forEach((listener) => listener());
    },
    on(event, listener) { (listeners[event] ??= []).push(listener); },
    off(event, listener) { listeners[event] = (listeners[event] ?? []).filter((other) => other !== listener); },
    save_changes() {},
  };
  const place = document.querySelector(`[data-figure="${name}"]:empty`);
  show(figure, model, place);
}
