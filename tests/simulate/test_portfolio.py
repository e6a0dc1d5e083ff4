"""What is made keeps the contracts, adds up, and says nothing of the truth."""

from __future__ import annotations

import dataclasses
import gc

import numpy as np
import pandas as pd
import pytest

from creditscore.errors import ParameterError
from creditscore.simulate import Simulated, SimulationConfig, Truth, simulate_portfolio, simulate_with_truth


def test_every_table_passes_its_contract(made, portfolio):
    expected = {
        "activities", "bills", "complaints", "connections", "form_events", "inquiries", "instalments",
        "loans",
        "memberships", "payments", "registrations", "sessions", "settings", "standings", "statements",
        "ties",
    }  # fmt: skip
    assert set(portfolio.tables) == expected == set(made.tables)
    assert not portfolio.quarantined
    assert not portfolio.hints
    for name, frame in made.tables.items():
        assert len(portfolio.tables[name].times[0]) == len(frame) > 0, name
        for column in frame.columns[frame.columns.str.endswith("_time")]:
            assert str(frame[column].dtype).endswith("UTC]"), (name, column)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(small, made):
    again, other = simulate_portfolio(small, seed=11), simulate_portfolio(small, seed=12)
    for name, frame in made.tables.items():
        pd.testing.assert_frame_equal(frame, again.tables[name], check_exact=True)
    pd.testing.assert_frame_equal(made.applications, again.applications, check_exact=True)
    assert (
        not made.tables["payments"]["amount"].head(500).equals(other.tables["payments"]["amount"].head(500))
    )


def test_outcomes_by_the_ledger_are_the_true_ones(made, truth, portfolio):
    bad, known = made.bad(portfolio), truth.to_applications(paths=0)
    accepted = (made.applications["decision"] == "accepted").to_numpy()
    assert known["application_id"].tolist() == made.applications["application_id"].tolist()
    assert known["person_id"].tolist() == made.applications["applicant_id"].tolist()
    np.testing.assert_array_equal(np.isfinite(bad), accepted)
    np.testing.assert_array_equal(bad[accepted] == 1.0, known["bad"].to_numpy()[accepted])
    np.testing.assert_array_equal(known["accepted"], accepted)


def test_versions_and_late_arrivals_are_there(made):
    payments = made.tables["payments"]
    assert (payments["known_time"] - payments["event_time"]).max() > pd.Timedelta(days=5)
    repeated = payments[payments["event_id"].duplicated(keep=False)]
    assert len(repeated) > 20
    assert set(repeated.groupby("event_id")["status"].last()) == {"returned"}
    assert made.tables["activities"].duplicated().any()


def test_nothing_leads_from_the_portfolio_to_the_truth(made, truth):
    """Walk everything that a builder can reach; no latent trait and no truth is among it."""
    secret = {id(truth), id(truth.people), id(truth.defaults), id(truth.theta), id(truth.defaults.hazard)}
    seen: set[int] = set()
    queue: list[object] = [made]
    while queue:
        thing = queue.pop()
        if id(thing) in seen or isinstance(thing, type | str | bytes) or type(thing).__name__ == "module":
            continue
        seen.add(id(thing))
        assert id(thing) not in secret
        assert not isinstance(thing, Truth)
        if isinstance(thing, np.ndarray) and thing.dtype != object:
            assert not np.array_equal(thing, truth.theta)
            continue
        if callable(thing):
            continue
        queue += gc.get_referents(thing)
    assert {field.name for field in dataclasses.fields(Simulated)} == {
        "config", "tables", "applications", "shared",
    }  # fmt: skip


def test_both_calls_make_the_same(small, made):
    alone = simulate_portfolio(small, seed=11)
    assert isinstance(alone, Simulated)
    pd.testing.assert_frame_equal(alone.applications, made.applications, check_exact=True)


def test_representations_name_the_tables(made, truth):
    assert "payments" in repr(made)
    assert "<table" in made._repr_html_()
    assert "bad rate" in repr(truth)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"people": 10}, "'people' parameter must be a whole number within 50"),
        ({"homophily": 1.5}, "'homophily' parameter must be a number within 0 and 1"),
        ({"homophily": "high"}, "'homophily'"),
        ({"people": True}, "'people'"),
        ({"bad_rate": float("nan")}, "'bad_rate'"),
        ({"start": "tomorrow"}, "'start' parameter must be a date"),
        ({"thin_file": 0.7, "new_to_bank": 0.6}, "'new_to_bank' parameter must be at most 1 - thin_file"),
        ({"gaming_ties": 1.5}, "'gaming_ties' parameter must be a whole number"),
    ],
)
def test_dials_out_of_range_are_refused(wrong, message):
    with pytest.raises(ParameterError, match=message):
        SimulationConfig(**wrong)


def test_a_seed_that_is_none_is_refused():
    with pytest.raises(ParameterError, match="'seed' parameter must be a whole number"):
        simulate_portfolio(SimulationConfig(people=100), seed=-1)


def test_defaults_that_run_away_are_refused():
    dials = SimulationConfig(people=2_000, influence=20.0, homophily=0.0, frailty=0.0, rings=0)
    with pytest.raises(ParameterError, match="Lower the 'influence' parameter"):
        simulate_with_truth(dials, seed=0)
