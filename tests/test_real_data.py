"""A few checks on the real photographs; they skip where the packs are not at hand."""

import numpy as np
import pytest

from imbalance_course.datasets import load_catdog
from imbalance_course.datasets.catdog import PACK_NAMES
from imbalance_course.datasets.locations import DATA_VARIABLE, data_folder
from imbalance_course.experiments.catdog import PROFILES, ROWS, split

MISSING = [name for name in PACK_NAMES if not (data_folder() / name).is_file()]
pytestmark = pytest.mark.skipif(
    bool(MISSING),
    reason=f"needs the real packs; set {DATA_VARIABLE} to the folder of {', '.join(PACK_NAMES)}",
)


@pytest.fixture(scope="module")
def photographs():
    return load_catdog(PROFILES["laptop"].image_size)


def test_catdog_has_12500_of_each(photographs):
    assert photographs.class_counts == {"dog": 12_500, "cat": 12_500}
    assert not photographs.drawn


@pytest.mark.parametrize("name", ["balanced", "imbalanced-1", "imbalanced-2-undersampled"])
def test_near_duplicate_photographs_stay_on_one_side(photographs, name):
    parts = split(photographs, ROWS[name], PROFILES["laptop"], seed=0)
    sides = [set(photographs.groups[items]) for items in (parts.fit, parts.held_out, parts.test)]
    assert not sides[0] & sides[1] and not sides[0] & sides[2] and not sides[1] & sides[2]
    assert np.bincount(photographs.labels[parts.test]).tolist() == [1_500, 1_500]


def test_the_imbalanced_profile_has_the_lecture_s_sizes(photographs):
    parts = split(photographs, ROWS["imbalanced-1"], PROFILES["laptop"], seed=0)
    both = np.concatenate([parts.fit, parts.held_out])
    assert np.bincount(photographs.labels[both]).tolist() == [11_000, 1_000]
