"""From when on the row of an adverse fact counts no more, by what stands in the row and in its loan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from creditscore._ground.arrays import Flags, Int32, Int64
from creditscore._ground.instants import DAY, NEVER
from creditscore._ground.zones import Calendar
from creditscore.data.loans.expiring import LOAN, SAID_FROM
from creditscore.data.network.privacy import SEEN_ON_DAYS
from creditscore.data.retention.kinds import INFERRED
from creditscore.data.tables.events import EventTable
from creditscore.data.tables.vocabularies import DEFAULT_MEASURES, NETWORK_MEASURES
from creditscore.data.visible import HAPPENED, KNOWN, SUPERSEDED

TOLERANCE: Final = 0.99
_FAILED: Final = ("declined", "returned")


def after(ended: Int64, known: Int64, days: int) -> Int64:
    """Return the moment after which a fact that ended is not read, arrays of shape (n,); NEVER stays.

    No fact is withdrawn before it was known: what is not known yet changes nothing.

    Examples
    --------
    >>> after(np.array([0, NEVER]), np.array([0, NEVER]), 2).tolist() == [2 * DAY, NEVER]
    True
    """
    gone = np.where(ended == NEVER, 0, ended) + days * DAY
    return np.where((ended == NEVER) | (known == NEVER), NEVER, np.maximum(gone, known))


def fact_of(table: EventTable, name: str) -> tuple[Int64, Int64]:
    """Return when a fact of each row happened and became known, each of shape (n_rows,)."""
    at = table.row(name)
    if at < 0:
        nothing = np.full(table.n_rows, NEVER)
        return nothing, nothing
    return table.times[at], table.times[at + 1]


def _loans_until(table: EventTable, days: Mapping[str, int], _calendar: Calendar) -> Int64:
    """Say from when on a loan written off, or eased and then closed, is not read: shape (n_rows,)."""
    until = np.full(table.n_rows, NEVER)
    if "written_off" in days:
        until = np.minimum(until, after(*fact_of(table, "written_off_time"), days["written_off"]))
    if "restructured" in days:
        eased, closed = fact_of(table, "restructured_time"), fact_of(table, "closed_time")
        both = [np.maximum(one, other) for one, other in zip(eased, closed, strict=True)]
        until = np.minimum(until, after(both[0], both[1], days["restructured"]))
    return until


def closings_of(table: EventTable, loan: Int32) -> Int64:
    """Say of every version of a loan that was closed when, and how long that is said: shape (4, n_versions).

    Parameters
    ----------
    table : EventTable
        The loans.
    loan : ndarray of int32, shape (n_rows,)
        Their codes.
    """
    closed, known = fact_of(table, "closed_time")
    until = np.minimum(table.times[SUPERSEDED], fact_of(table, "written_off_time")[1])
    said = np.vstack([closed, np.maximum(known, table.times[KNOWN]), until, loan])
    said = said[:, (closed != NEVER) & (said[SAID_FROM] < until)]
    return np.ascontiguousarray(said[:, np.argsort(said[LOAN], kind="stable")])


def _paid_until(table: EventTable, days: Mapping[str, int], calendar: Calendar) -> Int64:
    """Say from when on a bill that was paid after its due day is not read: shape (n_rows,)."""
    if "arrears" not in days:
        return np.full(table.n_rows, NEVER)
    due, (paid, known) = table.times[HAPPENED], fact_of(table, "paid_time")
    if table.row("paid_amount") >= 0:
        amounts = table.column("paid_amount")
        good = np.isnan(amounts) | (amounts >= TOLERANCE * table.column("due_amount"))
        paid = np.where(good, paid, NEVER)
    return after(np.where(_is_late(due, paid, calendar), paid, NEVER), known, days["arrears"])


def _is_late(due: Int64, ended: Int64, calendar: Calendar) -> Flags:
    late, there = np.zeros(due.size, np.bool_), ended != NEVER
    late[there] = calendar.local_days(ended[there]) > calendar.local_days(due[there])
    return late


def _reported_until(table: EventTable, days: Mapping[str, int], _calendar: Calendar) -> Int64:
    """Say from when on a statement with days past due is not read: shape (n_rows,)."""
    if table.row("days_past_due") < 0 or "arrears" not in days:
        return np.full(table.n_rows, NEVER)
    return _rows_until(table, table.column("days_past_due") > 0, days["arrears"])


def _payments_until(table: EventTable, days: Mapping[str, int], _calendar: Calendar) -> Int64:
    """Say from when on a payment is not read: if it failed, or more is inferred of all; (n_rows,)."""
    until = _labelled_until(table, "status", _FAILED, days.get("returned_payment"))
    if INFERRED not in days:
        return until
    return np.minimum(until, _rows_until(table, np.ones(table.n_rows, np.bool_), days[INFERRED]))


def _standings_until(table: EventTable, days: Mapping[str, int], _calendar: Calendar) -> Int64:
    """Say from when on a standing is not read: shape (n_rows,).

    A good one leaves as one of default does: if those alone left, whoever is seen no more would be known to
    have defaulted, through all noise. Both leave by as much earlier as a bit drawn of them is seen on.
    """
    if "defaulted_standing" not in days:
        return np.full(table.n_rows, NEVER)
    everyone = np.ones(table.n_rows, np.bool_)
    return _rows_until(table, everyone, days["defaulted_standing"] - SEEN_ON_DAYS)


def _measures_until(table: EventTable, days: Mapping[str, int], _calendar: Calendar) -> Int64:
    """Say from when on a value of everyone is not read: once all it can rest on is too old; shape (n_rows,).

    What a measure rests on that this library does not make is not known: the strictest of all kinds counts.
    """
    until, value = np.full(table.n_rows, NEVER), table.column("value")
    for code, label in enumerate(table.vocabularies["measure"]):
        own = days.get("defaulted_standing") if label in DEFAULT_MEASURES else None
        limit = own if label in NETWORK_MEASURES else min(days.values(), default=None)
        if limit is not None:
            filled = (table.column("measure") == code) & ~np.isnan(value)
            until = np.minimum(until, _rows_until(table, filled, limit))
    return until


def _labelled_until(table: EventTable, name: str, labels: tuple[str, ...], days: int | None) -> Int64:
    if table.row(name) < 0 or days is None:
        return np.full(table.n_rows, NEVER)
    codes = [code for code, label in enumerate(table.vocabularies[name]) if label in labels]
    return _rows_until(table, np.isin(table.column(name), codes), days)


def _rows_until(table: EventTable, adverse: Flags, days: int) -> Int64:
    happened = np.where(adverse, table.times[HAPPENED], NEVER)
    return after(happened, table.times[KNOWN], days)


# From when on rows count no more, by table: arrays of shape (n_rows,).
UNTIL_OF: Final[Mapping[str, Callable[[EventTable, Mapping[str, int], Calendar], Int64]]] = {
    "loans": _loans_until,
    "statements": _reported_until,
    "bills": _paid_until,
    "payments": _payments_until,
    "standings": _standings_until,
    "measures": _measures_until,
}
