"""Every interactive figure in a real browser: every control moved, every word readable."""

import pytest
from browser import IMPORT, assert_tidy, set_slider, show
from figures import MAKE

from imbalance_course import widgets
from imbalance_course.widgets.base import module_text

every_figure = pytest.mark.parametrize("name", list(MAKE))


@every_figure
def test_a_live_notebook_can_render_the_module(page, name):
    assert page.evaluate(IMPORT, [module_text(MAKE[name]().script), None]) == ["render"]


@every_figure
@pytest.mark.parametrize("width", [360, 900])
def test_every_slider_moves_and_no_words_overlap(page, name, width):
    show(page, MAKE[name](**({"balanced": True} if name == "FocalCurves" else {})), width)
    for index in range(page.locator("input[type=range]").count()):
        readings = set()
        for position in (0, 0.4, 1):
            set_slider(page, index, position)
            readings.add(page.locator(".figure-reading").inner_text())
            assert "NaN" not in page.locator(".figure-frame").inner_html()
            assert_tidy(page, width)
        assert len(readings) == 3
        set_slider(page, index, 0.5)


@every_figure
@pytest.mark.parametrize("width", [390, 900])
def test_text_is_at_least_13_px(page, name, width):
    show(page, MAKE[name](), width)
    sizes = page.locator("svg text").evaluate_all(
        "texts => texts.map((text) => getComputedStyle(text).fontSize)"
    )
    assert min(float(size.removesuffix("px")) for size in sizes) >= 13


@every_figure
def test_every_control_and_the_drawing_have_a_name(page, name):
    figure = MAKE[name]()
    show(page, figure)
    for control in figure.controls:
        role = "checkbox" if control["step"] is None else "slider"
        assert page.get_by_role(role, name=control["label"], exact=True).count() == 1
    assert page.get_by_role("group", name=figure.title).count() == 1
    assert page.get_by_role("img", name=figure.title).count() == 1
    assert page.locator(".figure-reading").get_attribute("aria-live") == "polite"


@every_figure
def test_the_keyboard_moves_a_slider_and_reset_brings_it_back(page, name):
    show(page, MAKE[name]())
    slider, reading = page.get_by_role("slider").first, page.locator(".figure-reading")
    before, value = reading.inner_text(), slider.get_attribute("aria-valuetext")
    page.evaluate("document.addEventListener('keydown', (key) => key.preventDefault())")  # as notebooks do
    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    assert slider.get_attribute("aria-valuetext") != value
    page.get_by_role("button", name="Reset").click()
    assert (reading.inner_text(), slider.get_attribute("aria-valuetext")) == (before, value)


def test_alpha_rests_until_the_switch_is_on(page):
    show(page, widgets.FocalCurves())
    alpha = page.get_by_role("slider", name="Balance α")
    assert alpha.is_disabled()
    page.get_by_role("checkbox").check()
    assert alpha.is_enabled()


def test_a_figure_shown_twice_is_drawn_twice(page):
    figure = widgets.FocalCurves()
    page.set_content(figure.static_html() + figure.static_html())
    page.wait_for_function("document.querySelectorAll('svg').length === 2")
    assert len(set(page.locator(".figure-reading").all_inner_texts())) == 1


def test_a_change_from_python_moves_the_live_figure(page):
    figure = widgets.FocalCurves(gamma=2)
    state = {"title": figure.title, "controls": figure.controls, "data": figure.data, **figure._positions()}
    page.set_content("<main></main>")
    page.evaluate(IMPORT, [module_text(figure.script), None])
    readings = page.evaluate(
        """(state) => {
          const listeners = {}, saved = [];
          const model = {
            get: (key) => state[key],
            set: (key, value) => { state[key] = value; },
            on: (event, listener) => { listeners[event] = listener; },
            off() {},
            save_changes: () => saved.push(state.gamma),
          };
          window.figure.default.render({ model, el: document.querySelector("main") });
          const reading = () => document.querySelector(".figure-reading").textContent;
          const before = reading();
          state.gamma = 0;
          listeners["change:gamma"]();
          const slider = document.querySelector("input[type=range]");
          slider.value = 4;
          slider.dispatchEvent(new Event("input"));
          return [before, reading(), saved];
        }""",
        state,
    )
    assert readings[0].startswith("With γ = 2.0 ") and readings[1].startswith("With γ = 0.0 ")
    assert readings[2] == [4]
