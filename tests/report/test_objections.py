"""Objections: clocks in working days of three countries, counted by hand and kept with their days."""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

import creditscore as cs
from creditscore.deciding.working_days import WEEKS, WorkingCalendar
from creditscore.errors import ArtefactError, MissingExtraError, NameUnknownError, ParameterError
from creditscore.report.objections import RULES
from tests.report.conftest import GIVEN, resealed

NOWRUZ = datetime(2026, 3, 17, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def before(decided) -> dict[str, Any]:
    return resealed(decided | {"decided_at": NOWRUZ.isoformat()})


@pytest.fixture(scope="module")
def reported(before) -> cs.DecisionReport:
    return cs.decision_report(before, **(GIVEN | {"objection_days": None, "issued_at": NOWRUZ}))


def opened(report: cs.DecisionReport, rule: Any, at: datetime, **changed: Any) -> cs.Objection:
    given = {"item": "record/outcome/score", "because": "I paid on time.", "rule": rule, "opened_at": at}
    return cs.open_objection(report, **(given | changed))


def test_iranian_days_over_nowruz_by_hand(reported) -> None:
    """Opened on Tuesday 17 March 2026.

    Thursdays and Fridays are free. So are 20 and 21 March (oil; Eid al-Fitr and Nowruz), 22 to 24 March
    (Nowruz), 1 and 2 April (the Republic's and Nature's day). What is left: 18, 25, 28, 29, 30, 31 March,
    4, 5, 6, 7, 8, 11 April; then 12, 13, 15 (the 14th is free) and 18 April.
    """
    found = opened(reported, "IR", NOWRUZ + timedelta(hours=1))
    counted = {clock["step"]: clock["counted"] for clock in found.clocks}
    days = [date.fromisoformat(day) for day in counted["answer"]]
    assert len(days) == 12
    assert not [day for day in days if day.weekday() in (3, 4)]
    for free in ((3, 19), (3, 20), (3, 21), (3, 22), (3, 23), (3, 24), (4, 1), (4, 2)):
        assert date(2026, *free) not in days, free
    assert days[0] == date(2026, 3, 18)
    assert found.due("supplementary") == days[2]
    assert found.due("supplier") == days[4]
    assert found.due("answer") == days[-1] == date(2026, 4, 11)
    assert found.due("correct") == date(2026, 4, 18)


def test_chinese_days_are_worked_on_weekends_in_exchange() -> None:
    """The State Council's list for 2025: free 28 January to 4 February, worked 26 January, 8 February."""
    calendar = WorkingCalendar.of("CN", date(2025, 1, 20), 30)
    free = [date(2025, 1, 28) + timedelta(days=number) for number in range(8)]
    assert not any(calendar.is_working(day) for day in free)
    assert calendar.is_working(date(2025, 1, 26))  # a Sunday
    assert calendar.is_working(date(2025, 2, 8))  # a Saturday
    assert not calendar.is_working(date(2025, 2, 9))
    assert calendar.after(date(2025, 1, 24), 2)[-1] == date(2025, 1, 27)


def test_american_federal_holidays_do_not_count() -> None:
    """Thanksgiving 2026 is 26 November; Independence Day, a Saturday, is observed on Friday 3 July."""
    calendar = WorkingCalendar.of("US", date(2026, 6, 1), 300)
    assert [day.day for day in calendar.after(date(2026, 11, 24), 3)] == [25, 27, 30]
    assert calendar.after(date(2026, 7, 2), 1) == (date(2026, 7, 6),)


@pytest.mark.parametrize("country", sorted(WEEKS))
def test_every_clock_is_counted_as_a_slow_reader_would(reported, country) -> None:
    """An oracle: walk day by day with the free days that the objection keeps, and nothing else."""
    start = datetime(2026, 11, 22, 8, tzinfo=UTC)
    for shift in range(0, 200, 7):
        at = start + timedelta(days=shift)
        found = opened(reported, country, at)
        free = set(found.calendar["holidays"])
        worked = set(found.calendar["worked"])
        off = found.calendar["weeks"][-1]["off"]
        begin = {"objection": at.date()}
        for clock in sorted(found.rule["clocks"], key=lambda one: one["after"] == "answer"):
            day, left = begin[clock["after"]], clock["days"]
            while left:
                day += timedelta(days=1)
                name = day.isoformat()
                works = name in worked or (day.weekday() not in off and name not in free)
                left -= works or not clock["working"]
            begin[clock["step"]] = day
            assert found.due(clock["step"]) == day


def test_a_later_calendar_refutes_no_deadline(reported, monkeypatch) -> None:
    """Whoever reads it asks no package: the days that were used are in it."""
    found = opened(reported, "IR", NOWRUZ + timedelta(hours=1))
    monkeypatch.setitem(sys.modules, "holidays", None)
    again = cs.Objection.from_json(found.to_json())
    assert again == found
    assert again.counted_again() == found.clocks
    with pytest.raises(MissingExtraError, match=r"holidays.*creditscore\[clocks\]"):
        opened(reported, "IR", NOWRUZ + timedelta(hours=1))


def test_the_working_week_is_a_dated_setting(reported) -> None:
    """From 28 March on, Friday and Saturday are free: Saturdays no longer count, Thursdays do."""
    weeks = (cs.WorkingWeek(date(2000, 1, 1), (3, 4)), cs.WorkingWeek(date(2026, 3, 28), (4, 5)))
    usual = opened(reported, "IR", NOWRUZ + timedelta(hours=1)).clocks[-1]["counted"]
    found = opened(reported, "IR", NOWRUZ + timedelta(hours=1), weeks=weeks)
    days = [date.fromisoformat(day) for clock in found.clocks for day in clock["counted"]]
    assert date(2026, 3, 28) not in days
    assert date(2026, 4, 9) in days
    assert date(2026, 3, 26) not in days  # a Thursday of the week before
    assert usual != found.clocks[-1]["counted"]
    assert cs.Objection.from_json(found.to_json()) == found


@pytest.mark.parametrize("part", ["item", "because", "opened_at", "calendar", "clocks", "rule", "in_time"])
def test_a_changed_objection_is_refused(reported, part) -> None:
    stored = json.loads(opened(reported, "CN", NOWRUZ + timedelta(hours=1)).to_json())
    stored[part] = {} if isinstance(stored[part], dict) else stored[part][:-1] if part != "in_time" else None
    with pytest.raises(ArtefactError):
        cs.Objection.from_json(json.dumps(stored))


def test_a_deadline_that_does_not_follow_from_its_days_is_refused_under_any_hash(reported) -> None:
    stored = json.loads(opened(reported, "IR", NOWRUZ + timedelta(hours=1)).to_json())
    stored["clocks"][0]["due"] = "2026-09-01"
    forged = cs.Objection(**{n: p for n, p in stored.items() if n not in ("schema", "sha256")})
    with pytest.raises(ArtefactError, match="not those of the days"):
        cs.Objection.from_json(forged.to_json())


def test_one_objects_within_the_days_of_the_report_or_of_the_rule(reported, before) -> None:
    last = NOWRUZ + timedelta(days=RULES["IR"].object_days or 0)
    assert opened(reported, "IR", last).in_time
    assert not opened(reported, "IR", last + timedelta(days=1)).in_time
    named = cs.decision_report(before, **(GIVEN | {"objection_days": 60, "issued_at": NOWRUZ}))
    assert opened(named, "IR", NOWRUZ + timedelta(days=60)).in_time
    assert not opened(named, "CN", NOWRUZ + timedelta(days=61)).in_time
    assert opened(reported, "CN", NOWRUZ + timedelta(days=400)).in_time


def test_what_is_overdue_is_named(reported) -> None:
    found = opened(reported, "US", datetime(2026, 11, 23, 15, tzinfo=UTC))
    assert found.due("supplier") == date(2026, 12, 1)  # Thanksgiving does not count
    assert found.due("answer") == date(2026, 12, 23)  # all days count
    assert found.overdue(datetime(2026, 12, 1, 23, tzinfo=UTC)) == ()
    assert found.overdue(datetime(2026, 12, 2, 1, tzinfo=UTC)) == ("supplier",)


@pytest.mark.parametrize(
    ("wrong", "error", "told"),
    [
        ({"item": "record/nothing"}, ParameterError, "'item'.*within the report.*outcome"),
        ({"item": "record/features/99999"}, ParameterError, "'item'.*within the report.*0, 1, 2"),
        ({"item": ""}, ParameterError, "'item'"),
        ({"because": " "}, ParameterError, "'because'"),
        ({"because": "a" * 20_001}, ParameterError, "20,000 letters"),
        ({"rule": "FR"}, NameUnknownError, "no rule of objection 'FR'.*'CN', 'IR', 'US'"),
        ({"at": NOWRUZ - timedelta(days=1)}, ParameterError, "'opened_at'.*not before"),
        ({"at": datetime(2026, 4, 1)}, ParameterError, "'opened_at'.*time zone"),  # noqa: DTZ001
        ({"weeks": ()}, ParameterError, "'weeks'"),
        ({"weeks": (cs.WorkingWeek(date(2027, 1, 1), (5, 6)),)}, ParameterError, "'weeks'.*or before"),
    ],
)
def test_what_is_no_objection_is_refused(reported, wrong, error, told) -> None:
    at = NOWRUZ + timedelta(hours=1)
    with pytest.raises(error, match=told):
        opened(reported, **({"rule": "IR", "at": at} | wrong))


@pytest.mark.parametrize("off", [(0, 0), (7,), (-1,), tuple(range(7))])
def test_a_week_has_days(off) -> None:
    with pytest.raises(ParameterError, match="'off'"):
        cs.WorkingWeek(date(2026, 1, 1), off)


def test_a_model_report_is_not_objected_to(model_report) -> None:
    with pytest.raises(ParameterError, match="'report'.*a decision report"):
        opened(model_report, "IR", datetime(2026, 12, 1, tzinfo=UTC))
