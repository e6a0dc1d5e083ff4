"""Who is reached by what people share: groups, merchants and employers, and by ties beside them.

Persons and what they share are a graph of two kinds of nodes. A walk of two steps goes from a person to one
of their groups, merchants or employers, each layer with the same chance and within it each with the same, and
on to somebody of known standing there. With ties as one layer more, it goes on from a friend to a friend's
friend. Nobody's own standing takes part in their own value, nor that of direct neighbours; and of what is
shared only those count who stand in other keyed folds, so that its members cannot tell a standing by
comparing their values.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from creditscore._ground.arrays import Flags, Float64, Int32, Int64, read_only
from creditscore._ground.compiled import compiled, inner
from creditscore.data.consented import clear_disallowed
from creditscore.data.network.bonds import Bonds
from creditscore.data.network.group_counts import folds_for, is_member
from creditscore.data.network.lives import Lives, is_alive
from creditscore.data.network.pairs import Pairs
from creditscore.data.network.seen import month_of
from creditscore.data.payments.paid import purchases_from_merchants, wages
from creditscore.data.sources import OF_NETWORKS
from creditscore.graph.csr import Graph, by_stretches, frozen_graph, strengths
from creditscore.graph.labels import Bits
from creditscore.graph.lookalikes import can_look_alike, counterparties
from creditscore.graph.reach import KNOWN, LARGEST, MARKED, PEOPLE, SQUARED
from creditscore.graph.shares import Weighed
from creditscore.graph.snapshot import Snapshot

if TYPE_CHECKING:
    from creditscore.data.portfolio import Portfolio

_FOUND: Final = 5


class Shared(NamedTuple):
    """What each person shares with others, every layer one after the other.

    Attributes
    ----------
    offsets : int64 array of shape (n_people + 1,)
        What person k shares stands at ``offsets[k]:offsets[k + 1]``.
    hubs : int32 array of shape (n_entries,)
        Groups, merchants and employers, numbered together.
    weights : float64 array of shape (n_entries,)
        Chance to go on there, within its layer.
    members : int64 array of shape (n_hubs + 1,)
        Persons of known standing of hub h stand at ``members[h]:members[h + 1]`` of `people`.
    people : int32 array of shape (n_members,)
    """

    offsets: Int64
    hubs: Int32
    weights: Float64
    members: Int64
    people: Int32


class Sharing(NamedTuple):
    """What counts.

    Attributes
    ----------
    window : int
        Microseconds of payments before the moment.
    most_people : int
        What more people share says little of any of them.
    """

    window: int
    most_people: int


def can_share(columns: Mapping[str, Collection[str]]) -> bool:
    """Whether tables, by the names of their columns, know persons, and groups or whom these pay."""
    return not OF_NETWORKS.isdisjoint(columns) and (
        "memberships" in columns or can_look_alike(columns)
    )


def shared_by(portfolio: Portfolio, moment: int, bits: Bits, rule: Sharing) -> Shared:
    """What persons share at a moment, by what was known before it.

    A group counts from the 90th day of membership on, as of the first instant of the month; whom somebody
    bought from, and who paid them as an employer, by payments within a window.

    Parameters
    ----------
    portfolio : Portfolio
    moment : int
        Microseconds since 1970-01-01 UTC.
    bits : Bits
        Of all persons.
    rule : Sharing
    """
    n_people, n_hubs = len(bits.known), 0
    who, hubs, weights = [np.empty(0, np.int64)], [np.empty(0, np.int32)], [np.empty(0)]
    for offsets, everything in _layers(portfolio, moment, rule.window):
        owners = np.repeat(np.arange(n_people), np.diff(offsets))
        counted = (np.bincount(everything) <= rule.most_people)[everything]
        owners, shared = owners[counted], everything[counted]
        who.append(owners)
        hubs.append(shared + np.int32(n_hubs))
        weights.append(1.0 / np.bincount(owners, minlength=n_people)[owners])
        n_hubs += int(shared.max(initial=-1)) + 1
    return _gathered(n_hubs, bits.known, np.concatenate(who), np.concatenate(hubs), np.concatenate(weights))


def weighed_by_sharing(
    shared: Shared,
    bits: Bits,
    folds: Float64,
    shot: Snapshot | None,
    *,
    least_known: int,
    hub_ties: int,
    threads: int = 1,
) -> Weighed:
    """The known persons whom walks over what is shared reach, by the chance to end there.

    Parameters
    ----------
    shared : Shared
    bits : Bits
        Of all persons.
    folds : float64 array of shape (n_people,)
        Where everyone who shares anything stands among keyed folds.
    shot : Snapshot, optional
        The ties: direct neighbours are left out.
    least_known : int
        Nothing is told of what fewer others of known standing share.
    hub_ties : int
        With 0, no walk goes over ties; else none begins at or leads through a person with more neighbours.
    threads : int

    Returns
    -------
    Weighed
        Of shape (n_people,) each.
    """
    n_people = len(bits.known)
    votes = _of_everyone(shot, n_people)
    strength = np.where(votes.degrees <= hub_ties, strengths(votes), 0.0)
    found = np.zeros((_FOUND, n_people))
    task = partial(_reach, shared, folds, votes, strength, bits.known, bits.marked, least_known, found)
    by_stretches(task, shared.offsets, threads)
    return Weighed(*found)


def folds_of(portfolio: Portfolio, shared: Shared) -> Float64:
    """Where those who share anything stand among keyed folds, NaN for all others; shape (n_people,)."""
    folds = np.full(len(shared.offsets) - 1, np.nan)
    there = np.flatnonzero(np.diff(shared.offsets))
    if portfolio.network is not None and there.size:
        folds[there] = portfolio.network.seen.folds(there)
    return folds


def _layers(portfolio: Portfolio, moment: int, window: int) -> list[tuple[Int64, Int32]]:
    """What is shared in each layer: offsets by person, and numbers."""
    found = []
    network, payments = portfolio.network, portfolio.tables.get("payments")
    if network is not None and "memberships" in portfolio.tables:
        groups, who = network.groups, network.identities
        first, there = who.first.astype(np.int64), np.ones(who.n_nodes, np.bool_)
        clear_disallowed(portfolio, "memberships", first, np.full_like(first, moment), there)
        found.append(_groups(groups.pairs, groups.stays, who.lives, there, month_of(moment), moment))
    if payments is not None and payments.row("counterparty_id") >= 0:
        kinds = purchases_from_merchants(payments), wages(payments)
        found += [counterparties(portfolio, kept, moment, window)[:2] for kept in kinds]
    return found


def _gathered(n_hubs: int, known: Flags, who: Int64, hubs: Int32, weights: Float64) -> Shared:
    """Put entries in order of persons, and list the known ones of each hub in that order."""
    order = np.argsort(who, kind="stable")
    who, hubs, weights = who[order], hubs[order], weights[order]
    seen = np.flatnonzero(known[who])
    by_hub = seen[np.argsort(hubs[seen], kind="stable")]
    return Shared(
        read_only(np.append(0, np.cumsum(np.bincount(who, minlength=len(known))))),
        read_only(hubs),
        read_only(weights),
        read_only(np.append(0, np.cumsum(np.bincount(hubs[seen], minlength=n_hubs)))),
        read_only(who[by_hub].astype(np.int32)),
    )


def _of_everyone(shot: Snapshot | None, n_people: int) -> Graph:
    """The votes of a snapshot with all persons as nodes; nobody has a neighbour without one."""
    offsets = np.zeros(n_people + 1, np.int64)
    if shot is None:
        return frozen_graph(offsets, np.empty(0, np.int32), np.empty(0))
    offsets[shot.people + 1] = shot.votes.degrees
    return frozen_graph(np.cumsum(offsets), shot.people[shot.votes.neighbours], shot.votes.weights)


@compiled
def _groups(
    pairs: Pairs, stays: Bonds, lives: Lives, there: Flags, month: int, moment: int
) -> tuple[Int64, Int32]:
    """The groups of each person of whom they may be read."""
    offsets, groups, kept = np.zeros_like(pairs.offsets), np.empty(pairs.targets.size, np.int32), 0
    for person in range(offsets.size - 1):
        for pair in range(pairs.offsets[person], pairs.offsets[person + 1]):
            if there[person] and is_alive(lives, person, moment) and is_member(stays, pair, month):
                groups[kept] = pairs.targets[pair]
                kept += 1
        offsets[person + 1] = kept
    return offsets, groups[:kept].copy()


@inner
def _add(ends: Float64, met: Int32, n_met: int, person: int, chance: float) -> int:
    """Add a chance to end at a person, and list who is new."""
    if ends[person] == 0.0:
        met[n_met] = person
        n_met += 1
    ends[person] += chance
    return n_met


@inner
def _through_hub(
    shared: Shared, folds: Float64, known: Flags, person: int, entry: int, least_known: int,
    ends: Float64, met: Int32, n_met: int,
) -> int:  # fmt: skip
    """Go on from what a person shares to the known persons there who stand in other folds.

    Whether something is known of the person decides nothing: folds are made for the others.
    """
    first, last = shared.members[shared.hubs[entry]], shared.members[shared.hubs[entry] + 1]
    n_others = last - first - known[person]
    if n_others < least_known:
        return n_met
    n_folds = folds_for(n_others)
    own, others = int(folds[person] * n_folds), 0
    for position in range(first, last):
        others += int(folds[shared.people[position]] * n_folds) != own
    for position in range(first, last):
        end = shared.people[position]
        if int(folds[end] * n_folds) != own:
            n_met = _add(ends, met, n_met, end, shared.weights[entry] / others)
    return n_met


@inner
def _through_friends(
    votes: Graph, strength: Float64, known: Flags, person: int, ends: Float64, met: Int32, n_met: int
) -> int:
    """Go on from friends to their friends of known standing, by votes."""
    if strength[person] == 0.0:
        return n_met
    for position in range(votes.offsets[person], votes.offsets[person + 1]):
        friend = votes.neighbours[position]
        step = votes.weights[position] / strength[person]
        if strength[friend] == 0.0 or step == 0.0:
            continue
        for far in range(votes.offsets[friend], votes.offsets[friend + 1]):
            chance = step * votes.weights[far] / strength[friend]
            if chance > 0.0 and known[votes.neighbours[far]]:
                n_met = _add(ends, met, n_met, votes.neighbours[far], chance)
    return n_met


@compiled
def _reach(
    shared: Shared, folds: Float64, votes: Graph, strength: Float64, known: Flags, marked: Flags,
    least_known: int, out: Float64, start: int, stop: int,
) -> None:  # fmt: skip
    n = known.size
    ends, met, near = np.zeros(n), np.empty(n, np.int32), np.full(n, -1, np.int32)
    for person in range(start, stop):
        near[person] = person
        for position in range(votes.offsets[person], votes.offsets[person + 1]):
            near[votes.neighbours[position]] = person
        n_met = _through_friends(votes, strength, known, person, ends, met, 0)
        for entry in range(shared.offsets[person], shared.offsets[person + 1]):
            n_met = _through_hub(shared, folds, known, person, entry, least_known, ends, met, n_met)
        for k in range(n_met):
            end = met[k]
            if near[end] != person:
                out[MARKED, person] += ends[end] * marked[end]
                out[KNOWN, person] += ends[end]
                out[SQUARED, person] += ends[end] * ends[end]
                out[LARGEST, person] = max(out[LARGEST, person], ends[end])
                out[PEOPLE, person] += 1.0
            ends[end] = 0.0
