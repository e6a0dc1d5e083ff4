"""What a decision rests on: the rows that its features read, sealed, so that it can be taken again."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from creditscore._ground.canonical import canonical_v1, sha256
from creditscore._ground.zones import USUAL, Calendar
from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.data.sources import CONNECTIONS, MINIMUM_TABLES, SOURCES, source_of
from creditscore.data.stored.rows import (
    calendar_of_rows,
    columns_of,
    iso,
    known_rows,
    loans_not_yet_known,
    portfolio_of,
    rows_of_others,
    to_records,
)
from creditscore.data.stored.sealing import seal
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.deciding.record import joined
from creditscore.errors import ExplanationError
from creditscore.features.binding import Bound
from creditscore.features.compute import FeatureComputer
from creditscore.features.matrix import FeatureMatrix

_LOANS: Final = SOURCES["loans"].tables


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What one decision rests on, as it is stored and as it is computed with.

    Attributes
    ----------
    inputs : mapping
        ``application``, ``columns``, ``tables`` (rows of the applicant), ``others`` (rows of people around
        them) and ``loans_not_yet_known`` (named by a row, themselves still unknown), without ids of people;
        and ``calendar``, the zone with its offsets and the weekend, where days are not those of UTC.
    application, portfolio
        What the inputs describe, read through the door as a replay reads them.
    matrix : FeatureMatrix
        Features of that application, of a single row: the ones that are decided on.
    rows : mapping of str to str
        For each table of the applicant, its rows in the canonical form of records.
    """

    inputs: Mapping[str, Any]
    application: Applications
    portfolio: Portfolio
    matrix: FeatureMatrix
    rows: Mapping[str, str]

    @classmethod
    def of(cls, computer: FeatureComputer, inputs: Mapping[str, Any]) -> Evidence:
        """Open stored inputs and compute their features."""
        one, portfolio = opened(inputs)
        matrix = computer.compute(one, portfolio, threads=1)
        rows = {name: canonical_v1(inputs["tables"].get(name, [])) for name in inputs["columns"]}
        return cls(inputs, one, portfolio, matrix, rows)

    def inputs_text(self) -> str:
        """Write the inputs in the canonical form of records; rows are not written a second time."""
        tables = ",".join(f"{canonical_v1(name)}:{self.rows[name]}" for name in sorted(self.inputs["tables"]))
        parts = {name: canonical_v1(part) for name, part in self.inputs.items() if name != "tables"}
        return joined({**parts, "tables": f"{{{tables}}}"})


def gather(computer: FeatureComputer, one: Applications, portfolio: Portfolio) -> Evidence:
    """Write down the application and every row that its features need, known before its moment.

    Rows are gathered once, and the portfolio that they describe is built once. Its features are the ones that
    are decided on, so that a replay, which opens the same rows in the same way, cannot but find them; and
    they must be those of the live portfolio, which are computed once to compare.

    Parameters
    ----------
    computer : FeatureComputer
        Names the tables that are read; others are left out.
    one : Applications
        A single application.
    portfolio : Portfolio
        What is known, of anybody.

    Raises
    ------
    ExplanationError
        If the features of these rows are not those of the portfolio, to the bit.
    """
    live = computer.compute(one, portfolio, threads=1)
    read = _tables_read(computer.bind(portfolio), portfolio)
    found = Evidence.of(computer, _collect(one, portfolio, read))
    if bool(live.any_rows[0]) != bool(found.matrix.any_rows[0]):
        read |= set(_of_any_source(portfolio))
        found = Evidence.of(computer, _collect(one, portfolio, read))
    different = _first_different(live, found.matrix)
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
        name: [*inputs["tables"].get(name, ()), *inputs["others"].get(name, ())] for name in inputs["columns"]
    }
    asked = inputs["application"]
    later = {
        "applicant_id": asked["applicant_id"],
        "event_time": asked["as_of"],
        "known_time": asked["as_of"],
    }
    for loan in inputs["loans_not_yet_known"]:
        tables["loans"].append(later | {"loan_id": loan})
    calendar = Calendar.from_dict(inputs["calendar"]) if "calendar" in inputs else USUAL
    return Applications.from_records(asked), portfolio_of(tables, inputs["columns"], calendar)


def sources_of(evidence: Evidence) -> dict[str, Any]:
    """Say for every source what there was of it: coverage, rows, period, last known time and hash."""
    matrix, inputs = evidence.matrix, evidence.inputs
    found: dict[str, Any] = {}
    covered = {source: bool(flags[0]) for source, flags in matrix.covered.items() if source != "application"}
    for name in inputs["columns"]:
        rows = inputs["tables"].get(name, [])
        others = inputs["others"].get(name, [])
        there = covered.get(_source_of(name), bool(rows))
        found[name] = {
            "covered": there,
            **_summary(name, rows, evidence.rows[name]),
            "others_rows": len(others),
        }
    for source, there in covered.items():
        if source not in found and not any(_source_of(name) == source for name in found):
            found[source] = {"covered": there, **_summary("", [], "[]"), "others_rows": 0}
    return found


def _collect(one: Applications, portfolio: Portfolio, tables: set[str]) -> dict[str, Any]:
    as_of, applicant = int(one.as_of[0]), one.applicant_ids[0]
    person = portfolio.code(applicant) if portfolio.n_applicants else -1
    chosen = [name for name in CONTRACTS if name in tables]
    own = known_rows(portfolio, [person], as_of, chosen)
    around = rows_of_others(portfolio, person, as_of, chosen) if person >= 0 else {}
    records = to_records(portfolio, own, as_of)
    first = 1 + max((len(rows) for rows in own.values()), default=0)
    others = to_records(portfolio, around, as_of, first_id=first)
    sealed = seal(records, {name: rows for name, rows in others.items() if rows}, applicant)
    found = {
        "application": _application(one, sealed.applicant_id),
        "columns": columns_of(portfolio, chosen),
        "loans_not_yet_known": loans_not_yet_known(portfolio, own),
        "tables": {name: rows for name, rows in sealed.own.items() if rows},
        "others": sealed.others,
    }
    if not portfolio.calendar.is_usual:
        found["calendar"] = calendar_of_rows(portfolio, (own, around), as_of).to_dict()
    return found


def _application(one: Applications, applicant_id: str) -> dict[str, Any]:
    asked = {
        "application_id": one.application_ids[0],
        "applicant_id": applicant_id,
        "as_of": iso(int(one.as_of[0])),
    }
    numbers = {name: float(values[0]) for name, values in one.numeric.items()}
    asked |= {name: value for name, value in numbers.items() if not math.isnan(value)}
    return asked | {name: values[0] for name, values in one.text.items() if values[0] is not None}


def _tables_read(bound: Bound, portfolio: Portfolio) -> set[str]:
    """Every table that a view of the features, or the coverage of a source, may read."""
    read = {CONNECTIONS}
    for coverage in bound.coverages:
        read.update(coverage.tables)
    for view in (bound_view.view for bound_view in bound.views):
        read.update(view.tables)
        for column in (*view.values, *view.codes):
            read.update(needed.partition(".")[0] for needed in column.needs)
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


def _source_of(table: str) -> str:
    return table if table == CONNECTIONS else source_of(table).name


def _summary(name: str, rows: Sequence[Mapping[str, Any]], text: str) -> dict[str, Any]:
    """Rows, period and last known time of one table of the applicant, and the hash of its rows."""
    empty = {"rows": 0, "first": None, "last": None, "last_known": None}
    digest = sha256(text)
    if not rows:
        return empty | {"sha256": digest}
    contract = CONTRACTS[name]
    happened = sorted(row[contract.row_time] for row in rows)
    known = [row.get("known_time", row[contract.row_time]) for row in rows]
    for fact in contract.facts:
        known += [
            row.get(f"{fact.removesuffix('_time')}_known_time", row[fact]) for row in rows if fact in row
        ]
    return {
        "rows": len(rows),
        "first": happened[0],
        "last": happened[-1],
        "last_known": max(known),
        "sha256": digest,
    }
