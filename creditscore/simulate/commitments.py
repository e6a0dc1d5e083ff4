"""What is due every month: rent, utilities, telephone, subscriptions, and loans of other lenders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.instants import DAY
from creditscore.data.tables.vocabularies import PAYMENT_CATEGORIES
from creditscore.simulate.almanac import BANK_HOURS, Almanac
from creditscore.simulate.columns import NEVER, Columns, Labels, Times, join, take
from creditscore.simulate.config import SimulationConfig
from creditscore.simulate.months import Repeats, days_before, months_of
from creditscore.simulate.observed import Observed, flow, visible
from creditscore.simulate.people import People, logistic
from creditscore.simulate.requests import prices
from creditscore.simulate.streams import Generator, Streams

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
Flags = NDArray[np.bool_]

LANDLORD, UTILITY, LENDER, SUBSCRIBED = 30_000_000, 40_000_000, 50_000_000, 60_000_000
OWN_LENDER = LENDER + 999_999
BILL_KINDS: Final = ("rent", "utilities", "telecom")
_LEISURE, _INSURANCE, _DEAR, _OTHER = (
    PAYMENT_CATEGORIES.index(name) for name in ("leisure", "insurance", "high_cost_credit", "other")
)
KNOWN_BEFORE: Final = 15 * DAY
RETURNED: Final = 2
_OUTSIDE_TERM: Final = 12


@dataclass(frozen=True, slots=True, eq=False)
class _Monthly:
    """What all monthly streams are made of."""

    config: SimulationConfig
    almanac: Almanac
    people: People
    seen: Observed
    months: Repeats

    def days(self, of_month: I8) -> I8:
        return self.almanac.in_month(self.months.month, of_month[self.months.owner])


def recurring(
    config: SimulationConfig, almanac: Almanac, people: People, seen: Observed, streams: Streams
) -> tuple[Columns, Columns]:
    """Return the payments, and the table of bills."""
    world = _Monthly(config, almanac, people, seen, months_of(almanac, people, seen))
    random, n = streams.of("bills"), len(people)
    needs = (
        np.exp(5.9 + 0.25 * seen.means + 0.2 * random.standard_normal(n)),
        np.exp(4.0 + 0.15 * seen.means + 0.3 * random.standard_normal(n)),
        np.exp(3.3 + 0.10 * seen.means + 0.3 * random.standard_normal(n)),
    )
    made = [_bills(world, number, amount, random) for number, amount in enumerate(needs)]
    subscribed = _subscriptions(world, streams.of("subscriptions"))
    outside = _outside_loans(world, streams.of("credit_lines"))
    return join([*(paid for paid, _ in made), subscribed, *outside]), join([billed for _, billed in made])


def _bills(world: _Monthly, number: int, amount: F8, random: Generator) -> tuple[Columns, Columns]:
    people, seen, months, n = world.people, world.seen, world.months, len(world.people)
    who = months.owner
    due_day = world.days(random.integers(1, 29, n))
    due = world.almanac.instant(due_day * DAY)
    days, never = _lateness(world, due, number > 0, random)
    wobble = np.exp((0.0 if number == 0 else 0.1) * random.standard_normal(len(months)))
    draw = random.random((3, len(months)))
    bounced = draw[0] < 0.02 * np.exp(-0.8 * seen.discipline)[who]
    on = due_day + np.minimum(days, 60.0).astype(np.int64)
    tried = world.almanac.at(on, BANK_HOURS, draw[1])
    # What the bank sends back is paid some days later.
    paid = np.where(bounced, tried + (3 + (5 * draw[2]).astype(np.int64)) * DAY, tried)
    inside = (due < people.as_of[who]) & (due >= (people.as_of - seen.span)[who])
    money = np.round(amount[who] * wobble * prices(world.config, due), 2)
    billed: Columns = {
        "applicant_id": who, "bill_id": (who * 3 + number) * 200 + months.back, "due_time": Times(due),
        "due_amount": money, "kind": Labels(np.full(who.size, number, np.int8), BILL_KINDS),
        "paid_time": Times(np.where(never, NEVER, paid)), "paid_amount": np.where(never, np.nan, money),
        "known_time": Times(due - KNOWN_BEFORE),
    }  # fmt: skip
    flows = [_debits(world, number, money, tried, np.where(bounced, RETURNED, 0), inside & ~never)]
    flows.append(_debits(world, number, money, paid, np.zeros(who.size, np.int64), inside & ~never & bounced))
    return join(flows), take(billed, inside)


def _debits(world: _Monthly, number: int, money: F8, time: I8, status: I8, there: Flags) -> Columns:
    row = np.flatnonzero(there & visible(world.people, world.seen, world.months.owner, time))
    who = world.months.owner[row]
    return flow(
        who, time[row], -money[row], "bill", kind="bill",
        category=BILL_KINDS[number], channel="web", method="direct_debit",
        counterparty_id=LANDLORD + who if number == 0 else UTILITY + number * 1_000_000 + who % 50,
        counterparty_kind="merchant", status=status[row],
    )  # fmt: skip


def _lateness(world: _Monthly, due: I8, may_be_late: bool, random: Generator) -> tuple[F8, Flags]:
    """Days from due to paid of every bill, and which are not paid at all: the newest of those who stop."""
    seen, who = world.seen, world.months.owner
    ago = days_before(world.people, who, due)
    months = np.maximum(30.0, 30.0 * world.config.payment_months)
    worse = -seen.discipline[who] * (1.15 - 0.5 * np.minimum(ago / months, 1.0))
    late = (random.random(due.size) < logistic(-2.0 + 1.1 * worse)) & may_be_late
    much = 1.0 + random.exponential(1.0, due.size) * np.exp(1.3 + 0.4 * worse)
    early = -2.0 * random.random(due.size)
    stops = random.random(len(world.people)) < logistic(-3.6 - 0.9 * seen.discipline)
    stopped = np.where(stops & ~seen.orderly, 20.0 + 70.0 * random.random(stops.size), 0.0)
    return np.where(late & ~seen.orderly[who], much, early), ago < stopped[who]


def _subscriptions(world: _Monthly, random: Generator) -> Columns:
    """Two subscriptions and an insurance for some, at the same amount on the same day of each month."""
    parts, months, n = [], world.months, len(world.people)
    for number, (category, typical) in enumerate(((_LEISURE, 10.0), (_LEISURE, 18.0), (_INSURANCE, 45.0))):
        has = random.random(n) < logistic(0.2 - 0.7 * number + 0.3 * world.seen.means)
        amount = np.round(typical * np.exp(0.2 * random.standard_normal(n))) - 0.01
        time = world.almanac.at(world.days(random.integers(1, 29, n)), BANK_HOURS, random.random(len(months)))
        row = np.flatnonzero(has[months.owner] & visible(world.people, world.seen, months.owner, time))
        who, at = months.owner[row], time[row]
        parts.append(flow(
            who, at, -amount[who] * prices(world.config, at), "bill", kind="bill", category=category,
            channel="web", method="direct_debit", counterparty_id=SUBSCRIBED + number * 1_000 + who % 20,
            counterparty_kind="merchant", status="settled",
        ))  # fmt: skip
    return join(parts)


def _outside_loans(world: _Monthly, random: Generator) -> list[Columns]:
    """Loans of other lenders, some of them high-cost; more of them with less discipline."""
    seen, months, n = world.seen, world.months, len(world.people)
    who, parts = months.owner, []
    for number in range(3):
        has = random.random(n) < logistic(-1.2 - number - 0.6 * seen.discipline)
        dear = random.random(n) < logistic(-0.9 - 0.7 * seen.discipline)
        amount = np.exp(4.2 + 0.3 * random.standard_normal(n))
        day = world.days(random.integers(1, 29, n))
        # A loan that was taken lately shows its payout, and payments in the newest months only.
        recent = random.random(n) < logistic(-0.6 - 0.4 * seen.discipline)
        since = np.where(recent, 120.0 + 120.0 * random.random(n), 1e9)
        stops = random.random(n) < logistic(-3.6 - 0.9 * seen.discipline)
        stopped = np.where(stops, 45.0 + 40.0 * random.random(n), 0.0)
        time = world.almanac.at(day, BANK_HOURS, random.random(len(months)))
        ago = days_before(world.people, who, time)
        row = np.flatnonzero(
            has[who] & (ago < since[who]) & (ago >= stopped[who]) & visible(world.people, seen, who, time)
        )
        labels: dict[str, Any] = {
            "category": np.where(dear, _DEAR, _OTHER), "channel": "web", "counterparty_kind": "lender",
            "counterparty_id": LENDER + number * 1_000 + np.arange(n) % 40, "status": "settled",
        }  # fmt: skip
        owner, at = who[row], time[row]
        money = amount[owner] * prices(world.config, at)
        parts.append(_lender(owner, at, -money, "loan_out", "loan_out", "direct_debit", labels))
        taken = np.flatnonzero(has & recent)
        begun = world.people.as_of[taken] - ((since[taken] + 20.0) * DAY).astype(np.int64)
        begun = world.almanac.at(
            world.almanac.working_day(world.almanac.day(begun)), BANK_HOURS, random.random(n)[taken]
        )
        in_sight = visible(world.people, seen, taken, begun)
        owner, at = taken[in_sight], begun[in_sight]
        lent = _OUTSIDE_TERM / 1.15 * amount[owner] * prices(world.config, at)
        parts.append(_lender(owner, at, np.round(lent, -1), "loan_in", "loan_in", "transfer", labels))
    return parts


def _lender(
    owner: I8, at: I8, amount: F8, truth: str, kind: str, method: str, labels: dict[str, Any]
) -> Columns:
    """Rows of loans whose labels are by person."""
    named = {name: label if isinstance(label, str) else label[owner] for name, label in labels.items()}
    return flow(owner, at, amount, truth, kind=kind, method=method, **named)
