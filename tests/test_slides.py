"""The decks: one a lesson, complete without a network, right in a real browser."""

import re
from pathlib import Path

import make_slides
import myst_text
import nbformat
import pytest
import screenshots
import vendor
from browser_here import CHROMIUM, MISSING

LESSONS = sorted(make_slides.LESSONS.glob("*.ipynb"))
NAMES = [path.stem for path in LESSONS]
needs_chromium = pytest.mark.skipif(not CHROMIUM.is_file(), reason=MISSING)

WALK = """() => {
  Reveal.configure({ fragments: false });
  Reveal.slide(0, 0);
  const wrong = [];
  for (let number = 1; number <= Reveal.getTotalSlides(); number++) {
    const slide = Reveal.getCurrentSlide();
    if (slide.scrollHeight > 720) wrong.push(`slide ${number} is ${slide.scrollHeight} px tall`);
    if (![...slide.children].some((block) => block.offsetHeight)) wrong.push(`slide ${number} is empty`);
    Reveal.next();
  }
  return wrong;
}"""

# Answers every question in every way, one after the other, and says which slide grows past its edge.
ANSWER = """() => {
  Reveal.configure({ fragments: false });
  const wrong = [];
  let answers = 0;
  for (const input of document.querySelectorAll(".quiz-option input")) {
    const slide = input.closest("section"), { h, v } = Reveal.getIndices(slide);
    Reveal.slide(h, v);
    input.click();
    answers += 1;
    if (slide.scrollHeight > 720) wrong.push(`${input.id}: ${slide.scrollHeight} px tall`);
  }
  return { answers, wrong };
}"""


@pytest.fixture(scope="module")
def decks(tmp_path_factory):
    folder = tmp_path_factory.mktemp("decks")
    vendor.copy_mathjax(folder / "vendor")
    vendor.copy_reveal(folder / "vendor")
    make_slides.write_decks(folder, vendor="vendor", lessons_url="../lessons")
    return folder


@pytest.fixture(scope="module")
def browser():
    with screenshots.chromium() as chromium:
        yield chromium


@pytest.fixture(scope="module")
def open_deck(browser, decks):
    def open_one(name):
        context = browser.new_context(viewport={"width": 1280, "height": 720}, offline=True)
        page = context.new_page()
        seen = screenshots.watch(page, "file://")
        page.goto((decks / f"{name}.html").as_uri())
        page.locator(make_slides.READY).wait_for()
        return page, seen

    return open_one


def test_every_lesson_has_a_deck(decks):
    assert [path.stem for path in sorted(decks.glob("*.html"))] == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_deck_asks_no_other_server(decks, name):
    text = (decks / f"{name}.html").read_text()
    loaded = re.findall(r'<(?:script|img|link|iframe)[^>]*\s(?:src|href)="([^"]+)"', text)
    assert loaded and not [address for address in loaded if re.match(r"(https?:)?//", address)]


@pytest.mark.parametrize("path", LESSONS, ids=NAMES)
def test_deck_holds_the_speakers_notes_and_no_solution(decks, path):
    text = (decks / f"{path.stem}.html").read_text()
    cells = nbformat.read(path, as_version=4).cells
    notes = [c for c in cells if c.metadata.get("slideshow", {}).get("slide_type") == "notes"]
    assert text.count('<aside class="notes">') == len(notes) >= 3
    solutions = [cell for cell in cells if "solution" in cell.metadata.get("tags", [])]
    assert solutions and not [cell.id for cell in solutions if f"cell-id={cell.id}" in text]


@pytest.mark.parametrize("name", NAMES)
def test_deck_shows_no_markup_of_the_book(decks, name):
    assert not re.findall(r"\{(?:cite|doc|term|ref)\}", (decks / f"{name}.html").read_text())


@needs_chromium
@pytest.mark.parametrize("name", NAMES)
def test_every_slide_of_the_deck_fits_the_screen_offline(open_deck, name):
    page, seen = open_deck(name)
    assert page.evaluate(WALK) == []
    assert page.locator("mjx-container").count() > 0
    assert page.locator("mjx-merror").count() == 0
    assert seen == []
    page.context.close()


@needs_chromium
@pytest.mark.parametrize("name", NAMES)
def test_a_slide_with_unfolded_explanations_fits_the_screen(open_deck, name):
    page, seen = open_deck(name)
    found = page.evaluate(ANSWER)
    assert found["wrong"] == [] and found["answers"] > 0
    assert seen == []
    page.context.close()


@needs_chromium
def test_deck_advances_by_keyboard(open_deck):
    page, _ = open_deck(NAMES[0])
    places = [page.evaluate("Reveal.getIndices()")]
    for _ in range(6):
        page.keyboard.press("Space")
        places.append(page.evaluate("Reveal.getIndices()"))
    assert len({tuple(sorted(place.items(), key=str)) for place in places}) == len(places)
    page.context.close()


@needs_chromium
def test_speakers_window_shows_the_notes(open_deck):
    page, _ = open_deck(NAMES[3])
    notes = page.locator("aside.notes").first
    number = page.evaluate("(note) => Reveal.getIndices(note.closest('section'))", notes.element_handle())
    page.evaluate("({ h, v }) => Reveal.slide(h, v)", number)
    with page.expect_popup() as opened:
        page.keyboard.press("s")
    words = notes.text_content().strip()[:40]
    window = opened.value
    window.locator(".speaker-controls-notes .value", has_text=words).wait_for()
    page.context.close()


@needs_chromium
def test_moving_figure_of_a_deck_moves(open_deck):
    page, _ = open_deck(NAMES[3])
    slider = page.locator("input[type=range]").first
    place = page.evaluate("(input) => Reveal.getIndices(input.closest('section'))", slider.element_handle())
    page.evaluate("({ h, v }) => Reveal.slide(h, v, 99)", place)
    reading = page.locator(".figure-reading").first
    before = reading.text_content()
    slider.focus()
    for _ in range(5):
        slider.press("ArrowRight")
    assert reading.text_content() != before
    page.context.close()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see {cite}`lin2017focal`.", "see (Lin et al. 2017)."),
        ("{cite}`cui2019class,menon2021long`", "(Cui et al. 2019; Menon et al. 2021)"),
        ("{doc}`Results <../book/results>`", "[Results](site/lessons/../book/results.html)"),
        ("{term}`logit`", "logit"),
        ("[02](02_binary_cross_entropy.ipynb#step)", "[02](site/lessons/02_binary_cross_entropy.html#step)"),
        ("$x_{cite}$ and `{cite}`", "$x_{cite}$ and `{cite}`"),
    ],
)
def test_roles_become_words_and_links(text, expected):
    assert myst_text.to_markdown(text, "site/lessons") == expected


def test_tools_that_make_decks_write_only_into_their_folder(decks):
    assert {path.name for path in decks.iterdir()} == {*[f"{name}.html" for name in NAMES], "vendor"}
    assert Path(decks / "vendor" / "reveal" / "LICENSE").is_file()
