"""Rows parted into groups: by segment, by time, by vintage, by the sources that were there, by a label."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore._ground.arrays import Flags, Int64
from creditscore._ground.zones import USUAL
from creditscore.data.aligned import by_application, is_missing
from creditscore.data.applications import Applications
from creditscore.data.loans.aging import opening_months
from creditscore.data.periods import Period, check_period, local_months, name_of, numbers_of
from creditscore.data.portfolio import Portfolio
from creditscore.data.sources import SOURCE_GROUPS
from creditscore.data.tables.ids import Ids
from creditscore.errors import NameUnknownError, ParameterError
from creditscore.features.statuses import source_status
from creditscore.segments.segment import Segment

Groups: TypeAlias = Mapping[str, Flags]
WAYS: Final = ("time", "vintage", "sources")
MISSING: Final = "missing"
NO_LOAN: Final = "no_loan"
NO_SOURCE: Final = "none"
_THERE: Final = frozenset({"present", "too_short", "stale"})
_MOST: Final = 200


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """What rows are parted by, besides what is given for each of them.

    Attributes
    ----------
    size : int
        How many rows there are.
    applications, portfolio : Applications and Portfolio, or None
    columns : mapping of str to array-like of shape (n_rows,)
        What segments and names of columns read, before attributes of the applications.
    period : str
        ``"month"``, ``"quarter"`` or ``"year"``.
    """

    size: int
    applications: Applications | None = None
    portfolio: Portfolio | None = None
    columns: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    period: Period = "quarter"

    def asked(self, way: str) -> Applications:
        """The applications, which a way of parting needs."""
        if self.applications is None:
            raise ParameterError(f"To part by {way}, give applications=..., which say when and who.")
        if len(self.applications) != self.size:
            raise ParameterError.must_be(
                "applications", f"one for each of {self.size} rows", len(self.applications)
            )
        return self.applications

    def tables(self, way: str) -> Portfolio:
        """The portfolio, which a way of parting needs."""
        if self.portfolio is None:
            raise ParameterError(f"To part by {way}, give portfolio=..., which has the tables.")
        return self.portfolio

    def read(self) -> Mapping[str, ArrayLike]:
        """Columns by name: those given, then attributes of the applications; shape (n_rows,)."""
        known = dict(self.columns)
        if self.applications is not None:
            asked = self.asked("a column")
            for name, values in (*asked.numeric.items(), *asked.text.items()):
                known.setdefault(name, values)
        return known


def groups_of(by: Any, rows: Rows) -> Groups:
    """Part rows.

    Parameters
    ----------
    by : Segment, sequence of Segment, str, or labels of shape (n_rows,)
        A text is ``"time"`` (by the moment of the application), ``"vintage"`` (by when the loan was opened
        that it became), ``"sources"`` (which groups of sources had rows), or the name of a column.
    rows : Rows

    Returns
    -------
    mapping of str to ndarray of bool, shape (n_rows,)
        In the order of segments, else of names. Segments may overlap; all else parts.

    Raises
    ------
    NameUnknownError
        If a column is not known.
    ParameterError
        If there is not a label for each row, more than 200 labels, or what is needed was not given.
    """
    if isinstance(by, Segment):
        return groups_of([by], rows)
    if isinstance(by, list | tuple) and by and all(isinstance(one, Segment) for one in by):
        return _of_segments(by, rows)
    if isinstance(by, str):
        return _of_labels({"time": _times, "vintage": _vintages, "sources": _sources}[by](rows), by) if (
            by in WAYS
        ) else _of_labels(_column(by, rows), by)  # fmt: skip
    ids = range(rows.size) if rows.applications is None else rows.asked("labels").application_ids
    return _of_labels([_label(one) for one in _listed(by_application(by, ids, "by"))], "by")


def _of_segments(segments: Sequence[Segment], rows: Rows) -> Groups:
    names = [segment.name for segment in segments]
    if len(set(names)) < len(names):
        raise ParameterError.must_be("by", "segments of different names", names)
    columns = rows.read()
    found = {segment.name: segment.of(columns).inside for segment in segments}
    for name, inside in found.items():
        if inside.shape != (rows.size,):
            raise ParameterError.must_be("columns", f"of {rows.size} rows", f"{inside.size} for {name!r}")
    return found


def _of_labels(labels: Sequence[str], way: str) -> Groups:
    values: NDArray[Any] = np.array(labels, dtype=object)
    names = sorted(set(labels))
    if len(names) > _MOST:
        raise ParameterError(
            f"By {way!r} there are {len(names):,} groups. Give at most {_MOST}: part numbers by segments."
        )
    return {name: np.asarray(values == name, np.bool_) for name in names}


def _column(name: str, rows: Rows) -> list[str]:
    columns = rows.read()
    if name not in columns:
        raise NameUnknownError.among("way to part rows, or column,", name, (*WAYS, *columns))
    listed = _listed(columns[name])
    if len(listed) != rows.size:
        raise ParameterError.must_be(f"columns[{name!r}]", f"of {rows.size} rows", len(listed))
    return [_label(one) for one in listed]


def _listed(values: Any) -> list[Any]:
    return list(np.asarray(values, dtype=object).tolist())


def _label(value: Any) -> str:
    if is_missing(value):
        return MISSING
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value)) if whole else str(value)


def _named(months: Int64, period: Period) -> list[str]:
    return [name_of(number, period) for number in numbers_of(months, check_period(period)).tolist()]


def _times(rows: Rows) -> list[str]:
    calendar = USUAL if rows.portfolio is None else rows.portfolio.calendar
    return _named(local_months(rows.asked("time").as_of, calendar.clock), rows.period)


def _vintages(rows: Rows) -> list[str]:
    asked, portfolio = rows.asked("vintage"), rows.tables("vintage")
    if asked.loan_ids is None or "loans" not in portfolio.tables:
        raise ParameterError("To part by vintage, applications must have loan_id, and the portfolio loans.")
    known = Ids(portfolio.loan_ids, "loan_id")
    named = [one for one in asked.loan_ids if one is not None]
    codes = iter(known.codes(named).tolist())
    loans = np.array([-1 if one is None else next(codes) for one in asked.loan_ids], np.int64)
    names = _named(np.append(opening_months(portfolio), 0)[loans], rows.period)
    return [NO_LOAN if loan < 0 else name for loan, name in zip(loans.tolist(), names, strict=True)]


def _sources(rows: Rows) -> list[str]:
    found = []
    for status in source_status(rows.asked("sources"), rows.tables("sources")):
        states = status.states["score"]
        there = [
            name
            for name, sources in SOURCE_GROUPS.items()
            if any(states.get(source) in _THERE for source in sources)
        ]
        found.append("+".join(there) or NO_SOURCE)
    return found
