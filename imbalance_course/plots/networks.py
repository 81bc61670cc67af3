"""Sketches of networks that label pixels: which block hands its result to which."""

from collections.abc import Callable, Iterator

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from imbalance_course.plots.style import COLORS, GRAY, new_figure

Place = tuple[float, float]  # column, and level: 0 is full size, each further level has half the sides
Link = tuple[Place, Place]

LEVELS = 4
FINEST, COARSEST = 0, LEVELS - 1
_ENCODER, _DECODER = 0.0, 3.0  # columns
_GATES = 2.2  # column of the attention gates
_BRANCHES = (0.6, 1.2, 1.8, 2.4)  # columns of convolutions that look at different distances


def network_sketches() -> Figure:
    """Draw U-Net, U-Net++, Attention U-Net, U-Net 3+ and DeepLabv3+ as blocks and links.

    A row of a sketch is a level: each halves the sides of the one above. Gray links are those of the plain
    U-Net, colored ones are what the network adds. Four levels are drawn.

    Returns:
        The figure.

    Example:
        >>> [axes.get_title(loc="left") for axes in network_sketches().axes]
        ['U-Net', 'U-Net++', 'Attention U-Net', 'U-Net 3+', 'DeepLabv3+']
    """
    figure, panels = new_figure(4.6, 3, rows=2)
    sketches: dict[str, Callable[[], Iterator[Link]]] = {
        "U-Net": lambda: iter(()),
        "U-Net++": _nested_links,
        "Attention U-Net": _gate_links,
        "U-Net 3+": _full_scale_links,
        "DeepLabv3+": _pyramid_links,
    }
    for axes, (name, added) in zip(panels, sketches.items(), strict=False):
        plain = _coarse_links() if name == "DeepLabv3+" else _plain_links()
        _draw(axes, list(plain), list(added()))
        axes.set_title(name, loc="left")
    last = panels[-1]
    figure.legend(
        handles=[
            last.plot([], [], color=GRAY, label="as in the U-Net")[0],
            last.plot([], [], color=COLORS["positive"], label="added")[0],
            last.plot([], [], "s", color=COLORS["negative"], label="block")[0],
            last.plot([], [], "D", color=COLORS["positive"], label="gate, branch or\nblock that is added")[0],
        ],
        loc="lower right",
    )
    last.remove()
    return figure


def _plain_links() -> Iterator[Link]:
    """Down the encoder, up the decoder, and across on each level; the coarsest block belongs to both."""
    for level in range(COARSEST):
        below = (_ENCODER, level + 1) if level + 1 == COARSEST else (_DECODER, level + 1)
        yield (_ENCODER, level), (_ENCODER, level + 1)
        yield below, (_DECODER, level)
        yield (_ENCODER, level), (_DECODER, level)


def _nested_links() -> Iterator[Link]:
    """A triangle of blocks between encoder and decoder; each sees all before it and the one below."""
    for level in range(COARSEST):
        inner = [_column(level, step) for step in range(1, COARSEST - level)]
        for step, column in enumerate(inner, start=1):
            yield (_column(level, step - 1), level), (column, level)
            yield (_column(level + 1, step - 1), level + 1), (column, level)


def _column(level: int, step: int) -> float:
    """Column of a block of U-Net++: 0 steps are the encoder, the last step is the decoder."""
    return _ENCODER + step * (_DECODER - _ENCODER) / max(COARSEST - level, 1)


def _gate_links() -> Iterator[Link]:
    """The block below tells a gate on each link across what to let through."""
    for level in range(COARSEST):
        below = (_ENCODER, level + 1) if level + 1 == COARSEST else (_DECODER, level + 1)
        yield below, (_GATES, level)


def _full_scale_links() -> Iterator[Link]:
    """Each decoder block sees all finer encoder blocks and all coarser decoder blocks."""
    for level in range(COARSEST):
        for finer in range(level):
            yield (_ENCODER, finer), (_DECODER, level)
        for coarser in range(level + 2, LEVELS):
            yield (_ENCODER if coarser == COARSEST else _DECODER, coarser), (_DECODER, level)


def _coarse_links() -> Iterator[Link]:
    """What DeepLabv3+ shares with a U-Net: an encoder, and one link across at a fine level."""
    for level in range(COARSEST):
        yield (_ENCODER, level), (_ENCODER, level + 1)
    yield (_ENCODER, 1), (_DECODER, 1)
    yield (_DECODER, 1), (_DECODER, FINEST)


def _pyramid_links() -> Iterator[Link]:
    """Branches side by side that look at different distances, joined at the coarsest level."""
    bottom = COARSEST
    for column in _BRANCHES:
        yield (_ENCODER, bottom), (column, bottom - 0.75)
        yield (column, bottom - 0.75), (_DECODER, bottom)
    yield (_DECODER, bottom), (_DECODER, 1)


def _draw(axes: Axes, plain: list[Link], added: list[Link]) -> None:
    for links, color in ((plain, GRAY), (added, COLORS["positive"])):
        for (x, y), (to_x, to_y) in links:
            bend = 0.4 if x == to_x and abs(y - to_y) > 1 else 0.0  # beside the blocks that it passes
            look = {"color": color, "linewidth": 1.3, "connectionstyle": f"arc3,rad={bend}"}
            arrow = look | {"arrowstyle": "-|>", "shrinkA": 4, "shrinkB": 5}
            axes.annotate("", (to_x, to_y), (x, y), arrowprops=arrow)
    blocks = {place for link in plain for place in link}
    new = {place for link in added for place in link} - blocks
    for places, look in ((blocks, {"marker": "s", "color": COLORS["negative"]}),
                         (new, {"marker": "D", "color": COLORS["positive"]})):  # fmt: skip
        for place in sorted(places):
            axes.plot(*place, markersize=7, **look)
    axes.set(xlim=(-0.5, 4.0), ylim=(COARSEST + 0.4, -0.4))
    axes.set_axis_off()
