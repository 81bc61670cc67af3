"""One front end, two hosts: a widget in a live notebook, plain HTML on a static page.

The browser part is one ES module, joined from ``plot.js`` (drawing), ``host.js`` (sliders) and the figure's
own file. A live notebook hands it to anywidget. The ``text/html`` output holds the same text inline, so the
figure also moves on a page without a kernel, a widget manager or any request to another host.
"""

import hashlib
import json
import math
from functools import cache
from importlib.resources import files
from numbers import Real
from typing import Any

import anywidget
import traitlets

from imbalance_course.errors import CourseError

_ENTRY = "\nexport default { render: ({ model, el }) => show({ compute, draw, reading }, model, el) };\n"


def _source(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


@cache
def module_text(script: str) -> str:
    """Return the ES module of the figure whose own part is the file ``script``."""
    text = "\n".join(_source(name) for name in ("plot.js", "host.js", script)) + _ENTRY
    if "</script" in text or "<!--" in text:
        raise CourseError(f"Expected no script or comment tag in {script}, got one; write it in two pieces.")
    return text


class Slider(traitlets.Float):
    """A number between ``low`` and ``high`` that the reader moves.

    Args:
        default: value at the start.
        low: left end of the slider, included.
        high: right end of the slider, included.
        label: words beside the slider.
        step: distance of two positions; a logarithmic slider has 20 positions a decade instead.
        log: whether equal distances on the slider are equal ratios; needs ``low > 0``.
        digits: decimals shown; a logarithmic slider shows two significant digits.
        whole: whether a logarithmic slider stands for a count and shows no decimals.
        needs: name of the switch without which the slider does nothing.
    """

    def __init__(self, default, low, high, label, *, step=0.01, log=False, digits=2, whole=False, needs=""):
        super().__init__(default)
        self.low, self.high = float(low), float(high)
        look = {"label": label, "step": step, "log": log, "digits": digits, "whole": whole, "needs": needs}
        self.tag(sync=True, control=look)

    def bounds(self, figure: "Figure") -> tuple[float, float]:
        """Return the ends of this slider in ``figure``, which may have fitted them to its data."""
        return figure.slider_bounds.get(self.name, (self.low, self.high))

    def validate(self, obj: "Figure", value: Any) -> float:
        low, high = self.bounds(obj)
        if isinstance(value, bool) or not isinstance(value, Real) or not low <= value <= high:
            raise CourseError(f"Expected {self.name} between {low:g} and {high:g}, got {value!r}.")
        return float(value)


class Switch(traitlets.Bool):
    """A checkbox with a ``label``."""

    def __init__(self, default: bool, label: str):
        super().__init__(default)
        self.tag(sync=True, control={"label": label, "step": None})

    def validate(self, obj: "Figure", value: Any) -> bool:
        if not isinstance(value, bool):
            raise CourseError(f"Expected {self.name} to be True or False, got {value!r}.")
        return value


class Figure(anywidget.AnyWidget):
    """Base class: subclasses name their ``script`` and ``title`` and declare sliders and switches.

    Args:
        data: what the sliders do not change, ready for JSON.
        bounds: slider name to (low, high), where the data decide the ends of a slider.
        **values: starting positions of the sliders.

    Raises:
        CourseError: if a name is unknown or a value is out of its range.
    """

    script = ""
    _css = _source("figures.css")
    title = traitlets.Unicode().tag(sync=True)
    controls = traitlets.List().tag(sync=True)
    data = traitlets.Dict().tag(sync=True)

    def __init__(self, data: dict | None = None, bounds: dict | None = None, **values: float | bool):
        self.slider_bounds = bounds or {}
        names = list(self._control_traits())
        unknown = sorted(set(values) - set(names))
        if unknown:
            raise CourseError(f"Expected one of {', '.join(names)}, got {', '.join(unknown)}.")
        self._esm = module_text(self.script)
        super().__init__(data=data or {}, **values)
        self.controls = [self._control(name, trait) for name, trait in self._control_traits().items()]

    @classmethod
    def _control_traits(cls) -> dict[str, traitlets.TraitType]:
        """Sliders and switches in the order in which the class declares them."""
        members = (item for base in reversed(cls.__mro__) for item in vars(base).items())
        return {name: trait for name, trait in members if isinstance(trait, (Slider, Switch))}

    def _control(self, name: str, trait: Slider | Switch) -> dict[str, Any]:
        control = {"name": name, **trait.metadata["control"]}
        if isinstance(trait, Slider):
            control["low"], control["high"] = trait.bounds(self)
        return control

    def _positions(self) -> dict[str, float | bool]:
        return {name: getattr(self, name) for name in self._control_traits()}

    def __repr__(self) -> str:
        positions = ", ".join(f"{name}={value!r}" for name, value in self._positions().items())
        return f"{type(self).__name__}({positions})"

    def static_html(self) -> str:
        """Return the figure as HTML that moves without a kernel; equal figures give equal text."""
        state = {"title": self.title, "controls": self.controls, "data": self.data, **self._positions()}
        state = json.dumps(state, sort_keys=True).replace("<", "\\u003c")
        module = module_text(self.script)
        name = "figure-" + hashlib.sha256((module + self._css + state).encode()).hexdigest()[:12]
        return (
            f'<div data-figure="{name}"></div>\n'
            f"<noscript><p>The interactive figure “{self.title}” needs JavaScript.</p></noscript>\n"
            f"<style>{self._css}</style>\n"
            f'<script type="module">\n{module}\n'
            f'mount({{ compute, draw, reading }}, "{name}", {state});\n</script>'
        )

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict, dict]:
        live = super()._repr_mimebundle_(**kwargs)
        bundle, metadata = live if isinstance(live, tuple) else (live, {})
        return {**bundle, "text/plain": repr(self), "text/html": self.static_html()}, metadata


def nice_bound(value: float) -> float:
    """Return the next round number at or above ``value`` > 0, so that a slider ends at a round number."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(
        m * power for m in (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if m * power >= value * (1 - 1e-12)
    )
