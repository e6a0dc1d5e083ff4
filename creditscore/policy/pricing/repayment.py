"""How a loan is repaid: its payments and what is owed after each, at a yearly rate."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final, Literal, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.asked import check_known
from creditscore._ground.compiled import compiled
from creditscore._ground.numbers import is_finite_number
from creditscore.errors import ParameterError
from creditscore.policy.pricing.intervals import MONTHS_A_YEAR, Calendar
from creditscore.policy.pricing.yearly import CashFlow

Repayment: TypeAlias = Literal[
    "instalments", "balloon", "interest_only", "equal_principal", "revolving", "pay_later", "interest_free"
]
REPAYMENTS: Final = (
    "instalments", "balloon", "interest_only", "equal_principal", "revolving", "pay_later", "interest_free"
)  # fmt: skip
# Payments of these bear no interest: the lender lives on a fee.
WITHOUT_INTEREST: Final = ("pay_later", "interest_free")
_A_YEAR: Final = (12, 24, 26, 52)
_MOST_PAYMENTS: Final = 1200
_FORTNIGHT: Final = 14
_KEPT: Final = 512
_LEVEL, _EQUAL, _SHARE = 0, 1, 2
_KINDS: Final = {
    "instalments": _LEVEL, "balloon": _LEVEL, "interest_only": _LEVEL, "equal_principal": _EQUAL,
    "pay_later": _EQUAL, "interest_free": _EQUAL, "revolving": _SHARE,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class LoanTerms:
    """What is lent and how it is repaid; the rate is not among it.

    Parameters
    ----------
    amount : float
        What is lent, or of a credit line what is drawn; above 0.
    payments : int
        How many payments.
    repayment : {"instalments", "balloon", "interest_only", "equal_principal", "revolving", "pay_later", \
"interest_free"}, default "instalments"
        ``instalments`` are equal payments of interest and principal (a mark-up sale, murabaha, has the same
        payments; `mark_up` says them its way); ``balloon`` leaves `last_share` of the amount to the last;
        ``interest_only`` leaves all of it; ``equal_principal`` pays equal parts of the amount and interest on
        the rest; ``revolving`` pays interest and `monthly_share` of what is owed, and the rest at the end;
        ``pay_later`` pays equal parts without interest, the first at once; ``interest_free`` (qard al-hasan)
        pays equal parts without interest.
    a_year : {12, 24, 26, 52}, default 12
        Payments a year: monthly, twice a month, every two weeks, weekly.
    last_share : float, default 0
        Of a balloon: the share of the amount that falls due with the last payment, above 0 and below 1.
    monthly_share : float, default 0.05
        Of a credit line: the share of what is owed that is repaid with each payment, above 0 and at most 1.

    Examples
    --------
    >>> terms = LoanTerms(1000.0, 12)
    >>> terms.paid(0.12).round(2)[:2], terms.owed(0.12).round(2)[-2:]
    (array([88.85, 88.85]), array([87.97,  0.  ]))
    """

    amount: float
    payments: int
    repayment: Repayment = "instalments"
    a_year: int = MONTHS_A_YEAR
    last_share: float = 0.0
    monthly_share: float = 0.05

    def __post_init__(self) -> None:
        if not is_finite_number(self.amount) or self.amount <= 0:
            raise ParameterError.must_be("amount", "above 0", self.amount)
        whole = isinstance(self.payments, int | np.integer) and not isinstance(self.payments, bool)
        if not whole or not 1 <= self.payments <= _MOST_PAYMENTS:
            raise ParameterError.must_be(
                "payments", f"a whole number from 1 to {_MOST_PAYMENTS}", self.payments
            )
        check_known("repayment", self.repayment, REPAYMENTS)
        if self.a_year not in _A_YEAR:
            raise ParameterError.must_be("a_year", f"one of {_A_YEAR}", self.a_year)
        self._check_shares()

    def _check_shares(self) -> None:
        balloon = self.repayment == "balloon"
        if balloon and not 0 < self.last_share < 1:
            raise ParameterError.must_be("last_share", "above 0 and below 1 for a balloon", self.last_share)
        if not balloon and self.last_share != 0:
            raise ParameterError.must_be("last_share", "0 unless repayment='balloon'", self.last_share)
        if not 0 < self.monthly_share <= 1:
            raise ParameterError.must_be("monthly_share", "above 0 and at most 1", self.monthly_share)

    @property
    def bears_interest(self) -> bool:
        """Whether payments hold interest; else a fee is the lender's income."""
        return self.repayment not in WITHOUT_INTEREST

    @property
    def first(self) -> int:
        """After how many periods the first payment falls due: 0 for pay-later, else 1."""
        return 0 if self.repayment == "pay_later" else 1

    @property
    def shape(self) -> tuple[int, float]:
        """For kernels: how payments are found, and the share that the way needs."""
        last = 1.0 if self.repayment == "interest_only" else self.last_share
        return _KINDS[self.repayment], self.monthly_share if self.repayment == "revolving" else last

    def paid(self, rate: float) -> NDArray[np.float64]:
        """Payments, unrounded, at a nominal yearly rate.

        Parameters
        ----------
        rate : float
            A share, at least 0: 0.12 is one percent a month.

        Returns
        -------
        ndarray of float64, shape (payments,)
        """
        return self._course(rate)[0]

    def owed(self, rate: float) -> NDArray[np.float64]:
        """What is owed after each payment, at a nominal yearly rate.

        Parameters
        ----------
        rate : float
            A share, at least 0.

        Returns
        -------
        ndarray of float64, shape (payments,)
            The last is 0.
        """
        return self._course(rate)[1]

    def _course(self, rate: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        if not is_finite_number(rate) or rate < 0:
            raise ParameterError.must_be("rate", "a share of at least 0", rate)
        kind, share = self.shape
        paid, owed = np.empty(self.payments), np.empty(self.payments)
        period = rate / self.a_year if self.bears_interest else 0.0
        fill_course(float(self.amount), float(period), kind, share, self.first, paid, owed)
        return paid, owed

    def mark_up(self, rate: float) -> float:
        """Say the cost of the loan as a mark-up on the amount: all payments over the amount, less 1."""
        return float(self.paid(rate).sum()) / self.amount - 1.0

    def flows(self, rate: float, start: date, fee: float = 0.0) -> tuple[CashFlow, ...]:
        """Write the borrower's cash flows, payments rounded to cents, a fee kept from what is paid out.

        Parameters
        ----------
        rate : float
            Nominal yearly rate, a share.
        start : date
            The day on which the amount is paid out; payments fall on its day of the month (monthly), or so
            many days on.
        fee : float, default 0
            Kept from the amount.

        Returns
        -------
        tuple of CashFlow
            The first is what is received.
        """
        days, amounts = self.course(rate, start, fee)
        return tuple(CashFlow(day, amount) for day, amount in zip(days, amounts.tolist(), strict=True))

    def course(
        self, rate: float, start: date, fee: float = 0.0
    ) -> tuple[tuple[date, ...], NDArray[np.float64]]:
        """The same as days and as amounts, of shape (payments + 1,)."""
        if not 0 <= fee < self.amount:
            raise ParameterError.must_be("fee", "at least 0 and below the amount", fee)
        amounts = np.empty(self.payments + 1)
        amounts[0], amounts[1:] = self.amount - fee, -self.paid(rate).round(2)
        return (start, *_due_days(start, self.first, self.payments, self.a_year)), amounts

    def to_dict(self) -> dict[str, Any]:
        """Write the terms as plain data."""
        return {
            "amount": self.amount, "payments": self.payments, "repayment": self.repayment,
            "a_year": self.a_year, "last_share": self.last_share, "monthly_share": self.monthly_share,
        }  # fmt: skip

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> Self:
        """Read what `to_dict` wrote."""
        return cls(**stored)


@lru_cache(maxsize=_KEPT)
def _due_days(start: date, first: int, payments: int, a_year: int) -> tuple[date, ...]:
    return tuple(_due_day(start, number + first, a_year) for number in range(payments))


def _due_day(start: date, number: int, a_year: int) -> date:
    if a_year == MONTHS_A_YEAR:
        return Calendar((start.day,)).back(start, -number)
    if a_year == 2 * MONTHS_A_YEAR:
        month = Calendar((start.day,)).back(start, -(number // 2))
        return month + timedelta(days=15) if number % 2 else month
    return start + timedelta(days=number * (_FORTNIGHT if a_year == 26 else 7))


@compiled
def fill_course(
    amount: float,
    period: float,
    kind: int,
    share: float,
    first: int,
    paid: NDArray[np.float64],
    owed: NDArray[np.float64],
) -> None:
    """Fill payments and what is owed after each, at a rate of a period.

    Parameters
    ----------
    amount, period : float
        What is lent, and the rate of a period, a share.
    kind : int
        0 level, 1 equal parts of the amount, 2 a share of what is owed.
    share : float
        Of kind 0 what is left to the last payment, of kind 2 what is repaid.
    first : int
        After how many periods the first payment falls due.
    paid, owed : ndarray of float64, shape (payments,)
        Filled.
    """
    n = paid.size
    level = 0.0
    if kind == _LEVEL:
        growth = n * math.log1p(period)
        annuity = -math.expm1(-growth) / period if period > 0.0 else float(n)
        level = amount * (1.0 - share * math.exp(-growth)) / annuity
    left = amount
    for number in range(n):
        interest = period * left if number + first > 0 else 0.0
        if kind == _LEVEL:
            payment = level
        elif kind == _EQUAL:
            payment = interest + amount / n
        else:
            payment = interest + share * left
        if number == n - 1:
            payment = left + interest
        left += interest - payment
        paid[number] = payment
        owed[number] = left
