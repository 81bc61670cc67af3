"""Drawn sets are deterministic and carry the imbalance and the traps of the real ones."""

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold, cross_val_predict
from sklearn.neighbors import KNeighborsClassifier

from imbalance_course.datasets import draw_nuclei, draw_tissue, draw_voids


def test_the_same_seed_draws_the_same_tissue():
    first, again, other = (draw_tissue(6, 2, cases=4, seed=seed) for seed in (0, 0, 1))
    assert first.checksum == again.checksum != other.checksum
    assert first.drawn


def test_a_case_has_one_label_and_both_classes_have_cases():
    tissue = draw_tissue(30, 10, cases=8)
    pairs = set(zip(tissue.groups, tissue.labels.tolist(), strict=True))
    assert len(pairs) == len(set(tissue.groups)) == 8
    assert sum(label for _, label in pairs) == 2


@pytest.mark.parametrize(("malignant", "benign", "cases"), [(1, 1, 2), (1, 9, 10), (9, 1, 10), (2, 50, 3)])
def test_every_number_of_cases_is_shared_out(malignant, benign, cases):
    tissue = draw_tissue(malignant, benign, cases=cases, size=16)
    assert len(set(tissue.groups)) == cases
    assert len(set(zip(tissue.groups, tissue.labels.tolist(), strict=True))) == cases


@pytest.mark.parametrize("seed", range(3))
def test_the_color_of_a_case_makes_an_image_level_split_score_too_well(seed):
    tissue = draw_tissue(seed=seed)
    pixels = tissue.images.reshape(len(tissue), -1, 3)
    colors = np.concatenate([pixels.mean(1), pixels.std(1)], axis=1)
    model = KNeighborsClassifier(3)
    leaking = cross_val_predict(model, colors, tissue.labels, cv=StratifiedKFold(5))
    honest = cross_val_predict(model, colors, tissue.labels, groups=tissue.groups, cv=StratifiedGroupKFold(5))
    assert balanced_accuracy_score(tissue.labels, leaking) > 0.95
    assert balanced_accuracy_score(tissue.labels, honest) < 0.75


@pytest.mark.parametrize(
    "wrong", [{"malignant": 0}, {"benign": 0}, {"cases": 1}, {"cases": 401}, {"size": 15}]
)
def test_tissue_that_cannot_be_drawn_is_refused(wrong):
    with pytest.raises(ValueError, match="at least one image of each class"):
        draw_tissue(**wrong)


@pytest.mark.parametrize("draw", [draw_voids, draw_nuclei])
def test_the_same_seed_draws_the_same_images_and_masks(draw):
    first, again, other = (draw(6, 16, seed) for seed in (0, 0, 1))
    assert first.checksum == again.checksum != other.checksum
    assert np.array_equal(first.images, again.images) and np.array_equal(first.masks, again.masks)
    assert first.drawn and first.images.dtype == first.masks.dtype == np.uint8


@pytest.mark.parametrize("seed", range(3))
def test_about_17_percent_of_the_drawn_micrographs_is_void(seed):
    assert draw_voids(200, 32, seed).class_shares["drawn void"] == pytest.approx(0.17, abs=0.02)


@pytest.mark.parametrize("seed", range(3))
def test_drawn_nuclei_are_as_unequal_as_those_of_monusac(seed):
    shares = list(draw_nuclei(300, 48, seed).class_shares.values())[1:]
    assert shares == pytest.approx([0.115, 0.049, 0.0019, 0.0175], rel=0.15)


def test_every_drawn_patient_and_micrograph_has_tiles():
    assert len(set(draw_voids(7, 16, micrographs=4).groups)) == 4
    assert len(set(draw_nuclei(7, 16, patients=7).groups)) == 7


def test_voids_are_brighter_than_the_material_around_them():
    voids = draw_voids(30, 48)
    inside = [
        image[mask == 1].mean() for image, mask in zip(voids.images, voids.masks, strict=True) if mask.any()
    ]
    around = [
        image[mask == 0].mean() for image, mask in zip(voids.images, voids.masks, strict=True) if mask.any()
    ]
    assert np.mean(np.array(inside) > around) > 0.9


@pytest.mark.parametrize("draw", [draw_voids, draw_nuclei])
@pytest.mark.parametrize(("count", "size"), [(0, 32), (1, 32), (8, 15)])
def test_tiles_that_cannot_be_drawn_are_refused(draw, count, size):
    with pytest.raises(ValueError, match="a size >= 16 pixels"):
        draw(count, size)
