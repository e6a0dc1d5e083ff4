"""One dial does not disturb what does not depend on it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from creditscore.simulate import SimulationConfig, simulate_portfolio, simulate_with_truth
from creditscore.simulate.streams import STREAMS, Streams

BASE = SimulationConfig(people=800, rings=2, ring_size=10, missing_completely_at_random=0.0)
UNTOUCHED = ("bills", "sessions", "activities", "memberships", "inquiries", "statements", "ties")
OF_LENDERS = 500_000


@pytest.fixture(scope="module")
def base():
    return simulate_with_truth(BASE, seed=3)


def same(one, other, names):
    for name in names:
        pd.testing.assert_frame_equal(one.tables[name], other.tables[name], check_exact=True)
    pd.testing.assert_frame_equal(conduct(one), conduct(other), check_exact=True)


def conduct(made):
    """Payments that do not follow from the lender's loans, without the balances, which do."""
    payments = made.tables["payments"]
    kept = payments[payments["event_id"] % 1_000_000 < OF_LENDERS]
    return kept.drop(columns="balance").reset_index(drop=True)


@pytest.mark.parametrize(
    "dials",
    [
        {"influence": 0.0},
        {"frailty": 1.0},
        {"bad_rate": 0.04},
        {"shock_month": 20},
        {"macro_volatility": 0.0},
    ],
    ids=lambda dials: next(iter(dials)),
)
def test_who_defaults_does_not_move_what_people_do(base, dials):
    made, truth = simulate_with_truth(replace(BASE, **dials), seed=3)
    same(base[0], made, UNTOUCHED)
    np.testing.assert_array_equal(base[1].theta, truth.theta)
    assert not np.array_equal(base[1].defaults.hazard, truth.defaults.hazard)


def test_rejections_and_lags_leave_behaviour_alone(base):
    same(base[0], simulate_portfolio(replace(BASE, rejected=0.4, reporting_lag=5.0), seed=3), UNTOUCHED)


def test_rings_touch_their_members_only(base):
    without, truth = simulate_with_truth(replace(BASE, rings=0), seed=3)
    members = np.flatnonzero(base[1].people.ring >= 0)
    assert len(members) == 20
    assert (truth.people.ring < 0).all()
    names = (
        "payments",
        "bills",
        "inquiries",
        "activities",
        "sessions",
        "memberships",
        "loans",
        "instalments",
    )
    for name in names:
        owner = "person_id" if "person_id" in without.tables[name] else "applicant_id"
        with_rings, alone = (
            made.tables[name][~made.tables[name][owner].isin(members)].reset_index(drop=True)
            for made in (base[0], without)
        )
        pd.testing.assert_frame_equal(with_rings, alone, check_exact=True)


def test_missing_sources_take_rows_away_and_change_none(base):
    holes, truth = simulate_with_truth(replace(BASE, missing_completely_at_random=0.3), seed=3)
    for source in ("payments", "bills", "inquiries", "sessions", "activities"):
        owner = "person_id" if source == "activities" else "applicant_id"
        whole, left = base[0].tables[source], holes.tables[source]
        gone = np.flatnonzero(truth.missing[source])
        # Bills are missing for more people with a thin file, in both.
        assert 0.2 < truth.missing[source].mean() < 0.55
        expected = whole[~whole[owner].isin(gone)].reset_index(drop=True)
        pd.testing.assert_frame_equal(expected, left, check_exact=True)
        connected = holes.tables["connections"].query("source == @source")["applicant_id"]
        assert not set(gone) & set(connected)


def test_late_arrivals_change_known_times_only(base):
    late = simulate_portfolio(replace(BASE, late_arrivals=0.4, reversals=0.0), seed=3).tables["payments"]
    plain = simulate_portfolio(replace(BASE, reversals=0.0), seed=3).tables["payments"]
    pd.testing.assert_frame_equal(plain.drop(columns="known_time"), late.drop(columns="known_time"))
    assert (late["known_time"] > late["event_time"]).mean() == pytest.approx(0.4, abs=0.02)


def test_streams_are_named_once_and_do_not_correlate():
    assert len(set(STREAMS)) == len(STREAMS)
    drawn = np.array([Streams(1).of(name).standard_normal(4_000) for name in STREAMS])
    off = np.corrcoef(drawn)[~np.eye(len(STREAMS), dtype=bool)]
    assert np.abs(off).max() < 5 / np.sqrt(4_000)


def test_the_order_of_streams_is_part_of_what_a_seed_means():
    """The first number of a stream in the middle; if it moves, every seed means something else."""
    assert Streams(0).of("traits").random() == pytest.approx(0.9429375528828794, abs=0)
    assert STREAMS.index("monte_carlo") == 38
