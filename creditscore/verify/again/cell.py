"""In which cell of sources a record says that it stands, worked out again from values, rows and terms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from creditscore.data.sources import CONNECTIONS, CONSENTS, SOURCES, Source
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.verify.again.given import Given
from creditscore.verify.rows import rows_of

_SHORT: Final = timedelta(days=90)
_STALE: Final = timedelta(days=180)
_PURPOSE: Final = "score"
_UNREAD: Final = ("forbidden", "outage", "refused", "withdrawn")
_Row = Mapping[str, Any]


def cell_of(given: Given) -> dict[str, Any] | None:
    """Work out the groups of sources that values show, and how each source stood; None for a model without.

    Parameters
    ----------
    given : Given
    """
    if given.model.cells is None:
        return None
    inputs = given.record["inputs"]
    read = {feature["source"] for feature in given.model.features}
    stated = [SOURCES[name] for name in read if name in SOURCES]
    return {
        "mask": "+".join(given.model.groups_of(given.values)),
        "states": {one.name: _state(one, inputs) for one in stated if _is_named(one)},
    }


def unread_in(given: Given) -> list[str] | None:
    """Name the sources of the model that were not read; None for a record of before, which does not.

    Parameters
    ----------
    given : Given
    """
    if "unread" not in given.record:
        return None
    read = {feature["source"] for feature in given.model.features} & SOURCES.keys()
    inputs = given.record["inputs"]
    gone = inputs.get("terms", {}).get("unavailable", {})
    states = {name: _state(SOURCES[name], inputs) for name in read if _may_lack(name)}
    return sorted(name for name, state in states.items() if state in _UNREAD or name in gone)


def _may_lack(name: str) -> bool:
    return SOURCES[name].coverage != "always"


def _is_named(source: Source) -> bool:
    return source.coverage != "always" and source.subjects != "others"


def _state(source: Source, inputs: Mapping[str, Any]) -> str:
    """The first that holds: of terms, then of consents, then of connections, then of rows."""
    terms, name = inputs.get("terms", {}), source.name
    if any(tag in terms.get("forbidden", {}).get(_PURPOSE, ()) for tag in source.legal_tags):
        return "forbidden"
    if name in terms.get("unavailable", {}):
        return str(terms["unavailable"][name])
    as_of = datetime.fromisoformat(inputs["application"]["as_of"])
    needed = name in terms.get("consent_needed", ())
    if needed or CONSENTS in inputs["columns"]:
        spans = list(_consents(inputs, name))
        if not any(begin < as_of <= over for begin, over in spans):
            if any(begin < over < as_of for begin, over in spans):
                return "withdrawn"
            if needed:
                return "refused"
    tables = [table for table in source.shown_by if table in inputs["columns"]]
    if not tables:
        return "not_supplied"
    if CONNECTIONS in inputs["columns"]:
        ended = list(_connections(inputs, name, as_of))
        if all(ended):
            return "withdrawn" if ended else "not_supplied"
    gone = [why for why in ("voided", "expired") if name in inputs.get(why, ())]
    return _of_rows(tables, inputs, as_of, gone[0] if gone else "empty")


def _of_rows(tables: Iterable[str], inputs: Mapping[str, Any], as_of: datetime, without: str) -> str:
    times = [
        _time(row, CONTRACTS[table].row_time)
        for table in tables
        for row in rows_of(inputs["tables"].get(table, []))
    ]
    if not times:
        return without
    if as_of - min(times) < _SHORT:
        return "too_short"
    return "stale" if as_of - max(min(time, as_of) for time in times) >= _STALE else "present"


def _consents(inputs: Mapping[str, Any], source: str) -> Iterator[tuple[datetime, datetime]]:
    """From when to when each consent to a source counts for a score, or without end."""
    for row in rows_of(inputs["tables"].get(CONSENTS, [])):
        if row["source"] == source and row.get("purpose") in (None, _PURPOSE):
            yield _from(row, "granted_time", "known_time"), _end(row, "withdrawn")


def _connections(inputs: Mapping[str, Any], source: str, as_of: datetime) -> Iterator[bool]:
    """Whether each connection to a source was over."""
    for row in rows_of(inputs["tables"].get(CONNECTIONS, [])):
        if row["source"] == source and _time(row, "connected_time") < as_of:
            yield _end(row, "disconnected") < as_of


def _end(row: _Row, fact: str) -> datetime:
    """From when on it is known that something ended."""
    if row.get(f"{fact}_time") is None:
        return datetime.fromisoformat("9999-12-31T00:00:00+00:00")
    return _from(row, f"{fact}_time", f"{fact}_known_time")


def _from(row: _Row, happened: str, known: str) -> datetime:
    first = _time(row, happened)
    return first if row.get(known) is None else max(first, _time(row, known))


def _time(row: _Row, name: str) -> datetime:
    return datetime.fromisoformat(row[name])
