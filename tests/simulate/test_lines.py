"""Months with lines and loans against a slow walk of each person, and against the generator's law."""

from __future__ import annotations

import math

import numpy as np
import pytest

import creditscore as cs
from creditscore.errors import CreditScoreError
from creditscore.simulate import (
    IncomeFalls,
    LendingTerms,
    MonthsAhead,
    SimulationConfig,
    simulate_with_truth,
)
from creditscore.simulate.lines import level_payment

PEOPLE = 250
PLAN = cs.LinePlan(
    cs.LineTable((0, 900), {"A": (100, 300), "B": (50, 100)}),
    cs.LineCaps(most=2_000, share_of_income=1.0, by_grade={"B": 400}),
    cs.AbilityRule({1: 300.0}),
    rate=0.24,
)


@pytest.fixture(scope="module")
def truth():
    dials = SimulationConfig(
        people=PEOPLE, influence=0.0, bad_rate=0.2, payment_months=3, purchases=0.5, sessions=0.0,
        activities=0.0, ties=2.0,
    )  # fmt: skip
    return simulate_with_truth(dials, seed=5)[1]


@pytest.fixture(scope="module")
def left(truth):
    return 0.35 * truth.income


@pytest.fixture(scope="module")
def ahead(truth, left):
    return MonthsAhead.of(truth, range(PEOPLE), falls=IncomeFalls(0.03, 0.3, 4), left=left, seed=2)


def chance(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds))


def stops(luck, who: int, month: int, payment: float, weight: float) -> bool:
    """Whether somebody who has paid so far stops in a month."""
    if month + 3 >= len(luck.draw):
        return False
    hazard = chance(luck.logits[month + 3, who] + weight * min(1.0, payment / luck.income[who]))
    short = luck.left[who] - luck.fallen[month, who] * luck.income[who] < payment
    gives = luck.fallen[month, who] > 0 and short and luck.gives_way[month, who]
    return bool(luck.draw[month + 3, who] < hazard or gives)


def walked(ahead, who: int, first: float, terms: LendingTerms, review=None):
    """One person, one month after another: lines, month of default, profit, loss."""
    luck, months = ahead.luck, len(ahead.luck.draw)
    line, owed, stopped, profit, lines = first, 0.0, None, 0.0, [first]
    for month in range(months):
        if line == 0:
            lines.append(0.0)
            continue
        if stopped is None:
            owed = luck.drawn[who] * line
            payment = owed * 0.02 / (1 - 1.02**-12)
            if stops(luck, who, month, payment, terms.debt_weight):
                stopped, owed = month, max(owed, 0.9 * line)
        rate = 0.24 - 0.08 if stopped is None else -0.08
        profit += owed * rate / 12 - 0.5
        if stopped is not None and month == stopped + 3:
            return [*lines, *[0.0] * (months - month)], month + 1, profit - 0.75 * owed, 0.75 * owed
        if review:
            line = review(who, month, line, owed, stopped)
        lines.append(line)
    return lines, 0, profit, 0.0


def check(run, who, found):
    lines, default, profit, loss = found
    assert run.lines[:, who] == pytest.approx(lines)
    assert int(run.default_month[who]) == default
    assert (run.profit[who], run.loss[who]) == pytest.approx((profit, loss))


def test_lines_that_do_not_change_are_those_of_a_slow_walk(ahead):
    first = np.where(np.arange(PEOPLE) % 7 == 0, 0.0, 100.0 + np.arange(PEOPLE))
    run = ahead.fixed(first)
    for who in range(PEOPLE):
        check(run, who, walked(ahead, who, float(first[who]), LendingTerms()))
    assert 12 < run.defaulted.sum() < PEOPLE / 2
    assert not run.loss[first == 0].any()
    assert not run.profit[first == 0].any()


class Reviewed:
    """Conduct by hand: what was paid on time, late by more than a month, when the line changed."""

    def __init__(self, ahead, grades, means):
        self.luck, self.grades, self.means, self.changed = ahead.luck, grades, means, {}

    def __call__(self, who, month, line, owed, stopped):
        late, long = self.luck.late[:, who], self.luck.long[:, who]
        window = range(max(0, month - 5), month + 1)
        on_time = [not late[m] and (stopped is None or m < stopped) for m in window]
        arrears = [m for m in range(month + 1) if late[m] and long[m]]
        if stopped is not None:
            days = 1 + 30 * (month - stopped)
        else:
            days = 31 if arrears and arrears[-1] == month else 0
        ended = month - arrears[-1] - 1 if arrears and arrears[-1] < month else None
        conduct = cs.LineConduct(
            len(on_time), sum(on_time), float(self.luck.drawn[who]), days,
            month + 1 - self.changed.get(who, 0), ended, owed,
        )  # fmt: skip
        agreed = bool(self.luck.agrees[who])
        step = PLAN.step(line, self.grades[who], self.means[who], conduct, agreed=agreed)
        if step.line != line:
            self.changed[who] = month
        return step.line


def test_lines_that_a_plan_steps_are_those_of_a_slow_walk(ahead, truth):
    grades = ["A" if who % 3 else "B" for who in range(PEOPLE)]
    means = [cs.Means(float(income), 0.0, 0.1 * float(income)) for income in truth.income]
    first = [PLAN.first(*one).line for one in zip(grades, means, strict=True)]
    run = ahead.stepped(first, PLAN, grades, means)
    by_hand = Reviewed(ahead, grades, means)
    for who in range(PEOPLE):
        check(run, who, walked(ahead, who, first[who], LendingTerms(), by_hand))
    grown = run.lines[-1] > first
    assert grown.sum() > 25
    assert not (grown & ~ahead.luck.agrees).any()
    assert run.changes.total() > PEOPLE
    assert (run.graduated(500.0) == (run.lines[-1] >= 500.0)).all()


def test_loans_are_repaid_by_the_closed_form(ahead):
    payments = np.where(np.arange(PEOPLE) % 2, 12, 36)
    amount = np.full(PEOPLE, 1_000.0)
    run = ahead.instalments(amount, payments)
    for who in range(PEOPLE):
        n, month, stopped = int(payments[who]), 0, None
        paid = 1_000 * 0.02 / (1 - 1.02**-n)
        owed = [1_000 * 1.02**k - paid * (1.02**k - 1) / 0.02 for k in range(25)]
        while month < min(n, 24) and stopped is None:
            stopped = month if stops(ahead.luck, who, month, paid, 0.5) else None
            month += 1
        if stopped is None:
            expected = [max(0.0, one) if k < n else 0.0 for k, one in enumerate(owed)]
            assert run.loss[who] == 0
            assert run.default_month[who] == 0
        else:
            expected = [*owed[: stopped + 1], *[owed[stopped]] * 3, *[0.0] * 24][:25]
            assert run.default_month[who] == stopped + 4
            assert run.loss[who] == pytest.approx(0.75 * owed[stopped])
        assert run.lines[:, who] == pytest.approx(expected, abs=0.006)
    assert level_payment(0.0, np.array([4])).tolist() == [0.25]


def test_hazards_are_those_of_the_generator(truth):
    """Without payment and falls, a default in a month is as likely as in the generator's own months."""
    ahead = MonthsAhead.of(truth, range(PEOPLE), months=12)
    people, defaults = truth.people, truth.defaults
    own = defaults.hazard[people.month + 1 + np.arange(12)[:, None], np.arange(PEOPLE)]
    honest = people.ring < 0
    without = np.log(own / (1 - own)) - 0.5 * people.debt_to_income
    assert ahead.luck.logits[:, honest] == pytest.approx(without[:, honest])
    run = ahead.fixed(np.full(PEOPLE, 10.0), LendingTerms(debt_weight=0.0))
    alive = np.cumprod(1 - 1 / (1 + np.exp(-without[3:])), axis=0)[-1]
    expected, spread = (1 - alive)[honest].sum(), np.sqrt((alive * (1 - alive))[honest].sum())
    assert abs(run.defaulted[honest].sum() - expected) < 4 * spread
    assert run.defaulted[~honest].all()
    assert not run.default_month[run.defaulted].min() < 4


def test_ways_of_lending_meet_the_same_luck_and_people_do_not_depend_on_one_another(ahead, truth, left):
    calm = LendingTerms(debt_weight=0.0)
    small, large = ahead.fixed([10.0] * PEOPLE, calm), ahead.fixed([50.0] * PEOPLE, calm)
    assert (small.default_month == large.default_month)[~ahead.stressed].all()
    some = np.array([7, 3, 249])
    alone = MonthsAhead.of(truth, some, falls=IncomeFalls(0.03, 0.3, 4), left=left[some], seed=2)
    assert (alone.fixed([300.0] * 3).profit == ahead.fixed([300.0] * PEOPLE).profit[some]).all()
    again = MonthsAhead.of(truth, range(PEOPLE), falls=IncomeFalls(0.03, 0.3, 4), left=left, seed=3)
    assert (again.luck.draw != ahead.luck.draw).any()


def test_falls_of_income_come_at_their_rate_and_only_hurt(truth, left):
    falls = IncomeFalls(0.05, 0.4, 6)
    hit = MonthsAhead.of(truth, range(PEOPLE), months=1, falls=falls, left=left)
    assert abs(hit.stressed.mean() - 0.05) < 4 * math.sqrt(0.05 * 0.95 / PEOPLE)
    calm, rough = (
        MonthsAhead.of(truth, range(PEOPLE), falls=one, left=left).fixed([1_500.0] * PEOPLE)
        for one in (None, falls)
    )
    assert rough.defaulted.sum() > calm.defaulted.sum()
    assert (rough.defaulted | ~calm.defaulted).all()
    untouched = MonthsAhead.of(truth, range(PEOPLE), falls=falls, left=left)
    assert not (rough.defaulted & ~calm.defaulted & ~untouched.stressed).any()


@pytest.mark.parametrize(
    "broken",
    [
        lambda t, a: MonthsAhead.of(t, []),
        lambda t, a: MonthsAhead.of(t, [PEOPLE]),
        lambda t, a: MonthsAhead.of(t, [-1]),
        lambda t, a: MonthsAhead.of(t, [0.5]),
        lambda t, a: MonthsAhead.of(t, [[1]]),
        lambda t, a: MonthsAhead.of(t, [1], months=0),
        lambda t, a: MonthsAhead.of(t, [1], months=True),
        lambda t, a: MonthsAhead.of(t, [1], seed=-1),
        lambda t, a: MonthsAhead.of(t, [1], agreeing=1.5),
        lambda t, a: MonthsAhead.of(t, [1], falls=IncomeFalls()),
        lambda t, a: MonthsAhead.of(t, [1], falls=IncomeFalls(), left=[1.0, 2.0]),
        lambda t, a: MonthsAhead.of(t, [1], falls=IncomeFalls(), left=[math.nan]),
        lambda t, a: a.fixed([1.0]),
        lambda t, a: a.fixed([-1.0] * PEOPLE),
        lambda t, a: a.fixed([math.inf] * PEOPLE),
        lambda t, a: a.fixed(["x"] * PEOPLE),
        lambda t, a: a.stepped([1.0] * PEOPLE, PLAN, ["A"], [cs.Means(1.0, 0.0, 0.0)]),
        lambda t, a: a.instalments([1.0] * PEOPLE, [0] * PEOPLE),
        lambda t, a: a.instalments([1.0] * PEOPLE, [1.5] * PEOPLE),
        lambda t, a: a.instalments([1.0] * PEOPLE, [1]),
        lambda t, a: LendingTerms(rate=-1),
        lambda t, a: LendingTerms(loss_given_default=1.5),
        lambda t, a: LendingTerms(months=0),
        lambda t, a: IncomeFalls(share_a_month=2),
        lambda t, a: IncomeFalls(months=0),
    ],
)
def test_what_makes_no_sense_is_refused(truth, ahead, broken):
    with pytest.raises(CreditScoreError):
        broken(truth, ahead)
