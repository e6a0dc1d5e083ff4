"""Alarms for features that know the outcome: planted, known in public sets, and silent on clean ones."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import creditscore as cs
from creditscore.errors import OutcomeCarriedWarning
from creditscore.features.compute import FeatureComputer
from creditscore.model.dropping import auc_of_levels
from creditscore.pipeline.cautions import outcome_alarms


def alarms(frame: pd.DataFrame, bad: np.ndarray, categories: tuple[str, ...] = ()) -> set[str]:
    """Codes and features, as a fit would say them."""
    step = max(1, -(-len(bad) // 5_000))
    features = cs.application_features(list(frame), categories)
    asked = frame.assign(
        application_id=range(len(frame)), applicant_id=range(len(frame)), as_of="2020-01-01T00:00Z"
    )
    X = FeatureComputer(features).compute(cs.Applications(asked[::step]), cs.Portfolio(), threads=1).values
    return {
        (one.code, one.subject.removeprefix("application_"))
        for one in outcome_alarms(X, bad[::step], features)
    }


def clean(seed, n=2000):
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(random.normal(size=(n, 4)), columns=["debt", "income", "age", "term"])
    frame["debt"] *= 1e6
    frame.loc[random.random(n) < 0.3, "income"] = np.nan
    frame["purpose"] = random.choice([f"purpose {k}" for k in range(40)], n)
    risk = (
        frame["debt"] / 1e6 - 0.5 * frame["age"] + frame["income"].isna() + (frame["purpose"] < "purpose 2")
    )
    return frame, (random.random(n) < 1 / (1 + np.exp(1.5 - risk))).astype(float), random


@pytest.mark.parametrize("seed", range(12))
def test_silent_on_clean_sets(seed):
    frame, bad, _ = clean(seed)
    assert alarms(frame, bad, ("purpose",)) == set()
    assert alarms(frame[["debt"]], bad) == set()


@pytest.mark.parametrize("seed", range(4))
def test_an_outcome_rounded_and_shuffled_by_one_in_a_hundred(seed):
    frame, bad, random = clean(seed)
    some = random.choice(bad.size, bad.size // 100, replace=False)
    leak = np.round(bad * 4999.7)
    leak[some] = random.permutation(leak[some])
    assert ("outcome_alone", "extra") in alarms(frame.assign(extra=leak), bad, ("purpose",))
    assert ("outcome_alone", "extra") in alarms(pd.DataFrame({"extra": -leak}), bad)


@pytest.mark.parametrize("labels", [2, 12, 300])
def test_labels_that_know_the_outcome(labels):
    frame, bad, random = clean(labels)
    codes = random.integers(0, labels // 2, bad.size) * 2 + bad.astype(int)
    names = np.array([f"status {k * 7919 % 1000}" for k in range(labels)])
    found = alarms(frame.assign(extra=names[codes]), bad, ("purpose", "extra"))
    assert ("outcome_alone", "extra") in found


def test_gaps_and_numbers_in_no_order_that_know_the_outcome():
    frame, bad, random = clean(7)
    gap = np.where(bad == 1, np.nan, random.normal(size=bad.size))
    code = random.integers(0, 8, bad.size) * 2 + bad
    assert ("outcome_alone", "extra") in alarms(frame.assign(extra=gap), bad, ("purpose",))
    assert ("outcome_alone", "extra") in alarms(frame.assign(extra=code), bad, ("purpose",))


def test_levels_of_noise_rank_by_chance_also_where_there_are_many():
    random = np.random.default_rng(8)
    bad = (random.random(3000) < 0.1).astype(float)
    X = np.column_stack([random.integers(0, many, 3000).astype(float) for many in (3, 40, 600, 3000)])
    np.testing.assert_allclose(auc_of_levels(X, bad, [0, 1, 2, 3]), 0.5, atol=0.06)
    assert auc_of_levels(X[:60], bad[:60], [0]).tolist() == [0.5] * 4


def test_a_fit_says_so_of_labels():
    frame, bad, _ = clean(9, 600)
    asked = frame.assign(
        extra=np.where(bad == 1, "closed", "open"),
        application_id=range(600), applicant_id=range(600), as_of="2020-01-01T00:00Z",
    )  # fmt: skip
    features = cs.application_features(["debt"], ["extra"])
    scorer = cs.CreditScorer(recipe="pairs", n_estimators=5, n_folds=2)
    with pytest.warns(OutcomeCarriedWarning, match="outcome_alone: application_extra"):
        cs.CreditPipeline([features], scorer=scorer).fit(cs.Applications(asked), cs.Portfolio(), bad)


def test_total_payment_of_lending_club(real_data):
    frame = pd.read_parquet(real_data("lending_club/loans_2007_2014_clean.parquet"))
    bad = frame.pop("loan_status").to_numpy(float)
    texts = tuple(name for name in frame if frame[name].dtype.kind not in "biuf")
    frame[list(texts)] = frame[list(texts)].astype(object).replace("NONE", None)
    assert {name for _, name in alarms(frame, bad, texts)} == {"total_pymnt"}
    hidden = alarms(frame.rename(columns={"total_pymnt": "x"}), bad, texts)
    assert hidden == {("outcome_when_dropped", "x")}
    assert alarms(frame.drop(columns="total_pymnt"), bad, texts) == set()


def test_charge_offs_of_the_small_business_administration(real_data):
    frame = pd.read_parquet(real_data("sba/loans.parquet")).iloc[::20]
    bad = (frame["MIS_Status"] != "P I F").to_numpy(float)
    age = (pd.Timestamp("2000-01-01") - frame["ChgOffDate"]) / pd.Timedelta(days=1)
    kept = frame[["NoEmp", "GrAppv", "BalanceGross", "ChgOffPrinGr"]].assign(ChgOffDate=age)
    assert {name for code, name in alarms(kept, bad) if code == "outcome_by_name"} == {
        "BalanceGross", "ChgOffPrinGr", "ChgOffDate",
    }  # fmt: skip
    plain = kept.rename(columns={"ChgOffPrinGr": "x", "ChgOffDate": "y", "BalanceGross": "z"})
    assert {name for _, name in alarms(plain, bad)} == {"x", "y"}
    assert alarms(frame[["NoEmp", "GrAppv", "RetainedJob"]], bad) == set()
