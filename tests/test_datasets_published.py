"""The publishers' own archives are read as downloaded; what does not decode is skipped and named."""

import hashlib
from dataclasses import replace

import numpy as np
import pytest
from made_data import DAMAGED, encoded, encoded_array, write_mask_pack, write_pack, write_tar, write_zip

from imbalance_course.datasets import (
    load_breakhis,
    load_catdog,
    load_nuclei_dsb2018,
    load_nuclei_monusac,
    load_voids,
    registry,
    voids,
)
from imbalance_course.errors import CourseError

IMAGE = np.arange(8 * 8 * 3, dtype=np.uint8).reshape(8, 8, 3)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("IMBALANCE_COURSE_DATA", str(tmp_path))
    monkeypatch.setenv("IMBALANCE_COURSE_CACHE", str(tmp_path / "cache"))
    return tmp_path


def write_catdog(folder, **changed):
    files = {f"PetImages/Cat/{n}.jpg": encoded((n, 0, 0), kind="JPEG") for n in range(3)}
    files |= {f"PetImages/Dog/{n}.jpg": encoded((0, n, 0), kind="JPEG") for n in range(4)}
    files |= {"PetImages/Cat/Thumbs.db": b"", "readme.txt": b""} | changed
    return write_zip(folder / "kagglecatsanddogs_5340.zip", files)


def test_catdog_is_read_from_the_archive_as_downloaded(folder):
    write_catdog(folder)
    animals = load_catdog(8)
    assert animals.class_counts == {"dog": 4, "cat": 3}
    assert animals.groups[:3].tolist() == ["cat.0", "cat.1", "cat.2"]
    assert animals.skipped == ()


@pytest.mark.parametrize("bad", [DAMAGED, b"", encoded((1, 2, 3), size=(64, 64))[:90]])
def test_a_damaged_photograph_is_skipped_and_named_also_from_the_cache(folder, bad):
    write_catdog(folder, **{"PetImages/Cat/1.jpg": bad, "PetImages/Dog/3.jpg": bad})
    for _ in range(2):
        animals = load_catdog(8)
        assert animals.skipped == ("PetImages/Cat/1.jpg", "PetImages/Dog/3.jpg")
        assert animals.groups.tolist() == ["cat.0", "cat.2", "dog.0", "dog.1", "dog.2"]
        assert len(animals.images) == len(animals) == 5


def test_a_photograph_whose_bytes_are_broken_inside_the_zip_is_skipped(folder):
    path = write_catdog(folder)
    whole, inner = path.read_bytes(), encoded((2, 0, 0), kind="JPEG")
    path.write_bytes(whole.replace(inner, inner[:-9] + b"x" + inner[-8:]))
    assert load_catdog(8).skipped == ("PetImages/Cat/2.jpg",)


def test_packs_are_read_before_the_publisher_s_archive(folder):
    write_catdog(folder)
    write_pack(folder / "catdog-160-cat.zip", "cat", 1)
    assert len(load_catdog(8)) == 7
    write_pack(folder / "catdog-160-dog.zip", "dog", 1)
    assert len(load_catdog(8)) == 2


def test_an_archive_that_changes_is_read_anew(folder):
    write_catdog(folder)
    first = load_catdog(8)
    write_catdog(folder, **{"PetImages/Cat/9.jpg": encoded((9, 9, 9), kind="JPEG")})
    again = load_catdog(8)
    assert (len(first), len(again)) == (7, 8)
    assert first.checksum != again.checksum


def breakhis_files():
    red, blue = encoded("red", (30, 20)), encoded("blue", (30, 20))
    files = {
        "benign/SOB/adenosis/SOB_B_A_14-22549AB/200X/SOB_B_A-14-22549AB-200-001.png": red,
        "benign/SOB/adenosis/SOB_B_A_14-22549AB/40X/SOB_B_A-14-22549AB-40-001.png": red,
        "malignant/SOB/papillary_carcinoma/SOB_M_PC_15-190EF/200X/SOB_M_PC-15-190EF-200-002.png": DAMAGED,
        "malignant/SOB/ductal_carcinoma/SOB_M_DC_14-2523/200X/SOB_M_DC-14-2523-200-010.png": blue,
        "README.txt": b"",
    }
    return {f"BreaKHis_v1/histology_slides/breast/{name}": content for name, content in files.items()}


def test_breakhis_is_read_from_the_tar_at_200x_by_case(folder):
    write_tar(folder / "BreaKHis_v1.tar.gz", breakhis_files())
    tissue = load_breakhis(8)
    assert tissue.class_counts == {"malignant": 1, "benign": 1}
    assert tissue.groups.tolist() == ["22549", "2523"]
    assert tissue.images[:, 0, 0].tolist() == [[255, 0, 0], [0, 0, 255]]
    assert [name.rsplit("/")[-1] for name in tissue.skipped] == ["SOB_M_PC-15-190EF-200-002.png"]


@pytest.mark.parametrize("kept", [0, 10, 200, -40])
def test_a_broken_tar_is_explained_and_leaves_no_cache(folder, kept):
    path = write_tar(folder / "BreaKHis_v1.tar.gz", breakhis_files())
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(CourseError, match="whole tar file, got a damaged one"):
        load_breakhis(8)
    assert not list((folder / "cache").glob("breakhis*"))


def test_an_archive_of_something_else_is_named(folder):
    write_zip(folder / "kagglecatsanddogs_5340.zip", {"holiday.jpg": encoded("red")})
    with pytest.raises(CourseError, match=r"images of Dogs vs\. Cats in .*, found none"):
        load_catdog(8)


@pytest.fixture
def voids_archive(folder, monkeypatch):
    """An archive of two images, one of them also rotated, whose checksums the package knows."""
    white = np.zeros((8, 8), np.uint8)
    white[2:4] = 255
    inside = {}
    for name in ("train/{}/100kX_300kV_0537_1_2.png", "test/{}/100kX_300kV_0636_0_0.png"):
        inside["dataset/" + name.format("images")] = encoded_array(IMAGE[..., 0])
        inside["dataset/" + name.format("masks")] = encoded_array(white)
    known = {name: hashlib.sha256(content).hexdigest() for name, content in inside.items()}
    monkeypatch.setattr(voids, "_known_checksums", lambda: known)
    inside["dataset/train/images/100kX_300kV_0537_1_2_rot90.png"] = encoded_array(IMAGE[..., 0])

    def write(**changed):
        files = {f"Void-Seg-1/{name}": content for name, content in (inside | changed).items()}
        return write_zip(folder / registry.DATA_SETS["voids"].files[0].name, files)

    return write


def test_voids_are_read_from_the_repository_s_archive_without_rotated_copies(voids_archive):
    voids_archive()
    made = load_voids(8)
    assert made.groups.tolist() == ["0537", "0636"]
    assert made.masks.sum(axis=(1, 2)).tolist() == [16, 16] and made.masks.max() == 1
    assert np.array_equal(made.images[0, ..., 2], IMAGE[..., 0])


def test_a_micrograph_that_differs_from_its_checksum_stops_by_name(voids_archive):
    voids_archive(**{"dataset/test/masks/100kX_300kV_0636_0_0.png": encoded_array(IMAGE[..., 1])})
    with pytest.raises(CourseError, match=r"test/masks/100kX_300kV_0636_0_0\.png in .* with sha256"):
        load_voids(8)


def test_the_package_knows_the_checksums_of_136_images_and_their_masks():
    known = voids._known_checksums()
    assert sum("/images/" in name for name in known) == sum("/masks/" in name for name in known) == 136
    assert all(len(checksum) == 64 for checksum in known.values())


def test_dsb2018_numbers_the_nuclei_and_marks_their_inner_border(folder):
    key = "a1" * 32
    left, right = np.zeros((2, 8, 8), np.uint8)
    left[1:6, 0:4], right[1:6, 4:7] = 255, 255
    files = {f"{key}/images/{key}.png": encoded_array(IMAGE)}
    files |= {f"{key}/masks/{name}.png": encoded_array(mask) for name, mask in (("r", right), ("l", left))}
    write_zip(folder / "stage1_train.zip", files | {f"__MACOSX/{key}/images/._{key}.png": b""})
    made = load_nuclei_dsb2018(8)
    expected = slow_border(left // 255 + 2 * (right // 255))
    assert made.masks[0].tolist() == expected
    assert made.groups.tolist() == [key[:16]]


def slow_border(numbers):
    """1 inside, 2 where one of the four neighbors in the image has another number."""
    mask = []
    for row in range(8):
        mask.append([])
        for column in range(8):
            near = [(row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)]
            near = [numbers[place] for place in near if min(place) >= 0 and max(place) < 8]
            own = numbers[row, column]
            mask[-1].append(0 if own == 0 else 2 if any(other != own for other in near) else 1)
    return mask


def annotation(kind, left, top, right, bottom):
    corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    points = "".join(f'<Vertex X="{x}" Y="{y}" Z="0"/>' for x, y in corners)
    return (
        f'<Annotation><Attributes><Attribute Name="{kind}"/></Attributes><Regions><Region>'
        f"<Attributes/><Vertices>{points}</Vertices></Region></Regions></Annotation>"
    )


@pytest.fixture
def monusac_archives(folder, monkeypatch):
    """Both archives, with the published checksums replaced by those of what is written."""

    def write(xml):
        data_set = registry.DATA_SETS["nuclei-monusac"]
        files = []
        for file, patient in zip(data_set.files, ("TCGA-AA-0001", "TCGA-BB-0002"), strict=True):
            stem = f"some folder/{patient}-01Z-00-DX1/{patient}-01Z-00-DX1_1"
            content = {
                f"{stem}.tif": encoded((5, 6, 7), (8, 8), "TIFF"),
                f"{stem}.svs": b"",
                f"{stem}.xml": xml,
            }
            path = write_zip(folder / file.name, content)
            files.append(replace(file, sha256=hashlib.sha256(path.read_bytes()).hexdigest()))
        monkeypatch.setitem(registry.DATA_SETS, data_set.name, replace(data_set, files=tuple(files)))

    return write


def test_monusac_paints_outlines_by_class_over_ambiguous_regions(monusac_archives):
    parts = [
        annotation("Macrophage", 0, 0, 1, 1),
        annotation("Neutrophil", 4, 4, 5, 7),
        annotation("Ambiguous", 4, 0, 7, 4),
    ]
    monusac_archives("<Annotations>" + "".join(parts) + "</Annotations>")
    made = load_nuclei_monusac(8)
    assert made.groups.tolist() == ["TCGA-AA-0001", "TCGA-BB-0002"]
    expected = np.zeros((8, 8), int)
    expected[0:5, 4:8], expected[0:2, 0:2], expected[4:8, 4:6] = 255, 4, 3
    assert made.masks[0].tolist() == expected.tolist()
    assert made.class_names[3:] == ("neutrophil", "macrophage")


def test_a_broken_annotation_is_skipped_and_when_nothing_is_left_that_is_said(monusac_archives):
    monusac_archives("<Annotations><")
    with pytest.raises(
        CourseError, match=r"images that decode, got 2 damaged ones \(first: some folder/TCGA-AA"
    ):
        load_nuclei_monusac(8)


def test_an_archive_with_another_checksum_than_the_published_one_stops_by_name(folder):
    for file in registry.DATA_SETS["nuclei-monusac"].files:
        write_zip(folder / file.name, {"a": b"b"})
    with pytest.raises(CourseError, match=r"MoNuSAC_images_and_annotations\.zip with sha256 5b7cbeb3"):
        load_nuclei_monusac(8)


def test_pack_and_archive_of_the_same_nuclei_give_the_same_tiles(folder, monkeypatch):
    key = "0f" * 32
    nucleus = np.zeros((8, 8), np.uint8)
    nucleus[2:7, 2:7] = 255
    write_zip(
        folder / "stage1_train.zip",
        {f"{key}/images/{key}.png": encoded_array(IMAGE), f"{key}/masks/1.png": encoded_array(nucleus)},
    )
    published = load_nuclei_dsb2018(4)
    write_mask_pack(
        folder / "nuclei-dsb2018.zip", [(IMAGE, np.array(slow_border(nucleus), np.uint8), key[:16])]
    )
    packed = load_nuclei_dsb2018(4)
    assert np.array_equal(published.images, packed.images) and np.array_equal(published.masks, packed.masks)
    assert published.groups.tolist() == packed.groups.tolist()
