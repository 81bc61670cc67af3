"""The interactive figures in a real browser: their numbers against Python, and every control moved."""

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import norm

from imbalance_course import widgets
from imbalance_course.metrics import Counts, confusion_counts, counts_by_threshold
from imbalance_course.widgets.base import module_text

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
IMPORT = """async ([text, state]) => {
  const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  window.figure = await import(url);
  return state ? window.figure.compute(state) : Object.keys(window.figure.default);
}"""
RNG = np.random.default_rng(0)
LABELS = (RNG.random(400) < 0.2).astype(int)
SCORES = np.round(1 / (1 + np.exp(-(RNG.normal(size=400) + 2 * LABELS - 1))), 2)
MAKE = {
    "AccuracyParadox": widgets.AccuracyParadox,
    "SigmoidFit": widgets.SigmoidFit,
    "WeightedThreshold": widgets.WeightedThreshold,
    "FocalCurves": widgets.FocalCurves,
    "ThresholdExplorer": lambda **values: widgets.ThresholdExplorer(LABELS, SCORES, **values),
}
every_figure = pytest.mark.parametrize("name", list(MAKE))


@pytest.fixture(scope="module")
def tab():
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not CHROMIUM.exists():
        pytest.skip(f"no browser at {CHROMIUM}: apt-get install chromium")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS.split())
        yield browser.new_page()
        browser.close()


@pytest.fixture
def page(tab):
    problems = []

    def on_message(message):
        if message.type in ("error", "warning"):
            problems.append(message.text)

    def on_error(error):
        problems.append(str(error))

    tab.on("console", on_message)
    tab.on("pageerror", on_error)
    yield tab
    tab.remove_listener("console", on_message)
    tab.remove_listener("pageerror", on_error)
    assert problems == []


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


@pytest.mark.parametrize(
    ("positives", "recall", "rate"), [(200, 0.5, 0.001), (10, 0, 0), (100_000, 1, 0.2), (470, 0.37, 0)]
)
def test_accuracy_paradox_has_the_scores_of_the_metrics(page, positives, recall, rate):
    result = compute(page, widgets.AccuracyParadox(positives=positives, recall=recall, false_alarm_rate=rate))
    counts = Counts(**result["counts"])
    assert counts.tp + counts.fn == positives and counts.fp + counts.tn == 100_000
    assert counts.tp == pytest.approx(recall * positives, abs=0.5)
    assert result["scores"] == pytest.approx({name: getattr(counts, name) for name in result["scores"]})
    assert result["doing_nothing"] == Counts(tp=0, fp=0, fn=positives, tn=100_000).accuracy


@pytest.mark.parametrize(("slope", "offset"), [(1, -1), (4, -9), (0, 0), (15, -40), (-3, 10)])
def test_sigmoid_fit_has_the_loss_of_the_package(page, slope, offset):
    torch = pytest.importorskip("torch")
    from imbalance_course.losses import binary_cross_entropy

    figure = widgets.SigmoidFit(slope=slope, offset=offset)
    result = compute(page, figure)
    lengths, labels = (torch.tensor(figure.data[key], dtype=torch.float64) for key in ("lengths", "labels"))
    logits = slope * lengths + offset
    assert result["loss"] == pytest.approx(binary_cross_entropy(logits, labels).item(), rel=1e-12)
    beliefs = torch.where(labels == 1, torch.sigmoid(logits), torch.sigmoid(-logits))
    assert result["beliefs"] == pytest.approx(beliefs.tolist(), rel=1e-12)
    assert result["likelihood"] == pytest.approx(beliefs.prod().item(), rel=1e-9)


@pytest.mark.parametrize(("weight", "prior"), [(1, 0.1), (9, 0.1), (0.01, 0.5), (100, 0.001), (0.3, 0.02)])
def test_weighted_threshold_has_the_tails_of_the_normal_distribution(page, weight, prior):
    result = compute(page, widgets.WeightedThreshold(weight=weight, prior=prior))
    # The score at which the posterior probability is p*, by bisection on Bayes' rule.
    low, high = -30.0, 30.0
    for _ in range(200):
        middle = (low + high) / 2
        ratio = prior * norm.pdf(middle - 2) / ((1 - prior) * norm.pdf(middle))
        low, high = (middle, high) if ratio / (1 + ratio) < 1 / (1 + weight) else (low, middle)
    assert result["threshold"] == pytest.approx(1 / (1 + weight))
    assert result["moved"]["score"] == pytest.approx(low, abs=1e-9)
    assert result["moved"]["recall"] == pytest.approx(norm.sf(low - 2), rel=1e-6, abs=1e-12)
    assert result["moved"]["false_alarm_rate"] == pytest.approx(norm.sf(low), rel=1e-6, abs=1e-12)


@pytest.mark.parametrize("weight", [0.1, 1, 9, 50])
def test_the_moved_threshold_has_the_least_weighted_error(page, weight):
    result = compute(page, widgets.WeightedThreshold(weight=weight))
    assert result["moved"]["cost"] <= min(point["cost"] for point in result["curve"]) + 1e-12


@pytest.mark.parametrize("gamma", [0, 0.5, 2, 5])
def test_focal_curves_are_loss_and_autograd_gradient_of_the_package(page, gamma):
    torch = pytest.importorskip("torch")
    from imbalance_course.losses import binary_focal_loss

    result = compute(page, widgets.FocalCurves(gamma=gamma))
    logits = torch.logit(torch.tensor(result["probabilities"], dtype=torch.float64)).requires_grad_()
    losses = binary_focal_loss(logits, torch.ones_like(logits), gamma=gamma, reduction="none")
    losses.sum().backward()
    assert result["losses"] == pytest.approx(losses.tolist(), rel=1e-9)
    assert result["gradients"] == pytest.approx((-logits.grad).tolist(), rel=1e-9, abs=1e-12)


def test_without_focusing_the_easy_examples_weigh_46_times_the_hard_ones(page):
    result = compute(page, widgets.FocalCurves(gamma=0))
    assert result["ratio"] == pytest.approx(1000 * np.log(0.9) / np.log(0.1))
    assert round(result["ratio"], 1) == 45.8


@pytest.mark.parametrize(("gamma", "alpha"), [(0, 0.5), (2, 0.25), (2, 0), (2, 1)])
def test_alpha_weighs_hard_positives_against_easy_negatives(page, gamma, alpha):
    plain = compute(page, widgets.FocalCurves(gamma=gamma))
    result = compute(page, widgets.FocalCurves(gamma=gamma, alpha=alpha, balanced=True))
    assert result["hard"] == pytest.approx(alpha * plain["hard"])
    assert result["easy"] == pytest.approx((1 - alpha) * plain["easy"])


@pytest.mark.parametrize("threshold", [0, 0.001, 0.29, 0.5, 0.57, 0.999, 1])
def test_threshold_explorer_counts_exactly(page, threshold):
    now = compute(page, MAKE["ThresholdExplorer"](threshold=threshold))["now"]
    counts = confusion_counts(LABELS, SCORES, threshold)
    assert Counts(**{name: now[name] for name in ("tp", "fp", "fn", "tn")}) == counts
    for name in ("precision", "recall", "f1"):
        assert now[name] == pytest.approx(getattr(counts, name))


def test_threshold_explorer_draws_every_decision_rule(page):
    curve = compute(page, MAKE["ThresholdExplorer"]())["curve"]
    _, counts = counts_by_threshold(LABELS, SCORES)
    assert [point["tp"] for point in curve] == counts.tp[1:].tolist()
    assert [point["fp"] for point in curve] == counts.fp[1:].tolist()


@every_figure
def test_a_live_notebook_can_render_the_module(page, name):
    assert page.evaluate(IMPORT, [module_text(MAKE[name]().script), None]) == ["render"]


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
