"""The minimum data: a code and a referral, and never a number."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

import creditscore as cs
from creditscore.errors import ArtefactError, ParameterError
from creditscore.report.decision import decision_report
from creditscore.scoring.minimum import MinimumData
from creditscore.verify.decision import verify_record
from creditscore.verify.model import verify_model
from creditscore.verify.replayed import Replay

PEOPLE = 120
NOW = datetime(2024, 6, 1, tzinfo=UTC)


def world() -> tuple[list[dict], list[dict], np.ndarray]:
    """Half of the people have two years of payments, a quarter one payment, a quarter none."""
    rng = np.random.default_rng(5)
    asked, paid = [], []
    thrift = rng.normal(size=PEOPLE)
    for who in range(PEOPLE):
        asked.append({"application_id": who, "applicant_id": who, "as_of": NOW, "amount": 500.0 + who})
        days = range(1, 720, 9) if who % 4 < 2 else (2,) if who % 4 == 2 else ()
        for ago in days:
            amount = float(rng.normal(20.0 * thrift[who], 40.0))
            paid.append({
                "applicant_id": who, "event_time": NOW - timedelta(days=ago, hours=3), "amount": amount,
                "balance": 300.0 + 100.0 * thrift[who],
            })  # fmt: skip
    bad = (thrift + rng.normal(0.0, 0.7, PEOPLE) < -0.3).astype(float)
    return asked, paid, bad


@pytest.fixture(scope="module")
def fitted(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[cs.CreditPipeline, Path, list[dict], cs.Portfolio]:
    asked, paid, bad = world()
    portfolio = cs.Portfolio.from_records({"payments": paid})
    scorer = cs.CreditScorer(recipe="pairs", n_estimators=20, n_folds=3, min_child_samples=5)
    features = [cs.application_features(("amount",)), cs.payment_features()]
    pipeline = cs.CreditPipeline(features, scorer=scorer).fit(
        cs.Applications.from_records(asked), portfolio, bad
    )
    pipeline.set_minimum(0.5)
    folder = tmp_path_factory.mktemp("minimum") / "model"
    pipeline.save(folder)
    return cs.load(folder), folder, asked, portfolio


def test_who_has_less_gets_a_code_and_no_number(fitted) -> None:
    pipeline, _, asked, portfolio = fitted
    results = [pipeline.score(one, portfolio) for one in asked]
    for who, result in enumerate(results):
        assert (result.status == "scored") == (who % 4 < 2), who
        if who % 4 >= 2:
            assert result.code == "too_little_data"
            assert result.score is result.probability_of_default is result.interval is None
            assert "too_little_data" in str(result)
    scores = pipeline.score_many(cs.Applications.from_records(asked), portfolio)
    assert scores.scored.tolist() == [result.status == "scored" for result in results]
    assert np.isnan(scores.intervals.low[~scores.scored]).all()


def test_nothing_at_all_is_another_code(fitted) -> None:
    pipeline, _, _, portfolio = fitted
    nobody = {"application_id": 1, "applicant_id": 10**6, "as_of": NOW, "amount": None}
    assert pipeline.score(nobody, portfolio).code == "no_data"


def test_it_is_referred_recorded_replayed_and_verified(fitted) -> None:
    pipeline, folder, asked, portfolio = fitted
    findings, parts = verify_model(folder)
    assert findings.passed, str(findings)
    policy, replay = cs.Policy("p", "1", 500.0), Replay(folder)
    for who in (0, 2, 3):
        record = pipeline.decide(asked[who], portfolio, policy=policy)
        assert record.status == ("scored" if who == 0 else "unscorable")
        assert cs.replay_decision(record, pipeline.model) is None
        for how in (None, replay):
            found = verify_record(record.to_dict(), parts, replay=how)
            assert found.passed, str(found)
    assert record.decision == "refer"
    assert record.content["outcome"]["code"] == "too_little_data"
    content = record.to_dict()
    content["outcome"]["code"] = "no_data"
    del content["sha256"]
    assert not verify_record(cs.DecisionRecord.from_dict(content).to_dict(), parts, replay=replay).passed
    for language, words in (("en", "Less was known"), ("fa", "کافی نبود"), ("zh", "少于评分所需")):
        assert words in decision_report(record, language=language).to_html()


def test_without_a_minimum_ids_and_scores_are_as_before(fitted) -> None:
    _, folder, asked, portfolio = fitted
    pipeline = cs.load(folder)
    strict = pipeline.model.model_id
    assert pipeline.set_minimum(None) is None
    assert pipeline.model.model_id != strict
    assert pipeline.score(asked[2], portfolio).status == "scored"
    assert pipeline.set_minimum(0.5) == MinimumData(0.5)
    assert pipeline.model.model_id == strict


def test_a_model_of_applications_alone_asks_for_nothing_more() -> None:
    german = cs.datasets.load_german()
    scorer = cs.CreditScorer(recipe="pairs", n_estimators=10, n_folds=3)
    pipeline = cs.CreditPipeline([cs.application_features(german.columns)], scorer=scorer)
    pipeline.fit(german.applications, cs.Portfolio(), german.bad).set_minimum(1.0)
    assert pipeline.score(german.applications.take([0]), cs.Portfolio()).status == "scored"


@pytest.mark.parametrize("wrong", [0.0, 1.1, -1, True, "half", float("nan")])
def test_a_share_that_is_none_is_refused(wrong: object) -> None:
    with pytest.raises(ParameterError, match="known_share"):
        MinimumData(wrong)
    with pytest.raises(ArtefactError, match="known_share"):
        MinimumData.from_dict({"share": 0.5})
