"""Thousands of made-up requests: none is offered more than was asked, and on a later day it passes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from creditscore.policy.ability.assess import Means
from creditscore.policy.strategy.parts import Exploration, LoanCaps
from creditscore.policy.strategy.resolve import STANDINGS
from creditscore.words.strategy import say_instead, say_offer
from tests.policy.strategy_world import DAYS, GRADES, plan, prices, resolved, somebody

START = date(2026, 12, 1)


def requests(count: int, seed: int, *, indebted: bool = False):
    """People with loans that end on days of the coming three years, most of them short of money."""
    rng = np.random.default_rng(seed)
    for number in range(count):
        loans = [
            (START + timedelta(days=int(rng.integers(1, 1100))), float(rng.integers(3, 60) * 10))
            for _ in range(int(rng.integers(2 if indebted else 0, 4)))
        ]
        forever = float(rng.choice([0.0, 100.0, 250.0]))
        owed = forever + sum(part for _, part in loans)
        income = owed * 2.2 + float(rng.gamma(4.0, 150.0 if indebted else 350.0))
        means = Means(income, owed, float(rng.gamma(3.0, 150.0)), 1, tuple(loans))
        yield somebody(
            subject=f"p{number}", amount=50.0 * int(rng.integers(1, 260)), means=means, start=START,
            days=float(rng.choice(list(DAYS.values()))), grade=str(rng.choice(list(GRADES))),
            score=600 if indebted else int(rng.integers(500, 620)),
        )  # fmt: skip


STRATEGIES = (
    {},
    {"caps": LoanCaps({"C": 3000.0, "D": 900.0}, 4.0)},
    {"prices": prices(), "exploration": Exploration(0.2, 800.0, 12), "seed": "s"},
)


def check(strategy, asked) -> tuple[bool, bool]:
    """Whether something is offered, and whether a later day is said."""
    found = resolved(strategy, asked)
    if found.offer is not None:
        assert found.offer.inputs.terms.amount <= asked.amount
        offer = found.offer.to_dict()
        section = {
            "offer": offer,
            "asked": {"amount": asked.amount, "payments": strategy.payments_asked(asked.days)},
            "assignment": {"explored": found.explored},
        }
        said = " ".join(say_offer(section))
        same = (offer["terms"]["amount"], offer["terms"]["payments"]) == tuple(section["asked"].values())
        assert ("asked for" in said) is not same
        assert (found.decision == "approve") is same
    later = [one for one in found.counter_offers if one.change == "date"]
    for one in later:
        day = one.start
        again = resolved(strategy, replace(asked, means=asked.means.on(day), start=day))
        assert again.decision == ("approve" if one.terms.amount == asked.amount else "counter_offer")
        assert again.offer.inputs.terms == one.terms
        assert again.offer.rate == one.rate
        before = [end for end, _ in asked.means.ending if START <= end < day]
        for end in before:
            sooner = resolved(strategy, replace(asked, means=asked.means.on(end), start=end))
            assert sooner.offer is None or sooner.offer.inputs.terms != one.terms
        assert f"{day.day} " in say_instead(one.to_dict())
    return found.offer is not None, bool(later)


def test_nothing_above_what_was_asked_is_offered_and_a_later_day_passes_when_it_comes():
    found = [check(plan(**more), one) for more in STRATEGIES for one in requests(80, 3)]
    assert sum(offered for offered, _ in found) > 60
    assert sum(later for _, later in found) > 5


@pytest.mark.long
def test_that_holds_of_a_thousand_later_days():
    found = [check(plan(**more), one) for more in STRATEGIES for one in requests(1050, 8, indebted=True)]
    assert sum(later for _, later in found) >= 1000


def test_people_who_apply_together_get_one_decision_whoever_is_asked():
    rng = np.random.default_rng(2)
    cutoff = {"below": 400, "unsaid": 400, "band": 565, "clear": 600, "unscored": None}
    seen = set()
    for one in requests(120, 6):
        stands = [str(rng.choice([*STANDINGS, "clear", "clear"])) for _ in range(int(rng.integers(2, 4)))]
        decided = set()
        for k, own in enumerate(stands):
            others = (*stands[:k], *stands[k + 1 :])
            score = cutoff.get(own, 600)
            asked = replace(
                one, score=score, grade=None if score is None else "B", others=others, priced_as="C",
                refer_below=570.0,
            )  # fmt: skip
            found = resolved(plan(), asked, fired=own == "rules", unsaid=own == "unsaid")
            decided.add((found.decision, None if found.offer is None else found.offer.inputs.grade))
        assert len(decided) == 1, (stands, decided)
        seen |= decided
    assert {decision for decision, _ in seen} == {"approve", "counter_offer", "refer", "decline"}
    assert {grade for _, grade in seen} == {None, "C"}
