"""The names that a declaration may use: an unknown one is refused where it is written, not where it fails."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final, Protocol

from creditscore.data.sources import LEGAL_TAGS, find_source
from creditscore.errors import FeatureError, NameUnknownError
from creditscore.features.checking import check_term
from creditscore.features.formula import Covered, Formula, operands, terms
from creditscore.features.registry import check_view
from creditscore.words.languages import texts_in

# Values of these units are said as yes and no, not at all, or as the bare number that an application gave, so
# no language has words for the unit.
UNITS_WITHOUT_WORDS: Final = ("0/1", "category", "as given")
# Nothing is said of this group by itself: it tells what was there, and not how it was.
GROUPS_WITHOUT_WORDS: Final = ("coverage",)
RISKS: Final = ("low", "medium", "high")
REFRESHES: Final = ("event", "grid")


class Named(Protocol):
    """What a declaration names: see `creditscore.features.definition.Feature`."""

    @property
    def name(self) -> str:
        """Of the feature itself."""

    @property
    def formula(self) -> Formula:
        """Reads views, tables and coverage."""

    @property
    def unit(self) -> str:
        """One that can be said."""

    @property
    def reason_group(self) -> str:
        """One with words, or empty."""

    @property
    def source(self) -> str:
        """A declared source, or empty."""

    @property
    def legal_tags(self) -> tuple[str, ...]:
        """Tags of the registry of sources."""

    @property
    def proxy_risk(self) -> str:
        """Low, medium or high."""

    @property
    def refresh(self) -> str:
        """With every event, or with the grid."""


def check_names(feature: Named) -> None:
    """Refuse a declaration that names something unknown, or reads a column as what it is not.

    Parameters
    ----------
    feature : Named
        Its source, legal tags, unit, reason group, proxy risk and refresh are looked up, and the tables,
        views and sources that its formula reads. A source or reason group may be empty.

    Raises
    ------
    NameUnknownError
        If one of them is not known; it names the closest one that is.
    """
    try:
        _check(feature)
    except (NameUnknownError, FeatureError) as error:
        raise type(error)(f"Feature {feature.name!r}: {error}") from None


@cache
def known_units() -> tuple[str, ...]:
    """Return every unit that a feature may have: those that can be said, and those that need no words."""
    return (*texts_in("en").units, *UNITS_WITHOUT_WORDS)


@cache
def known_reason_groups() -> tuple[str, ...]:
    """Return every reason group that a feature may count to: those with words, and one that is never told."""
    return (*texts_in("en").groups, *GROUPS_WITHOUT_WORDS)


def _check(feature: Named) -> None:
    for tag in feature.legal_tags:
        _find("legal tag", tag, tuple(LEGAL_TAGS))
    _find("unit", feature.unit, known_units())
    _find("proxy risk", feature.proxy_risk, RISKS)
    _find("refresh", feature.refresh, REFRESHES)
    if feature.reason_group:
        _find("reason group", feature.reason_group, known_reason_groups())
    for term in terms(feature.formula):
        check_view(term.view)
        check_term(term)
    for source in (*((feature.source,) if feature.source else ()), *_covered(feature.formula)):
        find_source(source)


def _find(what: str, name: str, known: tuple[str, ...]) -> None:
    if name not in known:
        raise NameUnknownError.among(what, name, known)


def _covered(formula: Formula) -> Iterator[str]:
    if isinstance(formula, Covered):
        yield formula.source
    else:
        for part in operands(formula):
            yield from _covered(part)
