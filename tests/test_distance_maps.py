"""Distance maps: against slow loops over all pairs of pixels, and what the cache keeps."""

import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import ndimage

from imbalance_course.distance_maps import boundary_map, distance_maps, signed_distance

masks = arrays(bool, st.tuples(st.integers(1, 7), st.integers(1, 7)))
DISKS = np.zeros((40, 60), dtype=bool)
for row, column, radius in [(10, 10, 8), (12, 40, 5), (30, 15, 3), (30, 45, 6), (24, 30, 1)]:
    rows, columns = np.ogrid[:40, :60]
    DISKS |= (rows - row) ** 2 + (columns - column) ** 2 <= radius**2


def slow_distance(mask, row, column):
    """Distance of a pixel to the nearest of the mask, by a look at all."""
    return min(math.hypot(row - r, column - c) for r, c in np.argwhere(mask))


def slow_objects(mask):
    """Sets of pixels that are connected by edges or corners."""
    left = {tuple(pixel) for pixel in np.argwhere(mask).tolist()}
    while left:
        found, new = set(), {left.pop()}
        while new:
            found |= new
            new = {(r + a, c + b) for r, c in new for a in (-1, 0, 1) for b in (-1, 0, 1)} & left
            left -= new
        yield found


def slow_boundary_map(mask, per):
    result = np.zeros(mask.shape)
    if mask.all():
        return result
    depths = {
        (row, column): slow_distance(~mask, row, column)
        for row, column in np.argwhere(mask).tolist()
    }  # fmt: skip
    objects = list(slow_objects(mask)) if per == "object" else [set(depths)]
    for pixels in objects:
        deepest = max((depths[pixel] for pixel in pixels), default=1)
        for pixel in pixels:
            result[pixel] = 1 if deepest == 1 else 1 - (depths[pixel] - 1) / (deepest - 1)
    return result


@pytest.mark.parametrize("per", ["object", "image"])
@given(mask=masks)
def test_a_boundary_map_is_that_of_a_slow_loop(mask, per):
    np.testing.assert_allclose(boundary_map(mask, per), slow_boundary_map(mask, per), atol=1e-6)


@given(mask=masks)
def test_a_signed_distance_is_that_of_a_slow_loop(mask):
    expected = np.zeros(mask.shape)
    if mask.any() and not mask.all():
        for (row, column), inside in np.ndenumerate(mask):
            other = slow_distance(mask != inside, row, column)
            expected[row, column] = 0.5 - other if inside else other - 0.5
    np.testing.assert_allclose(signed_distance(mask), expected, atol=1e-6)


@given(mask=masks)
def test_object_and_background_change_places_with_the_sign(mask):
    np.testing.assert_array_equal(signed_distance(~mask), -signed_distance(mask))


@given(mask=masks)
def test_turning_the_mask_turns_the_maps(mask):
    for make in (boundary_map, signed_distance):
        np.testing.assert_array_equal(make(np.rot90(mask)), np.rot90(make(mask)))


def test_the_edge_of_every_object_is_1_and_its_middle_0():
    phi = boundary_map(DISKS)
    edge = DISKS & ~ndimage.binary_erosion(DISKS, border_value=1)
    assert (phi[edge] == 1).all()
    assert (phi[DISKS & ~edge] < 1).all()
    labels, count = ndimage.label(DISKS)
    assert ndimage.minimum(phi, labels, range(1, count + 1)).tolist() == [0] * count
    assert not phi[~DISKS].any()


def test_objects_of_one_image_share_its_largest_distance_if_asked():
    by_image = boundary_map(DISKS, per="image")
    labels, count = ndimage.label(DISKS)
    lowest = ndimage.minimum(by_image, labels, range(1, count + 1))
    assert lowest.min() == 0
    assert sum(lowest == 0) == 1  # the largest disk alone
    assert (by_image >= boundary_map(DISKS)).all()


def test_thin_objects_are_1_everywhere():
    mask = np.zeros((8, 8), dtype=int)
    mask[1] = 1
    mask[4:6, 2:6] = 1
    np.testing.assert_array_equal(boundary_map(mask), mask)


def test_the_border_of_the_image_is_no_boundary():
    half = np.zeros((5, 6), dtype=bool)
    half[:, :3] = True  # goes on to the left, for all that is known
    assert boundary_map(half)[:, :3].tolist() == [[0, 0.5, 1]] * 5
    assert signed_distance(half).tolist() == [[-2.5, -1.5, -0.5, 0.5, 1.5, 2.5]] * 5


def test_masks_without_a_boundary_give_zeros():
    for mask in (np.zeros((3, 4)), np.ones((3, 4))):
        assert not boundary_map(mask).any()
        assert not boundary_map(mask, per="image").any()
        assert not signed_distance(mask).any()


def clip_within_the_loop(mask):
    """The published loop: it clips the map while other objects still wait, and ends one object early."""
    objects, count = ndimage.label(mask, np.ones((3, 3)))
    phi = ndimage.distance_transform_edt(mask)
    for number in range(1, count):
        member = objects == number
        phi[member] = 1 - phi[member] / phi[member].max()
        phi = np.minimum(phi, 1)
    return phi


def test_a_clip_within_the_loop_over_objects_empties_most_of_them_and_ours_keeps_all():
    mask = np.tile(np.pad(DISKS[:20, :20], 2), (4, 4))  # sixteen equal objects
    slip, ours = clip_within_the_loop(mask), boundary_map(mask)
    assert (slip[mask] == 0).mean() > 0.85
    assert (ours[mask] > 0).mean() > 0.9


def test_the_map_of_monai_lies_half_a_pixel_above_the_signed_distance():
    torch = pytest.importorskip("torch")
    from peers import load_monai

    theirs = load_monai().BoundaryLoss().compute_distance_map(torch.tensor(DISKS)[None, None].float())
    np.testing.assert_allclose(signed_distance(DISKS), theirs[0, 0].numpy() - 0.5, atol=1e-5)


@pytest.mark.parametrize("kind", ["object", "image", "signed"])
@pytest.mark.parametrize("workers", [1, 3])
def test_a_set_of_masks_gives_the_map_of_each(kind, workers):
    several = np.stack([DISKS, ~DISKS, DISKS[::-1], np.zeros_like(DISKS)]).astype(np.uint8)
    make = signed_distance if kind == "signed" else lambda mask: boundary_map(mask, per=kind)
    found = distance_maps(several, kind=kind, workers=workers)
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, [make(mask) for mask in several])


def test_no_masks_give_no_maps():
    assert distance_maps(np.zeros((0, 4, 5))).shape == (0, 4, 5)


def test_a_kept_array_is_read_and_only_for_the_same_masks_and_kind(tmp_path):
    several = DISKS[None]
    first = distance_maps(several, cache=tmp_path)
    (kept,) = tmp_path.iterdir()
    np.save(kept, first + 7)  # shows where an answer comes from
    np.testing.assert_array_equal(distance_maps(several.astype(int) * 3, cache=tmp_path), first + 7)
    assert distance_maps(several, kind="image", cache=tmp_path).max() == 1
    assert distance_maps(~several, cache=tmp_path).max() == 1
    assert distance_maps(several.reshape(1, 60, 40), cache=tmp_path).max() == 1
    assert len(list(tmp_path.iterdir())) == 4


def test_a_damaged_array_is_computed_again(tmp_path):
    whole = distance_maps(DISKS[None], cache=tmp_path)
    (kept,) = tmp_path.iterdir()
    content = kept.read_bytes()
    for damaged in (b"", b"nothing", content[:-5]):
        kept.write_bytes(damaged)
        np.testing.assert_array_equal(distance_maps(DISKS[None], cache=tmp_path), whole)
        assert kept.read_bytes() == content


def test_a_stop_while_writing_leaves_nothing_behind(tmp_path, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("os.replace", stop)
    with pytest.raises(KeyboardInterrupt):
        distance_maps(DISKS[None], cache=tmp_path / "new")
    assert list((tmp_path / "new").iterdir()) == []


def test_wrong_arguments_are_named():
    with pytest.raises(ValueError, match=r"Expected a mask of shape \(H, W\), got \(1, 40, 60\)"):
        boundary_map(DISKS[None])
    with pytest.raises(ValueError, match=r"Expected masks of shape \(N, H, W\), got \(40, 60\)"):
        distance_maps(DISKS)
    with pytest.raises(ValueError, match="Expected per to be 'object' or 'image', got 'pixel'"):
        boundary_map(DISKS, per="pixel")
    with pytest.raises(ValueError, match="Expected kind to be .* got 'far'"):
        distance_maps(DISKS[None], kind="far")


def test_the_maps_need_no_torch():
    code = "import sys, imbalance_course.distance_maps; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
