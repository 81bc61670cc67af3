"""Nuclei: groups stay whole, ignored pixels count nowhere, two networks learn as each would alone."""

import csv
import dataclasses
import io
import zipfile

import numpy as np
import pytest
import torch
from torch import nn

from imbalance_course import losses
from imbalance_course.datasets.locations import DATA_VARIABLE, find_packs
from imbalance_course.datasets.registry import DATA_SETS
from imbalance_course.experiments import nuclei, rerun, run_experiment
from imbalance_course.experiments.class_losses import HARD_PIXELS, LOSSES, TWO_STAGES, WEIGHTS, TwoStageLoss
from imbalance_course.experiments.pixel_classes import SideBySide, rank_classes, score_classes
from imbalance_course.metrics import average_precision
from imbalance_course.models import UNet3Plus, make_pixel_network
from imbalance_course.weights import falling_exponential

SHORT_CONFIG = dataclasses.replace(nuclei.DEMO, images_total=64, images_per_epoch=32)
SHORT = {
    name: dataclasses.replace(experiment, profiles={"demo": SHORT_CONFIG})
    for name, experiment in (("bowl", nuclei.DSB2018), ("tissue", nuclei.MONUSAC))
}
EVERY_LOSS = LOSSES | WEIGHTS | HARD_PIXELS | TWO_STAGES


@pytest.fixture(scope="module")
def tissue():
    return nuclei.load_tissue(nuclei.DEMO)


@pytest.mark.parametrize("seed", range(6))
def test_no_group_is_on_two_sides(tissue, seed):
    parts = nuclei.split(tissue, nuclei.DEMO, seed)
    sides = [set(tissue.groups[part]) for part in (parts.fit, parts.held_out, parts.test)]
    assert all(sides) and not sides[0] & sides[1] and not sides[0] & sides[2] and not sides[1] & sides[2]


def test_the_seeds_of_a_repeat_test_every_tile_once(tissue):
    tested = np.concatenate([nuclei.split(tissue, nuclei.DEMO, seed).test for seed in range(3)])
    assert sorted(tested) == list(range(len(tissue)))


def test_a_class_of_too_few_groups_does_not_stop_the_split(tissue):
    rare = np.zeros_like(tissue.masks)
    rare[:, 0, 0] = 1
    rare[tissue.groups == tissue.groups[0], :2] = 3
    data = dataclasses.replace(tissue, masks=rare)
    assert set(nuclei.main_classes(data)) == {1}
    nuclei.split(data, nuclei.DEMO, 0)


def test_a_drawn_border_is_the_rim_of_a_drawn_nucleus():
    bowl, tissue = nuclei.load_bowl(nuclei.DEMO), nuclei.load_tissue(nuclei.DEMO)
    np.testing.assert_array_equal(bowl.masks > 0, tissue.masks > 0)
    border, inside = bowl.masks == 2, bowl.masks == 1
    assert border.any() and inside.any()
    beside = np.zeros_like(border)
    for axis in (1, 2):
        for step in (-1, 1):
            beside |= np.roll(bowl.masks == 0, step, axis=axis)
    assert not (inside & beside).any() and (beside[border]).all()


@pytest.mark.parametrize("name", list(EVERY_LOSS))
def test_every_loss_has_a_finite_gradient_and_none_on_ignored_pixels(tissue, name):
    counts = np.bincount(tissue.masks.ravel(), minlength=5)[:5]
    loss = EVERY_LOSS[name].make(counts)
    masks = torch.from_numpy(tissue.masks[:4].astype(np.int64))
    masks[:, :, 40:] = 255
    torch.manual_seed(0)
    logits = torch.randn(4, 5 + EVERY_LOSS[name].two_stage, 64, 64, requires_grad=True)
    loss(logits, masks).backward()
    assert torch.isfinite(logits.grad).all() and logits.grad[..., :40].abs().sum() > 0
    assert logits.grad[..., 40:].abs().sum() == 0


def test_weights_are_the_function_s_scaled_to_a_mean_of_one(tissue):
    counts = np.array([900, 60, 30, 2, 8])
    weight = EVERY_LOSS["focal-falling"].make(counts).weight.double().numpy()
    expected = falling_exponential(counts / counts.sum())
    np.testing.assert_allclose(weight, expected / expected.mean(), rtol=1e-6)


def test_two_stage_loss_is_the_sum_of_the_two_losses():
    torch.manual_seed(0)
    logits, masks = torch.randn(2, 6, 8, 8), torch.randint(0, 5, (2, 8, 8))
    masks[0, :3] = 255
    kept = masks != 255
    classes = nn.functional.cross_entropy(logits[:, :5], masks, ignore_index=255)
    foreground = losses.binary_cross_entropy(logits[:, 5][kept], (masks[kept] > 0).float())
    torch.testing.assert_close(TwoStageLoss()(logits, masks), classes + foreground)


def test_two_networks_side_by_side_get_the_gradients_of_each_alone():
    torch.manual_seed(0)
    pixels, masks = torch.randn(2, 3, 8, 8), torch.randint(0, 5, (2, 8, 8))
    first, second = nn.Conv2d(3, 5, 3, padding=1), nn.Conv2d(3, 1, 3, padding=1)
    TwoStageLoss()(SideBySide(first, second)(pixels), masks).backward()
    together = first.weight.grad.clone()
    first.zero_grad()
    nn.functional.cross_entropy(first(pixels), masks).backward()
    torch.testing.assert_close(together, first.weight.grad)


def test_scores_leave_out_what_has_no_label_and_what_is_not_there():
    masks = np.array([[[0, 0, 1, 255]]])
    labels = np.array([[[0, 1, 1, 2]]])
    scores = score_classes(masks, labels, ("ground", "drawn ring", "other"))
    assert scores["iou_ground"] == 0.5 and scores["iou_ring"] == 0.5 and "iou_other" not in scores
    assert scores["mean_iou"] == 0.5 and scores["mean_dice"] == pytest.approx(2 / 3)


def test_the_mean_average_precision_is_that_of_the_classes_that_are_there():
    random = np.random.default_rng(0)
    masks, scores = random.integers(0, 2, (2, 5, 5)), random.random((2, 3, 5, 5))
    expected = np.mean(
        [average_precision((masks == k).ravel(), scores[:, k].ravel()) for k in range(2)]
    )  # fmt: skip
    found = rank_classes(masks, scores, ("a", "b", "absent"))["mean_average_precision"]
    assert found == pytest.approx(expected)


@pytest.mark.parametrize(("set_name", "row"), [("bowl", "unet-ce"), ("tissue", "unet-two-stage")])
def test_a_record_repeats_to_the_last_bit(set_name, row):
    (record,) = run_experiment(SHORT[set_name], profile="demo", rows=[row], seeds=[1])
    assert rerun(record, SHORT[set_name]).differing == []
    assert 0 <= record.metrics["mean_iou"] <= 1
    if row == "unet-two-stage":
        gain = record.metrics["two_stage_mean_iou"] - record.metrics["mean_iou"]
        assert record.metrics["gain_mean_iou"] == gain


def test_the_profiles_have_the_rows_of_their_networks():
    assert len(nuclei.MONUSAC.check_rows("laptop", None)) == 7 + 5 + 5 + 1
    assert len(nuclei.DSB2018.check_rows("laptop", None)) == 7
    assert len(nuclei.MONUSAC.check_rows("full", None)) == 5 * 7 + 5 + 5 + 1


@pytest.mark.parametrize("name", list(nuclei.NETWORKS))
def test_every_network_labels_every_pixel_and_all_its_weights_learn(name):
    torch.manual_seed(0)
    network = make_pixel_network(name, outputs=5, widths=(4, 4, 8, 8, 16, 4))
    logits = network(torch.randn(2, 3, 64, 64))
    assert logits.shape == (2, 5, 64, 64)
    logits.square().sum().backward()
    # U-Net++ has further heads for deep supervision, which is off.
    named = [item for item in network.named_parameters() if "final_conv_0_" not in item[0] or "_4" in item[0]]
    still = [key for key, weight in named if weight.grad is None]
    assert still == []


def test_every_decoder_level_of_u_net_3_plus_sees_every_encoder_level():
    torch.manual_seed(0)
    network = UNet3Plus(3, 2, (4, 8, 8))
    assert [len(scales) for scales in network.bring] == [3, 3]
    assert network.last.in_channels == 4 * 3


@pytest.mark.skipif(
    not find_packs(DATA_SETS["nuclei-dsb2018"]), reason=f"needs real images; set {DATA_VARIABLE}"
)
def test_the_kind_of_microscope_is_that_of_the_pack():
    (pack,) = find_packs(DATA_SETS["nuclei-dsb2018"])
    with zipfile.ZipFile(pack) as archive:
        rows = csv.DictReader(io.TextIOWrapper(archive.open("manifest.csv")))
        kinds = {row["group"]: row["modality"] for row in rows}
    bowl = nuclei.load_bowl(nuclei.LAPTOP)
    chosen = np.arange(0, len(bowl), 7)
    expected = np.array([kinds[group] for group in bowl.groups[chosen]])
    assert (nuclei.modalities(bowl.images[chosen]) == expected).mean() > 0.97
