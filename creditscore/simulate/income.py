"""Pay on a calendar of paydays, a second source for some, and what recurs against it: rent, bills, loans."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.instants import DAY
from creditscore.simulate.columns import NEVER, Columns, Labels, Times, join
from creditscore.simulate.config import SimulationConfig
from creditscore.simulate.observed import Observed, flow, prices
from creditscore.simulate.people import People, logistic
from creditscore.simulate.streams import Generator, Streams

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]

EMPLOYER, PAYER, LANDLORD, UTILITY, LENDER = (k * 10_000_000 for k in range(1, 6))
BILL_KINDS: Final = ("rent", "utilities", "telecom")
KNOWN_BEFORE: Final = 15 * DAY


def paydays(people: People, months: int, day: I8) -> I8:
    """Instants of the same day of each calendar month.

    Parameters
    ----------
    people : People
    months : int
        How many months back.
    day : ndarray of int64, shape (people,)
        Day of the month, 1 to 28.

    Returns
    -------
    ndarray of int64, shape (people, months + 1)
        Nine in the morning, in microseconds; newest first, beginning with the month of the application.
    """
    newest = people.as_of.view("M8[us]").astype("M8[M]").astype(np.int64)
    month = newest[:, None] - np.arange(months + 1)
    midnight = month.astype("M8[M]").astype("M8[us]").astype(np.int64)
    return midnight + (day[:, None] - 1) * DAY + 9 * DAY // 24


def pay(config: SimulationConfig, people: People, seen: Observed, streams: Streams) -> tuple[Columns, I8]:
    """Salaries and a second income; also each person's paydays, whether or not they were paid.

    Returns
    -------
    rows : dict of str to column
        Payments that came in.
    due : ndarray of int64, shape (people, months + 1)
        Paydays in microseconds, newest first.
    """
    random = streams.of("salaries")
    n, months = len(people), config.payment_months
    due = paydays(people, months, random.integers(1, 29, n))
    jitter = np.exp(-0.2 - 0.45 * seen.discipline)[:, None] * np.abs(random.standard_normal(due.shape))
    spread = np.exp(-2.6 - 0.35 * seen.discipline)
    amount = seen.income[:, None] * np.exp(spread[:, None] * random.standard_normal(due.shape))
    raised = 0.006 * seen.discipline[:, None] * (months / 2.0 - np.arange(months + 1))
    missed = random.random(due.shape) < logistic(-4.0 - 0.8 * seen.discipline)[:, None]
    late = np.round(jitter).astype(np.int64) * DAY
    salaries = _kept(
        people, seen, due + late, missed | (_days_before(people, due) < seen.trouble[:, None]),
        amount * (1.0 + raised), config, EMPLOYER + np.arange(n) // 7, "salary", "employer",
    )  # fmt: skip
    second = random.random(n) < logistic(-0.9 + 0.5 * seen.means + 0.4 * seen.discipline)
    extra_due = paydays(people, months, random.integers(1, 29, n))
    size = seen.income[:, None] * 0.2 * np.exp(0.15 * random.standard_normal(due.shape))
    gigs = _kept(
        people, seen, extra_due + (random.integers(0, 3, due.shape) * DAY),
        (random.random(due.shape) < 0.1) | ~second[:, None], size, config,
        PAYER + random.integers(0, n, n), "transfer", "merchant",
    )  # fmt: skip
    return join([salaries, gigs]), due


def _days_before(people: People, time: I8) -> F8:
    return np.asarray((people.as_of[:, None] - time) / DAY, np.float64)


def _kept(
    people: People, seen: Observed, time: I8, left_out: NDArray[np.bool_], amount: F8,
    config: SimulationConfig, counterparty: I8, kind: str, side: str,
) -> Columns:  # fmt: skip
    """Rows of a monthly stream that fall into each person's history."""
    inside = (time < people.as_of[:, None]) & (time >= (people.as_of - seen.span)[:, None]) & ~left_out
    owner = np.nonzero(inside)[0]
    at = time[inside]
    return flow(
        owner, at, amount[inside] * prices(config, at), kind=kind, channel="web", method="transfer",
        counterparty_id=counterparty[owner], counterparty_kind=side, status="settled",
        **({"category": "other"} if kind == "transfer" else {}),
    )  # fmt: skip


def recurring(
    config: SimulationConfig, people: People, seen: Observed, streams: Streams
) -> tuple[Columns, Columns]:
    """Return payments of rent, utilities, telephone and outside loans, and the table of bills."""
    random = streams.of("bills")
    needs = (
        np.exp(5.9 + 0.25 * seen.means + 0.2 * random.standard_normal(len(people))),
        np.exp(4.0 + 0.15 * seen.means + 0.3 * random.standard_normal(len(people))),
        np.exp(3.3 + 0.10 * seen.means + 0.3 * random.standard_normal(len(people))),
    )
    flows: list[Columns] = []
    bills: list[Columns] = []
    for number, (kind, amount) in enumerate(zip(BILL_KINDS, needs, strict=True)):
        paid, billed = _bills(config, people, seen, kind, number, amount, random)
        flows.append(paid)
        bills.append(billed)
    flows.append(_outside_loans(config, people, seen, streams.of("credit_lines")))
    return join(flows), join(bills)


def _bills(
    config: SimulationConfig, people: People, seen: Observed, kind: str, number: int, amount: F8,
    random: Generator,
) -> tuple[Columns, Columns]:  # fmt: skip
    months = config.payment_months
    due = paydays(people, months, random.integers(1, 29, len(people))) // DAY * DAY
    days, never = _lateness(people, seen, due, months, number > 0, random)
    wobble = 0.0 if kind == "rent" else 0.1
    size = amount[:, None] * np.exp(wobble * random.standard_normal(due.shape))
    back = random.random(due.shape) < 0.02 * np.exp(-0.8 * seen.discipline)[:, None]
    first = (people.as_of - seen.span)[:, None]
    inside = (due < people.as_of[:, None]) & (due >= first)
    owner, month = np.nonzero(inside)
    at, late, unpaid = due[inside], days[inside], never[inside]
    money = np.round(size[inside] * prices(config, at), 2)
    paid = at + (np.minimum(late, 60.0) * DAY).astype(np.int64) + 12 * DAY // 24
    billed: Columns = {
        "applicant_id": owner, "bill_id": (owner * 3 + number) * (months + 2) + month, "due_time": Times(at),
        "due_amount": money, "kind": Labels(np.full(owner.size, number, np.int8), BILL_KINDS),
        "paid_time": Times(np.where(unpaid, NEVER, paid)), "paid_amount": np.where(unpaid, np.nan, money),
        "known_time": Times(at - KNOWN_BEFORE),
    }  # fmt: skip
    row = np.flatnonzero(~unpaid & (paid < people.as_of[owner]) & (paid >= first[owner, 0]))
    who = owner[row]
    return flow(
        who, paid[row], -money[row], kind="bill", category=kind, channel="web", method="direct_debit",
        counterparty_id=(LANDLORD + who if number == 0 else UTILITY * number + who % 50),
        counterparty_kind="merchant", status=np.where(back[inside][row], 2, 0),
    ), billed  # fmt: skip


def _lateness(
    people: People, seen: Observed, due: I8, months: int, may_be_late: bool, random: Generator
) -> tuple[F8, NDArray[np.bool_]]:
    """Days from due to paid of every bill, and which are not paid at all: the newest of those who stop."""
    ago = _days_before(people, due)
    worse = -seen.discipline[:, None] * (1.15 - 0.5 * ago / max(1.0, 30.0 * months))
    late = (random.random(due.shape) < logistic(-2.0 + 1.1 * worse)) & may_be_late
    much = 1.0 + random.exponential(1.0, due.shape) * np.exp(1.3 + 0.4 * worse)
    early = -2.0 * random.random(due.shape)
    stops = random.random(len(people)) < logistic(-3.6 - 0.9 * seen.discipline)
    stopped = np.where(stops & ~seen.orderly, 20.0 + 70.0 * random.random(len(people)), 0.0)
    return np.where(late & ~seen.orderly[:, None], much, early), ago < stopped[:, None]


def _outside_loans(config: SimulationConfig, people: People, seen: Observed, random: Generator) -> Columns:
    """Monthly payments to other lenders, some of them high-cost; more of them with less discipline."""
    n, months = len(people), config.payment_months
    parts: list[Columns] = []
    for number in range(3):
        has = random.random(n) < logistic(-1.2 - number - 0.6 * seen.discipline)
        dear = random.random(n) < logistic(-0.9 - 0.7 * seen.discipline)
        amount = np.exp(4.2 + 0.3 * random.standard_normal(n))
        due = paydays(people, months, random.integers(1, 29, n))
        # A line that was taken out lately shows in the newest months only.
        since = np.where(
            random.random(n) < logistic(-0.6 - 0.4 * seen.discipline), 120.0 + 120.0 * random.random(n), 1e9
        )
        stopped = np.where(
            random.random(n) < logistic(-3.6 - 0.9 * seen.discipline), 45.0 + 40.0 * random.random(n), 0.0
        )
        ago = _days_before(people, due)
        inside = (
            has[:, None] & (due < people.as_of[:, None]) & (due >= (people.as_of - seen.span)[:, None])
            & (ago < since[:, None]) & (ago >= stopped[:, None])
        )  # fmt: skip
        who, _ = np.nonzero(inside)
        at = due[inside]
        parts.append(
            flow(
                who,
                at,
                -amount[who] * prices(config, at),
                kind="loan_out",
                category=np.where(dear, 18, 19)[who],
                channel="web",
                method="direct_debit",
                counterparty_id=(LENDER + number * 1_000 + np.arange(n) % 40)[who],
                counterparty_kind="lender",
                status="settled",
            )
        )
    return join(parts)
