"""What may be read of a source and what cannot be had: said by the lender, applied before any row is read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, Self, TypeAlias, cast

from creditscore.data.sources import LEGAL_TAGS, SOURCES, Source, find_source
from creditscore.data.tables.vocabularies import PURPOSES
from creditscore.errors import NameUnknownError, ParameterError

Unavailable: TypeAlias = Literal["outage", "not_supplied"]

UNAVAILABLE: Final[tuple[Unavailable, ...]] = ("outage", "not_supplied")
SCORE: Final = PURPOSES[0]
ABILITY: Final = PURPOSES[1]
_NOT_MISSED: Final = "always"


@dataclass(frozen=True, slots=True)
class SourceTerms:
    """What a lender says of sources, besides their rows.

    Parameters
    ----------
    unavailable : tuple of (str, str)
        Sources that cannot be had now, each with ``"outage"`` or ``"not_supplied"``, by name.
    consent_needed : tuple of str
        Sources that nobody may read without a consent that holds.
    forbidden : tuple of (str, tuple of str)
        Legal tags that a law takes out, by purpose.
    purpose : str, default "score"
        What rows are read for: what is consented to, or taken out, for another purpose does not count.

    Examples
    --------
    >>> terms = SourceTerms.of(unavailable={"payments": "outage"})
    >>> terms.bars("payments"), terms.bars("loans")
    (True, False)
    """

    unavailable: tuple[tuple[str, Unavailable], ...] = ()
    consent_needed: tuple[str, ...] = ()
    forbidden: tuple[tuple[str, tuple[str, ...]], ...] = ()
    purpose: str = SCORE

    @classmethod
    def of(
        cls,
        *,
        unavailable: Mapping[str, str] | None = None,
        consent_needed: Collection[str] = (),
        forbidden: Mapping[str, Collection[str]] | None = None,
        purpose: str = SCORE,
    ) -> Self:
        """Check names and put them in order.

        Raises
        ------
        NameUnknownError
            If a source, a purpose, a state or a tag is not declared.
        ParameterError
            If one is named that needs no data: the application itself.
        """
        states = _mapping("unavailable", unavailable)
        tags = _mapping("forbidden", forbidden)
        if isinstance(consent_needed, str) or not isinstance(consent_needed, Collection):
            raise ParameterError.must_be("consent_needed", "a collection of sources", consent_needed)
        for name in (*states, *consent_needed):
            if find_source(name).coverage == _NOT_MISSED:
                raise ParameterError.must_be("a source", "one that comes as a table", name)
        for state in states.values():
            if state not in UNAVAILABLE:
                raise NameUnknownError.among("state of a source", state, UNAVAILABLE)
        for named in (purpose, *tags):
            if named not in PURPOSES:
                raise NameUnknownError.among("purpose", named, PURPOSES)
        for some in tags.values():
            if isinstance(some, str):
                raise ParameterError.must_be("forbidden", "legal tags by purpose", some)
            for tag in some:
                if tag not in LEGAL_TAGS:
                    raise NameUnknownError.among("legal tag", tag, tuple(LEGAL_TAGS))
        return cls(
            tuple(sorted((name, cast(Unavailable, state)) for name, state in states.items())),
            tuple(sorted(set(consent_needed))),
            tuple((named, tuple(sorted(set(tags[named])))) for named in PURPOSES if tags.get(named)),
            purpose,
        )

    def state_of(self, source: str) -> Unavailable | None:
        """Return why a source cannot be had, None where it can."""
        return next((state for name, state in self.unavailable if name == source), None)

    def forbids(self, source: Source, purpose: str) -> bool:
        """Tell whether a law takes a source out for a purpose: one of its tags is forbidden."""
        tags = next((tags for name, tags in self.forbidden if name == purpose), ())
        return any(tag in tags for tag in source.legal_tags)

    def bars(self, source: str) -> bool:
        """Tell whether a source may not be read: it cannot be had, or a law takes it out for the purpose."""
        if not (self.unavailable or self.forbidden):
            return False
        return self.state_of(source) is not None or self.forbids(SOURCES[source], self.purpose)

    def barred(self) -> dict[str, str]:
        """Say of every source that may not be read why: its state, or that a law takes it out."""
        if not (self.unavailable or self.forbidden):
            return {}
        found = dict(self.unavailable)
        out = {name: "forbidden" for name, one in SOURCES.items() if self.forbids(one, self.purpose)}
        return {name: (found | out)[name] for name in SOURCES if name in found or name in out}

    def to_dict(self) -> dict[str, Any]:
        """Write it as plain data; what is empty is left out."""
        plain = {
            "unavailable": dict(self.unavailable),
            "consent_needed": list(self.consent_needed),
            "forbidden": {purpose: list(tags) for purpose, tags in self.forbidden},
            "purpose": "" if self.purpose == SCORE else self.purpose,
        }
        return {name: part for name, part in plain.items() if part}


NO_TERMS: Final = SourceTerms()


def _mapping(name: str, given: Any) -> dict[str, Any]:
    if given is not None and not isinstance(given, Mapping):
        raise ParameterError.must_be(name, "a mapping", given)
    return dict(given or {})
