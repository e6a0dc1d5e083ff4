"""Credit cards: an account of their own, statements that add up to it, and repayments from elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.instants import DAY
from creditscore.data.tables.vocabularies import PAYMENT_CATEGORIES
from creditscore.simulate.almanac import BANK_HOURS, DAY_HOURS, SHOP_HOURS, Almanac, almanac_of
from creditscore.simulate.columns import NEVER, Columns, Times, cents, join
from creditscore.simulate.config import MONTH, SimulationConfig
from creditscore.simulate.lending import LABELS
from creditscore.simulate.observed import CARD_ACCOUNT, Observed, flow, visible
from creditscore.simulate.people import EXISTING, People, logistic
from creditscore.simulate.purchases import SHOP
from creditscore.simulate.requests import prices
from creditscore.simulate.schedules import CARD, LOANS_A_PERSON, loan_rows
from creditscore.simulate.streams import Generator, Streams, by_key

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
Flags = NDArray[np.bool_]

STATEMENTS: Final = 12
_INTEREST: Final = 0.015
_GRACE: Final = 12
_BOUGHT: Final = np.array(
    [PAYMENT_CATEGORIES.index(name) for name in ("groceries", "travel", "leisure", "household", "health")]
)


@dataclass(frozen=True, slots=True, eq=False)
class Cards:
    """Credit lines: rows of loans and statements, flows, and what stood on each card account at first."""

    lines: Columns
    statements: Columns
    flows: Columns
    opening: F8


@dataclass(frozen=True, slots=True, eq=False)
class _Cycles:
    """Months between statements, oldest first; arrays of shape (cards, cycles) of money, or of local days.

    The last cycle runs on at the application; ``there`` says which belong to a card's history.
    """

    own: I8
    begins: I8
    ends: I8
    there: Flags
    limit: F8
    before: F8
    balance: F8
    paid: F8
    spent: F8
    cash: F8
    interest: F8
    late: F8


def make_cards(config: SimulationConfig, people: People, seen: Observed, calm: F8, streams: Streams) -> Cards:
    """Make the cards of existing customers.

    Parameters
    ----------
    config, people, seen, streams
        As drawn before.
    calm : ndarray of float64, shape (people,)
        Standard normal; the higher, the more punctual.
    """
    random, almanac, n = streams.of("statements"), almanac_of(config), len(people)
    has, size = random.random(n) < 0.6, 0.3 * random.standard_normal(n)
    age = random.random(n) * 300.0 * np.exp(0.2 * calm) + 500.0
    of_month = random.integers(1, 29, n)
    # Rings shift no draws of others: their members have no card, but are drawn as if they had.
    own = np.flatnonzero(has & (people.segment == EXISTING))
    opened = people.first[own] - (age[own] * DAY).astype(np.int64) // 1_000_000 * 1_000_000
    limit = np.round(np.exp(6.8 + 0.2 * people.capacity + size)[own] * prices(config, opened), -1)
    cycles = _cycles(config, almanac, people, calm, own, of_month[own], limit, random)
    lines, statements = _reported(people, almanac, cycles, opened)
    flows = [
        _repaid(almanac, people, seen, cycles, streams.of("cards")),
        _bought(almanac, cycles, streams.of("card_purchases")),
    ]
    opening = np.zeros(n)
    opening[own] = -cycles.before[np.arange(own.size), cycles.there.argmax(axis=1)]
    return Cards(lines, statements, join(flows), opening)


def _cycles(
    config: SimulationConfig, almanac: Almanac, people: People, calm: F8, own: I8, of_month: I8, limit: F8,
    random: Generator,
) -> _Cycles:  # fmt: skip
    many = STATEMENTS + config.application_months + 1
    back = np.arange(many, -1, -1)
    newest = almanac.month_of(almanac.day(people.as_of[own]))
    days = almanac.in_month(
        newest[:, None] - np.append(back, -1), np.broadcast_to(of_month[:, None], (own.size, many + 2))
    )
    worse, ago = -calm[own][:, None], np.minimum(back, STATEMENTS)
    shape = (own.size, back.size)
    wobble = random.standard_normal(shape)
    use = logistic(-0.7 + 0.9 * worse - 0.045 * ago * worse + 0.5 * wobble) * 1.08
    none = random.random(shape) < logistic(-3.4 + 0.9 * worse * (1.2 - 0.04 * ago))
    part = random.random(shape)
    share = np.where(random.random(shape) < logistic(-0.6 - 0.9 * worse), 1.0, 0.1 + 0.3 * part)
    share = np.where(random.random(shape) < logistic(-1.2 + 0.8 * worse), 0.05, share)
    wants = random.random(shape) < logistic(-3.0 + 0.8 * worse)
    drawn = np.asarray(np.where(wants, np.round(40.0 + 120.0 * part, -1), 0.0), np.float64)
    length = STATEMENTS + (people.as_of - people.first)[own] // MONTH
    there = (back <= length[:, None]) & (people.ring[own] < 0)[:, None]
    money = _run(
        cents(use * limit[:, None]),
        np.where(none, 0.0, share),
        drawn,
        there,
    )
    late = np.zeros(shape)
    for cycle in range(1, back.size):
        late[:, cycle] = np.where(none[:, cycle], late[:, cycle - 1] + 30.0, 0.0)
    return _Cycles(own, days[:, :-1], days[:, 1:], there, limit, **money, late=late)


def _run(wished: F8, share: F8, drawn: F8, there: Flags) -> dict[str, F8]:
    """Go from statement to statement: paid off, drawn, charged, and spent up to what is wished."""
    names = ("before", "balance", "paid", "spent", "cash", "interest")
    money = {name: np.zeros(wished.shape) for name in names}
    owed = wished[:, 0].copy()
    for cycle in range(wished.shape[1]):
        now = there[:, cycle]
        owed = np.where(now, owed, wished[:, cycle])
        paid = np.where(now, np.round(share[:, cycle] * owed, 2), 0.0)
        interest = np.where(now & (paid < owed), np.round(_INTEREST * (owed - paid), 2), 0.0)
        cash = np.where(now, drawn[:, cycle], 0.0)
        spent = np.where(
            now, np.maximum(0.0, np.round(wished[:, cycle] - owed + paid - cash - interest, 2)), 0.0
        )
        money["before"][:, cycle] = owed
        for name, amount in (("paid", paid), ("interest", interest), ("cash", cash), ("spent", spent)):
            money[name][:, cycle] = amount
        owed = np.round(owed - paid + interest + cash + spent, 2)
        money["balance"][:, cycle] = owed
    return money


def _reported(people: People, almanac: Almanac, cycles: _Cycles, opened: I8) -> tuple[Columns, Columns]:
    """Rows of loans, and of statements before the application."""
    at = almanac.instant(cycles.ends * DAY)
    card, cycle = np.nonzero(cycles.there & (at < people.as_of[cycles.own][:, None]))
    who = cycles.own[card]
    loan = who * LOANS_A_PERSON + CARD
    statements: Columns = {
        "applicant_id": who, "event_time": Times(at[card, cycle]), "loan_id": loan,
        "balance": cycles.balance[card, cycle], "limit": cents(cycles.limit[card]),
        "minimum_due": np.round(0.05 * cycles.before[card, cycle], 2),
        "payment": cycles.paid[card, cycle], "cash_advances": cycles.cash[card, cycle],
        "days_past_due": cycles.late[card, cycle],
    }  # fmt: skip
    real = np.flatnonzero(people.ring[cycles.own] < 0)
    own = cycles.own[real]
    never, empty = np.full(own.size, NEVER), np.full(own.size, np.nan)
    lines = loan_rows(
        own * LOANS_A_PERSON + CARD, own, opened[real], empty, empty, kind=np.ones(own.size, np.int8),
        role=np.zeros(own.size, np.int8), limit=cycles.limit[real], closed=never, restructured=never,
        written_off=never,
    )  # fmt: skip
    return lines, statements


def _repaid(almanac: Almanac, people: People, seen: Observed, cycles: _Cycles, random: Generator) -> Columns:
    """Repayments on both accounts, interest, and cash that was drawn."""
    draw = random.random((4, *cycles.there.shape))
    after = _GRACE + (12.0 * draw[0]).astype(np.int64)
    paid_at = almanac.at(cycles.begins + after, DAY_HOURS, draw[1])
    drawn_at = almanac.at(cycles.begins + (26.0 * draw[2]).astype(np.int64), DAY_HOURS, draw[3])
    charged_at = almanac.at(cycles.ends - 1, BANK_HOURS, draw[3])
    who, time, money = _entries(cycles, cycles.paid, paid_at)
    charged, drawn = _entries(cycles, -cycles.interest, charged_at), _entries(cycles, -cycles.cash, drawn_at)
    moved: dict[str, Any] = {"kind": "own_transfer", "channel": "web", "method": "transfer"}
    on_card: dict[str, Any] = {"account": CARD_ACCOUNT, "status": "settled"}
    in_sight = np.flatnonzero(visible(people, seen, who, time))
    return join([
        flow(who[in_sight], time[in_sight], -money[in_sight], "card_repayment", kind="card_repayment",
             method="transfer", **LABELS),
        flow(who, time + 1_000_000, money, "own_transfer", **moved, **on_card),
        flow(*charged, "interest_out", kind="interest", **on_card),
        flow(*drawn, "cash_out", kind="cash", category="other", channel="atm", method="cash",
             **on_card),
    ])  # fmt: skip


def _entries(cycles: _Cycles, amount: F8, time: I8) -> tuple[I8, I8, F8]:
    """Owners, times and amounts of what is not 0."""
    card, cycle = np.nonzero(amount)
    return cycles.own[card], time[card, cycle], amount[card, cycle]


def _bought(almanac: Almanac, cycles: _Cycles, random: Generator) -> Columns:
    """Purchases that add up to what was spent in each cycle, to the cent."""
    counts = np.where(cycles.spent > 0.0, 1 + random.poisson(2.5, cycles.spent.shape), 0)
    card, cycle = np.nonzero(counts)
    many = counts[card, cycle]
    row = np.repeat(np.arange(many.size), many)
    ends = np.cumsum(many)
    key = (cycles.own[card] * 1_000 + cycle)[row] * 64 + np.arange(row.size) - (ends - many)[row]
    total = np.cumsum(0.2 - np.log1p(-by_key(key, random)))
    base = np.append(0.0, total)[ends - many]
    whole = np.round(cycles.spent[card, cycle] * 100.0)
    upper = np.round((total - base[row]) / (total[ends - 1] - base)[row] * whole[row])
    lower = np.append(0.0, upper)[:-1]
    lower[ends - many] = 0.0
    money = (upper - lower) / 100.0
    first, last = cycles.begins[card, cycle][row], cycles.ends[card, cycle][row]
    day = first + (by_key(key, random) * (last - first)).astype(np.int64)
    time = almanac.at(day, SHOP_HOURS, by_key(key, random))
    category = _BOUGHT[(by_key(key, random) * _BOUGHT.size).astype(np.int64)]
    shop = SHOP + category * 100_000 + (by_key(key, random) ** 2 * 300).astype(np.int64)
    kept = np.flatnonzero(money > 0.0)
    return flow(
        cycles.own[card][row][kept], time[kept], -money[kept], "purchase", kind="purchase",
        category=category[kept], channel="store", method="card", counterparty_id=shop[kept],
        counterparty_kind="merchant", status="settled", account=CARD_ACCOUNT,
    )  # fmt: skip
