"""Intervals that draw whole clusters agree with a slow loop, with theory, and with common sense."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imbalance_course.metrics import Counts, cluster_interval

COUNTS = st.lists(st.tuples(*[st.integers(0, 20)] * 4), min_size=2, max_size=12)


def accuracy(counts):
    return Counts(*counts.T).accuracy


def recall(counts):
    return Counts(*counts.T).recall


def test_the_interval_is_that_of_a_loop_that_draws_patients_one_by_one():
    counts = np.random.default_rng(0).integers(1, 30, (12, 4))
    random = np.random.default_rng(1)
    scores = []
    for _ in range(4000):
        tp = fp = fn = tn = 0
        for _ in range(12):
            patient = counts[random.integers(12)]
            tp, fp, fn, tn = tp + patient[0], fp + patient[1], fn + patient[2], tn + patient[3]
        scores.append(2 * tp / (2 * tp + fp + fn))
    found = cluster_interval(counts, lambda pooled: Counts(*pooled.T).f1, draws=4000)
    assert found.low == pytest.approx(np.percentile(scores, 2.5), abs=0.01)
    assert found.high == pytest.approx(np.percentile(scores, 97.5), abs=0.01)


def test_with_many_equal_clusters_the_interval_is_the_normal_one_of_their_mean():
    right = np.random.default_rng(0).integers(0, 11, 400)
    counts = np.stack([right, np.zeros(400), 10 - right, np.zeros(400)], axis=1)
    shares = right / 10
    reach = 1.959964 * shares.std() / np.sqrt(400)  # the bootstrap's variance divides by n, not n - 1
    found = cluster_interval(counts, accuracy, draws=20_000)
    assert found.mean == pytest.approx(shares.mean())
    assert (found.high - found.low) / 2 == pytest.approx(reach, rel=0.03)


def test_images_that_go_along_with_their_patient_tell_nothing_new():
    counts = np.array([[9, 0, 1, 0], [3, 0, 7, 0], [0, 4, 0, 6], [0, 0, 0, 10]])
    once, often = (cluster_interval(times * counts, accuracy) for times in (1, 25))
    assert (once.low, once.high) == (often.low, often.high)


def test_drawing_images_instead_of_patients_gives_an_interval_that_is_too_short():
    patients = np.array([[20, 0, 0, 0], [0, 0, 20, 0]] * 5)
    images = np.repeat(np.sign(patients), 20, axis=0)
    by_patient, by_image = cluster_interval(patients, recall), cluster_interval(images, recall)
    assert by_patient.mean == by_image.mean == 0.5
    assert by_patient.high - by_patient.low > 3 * (by_image.high - by_image.low)


def test_strata_keep_every_class_in_every_draw():
    counts = np.array([[5, 0, 0, 0]] + [[0, 1, 0, 9]] * 9)
    seen = []
    cluster_interval(counts, lambda pooled: seen.append(pooled) or recall(pooled), strata=counts[:, 0] > 0)
    assert (seen[-1][:, 0] == 5).all()
    assert (seen[-1][:, [1, 3]].sum(1) == 90).all()


@given(counts=COUNTS, seed=st.integers(0, 3))
def test_the_ends_lie_between_the_worst_and_the_best_patient(counts, seed):
    counts = np.array(counts) + [1, 0, 0, 0]
    found = cluster_interval(counts, accuracy, draws=200, seed=seed)
    each = accuracy(counts)
    assert each.min() - 1e-12 <= found.low <= found.high <= each.max() + 1e-12
    assert found.n == len(counts)


def test_a_difference_of_two_rows_is_taken_patient_by_patient():
    random = np.random.default_rng(0)
    first = random.integers(0, 20, (30, 4)) + 1
    second = first + [1, 0, 0, 0]  # better by one image of every patient
    gain = cluster_interval(
        np.hstack([first, second]), lambda pooled: recall(pooled[..., 4:]) - recall(pooled[..., :4])
    )
    assert 0 < gain.low < gain.mean < gain.high


def test_the_same_seed_gives_the_same_interval_and_another_seed_another():
    counts = np.random.default_rng(0).integers(1, 30, (12, 4))
    first, again, other = (cluster_interval(counts, accuracy, seed=seed) for seed in (0, 0, 1))
    assert first == again != other


def test_one_cluster_tells_nothing_of_the_spread():
    found = cluster_interval([[8, 2, 2, 8]], accuracy)
    assert found.mean == 0.8
    assert np.isnan([found.low, found.high]).all()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"counts": [1, 2, 3]}, r"shape \(clusters, K\), got \(3,\)"),
        ({"strata": [0]}, "one stratum for each of 2 clusters"),
        ({"confidence": 95}, "got 95; 95 % is 0.95"),
        ({"draws": 0}, "at least one draw"),
    ],
)
def test_wrong_arguments_are_named(change, words):
    arguments = {"counts": [[1, 0, 0, 1], [1, 1, 0, 1]], **change}
    counts = arguments.pop("counts")
    with pytest.raises(ValueError, match=words):
        cluster_interval(counts, accuracy, **arguments)
