"""Intervals of a pipeline: learned at a fit, learned anew with sources taken away, moved with the level."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import creditscore as cs
from creditscore.data.presence import with_groups_alone
from creditscore.errors import FittingError, ParameterError
from creditscore.model.spread import Spread
from creditscore.simulate import SimulationConfig, simulate_with_truth

PEOPLE = 750


@pytest.fixture(scope="module")
def lender():
    made, truth = simulate_with_truth(SimulationConfig(people=PEOPLE, bad_rate=0.12), seed=6)
    portfolio, applications = made.portfolio(), made.to_applications()
    known = (
        truth.to_applications(paths=30).set_index("application_id").loc[list(applications.application_ids)]
    )
    part = np.array([int(who) % 3 for who in applications.applicant_ids])
    return applications, portfolio, made.bad(portfolio), known, part


def fitted(lender) -> cs.CreditPipeline:
    applications, portfolio, bad, _, part = lender
    features = [cs.repayment_features(), cs.digital_features()]
    scorer = cs.CreditScorer(recipe="pairs", n_estimators=40, n_folds=3)
    rows = np.flatnonzero(part == 0)
    return cs.CreditPipeline(features, scorer=scorer).fit(applications.take(rows), portfolio, bad[rows])


@pytest.fixture(scope="module")
def pipeline(lender) -> cs.CreditPipeline:
    return fitted(lender)


@pytest.mark.as_given
def test_intervals_hold_true_chances_and_are_never_narrower_with_fewer_sources(lender, pipeline) -> None:
    applications, portfolio, bad, known, part = lender
    _first, others, judged = (np.flatnonzero(part == number) for number in range(3))
    before, score = (
        pipeline.model.model_id,
        pipeline.score(applications.take([int(judged[0])]), portfolio).score,
    )
    spread = pipeline.learn_intervals(applications.take(others), portfolio, bad[others])
    assert pipeline.model.model_id != before
    assert pipeline.score(applications.take([int(judged[0])]), portfolio).score == score
    assert {line.groups for line in spread.lines} >= {
        ("repayments",),
        ("digital",),
        ("repayments", "digital"),
    }
    honest, true = known["ring"].to_numpy()[judged] < 0, known["probability_of_default"].to_numpy()[judged]
    widths = {}
    for groups in (("repayments", "digital"), ("repayments",), ("digital",)):
        some = with_groups_alone(portfolio, groups)
        scores = pipeline.score_many(applications.take(judged), some, on_mismatch="count")
        found, counted = scores.intervals, scores.scored & honest
        within = (found.low <= true) & (true <= found.high)
        assert 0.8 <= within[counted].mean() <= 0.98, groups
        widths[groups] = spread_of(spread, groups)
    assert all(widths["repayments", "digital"] <= one for one in widths.values())


def spread_of(spread: Spread, groups: tuple[str, ...]) -> float:
    return next(line.deviation for line in spread.lines if line.groups == groups)


@pytest.mark.as_given
def test_they_are_saved_with_the_model(lender, pipeline, tmp_path: Path) -> None:
    applications, portfolio, *_ = lender
    pipeline.save(tmp_path / "model")
    again = cs.load(tmp_path / "model")
    assert again.model.model_id == pipeline.model.model_id
    some = applications.take(np.arange(30))
    one, other = (each.score_many(some, portfolio).intervals for each in (pipeline, again))
    assert one.low.tobytes() == other.low.tobytes()
    assert one.high.tobytes() == other.high.tobytes()


@pytest.mark.as_given
def test_rows_of_the_fit_are_refused_and_so_are_few_outcomes(lender, pipeline) -> None:
    applications, portfolio, bad, _, part = lender
    first, others = np.flatnonzero(part == 0), np.flatnonzero(part == 1)
    before = pipeline.model
    with pytest.raises(FittingError, match="were fitted on"):
        pipeline.learn_intervals(applications.take(first), portfolio, bad[first])
    with pytest.raises(FittingError, match="20 bads"):
        pipeline.learn_intervals(applications.take(others[:30]), portfolio, bad[others[:30]])
    with pytest.raises(ParameterError, match="assumed"):
        pipeline.learn_intervals(applications.take(others), portfolio, bad[others], assumed=-1.0)
    with pytest.raises(FittingError):
        cs.CreditPipeline().learn_intervals(applications, portfolio, bad)
    assert pipeline.model is before


def test_a_level_that_moves_takes_its_intervals_along() -> None:
    german = cs.datasets.load_german()
    features = [cs.application_features(german.columns)]
    scorer = cs.CreditScorer(recipe="pairs", n_estimators=20, n_folds=3)
    pipeline = cs.CreditPipeline(features, scorer=scorer).fit(german.applications, cs.Portfolio(), german.bad)
    before = pipeline.score_many(german.applications, cs.Portfolio())
    rows = np.flatnonzero((german.bad == 1) | (np.arange(1000) % 3 == 0))
    found = pipeline.recalibrate(german.applications.take(rows), cs.Portfolio(), german.bad[rows])
    assert found.followed
    after = pipeline.score_many(german.applications, cs.Portfolio())
    for name in ("low", "high"):
        one, other = (getattr(each.intervals, name) for each in (before, after))
        moved = np.log(other / (1 - other)) - np.log(one / (1 - one))
        np.testing.assert_allclose(moved, found.level.shift, atol=1e-9)


@pytest.mark.long
def test_copies_without_sources_teach_their_combinations(lender) -> None:
    applications, portfolio, bad, _, part = lender
    rows = np.flatnonzero(part < 2)
    features = [cs.repayment_features(), cs.digital_features()]
    scorer = cs.CreditScorer(recipe="pairs", n_estimators=20, n_folds=3)
    pipeline = cs.CreditPipeline(features, scorer=scorer, source_dropout=1)
    pipeline.fit(applications.take(rows), portfolio, bad[rows])
    lines = {line.groups: line.rows for line in pipeline.model.spread.lines}
    assert ("digital",) in lines
    assert ("repayments", "digital") in lines
    assert sum(lines.values()) > len(rows) // 2
