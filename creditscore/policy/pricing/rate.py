"""The rate at which a loan earns what it costs: from the cash flows that are expected of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled
from creditscore._ground.numbers import is_finite_number
from creditscore.errors import ParameterError
from creditscore.policy.pricing.costs import LoanCosts
from creditscore.policy.pricing.repayment import LoanTerms, fill_course

HIGHEST_RATE: Final = 20.0
_TOLERANCE: Final = 1e-15


@dataclass(frozen=True, slots=True)
class LoanValue:
    """The worth of a loan to its lender, as a function of its rate and its fee.

    Parameters
    ----------
    terms : LoanTerms
        What is lent and how it is repaid.
    costs : LoanCosts
        What lending costs.
    probability : float
        Of default within the first year, at least 0 and below 1.
    loss_given_default : float
        Share of what is owed that is lost by a default, within 0 and 1.

    Examples
    --------
    The rates of a loan of 24 months by probability of default, with the costs of `LoanCosts`:

    >>> costs = LoanCosts(cost_of_funds=0.06, running_cost=0.02, opening_cost=0.01)
    >>> for probability in (0.01, 0.03, 0.08, 0.15):
    ...     print(round(100 * LoanValue(LoanTerms(1000.0, 24), costs, probability, 0.6).fair_rate(), 1))
    10.1
    11.4
    14.6
    19.5
    """

    terms: LoanTerms
    costs: LoanCosts
    probability: float
    loss_given_default: float

    def __post_init__(self) -> None:
        if not is_finite_number(self.loss_given_default) or not 0 <= self.loss_given_default <= 1:
            raise ParameterError.must_be("loss_given_default", "within 0 and 1", self.loss_given_default)
        if not is_finite_number(self.probability) or not 0 <= self.probability < 1:
            raise ParameterError.must_be("probability", "at least 0 and below 1", self.probability)

    def at(self, rate: float, fee: float = 0.0) -> float:
        """Net present value at a nominal yearly rate and a fee, in money; 0 where costs are just earned.

        Parameters
        ----------
        rate : float
            A share, at least 0.
        fee : float, default 0
            Kept from the amount.

        Returns
        -------
        float
        """
        return fee + self._value()(rate)

    def _value(self) -> _Value:
        terms, costs = self.terms, self.costs
        a_year, n = terms.a_year, terms.payments
        kind, share = terms.shape
        discount = (1.0 + costs.discount_rate) ** (-1.0 / a_year)
        return _Value(
            float(terms.amount), a_year, kind, share, terms.first, terms.bears_interest,
            costs.hazards(self.probability, n, a_year), costs.early(a_year), self.loss_given_default,
            terms.amount * (1.0 + costs.opening_cost) + costs.opening_cost_fixed,
            costs.running_cost / a_year, discount, np.empty(n), np.empty(n),
        )  # fmt: skip

    def fair_rate(self, fee: float = 0.0) -> float | None:
        """Nominal yearly rate, unrounded, at which the value is 0; None if no rate earns the costs.

        Found by Brent's method (Brent 1973, Algorithms for Minimization without Derivatives, chapter 4).

        Parameters
        ----------
        fee : float, default 0
            Kept from the amount.

        Returns
        -------
        float or None
            0 where the fee alone earns the costs.
        """
        if not self.terms.bears_interest:
            raise ParameterError(
                f"A loan with repayment={self.terms.repayment!r} has no rate. Ask for its fair_fee()."
            )
        value = self._value()
        if fee + value(0.0) >= 0.0:
            return 0.0
        if fee + value(HIGHEST_RATE) < 0.0:
            return None
        from scipy.optimize import brentq

        try:
            return float(
                brentq(lambda rate: fee + value(rate), 0.0, HIGHEST_RATE, xtol=_TOLERANCE, rtol=4e-15)
            )
        except ValueError as error:
            raise ParameterError.must_be("terms", "small enough to be priced", self.terms) from error

    def fair_fee(self) -> float:
        """Fee, kept from the amount, at which a loan without interest earns its costs, in money."""
        return max(0.0, -self.at(0.0))


@dataclass(frozen=True, slots=True)
class _Value:
    """The value by rate, with all else prepared."""

    amount: float
    a_year: int
    kind: int
    share: float
    first: int
    bears_interest: bool
    hazards: NDArray[np.float64]
    early: float
    loss: float
    spent: float
    running: float
    discount: float
    paid: NDArray[np.float64]
    owed: NDArray[np.float64]

    def __call__(self, rate: float) -> float:
        period = rate / self.a_year if self.bears_interest else 0.0
        fill_course(self.amount, period, self.kind, self.share, self.first, self.paid, self.owed)
        return -self.spent + expected_value(
            self.amount, self.paid, self.owed, self.first, self.hazards, self.early, self.loss,
            self.running, self.discount,
        )  # fmt: skip


@compiled
def expected_value(
    amount: float,
    paid: NDArray[np.float64],
    owed: NDArray[np.float64],
    first: int,
    hazards: NDArray[np.float64],
    early: float,
    loss: float,
    running: float,
    discount: float,
) -> float:
    """Sum what is expected of each period, discounted: payments, what is saved of defaults, less costs.

    Parameters
    ----------
    amount : float
        What is lent.
    paid, owed : ndarray of float64, shape (payments,)
        Payments and what is owed after each.
    first : int
        After how many periods the first payment falls due.
    hazards : ndarray of float64, shape (payments,)
        Probability of default in each period.
    early, loss, running, discount : float
        Early repayment in a period, share lost by a default, running costs and discount of a period.

    Returns
    -------
    float
        In money.
    """
    total = 0.0
    alive = 1.0
    before = amount
    factor = 1.0
    for number in range(paid.size):
        if number + first > 0:
            factor *= discount
            default = hazards[number]
            saved = default * (1.0 - loss) * before - running * before
            received = (1.0 - default) * (paid[number] + early * owed[number])
            total += alive * factor * (saved + received)
            alive *= (1.0 - default) * (1.0 - early)
        else:
            total += paid[number]
        before = owed[number]
    return total
