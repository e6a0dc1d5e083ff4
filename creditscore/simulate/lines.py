"""Months after an application, lived through with a credit line or a loan: who defaults, what is earned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Final, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore._ground.numbers import finite_number, numbers_of, whole_number
from creditscore.errors import ParameterError
from creditscore.policy.ability.assess import Means
from creditscore.policy.lines.plan import LinePlan
from creditscore.simulate.hazard import DEBT, ECONOMY, PERSISTENCE, log_odds
from creditscore.simulate.living import Account, Luck, Money, Reviews, live
from creditscore.simulate.people import logistic, noisy
from creditscore.simulate.truth import Truth

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
Flags = NDArray[np.bool_]

_CERTAIN: Final = 50.0
_MOST_MONTHS: Final = 120
# Log-odds of a late payment, and of the share that is drawn: at the mean, and for one more of the trait.
_LATE: Final = (-2.2, -1.1)
_DRAWN: Final = (-0.2, -0.3)
# Share of late payments that are late by more than a month.
_LONG: Final = 0.2


@dataclass(frozen=True, slots=True)
class LendingTerms:
    """What a credit line earns and costs, and how people deal with it. Shares are of a year unless said.

    Parameters
    ----------
    rate, cost_of_funds, running_cost : float
        Of what is owed.
    monthly_cost : float, default 0.5
        Of an account, in money a month.
    loss_given_default : float, default 0.75
        Share of what is owed that is lost by a default.
    months : int, default 12
        Equal payments that what is drawn is paid back in.
    drawn_at_default : float, default 0.9
        Share of the line that is drawn by who stops paying.
    debt_weight : float, default 0.5
        Log-odds of a default in a month for a payment as high as the income; that of the generator.
    """

    rate: float = 0.24
    cost_of_funds: float = 0.06
    running_cost: float = 0.02
    monthly_cost: float = 0.5
    loss_given_default: float = 0.75
    months: int = 12
    drawn_at_default: float = 0.9
    debt_weight: float = DEBT

    def __post_init__(self) -> None:
        for one in fields(self):
            value = finite_number(one.name, getattr(self, one.name))
            if value < 0 or (one.name in ("loss_given_default", "drawn_at_default") and value > 1):
                raise ParameterError.must_be(one.name, "a share, or a number of at least 0", value)
        if self.months < 1 or self.months != int(self.months):
            raise ParameterError.must_be("months", "a whole number of at least 1", self.months)

    def money(self) -> Money:
        """Return what the months read of it."""
        carried = self.cost_of_funds + self.running_cost
        return Money(
            self.rate - carried, carried, self.monthly_cost, self.loss_given_default, self.drawn_at_default,
            self.debt_weight,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class IncomeFalls:
    """Falls of income after the application, which the generator itself does not have.

    Parameters
    ----------
    share_a_month : float, default 0.01
        Share of people whose income falls in a month; within 0 and 1.
    fall : float, default 0.25
        By which share of itself; within 0 and 1.
    months : int, default 6
        For how long.
    gives_way : float, default 0.5
        Share of those who stop paying in a month in which the fallen income leaves less than the payment.
    """

    share_a_month: float = 0.01
    fall: float = 0.25
    months: int = 6
    gives_way: float = 0.5

    def __post_init__(self) -> None:
        whole_number("months", self.months, 1)
        for name in ("share_a_month", "fall", "gives_way"):
            if not 0 <= finite_number(name, getattr(self, name)) <= 1:
                raise ParameterError.must_be(name, "a share within 0 and 1", getattr(self, name))


@dataclass(frozen=True, slots=True, eq=False)
class LineRun:
    """What came of lines over the months.

    Attributes
    ----------
    lines : ndarray of float64, shape (months + 1, people)
        The line at the beginning and after each month; 0 after a default.
    default_month : ndarray of int64, shape (people,)
        1 for the first month; 0 for none.
    profit, loss : ndarray of float64, shape (people,)
        Interest less costs and losses, and the losses among them, in money in all.
    changes : Counter of str
        How often a step had which code as the reason that decided.
    """

    lines: F8
    default_month: I8
    profit: F8
    loss: F8
    changes: Counter[str]

    @property
    def defaulted(self) -> Flags:
        """Who defaulted, shape (people,)."""
        return np.asarray(self.default_month > 0, np.bool_)

    def graduated(self, amount: float) -> Flags:
        """Who has a line of at least this amount at the end, shape (people,)."""
        return np.asarray(self.lines[-1] >= amount, np.bool_)

    def __repr__(self) -> str:
        return (
            f"LineRun({self.lines.shape[1]:,} people, {self.lines.shape[0] - 1} months: "
            f"{int(self.defaulted.sum()):,} defaults, profit {self.profit.sum():,.0f}, "
            f"loss {self.loss.sum():,.0f})"
        )


@dataclass(frozen=True, slots=True, eq=False)
class MonthsAhead:
    """The months after the last application of some people, the same for whatever is lent to them.

    Defaults follow the generator's own law, in which the payment of what is lent stands in the place of that
    of what was asked for; who draws below the hazard of a month stops paying three months before. Draws are
    by person and month, so that two ways of lending meet the same luck. Influence of neighbours stays as it
    was at the application. How many payments are late, and how much of a line is drawn, follow reliability
    and means with noise.

    Attributes
    ----------
    persons : ndarray of int64, shape (people,)
    luck : Luck
        What happens to each.
    """

    persons: I8
    luck: Luck

    @classmethod
    def of(
        cls, truth: Truth, persons: ArrayLike, *, months: int = 24, agreeing: float = 0.8, seed: int = 0,
        falls: IncomeFalls | None = None, left: ArrayLike | None = None,
    ) -> Self:  # fmt: skip
        """Draw the months ahead.

        Parameters
        ----------
        truth : Truth
            Of `simulate_with_truth`.
        persons : array-like of int, shape (people,)
            Whom to look at: person ids.
        months : int, default 24
        agreeing : float, default 0.8
            Share of people who agree to raises.
        seed : int, default 0
            Of these draws.
        falls : IncomeFalls, optional
            Without them no income falls, as in the generator.
        left : array-like of shape (people,), optional
            What is left of each income a month after needs and other instalments, in money; needed with
            `falls`.

        Returns
        -------
        MonthsAhead

        Raises
        ------
        ParameterError
            If a person is not there, or the months are none.

        Examples
        --------
        >>> from creditscore.simulate import SimulationConfig, simulate_with_truth
        >>> _, truth = simulate_with_truth(SimulationConfig(people=200), seed=1)
        >>> ahead = MonthsAhead.of(truth, range(100))
        >>> run = ahead.fixed([300.0] * 100)
        >>> run.lines.shape, bool((run.lines[0] == 300).all())
        ((25, 100), True)
        """
        rows, n = np.asarray(persons), len(truth.people)
        if (
            rows.ndim != 1
            or not rows.size
            or rows.dtype.kind not in "iu"
            or rows.min() < 0
            or rows.max() >= n
        ):
            raise ParameterError.must_be("persons", f"whole numbers from 0 to {n - 1}, at least one", persons)
        if isinstance(months, bool) or not isinstance(months, int) or not 1 <= months <= _MOST_MONTHS:
            raise ParameterError.must_be("months", f"a whole number from 1 to {_MOST_MONTHS}", months)
        if not 0 <= finite_number("agreeing", agreeing) <= 1:
            raise ParameterError.must_be("agreeing", "a share within 0 and 1", agreeing)
        random = np.random.Generator(np.random.PCG64([truth.seed, whole_number("seed", seed, 0)]))
        steady = noisy(truth.theta, truth.config.repayment_signal, random)
        late = logistic(_LATE[0] + _LATE[1] * steady)
        drawn = logistic(_DRAWN[0] + _DRAWN[1] * truth.people.capacity + random.standard_normal(n))
        logits = _ahead(truth, months, random)
        draw, lateness, long = (random.random((months, n)) for _ in range(3))
        agrees = random.random(n) < agreeing
        fallen, gives_way = _falls(falls, months, n, random)
        return cls(rows.astype(np.int64), Luck(
            logits[:, rows], draw[:, rows], (lateness < late)[:, rows], (long < _LONG)[:, rows], drawn[rows],
            agrees[rows], truth.income[rows], _left(left, falls, rows.size), fallen[:, rows],
            gives_way[:, rows],
        ))  # fmt: skip

    def __len__(self) -> int:
        return self.persons.size

    @property
    def stressed(self) -> Flags:
        """Whose income falls within the months, shape (people,)."""
        return np.asarray((self.luck.fallen > 0).any(axis=0), np.bool_)

    def fixed(self, lines: ArrayLike, terms: LendingTerms | None = None) -> LineRun:
        """Live through the months with lines that do not change.

        Parameters
        ----------
        lines : array-like of shape (people,)
            In money; 0 for none.
        terms : LendingTerms, optional
        """
        return self._lived(lines, terms or LendingTerms(), None, Counter())

    def stepped(
        self, lines: ArrayLike, plan: LinePlan, grades: Sequence[str], means: Sequence[Means],
        terms: LendingTerms | None = None,
    ) -> LineRun:  # fmt: skip
        """Live through the months with lines that a plan raises and lowers once a month.

        Grades and means stay as they were at the application. What else is lent is not known here, so the
        plan must have no caps of exposure.

        Parameters
        ----------
        lines : array-like of shape (people,)
            First lines, in money; 0 for none.
        plan : LinePlan
        grades : sequence of str
        means : sequence of Means
        terms : LendingTerms, optional
        """
        if len(grades) != len(self) or len(means) != len(self):
            raise ParameterError.must_be("grades and means", f"of {len(self)} people", len(grades))
        by = [(plan, str(grade), known) for grade, known in zip(grades, means, strict=True)]
        reviews = Reviews(self.luck, by, np.zeros(len(self), np.int64), Counter())
        return self._lived(lines, terms or LendingTerms(), reviews, reviews.changes)

    def instalments(
        self, amounts: ArrayLike, payments: ArrayLike, terms: LendingTerms | None = None
    ) -> LineRun:  # fmt: skip
        """Live through the months with loans of equal monthly instalments, each by itself.

        Parameters
        ----------
        amounts : array-like of shape (people,)
            In money; 0 for none.
        payments : array-like of int, shape (people,)
            How many instalments, 1 or more.
        terms : LendingTerms, optional

        Returns
        -------
        LineRun
            Whose ``lines`` are what is owed after each month.
        """
        number, money = np.asarray(payments), terms or LendingTerms()
        if number.shape != (len(self),) or number.dtype.kind not in "iu" or number.min() < 1:
            raise ParameterError.must_be("payments", f"1 or more, of {len(self)} people", payments)
        amount = _amounts(amounts, len(self))
        paid = amount * level_payment(money.rate, number)

        def due(now: Account) -> tuple[F8, F8]:
            return now.line, paid

        def review(month: int, now: Account) -> None:
            """Take what was paid off what is owed; who has stopped owes what is owed."""
            rest = now.line * (1.0 + money.rate / 12.0) - paid
            done = (month + 1 >= number) | (rest < 0.005)
            paying = now.open & (now.stopped < 0)
            now.line[:] = np.where(paying, np.where(done, 0.0, rest), now.line)

        history, end = live(self.luck, replace(money, drawn_at_default=1.0).money(), amount, due, review)
        return LineRun(history, end.default_month, end.profit, end.lost, Counter())

    def _lived(
        self, lines: ArrayLike, terms: LendingTerms, review: Callable[[int, Account], None] | None,
        changes: Counter[str],
    ) -> LineRun:  # fmt: skip
        each = level_payment(terms.rate, np.array([terms.months]))[0]

        def due(now: Account) -> tuple[F8, F8]:
            owed = self.luck.drawn * now.line
            return owed, each * owed

        history, end = live(self.luck, terms.money(), _amounts(lines, len(self)), due, review)
        return LineRun(history, end.default_month, end.profit, end.lost, changes)


def level_payment(rate: float, payments: NDArray[np.int64]) -> F8:
    """Return the equal monthly payment of an amount of 1.

    Parameters
    ----------
    rate : float
        Nominal, a year.
    payments : ndarray of int64, shape (n,)
        How many.

    Returns
    -------
    ndarray of float64, shape (n,)
    """
    month = rate / 12.0
    if month == 0:
        return 1.0 / payments
    return np.asarray(month / -np.expm1(-payments * np.log1p(month)), np.float64)


def _amounts(amounts: ArrayLike, n: int) -> F8:
    found = numbers_of("lines", amounts)
    if found.shape != (n,) or not (np.isfinite(found) & (found >= 0)).all():
        raise ParameterError.must_be("lines", f"amounts of at least 0, of {n} people", amounts)
    return found


def _left(left: ArrayLike | None, falls: IncomeFalls | None, n: int) -> F8:
    if left is None:
        if falls is not None:
            raise ParameterError.must_be("left", "given with falls", left)
        return np.full(n, np.inf)
    found = numbers_of("left", left)
    if found.shape != (n,) or np.isnan(found).any():
        raise ParameterError.must_be("left", f"amounts of {n} people", left)
    return found


def _falls(
    falls: IncomeFalls | None, months: int, n: int, random: np.random.Generator
) -> tuple[F8, Flags]:  # fmt: skip
    """Share of the income that is missing in each month, and who gives way, shape (months, people)."""
    begins, gives = random.random((months, n)), random.random((months, n))
    if falls is None:
        return np.zeros((months, n)), np.zeros((months, n), np.bool_)
    begun = begins < falls.share_a_month
    lasting = np.array([begun[max(0, m + 1 - falls.months) : m + 1].any(axis=0) for m in range(months)])
    return falls.fall * lasting, gives < falls.gives_way


def _ahead(truth: Truth, months: int, random: np.random.Generator) -> F8:
    """Log-odds of a default in the months after everybody's last application, without that of a payment."""
    config, people, defaults = truth.config, truth.people, truth.defaults
    calm = np.zeros(config.months)
    steady = log_odds(config, people, calm, defaults.frailty) - DEBT * people.debt_to_income
    economy = np.append(defaults.economy, np.zeros(months))
    shocks = np.sqrt(1.0 - PERSISTENCE**2) * config.macro_volatility * random.standard_normal(months)
    for step in range(months):
        economy[config.months + step] = PERSISTENCE * economy[config.months + step - 1] + shocks[step]
    near = config.influence * truth.exposures()[0] if config.influence else np.zeros(len(people))
    month = people.month + 1 + np.arange(months)[:, None]
    who = np.arange(len(people))
    found = steady[np.minimum(month, config.months - 1), who] + ECONOMY * economy[month] + near
    return np.where(people.ring >= 0, _CERTAIN, defaults.intercept + found)
