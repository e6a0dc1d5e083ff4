"""The views of digital channels in plain Python over records, written apart from the kernels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Row = dict[str, Any]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
WEEK = timedelta(days=7)
SAT = 5


def micros(when: datetime) -> int:
    return (when - EPOCH) // timedelta(microseconds=1)


def known(
    rows: Sequence[Mapping[str, Any]], person: str, as_of: datetime, time: str = "event_time"
) -> list[Row]:
    """The latest version of each event that was known before the moment, if it happened before it."""
    latest: dict[Any, Row] = {}
    mine = [row for row in rows if row["applicant_id"] == person and row["known_time"] < as_of]
    for n, row in enumerate(sorted(mine, key=lambda row: row["known_time"])):
        latest[row.get("event_id") or n] = dict(row)
    past = [row for row in latest.values() if row[time] < as_of]
    return sorted((row | {"time": micros(row[time])} for row in past), key=lambda row: row["time"])


def clock(when: datetime, zone: str) -> datetime:
    return when.astimezone(ZoneInfo(zone))


def hour_of(when: datetime, zone: str) -> int | None:
    """The local hour; none at midnight itself, which is a date."""
    local = clock(when, zone)
    whole = (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0)
    return None if whole else local.hour


def month_of(when: datetime, zone: str) -> int:
    local = clock(when, zone)
    return local.year * 12 + local.month - 1


def number(flag: bool | None) -> float | None:
    return None if flag is None else float(flag)


def uses(world: Mapping[str, Any], person: str, as_of: datetime, zone: str) -> list[Row]:
    rows = [row for row in known(world["sessions"], person, as_of) if row["action"] != "reminder"]
    channel = device = None
    for row in rows:
        hour, weekday = hour_of(row["event_time"], zone), clock(row["event_time"], zone).weekday()
        balance = row["balance_view"]
        if balance is None and row["action"] is not None:
            balance = row["action"] == "balance"
        row |= {
            "is_login": None if row["action"] is None else float(row["action"] == "login"),
            "is_digital": float(row["channel"] in ("app", "web")),
            "failed": None if row["outcome"] is None else float(row["outcome"] == "failure"),
            "balance_view": number(balance),
            "is_night": None if hour is None else float(hour < 5),
            "is_weekend": float(weekday >= SAT),
            "hour_of_week": None if hour is None else (weekday, hour),
            "channel_changed": None if channel is None else float(row["channel"] != channel),
            "device_changed": None
            if device is None or row["device"] is None
            else float(row["device"] != device),
        }
        channel, device = row["channel"], row["device"] or device
    return rows


def use_months(world: Mapping[str, Any], person: str, as_of: datetime, zone: str) -> list[Row]:
    rows = uses(world, person, as_of, zone)
    if not rows:
        return []
    first, now = clock(rows[0]["event_time"], zone), clock(as_of, zone)
    begin = first.year * 12 + first.month - 1 + (first.day > 1)
    months = []
    for month in range(begin, now.year * 12 + now.month - 1):
        of_month = [row for row in rows if month_of(row["event_time"], zone) == month]
        logins = [row["is_login"] for row in of_month]
        digital = [row["is_digital"] for row in of_month]
        months.append(
            {
                "time": micros(datetime(month // 12, month % 12 + 1, 1, tzinfo=ZoneInfo(zone))),
                "uses": float(len(of_month)),
                "logins": None if None in logins else float(sum(logins)),
                "digital_share": sum(digital) / len(digital) if digital else None,
            }
        )
    return months


def reminders(world: Mapping[str, Any], person: str, as_of: datetime, zone: str) -> list[Row]:
    used = uses(world, person, as_of, zone)
    rows = [row for row in known(world["sessions"], person, as_of) if row["action"] == "reminder"]
    for row in rows:
        answered, seen = row["answered_time"], row["answered_known_time"]
        if answered is None or answered >= as_of or seen >= as_of:
            answered = None
        if answered is not None:
            row["answered"] = float(answered - row["event_time"] <= WEEK)
            row["answer_days"] = (answered - row["event_time"]) / timedelta(days=1)
        else:
            row["answered"] = 0.0 if as_of - row["event_time"] > WEEK else None
            row["answer_days"] = None
        due, three = row["due_time"], timedelta(days=3)
        past = due is not None and due < as_of and used and due >= used[0]["event_time"] + three
        logins = [r["event_time"] for r in used if r["is_login"] == 1.0]
        row["attended"] = float(any(due - three <= login < due for login in logins)) if past else None
    return rows


def forms(world: Mapping[str, Any], person: str, as_of: datetime, zone: str) -> list[Row]:
    steps: dict[str, list[Row]] = {}
    for row in known(world["form_events"], person, as_of):
        steps.setdefault(row["application_id"], []).append(row)
    return sorted((form(rows, zone) for rows in steps.values()), key=lambda row: row["time"])


def form(rows: list[Row], zone: str) -> Row:
    def times(action: str, field: str | None = None) -> float:
        return float(sum(r["action"] == action and field in (None, r["field"]) for r in rows))

    handed_in = times("submit") > 0
    read = [r["duration_s"] for r in rows if r["field"] == "terms" and r["duration_s"] is not None]
    shown = [r["value"] for r in rows if r["field"] == "amount" and r["value"] is not None]
    entered = times("edit") + times("paste")
    hour = hour_of(rows[-1]["event_time"], zone)
    spent = (rows[-1]["event_time"] - rows[0]["event_time"]) / timedelta(seconds=1)
    return {
        "time": rows[0]["time"],
        "fill_seconds": spent if handed_in else None,
        "edits": times("edit"),
        "income_edits": times("edit", "income"),
        "amount_edits": times("edit", "amount"),
        "pastes": times("paste"),
        "backtracks": times("backtrack"),
        "slider_moves": times("slider"),
        "errors": times("error"),
        "terms_seconds": min(float(sum(read)), 600.0),
        "starts": times("start"),
        "submitted": float(handed_in),
        "abandoned": float(not handed_in and times("abandon") > 0),
        "is_night": None if hour is None else float(hour < 5),
        "is_morning": None if hour is None else float(5 <= hour < 12),
        "is_evening": None if hour is None else float(hour >= 18),
        "paste_share": times("paste") / entered if entered else None,
        "amount_change": shown[-1] / shown[0] if shown else None,
    }


def registration_hours(world: Mapping[str, Any], person: str, as_of: datetime, zone: str) -> list[Row]:
    rows = known(world["registrations"], person, as_of)
    for row in rows:
        hour = hour_of(row["event_time"], zone)
        row["is_night"] = None if hour is None else float(hour < 5)
        row["is_evening"] = None if hour is None else float(hour >= 18)
    return rows


def as_it_is(name: str) -> Any:
    def rows(world: Mapping[str, Any], person: str, as_of: datetime, _zone: str) -> list[Row]:
        found = known(world[name], person, as_of)
        return [{k: float(v) if isinstance(v, bool) else v for k, v in row.items()} for row in found]

    return rows


VIEWS = {
    "uses": uses,
    "use_months": use_months,
    "reminders": reminders,
    "forms": forms,
    "registration_hours": registration_hours,
    "registrations": as_it_is("registrations"),
    "settings": as_it_is("settings"),
    "complaints": as_it_is("complaints"),
}
