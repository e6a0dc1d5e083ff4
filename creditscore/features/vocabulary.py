"""The names that a declaration may use: an unknown one is refused where it is written, not where it fails."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Final, Protocol

from creditscore.data.sources import LEGAL_TAGS, find_source, tells_of_others
from creditscore.errors import FeatureError, NameUnknownError
from creditscore.features.checking import check_term
from creditscore.features.formula import Formula, coverages, terms
from creditscore.features.registry import check_view
from creditscore.words.labels import AnyLabel, OwnLabel
from creditscore.words.languages import texts_in
from creditscore.words.speech import DIVIDED

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
    def label(self) -> AnyLabel:
        """What it measures."""

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
    own = feature.label if isinstance(feature.label, OwnLabel) else None
    _find_own("unit", feature.unit, known_units(), has_words=own is not None and bool(own.unit))
    _find("proxy risk", feature.proxy_risk, RISKS)
    _find("refresh", feature.refresh, REFRESHES)
    if feature.reason_group:
        titled = own is not None and bool(own.group)
        if titled and tells_of_others(feature.source):
            raise FeatureError("what tells of other people counts to a reason group of the library")
        family, dot, part = feature.reason_group.partition(".")
        if not (dot and family in DIVIDED and part.isidentifier()):
            _find_own("reason group", feature.reason_group, known_reason_groups(), has_words=titled)
    for term in terms(feature.formula):
        check_view(term.view)
        check_term(term)
    named = (feature.source,) if feature.source else ()
    for source in (*named, *(covered.source for covered in coverages(feature.formula))):
        find_source(source)


def _find_own(what: str, name: str, known: tuple[str, ...], *, has_words: bool) -> None:
    """Let words of one's own name what the library does not know, and nothing that it knows."""
    if not has_words:
        _find(what, name, known)
    elif name in known or not name.strip():
        raise FeatureError(f"the {what} {name!r} has words already, so that own ones would be two meanings")


def check_groups(features: Iterable[Named]) -> None:
    """Refuse two titles of one reason group of one's own.

    Raises
    ------
    FeatureError
    """
    titles: dict[str, object] = {}
    for feature in features:
        if isinstance(feature.label, OwnLabel) and feature.label.group:
            said = titles.setdefault(feature.reason_group, feature.label.group)
            if said != feature.label.group:
                raise FeatureError(
                    f"The reason group {feature.reason_group!r} has two titles, the second in "
                    f"{feature.name!r}. Give it one."
                )


def _find(what: str, name: str, known: tuple[str, ...]) -> None:
    if name not in known:
        raise NameUnknownError.among(what, name, known)
