"""Scores from counted pixels are those of the pixels; the chosen decision is the best one there is."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as reference

from imbalance_course.errors import CourseError
from imbalance_course.lab.calibrating import fit_temperature
from imbalance_course.lab.predictions import (
    ADJUSTMENTS,
    ImagePredictions,
    PixelCounter,
    load_predictions,
    save_predictions,
)
from imbalance_course.lab.scoring import (
    balanced_accuracy,
    choose_decision,
    compared_classes,
    quality,
    score_classes,
    summarize,
)

NO_TILES = np.zeros(0, dtype=np.int64), np.zeros((0, 1, 1), dtype=np.uint8)


def pixels(classes=2, share=0.001, tiles=4, side=128, seed=0, counts=None):
    """Logits and masks in which the last class has a share of the pixels, and what was counted of them."""
    random = np.random.default_rng(seed)
    masks = random.choice(
        classes, (tiles, side, side), p=[1 - share * (classes - 1)] + [share] * (classes - 1)
    )
    logits = random.normal(size=(tiles, classes, side, side)) + 3 * np.eye(classes)[masks].transpose(
        0, 3, 1, 2
    )
    logits[:, 0] += 3
    masks[0, 0] = 255
    counter = PixelCounter(np.bincount(masks[masks < 255]) if counts is None else counts, 1)
    for half in (slice(0, 2), slice(2, None)):
        counter.add(torch.from_numpy(logits[half]), torch.from_numpy(masks[half].astype(np.uint8)))
    return logits.transpose(0, 2, 3, 1)[masks < 255], masks[masks < 255], counter.result(*NO_TILES)


def images(labels, logits, positive=1):
    labels, logits = np.asarray(labels), np.asarray(logits, dtype=float)
    counts = np.maximum(np.bincount(labels, minlength=logits.shape[1]), 1)
    return ImagePredictions(np.arange(len(labels)), labels, logits, counts, positive)


def test_average_precision_of_one_pixel_in_a_thousand_is_that_of_the_pixels():
    logits, truth, counted = pixels()
    scores = score_classes(counted, 0.0)
    expected = reference.average_precision_score(truth, logits[:, 1] - logits[:, 0])
    assert truth.mean() < 0.0015 and scores[1].average_precision == pytest.approx(expected, abs=1e-3)
    called = logits[:, 1] >= logits[:, 0]
    assert scores[1].f1 == pytest.approx(reference.f1_score(truth, called))
    assert scores[1].iou == pytest.approx(reference.jaccard_score(truth, called))
    assert scores[1].recall == pytest.approx(reference.recall_score(truth, called))
    assert scores[1].precision == pytest.approx(reference.precision_score(truth, called))
    assert balanced_accuracy(scores) == pytest.approx(reference.balanced_accuracy_score(truth, called))


def test_the_threshold_of_counted_pixels_decides_as_it_would_on_the_pixels():
    logits, truth, counted = pixels(seed=1)
    odds = logits[:, 1] - logits[:, 0]
    chosen = choose_decision(counted)
    assert quality(counted, chosen) == pytest.approx(reference.f1_score(truth, odds >= chosen))
    best = max(reference.f1_score(truth, odds >= value) for value in np.sort(odds)[-400:])
    assert quality(counted, chosen) == pytest.approx(best, abs=0.02)
    assert quality(counted, chosen) > quality(counted, 0.0)


def test_several_classes_of_pixels_are_called_by_their_adjusted_logits():
    logits, truth, counted = pixels(classes=4, share=0.01)
    for strength in ADJUSTMENTS:
        called = (logits - strength * np.log(counted.counts / counted.counts.sum())).argmax(axis=1)
        np.testing.assert_array_equal(counted.matrix(strength), reference.confusion_matrix(truth, called))
        expected = reference.f1_score(truth, called, average=None)[1:].mean()
        assert quality(counted, strength) == pytest.approx(expected)
    odds = np.log(np.exp(logits[:, 2]) / (np.exp(logits).sum(axis=1) - np.exp(logits[:, 2])))
    expected = reference.average_precision_score(truth == 2, odds)
    assert score_classes(counted, 0.0)[2].average_precision == pytest.approx(expected, abs=2e-3)
    sure = np.exp(logits).max(axis=1) / np.exp(logits).sum(axis=1)
    checked = counted.trust()
    assert (checked.scores * checked.weights).sum() / checked.weights.sum() == pytest.approx(
        sure.mean(), abs=1e-3
    )


@given(
    st.lists(st.tuples(st.integers(0, 1), st.integers(-8, 8)), min_size=3, max_size=30),
    st.sampled_from([None, 0.2, 1.0, 10.0]),
)
def test_no_threshold_does_better_on_the_held_out_part_than_the_chosen_one(items, ratio):
    labels = [0, 1, *(label for label, _ in items)]
    odds = np.array([1.0, -1.0, *(odd / 2 for _, odd in items)])
    held_out = images(labels, np.stack([np.zeros(len(odds)), odds], axis=1))
    chosen = quality(held_out, choose_decision(held_out, ratio), ratio)
    tried = [quality(held_out, value, ratio) for value in np.arange(-5, 5.5, 0.25)]
    assert chosen >= max(tried) - 1e-9


def test_the_saved_share_of_the_cost_is_one_without_mistakes_and_zero_for_calling_all_alike():
    labels = [0] * 8 + [1] * 2
    perfect = images(labels, np.eye(2)[labels] * 4)
    assert quality(perfect, 0.0, 3.0) == 1
    assert quality(perfect, -100.0, 100.0) == pytest.approx(
        0
    )  # all positive: 8 false alarms, the cheaper way
    assert quality(perfect, 100.0, 3.0) == pytest.approx(0)  # all negative: 2 misses of 3
    one_miss = images(labels, np.eye(2)[[0] * 8 + [1, 0]])
    assert quality(one_miss, 0.0, 3.0) == pytest.approx(1 - 3 / 6)


def test_a_positive_class_of_number_zero_is_looked_for_too():
    labels, odds = [0, 0, 1, 1, 1], [2.0, -1.0, -2.0, -3.0, -4.0]
    first = images(labels, [[odd, 0.0] for odd in odds], positive=0)
    swapped = images([1 - label for label in labels], [[0.0, odd] for odd in odds], positive=1)
    assert choose_decision(first) == choose_decision(swapped) == -1.5
    assert quality(first, -1.5) == 1 and first.decide(-1.5).tolist() == labels


def test_a_class_that_is_absent_from_a_part_is_left_out_of_its_means():
    predictions = images([0, 0, 1, 1], np.eye(3)[[0, 1, 1, 1]])
    assert compared_classes(predictions) == [0, 1]
    assert score_classes(predictions, 0.0)[2].f1 is None
    assert quality(predictions, 0.0) == pytest.approx((2 / 3 + 4 / 5) / 2)
    assert balanced_accuracy(score_classes(predictions, 0.0)) == pytest.approx((1 / 2 + 1) / 2)
    assert np.isfinite(list(summarize(predictions, predictions).values())).all()


def test_a_part_of_one_class_keeps_the_usual_decision():
    alone = images([0, 0], [[1.0, 0.0], [0.0, 1.0]])
    assert choose_decision(alone) == 0 and fit_temperature(alone) is None


def test_the_temperature_undoes_a_factor_on_the_logits():
    random = np.random.default_rng(0)
    logits = random.normal(size=(4000, 3)) * 2
    labels = np.array([random.choice(3, p=np.exp(row) / np.exp(row).sum()) for row in logits])
    assert fit_temperature(images(labels, 3 * logits)) == pytest.approx(3, rel=0.08)


def test_the_temperature_of_counted_pixels_is_that_of_the_pixels():
    logits, truth, counted = pixels(share=0.05)
    assert fit_temperature(counted) == pytest.approx(fit_temperature(images(truth, logits)), rel=1e-3)
    assert fit_temperature(pixels(classes=3)[2]) is None


def test_predictions_come_back_from_their_file_and_a_damaged_one_says_so(tmp_path):
    file = tmp_path / "predictions" / "plain-seed0.npz"
    held_out, test = images([0, 1], [[1.0, 2.0], [3.0, 4.0]]), pixels()[2]
    save_predictions(file, held_out=held_out, test=test)
    read = load_predictions(file)
    np.testing.assert_array_equal(read["held_out"].logits, held_out.logits)
    np.testing.assert_array_equal(read["test"].histogram, test.histogram)
    assert read["test"].positive == 1 and [entry.name for entry in file.parent.iterdir()] == [file.name]
    for damage in (file.read_bytes()[:100], b"", b"text"):
        file.write_bytes(damage)
        with pytest.raises(CourseError, match="Expected the predictions of a recorded run"):
            load_predictions(file)
