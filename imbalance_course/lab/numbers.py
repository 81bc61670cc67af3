"""Numbers of the report, as text."""

from imbalance_course.metrics import Interval

NOT_THERE = "–"


def number(value: float | None, digits: int = 3) -> str:
    """A score as text, a dash where there is none.

    Example:
        >>> number(0.12345), number(None)
        ('0.123', '–')
    """
    return NOT_THERE if value is None else f"{value:.{digits}f}"


def share(value: float) -> str:
    """A share as a percentage with two digits that count, from below and from 100 %.

    Example:
        >>> share(0.25), share(0.00104), share(0.99896), share(1.0)
        ('25 %', '0.10 %', '99.90 %', '100 %')
    """
    percent = 100 * value
    away = min(percent, 100 - percent)
    digits = 0 if away >= 10 or away == 0 else 1 if away >= 1 else 2
    return f"{percent:.{digits}f} %"


def count(value: float) -> str:
    """A count with narrow spaces between the thousands, at which no line breaks."""
    return f"{value:,.0f}".replace(",", "\u202f")


def interval_parts(interval: Interval, *, signed: bool = False) -> dict[str, str]:
    """A mean and its ends, as two texts.

    Example:
        >>> interval_parts(Interval(0.8, 0.75, 0.85, 3))
        {'mean': '0.800', 'ends': '[0.750, 0.850]'}
        >>> interval_parts(Interval(0.1, float("nan"), float("nan"), 1), signed=True)
        {'mean': '+0.100', 'ends': '(one split)'}
    """
    texts = [
        f"{value:+.3f}" if signed else f"{value:.3f}"
        for value in (interval.mean, interval.low, interval.high)
    ]
    mean, low, high = (text.replace("-0.000", "0.000").replace("-", "\u2212") for text in texts)
    return {"mean": mean, "ends": "(one split)" if interval.n == 1 else f"[{low}, {high}]"}


def interval_text(interval: Interval, *, signed: bool = False) -> str:
    """The same as one text.

    Example:
        >>> interval_text(Interval(0.1, -0.05, 0.25, 3), signed=True)
        '+0.100 [−0.050, +0.250]'
    """
    return " ".join(interval_parts(interval, signed=signed).values())
