"""What a rule may compare with what, and how."""

from __future__ import annotations

from typing import Any, Final

from creditscore._ground.numbers import is_finite_number
from creditscore.errors import ParameterError

ORDERED: Final = ("<", "<=", ">", ">=")
_SETS: Final = ("in", "not in")
COMPARISONS: Final = (*ORDERED, "==", "!=", *_SETS)


def is_number(value: object) -> bool:
    """Whether a value is a number."""
    return isinstance(value, int | float)


def checked_value(comparison: str, value: Any) -> float | str | tuple[str, ...] | tuple[float, ...]:
    """Return what a rule compares with, numbers as such, or refuse it."""
    if comparison in _SETS:
        if isinstance(value, str) or not isinstance(value, tuple | list) or not value:
            raise ParameterError.must_be("value", "a tuple of labels for 'in' and 'not in'", value)
        given = tuple(checked_value("==", one) for one in value)
        if len({type(one) for one in given}) > 1:
            raise ParameterError.must_be("value", "all numbers or all texts", value)
        return given  # type: ignore[return-value]
    if is_finite_number(value):
        return float(value)
    if isinstance(value, str) and comparison not in ORDERED:
        return value
    if comparison in ORDERED:
        raise ParameterError.must_be("value", f"a finite number for {comparison!r}", value)
    raise ParameterError.must_be("value", f"a finite number or a text for {comparison!r}", value)


def compared(found: float, comparison: str, limit: Any) -> bool:
    """Compare two numbers."""
    if comparison == "<":
        return bool(found < limit)
    if comparison == "<=":
        return bool(found <= limit)
    return bool(found > limit if comparison == ">" else found >= limit)
