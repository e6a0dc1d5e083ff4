"""The months with a line or a loan, one after another: draws, late payments, reviews, defaults, money."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from creditscore.policy.ability.assess import Means
from creditscore.policy.lines.parts import LineConduct
from creditscore.policy.lines.plan import LinePlan
from creditscore.simulate.people import logistic

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
Flags = NDArray[np.bool_]
By: TypeAlias = Sequence[tuple[LinePlan, str, Means]]

# A default is 90 days past due: three months after the first payment that was not made.
UNTIL_DEFAULT: Final = 3
_MONTH_DAYS: Final = 30
_NEVER: Final = -10_000


@dataclass(frozen=True, slots=True, eq=False)
class Luck:
    """What happens to people month by month; arrays of shape (months, people) or (people,).

    Attributes
    ----------
    logits : ndarray of float64
        Log-odds of a default in each month, without that of the payment.
    draw : ndarray of float64
        Who draws below the hazard defaults.
    late, long : ndarray of bool
        Whose payment is late, and whose is late by more than a month if so.
    drawn : ndarray of float64
        Share of the line that is drawn.
    agrees : ndarray of bool
        Who agrees to a raise.
    income : ndarray of float64
        A month.
    left : ndarray of float64
        What is left of it after needs and other instalments.
    fallen : ndarray of float64
        Share of the income that is missing in each month.
    gives_way : ndarray of bool
        Who stops paying in a month in which nothing is left for the payment because the income fell.
    """

    logits: F8
    draw: F8
    late: Flags
    long: Flags
    drawn: F8
    agrees: Flags
    income: F8
    left: F8
    fallen: F8
    gives_way: Flags


@dataclass(frozen=True, slots=True, eq=False)
class Money:
    """What is earned and lost, and by how much a payment weighs; see `LendingTerms`."""

    margin: float
    carried: float
    monthly_cost: float
    loss: float
    drawn_at_default: float
    debt_weight: float


@dataclass(slots=True, eq=False)
class Account:
    """Where all accounts stand; arrays of shape (people,)."""

    line: F8
    owed: F8
    stopped: I8
    default_month: I8
    profit: F8
    lost: F8

    @classmethod
    def begun(cls, line: F8) -> Account:
        """Begin with lines, shape (people,)."""
        n = line.size
        return cls(
            line.copy(), np.zeros(n), np.full(n, _NEVER), np.zeros(n, np.int64), np.zeros(n), np.zeros(n)
        )  # fmt: skip

    @property
    def open(self) -> Flags:
        """Which are open, shape (people,)."""
        return np.asarray((self.line > 0) & (self.default_month == 0), np.bool_)


def live(
    luck: Luck, money: Money, line: F8, due: Callable[[Account], tuple[F8, F8]],
    review: Callable[[int, Account], None] | None,
) -> tuple[F8, Account]:  # fmt: skip
    """Live through the months.

    Parameters
    ----------
    luck : Luck
    money : Money
    line : ndarray of float64, shape (people,)
        What each begins with; 0 for none.
    due : callable
        From the accounts to what is owed and the payment of it, each of shape (people,).
    review : callable or None
        Changes the lines of the accounts at the end of a month.

    Returns
    -------
    ndarray of float64, shape (months + 1, people), and Account
    """
    months = len(luck.draw)
    now, history = Account.begun(line), np.zeros((months + 1, line.size))
    history[0] = line
    for month in range(months):
        paying = now.open & (now.stopped == _NEVER)
        owed, payment = due(now)
        now.owed = np.where(paying, owed, np.where(now.open, now.owed, 0.0))
        _stop(luck, money, month, now, paying, payment)
        earned = np.where(now.stopped == _NEVER, money.margin, -money.carried) * now.owed / 12.0
        now.profit += np.where(now.open, earned - money.monthly_cost, 0.0)
        gone = now.open & (now.stopped == month - UNTIL_DEFAULT)
        now.lost += np.where(gone, money.loss * now.owed, 0.0)
        now.default_month[gone] = month + 1
        now.line[gone] = 0.0
        if review is not None:
            review(month, now)
        history[month + 1] = now.line
    now.profit -= now.lost
    return history, now


def _stop(luck: Luck, money: Money, month: int, now: Account, paying: Flags, payment: F8) -> None:
    """Let those stop paying who default three months later; they draw what they can before."""
    later = month + UNTIL_DEFAULT
    if later >= len(luck.draw):
        return
    burden = money.debt_weight * np.minimum(1.0, payment / luck.income)
    stops = luck.draw[later] < logistic(luck.logits[later] + burden)
    short = luck.left - luck.fallen[month] * luck.income < payment
    stops |= (luck.fallen[month] > 0) & short & luck.gives_way[month]
    stops &= paying
    now.stopped[stops] = month
    now.owed[stops] = np.maximum(now.owed, money.drawn_at_default * now.line)[stops]


@dataclass(slots=True, eq=False)
class Reviews:
    """Reviews by a plan at the end of each month."""

    luck: Luck
    by: By
    changed: I8
    changes: Counter[str]

    def __call__(self, month: int, now: Account) -> None:
        """Raise and lower the lines of the accounts."""
        paid = self._paid(month, now)
        for row in np.flatnonzero(now.open).tolist():
            plan, grade, means = self.by[row]
            step = plan.step(
                float(now.line[row]), grade, means, self._conduct(row, month, now, paid),
                agreed=bool(self.luck.agrees[row]),
            )  # fmt: skip
            self.changes[step.code] += 1
            if step.line != now.line[row]:
                now.line[row] = step.line
                self.changed[row] = month

    def _paid(self, month: int, now: Account) -> Flags:
        """Which payments were made on time up to a month, shape (month + 1, people)."""
        before = np.arange(month + 1)[:, None]
        in_time = ~self.luck.late[: month + 1] & ((now.stopped == _NEVER) | (before < now.stopped))
        return np.asarray(in_time, np.bool_)

    def _conduct(self, row: int, month: int, now: Account, paid: Flags) -> LineConduct:
        window = self.by[row][0].rules.months
        seen = paid[max(0, month + 1 - window) :, row]
        long = np.flatnonzero(self.luck.late[: month + 1, row] & self.luck.long[: month + 1, row])
        late_now = bool(long.size) and long[-1] == month
        stopped = int(now.stopped[row])
        days = 1 + _MONTH_DAYS * (month - stopped) if stopped != _NEVER else _MONTH_DAYS + 1
        ended = None if not long.size or late_now else month - int(long[-1]) - 1
        return LineConduct(
            payments_due=seen.size, paid_on_time=int(seen.sum()), use=float(self.luck.drawn[row]),
            days_past_due=days if stopped != _NEVER or late_now else 0,
            months_since_change=month + 1 - int(self.changed[row]), months_since_arrears=ended,
            owed=float(now.owed[row]),
        )  # fmt: skip
