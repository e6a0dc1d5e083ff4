"""People are paid and pay on local days, at local hours, in the seasons of their calendar."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from creditscore.errors import ParameterError
from creditscore.simulate import SimulationConfig, simulate_portfolio, simulate_with_truth
from creditscore.simulate.almanac import almanac_of, islamic, nowruz, spring_festival
from creditscore.words.calendars import to_jalali

TEHRAN = {"timezone": "Asia/Tehran", "weekend": ("thu", "fri"), "calendar": "solar_hijri", "currency": "IRR"}


@pytest.fixture(scope="module", params=["UTC", "Tehran", "New York"])
def lender(request):
    """A lender somewhere, its payments with local times and true classes."""
    settings = {"UTC": {}, "Tehran": TEHRAN, "New York": {"timezone": "America/New_York"}}[request.param]
    made, truth = simulate_with_truth(SimulationConfig(people=900, **settings), seed=5)
    payments = made.tables["payments"].drop_duplicates("event_id")
    of = payments["event_id"].map(truth.to_payments().set_index("event_id")["class"].astype(str))
    local = payments["event_time"].dt.tz_convert(made.config.timezone)
    return made, payments.assign(of=of, local=local)


def weekdays(times):
    return times.dt.day_name().str[:3].str.lower()


def test_salaries_fall_on_local_working_days_in_the_morning(lender):
    made, payments = lender
    local = payments.loc[payments["of"].isin(["wages", "pension"]), "local"]
    assert len(local) > 8_000
    assert not set(weekdays(local)) & set(made.config.weekend)
    assert local.dt.hour.between(6, 10).all()


def test_holidays_are_no_paydays(lender):
    made, payments = lender
    local = payments.loc[payments["of"] == "wages", "local"]
    if made.config.calendar == "solar_hijri":
        years = {day.year for day in local}
        closed = {nowruz(year) + timedelta(days=shift) for year in years for shift in (0, 1, 2, 3, 12)}
    else:
        closed = {date(year, month, day) for year in range(2021, 2027) for month, day in ((12, 25), (1, 1))}
    assert not closed & set(local.dt.date)


def test_cash_comes_in_notes(lender):
    _, payments = lender
    cash = payments.loc[(payments["kind"] == "cash") & (payments["channel"] == "atm"), "amount"]
    assert len(cash) > 5_000
    assert ((cash * 100).round() % 1_000 == 0).all()


def test_purchases_follow_the_hours_of_shops_and_the_week(lender):
    made, payments = lender
    bought = payments[payments["of"] == "purchase"]
    hour = bought["local"].dt.hour.value_counts(normalize=True)
    assert hour[range(6)].sum() < 0.03
    assert hour[range(9, 21)].sum() > 0.8
    online = bought.loc[bought["category"] == "online_shopping", "local"].dt.hour
    assert (online >= 21).mean() > 2 * (bought["local"].dt.hour >= 21).mean()
    day = weekdays(bought["local"]).value_counts(normalize=True)
    rest = list(made.config.weekend)
    assert day[rest].mean() > 1.1 * day.drop(rest).mean()


def test_instalments_are_due_on_one_day_of_the_month_at_local_midnight(lender):
    made, _ = lender
    due = made.tables["instalments"]["due_time"].dt.tz_convert(made.config.timezone)
    loan = made.tables["instalments"]["loan_id"]
    # Where a clock skips midnight, as in Tehran on some first of Farvardin, the day begins later.
    clock = due.dt.hour * 3_600 + due.dt.minute * 60 + due.dt.second
    assert (clock == 0).mean() > 0.99
    assert (clock <= 3_600).all()
    if made.config.calendar == "solar_hijri":
        parts = due.dt.date.drop_duplicates()
        of = {day: to_jalali(day) for day in parts}
        day, month = due.dt.date.map(lambda d: of[d][2]), due.dt.date.map(lambda d: of[d][0] * 12 + of[d][1])
    else:
        day, month = due.dt.day, due.dt.year * 12 + due.dt.month
    assert (day.groupby(loan).nunique() == 1).all()
    steps = month.groupby(loan).diff().dropna()
    assert (steps == 1).all()


def test_direct_debits_come_early_and_never_after_the_due_day(lender):
    made, _ = lender
    rows = made.tables["instalments"].dropna(subset="paid_time")
    zone = made.config.timezone
    paid, due = (rows[name].dt.tz_convert(zone) for name in ("paid_time", "due_time"))
    direct = (rows["method"] == "direct_debit") & (paid.dt.hour < 8)
    assert direct.mean() > 0.2
    assert (paid.dt.date <= due.dt.date)[direct].all()
    assert not set(weekdays(paid[direct])) & set(made.config.weekend)


def test_the_portfolio_carries_zone_weekend_and_currency(lender):
    made, _ = lender
    portfolio = made.portfolio()
    assert (portfolio.timezone, portfolio.weekend) == (made.config.timezone, made.config.weekend)
    for name in ("payments", "bills", "loans", "instalments", "statements"):
        named = made.tables[name].get("currency")
        assert (named is None) == (made.config.currency is None)
        assert named is None or (named == made.config.currency).all()
    assert "currency" not in made.tables["ties"]


@pytest.mark.parametrize(
    ("calendar", "feasts"),
    [
        ("gregorian", ["2022-12-25", "2023-12-25"]),
        ("solar_hijri", ["2022-03-21", "2023-03-21", "2024-03-20"]),
        ("islamic", ["2022-05-02", "2023-04-21", "2024-04-10"]),
        ("chinese", ["2023-01-22", "2024-02-10"]),
    ],
)
def test_people_buy_more_before_the_feast_of_their_year(calendar, feasts):
    """Feasts as published; the four weeks before one against those from nine to five weeks before it."""
    dials = SimulationConfig(people=1_500, calendar=calendar, purchases=8.0, sessions=0.1, activities=0.1)
    payments = simulate_portfolio(dials, seed=2).tables["payments"]
    day = payments.loc[payments["kind"] == "purchase", "event_time"].dt.tz_localize(None)
    ratios = []
    for feast in pd.to_datetime(feasts):
        ahead = (feast - day).dt.days
        ratios.append(ahead.between(1, 27).sum() / ahead.between(35, 61).sum())
    assert np.mean(ratios) > 1.12


def test_dates_of_moving_feasts_are_right_to_a_day():
    published = {2021: "02-12", 2022: "02-01", 2023: "01-22", 2024: "02-10", 2025: "01-29", 2026: "02-17"}
    for year, day in published.items():
        assert abs(spring_festival(year) - date.fromisoformat(f"{year}-{day}")) <= timedelta(days=1)
    ends = {
        1442: "2021-05-13",
        1443: "2022-05-02",
        1444: "2023-04-21",
        1445: "2024-04-10",
        1446: "2025-03-30",
    }
    for year, day in ends.items():
        assert abs(islamic(year, 10, 1) - date.fromisoformat(day)) <= timedelta(days=1)


def test_local_times_and_instants_go_back_and_forth():
    """Against the standard library, over every change of the clock of some years."""
    almanac = almanac_of(SimulationConfig(timezone="America/New_York"))
    hours = pd.date_range("2021-01-01", "2024-01-01", freq="1h", tz="UTC")
    instants = hours.as_unit("us").asi8
    local = hours.tz_convert("America/New_York").tz_localize(None).as_unit("us").asi8
    np.testing.assert_array_equal(almanac.local(instants), local)
    back = almanac.instant(local)
    # Only the hour that comes twice in autumn has two instants.
    twice = pd.Series(local).duplicated(keep=False).to_numpy()
    np.testing.assert_array_equal(back[~twice], instants[~twice])
    assert twice.sum() == 6


def test_early_and_late_defaulters(made, truth):
    """Some never pay the first instalment, others stop late: all instalments up to the ninth occur."""
    known = truth.to_applications(paths=0)
    accepted = made.applications.loc[known["bad"].to_numpy() & (known["ring"] < 0).to_numpy()].dropna(
        subset="loan_id"
    )
    rows = made.tables["instalments"]
    rows = rows[rows["loan_id"].isin(accepted["loan_id"])]
    late = rows["paid_time"].isna() | (rows["paid_time"] - rows["due_time"] >= pd.Timedelta(days=90))
    first = rows[late].groupby("loan_id")["instalment_no"].min()
    assert len(first) == len(accepted) > 80
    share = first.value_counts(normalize=True)
    assert 0.04 < share[1] < 0.3
    assert (first >= 6).mean() > 0.25
    assert first.max() >= 8


def test_customers_come_back(made):
    asked = made.applications
    times = asked.groupby("applicant_id")["as_of"]
    assert (times.count() > 1).mean() > 0.1
    again = asked.sort_values("as_of").groupby("applicant_id")["as_of"].diff().dropna()
    assert again.min() >= pd.Timedelta(days=90)
    assert set(asked.loc[asked["applicant_id"].duplicated(), "segment"]) == {"existing"}
    one = simulate_portfolio(SimulationConfig(people=200, returning=0.0), seed=1).applications
    assert len(one) == 200


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"calendar": "julian"}, "'calendar' parameter must be one of gregorian"),
        ({"timezone": "Mars/Base"}, "'timezone' parameter must be the name of a time zone"),
        ({"weekend": ("mon", "tue", "wed", "thu")}, "'weekend' parameter must be at most three days"),
        ({"currency": " "}, "'currency' parameter must be a name such as 'EUR'"),
        ({"returning": 4.0}, "'returning' parameter must be a number within 0 and 3"),
    ],
)
def test_settings_of_the_calendar_that_are_none_are_refused(wrong, message):
    with pytest.raises(ParameterError, match=message):
        SimulationConfig(**wrong)
