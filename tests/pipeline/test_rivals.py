"""Mistakes that were found in other packages by running them, as tests that ours passes.

Each test names what went wrong elsewhere; many more of the kind stand beside the code that they concern.
"""

from __future__ import annotations

import math
from dataclasses import fields
from datetime import timedelta

import numpy as np
import pytest

import creditscore as cs
from creditscore.model.baseline import LogisticBaseline
from tests.features.worlds import AS_OF, START
from tests.pipeline.conftest import SMALL, Case


def test_a_thin_file_flag_is_the_same_alone_and_in_a_batch() -> None:
    """A flag read from a frame was 1 for everybody, because NaN is not None; from a dict it was right."""
    rows = {"payments": [{"applicant_id": "thick", "event_time": START, "amount": 5.0}], "loans": []}
    portfolio = cs.Portfolio.from_records(rows)
    asked = [{"application_id": who, "applicant_id": who, "as_of": AS_OF} for who in ("thick", "thin")]
    pipeline = cs.CreditPipeline([cs.payment_features()])
    batch = pipeline.compute_features(cs.Applications.from_records(asked), portfolio)["payments_covered"]
    alone = [
        pipeline.compute_features(cs.Applications.from_records(one), portfolio)["payments_covered"][0]
        for one in asked
    ]
    assert batch.tolist() == alone == [1.0, 0.0]


def test_windows_end_at_the_moment_and_not_at_the_last_event() -> None:
    """Windows that ended at a customer's last payment could not see that somebody had gone quiet."""
    rows = [
        {"applicant_id": "a", "event_time": START + timedelta(days=day), "amount": 50.0} for day in range(30)
    ]
    portfolio = cs.Portfolio.from_records({"payments": rows})
    quiet = {"application_id": 1, "applicant_id": "a", "as_of": START + timedelta(days=400)}
    busy = quiet | {"application_id": 2, "as_of": START + timedelta(days=30)}
    matrix = cs.CreditPipeline([cs.payment_features()]).compute_features(
        cs.Applications.from_records([quiet, busy]), portfolio
    )
    assert matrix["payments_inflow_count_30d"].tolist() == [0.0, 30.0]
    assert matrix["payments_stale_days"].tolist() == [371.0, 1.0]


def test_reasons_come_from_the_score_that_they_explain(case: Case) -> None:
    """Reasons were drawn from another model than the one that declined."""
    explained = case.pipeline.explain(case.applications, case.portfolio)
    groups = explained.by_group()
    for k in range(0, 60, 6):
        result = case.pipeline.score(case.asked[k], case.portfolio)
        for reason in result.reasons:
            if reason.group in groups.feature_names:
                column = groups.feature_names.index(reason.group)
                lost = -groups.points(case.pipeline.scale)[k, column]
                partly_absent = any(math.isnan(v) for v in explained.data[k])
                assert reason.points_lost == pytest.approx(lost) or partly_absent


def test_points_keep_their_unit_and_add_up(case: Case) -> None:
    """Contributions were rescaled to per cent of their absolute sum, and no longer added up to anything."""
    explained = case.pipeline.explain(case.applications, case.portfolio)
    points = explained.points(case.pipeline.scale).sum(axis=1) + explained.base_points(case.pipeline.scale)
    result = case.pipeline.score(case.asked[0], case.portfolio)
    assert result.score_unrounded == pytest.approx(points[0], abs=1e-9)


def test_the_direction_of_odds_is_in_the_name() -> None:
    """Odds were good:bad in one package, bad:good in the next, and not said in a third."""
    scale = cs.ScoreScale(reference_score=600, reference_good_bad_odds=50, points_to_double_odds=20)
    assert scale.score(math.log(1 / 50)) == 600
    assert scale.good_bad_odds(620.0) == pytest.approx(100.0)
    assert not {"odds", "pdo", "base_odds"} & {field.name for field in fields(cs.ScoreScale)}


def test_weight_of_evidence_is_high_where_goods_are() -> None:
    """The same data gave +0.11 in one package and -0.11 in another."""
    x = np.repeat([0.0, 1.0], 500)[:, None]
    bad = np.r_[np.ones(50), np.zeros(450), np.ones(250), np.zeros(250)]
    baseline = LogisticBaseline().fit(x, bad)
    risky = baseline.predict_proba([[1.0]])[0, 1]
    assert risky > baseline.predict_proba([[0.0]])[0, 1]
    safe, unsafe = baseline.bins_[0].transform(np.array([0.0, 1.0]))
    assert safe == pytest.approx(math.log((450 / 700) / (50 / 300)), abs=0.01)
    assert unsafe == pytest.approx(math.log((250 / 700) / (250 / 300)), abs=0.01)


def test_who_cannot_be_scored_gets_no_number(case: Case) -> None:
    """Sentinels such as -999 stood for a score that could not be had."""
    nobody = {"application_id": 1, "applicant_id": "nobody", "as_of": AS_OF}
    asked = cs.Applications.from_records([nobody])
    assert case.pipeline.score(nobody, case.portfolio).score is None
    frame = case.pipeline.score_many(asked, case.portfolio).to_frame()
    assert frame.loc[0, "status"] == "unscorable"
    assert frame[["probability_of_default", "score"]].isna().all(axis=None)


def test_no_data_and_nothing_happened_differ_in_every_window() -> None:
    """No data, a coefficient of variation of 1 and an entropy of 0 could not be told apart."""
    old = [{"applicant_id": "quiet", "event_time": START - timedelta(days=800), "amount": 1.0}]
    portfolio = cs.Portfolio.from_records({"payments": old})
    asked = [{"application_id": who, "applicant_id": who, "as_of": AS_OF} for who in ("quiet", "absent")]
    matrix = cs.CreditPipeline([cs.payment_features()]).compute_features(
        cs.Applications.from_records(asked), portfolio
    )
    counts = [i for i, name in enumerate(matrix.names) if "flow_count_" in name or "net_sum_" in name]
    assert len(counts) >= 10
    assert (matrix.values[0, counts] == 0.0).all()
    assert np.isnan(matrix.values[1, counts]).all()


def test_a_saved_scale_is_the_scale_that_scored(case: Case, tmp_path: object) -> None:
    """An export left out the scale, so that a probability of 5 % came back as 18 %."""
    from pathlib import Path

    scale = cs.ScoreScale(reference_score=640, reference_good_bad_odds=15, points_to_double_odds=40)
    pipeline = cs.CreditPipeline(
        [cs.repayment_features()], scorer=cs.CreditScorer(**SMALL | {"n_estimators": 5}), scale=scale
    ).fit(case.applications, case.portfolio, case.bad)
    folder = Path(str(tmp_path)) / "model"
    pipeline.save(folder)
    one, again = (p.score(case.asked[0], case.portfolio) for p in (pipeline, cs.load(folder)))
    assert one == again
    assert one.score_unrounded is not None
    back = again.score_unrounded and cs.load(folder).scale.log_odds(again.score_unrounded)
    assert 1 / (1 + math.exp(-float(back or 0.0))) == pytest.approx(one.probability_of_default)
