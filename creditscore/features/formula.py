"""The formulas that features are made of: small frozen trees that go to JSON and back."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Any, Final, Literal, TypeAlias, get_args

from creditscore._ground.instants import parse_window
from creditscore._ground.numbers import is_finite_number
from creditscore.errors import FeatureError, NameUnknownError, ParameterError

Comparison: TypeAlias = Literal["in", "not_in", "gt", "ge", "lt", "le", "eq"]
_COMPARISONS: Final = get_args(Comparison)
_OF_LABELS: Final = ("in", "not_in")
_READINGS: Final = ("", "age_in_days")


@dataclass(frozen=True, slots=True)
class Condition:
    """Which rows take part.

    Parameters
    ----------
    column : str
        A column of the view.
    comparison : {"in", "not_in", "gt", "ge", "lt", "le", "eq"}
        ``in`` and ``not_in`` compare a code column with labels (a missing code is in no set, and in the
        complement of every set); the others compare a value column with a number (NaN passes none).
    value : tuple of str or float
        Labels, or the number.

    Raises
    ------
    NameUnknownError
        If there is no such comparison.
    FeatureError
        If labels are compared as a number, or a number as labels.
    """

    column: str
    comparison: Comparison
    value: tuple[str, ...] | float

    def __post_init__(self) -> None:
        if self.comparison not in _COMPARISONS:
            raise NameUnknownError.among("comparison", self.comparison, _COMPARISONS)
        if (self.comparison in _OF_LABELS) != isinstance(self.value, tuple):
            wanted = "a tuple of labels" if self.comparison in _OF_LABELS else "a number"
            raise FeatureError(
                f"The comparison {self.comparison!r} of column {self.column!r} needs {wanted}. "
                f"Got {self.value!r} instead."
            )
        if isinstance(self.value, tuple):
            if not self.value or not all(isinstance(label, str) for label in self.value):
                raise FeatureError(
                    f"Compare the column {self.column!r} with at least one label, each a text."
                )
        elif not is_finite_number(self.value):
            raise FeatureError(
                f"Compare the column {self.column!r} with a finite number, not {self.value!r}."
            )


@dataclass(frozen=True, slots=True)
class Term:
    """One statistic of one column of a view, over chosen rows.

    Parameters
    ----------
    view, statistic : str
        Names of a view and of a registered statistic.
    column : str, optional
        The value column; rows where it is NaN take no part. Without it every row has the value 1.
    where : tuple of Condition
        All must hold.
    window : str, optional
        A duration; rows in ``[as_of - window, as_of)`` take part. Without it: all rows.
    last, first : int, optional
        Of those, only the newest (or oldest) so many.
    by : str, optional
        The code column that keyed statistics group by.
    argument : float
        What the statistic asks for (a quantile, a number of classes).
    minimum_rows : int
        With fewer rows the value is NaN.
    version : int
        The version of the statistic.
    """

    view: str
    statistic: str
    column: str | None = None
    where: tuple[Condition, ...] = ()
    window: str | None = None
    last: int | None = None
    first: int | None = None
    by: str | None = None
    argument: float = math.nan
    minimum_rows: int = 0
    version: int = 1

    def __post_init__(self) -> None:
        if self.window is not None:
            parse_window(self.window)
        if self.last is not None and self.first is not None:
            raise FeatureError(f"A term of view {self.view!r} names both last and first rows; name one.")
        for name, least in (("last", 1), ("first", 1), ("minimum_rows", 0)):
            number = getattr(self, name)
            if number is not None and not (isinstance(number, int) and number >= least):
                raise ParameterError.must_be(name, f"a whole number of at least {least}", number)
        if self.statistic == "quantile" and not 0.0 <= self.argument <= 1.0:
            raise ParameterError.must_be("argument", "the level of a quantile, within 0 and 1", self.argument)


@dataclass(frozen=True, slots=True)
class Attribute:
    """A column of the application itself; text becomes a stable number that only equality may read.

    Parameters
    ----------
    column : str
    category : bool
        Whether its values are labels.
    as_ : {"", "age_in_days"}
        Of a column of times: how many days before the moment it lies (below 0: after it).
    fold : bool
        Whether labels that differ in upper and lower letters alone are one.
    """

    column: str
    category: bool = False
    as_: Literal["", "age_in_days"] = ""
    fold: bool = False

    def __post_init__(self) -> None:
        if self.as_ not in _READINGS:
            raise NameUnknownError.among("way to read a column", self.as_, _READINGS)
        if self.category and self.as_:
            raise FeatureError(f"The column {self.column!r} cannot be both a category and an age.")


@dataclass(frozen=True, slots=True)
class Covered:
    """1 if the source was there at the moment, else 0; never NaN."""

    source: str


@dataclass(frozen=True, slots=True)
class Ratio:
    """``numerator / denominator``; NaN where the denominator is 0 or either is NaN."""

    numerator: Formula
    denominator: Formula


@dataclass(frozen=True, slots=True)
class Share:
    """``(part + weight * prior) / (whole + weight)``: a share shrunk to a stated constant.

    NaN where either is NaN or ``whole`` is below ``minimum``.
    """

    part: Formula
    whole: Formula
    prior: float
    weight: float = 5.0
    minimum: float = 0.0


@dataclass(frozen=True, slots=True)
class Difference:
    """``minuend - subtrahend``; NaN where either is NaN."""

    minuend: Formula
    subtrahend: Formula


@dataclass(frozen=True, slots=True)
class AtLeast:
    """``value`` where ``count`` is at least ``minimum``, else ``otherwise``; NaN where ``count`` is NaN.

    Keeps a value back that rests on too few people, so that nothing about one of them can be inferred.
    """

    value: Formula
    count: Formula
    minimum: float
    otherwise: float = math.nan


Formula: TypeAlias = Term | Attribute | Covered | Ratio | Share | Difference | AtLeast


KINDS: Final[dict[str, type[Any]]] = {
    "term": Term,
    "attribute": Attribute,
    "covered": Covered,
    "ratio": Ratio,
    "share": Share,
    "difference": Difference,
    "at_least": AtLeast,
}
_NAMES: Final = {kind: name for name, kind in KINDS.items()}


def operands(formula: Formula) -> tuple[Formula, ...]:
    """Return the formulas that a formula is made of, in order; none for a leaf."""
    match formula:
        case Ratio(numerator, denominator):
            return (numerator, denominator)
        case Share(part, whole):
            return (part, whole)
        case Difference(minuend, subtrahend):
            return (minuend, subtrahend)
        case AtLeast(value, count):
            return (value, count)
        case _:
            return ()


def terms(formula: Formula) -> tuple[Term, ...]:
    """Return every term in a formula, left to right."""
    if isinstance(formula, Term):
        return (formula,)
    return tuple(term for part in operands(formula) for term in terms(part))


def attributes(formula: Formula) -> tuple[Attribute, ...]:
    """Return every column of the application that a formula reads, left to right."""
    if isinstance(formula, Attribute):
        return (formula,)
    return tuple(one for part in operands(formula) for one in attributes(part))


def coverages(formula: Formula) -> tuple[Covered, ...]:
    """Return every coverage that a formula asks for, left to right."""
    if isinstance(formula, Covered):
        return (formula,)
    return tuple(one for part in operands(formula) for one in coverages(part))


def columns(formula: Formula) -> frozenset[str]:
    """Return the columns of views that the terms of a formula name."""
    found = terms(formula)
    named = {name for term in found for name in (term.column, term.by) if name is not None}
    return frozenset(named | {condition.column for term in found for condition in term.where})


def to_dict(formula: Formula) -> dict[str, Any]:
    """Write a formula as plain data, leaving out what is at its default."""
    out: dict[str, Any] = {"kind": _NAMES[type(formula)]}
    for field in fields(formula):
        value = getattr(formula, field.name)
        if _is_default(field.default, value):
            continue
        out[field.name] = _plain(value)
    return out


def from_dict(data: dict[str, Any]) -> Formula:
    """Read a formula back; anything unknown is an error that names it.

    Raises
    ------
    FeatureError
        If the kind or a field is unknown, or a required field is missing.
    """
    kind = KINDS.get(str(data.get("kind")))
    if kind is None:
        raise FeatureError(f"A formula of kind {data.get('kind')!r} is unknown. Known: {', '.join(KINDS)}.")
    known = {field.name for field in fields(kind)}
    extra = sorted(set(data) - known - {"kind"})
    if extra:
        raise FeatureError(f"A {data['kind']} formula has no field {extra[0]!r}. Known: {sorted(known)}.")
    arguments = {name: _revive(name, value) for name, value in data.items() if name != "kind"}
    try:
        formula: Formula = kind(**arguments)
    except TypeError as error:
        raise FeatureError(f"A {data['kind']} formula lacks a field: {error}.") from error
    return formula


def _is_default(default: object, value: object) -> bool:
    if isinstance(default, float) and isinstance(value, float) and math.isnan(default):
        return math.isnan(value)
    return type(default) is type(value) and default == value


def _plain(value: Any) -> Any:
    if type(value) in _NAMES:
        return to_dict(value)
    if isinstance(value, Condition):
        plain = list(value.value) if isinstance(value.value, tuple) else value.value
        return [value.column, value.comparison, plain]
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def _revive(name: str, value: Any) -> Any:
    if isinstance(value, dict):
        return from_dict(value)
    if name == "where":
        return tuple(Condition(c, op, tuple(v) if isinstance(v, list) else float(v)) for c, op, v in value)
    return value
