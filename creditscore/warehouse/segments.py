"""Which rows of a view take part in a term, in SQL."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from creditscore._ground.instants import parse_window
from creditscore.features.formula import Condition, Term
from creditscore.warehouse.dialects import quoted

_SYMBOLS: Final = {"gt": ">", "ge": ">=", "lt": "<", "le": "<=", "eq": "="}


@dataclass(frozen=True, slots=True)
class Segment:
    """The rows of a view that pass the conditions of a term, whatever its window.

    Attributes
    ----------
    view : str
    passes : str
        A condition on a row of the view.
    """

    view: str
    passes: str


def segment_of(term: Term) -> Segment:
    """Return the segment of a term: conditions, and that column and key are not missing."""
    parts = [_condition(one) for one in term.where]
    if term.column is not None:
        parts.append(f"NOT v_{term.column} IS NULL")
    if term.by is not None:
        parts.append(f"NOT c_{term.by} IS NULL")
    return Segment(term.view, " AND ".join(parts) or "TRUE")


def value_of(term: Term) -> str:
    """Write the value of a row."""
    return "CAST(1 AS DOUBLE)" if term.column is None else f"v_{term.column}"


def since_of(term: Term) -> str:
    """Write whether a row lies in the window of a term."""
    if term.window is None:
        return "TRUE"
    window = parse_window(term.window)
    return f"t >= since_{window.months}" if window.months else f"t >= as_of - {window.length}"


def months_of(term: Term) -> int:
    """Return how many calendar months a term looks back; 0 if its window is no such one."""
    return 0 if term.window is None else parse_window(term.window).months


def newest_first(term: Term) -> Term:
    """Return the term whose rank, newest first, this one needs: the same for every window."""
    return replace(_bare(term), window=None)


def oldest_first(term: Term) -> Term:
    """Return the term whose rank, oldest first, this one needs: its window counts."""
    return _bare(term)


def _bare(term: Term) -> Term:
    return Term(term.view, "count", term.column, term.where, term.window, by=term.by)


def _condition(condition: Condition) -> str:
    if not isinstance(condition.value, tuple):
        return f"v_{condition.column} {_SYMBOLS[condition.comparison]} {float(condition.value)!r}"
    column = f"c_{condition.column}"
    labels = ", ".join(quoted(label) for label in condition.value)
    if condition.comparison == "in":
        return f"COALESCE({column} IN ({labels}), FALSE)"
    return f"NOT COALESCE({column} IN ({labels}), FALSE)"
