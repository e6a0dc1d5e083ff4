"""What a careful colleague would say of a fit is refused, or said and kept in its report."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

import creditscore as cs
from creditscore.errors import (
    FewRowsWarning,
    FittingError,
    FitWarning,
    LabelsReversedWarning,
    NameUnknownError,
    OutcomeCarriedWarning,
    ParameterError,
    TreesCappedWarning,
    UnreadColumnsWarning,
)

N = 600
QUICK = cs.CreditScorer(n_estimators=8, learning_rate=0.2)


def form(n=N, seed=0):
    rng = np.random.default_rng(seed)
    return [
        {
            "application_id": f"a{k}",
            "applicant_id": k,
            "as_of": "2024-06-01T00:00Z",
            "income": float(rng.uniform(1, 9)),
            "debt": float(rng.uniform(1, 9)),
            "noise": float(rng.normal()),
            "job": ("clerk", "driver", "nurse")[k % 3],
        }
        for k in range(n)
    ]


def outcomes(rows, seed=1):
    rng = np.random.default_rng(seed)
    risk = np.array([row["debt"] - row["income"] for row in rows])
    return (risk + rng.normal(0, 3, len(rows)) > 2).astype(float)


def fitted(rows, bad, columns=("income", "debt", "noise"), signs=None, **more):
    features = [cs.application_features(columns, ("job",), signs=signs)]
    return cs.CreditPipeline(features, scorer=more.pop("scorer", QUICK)).fit(
        cs.Applications(rows), cs.Portfolio(), bad, **more
    )


def codes(pipeline):
    return Counter(one.code for one in pipeline.report.warnings)


def test_labels_that_run_against_the_signs_are_said():
    rows = form()
    signs = {"income": -1, "debt": 1}
    assert "labels_reversed" not in codes(fitted(rows, outcomes(rows), signs=signs))
    with pytest.warns(LabelsReversedWarning, match="labels_reversed: 2 signed features"):
        fitted(rows, 1.0 - outcomes(rows), signs=signs)


def test_a_feature_that_carries_the_outcome_is_named():
    rows = form()
    bad = outcomes(rows)
    rng = np.random.default_rng(3)
    alone = [row | {"score_then": b + rng.normal(0, 0.1)} for row, b in zip(rows, bad, strict=True)]
    with pytest.warns(OutcomeCarriedWarning, match="outcome_alone: application_score_then"):
        fitted(alone, bad, ("income", "score_then"))
    with pytest.warns(OutcomeCarriedWarning, match="outcome_when_dropped: without application_score_then"):
        fitted(alone, bad, ("income", "debt", "score_then"))
    named = [row | {"total_pymnt": row["noise"]} for row in rows]
    with pytest.warns(OutcomeCarriedWarning, match="outcome_by_name: application_total_pymnt"):
        fitted(named, bad, ("income", "total_pymnt"))


def test_what_is_read_by_nothing_or_too_small_or_capped_is_said():
    rows = form(60)
    with pytest.warns(FitWarning) as said:
        fitted(rows, outcomes(rows), ("income",))
    kinds = {warning.category for warning in said}
    assert kinds >= {UnreadColumnsWarning, TreesCappedWarning}
    assert any("debt, noise" in str(warning.message) for warning in said)
    wide = [row | {f"x{j}": float(j * k % 7) for j in range(60)} for k, row in enumerate(rows)]
    with pytest.warns(FewRowsWarning, match="60 applications"):
        fitted(wide, outcomes(rows), tuple(f"x{j}" for j in range(60)))


def test_strict_makes_them_errors_and_the_report_keeps_them(tmp_path):
    rows = form()
    with pytest.raises(FittingError, match="trees_capped"):
        fitted(rows, outcomes(rows), strict=True)
    pipeline = fitted(rows, outcomes(rows))
    pipeline.save(tmp_path / "model")
    assert cs.load(tmp_path / "model").report.warnings == pipeline.report.warnings != ()
    assert all(one.text in str(pipeline.report) for one in pipeline.report.warnings)


@pytest.mark.parametrize("way", ["mapping", "series", "booleans", "one and two", "texts"])
def test_outcomes_come_in_several_ways(way):
    pandas = pytest.importorskip("pandas")
    rows = form()
    bad = outcomes(rows)
    ids = [row["application_id"] for row in rows]
    order = np.random.default_rng(5).permutation(N)
    given = {
        "mapping": lambda: dict(zip(ids, bad, strict=True)),
        "series": lambda: pandas.Series(bad[order], index=[ids[k] for k in order]),
        "booleans": lambda: [bool(b) for b in bad],
        "one and two": lambda: bad + 1.0,
        "texts": lambda: np.where(bad == 1, "charged off", "paid"),
    }[way]()
    more = {"positive_label": "charged off"} if way == "texts" else {}
    expected = fitted(rows, bad).model.model_id
    assert fitted(rows, given, **more).model.model_id == expected


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (lambda bad: np.where(bad == 1, "bad", "good"), "positive_label"),
        (lambda bad: bad * 2 + 1, "1 for bad, 0 for good"),
        (lambda bad: bad[:-1], "600 applications"),
        (lambda bad: {"a1": 1.0}, "application ids"),
        (lambda bad: "bad", "600 applications"),
    ],
)
def test_outcomes_that_are_not_clear_are_refused(given, message):
    rows = form()
    with pytest.raises(ParameterError, match=message):
        fitted(rows, given(outcomes(rows)))


def test_a_bad_label_that_is_none_of_them_is_refused():
    rows = form()
    texts = np.where(outcomes(rows) == 1, "late", "paid")
    with pytest.raises(NameUnknownError, match="Did you mean 'late'"):
        fitted(rows, texts, positive_label="lte")


@pytest.mark.parametrize("weight", [np.ones(N - 1), np.full(N, -1.0), np.full(N, np.nan), 3.0])
def test_weights_of_another_shape_or_sign_are_refused(weight):
    rows = form()
    with pytest.raises(ParameterError, match="sample_weight"):
        fitted(rows, outcomes(rows), sample_weight=weight)


def test_weights_count_in_what_is_reported():
    rows = form()
    bad = outcomes(rows)
    weight = np.where(bad == 1, 1.0, 10.0)
    metrics = {m.name: m.value for m in fitted(rows, bad, sample_weight=weight).report.performance.metrics}
    assert abs(metrics["calibration_intercept"]) < 0.3
    uneven = {m.name: m.value for m in fitted(rows, bad).report.performance.metrics}
    assert metrics["brier"] < 0.7 * uneven["brier"]


@pytest.mark.parametrize("column", ["incme", "loan_id", "as_of", "opened"])
def test_columns_that_no_feature_may_read_are_refused_at_fit(column):
    rows = [row | {"loan_id": k, "opened": "1980-01-01T00:00Z"} for k, row in enumerate(form())]
    asked = cs.Applications(rows, timezone="UTC")
    asked_with_times = asked
    if column == "opened":
        pandas = pytest.importorskip("pandas")
        frame = pandas.DataFrame(rows)
        frame["opened"] = pandas.to_datetime(frame["opened"], utc=True)
        asked_with_times = cs.Applications(frame)
    pipeline = cs.CreditPipeline([cs.application_features((column, "income"))], scorer=QUICK)
    with pytest.raises((NameUnknownError, ParameterError), match=column):
        pipeline.fit(asked_with_times, cs.Portfolio(), outcomes(rows))


def payments_of(who, when="2024-05-01T00:00Z"):
    return [{"applicant_id": one, "event_time": when, "amount": 5.0} for one in who]


@pytest.mark.as_given
def test_applicants_whom_no_table_knows_are_refused_with_ids_of_both_sides():
    rows = form()
    pipeline = cs.CreditPipeline([cs.payment_features()], scorer=QUICK)
    apart = cs.Portfolio(payments=payments_of(range(10_000, 10_600)))
    with pytest.raises(FittingError, match=r"0 of 600 .* like 0, 1, .* like 10000, 10001"):
        pipeline.fit(cs.Applications(rows), apart, outcomes(rows))
    later = cs.Portfolio(payments=payments_of(range(600), "2025-05-01T00:00Z"))
    with pytest.raises(FittingError, match="2024-06-01 to 2024-06-01, the rows of 2025-05-01"):
        pipeline.fit(cs.Applications(rows), later, outcomes(rows))


def test_few_known_applicants_and_stale_events_are_said():
    rows = form()
    pipeline = cs.CreditPipeline(
        [cs.application_features(("income", "debt")), cs.payment_features()], scorer=QUICK
    )
    few = cs.Portfolio(payments=payments_of(range(40), "2023-12-01T00:00Z"))
    found = codes(pipeline.fit(cs.Applications(rows), few, outcomes(rows)))
    assert {"applicants_few_known", "moments_apart"} <= set(found)


def test_held_out_rows_are_found_by_id_in_any_order():
    rows = form()
    bad = outcomes(rows)
    pipeline = fitted(rows, bad)
    order = np.random.default_rng(9).permutation(N)
    usual = cs.model_report(
        pipeline, cs.Applications(rows), cs.Portfolio(), bad, resamples=5, refits=0,
        segments={"job": [row["job"] for row in rows]},
    )  # fmt: skip
    turned = cs.model_report(
        pipeline, cs.Applications([rows[k] for k in order]), cs.Portfolio(), bad[order],
        resamples=5, refits=0,
        segments={"job": {row["application_id"]: row["job"] for row in rows}},
    )  # fmt: skip
    for report in (usual, turned):
        assert report.data["performance"]["basis"] == "held_out"
    assert turned.data["segments"] == usual.data["segments"]
    figure = "brier"
    one, other = (
        report.data["performance"]["overall"]["figures"][figure]["value"] for report in (usual, turned)
    )
    assert one == pytest.approx(other, rel=1e-12)
    silent = cs.model_report(pipeline, cs.Applications(rows), cs.Portfolio(), resamples=5, refits=0)
    assert silent.data["performance"]["basis"] == "held_out"
    assert silent.data["performance"]["overall"]["figures"]["brier"]["value"] == pytest.approx(one, rel=1e-12)
