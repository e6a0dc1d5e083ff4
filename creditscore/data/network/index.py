"""Who is tied to whom, who belongs to which group and who stands how: indexed once, at the door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np

from creditscore._ground.arrays import Float64, Int8, Int32, Int64, read_only
from creditscore.data.door.raw import Labels
from creditscore.data.network.agreed import AgreedTies
from creditscore.data.network.bonds import Bonds, make_bonds
from creditscore.data.network.group_counts import GroupSizes, count_members
from creditscore.data.network.identities import Identities, find_identities, labels_of_nodes
from creditscore.data.network.lives import listed_by_nodes, steps_by_nodes
from creditscore.data.network.pairs import Pairs, both_ends, gather_pairs, one_end
from creditscore.data.network.privacy import StandingPrivacy
from creditscore.data.network.seen import SeenStandings
from creditscore.data.network.seen_groups import SeenGroups
from creditscore.data.network.standing_events import Steps, make_steps
from creditscore.data.network.withheld import Withheld, make_withheld
from creditscore.data.sources import OF_NETWORKS
from creditscore.data.tables.events import EventTable
from creditscore.data.tables.ids import positions
from creditscore.data.tables.ordering import count_rows, rows_by_owner
from creditscore.data.tables.purposes import sources_for
from creditscore.data.tables.vocabularies import PURPOSES

Index = TypeVar("Index", Pairs, Steps, Bonds, GroupSizes, Withheld)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Network:
    """Read-only indexes of the ties, memberships and standings of a portfolio.

    Everything is kept with its times, so that any moment can be asked for; nothing here is as of one. Where
    several ids are one person, persons are the nodes of `identities`; without such, ids are nodes.

    Attributes
    ----------
    identities : Identities
        Which ids were known to be one person.
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
    sizes : GroupSizes
        Members of each group after every change.
    groups : SeenGroups
        What is seen of them, month by month.
    contacts : int64 array of shape (n_labels + 1,)
        Code of the person of each label of ``activities.other_id``, -1 for others and for the last one; empty
        where no two ids are one person.
    """

    identities: Identities
    ties: Pairs
    agreed: AgreedTies
    memberships: Pairs
    standings: Steps
    seen: SeenStandings
    sizes: GroupSizes
    groups: SeenGroups
    contacts: Int64

    def __repr__(self) -> str:
        ends, groups = len(self.ties.targets), self.groups.n_groups
        return (
            f"Network({ends // 2:,} tied pairs, {groups:,} groups, {len(self.standings.since):,} standings)"
        )


def build_network(
    tables: Mapping[str, EventTable], labels: Labels, privacy: StandingPrivacy, fold: float = 0.0
) -> Network | None:
    """Index the social tables of persons; None where there is none of them.

    Without a secret the standings are bits that were stored, with folds beside them; that of everyone else is
    `fold`.
    """
    if OF_NETWORKS.isdisjoint(tables):
        return None
    ties, memberships, standings = tables.get("ties"), tables.get("memberships"), tables.get("standings")
    who = find_identities(tables.get("persons"), len(labels))
    steps = _steps(standings, who)
    consents = tables.get(_CONSENTS)
    of_ties, of_standings = (_withheld(consents, who, kinds) for kinds in _CONSENTED)
    of_groups = _pairs(memberships, who, None if memberships is None else _by_group(memberships))
    tied = _pairs(ties, who, None if ties is None else _by_ends(ties))
    named = labels_of_nodes(who, labels)
    if privacy.has_secret:
        seen = SeenStandings(steps, named, privacy, of_standings)
    else:
        folds = _folds(standings, len(labels), fold)[who.first]
        seen = SeenStandings.stored(steps, named, privacy, of_standings, folds)
    n_groups = 0 if memberships is None else len(memberships.vocabularies["group_id"])
    stays = _stays(memberships, of_groups)
    return Network(
        identities=who,
        ties=tied,
        agreed=AgreedTies(ties, tied, of_ties),
        memberships=of_groups,
        standings=steps,
        seen=seen,
        sizes=_frozen(GroupSizes(*count_members(n_groups, of_groups, stays, who.lives))),
        groups=SeenGroups(n_groups, of_groups, stays, who, seen),
        contacts=_contacts(tables.get("activities"), who, labels),
    )


def _contacts(activities: EventTable | None, who: Identities, people: Labels) -> Int64:
    met = () if activities is None else activities.vocabularies.get("other_id", ())
    if who.is_plain or not met or isinstance(met[0], str) != isinstance(people, tuple):
        return read_only(np.full(0 if who.is_plain else len(met) + 1, -1, np.int64))
    labels = met if isinstance(people, tuple) else np.array(met, np.int64)
    return read_only(np.append(positions(labels, people).astype(np.int64), -1))


def _by_ends(ties: EventTable) -> tuple[Int32, Int32, Int32, Int8]:
    return both_ends(ties.offsets, ties.codes[ties.row("other_id")], _numbers(ties, "directed"))


def _by_group(memberships: EventTable) -> tuple[Int32, Int32, Int32, Int8]:
    return one_end(memberships.offsets, memberships.codes[memberships.row("group_id")])


def _numbers(table: EventTable, column: str) -> Float64:
    row = table.row(column)
    return read_only(np.empty(0)) if row < 0 else table.values[row]


def _pairs(
    table: EventTable | None, who: Identities, listed: tuple[Int32, Int32, Int32, Int8] | None
) -> Pairs:
    if table is None or listed is None:
        nobody = np.zeros(who.n_nodes + 1, np.int64)
        return _frozen(
            Pairs(nobody, np.empty(0, np.int32), np.zeros(1, np.int64), np.empty(0, np.int32), _NO_HEADINGS)
        )
    if not who.is_plain:
        listed = listed_by_nodes(*listed, who.chains, who.lives, table.name == "ties")
    owners, targets, rows, headings = listed
    offsets, grouped = count_rows(owners, who.n_nodes)
    if not grouped:
        order = rows_by_owner(owners, offsets)
        targets, rows, headings = targets[order], rows[order], headings[order]
    weights = _numbers(table, "weight").view(np.int64)
    pair_offsets, pair_targets, entries = gather_pairs(offsets, targets, rows, headings, table.times, weights)
    return _frozen(Pairs(pair_offsets, pair_targets, entries, rows, headings))


def _steps(standings: EventTable | None, who: Identities) -> Steps:
    if standings is None:
        none = np.empty(0, np.int64)
        return _frozen(Steps(np.zeros(who.n_nodes + 1, np.int64), none, np.empty(0, np.int8), none.copy()))
    codes = standings.codes[standings.row("standing")]
    steps = _frozen(Steps(*make_steps(standings.offsets, standings.times, codes)))
    return steps if who.is_plain else _frozen(Steps(*steps_by_nodes(steps, who.offsets, who.members)))


def _withheld(consents: EventTable | None, who: Identities, sources: tuple[str, ...]) -> Withheld:
    """When persons had withdrawn one of some sources."""
    if consents is None:
        nowhere = np.empty(0, np.int64)
        return _frozen(Withheld(np.zeros(who.n_nodes + 1, np.int64), nowhere, nowhere.copy()))
    labels = consents.vocabularies["source"]
    wanted = np.array([labels.index(name) for name in sources if name in labels], np.int32)
    ended = consents.row("withdrawn_time")
    codes = sources_for(consents, PURPOSES[0])
    ids = who.offsets, who.members
    return _frozen(Withheld(*make_withheld(consents.offsets, codes, consents.times, ended, wanted, *ids)))


def _stays(memberships: EventTable | None, pairs: Pairs) -> Bonds:
    """When each person was a member of each group: nobody else has to agree."""
    if memberships is None:
        return _frozen(Bonds(np.zeros(1, np.int64), *(np.empty(0, np.int64) for _ in range(3))))
    at, everything = np.array([memberships.row("end_time"), -1, -1]), np.ones(1, np.int8)
    parts = make_bonds(
        pairs, memberships.times, memberships.values, memberships.codes, read_only(at), read_only(everything)
    )
    return _frozen(Bonds(*parts))


def _folds(bits: EventTable | None, n_people: int, fold: float) -> Float64:
    """Where people stand among keyed folds, as it was stored with their bits."""
    folds = np.full(n_people, fold)
    if bits is not None and bits.row(FOLD) >= 0:
        owners = np.searchsorted(bits.offsets, np.arange(bits.n_rows), side="right") - 1
        folds[owners] = bits.values[bits.row(FOLD)]
    return folds


def _frozen(index: Index) -> Index:
    for array in index:
        read_only(array)
    return index


FOLD: Final = "fold"
# What a person may withdraw so that their ties, and their standing, count no more for others.
_CONSENTED: Final = (("ties",), ("standings", "loans"))
_CONSENTS: Final = "consents"
_NO_HEADINGS = np.empty(0, np.int8)
