"""Rows of one person as arrays, laid out several times side by side: the same person, doing otherwise."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeVar, cast

import numpy as np

from creditscore._ground.arrays import Flags, Float64, Int32, Int64
from creditscore._ground.instants import NEVER
from creditscore._ground.zones import Calendar
from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.data.sources import CONNECTIONS, CONSENTS, SOURCES
from creditscore.data.stored.rows import (
    Columns,
    columns_of,
    known_rows,
    portfolio_of,
    stored_tables,
)
from creditscore.data.stored.table import Labelled, StoredTable, typed
from creditscore.data.stored.unknown_loans import loans_not_yet_known
from creditscore.data.tables.contracts import CONTRACTS

CONDUCT_TABLES: Final = tuple(table for s in SOURCES.values() if s.own_conduct for table in s.tables)
Worked = TypeVar("Worked")
_TAKEN: Final = frozenset({*CONDUCT_TABLES, CONNECTIONS, CONSENTS})
_ALONE: Final = "bill_id"


@dataclass(frozen=True, slots=True, eq=False)
class OwnRows:
    """What was known of one person's own conduct at a moment.

    Attributes
    ----------
    as_of : int
        The moment, in microseconds.
    calendar : Calendar
    columns : mapping
        Of each table that the portfolio has, its columns, also where this person has no row.
    tables : mapping of str to StoredTable
        Those in which the person has a row; loans are numbered in the order of their ids.
    n_loans : int
    unknown_loans : tuple of int
        Numbers of loans that rows name although the loan itself is not yet known.
    """

    as_of: int
    calendar: Calendar
    columns: Columns
    tables: Mapping[str, StoredTable]
    n_loans: int
    unknown_loans: tuple[int, ...]
    _worked: dict[object, Any] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    def of(cls, one: Applications, portfolio: Portfolio) -> OwnRows:
        """Take the rows of the applicant of a single application out of a portfolio."""
        as_of, names = int(one.as_of[0]), [name for name in CONTRACTS if name in _TAKEN]
        chosen = [name for name in names if name in portfolio.tables]
        person = portfolio.code(one.applicant_ids[0]) if portfolio.n_applicants else -1
        rows = known_rows(portfolio, [person], as_of, chosen)
        unknown = loans_not_yet_known(portfolio, rows)
        found = stored_tables(portfolio, rows, as_of)
        named = {label for table in found.values() for label in _loans(table)} | set(unknown)
        number = {label: position for position, label in enumerate(sorted(named))}
        return cls(
            as_of=as_of,
            calendar=portfolio.calendar,
            columns=columns_of(portfolio, chosen),
            tables={name: _numbered(table, number) for name, table in found.items()},
            n_loans=len(number),
            unknown_loans=tuple(number[label] for label in unknown),
        )

    def once(self, key: object, work: Callable[[], Worked]) -> Worked:
        """Return what some work gives, done at the first call under a key and kept for the others."""
        if key not in self._worked:
            self._worked[key] = work()
        return cast(Worked, self._worked[key])

    def has(self, table: str, kind: str, column: str) -> bool:
        """Tell whether a table has a column, also one that holds nothing for this person."""
        return column in self.columns.get(table, {}).get(kind, ())


def side_by_side(own: OwnRows, variants: Sequence[Mapping[str, StoredTable]], until: Int64) -> Portfolio:
    """Put variants of one person into a portfolio as so many persons, numbered from 0.

    Parameters
    ----------
    own : OwnRows
    variants : sequence of mapping of str to StoredTable
        The tables of each.
    until : ndarray of int64, shape (n_variants,)
        As of when each will be asked of, in microseconds: loans that are not yet known stay so until then.
    """
    drafts = {}
    for name, columns in own.columns.items():
        parts = [(number, tables[name]) for number, tables in enumerate(variants) if name in tables]
        if name == "loans" and own.unknown_loans:
            parts += [(number, _unknown(own, int(moment))) for number, moment in enumerate(until.tolist())]
        if parts:
            drafts[name] = typed(name, [_stacked(parts, own.n_loans)], columns)
    return portfolio_of(drafts, own.columns, own.calendar)


def taken(table: StoredTable, rows: Int64) -> StoredTable:
    """Some rows of a table, in the order of `rows`, shape (n_rows,)."""
    return replace(
        table,
        n_rows=len(rows),
        times={name: instants[rows] for name, instants in table.times.items()},
        numbers={name: numbers[rows] for name, numbers in table.numbers.items()},
        labels={name: Labelled(codes[rows], labels) for name, (codes, labels) in table.labels.items()},
    )


def joined_rows(first: StoredTable, second: StoredTable) -> StoredTable:
    """The rows of two tables of the same labels, one after the other."""
    return _laid_out([first, second])


def numbers_of(table: StoredTable, name: str) -> Float64:
    """A column of numbers, shape (n_rows,); NaN where it is not there."""
    return table.numbers[name] if name in table.numbers else np.full(table.n_rows, np.nan)


def times_of(table: StoredTable, name: str) -> Int64:
    """A column of times, shape (n_rows,) in microseconds; ``NEVER`` where it is not there."""
    return table.times[name] if name in table.times else np.full(table.n_rows, NEVER)


def texts_of(table: StoredTable, name: str) -> list[Any]:
    """A column of labels as they are written, one a row; None where it is missing or not there."""
    if name not in table.labels:
        return [None] * table.n_rows
    codes, labels = table.labels[name]
    known = (*labels, None)
    return [known[code] for code in codes.tolist()]


def says(table: StoredTable, name: str, wanted: Collection[str]) -> Flags:
    """Tell which rows, shape (n_rows,), have one of some labels."""
    if name not in table.labels:
        return np.zeros(table.n_rows, np.bool_)
    codes, labels = table.labels[name]
    return np.array([*(label in wanted for label in labels), False], np.bool_)[codes]


def loan_numbers(table: StoredTable) -> Int32:
    """The number of the loan of each row, shape (n_rows,)."""
    return table.labels["loan_id"].codes


def _loans(table: StoredTable) -> tuple[Any, ...]:
    return table.labels["loan_id"].labels if "loan_id" in table.labels else ()


def _numbered(table: StoredTable, number: Mapping[Any, int]) -> StoredTable:
    """Number the loans of a table as all tables of the person do."""
    if "loan_id" not in table.labels:
        return table
    codes, labels = table.labels["loan_id"]
    new = np.array([*(number[label] for label in labels), -1], np.int32)
    return replace(table, labels=dict(table.labels) | {"loan_id": Labelled(new[codes], tuple(number))})


def _unknown(own: OwnRows, moment: int) -> StoredTable:
    """Rows of loans that become known at the moment itself, and so count for nothing."""
    count = len(own.unknown_loans)
    moments = np.full(count, moment)
    labels = {
        "applicant_id": Labelled(np.zeros(count, np.int32), (0,)),
        "loan_id": Labelled(np.array(own.unknown_loans, np.int32), tuple(range(own.n_loans))),
    }
    return StoredTable("loans", count, 1, {"event_time": moments, "known_time": moments}, {}, labels)


def _stacked(parts: Sequence[tuple[int, StoredTable]], n_loans: int) -> StoredTable:
    """Rows of several variants, with ids of person and loan that no two variants share."""
    tables = [table for _, table in parts]
    variant = np.repeat([number for number, _ in parts], [table.n_rows for table in tables])
    whole = _laid_out(tables)
    labels = dict(whole.labels)
    count = int(variant.max()) + 1
    labels[CONTRACTS[whole.name].owner] = Labelled(variant.astype(np.int32), tuple(range(count)))
    if "loan_id" in labels:
        codes = (labels["loan_id"].codes + variant * n_loans).astype(np.int32)
        labels["loan_id"] = Labelled(codes, tuple(range(count * n_loans)))
    if _ALONE in labels:
        labels[_ALONE] = Labelled(np.arange(whole.n_rows, dtype=np.int32), tuple(range(whole.n_rows)))
    return replace(whole, labels=labels)


def _laid_out(tables: Sequence[StoredTable]) -> StoredTable:
    """Rows one after the other; a column that one lacks is missing there."""
    times = {name for table in tables for name in table.times}
    numbers = {name for table in tables for name in table.numbers}
    labels = {name: part.labels for table in tables for name, part in table.labels.items()}
    return replace(
        tables[0],
        n_rows=sum(table.n_rows for table in tables),
        times={name: np.concatenate([times_of(table, name) for table in tables]) for name in times},
        numbers={name: np.concatenate([numbers_of(table, name) for table in tables]) for name in numbers},
        labels={
            name: Labelled(np.concatenate([_codes(table, name) for table in tables]), known)
            for name, known in labels.items()
        },
    )


def _codes(table: StoredTable, name: str) -> Int32:
    if name in table.labels:
        return table.labels[name].codes
    return np.full(table.n_rows, -1, np.int32)
