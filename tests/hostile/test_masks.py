"""Odd masks of packs and publishers' archives are read rightly, or refused by name."""

import io

import numpy as np
import pytest
from made_data import encoded, write_zip
from PIL import Image

from hostile.odd_images import NO_IMAGE, png_of_zeros
from imbalance_course.datasets import load_nuclei_dsb2018, load_voids, registry, voids
from imbalance_course.datasets.nuclei import _read_monusac

PIXELS = np.zeros((16, 16), np.uint8)
PIXELS[2:5, 3:9] = 1
IGNORED = np.where(PIXELS, 255, 0).astype(np.uint8)
NUCLEUS = "a1" * 32
OUTLINE = (
    '<Annotations><Annotation><Attributes><Attribute Name="Neutrophil"/></Attributes><Regions><Region>'
    "<Vertices>{}</Vertices></Region></Regions></Annotation></Annotations>"
)


def stored(array, kind="PNG", **options) -> bytes:
    stream = io.BytesIO()
    image = array if isinstance(array, Image.Image) else Image.fromarray(array)
    image.save(stream, kind, **options)
    return stream.getvalue()


def write_pack(prepare, mask: bytes, image: bytes = encoded("red")):
    files = {"manifest.csv": "image,mask,group\na.png,b.png,g\n", "a.png": image, "b.png": mask}
    return write_zip(prepare.data / "tem-voids.zip", files)


GOOD = {
    "gray": stored(PIXELS),
    "palette": stored(Image.fromarray(PIXELS).convert("P")),
    "one bit": stored(PIXELS.astype(bool)),
    "TIFF": stored(PIXELS, "TIFF"),
}
BAD = {
    "other size": (stored(PIXELS[:9]), "a mask as large as its image"),
    "other number": (stored(PIXELS * 7), "a mask with the number 7, expected 0 to 1"),
    "white": (stored(IGNORED // 255 * 254), "a mask with the number 254"),
    "colors": (stored(np.dstack([PIXELS] * 3)), "a mask of the kind RGB"),
    "see-through": (encoded((1, 255), mode="LA"), "a mask of the kind LA"),
    "16 bits": (stored(PIXELS.astype(np.uint16) * 256), "a mask of the kind I;16"),
    "fractions": (stored(PIXELS * np.float32(0.5), "TIFF"), "a mask of the kind F"),
    "inks": (encoded((0, 0, 0, 1), kind="TIFF", mode="CMYK"), "a mask of the kind CMYK"),
    "bomb": (png_of_zeros(20_000, 20_000), "too many pixels"),
    "large": (png_of_zeros(5_000, 5_000), "at most 16 million"),
} | {kind: (content, "readable image a.png") for kind, content in NO_IMAGE.items()}


@pytest.mark.parametrize("kind", GOOD)
def test_a_mask_of_any_kind_keeps_its_numbers(prepare, kind):
    write_pack(prepare, GOOD[kind])
    assert prepare.ready("voids", size=32) == (1, "")
    assert np.array_equal(load_voids(32).masks[0, :16, :16], PIXELS)


@pytest.mark.parametrize("kind", BAD)
def test_a_mask_that_does_not_tell_classes_stops_a_pack_by_name(prepare, kind):
    content, sentence = BAD[kind]
    write_pack(prepare, content)
    assert "tem-voids.zip" in prepare.refused("voids", sentence, size=32)


def test_255_counts_nowhere(prepare):
    write_pack(prepare, stored(IGNORED))
    assert prepare.ready("voids", size=32) == (1, "")
    assert load_voids(32).class_shares["void"] == 0


def test_more_pixels_than_any_data_set_has_are_refused(prepare, monkeypatch):
    monkeypatch.setattr("imbalance_course.datasets.cache.MOST_PIXELS", 1000)
    write_pack(prepare, GOOD["gray"])
    prepare.refused("voids", "million pixels in all images of Helium voids", size=32)


def write_nuclei(prepare, masks: dict[str, bytes]):
    """Two images, the second of which is sound."""
    files = {f"{NUCLEUS}/images/{NUCLEUS}.png": encoded("red")}
    files |= {f"{NUCLEUS}/masks/{name}.png": content for name, content in masks.items()}
    other = "b2" * 32
    files |= {f"{other}/images/{other}.png": encoded("red"), f"{other}/masks/1.png": stored(PIXELS * 255)}
    return write_zip(prepare.data / "stage1_train.zip", files)


@pytest.mark.parametrize("kind", ["other size", "bomb", "large", *NO_IMAGE])
def test_a_nucleus_that_cannot_be_read_leaves_its_image_out_by_name(prepare, kind):
    write_nuclei(prepare, {"1": stored(PIXELS * 255), "2": BAD[kind][0]})
    count, left_out = prepare.ready("nuclei-dsb2018", size=32)
    assert count == 1 and f"(1): {NUCLEUS}/images/{NUCLEUS}.png" in left_out


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_a_nucleus_of_any_kind_is_read(prepare, mode):
    write_nuclei(prepare, {"1": stored(Image.fromarray(PIXELS * 255).convert("RGB").convert(mode))})
    assert prepare.ready("nuclei-dsb2018", size=32) == (2, "")
    first, second = load_nuclei_dsb2018(32).masks
    assert np.array_equal(first, second) and first.any()


def test_an_image_without_nuclei_is_all_background(prepare):
    write_nuclei(prepare, {})
    assert prepare.ready("nuclei-dsb2018", size=32) == (2, "")
    assert not load_nuclei_dsb2018(32).masks[0, :16, :16].any()


def test_a_mask_that_is_missing_leaves_its_image_out(prepare):
    file = registry.DATA_SETS["voids"].files[0].name
    name = next(name for name in voids._known_checksums() if "/images/" in name)
    write_zip(prepare.data / file, {f"Void-Seg/{name}": encoded("red")})
    prepare.refused("voids", "images that decode, got 1 damaged ones", size=32)


@pytest.mark.parametrize(
    "content",
    [
        OUTLINE.format('<Vertex X="nan" Y="1"/>' * 3),
        OUTLINE.format('<Vertex X="inf" Y="1"/>' * 3),
        OUTLINE.format('<Vertex Y="1"/>' * 3),
        OUTLINE.format('<Vertex X="one" Y="1"/>'),
        "<Annotations><",
        "",
        '<!DOCTYPE a [<!ENTITY b "' + "x" * 10_000 + '">]><a>' + "&b;" * 100_000 + "</a>",
        '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    ],
    ids=["no number", "infinite", "half", "word", "cut", "empty", "laughs", "another file"],
)
def test_an_outline_that_is_none_is_an_error_that_leaves_its_image_out(content):
    with pytest.raises((ValueError, SyntaxError, TypeError)):
        _read_monusac([b"", content.encode()], (16, 16))


def test_an_outline_far_outside_is_cut_off():
    far = [(-1e9, -1e9), (1e9, -1e9), (1e9, 1e9), (-1e9, 1e9)]
    points = "".join(f'<Vertex X="{x}" Y="{y}"/>' for x, y in far)
    assert _read_monusac([b"", OUTLINE.format(points).encode()], (16, 16)).shape == (16, 16)
