"""Who shares a device, an address or a telephone with whom, and since when that was known."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import numpy as np

from creditscore._ground.instants import NEVER
from creditscore.data.door.build import read_table
from creditscore.data.door.draft import label_at
from creditscore.data.door.reading import Reading
from creditscore.data.door.validate import check_table
from creditscore.data.portfolio import Portfolio
from creditscore.data.tables.column import Column
from creditscore.data.tables.contracts import TableContract
from creditscore.data.tables.vocabularies import SHARED_KINDS
from creditscore.data.visible import all_known_from
from creditscore.errors import ContractError

SHARED: Final = TableContract(
    "shared",
    "What a person uses or gave as their own: the same key of two persons is shared.",
    (
        Column("person", "applicant", "Whose it is.", required=True),
        Column("event_time", "time", "When it was used or given.", required=True),
        Column("kind", "text", "What it is.", required=True, vocabulary=SHARED_KINDS),
        Column("key", "id", "Which one; any id, a keyed hash will do.", required=True),
    ),
    owner="person",
)


class Use(NamedTuple):
    """One person's use of one key: from when on it was known, and by whom."""

    known: int
    person: Any


@dataclass(frozen=True, slots=True)
class SharedKeys:
    """Keys and their users.

    Attributes
    ----------
    users : mapping of key to list of Use
        First use of each person, in the order in which it became known; a key is (kind, label).
    keys : mapping of person to list of (int, key)
        The keys of each person, with the moment from which on each was known.
    """

    users: dict[Any, list[Use]] = field(default_factory=dict)
    keys: dict[Any, list[tuple[int, Any]]] = field(default_factory=dict)

    def others(self, person: Any, kind: str, moment: int) -> set[Any]:
        """Other persons known before the moment to share a key of a kind."""
        found: set[Any] = set()
        for known, key in self.keys.get(person, ()):
            if key[0] == kind and known < moment:
                found.update(use.person for use in self.before(key, moment))
        found.discard(person)
        return found

    def before(self, key: Any, moment: int) -> list[Use]:
        """Uses of a key that were known before the moment."""
        uses = self.users[key]
        return uses[: bisect_left(uses, moment, key=lambda use: use.known)]


def read_shared(shared: Any, portfolio: Portfolio, reading: Reading) -> SharedKeys:
    """Gather first uses from a table of shared keys and from the devices of the sessions."""
    first: dict[tuple[Any, Any], int] = {}
    for person, key, known in (*_from_table(shared, reading), *_from_sessions(portfolio)):
        pair = (key, person)
        first[pair] = min(known, first.get(pair, NEVER))
    gathered = SharedKeys()
    for (key, person), known in first.items():
        gathered.users.setdefault(key, []).append(Use(known, person))
        gathered.keys.setdefault(person, []).append((known, key))
    for uses in gathered.users.values():
        uses.sort(key=lambda use: use.known)
    return gathered


def _from_table(shared: Any, reading: Reading) -> Iterator[tuple[Any, Any, int]]:
    if shared is None:
        return
    draft = check_table(SHARED, read_table("shared", shared), reading)
    problems = draft.all_problems()
    if problems:
        raise ContractError(problems)
    known = draft.times["event_time"].known
    if "known_time" in draft.times:
        given = draft.times["known_time"].known
        known = np.where(given == NEVER, known, np.maximum(given, known))
    person, kind, key = (draft.coded[name] for name in ("person", "kind", "key"))
    for row, moment in enumerate(known.tolist()):
        yield label_at(person, row), (label_at(kind, row), label_at(key, row)), moment


def _from_sessions(portfolio: Portfolio) -> Iterator[tuple[Any, Any, int]]:
    table = portfolio.tables.get("sessions")
    if table is None or table.row("device") < 0:
        return
    codes, labels = table.column("device"), table.vocabularies["device"]
    owner = np.repeat(np.arange(table.n_owners), np.diff(table.offsets))
    known = all_known_from(table.times)
    rows = np.flatnonzero(codes >= 0)
    rows = rows[np.lexsort((known[rows], codes[rows], owner[rows]))]
    again = (np.diff(owner[rows], prepend=-1) == 0) & (np.diff(codes[rows], prepend=-1) == 0)
    people = portfolio.applicant_ids
    for row in rows[~again].tolist():
        person = people[owner[row]]
        yield _plain(person), ("device", labels[codes[row]]), int(known[row])


def _plain(label: Any) -> Any:
    return label if isinstance(label, str) else int(label)
