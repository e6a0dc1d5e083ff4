"""Raw frames become tables of the contracts: signs, moments, due dates, and nothing from later."""

from __future__ import annotations

import berka
import numpy as np
import pandas as pd
import pytest
import sba
import superlender
from _common import CrossValidated, cross_validate, paired_difference

import creditscore as cs


def times(*texts: str) -> pd.Series:
    return pd.Series(pd.to_datetime(list(texts)))


def scored_loan() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "customerid": ["a"],
            "systemloanid": [30],
            "approveddate": times("2017-07-05 00:30:00"),
            "loanamount": [10_000],
            "totaldue": [11_500.0],
            "termdays": [15],
            "referredby": [None],
            "good_bad_flag": ["Bad"],
        }
    )


def previous_loans() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "customerid": ["a", "a"],
            "systemloanid": [10, 20],
            "approveddate": times("2017-01-01 10:00", "2017-03-01 10:00"),
            "loanamount": [10_000, 20_000],
            "totaldue": [11_500.0, 24_000.0],
            "termdays": [15, 60],
            "firstduedate": times("2017-01-16", "2017-03-31"),
            "firstrepaiddate": times("2017-01-10 10:00", "2017-03-30 10:00"),
            "closeddate": times("2017-01-20 10:00", "2017-05-02 10:00"),
        }
    )


def test_superlender_terms_and_outcome():
    tables = superlender.to_tables(scored_loan(), previous_loans())
    row = tables.applications.iloc[0]
    assert tables.bad.tolist() == [1]
    assert (row["amount"], row["term_days"], row["is_referred"]) == (10_000, 15, 0)
    assert row["price"] == pytest.approx(0.15)
    assert (row["first_due_day"], row["first_due_weekday"]) == (20, 3)  # Thursday, 20 July 2017


def test_superlender_moment_is_local():
    tables = superlender.to_tables(scored_loan(), previous_loans())
    applications = cs.Applications(tables.applications, timezone=superlender.TIMEZONE)
    assert applications.as_of[0] == np.datetime64("2017-07-04T23:30", "us").astype(np.int64)


def test_superlender_instalments():
    made = superlender.to_tables(scored_loan(), previous_loans()).instalments
    assert made["loan_id"].tolist() == [10, 20, 20]
    assert made["instalment_no"].tolist() == [1, 1, 2]
    assert made["due_amount"].tolist() == [11_500, 12_000, 12_000]
    due = [str(day.date()) for day in made["due_time"]]
    assert due == ["2017-01-16", "2017-03-31", "2017-04-30"]
    # A single instalment was paid when the loan was closed, not when a first part of it came.
    paid = [str(day.date()) for day in made["paid_time"]]
    assert paid == ["2017-01-20", "2017-03-30", "2017-05-02"]


def test_superlender_lateness_comes_through():
    tables = superlender.to_tables(scored_loan(), previous_loans())
    zone = superlender.TIMEZONE
    portfolio = cs.Portfolio(loans=tables.loans, instalments=tables.instalments, timezone=zone)
    pipeline = cs.CreditPipeline(superlender.features())
    matrix = pipeline.compute_features(cs.Applications(tables.applications, timezone=zone), portfolio)
    assert matrix["repayment_days_late_max_ever"][0] == 4
    assert matrix["repayment_loans_ever"][0] == 2


def bank() -> tuple[pd.DataFrame, pd.DataFrame]:
    loan = pd.DataFrame(
        {
            "loan_id": [1, 2],
            "account_id": [7, 8],
            "date": times("1997-05-10", "1997-05-10"),
            "amount": [1_200, 2_400],
            "duration": [12, 24],
            "payments": [100.0, 100.0],
            "status": ["D", "C"],
        }
    )
    trans = pd.DataFrame(
        {
            "trans_id": [1, 2, 3, 4],
            "account_id": [7, 7, 7, 7],
            "date": times("1997-05-01", "1997-05-09", "1997-05-10", "1997-06-01"),
            "type": ["PRIJEM", "VYDAJ", "VYBER", "VYDAJ"],
            "operation": ["PREVOD Z UCTU", None, "VYBER", "PREVOD NA UCET"],
            "amount": [500.0, 20.0, 100.0, 100.0],
            "balance": [500.0, -20.0, 380.0, 280.0],
            "k_symbol": [None, "SANKC. UROK", None, "UVER"],
            "bank": ["AB", None, None, "CD"],
            "account": pd.array([12, None, None, 34], dtype="Int64"),
        }
    )
    return loan, trans


def test_berka_payments():
    tables = berka.to_tables(*bank())
    made = tables.payments
    assert tables.bad.tolist() == [1, 0]
    assert made["amount"].tolist() == [500, -20, -100, -100]
    assert made["kind"].tolist() == ["transfer", "penalty", "cash", "loan_out"]
    assert made["counterparty_id"].tolist()[0] == "AB/12"
    assert made["counterparty_id"].isna().tolist() == [False, True, True, False]


def test_berka_counts_nothing_from_the_day_of_the_loan_on():
    loan, trans = bank()
    # with less than nine tenths of the thirty days nothing would be known of them
    opened = trans.iloc[[0]].assign(trans_id=0, date=times("1997-04-01"))
    tables = berka.to_tables(loan, pd.concat([opened, trans], ignore_index=True))
    payments = cs.Portfolio(payments=tables.payments, timezone=berka.TIMEZONE)
    applications = cs.Applications(tables.applications, timezone=berka.TIMEZONE)
    matrix = cs.CreditPipeline(berka.features()).compute_features(applications, payments)
    assert matrix["payments_outflow_count_30d"][0] == 1
    assert matrix["payments_covered"].tolist() == [1, 0]


def test_berka_reference_sees_the_same_days():
    by_hand = berka.reference_features(berka.to_tables(*bank()))
    assert by_hand.loc[1, "outflow_30d"] == 20
    assert by_hand.loc[1, "amount_count_30d"] == 2
    assert np.isnan(by_hand.loc[2, "amount_count_30d"])


def register() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "LoanNr_ChkDgt": [1, 2, 3, 4, 5],
            "ApprovalDate": times("1995-03-01", "1995-03-01", "1995-03-01", "1978-01-01", "2001-06-01"),
            "ChgOffDate": times("1997-03-01", "1999-03-01", "1990-01-01", None, None),
            "MIS_Status": ["CHGOFF", "CHGOFF", "CHGOFF", "P I F", "CHGOFF"],
            "GrAppv": [100.0] * 5,
            "SBA_Appv": [75.0] * 5,
            "NoEmp": [4] * 5,
            "NewExist": [1.0, 2.0, 0.0, 1.0, 1.0],
            "LowDoc": ["Y", "N", "C", "N", "N"],
            "FranchiseCode": [0, 1, 2, 0, 0],
            "NAICS": [451120, 0, 0, 0, 0],
            "State": ["IN"] * 5,
            "BankState": ["IN", "OH", None, "IN", "IN"],
        }
    )


def test_sba_leaves_out_what_cannot_be_told_and_counts_it():
    tables = sba.to_tables(register())
    assert tables.applications["application_id"].tolist() == [1, 2]
    assert tables.left_out == 2


def test_sba_bad_is_a_charge_off_within_three_years():
    tables = sba.to_tables(register())
    applications = cs.Applications(tables.applications, timezone=sba.TIMEZONE)
    portfolio = cs.Portfolio(loans=tables.loans, timezone=sba.TIMEZONE)
    assert sba.RULE.label(applications, portfolio, sba.EXTRACTED).labels.tolist() == [1, 0]


def test_sba_attributes():
    made = sba.to_tables(register()).applications
    assert made["guaranteed_share"].tolist() == [0.75, 0.75]
    assert made["is_new"].tolist() == [0, 1]
    assert made["bank_in_state"].tolist() == [1, 0]
    assert made["sector"].tolist()[0] == "45"
    assert made["sector"].isna().tolist() == [False, True]
    assert not {"Term", "DisbursementDate", "UrbanRural"} & set(made.columns)


def test_every_row_is_predicted_by_a_model_that_has_not_seen_it():
    seen: list[np.ndarray] = []

    def fit(X, bad):
        seen.append(X[:, 0])

        def predict(rows):
            assert not np.isin(rows[:, 0], seen[-1]).any()
            return rows[:, 0]

        return predict

    X, bad = np.arange(40.0)[:, None], np.arange(40) % 2
    run = cross_validate(X, bad, fit)
    assert np.array_equal(run.log_odds, X[:, 0])
    assert np.bincount(run.fold).tolist() == [8] * 5


def test_paired_difference_of_a_model_with_itself_is_nothing():
    random = np.random.default_rng(0)
    run = CrossValidated(np.arange(40) % 2, random.normal(size=40), np.arange(40) // 8)
    better = CrossValidated(run.bad, run.log_odds + 2.0 * run.bad, run.fold)
    same = paired_difference([run], [run], resamples=20)
    assert (same.difference, same.low, same.high) == (0, 0, 0)
    assert paired_difference([better], [run], resamples=20).low > 0
