"""The price list: one rate for each class of loss, grade, term and range of amounts, and for nothing else."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType
from typing import Any, Final, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore._ground.asked import check_known
from creditscore._ground.canonical import canonical_v1, sha256
from creditscore._ground.numbers import is_finite_number
from creditscore.errors import NameUnknownError, ParameterError
from creditscore.policy.pricing.caps import RateCap
from creditscore.policy.pricing.costs import LoanCosts
from creditscore.policy.pricing.rate import LoanValue
from creditscore.policy.pricing.repayment import LoanTerms

# Rates are stated in hundredths of a point, rounded up, so that no loan is made below its costs.
STEP: Final = 1e-4
_CLOSE: Final = 1e-9
_NO_ARM: Final = "standard"
_MONTHLY: Final = LoanTerms(1.0, 1)
# What two loans have in common that are repaid in the same way.
_WAY: Final = tuple(one.name for one in fields(LoanTerms) if one.name not in ("amount", "payments"))


@dataclass(frozen=True, slots=True)
class PriceInputs:
    """All that may set a price: nothing else of a person is read.

    Attributes
    ----------
    grade : str
        Of the probability of default.
    loss_class : str
        What secures the loan.
    terms : LoanTerms
        Amount, term and way of repayment.
    arm : str
        Of a price test; ``"standard"`` outside one.
    """

    grade: str
    loss_class: str
    terms: LoanTerms
    arm: str = _NO_ARM


@dataclass(frozen=True, slots=True, eq=False)
class PriceTable:
    """Rates by class of loss, grade, number of payments and range of amounts.

    Built from the cash flows that are expected of each, so that two loans alike in these bear one rate. The
    rate never falls from a grade to a riskier one. A pair of which no rate earns its costs, or only one
    above a cap, has none.

    Parameters
    ----------
    costs : LoanCosts
        What lending costs.
    grades : mapping of str to float
        Probability of default within a year by grade, rising: of a `MasterScale`, its labels and middles.
    loss_classes : mapping of str to float
        Share of what is owed that is lost by a default, by what secures the loan, least secured first.
    payments : sequence of int
        Numbers of payments that are offered, rising.
    amounts : sequence of float
        Bounds of the ranges of amounts, rising, the lowest and the highest amount lent at the ends. A range
        is priced at its lower end, where a fixed cost weighs most.
    shape : LoanTerms, optional
        Way of repayment, payments a year and shares; its amount and number of payments are not read.
        Default: equal monthly instalments.
    fee_share : float, default 0
        Fee, kept from the amount, as a share of it.
    caps : sequence of RateCap
        What the law allows.
    given_rate : float, optional
        In a market whose rate is set: this one for all, where it earns the costs, and none elsewhere.
    arms : mapping of str to float
        Arms of a price test, and what each adds to the rate; a sum above a cap is no price, and one below 0
        is refused.

    Attributes
    ----------
    rates : ndarray of float64, shape (n_loss_classes, n_grades, n_payments, n_ranges)
        Nominal yearly rates, rounded up to hundredths of a point; NaN where no rate earns its costs.
    digest : str
        SHA-256 of all that the rates follow from.

    Examples
    --------
    >>> table = PriceTable(
    ...     LoanCosts(cost_of_funds=0.06, running_cost=0.02, opening_cost=0.01),
    ...     {"A": 0.01, "B": 0.03, "C": 0.15}, {"unsecured": 0.6}, (12, 24), (100.0, 10_000.0),
    ... )
    >>> table.rate(PriceInputs("B", "unsecured", LoanTerms(5_000.0, 24)))
    0.1137
    """

    costs: LoanCosts
    grades: Mapping[str, float]
    loss_classes: Mapping[str, float]
    payments: Sequence[int]
    amounts: Sequence[float]
    shape: LoanTerms = _MONTHLY
    fee_share: float = 0.0
    caps: Sequence[RateCap] = ()
    given_rate: float | None = None
    arms: Mapping[str, float] = field(default_factory=dict)
    rates: NDArray[np.float64] = field(init=False, repr=False)
    digest: str = field(init=False, repr=False)
    _of_grade: Mapping[str, int] = field(init=False, repr=False)
    _of_class: Mapping[str, int] = field(init=False, repr=False)
    _of_payments: Mapping[int, int] = field(init=False, repr=False)
    _bounds: NDArray[np.float64] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        for name in ("grades", "loss_classes", "arms"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))
        for name in ("payments", "amounts", "caps"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        self._check()
        object.__setattr__(self, "_of_grade", {name: i for i, name in enumerate(self.grades)})
        object.__setattr__(self, "_of_class", {name: i for i, name in enumerate(self.loss_classes)})
        object.__setattr__(self, "_of_payments", {number: i for i, number in enumerate(self.payments)})
        object.__setattr__(self, "_bounds", np.array(self.amounts, np.float64))
        rates = self._priced()
        _check_arms(rates, self.arms)
        rates.setflags(write=False)
        object.__setattr__(self, "rates", rates)
        object.__setattr__(self, "digest", sha256(canonical_v1(self.to_dict())))

    def _check(self) -> None:
        if not self.grades or not self.loss_classes:
            raise ParameterError("A price table needs at least one grade and one loss class.")
        for name, rising in (
            ("grades", list(self.grades.values())),
            ("payments", list(self.payments)),
            ("amounts", list(self.amounts)),
        ):
            if not all(map(is_finite_number, rising)) or sorted(set(rising)) != rising or not rising:
                raise ParameterError.must_be(name, "rising, each once", rising)
        if len(self.amounts) < 2 or self.amounts[0] <= 0:
            raise ParameterError.must_be("amounts", "at least two bounds above 0", list(self.amounts))
        if not is_finite_number(self.fee_share) or not 0 <= self.fee_share < 1:
            raise ParameterError.must_be("fee_share", "a share of at least 0 and below 1", self.fee_share)
        if not self.shape.bears_interest:
            raise ParameterError(
                f"A loan with repayment={self.shape.repayment!r} has no rate and so no price table. Ask "
                "LoanValue(...).fair_fee() for its fee."
            )
        if _NO_ARM in self.arms:
            raise ParameterError.must_be("arms", f"other names than {_NO_ARM!r}", list(self.arms))

    def _priced(self) -> NDArray[np.float64]:
        shape = (len(self.loss_classes), len(self.grades), len(self.payments), len(self.amounts) - 1)
        rates = np.full(shape, np.nan)
        for i, loss in enumerate(self.loss_classes.values()):
            for k, number in enumerate(self.payments):
                for m in range(shape[3]):
                    terms = replace(self.shape, amount=self.amounts[m], payments=number)
                    for j, probability in enumerate(self.grades.values()):
                        rates[i, j, k, m] = self._one(LoanValue(terms, self.costs, probability, loss))
        _never_falling(rates)
        return rates

    def _one(self, value: LoanValue) -> float:
        fee = self.fee_share * value.terms.amount
        if self.given_rate is not None:
            return self.given_rate if value.at(self.given_rate, fee) >= 0.0 else math.nan
        fair = value.fair_rate(fee)
        return math.nan if fair is None else rounded_up(fair)

    def rate(self, inputs: PriceInputs) -> float | None:
        """Rate of a loan before any cap, a nominal share a year; None if no rate earns its costs.

        Raises
        ------
        NameUnknownError
            If a grade, class or arm is none of the table's.
        ParameterError
            If the term or amount is not one that is offered, or the way of repayment another.
        """
        found = self.rates[self._cell(inputs)]
        return None if math.isnan(found) else float(found) + self._added(inputs.arm)

    def _cell(self, inputs: PriceInputs) -> tuple[int, int, int, int]:
        terms = inputs.terms
        if any(getattr(terms, name) != getattr(self.shape, name) for name in _WAY):
            raise ParameterError("These terms are repaid in another way than the price table is made for.")
        for known, name, what in (
            (self._of_class, inputs.loss_class, "loss_class"),
            (self._of_grade, inputs.grade, "grade"),
        ):
            check_known(what, name, known)
        if terms.payments not in self._of_payments:
            raise ParameterError.must_be("payments", f"one of {list(self.payments)}", terms.payments)
        if not self.amounts[0] <= terms.amount <= self.amounts[-1]:
            raise ParameterError.must_be(
                "amount", f"from {self.amounts[0]:g} to {self.amounts[-1]:g}", terms.amount
            )
        return (
            self._of_class[inputs.loss_class], self._of_grade[inputs.grade],
            self._of_payments[terms.payments], self._range(terms.amount),
        )  # fmt: skip

    def _range(self, amount: float) -> int:
        return min(int(np.searchsorted(self._bounds, amount, side="right")) - 1, self._bounds.size - 2)

    def _added(self, arm: str) -> float:
        if arm == _NO_ARM:
            return 0.0
        if arm not in self.arms:
            raise NameUnknownError.among("arm of the price test", arm, (_NO_ARM, *self.arms))
        return self.arms[arm]

    def rates_of(
        self, grades: ArrayLike, loss_classes: ArrayLike, payments: ArrayLike, amounts: ArrayLike
    ) -> NDArray[np.float64]:
        """Rates of many loans at once, before any cap.

        Parameters
        ----------
        grades, loss_classes : array-like of str, shape (n,)
            Names.
        payments : array-like of int, shape (n,)
            Numbers of payments.
        amounts : array-like of float, shape (n,)
            What is lent.

        Returns
        -------
        ndarray of float64, shape (n,)
            Nominal yearly rates; NaN where no rate earns the costs.

        Raises
        ------
        NameUnknownError, ParameterError
            If anything is not in the table.
        """
        lent = np.asarray(amounts, np.float64)
        outside = np.count_nonzero(~((lent >= self._bounds[0]) & (lent <= self._bounds[-1])))
        if outside:
            raise ParameterError.must_be(
                "amounts", f"from {self._bounds[0]:g} to {self._bounds[-1]:g}", f"{outside} outside"
            )
        ranges = np.searchsorted(self._bounds, lent, side="right") - 1
        return self.rates[
            _numbered(np.asarray(loss_classes), tuple(self.loss_classes), "loss_class"),
            _numbered(np.asarray(grades), tuple(self.grades), "grade"),
            _numbered(np.asarray(payments), tuple(self.payments), "payments"),
            np.minimum(ranges, self._bounds.size - 2),
        ]

    def to_dict(self) -> dict[str, Any]:
        """Write what the table is built from as plain data; rates follow from it."""
        return {
            "costs": self.costs.to_dict(), "grades": dict(self.grades),
            "loss_classes": dict(self.loss_classes), "payments": list(self.payments),
            "amounts": list(self.amounts), "shape": self.shape.to_dict(), "fee_share": self.fee_share,
            "caps": [cap.to_dict() for cap in self.caps], "given_rate": self.given_rate,
            "arms": dict(self.arms),
        }  # fmt: skip

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Build from what `to_dict` wrote, also where names were sorted since, as canonical JSON does."""
        grades, classes = stored["grades"], stored["loss_classes"]
        return cls(
            LoanCosts.from_dict(stored["costs"]), dict(sorted(grades.items(), key=lambda one: one[1])),
            dict(sorted(classes.items(), key=lambda one: -one[1])),
            stored["payments"], stored["amounts"], LoanTerms.from_dict(stored["shape"]),
            stored["fee_share"], [RateCap.from_dict(cap) for cap in stored["caps"]],
            stored["given_rate"], stored["arms"],
        )  # fmt: skip


def rounded_up(rate: float) -> float:
    """Round a rate up to a hundredth of a point.

    Examples
    --------
    >>> rounded_up(0.113659), rounded_up(0.1137)
    (0.1137, 0.1137)
    """
    return round(math.ceil(rate / STEP - _CLOSE) * STEP, 4)


def _never_falling(rates: NDArray[np.float64]) -> None:
    """Let no grade bear less than one of less risk; one without a rate leaves none to those after it."""
    np.maximum.accumulate(np.where(np.isnan(rates), np.inf, rates), axis=1, out=rates)
    rates[np.isinf(rates)] = np.nan


def _check_arms(rates: NDArray[np.float64], arms: Mapping[str, float]) -> None:
    """Refuse an arm that is no number, or makes a rate negative."""
    lowest = float(np.nanmin(rates)) if not np.isnan(rates).all() else 0.0
    for name, added in arms.items():
        if not is_finite_number(added) or lowest + added < 0.0:
            raise ParameterError.must_be(
                f"arms[{name!r}]", f"a number that leaves the lowest rate, {lowest:g}, at 0 or more", added
            )


def _numbered(values: NDArray[Any], known: Sequence[Any], what: str) -> NDArray[np.intp]:
    order = np.argsort(np.array(known))
    ordered = np.array(known)[order]
    found = np.minimum(np.searchsorted(ordered, values), len(known) - 1)
    strange = ordered[found] != values
    if strange.any():
        raise NameUnknownError.among(what, values[strange][0].item(), tuple(known))
    return order[found]
