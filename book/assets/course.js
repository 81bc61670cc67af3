// What the reader has done is kept in this browser alone: chosen answers, and a tick at lessons whose quiz is right.

const KEY = "imbalance-course";

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {}; // storage switched off, or not ours: the site works without
  }
}

function write(state) {
  try {
    localStorage.setItem(KEY, JSON.stringify(state));
  } catch {
    // Private windows may refuse; nothing but the memory is lost.
  }
}

const isRight = (input) => Boolean(input.parentElement.querySelector(".quiz-right"));

function remember(quiz) {
  const groups = [...quiz.querySelectorAll("fieldset")];
  const chosen = groups.map((group) => group.querySelector("input:checked"));
  const state = read();
  state[quiz.dataset.quiz] = {
    chosen: chosen.map((input) => input?.id ?? null),
    done: chosen.every((input) => input && isRight(input)),
  };
  write(state);
}

function restore(quiz) {
  for (const id of read()[quiz.dataset.quiz]?.chosen ?? []) {
    const input = id && document.getElementById(id);
    if (input) input.checked = true;
  }
}

// Styles unfold an explanation silently; a reader who listens hears it from here.
function announce(quiz, input) {
  const said = quiz.querySelector("[role=status]");
  said.textContent = input.parentElement.querySelector("p").textContent;
}

function tick() {
  const state = read();
  for (const link of document.querySelectorAll(".bd-sidebar-primary a.reference")) {
    const lesson = /\/?(\d\d)_[a-z_]+\.html/.exec(link.getAttribute("href") ?? "")?.[1] ?? here(link);
    link.querySelector(".lesson-done")?.remove();
    if (!state[lesson]?.done) continue;
    const mark = Object.assign(document.createElement("span"), { className: "lesson-done", textContent: " ✓" });
    mark.setAttribute("role", "img");
    mark.setAttribute("aria-label", "quiz done");
    link.append(mark);
  }
}

// The link of the page itself is "#".
function here(link) {
  return link.getAttribute("href") === "#" ? /\/(\d\d)_[a-z_]+\.html/.exec(location.pathname)?.[1] : undefined;
}

// The theme's arrows that unfold a part of the list of contents have no name.
function nameArrows() {
  for (const summary of document.querySelectorAll(".bd-sidebar-primary summary:not([aria-label])")) {
    const title = summary.closest("li").querySelector("a")?.textContent.trim() ?? "this part";
    summary.setAttribute("aria-label", `Pages below ${title}`);
  }
}

// The list of references says it is a list, but its entries do not say they are items.
function unlist() {
  for (const list of document.querySelectorAll(".citation-list[role=list]")) list.removeAttribute("role");
}

// What scrolls sideways inside itself must also scroll by keyboard.
function reachScrollers() {
  const boxes = ".cell_output, div.math, mjx-container, pre, table, .pst-scrollable-table-container";
  for (const box of document.querySelectorAll(`.bd-article :is(${boxes})`)) {
    const scrolls = box.scrollWidth > box.clientWidth && /auto|scroll/.test(getComputedStyle(box).overflowX);
    if (scrolls) box.tabIndex = 0;
  }
}

// What the buttons in the header of a page do; toggleFullScreen is the theme's.
const PRESS = { print: () => window.print(), screen: () => window.toggleFullScreen() };

function bindButtons() {
  for (const button of document.querySelectorAll("[data-press]"))
    button.addEventListener("click", PRESS[button.dataset.press]);
}

window.addEventListener("load", async () => {
  await window.MathJax?.startup?.promise;
  reachScrollers(); // and lays the page out, which asks for the fonts of the formulas
  await document.fonts.ready;
  reachScrollers();
});
window.addEventListener("resize", reachScrollers);

document.addEventListener("DOMContentLoaded", () => {
  bindButtons();
  nameArrows();
  unlist();
  for (const quiz of document.querySelectorAll(".quiz")) {
    restore(quiz);
    const said = Object.assign(document.createElement("div"), { className: "quiz-said" });
    said.setAttribute("role", "status");
    quiz.append(said);
    quiz.addEventListener("change", ({ target }) => {
      remember(quiz);
      announce(quiz, target);
      tick();
    });
  }
  tick();
});
