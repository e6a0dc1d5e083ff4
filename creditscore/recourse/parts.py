"""Which features follow from own conduct, and what of a conduct matters to what they are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np

from creditscore._ground.arrays import Int64
from creditscore.data.sources import SOURCES
from creditscore.data.stored.table import StoredTable
from creditscore.features.compute import FeatureComputer
from creditscore.features.definition import Feature
from creditscore.features.formula import Covered, Formula, Term, operands
from creditscore.features.registry import DERIVED
from creditscore.recourse.conduct import (
    MONEY,
    Conduct,
    after,
    credit_after,
    credit_conduct,
    money_after,
    money_conduct,
)
from creditscore.recourse.own_rows import CONDUCT_TABLES, OwnRows

# What of a conduct changes movements on accounts, and what the other tables, and how they are made.
_CHANGES: Final = MappingProxyType(
    {
        (True, False): (money_conduct, money_after),
        (False, True): (credit_conduct, credit_after),
        (True, True): (lambda one: one, after),
    }
)


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Slots that are filled from the same tables, so that the same of a conduct matters to them.

    Attributes
    ----------
    matters : callable
        Leaves of a conduct what changes these tables.
    made : callable
        Makes them, for the rows of a person and a conduct.
    views : frozenset of str
    slots : ndarray of int64, shape (n_slots,)
    is_whole : bool
        Whether all of a conduct matters, so that its tables serve the other parts too.
    """

    matters: Callable[[Conduct], Conduct]
    made: Callable[[OwnRows, Conduct], Mapping[str, StoredTable]]
    views: frozenset[str]
    slots: Int64
    is_whole: bool


def follows_from_conduct(feature: Feature) -> bool:
    """Tell whether a feature reads nothing but own conduct and the application."""
    return all(name in CONDUCT_TABLES for name in _tables_of(feature.formula))


def reads(feature: Feature, table: str) -> bool:
    """Tell whether a feature reads a table, or a view that is made of it."""
    return table in _tables_of(feature.formula)


def parts_of(own: FeatureComputer) -> tuple[Part, ...]:
    """Part the slots of features into those of movements on accounts, of all other tables, and of both.

    Slots of attributes of the application are of none.
    """
    views: dict[tuple[bool, bool], list[str]] = {}
    slots: dict[tuple[bool, bool], list[int]] = {}
    for view, slotted in own.plan.terms.items():
        reads = _changed_by(_read_by(view))
        views.setdefault(reads, []).append(view)
        slots.setdefault(reads, []).extend(slot for _, slot in slotted)
    for coverage, slot in own.plan.coverages:
        slots.setdefault(_changed_by(SOURCES[coverage.source].tables), []).append(slot)
    return tuple(
        Part(*_CHANGES[reads], frozenset(views.get(reads, ())), np.array(numbers, np.int64), all(reads))
        for reads, numbers in slots.items()
    )


def _changed_by(tables: Sequence[str]) -> tuple[bool, bool]:
    """Tell whether movements on accounts are among these tables, and whether others are."""
    return MONEY in tables, set(tables) != {MONEY}


def _tables_of(formula: Formula) -> Iterator[str]:
    """Name the tables that a formula reads, those that show whether a source was there among them."""
    if isinstance(formula, Term):
        yield from _read_by(formula.view)
    if isinstance(formula, Covered):
        yield from SOURCES[formula.source].tables
    for part in operands(formula):
        yield from _tables_of(part)


def _read_by(view: str) -> tuple[str, ...]:
    """Name the tables that a view reads, those that it can do without among them; a table is its own view."""
    return (*DERIVED[view].tables, *DERIVED[view].also) if view in DERIVED else (view,)
