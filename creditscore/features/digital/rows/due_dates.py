"""Due dates, and whether the person logged in shortly before."""

from __future__ import annotations

from typing import Final

import numpy as np

from creditscore._ground.compiled import compiled, inner
from creditscore._ground.instants import DAY
from creditscore.data.loans.allocation import owner_span
from creditscore.data.visible import HAPPENED, has_happened, is_visible
from creditscore.features.chunk import Chunk
from creditscore.features.digital.rows.layout import F8, I8
from creditscore.features.digital.rows.uses import IS_LOGIN, uses
from creditscore.features.empty_rows import no_rows
from creditscore.features.rows import Rows
from creditscore.features.view import View, ViewColumn

SHORTLY: Final = 3 * DAY


@inner
def first_since(moment: int, first: int, last: int, times: I8) -> int:
    """Return the first of some uses, oldest first, at or after a moment.

    Arrays: ``times`` shape (n_rows,) in microseconds, oldest first.
    """
    while first < last and times[first] < moment:
        first += 1
    return first


@inner
def logged_in(due: int, first: int, last: int, times: I8, values: F8) -> float:
    """Return 1.0 if one of some uses before it was due is a login, else 0.0.

    Arrays: ``times`` shape (n_rows,) in microseconds, oldest first; ``values`` shape (8, n_rows), those of
    the uses.
    """
    for i in range(first, last):
        if times[i] >= due:
            break
        if values[IS_LOGIN, i] == 1.0:
            return 1.0
    return 0.0


@compiled
def fill_due_dates(
    offsets: I8, owners: I8, as_of: I8, times: I8, first: I8, last: I8, used: I8, values: F8
) -> tuple[I8, I8, I8, F8]:
    """Write a row for every bill that was known to be due before the moment, from the first known use on.

    Arrays: ``offsets`` shape (n_owners + 1,) and ``times`` shape (n_times, n_bills) in microseconds, of the
    bills; ``owners`` shape (n_applications,), -1 for nobody; ``as_of`` shape (n_applications,) in
    microseconds; ``first`` and ``last`` shape (n_applications,), the bounds of the uses; ``used`` shape
    (n_uses,) in microseconds, oldest first; ``values`` shape (8, n_uses). Returns bounds of shape
    (n_applications,), then (n_rows,) or (1, n_rows) of the rows.
    """
    n = int(np.int64(0))
    for owner in owners:
        begin, end = owner_span(offsets, owner)
        n += end - begin
    starts, stops = np.zeros(owners.size, np.int64), np.zeros(owners.size, np.int64)
    when, logins = np.empty(n, np.int64), np.empty((1, n))
    k = int(np.int64(0))
    for r in range(owners.size):
        starts[r] = k
        near = first[r]
        begin, end = owner_span(offsets, owners[r])
        for row in range(begin, end if first[r] < last[r] else begin):
            due = times[HAPPENED, row]
            if not has_happened(times, row, as_of[r]):
                break
            if is_visible(times, row, as_of[r]) and due >= used[first[r]] + SHORTLY:
                when[k] = due
                near = first_since(due - SHORTLY, near, last[r], used)
                logins[0, k] = logged_in(due, near, last[r], used, values)
                k += 1
        stops[r] = k
    return starts, stops, when[:k].copy(), logins[:, :k].copy()


def due_dates(chunk: Chunk) -> Rows:
    """Build the view `due_dates`."""
    bills = chunk.portfolio.tables.get("bills")
    if bills is None or "sessions" not in chunk.portfolio.tables:
        return no_rows(chunk.owners.size, 1, 0)
    known = chunk.once(uses)
    starts, stops, when, values = fill_due_dates(
        bills.offsets,
        chunk.owners,
        chunk.as_of,
        bills.times,
        known.starts,
        known.stops,
        known.times,
        known.values,
    )
    return Rows(starts, stops, when, values, np.empty((0, when.size), np.int32), np.empty(0, np.int64))


VIEWS: Final = (
    View(
        name="due_dates",
        meaning=(
            "Every bill that was known to be due before the moment, from 3 days after the first known use on."
        ),
        source="sessions",
        tables=("sessions", "bills"),
        values=(
            ViewColumn(
                "logged_in",
                "1 with a login in the 3 days before it was due, else 0",
                "0/1",
                ("sessions.action",),
            ),
        ),
        codes=(),
        build=due_dates,
    ),
)
