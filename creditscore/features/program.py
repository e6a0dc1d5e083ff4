"""Turn the terms of one view into the tables that the compiled reduction runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import numpy as np

from creditscore._ground.instants import DAY, parse_window
from creditscore.features.formula import Condition, Term
from creditscore.features.kernels.layout import (
    CONDITION_FIELDS,
    EQUAL,
    GREATER,
    GREATER_EQUAL,
    IN_SET,
    LESS,
    LESS_EQUAL,
    NO_LIMIT,
    OLDER,
    SEGMENT_FIELDS,
    TERM_FIELDS,
    WINDOW_FIELDS,
    WINDOW_LENGTH,
    WINDOW_MONTHS,
    WINDOW_NEEDS,
    Program,
    needs_of,
)
from creditscore.features.statistics import find_statistic

LONGEST_MONTH: Final = 31 * DAY
_KINDS: Final = {"gt": GREATER, "ge": GREATER_EQUAL, "lt": LESS, "le": LESS_EQUAL, "eq": EQUAL}

Slotted: TypeAlias = tuple[Term, int]


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the columns of a view stand in its blocks, and the labels of its codes."""

    values: Mapping[str, int]
    codes: Mapping[str, int]
    labels: Mapping[str, tuple[str, ...]]


@dataclass(slots=True)
class _Layout:
    """Tables that grow row by row while a program is laid out."""

    columns: Columns
    segments: list[list[int]] = field(default_factory=list)
    conditions: list[list[int]] = field(default_factory=list)
    thresholds: list[float] = field(default_factory=list)
    allowed: list[int] = field(default_factory=list)
    windows: list[list[int]] = field(default_factory=list)
    terms: list[list[int]] = field(default_factory=list)
    arguments: list[float] = field(default_factory=list)
    months: list[int] = field(default_factory=list)

    def add_segment(self, terms: Sequence[Slotted]) -> None:
        """Add the segment of terms that share column, conditions and key."""
        term = terms[0][0]
        column = NO_LIMIT if term.column is None else self.columns.values[term.column]
        key = NO_LIMIT if term.by is None else self.columns.codes[term.by]
        conditions, windows = len(self.conditions), len(self.windows)
        for condition in term.where:
            self.add_condition(condition)
        by_window: dict[tuple[object, ...], list[Slotted]] = {}
        for slotted in terms:
            by_window.setdefault((slotted[0].window, slotted[0].last, slotted[0].first), []).append(slotted)
        for group in by_window.values():
            self.add_window(group)
        reach = self.reach(windows)
        self.segments.append(
            [column, key, conditions, len(self.conditions), windows, len(self.windows), reach]
        )

    def reach(self, first: int) -> int:
        """Return how far back the windows from the first on look; no limit if one looks beyond its length."""
        reaches = [self.reach_of(window) for window in self.windows[first:]]
        return NO_LIMIT if NO_LIMIT in reaches else max(reaches)

    def reach_of(self, window: Sequence[int]) -> int:
        """Return how far back a window looks at most; no limit if it looks beyond its length."""
        if window[WINDOW_NEEDS] & OLDER:
            return NO_LIMIT
        if window[WINDOW_MONTHS] == NO_LIMIT:
            return window[WINDOW_LENGTH]
        return self.months[window[WINDOW_MONTHS]] * LONGEST_MONTH + 2 * DAY

    def add_condition(self, condition: Condition) -> None:
        """Add one condition; sets of labels become a look-up table over codes."""
        if not isinstance(condition.value, tuple):
            self.conditions.append([_KINDS[condition.comparison], self.columns.values[condition.column], 0])
            self.thresholds.append(condition.value)
            return
        wanted = set(condition.value)
        inside = condition.comparison == "in"
        labels = self.columns.labels[condition.column]
        self.conditions.append([IN_SET, self.columns.codes[condition.column], len(self.allowed)])
        self.thresholds.append(0.0)
        self.allowed.append(int(not inside))
        self.allowed.extend(int((label in wanted) == inside) for label in labels)

    def add_window(self, terms: Sequence[Slotted]) -> None:
        """Add the window of terms that share its length and its number of rows."""
        term = terms[0][0]
        length, months = self.add_length(term.window)
        last = NO_LIMIT if term.last is None else term.last
        first = NO_LIMIT if term.first is None else term.first
        start, needs = len(self.terms), 0
        for term, slot in terms:
            code = find_statistic(term.statistic, term.version).code
            needs |= needs_of(code)
            self.terms.append([code, term.minimum_rows, slot])
            self.arguments.append(term.argument)
        self.windows.append([length, months, last, first, start, len(self.terms), needs])

    def add_length(self, text: str | None) -> tuple[int, int]:
        """Return the length of a window, and the position of its calendar months among all that occur."""
        if text is None:
            return NO_LIMIT, NO_LIMIT
        length, months = parse_window(text)
        if months == 0:
            return length, NO_LIMIT
        if months not in self.months:
            self.months.append(months)
        return NO_LIMIT, self.months.index(months)

    def program(self) -> Program:
        """Freeze the tables."""
        return Program(
            _table(self.segments, SEGMENT_FIELDS),
            _table(self.conditions, CONDITION_FIELDS),
            np.array(self.thresholds, np.float64),
            np.array(self.allowed, np.uint8),
            _table(self.windows, WINDOW_FIELDS),
            _table(self.terms, TERM_FIELDS),
            np.array(self.arguments, np.float64),
            np.array(self.months, np.int64),
        )


def build_program(terms: Sequence[Slotted], columns: Columns) -> Program:
    """Lay out segments, windows and terms; each term comes with the slot that it writes."""
    segments: dict[tuple[object, ...], list[Slotted]] = {}
    for slotted in terms:
        term = slotted[0]
        segments.setdefault((term.column, term.where, term.by), []).append(slotted)
    layout = _Layout(columns)
    for group in segments.values():
        layout.add_segment(group)
    return layout.program()


def _table(rows: Sequence[Sequence[int]], width: int) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    return np.array(rows, np.int64).reshape(len(rows), width)
