"""The first reason of a score in SQL: families of what cost points, and the fact that leads the first.

The steps are those of `creditscore.reasons`: candidates in the order of the points that they cost, guards,
facts that may lead; and a fact or a family counts only if its move to the usual value would have improved the
score. First the worst candidate and its worst fact are tried; where they fail, all others.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from creditscore.errors import FeatureError, ParameterError
from creditscore.model.cells import Cells
from creditscore.reasons.applicant import MOST_TRIED, SMALLEST_EFFECT
from creditscore.reasons.choice import FEWEST_POINTS, SMALLEST_SHARE
from creditscore.reasons.columns import NEVER_REASONS, ReasonColumns
from creditscore.scoring.model import ScoringModel
from creditscore.warehouse import trees
from creditscore.warehouse.contributing import Contributing
from creditscore.warehouse.dialects import quoted
from creditscore.words.speech import AS_A_WHOLE

_NULL = "CAST(NULL AS DOUBLE)"


@dataclass(frozen=True, slots=True)
class Reasoning:
    """How the first reason of a model is written.

    Parameters
    ----------
    model : ScoringModel
    contributing : Contributing

    Raises
    ------
    ParameterError
        If the model keeps nobody to compare with.
    FeatureError
        If a feature is told as a whole with others.
    """

    model: ScoringModel
    contributing: Contributing

    def __post_init__(self) -> None:
        if self.model.references[0].is_empty:
            raise ParameterError("The model keeps nobody to compare with: fit it again to have reasons.")
        whole = [one.name for one in self.columns.features if one.reason_group in AS_A_WHOLE]
        if whole:
            raise FeatureError(f"{whole[0]!r} is told as a whole with others, which no query does.")

    @property
    def columns(self) -> ReasonColumns:
        """The columns as reasons see them."""
        return self.model.reasoner.catalogue.columns

    @property
    def moved(self) -> list[int]:
        """Columns on which a score depends, rising."""
        cells: Cells | None = self.model.fitted.cells
        read = set(self.contributing.columns)
        if cells is not None:
            read |= {column for columns in cells.groups.columns.values() for column in columns}
        return sorted(read)

    def gone(self) -> list[str]:
        """Write of each source whether it told nothing, as ``s0``, ``s1``, ... over ``x0``, ``x1``, ..."""
        columns = self.columns
        found = []
        for source in range(len(columns.sources)):
            of_it = [c for c, own in enumerate(columns.source_of) if own == source and columns.nameable[c]]
            nothing = " AND ".join(f"x{column} IS NULL" for column in of_it) or "TRUE"
            found.append(f"CASE WHEN {nothing} THEN 1 ELSE 0 END AS s{source}")
        return found

    def steps(self, before: str) -> Iterator[tuple[str, str]]:
        """Write the parts of a query after a scored one; the last, ``first_reasons``, has the reasons.

        Parameters
        ----------
        before : str
            A part that has ``n``, ``log_odds``, ``slope``, features ``x0``, ..., and of each source whether
            it told nothing, ``s0``, ..., and whether it was not read, ``u0``, ...
        """
        scored = f"(SELECT * FROM {before} WHERE scored) AS rows_scored"
        yield "explained", self.contributing.text(scored, self._kept())
        yield "facts_meant", self._meant()
        yield "costs", self._costs()
        yield "sources_gone", self._unnested("s", before)
        yield "sources_unread", self._unnested("u", before)
        yield "costs_named", self._named()
        yield "waiting", self._waiting()
        yield "facts_leading", self._leading()
        yield "tried_first", self._tried("place = 1", "lead_place = 1")
        yield "better_first", self._better("tried_first", before)
        yield "found_first", self._found("better_first")
        left = "waiting.n NOT IN (SELECT n FROM found_first)"
        yield "tried_all", self._tried(left, "TRUE")
        yield "better_all", self._better("tried_all", before)
        yield "found_all", self._found("better_all")
        yield "first_reasons", self._with_codes()

    def _kept(self) -> list[str]:
        return ["n", "slope", *(f"x{column}" for column in self.contributing.columns)]

    def _meant(self) -> str:
        columns, typical = self.columns, self.model.references[0].typical.tolist()
        rows = []
        for at in self.contributing.columns:
            usual = _NULL if math.isnan(typical[at]) else trees.number(typical[at])
            flags = int(columns.forbidden[at]), int(columns.nameable[at])
            numbers = columns.family_of[at], columns.group_of[at], columns.source_of[at]
            rows.append(f"({at}, {', '.join(map(str, (*numbers, *flags)))}, {usual})")
        named = "j, family, grp, source, forbidden, nameable, usual"
        return f"SELECT * FROM (VALUES {', '.join(rows)}) AS meant({named})"

    def _costs(self) -> str:
        """One row for each fact that adds anything."""
        columns = self.contributing.columns
        lists = [
            f"UNNEST([{', '.join(str(column) for column in columns)}]) AS j",
            f"UNNEST([{', '.join(f'slope * c{column}' for column in columns)}]) AS c",
            f"UNNEST([{', '.join(f'x{column}' for column in columns)}]) AS x",
        ]
        return f"SELECT * FROM (SELECT n, {', '.join(lists)} FROM explained) AS unnested WHERE c <> 0"

    def _named(self) -> str:
        families, sources = len(self.columns.families), len(self.columns.sources)
        candidate = (
            f"CASE WHEN forbidden = 1 THEN {families + sources} + grp "
            f"WHEN nameable = 1 AND NOT sources_gone.n IS NULL THEN {families} + meant.source "
            "ELSE family END AS candidate"
        )
        return (
            f"SELECT costs.*, meant.family, meant.grp, meant.usual, {candidate} FROM costs "
            "JOIN facts_meant AS meant ON meant.j = costs.j LEFT JOIN sources_gone "
            "ON sources_gone.n = costs.n AND sources_gone.source = meant.source"
        )

    def _unnested(self, letter: str, before: str) -> str:
        """One row for each source of which a flag is set."""
        numbers = range(len(self.columns.sources))
        flags = ", ".join(f"{letter}{at}" for at in numbers)
        every = f"SELECT n, UNNEST([{', '.join(map(str, numbers))}]) AS source, UNNEST([{flags}]) AS f"
        return f"SELECT n, source FROM ({every} FROM {before} WHERE scored) AS unnested WHERE f = 1"

    def _waiting(self) -> str:
        columns, factor = self.columns, trees.number(self.model.scale.factor)
        families, sources = len(columns.families), len(columns.sources)
        rank = {key: at for at, key in enumerate(sorted(set(columns.keys)))}
        named = [(at, key) for at, key in enumerate(columns.keys) if key not in NEVER_REASONS]
        ranks = ", ".join(f"({at}, {rank[key]})" for at, key in named)
        lost = f"SELECT n, candidate, {factor} * SUM(c) AS lost FROM costs_named GROUP BY n, candidate"
        whole = f"SELECT n, family, {factor} * SUM(c) AS whole FROM costs_named GROUP BY n, family"
        harmful = (
            "SELECT lost.*, ranks.place AS rank_place, SUM(lost) OVER (PARTITION BY n) AS total "
            f"FROM ({lost}) AS lost "
            f"JOIN (SELECT * FROM (VALUES {ranks}) AS ranked(candidate, place)) AS ranks "
            "ON ranks.candidate = lost.candidate WHERE lost > 0"
        )
        least, share = trees.number(FEWEST_POINTS), trees.number(SMALLEST_SHARE)
        guards = [
            f"harmful.candidate < {families + sources}",
            f"lost >= {least} AND lost >= {share} * total",
            f"(harmful.candidate >= {families} OR whole >= {least})",
            "unread.n IS NULL",
        ]
        return (
            "SELECT harmful.n, harmful.candidate, "
            "ROW_NUMBER() OVER (PARTITION BY harmful.n ORDER BY lost DESC, rank_place) AS place "
            f"FROM ({harmful}) AS harmful LEFT JOIN ({whole}) AS whole "
            "ON whole.n = harmful.n AND whole.family = harmful.candidate LEFT JOIN sources_unread AS unread "
            f"ON unread.n = harmful.n AND unread.source + {families} = harmful.candidate "
            f"WHERE {' AND '.join(guards)}"
        )

    def _leading(self) -> str:
        """Facts that may lead, best first: known ones, then unknown ones, unless these cost more."""
        families = len(self.columns.families)
        least = trees.number(FEWEST_POINTS / self.model.scale.factor)
        groups = "SELECT n, grp, SUM(c) AS of_group FROM costs_named GROUP BY n, grp"
        may = (
            "SELECT costs_named.*, waiting.place, "
            "SUM(CASE WHEN x IS NULL THEN 0 ELSE c END) OVER each_one AS known_cost, "
            "SUM(CASE WHEN x IS NULL THEN c ELSE 0 END) OVER each_one AS unknown_cost "
            "FROM costs_named JOIN waiting "
            "ON waiting.n = costs_named.n AND waiting.candidate = costs_named.candidate "
            f"JOIN ({groups}) AS of_groups "
            "ON of_groups.n = costs_named.n AND of_groups.grp = costs_named.grp "
            f"WHERE c > 0 AND (costs_named.candidate >= {families} OR of_group >= {least}) "
            "WINDOW each_one AS (PARTITION BY costs_named.n, costs_named.candidate)"
        )
        unknown_first = "known_cost > 0 AND unknown_cost > known_cost"
        order = f"CASE WHEN ({unknown_first}) = (x IS NULL) THEN 0 ELSE 1 END, c DESC, j"
        numbered = (
            "SELECT n, candidate, place, j, "
            f"ROW_NUMBER() OVER (PARTITION BY n, candidate ORDER BY {order}) AS lead_place "
            f"FROM ({may}) AS may_lead WHERE NOT usual IS NULL AND (x IS NULL OR x <> usual)"
        )
        return f"SELECT * FROM ({numbered}) AS numbered WHERE lead_place <= {MOST_TRIED}"

    def _tried(self, which: str, leads: str) -> str:
        """Rows to be scored anew: a candidate as a whole (j is -1), and facts by themselves."""
        of_leads = f"{which} AND {leads}".replace("waiting.n", "facts_leading.n")
        whole = f"SELECT waiting.n, candidate, place, -1 AS j, 0 AS lead_place FROM waiting WHERE {which}"
        leading = f"SELECT n, candidate, place, j, lead_place FROM facts_leading WHERE {of_leads}"
        return f"{whole} UNION ALL {leading}"

    def _better(self, tried: str, before: str) -> str:
        """Which moves would have improved the score."""
        columns, moved = self.columns, self.moved
        typical = self.model.references[0].typical.tolist()
        families = len(columns.families)
        values = []
        for at in moved:
            if math.isnan(typical[at]):
                values.append(f"wide.x{at}")
                continue
            own = f"{columns.family_of[at]}"
            if columns.forbidden[at]:
                own = "-1"
            elif columns.nameable[at]:
                source = columns.source_of[at]
                own = f"CASE WHEN wide.s{source} = 1 THEN {families + source} ELSE {own} END"
            put = f"tried.j = {at} OR (tried.j = -1 AND tried.candidate = {own})"
            values.append(f"CASE WHEN {put} THEN {trees.number(typical[at])} ELSE wide.x{at} END AS x{at}")
        kept = ["n", "candidate", "place", "j", "lead_place", "before"]
        rows = (
            "SELECT tried.n, tried.candidate, tried.place, tried.j, tried.lead_place, "
            f"wide.log_odds AS before, {', '.join(values)} "
            f"FROM {tried} AS tried JOIN {before} AS wide ON wide.n = tried.n"
        )
        risk = self._risk(rows, [*kept, "cell", *(f"x{at}" for at in moved)])
        least = trees.number(SMALLEST_EFFECT)
        return f"SELECT {', '.join(kept)} FROM ({risk}) AS anew WHERE before - log_odds > {least}"

    def _risk(self, rows: str, kept: Sequence[str]) -> str:
        fitted = self.model.fitted
        text = f"SELECT *, {trees.cell(fitted)} AS cell, CAST(0 AS DOUBLE) AS raw FROM ({rows}) AS moved"
        for texts, total in trees.sums(fitted):
            inner = f"SELECT *, {texts} FROM ({text}) AS before_them"
            text = f"SELECT {', '.join(kept)}, raw + {total} AS raw FROM ({inner}) AS leaves_found"
        slope, intercept = trees.lines(fitted)
        return f"SELECT *, ({slope}) * raw + ({intercept}) AS log_odds FROM ({text}) AS trees_added"

    @staticmethod
    def _found(better: str) -> str:
        """Of each applicant, the first candidate that helps as a whole and has a fact that helps."""
        numbered = (
            "SELECT facts.n, facts.candidate, facts.j, "
            "ROW_NUMBER() OVER (PARTITION BY facts.n ORDER BY facts.place, facts.lead_place) AS nth "
            f"FROM {better} AS facts JOIN {better} AS wholes ON wholes.n = facts.n "
            "AND wholes.candidate = facts.candidate AND wholes.j = -1 WHERE facts.j >= 0"
        )
        return f"SELECT n, candidate, j FROM ({numbered}) AS numbered WHERE nth = 1"

    def _with_codes(self) -> str:
        families = len(self.columns.families)
        read = self.contributing.columns
        rows = ", ".join(f"({at}, {', '.join(map(quoted, self._called(at)))})" for at in read)
        found = "SELECT * FROM found_first UNION ALL SELECT * FROM found_all"
        code = f"CASE WHEN candidate < {families} THEN of_group ELSE of_source END"
        called = f"SELECT * FROM (VALUES {rows}) AS called(j, feature, of_group, of_source)"
        return (
            f"SELECT n, {code} AS reason, feature AS reason_feature FROM ({found}) AS found "
            f"JOIN ({called}) AS called ON called.j = found.j"
        )

    def _called(self, at: int) -> tuple[str, str, str]:
        columns = self.columns
        name, group, source = columns.features[at].name, columns.group_of[at], columns.source_of[at]
        return name, columns.group_codes[group], columns.source_codes[source]
