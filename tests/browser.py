"""An interactive figure in a page: show it, move its sliders, read its words and its numbers."""

from imbalance_course.widgets.base import module_text

IMPORT = """async ([text, state]) => {
  const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  window.figure = await import(url);
  return state ? window.figure.compute(state) : Object.keys(window.figure.default);
}"""


def show(page, figure, width=900):
    page.set_viewport_size({"width": width, "height": 900})
    page.set_content(f"<!doctype html><title>figure</title><main>{figure.static_html()}</main>")
    # Drawn for the width that the page gives: one unit of the drawing is one pixel.
    difference = "svg.viewBox.baseVal.width - svg.getBoundingClientRect().width"
    page.wait_for_function(f"(svg => svg && Math.abs({difference}) < 1)(document.querySelector('svg'))")


def compute(page, figure):
    """What the figure's script computes from the figure's state."""
    return page.evaluate(IMPORT, [module_text(figure.script), {**figure.data, **figure._positions()}])


def set_slider(page, index, position):
    """Move a slider as a hand would; position is a share of its length."""
    page.evaluate(
        """([index, share]) => {
          const input = document.querySelectorAll("input[type=range]")[index];
          input.value = Number(input.min) + share * (input.max - input.min);
          input.dispatchEvent(new Event("input"));
        }""",
        [index, position],
    )


def texts(page):
    """Words and edges (px) of every text in the drawing."""
    return page.evaluate(
        """() => [...document.querySelectorAll("svg text")].filter((text) => text.textContent).map((text) => {
          const { left, right, top, bottom } = text.getBoundingClientRect();
          return { words: text.textContent, left, right, top, bottom };
        })"""
    )


def assert_tidy(page, width):
    """No text leaves the page or covers another."""
    boxes = texts(page)
    for index, box in enumerate(boxes):
        assert box["left"] >= 0 and box["right"] <= width, box["words"]
        for other in boxes[:index]:
            beside = min(box["right"], other["right"]) - max(box["left"], other["left"]) <= 1
            line_space = 3  # px
            above = min(box["bottom"], other["bottom"]) - max(box["top"], other["top"]) <= line_space
            assert beside or above, (box["words"], other["words"])
