"""How applications were filled in, one row a form: time, changes, and whether it was handed in."""

from __future__ import annotations

from typing import Final

import numpy as np

from creditscore._ground.compiled import compiled, inner
from creditscore._ground.instants import HOUR, SECOND
from creditscore._ground.zones import Clock
from creditscore.data.loans.allocation import owner_span
from creditscore.data.tables.vocabularies import FORM_ACTIONS, FORM_FIELDS
from creditscore.data.visible import HAPPENED, has_happened, is_visible
from creditscore.features.chunk import Chunk
from creditscore.features.digital.rows.layout import (
    F8,
    I4,
    I8,
    code_of,
    flag,
    positions,
    time_of_day,
    value_of,
)
from creditscore.features.empty_rows import no_rows
from creditscore.features.payments.rows.flows import MORNING
from creditscore.features.rows import Rows
from creditscore.features.view import View, ViewColumn

# rows of the block of values
FILL_SECONDS, EDITS, INCOME_EDITS, AMOUNT_EDITS, PASTES, BACKTRACKS, SLIDER_MOVES, ERRORS = range(8)
TERMS_SECONDS, FIRST_AMOUNT, LAST_AMOUNT, STARTS, SUBMITTED, ABANDONED, NIGHT, MORNING_HOURS = range(8, 16)
EVENING, PASTE_SHARE, AMOUNT_CHANGE, STEPS = range(16, 20)
FORM_COLUMNS: Final = 20
# positions in the layout
APPLICATION, ACTION, FIELD, VALUE, DURATION = range(5)
_WANTED: Final = ("application_id", "action", "field", "value", "duration_s")

START, EDIT, PASTE, BACKTRACK = (FORM_ACTIONS.index(a) for a in ("start", "edit", "paste", "backtrack"))
SLIDER, ERROR, SUBMIT, ABANDON = (FORM_ACTIONS.index(a) for a in ("slider", "error", "submit", "abandon"))
AMOUNT, INCOME, TERMS = (FORM_FIELDS.index(field) for field in ("amount", "income", "terms"))
NOON, DUSK = 12, 18
# A person who stays longer on the terms than this is no longer reading.
LONGEST_READING: Final = 600.0


@inner
def form_of(key: int, first: int, stop: int, keys: I8) -> int:
    """Return the row of a form that was begun already, the newest first, or ``stop``.

    Arrays: ``keys`` shape (n_forms,).
    """
    for back in range(stop - first):
        if keys[stop - 1 - back] == key:
            return stop - 1 - back
    return stop


@inner
def count_step(action: int, field: int, out: F8) -> None:
    """Count one step of a form.

    Arrays: ``out`` shape (20,).
    """
    out[STEPS] += 1.0
    out[STARTS] += flag(action == START)
    out[PASTES] += flag(action == PASTE)
    out[BACKTRACKS] += flag(action == BACKTRACK)
    out[SLIDER_MOVES] += flag(action == SLIDER)
    out[ERRORS] += flag(action == ERROR)
    if action == EDIT:
        out[EDITS] += 1.0
        out[INCOME_EDITS] += flag(field == INCOME)
        out[AMOUNT_EDITS] += flag(field == AMOUNT)
    if action == SUBMIT:
        out[SUBMITTED], out[ABANDONED] = 1.0, 0.0
    elif action == ABANDON and out[SUBMITTED] == 0.0:
        out[ABANDONED] = 1.0


@inner
def measure_step(row: int, field: int, values: F8, at: I8, out: F8) -> None:
    """Keep how long the terms were read, and the first and the last amount.

    Arrays: ``values`` shape (n_values, n_rows); ``at`` shape (5,), -1 for an absent column; ``out`` shape
    (20,).
    """
    stayed = value_of(values, at[DURATION], row)
    if field == TERMS and not np.isnan(stayed):
        out[TERMS_SECONDS] = min(out[TERMS_SECONDS] + stayed, LONGEST_READING)
    shown = value_of(values, at[VALUE], row)
    if field == AMOUNT and not np.isnan(shown):
        out[LAST_AMOUNT] = shown
        if np.isnan(out[FIRST_AMOUNT]):
            out[FIRST_AMOUNT] = shown


@inner
def finish_form(begun: int, ended: int, clock: Clock, out: F8) -> None:
    """Write what follows from the counts, and what the local clock said at the last step.

    Arrays: ``out`` shape (20,).
    """
    out[FILL_SECONDS] = (ended - begun) / SECOND if out[SUBMITTED] > 0.0 else np.nan
    entered = out[EDITS] + out[PASTES]
    out[PASTE_SHARE] = out[PASTES] / entered if entered > 0.0 else np.nan
    out[AMOUNT_CHANGE] = out[LAST_AMOUNT] / out[FIRST_AMOUNT] if out[FIRST_AMOUNT] > 0.0 else np.nan
    within = time_of_day(ended, clock)
    if within < 0:
        out[NIGHT] = out[MORNING_HOURS] = out[EVENING] = np.nan
        return
    hour = within // HOUR
    out[NIGHT] = flag(hour < MORNING)
    out[MORNING_HOURS] = flag(MORNING <= hour < NOON)
    out[EVENING] = flag(hour >= DUSK)


@compiled
def fill_forms(
    offsets: I8, owners: I8, as_of: I8, times: I8, values: F8, codes: I4, at: I8, clock: Clock
) -> tuple[I8, I8, I8, F8]:
    """Write a row for every form of which a step was known, by the time of its first step.

    Arrays: ``offsets`` shape (n_owners + 1,); ``owners`` shape (n_applications,), -1 for nobody; ``as_of``
    shape (n_applications,) in microseconds; ``times`` shape (n_times, n_rows) in microseconds; ``values``
    shape (n_values, n_rows); ``codes`` shape (n_codes, n_rows), -1 missing; ``at`` shape (5,), -1 for an
    absent column. Returns bounds of shape (n_applications,), then (n_rows,) or (n_columns, n_rows) of the
    rows.
    """
    n = int(np.int64(0))
    for owner in owners:
        first, last = owner_span(offsets, owner)
        n += last - first
    starts, stops = np.zeros(owners.size, np.int64), np.zeros(owners.size, np.int64)
    begun, ended, keys = np.empty(n, np.int64), np.empty(n, np.int64), np.empty(n, np.int64)
    forms = np.zeros((n, FORM_COLUMNS))
    k = int(np.int64(0))
    for r in range(owners.size):
        starts[r] = k
        first, last = owner_span(offsets, owners[r])
        for row in range(first, last):
            if not has_happened(times, row, as_of[r]):
                break
            if not is_visible(times, row, as_of[r]):
                continue
            form = form_of(code_of(codes, at[APPLICATION], row), starts[r], k, keys)
            if form == k:
                begun[k], keys[k] = times[HAPPENED, row], code_of(codes, at[APPLICATION], row)
                forms[k, FIRST_AMOUNT] = forms[k, LAST_AMOUNT] = np.nan
                k += 1
            ended[form] = times[HAPPENED, row]
            field = code_of(codes, at[FIELD], row)
            count_step(code_of(codes, at[ACTION], row), field, forms[form])
            measure_step(row, field, values, at, forms[form])
        stops[r] = k
        for form in range(starts[r], k):
            finish_form(begun[form], ended[form], clock, forms[form])
    return starts, stops, begun[:k].copy(), forms[:k].T.copy()


def forms(chunk: Chunk) -> Rows:
    """Build the view `forms`."""
    table = chunk.portfolio.tables.get("form_events")
    if table is None:
        return no_rows(chunk.owners.size, FORM_COLUMNS, 0)
    starts, stops, when, values = fill_forms(
        table.offsets,
        chunk.owners,
        chunk.as_of,
        table.times,
        table.values,
        table.codes,
        positions(table, _WANTED),
        chunk.portfolio.calendar.clock,
    )
    return Rows(starts, stops, when, values, np.empty((0, when.size), np.int32), np.empty(0, np.int64))


_FIELD: Final = ("form_events.field",)
_STAYED: Final = ("form_events.field", "form_events.duration_s")
_SHOWN: Final = ("form_events.field", "form_events.value")

VIEWS: Final = (
    View(
        name="forms",
        meaning="Every application form of which a step was known; its time is that of the first step.",
        source="form_events",
        tables=("form_events",),
        values=(
            ViewColumn("fill_seconds", "from the first step to the last; missing until handed in", "seconds"),
            ViewColumn("edits", "changes of what a field holds", "count"),
            ViewColumn("income_edits", "changes of the income", "count", _FIELD),
            ViewColumn("amount_edits", "changes of the amount", "count", _FIELD),
            ViewColumn("pastes", "fields that were pasted into", "count"),
            ViewColumn("backtracks", "returns to a page before", "count"),
            ViewColumn("slider_moves", "moves of a slider", "count"),
            ViewColumn("errors", "entries that the form refused", "count"),
            ViewColumn("terms_seconds", "time on the terms, at most 600 seconds", "seconds", _STAYED),
            ViewColumn("first_amount", "the first amount that was shown", "money", _SHOWN),
            ViewColumn("last_amount", "the last amount that was shown", "money", _SHOWN),
            ViewColumn("starts", "how often it was begun", "count"),
            ViewColumn("submitted", "1 once handed in, else 0", "0/1"),
            ViewColumn("abandoned", "1 if given up and not handed in, else 0", "0/1"),
            ViewColumn("is_night", "1 if the last step was from 00:00 to 04:59, local time, else 0", "0/1"),
            ViewColumn("is_morning", "1 if it was from 05:00 to 11:59, local time, else 0", "0/1"),
            ViewColumn("is_evening", "1 if it was from 18:00 to 23:59, local time, else 0", "0/1"),
            ViewColumn("paste_share", "pastes over pastes and changes; missing without either", "share"),
            ViewColumn("amount_change", "the last amount over the first", "ratio", _SHOWN),
            ViewColumn("steps", "known steps", "count"),
        ),
        codes=(),
        build=forms,
    ),
)
