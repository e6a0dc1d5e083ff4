"""Reminders that were sent: whether and how soon a person acted on them, and looked before what was due."""

from __future__ import annotations

from typing import Final

import numpy as np

from creditscore._ground.compiled import compiled, inner
from creditscore._ground.instants import DAY
from creditscore.data.loans.allocation import owner_span
from creditscore.data.tables.vocabularies import SESSION_ACTIONS
from creditscore.data.visible import HAPPENED, fact_known, has_happened, is_visible
from creditscore.features.chunk import Chunk
from creditscore.features.digital.rows.layout import F8, I4, I8, code_of, flag, positions
from creditscore.features.digital.rows.uses import IS_LOGIN
from creditscore.features.digital.rows.uses import uses as uses_of
from creditscore.features.empty_rows import no_rows
from creditscore.features.kernels.gather import first_within
from creditscore.features.rows import Rows
from creditscore.features.view import View, ViewColumn

# rows of the block of values
ANSWERED, ANSWER_DAYS, ATTENDED = range(3)
REMINDER_COLUMNS: Final = 3
# positions in the layout
ACTION, ANSWERED_TIME, DUE_TIME = range(3)
_WANTED: Final = ("action", "answered_time", "due_time")
REMINDER: Final = SESSION_ACTIONS.index("reminder")
# A reminder is answered if the person acted within so many days.
ANSWER_WITHIN: Final = 7 * DAY
# A due date is attended by a login so shortly before.
SHORTLY: Final = 3 * DAY


@inner
def describe_reminder(row: int, as_of: int, times: I8, at: I8, out: F8) -> None:
    """Write whether a reminder was answered in time, and after how many days.

    Arrays: ``times`` shape (n_times, n_rows) in microseconds; ``at`` shape (3,), -1 for an absent column;
    ``out`` shape (3,).
    """
    sent = times[HAPPENED, row]
    if at[ANSWERED_TIME] < 0:
        out[ANSWERED] = out[ANSWER_DAYS] = np.nan
    elif fact_known(times, at[ANSWERED_TIME], row, as_of):
        took = max(times[at[ANSWERED_TIME], row] - sent, 0)
        out[ANSWERED] = flag(took <= ANSWER_WITHIN)
        out[ANSWER_DAYS] = took / DAY
    else:
        out[ANSWERED] = np.nan if as_of - sent <= ANSWER_WITHIN else 0.0
        out[ANSWER_DAYS] = np.nan


@inner
def is_attended(due: int, first: int, last: int, used: I8, uses: F8) -> float:
    """Return 1.0 if there was a login in the 3 days before, else 0.0; NaN where uses begin only later.

    Arrays: ``used`` shape (n_uses,) in microseconds, oldest first; ``uses`` shape (8, n_uses).
    """
    if first == last or due < used[first] + SHORTLY:
        return np.nan
    for i in range(first_within(first, last, used, due - SHORTLY), last):
        if used[i] >= due:
            break
        if uses[IS_LOGIN, i] == 1.0:
            return 1.0
    return 0.0


@compiled
def fill_reminders(
    offsets: I8, owners: I8, as_of: I8, times: I8, codes: I4, at: I8, first_use: I8, last_use: I8, used: I8,
    uses: F8,
) -> tuple[I8, I8, I8, F8, I8]:  # fmt: skip
    """Write a row for every reminder that was known to be sent.

    Arrays: ``offsets`` shape (n_owners + 1,); ``owners`` shape (n_applications,), -1 for nobody; ``as_of``
    shape (n_applications,) in microseconds; ``times`` shape (n_times, n_rows) in microseconds; ``codes``
    shape (n_codes, n_rows), -1 missing; ``at`` shape (3,), -1 for an absent column; ``first_use`` and
    ``last_use`` shape (n_applications,), the bounds of the uses; ``used`` shape (n_uses,) in microseconds,
    oldest first; ``uses`` shape (8, n_uses). Returns bounds of shape (n_applications,), then (n_rows,) or
    (n_columns, n_rows) of the rows.
    """
    n = int(np.int64(0))
    for owner in owners:
        first, last = owner_span(offsets, owner)
        for row in range(first, last):
            n += code_of(codes, at[ACTION], row) == REMINDER
    starts, stops = np.zeros(owners.size, np.int64), np.zeros(owners.size, np.int64)
    when, origin = np.empty(n, np.int64), np.empty(n, np.int64)
    values = np.empty((n, REMINDER_COLUMNS))
    k = int(np.int64(0))
    for r in range(owners.size):
        starts[r] = k
        first, last = owner_span(offsets, owners[r])
        for row in range(first, last):
            if not has_happened(times, row, as_of[r]):
                break
            if is_visible(times, row, as_of[r]) and code_of(codes, at[ACTION], row) == REMINDER:
                when[k], origin[k] = times[HAPPENED, row], row
                describe_reminder(row, as_of[r], times, at, values[k])
                values[k, ATTENDED] = np.nan
                if fact_known(times, at[DUE_TIME], row, as_of[r]):
                    values[k, ATTENDED] = is_attended(
                        times[at[DUE_TIME], row], first_use[r], last_use[r], used, uses
                    )
                k += 1
        stops[r] = k
    return starts, stops, when, values.T.copy(), origin


def reminders(chunk: Chunk) -> Rows:
    """Build the view `reminders`."""
    table = chunk.portfolio.tables.get("sessions")
    if table is None or table.row("action") < 0:
        return no_rows(chunk.owners.size, REMINDER_COLUMNS, 0)
    known = chunk.once(uses_of)
    starts, stops, when, values, origin = fill_reminders(
        table.offsets, chunk.owners, chunk.as_of, table.times, table.codes, positions(table, _WANTED),
        known.starts, known.stops, known.times, known.values,
    )  # fmt: skip
    return Rows(starts, stops, when, values, np.empty((0, when.size), np.int32), origin)


VIEWS: Final = (
    View(
        name="reminders",
        meaning="Every reminder that was known to be sent.",
        source="sessions",
        tables=("sessions",),
        values=(
            ViewColumn(
                "answered",
                "1 if the person was known to have done within 7 days what it asked for, 0 if not; missing "
                "while the 7 days last",
                "0/1",
                ("sessions.action", "sessions.answered_time"),
            ),
            ViewColumn(
                "answer_days",
                "days until the person did what it asked for; missing if that was not known",
                "days",
                ("sessions.action", "sessions.answered_time"),
            ),
            ViewColumn(
                "attended",
                "1 with a login in the 3 days before it was due, else 0; missing before it is due, and if "
                "that was before 3 days after the first known use",
                "0/1",
                ("sessions.action", "sessions.due_time"),
            ),
        ),
        codes=(),
        build=reminders,
    ),
)
