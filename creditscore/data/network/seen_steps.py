"""Compiled kernels of what others see of a standing: one bit for each person and own date, month by month."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from creditscore._ground.arrays import Float64, Int8, Int32, Int64
from creditscore._ground.compiled import compiled, inner, nested
from creditscore.data.network.pairs import latest_before
from creditscore.data.network.privacy import DATE_STEP, DRAWS, LAG
from creditscore.data.network.standing_events import DEFAULTED, UNKNOWN, Steps, step_at

# What is seen of a person: nothing, or the bit.
UNSEEN, CLEAR, MARKED = range(3)


class Seen(NamedTuple):
    """What others see of each person, as steps in time that begin with months of UTC.

    At a moment t the last step with ``since <= t`` holds; before the first, nothing is seen.

    Attributes
    ----------
    offsets : int64 array of shape (n_people + 1,)
    since : int64 array of shape (n_steps,)
        The first instant of a month; rising for each person.
    states : int8 array of shape (n_steps,)
        ``UNSEEN``, or the bit: ``CLEAR`` (0) or ``MARKED`` (1).
    begun : int64 array of shape (n_steps,)
        First month of those in which the person was seen without a break; 0 where nothing is.
    """

    offsets: Int64
    since: Int64
    states: Int8
    begun: Int64


@inner
def seen_step(seen: Seen, person: int, moment: int) -> int:
    """Return the step that holds at a moment, -1 if none does."""
    return latest_before(seen.since, seen.offsets[person], seen.offsets[person + 1], moment + 1)


@compiled
def plan_dates(
    steps: Steps, people: Int64, phases: Int64, first_month: int, last_month: int
) -> tuple[Int64, Int64, Int64]:
    """Number the own dates of persons that months up to the last one rest on.

    Parameters
    ----------
    steps : Steps
        What the lender knows.
    people : ndarray of int64, shape (n,)
        Codes of those of whom something is known.
    phases : ndarray of int64, shape (n,)
        By how many microseconds a person's dates lie before multiples of 182 days.
    first_month, last_month : int
        First instants of the months that will be asked for, in microseconds.

    Returns
    -------
    begins, firsts, stops : ndarray of int64, shape (n,)
        Number of the first own date on which anything was known, of the first that needs a bit, and of the
        one after the last.
    """
    begins = np.empty(people.size, np.int64)
    firsts = np.empty(people.size, np.int64)
    stops = np.empty(people.size, np.int64)
    for k in range(people.size):
        begins[k] = (steps.since[steps.offsets[people[k]]] + phases[k]) // DATE_STEP + 1
        firsts[k] = max(begins[k], (first_month - LAG + phases[k]) // DATE_STEP)
        stops[k] = max(firsts[k], (last_month - LAG + phases[k]) // DATE_STEP + 1)
    return begins, firsts, stops


@compiled
def list_blocks(firsts: Int64, stops: Int64) -> tuple[Int64, Int32, Int64]:
    """List the digests that the coins of own dates are read from: four dates share one.

    Parameters
    ----------
    firsts, stops : ndarray of int64, shape (n,)
        From `plan_dates`.

    Returns
    -------
    starts : ndarray of int64, shape (n,)
        Position of the first digest of each person.
    owners : ndarray of int32, shape (n_digests,)
        Which of the persons.
    blocks : ndarray of int64, shape (n_digests,)
        Number of the first own date, over four.
    """
    starts = np.zeros(firsts.size, np.int64)
    total = 0
    for k in range(firsts.size):
        starts[k] = total
        if firsts[k] < stops[k]:
            total += (stops[k] - 1) // DRAWS - firsts[k] // DRAWS + 1
    owners = np.empty(total, np.int32)
    blocks = np.empty(total, np.int64)
    position = 0
    for k in range(firsts.size):
        if firsts[k] < stops[k]:
            for block in range(firsts[k] // DRAWS, (stops[k] - 1) // DRAWS + 1):
                owners[position] = k
                blocks[position] = block
                position += 1
    return starts, owners, blocks


@nested
def month_after(months: Int64, moment: int) -> int:
    """Return the first month that begins at a moment or later; months, shape (n_months,), hold one."""
    return months[latest_before(months, 0, months.size, moment) + 1]  # type: ignore[no-any-return]


@nested
def bit_of(state: int, coin: float, flip: float) -> int:
    """Return what is seen of a standing: the truth but for a share of ``flip``."""
    if state == UNKNOWN:
        return UNSEEN
    return MARKED if coin < (1.0 - flip if state == DEFAULTED else flip) else CLEAR


@compiled
def make_seen(
    steps: Steps, people: Int64, phases: Int64, begins: Int64, firsts: Int64, stops: Int64, starts: Int64,
    coins: Float64, months: Int64, flip: float,
) -> tuple[Int64, Int64, Int8, Int64]:  # fmt: skip
    """Return the parts of `Seen`.

    Parameters
    ----------
    steps : Steps
    people, phases : ndarray of int64, shape (n,)
        As for `plan_dates`.
    begins, firsts, stops, starts : ndarray of int64, shape (n,)
        From `plan_dates` and `list_blocks`.
    coins : ndarray of float64, shape (n_digests, 4)
        Evenly spread from 0 up to 1.
    months : ndarray of int64, shape (n_months,)
        First instants of all months from the first own date on, in microseconds.
    flip : float
        Chance that a bit says the opposite.
    """
    offsets = np.zeros(steps.offsets.size, np.int64)
    most = (stops - firsts).sum()
    since = np.empty(most, np.int64)
    states = np.empty(most, np.int8)
    begun = np.empty(most, np.int64)
    position = 0
    for k in range(people.size):
        last = UNSEEN
        run = 0
        written = position
        for date in range(begins[k], stops[k]):
            at = date * DATE_STEP - phases[k]
            step = step_at(steps, people[k], at)
            known = UNKNOWN if step < 0 else steps.states[step]
            month = month_after(months, at + LAG)
            run = 0 if known == UNKNOWN else (month if run == 0 else run)
            if date < firsts[k]:
                continue
            block = starts[k] + date // DRAWS - firsts[k] // DRAWS
            state = UNSEEN if known == UNKNOWN else bit_of(known, coins[block, date % DRAWS], flip)
            if state != last or position == written:
                since[position] = month
                states[position] = state
                begun[position] = run
                position += 1
                last = state
        offsets[people[k] + 1] = position
    for person in range(offsets.size - 1):
        offsets[person + 1] = max(offsets[person + 1], offsets[person])
    return offsets, since[:position].copy(), states[:position].copy(), begun[:position].copy()


@compiled
def seen_by(seen: Seen, moment: int) -> tuple[Int8, Int64]:
    """Return what is seen of everyone at a moment, shape (n_people,), and since which month.

    Parameters
    ----------
    seen : Seen
    moment : int
        Microseconds.
    """
    n = seen.offsets.size - 1
    states = np.zeros(n, np.int8)
    begun = np.zeros(n, np.int64)
    for person in range(n):
        step = seen_step(seen, person, moment)
        if step >= 0:
            states[person] = seen.states[step]
            begun[person] = seen.begun[step]
    return states, begun
