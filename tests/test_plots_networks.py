"""Sketches of networks have the links that their papers describe."""

import matplotlib
import pytest

from imbalance_course import plots
from imbalance_course.plots import networks


@pytest.fixture(autouse=True)
def course_style():
    with matplotlib.rc_context():
        plots.use_style()
        yield


def arrows(axes):
    return [text for text in axes.texts if text.arrow_patch is not None]


def test_there_is_one_sketch_a_network_and_each_but_the_plain_one_adds_links():
    counts = {axes.get_title(loc="left"): len(arrows(axes)) for axes in plots.network_sketches().axes}
    assert list(counts) == ["U-Net", "U-Net++", "Attention U-Net", "U-Net 3+", "DeepLabv3+"]
    assert all(counts[name] > counts["U-Net"] for name in ("U-Net++", "Attention U-Net", "U-Net 3+"))


def test_a_decoder_block_of_unet_3_plus_sees_every_level():
    links = [*networks._plain_links(), *networks._full_scale_links()]
    for level in range(networks.COARSEST):
        seen = [start for start, end in links if end == (networks._DECODER, level)]
        assert sorted(at for _, at in seen) == list(range(networks.LEVELS))


def test_the_triangle_of_unet_plus_plus_has_a_block_for_each_level_and_step():
    inner = {end for _, end in networks._nested_links()}
    assert len(inner) == networks.COARSEST * (networks.COARSEST - 1) // 2
    for place in inner:
        sources = [start for start, end in networks._nested_links() if end == place]
        assert sorted(level for _, level in sources) == [place[1], place[1] + 1]


def test_every_gate_has_a_link_across_to_sit_on():
    gated = {end[1] for _, end in networks._gate_links()}
    across = {start[1] for start, end in networks._plain_links() if start[1] == end[1]}
    assert gated == across
