"""Bureau snapshots and earlier loans: by hand, and over real rows of the published tables."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

import creditscore as cs
from creditscore.errors import CreditScoreError
from creditscore.features.compute import FeatureComputer
from creditscore.mappings import from_home_credit

MOMENT = datetime(2018, 3, 31, 12, tzinfo=UTC)
BUREAU = {
    "SK_ID_CURR": 1, "SK_ID_BUREAU": 9, "CREDIT_ACTIVE": "Closed", "CREDIT_CURRENCY": "currency 1",
    "CREDIT_TYPE": "Consumer credit", "DAYS_CREDIT": -400, "DAYS_CREDIT_ENDDATE": -35.0,
    "DAYS_ENDDATE_FACT": -100.0, "DAYS_CREDIT_UPDATE": -90, "AMT_CREDIT_SUM": 5000.0,
    "AMT_CREDIT_SUM_DEBT": float("nan"), "AMT_CREDIT_SUM_LIMIT": 0.0, "CREDIT_DAY_OVERDUE": 3,
}  # fmt: skip


def test_a_bureau_loan_by_hand():
    found = from_home_credit({"bureau": [BUREAU]}, MOMENT)
    (loan,), (statement,) = found.tables["loans"], found.tables["statements"]
    assert loan == {
        "applicant_id": 1, "loan_id": "b9", "event_time": datetime(2017, 2, 24, 12, tzinfo=UTC),
        "lender": "bureau", "known_time": datetime(2017, 12, 31, 11, 59, 59, tzinfo=UTC),
        "kind": "instalment", "amount": 5000.0, "term_days": 365.0,
        "closed_time": datetime(2017, 12, 21, 12, tzinfo=UTC),
    }  # fmt: skip
    assert (statement["days_past_due"], "balance" in statement) == (3.0, False)


def test_months_bands_and_what_is_left_out():
    months = [
        {"SK_ID_BUREAU": 9, "MONTHS_BALANCE": -month, "STATUS": status}
        for month, status in enumerate(["0", "X", "2", "C", "5"])
    ]
    months.append({"SK_ID_BUREAU": 8, "MONTHS_BALANCE": -1, "STATUS": "0"})
    other = BUREAU | {"SK_ID_BUREAU": 7, "CREDIT_CURRENCY": "currency 2"}
    found = from_home_credit({"bureau": [BUREAU, other], "bureau_balance": months}, {1: MOMENT})
    said = {one["event_time"]: one["days_past_due"] for one in found.tables["statements"][1:]}
    assert said == {
        datetime(2018, 3, 28, 12, tzinfo=UTC): 0.0,
        datetime(2018, 1, 28, 12, tzinfo=UTC): 31.0,
        datetime(2017, 11, 28, 12, tzinfo=UTC): 121.0,
    }
    assert dict(found.left_out) == {
        "currency currency 2": 1, "months of status X": 1, "months of status C": 1,
        "months without a loan": 1,
    }  # fmt: skip


def test_instalments_in_parts_and_versions_reach_features():
    previous = {
        "SK_ID_CURR": 1, "SK_ID_PREV": 5, "DAYS_DECISION": -200, "NAME_CONTRACT_STATUS": "Approved",
        "NAME_CONTRACT_TYPE": "Cash loans", "AMT_CREDIT": 300.0,
    }  # fmt: skip
    part = {
        "SK_ID_CURR": 1, "SK_ID_PREV": 5, "NUM_INSTALMENT_VERSION": 1.0, "NUM_INSTALMENT_NUMBER": 1,
        "DAYS_INSTALMENT": -170.0, "DAYS_ENTRY_PAYMENT": -165.0, "AMT_INSTALMENT": 100.0, "AMT_PAYMENT": 60.0,
    }  # fmt: skip
    rows = [
        part, part | {"DAYS_ENTRY_PAYMENT": -150.0, "AMT_PAYMENT": 40.0},
        part | {"NUM_INSTALMENT_NUMBER": 2, "DAYS_INSTALMENT": -140.0, "AMT_PAYMENT": None},
    ]  # fmt: skip
    refused = previous | {"SK_ID_PREV": 6, "NAME_CONTRACT_STATUS": "Refused"}
    found = from_home_credit(
        {"previous_application": [previous, refused], "installments_payments": rows}, MOMENT
    )
    assert [one["instalment_no"] for one in found.tables["instalments"]] == [1, 2]
    assert [one["amount"] for one in found.tables["repayments"]] == [60.0, 40.0]
    assert dict(found.left_out) == {"application Refused": 1}
    asked = cs.Applications.from_records({"application_id": 1, "applicant_id": 1, "as_of": MOMENT})
    matrix = FeatureComputer(cs.repayment_features()).compute(asked, found.to_portfolio())
    values = dict(zip(matrix.names, matrix.values[0], strict=True))
    # The second instalment was due 140 days before, and nothing was paid on it.
    assert values["repayment_dpd_now"] == 140.0


def test_a_month_that_seems_to_end_before_its_loan():
    """Opened 20 days before: the month before counts from the opening on, the one before that is an error."""
    loan = BUREAU | {"CREDIT_ACTIVE": "Active", "DAYS_CREDIT": -20, "DAYS_CREDIT_UPDATE": 0}
    months = [{"SK_ID_BUREAU": 9, "MONTHS_BALANCE": month, "STATUS": "0"} for month in (0, -1, -2)]
    found = from_home_credit({"bureau": [loan], "bureau_balance": months}, MOMENT)
    opened = datetime(2018, 3, 11, 12, tzinfo=UTC)
    ends = [one["event_time"] for one in found.tables["statements"]]
    assert ends == [MOMENT - timedelta(seconds=2), MOMENT.replace(day=28), opened]
    assert dict(found.left_out) == {"months before the loan was opened": 1}
    assert found.to_portfolio().n_loans == 1


@pytest.mark.parametrize("hour", [0, 12])
def test_a_loan_that_was_told_of_on_the_day_it_was_opened(hour):
    """At midnight too, where a second before the update would be the day before the loan."""
    moment = MOMENT.replace(hour=hour)
    loan = BUREAU | {"CREDIT_ACTIVE": "Active", "DAYS_CREDIT": -90}
    found = from_home_credit({"bureau": [loan]}, moment)
    (opened,), (statement,) = found.tables["loans"], found.tables["statements"]
    began = moment - timedelta(days=90)
    assert statement["event_time"] == opened["event_time"] == opened["known_time"] == began
    assert found.to_portfolio().n_loans == 1


@pytest.mark.parametrize(
    ("tables", "as_of", "message"),
    [
        ({"burea": []}, MOMENT, "bureau"),
        ({"bureau": [{"SK_ID_CURR": 1}]}, MOMENT, "SK_ID_BUREAU"),
        ({"bureau": [BUREAU]}, MOMENT.replace(tzinfo=None), "zone"),
        ({"bureau": [BUREAU]}, {2: MOMENT}, "SK_ID_CURR 1"),
        ({"bureau": 7}, MOMENT, "data frame"),
    ],
)
def test_what_is_refused(tables, as_of, message):
    with pytest.raises(CreditScoreError, match=message):
        from_home_credit(tables, as_of)


@pytest.mark.parametrize("moment", [MOMENT, datetime(2018, 1, 15, tzinfo=UTC)])
def test_real_rows_pass_the_door(real_data, moment):
    """2,000 rows of each table; their histories are broken, so most months find no loan and are counted."""
    names = ("bureau", "bureau_balance", "credit_card_balance", "POS_CASH_balance", "installments_payments")
    tables = {name: pd.read_parquet(real_data(f"home_credit_rowsample/{name}.parquet")) for name in names}
    found = from_home_credit(tables, moment)
    made = sum(map(len, found.tables.values()))
    loans = len(found.tables["loans"])
    # Each bureau row makes a loan and a statement; every other row makes one record or is counted.
    assert found.read == made - loans + sum(found.left_out.values())
    portfolio = found.to_portfolio()
    assert portfolio.n_loans == loans == 1998
    person = tables["bureau"].groupby("SK_ID_CURR").size().idxmax()
    profile = portfolio.profile(int(person), moment)
    opened = dict(profile.facts)["loans_open"] + dict(profile.facts)["loans_closed"]
    assert opened == (tables["bureau"]["SK_ID_CURR"] == person).sum()
