"""How applications were filled in, in SQL: one row a form."""

from __future__ import annotations

from typing import Final

from creditscore._ground.instants import SECOND
from creditscore.warehouse.given import Given
from creditscore.warehouse.views.writing import flag, is_label, of_day, read

_MORNING: Final = 5
_NOON: Final = 12
_DUSK: Final = 18
_LONGEST_READING: Final = 600.0
_COUNTED: Final = {
    "starts": "start", "pastes": "paste", "backtracks": "backtrack", "slider_moves": "slider",
    "errors": "error", "edits": "edit",
}  # fmt: skip


def forms(given: Given) -> str:
    """Write every application form of which a step was known; its time is that of the first step."""
    field = read(given, "form_events", "field", "c_")
    value, stayed = read(given, "form_events", "value"), read(given, "form_events", "duration_s")
    edited = is_label("c_action", "edit") + " AND "
    shown = f"{field} = 'amount' AND NOT {value} IS NULL"
    columns = [
        "app", "MIN(as_of) AS as_of", "MIN(t) AS t", "MIN(n) AS n", "MAX(t) AS ended",
        "CAST(COUNT(*) AS DOUBLE) AS v_steps",
        *(f"{_count(is_label('c_action', action))} AS v_{name}" for name, action in _COUNTED.items()),
        f"{_count(edited + is_label(field, 'income'))} AS v_income_edits",
        f"{_count(edited + is_label(field, 'amount'))} AS v_amount_edits",
        f"{_any('submit')} AS v_submitted",
        f"CASE WHEN {_any('submit')} = 1 THEN CAST(0 AS DOUBLE) ELSE {_any('abandon')} END AS v_abandoned",
        f"COALESCE(SUM(CASE WHEN {field} = 'terms' THEN {stayed} END), 0) AS stayed",
        f"CS_NEWEST(CASE WHEN {shown} THEN {value} END, CASE WHEN {shown} THEN n END) AS v_last_amount",
        f"CS_NEWEST(CASE WHEN {shown} THEN {value} END, CASE WHEN {shown} THEN -n END) AS v_first_amount",
    ]  # fmt: skip
    grouped = (
        f"SELECT {', '.join(columns)} FROM known_form_events WHERE t < as_of GROUP BY app, c_application_id"
    )
    after = [
        f"CASE WHEN v_submitted = 1 THEN CAST(ended - t AS DOUBLE) / {SECOND}.0 END AS v_fill_seconds",
        f"CASE WHEN stayed > {_LONGEST_READING} THEN {_LONGEST_READING} ELSE stayed END AS v_terms_seconds",
        "v_pastes / NULLIF(v_edits + v_pastes, 0) AS v_paste_share",
        "CASE WHEN v_first_amount > 0 THEN v_last_amount / v_first_amount END AS v_amount_change",
        f"{flag(f'hour < {_MORNING}', 'hour')} AS v_is_night",
        f"{flag(f'hour >= {_MORNING} AND hour < {_NOON}', 'hour')} AS v_is_morning",
        f"{flag(f'hour >= {_DUSK}', 'hour')} AS v_is_evening",
    ]
    return f"SELECT *, {', '.join(after)} FROM ({of_day(grouped, given.calendar, 'ended')}) AS clocked"


def _count(condition: str) -> str:
    return f"CAST(COUNT(CASE WHEN {condition} THEN 1 END) AS DOUBLE)"


def _any(action: str) -> str:
    return f"MAX({flag(is_label('c_action', action))})"
