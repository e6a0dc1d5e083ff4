"""Strategies against plain arithmetic: who gets which cut-off, loan and reason, and what is fed back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from creditscore.policy.ability.assess import Means, assess_ability
from creditscore.policy.strategy.parts import Arm, LoanCaps, SegmentCutoff
from creditscore.policy.strategy.reasons import CODES, reasons_of
from creditscore.policy.strategy.resolve import Asked, Resolving, bar_of
from creditscore.policy.strategy.strategy import Strategy
from creditscore.segments.segment import Segment
from tests.policy.strategy_world import DAYS, GRADES, RULE, plan, prices, resolved, somebody


def applicants(count: int, seed: int = 5):
    rng = np.random.default_rng(seed)
    for number in range(count):
        means = Means(
            float(rng.gamma(3.0, 600.0)), float(rng.choice([0.0, rng.gamma(2.0, 150.0)])),
            float(rng.gamma(4.0, 200.0)), int(rng.integers(1, 6)),
        )  # fmt: skip
        yield somebody(
            subject=f"person-{number}", amount=50.0 * int(rng.integers(1, 240)), means=means,
            days=float(rng.choice(list(DAYS.values()))), grade=str(rng.choice(list(GRADES))),
        )  # fmt: skip


def fed_back(asked: Asked, amount: float, payments: int) -> Asked:
    return replace(asked, amount=amount, days=float(DAYS[payments]))


def annuity(amount: float, payments: int, rate: float) -> float:
    """Equal monthly payments by the closed form."""
    monthly = rate / 12.0
    return amount * monthly / (1.0 - (1.0 + monthly) ** -payments) if monthly else amount / payments


def check(strategy: Strategy, asked: Asked) -> str:
    """Hold one decision against its reasons and its counter-offer; say too where the ability fails."""
    found = resolved(strategy, asked)
    reasons = reasons_of(found, strategy, "EUR")
    assert found.decision in ("approve", "counter_offer", "decline")
    assert all(reason.code == CODES[reason.group] for reason in reasons)
    assert (found.decision == "approve") is not bool(reasons)
    if found.offer is not None:
        terms = found.offer.inputs.terms
        assert terms.amount <= (asked.amount or 0.0)
        again = resolved(strategy, fed_back(asked, terms.amount, terms.payments))
        assert (again.decision, again.offer) == ("approve", found.offer), asked
        able = assess_ability(asked.means, terms, found.offer.rate or 0.0, strategy.ability)
        assert able.status == "able"
    for one in found.counter_offers:
        again = resolved(strategy, fed_back(asked, one.terms.amount, one.terms.payments))
        assert again.decision == "approve", (asked, one)
    if found.ability is not None:
        needs = asked.means.commitments + max(RULE.essentials(asked.means), 0.0) + RULE.buffer
        instalment = found.ability.instalment
        wrong = {
            "share_of_income": asked.means.commitments + instalment > 0.4 * asked.means.income,
            "share_of_left": instalment > 0.6 * (asked.means.income - needs),
        }
        rate = Resolving(strategy, asked).rate(found.asked)
        if rate is not None:
            terms = found.asked.amount, found.asked.payments
            assert instalment == pytest.approx(annuity(*terms, rate), abs=0.02)
            wrong["stress"] = 0.9 * asked.means.income - needs < annuity(*terms, rate + 0.02) - 0.005
        for key, is_so in wrong.items():
            assert (key in found.ability.shortfalls) is is_so, asked
        if found.ability.status == "unable":
            assert [one.code for one in reasons if one.kind == "ability"] == [
                CODES[key] for key in found.ability.shortfalls
            ]
            least = strategy.prices.amounts[0]
            if found.decision == "decline":  # nothing at all could be paid, not even the least over any term
                for payments in strategy.prices.payments:
                    assert resolved(strategy, fed_back(asked, least, payments)).decision == "decline", asked
            return f"{found.decision}, unable"
    return found.decision


def test_what_is_declined_for_the_ability_has_a_true_reason_and_what_is_offered_passes_when_fed_back():
    decisions = [check(plan(), one) for one in applicants(300)]
    assert min(decisions.count(one) for one in ("approve", "counter_offer, unable", "decline, unable")) > 20


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2])
def test_that_holds_of_thousands(seed):
    strategy = plan(prices=prices(), caps=LoanCaps({"C": 3000.0, "D": 900.0}, 4.0))
    decisions = [check(strategy, one) for one in applicants(2700, seed)]
    unable = [decisions.count(f"{one}, unable") for one in ("counter_offer", "decline")]
    assert sum(unable) >= 1500
    assert min(*unable, decisions.count("approve")) > 100


def test_equal_in_what_may_price_is_equal_in_rate():
    seen: dict[tuple[object, ...], float | None] = {}
    strategy = plan(arms=[Arm("test", 0.5, price_arm="dear")], seed="s")
    for one in applicants(600, seed=9):
        found = resolved(strategy, one)
        if found.offer is not None:
            inputs = found.offer.inputs
            key = (inputs.grade, inputs.loss_class, inputs.terms, inputs.arm)
            assert seen.setdefault(key, found.offer.rate) == found.offer.rate
    assert len(seen) > 50


def test_the_first_segment_counts_and_an_open_one_is_taken_strictly():
    cutoffs = [
        SegmentCutoff(Segment("new", "months_here < 25"), 600.0, 620.0),
        SegmentCutoff(Segment("app", "channel == 'app'"), 500.0),
    ]
    strategy = plan(cutoffs=cutoffs)
    for columns, expected in (
        ({"months_here": 20.0, "channel": "app"}, ("new", 600.0, 620.0)),
        ({"months_here": 40.0, "channel": "app"}, ("app", 500.0, None)),
        ({"months_here": 40.0, "channel": "web"}, ("", 560.0, None)),
        ({"months_here": None, "channel": "app"}, ("new", 600.0, 620.0)),
        ({"months_here": 40.0, "channel": None}, ("", 560.0, None)),
    ):
        bar = bar_of(strategy, somebody(columns=columns))
        assert (bar.segment, bar.cutoff, bar.refer_below) == expected
    moved = plan(cutoffs=cutoffs, arms=[Arm("all", 0.999999, 7.0)], seed="s")
    assert bar_of(moved, somebody(columns={"months_here": 20.0, "channel": "web"})).cutoff == 607.0


@pytest.mark.parametrize(
    ("more", "decision", "stage"),
    [
        ({"score": None, "grade": None}, "refer", "score"),
        ({"amount": None}, "refer", "request"),
        ({"days": None}, "refer", "request"),
        ({"days": -5.0}, "refer", "request"),
        ({"amount": 10.0}, "refer", "request"),
        ({"means": Means(None, 0.0, 1.0)}, "refer", "ability"),
        ({"means": Means(9000.0, None, 1.0)}, "refer", "ability"),
        ({"means": Means(9000.0, 0.0, None)}, "refer", "ability"),
        ({"score": 400}, "decline", "cutoff"),
        ({"score": 560}, "approve", "offer"),
        ({"refer_below": 700.0}, "refer", "band"),
        ({"amount": 99_000.0, "means": Means(90_000.0, 0.0, 1.0)}, "counter_offer", "offer"),
    ],
)
def test_the_first_thing_that_does_not_hold_decides(more, decision, stage):
    found = resolved(plan(), somebody(**more))
    assert (found.decision, found.stage) == (decision, stage)
    assert (found.offer is None) is (decision in ("refer", "decline"))


def test_doubtful_data_and_what_may_not_be_said_go_to_a_person():
    assert resolved(plan(), somebody(), doubtful=True).decision == "refer"
    assert resolved(plan(), somebody(score=400), unsaid=True).decision == "refer"
    assert resolved(plan(), somebody(), fired=True).decision == "decline"


def test_a_cap_by_grade_is_said_and_one_of_nothing_declines():
    strategy = plan(caps=LoanCaps({"A": 1234.0, "B": 0.0}))
    found = resolved(strategy, somebody())
    assert (found.decision, found.offer.inputs.terms.amount) == ("counter_offer", 1200.0)
    (reason,) = reasons_of(found, strategy, "EUR")
    assert reason.text == "At the grade of this application, at most 1,234 EUR is lent"
    assert resolved(strategy, somebody(grade="B")).decision == "decline"
