"""Arms and exploration: who is drawn, what they are lent, and what would reach nobody."""

from __future__ import annotations

import hashlib
import hmac
import math

import pytest

from creditscore.errors import ParameterError
from creditscore.policy.ability.assess import Means
from creditscore.policy.binding import check_explored
from creditscore.policy.rules import Policy
from creditscore.policy.strategy.parts import Arm, Exploration, LoanCaps
from tests.policy.strategy_world import GRADES, plan, prices, resolved, somebody


def test_arms_are_drawn_by_the_pseudonym_and_the_seed_alone():
    strategy = plan(arms=[Arm("a", 0.3), Arm("b", 0.2)], seed="2026")
    names = []
    for number in range(4000):
        subject = f"person-{number}"
        digest = hmac.new(b"2026", f"arm\n{subject}".encode(), hashlib.sha256).hexdigest()
        drawn = int(digest[:14], 16) // 8 / 2**53
        expected = "a" if drawn < 0.3 else "b" if drawn < 0.5 else None
        arm = strategy.arm_of(subject)
        assert (None if arm is None else arm.name) == expected
        names.append(expected)
    for name, share in (("a", 0.3), ("b", 0.2), (None, 0.5)):
        assert abs(names.count(name) / 4000 - share) < 4 * math.sqrt(share * (1 - share) / 4000)
    assert math.isclose(strategy.standard_share, 0.5)
    other = plan(arms=[Arm("a", 0.3), Arm("b", 0.2)], seed="2027")
    assert any(other.arm_of(f"person-{k}") != strategy.arm_of(f"person-{k}") for k in range(20))


def test_exploration_lends_a_little_to_its_share_of_those_whom_the_cut_off_alone_declines():
    strategy = plan(prices=prices(), exploration=Exploration(0.1, 200.0, 6), seed="x")
    explored = 0
    for number in range(2000):
        found = resolved(strategy, somebody(subject=f"p{number}", score=500))
        if found.explored:
            explored += 1
            assert (found.decision, found.weight) == ("counter_offer", pytest.approx(10.0))
            assert found.offer.inputs.terms.amount == 200.0
        else:
            assert (found.decision, found.weight, found.offer) == ("decline", None, None)
    assert abs(explored / 2000 - 0.1) < 4 * math.sqrt(0.09 / 2000)
    drawn = next(f"p{k}" for k in range(99) if strategy.drawn("exploration", f"p{k}") < 0.1)
    poor = somebody(subject=drawn, score=500, means=Means(650.0, 0.0, 600.0))
    assert not resolved(strategy, poor).explored
    assert not resolved(strategy, somebody(subject=drawn, score=500), fired=True).explored


def test_an_exploration_that_would_reach_nobody_is_refused():
    """A cap of rates that the small loan's costs break in every grade, and amounts that no grade is lent."""
    with pytest.raises(ParameterError, match="Nobody would be explored"):
        plan(exploration=Exploration(0.1, 200.0, 6), seed="x")
    with pytest.raises(ParameterError, match="Nobody would be explored"):
        plan(
            prices=prices(), caps=LoanCaps(dict.fromkeys(GRADES, 100.0)),
            exploration=Exploration(0.1, 200.0, 6), seed="x",
        )  # fmt: skip
    some = plan(prices=prices(), caps=LoanCaps({"A": 0.0}), exploration=Exploration(0.1, 200.0, 6), seed="x")
    assert set(some.explored_grades) == set(GRADES) - {"A"}
    assert plan().explored_grades == ()


def test_no_explored_loan_is_smaller_than_the_one_that_is_tried():
    """What is learned is of one small loan: where less is lent at all, nobody is drawn into it."""
    caps = LoanCaps({"A": 100.0})
    strategy = plan(prices=prices(), caps=caps, exploration=Exploration(0.1, 200.0, 6), seed="x")
    drawn = next(f"p{k}" for k in range(99) if strategy.drawn("exploration", f"p{k}") < 0.1)
    assert "A" not in strategy.explored_grades
    assert not resolved(strategy, somebody(subject=drawn, score=500)).explored
    assert resolved(strategy, somebody(subject=drawn, score=500, grade="B")).explored
    less = resolved(strategy, somebody(subject=drawn, score=500, grade="B", amount=150.0))
    assert (less.explored, less.offer.inputs.terms.amount) == (True, 150.0)


def test_an_exploration_of_grades_above_the_cut_off_alone_is_refused_when_it_decides():
    strategy = plan(
        prices=prices(), caps=LoanCaps(dict.fromkeys(list(GRADES)[1:], 100.0)),
        exploration=Exploration(0.1, 200.0, 6), seed="x",
    )  # fmt: skip
    assert strategy.explored_grades == ("A",)
    policy = Policy("p", "1", 500, strategy=strategy)
    lowest = {grade: 600.0 - 50.0 * number for number, grade in enumerate(GRADES)}
    with pytest.raises(ParameterError, match=r"below the cut-off of 500 points lies none .*\(A\)"):
        check_explored(policy, strategy, lowest)
    check_explored(Policy("p", "1", 610, strategy=strategy), strategy, lowest)
    check_explored(policy, plan(), lowest)
