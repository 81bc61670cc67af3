"""Claims about what the still figures draw."""

import io
import subprocess
import sys

import matplotlib
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_hex

from imbalance_course import plots
from imbalance_course.metrics import Counts, Interval, confusion_counts, mean_interval, reliability_curve
from imbalance_course.plots.lines import spread

LABELS = [0, 0, 0, 1, 0, 1, 1]
SCORES = [0.05, 0.2, 0.35, 0.4, 0.6, 0.7, 0.9]


@pytest.fixture(autouse=True)
def course_style():
    with matplotlib.rc_context():
        plots.use_style()
        yield


def words(figure):
    """All texts of a figure."""
    figure.draw_without_rendering()
    return [text.get_text() for text in figure.findobj(matplotlib.text.Text) if text.get_text()]


def as_svg(figure):
    stream = io.BytesIO()
    figure.savefig(stream, format="svg", metadata={"Date": None})
    return stream.getvalue()


def every_figure():
    x = np.linspace(0.1, 0.9, 9)
    return {
        "annotated_pairs": plots.annotated_pairs({"a": np.zeros((4, 4, 3), np.uint8)}, {"image": None}),
        "class_bars": plots.class_bars([11_000, 1_000], ["dog", "cat"]),
        "confusion_matrices": plots.confusion_matrices({"a": Counts(tp=8, fp=1, fn=2, tn=9)}),
        "confusion_matrix": plots.confusion_matrix(Counts(tp=821, fp=11, fn=679, tn=1489), ("cat", "dog")),
        "curves": plots.curves(x, {"a": x, "b": x**2}, "x (cm)", "y", markers={"half": 0.5}),
        "feature_planes": plots.feature_planes(
            np.eye(2), [0, 1], np.eye(3)[:2], hollow=[False, True], names=("a", "b")
        ),
        "flow_chart": plots.flow_chart([("a", "b", "")], [("c", "d", "e")], ("f", "g", "h")),
        "heat_overlays": plots.heat_overlays(
            np.zeros((1, 4, 4, 3), np.uint8), np.ones((1, 2, 2)), ["a"], "b"
        ),
        "histogram_of_scores": plots.histogram_of_scores(LABELS, SCORES, 0.5),
        "intervals_by_row": plots.intervals_by_row({"a": {"b": Interval(0.8, 0.7, 0.9, 3)}}, "F1"),
        "intervals_by_size": plots.intervals_by_size(
            {"at 15": {"a": [Interval(0.8, 0.7, 0.9, 3)]}}, [9], "F1"
        ),
        "image_grid": plots.image_grid(np.zeros((3, 4, 4, 3), np.uint8), ["a", "b", "c"], columns=2),
        "learning_curves": plots.learning_curves({"a": [{"loss": 0.6}, {"loss": 0.4}]}),
        "loss_by_hits": plots.loss_by_hits(64),
        "mask_overlays": plots.mask_overlays(
            np.zeros((4, 4), np.uint8), np.eye(4, dtype=np.uint8), {"a": np.ones((4, 4), np.uint8)}
        ),
        "network_sketches": plots.network_sketches(),
        "reliability_diagram": plots.reliability_diagram({"model": reliability_curve(LABELS, SCORES)}),
        "rows_with_intervals": plots.rows_with_intervals([("a", [0.7, 0.8, 0.9], 0.75)]),
        "threshold_curves": plots.threshold_curves(LABELS, SCORES, chosen=0.4),
    }


def test_every_public_figure_is_covered_here():
    assert set(every_figure()) == set(plots.__all__) - {"COLORS", "draw_marks", "use_style"}


def test_drawing_twice_gives_the_same_bytes_without_a_date():
    first, second = every_figure(), every_figure()
    for name in first:
        svg = as_svg(first[name])
        assert svg == as_svg(second[name]), name
        assert b"<dc:date>" not in svg, name


def test_no_text_is_smaller_than_twelve_points_and_none_is_black():
    for name, figure in every_figure().items():
        figure.draw_without_rendering()
        for text in figure.findobj(matplotlib.text.Text):
            if text.get_text():
                assert text.get_fontsize() >= 12, (name, text.get_text())
                assert to_hex(text.get_color()) != "#000000", (name, text.get_text())


def test_figures_are_transparent_for_the_dark_page():
    for figure in every_figure().values():
        assert figure.get_facecolor()[3] == 0
        assert all(axes.get_facecolor()[3] == 0 for axes in figure.axes)


def test_no_figure_stays_open_in_pyplot():
    every_figure()
    assert "matplotlib.pyplot" not in sys.modules or not sys.modules["matplotlib.pyplot"].get_fignums()


def test_importing_plots_loads_neither_matplotlib_nor_torch():
    code = (
        "import sys, imbalance_course.plots as p; dir(p); print({'matplotlib', 'torch'} & set(sys.modules))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "set()"


def test_drawing_does_not_load_torch():
    code = (
        "import sys; from imbalance_course import plots; plots.class_bars([1, 2], ['a', 'b']);"
        "print('torch' in sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"


def test_bar_heights_are_the_counts_and_positives_are_vermilion():
    bars = plots.class_bars([11_000, 1_000], ["dog", "cat"]).axes[0].patches
    assert [bar.get_height() for bar in bars] == [11_000, 1_000]
    assert [to_hex(bar.get_facecolor()) for bar in bars] == ["#0072b2", "#d55e00"]


def test_bars_say_the_share_of_each_class():
    texts = words(plots.class_bars([150, 50], ["dog", "cat"]))
    assert "150\n75 %" in texts and "50\n25 %" in texts


@pytest.mark.parametrize(
    ("counts", "names", "log"),
    [
        ([1, 2], ["a"], False),
        ([0, 0], ["a", "b"], False),
        ([-1, 2], ["a", "b"], False),
        ([0, 2], ["a", "b"], True),
    ],
)
def test_counts_that_cannot_be_drawn_are_refused(counts, names, log):
    with pytest.raises(ValueError, match="Expected"):
        plots.class_bars(counts, names, log=log)


def test_confusion_matrix_shows_all_counts_and_the_recall_of_each_class():
    texts = words(plots.confusion_matrix(Counts(tp=821, fp=11, fn=679, tn=1489), ("cat", "dog")))
    assert {"821", "679", "11", "1\u2009489", "54.7 % of cat", "99.3 % of dog"} <= set(texts)


def test_confusion_matrix_names_a_class_without_examples():
    assert words(plots.confusion_matrix(Counts(tp=0, fp=1, fn=0, tn=1))).count("no positive") == 2


def test_curves_draws_the_values_given():
    x = np.linspace(0, 1, 5)
    axes = plots.curves(x, {"line": x, "square": x**2}, "x", "y").axes[0]
    for line, values in zip(axes.get_lines(), (x, x**2), strict=True):
        np.testing.assert_array_equal(line.get_xdata(), x)
        np.testing.assert_array_equal(line.get_ydata(), values)


def test_curves_refuses_a_series_of_another_length():
    with pytest.raises(ValueError, match="Expected 3 values for 'a'"):
        plots.curves([0, 1, 2], {"a": [0, 1]}, "x", "y")


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_labels_never_overlap_and_keep_their_order(positions):
    placed = np.array(spread(positions, 0.1))
    order = np.argsort(positions, kind="stable")
    assert (np.diff(placed[order]) >= 0.1 - 1e-9).all()
    assert placed.min() >= 0


def test_labels_with_room_stay_at_their_lines():
    assert spread([0.9, 0.1, 0.5], 0.1) == [0.9, 0.1, 0.5]


def test_learning_curves_has_a_panel_for_each_quantity():
    history = [{"loss": 0.6, "held_out_roc_auc": 0.7}, {"loss": 0.5, "held_out_roc_auc": 0.8}]
    figure = plots.learning_curves({"a": history, "b": history})
    assert [axes.get_ylabel() for axes in figure.axes] == ["Loss", "Held-out ROC AUC"]
    np.testing.assert_array_equal(figure.axes[1].get_lines()[0].get_ydata(), [0.7, 0.8])
    np.testing.assert_array_equal(figure.axes[0].get_lines()[0].get_xdata(), [1, 2])


def test_learning_curves_refuses_a_run_without_epochs():
    with pytest.raises(ValueError, match="at least one epoch"):
        plots.learning_curves({"a": []})


def test_image_grid_shows_each_image_unchanged():
    images = np.random.default_rng(0).integers(0, 256, (5, 6, 6, 3), dtype=np.uint8)
    figure = plots.image_grid(images, columns=3)
    shown = [axes.images[0].get_array() for axes in figure.axes if axes.images]
    assert len(figure.axes) == 6
    np.testing.assert_array_equal(np.stack(shown), images)


@pytest.mark.parametrize(
    "images", [np.zeros((2, 4, 4, 3)), np.zeros((4, 4, 3), np.uint8), np.zeros((0, 4, 4, 3), np.uint8)]
)
def test_image_grid_refuses_other_arrays(images):
    with pytest.raises(ValueError, match="uint8 images of shape"):
        plots.image_grid(images)


def test_interval_ends_and_center_are_those_of_the_metrics():
    values = [0.70, 0.80, 0.85]
    bar, center, seeds, source = plots.rows_with_intervals([("a", values, 0.75)]).axes[0].get_lines()
    expected = mean_interval(values)
    np.testing.assert_allclose(bar.get_xdata(), [expected.low, expected.high])
    np.testing.assert_allclose(center.get_xdata(), [expected.mean])
    np.testing.assert_array_equal(seeds.get_xdata(), values)
    np.testing.assert_array_equal(source.get_xdata(), [0.75])


def test_one_seed_draws_no_interval():
    bar = plots.rows_with_intervals([("a", [0.7], None)]).axes[0].get_lines()[0]
    assert np.isnan(bar.get_xdata()).all()


def test_a_row_without_seeds_shows_the_source_alone():
    lines = plots.rows_with_intervals([("a", [], 0.7)]).axes[0].get_lines()
    assert [line.get_marker() for line in lines] == ["D"]


def test_rows_read_from_top_to_bottom():
    axes = plots.rows_with_intervals([("first", [0.7], None), ("second", [0.8], None)]).axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["first", "second"]
    assert axes.get_ylim()[0] > axes.get_ylim()[1]


@pytest.mark.parametrize("threshold", [0.0, 0.05, 0.1, 0.4, 0.41, 0.6, 0.9])
def test_threshold_curves_agree_with_counting_at_any_threshold(threshold):
    lines = plots.threshold_curves(LABELS, SCORES).axes[0].get_lines()
    counts = confusion_counts(LABELS, SCORES, threshold)
    for line, name in zip(lines, ("precision", "recall", "f1"), strict=True):
        ends, values = line.get_xdata(), line.get_ydata()
        assert line.get_drawstyle() == "steps-pre"
        assert values[np.searchsorted(ends, threshold)] == pytest.approx(getattr(counts, name))


def test_histogram_counts_every_example_once():
    negatives, positives = plots.histogram_of_scores(LABELS, SCORES, 0.5).axes
    assert sum(bar.get_height() for bar in negatives.patches) == LABELS.count(0)
    assert sum(bar.get_height() for bar in positives.patches) == LABELS.count(1)


@pytest.mark.parametrize("scores", [SCORES[:-1], [*SCORES[:-1], float("nan")], [*SCORES[:-1], 1.5]])
@pytest.mark.parametrize("draw", ["histogram_of_scores", "threshold_curves"])
def test_scores_that_do_not_fit_are_refused(draw, scores):
    with pytest.raises(ValueError, match="Expected"):
        getattr(plots, draw)(LABELS, scores)


def test_reliability_diagram_draws_the_measured_curve():
    curve = reliability_curve(LABELS, SCORES, bins=3)
    line = plots.reliability_diagram({"model": curve}).axes[0].get_lines()[1]
    np.testing.assert_array_equal(line.get_xdata(), curve.mean_probability)
    np.testing.assert_array_equal(line.get_ydata(), curve.positive_share)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'pie'"):
        plots.pie  # noqa: B018 - the access is the test
