"""The second computation of features: as the kernels, on rows as records store them, and apart from them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

import creditscore as cs
from creditscore.deciding.described import sources_of
from creditscore.deciding.evidence import gather
from creditscore.features.compute import FeatureComputer
from creditscore.features.loans.declared.catalogue import repayment_features
from creditscore.features.payments.declared.catalogue import payment_features
from creditscore.verify.replayed import Replay
from creditscore.verify.twin import payments
from creditscore.verify.twin.computed import computed, known_features, twinned
from creditscore.verify.twin.payments import reads_loans
from tests.features.payment_worlds import asked, payment_world
from tests.features.worlds import AS_OF, PRIVACY, applications, filled, random_world
from tests.verify.declaring import FILE, declared
from tests.verify.test_wrong_builds import faults

# What reads a column that records do not keep cannot be decided on.
NOT_KEPT = "repayment_autopay_share"
FEATURES = cs.FeatureSet(
    tuple(one for one in repayment_features() if one.name in known_features() and one.name != NOT_KEPT)
)
OF_PAYMENTS = cs.FeatureSet(
    tuple(one for one in payment_features(every=True) if one.name in known_features())
)


def test_the_declarations_are_those_that_the_twin_was_written_from():
    """After a change of a feature of loans: mend the twin, then ``python -m tests.verify.declaring``."""
    assert FILE.read_text(encoding="utf-8") == declared()
    assert len(known_features()) > 640


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


@pytest.mark.parametrize("seed", [0, 2, 5])
@pytest.mark.parametrize("zone", ["UTC", "Asia/Tehran"])
def test_it_computes_of_payments_what_the_kernels_compute(seed, zone):
    """Of random accounts with late knowledge, corrections, refunds, streams and lost columns, as stored."""
    world, weekend = payment_world(seed), ("sat", "sun") if zone == "UTC" else ("thu", "fri")
    portfolio = cs.Portfolio.from_records(world, timezone=zone, weekend=weekend)
    computer, plain = FeatureComputer(OF_PAYMENTS), json.loads(OF_PAYMENTS.to_json())
    compared = 0
    for row in asked()[seed::6]:
        evidence = gather(computer, cs.Applications.from_records([row]), portfolio)
        inputs = json.loads(evidence.inputs_text())
        record = {
            "inputs": inputs, "as_of": inputs["application"]["as_of"], "sources": sources_of(evidence),
        }  # fmt: skip
        found = computed(record, plain)
        truth = np.array([np.nan if value is None else value for value in found.values()])
        np.testing.assert_allclose(evidence.matrix.values[0], truth, rtol=1e-9, atol=1e-9)
        compared += int(np.isfinite(truth).sum())
    assert compared > 300


def test_every_feature_of_payments_has_a_twin_by_default():
    names = {one.name for one in payment_features()}
    assert names <= {one.name for one in OF_PAYMENTS}
    assert len(OF_PAYMENTS) > 290


def records(features: cs.FeatureSet, worlds: range, zone: str):
    """Records as stored of everybody who asks in random accounts with loans beside them."""
    computer = FeatureComputer(features)
    for seed in worlds:
        portfolio = cs.Portfolio.from_records(payment_world(seed), timezone=zone)
        for row in asked():
            evidence = gather(computer, cs.Applications.from_records([row]), portfolio)
            inputs = json.loads(evidence.inputs_text())
            yield evidence, {
                "inputs": inputs, "as_of": inputs["application"]["as_of"], "sources": sources_of(evidence),
            }  # fmt: skip


@pytest.mark.parametrize(("zone", "worlds"), [("UTC", range(2)), ("Asia/Tehran", range(2, 4))])
def test_debts_and_card_statements_are_those_of_payments_and_loans_together(zone, worlds):
    chosen = OF_PAYMENTS.where(lambda one: reads_loans(json_of(one)))
    assert len(chosen) == 8
    plain, values = json.loads(chosen.to_json()), []
    for evidence, record in records(chosen, worlds, zone):
        found = computed(record, plain)
        assert list(found) == list(evidence.matrix.names)
        truth = np.array([np.nan if value is None else value for value in found.values()])
        np.testing.assert_allclose(evidence.matrix.values[0], truth, rtol=1e-9, atol=1e-9)
        values.append(truth)
    told = np.nan_to_num(np.array(values))
    assert (told[:, :5] != 0).sum() > 20
    assert (told[:, 5:] != 0).any()


def json_of(feature):
    (one,) = json.loads(cs.FeatureSet((feature,)).to_json())
    return one["formula"]


def test_of_more_payments_than_it_looks_back_over_the_twin_says_nothing(monkeypatch):
    monkeypatch.setattr(payments, "MOST_ROWS", -1)
    row = asked()[0]
    evidence = gather(
        FeatureComputer(OF_PAYMENTS),
        cs.Applications.from_records([row]),
        cs.Portfolio.from_records(payment_world(0)),
    )
    inputs = json.loads(evidence.inputs_text())
    record = {"inputs": inputs, "as_of": inputs["application"]["as_of"], "sources": sources_of(evidence)}
    assert computed(record, json.loads(OF_PAYMENTS.to_json())) == {}


def test_of_loans_one_of_which_was_sold_the_twin_says_nothing_and_of_inquiries_the_same():
    world = filled(random_world(3, 60))
    whose = next(loan["applicant_id"] for loan in world["loans"])
    for loan in world["loans"]:
        sold = loan["applicant_id"] == whose
        loan["sold_time"] = loan["event_time"] + timedelta(days=40) if sold else None
    row = next(one for one in applications(60, AS_OF) if one["applicant_id"] == whose)
    evidence = gather(
        FeatureComputer(FEATURES),
        cs.Applications.from_records(row),
        cs.Portfolio.from_records(world, privacy=PRIVACY),
    )
    inputs = json.loads(evidence.inputs_text())
    record = {"inputs": inputs, "as_of": inputs["application"]["as_of"], "sources": sources_of(evidence)}
    found, names = computed(record, json.loads(FEATURES.to_json())), set(FEATURES.names)
    assert {name for name in names if name.startswith("inquiries_")} <= set(found)
    assert not [name for name in found if name.startswith(("repayment_", "statements_"))]
    stated = dict(zip(evidence.matrix.names, evidence.matrix.values[0].tolist(), strict=True))
    truth = [np.nan if value is None else value for value in found.values()]
    np.testing.assert_allclose([stated[name] for name in found], truth, rtol=1e-9, atol=1e-9)


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
