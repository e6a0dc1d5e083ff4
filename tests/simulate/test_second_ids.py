"""Some people are known by two ids, which is found some day: what was known before and after adds up."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import creditscore as cs
from creditscore.simulate import Simulated, SimulationConfig, simulate_portfolio, simulate_with_truth

DIALS = {"people": 400, "purchases": 0.0, "sessions": 0.0, "rings": 1, "gaming": 0.0}
ENDS = {
    "ties": ("person_id", "other_id"),
    "memberships": ("person_id",),
    "activities": ("person_id", "other_id"),
    "standings": ("person_id",),
}


@pytest.fixture(scope="module")
def made() -> Simulated:
    return simulate_portfolio(SimulationConfig(**DIALS, second_ids=0.2), seed=4)


@pytest.fixture(scope="module")
def plain() -> Simulated:
    return simulate_portfolio(SimulationConfig(**DIALS), seed=4)


def test_nobody_has_two_ids_unless_asked(plain):
    assert "persons" not in plain.tables


def test_only_ids_differ_and_each_leads_back(made, plain):
    persons = made.tables["persons"]
    first_of = dict(zip(persons["other_id"], persons["person_id"], strict=True))
    assert len(first_of) == len(persons) == persons["person_id"].nunique()
    assert 0.12 < len(persons) / 400 < 0.28
    renamed = 0
    for name, frame in made.tables.items():
        if name == "persons":
            continue
        same = frame.copy()
        for column in ENDS.get(name, ()):
            renamed += int(same[column].isin(first_of).sum())
            same[column] = same[column].map(lambda one: first_of.get(one, one))
        pd.testing.assert_frame_equal(same, plain.tables[name], check_exact=True, check_dtype=False)
    assert renamed > 200
    pd.testing.assert_frame_equal(made.applications, plain.applications, check_exact=True)


def test_members_of_rings_have_one_id(made):
    _, truth = simulate_with_truth(made.config, seed=4)
    members = np.flatnonzero(truth.people.ring >= 0)
    assert members.size == made.config.ring_size
    assert not set(members.tolist()) & set(made.tables["persons"]["person_id"])


def test_once_all_is_found_features_are_those_of_people_with_one_id(made, plain):
    """And on the first day, when nothing was found, they are not."""
    day = pd.Timedelta(days=1)
    found = made.tables["persons"]["event_time"]
    latest, earliest = found.max() + day, found.min() - day
    who = made.tables["persons"]["person_id"].tolist()
    chosen = cs.social_features().select(["ties_count", "ties_strength", "groups_count"])
    for moment, same in ((latest, True), (max(earliest, found.quantile(0.1)), False)):
        asked = cs.Applications.from_records(
            [{"application_id": one, "applicant_id": one, "as_of": moment} for one in who]
        )
        values = [
            cs.CreditPipeline([chosen]).compute_features(asked, each.portfolio()).values
            for each in (made, plain)
        ]
        assert np.array_equal(*values, equal_nan=True) is same


def test_the_same_seed_gives_the_same_second_ids(made):
    again = simulate_portfolio(made.config, seed=4)
    pd.testing.assert_frame_equal(made.tables["persons"], again.tables["persons"], check_exact=True)
