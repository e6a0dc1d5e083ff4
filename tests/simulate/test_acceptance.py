"""The acceptance tests at a reduced size; the full ones are benchmarks/acceptance.py on three seeds."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import creditscore as cs
from creditscore.features.compute import FeatureComputer
from creditscore.simulate.portfolio import MADE_UP
from creditscore.validation.metrics import auc

FILE = Path(__file__).parents[2] / "benchmarks" / "acceptance.py"


@pytest.fixture(scope="module")
def acceptance():
    described = importlib.util.spec_from_file_location("acceptance_benchmark", FILE)
    module = importlib.util.module_from_spec(described)
    sys.modules[described.name] = module
    described.loader.exec_module(module)
    return module


@pytest.mark.long
def test_no_signal_and_homophily(acceptance):
    """One seed and few people: within three standard errors, not within the thresholds of the full run."""
    quiet = replace(acceptance.QUIET, people=4_000)
    none = {"homophily": 0.0, "influence": 0.0, "frailty": 0.0, "tie_behaviour": 0.0, "macro_volatility": 0.0}
    nothing = acceptance.world(replace(quiet, **none), 1, *acceptance.SOCIAL)
    error = 0.29 / np.sqrt(nothing.bad.sum())
    assert abs(auc(nothing.bad, nothing.score(*acceptance.SOCIAL)) - 0.5) < 3 * error
    friends = acceptance.world(replace(acceptance.CLOSE, people=4_000), 1, *acceptance.SOCIAL)
    assert auc(friends.bad, friends.score(*acceptance.SOCIAL)) > 0.5 + 3 * error


@pytest.mark.long
def test_recent_exposure_tells_influence_apart(acceptance):
    holds, told = acceptance.t3(8_000, [1, 2])
    assert holds, told


@pytest.mark.long
def test_planted_signs(acceptance):
    holds, told = acceptance.t4(6_000, [1])
    assert holds, told


@pytest.mark.long
def test_rings_are_found(acceptance):
    one = acceptance.world(replace(acceptance.PLAIN, people=6_000), 1)
    signals = cs.fraud_signals(one.applications, one.made.portfolio(), shared=one.made.shared)
    ring = one.truth.people.ring[one.person] >= 0
    assert signals.in_queue[ring].mean() >= 0.9
    assert ring[signals.in_queue].mean() >= 0.5


@pytest.mark.long
def test_the_future_changes_nothing_and_a_careless_builder_is_caught(acceptance):
    holds, told = acceptance.t11(2_000, [1])
    assert holds, told


@pytest.mark.long
def test_new_friends_change_no_exposure(acceptance):
    holds, told = acceptance.t14(3_000, [1])
    assert holds, told


def test_the_dates_of_standings_are_not_the_dates_of_knowledge(made):
    """A builder that takes the happened time of standings for their known time sees other exposures."""
    names = ["neighbours_defaulted_count", "neighbours_defaulted_share", "neighbours_good_strength_share"]
    computer = FeatureComputer(cs.social_features().select(names))
    applications = made.to_applications()
    tables = dict(made.tables)
    honest = computer.compute(applications, cs.Portfolio(**tables, privacy=MADE_UP)).values
    tables["standings"] = tables["standings"].drop(columns="known_time")
    assert not np.array_equal(
        honest, computer.compute(applications, cs.Portfolio(**tables, privacy=MADE_UP)).values, equal_nan=True
    )


def test_the_own_outcome_moves_no_own_exposure(made):
    """All standings of the applicant turned around: no exposure of their own application moves."""
    names = [feature.name for feature in cs.social_features() if feature.source in {"ties", "memberships"}]
    computer = FeatureComputer(cs.social_features().select(names))
    tables = dict(made.tables)
    standings = tables["standings"].astype({"standing": str})
    person = int(standings["person_id"].mode().iloc[0])
    rows = made.applications[made.applications["applicant_id"] == person].drop(columns="decision")
    rows = rows.assign(as_of=standings["known_time"].max() + pd.Timedelta(days=1))
    asked = cs.Applications(rows)
    honest = computer.compute(asked, cs.Portfolio(**tables, privacy=MADE_UP)).values
    own = standings["person_id"] == person
    turned = standings["standing"].map({"good": "defaulted", "defaulted": "good"})
    tables["standings"] = standings.assign(standing=standings["standing"].mask(own, turned))
    assert own.sum() > 0
    np.testing.assert_array_equal(
        honest, computer.compute(asked, cs.Portfolio(**tables, privacy=MADE_UP)).values
    )
