"""What a strategy is made of: what comes back as it was written, and what is refused."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from creditscore.errors import CreditScoreError, NameUnknownError, ParameterError
from creditscore.policy.binding import Subjects
from creditscore.policy.rules import Policy
from creditscore.policy.strategy.parts import Arm, Exploration, LoanCaps, SegmentCutoff
from creditscore.policy.strategy.reasons import CODES
from creditscore.segments.segment import Segment
from creditscore.words.ability import SHORTFALLS
from creditscore.words.parties import PARTIES
from creditscore.words.strategy import OFFERS, say_instead
from tests.policy.strategy_world import GRADES, plan, prices


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


def test_a_number_that_an_application_lacks_is_named_and_nothing_else_is_meant():
    known = Subjects(frozenset(), frozenset({"amont", "term_days"}), frozenset(), 300, 850)
    with pytest.raises(NameUnknownError, match=r"'amount' of .*Give it, .*: 'amont', 'term_days'\.$"):
        known.check_strategy(plan(), tuple(GRADES))


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
