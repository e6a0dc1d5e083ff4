"""From the rows of a view to one value for each term and application, in SQL."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from creditscore._ground.instants import DAY
from creditscore._ground.zones import Calendar
from creditscore.features.formula import Term
from creditscore.warehouse import clock
from creditscore.warehouse.clusters import clusters
from creditscore.warehouse.segments import (
    months_of,
    newest_first,
    oldest_first,
    segment_of,
    since_of,
    value_of,
)
from creditscore.warehouse.statistics import (
    APART,
    FOUND_IN_ROUNDS,
    SIMPLE,
    ZERO_WITHOUT_ROWS,
    entropy,
)


@dataclass(slots=True)
class Reduced:
    """The terms of one view, written.

    Attributes
    ----------
    rows : str
        Name of the rows of the view; names of what is written begin with it.
    calendar : Calendar
    parts : list of (str, str)
        Names and queries, each of which may read those before.
    values : dict of Term to str
        Where the value of each term stands.
    joins : list of str
        Names of the parts that hold them, one row an application at most.
    ranks : dict of (Term, str) to str
        What the rows of a segment are numbered in.
    recursive : bool
        Whether a part reads itself.
    """

    rows: str
    calendar: Calendar
    parts: list[tuple[str, str]] = field(default_factory=list)
    values: dict[Term, str] = field(default_factory=dict)
    joins: list[str] = field(default_factory=list)
    ranks: dict[tuple[Term, str], str] = field(default_factory=dict)
    recursive: bool = False

    def takes(self, term: Term) -> str:
        """Write whether a row takes part in a term."""
        passes = [segment_of(term).passes, since_of(term)]
        if term.last is not None:
            passes.append(f"{self.rank(newest_first(term), 'DESC')} <= {term.last}")
        if term.first is not None:
            passes.append(f"{self.rank(oldest_first(term), 'ASC')} <= {term.first}")
        return " AND ".join(one for one in passes if one != "TRUE") or "TRUE"

    def rank(self, of: Term, direction: str) -> str:
        """Return the column that numbers the rows of a segment."""
        return self.ranks.setdefault((of, direction), f"r{len(self.ranks)}")

    def reduce(self, terms: Sequence[Term]) -> None:
        """Write every term."""
        simple = [term for term in terms if term.statistic in SIMPLE]
        columns = [f"{self._simple(term)} AS s{k}" for k, term in enumerate(simple)]
        apart = [(term, self.takes(term)) for term in terms if term.statistic not in SIMPLE]
        self._rank(terms)
        if simple:
            self._join(
                f"{self.rows}_together",
                f"SELECT app, {', '.join(columns)} FROM {self.rows}_ranked GROUP BY app",
            )
            self.values |= {term: f"{self.rows}_together.s{k}" for k, term in enumerate(simple)}
        for k, (term, takes) in enumerate(apart):
            self._apart(term, takes, f"{self.rows}_{k}")

    def _join(self, name: str, text: str) -> None:
        self.parts.append((name, text))
        self.joins.append(name)

    def _simple(self, term: Term) -> str:
        takes, argument = self.takes(term), "" if math.isnan(term.argument) else repr(term.argument)
        rank = self.rank(newest_first(term), "DESC") if term.statistic == "streak" else ""
        text = SIMPLE[term.statistic].format(
            w=takes, v=value_of(term), r=rank, key=f"c_{term.by}", argument=argument,
            day=clock.day("t", self.calendar) if term.statistic == "active_days" else "",
        )  # fmt: skip
        if term.minimum_rows > (0 if term.statistic in ZERO_WITHOUT_ROWS else 1):
            return f"CASE WHEN COUNT(CASE WHEN {takes} THEN 1 END) >= {term.minimum_rows} THEN {text} END"
        return text

    def _rank(self, terms: Sequence[Term]) -> None:
        """Number the rows of every segment that asks for it."""
        months = sorted({months_of(term) for term in terms} - {0})
        more = [f"moments.since_{count}" for count in months]
        source = f"{self.rows} AS v" + (" JOIN moments ON moments.app = v.app" if months else "")
        self.parts.append((f"{self.rows}_dated", f"SELECT {', '.join(['v.*', *more])} FROM {source}"))
        numbered = [
            f"CASE WHEN {w} THEN ROW_NUMBER() OVER (PARTITION BY app, CASE WHEN {w} THEN 1 ELSE 0 END "
            f"ORDER BY n {direction}) END AS {rank}"
            for ((of, direction), rank) in self.ranks.items()
            for w in (f"{segment_of(of).passes} AND {since_of(of)}",)
        ]
        text = f"SELECT {', '.join(['*', *numbered])} FROM {self.rows}_dated"
        self.parts.append((f"{self.rows}_ranked", text))

    def _apart(self, term: Term, takes: str, name: str) -> None:
        """Write a term that needs its rows by themselves."""
        key = f"c_{term.by}" if term.by else "NULL"
        inner = f"SELECT app, as_of, t, n, {value_of(term)} AS v, {key} AS key"
        if term.statistic == "new_key_share":
            part = f"MIN(CASE WHEN {takes} THEN 1 ELSE 0 END) OVER (PARTITION BY app, {key}) = 1"
            passes = segment_of(term).passes
            segment = f"{inner}, {takes} AS taken, {part} AS is_new FROM {self.rows}_ranked WHERE {passes}"
            text = f"SELECT * FROM ({segment}) AS segment WHERE taken"
        else:
            text = f"{inner} FROM {self.rows}_ranked WHERE {takes}"
        back = "ROW_NUMBER() OVER (PARTITION BY app ORDER BY n DESC) AS back"
        numbered = f"{back}, COUNT(*) OVER (PARTITION BY app) AS many"
        self.parts.append((f"{name}_rows", f"SELECT *, {numbered} FROM ({text}) AS taken"))
        enough = f"SELECT * FROM {name}_rows WHERE many >= {max(term.minimum_rows, 1)}"
        self.parts.append((f"{name}_enough", enough))
        if term.statistic == FOUND_IN_ROUNDS:
            self._clusters(term, name)
            return
        template = entropy(term) if term.statistic == "key_entropy" else APART[term.statistic]
        self._join(name, template.format(rows=f"{name}_enough"))
        self.values[term] = f"{name}.x"

    def _clusters(self, term: Term, name: str) -> None:
        span = round(term.argument * DAY)
        self.recursive = True
        self.parts.append((f"{name}_clusters", clusters(f"{name}_clusters", f"{name}_enough", span)))
        self._join(name, f"SELECT app, COUNT(*) AS x FROM {name}_clusters WHERE begins GROUP BY app")
        self.values[term] = f"{name}.x"


def with_empty(term: Term, value: str) -> str:
    """Write what a term is where no row takes part."""
    zero = term.statistic in ZERO_WITHOUT_ROWS and term.minimum_rows == 0
    return f"COALESCE({value}, 0)" if zero else value
