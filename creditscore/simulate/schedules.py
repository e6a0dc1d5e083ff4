"""Schedules of instalments and how they are paid: early, late, in part, ahead of time, or no more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.instants import DAY
from creditscore.data.tables.vocabularies import LOAN_KINDS, LOAN_ROLES
from creditscore.simulate.almanac import BANK_HOURS, DAY_HOURS, almanac_of
from creditscore.simulate.columns import NEVER, Columns, Labels, Times
from creditscore.simulate.config import SimulationConfig
from creditscore.simulate.people import logistic
from creditscore.simulate.streams import Generator, by_key

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
Flags = NDArray[np.bool_]

# A loan's id is twenty times the person's and one of these; those of earlier applications follow the last.
LOANS_A_PERSON: Final = 20
APPLICATION, CARD, GUARANTEE = 7, 8, 9
INTEREST: Final = 1.08
METHODS: Final = ("direct_debit", "transfer")
LENDERS: Final = ("own", "other")
_LEAST_DAYS: Final = 15


@dataclass(frozen=True, slots=True, eq=False)
class LoanPlan:
    """Instalment loans to be: arrays of shape (loans,).

    Attributes
    ----------
    loan, owner : ndarray of int64
        Ids.
    opened : ndarray of int64
        Microseconds.
    count : ndarray of int64
        Instalments, one a month.
    due : ndarray of int64, shape (loans, most)
        Local day on which each instalment is due, as `due_days` gives them.
    amount : ndarray of float64
    calm : ndarray of float64
        Standard normal; the higher, the more punctual.
    stops : ndarray of int64
        Number of the first instalment that is not paid when due because of a default; 0 for none.
    resumes : ndarray of int64
        When everything missed is paid, microseconds; ``NEVER`` where it is not.
    role : ndarray of int8
    """

    loan: I8
    owner: I8
    opened: I8
    count: I8
    due: I8
    amount: F8
    calm: F8
    stops: I8
    resumes: I8
    role: NDArray[np.int8]

    def __len__(self) -> int:
        return self.loan.size


def pay_back(
    config: SimulationConfig, plan: LoanPlan, random: Generator, *, latest: float, steep: float = 1.0
) -> tuple[Columns, Columns]:
    """Return the rows of loans and of instalments.

    Parameters
    ----------
    config : SimulationConfig
    plan : LoanPlan
    random : Generator
    latest : float
        Most days late of an instalment that has nothing to do with a default.
    steep : float
        How much more severe lateness there is.
    """
    due = plan.due
    number = np.arange(1, due.shape[1] + 1)
    real = number <= plan.count[:, None]
    amount = np.round(plan.amount * INTEREST / plan.count, 2)
    auto = by_key(plan.loan, random) < logistic(-0.3 + 0.6 * plan.calm)
    paid = _paid(config, plan, auto, latest, steep, random)
    ahead, moment = _ahead(config, plan, random)
    stopped = (plan.stops > 0)[:, None] & (number >= plan.stops[:, None])
    part = _parts(plan, due.shape, ahead | stopped, random)
    size = amount[:, None] * np.where(part > 0, part, 1.0)
    size = np.round(size, 2)
    size[:, 1:] += np.where(part > 0, amount[:, None] - size, 0.0)[:, :-1]
    size = np.where(stopped | ahead, amount[:, None], size)
    paid = np.where(ahead, moment[:, None], paid)
    paid = _default(config, plan, stopped, paid)
    paid = np.where(paid < config.end_time, paid, NEVER)
    lost = (plan.stops > 0) & (plan.resumes == NEVER)
    instalments: Columns = {
        "applicant_id": np.broadcast_to(plan.owner[:, None], due.shape)[real],
        "due_time": Times(almanac_of(config).instant(due[real] * DAY)),
        "loan_id": np.broadcast_to(plan.loan[:, None], due.shape)[real],
        "due_amount": np.broadcast_to(amount[:, None], due.shape)[real],
        "instalment_no": np.broadcast_to(number, due.shape)[real],
        "paid_time": Times(paid[real]),
        "paid_amount": np.where(paid == NEVER, np.nan, np.round(size, 2))[real],
        "method": Labels(
            np.broadcast_to(np.where(auto, 0, 1).astype(np.int8)[:, None], due.shape)[real], METHODS
        ),
    }
    return _loans(config, plan, np.where(real, paid, plan.opened[:, None]), lost), instalments


def due_days(config: SimulationConfig, loan: I8, opened: I8, count: I8, random: Generator) -> I8:
    """Local days on which instalments are due: the same day of each month, the first 15 days away or more.

    Parameters
    ----------
    config : SimulationConfig
    loan, opened, count : ndarray of int64, shape (loans,)
        Ids, microseconds, and how many instalments each has.
    random : Generator

    Returns
    -------
    ndarray of int64, shape (loans, most)
        Those behind the last of a loan go on in the same way.
    """
    almanac = almanac_of(config)
    of_month = 1 + (28.0 * by_key(loan, random)).astype(np.int64)
    begun = almanac.day(opened)
    month = almanac.month_of(begun) + 1
    month += almanac.in_month(month, of_month) - begun < _LEAST_DAYS
    after = np.arange(int(count.max(initial=1)))
    return almanac.in_month(
        month[:, None] + after, np.broadcast_to(of_month[:, None], (loan.size, after.size))
    )


def _paid(
    config: SimulationConfig, plan: LoanPlan, auto: Flags, latest: float, steep: float, random: Generator
) -> I8:
    """When each instalment is paid: debited in the early morning of the day, or transferred at any hour."""
    almanac = almanac_of(config)
    days = np.floor(_days_late(plan, plan.due.shape, auto, latest, steep, random)).astype(np.int64)
    days = np.where((days < 0) & auto[:, None], 0, days)
    on = np.maximum(plan.due + days, almanac.day(plan.opened)[:, None] + 1)
    direct = auto[:, None] & (days == 0)
    draw = by_key(plan.loan[:, None] * 100 + np.arange(plan.due.shape[1]), random)
    early = almanac.at(almanac.working_day(on), BANK_HOURS, draw)
    return np.where(direct, early, almanac.at(on, DAY_HOURS, draw))


def _days_late(
    plan: LoanPlan, shape: tuple[int, ...], auto: Flags, latest: float, steep: float, random: Generator
) -> F8:
    """Days from due to paid; negative when early. What is late grows worse with time where little is paid."""
    progress = np.arange(shape[1]) / np.maximum(1, plan.count)[:, None]
    worse = -plan.calm[:, None] * (0.6 + 0.8 * np.minimum(progress, 1.0))
    chance = logistic(-1.7 + 0.9 * worse) * np.where(auto, 0.4, 1.0)[:, None]
    key = plan.loan[:, None] * 100 + np.arange(shape[1])
    kind = by_key(key, random)
    much = -np.log1p(-by_key(key, random))
    late = 1.0 + much * np.exp(1.3 + 0.45 * worse)
    severe = steep * logistic(-4.6 + 1.0 * worse)
    late = np.where(kind < severe, 30.0 + 20.0 * much, late)
    early = np.maximum(0.0, 1.2 + 1.0 * plan.calm[:, None] + 1.2 * (by_key(key, random) - 0.5))
    return np.where(kind < np.maximum(chance, severe), np.minimum(late, latest), -np.minimum(early, 20.0))


def _parts(plan: LoanPlan, shape: tuple[int, ...], alone: Flags, random: Generator) -> F8:
    """Share of an instalment that is paid when it is paid in part, the rest with the next; 0 when whole."""
    number = np.arange(1, shape[1] + 1)
    chance = logistic(-3.6 - 0.9 * plan.calm)[:, None]
    key = plan.loan[:, None] * 100 + np.arange(shape[1])
    part = by_key(key, random) < chance
    part &= (number % 2 == 1) & (number < plan.count[:, None])
    # The rest needs a next one that is paid as usual.
    part[:, :-1] &= ~alone[:, 1:]
    part &= ~alone
    return np.where(part, 0.4 + 0.4 * by_key(key, random), 0.0)


def _ahead(config: SimulationConfig, plan: LoanPlan, random: Generator) -> tuple[Flags, I8]:
    """Who pays all that is left at once, about when one of the instalments is due; and when."""
    early = by_key(plan.loan, random) < logistic(-3.2 + 0.7 * plan.calm)
    at = 1 + (by_key(plan.loan, random) * plan.count).astype(np.int64)
    number = np.arange(1, plan.due.shape[1] + 1)
    ahead = (early & (plan.stops == 0))[:, None] & (number > at[:, None])
    on = np.take_along_axis(plan.due, np.minimum(at, plan.due.shape[1])[:, None] - 1, axis=1)[:, 0]
    almanac = almanac_of(config)
    return ahead, almanac.at(almanac.working_day(on), DAY_HOURS, by_key(plan.loan, random))


def _default(config: SimulationConfig, plan: LoanPlan, stopped: Flags, paid: I8) -> I8:
    """Leave instalments unpaid from the default on, or pay all that was missed when payments resume."""
    again = plan.resumes[:, None]
    due = almanac_of(config).instant(plan.due * DAY)
    paid = np.where(stopped & (again != NEVER) & (due < again), again, paid)
    return np.where(stopped & (again == NEVER), NEVER, paid)


def first_missed(plan: LoanPlan) -> I8:
    """Local day on which the first instalment that a default left unpaid was due.

    Returns
    -------
    ndarray of int64, shape (loans,)
        That of the first instalment where there was no default.
    """
    position = np.maximum(plan.stops, 1)[:, None] - 1
    return np.take_along_axis(plan.due, position, axis=1)[:, 0]


def _loans(config: SimulationConfig, plan: LoanPlan, paid: I8, lost: Flags) -> Columns:
    last = paid.max(axis=1)
    whole = (paid != NEVER).all(axis=1)
    missed = almanac_of(config).instant(first_missed(plan) * DAY)
    written_off = np.where(lost, missed + 200 * DAY, NEVER)
    eased = (plan.stops > 0) & ~lost & (plan.loan % 3 == 0)
    restructured = np.where(eased, missed + 110 * DAY, NEVER)
    return loan_rows(
        plan.loan, plan.owner, plan.opened, plan.amount, np.asarray(plan.count * 30.0, np.float64),
        kind=np.zeros(len(plan), np.int8), role=plan.role, limit=np.full(len(plan), np.nan),
        closed=np.where(whole, last, NEVER),
        restructured=np.where(restructured < config.end_time, restructured, NEVER),
        written_off=np.where(written_off < config.end_time, written_off, NEVER),
    )  # fmt: skip


def loan_rows(
    loan: I8, owner: I8, opened: I8, amount: F8, term_days: F8, *, kind: NDArray[np.int8],
    role: NDArray[np.int8], limit: F8, closed: I8, restructured: I8, written_off: I8,
) -> Columns:  # fmt: skip
    """Columns of the table of loans.

    Parameters
    ----------
    loan, owner : ndarray of int64, shape (loans,)
        Ids.
    opened, closed, restructured, written_off : ndarray of int64, shape (loans,)
        Microseconds; ``NEVER`` where it did not happen.
    amount, term_days, limit : ndarray of float64, shape (loans,)
        Money, days, money; NaN where a loan has none.
    kind, role : ndarray of int8, shape (loans,)
        Positions in ``KINDS`` and ``ROLES``.
    """
    return {
        "applicant_id": owner,
        "event_time": Times(opened),
        "loan_id": loan,
        "amount": amount,
        "term_days": term_days,
        "kind": Labels(kind, LOAN_KINDS),
        "role": Labels(role, LOAN_ROLES),
        "limit": limit,
        "lender": Labels(np.where(role == 0, 0, 1).astype(np.int8), LENDERS),
        "closed_time": Times(closed),
        "restructured_time": Times(restructured),
        "written_off_time": Times(written_off),
    }
