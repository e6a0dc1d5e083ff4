"""The law of one country or state on one day: what it removes, what it asks, and what is about to change."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from html import escape
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple, Self, TypeAlias

from creditscore._ground.canonical import canonical, sha256
from creditscore.data.retention.kinds import INFERRED, RECORDED_KINDS, Retention
from creditscore.errors import (
    ArtefactError,
    JurisdictionError,
    LawChangesWarning,
    NameUnknownError,
    ParameterError,
)
from creditscore.law.reading import LawFile, built_in, chain_of, law_file
from creditscore.law.rule import LawRule
from creditscore.law.vocabulary import ADVERSE_DAYS, DAYS_OF_KIND, NUMBERS, PURPOSES, SIGNIFICANCE

Day: TypeAlias = date | datetime | str
DAYS_AHEAD: Final = 90
_AT_LEAST: Final = "at_least"


class LawChange(NamedTuple):
    """A rule that begins or ends on a day."""

    day: date
    what: Literal["begins", "ends"]
    rule: LawRule

    def __str__(self) -> str:
        return f"{self.day} {self.what}: {self.rule}"


@dataclass(frozen=True, slots=True, repr=False)
class Jurisdiction:
    """The law of one country or state on one day.

    A rule has the dates between which it is in force, how it is known (seen, read in a text about it alone,
    or not verified) and what it does: which kinds of data leave, for which purpose, what is asked of
    notices, how long what is kept. It is no legal advice: `counsel` marks what is to be confirmed.

    Attributes
    ----------
    name, title : str
    as_of : date
        The day.
    chain : tuple of str
        Whose rules are in force here, the highest first: ``("EU", "DE")``.
    languages : tuple of str
        In which notices are usually written; no rule says so.
    working_days : str
        Whose calendar counts working days; empty where no rule counts them.
    rules : tuple of LawRule
        All that are known, also those that ended or have not begun.
    sha256 : str
        Of all that, 64 hexadecimal digits.

    Examples
    --------
    >>> germany = Jurisdiction.load("DE", as_of="2026-11-21")
    >>> "payment_data" in germany.forbidden("score"), "payment_data" in germany.forbidden("ability")
    (True, False)
    >>> "payment_data" in germany.on("2026-07-20").forbidden("score")
    False
    >>> print(germany.because("score", "home_address")[0])
    DE bdsg-37a-address (BDSG § 37a (BGBl. 2026 I Nr. 139))
    """

    name: str
    title: str
    as_of: date
    chain: tuple[str, ...]
    languages: tuple[str, ...]
    working_days: str
    rules: tuple[LawRule, ...]
    sha256: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sha256", sha256(canonical(self._plain())))

    @classmethod
    def load(cls, name: str | Path, *, as_of: Day) -> Self:
        """Read the law of a day.

        Parameters
        ----------
        name : str or Path
            ``"EU"``, ``"DE"``, ``"IT"``, ``"UK"``, ``"US"``, ``"US-NY"``, ``"US-CO"``, ``"US-MA"``, ``"IN"``,
            ``"CN"``, ``"IR"``, ``"permissive"`` (no rule at all); or the path of a file of one's own that
            ends in ``.toml``, which may stand below one of these.
        as_of : date, datetime or ISO text
            The day whose law it is. It is always asked for: no clock decides unseen what is lawful.

        Warns
        -----
        LawChangesWarning
            If a rule begins or ends within the 90 days after.

        Raises
        ------
        NameUnknownError
            If there is no such jurisdiction.
        JurisdictionError
            If a file of one's own breaks the schema.
        ParameterError
            If `as_of` is no day.

        Examples
        --------
        >>> Jurisdiction.load("EU", as_of="2026-11-21").chain
        ('EU',)
        """
        known = built_in()
        own = _own_file(name)
        if own is None and (not isinstance(name, str) or name not in known):
            raise NameUnknownError.among("jurisdiction", name, tuple(known))
        start = known[str(name)] if own is None else own
        if own is not None and own.name in known:
            raise JurisdictionError(f"{name}: {own.name!r} comes with the library. Choose another name.")
        found = cls._of(chain_of(start, known), day_of(as_of))
        coming = found.changes(days=DAYS_AHEAD)
        if coming:
            warnings.warn(LawChangesWarning.of(found.name, [str(one) for one in coming]), stacklevel=2)
        return found

    @classmethod
    def _of(cls, chain: tuple[LawFile, ...], as_of: date) -> Self:
        lowest = chain[-1]
        return cls(
            name=lowest.name,
            title=lowest.title,
            as_of=as_of,
            chain=tuple(one.name for one in chain),
            languages=next((one.languages for one in reversed(chain) if one.languages), ()),
            working_days=next((one.working_days for one in reversed(chain) if one.working_days), ""),
            rules=tuple(rule for one in chain for rule in one.rules),
        )

    def on(self, day: Day) -> Self:
        """Return the same jurisdiction on another day, by the rules that are known."""
        return replace(self, as_of=day_of(day))

    @property
    def in_force(self) -> tuple[LawRule, ...]:
        """Rules that are in force on its day."""
        return tuple(rule for rule in self.rules if rule.in_force(self.as_of))

    def forbidden(self, purpose: str) -> frozenset[str]:
        """Return the legal tags that may not be used for a purpose.

        Parameters
        ----------
        purpose : {"score", "ability", "fraud", "price", "monitoring"}

        Raises
        ------
        NameUnknownError
            If there is no such purpose.
        """
        if purpose not in PURPOSES:
            raise NameUnknownError.among("purpose", purpose, PURPOSES)
        return frozenset().union(*(rule.removed(purpose) for rule in self.in_force))

    def because(self, purpose: str, tag: str) -> tuple[LawRule, ...]:
        """Return the rules in force that remove a tag for a purpose."""
        return tuple(rule for rule in self.in_force if tag in rule.removed(purpose))

    @property
    def asks(self) -> Mapping[str, tuple[LawRule, ...]]:
        """What is asked of the lender, by name, with the rules that ask it."""
        names = sorted({name for rule in self.in_force for name in rule.asks})
        return MappingProxyType({n: tuple(r for r in self.in_force if n in r.asks) for n in names})

    @property
    def asks_significance(self) -> bool:
        """Whether each datum of a score must be significant by a statistical test."""
        return any(SIGNIFICANCE in rule.asks for rule in self.in_force)

    def numbers(self, kind: str) -> Mapping[str, int]:
        """Return what may be kept, has a ceiling or has a deadline, the strictest where rules differ.

        Parameters
        ----------
        kind : {"keeps", "caps", "clocks"}
        """
        if kind not in NUMBERS:
            raise NameUnknownError.among("kind of numbers", kind, tuple(NUMBERS))
        found: dict[str, int] = {}
        for rule in self.in_force:
            for name, value in getattr(rule, kind).items():
                strictest = max if _AT_LEAST in name else min
                found[name] = strictest(found.get(name, value), value)
        return MappingProxyType(dict(sorted(found.items())))

    @property
    def retention_days(self) -> int | None:
        """Days after which an adverse fact is no longer read; None where no rule says so."""
        return self.numbers("keeps").get(ADVERSE_DAYS)

    @property
    def retention(self) -> Retention:
        """For how many days adverse facts of each kind are read; a kind's own number counts for it.

        The number for all kinds is one of what stands recorded; what is inferred from payments has its own.
        """
        keeps = self.numbers("keeps")
        days = {kind: keeps.get(DAYS_OF_KIND[kind], keeps.get(ADVERSE_DAYS)) for kind in RECORDED_KINDS}
        days[INFERRED] = keeps.get(DAYS_OF_KIND[INFERRED])
        return Retention.of({kind: number for kind, number in days.items() if number is not None})

    def changes(self, *, days: int | None = None, until: Day | None = None) -> tuple[LawChange, ...]:
        """Return the rules that begin or end after its day.

        Parameters
        ----------
        days : int, optional
            Only within so many days.
        until : date, datetime or ISO text, optional
            Only up to this day.
        """
        last = date.max if until is None else day_of(until)
        if days is not None:
            last = min(last, self.as_of + timedelta(days=days))
        found = [LawChange(rule.since, "begins", rule) for rule in self.rules if rule.since is not None]
        found += [LawChange(rule.until, "ends", rule) for rule in self.rules if rule.until is not None]
        within = (one for one in found if self.as_of < one.day <= last)
        return tuple(sorted(within, key=lambda one: (one.day, one.rule.name)))

    def to_dict(self) -> dict[str, Any]:
        """Write the jurisdiction as plain data."""
        return self._plain() | {"sha256": self.sha256}

    def _plain(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "title": self.title,
            "as_of": self.as_of.isoformat(),
            "chain": list(self.chain),
            "languages": list(self.languages),
            "working_days": self.working_days,
            "rules": [rule.to_dict() for rule in self.rules],
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote.

        Raises
        ------
        ArtefactError
            If a part is missing or of the wrong kind, or the hash is another.
        """
        try:
            read = cls(
                name=str(stored["name"]),
                title=str(stored["title"]),
                as_of=date.fromisoformat(stored["as_of"]),
                chain=tuple(map(str, stored["chain"])),
                languages=tuple(map(str, stored["languages"])),
                working_days=str(stored["working_days"]),
                rules=tuple(map(_rule, stored["rules"])),
            )
            same = read.sha256 == stored["sha256"]
        except (KeyError, OverflowError, TypeError, ValueError, AttributeError) as error:
            raise ArtefactError(f"The jurisdiction cannot be read: {error!r}.") from error
        if not same:
            raise ArtefactError("The jurisdiction changed since it was saved. Restore it.")
        return read

    def __str__(self) -> str:
        lines = [f"{self.name} ({self.title}) on {self.as_of}: {len(self.in_force)} rules in force"]
        for rule in self.in_force:
            lines.append(f"  {rule}  {_span(rule)}  [{_mark(rule)}]")
            lines.append(f"    {rule.says}")
            for purpose, tags in rule.removes.items():
                lines.append(f"    leaves for {purpose}: {', '.join(tags)}")
            said = [*rule.asks, *(f"{n} {v}" for k in NUMBERS for n, v in getattr(rule, k).items())]
            if said:
                lines.append(f"    asks: {', '.join(said)}")
        lines += [f"  soon: {one}" for one in self.changes(days=DAYS_AHEAD)]
        return "\n".join(lines)

    def __repr__(self) -> str:
        leaves = len(self.forbidden("score"))
        return (
            f"Jurisdiction({self.name}, {self.as_of}: {len(self.in_force)} rules in force, {leaves} kinds of "
            f"data leave the score, {self.sha256[:12]})"
        )

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{escape(str(rule))}</td><td>{_span(rule)}</td><td>{_mark(rule)}</td>"
            f"<td>{escape(rule.says)}</td></tr>"
            for rule in self.in_force
        )
        head = "<tr><th>rule</th><th>in force</th><th>known</th><th>says</th></tr>"
        listed = f"<table dir='auto'><thead>{head}</thead><tbody>{rows}</tbody></table>"
        return f"<p dir='auto'>{escape(repr(self))}</p>{listed}"


def day_of(as_of: Day) -> date:
    """Read a day: of a datetime its own day, of a text in ISO form the day that it begins with.

    Raises
    ------
    ParameterError
        If it is none.

    Examples
    --------
    >>> day_of("2026-11-21T23:00+01:00")
    datetime.date(2026, 11, 21)
    """
    if isinstance(as_of, datetime):
        return as_of.date()
    if isinstance(as_of, date):
        return as_of
    try:
        return datetime.fromisoformat(as_of).date()
    except (OverflowError, TypeError, ValueError) as error:
        raise ParameterError.must_be("as_of", "a day, such as '2026-11-21'", as_of) from error


def _own_file(name: str | Path) -> LawFile | None:
    if isinstance(name, Path) or (isinstance(name, str) and name.endswith(".toml")):
        return law_file(Path(name))
    return None


def _rule(stored: Mapping[str, Any]) -> LawRule:
    day = {
        key: None if stored[key] is None else date.fromisoformat(stored[key]) for key in ("since", "until")
    }
    numbers = {name: MappingProxyType({str(k): int(v) for k, v in stored[name].items()}) for name in NUMBERS}
    removes = {str(purpose): tuple(map(str, tags)) for purpose, tags in stored["removes"].items()}
    given = {**stored, **day, **numbers, "removes": MappingProxyType(removes), "asks": tuple(stored["asks"])}
    return LawRule(**given)


def _span(rule: LawRule) -> str:
    since = rule.since_text or ""
    if rule.until is None:
        return f"from {since}" if since else "since a day that was not seen"
    return f"{since or '...'} to {rule.until}"


def _mark(rule: LawRule) -> str:
    known = {"seen": "seen", "secondary": "seen in a text about it alone"}.get(rule.mark, "not verified")
    return f"{known}; confirm with counsel" if rule.counsel else known
