"""Voids: whole micrographs are held out, losses get their maps, and scores are those of the test tiles."""

import dataclasses

import numpy as np
import pytest
import torch

from imbalance_course.datasets.locations import DATA_VARIABLE, find_packs
from imbalance_course.datasets.registry import DATA_SETS
from imbalance_course.distance_maps import boundary_map, signed_distance
from imbalance_course.experiments import rerun, run_experiment
from imbalance_course.experiments.mask_losses import LOSSES, published_map
from imbalance_course.experiments.segmentation import MaskOutcome, held_out_overlap
from imbalance_course.experiments.voids import EXPERIMENT, PROFILES, ROWS, Row, load, split
from imbalance_course.metrics import confusion_counts
from imbalance_course.metrics.masks import boundary_f1

DEMO = PROFILES["demo"]
SHORT = dataclasses.replace(
    EXPERIMENT, profiles={"demo": dataclasses.replace(DEMO, images_total=64, images_per_epoch=32)}
)


@pytest.fixture(scope="module")
def micrographs():
    return load(DEMO)


def row(level):
    return Row("unet", level, "bce")


def test_three_seeds_test_every_micrograph_once_and_share_none(micrographs):
    tested = []
    for seed in range(3):
        parts = split(micrographs, row("micrograph"), seed)
        (name,) = set(micrographs.groups[parts.test])
        assert name not in micrographs.groups[np.r_[parts.fit, parts.held_out]]
        tested.append(name)
    assert sorted(tested) == sorted(set(micrographs.groups))


def test_a_later_round_holds_out_other_tiles_of_the_same_micrographs(micrographs):
    first, second = (split(micrographs, row("micrograph"), seed) for seed in (0, 3))
    assert np.array_equal(first.test, second.test)
    assert not np.array_equal(first.held_out, second.held_out)


def test_the_split_by_tile_tests_micrographs_that_it_trained_on(micrographs):
    parts = split(micrographs, row("tile"), 0)
    assert set(micrographs.groups[parts.test]) <= set(micrographs.groups[parts.fit])
    together = np.sort(np.concatenate([parts.fit, parts.held_out, parts.test]))
    assert np.array_equal(together, np.arange(len(micrographs)))


def test_the_published_map_is_that_of_a_clip_within_the_loop_over_objects():
    from test_distance_maps import DISKS, clip_within_the_loop

    alone = np.pad(np.ones((9, 9), dtype=bool), 4)
    touching = np.kron(np.eye(3, dtype=bool), np.ones((4, 4), dtype=bool))  # at corners: one object
    for mask in (DISKS, DISKS[::-1], np.zeros_like(DISKS), alone, np.pad(touching, 2)):
        np.testing.assert_allclose(published_map(mask), clip_within_the_loop(mask), atol=1e-6)


def test_the_published_map_is_empty_on_most_void_pixels(micrographs):
    masks = [mask == 1 for mask in micrographs.masks]
    assert np.mean(np.concatenate([published_map(mask)[mask] for mask in masks]) == 0) > 0.5
    assert np.mean(np.concatenate([boundary_map(mask)[mask] for mask in masks]) == 0) < 0.1


@pytest.mark.parametrize(
    ("name", "make"),
    [("distance", boundary_map), ("distance-published", published_map), ("boundary", signed_distance)],
)
def test_targets_hold_the_mask_and_the_map_of_the_loss(micrographs, name, make, monkeypatch, tmp_path):
    monkeypatch.setenv("IMBALANCE_COURSE_CACHE", str(tmp_path))
    targets = LOSSES[name].targets(micrographs.masks[:3])
    np.testing.assert_array_equal(targets[..., 0], micrographs.masks[:3])
    expected = np.stack([make(mask) for mask in micrographs.masks[:3]])
    np.testing.assert_allclose(targets[..., 1], expected, atol=0.02)


@pytest.mark.parametrize("name", list(LOSSES))
def test_every_loss_has_a_finite_gradient_on_windows(micrographs, name, monkeypatch, tmp_path):
    monkeypatch.setenv("IMBALANCE_COURSE_CACHE", str(tmp_path))
    loss = LOSSES[name].module(np.array([800, 200]))
    getattr(loss, "advance", lambda progress: None)(1.0)
    targets = LOSSES[name].targets(micrographs.masks[:2]).float()
    logits = torch.zeros(2, 64, 64, requires_grad=True)
    loss(logits, targets).backward()
    assert torch.isfinite(logits.grad).all() and logits.grad.abs().sum() > 0


def test_the_published_weights_are_least_where_everything_is_void():
    masks = torch.zeros(1, 8, 8)
    masks[0, :2] = 1
    published = LOSSES["weighted-published"].module(np.array([48, 16]))
    everywhere, right = torch.full((1, 8, 8), 9.0), masks * 18 - 9
    assert published(everywhere, masks) <= published(right, masks) + 1e-9
    correct = LOSSES["weighted"].module(np.array([48, 16]))
    assert correct(right, masks) < correct(everywhere, masks)


def make_outcome(scores, masks):
    return MaskOutcome(
        training_counts={}, best_epoch=1, history=[], seconds=1.0, images_seen=1,
        held_out_masks=masks, held_out_scores=scores, test_masks=masks, test_scores=scores,
    )  # fmt: skip


def test_pixels_without_a_label_count_in_no_score(micrographs):
    masks, scores = micrographs.masks[:4].copy(), np.random.default_rng(0).random((4, 64, 64))
    whole = make_outcome(scores, masks).score(micrographs)
    masks[:, :, 40:] = 255
    part = make_outcome(scores, masks).score(micrographs)
    kept = masks != 255
    counts = confusion_counts(masks[kept], scores[kept], 0.5)
    assert part["test_counts_at_half"]["tp"] == counts.tp < whole["test_counts_at_half"]["tp"]
    assert sum(part["held_out_counts"].values()) == kept.sum()
    in_truth, found = masks == 1, (scores >= 0.5) & kept
    assert part["metrics"]["boundary_f1_1px"] == boundary_f1(in_truth, found, tolerance=1)


def test_the_score_of_an_epoch_is_the_overlap_of_the_labeled_pixels():
    masks = torch.tensor([[[1, 1, 0, 255]]])
    logits = torch.tensor([[[1.0, -1.0, 1.0, 1.0]]])
    assert held_out_overlap(logits, masks) == pytest.approx(1 / 3)
    with_map = torch.stack([masks, masks], dim=-1).float()
    assert held_out_overlap(logits, with_map) == pytest.approx(1 / 3)


@pytest.mark.parametrize("loss", ["bce", "boundary"])
def test_a_record_repeats_to_the_last_bit(loss, monkeypatch, tmp_path):
    monkeypatch.setenv("IMBALANCE_COURSE_CACHE", str(tmp_path))
    (record,) = run_experiment(SHORT, profile="demo", rows=[f"unet-micrograph-{loss}"], seeds=[1])
    (again,) = run_experiment(SHORT, profile="demo", rows=[f"unet-micrograph-{loss}"], seeds=[1])
    assert record.id == again.id
    assert record.at_half.iou == pytest.approx(record.at_half.f1 / (2 - record.at_half.f1))
    assert rerun(record, SHORT).differing == []


def test_the_profiles_have_the_rows_of_their_networks():
    assert len(EXPERIMENT.check_rows("demo", None)) == len(EXPERIMENT.check_rows("laptop", None)) == 20
    assert len(EXPERIMENT.check_rows("full", None)) == len(ROWS) == 60


@pytest.mark.skipif(not find_packs(DATA_SETS["voids"]), reason=f"needs real images; set {DATA_VARIABLE}")
def test_the_published_map_is_empty_on_nine_of_ten_real_void_pixels():
    from imbalance_course.datasets import load_voids

    values = np.concatenate([published_map(mask)[mask == 1] for mask in load_voids(512).masks])
    assert 0.88 < (values == 0).mean() < 0.92
