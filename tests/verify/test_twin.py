"""The second computation of features: as the kernels, on rows as records store them, and apart from them."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

import creditscore as cs
from creditscore.deciding.described import sources_of
from creditscore.deciding.evidence import gather
from creditscore.features.compute import FeatureComputer
from creditscore.features.loans.declared.catalogue import repayment_features
from creditscore.verify.replayed import Replay
from creditscore.verify.twin.computed import computed, known_features, twinned
from tests.features.worlds import AS_OF, PRIVACY, applications, filled, random_world
from tests.verify.declaring import FILE, declared
from tests.verify.test_wrong_builds import faults

# What reads a column that records do not keep cannot be decided on.
NOT_KEPT = "repayment_autopay_share"
FEATURES = cs.FeatureSet(
    tuple(one for one in repayment_features() if one.name in known_features() and one.name != NOT_KEPT)
)


def test_the_declarations_are_those_that_the_twin_was_written_from():
    """After a change of a feature of loans: mend the twin, then ``python -m tests.verify.declaring``."""
    assert FILE.read_text(encoding="utf-8") == declared()
    assert len(known_features()) > 350


@pytest.mark.parametrize(("seed", "zone"), [(3, "UTC"), (21, "Asia/Tehran")])
def test_it_computes_what_the_kernels_compute(seed, zone):
    world = filled(random_world(seed, 60))
    portfolio = cs.Portfolio.from_records(world, privacy=PRIVACY, timezone=zone)
    computer, plain = FeatureComputer(FEATURES), json.loads(FEATURES.to_json())
    compared = 0
    for row in applications(60, AS_OF)[:30]:
        evidence = gather(computer, cs.Applications.from_records(row), portfolio)
        inputs = json.loads(evidence.inputs_text())
        record = {
            "inputs": inputs,
            "as_of": inputs["application"]["as_of"],
            "sources": sources_of(evidence),
        }
        found = computed(record, plain)
        truth = np.array([np.nan if value is None else value for value in found.values()])
        np.testing.assert_allclose(evidence.matrix.values[0], truth, rtol=1e-9, atol=1e-9)
        compared += int(np.isfinite(truth).sum())
    assert compared > 1_000


def test_a_feature_that_is_declared_otherwise_is_not_computed():
    (one,) = json.loads(cs.FeatureSet((FEATURES.features[0],)).to_json())
    assert twinned([one]) == {one["name"]}
    assert twinned([one | {"views": {"loan_states": 99}}]) == frozenset()


def test_kernels_that_are_wrong_inside_the_verifier_are_found(forms, world, monkeypatch):
    """Decided, replayed and verified with the same wrong numbers."""
    right = FeatureComputer.compute

    def wrong(self, *given, **more):
        matrix = right(self, *given, **more)
        return replace(matrix, values=np.where(np.isnan(matrix.values), np.nan, matrix.values + 1.0))

    monkeypatch.setattr(FeatureComputer, "compute", wrong)
    for data in (forms, world):
        # A replay of its own: another one may remember the right numbers of these rows.
        found = faults(data, [data.again(number) for number in (1, 3)], Replay(data.folder))
        assert any("by the twin in plain Python" in name for name in found), found
