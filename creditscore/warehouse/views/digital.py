"""Uses of channels, registrations and reminders in SQL."""

from __future__ import annotations

from typing import Final

from creditscore._ground.instants import DAY
from creditscore.warehouse import clock
from creditscore.warehouse.given import Given
from creditscore.warehouse.views.writing import flag, is_label, is_weekend, numbers, of_day, read

_MORNING: Final = 5
_DUSK: Final = 18
_MONTHS: Final = 36
_ANSWER_WITHIN: Final = 7 * DAY
_SHORTLY: Final = 3 * DAY
# Numbers of a row that terms read as they stand.
NUMBERS: Final = ("duration_s", "device_age_days", "os_age_days")
_LABELS: Final = ("channel", "action", "function", "device_class", "os_family", "os_release", "region")


def uses(given: Given) -> str:
    """Write every known use of a channel; reminders that were sent are none."""
    action = read(given, "sessions", "action", "c_")
    used = f"SELECT * FROM known_sessions WHERE t < as_of AND NOT COALESCE({action} = 'reminder', FALSE)"
    balance = read(given, "sessions", "balance_view")
    device, outcome = read(given, "sessions", "device", "c_"), read(given, "sessions", "outcome", "c_")
    digital = f"{is_label('c_channel', 'app')} OR {is_label('c_channel', 'web')}"
    by_device = f"PARTITION BY app, CASE WHEN {device} IS NULL THEN 0 ELSE 1 END ORDER BY n"
    columns = [
        "app", "as_of", "t", "n",
        *(f"{read(given, 'sessions', label, 'c_')} AS c_{label}" for label in _LABELS),
        *(f"{read(given, 'sessions', number)} AS v_{number}" for number in NUMBERS),
        f"{flag(is_label(action, 'login'), action)} AS v_is_login",
        f"{flag(digital)} AS v_is_digital",
        f"{flag(is_label(outcome, 'failure'), outcome)} AS v_failed",
        f"COALESCE({balance}, {flag(is_label(action, 'balance'), action)}) AS v_balance_view",
        f"{flag(f'hour < {_MORNING}', 'hour')} AS v_is_night",
        f"{flag(is_weekend(given.calendar))} AS v_is_weekend",
        "LAG(c_channel) OVER (PARTITION BY app ORDER BY n) AS channel_before",
        f"{device} AS used", f"LAG({device}) OVER ({by_device}) AS used_before",
        "CS_TEXT(weekday * 24 + hour) AS c_hour_of_week",
    ]  # fmt: skip
    rows = f"SELECT {', '.join(columns)} FROM ({of_day(used, given.calendar)}) AS clocked"
    changed = (
        f"{flag('c_channel <> channel_before', 'c_channel', 'channel_before')} AS v_channel_changed, "
        f"{flag('used <> used_before', 'used', 'used_before')} AS v_device_changed"
    )
    return f"SELECT *, {changed} FROM ({rows}) AS uses_seen"


def use_months(given: Given) -> str:
    """Write a row for each whole calendar month since the first known use, at most 36."""
    first = "SELECT app, MIN(as_of) AS as_of, MIN(t) AS first_use FROM rows_uses GROUP BY app"
    days = (
        f"SELECT *, {clock.day('first_use', given.calendar)} AS first_day, "
        f"{clock.day('as_of', given.calendar)} AS last_day FROM ({first}) AS first_uses"
    )
    months = (
        f"SELECT *, {clock.month_of('first_day')} AS first_month, {clock.month_of('last_day')} AS last_month "
        f"FROM ({days}) AS use_days"
    )
    listed = (
        f"SELECT *, last_month - k AS m FROM (SELECT *, {clock.month_first('first_month')} AS begin_day FROM "
        f"({months}) AS use_spans) AS spans CROSS JOIN {numbers(1, _MONTHS)}"
    )
    whole = (
        "SELECT *, m + 1 AS following FROM "
        f"({listed}) AS listed WHERE m >= first_month + CASE WHEN first_day > begin_day THEN 1 ELSE 0 END"
    )
    edges = (
        f"SELECT app, as_of, m, {clock.month_first('m')} AS from_day, "
        f"{clock.month_first('following')} AS to_day FROM ({whole}) AS whole_months"
    )
    spans = (
        f"SELECT app, as_of, m, {clock.day_begin('from_day', given.calendar)} AS begins, "
        f"{clock.day_begin('to_day', given.calendar)} AS ends FROM ({edges}) AS edges"
    )
    return (
        "SELECT s.app AS app, MIN(s.as_of) AS as_of, s.begins AS t, s.m AS n, "
        "CAST(COUNT(u.t) AS DOUBLE) AS v_uses, "
        "CASE WHEN COUNT(u.t) = COUNT(u.v_is_login) THEN COALESCE(SUM(u.v_is_login), 0) END AS v_logins, "
        f"AVG(u.v_is_digital) AS v_digital_share FROM ({spans}) AS s LEFT JOIN rows_uses AS u "
        "ON u.app = s.app AND u.t >= s.begins AND u.t < s.ends GROUP BY s.app, s.begins, s.m"
    )


def registration_hours(given: Given) -> str:
    """Write what the clock showed at every known registration and checkout."""
    known = of_day("SELECT app, as_of, t, n FROM known_registrations WHERE t < as_of", given.calendar)
    return (
        f"SELECT app, as_of, t, n, {flag(f'hour < {_MORNING}', 'hour')} AS v_is_night, "
        f"{flag(f'hour >= {_DUSK}', 'hour')} AS v_is_evening FROM ({known}) AS clocked"
    )


def reminders(given: Given) -> str:
    """Write every reminder that was known to be sent."""
    if not given.has("sessions", "action"):
        return "SELECT app, as_of, t, n FROM known_sessions WHERE FALSE"
    took = "CASE WHEN answered > s.t THEN answered - s.t ELSE 0 END"
    answered = (
        f"CASE WHEN NOT answered IS NULL THEN {flag(f'{took} <= {_ANSWER_WITHIN}')} "
        f"WHEN s.as_of - s.t > {_ANSWER_WITHIN} THEN CAST(0 AS DOUBLE) END"
    )
    login = (
        "EXISTS (SELECT 1 FROM rows_uses AS u WHERE u.app = s.app AND u.v_is_login = 1 AND u.t < due "
        f"AND u.t >= due - {_SHORTLY})"
    )
    sent = (
        f"SELECT app, as_of, t, n, {read(given, 'sessions', 'answered_time', 'f_')} AS answered, "
        f"{read(given, 'sessions', 'due_time', 'f_')} AS due FROM known_sessions "
        "WHERE t < as_of AND c_action = 'reminder'"
    )
    first = "SELECT app, MIN(t) AS first_use FROM rows_uses GROUP BY app"
    days = f"CASE WHEN NOT answered IS NULL THEN CAST({took} AS DOUBLE) / {DAY}.0 END"
    return (
        f"SELECT s.app, s.as_of, s.t, s.n, {answered} AS v_answered, {days} AS v_answer_days, "
        f"CASE WHEN due >= first_use + {_SHORTLY} THEN {flag(login)} END AS v_attended "
        f"FROM ({sent}) AS s LEFT JOIN ({first}) AS f ON f.app = s.app"
    )
