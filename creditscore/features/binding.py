"""Resolve the columns that a plan names in the tables that a portfolio has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from creditscore.data.portfolio import Portfolio
from creditscore.data.sources import SOURCES, source_of
from creditscore.errors import FeatureError, NameUnknownError
from creditscore.features.coverage import Coverage, coverage_of
from creditscore.features.definition import FeatureSet
from creditscore.features.formula import Attribute, Term, terms
from creditscore.features.kernels.layout import Program
from creditscore.features.plan import Plan
from creditscore.features.program import Columns, build_program
from creditscore.features.registry import find_view
from creditscore.features.statistics import find_statistic
from creditscore.features.view import View, ViewColumn

_LOANS: Final = frozenset(SOURCES["loans"].tables)


@dataclass(frozen=True, slots=True)
class Custom:
    """A registered statistic, bound: its name, its compiled function and a program of one slice."""

    name: str
    reducer: Any
    program: Program
    slot: int
    minimum: int


@dataclass(frozen=True, slots=True)
class BoundView:
    """A view with the programs that run over its rows."""

    view: View
    extra_values: tuple[str, ...]
    program: Program | None
    customs: tuple[Custom, ...]


@dataclass(frozen=True, slots=True)
class Bound:
    """A plan resolved for portfolios of the same tables and columns, and labels where conditions name them.

    `labelled` says which columns those are: table and column. `reads` names every table that a view, or the
    coverage of a source, may read. `without` remembers what else is unavailable where columns of the
    applications are absent.
    """

    coverages: tuple[Coverage, ...]
    views: tuple[BoundView, ...]
    unavailable: tuple[str, ...]
    labelled: tuple[tuple[str, str], ...]
    reads: frozenset[str]
    without: dict[frozenset[Attribute], tuple[str, ...]] = field(
        init=False, default_factory=dict, compare=False, repr=False
    )


def bind(features: FeatureSet, plan: Plan, portfolio: Portfolio) -> Bound:
    """Resolve every view of the plan; terms whose columns are absent stay NaN and are listed.

    Raises
    ------
    NameUnknownError
        If a term names a view or a column that cannot exist.
    """
    lacking: set[Term] = set()
    views: list[BoundView] = []
    labelled: set[tuple[str, str]] = set()
    sources = {coverage.source for coverage, _ in plan.coverages} | {"application"}
    for name, slotted in plan.terms.items():
        view = find_view(name, portfolio)
        sources.add(view.source)
        sources.update(source_of(table).name for table in view.also if table in portfolio.tables)
        present = [pair for pair in slotted if _available(pair[0], view, portfolio)]
        lacking.update(term for term, _ in slotted if (term not in {kept for kept, _ in present}))
        if present:
            bound, read = _bind_view(view, present, portfolio)
            views.append(bound)
            labelled |= read
    unavailable = tuple(f.name for f in features if any(term in lacking for term in terms(f.formula)))
    coverages = tuple(coverage_of(source, portfolio.tables) for source in sorted(sources))
    reads = frozenset().union(*(one.tables for one in coverages), *(tables_of(one.view) for one in views))
    return Bound(coverages, tuple(views), unavailable, tuple(sorted(labelled)), reads)


def tables_of(view: View) -> set[str]:
    """Name every table that a view may read: of loans, all that tell of one."""
    read = {*view.tables, *view.also}
    for column in (*view.values, *view.codes):
        read.update(needed.partition(".")[0] for needed in column.needs)
    return read | _LOANS if read & _LOANS else read


def _bind_view(
    view: View, slotted: Sequence[tuple[Term, int]], portfolio: Portfolio
) -> tuple[BoundView, set[tuple[str, str]]]:
    declared = {column.name for column in view.values}
    extra = tuple(sorted({name for term, _ in slotted for name in _value_names(term)} - declared))
    columns = Columns(
        {name: row for row, name in enumerate([*(c.name for c in view.values), *extra])},
        {column.name: row for row, column in enumerate(view.codes)},
        {column.name: _labels(column, portfolio) for column in view.codes},
    )
    built_in = [(t, slot) for t, slot in slotted if find_statistic(t.statistic, t.version).reducer is None]
    customs = [
        Custom(
            found.name,
            found.reducer,
            build_program([(_as_count(term), slot)], columns),
            slot,
            term.minimum_rows,
        )
        for term, slot in slotted
        if (found := find_statistic(term.statistic, term.version)).reducer is not None
    ]
    where_from = {column.name: column.needs[0] for column in view.codes if column.needs and not column.labels}
    asked = {where_from[c.column] for term, _ in slotted for c in term.where if c.column in where_from}
    labelled = {(table, column) for table, _, column in (name.partition(".") for name in asked)}
    program = build_program(built_in, columns) if built_in else None
    return BoundView(view, extra, program, tuple(customs)), labelled


def _as_count(term: Term) -> Term:
    return Term(
        view=term.view, statistic="count", column=term.column, where=term.where, window=term.window,
        last=term.last, first=term.first, by=term.by,
    )  # fmt: skip


def _labels(column: ViewColumn, portfolio: Portfolio) -> tuple[str, ...]:
    if column.labels or not column.needs:
        return column.labels
    table_name, _, name = column.needs[0].partition(".")
    table = portfolio.tables.get(table_name)
    return () if table is None else tuple(table.vocabularies.get(name, ()))


def _value_names(term: Term) -> set[str]:
    names = {c.column for c in term.where if not isinstance(c.value, tuple)}
    return names | ({term.column} if term.column else set())


def _code_names(term: Term) -> set[str]:
    names = {c.column for c in term.where if isinstance(c.value, tuple)}
    return names | ({term.by} if term.by else set())


def _available(term: Term, view: View, portfolio: Portfolio) -> bool:
    _check(term)
    if any(name not in portfolio.tables for name in view.tables):
        return False
    values = {column.name: column for column in view.values}
    codes = {column.name: column for column in view.codes}
    missing_codes = _code_names(term) - codes.keys()
    if missing_codes and view.name == view.tables[0]:
        return False
    if missing_codes:
        raise NameUnknownError.among(f"code column of view {view.name!r}", missing_codes.pop(), sorted(codes))
    used = [values[name] for name in _value_names(term) if name in values] + [
        codes[n] for n in _code_names(term)
    ]
    if not all(_has(portfolio, needed) for column in used for needed in column.needs):
        return False
    return all(_extra_exists(name, view, portfolio) for name in _value_names(term) - values.keys())


def _check(term: Term) -> None:
    found = find_statistic(term.statistic, term.version)
    if found.keyed and term.by is None:
        raise FeatureError(
            f"The statistic {term.statistic!r} on view {term.view!r} needs by=, a code column."
        )


def _has(portfolio: Portfolio, needed: str) -> bool:
    table_name, _, column = needed.partition(".")
    table = portfolio.tables.get(table_name)
    return table is not None and (not column or table.row(column) >= 0)


def _extra_exists(name: str, view: View, portfolio: Portfolio) -> bool:
    table = portfolio.tables[view.tables[0]]
    return name in table.value_columns
