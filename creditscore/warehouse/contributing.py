"""What each feature adds to the log-odds, in SQL: the tables of exact Shapley values, read by position."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, cast

import numpy as np

from creditscore.errors import ExplanationError
from creditscore.explain.shapley import ShapleyTables
from creditscore.model.walking import LEFT, RIGHT
from creditscore.scoring.model import ScoringModel
from creditscore.warehouse import trees
from creditscore.warehouse.dialects import check_lists

_SPLITS_AT_A_TIME: Final = 300
_BIT: Final = 4
_TOP, _ABOVE, _MEMBERS, _PER_TABLE = 0, 1, 2, 3
_PICK: Final = re.compile(r"TABLE_PICK\((\d+),\s*(\w+)\)")


@dataclass(frozen=True, slots=True)
class Contributing:
    """The tables of a model, as a query reads them.

    Parameters
    ----------
    model : ScoringModel

    Raises
    ------
    ExplanationError
        If its trees are too deep for tables.
    """

    model: ScoringModel

    def __post_init__(self) -> None:
        if not isinstance(self.model.explainer.shapley, ShapleyTables):
            raise ExplanationError(
                "The trees are too deep for tables of contributions. Fit with max_depth=6."
            )

    @property
    def tables(self) -> ShapleyTables:
        """Shapley values by what a row meets."""
        return cast(ShapleyTables, self.model.explainer.shapley)

    @property
    def columns(self) -> list[int]:
        """Columns that the trees read, rising."""
        return [int(one) for one in np.unique(self.model.fitted.trees.nodes[:, 0])]

    def text(self, source: str, kept: Sequence[str]) -> str:
        """Write a SELECT of some columns and of ``c0``, ...: what each feature adds, before calibration.

        Parameters
        ----------
        source : str
            A table with columns ``x0``, ``x1``, ... of features.
        kept : sequence of str
            Columns of it that stay.
        """
        added = ", ".join(f"CAST(0 AS DOUBLE) AS c{column}" for column in self.columns)
        text = f"SELECT {', '.join(kept)}, {added} FROM {source}"
        for first, stop in self._parts():
            text = self._added(text, kept, first, stop)
        return text

    def _parts(self) -> Iterator[tuple[int, int]]:
        """Trees, so many at a time that no row grows too wide."""
        splits = self.tables.walk.first_splits.tolist()
        first = 0
        for tree in range(1, len(splits)):
            if tree == len(splits) - 1 or splits[tree + 1] - splits[first] > _SPLITS_AT_A_TIME:
                yield first, tree
                first = tree

    def _added(self, source: str, kept: Sequence[str], first: int, stop: int) -> str:
        walk = self.tables.walk
        nodes = range(int(walk.first_splits[first]), int(walk.first_splits[stop]))
        groups = range(int(walk.first_groups[first]), int(walk.first_groups[stop]))
        if not groups:
            return source
        sides = ", ".join(
            f"CASE WHEN {trees.goes_left(self.model.fitted, node)} THEN 1 ELSE 0 END AS o{node}"
            for node in nodes
        )
        owners = np.searchsorted(walk.first_groups, np.array(groups), side="right") - 1
        above = self._above(nodes)
        keys = ", ".join(
            f"{self._key(group, int(tree), above)} AS k{group}"
            for group, tree in zip(groups, owners, strict=True)
        )
        sums = {column: f"c{column}" for column in self.columns}
        for group in groups:
            for at in range(int(walk.groups[group, _MEMBERS + _PER_TABLE])):
                column = int(walk.columns[group, at])
                sums[column] += f" + TABLE_PICK({group * walk.columns.shape[1] + at}, k{group})"
        found = ", ".join(f"{text} AS c{column}" for column, text in sums.items())
        inner = f"SELECT *, {keys} FROM (SELECT *, {sides} FROM ({source}) AS rows_met) AS sides_met"
        return f"SELECT {', '.join(kept)}, {found} FROM ({inner}) AS keys_met"

    def _above(self, nodes: range) -> dict[int, tuple[tuple[int, int], ...]]:
        """Of each split, the splits above it and which side of each leads to it."""
        found: dict[int, tuple[tuple[int, int], ...]] = {}
        children = self.model.fitted.trees.nodes
        for node in nodes:
            way = found.setdefault(node, ())
            for side in (LEFT, RIGHT):
                if children[node, side] >= 0:
                    found[int(children[node, side])] = (*way, (node, side))
        return found

    def _key(self, group: int, tree: int, above: dict[int, tuple[tuple[int, int], ...]]) -> str:
        """Write which row of a table is read, from 1."""
        walk = self.tables.walk
        first, spare = int(walk.first_splits[tree]), int(np.diff(walk.first_splits).max(initial=0))
        bits: dict[int, list[str]] = {}
        for node, side in above[first + int(walk.groups[group, _TOP])]:
            met = f"o{node}" if side == LEFT else f"(1 - o{node})"
            bits.setdefault(int(walk.splits[node, _BIT]), []).append(met)
        parts = [f"{1 << bit} * {' * '.join(met)}" for bit, met in sorted(bits.items())]
        for at in range(_PER_TABLE):
            member = int(walk.groups[group, _MEMBERS + at])
            if member < spare:
                parts.append(f"{1 << int(walk.groups[group, _ABOVE]) + at} * o{first + member}")
        return " + ".join(["1", *parts])

    def filled(self, query: str, dialect: str) -> str:
        """Write the tables into a query of a dialect; they are too long to be parsed."""
        check_lists(dialect)
        walk = self.tables.walk
        begin, end = ("[", "]") if dialect == "duckdb" else ("CAST(ARRAY[", "] AS DOUBLE PRECISION[])")

        def picked(found: re.Match[str]) -> str:
            group, at = divmod(int(found[1]), walk.columns.shape[1])
            width = int(walk.groups[group, _MEMBERS + _PER_TABLE])
            values = walk.table[int(walk.starts[group]) + at : int(walk.starts[group + 1]) : width]
            return f"({begin}{', '.join(map(trees.number, values.tolist()))}{end})[{found[2]}]"

        return _PICK.sub(picked, query)
