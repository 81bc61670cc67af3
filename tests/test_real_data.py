"""A few checks on the real images; each skips where its data set is not at hand."""

import csv
import io
import zipfile

import numpy as np
import pytest
from made_data import encoded_array
from PIL import Image
from scipy.ndimage import label

from imbalance_course.datasets import (
    load_breakhis,
    load_catdog,
    load_nuclei_dsb2018,
    load_nuclei_monusac,
    load_voids,
    nuclei,
)
from imbalance_course.datasets.locations import DATA_VARIABLE, data_folder, find_packs
from imbalance_course.datasets.registry import DATA_SETS
from imbalance_course.experiments.catdog import PROFILES, ROWS, split


def needs(name):
    """Skip, and say so, unless the packs are there: only of those the exact numbers are known."""
    data_set = DATA_SETS[name]
    return pytest.mark.skipif(
        not find_packs(data_set),
        reason=f"needs real images; set {DATA_VARIABLE} to the folder of {', '.join(data_set.packs)}",
    )


@pytest.fixture(scope="module")
def photographs():
    return load_catdog(PROFILES["laptop"].image_size)


def rows_of(name):
    """The open pack and its manifest."""
    archive = zipfile.ZipFile(data_folder() / name)
    return archive, list(csv.DictReader(io.StringIO(archive.read("manifest.csv").decode())))


@needs("catdog")
def test_catdog_has_12500_of_each(photographs):
    assert photographs.class_counts == {"dog": 12_500, "cat": 12_500}
    assert not photographs.drawn and photographs.skipped == ()


@needs("catdog")
@pytest.mark.parametrize("name", ["balanced", "imbalanced-1", "imbalanced-2-undersampled"])
def test_near_duplicate_photographs_stay_on_one_side(photographs, name):
    parts = split(photographs, ROWS[name], PROFILES["laptop"], seed=0)
    sides = [set(photographs.groups[items]) for items in (parts.fit, parts.held_out, parts.test)]
    assert not sides[0] & sides[1] and not sides[0] & sides[2] and not sides[1] & sides[2]
    assert np.bincount(photographs.labels[parts.test]).tolist() == [1_500, 1_500]


@needs("catdog")
def test_the_imbalanced_profile_has_the_lecture_s_sizes(photographs):
    parts = split(photographs, ROWS["imbalanced-1"], PROFILES["laptop"], seed=0)
    both = np.concatenate([parts.fit, parts.held_out])
    assert np.bincount(photographs.labels[both]).tolist() == [11_000, 1_000]


@needs("breakhis")
def test_breakhis_has_44_cases_of_one_label_each_in_the_manifest_s_order():
    tissue = load_breakhis()
    assert tissue.class_counts == {"malignant": 637, "benign": 202}
    assert len(set(tissue.groups)) == 44
    archive, rows = rows_of("breakhis-200x.zip")
    for number in (0, 400, 838):
        image = Image.open(io.BytesIO(archive.read(rows[number]["image"]))).convert("RGB")
        expected = np.asarray(image.resize((112, 112), Image.Resampling.BOX))
        assert np.array_equal(tissue.images[number], expected)
        assert tissue.groups[number] == rows[number]["group"]


@needs("voids")
def test_a_sixth_of_the_micrographs_is_void_and_the_tiles_join_to_the_images():
    voids = load_voids(256)
    assert voids.class_shares["void"] == pytest.approx(0.1735, abs=1e-4)
    assert np.unique(voids.groups, return_counts=True)[1].tolist() == [4 * 50, 4 * 57, 4 * 29]
    archive, rows = rows_of("tem-voids.zip")
    whole = np.asarray(Image.open(io.BytesIO(archive.read(rows[7]["mask"]))))
    joined = np.block([[voids.masks[28], voids.masks[29]], [voids.masks[30], voids.masks[31]]])
    assert np.array_equal(joined, whole)


@needs("nuclei-monusac")
def test_monusac_has_the_stated_share_of_every_class_among_all_pixels():
    tissue = load_nuclei_monusac(128)
    _, rows = rows_of("nuclei-monusac.zip")
    area = sum(int(row["width"]) * int(row["height"]) for row in rows)
    counts = np.bincount(np.asarray(tissue.masks).ravel(), minlength=256)[1:5]
    assert counts / area == pytest.approx([0.115, 0.049, 0.0019, 0.0175], rel=0.03)
    assert len(set(tissue.groups)) == 18


@needs("nuclei-dsb2018")
def test_dsb2018_has_nuclei_and_borders_in_664_images():
    nuclei_set = load_nuclei_dsb2018(128)
    shares = nuclei_set.class_shares
    assert shares["nucleus"] + shares["border"] == pytest.approx(0.134, abs=0.001)
    assert len(set(nuclei_set.groups)) == 664


@needs("nuclei-dsb2018")
def test_reading_one_file_for_each_nucleus_gives_the_mask_of_the_pack():
    archive, rows = rows_of("nuclei-dsb2018.zip")
    compared = 0
    for row in rows[:40]:
        mask = np.asarray(Image.open(io.BytesIO(archive.read(row["mask"]))))
        numbers, found = label(mask > 0)
        if found == int(row["n_instances"]):  # no two nuclei touch, so each can be told apart
            parts = [
                encoded_array(((numbers == number) * 255).astype(np.uint8)) for number in range(1, found + 1)
            ]
            assert np.array_equal(nuclei._read_dsb2018([b"", *parts], mask.shape), mask)
            compared += 1
    assert compared > 5
