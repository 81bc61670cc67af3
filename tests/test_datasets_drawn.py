"""Drawn sets are deterministic and carry the imbalance and the traps of the real ones."""

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold, cross_val_predict
from sklearn.neighbors import KNeighborsClassifier

from imbalance_course.datasets import draw_tissue


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
