"""Small flows: cash in round sums, fees, interest, money between persons, and savings to and fro."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.instants import DAY
from creditscore.data.tables.vocabularies import PAYMENT_KINDS
from creditscore.simulate.almanac import BANK_HOURS, DAY_HOURS, Almanac
from creditscore.simulate.columns import Columns, join
from creditscore.simulate.config import SimulationConfig
from creditscore.simulate.months import months_of
from creditscore.simulate.observed import CURRENT, SAVINGS, Observed, flow, visible
from creditscore.simulate.people import People, logistic
from creditscore.simulate.requests import prices
from creditscore.simulate.streams import Generator, Streams

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]

PERSON: Final = 100_000_000
NOTE: Final = 10.0
_FEE, _INTEREST = (PAYMENT_KINDS.index(name) for name in ("fee", "interest"))
_TRANSFER: Final[dict[str, Any]] = {
    "kind": "transfer",
    "category": "other",
    "counterparty_kind": "person",
    "method": "transfer",
}
_OWN: Final[dict[str, Any]] = {
    "kind": "own_transfer",
    "category": "savings",
    "channel": "app",
    "method": "transfer",
}


def small_flows(
    config: SimulationConfig, almanac: Almanac, people: People, seen: Observed, streams: Streams
) -> Columns:
    """Return all of them."""
    world = config, almanac, people, seen
    calm, third = seen.discipline, seen.income / 3.0
    ones = np.ones(len(people))
    random = streams.of("persons")
    to = _at_random(*world, random, 0.30 * ones, -0.15 * third, 0.5, "person_out", **_TRANSFER)
    back = _at_random(*world, random, 0.25 * ones, 0.15 * third, 0.5, "person_in", **_TRANSFER)
    random = streams.of("small_flows")
    penalties = _at_random(
        *world, random, 0.10 * np.exp(-0.8 * calm), -12.0 * ones, 0.2, "penalty", kind="penalty",
        category="fees",
    )  # fmt: skip
    once = _at_random(*world, random, 0.10 * ones, -3.0 * ones, 0.2, "fee", kind="fee", category="fees")
    return join([
        to, back, penalties, once, _cash(*world, streams.of("cash")), _monthly(*world, random),
        *_savings(*world, streams.of("savings")),
    ])  # fmt: skip


def _at_random(
    config: SimulationConfig, almanac: Almanac, people: People, seen: Observed, random: Generator, rate: F8,
    typical: F8, spread: float, truth: str, **labels: str,
) -> Columns:  # fmt: skip
    """Flows that come at random, so many a month."""
    owner, time = _moments(almanac, people, seen, random, rate)
    amount = typical[owner] * np.exp(spread * random.standard_normal(owner.size)) * prices(config, time)
    other = {}
    if "counterparty_kind" in labels:
        other["counterparty_id"] = PERSON + random.integers(0, len(people), owner.size)
    return _seen(people, seen, owner, time, amount, truth, **labels, **other)


def _moments(almanac: Almanac, people: People, seen: Observed, random: Generator, rate: F8) -> tuple[I8, I8]:
    owner = np.repeat(np.arange(len(people)), random.poisson(rate * seen.span / DAY / 30.0))
    day = almanac.day(people.as_of[owner] - (random.random(owner.size) * seen.span[owner]).astype(np.int64))
    return owner, almanac.at(day, DAY_HOURS, random.random(owner.size))


def _seen(
    people: People, seen: Observed, owner: I8, time: I8, amount: F8, truth: str, **labels: str | int | I8
) -> Columns:
    row = np.flatnonzero(visible(people, seen, owner, time))
    chosen = {name: label[row] if isinstance(label, np.ndarray) else label for name, label in labels.items()}
    return flow(owner[row], time[row], amount[row], truth, status="settled", **({"channel": "app"} | chosen))


def _cash(
    config: SimulationConfig, almanac: Almanac, people: People, seen: Observed, random: Generator
) -> Columns:
    """Withdrawals in whole notes."""
    owner, time = _moments(almanac, people, seen, random, np.full(len(people), 0.8))
    wish = 0.07 * seen.income[owner] * np.exp(0.4 * random.standard_normal(owner.size)) * prices(config, time)
    amount = -NOTE * np.maximum(1.0, np.round(wish / NOTE))
    labels = {"kind": "cash", "category": "other", "channel": "atm", "method": "cash"}
    return _seen(people, seen, owner, time, amount, "cash_out", **labels)


def _monthly(
    config: SimulationConfig, almanac: Almanac, people: People, seen: Observed, random: Generator
) -> Columns:
    """The fee of the account for some, and interest on what is saved, on the first day of the month."""
    months, n = months_of(almanac, people, seen), len(people)
    charged = random.random(n) < 0.3
    time = almanac.at(
        almanac.in_month(months.month, np.ones(len(months), np.int64)), BANK_HOURS, random.random(len(months))
    )
    who, parts = months.owner, []
    earning = np.flatnonzero(seen.saver[who])
    fees = np.flatnonzero(charged[who])
    interest = 0.002 * seen.put_aside[who[earning]] * (1.0 + 0.05 * random.random(earning.size))
    parts.append(_seen(
        people, seen, who[earning], time[earning], np.maximum(interest, 0.01), "interest_in",
        kind="interest", account=SAVINGS,
    ))  # fmt: skip
    parts.append(_seen(
        people, seen, who[fees], time[fees], -4.0 * prices(config, time[fees]), "fee", kind="fee",
        category="fees",
    ))  # fmt: skip
    return join(parts)


def _savings(
    config: SimulationConfig, almanac: Almanac, people: People, seen: Observed, random: Generator
) -> list[Columns]:
    """Standing orders into savings, and withdrawals, from one own account to the other: two rows each."""
    months, n = months_of(almanac, people, seen), len(people)
    steady = random.random(n) < logistic(0.2 + 0.5 * seen.discipline)
    day, share = random.integers(1, 29, n), 0.03 + 0.1 * random.random(n)
    time = almanac.at(
        almanac.in_month(months.month, day[months.owner]), BANK_HOURS, random.random(len(months))
    )
    row = np.flatnonzero((seen.saver & steady)[months.owner])
    owner, at = months.owner[row], time[row]
    amount = np.round(share[owner] * seen.income[owner] * prices(config, at), -1)
    parts = _moved(people, seen, owner, at, amount, "to_savings")
    rate = 0.25 * np.exp(-0.4 * seen.discipline) * seen.saver
    owner, at = _moments(almanac, people, seen, random, rate)
    amount = np.round(0.15 * seen.income[owner] * np.exp(0.4 * random.standard_normal(owner.size)), -1)
    return parts + _moved(people, seen, owner, at, -np.maximum(amount, NOTE) * 1.0, "from_savings")


def _moved(people: People, seen: Observed, owner: I8, at: I8, amount: F8, truth: str) -> list[Columns]:
    """Both sides of a move between own accounts: to savings where the amount is above 0."""
    moved = np.flatnonzero(amount != 0.0)
    owner, at, amount = owner[moved], at[moved], amount[moved]
    return [
        _seen(people, seen, owner, at, -amount, truth, **_OWN, account=CURRENT),
        _seen(people, seen, owner, at + 1_000_000, amount, "own_transfer", **_OWN, account=SAVINGS),
    ]
