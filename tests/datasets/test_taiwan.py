"""The shipped card data: every row, no protected column, and months where they belong."""

from __future__ import annotations

import numpy as np
import pyarrow.parquet as pq
import pytest

from creditscore import datasets
from creditscore.datasets.taiwan import TaiwanCards, taiwan_tables

PROTECTED = {"sex", "education", "marriage", "marital_status", "age"}


@pytest.fixture(scope="module")
def cards() -> TaiwanCards:
    return datasets.load_taiwan_cards()


def months(*newest_first: float) -> list[np.ndarray]:
    return [np.array([value]) for value in newest_first]


def one_customer() -> TaiwanCards:
    raw = {"ID": np.array([7]), "LIMIT_BAL": np.array([1000]), "DEFAULT": np.array([1])}
    raw |= dict(
        zip(("PAY_0", "PAY_2", "PAY_3", "PAY_4", "PAY_5", "PAY_6"), months(2, 0, -1, -2, 8, 1), strict=True)
    )
    raw |= dict(zip((f"BILL_AMT{k}" for k in range(1, 7)), months(600, 500, 400, -3, 200, 100), strict=True))
    raw |= dict(zip((f"PAY_AMT{k}" for k in range(1, 7)), months(0, 50, 40, 30, 20, 10), strict=True))
    return taiwan_tables(raw)


def test_every_customer_is_there(cards):
    assert cards.applications.num_rows == cards.loans.num_rows == len(cards.bad) == 30_000
    assert cards.bad.sum() == 6_636
    assert cards.applications["application_id"].to_pylist() == list(range(1, 30_001))


def test_money_adds_up_to_the_file(cards):
    # Sums of LIMIT_BAL, BILL_AMT1 to 6 and PAY_AMT1 to 6 over the file as published.
    raw = pq.read_table(_shipped()).to_pandas()
    assert cards.loans["limit"].to_numpy().sum() == raw["LIMIT_BAL"].sum() == 5_024_529_680
    bills = raw.filter(regex="BILL_AMT").to_numpy(np.float64).sum()
    assert cards.statements["balance"].to_numpy().sum() == bills
    paid = raw.filter(regex="PAY_AMT").to_numpy(np.float64).sum()
    assert cards.statements["payment"].to_numpy().sum() == cards.repayments["amount"].to_numpy().sum() == paid


def test_no_table_has_a_protected_column(cards):
    for table in (cards.applications, cards.loans, cards.statements, cards.repayments):
        assert not PROTECTED & {name.lower() for name in table.column_names}


def test_protected_columns_are_apart_and_match_by_id(cards):
    protected = datasets.load_taiwan_protected()
    assert protected["application_id"].to_pylist() == cards.applications["application_id"].to_pylist()
    assert set(protected["sex"].to_pylist()) == {1, 2}
    assert 18 <= min(protected["age"].to_pylist()) <= max(protected["age"].to_pylist()) < 100


def test_months_stand_where_they_belong():
    statements = one_customer().statements.sort_by("event_time").to_pydict()
    assert [day.isoformat()[:10] for day in statements["event_time"]] == [
        "2005-04-30", "2005-05-31", "2005-06-30", "2005-07-31", "2005-08-31", "2005-09-30",
    ]  # fmt: skip
    assert statements["balance"] == [100, 200, -3, 400, 500, 600]
    assert statements["payment"] == [10, 20, 30, 40, 50, 0]
    assert statements["reported_status"] == [1, 8, -2, -1, 0, 2]
    assert statements["days_past_due"] == [30, 240, 0, 0, 0, 60]


def test_a_month_without_payment_is_no_repayment():
    repayments = one_customer().repayments.sort_by("event_time").to_pydict()
    assert repayments["amount"] == [10, 20, 30, 40, 50]
    assert [day.month for day in repayments["event_time"]] == [4, 5, 6, 7, 8]


def test_everything_was_known_before_the_moment(cards):
    moment = cards.applications["as_of"][0].as_py()
    for table in (cards.loans, cards.statements, cards.repayments):
        assert max(table["event_time"].to_pylist()) < moment


def test_each_block_of_thirty_days_holds_one_statement():
    moment = one_customer().applications["as_of"][0].as_py()
    blocks = [(moment - day).days // 30 for day in one_customer().statements["event_time"].to_pylist()]
    assert sorted(blocks) == list(range(6))


def test_the_contracts_hold(cards):
    portfolio = cards.to_portfolio()
    assert portfolio.n_applicants == portfolio.n_loans == 30_000
    assert not portfolio.hints
    assert len(cards.to_applications()) == 30_000


def _shipped():
    from importlib.resources import files

    return files("creditscore.datasets") / "data" / "taiwan.parquet"
