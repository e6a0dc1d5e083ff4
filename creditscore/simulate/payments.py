"""The table of payments: all flows in order, with balances that add up and two clocks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled
from creditscore._ground.instants import DAY
from creditscore.simulate.columns import Columns, Labels, Times, array, join, take
from creditscore.simulate.config import SimulationConfig
from creditscore.simulate.income import pay, recurring
from creditscore.simulate.observed import Observed, shown
from creditscore.simulate.people import People
from creditscore.simulate.purchases import purchases, small_flows
from creditscore.simulate.streams import Streams, by_key

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]

RETURNED = 2
ROWS_A_PERSON = 1_000_000


@compiled
def add_up(owner: I8, amount: F8, status: NDArray[np.int8], opening: F8, balance: F8) -> None:
    """Write the balance after each payment: what was there before, and every settled payment since.

    Parameters
    ----------
    owner : ndarray of int64, shape (rows,)
        Whose payment each is; the rows of one person stand together.
    amount : ndarray of float64, shape (rows,)
        Above 0 came in, below 0 went out.
    status : ndarray of int8, shape (rows,)
        0 is settled; nothing else moves the balance.
    opening : ndarray of float64, shape (people,)
        Balance of each person before the first payment.
    balance : ndarray of float64, shape (rows,)
        Written, to two places.
    """
    current = -1
    total = 0.0
    for row in range(owner.size):
        if owner[row] != current:
            current = owner[row]
            total = opening[current]
        if status[row] == 0:
            total += amount[row]
        balance[row] = round(total, 2)


def make_payments(
    config: SimulationConfig, people: People, seen: Observed, streams: Streams
) -> tuple[Columns, Columns]:
    """Return the tables of payments and of bills."""
    paid, due = pay(config, people, seen, streams)
    debits, bills = recurring(config, people, seen, streams)
    parts = [
        paid,
        debits,
        purchases(config, people, seen, due, streams),
        small_flows(config, people, seen, streams),
    ]
    rows = join(parts)
    rows = shown(rows, "event_time", seen)
    rows = take(rows, np.lexsort((array(rows, "event_time"), array(rows, "applicant_id"))))
    return _with_clocks(config, _with_balance(rows, seen), streams), shown(bills, "due_time", seen)


def _with_balance(rows: Columns, seen: Observed) -> Columns:
    """Number the payments of each person and write the balance after each."""
    owner = array(rows, "applicant_id")
    balance = np.empty(owner.size)
    add_up(owner, array(rows, "amount"), array(rows, "status"), seen.saved, balance)
    position = np.arange(owner.size) - np.searchsorted(owner, owner)
    return rows | {"balance": balance, "event_id": owner * ROWS_A_PERSON + position}


def _with_clocks(config: SimulationConfig, rows: Columns, streams: Streams) -> Columns:
    """Let some payments be known days late, and some be returned by a later version."""
    time = array(rows, "event_time")
    event = array(rows, "event_id")
    random = streams.of("late_arrivals")
    late = by_key(event, random) < config.late_arrivals
    known = time + np.where(late, (1.0 + 20.0 * by_key(event, random)) * DAY, 0.0).astype(np.int64)
    rows = rows | {"known_time": Times(known)}
    random = streams.of("reversals")
    draw, delay = by_key(event, random), 1.0 + 9.0 * by_key(event, random)
    back = (draw < config.reversals) & (array(rows, "amount") < 0) & (array(rows, "status") == 0)
    again = take(rows, back)
    status = rows["status"]
    words = status.words if isinstance(status, Labels) else ()
    again["status"] = Labels(np.full(int(back.sum()), RETURNED, np.int8), words)
    again["known_time"] = Times(known[back] + (delay[back] * DAY).astype(np.int64))
    return join([rows, again])
