"""A policy is held against the model and the application before it decides."""

from __future__ import annotations

import numpy as np
import pytest

import creditscore as cs
from creditscore.errors import CreditScoreError, NameUnknownError, ParameterError

ASKED = {"applicant_id": 1, "as_of": "2024-01-01T00:00Z", "amount": 500.0, "branch": 2, "purpose": "car"}
NOBODY = cs.Portfolio()


@pytest.fixture(scope="module")
def pipeline() -> cs.CreditPipeline:
    random = np.random.default_rng(0)
    rows = [
        {
            **ASKED,
            "application_id": n,
            "applicant_id": n,
            "amount": float(random.uniform(100, 1_000)),
            "purpose": purpose,
        }
        for n, purpose in enumerate(["car", "house", "trip"] * 100)
    ]
    bad = [float(row["amount"] + random.normal() * 300 > 600) for row in rows]
    features = cs.application_features(("amount",), categories=("purpose",))
    scorer = cs.CreditScorer(n_estimators=10)
    return cs.CreditPipeline(features, scorer=scorer).fit(cs.Applications(rows), NOBODY, bad)


def decide(
    pipeline: cs.CreditPipeline, rule: tuple[str, str, object], cutoff: float = 300, **asked: object
) -> str:
    subject, comparison, value = rule
    made = cs.DeclineRule("rule", "P01", subject, comparison, value, {"en": "Not now"})  # type: ignore[arg-type]
    policy = cs.Policy("consumer", "1", cutoff=cutoff, rules=(made,))
    record = pipeline.decide({**ASKED, "application_id": 1, **asked}, NOBODY, policy=policy)
    return str(record.content["outcome"]["decision"])


@pytest.mark.parametrize(
    ("rule", "decision"),
    [
        (("amount", ">", 400), "decline"), (("application_amount", ">", 600), "approve"),
        (("branch", "in", (1, 2)), "decline"), (("branch", "not in", ("1", "2")), "approve"),
        (("branch", "!=", "2"), "approve"), (("purpose", "==", "car"), "decline"),
        (("purpose", "in", ("house", "trip")), "approve"), (("result.score", ">", 0), "decline"),
        (("result.probability_of_default", ">", 1), "approve"), (("result.grade", "==", "none"), "approve"),
    ],
)  # fmt: skip
def test_what_a_rule_may_name(pipeline, rule, decision) -> None:
    assert decide(pipeline, rule) == decision


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (("amuont", ">", 400), "Did you mean 'amount'"), (("as_of", ">", 1), "no subject of rule P01"),
        (("amount", "==", "much"), "a number"), (("purpose", "==", 1), "a text"),
        (("purpose", "in", ("car", "hosue")), "'hosue'"), (("result.points", "<", 1), "result.score"),
        (("result.grade", "<", 3), "a text"), (("application_purpose", "==", "car"), "a number"),
    ],
)  # fmt: skip
def test_what_is_refused_before_anything_is_decided(pipeline, rule, told: str) -> None:
    with pytest.raises(CreditScoreError, match=told):
        decide(pipeline, rule)


@pytest.mark.parametrize("cutoff", [0.2, 299.0, 851.0, 1_000.0])
def test_a_cut_off_outside_the_scale_is_refused(pipeline, cutoff: float) -> None:
    with pytest.raises(ParameterError, match="from 300 to 850 points"):
        decide(pipeline, ("amount", ">", 400), cutoff)


@pytest.mark.parametrize("missing", [None, float("nan")])
def test_an_attribute_without_a_value_is_missing_and_one_that_is_not_there_unknown(pipeline, missing) -> None:
    assert decide(pipeline, ("branch", "==", 2), branch=missing) == "approve"
    asked = {name: value for name, value in ASKED.items() if name != "branch"}
    policy = cs.Policy(
        "consumer", "1", 300, (cs.DeclineRule("rule", "P01", "branch", "==", 2, {"en": "Not now"}),)
    )
    with pytest.raises(NameUnknownError, match="branch"):
        pipeline.decide({**asked, "application_id": 1}, NOBODY, policy=policy)


def test_a_replay_takes_rules_on_results_and_their_ground_again(pipeline) -> None:
    rules = (
        cs.DeclineRule("grade", "P01", "result.score", ">", 0, {"en": "Not now"}),
        cs.DeclineRule("adult", "P02", "age", "<", 18, {"en": "Too young"}, legal_basis="legal capacity"),
    )
    policy = cs.Policy("consumer", "1", 300, rules)
    record = pipeline.decide({**ASKED, "application_id": 1, "age": 30}, NOBODY, policy=policy)
    assert record.content["policy"]["rules"][1]["legal_basis"] == "legal capacity"
    assert "legal_basis" not in record.content["policy"]["rules"][0]
    assert cs.replay_decision(record, pipeline.model) is None
