"""The examples on the real data, where they lie beside the project: through the contracts, and not worse."""

from __future__ import annotations

from pathlib import Path

import berka
import home_credit
import lending_club
import numpy as np
import pandas as pd
import prosper
import pytest
import sba
import superlender
from _common import SMALL, credit_scorer, cross_validate, light_gbm

import creditscore as cs

QUICK = SMALL | {"n_estimators": 60, "learning_rate": 0.1, "n_folds": 2}


@pytest.fixture
def folder(real_data):
    def find(name: str, table: str) -> Path:
        return real_data(f"{name}/{table}.parquet").parent

    return find


def test_superlender(folder):
    applications, portfolio, bad = superlender.load(folder("superlender", "loans"))
    matrix = cs.CreditPipeline(superlender.features()).compute_features(applications, portfolio)
    assert (len(applications), portfolio.n_loans, bad.sum()) == (2_879, 12_201, 629)
    run = cross_validate(matrix.values, bad, credit_scorer(superlender.features(), QUICK, threads=1))
    assert run.auc > 0.69


def test_superlender_counts_only_what_was_known(folder):
    applications, portfolio, _ = superlender.load(folder("superlender", "loans"))
    known = portfolio.to_frame("loans").groupby("applicant_id").size()
    matrix = cs.CreditPipeline(superlender.features()).compute_features(applications, portfolio)
    expected = known.reindex(list(applications.applicant_ids)).fillna(0)
    assert np.array_equal(np.nan_to_num(matrix["repayment_loans_ever"]), expected)


def test_lending_club(folder):
    raw, mapped = lending_club.read(folder("lending_club", "loans_2007_2014_clean"), rows=500)
    assert "total_pymnt" in mapped.left_out
    assert sum(mapped.bad) == raw["loan_status"].sum()
    features = cs.application_features(columns=lending_club.NUMBERS, categories=lending_club.LABELS)
    matrix = cs.CreditPipeline(features).compute_features(mapped.to_applications(), cs.Portfolio())
    assert np.array_equal(matrix["application_annual_inc"], raw["annual_inc"], equal_nan=True)


def test_home_credit(folder):
    mapped, people = home_credit.read(folder("home_credit_rowsample", "bureau"))
    matrix = home_credit.compute(mapped, people)
    bureau = pd.read_parquet(folder("home_credit_rowsample", "bureau") / "bureau.parquet")
    known = bureau[bureau["CREDIT_CURRENCY"] == "currency 1"].groupby("SK_ID_CURR").size()
    expected = known.reindex(people).fillna(0)
    assert np.array_equal(np.nan_to_num(matrix["repayment_loans_ever"]), expected)


def test_prosper(folder):
    applications, portfolio, bad = prosper.load(folder("prosper_sample", "loans_81cols"))
    assert (len(applications), bad.sum()) == (1_281, 388)
    matrix = cs.CreditPipeline(prosper.features(social=True)).compute_features(applications, portfolio)
    assert np.isfinite(matrix["application_friends_who_lent"]).all()
    assert not {"application_borrower_rate", "application_lp_customerpayments"} & {*matrix.names}


def test_berka(folder):
    place = folder("berka", "loan")
    applications, portfolio, bad = berka.load(place)
    assert (len(applications), bad.sum()) == (235, 21)
    matrix = cs.CreditPipeline(berka.features()).compute_features(applications, portfolio)
    by_hand = berka.reference_features(berka.read(place)).to_numpy(np.float64)
    quick = {"n_estimators": 60, "learning_rate": 0.1, "num_leaves": 7, "n_jobs": 1}
    ours = cross_validate(matrix.values, bad, credit_scorer(berka.features(), QUICK, threads=1))
    theirs = cross_validate(by_hand, bad, light_gbm(**quick))
    assert min(ours.auc, theirs.auc) > 0.75


def test_berka_income_and_penalties_by_hand(folder):
    place = folder("berka", "loan")
    applications, portfolio, _ = berka.load(place)
    matrix = cs.CreditPipeline(berka.features()).compute_features(applications, portfolio)
    by_hand = berka.reference_features(berka.read(place)).loc[list(applications.application_ids)]
    assert np.array_equal(matrix["payments_penalty_count_365d"], by_hand["penalties_365d"].fillna(0.0))
    assert np.allclose(matrix["payments_balance_now"], by_hand["balance_last_365d"])


@pytest.mark.long
def test_sba_in_time(folder):
    found = sba.evaluate(folder("sba", "loans"), threads=1, **QUICK)
    assert found.tables.left_out == 16
    assert list(found.years) == [2000, 2001, 2002, 2003]
    assert found.overall["auc"].low > 0.62
    assert found.pipeline.report is not None
    assert found.pipeline.report.used == 117_485
