"""The interval of a score in results, models and records, and policies that refer where it straddles."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import creditscore as cs
from creditscore.deciding.record import DecisionRecord
from creditscore.errors import ArtefactError, ParameterError
from creditscore.report.decision import decision_report
from creditscore.scoring.interval import ScoreInterval
from creditscore.verify.decision import verify_record
from creditscore.verify.model import ModelParts, verify_model
from creditscore.verify.replayed import Replay

NOTHING = cs.Portfolio()
GERMAN = cs.datasets.load_german()
ROWS = 40


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    scorer = cs.CreditScorer(recipe="pairs", n_estimators=30, n_folds=3)
    features = [cs.application_features(GERMAN.columns)]
    pipeline = cs.CreditPipeline(features, scorer=scorer).fit(GERMAN.applications, NOTHING, GERMAN.bad)
    path = tmp_path_factory.mktemp("intervals") / "model"
    pipeline.save(path)
    return path


@pytest.fixture(scope="module")
def pipeline(folder: Path) -> cs.CreditPipeline:
    return cs.load(folder)


@pytest.fixture(scope="module")
def parts(folder: Path) -> ModelParts:
    findings, found = verify_model(folder)
    assert findings.passed
    assert found is not None
    return found


@pytest.fixture(scope="module")
def cutoff(pipeline: cs.CreditPipeline) -> float:
    return float(np.median(pipeline.score_many(GERMAN.applications, NOTHING).score))


@pytest.fixture(scope="module")
def without(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> cs.CreditPipeline:
    """A model as it was before there were intervals: none of its bytes know of them."""
    from dataclasses import replace

    from creditscore.pipeline.artefact import Saved, save_pipeline

    old = cs.load(folder)
    path = tmp_path_factory.mktemp("before") / "model"
    saved = old._saved
    save_pipeline(Saved(replace(saved.model, spread=None), saved.report, saved.recipe, saved.held_out), path)
    assert not (path / "intervals.json").exists()
    return cs.load(path)


def test_one_by_one_and_in_a_batch_are_the_same_bits(pipeline: cs.CreditPipeline) -> None:
    some = GERMAN.applications.take(np.arange(ROWS))
    many = pipeline.score_many(some, NOTHING)
    for row in range(ROWS):
        one = pipeline.score(some.take([row]), NOTHING)
        assert one.interval.low <= one.probability_of_default <= one.interval.high
        assert one.interval.score_low <= one.score <= one.interval.score_high
        for name in ("low", "high", "score_low", "score_high"):
            assert float(getattr(one.interval, name)).hex() == float(getattr(many.intervals, name)[row]).hex()


def test_results_show_it_and_go_to_frames_and_json(pipeline: cs.CreditPipeline) -> None:
    result = pipeline.score(GERMAN.applications.take([0]), NOTHING)
    found = result.interval
    assert f"{found.low:.2%} to {found.high:.2%} ({found.score_low} to {found.score_high} points)" in str(
        result
    )
    assert str(found.score_low) in result.to_html()
    assert "۹۰٪" in result.to_html("fa")
    assert ScoreInterval.from_dict(json.loads(json.dumps(result.to_dict()))["interval"]) == found
    scores = pipeline.score_many(GERMAN.applications, NOTHING)
    assert list(scores.to_frame().columns)[-1] == "grade"
    frame = scores.to_frame(intervals=True)
    assert list(frame.columns)[-4:] == ["probability_low", "probability_high", "score_low", "score_high"]
    assert frame.loc[0, "score_low"] == found.score_low
    assert "score_high" in scores._repr_html_()


def test_a_model_without_intervals_says_none_and_keeps_its_id(
    pipeline: cs.CreditPipeline, without: cs.CreditPipeline
) -> None:
    assert without.model.model_id != pipeline.model.model_id
    one = GERMAN.applications.take([0])
    result = without.score(one, NOTHING)
    assert result.interval is None
    assert result.to_dict()["interval"] is None
    assert result.score == pipeline.score(one, NOTHING).score
    scores = without.score_many(one, NOTHING)
    assert scores.intervals is None
    assert scores.to_frame(intervals=True)["score_low"].isna().all()
    assert "interval" not in without.decide(one, NOTHING).content
    with pytest.raises(ParameterError, match="no intervals"):
        without.decide(one, NOTHING, policy=cs.Policy("p", "1", 550, refer_straddling=True))


def test_a_changed_file_of_intervals_is_refused(folder: Path, tmp_path: Path) -> None:
    import shutil

    copy = tmp_path / "model"
    shutil.copytree(folder, copy)
    text = (copy / "intervals.json").read_text()
    (copy / "intervals.json").write_text(text.replace('"level":0.9', '"level":0.8'))
    with pytest.raises(ArtefactError, match=r"intervals\.json changed"):
        cs.load(copy)
    (copy / "intervals.json").unlink()
    with pytest.raises(ArtefactError, match=r"missing.*intervals\.json"):
        cs.load(copy)


def test_a_policy_that_does_not_ask_decides_as_before_and_keeps_its_id() -> None:
    plain = cs.Policy("p", "1", 550, refer_below=560)
    assert "refer_straddling" not in plain.to_json()
    asking = cs.Policy("p", "1", 550, refer_below=560, refer_straddling=True)
    assert asking.policy_id != plain.policy_id
    assert cs.Policy.from_json(asking.to_json()).policy_id == asking.policy_id
    wide = ScoreInterval(0.9, 0.01, 0.2, 500, 600)
    assert [plain.decide(score, {}, wide).decision for score in (540, 570)] == ["decline", "approve"]
    with pytest.raises(ParameterError, match="refer_straddling"):
        cs.Policy("p", "1", 550, refer_straddling=1)


@pytest.mark.parametrize(
    ("low", "high", "decision"),
    [(500, 600, "refer"), (550, 600, "approve"), (549, 550, "refer"), (400, 549, "decline")],
)
def test_on_both_sides_of_the_cutoff_a_person_decides(low: int, high: int, decision: str) -> None:
    policy = cs.Policy("p", "1", 550, refer_straddling=True)
    score = high if decision == "approve" else low
    assert policy.decide(score, {}, ScoreInterval(0.9, 0.01, 0.2, low, high)).decision == decision
    rule = cs.DeclineRule("limit", "P01", "amount", ">", 5.0, {"en": "Too large"})
    ruled = cs.Policy("p", "1", 550, (rule,), refer_straddling=True)
    assert (
        ruled.decide(score, {"amount": 9.0}, ScoreInterval(0.9, 0.01, 0.2, low, high)).decision == "decline"
    )
    assert policy.decide(None, {}, None).decision == "refer"


def test_records_say_so_replay_and_verify(
    pipeline: cs.CreditPipeline, parts: ModelParts, cutoff: float, folder: Path
) -> None:
    plain = cs.Policy("p", "1", cutoff)
    asking = cs.Policy("p", "1", cutoff, refer_straddling=True)
    replay, changed = Replay(folder), set()
    for row in range(12):
        one = GERMAN.applications.take([row])
        before, record = (pipeline.decide(one, NOTHING, policy=policy) for policy in (plain, asking))
        interval = ScoreInterval.from_dict(record.content["interval"])
        assert interval == pipeline.score(one, NOTHING).interval
        straddling = interval.score_low < cutoff <= interval.score_high
        assert record.decision == ("refer" if straddling else before.decision)
        because = record.content["outcome"]["referred_because"]
        assert not straddling or because["why"] in ("interval", "no_reason", "held_back")
        assert cs.replay_decision(record, pipeline.model) is None
        assert verify_record(record.to_dict(), parts, replay=replay if row < 3 else None).passed
        changed.add((before.decision, record.decision))
    assert {("approve", "refer"), ("decline", "refer")} <= changed


def _forged(content: dict) -> DecisionRecord:
    return DecisionRecord.from_dict({name: part for name, part in content.items() if name != "sha256"})


def test_a_forged_interval_is_found(pipeline: cs.CreditPipeline, parts: ModelParts, cutoff: float) -> None:
    policy = cs.Policy("p", "1", cutoff, refer_straddling=True)
    record = pipeline.decide(GERMAN.applications.take([0]), NOTHING, policy=policy)
    for name, value in (
        ("low", 1e-4),
        ("high", 0.99),
        ("level", 0.5),
        ("score_low", 850),
        ("score_high", 300),
    ):
        content = record.to_dict()
        content["interval"][name] = value
        forged = _forged(content)
        assert not verify_record(forged.to_dict(), parts).passed, name
        assert cs.replay_decision(forged, pipeline.model).field == f"interval.{name}"
    content = record.to_dict()
    del content["interval"]
    assert not verify_record(_forged(content).to_dict(), parts).passed
    assert cs.replay_decision(_forged(content), pipeline.model).field == "interval"


def test_a_record_that_ignores_its_interval_is_found_without_the_model(
    pipeline: cs.CreditPipeline, cutoff: float
) -> None:
    policy = cs.Policy("p", "1", cutoff, refer_straddling=True)
    records = [pipeline.decide(GERMAN.applications.take([row]), NOTHING, policy=policy) for row in range(6)]
    record = next(one for one in records if one.decision == "refer")
    assert verify_record(record.to_dict()).passed
    content = record.to_dict()
    content["outcome"] |= {"decision": "approve", "referred_because": None}
    assert not verify_record(_forged(content).to_dict()).passed


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "A person decides: what is known"), ("fa", "کارشناس تصمیم می‌گیرد"), ("zh", "由人工决定")],
)
def test_pages_say_it(pipeline: cs.CreditPipeline, cutoff: float, language: str, words: str) -> None:
    policy = cs.Policy("p", "1", cutoff, refer_straddling=True)
    records = [pipeline.decide(GERMAN.applications.take([row]), NOTHING, policy=policy) for row in range(6)]
    record = next(
        one for one in records if (one.content["outcome"]["referred_because"] or {}).get("why") == "interval"
    )
    whole = decision_report(record, audience="auditor", language=language)
    assert words in whole.to_html()
    subject = decision_report(record, audience="subject", language=language)
    assert words in subject.to_html()
    assert "interval" not in json.loads(subject.to_json())["record"]
