"""Outcomes of others, known three months later: a cliff where they were dated too early, none where not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

import creditscore as cs
from creditscore.assess.lagging import lagged, most_lost
from creditscore.assess.leakage import outcomes_known_later
from creditscore.features.compute import FeatureComputer

AS_OF = datetime(2024, 6, 1, 9, tzinfo=UTC)
CIRCLES, SIZE = 60, 12
ASKING = 3
PRIVACY = cs.StandingPrivacy.unprotected(secret=bytes(range(32)), secret_name="trial")
FEATURES = cs.social_features(min_known=2, min_known_group=6)


@dataclass
class Asked:
    """What a study is to this check."""

    model: object
    applications: cs.Applications
    portfolio: cs.Portfolio
    bad: np.ndarray
    rows: np.ndarray
    threads: int = 1


@dataclass
class Model:
    computer: FeatureComputer


def circles(known_days: float, seed: int = 1) -> Asked:
    """Circles of friends who mostly end alike; how each ended was known so many days before people asked."""
    random = np.random.default_rng(seed)
    ties, standings, asked, bad = [], [], [], []
    for circle in range(CIRCLES):
        people = [f"p{circle}-{k}" for k in range(SIZE)]
        risk = 0.85 if circle % 2 else 0.15
        ended_badly = random.random(SIZE) < risk
        long_ago = AS_OF - timedelta(days=600)
        for k, one in enumerate(people):
            ties += [
                {"person_id": a, "other_id": b, "event_time": long_ago}
                for other in people[k + 1 :]
                for a, b in ((one, other), (other, one))
            ]
            if k < ASKING:
                asked.append({"application_id": f"a-{one}", "applicant_id": one, "as_of": AS_OF})
                bad.append(float(ended_badly[k]))
            else:
                said = "defaulted" if ended_badly[k] else "good"
                known = AS_OF - timedelta(days=known_days)
                standings.append({"person_id": one, "event_time": known, "standing": said})
    portfolio = cs.Portfolio.from_records({"ties": ties, "standings": standings}, privacy=PRIVACY)
    applications = cs.Applications.from_records(asked)
    order = {one: k for k, one in enumerate(applications.application_ids)}
    outcomes = np.empty(len(bad))
    for row, outcome in zip(asked, bad, strict=True):
        outcomes[order[row["application_id"]]] = outcome
    return Asked(Model(FeatureComputer(FEATURES)), applications, portfolio, outcomes, np.arange(len(bad)))


def test_what_was_dated_too_early_is_a_cliff_and_what_was_known_for_long_is_none():
    early, sound = outcomes_known_later(circles(100)), outcomes_known_later(circles(400))
    assert early is not None
    assert sound is not None
    assert (early.known_as, early.rows) == (("L7",), CIRCLES * ASKING)
    assert not early.passed
    assert early.found > 0.25
    assert early.feature.startswith("neighbours_")
    assert sound.passed
    assert sound.found < 0.02


def test_the_lag_is_that_of_standings_written_later_by_hand():
    """The same world with all standings 91 days later, given as rows, has the same features to the bit."""
    for days in (100, 200, 400):
        moved = lagged(circles(days).portfolio)
        by_hand = circles(days - 91)
        values = [
            by_hand.model.computer.compute(by_hand.applications, one, threads=1).values
            for one in (moved, by_hand.portfolio)
        ]
        np.testing.assert_array_equal(*values)


@pytest.mark.parametrize("tables", [{"ties": []}, {"inquiries": []}])
def test_where_nothing_tells_of_others_there_is_no_check(tables):
    world = circles(40)
    rows = {
        "ties": [{"person_id": "p0-0", "other_id": "p0-1", "event_time": AS_OF - timedelta(days=300)}],
        "inquiries": [{"applicant_id": "p0-0", "event_time": AS_OF - timedelta(days=3)}],
    }
    world.portfolio = cs.Portfolio.from_records({name: rows[name] for name in tables})
    assert most_lost(world) is None
    assert outcomes_known_later(world) is None
