"""Which ids were known to be one person at a moment: a node of the network is a person as then known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from creditscore._ground.arrays import Int32, Int64, read_only
from creditscore._ground.compiled import compiled
from creditscore._ground.instants import NEVER
from creditscore.data.door.raw import Labels
from creditscore.data.network.lives import Chains, Lives
from creditscore.data.tables.events import EventTable
from creditscore.data.visible import SUPERSEDED, all_known_from

# More ids than anybody has: whoever has more is a mistake of the links.
MOST_IDS: Final = 100


@dataclass(frozen=True, slots=True, eq=False)
class Identities:
    """The nodes of a network: every id alone, then the persons of several ids, each for its time.

    Attributes
    ----------
    lives : Lives
        When each node stands for somebody. Those of the ids themselves, by code, come first.
    chains : Chains
        The nodes of every id, oldest first: at each moment one of them lives.
    offsets : int64 array of shape (n_nodes + 1,)
        Ids of node k are ``members[offsets[k]:offsets[k + 1]]``.
    members : int32 array of shape (n_members,)
        Codes of ids, rising within a node.
    first : int32 array of shape (n_nodes,)
        Code of the first id of each node.
    changes : int64 array of shape (n_changes,)
        When anybody's ids changed, in microseconds, rising; it counts at moments after it.
    is_plain : bool
        Whether no two ids are ever one person, so that codes of ids are nodes.
    """

    lives: Lives
    chains: Chains
    offsets: Int64
    members: Int32
    first: Int32
    changes: Int64
    is_plain: bool

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return len(self.offsets) - 1

    def nodes(self, codes: Int64, moments: Int64) -> Int64:
        """Return the node of each id at a moment of its own, shape (n,); -1 for nobody.

        Arrays: ``codes`` and ``moments``, in microseconds, shape (n,).
        """
        return codes if self.is_plain else _nodes(self.chains, self.lives, codes, moments)

    def epochs(self, moments: Int64) -> Int64:
        """Return how often anybody's ids had changed before moments, shape (n,), in microseconds."""
        return np.searchsorted(self.changes, moments).astype(np.int64)

    def node(self, code: int, moment: int) -> int:
        """Return the node of one id at a moment, in microseconds; -1 for nobody."""
        return int(self.nodes(np.array([code], np.int64), np.array([moment], np.int64))[0])

    def ids_of(self, node: int) -> Int32:
        """Return the codes of the ids of a node, shape (n_ids,), rising; none for -1."""
        return self.members[self.offsets[node] : self.offsets[node + 1]] if node >= 0 else self.members[:0]

    def each_id(self, codes: Int64, moments: Int64) -> Iterator[Int64]:
        """Yield the ids themselves, then a further id of the same persons each, until nobody has more.

        Arrays: ``codes`` and ``moments``, in microseconds, shape (n,), as is what is yielded; -1 for nobody.
        """
        yield codes
        if self.is_plain:
            return
        nodes = self.nodes(codes, moments)
        sizes = np.where(nodes >= 0, np.diff(self.offsets)[nodes], 0)
        for k in range(int(sizes.max(initial=0)) if (sizes > 1).any() else 0):
            other = np.where(k < sizes, self.members[np.where(k < sizes, self.offsets[nodes] + k, 0)], -1)
            yield np.where(other == codes, -1, other).astype(np.int64)

    def as_persons(self, codes: Int32, people: Int64, moment: int) -> Int32:
        """Give labels of ids of one person one code at a moment.

        Parameters
        ----------
        codes : ndarray of int32, shape (n_rows,)
            Of labels, -1 for none.
        people : ndarray of int64, shape (n_labels + 1,)
            Code of the id of each label, -1 for who is in no table and for no label.
        moment : int
            In microseconds.

        Returns
        -------
        ndarray of int32, shape (n_rows,)
            The lowest of the codes of each person.
        """
        ids = people[codes]
        nodes = self.nodes(ids, np.full(ids.size, moment)).tolist()
        return lowest_of_each(nodes, codes)

    def representatives(self, code: int, moment: int) -> Int64:
        """Return for each id the one that stands for its person at a moment, shape (n_ids,).

        That is the first id of the person; of the person with the id `code` it is that id.
        """
        ids = np.arange(len(self.chains.offsets) - 1)
        if self.is_plain:
            return ids
        found = self.first[self.nodes(ids, np.full(ids.size, moment))].astype(np.int64)
        if code >= 0:
            found[self.ids_of(self.node(code, moment))] = code
        return found


def alone(n_people: int) -> Identities:
    """Return the identities of ids of which no two are one person."""
    everyone = np.arange(n_people + 1)
    ids = everyone[:-1].astype(np.int32)
    lives = Lives(np.full(n_people, -NEVER), np.full(n_people, NEVER))
    made = Identities(lives, Chains(everyone, ids), everyone, ids, ids, np.empty(0, np.int64), is_plain=True)
    return _frozen(made)


def find_identities(persons: EventTable | None, n_people: int) -> Identities:
    """Find from links of ids who is one person from when to when.

    Links add up: a with b and b with c are one person of three ids. A link counts after it was found and
    known, until a correction of it is known; one of an id with itself says nothing.

    Parameters
    ----------
    persons : EventTable or None
        The table of that name.
    n_people : int
        Number of ids.
    """
    if persons is None or not persons.n_rows:
        return alone(n_people)
    owners = np.repeat(np.arange(n_people), np.diff(persons.offsets))
    others, begins = persons.column("other_id").astype(np.int64), all_known_from(persons.times)
    ends = persons.times[SUPERSEDED]
    kept = np.flatnonzero((others >= 0) & (others != owners) & (begins < ends) & (begins != NEVER))
    if not kept.size:
        return alone(n_people)
    links: dict[int, list[tuple[int, int, int, int]]] = defaultdict(list)
    roots = first_of_joined(n_people, owners[kept].astype(np.int32), others[kept].astype(np.int32))
    for row in kept.tolist():
        link = int(begins[row]), int(ends[row]), int(owners[row]), int(others[row])
        links[int(roots[owners[row]])].append(link)
    until = np.full(n_people, NEVER)
    later: list[tuple[tuple[int, ...], int, int]] = []
    for root in sorted(links):
        more, cut = _stretches(links[root])
        until[list(cut)] = list(cut.values())
        later += more
    return _of_blocks(later, until)


def _stretches(
    links: list[tuple[int, int, int, int]],
) -> tuple[list[tuple[tuple[int, ...], int, int]], dict[int, int]]:
    """Persons of some linked ids from when to when, and until when each id was the only one of its person."""
    ids = sorted({code for link in links for code in link[2:]})
    moments = sorted({moment for link in links for moment in link[:2] if moment != NEVER})
    open_since: dict[tuple[int, ...], int] = {(code,): -NEVER for code in ids}
    found: list[tuple[tuple[int, ...], int, int]] = []
    for moment in moments:
        alive = [link[2:] for link in links if link[0] <= moment < link[1]]
        now = set(_partition(ids, alive))
        found += [(block, since, moment) for block, since in open_since.items() if block not in now]
        open_since = {block: open_since.get(block, moment) for block in sorted(now)}
    found += [(block, since, NEVER) for block, since in open_since.items()]
    cut = {block[0]: until for block, since, until in found if since == -NEVER}
    return [one for one in found if one[1] != -NEVER], cut


def _partition(ids: list[int], pairs: list[tuple[int, int]]) -> list[tuple[int, ...]]:
    """The ids in blocks that pairs join."""
    parent = {code: code for code in ids}

    def root(code: int) -> int:
        while parent[code] != code:
            parent[code] = parent[parent[code]]
            code = parent[code]
        return code

    for one, other in pairs:
        low, high = sorted((root(one), root(other)))
        parent[high] = low
    blocks: dict[int, list[int]] = defaultdict(list)
    for code in ids:
        blocks[root(code)].append(code)
    return [tuple(block) for block in blocks.values()]


def _of_blocks(later: list[tuple[tuple[int, ...], int, int]], until: Int64) -> Identities:
    """Put the ids alone, until some moment, before the persons that they make up later."""
    ids = np.arange(until.size, dtype=np.int32)
    since, end = (np.array([block[k] for block in later], np.int64) for k in (1, 2))
    lives = Lives(np.append(np.full(ids.size, -NEVER), since), np.append(until, end))
    sizes = np.append(np.ones(ids.size, np.int64), [len(block) for block, _, _ in later]).astype(np.int64)
    members = np.append(ids, np.array([code for block, _, _ in later for code in block], np.int32))
    nodes = np.repeat(np.arange(sizes.size, dtype=np.int32), sizes)
    order = np.lexsort((lives.since[nodes], members))
    offsets = np.append(0, np.cumsum(np.bincount(members, minlength=ids.size)))
    starts = np.append(0, np.cumsum(sizes))
    chains = Chains(offsets, nodes[order])
    moments = np.unique(np.concatenate(lives))
    changes = moments[np.abs(moments) != NEVER]
    return _frozen(Identities(lives, chains, starts, members, members[starts[:-1]], changes, is_plain=False))


def _frozen(made: Identities) -> Identities:
    for array in (*made.lives, *made.chains, made.offsets, made.members, made.first, made.changes):
        read_only(array)
    return made


def labels_of_nodes(identities: Identities, labels: Labels) -> Labels:
    """Return the id that stands for each node: the first of its ids."""
    if identities.is_plain:
        return labels
    codes = identities.first
    if isinstance(labels, tuple):
        return tuple([labels[code] for code in codes.tolist()])
    return read_only(np.asarray(labels)[codes])


def lowest_of_each(owners: list[int], codes: Int32) -> Int32:
    """Give all codes of one owner the lowest of them, shape (n,); those of nobody, -1, stay.

    Arrays: ``codes`` shape (n,).
    """
    lowest: dict[int, int] = {}
    for owner, code in zip(owners, codes.tolist(), strict=True):
        lowest[owner] = min(lowest.get(owner, code), code)
    made = [code if owner < 0 else lowest[owner] for owner, code in zip(owners, codes.tolist(), strict=True)]
    return np.array(made, np.int32)


@compiled
def first_of_joined(n_people: int, one: Int32, other: Int32) -> Int64:
    """Return the first of all ids that links ever join with each, shape (n_people,).

    Arrays: ``one`` and ``other`` shape (n_links,), codes of ids; -1 is nobody.
    """
    parent = np.arange(n_people)
    for k in range(one.size):
        a, b = one[k], other[k]
        if a < 0 or b < 0:
            continue
        while parent[a] != a:
            parent[a] = parent[parent[a]]
            a = parent[a]
        while parent[b] != b:
            parent[b] = parent[parent[b]]
            b = parent[b]
        parent[max(a, b)] = min(a, b)
    for k in range(n_people):
        parent[k] = parent[parent[k]]
    return parent


@compiled
def _nodes(chains: Chains, lives: Lives, codes: Int64, moments: Int64) -> Int64:
    """The node of each id that lives at a moment, shape (n,).

    Arrays: ``codes`` and ``moments`` shape (n,).
    """
    found = np.full(codes.size, -1, np.int64)
    for r in range(codes.size):
        if codes[r] < 0:
            continue
        for k in range(chains.offsets[codes[r]], chains.offsets[codes[r] + 1]):
            node = chains.nodes[k]
            if lives.since[node] < moments[r] <= lives.until[node]:
                found[r] = node
    return found
