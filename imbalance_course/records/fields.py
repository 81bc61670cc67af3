"""JSON of records, read strictly: what JSON leaves open is refused, and every value must fit its field."""

import json
import math
from types import NoneType, UnionType
from typing import Any, get_args, get_origin

LARGEST = 2**63  # whole numbers stay below, on either side of 0: what arrays of counts can hold


def read_object(text: str) -> dict[str, Any]:
    """One JSON object.

    Raises:
        ValueError: it is damaged or something else, names a field twice, or holds a number that is not finite
            or too large for 64 bits.

    Example:
        >>> read_object('{"seed": 1e999}')
        Traceback (most recent call last):
            ...
        ValueError: 1e999 is not a finite number
    """
    try:
        found = json.loads(
            text,
            parse_constant=_finite,
            parse_float=_finite,
            parse_int=_whole,
            object_pairs_hook=_distinct,
        )
    except RecursionError as error:
        raise ValueError("brackets within brackets, too deep to be a record") from error
    if not isinstance(found, dict):
        raise ValueError(f"got {type(found).__name__}")
    return found


def fits(value: Any, kind: Any) -> bool:
    """Whether a value read from JSON is of an annotated kind.

    Args:
        value: what was read.
        kind: str, bool, int, float, dict, a list or dict of kinds, or several kinds with ``|``. A whole
            number is a float, too; true and false are no numbers.

    Example:
        >>> fits({"tp": 3}, dict[str, int] | None), fits({"tp": True}, dict[str, int]), fits("3", float)
        (True, False, False)
    """
    if isinstance(kind, UnionType):
        return any(fits(value, each) for each in get_args(kind))
    container, inner = get_origin(kind), get_args(kind)
    if container is dict:
        return isinstance(value, dict) and all(fits(each, inner[1]) for each in value.values())
    if container is list:
        return isinstance(value, list) and all(fits(each, inner[0]) for each in value)
    if kind is float:
        return type(value) in (int, float)
    return type(value) is (NoneType if kind is None else kind)


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text} is not a finite number")
    return value


def _whole(text: str) -> int:
    if len(text) > len(str(LARGEST)) + 1 or not -LARGEST < int(text) < LARGEST:
        raise ValueError(f"{text[:20]}... is too large a number")
    return int(text)


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"{next(name for name in names if names.count(name) > 1)} stands there twice")
    return found
