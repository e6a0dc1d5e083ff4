"""The people around an applicant: reached over shared keys, tied, known to have defaulted."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

import numpy as np

from creditscore.data.portfolio import Portfolio
from creditscore.data.tables.vocabularies import STANDINGS
from creditscore.data.visible import facts_known, happened, visible
from creditscore.fraud.shared import SharedKeys

LARGEST: Final = 50
DEFAULTED: Final = STANDINGS.index("defaulted")


@dataclass(frozen=True, slots=True)
class Component:
    """People reached over shared keys, at most 51; the pairs that share one; whether there are more."""

    people: set[Any]
    pairs: set[frozenset[Any]]
    cut: bool


class Surroundings:
    """What a portfolio and its shared keys know of the people around an applicant.

    Parameters
    ----------
    shared : SharedKeys
    portfolio : Portfolio
    """

    def __init__(self, shared: SharedKeys, portfolio: Portfolio) -> None:
        self.shared = shared
        self._portfolio = portfolio
        self._ties = portfolio.tables.get("ties")
        self._standings = portfolio.tables.get("standings")

    def component(self, person: Any, moment: int) -> Component:
        """Walk from a person over keys known before the moment, until 51 people are found."""
        people, queue = {person}, [person]
        pairs: set[frozenset[Any]] = set()
        while queue and len(people) <= LARGEST:
            for known, key in self.shared.keys.get(queue.pop(), ()):
                if known < moment:
                    users = [use.person for use in self.shared.before(key, moment)][: LARGEST + 1]
                    pairs.update(map(frozenset, combinations(users, 2)))
                    fresh = [user for user in users if user not in people]
                    people.update(fresh)
                    queue.extend(fresh)
        return Component(people, pairs, len(people) > LARGEST)

    def has_defaulted(self, person: Any, moment: int) -> bool:
        """Tell whether a default of a person was known before the moment."""
        table = self._standings
        code = self._portfolio.code(person) if table is not None else -1
        if table is None or code < 0:
            return False
        rows = slice(int(table.offsets[code]), int(table.offsets[code + 1]))
        times = table.times[:, rows]
        there = happened(times, moment) & visible(times, moment)
        return bool(np.any(there & (table.column("standing")[rows] == DEFAULTED)))

    def tied(self, people: set[Any], moment: int) -> set[frozenset[Any]]:
        """Pairs among some people with a tie that lived at the moment."""
        table = self._ties
        if table is None:
            return set()
        others, labels = table.column("other_id"), table.vocabularies["other_id"]
        found = set()
        for person in people:
            code = self._portfolio.code(person)
            rows = range(int(table.offsets[code]), int(table.offsets[code + 1])) if code >= 0 else ()
            for row in rows:
                other = labels[others[row]]
                if other in people and other != person and self._lives(row, moment):
                    found.add(frozenset((person, other)))
        return found

    def _lives(self, row: int, moment: int) -> bool:
        table = self._ties
        if table is None:
            return False
        times = table.times[:, row]
        began = bool(happened(times, moment) & visible(times, moment))
        return began and not facts_known(times, table.row("end_time"), moment)
