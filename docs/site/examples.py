"""People to show features on, and which rows a term counts for one of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import creditscore as cs
from creditscore._ground.instants import parse_window
from creditscore.data.portfolio import Portfolio
from creditscore.data.sources import CONNECTIONS, OF_PERSONS
from creditscore.data.visible import facts_known, happened, visible
from creditscore.features.chunk import Chunk
from creditscore.features.compute import FeatureComputer, attribute_values
from creditscore.features.coverage import coverage_of
from creditscore.features.formula import AtLeast, Attribute, Condition, Covered, Formula, Ratio, Share, Term
from creditscore.features.formula import Difference as Less
from creditscore.features.registry import find_view
from creditscore.features.rows import Rows
from creditscore.features.view import View
from creditscore.graph.settings import MEASURES
from creditscore.simulate.portfolio import Simulated

Part = Term | Attribute | Covered

COMPARED = {
    "gt": np.greater,
    "ge": np.greater_equal,
    "lt": np.less,
    "le": np.less_equal,
    "eq": np.equal,
}
DAY = 86_400_000_000
# When loans of the person by hand began and were written off.
OVER = {"2021-01-15T00:00:00Z": "2021-12-20T00:00:00Z", "2022-01-15T00:00:00Z": "2023-11-02T00:00:00Z"}
# What a lender measured of the people whom the person by hand has ties to, month by month.
NEIGHBOURS = {"neighbour_days_past_due": (0.0, 4.0, 11.0, 7.0), "neighbour_utilisation": (0.2, 0.3, 0.6, 0.5)}


@dataclass(frozen=True)
class Counted:
    """The rows of one applicant for one part of a formula, oldest first.

    `days` is how many days before the moment each lies (below 0: after it, as due dates may), `values` what
    is reduced (1 where rows are counted), `inside` whether the part counts the row.
    """

    days: NDArray[np.float64]
    values: NDArray[np.float64]
    inside: NDArray[np.bool_]


@dataclass
class Example:
    """Some applications of one lender, with every feature computed."""

    portfolio: Portfolio
    applications: cs.Applications
    features: cs.FeatureSet
    built: dict[str, Rows] = field(default_factory=dict)

    @cached_property
    def values(self) -> dict[str, NDArray[np.float64]]:
        """The values of every feature, one an application."""
        matrix = FeatureComputer(self.features).compute(self.applications, self.portfolio, threads=1)
        return {name: matrix.values[:, column] for column, name in enumerate(matrix.names)}

    @cached_property
    def chunk(self) -> Chunk:
        """All applications at once."""
        owners = self.portfolio.people.codes(self.applications.applicant_ids)
        return Chunk(self.portfolio, owners, self.applications.as_of)

    def rows(self, view: View) -> Rows:
        """The rows of a view for all applications, built once."""
        if view.name not in self.built:
            self.built[view.name] = view.build(self.chunk)
        return self.built[view.name]

    def counted(self, term: Term, row: int) -> Counted | None:
        """What a term counts for one application; None where the lender has no such table or column."""
        view = find_view(term.view, self.portfolio)
        if any(name not in self.portfolio.tables for name in view.tables):
            return None
        rows = self.rows(view)
        part = slice(int(rows.starts[row]), int(rows.stops[row]))
        ones = np.ones(part.stop - part.start)
        values = self._column(view, rows, term.column, part) if term.column else ones
        if values is None:
            return None
        days = (self.applications.as_of[row] - rows.times[part]) / DAY
        inside = ~np.isnan(values)
        if term.window is not None:
            inside &= days <= reach(term.window, int(self.applications.as_of[row]), self.portfolio.timezone)
        for condition in term.where:
            inside &= self._meets(view, rows, condition, part)
        kept = np.flatnonzero(inside)
        kept = kept[-term.last :] if term.last else kept[: term.first] if term.first else kept
        if term.statistic == "newest":
            kept = kept[-1:]
        # Rows of other measures are of other units: beside them a measure would not be seen.
        shown = inside if view.name == "measures" else np.ones(days.size, np.bool_)
        return Counted(days[shown], values[shown], np.isin(np.flatnonzero(shown), kept))

    def said(self, attribute: Attribute, row: int) -> Counted | None:
        """What one application itself says, as a row of the moment; None where it does not say it."""
        value = attribute_values(self.applications, attribute, slice(row, row + 1))
        return None if np.isnan(value[0]) else Counted(np.zeros(1), value, np.ones(1, np.bool_))

    def shown_by(self, source: str, row: int) -> dict[str, Counted]:
        """The rows, by table, that show that a source was there: of connections, or any that was known."""
        coverage = coverage_of(source, tuple(self.portfolio.tables))
        names = (*((CONNECTIONS,) if coverage.by_connections else ()), *coverage.tables)
        decides = coverage.everyone is None and not coverage.by_connections
        found = {name: self._shown(name, source, row, decides) for name in names if name not in OF_PERSONS}
        return {name: counted for name, counted in found.items() if counted.days.size}

    def _shown(self, name: str, source: str, row: int, decides: bool) -> Counted:
        """The rows of one table that were known of an applicant; of connections, those of the source."""
        table, as_of = self.portfolio.tables[name], int(self.applications.as_of[row])
        owner = int(self.chunk.owners[row])
        rows = np.arange(*table.offsets[owner : owner + 2]) if owner >= 0 else np.arange(0)
        rows = rows[visible(table.times[:, rows], as_of)]
        inside = np.full(rows.size, decides)
        if name == CONNECTIONS:
            labels = table.vocabularies["source"]
            rows = rows[table.column("source")[rows] == (labels.index(source) if source in labels else -2)]
            times = table.times[:, rows]
            inside = happened(times, as_of) & ~facts_known(times, table.row("disconnected_time"), as_of)
        return Counted((as_of - table.times[0, rows]) / DAY, np.ones(rows.size), inside)

    def _column(self, view: View, rows: Rows, name: str, part: slice) -> NDArray[np.float64] | None:
        names = [column.name for column in view.values]
        if name in names:
            return rows.values[names.index(name), part].copy()
        table = self.portfolio.tables[view.tables[0]]
        if name not in table.value_columns or not rows.origin.size:
            return None
        return table.values[table.row(name)][rows.origin[part]]

    def _meets(self, view: View, rows: Rows, condition: Condition, part: slice) -> NDArray[np.bool_]:
        if isinstance(condition.value, tuple):
            names = [column.name for column in view.codes]
            column = view.codes[names.index(condition.column)]
            labels = column.labels or self._labels(column.needs[0])
            wanted = [at for at, label in enumerate(labels) if label in condition.value]
            found = np.isin(rows.codes[names.index(condition.column), part], wanted)
            return ~found if condition.comparison == "not_in" else found
        values = self._column(view, rows, condition.column, part)
        if values is None:
            return np.zeros(part.stop - part.start, np.bool_)
        return COMPARED[condition.comparison](values, condition.value)

    def _labels(self, needed: str) -> tuple[str, ...]:
        table, _, column = needed.partition(".")
        return tuple(self.portfolio.tables[table].vocabularies.get(column, ()))


def reach(window: str, as_of: int, timezone: str) -> float:
    """How many days before a moment a window begins: calendar months lead to the same local day and time."""
    length, months = parse_window(window)
    moment = pd.Timestamp(as_of, unit="us", tz="UTC").tz_convert(timezone)
    return length / DAY + (moment - (moment - pd.DateOffset(months=months))) / pd.Timedelta(days=1)


def parts(formula: Formula) -> Iterator[tuple[str, Part]]:
    """What a formula reads, each with its part in it; what only guards a value is left out."""
    match formula:
        case Term() | Attribute() | Covered():
            yield "", formula
        case AtLeast(value=value):
            yield from parts(value)
        case Ratio(numerator=over, denominator=under) | Share(part=over, whole=under):
            yield from _named("above the line", over)
            yield from _named("below the line", under)
        case Less(minuend=one, subtrahend=other):
            yield from _named("less this", other)
            yield from _named("from this", one)
        case _:
            return


def _named(name: str, formula: Formula) -> Iterator[tuple[str, Part]]:
    return ((f"{name}, {inner}" if inner else name, term) for inner, term in parts(formula))


def examples(features: cs.FeatureSet) -> list[Example]:
    """The lenders that features are shown on: simulated, one person by hand, and the first real cards."""
    made = cs.simulate.simulate_portfolio(cs.simulate.SimulationConfig(people=300), seed=7)
    cards = cs.datasets.load_taiwan_cards()
    some = [int(name) for name in cards.applications["applicant_id"][:60].to_pylist()]
    tables = {name: _of(getattr(cards, name), some) for name in ("loans", "statements", "repayments")}
    simulated = made.to_applications()
    return [
        Example(made.portfolio(), simulated.take(np.arange(min(300, len(simulated)))), features),
        _with_measures(made, features),
        _by_hand(features),
        Example(cs.Portfolio(**tables), cs.Applications(cards.applications[:60]), features),
    ]


def _with_measures(made: Simulated, features: cs.FeatureSet) -> Example:
    """The latest who applied there, with all measures of the graph by quarter; who has rows is covered."""
    tables = {name: table for name, table in made.parts().items() if name != CONNECTIONS}
    late = np.argsort(-made.to_applications().as_of, kind="stable")[:60]
    applications = made.to_applications().take(np.sort(late))
    until = pd.Timestamp(int(applications.as_of.max()), unit="us", tz="UTC").to_pydatetime()
    grid = cs.calendar_grid(until - pd.DateOffset(years=3), until, "quarterly")
    settings = cs.GraphSettings(measures=tuple(MEASURES))
    measures = cs.compute_measures(cs.Portfolio(**tables), grid, settings=settings).to_frame()
    return Example(cs.Portfolio(**tables, measures=measures), applications, features)


def _by_hand(features: cs.FeatureSet) -> Example:
    """One person with what nobody simulated has: groups, a loan written off, accounts, measures given."""
    own = {"applicant_id": "b"}
    moments = [f"2024-0{month}-0{day}T10:00:00Z" for month in (2, 3, 4, 5) for day in (3, 7)]
    tables = {
        "activities": [
            {"person_id": "b", "event_time": time, "kind": "post", "group_id": f"g{at % 3}"}
            for at, time in enumerate(moments)
        ],
        "loans": [
            own | {"loan_id": over, "event_time": begun, "amount": 900.0, "written_off_time": over}
            for begun, over in OVER.items()
        ],
        "payments": [
            own | {"event_time": time, "amount": -20.0 - at, "kind": "purchase", "account_id": f"k{at % 2}"}
            for at, time in enumerate(moments)
        ],
        "measures": [
            {"subject_id": "b", "event_time": f"2024-0{month}-01T00:00:00Z", "measure": name, "value": value}
            for name, values in NEIGHBOURS.items()
            for month, value in zip((2, 3, 4, 5), values, strict=True)
        ],
    }  # fmt: skip
    asked = {"application_id": "b1", "as_of": "2024-05-20T12:00:00Z", "accounts_declared": 3.0}
    return Example(cs.Portfolio.from_records(tables), cs.Applications([own | asked]), features)


def _of(table: Any, applicants: list[int]) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    return table.filter(pc.is_in(table["applicant_id"], pa.array(applicants, table["applicant_id"].type)))
