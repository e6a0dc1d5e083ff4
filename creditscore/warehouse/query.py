"""One query for a set of features: from the tables of a warehouse to a row for each application."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from creditscore._ground.instants import DAY
from creditscore.data.sources import MINIMUM_TABLES, source_of
from creditscore.data.tables.contracts import APPLICATIONS
from creditscore.features.definition import FeatureSet
from creditscore.features.formula import Attribute, Covered, Term, attributes, coverages, terms
from creditscore.features.registry import view_of
from creditscore.features.view import View, ViewColumn
from creditscore.warehouse import clock
from creditscore.warehouse.covering import is_covered, tables_of
from creditscore.warehouse.dialects import name
from creditscore.warehouse.formulas import combined
from creditscore.warehouse.given import Given
from creditscore.warehouse.known import known_rows
from creditscore.warehouse.reducing import Reduced, with_empty
from creditscore.warehouse.segments import months_of
from creditscore.warehouse.views.catalogue import PARTS, VIEWS


class Query:
    """The parts of a query, in the order in which they may read one another."""

    def __init__(self, given: Given, features: FeatureSet) -> None:
        """Write every part that the features need."""
        self.given: Given = given
        self.features: FeatureSet = features
        self.parts: dict[str, str] = {}
        self.values: dict[Term, str] = {}
        self.joins: list[str] = []
        self.recursive: bool = False
        wanted = dict.fromkeys(term for one in features for term in terms(one.formula))
        self.sources: list[str] = sorted(
            {_source(term.view) for term in wanted}
            | {one.source for feature in features for one in coverages(feature.formula)}
        )
        self.parts["asked"] = self._asked()
        self._add_moments(wanted)
        for view in dict.fromkeys(term.view for term in wanted):
            there = [term for term in wanted if term.view == view and self._is_there(term)]
            if there:
                self._add_view(view)
                self._reduce(view, there)
        for table in dict.fromkeys(t for source in self.sources for t in tables_of(given, source)):
            self._add_known(table)
        self.parts["covered"] = self._coverages()

    def text(self) -> str:
        """Return the query, as DuckDB reads it but for functions ``CS_``."""
        columns = ["asked.application_id", *(f"{value} AS {name(one)}" for one, value in self.found())]
        return f"{self.before()} SELECT {', '.join(columns)} FROM {self.joined()} ORDER BY asked.app"

    def before(self) -> str:
        """Return the parts of the query, WITH before them."""
        begin = "WITH RECURSIVE" if self.recursive else "WITH"
        return f"{begin} {', '.join(f'{part} AS ({text})' for part, text in self.parts.items())}"

    def found(self) -> list[tuple[str, str]]:
        """Return the name of each feature and its value, over `joined`."""
        return [(one.name, f"CAST({combined(one.formula, self._leaf)} AS DOUBLE)") for one in self.features]

    def joined(self) -> str:
        """Return what the features are read from: the applications, and what belongs to each."""
        joins = "".join(f" LEFT JOIN {part} ON {part}.app = asked.app" for part in self.joins)
        return f"asked JOIN covered ON covered.app = asked.app{joins}"

    def anything(self) -> str:
        """Write whether any row that counts as minimum data was known of the applicant."""
        there = [table for table in MINIMUM_TABLES if table in self.given.tables]
        for table in there:
            self._add_known(table)
        return " OR ".join(f"asked.app IN (SELECT app FROM known_{table})" for table in there) or "FALSE"

    def _asked(self) -> str:
        order = "ROW_NUMBER() OVER (ORDER BY application_id, applicant_id, as_of)"
        found = [f"{order} AS app", "application_id"]
        found += ["CS_TEXT(applicant_id) AS who", "CS_MICROS(as_of) AS as_of"]
        for one in dict.fromkeys(a for feature in self.features for a in attributes(feature.formula)):
            if one.column in self.given.applications:
                read = "CS_MICROS" if one.as_ else "CS_NUMBER"
                found.append(f"{read}({name(one.column)}) AS {_attribute(one)}")
        return f"SELECT {', '.join(found)} FROM {APPLICATIONS.name}"

    def _add_moments(self, wanted: Iterable[Term]) -> None:
        months = sorted({months_of(term) for term in wanted} - {0})
        if not months:
            return
        rows = " UNION ALL ".join(f"SELECT app, as_of, {count} AS k FROM asked" for count in months)
        back = clock.months_back(rows, self.given.calendar)
        columns = [f"MAX(CASE WHEN k = {count} THEN since END) AS since_{count}" for count in months]
        self.parts["moments"] = f"SELECT app, {', '.join(columns)} FROM ({back}) AS back GROUP BY app"

    def _add_known(self, table: str) -> None:
        if table in self.given.tables:
            self.parts.setdefault(f"known_{table}", known_rows(self.given, table))

    def _add_view(self, view: str) -> None:
        written = VIEWS[view] if view in VIEWS else PARTS[view]
        for table in written.known:
            self._add_known(table)
        for other in written.views:
            self._add_view(other)
        self.recursive |= written.recursive
        self.parts.setdefault(_part(view), written.write(self.given))

    def _reduce(self, view: str, there: list[Term]) -> None:
        reduced = Reduced(_part(view), self.given.calendar)
        reduced.reduce(there)
        self.recursive |= reduced.recursive
        self.parts |= dict(reduced.parts)
        self.values |= reduced.values
        self.joins += reduced.joins

    def _coverages(self) -> str:
        found = [f"{is_covered(self.given, source)} AS {source}" for source in self.sources]
        return f"SELECT {', '.join(['asked.app', *found])} FROM asked"

    def _leaf(self, leaf: Term | Attribute | Covered) -> str:
        if isinstance(leaf, Covered):
            return f"CAST(CASE WHEN covered.{leaf.source} THEN 1 ELSE 0 END AS DOUBLE)"
        if isinstance(leaf, Attribute):
            return self._read(leaf)
        if leaf not in self.values:
            return "CAST(NULL AS DOUBLE)"
        value = with_empty(leaf, self.values[leaf])
        return f"CAST(CASE WHEN covered.{_source(leaf.view)} THEN {value} END AS DOUBLE)"

    def _read(self, attribute: Attribute) -> str:
        if attribute.column not in self.given.applications:
            return "CAST(NULL AS DOUBLE)"
        column = f"asked.{_attribute(attribute)}"
        return f"CAST(asked.as_of - {column} AS DOUBLE) / {DAY}.0" if attribute.as_ else column

    def _is_there(self, term: Term) -> bool:
        """Whether the warehouse has every table and column that a term reads."""
        view = view_of(term.view)
        named = {term.column, term.by, *(one.column for one in term.where)} - {None}
        if view is None:
            return self.given.has(term.view, *(str(one) for one in named))
        if not all(self.given.has(table) for table in view.tables):
            return False
        columns = {one.name: one for one in (*view.values, *view.codes)}
        return all(self._has(view, columns, str(one)) for one in named)

    def _has(self, view: View, columns: Mapping[str, ViewColumn], column: str) -> bool:
        if column not in columns:
            return self.given.has(view.tables[0], column)
        return all(self.given.has(*needed.split(".")) for needed in columns[column].needs)


def _part(view: str) -> str:
    return "rows_" + "".join(letter if letter.isalnum() else "_" for letter in view)


def _source(view: str) -> str:
    found = view_of(view)
    return source_of(view).name if found is None else found.source


def _attribute(attribute: Attribute) -> str:
    return f"a_{attribute.column}" + ("_at" if attribute.as_ else "")
