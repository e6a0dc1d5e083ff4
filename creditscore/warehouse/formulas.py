"""Formulas over terms, in SQL: NULL is what NaN is elsewhere."""

from __future__ import annotations

import math
from collections.abc import Callable

from creditscore.features.formula import (
    AtLeast,
    Attribute,
    Covered,
    Difference,
    Formula,
    Ratio,
    Share,
    Term,
)


def combined(formula: Formula, leaf: Callable[[Term | Attribute | Covered], str]) -> str:
    """Write a formula whose leaves a function writes.

    Examples
    --------
    >>> combined(Ratio(Covered("loans"), Covered("bills")), lambda covered: covered.source)
    '(loans / NULLIF(bills, 0))'
    """
    match formula:
        case Ratio(a, b):
            return f"({combined(a, leaf)} / NULLIF({combined(b, leaf)}, 0))"
        case Difference(a, b):
            return f"({combined(a, leaf)} - {combined(b, leaf)})"
        case Share(part, whole, prior, weight, minimum):
            of = combined(whole, leaf)
            value = f"({combined(part, leaf)} + {weight * prior!r}) / NULLIF({of} + {float(weight)!r}, 0)"
            return f"CASE WHEN {of} >= {float(minimum)!r} THEN {value} END"
        case AtLeast(value, count, minimum, otherwise):
            of = combined(count, leaf)
            other = "NULL" if math.isnan(otherwise) else repr(float(otherwise))
            low = f"CASE WHEN {of} >= {float(minimum)!r} THEN {combined(value, leaf)} "
            return f"{low}WHEN {of} < {float(minimum)!r} THEN {other} END"
        case _:
            return leaf(formula)
