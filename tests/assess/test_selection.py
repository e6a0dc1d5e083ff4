"""Selection by earlier decisions on made-up applicants, whose outcomes are all known to the test."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest

import creditscore as cs
from creditscore.errors import ParameterError
from creditscore.validation import auc

PEOPLE = 4_000


class World(NamedTuple):
    pipeline: cs.CreditPipeline
    applications: cs.Applications
    true: np.ndarray
    approved: np.ndarray
    seen: np.ndarray


def made(rate: float, *, luck: float = 0.6) -> World:
    """Two columns tell of risk; an earlier lender went by one of them, and explored a share of the rest."""
    rng = np.random.default_rng(5)
    columns = rng.normal(size=(PEOPLE, 2))
    chance = 1.0 / (1.0 + np.exp(1.6 - columns @ [1.0, 0.7]))
    true = (rng.random(PEOPLE) < chance).astype(float)
    approved = columns[:, 0] + luck * rng.normal(size=PEOPLE) < 0.5
    seen = np.where(approved | (rng.random(PEOPLE) < rate), true, np.nan)
    rows = [
        {
            "application_id": str(k), "applicant_id": f"p{k}", "as_of": "2024-01-01T00:00:00Z",
            "first": float(columns[k, 0]), "second": float(columns[k, 1]),
        }
        for k in range(PEOPLE)
    ]  # fmt: skip
    applications = cs.Applications.from_records(rows)
    pipeline = cs.CreditPipeline(
        [cs.application_features(("first", "second"))],
        scorer=cs.CreditScorer(recipe="pairs", n_estimators=60), threads=1,
    )  # fmt: skip
    return World(pipeline.fit(applications, cs.Portfolio(), seen), applications, true, approved, seen)


@pytest.fixture(scope="module")
def world() -> World:
    return made(0.15)


def assessed(world: World, **other: Any) -> cs.SelectionAssessment:
    given = {"bad": world.seen, "approved": world.approved, "resamples": 40, "threads": 1} | other
    return cs.assess_selection(world.pipeline, world.applications, cs.Portfolio(), **given)


def test_what_exploring_shows_is_true_of_all(world) -> None:
    found = assessed(world, weight=np.full(PEOPLE, 1 / 0.15))
    assert found.accepted_share == pytest.approx(world.approved.mean())
    assert found.quality.verdict == "screens"
    declined = world.true[~world.approved].mean()
    assert found.quality.bad_rate_declined.low < declined < found.quality.bad_rate_declined.high
    said = world.pipeline.score_many(world.applications, cs.Portfolio()).log_odds
    assert found.prior == "explored"
    everybody = found.everybody["auc"]
    assert everybody.low - 0.01 < auc(world.true, said) < everybody.high + 0.01
    # the approved are alike in what the lender went by, so that a score ranks them less well
    assert found.accepted["auc"].value < everybody.value
    assert [one.method for one in found.inference] == ["none", "parcelling", "fuzzy", "reweighting"]
    assert all(0.5 < one.auc_accepted < one.auc_seen < 1.0 for one in found.inference)


def test_overlap_is_that_of_the_shares_in_twentieths(world) -> None:
    found = assessed(world)
    held = world.pipeline.held_out
    assert held is not None
    said = world.pipeline.score_many(world.applications, cs.Portfolio()).log_odds.copy()
    said[held.index] = held.log_odds
    rank = said.argsort().argsort() * 20 // PEOPLE
    of_approved, of_declined = (
        np.array([(rank[one] == k).mean() for k in range(20)]) for one in (world.approved, ~world.approved)
    )
    assert found.overlap == pytest.approx(np.minimum(of_approved, of_declined).sum(), abs=0.02)


def test_without_exploration_nothing_is_said_of_screening() -> None:
    found = assessed(made(0.0))
    assert (found.quality.verdict, found.quality.explored, found.prior) == ("not_seen", 0, "model")
    assert np.isnan(found.quality.ratio.value)
    assert all(np.isnan(one.auc_seen) for one in found.inference)


def test_a_prior_that_is_given_is_used(world) -> None:
    low, high = (assessed(world, prior=np.full(PEOPLE, chance)) for chance in (0.05, 0.6))
    assert low.prior == high.prior == "given"
    assert low.everybody["calibration_intercept"].value < high.everybody["calibration_intercept"].value


def test_figures_are_the_same_whatever_the_threads(world) -> None:
    assert assessed(world).to_dict() == assessed(world, threads=2).to_dict()


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"approved": np.ones(PEOPLE)}, "true or false"),
        ({"approved": np.ones(3, bool)}, "approved"),
        ({"approved": np.zeros(PEOPLE, bool)}, "approved"),
        ({"weight": np.ones(2)}, "weight"),
        ({"weight": np.zeros(PEOPLE)}, "weight"),
        ({"prior": np.full(PEOPLE, 2.0)}, "prior"),
        ({"prior": np.ones(3)}, "prior"),
        ({"resamples": 1}, "resamples"),
    ],
)
def test_what_does_not_fit_is_refused(world, other, said) -> None:
    with pytest.raises(ParameterError, match=said):
        assessed(world, **other)
