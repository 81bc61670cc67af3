// Lay the cells out on slides and start the deck. What does not fit on a slide continues on one below it.

const SLIDE = { width: 1280, height: 720 }; // px
const FULL = SLIDE.height - 28; // px; the number of the slide stands below
const TEXT = 27; // px
const TEXT_SCALES = [1, 0.93, 0.86]; // tried where they save a slide
const PICTURE = { scale: 1.8, width: 1200, height: 540 }; // of its size in the book; px

const reveal = document.querySelector(".reveal");

// The blocks of a slide in reading order: paragraphs, formulas, lists, code, outputs.
function blocksOf(section) {
  const blocks = [];
  let step = 0;
  const collect = (parent, fragment) => {
    for (const child of [...parent.children]) {
      if (child.matches("aside.notes")) continue;
      if (child.matches(".fragment")) {
        collect(child, step++);
        continue;
      }
      const inner = [...child.querySelectorAll(".jp-RenderedMarkdown, .jp-InputArea-editor, .jp-OutputArea-child")];
      const found = inner.flatMap((part) => (part.matches(".jp-RenderedMarkdown") ? [...part.children] : [part]));
      blocks.push(...found.map((block) => ({ block, fragment })));
    }
  };
  collect(section);
  return blocks;
}

const heightNow = (element) => {
  const { marginTop, marginBottom } = getComputedStyle(element);
  return element.getBoundingClientRect().height + parseFloat(marginTop) + parseFloat(marginBottom);
};

// An answer unfolds its explanation: a question keeps room for its longest.
function heightOf(element) {
  const answers = [...element.querySelectorAll(".quiz-option input")];
  const heights = answers.map((answer) => {
    answer.checked = true;
    return heightNow(element);
  });
  for (const answer of answers) answer.checked = false;
  return Math.max(heightNow(element), ...heights);
}

// A block larger than a slide, such as a long cell, is drawn smaller.
function shrink(block) {
  block.style.zoom = 1;
  const scale = Math.min(FULL / heightOf(block), SLIDE.width / block.scrollWidth);
  if (scale < 1) block.style.zoom = scale * 0.98;
}

const isHeading = ({ block }) => /^H[1-6]$/.test(block.tagName);

// Blocks, cut where the next one would leave the slide; a heading stays with what it heads.
function pagesOf(blocks) {
  const pages = [];
  let page = [], used = 0;
  for (const item of blocks) {
    shrink(item.block);
    const height = heightOf(item.block);
    if (page.length && used + height > FULL) {
      let cut = page.length;
      while (cut > 1 && isHeading(page[cut - 1])) cut -= 1;
      pages.push(page.slice(0, cut));
      page = page.slice(cut);
      used = page.reduce((sum, one) => sum + heightOf(one.block), 0);
    }
    page.push(item);
    used += height;
  }
  return [...pages, page].filter((one) => one.length);
}

// A room takes one question at a time: each becomes an output of its own.
function separateQuestions(quiz) {
  const output = quiz.closest(".jp-OutputArea-child");
  document.head.append(...output.querySelectorAll("style"));
  const parts = [...quiz.querySelectorAll("fieldset")].map((question) => {
    const part = output.cloneNode(false);
    const frame = quiz.cloneNode(false);
    frame.append(question);
    part.append(frame);
    return part;
  });
  output.replaceWith(...parts);
}

// The last row reads a picture drawn for a book only when it is enlarged.
function enlarge(picture) {
  const { width, height } = picture.getBoundingClientRect();
  if (!width || !height) return;
  const scale = Math.min(PICTURE.scale, PICTURE.width / width, PICTURE.height / height);
  Object.assign(picture.style, { width: `${width * scale}px`, height: `${height * scale}px` });
}

// The largest letters among those that need the fewest slides.
function fit(section) {
  const blocks = blocksOf(section);
  const lay = (fontSize) => {
    section.style.fontSize = fontSize;
    return { fontSize, pages: pagesOf(blocks) };
  };
  const tries = TEXT_SCALES.map((scale) => lay(`${TEXT * scale}px`));
  const best = tries.reduce((one, other) => (other.pages.length < one.pages.length ? other : one));
  return lay(best.fontSize); // once more: each try leaves its own enlargements on the blocks
}

function layOut(section) {
  const notes = [...section.querySelectorAll("aside.notes")];
  const { fontSize, pages } = fit(section);
  const slides = pages.map((page) => {
    const slide = document.createElement("section");
    slide.style.fontSize = fontSize;
    for (const { block, fragment } of page) {
      if (fragment !== undefined) {
        block.classList.add("fragment");
        block.dataset.fragmentIndex = fragment;
      }
      slide.append(block);
    }
    return slide;
  });
  slides.slice(0, 1).forEach((slide) => slide.append(...notes));
  section.replaceWith(...slides);
}

async function start() {
  await Promise.all([window.MathJax.startup.promise, document.fonts.ready]);
  for (const quiz of reveal.querySelectorAll(".quiz")) separateQuestions(quiz);
  const pictures = ".jp-OutputArea-output img, .jp-RenderedSVG > svg";
  for (const picture of reveal.querySelectorAll(pictures)) enlarge(picture);
  for (const section of reveal.querySelectorAll(".slides > section > section")) layOut(section);
  for (const slide of reveal.querySelectorAll(".slides > section")) if (!slide.children.length) slide.remove();
  reveal.classList.add("ready");
  await Reveal.initialize({
    ...SLIDE, margin: 0.04, center: false, hash: true, slideNumber: "c/t", transition: "none",
    pdfSeparateFragments: false, pdfMaxPagesPerSlide: 1, plugins: [RevealNotes],
  });
  document.documentElement.dataset.deck = "ready";
}

window.addEventListener("load", start);
