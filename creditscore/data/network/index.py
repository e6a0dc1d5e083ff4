"""Who is tied to whom, who belongs to which group and who stands how: indexed once, at the door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from creditscore._ground.arrays import Float64, Int8, Int32, read_only
from creditscore.data.door.raw import Labels
from creditscore.data.network.agreed import AgreedTies
from creditscore.data.network.group_counts import N_COUNTS, GroupCounts, count_groups
from creditscore.data.network.pairs import Pairs, both_ends, gather_pairs, one_end
from creditscore.data.network.privacy import StandingPrivacy
from creditscore.data.network.seen import SeenStandings
from creditscore.data.network.standing_events import Steps, make_steps
from creditscore.data.tables.events import EventTable
from creditscore.data.tables.ordering import count_rows, rows_by_owner

Index = TypeVar("Index", Pairs, Steps, GroupCounts)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Network:
    """Read-only indexes of the ties, memberships and standings of a portfolio.

    Everything is kept with its times, so that any moment can be asked for; nothing here is as of one.

    Attributes
    ----------
    ties : Pairs
        The ties of every person, seen from both ends; ties of a person with itself are dropped.
    agreed : AgreedTies
        When both ends agreed: what counts as a tie.
    memberships : Pairs
        The memberships of every person by group.
    standings : Steps
        From when on each person was known to stand how: the lender's own knowledge, of which no value that
        others see may be made.
    seen : SeenStandings
        What others see of them.
    groups : GroupCounts
        Members, members with a known standing, and members who defaulted, of each group after every change.
    """

    ties: Pairs
    agreed: AgreedTies
    memberships: Pairs
    standings: Steps
    seen: SeenStandings
    groups: GroupCounts

    def __repr__(self) -> str:
        ends, groups = len(self.ties.targets), len(self.groups.offsets) - 1
        return (
            f"Network({ends // 2:,} tied pairs, {groups:,} groups, {len(self.standings.since):,} standings)"
        )


def build_network(
    tables: Mapping[str, EventTable], labels: Labels, privacy: StandingPrivacy
) -> Network | None:
    """Index the social tables of persons; None where there is none of them."""
    n_people = len(labels)
    ties, memberships, standings = tables.get("ties"), tables.get("memberships"), tables.get("standings")
    if ties is None and memberships is None and standings is None:
        return None
    steps = _steps(standings, n_people)
    of_groups = _pairs(memberships, n_people, None if memberships is None else _by_group(memberships))
    tied = _pairs(ties, n_people, None if ties is None else _by_ends(ties))
    return Network(
        ties=tied,
        agreed=AgreedTies(ties, tied),
        memberships=of_groups,
        standings=steps,
        seen=SeenStandings(steps, labels, privacy),
        groups=_groups(memberships, of_groups, steps),
    )


def _by_ends(ties: EventTable) -> tuple[Int32, Int32, Int32, Int8]:
    return both_ends(ties.offsets, ties.codes[ties.row("other_id")], _numbers(ties, "directed"))


def _by_group(memberships: EventTable) -> tuple[Int32, Int32, Int32, Int8]:
    return one_end(memberships.offsets, memberships.codes[memberships.row("group_id")])


def _numbers(table: EventTable, column: str) -> Float64:
    row = table.row(column)
    return read_only(np.empty(0)) if row < 0 else table.values[row]


def _pairs(table: EventTable | None, n_people: int, listed: tuple[Int32, Int32, Int32, Int8] | None) -> Pairs:
    if table is None or listed is None:
        nobody = np.zeros(n_people + 1, np.int64)
        return _frozen(
            Pairs(nobody, np.empty(0, np.int32), np.zeros(1, np.int64), np.empty(0, np.int32), _NO_HEADINGS)
        )
    owners, targets, rows, headings = listed
    offsets, grouped = count_rows(owners, n_people)
    if not grouped:
        order = rows_by_owner(owners, offsets)
        targets, rows, headings = targets[order], rows[order], headings[order]
    weights = _numbers(table, "weight").view(np.int64)
    pair_offsets, pair_targets, entries = gather_pairs(offsets, targets, rows, headings, table.times, weights)
    return _frozen(Pairs(pair_offsets, pair_targets, entries, rows, headings))


def _steps(standings: EventTable | None, n_people: int) -> Steps:
    if standings is None:
        none = np.empty(0, np.int64)
        return _frozen(Steps(np.zeros(n_people + 1, np.int64), none, np.empty(0, np.int8), none.copy()))
    codes = standings.codes[standings.row("standing")]
    return _frozen(Steps(*make_steps(standings.offsets, standings.times, codes)))


def _groups(memberships: EventTable | None, pairs: Pairs, steps: Steps) -> GroupCounts:
    if memberships is None:
        return _frozen(
            GroupCounts(np.zeros(1, np.int64), np.empty(0, np.int64), np.empty((0, N_COUNTS), np.int32))
        )
    n_groups = len(memberships.vocabularies["group_id"])
    end = memberships.row("end_time")
    return _frozen(GroupCounts(*count_groups(n_groups, pairs, steps, memberships.times, end)))


def _frozen(index: Index) -> Index:
    for array in index:
        read_only(array)
    return index


_NO_HEADINGS = np.empty(0, np.int8)
