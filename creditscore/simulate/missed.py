"""Defaults in loans: which instalment is missed first, early or late, and when payments resume."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.instants import DAY
from creditscore.simulate.almanac import DAY_HOURS, OFFICE_HOURS, almanac_of
from creditscore.simulate.columns import NEVER
from creditscore.simulate.config import OUTCOME_MONTHS, SimulationConfig
from creditscore.simulate.hazard import Defaults, default_time
from creditscore.simulate.people import People
from creditscore.simulate.schedules import (
    APPLICATION,
    GUARANTEE,
    LOANS_A_PERSON,
    LoanPlan,
    due_days,
    first_missed,
)
from creditscore.simulate.streams import Generator, by_key

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
Flags = NDArray[np.bool_]

IN_DEFAULT: Final = 90
_YEAR: Final = 365
_MONTH: Final = 31


@dataclass(frozen=True, slots=True, eq=False)
class Events:
    """Defaults one by one, ordered by person and time; arrays of shape (defaults,).

    Attributes
    ----------
    person : ndarray of int64
    time : ndarray of int64
        Microseconds.
    month : ndarray of int64
        Month of the default, counted from the start.
    day : ndarray of float64
        How much of that month has passed.
    """

    person: I8
    time: I8
    month: I8
    day: F8


@dataclass(frozen=True, slots=True, eq=False)
class Hit:
    """Loans, and by which default each is hit; ``event`` of shape (loans,), -1 for none."""

    plan: LoanPlan
    event: I8


def events_of(config: SimulationConfig, people: People, defaults: Defaults, random: Generator) -> Events:
    """Give every default a moment within its month."""
    person, month = np.nonzero(defaults.events.T)
    day = random.random(defaults.events.shape)[month, person]
    return Events(person, default_time(people, month, person, config, day), month, day)


def at_the_bank(config: SimulationConfig, instants: I8, draw: F8) -> I8:
    """Office hours of the working day of each instant, or of the one before it.

    Parameters
    ----------
    config : SimulationConfig
    instants : ndarray of int64, shape (rows,)
        Microseconds.
    draw : ndarray of float64, shape (rows,)
        Within 0 and 1.

    Returns
    -------
    ndarray of int64, shape (rows,)
    """
    almanac = almanac_of(config)
    return almanac.at(almanac.working_day(almanac.day(instants)), OFFICE_HOURS, draw)


def hit(config: SimulationConfig, plan: LoanPlan, events: Events, random: Generator) -> Hit:
    """Let its owner's first default in its life stop a loan, 90 days after an instalment was due."""
    almanac = almanac_of(config)
    begin = np.searchsorted(events.person, plan.owner)
    end = np.searchsorted(events.person, plan.owner, side="right")
    stops, event = np.zeros(len(plan), np.int64), np.full(len(plan), -1)
    for step in range(int((end - begin).max(initial=0)) - 1, -1, -1):
        rows = np.flatnonzero(begin + step < end)
        since = almanac.day(events.time[begin[rows] + step]) - IN_DEFAULT
        number = (plan.due[rows] <= since[:, None]).sum(axis=1)
        inside = (number >= 1) & (number <= plan.count[rows]) & _running(plan.due, plan.count, since, rows)
        stops[rows[inside]], event[rows[inside]] = number[inside], begin[rows[inside]] + step
    stopped = replace(plan, stops=stops)
    again = (stops > 0) & (by_key(plan.loan, random) < 0.7)
    wait = IN_DEFAULT + 20 + (100.0 * by_key(plan.loan, random)).astype(np.int64)
    draw = by_key(plan.loan, random)
    resumes = almanac.at(first_missed(stopped) + wait, DAY_HOURS, draw)
    return Hit(replace(stopped, resumes=np.where(again, resumes, NEVER)), event)


def given(
    config: SimulationConfig, people: People, calm: F8, events: Events, accepted: Flags, random: Generator
) -> Hit:
    """Return the loans that applications became; a bad one is 90 days past due within 365 days.

    Parameters
    ----------
    config, people, events, random
        As drawn before.
    calm : ndarray of float64, shape (people,)
        Standard normal; the higher, the more punctual.
    accepted : ndarray of bool, shape (applications,)
    """
    almanac, asked = almanac_of(config), people.requests
    row = np.flatnonzero(accepted)
    owner, loan = asked.person[row], loan_ids(asked.person, asked.back)[row]
    count = (asked.term_days[row] // 30).astype(np.int64)
    day = almanac.day(asked.as_of[row])
    opened = almanac.at(almanac.working_day(day + 1, later=True), OFFICE_HOURS, by_key(loan, random))
    due = due_days(config, loan, opened, count, random)
    number, event = _missed(config, due, count, owner, asked.month[row], day, events)
    made_up = people.ring[owner] >= 0
    plan = LoanPlan(
        loan=loan, owner=owner, opened=opened, count=count, due=due, amount=asked.amount[row],
        calm=calm[owner], stops=np.where(made_up, 1, number), resumes=np.full(row.size, NEVER),
        role=np.zeros(row.size, np.int8),
    )  # fmt: skip
    cured = (plan.stops > 0) & ~made_up & (by_key(loan, random) < 0.3)
    wait = IN_DEFAULT + 30 + (120.0 * by_key(loan, random)).astype(np.int64)
    resumes = almanac.at(first_missed(plan) + wait, DAY_HOURS, by_key(loan, random))
    return Hit(replace(plan, resumes=np.where(cured, resumes, NEVER)), event)


def loan_ids(person: I8, back: I8) -> I8:
    """Loans that applications became: by person, and how many applications before the last one.

    Parameters
    ----------
    person, back : ndarray of int64, shape (applications,)

    Returns
    -------
    ndarray of int64, shape (applications,)
    """
    return person * LOANS_A_PERSON + np.where(back == 0, APPLICATION, GUARANTEE + back)


def _missed(
    config: SimulationConfig, due: I8, count: I8, owner: I8, month: I8, day: I8, events: Events
) -> tuple[I8, I8]:
    """First missed instalment of each loan (0 for none), and the default behind it.

    Defaults within 12 months are spread over all instalments whose 90th day late falls into a year: the early
    ones miss the first instalment, the late ones one of the last.
    """
    width = config.months + 1
    key = events.person * width + events.month
    event = np.searchsorted(key, owner * width + month + 1)
    there = event < key.size
    there[there] = events.person[event[there]] == owner[there]
    event = np.where(there, event, 0)
    ahead = events.month[event] - month if key.size else np.zeros(owner.size, np.int64)
    bad = there & (ahead <= OUTCOME_MONTHS)
    real = np.arange(1, due.shape[1] + 1) <= count[:, None]
    in_time = (real & (due + IN_DEFAULT + 1 < day[:, None] + _YEAR)).sum(axis=1)
    passed = (ahead - 1 + events.day[event]) / OUTCOME_MONTHS if key.size else np.zeros(owner.size)
    early = 1 + np.floor(np.clip(passed, 0.0, 0.999) * in_time).astype(np.int64)
    moment = almanac_of(config).day(events.time[event]) if key.size else day
    late = (due + IN_DEFAULT <= moment[:, None]).sum(axis=1)
    late = np.maximum(late, (due + IN_DEFAULT <= day[:, None] + _YEAR + 1).sum(axis=1) + 1)
    late = np.where(there & (late <= count) & _running(due, count, moment - IN_DEFAULT), late, 0)
    number = np.where(bad, early, late)
    return number, np.where(number > 0, event, -1)


def _running(due: I8, count: I8, day: I8, rows: I8 | slice = slice(None)) -> Flags:
    """Whether loans are paid back on a day still: what is paid off cannot be missed any more.

    Parameters
    ----------
    due : ndarray of int64, shape (loans, most)
    count : ndarray of int64, shape (loans,)
    day : ndarray of int64, shape (rows,)
    rows : ndarray of int64, shape (rows,), optional
        Which loans are asked about; by default all.

    Returns
    -------
    ndarray of bool, shape (rows,)
        True up to a month after the last instalment was due.
    """
    last = np.take_along_axis(due[rows], count[rows, None] - 1, axis=1)[:, 0]
    running: Flags = day < last + _MONTH
    return running


def events_in_ledger(config: SimulationConfig, events: Events, loans: tuple[Hit, ...]) -> Events:
    """Date each default at the first 90 days past due that a loan shows for it; in order again.

    Parameters
    ----------
    config, events
        As drawn before.
    loans : tuple of Hit
    """
    never = np.iinfo(np.int64).max
    shown = np.full(events.time.size, never)
    for made in loans:
        rows = np.flatnonzero((made.event >= 0) & (made.plan.stops > 0))
        day = first_missed(made.plan)[rows] + IN_DEFAULT
        np.minimum.at(shown, made.event[rows], almanac_of(config).instant(day * DAY))
    time = np.where(shown == never, events.time, shown)
    order = np.lexsort((time, events.person))
    return Events(events.person[order], time[order], events.month[order], events.day[order])
