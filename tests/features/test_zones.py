"""Local days, hours and weekends in features: cases worked out by hand, over both changes of the clock."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import jsonschema
import numpy as np
import pytest

import creditscore as cs
from creditscore._ground.zones import Calendar
from creditscore.deciding.evidence import gather, opened
from creditscore.errors import ParameterError
from creditscore.features.compute import FeatureComputer
from creditscore.features.definition import Feature
from creditscore.features.formula import Term
from creditscore.features.social.declared.catalogue import social_features
from creditscore.verify.decision import verify_record
from tests.features.repayment_portfolios import random_lending

NEW_YORK, TEHRAN = "America/New_York", "Asia/Tehran"
Record = dict[str, Any]


def at(text: str, zone: str = NEW_YORK) -> datetime:
    """An instant that a local clock shows."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def values(
    names: Sequence[str], moment: datetime, zone: str, weekend: Sequence[str] = ("sat", "sun"), **tables: Any
) -> list[float]:
    """Features of applicant a at a moment."""
    every = cs.payment_features(every=True) + cs.repayment_features(every=True) + social_features() + OWN
    asked = {"application_id": 1, "applicant_id": "a", "as_of": moment}
    portfolio = cs.Portfolio.from_records(tables, timezone=zone, weekend=weekend)
    matrix = FeatureComputer(every.select(names)).compute(cs.Applications.from_records(asked), portfolio)
    return [float(matrix[name][0]) for name in names]


def own(name: str, view: str, statistic: str, column: str | None = None) -> Feature:
    """A feature that reads one column as it is."""
    source = "inquiries" if view == "inquiries" else "loans"
    term = Term(view, statistic, column=column)
    return Feature(name=name, formula=term, label=name, definition=name, unit="days", source=source)


OWN = cs.FeatureSet(
    (
        own("days_late", "instalment_states", "newest", "days_late"),
        own("on_time", "instalment_states", "newest", "on_time"),
        own("shortfall", "instalment_states", "newest", "shortfall"),
        own("length", "episodes", "newest", "length_days"),
        own("days_asked", "inquiries", "active_days"),
    )
)


def lent(due: str, paid: datetime | None = None) -> dict[str, list[Record]]:
    """One loan of applicant a, with an instalment due on a local date."""
    own = {"loan_id": "L", "applicant_id": "a"}
    tables = {
        "loans": [own | {"event_time": at("2024-01-10T09:00")}],
        "instalments": [own | {"due_time": due, "due_amount": 100.0}],
    }
    if paid is not None:
        tables["repayments"] = [own | {"event_time": paid, "amount": 100.0, "event_id": 1}]
    return tables


CHANGES = ["2024-03-10", "2024-11-03"]  # a day of 23 hours, and one of 25


@pytest.mark.parametrize("due", CHANGES)
def test_paid_in_the_last_hour_of_a_due_day_on_which_the_clock_changes_is_in_time(due: str) -> None:
    moment = at(due + "T12:00") + timedelta(days=10)
    names = ["days_late", "on_time", "shortfall", "repayment_worst_dpd_ever"]
    in_time = lent(due, at(due + "T23:30"))
    assert values(names, moment, NEW_YORK, **in_time) == [0.0, 1.0, 0.0, 0.0]
    after = lent(due, at(due + "T23:30") + timedelta(hours=1))  # half past midnight of the next day
    assert values(names, moment, NEW_YORK, **after) == [1.0, 0.0, 100.0, 1.0]
    open_yet = values([*names, "length"], moment, NEW_YORK, **lent(due))
    assert open_yet == [10.0, 0.0, 100.0, 10.0, 10.0]


@pytest.mark.parametrize("due", CHANGES)
def test_days_past_due_rise_at_local_midnights_over_a_change_of_the_clock(due: str) -> None:
    first = datetime.fromisoformat(due)
    for days in range(4):
        midnight = at((first + timedelta(days=days)).isoformat())
        for moment, expected in ((midnight, days), (midnight + timedelta(hours=22, minutes=59), days)):
            found = values(["repayment_dpd_now"], moment + timedelta(microseconds=1), NEW_YORK, **lent(due))
            assert found == [expected]
        if days:
            assert values(
                ["repayment_dpd_now"], midnight - timedelta(microseconds=1), NEW_YORK, **lent(due)
            ) == [days - 1]


def test_the_zone_of_the_portfolio_decides_where_due_times_are_instants() -> None:
    """Due at 18:00 UTC on the first: that is 21:30 in Tehran, with two and a half hours left."""
    tables = lent("2024-02-01T18:00:00+00:00", datetime(2024, 2, 1, 22, tzinfo=UTC))
    moment = datetime(2024, 3, 1, tzinfo=UTC)
    assert values(["days_late"], moment, "UTC", **tables) == [0.0]
    assert values(["days_late"], moment, TEHRAN, **tables) == [1.0]
    assert values(["days_late"], moment, NEW_YORK, **tables) == [0.0]


def purchases(when: Sequence[datetime]) -> list[Record]:
    return [
        {"applicant_id": "a", "event_time": time, "amount": -10.0, "kind": "purchase", "event_id": k}
        for k, time in enumerate(when)
    ]


def shrunk(share: float, n: int, prior: float) -> float:
    return (share * n + 5 * prior) / (n + 5)


def test_half_past_one_comes_twice_and_is_night_both_times() -> None:
    early = datetime(2024, 11, 3, 5, 30, tzinfo=UTC)  # 01:30 summer time
    twice = [early, early + timedelta(hours=1)]  # and 01:30 winter time
    assert [time.astimezone(ZoneInfo(NEW_YORK)).hour for time in twice] == [1, 1]
    five = datetime(2024, 11, 3, 10, 0, tzinfo=UTC)  # 05:00: an hour more than five after midnight
    rows = purchases([*twice * 5, *[five] * 10])
    night, mixed = values(
        ["payments_night_share_180d", "payments_purchase_active_days_share_3m"],
        at("2024-11-20"), NEW_YORK, payments=rows,
    )  # fmt: skip
    assert night == pytest.approx(shrunk(0.5, 20, 0.05))
    assert math.isnan(mixed)


@pytest.mark.parametrize(
    ("zone", "weekend", "expected"),
    [
        ("UTC", ("sat", "sun"), 0.0),
        (TEHRAN, ("sat", "sun"), 0.0),
        (TEHRAN, ("thu", "fri"), 1.0),
        (TEHRAN, ("fri",), 1.0),
        ("UTC", ("thu", "fri"), 1.0),
        ("UTC", ("fri",), 0.0),
        (NEW_YORK, ("fri",), 0.0),
        (TEHRAN, (), 0.0),
    ],
)
def test_the_days_of_the_weekend_are_a_setting(zone: str, weekend: Sequence[str], expected: float) -> None:
    """Every purchase is on a Thursday at 21:00 UTC: half past midnight of Friday in Tehran."""
    first = datetime(2024, 1, 4, 21, tzinfo=UTC)
    rows = purchases([first + timedelta(weeks=k // 4) for k in range(40)])
    names = ["payments_weekend_share_180d", "payments_night_share_180d"]
    share, night = values(names, datetime(2024, 3, 20, tzinfo=UTC), zone, weekend, payments=rows)
    assert share == pytest.approx(shrunk(expected, 40, 0.25))
    assert night == pytest.approx(shrunk(float(zone == TEHRAN), 40, 0.05))


def test_a_bill_paid_before_local_midnight_of_its_due_day_is_in_time() -> None:
    def late(zone: str, paid: datetime) -> float:
        bills = [
            {
                "applicant_id": "a", "bill_id": k, "due_time": f"2024-03-{10 + k}", "due_amount": 5.0,
                "paid_time": paid + timedelta(days=k),
            }
            for k in range(3)
        ]  # fmt: skip
        return values(["bills_days_late_mean_365d"], at("2024-06-01"), zone, bills=bills)[0]

    assert late(NEW_YORK, at("2024-03-10T23:59")) == 0.0
    assert late("UTC", at("2024-03-10T23:59")) == 1.0
    assert late(TEHRAN, at("2024-03-10T23:59", TEHRAN)) == 0.0


def test_active_days_are_local_ones_for_every_view() -> None:
    times = [datetime(2024, 5, day, hour, tzinfo=UTC) for day in (1, 2, 3) for hour in (1, 23)]
    acts = [
        {"person_id": "a", "event_time": time, "kind": "post", "event_id": k} for k, time in enumerate(times)
    ]
    moment = datetime(2024, 6, 1, tzinfo=UTC)
    for zone in ("UTC", TEHRAN, NEW_YORK):
        expected = len({time.astimezone(ZoneInfo(zone)).date() for time in times})
        assert values(["activities_active_days_90d"], moment, zone, activities=acts) == [expected]
        rows = [{"applicant_id": "a", "event_time": time} for time in times]
        assert values(["days_asked"], moment, zone, inquiries=rows) == [expected]


def test_a_loan_turns_bad_at_local_midnight_and_so_does_its_owner() -> None:
    tables = lent("2024-02-01")
    asked = cs.Applications.from_records(
        {"application_id": 1, "applicant_id": "a", "as_of": at("2024-01-10T08:00"), "loan_id": "L"}
    )
    portfolio = cs.Portfolio.from_records(tables, timezone=NEW_YORK)
    rule = cs.OutcomeRule()
    rows = cs.standings_from(portfolio, rule, "2025-03-01T00:00:00Z")
    reached = at("2024-05-01")  # 90 days after the first of February, with an hour less between
    assert [time.to_pydatetime() for time in rows["event_time"]] == [reached]
    assert rule.label(asked, portfolio, "2025-03-01T00:00:00Z").labels.tolist() == [1.0]


def test_a_portfolio_says_its_zone() -> None:
    rows = purchases([datetime(2024, 5, 31, 22, tzinfo=UTC)])
    portfolio = cs.Portfolio.from_records({"payments": rows}, timezone=TEHRAN, weekend=["fri", "thu"])
    assert (portfolio.timezone, portfolio.weekend) == (TEHRAN, ("thu", "fri"))
    shown = "1 applicant, 0 loans, 2024-06-01 to 2024-06-01, Asia/Tehran, weekend thu fri"
    assert repr(portfolio).splitlines()[0] == f"Portfolio({shown})"
    assert shown in portfolio._repr_html_()
    assert cs.Portfolio.from_records({"payments": rows}).timezone == "UTC"
    with pytest.raises(ParameterError, match=r"weekend.*mon, tue.*Friday"):
        cs.Portfolio(payments=rows, weekend=["Friday"])


# stored decisions


@pytest.fixture(scope="module")
def lending() -> tuple[cs.Applications, dict[str, list[Record]], cs.CreditPipeline]:
    tables, rows = random_lending(seed=4, applicants=120)
    applications = cs.Applications.from_records(rows)
    portfolio = cs.Portfolio.from_records(tables, timezone=NEW_YORK)
    chosen = cs.FeatureSet(tuple(cs.repayment_features(every=True))[::9])
    scorer = cs.CreditScorer(n_estimators=15, min_child_samples=10)
    late = FeatureComputer(cs.repayment_features().select(["repayment_worst_dpd_ever"]))
    worst = np.nan_to_num(late.compute(applications, portfolio)["repayment_worst_dpd_ever"])
    bad = (worst + np.random.default_rng(1).normal(0, 20, worst.size) > 40).astype(float)
    return applications, tables, cs.CreditPipeline(chosen, scorer=scorer).fit(applications, portfolio, bad)


@pytest.mark.parametrize("zone", [TEHRAN, NEW_YORK])
def test_a_record_keeps_the_calendar_and_is_replayed_without_knowing_the_zone(
    zone: str, lending: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    applications, tables, pipeline = lending
    portfolio = cs.Portfolio.from_records(tables, timezone=zone, weekend=("thu", "fri"))
    records = [pipeline.decide(applications.take([row]), portfolio) for row in range(0, 60, 3)]
    monkeypatch.setattr("creditscore._ground.zones._offsets_of", lambda _: pytest.fail("looked up"))
    schema = jsonschema.Draft202012Validator(cs.DecisionRecord.schema())
    for record in records:
        schema.validate(record.to_dict())
        calendar = record.content["inputs"]["calendar"]
        assert (calendar["timezone"], calendar["weekend"]) == (zone, ["thu", "fri"])
        assert calendar["offsets"][0]["from"] is None
        assert len(calendar["offsets"]) < 12
        assert cs.replay_decision(record, pipeline.model) is None
        assert verify_record(record.to_dict()).passed
    changed = [
        cs.replay_decision(cs.DecisionRecord.from_dict(elsewhere(record)), pipeline.model)
        for record in records
    ]
    assert any(difference is not None for difference in changed)


def elsewhere(record: cs.DecisionRecord) -> Record:
    """The record, as if it had been taken twelve hours to the west."""
    content = record.to_dict()
    for offset in content["inputs"]["calendar"]["offsets"]:
        offset["seconds"] -= 12 * 3_600
    return {name: part for name, part in content.items() if name != "sha256"}


def test_a_record_in_utc_says_nothing_of_a_calendar(lending: Any) -> None:
    applications, tables, pipeline = lending
    portfolio = cs.Portfolio.from_records(tables, timezone="Etc/UTC")
    record = pipeline.decide(applications.take([0]), portfolio)
    assert "calendar" not in record.content["inputs"]


def test_a_stored_calendar_holds_the_offsets_of_its_rows_alone(lending: Any) -> None:
    applications, tables, pipeline = lending
    portfolio = cs.Portfolio.from_records(tables, timezone=NEW_YORK)
    inputs = json.loads(gather(pipeline.model.computer, applications.take([5]), portfolio).inputs_text())
    calendar = Calendar.from_dict(inputs["calendar"])
    years = [datetime.fromisoformat(part["from"]).year for part in inputs["calendar"]["offsets"][1:]]
    assert set(years) <= {2020, 2021, 2022, 2023, 2024}
    assert opened(inputs)[1].calendar == calendar
