"""Loans before the application, the loan that it became, cards, guarantees and inquiries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.instants import DAY
from creditscore.simulate.columns import NEVER, Columns, Labels, Times, cents, join
from creditscore.simulate.config import MONTH, SimulationConfig
from creditscore.simulate.hazard import Defaults, default_time
from creditscore.simulate.people import EXISTING, People, logistic, noisy
from creditscore.simulate.schedules import LoanPlan, loan_rows, pay_back
from creditscore.simulate.streams import Generator, Streams, by_key

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]

# A loan's id is ten times the person's and one of these.
APPLICATION, CARD, GUARANTEE = 7, 8, 9
MOST_OPEN, MOST_CLOSED = 3, 4
LAST_STOP: Final = 9
INQUIRERS: Final = tuple(f"lender-{number}" for number in range(12))


@dataclass(frozen=True, slots=True, eq=False)
class Events:
    """Defaults one by one, ordered by person and time: who, and when (microseconds)."""

    person: I8
    time: I8


def events_of(config: SimulationConfig, people: People, defaults: Defaults, random: Generator) -> Events:
    """Give every default a moment within its month."""
    person, month = np.nonzero(defaults.events.T)
    day = random.random(defaults.events.shape)[month, person]
    return Events(person, default_time(people, month, person, config, day))


def credit_tables(
    config: SimulationConfig, people: People, events: Events, accepted: NDArray[np.bool_], streams: Streams
) -> dict[str, Columns]:  # fmt: skip
    """Return loans, instalments, statements and inquiries.

    Parameters
    ----------
    config, people, events, streams
        As drawn before.
    accepted : ndarray of bool, shape (people,)
        Whose application became a loan.
    """
    calm = noisy(people.theta, config.repayment_signal, streams.of("earlier_loans"))
    random = streams.of("lateness")
    earlier = pay_back(config, _earlier(people, calm, events, streams), random, latest=85.0, steep=1.0)
    given = _given(people, calm, events, accepted, streams.of("application_loans"))
    granted = pay_back(config, given, streams.of("application_loans"), latest=55.0, steep=0.5)
    others = pay_back(config, _guaranteed(people, calm, streams), streams.of("guarantees"), latest=85.0)
    cards, statements = _cards(people, calm, streams.of("statements"))
    return {
        "loans": join([earlier[0], granted[0], others[0], cards]),
        "instalments": join([earlier[1], granted[1], others[1]]),
        "statements": statements,
        "inquiries": _inquiries(people, calm, streams.of("inquiries")),
    }


def _earlier(people: People, calm: F8, events: Events, streams: Streams) -> LoanPlan:
    random = streams.of("earlier_loans")
    random.standard_normal(len(people))
    n = len(people)
    number_open = np.minimum(random.poisson(0.6 * np.exp(-0.35 * calm)), MOST_OPEN)
    number_closed = np.minimum(random.poisson(1.0 * np.exp(0.3 * calm)), MOST_CLOSED)
    slot = np.arange(MOST_OPEN + MOST_CLOSED)
    counts = np.where(
        slot < MOST_OPEN, number_open[:, None] > slot, number_closed[:, None] > slot - MOST_OPEN
    )
    draw = {name: random.random((n, slot.size)) for name in ("term", "age")}
    spread = random.standard_normal((n, slot.size))
    owner, position = np.nonzero(counts & customers(people)[:, None])
    count = np.array([6, 9, 12])[(draw["term"][owner, position] * 3).astype(np.int64)]
    age, steady = draw["age"][owner, position], calm[owner]
    running = 3.0 + 0.9 * 30.0 * count * age ** np.exp(-0.25 * steady)
    done = 30.0 * count + 70.0 + 600.0 * age * np.exp(0.15 * steady)
    ago = np.where(position < MOST_OPEN, running, done)
    opened = (people.as_of[owner] - (ago * DAY).astype(np.int64)) // 1_000_000 * 1_000_000
    loan = owner * 10 + position
    stops, resumes = _hit(loan, owner, opened, count, events, random)
    return LoanPlan(
        loan=loan, owner=owner, opened=opened, count=count,
        amount=cents(np.exp(6.9 - 0.1 * steady + 0.4 * spread[owner, position])), calm=steady,
        stops=stops, resumes=resumes, role=np.zeros(owner.size, np.int8),
    )  # fmt: skip


def customers(people: People) -> NDArray[np.bool_]:
    """Who had credit before: existing customers that are not made up.

    Returns
    -------
    ndarray of bool, shape (people,)
    """
    return np.asarray((people.segment == EXISTING) & (people.ring < 0), np.bool_)


def _hit(loan: I8, owner: I8, opened: I8, count: I8, events: Events, random: Generator) -> tuple[I8, I8]:
    """Instalment at which each loan stops being paid because of its owner's first default in its life."""
    begin, end = np.searchsorted(events.person, owner), np.searchsorted(events.person, owner, side="right")
    stops, resumes = np.zeros(owner.size, np.int64), np.full(owner.size, NEVER)
    moment = np.full(owner.size, NEVER)
    for step in range(int((end - begin).max(initial=0)) - 1, -1, -1):
        rows = np.flatnonzero(begin + step < end)
        time = events.time[begin[rows] + step]
        number = (time - 90 * DAY - opened[rows]) // MONTH
        inside = (number >= 1) & (number <= count[rows])
        stops[rows[inside]], moment[rows[inside]] = number[inside], time[inside]
    cured = by_key(loan, random) < 0.7
    after = (20.0 + 100.0 * by_key(loan, random)) * DAY
    again = (stops > 0) & cured
    resumes[again] = moment[again] + after[again].astype(np.int64)
    return stops, resumes


def _given(
    people: People, calm: F8, events: Events, accepted: NDArray[np.bool_], random: Generator
) -> LoanPlan:
    """Return the loans that applications became; a bad one is 90 days past due within 365 days."""
    owner = np.flatnonzero(accepted)
    count = (people.term_days[owner] // 30).astype(np.int64)
    later = events.time > people.as_of[events.person]
    person, time = events.person[later], events.time[later]
    position = np.minimum(np.searchsorted(person, owner), max(0, person.size - 1))
    has = (person[position] == owner) if person.size else np.zeros(owner.size, np.bool_)
    days = (time[position] - people.as_of[owner]) // DAY if person.size else np.zeros(owner.size, np.int64)
    bad = has & (days <= 360)
    stops = np.where(bad, np.clip(days // 30 - 3, 1, np.minimum(LAST_STOP, count)), 0)
    stops = np.where(people.ring[owner] >= 0, 1, stops)
    cured = by_key(owner, random) < 0.3
    resumes = people.as_of[owner] + (stops * 30 + 150) * DAY
    return LoanPlan(
        loan=owner * 10 + APPLICATION, owner=owner, opened=people.as_of[owner] + DAY, count=count,
        amount=people.amount[owner], calm=calm[owner], stops=stops,
        resumes=np.where((stops > 0) & cured & (people.ring[owner] < 0), resumes, NEVER),
        role=np.zeros(owner.size, np.int8),
    )  # fmt: skip


def _guaranteed(people: People, calm: F8, streams: Streams) -> LoanPlan:
    """Return the loans of others that a person guarantees; known from the day they were opened."""
    random = streams.of("guarantees")
    n = len(people)
    has = random.random(n) < logistic(-2.0 - 0.5 * calm)
    their = noisy(calm, 0.6, random)
    ago, size = 400.0 * random.random(n) + 40.0, random.standard_normal(n)
    owner = np.flatnonzero(has & customers(people))
    opened = people.as_of[owner] - (ago[owner] * DAY).astype(np.int64) // 1_000_000 * 1_000_000
    return LoanPlan(
        loan=owner * 10 + GUARANTEE, owner=owner, opened=opened, count=np.full(owner.size, 12),
        amount=cents(np.exp(6.9 - 0.1 * their[owner] + 0.4 * size[owner])), calm=their[owner],
        stops=np.zeros(owner.size, np.int64), resumes=np.full(owner.size, NEVER),
        role=np.ones(owner.size, np.int8),
    )  # fmt: skip


def _cards(people: People, calm: F8, random: Generator) -> tuple[Columns, Columns]:
    """Credit lines of existing customers, with twelve monthly statements each."""
    n = len(people)
    has, limit = random.random(n) < 0.6, np.exp(6.8 + 0.2 * people.capacity + 0.3 * random.standard_normal(n))
    age = random.random(n) * 300.0 * np.exp(0.2 * calm) + 400.0
    drawn = {name: random.random((n, 12)) for name in ("full", "least", "none", "part", "cash")}
    wobble = random.standard_normal((n, 12))
    own = np.flatnonzero(has & customers(people))
    worse = -calm[own][:, None]
    back = np.arange(11, -1, -1)
    use = logistic(-0.7 + 0.9 * worse - 0.045 * back * worse + 0.5 * wobble[own]) * 1.08
    limits = np.broadcast_to(cents(limit[own])[:, None], use.shape)
    balance = np.round(use * limits, 2)
    before = np.concatenate([balance[:, :1], balance[:, :-1]], axis=1)
    least = np.round(0.05 * before, 2)
    none = drawn["none"][own] < logistic(-3.4 + 0.9 * worse * (1.2 - 0.04 * back))
    share = np.where(drawn["full"][own] < logistic(-0.6 - 0.9 * worse), 1.0, 0.1 + 0.3 * drawn["part"][own])
    share = np.where(drawn["least"][own] < logistic(-1.2 + 0.8 * worse), 0.05, share)
    paid = np.where(none, 0.0, np.round(share * before, 2))
    late = _late_days(none)
    cash = np.where(drawn["cash"][own] < logistic(-3.0 + 0.8 * worse), 40.0 + 120.0 * drawn["part"][own], 0.0)
    at = (people.as_of[own] - 3 * DAY)[:, None] - MONTH * back
    statements: Columns = {
        "applicant_id": np.repeat(own, 12), "event_time": Times(at.ravel()),
        "loan_id": np.repeat(own * 10 + CARD, 12), "balance": balance.ravel(), "limit": limits.ravel(),
        "minimum_due": least.ravel(), "payment": paid.ravel(), "cash_advances": np.round(cash, 2).ravel(),
        "days_past_due": late.ravel(),
    }  # fmt: skip
    never, empty = np.full(own.size, NEVER), np.full(own.size, np.nan)
    lines = loan_rows(
        own * 10 + CARD, own, people.as_of[own] - (age[own] * DAY).astype(np.int64) // 1_000_000 * 1_000_000,
        empty, empty, kind=np.ones(own.size, np.int8), role=np.zeros(own.size, np.int8), limit=limits[:, 0],
        closed=never, restructured=never, written_off=never,
    )  # fmt: skip
    return lines, statements


def _late_days(none: NDArray[np.bool_]) -> F8:
    """Days past due that a statement reports: 30 more for each month of which nothing was paid."""
    late = np.zeros(none.shape)
    for month in range(none.shape[1]):
        before = late[:, month - 1] if month else 0.0
        late[:, month] = np.where(none[:, month], before + 30.0, 0.0)
    return late


def _inquiries(people: People, calm: F8, random: Generator) -> Columns:
    owner = np.repeat(np.arange(len(people)), random.poisson(1.3 * np.exp(-0.5 * calm)))
    ago = 365.0 * random.random(owner.size) ** np.exp(-0.2 * calm[owner])
    asked = random.integers(0, len(INQUIRERS), owner.size).astype(np.int8)
    return {
        "applicant_id": owner,
        "event_time": Times(people.as_of[owner] - (ago * DAY).astype(np.int64) - 1_000_000),
        "lender": Labels(asked, INQUIRERS),
    }
