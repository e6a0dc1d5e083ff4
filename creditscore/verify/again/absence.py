"""Why a fact is not known, worked out again from coverage and from counts of rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from creditscore.data.sources import CONNECTIONS, SOURCES
from creditscore.verify.again.cell import unread_in
from creditscore.verify.again.given import Given
from creditscore.words.speech import OF_OTHER_PEOPLE

NAMES: Final = ("absence", "known_count", "needed_count")
_NOTHING: Final[Mapping[str, Any]] = {"absence": "", "known_count": None, "needed_count": None}


def absence_of(given: Given, reason: Mapping[str, Any], lead: int) -> dict[str, Any]:
    """Say why the fact of a reason is not known; without the kernels, as the record states it.

    Parameters
    ----------
    given : Given
    reason : mapping
    lead : int
        The column of its fact.
    """
    if reason["fact"]["value"] is not None:
        return dict(_NOTHING)
    if given.replay is None or given.seen is None:
        return _stated(given, reason)
    source = reason["group"].removeprefix("insufficient_") if reason["told"] == "source" else ""
    if source and not given.seen.covered.get(source, True):
        return {**_NOTHING, "absence": _of_source(given, source)}
    feature = given.model.features[lead]
    why, known, needed = _of_feature(given, feature)
    if reason["group"] in OF_OTHER_PEOPLE:
        known = needed = None
    return {"absence": why, "known_count": known, "needed_count": needed}


def _stated(given: Given, reason: Mapping[str, Any]) -> dict[str, Any]:
    for one in given.record["reasons"]:
        if one["kind"] == "model" and one["fact"] and one["group"] == reason["group"]:
            return {name: one["fact"][name] for name in NAMES}
    return dict(_NOTHING)


def _of_source(given: Given, source: str) -> str:
    if _is_barred(given.record["inputs"].get("terms", {}), source):
        return "barred"
    if given.seen is not None and source in given.seen.withheld:
        return "refused"
    if given.seen is None or not given.seen.stored.get(source, False):
        return "nothing"
    if CONNECTIONS not in given.record["inputs"]["columns"]:
        return "unconfirmed"
    unread = unread_in(given)
    return "refused" if unread is None or source in unread else "silent"


def _is_barred(terms: Mapping[str, Any], source: str) -> bool:
    """Whether the caller said that a source cannot be had, or a law takes it out of a score."""
    declared = SOURCES.get(source)
    tags = terms.get("forbidden", {}).get("score", ())
    forbidden = declared is not None and any(tag in tags for tag in declared.legal_tags)
    return source in terms.get("unavailable", {}) or forbidden


def _of_feature(given: Given, feature: Mapping[str, Any]) -> tuple[str, int | None, int | None]:
    source = feature["source"]
    if given.replay is None or given.seen is None:
        raise ValueError("rows cannot be counted without the library")
    if source and not given.seen.covered.get(source, True):
        return _of_source(given, source), None, None
    counted = given.replay.counted(given.record["inputs"], feature["name"], given.key)
    if counted is None:
        return "unstated", None, None
    found: tuple[str, int | None, int | None] = ("silent", None, None)
    for one in counted:
        if one.ever == 0:
            return "silent" if given.seen.stored.get(source, False) else "nothing", None, None
        if one.within == 0:
            found = ("earlier", None, None)
        elif one.chosen < one.needed and found[0] in ("short", "silent"):
            found = ("few", one.chosen, one.needed)
        elif one.is_windowed and one.within == one.ever and found[0] == "silent":
            found = ("short", None, None)
    return found
