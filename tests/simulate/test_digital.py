"""Digital channels of a simulated lender: declared signs are those of the truth, and rights tell nothing."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import spearmanr

import creditscore as cs
from creditscore.data.sources import SOURCES
from creditscore.features.digital.declared.catalogue import every_digital_feature
from creditscore.simulate import SimulationConfig, simulate_with_truth

PEOPLE = 2_000
SMALL = SimulationConfig(people=PEOPLE, purchases=0.2, activities=0.1, rings=2)
FEATURES = every_digital_feature()
RIGHTS = tuple(f.name for f in FEATURES if "exercise_of_right" in f.legal_tags)


@pytest.fixture(scope="module")
def seen() -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Every feature as of the last application of each person, and how risky the person is."""
    made, truth = simulate_with_truth(SMALL, seed=5)
    last = made.applications.drop_duplicates("applicant_id", keep="last")
    honest = last[truth.people.ring[last["applicant_id"].to_numpy()] < 0]
    asked = cs.Applications(honest.drop(columns="decision"))
    matrix = cs.CreditPipeline(FEATURES).compute_features(asked, made.portfolio())
    risk = -truth.theta[honest["applicant_id"].to_numpy()]
    return {name: matrix[name] for name in FEATURES.names}, risk


def test_every_feature_is_known_of_some_and_says_different_things(seen):
    values, _ = seen
    for name, value in values.items():
        known = value[~np.isnan(value)]
        assert known.size > 0, name
        # The lender itself supplies forms and registrations of everybody, each person one.
        if name not in ("form_covered", "registration_covered", "registration_count"):
            assert len({*known}) > 1, name


def test_declared_signs_are_those_of_the_truth(seen):
    values, risk = seen
    signed = [f for f in FEATURES if f.sign and f.name not in RIGHTS]
    right = 0
    for feature in signed:
        known = ~np.isnan(values[feature.name])
        found = spearmanr(values[feature.name][known], risk[known])[0]
        right += np.sign(found) == feature.sign
    assert len(signed) >= 30
    assert right >= 0.95 * len(signed)


def test_rights_are_used_by_people_of_every_sort_alike(seen):
    values, risk = seen
    for name in RIGHTS:
        known = ~np.isnan(values[name])
        found = spearmanr(values[name][known], risk[known])[0]
        assert abs(found) < 4.0 / math.sqrt(known.sum()), name


def test_every_table_of_digital_sources_is_made():
    made, _ = simulate_with_truth(SimulationConfig(people=200, purchases=0.1), seed=1)
    tables = {t for name, s in SOURCES.items() for t in s.tables if name in {f.source for f in FEATURES}}
    assert tables <= set(made.tables)
    assert all(len(made.tables[name]) for name in tables)
