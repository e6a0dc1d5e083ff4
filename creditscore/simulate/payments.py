"""The table of payments: flows in order, balances that add up, two clocks, and what each really is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled
from creditscore._ground.instants import DAY, SECOND
from creditscore.data.tables.vocabularies import (
    ACCOUNT_KINDS,
    PAYMENT_CATEGORIES,
    PAYMENT_CLASSES,
    PAYMENT_STATUSES,
)
from creditscore.simulate.afterwards import after_purchases
from creditscore.simulate.almanac import almanac_of
from creditscore.simulate.columns import Columns, Labels, Times, array, join, take
from creditscore.simulate.commitments import recurring
from creditscore.simulate.config import MONTH, SimulationConfig
from creditscore.simulate.income import Pay, pay
from creditscore.simulate.loans import Credit
from creditscore.simulate.observed import CARD_ACCOUNT, CURRENT, SAVINGS, Observed, shown
from creditscore.simulate.people import People
from creditscore.simulate.purchases import purchases
from creditscore.simulate.schedules import CARD, LOANS_A_PERSON
from creditscore.simulate.small import small_flows
from creditscore.simulate.streams import Streams, by_key

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]

DECLINED, RETURNED = (PAYMENT_STATUSES.index(name) for name in ("declined", "returned"))
ROWS_A_PERSON = 1_000_000
# Payments that follow from loans are numbered apart, so that no loan renumbers what people do.
LENDER_ROWS = 500_000
# By account: the current and the savings account, and the card, whose number is that of its credit line.
ACCOUNTS = np.array([18, 19, CARD])
# What may come back by a later version: what nobody else's row answers to.
_RETURNABLE = np.array([PAYMENT_CLASSES.index(name) for name in ("purchase", "person_out")])


@dataclass(frozen=True, slots=True, eq=False)
class Paid:
    """Payments and bills as tables, how people are paid, and the class of every payment by its event."""

    payments: Columns
    bills: Columns
    pay: Pay
    event: I8
    truth: NDArray[np.int8]


@compiled
def add_up(account: I8, amount: F8, status: NDArray[np.int8], opening: F8, balance: F8) -> None:
    """Write the balance after each payment: what was there before, and every settled payment since.

    Parameters
    ----------
    account : ndarray of int64, shape (rows,)
        Which account each stands on; the rows of one person stand together, in order of time.
    amount : ndarray of float64, shape (rows,)
        Above 0 came in, below 0 went out.
    status : ndarray of int8, shape (rows,)
        0 is settled; nothing else moves the balance.
    opening : ndarray of float64, shape (accounts,)
        Balance of each account before the first payment. Written: that after the last one.
    balance : ndarray of float64, shape (rows,)
        Written, to two places.
    """
    for row in range(account.size):
        if status[row] == 0:
            opening[account[row]] = round(opening[account[row]] + amount[row], 2)
        balance[row] = opening[account[row]]


def make_payments(
    config: SimulationConfig, people: People, seen: Observed, credit: Credit, streams: Streams
) -> Paid:
    """Make the tables of payments and of bills."""
    almanac = almanac_of(config)
    world = config, almanac, people, seen
    wages, rhythm = pay(*world, streams)
    debits, bills = recurring(*world, streams)
    bought = after_purchases(*world, *purchases(*world, rhythm, streams), streams)
    rows = _numbered(join([wages, debits, bought, small_flows(*world, streams)]), 0)
    lent = _numbered(_before(people, credit.flows), LENDER_ROWS)
    rows, lent = _relabelled(config, rows), _relabelled(config, lent)
    again = _returns(config, rows, streams)
    ordered = _with_balance(join([rows, lent]), again, people, seen, credit.card_opening)
    ordered = shown(ordered, "event_time", seen)
    event, truth = array(ordered, "event_id"), _in_the_end(ordered, again[0])
    table = _with_clocks(config, ordered, again, streams)
    return Paid(table, shown(bills, "due_time", seen), rhythm, event, truth)


def _in_the_end(rows: Columns, returned: I8) -> NDArray[np.int8]:
    """What each payment really is once all of its versions are known."""
    status, event = array(rows, "status"), array(rows, "event_id")
    truth = np.where(status == DECLINED, PAYMENT_CLASSES.index("declined"), array(rows, "truth"))
    back = (status == RETURNED) | np.isin(event, returned)
    return np.where(back, PAYMENT_CLASSES.index("returned"), truth).astype(np.int8)


def _relabelled(config: SimulationConfig, rows: Columns) -> Columns:
    """Leave leisure under "other" up to the month in which the categories changed."""
    if config.taxonomy_month is None:
        return rows
    codes = array(rows, "category").copy()
    early = array(rows, "event_time") < config.start_time + config.taxonomy_month * MONTH
    codes[early & (codes == PAYMENT_CATEGORIES.index("leisure"))] = PAYMENT_CATEGORIES.index("other")
    return rows | {"category": Labels(codes, PAYMENT_CATEGORIES)}


def _before(people: People, rows: Columns) -> Columns:
    return take(rows, array(rows, "event_time") < people.as_of[array(rows, "applicant_id")])


def _numbered(rows: Columns, first: int) -> Columns:
    """Order the payments of each person in time and number them."""
    rows = take(rows, _order(rows))
    owner = array(rows, "applicant_id")
    position = np.arange(owner.size) - np.searchsorted(owner, owner)
    return rows | {"event_id": owner * ROWS_A_PERSON + first + position}


def _order(rows: Columns) -> I8:
    """By person and time; what falls together stays in order."""
    time = array(rows, "event_time") // SECOND
    since = time - time.min(initial=0) if time.size else time
    width = int(since.max(initial=0)) + 1
    return np.argsort(array(rows, "applicant_id") * width + since, kind="stable")


def _returns(config: SimulationConfig, rows: Columns, streams: Streams) -> tuple[I8, I8]:
    """Which payments a later version returns, by event and in rising order, and when that becomes known.

    None of those for which the other side has a row of its own, and no withdrawal.
    """
    event = array(rows, "event_id")
    random = streams.of("reversals")
    draw, delay = by_key(event, random), 1.0 + 9.0 * by_key(event, random)
    plain = np.isin(array(rows, "truth"), _RETURNABLE)
    plain &= by_key(event, streams.of("late_arrivals")) >= config.late_arrivals
    back = (draw < config.reversals) & plain & (array(rows, "status") == 0)
    known = array(rows, "event_time") + (delay * DAY).astype(np.int64) // SECOND * SECOND
    order = np.argsort(event[back])
    return event[back][order], known[back][order]


def _with_balance(
    rows: Columns, again: tuple[I8, I8], people: People, seen: Observed, card_opening: F8
) -> Columns:  # fmt: skip
    """Write the account of each payment and its balance after it.

    What a later version returns comes back when that becomes known.
    """
    event = array(rows, "event_id")
    back = np.flatnonzero(np.isin(event, again[0]))
    undone = take(rows, back) | {
        "event_time": Times(again[1][np.searchsorted(again[0], event[back])]),
        "amount": -array(rows, "amount")[back],
    }
    real = np.concatenate([np.ones(event.size, np.bool_), np.zeros(back.size, np.bool_)])
    both = join([rows, undone])
    order = _order(both)
    both, real = take(both, order), real[order]
    owner, account = array(both, "applicant_id"), array(both, "account")
    opening = np.zeros((len(people), len(ACCOUNT_KINDS)))
    opening[:, CURRENT], opening[:, SAVINGS] = np.round(seen.saved, 2), seen.put_aside
    opening[:, CARD_ACCOUNT] = card_opening
    balance = np.empty(owner.size)
    add_up(owner * len(ACCOUNT_KINDS) + account, array(both, "amount"), array(both, "status"),
           opening.ravel(), balance)  # fmt: skip
    both |= {"balance": balance, "account_id": owner * LOANS_A_PERSON + ACCOUNTS[account]}
    both["account_kind"] = Labels(account.astype(np.int8), ACCOUNT_KINDS)
    return take(both, real)


def _with_clocks(config: SimulationConfig, rows: Columns, again: tuple[I8, I8], streams: Streams) -> Columns:
    """Let some payments be known days late, and add the versions that return one."""
    rows = {name: column for name, column in rows.items() if name not in {"truth", "account"}}
    time = array(rows, "event_time")
    event = array(rows, "event_id")
    random = streams.of("late_arrivals")
    late = by_key(event, random) < config.late_arrivals
    known = time + np.where(late, (1.0 + 20.0 * by_key(event, random)) * DAY, 0.0).astype(np.int64)
    rows = rows | {"known_time": Times(known)}
    back = np.flatnonzero(np.isin(event, again[0]))
    returned = take(rows, back)
    status = rows["status"]
    words = status.words if isinstance(status, Labels) else ()
    returned["status"] = Labels(np.full(back.size, RETURNED, np.int8), words)
    returned["known_time"] = Times(again[1][np.searchsorted(again[0], event[back])])
    return join([rows, returned])
