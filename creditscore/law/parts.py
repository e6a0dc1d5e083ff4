"""Legal tags of parts of a table: of some columns and labels of it, where the whole has other tags."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from creditscore.data.tables.vocabularies import (
    DEFAULT_MEASURES,
    EMBEDDING_MEASURES,
    NETWORK_MEASURES,
    PAYMENT_CATEGORIES,
    PAYMENT_CLASSES,
)
from creditscore.features.formula import Condition, Term
from creditscore.features.registry import view_of

_COHORT: Final = "cohort_default_rate"
_STANDING: Final = "standings.standing"
# Columns of tables whose content is of another kind than the rest of the row.
TAGS_OF_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(
        (
            "sessions.device", "sessions.device_class", "sessions.device_age_days", "sessions.os_family",
            "sessions.os_release", "sessions.os_age_days", "sessions.vpn", "sessions.emulator",
            "sessions.rooted", "registrations.device_class", "registrations.os_family",
        ),
        ("device",),
    ),
    **dict.fromkeys(
        ("registrations.email_host", "registrations.email_digits", "registrations.email_error"), ("email",)
    ),
    "registrations.email_has_name": ("email", "identity"),
    "sessions.region": ("location",),
    _STANDING: (_COHORT,),
}  # fmt: skip
# At what hours somebody acts, as views say it.
_HOURS: Final = frozenset({"hour_of_week", "is_night", "is_morning", "is_evening", "is_weekend"})
# These say of how many people a standing is seen, and of none which.
_HOW_MANY: Final = frozenset({
    "known", "is_known", "known_members", "seen_days", "strength_rank", "votes", "votes_recent", "votes_old",
})  # fmt: skip
_STRUCTURAL: Final = frozenset(NETWORK_MEASURES) - frozenset(DEFAULT_MEASURES) | frozenset(EMBEDDING_MEASURES)
_GAMBLING: Final = frozenset({"gambling", "gambling_stake", "gambling_win"})
_REVEALING: Final = _GAMBLING | {"health", "education", "pension", "benefits"}
_LABELS: Final = {"category": PAYMENT_CATEGORIES, "class": PAYMENT_CLASSES}


def parts_of_tags(forbidden: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """Return the columns of tables, each as table and column, that carry a forbidden tag of their own.

    Examples
    --------
    >>> parts_of_tags(frozenset({"location"}))
    (('sessions', 'region'),)
    """
    found = (name.split(".") for name, tags in TAGS_OF_COLUMNS.items() if not forbidden.isdisjoint(tags))
    return tuple((table, column) for table, column in found)


def tags_of_term(term: Term, *, embedded: bool = False) -> frozenset[str]:
    """Return the legal tags of the columns and labels that a term reads, besides those of its tables.

    A measure that this library does not make is taken to rest on defaults of other people. Labels that may
    reveal a special category count where they are half of what is chosen, or more.

    Parameters
    ----------
    term : Term
    embedded : bool, default False
        Whether it is a coordinate of an embedding of events, which has the tags of the source of its events.

    Examples
    --------
    >>> ill = Condition("category", "in", ("health",))
    >>> sorted(tags_of_term(Term("payments", "sum", column="amount", where=(ill,))))
    ['special_category_risk']
    >>> sorted(tags_of_term(Term("measures", "last", column="value")))
    ['cohort_default_rate']
    """
    columns = {term.column, term.by, *(one.column for one in term.where)} - {None}
    tags = {tag for column in columns for tag in _of_column(term.view, str(column))}
    tags |= {tag for one in term.where for tag in _of_labels(one)}
    return frozenset(tags | ({_COHORT} if not embedded and _is_of_unknown_measures(term) else set()))


def _of_column(view: str, name: str) -> Iterator[str]:
    if name in _HOURS:
        yield "location_time"
    found = view_of(view)
    if found is None:
        yield from TAGS_OF_COLUMNS.get(f"{view}.{name}", ())
        return
    needs = (need for one in (*found.values, *found.codes) if one.name == name for need in one.needs)
    for need in (*needs, *(f"{table}.{name}" for table in found.tables)):
        if need != _STANDING or name not in _HOW_MANY:
            yield from TAGS_OF_COLUMNS.get(need, ())


def _of_labels(condition: Condition) -> Iterator[str]:
    if not isinstance(condition.value, tuple):
        return
    chosen = frozenset(condition.value)
    if condition.comparison == "not_in":
        chosen = frozenset(_LABELS.get(condition.column, ())) - chosen
    for labels, tag in ((_REVEALING, "special_category_risk"), (_GAMBLING, "gambling")):
        if chosen and 2 * len(chosen & labels) >= len(chosen):
            yield tag


def _is_of_unknown_measures(term: Term) -> bool:
    if term.view != "measures":
        return False
    named = [one.value for one in term.where if (one.column, one.comparison) == ("measure", "in")]
    return not any(isinstance(some, tuple) and _STRUCTURAL.issuperset(some) for some in named)
