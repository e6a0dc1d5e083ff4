"""Rows of text in several scripts, and loans as they were published."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from creditscore.errors import CreditScoreError
from creditscore.mappings import from_lending_club, from_written_rows
from creditscore.words.calendars import to_jalali

NAMES = {"event_time": "d", "amount": "a"}
PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def written(value: float, style: str) -> str:
    text = f"{value:,.2f}"
    if style == "comma":
        return text.replace(",", "_").replace(".", ",").replace("_", ".")
    if style == "persian":
        return text.replace(",", "٬").replace(".", "٫").translate(PERSIAN)
    return text.translate(ARABIC) if style == "arabic" else text


@pytest.mark.parametrize("style", ["point", "comma", "persian", "arabic"])
def test_amounts_and_dates_return_as_they_were(style):
    rng = np.random.default_rng(5)
    amounts = np.round(rng.normal(0.0, 40_000.0, 300), 2)
    amounts[amounts == 0.0] = 1.0
    days = [date(2020, 1, 1) + timedelta(days=int(n)) for n in rng.integers(0, 2_000, 300)]
    jalali = ["{:04}-{:02}-{:02}".format(*to_jalali(day)).translate(PERSIAN) for day in days]
    rows = [{"d": day, "a": written(amount, style)} for day, amount in zip(jalali, amounts, strict=True)]
    found = from_written_rows(rows, "ann", NAMES, decimal="," if style == "comma" else ".")
    frame = found.to_portfolio(timezone="UTC", calendar="jalali", digits="any").to_frame("payments")
    got = sorted(zip(frame["event_time"].dt.date, frame["amount"], strict=True))
    assert got == sorted(zip(days, amounts.tolist(), strict=True))


@pytest.mark.parametrize(
    "text", ["1.234,50", "1,23", "12,34,567.0", "1 2", "--5", "12a", "٫", "1e5", "∞", "½"]
)
def test_amounts_that_could_mean_another_are_refused(text):
    with pytest.raises(CreditScoreError, match="Row 1, 'a'"):
        from_written_rows([{"d": "2024-01-01", "a": "1"}, {"d": "2024-01-01", "a": text}], "ann", NAMES)


def test_jalali_dates_that_nobody_spoke_of_are_refused_with_the_remedy():
    found = from_written_rows([{"d": "1403-03-12", "a": "1"}], "ann", NAMES)
    with pytest.raises(CreditScoreError, match="jalali"):
        found.to_portfolio(timezone="Asia/Tehran")


def test_sides_apart_and_currencies():
    columns = {"event_time": "d", "money_in": "i", "money_out": "o", "currency": "c"}
    rows = [
        {"d": "2024-01-01", "i": "5", "o": None, "c": "EUR"},
        {"d": "2024-01-02", "i": " ", "o": "7.5", "c": "USD"},
    ]
    with pytest.raises(CreditScoreError, match="currency='EUR'"):
        from_written_rows(rows, "ann", columns)
    found = from_written_rows(pd.DataFrame(rows), "ann", columns, currency="USD")
    assert [one["amount"] for one in found.tables["payments"]] == [-7.5]
    assert dict(found.left_out) == {"currency EUR": 1}
    for wrong in ({"i": "", "o": ""}, {"i": "-3", "o": ""}):
        with pytest.raises(CreditScoreError, match="money in or money out"):
            from_written_rows([{"d": "2024-01-01", "c": "EUR"} | wrong], "ann", columns)


@pytest.mark.parametrize(
    "columns", [{"event_time": "d"}, {"amount": "a"}, NAMES | {"money_in": "a"}, NAMES | {"x": "a"}]
)
def test_columns_that_do_not_do(columns):
    with pytest.raises(CreditScoreError):
        from_written_rows([{"d": "2024-01-01", "a": "1"}], "ann", columns)


LOAN = {
    "id": 7, "loan_amnt": "5,000", "term": " 36 months", "int_rate": "10.65%", "grade": "B",
    "issue_d": "Dec-2011", "emp_length": "10+ years", "annual_inc": 24000.0,
    "loan_status": "Charged Off", "total_pymnt": 5863.2,
    "recoveries": 3.0, "last_pymnt_d": "Jan-2015", "home_ownership": "RENT", "revol_util": "83.7%",
}  # fmt: skip


def test_a_published_loan():
    found = from_lending_club([LOAN, LOAN | {"id": 8, "loan_status": "Current", "emp_length": "< 1 year"}])
    first, second = found.records
    assert first == {
        "application_id": 7, "applicant_id": 7, "as_of": datetime(2011, 12, 1, tzinfo=UTC), "amount": 5000.0,
        "term_days": 1095.0, "employed_years": 10.0, "annual_inc": 24000.0, "home_ownership": "RENT",
        "revol_util": 83.7,
    }  # fmt: skip
    assert second["employed_years"] == 0.0
    assert found.bad[0] == 1.0
    assert math.isnan(found.bad[1])
    assert {*found.left_out} == {"int_rate", "grade", "total_pymnt", "recoveries", "last_pymnt_d"}
    assert len(found.to_applications()) == 2


@pytest.mark.parametrize("said", ["NONE", "n/a", "", None, float("nan")])
def test_no_answer_is_no_answer(said):
    """`NONE` was published of where people live; as a label the door would refuse it."""
    found = from_lending_club([LOAN | {"home_ownership": said}, LOAN | {"id": 8, "home_ownership": "ANY"}])
    assert "home_ownership" not in found.records[0]
    assert found.to_applications().text["home_ownership"] == (None, "ANY")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"term": "three years"}, "term"),
        ({"issue_d": "2011"}, "issue_d"),
        ({"issue_d": None}, "as_of"),
        ({"emp_length": "long"}, "emp_length"),
    ],
)
def test_a_loan_that_is_none(changed, message):
    with pytest.raises(CreditScoreError, match=message):
        from_lending_club([LOAN | changed])


def test_real_loans(real_data):
    frame = pd.read_parquet(real_data("lending_club/loans_2007_2014_clean.parquet")).iloc[::20]
    found = from_lending_club(frame, as_of=datetime(2015, 1, 1, tzinfo=UTC))
    assert sum(found.bad) == frame["loan_status"].sum()
    assert "total_pymnt" in found.left_out
    applications = found.to_applications()
    assert applications.numeric["amount"].sum() == frame["loan_amnt"].sum()
    assert not {"total_pymnt", "int_rate", "grade"} & {*applications.numeric, *applications.text}
