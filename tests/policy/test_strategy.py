"""Strategies against plain arithmetic: who gets which arm, cut-off, loan and reason, and what is fed back."""

from __future__ import annotations

import hashlib
import hmac
import json
import math
from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
import pytest

from creditscore.errors import CreditScoreError, ParameterError
from creditscore.policy.ability.assess import AbilityRule, Means, assess_ability
from creditscore.policy.binding import Subjects, check_explored
from creditscore.policy.pricing.caps import RateCap
from creditscore.policy.pricing.costs import LoanCosts
from creditscore.policy.pricing.table import PriceTable
from creditscore.policy.rules import Policy
from creditscore.policy.strategy.parts import Arm, Exploration, LoanCaps, SegmentCutoff
from creditscore.policy.strategy.reasons import CODES, reasons_of
from creditscore.policy.strategy.resolve import Asked, Resolved, Resolving, bar_of
from creditscore.policy.strategy.strategy import Strategy
from creditscore.segments.segment import Segment
from creditscore.words.ability import SHORTFALLS
from creditscore.words.parties import PARTIES
from creditscore.words.strategy import OFFERS, say_instead

GRADES = {"A": 0.01, "B": 0.05, "C": 0.12, "D": 0.3}
DAYS = {3: 91, 6: 183, 12: 365, 24: 730, 36: 1096}


@cache
def prices(capped: bool = False) -> PriceTable:
    return PriceTable(
        LoanCosts(0.06, 0.02, 0.01, opening_cost_fixed=5.0), GRADES, {"unsecured": 0.6}, tuple(DAYS),
        (50.0, 500.0, 12_000.0), caps=(RateCap(0.24, "effective", "a cap"),) if capped else (),
        arms={"dear": 0.01},
    )  # fmt: skip


RULE = AbilityRule({1: 600.0, 2: 900.0, 4: 1300.0}, buffer=20.0)


def plan(**more) -> Strategy:
    return Strategy(
        **({"prices": prices(True), "ability": RULE, "loss_class": "unsecured", "step": 50.0} | more)
    )


def somebody(**more) -> Asked:
    given = {
        "subject": "person-1", "amount": 2000.0, "days": 365.0, "means": Means(3000.0, 0.0, 500.0),
        "columns": {}, "score": 600, "grade": "A", "start": date(2026, 12, 1), "cutoff": 560.0,
        "refer_below": None,
    }  # fmt: skip
    return Asked(**(given | more))


def resolved(strategy: Strategy, asked: Asked, **more) -> Resolved:
    return Resolving(strategy, asked).resolve(**({"fired": False, "doubtful": False, "unsaid": False} | more))


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


def test_no_segment_has_a_cutoff_of_its_own_by_what_a_law_protects():
    for where in ("age_band == '18-25'", "not (channel == 'app' or gender is missing)", "`性别` in ['女']"):
        with pytest.raises(ParameterError, match="A cut-off may not use"):
            SegmentCutoff(Segment("some", where), 600.0)
    with pytest.raises(ParameterError, match="A cut-off may not use 'gender'"):
        SegmentCutoff(Segment("some", "age < 18 and gender == 'f'"), 600.0, legal_basis="legal capacity")
    with pytest.raises(ParameterError, match="so the cut-off needs no legal basis"):
        SegmentCutoff(Segment("some", "channel == 'app'"), 600.0, legal_basis="legal capacity")
    adult = SegmentCutoff(Segment("minor", "age < 18"), 850.0, legal_basis="legal capacity")
    policy = Policy("consumer", "1", 560.0, strategy=plan(cutoffs=[adult]))
    assert Policy.from_json(policy.to_json()).strategy.cutoffs == (adult,)
    stored = policy.to_dict()
    del stored["strategy"]["cutoffs"][0]["legal_basis"]
    with pytest.raises(ParameterError, match="may not use 'age'"):
        Policy.from_dict(stored)


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


def test_a_policy_without_a_strategy_is_what_it_was_and_one_with_it_comes_back():
    plain = Policy("consumer", "1", 560.0)
    assert "strategy" not in plain.to_dict()
    assert plain.policy_id == Policy.from_dict(plain.to_dict()).policy_id
    strategy = plan(
        cutoffs=[SegmentCutoff(Segment("app", "channel == 'app'"), 500.0)],
        prices=prices(), caps=LoanCaps({"A": 100.0}, 2.0), arms=[Arm("a", 0.1)],
        exploration=Exploration(0.05, 100.0, 6),
        seed="s", household="people",
    )  # fmt: skip
    policy = Policy("consumer", "1", 560.0, strategy=strategy)
    assert policy.policy_id != plain.policy_id
    again = Policy.from_json(policy.to_json())
    assert (again.policy_id, again.strategy) == (policy.policy_id, strategy)


@pytest.mark.parametrize("language", ["en", "fa", "zh"])
def test_every_sentence_has_its_words_in_every_language(language):
    assert set(OFFERS[language]) == set(OFFERS["en"])
    assert set(CODES) <= set(OFFERS[language]) | set(SHORTFALLS[language]) | set(PARTIES[language])
    terms = {"amount": 1234.5, "payments": 12}
    said = say_instead({"terms": terms, "rate": 0.123}, language, "EUR")
    assert "{" not in said
    assert ("12" in said) is (language != "fa")


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: plan(loss_class="gold"),
        lambda: plan(law="XX"),
        lambda: plan(step=0.0),
        lambda: plan(arms=[Arm("a", 0.5)]),
        lambda: plan(arms=[Arm("a", 0.5), Arm("b", 0.5)], seed="s"),
        lambda: plan(arms=[Arm("a", 0.2), Arm("a", 0.2)], seed="s"),
        lambda: plan(arms=[Arm("a", 0.2, price_arm="gift")], seed="s"),
        lambda: plan(exploration=Exploration(0.1, 200.0, 7), seed="s"),
        lambda: plan(exploration=Exploration(0.1, 1.0, 6), seed="s"),
        lambda: plan(exploration=Exploration(0.1, 200.0, 6)),
        lambda: Exploration(0.5, 200.0, 6),
        lambda: Arm("standard", 0.1),
        lambda: Arm("a", 1.0),
        lambda: Arm("a", 0.1, math.nan),
        lambda: LoanCaps({"A": -1.0}),
        lambda: SegmentCutoff(Segment("a", "b < 1"), 500.0, 400.0),
        lambda: SegmentCutoff(Segment("a", "b < 1"), math.nan),
        lambda: SegmentCutoff(Segment("a", "b < 1"), "560"),
        lambda: SegmentCutoff(Segment("a", "b < 1"), True),
        lambda: SegmentCutoff(Segment("a", "b < 1"), 10**400),
        lambda: SegmentCutoff("b < 1", 500.0),
        lambda: Arm("a", "0.1"),
        lambda: Arm(None, 0.1),
        lambda: Arm("a", 0.1, None),
        lambda: Exploration(0.1, "200", 6),
        lambda: Exploration(0.1, 200.0, True),
        lambda: Exploration(0.1, 200.0, 6.5),
        lambda: LoanCaps({"A": "9"}),
        lambda: LoanCaps(3.0),
        lambda: LoanCaps({}, True),
        lambda: plan(caps={"A": 1.0}),
        lambda: plan(caps=LoanCaps({"Z": 1.0})),
        lambda: plan(arms=["a"], seed="s"),
        lambda: plan(cutoffs=[Segment("a", "b < 1")]),
        lambda: plan(cutoffs=[SegmentCutoff(Segment("a", f"b < {k}"), 500.0) for k in (1, 2)]),
        lambda: plan(seed=5),
        lambda: plan(prices=None),
        lambda: plan(ability={1: 600.0}),
        lambda: plan(arms=None),
        lambda: plan(cutoffs=5),
        lambda: plan(exploration=0.1, seed="s"),
        lambda: plan(step="10"),
        lambda: plan(step=True),
        lambda: plan(law=["EU"]),
        lambda: plan(amount=""),
        lambda: plan(household=None),
    ],
)
def test_nonsense_is_refused(wrong):
    with pytest.raises(CreditScoreError):
        wrong()


def test_a_whole_number_and_the_same_one_with_a_point_make_one_policy():
    def policy(points, amount, most):
        strategy = plan(
            cutoffs=[SegmentCutoff(Segment("app", "channel == 'app'"), points, points)],
            arms=[Arm("a", 0.1, points)], caps=LoanCaps({"A": most}, most),
            prices=prices(), exploration=Exploration(0.05, amount, 6), seed="s",
        )  # fmt: skip
        return Policy("consumer", "1", 560.0, strategy=strategy).policy_id

    assert policy(500, 100, 3) == policy(500.0, 100.0, 3.0) == policy(np.int64(500), np.float64(100), 3)


@pytest.mark.parametrize(("cutoff", "below"), [(5.0, None), (9000.0, None), (500.0, 900.0)])
def test_a_cut_off_of_a_segment_lies_on_the_scale(cutoff, below):
    known = Subjects(frozenset(), frozenset({"amount", "term_days"}), frozenset({"channel"}), 300, 850)
    app = Segment("app", "channel == 'app'")
    known.check_strategy(plan(cutoffs=[SegmentCutoff(app, 300.0, 850.0)]), tuple(GRADES))
    with pytest.raises(CreditScoreError, match="on the scale, from 300 to 850"):
        known.check_strategy(plan(cutoffs=[SegmentCutoff(app, cutoff, below)]), tuple(GRADES))


def test_an_arm_that_moves_a_cut_off_off_the_scale_is_refused():
    """Everyone in it would be declined, or nobody, and the reading of the test would say so too late."""
    known = Subjects(frozenset(), frozenset({"amount", "term_days"}), frozenset({"channel"}), 300, 850)
    app = SegmentCutoff(Segment("app", "channel == 'app'"), 800.0)

    def arms(shift):
        return [Arm("far", 0.2, shift)]

    known.check(Policy("consumer", "1", 560.0, strategy=plan(arms=arms(290.0), seed="s")))
    with pytest.raises(ParameterError, match="850 points, also in arm 'far'. Got 860.0"):
        known.check(Policy("consumer", "1", 560.0, strategy=plan(arms=arms(300.0), seed="s")))
    known.check_strategy(plan(arms=arms(50.0), seed="s", cutoffs=[app]), tuple(GRADES))
    with pytest.raises(ParameterError, match="850 points, also in arm 'far'. Got 851.0"):
        known.check_strategy(plan(arms=arms(51.0), seed="s", cutoffs=[app]), tuple(GRADES))


def parts_of(content, at=()):
    """The way to every mapping in plain data."""
    if isinstance(content, dict):
        yield at
        for name, part in content.items():
            yield from parts_of(part, (*at, name))
    elif isinstance(content, list):
        for number, part in enumerate(content):
            yield from parts_of(part, (*at, number))


def test_a_part_of_a_policy_that_nothing_reads_is_refused_wherever_it_stands():
    policy = Policy("p", "1", 560.0, retention_days={"arrears": 730}, strategy=plan())
    content = json.loads(policy.to_json())
    assert Policy.from_json(policy.to_json()).policy_id == policy.policy_id
    ways = list(parts_of(content))
    assert len(ways) > 10
    for way in ways:
        changed = json.loads(policy.to_json())
        part = changed
        for name in way:
            part = part[name]
        part["refer_bellow"] = 600
        if way == ("strategy", "prices", "arms"):  # arms have names of the lender's own
            assert Policy.from_json(json.dumps(changed)).policy_id != policy.policy_id
            continue
        with pytest.raises(CreditScoreError):
            Policy.from_json(json.dumps(changed))
