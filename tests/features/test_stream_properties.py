"""What holds of months and streams whatever the day, and how they compare with another way to find them."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.features.compute import FeatureComputer
from creditscore.features.payments.declared.catalogue import payment_features
from tests.conftest import REAL_DATA, ROOT
from tests.features.histories.streams_builder import RENT, WAGE, Person

CATALOGUE = payment_features()
STEADY = {
    "payments_income_median_3m": 2_000.0,
    "payments_income_median_12m": 2_000.0,
    "payments_income_volatility_6m": 0.0,
    "payments_income_trend_12m": 0.0,
    "payments_income_recent_to_earlier_12m": 1.0,
    "payments_salary_found": 1.0,
    "payments_salary_monthly_amount": 2_000.0,
    "payments_commitments_monthly_amount": 700.0,
    "payments_recurring_debits_missed": 0.0,
}


@pytest.mark.parametrize("payday", [1, 15, 31])
@pytest.mark.parametrize("zone", ["UTC", "Asia/Tehran", "America/New_York"])
def test_a_steady_life_is_steady_whatever_the_day_one_asks(payday: int, zone: str) -> None:
    person = Person("steady", as_of=date(2026, 1, 1)).monthly(payday, 2_000.0, months=36, **WAGE)
    person.monthly(3, -700.0, months=36, **RENT)
    person.every(4, -20.0, times=260, kind="purchase", category="groceries", counterparty_id="grocer")
    days = [datetime(2025, 1, 1, 7, tzinfo=UTC) + timedelta(days=k) for k in range(365)]
    asked = [{"application_id": f"{k}", "applicant_id": "a", "as_of": day} for k, day in enumerate(days)]
    portfolio = Portfolio.from_records({"payments": person.rows}, timezone=zone)
    matrix = FeatureComputer(CATALOGUE.select(list(STEADY))).compute(
        Applications.from_records(asked), portfolio, threads=1
    )
    for name, wanted in STEADY.items():
        np.testing.assert_allclose(matrix[name], wanted, atol=1e-12, err_msg=name)


def test_money_without_rhythm_is_seldom_taken_for_a_pay() -> None:
    people = []
    for seed in range(200):
        person = Person(f"{seed}").at_odd_days(seed, 20 + 3 * (seed % 60), 50.0, counterparty_id="rides")
        name = f"{seed:03d}"
        people.append(
            [row | {"applicant_id": name, "event_id": name + row["event_id"]} for row in person.rows]
        )
    moment = datetime(2025, 6, 15, tzinfo=UTC)
    asked = [{"application_id": f"{k}", "applicant_id": f"{k:03d}", "as_of": moment} for k in range(200)]
    portfolio = Portfolio.from_records({"payments": [row for rows in people for row in rows]})
    computer = FeatureComputer(CATALOGUE.select(["payments_salary_found"]))
    found = computer.compute(Applications.from_records(asked), portfolio, threads=1).values[:, 0]
    assert np.nansum(found) <= 0.05 * len(found)


@pytest.mark.long
@pytest.mark.skipif(not (REAL_DATA / "berka").is_dir(), reason="the Berka tables are not beside the project")
def test_real_accounts_have_the_streams_that_another_detector_finds() -> None:
    sys.path[:0] = [str(ROOT / "benchmarks"), str(ROOT / "examples")]
    try:
        from streams import compare
    finally:
        del sys.path[:2]
    table = compare(REAL_DATA / "berka")
    assert (table["payments_salary_found"] == table["other_found"]).mean() >= 0.95
    long = table[table["payments_history_days"] >= 180]
    ours, theirs = long["payments_commitments_monthly_amount"], long["other_commitments"]
    assert ((ours - theirs).abs() <= 0.1 * np.maximum(ours, theirs)).mean() >= 0.95


def test_what_comes_every_day_in_one_amount_is_no_commitment_and_hides_none() -> None:
    person = Person("busy", as_of=date(2026, 1, 1)).monthly(3, -700.0, months=24, **RENT)
    person.every(1, -4.5, times=700, kind="bill", category="utilities", counterparty_id="meter")
    asked = [{"application_id": "1", "applicant_id": "a", "as_of": datetime(2026, 1, 1, tzinfo=UTC)}]
    portfolio = Portfolio.from_records({"payments": person.rows})
    found = FeatureComputer(CATALOGUE).compute(Applications.from_records(asked), portfolio)
    assert found["payments_commitments_monthly_amount"].tolist() == [700.0]
