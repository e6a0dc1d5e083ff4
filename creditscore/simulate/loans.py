"""Loans before the application, the loan that it became, cards, guarantees and inquiries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.instants import DAY
from creditscore.simulate.cards import make_cards
from creditscore.simulate.columns import NEVER, Columns, Labels, Times, join
from creditscore.simulate.config import SimulationConfig
from creditscore.simulate.lending import loan_flows
from creditscore.simulate.missed import Events, Hit, at_the_bank, events_in_ledger, given, hit
from creditscore.simulate.observed import Observed
from creditscore.simulate.people import People, customers, logistic, noisy
from creditscore.simulate.requests import prices
from creditscore.simulate.schedules import GUARANTEE, LOANS_A_PERSON, LoanPlan, due_days, pay_back
from creditscore.simulate.streams import Generator, Streams, by_key

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
Flags = NDArray[np.bool_]

MOST_OPEN, MOST_CLOSED = 3, 4
INQUIRERS: Final = tuple(f"lender-{number}" for number in range(12))


@dataclass(frozen=True, slots=True, eq=False)
class Credit:
    """The tables of credit, and what else follows from the loans.

    Attributes
    ----------
    tables : dict of str to dict of str to column
        Loans, instalments, statements and inquiries.
    flows : dict of str to column
        Payouts, instalments and repayments as they pass through accounts.
    card_opening : ndarray of float64, shape (people,)
        What stood on each card account at its beginning, 0 or less.
    events : Events
        Defaults, each when the ledger shows 90 days past due where a loan shows it.
    """

    tables: dict[str, Columns]
    flows: Columns
    card_opening: F8
    events: Events


def make_credit(
    config: SimulationConfig, people: People, seen: Observed, events: Events, accepted: Flags,
    streams: Streams,
) -> Credit:  # fmt: skip
    """Make loans before the applications, the loans that these became, cards and guarantees.

    Parameters
    ----------
    config, people, seen, events, streams
        As drawn before.
    accepted : ndarray of bool, shape (applications,)
        Which applications became a loan.
    """
    calm = noisy(people.theta, config.repayment_signal, streams.of("earlier_loans"))
    plans = (
        _earlier(config, people, calm, events, streams),
        given(config, people, calm, events, accepted, streams.of("application_loans")),
    )
    random = streams.of("lateness")
    own = (
        pay_back(config, plans[0].plan, random, latest=85.0, steep=1.0),
        pay_back(config, plans[1].plan, streams.of("application_loans"), latest=55.0, steep=0.5),
    )
    others = pay_back(
        config, _guaranteed(config, people, calm, streams), streams.of("guarantees"), latest=85.0
    )
    cards = make_cards(config, people, seen, calm, streams)
    flows = [loan_flows(people, seen, *made) for made in own]
    tables = {
        "loans": join([own[0][0], own[1][0], others[0], cards.lines]),
        "instalments": join([own[0][1], own[1][1], others[1]]),
        "statements": cards.statements,
        "inquiries": _inquiries(people, calm, streams.of("inquiries")),
    }
    seen_in_ledger = events_in_ledger(config, events, plans)
    return Credit(tables, join([*flows, cards.flows]), cards.opening, seen_in_ledger)


def _earlier(config: SimulationConfig, people: People, calm: F8, events: Events, streams: Streams) -> Hit:
    random = streams.of("earlier_loans")
    random.standard_normal(len(people))
    n = len(people)
    number_open = np.minimum(random.poisson(0.6 * np.exp(-0.35 * calm)), MOST_OPEN)
    number_closed = np.minimum(random.poisson(1.3 * np.exp(0.3 * calm)), MOST_CLOSED)
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
    done = 31.0 * count + 110.0 + 600.0 * age * np.exp(0.15 * steady)
    ago = np.where(position < MOST_OPEN, running, done)
    loan = owner * LOANS_A_PERSON + position
    opened = at_the_bank(config, people.first[owner] - (ago * DAY).astype(np.int64), by_key(loan, random))
    size = np.exp(6.9 + 0.25 * people.capacity[owner] - 0.1 * steady + 0.4 * spread[owner, position])
    plan = LoanPlan(
        loan=loan, owner=owner, opened=opened, count=count,
        due=due_days(config, loan, opened, count, random),
        amount=np.round(size * prices(config, opened), -1), calm=steady,
        stops=np.zeros(owner.size, np.int64), resumes=np.full(owner.size, NEVER),
        role=np.zeros(owner.size, np.int8),
    )  # fmt: skip
    return hit(config, plan, events, random)


def _guaranteed(config: SimulationConfig, people: People, calm: F8, streams: Streams) -> LoanPlan:
    """Return the loans of others that a person guarantees; known from the day they were opened."""
    random = streams.of("guarantees")
    n = len(people)
    has = random.random(n) < logistic(-2.0 - 0.5 * calm)
    their = noisy(calm, 0.6, random)
    ago, size = 400.0 * random.random(n) + 40.0, random.standard_normal(n)
    owner = np.flatnonzero(has & customers(people))
    loan, count = owner * LOANS_A_PERSON + GUARANTEE, np.full(owner.size, 12)
    asked = people.first[owner] - (ago[owner] * DAY).astype(np.int64)
    opened = at_the_bank(config, asked, by_key(loan, random))
    amount = np.exp(6.9 - 0.1 * their[owner] + 0.4 * size[owner]) * prices(config, opened)
    return LoanPlan(
        loan=loan, owner=owner, opened=opened, count=count,
        due=due_days(config, loan, opened, count, random), amount=np.round(amount, -1), calm=their[owner],
        stops=np.zeros(owner.size, np.int64), resumes=np.full(owner.size, NEVER),
        role=np.ones(owner.size, np.int8),
    )  # fmt: skip


def _inquiries(people: People, calm: F8, random: Generator) -> Columns:
    years = 1.0 + (people.as_of - people.first) / (365.0 * DAY)
    owner = np.repeat(np.arange(len(people)), random.poisson(1.3 * years * np.exp(-0.5 * calm)))
    ago = 365.0 * years[owner] * random.random(owner.size) ** np.exp(-0.2 * calm[owner])
    asked = random.integers(0, len(INQUIRERS), owner.size).astype(np.int8)
    return {
        "applicant_id": owner,
        "event_time": Times(people.as_of[owner] - (ago * DAY).astype(np.int64) - 1_000_000),
        "lender": Labels(asked, INQUIRERS),
    }
