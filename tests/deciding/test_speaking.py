"""What may not be said does not decide: referrals, rules alone, and what a model is not given."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import creditscore as cs
from creditscore.deciding.speaking import spoken_for, unsaid
from creditscore.errors import FittingError, ParameterError
from creditscore.features.formula import Term
from creditscore.policy.rules import PolicyDecision
from creditscore.reasons.guards import Guard, Suppressed
from creditscore.reasons.reason import Reason, Reasons
from creditscore.words.languages import LANGUAGES

POLICY = cs.Policy("p", "1", cutoff=600)
TEXTS = {"en": "Too large", "fa": "زیاد است", "zh": "过大"}
LIMIT = cs.DeclineRule("limit", "P01", "amount", ">", 5.0, TEXTS)


def reasons(given: list[float], **dropped: float) -> Reasons:
    """Reasons that cost so many points, and groups that a guard kept back."""
    lost = sum(given) + sum(dropped.values())
    guards: dict[str, Guard] = {name: name for name in dropped}  # type: ignore[misc]
    return Reasons(
        tuple(Reason("R22", f"g{k}", points, points / lost, ("f",)) for k, points in enumerate(given)),
        tuple(Suppressed(n, guards[n], "why", p, p / lost, ("f",)) for n, p in dropped.items()),
    )


@pytest.mark.parametrize(
    ("judged", "why"),
    [
        (reasons([10.0]), None),
        (reasons([10.0], forbidden=9.9), None),
        (reasons([10.0], forbidden=10.1), "held_back"),
        (reasons([10.0], minimum_share=30.0, limit=30.0), None),
        (reasons([6.0], actionability=3.0, comparison=3.1), "held_back"),
        (reasons([], forbidden=3.0), "no_reason"),
        (reasons([]), "no_reason"),
        (reasons([100.0], unread=49.9), None),
        (reasons([100.0], unread=50.0), "unread"),
        (reasons([10.0], unread=10.1), "held_back"),
        (reasons([], unread=60.0), "no_reason"),
    ],
)
def test_a_decline_whose_reasons_may_not_be_said_is_referred(judged: Reasons, why: str | None) -> None:
    said = spoken_for(POLICY, PolicyDecision("decline", ()), judged, 550)
    assert said.decision == ("decline" if why is None else "refer")
    assert (said.referred_because or {}).get("why") == why
    approved = spoken_for(POLICY, PolicyDecision("approve", ()), judged, 650)
    assert (approved.decision, approved.referred_because) == ("approve", None)


def test_half_of_the_loss_is_not_more_than_half() -> None:
    assert unsaid(reasons([5.0, 4.0], forbidden=9.0), 50.0) is None


def test_rules_alone_are_the_only_reasons() -> None:
    """The reasons of the model stand apart, for the auditor."""
    rule = LIMIT.reason({"amount": 9.0})
    judged = reasons([10.0], minimum_share=0.5)
    alone = spoken_for(POLICY, PolicyDecision("decline", (rule,)), judged, 650)
    assert [reason.code for reason in alone.reasons] == ["P01"]
    assert [(one.group, one.guard) for one in alone.reasons.suppressed] == [
        ("g0", "rules"), ("minimum_share", "minimum_share"),
    ]  # fmt: skip
    both = spoken_for(POLICY, PolicyDecision("decline", (rule,)), judged, 550)
    assert [reason.code for reason in both.reasons] == ["P01", "R22"]


def asked(n: int = 400) -> tuple[cs.Applications, np.ndarray, list[dict[str, Any]]]:
    rng = np.random.default_rng(3)
    rows = [
        {
            "application_id": k, "applicant_id": k, "as_of": "2024-01-01T00:00Z",
            "top_ups": float(rng.integers(0, 30)), "marital_status": float(rng.integers(0, 3)),
        }
        for k in range(n)
    ]  # fmt: skip
    bad = (rng.random(n) < [0.7 if row["top_ups"] < 8 else 0.1 for row in rows]).astype(float)
    return cs.Applications.from_records(rows), bad, rows


OWN = {"en": "top-ups a month", "fa": "شارژ در ماه", "zh": "每月充值次数"}


def test_own_words_are_said_in_every_language() -> None:
    applications, bad, rows = asked()
    features = cs.application_features(("top_ups",), signs={"top_ups": -1}, labels={"top_ups": OWN})
    pipeline = cs.CreditPipeline([features], scorer=cs.CreditScorer(n_estimators=30))
    pipeline.fit(applications, cs.Portfolio(), bad)
    row = next(row for row in rows if row["top_ups"] < 4)
    record = pipeline.decide(row, cs.Portfolio(), policy=cs.Policy("p", "1", cutoff=520))
    (reason,) = record.content["reasons"]
    assert reason["fact"]["direction"] == "lower"
    for language in LANGUAGES:
        assert OWN[language].lower() in reason["texts"][language].lower()
    assert cs.replay_decision(record, pipeline.model) is None


def test_a_declaration_says_what_comes_first() -> None:
    count = Term("inquiries", "count")
    feature = cs.Feature(
        "inquiries_mine", count, OWN, "rows", "count", 1, "inquiries", source="inquiries",  # type: ignore[arg-type]
        higher={"en": "Many top-ups", "fa": "شارژ زیاد", "zh": "充值较多"},
    )  # fmt: skip
    assert cs.Feature.from_dict(feature.to_dict()) == feature
    from creditscore.reasons.facts import Fact

    fact = Fact("inquiries_mine", feature.label, 9.0, "count", 1, None, None, None, 2.0, "higher", "approved")
    said = {name: cs.speak(Reason("R34", "inquiries", 5.0, 1.0, ("f",), fact), name) for name in LANGUAGES}
    assert said["en"] == "Many top-ups. Top-ups a month: 9, higher than usual among approved applicants (2)"
    assert said["zh"].startswith("充值较多。每月充值次数：9，高于")
    assert said["fa"].startswith("شارژ زیاد. شارژ در ماه: ۹")
    with pytest.raises(ParameterError, match="words"):
        cs.Feature("x", count, {"en": "alone"}, "rows", "count", source="inquiries")  # type: ignore[arg-type]


def test_what_may_not_be_named_is_not_given_to_the_model() -> None:
    applications, bad, _ = asked()
    features = cs.application_features(("top_ups", "marital_status"))
    pipeline = cs.CreditPipeline([features], scorer=cs.CreditScorer(n_estimators=10))
    pipeline.fit(applications, cs.Portfolio(), bad)
    assert pipeline.model.computer.features.names == ("application_top_ups",)
    assert pipeline.report is not None
    assert set(pipeline.report.unsayable) == {"application_marital_status"}
    assert "marital_status" in str(pipeline.report)
    only = cs.CreditPipeline([features.select(["application_marital_status"])])
    with pytest.raises(FittingError, match="protected characteristic"):
        only.fit(applications, cs.Portfolio(), bad)
