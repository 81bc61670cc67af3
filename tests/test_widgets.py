"""Claims about the interactive figures that need no browser."""

import json
import re
import subprocess
import sys

import numpy as np
import pytest
from figures import MAKE

from imbalance_course import widgets
from imbalance_course.widgets.base import module_text, nice_bound

every_figure = pytest.mark.parametrize("name", list(MAKE))


def bundle(figure):
    return figure._repr_mimebundle_()[0]


def static_state(figure):
    """The state that the page hands to the drawing, read back from the HTML."""
    return json.loads(re.search(r'"figure-[0-9a-f]{12}", (\{.*\})\);\n</script>', figure.static_html())[1])


def test_every_public_figure_is_covered_here():
    assert sorted(MAKE) == sorted(widgets.__all__)


@every_figure
def test_equal_figures_have_equal_text_and_html(name):
    first, second = bundle(MAKE[name]()), bundle(MAKE[name]())
    for kind in ("text/plain", "text/html"):
        assert first[kind] == second[kind]


@every_figure
def test_text_and_html_hold_no_address_and_no_model_id(name):
    figure = MAKE[name]()
    shown = bundle(figure)["text/plain"] + bundle(figure)["text/html"]
    assert "0x" not in shown and figure.model_id not in shown


@every_figure
def test_a_live_notebook_gets_the_widget_too(name):
    figure = MAKE[name]()
    assert bundle(figure)["application/vnd.jupyter.widget-view+json"]["model_id"] == figure.model_id
    assert figure._esm == module_text(figure.script)


@every_figure
def test_the_page_asks_no_other_host(name):
    addresses = re.findall(r"(?:https?:)?//[\w.-]+\.\w+[^\s\"']*", MAKE[name]().static_html())
    assert set(addresses) <= {"http://www.w3.org/2000/svg"}


@every_figure
def test_the_page_says_what_is_missing_without_javascript(name):
    figure = MAKE[name]()
    assert (
        f"<noscript><p>The interactive figure “{figure.title}” needs JavaScript.</p></noscript>"
        in figure.static_html()
    )


@every_figure
def test_the_static_state_is_the_state_of_the_widget(name):
    figure = MAKE[name]()
    state = static_state(figure)
    assert {control["name"] for control in state["controls"]} == set(state) - {"title", "controls", "data"}
    for control in state["controls"]:
        assert state[control["name"]] == getattr(figure, control["name"])
        if control["step"] is not None:
            assert control["low"] <= state[control["name"]] <= control["high"]


def test_words_of_the_author_cannot_close_the_script():
    figure = widgets.SigmoidFit(names=("</script><script>alert(1)", "<!--"))
    assert figure.static_html().count("</script") == 1
    assert static_state(figure)["data"]["names"] == ["</script><script>alert(1)", "<!--"]


def test_a_moved_slider_shows_in_text_and_html():
    figure = widgets.FocalCurves()
    before = figure.static_html()
    figure.gamma = 0.5
    assert repr(figure) == "FocalCurves(gamma=0.5, balanced=False, alpha=0.25)"
    assert figure.static_html() != before


def test_python_can_observe_a_slider():
    figure, seen = widgets.WeightedThreshold(), []
    figure.observe(lambda change: seen.append(change["new"]), "weight")
    figure.weight = 10
    assert seen == [10.0]


@pytest.mark.parametrize("value", [np.float32(2), np.int64(2), 2])
def test_any_real_number_may_set_a_slider(value):
    assert widgets.FocalCurves(gamma=value).gamma == 2.0


@pytest.mark.parametrize("value", [-0.1, 5.1, float("nan"), "2", None, True])
def test_a_value_off_the_slider_is_refused(value):
    with pytest.raises(ValueError, match="Expected gamma between 0 and 5, got"):
        widgets.FocalCurves(gamma=value)


def test_a_switch_takes_a_truth_value_only():
    with pytest.raises(ValueError, match="Expected balanced to be True or False"):
        widgets.FocalCurves(balanced=1)


@every_figure
def test_a_misspelled_slider_is_refused(name):
    with pytest.raises(ValueError, match=r"Expected one of .*, got gama"):
        MAKE[name](gama=1)


@pytest.mark.parametrize(
    ("labels", "scores", "words"),
    [
        ([0, 1, 1], [0.1, 0.9], "one shape"),
        ([], [], "one shape"),
        ([0, 1], [0.1, float("nan")], "finite scores"),
        ([0, 1], [-0.2, 3.0], "probabilities from 0 to 1"),
        ([0, 2], [0.2, 0.3], "labels 0 and 1"),
        ([1, 1], [0.2, 0.3], "both classes"),
    ],
)
def test_scores_that_do_not_fit_are_refused(labels, scores, words):
    with pytest.raises(ValueError, match=words):
        widgets.ThresholdExplorer(labels, scores)


@pytest.mark.parametrize(
    ("lengths", "labels", "words"),
    [
        ([1.0, 2.0], [0], "one shape"),
        ([1.0, float("inf")], [0, 1], "finite"),
        ([2.0, 2.0], [0, 1], "that differ"),
    ],
)
def test_lengths_that_cannot_be_fitted_are_refused(lengths, labels, words):
    with pytest.raises(ValueError, match=words):
        widgets.SigmoidFit(lengths, labels)


@pytest.mark.parametrize("separation", [0, -1, 7, float("nan")])
def test_a_separation_without_overlap_or_order_is_refused(separation):
    with pytest.raises(ValueError, match="separation"):
        widgets.WeightedThreshold(separation=separation)


def test_the_sliders_of_the_sigmoid_follow_the_data():
    small, large = (
        widgets.SigmoidFit(),
        widgets.SigmoidFit([14, 10, 15, 30, 38, 41], [0, 0, 0, 1, 1, 1], slope=1),
    )
    assert small.slider_bounds["slope"][1] == pytest.approx(10 * large.slider_bounds["slope"][1])
    assert static_state(large)["controls"][0]["high"] == large.slider_bounds["slope"][1]


def test_thousands_of_scores_stay_small_on_the_page():
    rng = np.random.default_rng(0)
    figure = widgets.ThresholdExplorer(rng.integers(0, 2, 3000), rng.random(3000))
    assert len(json.dumps(static_state(figure))) < 20_000


def test_a_histogram_gives_the_same_figure_as_its_scores():
    scores, labels = (
        np.repeat([0.0, 0.25, 0.5, 0.75], [8, 7, 6, 9]),
        np.r_[[0] * 8, [0, 1] * 3, 0, [1, 0] * 3, [1] * 9],
    )
    counts = [np.histogram(scores[labels == kind], np.linspace(0, 1, 5))[0] for kind in (1, 0)]
    by_scores = widgets.ThresholdExplorer(labels, scores, step=0.25)
    assert widgets.ThresholdExplorer.from_histogram(*counts).static_html() == by_scores.static_html()


@pytest.mark.parametrize(("positives", "negatives"), [([1] * 3, [1] * 3), ([1, 1], [1]), ([], [])])
def test_histograms_that_do_not_fit_are_refused(positives, negatives):
    with pytest.raises(ValueError, match="Expected two histograms"):
        widgets.ThresholdExplorer.from_histogram(positives, negatives)


@pytest.mark.parametrize(("value", "bound"), [(12.9, 15), (37, 40), (1, 1), (0.011, 0.012), (99, 100)])
def test_a_slider_ends_at_the_next_round_number(value, bound):
    assert nice_bound(value) == pytest.approx(bound)


def test_importing_widgets_loads_neither_anywidget_nor_torch():
    heavy = "{'anywidget', 'torch', 'numpy'}"
    code = f"import sys, imbalance_course.widgets as w; dir(w); print({heavy} & set(sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "set()"


def test_making_a_figure_does_not_load_torch():
    code = (
        "import sys, imbalance_course; imbalance_course.widgets.FocalCurves(); print('torch' in sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"
