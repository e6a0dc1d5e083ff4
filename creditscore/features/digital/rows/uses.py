"""Uses of a channel as they were known: what was done, how it ended, on what, and what changed."""

from __future__ import annotations

from typing import Final

import numpy as np

from creditscore._ground.compiled import compiled, inner
from creditscore._ground.instants import HOUR
from creditscore._ground.zones import Clock, is_weekend, local_day, weekday_of
from creditscore.data.tables.vocabularies import (
    DEVICE_CLASSES,
    OS_FAMILIES,
    SESSION_ACTIONS,
    SESSION_CHANNELS,
    SESSION_OUTCOMES,
)
from creditscore.data.visible import HAPPENED, has_happened, is_visible
from creditscore.features.chunk import Chunk
from creditscore.features.digital.rows.layout import (
    F8,
    I4,
    I8,
    code_of,
    flag,
    is_code,
    positions,
    time_of_day,
    value_of,
)
from creditscore.features.empty_rows import no_rows
from creditscore.features.payments.rows.flows import HOURS, HOURS_OF_WEEK, MORNING
from creditscore.features.rows import Rows
from creditscore.features.view import View, ViewColumn

# rows of the block of values
IS_LOGIN, IS_DIGITAL, FAILED, BALANCE, NIGHT, AT_WEEKEND, CHANNEL_CHANGED, DEVICE_CHANGED = range(8)
USE_COLUMNS: Final = 8
# rows of the block of codes that are those of the table, and the one behind them
CHANNEL, ACTION, FUNCTION, DEVICE_CLASS, OS_FAMILY, OS_RELEASE, REGION, HOUR_OF_WEEK = range(8)
LABEL_COLUMNS: Final = 8
# positions in the layout, after those of the codes
OUTCOME, DEVICE, BALANCE_VIEW = range(7, 10)

_WANTED: Final = (
    "channel",
    "action",
    "function",
    "device_class",
    "os_family",
    "os_release",
    "region",
    "outcome",
    "device",
    "balance_view",
)
APP: Final = SESSION_CHANNELS.index("app")
WEB: Final = SESSION_CHANNELS.index("web")
LOGIN: Final = SESSION_ACTIONS.index("login")
BALANCE_ACTION: Final = SESSION_ACTIONS.index("balance")
REMINDER: Final = SESSION_ACTIONS.index("reminder")
FAILURE: Final = SESSION_OUTCOMES.index("failure")


@inner
def is_use(row: int, as_of: int, times: I8, codes: I4, at: I8) -> bool:
    """Whether a row is a use of a channel that was known, and no reminder.

    Arrays: ``times`` shape (n_times, n_rows) in microseconds; ``codes`` shape (n_codes, n_rows), -1 missing;
    ``at`` shape (10,), -1 for an absent column.
    """
    return is_visible(times, row, as_of) and code_of(codes, at[ACTION], row) != REMINDER


@compiled
def count_uses(offsets: I8, owners: I8, as_of: I8, times: I8, codes: I4, at: I8) -> I8:
    """Return running counts of the uses that were known, shape (n_applications + 1,).

    Arrays: ``offsets`` shape (n_owners + 1,); ``owners`` shape (n_applications,), -1 for nobody; ``as_of``
    shape (n_applications,) in microseconds; ``times`` shape (n_times, n_rows) in microseconds; ``codes``
    shape (n_codes, n_rows), -1 missing; ``at`` shape (10,), -1 for an absent column.
    """
    starts = np.zeros(owners.size + 1, np.int64)
    for r in range(owners.size):
        uses = 0
        if owners[r] >= 0:
            for row in range(offsets[owners[r]], offsets[owners[r] + 1]):
                if not has_happened(times, row, as_of[r]):
                    break
                uses += is_use(row, as_of[r], times, codes, at)
        starts[r + 1] = starts[r] + uses
    return starts


@inner
def describe_clock(instant: int, clock: Clock, out: F8) -> int:
    """Write what the local clock says of a use, and return its hour of the week, -1 if it has no hour.

    Arrays: ``out`` shape (8,).
    """
    weekday = weekday_of(local_day(instant, clock))
    out[AT_WEEKEND] = flag(is_weekend(weekday, clock))
    within = time_of_day(instant, clock)
    if within < 0:
        out[NIGHT] = np.nan
        return -1
    out[NIGHT] = flag(within // HOUR < MORNING)
    return int(weekday * HOURS + within // HOUR)


@inner
def describe_use(row: int, values: F8, codes: I4, at: I8, out: F8) -> None:
    """Write what was done and how it ended.

    Arrays: ``values`` shape (n_values, n_rows); ``codes`` shape (n_codes, n_rows), -1 missing; ``at`` shape
    (10,), -1 for an absent column; ``out`` shape (8,).
    """
    channel = code_of(codes, at[CHANNEL], row)
    action = code_of(codes, at[ACTION], row)
    balance = value_of(values, at[BALANCE_VIEW], row)
    out[IS_LOGIN] = is_code(action, LOGIN)
    out[IS_DIGITAL] = flag(channel in (APP, WEB))
    out[FAILED] = is_code(code_of(codes, at[OUTCOME], row), FAILURE)
    out[BALANCE] = is_code(action, BALANCE_ACTION) if np.isnan(balance) else balance


@inner
def changed(now: int, before: int) -> float:
    """Return 1.0 if a code differs from the one before, 0.0 if not, NaN where either is missing."""
    return np.nan if now < 0 or before < 0 else flag(now != before)


@compiled
def fill_uses(
    offsets: I8, owners: I8, as_of: I8, times: I8, values: F8, codes: I4, at: I8, clock: Clock
) -> tuple[I8, I8, F8, I4, I8]:
    """Write a row for every use of a channel that was known.

    Arrays: as for `count_uses`, and ``values`` shape (n_values, n_rows). Returns shape (n_applications + 1,)
    of starts, then (n_rows,) or (n_columns, n_rows) of the rows.
    """
    starts = count_uses(offsets, owners, as_of, times, codes, at)
    total = starts[-1]
    when, origin = np.empty(total, np.int64), np.empty(total, np.int64)
    uses, labels = np.empty((total, USE_COLUMNS)), np.empty((LABEL_COLUMNS, total), np.int32)
    k = int(np.int64(0))
    for r in range(owners.size):
        channel, device = -1, -1
        if owners[r] < 0:
            continue
        for row in range(offsets[owners[r]], offsets[owners[r] + 1]):
            if not has_happened(times, row, as_of[r]):
                break
            if not is_use(row, as_of[r], times, codes, at):
                continue
            when[k], origin[k] = times[HAPPENED, row], row
            describe_use(row, values, codes, at, uses[k])
            for label in range(HOUR_OF_WEEK):
                labels[label, k] = code_of(codes, at[label], row)
            labels[HOUR_OF_WEEK, k] = describe_clock(times[HAPPENED, row], clock, uses[k])
            used = code_of(codes, at[DEVICE], row)
            uses[k, CHANNEL_CHANGED] = changed(labels[CHANNEL, k], channel)
            uses[k, DEVICE_CHANGED] = changed(used, device)
            channel = labels[CHANNEL, k]
            device = used if used >= 0 else device
            k += 1
    return starts, when, uses.T.copy(), labels, origin


def uses(chunk: Chunk) -> Rows:
    """Return the uses of channels that were known."""
    table = chunk.portfolio.tables.get("sessions")
    if table is None:
        return no_rows(chunk.owners.size, USE_COLUMNS, LABEL_COLUMNS)
    starts, when, values, labels, origin = fill_uses(
        table.offsets,
        chunk.owners,
        chunk.as_of,
        table.times,
        table.values,
        table.codes,
        positions(table, _WANTED),
        chunk.portfolio.calendar.clock,
    )
    # read-only as the columns of tables are, so that what reads them is compiled for one type
    when.setflags(write=False)
    values.setflags(write=False)
    return Rows(starts[:-1], starts[1:], when, values, labels, origin)


def known_uses(chunk: Chunk) -> Rows:
    """Build the view `uses`, once for all that reads it."""
    return chunk.once(uses)


_ACTION: Final = ("sessions.action",)
_DEVICE: Final = ("sessions.device",)

VIEWS: Final = (
    View(
        name="uses",
        meaning="Every known use of a channel; reminders that were sent are none.",
        source="sessions",
        tables=("sessions",),
        values=(
            ViewColumn("is_login", "1 if it was a login, 0 if another action", "0/1", _ACTION),
            ViewColumn("is_digital", "1 in app and web, 0 in another channel", "0/1"),
            ViewColumn("failed", "1 if it failed, 0 if it ended otherwise", "0/1", ("sessions.outcome",)),
            ViewColumn(
                "balance_view",
                "1 if the balance was looked at: as stated, else by the action; missing without either",
                "0/1",
            ),
            ViewColumn(
                "is_night",
                "1 from 00:00 to 04:59, local time, else 0; missing at midnight itself, a date without hour",
                "0/1",
            ),
            ViewColumn("is_weekend", "1 on days of the portfolio's weekend, local time, else 0", "0/1"),
            ViewColumn("channel_changed", "1 if the use before was in another channel, else 0", "0/1"),
            ViewColumn(
                "device_changed", "1 if the last known device before was another, else 0", "0/1", _DEVICE
            ),
        ),
        codes=(
            ViewColumn("channel", "which channel", needs=("sessions.channel",), labels=SESSION_CHANNELS),
            ViewColumn("action", "what was done", needs=_ACTION, labels=SESSION_ACTIONS),
            ViewColumn("function", "which screen or function", needs=("sessions.function",)),
            ViewColumn(
                "device_class", "what sort of device", needs=("sessions.device_class",), labels=DEVICE_CLASSES
            ),
            ViewColumn(
                "os_family", "which operating system", needs=("sessions.os_family",), labels=OS_FAMILIES
            ),
            ViewColumn("os_release", "which release of it", needs=("sessions.os_release",)),
            ViewColumn("region", "roughly where", needs=("sessions.region",)),
            ViewColumn(
                "hour_of_week",
                "hour of the week, local time, Monday first; missing without an hour",
                labels=HOURS_OF_WEEK,
            ),
        ),
        build=known_uses,
    ),
)
