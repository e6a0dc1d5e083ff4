"""What lending costs, and how loans end before their term: all that a price is built from."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.numbers import is_finite_number
from creditscore.errors import ParameterError

_SHARES: Final = (
    "cost_of_funds", "running_cost", "opening_cost", "capital_share", "return_on_equity",
    "early_repayment",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LoanCosts:
    """What a lender pays for a loan, all shares of a year unless said otherwise.

    Parameters
    ----------
    cost_of_funds : float
        Yearly rate at which the lender borrows.
    running_cost : float
        Yearly cost of keeping the loan, a share of what is owed.
    opening_cost : float
        Cost of making it, a share of the amount.
    opening_cost_fixed : float, default 0
        Cost of making it, in money.
    capital_share : float, default 0.08
        Equity behind each unit lent.
    return_on_equity : float, default 0.15
        Yearly return that equity asks for.
    early_repayment : float, default 0
        Share of the open loans that are repaid early in a year.
    seasoning : tuple of float, default ()
        Relative level of default in each period since the start, the last going on; empty for flat. The
        probability of default of a year is kept whatever its shape.

    Examples
    --------
    >>> LoanCosts(cost_of_funds=0.06, running_cost=0.02, opening_cost=0.01).discount_rate
    0.0672
    """

    cost_of_funds: float
    running_cost: float
    opening_cost: float
    opening_cost_fixed: float = 0.0
    capital_share: float = 0.08
    return_on_equity: float = 0.15
    early_repayment: float = 0.0
    seasoning: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        for name in _SHARES:
            value = getattr(self, name)
            if not is_finite_number(value) or not 0 <= value < 1:
                raise ParameterError.must_be(name, "a share of at least 0 and below 1", value)
        if not is_finite_number(self.opening_cost_fixed) or self.opening_cost_fixed < 0:
            raise ParameterError.must_be("opening_cost_fixed", "at least 0", self.opening_cost_fixed)
        levels = tuple(self.seasoning)
        if any(not is_finite_number(level) or level <= 0 for level in levels):
            raise ParameterError.must_be("seasoning", "levels above 0", self.seasoning)
        object.__setattr__(self, "seasoning", tuple(float(level) for level in levels))

    @property
    def discount_rate(self) -> float:
        """Yearly rate at which the lender's money is discounted: funds and equity by their shares."""
        return self.cost_of_funds * (1.0 - self.capital_share) + self.return_on_equity * self.capital_share

    def hazards(self, probability: float, periods: int, a_year: int) -> NDArray[np.float64]:
        """Probability of default in each period of those who have not defaulted before.

        Parameters
        ----------
        probability : float
            Of default within the first year, within 0 and 1.
        periods : int
            How many.
        a_year : int
            Of a year.

        Returns
        -------
        ndarray of float64, shape (periods,)
            Within 0 and 1; over the first year they make up `probability`.

        Examples
        --------
        >>> flat = LoanCosts(cost_of_funds=0.06, running_cost=0.02, opening_cost=0.01)
        >>> flat.hazards(0.12, 24, 12)[[0, 23]].round(5)
        array([0.0106, 0.0106])
        """
        if not 0 <= probability < 1:
            raise ParameterError.must_be("probability", "at least 0 and below 1", probability)
        levels = np.ones(max(periods, a_year))
        if self.seasoning:
            shape = np.array(self.seasoning)
            levels = shape[np.minimum(np.arange(levels.size), shape.size - 1)]
        whole = -math.log1p(-probability)
        hazards: NDArray[np.float64] = -np.expm1(-whole * levels[:periods] / levels[:a_year].sum())
        return hazards

    def early(self, a_year: int) -> float:
        """Probability of early repayment in a period."""
        return -math.expm1(math.log1p(-self.early_repayment) / a_year)

    def to_dict(self) -> dict[str, Any]:
        """Write the costs as plain data."""
        return asdict(self) | {"seasoning": list(self.seasoning)}

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> Self:
        """Read what `to_dict` wrote."""
        known = {one.name for one in fields(cls)}
        if not set(stored) <= known:
            raise ParameterError(f"Loan costs have the settings {sorted(known)}. Got {sorted(stored)}.")
        return cls(**stored)


def one_period_rate(costs: LoanCosts, probability: float, loss_given_default: float) -> float:
    """Rate by the formula of one period, as a check only: it prices too high what is paid back in parts.

    ``(funds + running + opening + capital (return - funds) + PD LGD) / (1 - PD)``.

    Examples
    --------
    >>> costs = LoanCosts(cost_of_funds=0.06, running_cost=0.02, opening_cost=0.01)
    >>> round(one_period_rate(costs, 0.15, 0.6), 3)
    0.22
    """
    equity = costs.capital_share * (costs.return_on_equity - costs.cost_of_funds)
    loss = probability * loss_given_default
    spent = costs.cost_of_funds + costs.running_cost + costs.opening_cost
    return (spent + equity + loss) / (1.0 - probability)
