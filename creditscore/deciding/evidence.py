"""What a decision rests on: the rows that its features read, sealed, so that it can be taken again."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple

import numpy as np

from creditscore._ground.canonical import canonical_v1
from creditscore._ground.instants import NEVER
from creditscore._ground.zones import USUAL, Calendar
from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.data.retention.kinds import Retention
from creditscore.data.sources import (
    CONNECTIONS,
    CONSENTS,
    MINIMUM_TABLES,
    SOURCES,
)
from creditscore.data.stored import bits
from creditscore.data.stored.packed import is_packed
from creditscore.data.stored.persons import representatives
from creditscore.data.stored.rows import (
    calendar_of_rows,
    columns_of,
    iso,
    known_rows,
    portfolio_of,
    rows_of_others,
    stored_tables,
)
from creditscore.data.stored.sealing import seal
from creditscore.data.stored.table import Labelled, StoredTable, WrittenTable, rows_of, typed
from creditscore.data.stored.unknown_loans import loans_not_yet_known
from creditscore.data.tables.contracts import CONTRACTS, known_name
from creditscore.data.terms import NO_TERMS
from creditscore.deciding.allowed import allowed_rows, under_terms
from creditscore.deciding.record import joined
from creditscore.errors import ExplanationError
from creditscore.features.binding import Bound
from creditscore.features.compute import FeatureComputer
from creditscore.features.formula import attributes, columns
from creditscore.features.matrix import FeatureMatrix
from creditscore.scoring.mismatch import Mismatch, Mismatches

_LOANS: Final = SOURCES["loans"].tables
_KEYS: Final = frozenset({"application_id", "applicant_id", "as_of"})
_NO_ROWS: Final = WrittenTable()
# Parts of stored inputs that are rows: of the applicant, of people around them, and of who applies with them.
_APART: Final = frozenset({"tables", "others", "ability", "joint", "guarantors"})


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What one decision rests on, as it is stored and as it is computed with.

    Attributes
    ----------
    plain : mapping
        What is stored besides rows: ``application``, ``columns`` and ``loans_not_yet_known`` (named by a row,
        themselves still unknown); and ``calendar``, the zone with its offsets and the weekend, where days are
        not those of UTC; and ``mismatches`` with what the model was fitted on, where there are any; and
        ``voided`` and ``expired``, the sources of which every row was taken back, or is too old to be read.
    tables, others : mapping of str to WrittenTable
        Rows of the applicant and of people around them, without ids of people.
    application, portfolio
        What is stored, read through the door.
    matrix : FeatureMatrix
        Features of that application, of a single row: the ones that are decided on.
    ability : Evidence or None
        The rows that the ability to pay is judged by, where law or consent let other rows be read for it than
        for the score; None where they are the same.
    """

    plain: Mapping[str, Any]
    tables: Mapping[str, WrittenTable]
    others: Mapping[str, WrittenTable]
    application: Applications
    portfolio: Portfolio
    matrix: FeatureMatrix
    ability: Evidence | None = None

    @classmethod
    def of(cls, computer: FeatureComputer, inputs: Mapping[str, Any]) -> Evidence:
        """Open stored inputs and compute their features."""
        one, portfolio = opened(inputs)
        matrix = computer.compute(one, portfolio, threads=1)
        plain = {name: part for name, part in inputs.items() if name not in _APART}
        tables, others = (
            {name: _as_written(name, rows) for name, rows in inputs[part].items()}
            for part in ("tables", "others")
        )
        return cls(plain, tables, others, one, portfolio, matrix)

    def noting(self, found: Sequence[Mismatch]) -> Evidence:
        """The same evidence with the mismatches that were found while the tables were whole."""
        if not found:
            return self
        return replace(self, plain={**self.plain, "mismatches": [one.to_dict() for one in found]})

    def without(self, gone: Mapping[str, Sequence[str]]) -> Evidence:
        """The same evidence with the sources of which no row counts any more, by why: none is stored."""
        some = {why: list(names) for why, names in gone.items() if names}
        return replace(self, plain={**self.plain, **some}) if some else self

    def keeping(self, retention: Retention) -> Evidence:
        """The same evidence, saying for how many days adverse facts were read."""
        return replace(self, plain={**self.plain, "retention": retention.to_dict()}) if retention else self

    def beside(self, ability: Evidence | None) -> Evidence:
        """The same evidence with rows of its own that the ability to pay is judged by."""
        return self if ability is None else replace(self, ability=ability)

    @property
    def of_means(self) -> Evidence:
        """What the ability to pay is judged by."""
        return self if self.ability is None else self.ability

    @property
    def mismatches(self) -> Mismatches:
        """Where what was given parts from what the model was fitted on."""
        return tuple(Mismatch.from_dict(one) for one in self.plain.get("mismatches", ()))

    def inputs_text(self, more: Mapping[str, str] | None = None) -> str:
        """Write the inputs in the canonical form of records, and more parts that are written already."""
        parts = {name: canonical_v1(part) for name, part in self.plain.items()}
        parts["tables"] = joined({name: table.text for name, table in self.tables.items()})
        parts["others"] = joined({name: table.text for name, table in self.others.items()})
        if self.ability is not None:
            parts["ability"] = self.ability.inputs_text()
        return joined(parts | dict(more or {}))


class Collected(NamedTuple):
    """What would be stored, its rows as arrays: the fields of `Evidence`."""

    plain: Mapping[str, Any]
    own: Mapping[str, StoredTable]
    others: Mapping[str, StoredTable]


class _Wanted(NamedTuple):
    """What is read of the application, and which columns that no contract declares are read at all."""

    attributes: frozenset[str]
    extras: frozenset[str]

    @classmethod
    def of(cls, computer: FeatureComputer, bound: Bound, compared: Iterable[str]) -> _Wanted:
        read, named = _named_by(computer)
        needed = {
            name.partition(".")[2]
            for one in bound.views
            for column in (*one.view.values, *one.view.codes)
            for name in column.needs
            if column.name in named
        }
        return cls(frozenset(compared) | read, named | needed)


@lru_cache(maxsize=8)
def _named_by(computer: FeatureComputer) -> tuple[frozenset[str], frozenset[str]]:
    """What features name: columns of the application, and columns of rows."""
    formulas = [feature.formula for feature in computer.features]
    follow = [feature.follows for feature in computer.features if feature.follows is not None]
    read = {one.column for formula in (*formulas, *follow) for one in attributes(formula)}
    return frozenset(read), frozenset().union(*map(columns, formulas))


def gather(
    computer: FeatureComputer,
    one: Applications,
    portfolio: Portfolio,
    *,
    compared: Iterable[str] = (),
    also: FeatureComputer | None = None,
) -> Evidence:
    """Write down the application and every row that its features need, known before its moment.

    Rows are gathered once, as arrays. From these arrays the text that is stored is written, and the portfolio
    is built whose features are decided on. A replay reads the text through the same door and finds the same
    portfolio: a text gives back the very columns that it was written from (see
    `creditscore.data.stored.table`). The features must be those of the live portfolio, which are computed
    once to compare.

    Parameters
    ----------
    computer : FeatureComputer
        Names the tables that are read; others are left out.
    one : Applications
        A single application.
    portfolio : Portfolio
        What is known, of anybody.
    compared : iterable of str
        Attributes of the application that rules compare. Of all others, and of columns that no contract
        declares, only those are stored that a feature reads.
    also : FeatureComputer, optional
        What else is computed from the same rows.

    Raises
    ------
    ExplanationError
        If the features of these rows are not those of the portfolio, to the bit.
    """
    live = computer.compute(one, portfolio, threads=1)
    bound = computer.bind(portfolio)
    read = _tables_read(bound, portfolio)
    read |= set() if also is None else _tables_read(also.bind(portfolio), portfolio)
    wanted = _Wanted.of(computer, bound, compared)
    found = built(computer, _collect(one, portfolio, read, wanted))
    if bool(live.any_rows[0]) != bool(found.matrix.any_rows[0]):
        read |= set(_of_any_source(portfolio))
        found = built(computer, _collect(one, portfolio, read, wanted))
    different = _first_different(live, found.matrix)
    if also is not None and not different:
        stored = also.compute(found.application, found.portfolio, threads=1)
        different = _first_different(also.compute(one, portfolio, threads=1), stored)
    if different:
        raise ExplanationError(
            f"The feature {different!r} comes out differently from the rows that would be stored, so the "
            "decision could not be replayed. Leave the feature out, or give it a view that reads rows of the "
            "applicant, of their ties and of their groups alone."
        )
    return found


def opened(inputs: Mapping[str, Any]) -> tuple[Applications, Portfolio]:
    """Return the application and the portfolio that stored inputs describe."""
    tables = {
        name: [row for part in ("tables", "others") for row in rows_of(name, inputs[part].get(name, ()))]
        for name in inputs["columns"]
    }
    asked = inputs["application"]
    later = {
        "applicant_id": asked["applicant_id"],
        "event_time": asked["as_of"],
        "known_time": asked["as_of"],
    }
    for loan in inputs["loans_not_yet_known"]:
        tables["loans"].append(later | {"loan_id": loan})
    portfolio = portfolio_of(tables, inputs["columns"], _calendar(inputs), inputs.get("privacy"))
    return _asked(inputs), under_terms(portfolio, inputs)


def _collect(one: Applications, portfolio: Portfolio, tables: set[str], wanted: _Wanted) -> Collected:
    as_of, applicant = int(one.as_of[0]), one.applicant_ids[0]
    person = portfolio.code(applicant) if portfolio.n_applicants else -1
    chosen = [name for name in CONTRACTS if name in tables and name != bits.TABLE]
    own = allowed_rows(portfolio, one, known_rows(portfolio, [person], as_of, chosen))
    around, people = rows_of_others(portfolio, person, as_of, chosen) if person >= 0 else ({}, [])
    first = 1 + max((len(rows) for rows in own.values()), default=0)
    stands = representatives(portfolio, person, as_of)
    others = stored_tables(portfolio, around, as_of, first_id=first, extras=wanted.extras, first=stands)
    shown, seen = columns_of(portfolio, chosen, extras=wanted.extras), {}
    if bits.TABLE in tables:
        bits.check_secret(portfolio)
        shown[bits.TABLE] = bits.COLUMNS
        seen["privacy"] = bits.privacy_of(portfolio, person, as_of)
        rows = bits.stored_bits(portfolio, person, people, as_of, first_id=first)
        others |= {} if rows is None else {bits.TABLE: rows}
    sealed = seal(stored_tables(portfolio, own, as_of, extras=wanted.extras, first=stands), others, applicant)
    asked = _application(one, sealed.applicant_id, wanted.attributes)
    plain: dict[str, Any] = {
        "application": asked,
        "columns": shown,
        "loans_not_yet_known": loans_not_yet_known(portfolio, own),
        **seen,
    }
    moments = {name: int(times[0]) for name, times in one.moments.items() if name in wanted.attributes}
    known = {name: iso(at) for name, at in moments.items() if at != NEVER}
    if known:
        plain["application"] = {**asked, **known}
        plain["moments"] = sorted(known)
    if not portfolio.calendar.is_usual:
        plain["calendar"] = calendar_of_rows(portfolio, (own, around), as_of).to_dict()
    if portfolio.currency:
        plain["currency"] = portfolio.currency
    if portfolio.terms != NO_TERMS:
        plain["terms"] = portfolio.terms.to_dict()
    return Collected(plain, sealed.own, sealed.others)


def built(computer: FeatureComputer, stored: Collected) -> Evidence:
    """Build the portfolio of rows that are still arrays, compute its features, and write the rows."""
    plain = stored.plain
    one = _asked(plain)
    parts = {name: [part[name] for part in stored[1:] if name in part] for name in plain["columns"]}
    if plain["loans_not_yet_known"]:
        parts["loans"].append(_later(one, plain["loans_not_yet_known"]))
    tables = {name: typed(name, rows, plain["columns"][name]) for name, rows in parts.items() if rows}
    portfolio = portfolio_of(tables, plain["columns"], _calendar(plain), plain.get("privacy"))
    portfolio = under_terms(portfolio, plain)
    return Evidence(
        plain=plain,
        tables={name: table.written() for name, table in stored.own.items()},
        others={name: table.written() for name, table in stored.others.items()},
        application=one,
        portfolio=portfolio,
        matrix=computer.compute(one, portfolio, threads=1),
    )


def _calendar(inputs: Mapping[str, Any]) -> Calendar:
    return Calendar.from_dict(inputs["calendar"]) if "calendar" in inputs else USUAL


def _later(one: Applications, loans: Sequence[Any]) -> StoredTable:
    """Rows of loans that become known at the moment itself, and so count for nothing."""
    moments = np.repeat(one.as_of, len(loans))
    owners = Labelled(np.zeros(len(loans), np.int32), one.applicant_ids)
    return StoredTable(
        name="loans",
        n_rows=len(loans),
        first_id=None,
        times={"event_time": moments, "known_time": moments},
        numbers={},
        labels={
            "applicant_id": owners,
            "loan_id": Labelled(np.arange(len(loans), dtype=np.int32), tuple(loans)),
        },
    )


def _asked(plain: Mapping[str, Any]) -> Applications:
    """Read the application, of which some attributes are times."""
    moments = {name: datetime.fromisoformat(plain["application"][name]) for name in plain.get("moments", ())}
    return Applications.from_records({**plain["application"], **moments})


def _application(one: Applications, applicant_id: str, read: frozenset[str]) -> dict[str, Any]:
    asked = {
        "application_id": one.application_ids[0],
        "applicant_id": applicant_id,
        "as_of": iso(int(one.as_of[0])),
    }
    numbers = {name: float(values[0]) for name, values in one.numeric.items()}
    asked |= {name: value for name, value in numbers.items() if not math.isnan(value)}
    asked |= {name: values[0] for name, values in one.text.items() if values[0] is not None}
    return {name: value for name, value in asked.items() if name in read or name in _KEYS}


def _tables_read(bound: Bound, portfolio: Portfolio) -> set[str]:
    """Every table that a view of the features, or the coverage of a source, may read."""
    read = {CONNECTIONS, CONSENTS, *bound.reads}
    if read & set(_LOANS):
        read.update(_LOANS)
    return read & set(portfolio.tables)


def _of_any_source(portfolio: Portfolio) -> Iterable[str]:
    return (name for name in portfolio.tables if name in MINIMUM_TABLES or name in _LOANS)


def _first_different(live: FeatureMatrix, stored: FeatureMatrix) -> str:
    same = live.values[0].view(np.int64) == stored.values[0].view(np.int64)
    same |= np.isnan(live.values[0]) & np.isnan(stored.values[0])
    if not same.all():
        return live.names[int(np.flatnonzero(~same)[0])]
    covered = {source: bool(flags[0]) for source, flags in live.covered.items()}
    for source, flags in stored.covered.items():
        if covered[source] != bool(flags[0]):
            return f"{source} (covered)"
    return ""


def _as_written(name: str, stored: Any) -> WrittenTable:
    """Describe stored rows as what wrote them did."""
    if is_packed(stored):
        return StoredTable.of_packed(name, stored).written()._replace(text=canonical_v1(stored))
    rows: Sequence[Mapping[str, Any]] = stored
    if not rows:
        return _NO_ROWS
    contract = CONTRACTS[name]
    happened = [row[contract.row_time] for row in rows]
    known = [row.get("known_time", row[contract.row_time]) for row in rows]
    for fact in contract.facts:
        known += [row.get(known_name(fact), row[fact]) for row in rows if fact in row]
    return WrittenTable(canonical_v1(rows), len(rows), min(happened), max(happened), max(known))
