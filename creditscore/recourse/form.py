"""What an applicant can state otherwise: the loan that is asked for, and columns declared for it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, TypeAlias

from creditscore.features.definition import Feature
from creditscore.features.formula import Attribute, Difference, Formula, Ratio, operands
from creditscore.model.fitted import FittedModel
from creditscore.recourse.actionable import actionable
from creditscore.recourse.levels import beyond_splits

Row: TypeAlias = Mapping[str, float]

AMOUNT: Final = "amount"
TERM: Final = "term_days"
INSTALMENT: Final = "instalment"
LESS: Final = (0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1)
TERMS: Final = (0.5, 0.75, 1.25, 1.5, 2.0, 3.0)
# What lies between these: amounts in steps of a twentieth, terms of an eighth, above two of a quarter.
_CLOSER_AMOUNTS: Final = tuple(part / 20.0 for part in range(19, 1, -1))
_CLOSER_TERMS: Final = (*(part / 8.0 for part in range(4, 16) if part != 8), 2.0, 2.25, 2.5, 2.75, 3.0)
_MONTH: Final = 30.0
_DIGITS: Final = 3
_SAME: Final = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class FormColumn:
    """A column that the applicant decides on.

    Attributes
    ----------
    name : str
    unit : str
    of : callable
        Gives the other values that could be stated, for the one that is stated.
    closer : callable
        Gives those and more that lie between them.
    feature : str
        The feature that reads it; empty for the amount and the term.
    """

    name: str
    unit: str
    of: Callable[[float], tuple[float, ...]]
    closer: Callable[[float], tuple[float, ...]]
    feature: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """The columns of the application that a model reads and that an applicant can decide on.

    Attributes
    ----------
    columns : tuple of FormColumn
    follows : mapping of str to Formula
        Columns that others determine.
    """

    columns: tuple[FormColumn, ...]
    follows: Mapping[str, Formula]

    @classmethod
    def of(cls, fitted: FittedModel, features: Sequence[Feature]) -> Form:
        """Read off declarations what may be changed: amount, term, and columns declared actionable."""
        read = {column for feature in features for column in attributes_in(feature.formula)}
        columns = []
        if AMOUNT in read:
            columns.append(FormColumn(AMOUNT, "money", smaller_amounts, _closer_amounts))
        if TERM in read:
            columns.append(FormColumn(TERM, "days", other_terms, _closer_terms))
        for number, feature in enumerate(features):
            name = feature.formula.column if isinstance(feature.formula, Attribute) else ""
            free = name not in ("", AMOUNT, TERM) and feature.follows is None and actionable(feature)
            if free and fitted.signs[number] == feature.sign:
                others = beyond_splits(fitted.trees, number, feature)
                closer = beyond_splits(fitted.trees, number, feature, most=None)
                columns.append(FormColumn(name, feature.unit, others, closer, feature.name))
        follows = {
            feature.formula.column: feature.follows
            for feature in features
            if feature.follows is not None and isinstance(feature.formula, Attribute)
        }
        return cls(tuple(columns), MappingProxyType(follows))

    def with_values(self, stated: Row, changed: Row) -> dict[str, float] | None:
        """Return the columns as they would be stated, those that follow from others included.

        None where what was stated already breaks a declared identity of a column that would change: nothing
        can then be said of it.
        """
        row = dict(stated) | dict(changed)
        if INSTALMENT in stated and INSTALMENT not in changed:
            row[INSTALMENT] = _scaled_instalment(stated, row)
        for _ in self.follows:  # a column may follow from one that follows itself
            for name, formula in self.follows.items():
                if name in stated and set(attributes_in(formula)) & _moved(stated, row):
                    if abs(evaluated(formula, stated) - stated[name]) > _SAME * max(1.0, abs(stated[name])):
                        return None
                    row[name] = evaluated(formula, row)
        return row


def smaller_amounts(amount: float, shares: Iterable[float] = LESS) -> tuple[float, ...]:
    """Return smaller amounts in plain numbers, the nearest first.

    Examples
    --------
    >>> smaller_amounts(1010.0)[:3]
    (909.0, 808.0, 707.0)
    """
    return _distinct((plain(share * amount) for share in shares), amount) if amount > 0.0 else ()


def other_terms(days: float, shares: Iterable[float] = TERMS) -> tuple[float, ...]:
    """Return other terms in days; whole months of 30 days where the one that is asked for is.

    Examples
    --------
    >>> other_terms(360.0)
    (180.0, 270.0, 450.0, 540.0, 720.0, 1080.0)
    """
    step = _MONTH if days % _MONTH == 0.0 else 1.0
    return _distinct((max(step, step * round(share * days / step)) for share in shares), days)


def _closer_amounts(amount: float) -> tuple[float, ...]:
    return smaller_amounts(amount, _CLOSER_AMOUNTS)


def _closer_terms(days: float) -> tuple[float, ...]:
    return other_terms(days, _CLOSER_TERMS)


def plain(value: float) -> float:
    """Round a number above 0 down to three digits.

    Examples
    --------
    >>> plain(128_456.0), plain(909.0), plain(0.98765)
    (128000.0, 909.0, 0.987)
    """
    if value <= 0.0:
        return 0.0
    decimals = _DIGITS - 1 - math.floor(math.log10(value))
    scale = 10.0 ** abs(decimals)
    exact = value * scale if decimals >= 0 else value / scale
    whole = math.floor(exact + _SAME)
    return whole / scale if decimals >= 0 else whole * scale


def attributes_in(formula: Formula) -> Iterable[str]:
    """Name the columns of the application that a formula reads."""
    if isinstance(formula, Attribute):
        yield formula.column
    for part in operands(formula):
        yield from attributes_in(part)


def evaluated(formula: Formula, row: Row) -> float:
    """Compute a formula of columns of the application; NaN where it is not defined."""
    match formula:
        case Attribute(column):
            return row.get(column, math.nan)
        case Difference(first, second):
            return evaluated(first, row) - evaluated(second, row)
        case Ratio(part, whole):
            below = evaluated(whole, row)
            return evaluated(part, row) / below if below else math.nan
    return math.nan


def _scaled_instalment(stated: Row, row: Row) -> float:
    """Return the instalment at the price that was asked: it follows amount and term."""
    found = stated[INSTALMENT]
    if stated.get(AMOUNT):
        found *= row[AMOUNT] / stated[AMOUNT]
    if stated.get(TERM) and row[TERM]:
        found *= stated[TERM] / row[TERM]
    return found


def _moved(stated: Row, row: Row) -> set[str]:
    return {name for name, value in row.items() if value != stated.get(name, math.nan)}


def _distinct(values: Iterable[float], known: float) -> tuple[float, ...]:
    return tuple(dict.fromkeys(value for value in values if value > 0.0 and value != known))
