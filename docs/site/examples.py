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
from creditscore.features.chunk import Chunk
from creditscore.features.compute import FeatureComputer
from creditscore.features.formula import AtLeast, Condition, Formula, Ratio, Share, Term
from creditscore.features.formula import Difference as Less
from creditscore.features.registry import find_view
from creditscore.features.rows import Rows
from creditscore.features.view import View

COMPARED = {
    "gt": np.greater,
    "ge": np.greater_equal,
    "lt": np.less,
    "le": np.less_equal,
    "eq": np.equal,
}
DAY = 86_400_000_000


@dataclass(frozen=True)
class Counted:
    """The rows of one applicant for one term, oldest first.

    `days` is how many days before the moment each lies (below 0: after it, as due dates may), `values` what
    is reduced (1 where rows are counted), `inside` whether the term counts the row, `term` which term it is.
    """

    term: Term
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
        return Counted(term, days, values, np.isin(np.arange(days.size), kept))

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


def parts(formula: Formula) -> Iterator[tuple[str, Term]]:
    """The terms that a formula shows, each with its part in it; what only guards a value is left out."""
    match formula:
        case Term():
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


def _named(name: str, formula: Formula) -> Iterator[tuple[str, Term]]:
    return ((f"{name}, {inner}" if inner else name, term) for inner, term in parts(formula))


def examples(features: cs.FeatureSet) -> list[Example]:
    """The lenders that features are shown on: a simulated one and the first of the real cards."""
    made = cs.simulate.simulate_portfolio(cs.simulate.SimulationConfig(people=300), seed=7)
    cards = cs.datasets.load_taiwan_cards()
    some = [int(name) for name in cards.applications["applicant_id"][:60].to_pylist()]
    tables = {name: _of(getattr(cards, name), some) for name in ("loans", "statements", "repayments")}
    simulated = made.to_applications()
    return [
        Example(made.portfolio(), simulated.take(np.arange(min(300, len(simulated)))), features),
        Example(cs.Portfolio(**tables), cs.Applications(cards.applications[:60]), features),
    ]


def _of(table: Any, applicants: list[int]) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    return table.filter(pc.is_in(table["applicant_id"], pa.array(applicants, table["applicant_id"].type)))
