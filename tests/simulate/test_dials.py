"""Each dial does what it says, measured on what it makes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from creditscore.simulate import SimulationConfig, simulate_portfolio, simulate_with_truth
from creditscore.simulate.network import exposure
from creditscore.validation.metrics import auc

BASE = SimulationConfig(people=6_000, rings=0, gaming=0.0, purchases=0.5, sessions=0.1, activities=0.1)


def truth_of(**dials):
    return simulate_with_truth(replace(BASE, **dials), seed=9)[1]


@pytest.fixture(scope="module")
def plain():
    return truth_of()


def test_latents_have_the_stated_moments(plain):
    people = plain.people
    assert people.theta.std() == pytest.approx(1.0, abs=0.03)
    assert np.corrcoef(people.theta, people.capacity)[0, 1] == pytest.approx(0.3, abs=0.04)
    assert people.group.mean() == pytest.approx(0.4, abs=0.03)
    shift = people.capacity[people.group].mean() - people.capacity[~people.group].mean()
    assert shift == pytest.approx(-0.3, abs=0.08)
    assert abs(people.theta[people.group].mean() - people.theta[~people.group].mean()) < 0.08
    assert np.bincount(people.segment) / len(people) == pytest.approx([0.55, 0.25, 0.2], abs=0.03)


@pytest.mark.parametrize("homophily", [0.0, 0.5, 0.9])
def test_homophily_is_the_correlation_of_friends(homophily):
    truth = truth_of(homophily=homophily, ties_within=1.0, closure=0.0, tie_behaviour=0.0)
    a, b = truth.network.source, truth.network.target
    found = np.corrcoef(truth.theta[a], truth.theta[b])[0, 1]
    assert found == pytest.approx(homophily**2, abs=0.05)


@pytest.mark.parametrize(
    "dials", [{"bad_rate": 0.04}, {"influence": 8.0}, {"frailty": 1.0}, {"bad_rate": 0.15}]
)
def test_the_bad_rate_is_hit_whatever_the_dials(dials):
    truth = truth_of(**dials)
    assert truth.bad.mean() == pytest.approx(dials.get("bad_rate", 0.08), abs=0.015)


def test_closure_makes_triangles():
    def clustering(closure):
        import networkx as nx

        network = truth_of(closure=closure, ties_within=0.2).network
        return nx.average_clustering(nx.Graph(zip(network.source, network.target, strict=True)))

    assert clustering(0.6) > 2 * clustering(0.0)


def test_ties_are_heavy_tailed_and_mostly_within():
    truth = truth_of(activity_spread=1.2)
    ends = np.concatenate([truth.network.source, truth.network.target])
    degree = np.bincount(ends, minlength=len(truth.people))
    assert degree.max() > 8 * degree.mean()
    block = truth.people.community
    assert (block[truth.network.source] == block[truth.network.target]).mean() > 0.5
    assert len(np.unique(np.minimum(truth.network.source, truth.network.target) * 10**6 + np.maximum(
        truth.network.source, truth.network.target))) == len(truth.network)  # fmt: skip


def test_exposure_is_the_share_of_living_ties():
    starts, others = np.array([0, 3, 3]), np.array([0, 1, 1])
    weight, born, ended = (
        np.array([1.0, 2.0, 5.0]),
        np.array([0.0, 0.0, 9.0]),
        np.array([np.inf, np.inf, 12.0]),
    )
    out = np.empty(2)
    exposure(starts, others, weight, born, ended, np.array([True, False]), 4.0, out)
    assert out.tolist() == [pytest.approx(1 / 3), 0.0]


def test_probabilities_without_influence_are_the_closed_form():
    truth = truth_of(influence=0.0, macro_volatility=0.0)
    people, hazard = truth.people, truth.defaults.hazard
    everyone = np.arange(len(people))
    alive = np.ones(len(people))
    for ahead in range(1, 13):
        alive *= 1.0 - hazard[people.month + ahead, everyone]
    np.testing.assert_allclose(truth.probability_of_default(paths=2), 1.0 - alive, rtol=1e-10)


def test_probabilities_with_influence_agree_with_outcomes():
    """Calibrated in the large and in fifths: within four standard errors of what came to pass."""
    truth = truth_of(influence=8.0)
    chance = truth.probability_of_default(paths=40)
    assert auc(truth.bad.astype(float), chance) > 0.7
    fifth = np.argsort(np.argsort(chance)) * 5 // len(chance)
    for group in range(5):
        rows = fifth == group
        error = np.sqrt(chance[rows].mean() / rows.sum())
        assert abs(truth.bad[rows].mean() - chance[rows].mean()) < 4 * error


def test_a_shock_raises_hazards_when_it_comes():
    calm, shaken = (
        truth_of(macro_volatility=0.0),
        truth_of(macro_volatility=0.0, shock_month=30, shock_size=-3.0),
    )
    ratio = shaken.defaults.hazard.mean(axis=1) / calm.defaults.hazard.mean(axis=1)
    assert ratio[30] > 1.5 * ratio[29]
    assert ratio[30] > ratio[36] > ratio[48]


def test_concept_drift_turns_capacity_around():
    truth = truth_of(shock_month=30, shock_size=0.0, concept_drift=1.0, influence=0.0, frailty=0.0)
    odds = np.log(truth.defaults.hazard)
    before, after = (np.corrcoef(odds[m], truth.people.capacity)[0, 1] for m in (10, 40))
    assert before < -0.3
    assert after > before + 0.3


def test_inflation_and_taxonomy_show_in_payments():
    rising = simulate_portfolio(replace(BASE, people=500, purchases=4.0, inflation=0.02), seed=9)
    flat = simulate_portfolio(replace(BASE, people=500, purchases=4.0, taxonomy_month=30), seed=9)
    a, b = (made.tables["payments"].set_index(["event_id", "known_time"]) for made in (rising, flat))
    months = (a["event_time"] - pd.Timestamp(BASE.start, tz="UTC")).dt.total_seconds() / 86_400 / 30
    plain = a["kind"].isin(["purchase", "salary"]) & (a["account_id"] % 20 == 18)
    plain &= (a["amount"] < 0) | (a["kind"] == "salary")  # mistakes come back at the price of the purchase
    rows = a.index[plain & (a["amount"].abs() > 50)].intersection(b.index)
    ratio = a.loc[rows, "amount"] / b.loc[rows, "amount"]
    assert len(rows) > 0.9 * plain.sum() * 0.5
    np.testing.assert_allclose(np.log(ratio), np.log(1.02) * months[rows], atol=2e-3)
    b = flat.tables["payments"]
    changed = b["event_time"].min() + (b["event_time"].max() - b["event_time"].min()) * 0.1
    assert not (b.loc[b["event_time"] < changed, "category"] == "leisure").any()
    assert (b["category"] == "leisure").any()


def test_hidden_accounts_hide_gambling_of_gamblers_only():
    made, truth = simulate_with_truth(replace(BASE, purchases=4.0, missing_not_at_random=0.5), seed=9)
    payments = made.tables["payments"]
    gamblers = payments.loc[payments["category"] == "gambling", "applicant_id"].unique()
    assert len(gamblers) > 100
    assert not truth.hidden[gamblers].any()
    assert truth.hidden.sum() > 50
    # Those who hide are riskier, so their absence is not at random.
    assert truth.theta[truth.hidden].mean() < -0.1


def test_rejection_is_by_a_noisy_score_and_leaves_counterfactuals():
    made, truth = simulate_with_truth(replace(BASE, rejected=0.3, random_accepts=0.1), seed=9)
    assert 1.0 - truth.accepted.mean() == pytest.approx(0.28, abs=0.03)
    bad = truth.to_applications(paths=0)["bad"]
    assert bad[~truth.accepted].mean() > bad[truth.accepted].mean()
    assert made.applications["loan_id"].isna().sum() == (~truth.accepted).sum()


def test_standings_follow_defaults_with_a_lag(plain):
    made, truth = simulate_with_truth(BASE, seed=9)
    standings = made.tables["standings"]
    bad = standings[standings["standing"] == "defaulted"]
    lag = (bad["known_time"] - bad["event_time"]).dt.days
    assert lag.mean() == pytest.approx(45, abs=1.5)
    assert lag.std() == pytest.approx(np.sqrt(45), abs=1.0)
    defaulted = truth.defaults.events.any(axis=0)
    assert defaulted[bad["person_id"]].all()


def test_rings_apply_together_and_never_pay():
    made, truth = simulate_with_truth(replace(BASE, rings=4), seed=9)
    rows = made.applications.assign(ring=truth.people.ring[made.applications["applicant_id"]])
    spread = rows[rows["ring"] >= 0].groupby("ring")["as_of"].agg(lambda x: x.max() - x.min())
    assert len(spread) == 4
    assert spread.max().days < 7
    instalments = made.tables["instalments"]
    paid = instalments.loc[instalments["loan_id"].isin(rows.loc[rows["ring"] >= 0, "loan_id"]), "paid_time"]
    assert paid.isna().all()
    assert truth.bad[truth.people.ring >= 0].all()
    assert (truth.probability_of_default(paths=1)[truth.people.ring >= 0] == 1.0).all()


def test_importance_of_blocks_follows_the_dials():
    weak, strong = truth_of(influence=0.0), truth_of(influence=8.0)
    assert weak.block_importance()["neighbours"] == 0.0
    assert strong.block_importance()["neighbours"] > 0.0
    assert weak.block_importance()["reliability"] > weak.block_importance()["capacity"] > 0.0
    assert set(strong.signs.values()) == {-1, 1}


def test_the_truth_as_plain_data(plain):
    import json

    told = json.loads(json.dumps(plain.to_dict()))
    assert told["config_sha256"] == BASE.sha256
    assert len(told["mean_hazard"]) == BASE.months
    assert len(plain.to_frame(paths=1)) == len(plain.people)
