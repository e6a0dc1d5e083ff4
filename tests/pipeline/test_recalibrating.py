"""The level of risk follows newer outcomes, and nothing else of a model moves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

import creditscore as cs
from creditscore.errors import FittingError, ParameterError

FEATURES = [cs.application_features(("amount", "term_days"))]


def asked(rows: int, seed: int, base: float, first: str) -> tuple[cs.Applications, np.ndarray]:
    """Two months of applications whose true risk falls with the amount."""
    rng = np.random.default_rng(seed)
    amount = rng.normal(0.0, 1.0, rows)
    moments = np.datetime64(first) + np.arange(rows) * np.timedelta64(60, "D") // rows
    frame = {
        "application_id": np.arange(rows) + 100_000 * seed,
        "applicant_id": np.arange(rows) + 100_000 * seed,
        "as_of": moments.astype("datetime64[us]").astype(object),
        "amount": 1_000.0 + 100.0 * amount,
        "term_days": rng.integers(1, 12, rows) * 30.0,
    }
    bad = (rng.random(rows) < expit(base - amount)).astype(float)
    return cs.Applications(pd.DataFrame(frame), timezone="UTC", midnight="instant"), bad


def fitted() -> cs.CreditPipeline:
    applications, bad = asked(3_000, 1, -2.0, "2025-01-01T00:30")
    scorer = cs.CreditScorer(recipe="pairs", n_estimators=80, threads=1)
    return cs.CreditPipeline(FEATURES, scorer=scorer, threads=1).fit(applications, cs.Portfolio(), bad)


@pytest.fixture(scope="module")
def newer() -> tuple[cs.Applications, np.ndarray]:
    return asked(3_000, 2, -1.0, "2026-01-01T00:30")


def test_one_shift_for_everyone_and_the_share_of_bads_is_met(newer) -> None:
    pipeline, (applications, bad) = fitted(), newer
    before = pipeline.score_many(applications, cs.Portfolio())
    old = pipeline.model
    found = pipeline.recalibrate(applications, cs.Portfolio(), bad)
    after = pipeline.score_many(applications, cs.Portfolio())
    moved = after.log_odds - before.log_odds
    assert found.followed
    assert moved == pytest.approx(np.full(3_000, found.level.shift), abs=1e-12)
    assert found.level.shift == pytest.approx(1.0, abs=0.2)
    # The newest month alone has a hundred bads: there they agree exactly.
    assert found.first_month in {"2026-02", "2026-03"}
    newest = applications.as_of >= np.datetime64(found.first_month, "us").astype(np.int64)
    assert found.level.rows == newest.sum()
    assert expit(after.log_odds[newest]).mean() == pytest.approx(bad[newest].mean(), abs=1e-9)
    assert pipeline.model.model_id != old.model_id
    assert pipeline.model.fitted.model_text == old.fitted.model_text
    assert pipeline.model.fitted.calibration.slope == old.fitted.calibration.slope


def test_what_was_shifted_is_not_shifted_again_and_chance_is_not_followed(newer) -> None:
    pipeline, (applications, bad) = fitted(), newer
    pipeline.recalibrate(applications, cs.Portfolio(), bad)
    model = pipeline.model.model_id
    again = pipeline.recalibrate(applications, cs.Portfolio(), bad)
    assert not again.followed
    assert abs(again.level.shift) < 1e-9
    assert pipeline.model.model_id == model
    assert len(pipeline.report.recalibrated) == 2
    same, outcome = asked(3_000, 3, -2.0, "2026-01-01T00:30")
    fresh = fitted()
    assert abs(fresh.recalibrate(same, cs.Portfolio(), outcome).level.shift) < 0.4
    assert fresh.recalibrate(same, cs.Portfolio(), outcome, errors=0.0).followed


def test_chance_is_followed_in_one_of_twenty() -> None:
    pipeline = fitted()
    truth = pipeline.model
    rng = np.random.default_rng(0)
    applications, _ = asked(3_000, 4, -2.0, "2026-01-01T00:30")
    risk = expit(pipeline.score_many(applications, cs.Portfolio()).log_odds)
    followed = 0
    for _ in range(60):
        pipeline._saved = replace(pipeline._saved, model=truth)
        followed += pipeline.recalibrate(
            applications, cs.Portfolio(), (rng.random(3_000) < risk).astype(float)
        ).followed
    assert followed <= 9


def test_decisions_and_references_follow(newer, tmp_path) -> None:
    pipeline, (applications, bad) = fitted(), newer
    pipeline.set_reference("near_cutoff", applications, cs.Portfolio(), cutoff=520)
    found = pipeline.recalibrate(applications, cs.Portfolio(), bad)
    model = pipeline.model
    scores = pipeline.score_many(applications, cs.Portfolio()).score
    near = next(one for one in model.references if one.name == "near_cutoff")
    assert near.cutoff == 520
    shown = scores[:: -(-3_000 // 2_000)]
    assert near.rows == (np.abs(shown - 520) <= 20).sum()
    for one in model.references:
        if one.name == "approved":
            assert one.rows == (shown >= one.cutoff).sum()
    pipeline.save(tmp_path / "model")
    loaded = cs.load(tmp_path / "model")
    assert loaded.report.recalibrated == (str(found),)
    assert str(found) in str(loaded.report)
    one = applications.take([0])
    assert loaded.score(one, cs.Portfolio()).score == pipeline.score(one, cs.Portfolio()).score
    record = pipeline.decide(one, cs.Portfolio(), policy=cs.Policy("p", "1", cutoff=520))
    assert cs.replay_decision(record, loaded.model) is None


def test_too_few_outcomes_change_nothing(newer) -> None:
    pipeline, (applications, bad) = fitted(), newer
    model = pipeline.model
    few = np.full(3_000, np.nan)
    few[np.flatnonzero(bad == 1)[:99]] = 1.0
    few[np.flatnonzero(bad == 0)[:500]] = 0.0
    with pytest.raises(FittingError, match="Got 99 bads and 500 goods. The model is as it was"):
        pipeline.recalibrate(applications, cs.Portfolio(), few)
    with pytest.raises(FittingError, match="Got 0 bads and 0 goods"):
        pipeline.recalibrate(applications, cs.Portfolio(), np.full(3_000, np.nan))
    with pytest.raises(ParameterError, match="'errors'"):
        pipeline.recalibrate(applications, cs.Portfolio(), bad, errors=-1)
    with pytest.raises(FittingError):
        cs.CreditPipeline(FEATURES).recalibrate(applications, cs.Portfolio(), bad)
    assert pipeline.model is model
    assert pipeline.report.recalibrated == ()


def test_weights_count_as_often_as_they_say(newer) -> None:
    applications, bad = newer
    one, other = fitted(), fitted()
    twice = one.recalibrate(applications, cs.Portfolio(), bad, sample_weight=np.where(bad > 0, 2.0, 1.0))
    plain = other.recalibrate(applications, cs.Portfolio(), bad)
    assert twice.level.shift > plain.level.shift + 0.3
    zero = np.where(np.arange(3_000) % 2 == 0, 0.0, 1.0)
    half = fitted().recalibrate(applications, cs.Portfolio(), bad, sample_weight=zero)
    part = np.where(zero > 0, bad, np.nan)
    assert half.level == fitted().recalibrate(applications, cs.Portfolio(), part).level
