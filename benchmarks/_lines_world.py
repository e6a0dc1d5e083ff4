"""Applicants of simulated lenders: score, means, what each way of lending would come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

import creditscore as cs
from creditscore.features.compute import FeatureComputer
from creditscore.features.matrix import FeatureMatrix
from creditscore.simulate import (
    IncomeFalls,
    LendingTerms,
    LineRun,
    MonthsAhead,
    Simulated,
    SimulationConfig,
    Truth,
)

PEOPLE = 2_000
BUDGET = {1: 500.0}
# Upper ends of the probability of default of each grade; beyond the last nobody has a line.
GRADES = {"A": 0.04, "B": 0.07, "C": 0.12, "D": 1.0}
TABLE = cs.LineTable(
    (0, 800, 1_200, 1_800),
    {"A": (100, 200, 400, 600), "B": (100, 150, 300, 400), "C": (50, 100, 150, 200), "D": (0, 0, 0, 0)},
)
CAPS = cs.LineCaps(most=3_000, share_of_income=1.0, by_grade={"B": 1_500, "C": 800})
LONGER = (6, 12, 18, 24)
EARNED = ("wages", "pension", "benefits", "business")
LARGER = 500.0
DIALS = SimulationConfig(people=PEOPLE, rejected=0.0, rings=0, influence=0.0, gaming=0.0)


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """What each applicant would do with a loan as asked, as it can be paid, or a line; shape (people,)."""

    risk: NDArray[np.float64]
    never: NDArray[np.bool_]
    stressed: NDArray[np.bool_]
    asked: Lent
    payable: Lent
    line: Lent


@dataclass(frozen=True, slots=True, eq=False)
class Lent:
    """What is lent to each, and what comes of it in 24 months; shape (people,)."""

    amount: NDArray[np.float64]
    default: NDArray[np.float64]
    early: NDArray[np.float64]
    loss: NDArray[np.float64]
    profit: NDArray[np.float64]
    larger: NDArray[np.float64]

    @classmethod
    def of(cls, amount: NDArray[np.float64], run: LineRun) -> Lent:
        larger = run.graduated(LARGER) & ~run.defaulted
        early = run.defaulted & (run.default_month <= 12)
        return cls(
            amount,
            run.defaulted.astype(float),
            early.astype(float),
            run.loss,
            run.profit,
            larger.astype(float),
        )


def fitted() -> cs.CreditPipeline:
    """Fit the score on the first seed."""
    made = cs.simulate.simulate_portfolio(DIALS, seed=1)
    portfolio = made.portfolio()
    pipeline = cs.CreditPipeline(
        features=[cs.application_features(columns=("term_days",)), cs.payment_features()],
        scorer=cs.CreditScorer(n_estimators=60),
    )
    return pipeline.fit(made.to_applications(), portfolio, made.bad(portfolio))


def means_of(matrix: FeatureMatrix) -> list[cs.Means]:
    """Read what is known of each household."""
    rows = [[None if np.isnan(v) else max(0.0, float(v)) for v in row] for row in matrix.values]
    at = {name: matrix.names.index(name) for name in matrix.names}
    income, needs, debts = (
        next(at[name] for name in at if part in name) for part in ("income", "essentials", "debt")
    )
    return [cs.Means(row[income], row[debts], row[needs]) for row in rows]


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """The last applications of everybody at one lender, scored; shape (people,)."""

    truth: Truth
    risk: NDArray[np.float64]
    means: list[cs.Means]
    amount: NDArray[np.float64]
    payments: NDArray[np.int64]
    never: NDArray[np.bool_]
    left: NDArray[np.float64]

    @classmethod
    def of(cls, pipeline: cs.CreditPipeline, seed: int) -> World:
        made, truth = cs.simulate.simulate_with_truth(DIALS, seed=seed)
        last = truth.people.requests.last
        frame = made.applications.drop(columns="decision").iloc[last].reset_index(drop=True)
        portfolio, applications = made.portfolio(), cs.Applications(frame)
        scored = pipeline.score_many(applications, portfolio).to_frame()
        risk = scored["probability_of_default"].fillna(1.0).to_numpy()
        means = means_of(FeatureComputer(cs.ability_features()).compute(applications, portfolio))
        payments = np.maximum(1, np.round(frame["term_days"].to_numpy(float) / 30)).astype(int)
        return cls(
            truth, risk, means, frame["amount"].to_numpy(float), payments,
            (frame["segment"].astype(str) != "existing").to_numpy(), left_of(made, truth, means),
        )  # fmt: skip

    def ahead(self, falls: IncomeFalls | None) -> MonthsAhead:
        """Return the 24 months after."""
        return MonthsAhead.of(self.truth, np.arange(len(self.risk)), falls=falls, left=self.left)

    def stepped(
        self, ahead: MonthsAhead, rule: cs.AbilityRule, terms: LendingTerms
    ) -> tuple[NDArray[np.float64], LineRun]:
        """Find the first lines by the plan, and live through the months with them."""
        plan, grades = cs.LinePlan(TABLE, CAPS, rule, rate=terms.rate), grades_of(self.risk)
        first = [plan.first(*one).line for one in zip(grades, self.means, strict=True)]
        return np.array(first), ahead.stepped(first, plan, grades, self.means, terms)

    def ways(self, falls: IncomeFalls | None, rule: cs.AbilityRule, terms: LendingTerms) -> Ways:
        """Live through them with each way of lending."""
        ahead = self.ahead(falls)
        offers = [
            _payable(rule, terms.rate, *one)
            for one in zip(self.means, self.amount, self.payments, strict=True)
        ]
        lent, over = np.array([one[0] for one in offers]), np.array([one[1] for one in offers])
        return Ways(
            self.risk, self.never, ahead.stressed if falls else burdened(self.truth),
            Lent.of(self.amount, ahead.instalments(self.amount, self.payments, terms)),
            Lent.of(lent, ahead.instalments(lent, over, terms)),
            Lent.of(*self.stepped(ahead, rule, terms)),
        )  # fmt: skip


def left_of(made: Simulated, truth: Truth, means: Sequence[cs.Means]) -> NDArray[np.float64]:
    """What is left of true incomes after needs and debts; typical shares where these were not seen.

    The true income is what was earned a month of all kinds, by the true classes of payments.
    """
    payments = made.tables["payments"].merge(truth.to_payments(), on="event_id")
    payments = payments[payments["status"].astype(str) == "settled"]
    by_person = payments.groupby("applicant_id")["event_time"]
    months = (by_person.max() - by_person.min()).dt.days / 30.4
    earned = payments[payments["class"].isin(EARNED)].groupby("applicant_id")["amount"].sum()
    income = (earned / months.where(months >= 2)).reindex(range(len(means))).to_numpy()
    income = np.where(np.isnan(income), truth.income, income)
    taken = np.array([
        np.nan if one.income is None else cs.AbilityRule(BUDGET).essentials(one) + (one.commitments or 0.0)
        for one in means
    ])  # fmt: skip
    return income - np.where(np.isnan(taken), np.nanmedian(taken / income) * income, taken)


def burdened(truth: Truth) -> NDArray[np.bool_]:
    """The fifth of the applicants who ask for the highest instalment by their true income."""
    burden = truth.people.debt_to_income
    return burden >= np.quantile(burden, 0.8)


def grades_of(risk: NDArray[np.float64]) -> list[str]:
    """Grade of each probability of default."""
    names = list(GRADES)
    return [names[i] for i in np.searchsorted(list(GRADES.values()), risk)]


def _payable(
    rule: cs.AbilityRule, rate: float, means: cs.Means, amount: float, payments: int
) -> tuple[float, int]:
    """What could be paid: as asked, or the first counter-offer by term, then by amount; 0 for nothing."""
    asked = cs.LoanTerms(float(amount), int(payments))
    found = cs.assess_ability(means, asked, rate, rule)
    if found.status == "able":
        return float(amount), int(payments)
    if found.status == "unknown":
        return 0.0, 1
    offers = cs.counter_offers(
        means, asked, lambda _: rate, rule, payments=sorted({*LONGER, int(payments)}),
        least_amount=100.0, step=10.0,
    )  # fmt: skip
    best = sorted((one for one in offers if one.change in ("term", "amount", "both")),
                  key=lambda one: ("term", "amount", "both").index(one.change))  # fmt: skip
    return (best[0].terms.amount, best[0].terms.payments) if best else (0.0, 1)
