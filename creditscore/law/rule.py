"""One dated rule of a law, as it stands in a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from creditscore.law.vocabulary import PURPOSES

NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class LawRule:
    """One dated rule.

    Attributes
    ----------
    name : str
        Of the rule, unique within a jurisdiction and those above it.
    jurisdiction : str
        Whose file it stands in: a rule of ``"EU"`` is in force in ``"DE"`` too.
    law, article : str
        Where it stands; the article may be empty.
    since, until : date or None
        First day on which it is in force, and first day on which it is no more; None where no day is known:
        then it counts as in force since ever, or without end.
    precision : {"day", "month", "year"}
        How exact `since` is known to be; of a month or a year, its first day stands.
    mark : {"seen", "secondary", "not_verified"}
        How it is known: read in the law or a published source; read in a text about it alone; or recalled
        and not verified, never to be quoted.
    says : str
        What it says, in a sentence.
    removes : mapping of str to tuple of str
        Legal tags that it removes, by purpose: score, ability, fraud, price, monitoring.
    asks : tuple of str
        What it asks of the lender.
    keeps, caps, clocks : mapping of str to int
        How long what is kept, what has a ceiling, and how long somebody has for what.
    counsel : bool
        Whether how it is read here is to be confirmed with counsel.
    """

    name: str
    jurisdiction: str
    law: str
    article: str
    since: date | None
    until: date | None
    precision: str
    mark: str
    says: str
    removes: Mapping[str, tuple[str, ...]]
    asks: tuple[str, ...]
    keeps: Mapping[str, int]
    caps: Mapping[str, int]
    clocks: Mapping[str, int]
    counsel: bool

    @property
    def is_seen(self) -> bool:
        """Whether its text, or a published source of it, was read."""
        return self.mark == "seen"

    @property
    def since_text(self) -> str | None:
        """Since when it is in force, no more exactly than is known (``"2019"``); None where it is not."""
        size = {"year": 4, "month": 7}.get(self.precision, 10)
        return None if self.since is None else self.since.isoformat()[:size]

    def in_force(self, day: date) -> bool:
        """Tell whether it is in force on a day."""
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)

    def removed(self, purpose: str) -> frozenset[str]:
        """Return the legal tags that it removes for a purpose."""
        return frozenset(self.removes.get(purpose, ()))

    def to_dict(self) -> dict[str, Any]:
        """Write the rule as plain data."""
        return {
            "name": self.name,
            "jurisdiction": self.jurisdiction,
            "law": self.law,
            "article": self.article,
            "since": None if self.since is None else self.since.isoformat(),
            "until": None if self.until is None else self.until.isoformat(),
            "precision": self.precision,
            "mark": self.mark,
            "says": self.says,
            "removes": {name: list(self.removes[name]) for name in PURPOSES if name in self.removes},
            "asks": list(self.asks),
            "keeps": dict(sorted(self.keeps.items())),
            "caps": dict(sorted(self.caps.items())),
            "clocks": dict(sorted(self.clocks.items())),
            "counsel": self.counsel,
        }

    def __str__(self) -> str:
        where = f"{self.law}, {self.article}" if self.article else self.law
        return f"{self.jurisdiction} {self.name} ({where})"
