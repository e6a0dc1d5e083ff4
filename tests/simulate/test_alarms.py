"""Alarms: no social feature is too good to be true, and labels that become known late cost little."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import creditscore as cs
from creditscore.simulate import SimulationConfig, simulate_with_truth
from creditscore.simulate.portfolio import MADE_UP
from creditscore.validation import auc

CONFIG = SimulationConfig(
    people=4_000, application_months=6, payment_months=2, homophily=0.95, influence=0.0, frailty=0.0,
    rings=0, gaming=0.0, rejected=0.0,
)  # fmt: skip
LAG = pd.Timedelta(days=90)
PRIVACY = cs.StandingPrivacy(secret=bytes(range(32)), secret_name="trial")


def social(lag: pd.Timedelta) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Every social feature where everybody's standing became known later by a lag, and the true outcomes."""
    made, truth = simulate_with_truth(CONFIG, seed=11)
    tables = dict(made.tables)
    standings = tables["standings"].copy()
    for time in ("event_time", "known_time"):
        if time in standings:
            standings[time] = standings[time] + lag
    tables["standings"] = standings
    times = pd.to_datetime(made.applications["as_of"], utc=True)
    grid = cs.calendar_grid(times.min() - pd.Timedelta(days=31), times.max())
    measures = cs.compute_measures(cs.Portfolio(**tables, privacy=MADE_UP), grid).to_frame()
    applications = made.to_applications()
    portfolio = cs.Portfolio(**tables, measures=measures, privacy=MADE_UP)
    matrix = cs.CreditPipeline(cs.social_features(), threads=1).compute_features(applications, portfolio)
    bad = truth.to_applications(paths=0)["bad"].to_numpy().astype(float)
    return {name: matrix[name] for name in matrix.names}, bad


def alone(values: np.ndarray, bad: np.ndarray) -> float:
    """AUC of a feature alone, whichever way it points; one half where it is hardly known."""
    known = ~np.isnan(values)
    if known.sum() < 200 or len(set(bad[known])) < 2:
        return 0.5
    found = auc(bad[known], values[known])
    return max(found, 1.0 - found)


@pytest.fixture(scope="module")
def prompt() -> tuple[dict[str, np.ndarray], np.ndarray]:
    return social(pd.Timedelta(0))


@pytest.mark.long
def test_no_feature_is_too_good_to_be_true(prompt):
    values, bad = prompt
    best = {name: alone(column, bad) for name, column in values.items()}
    assert max(best.values()) < 0.9
    assert max(best.values()) > 0.55, "homophily is there to be found"


@pytest.mark.long
def test_labels_that_come_later_cost_little(prompt):
    """A cliff would mean that what a feature knew was the outcome itself."""
    values, bad = prompt
    late, _ = social(LAG)
    for name in (
        "neighbours_defaulted_share",
        "network_community_default_share",
        "network_default_share_two_hops",
    ):
        now, then = alone(values[name], bad), alone(late[name], bad)
        assert not np.array_equal(values[name], late[name], equal_nan=True)
        assert now - then < 0.1
