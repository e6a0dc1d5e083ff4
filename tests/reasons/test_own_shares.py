"""One score says the own share as it is, with its counts, and never the one that is drawn towards a prior."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

import creditscore as cs
from creditscore.reasons.facts import Fact
from creditscore.reasons.reason import Reason
from creditscore.words.speech import speak
from tests.reasons.saying import numbers

AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
BEGUN = AS_OF - timedelta(days=500)
PEOPLE = 600
RNG = np.random.default_rng(5)
MADE = RNG.integers(1, 8, PEOPLE)
BACK = RNG.binomial(MADE, 0.4)


def ties() -> list[dict[str, Any]]:
    """Of each person, ties to some people who are tied to nobody else, and back from some of those."""
    rows = []
    for person, (made, back) in enumerate(zip(MADE.tolist(), BACK.tolist(), strict=True)):
        for k in range(made):
            ends = f"p{person:03}", f"q{person:03}-{k}"
            rows.append({"person_id": ends[0], "other_id": ends[1]})
            if k < back:
                rows.append({"person_id": ends[1], "other_id": ends[0]})
    return [{**row, "event_time": BEGUN, "directed": True} for row in rows]


@pytest.fixture(scope="module")
def scored() -> tuple[cs.CreditPipeline, cs.Applications, cs.Portfolio]:
    portfolio = cs.Portfolio.from_records({"ties": ties()})
    asked = [
        {"application_id": k, "applicant_id": f"p{k:03}", "as_of": AS_OF - timedelta(days=k % 60)}
        for k in range(PEOPLE)
    ]
    applications = cs.Applications.from_records(asked)
    bad = (np.random.default_rng(6).random(PEOPLE) < 0.55 - 0.5 * BACK / MADE).astype(float)
    features = cs.social_features().select(["ties_reciprocal_share"])
    pipeline = cs.CreditPipeline([features], scorer=cs.CreditScorer(n_estimators=60, learning_rate=0.1))
    return pipeline.fit(applications, portfolio, bad), applications, portfolio


def test_every_score_counts_what_the_ledger_holds(
    scored: tuple[cs.CreditPipeline, cs.Applications, cs.Portfolio],
) -> None:
    pipeline, applications, portfolio = scored
    said = 0
    for k in range(0, PEOPLE, 3):
        one = applications.take([k])
        for reason in pipeline.score(one, portfolio).reasons:
            if reason.basis != "fact":
                continue
            said += 1
            assert reason.fact is not None
            assert (reason.fact.own_value, reason.fact.of) == (BACK[k] / MADE[k], MADE[k])
            drawn = reason.fact.value != reason.fact.own_value
            before = " (" if drawn else ": "
            assert f"mutual ties{before}" in reason.text
            assert f"{BACK[k]} of {MADE[k]} people to whom you have a tie" in reason.text
            for other in pipeline.reasons(one, portfolio):
                assert other.fact == reason.fact
    assert said > 50


def test_a_record_says_the_same(scored: tuple[cs.CreditPipeline, cs.Applications, cs.Portfolio]) -> None:
    pipeline, applications, portfolio = scored
    said = 0
    for k in range(0, 90, 3):
        one = applications.take([k])
        told = [reason.fact for reason in pipeline.score(one, portfolio).reasons]
        for reason in pipeline.decide(one, portfolio).to_dict()["reasons"]:
            if reason["told"] == "fact":
                said += 1
                assert any(fact is not None and fact.to_dict() == reason["fact"] for fact in told)
    assert said > 5


def test_of_other_people_neither_value_nor_own_share_is_said() -> None:
    """Their share before it is drawn towards what is usual tells as much as the share itself."""
    (feature,) = cs.social_features().select(["neighbours_defaulted_share_bounded"])
    fact = Fact(
        feature.name, feature.label, 0.25, "share", 1, own_value=0.4, of=5, reference_value=0.1,
        direction="higher", population="approved",
    )  # fmt: skip
    said = speak(Reason("R40", "network_repayment", 9.0, 0.4, (feature.name,), fact), dated=False)
    assert said == (
        "Share not repaid in the network, up to the usual share: higher than usual among approved applicants"
    )
    alone = replace(fact, reference_value=None, direction=None, population="")
    for language in ("en", "fa", "zh"):
        told = speak(Reason("R40", "network_repayment", 9.0, 0.4, (feature.name,), alone), language)
        assert numbers(told) == []
