"""Purchases in time and by category, and the small flows around them: cash, fees, refunds, persons."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled
from creditscore._ground.instants import DAY
from creditscore.data.tables.vocabularies import PAYMENT_CATEGORIES
from creditscore.simulate.columns import Columns, join
from creditscore.simulate.config import SimulationConfig
from creditscore.simulate.observed import SEASON, Observed, flow, prices
from creditscore.simulate.people import People, logistic
from creditscore.simulate.streams import Generator, Streams

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]

_BASKET: Final = {
    "groceries": 8.0, "household": 1.5, "transport": 3.0, "health": 0.7, "education": 0.5, "leisure": 2.5,
    "travel": 0.5, "online_shopping": 2.5, "other": 1.0,
}  # fmt: skip
_CODES: Final = np.array([PAYMENT_CATEGORIES.index(name) for name in _BASKET], np.int64)
GAMBLING: Final = PAYMENT_CATEGORIES.index("gambling")
ONLINE: Final = PAYMENT_CATEGORIES.index("online_shopping")
LEISURE: Final = PAYMENT_CATEGORIES.index("leisure")
OTHER: Final = PAYMENT_CATEGORIES.index("other")
SHOP, PERSON = 1_000_000, 100_000_000
_LOCAL: Final = 0.4


@compiled
def choose(owner: I8, cumulative: F8, draw: F8, out: I8) -> None:
    """Write for each row the category that its draw falls into.

    Parameters
    ----------
    owner : ndarray of int64, shape (rows,)
        Whose purchase each is.
    cumulative : ndarray of float64, shape (people, categories)
        Cumulative probabilities of the categories, rising to 1.
    draw : ndarray of float64, shape (rows,)
        Within 0 and 1.
    out : ndarray of int64, shape (rows,)
        Written: position of the category.
    """
    last = cumulative.shape[1] - 1
    for row in range(owner.size):
        at = 0
        while at < last and draw[row] > cumulative[owner[row], at]:
            at += 1
        out[row] = at


def purchases(config: SimulationConfig, people: People, seen: Observed, due: I8, streams: Streams) -> Columns:
    """Purchases: some soon after payday, some in bursts, the rest evenly, all with the season.

    Parameters
    ----------
    config, people, seen, streams
        As drawn before.
    due : ndarray of int64, shape (people, months + 1)
        Paydays in microseconds, newest first.
    """
    random = streams.of("purchases")
    days = seen.span / DAY
    rate = config.purchases * np.exp(0.15 * seen.means + 0.12 * seen.discipline)
    owner = np.repeat(np.arange(len(people)), random.poisson(rate * days / 30.0))
    ago = _moments(people, seen, due, owner, random)
    time = people.as_of[owner] - (ago * DAY).astype(np.int64)
    month = (time.view("M8[us]").astype("M8[M]").astype(np.int64)) % 12
    inside = (ago > 0.0) & (ago < days[owner]) & (random.random(owner.size) < SEASON[month] / SEASON.max())
    typical = seen.income * np.clip(0.42 - 0.09 * seen.discipline, 0.1, 0.9) / np.maximum(rate, 0.1)
    tail = np.exp(0.55 - 0.12 * np.clip(seen.discipline, -2.0, 2.0))
    large = 1.0 + 6.0 * (random.random(owner.size) < 0.008 * np.exp(-0.5 * seen.discipline[owner]))
    amount = typical[owner] * large * np.exp(0.35 * tail[owner] * random.standard_normal(owner.size))
    mood = random.random(owner.size)
    back = np.where(mood < 0.004 * np.exp(-0.6 * seen.discipline[owner]), 2, 0)
    back = np.where(mood > 1.0 - 0.012 * np.exp(-0.6 * seen.discipline[owner]), 1, back)
    category, shop = _shops(config, people, seen, owner, ago, streams.of("categories"))
    shown = inside & ~(seen.hidden[owner] & (category == GAMBLING))
    row = np.flatnonzero(shown)
    category = category[row]
    if config.taxonomy_month is not None:
        early = time[row] < config.start_time + config.taxonomy_month * 30 * DAY
        category = np.where(early & (category == LEISURE), OTHER, category)
    online = np.isin(category, (ONLINE, GAMBLING))
    return flow(
        owner[row], time[row], -amount[row] * prices(config, time[row]), kind="purchase", category=category,
        channel=np.where(online, 3, 2), method=np.where(online & (shop[row] % 2 == 0), 4, 0),
        counterparty_id=shop[row], counterparty_kind="merchant", status=back[row],
    )  # fmt: skip


def _moments(people: People, seen: Observed, due: I8, owner: I8, random: Generator) -> F8:
    """Days before the application of each purchase."""
    days = seen.span / DAY
    ago = random.random(owner.size) * days[owner]
    pick = random.random(owner.size)
    pay = random.integers(0, due.shape[1], owner.size)
    after = random.exponential(1.0, owner.size)
    hasty = logistic(-0.7 - 0.8 * seen.discipline)[owner]
    of_pay = (people.as_of[owner] - due[owner, pay]) / DAY - 4.0 * after
    soon = (pick < hasty) & (of_pay > 0.0) & (of_pay < days[owner])
    centres = random.random((len(people), 4)) * days[:, None]
    burst = centres[owner, random.integers(0, 4, owner.size)] - 0.4 * after
    bursty = logistic(-2.0 - 0.8 * seen.discipline)[owner]
    together = (pick > 1.0 - bursty) & (burst > 0.0)
    return np.where(soon, of_pay, np.where(together, burst, ago))


def _shops(
    config: SimulationConfig, people: People, seen: Observed, owner: I8, ago: F8, random: Generator
) -> tuple[I8, I8]:
    """Category and shop of each purchase; people of one community share some shops."""
    taste = random.standard_gamma(np.array(list(_BASKET.values())), (len(people), len(_BASKET)))
    cumulative = np.cumsum(taste, axis=1)
    cumulative /= cumulative[:, -1:]
    chosen = np.empty(owner.size, np.int64)
    choose(owner, cumulative, random.random(owner.size), chosen)
    category = _CODES[chosen]
    share = 0.1 * np.exp(-0.4 * seen.discipline)[owner] * (1.3 - 0.6 * ago / (config.payment_months * 30.0))
    category[seen.gambles[owner] & (random.random(owner.size) < share)] = GAMBLING
    common = (random.random(owner.size) ** 2 * 300).astype(np.int64)
    near = random.random(owner.size) < _LOCAL
    local = 1_000 + people.community[owner] * 3 + common % 3
    return category, SHOP + category * 100_000 + np.where(near, local, common)


def small_flows(config: SimulationConfig, people: People, seen: Observed, streams: Streams) -> Columns:
    """Cash, fees, penalties, interest, refunds, money to and from persons, and savings."""
    random = streams.of("small_flows")
    calm = seen.discipline
    third = seen.income / 3.0
    ones = np.ones(len(people))
    penalty = {"kind": "penalty", "category": "fees"}
    person = {"kind": "transfer", "category": "other", "counterparty_kind": "person", "method": "transfer"}
    interest = 0.004 * seen.saved
    rows = (
        (0.6 * ones, -0.25 * third, 0.4, {"kind": "cash", "category": "other", "method": "cash"}),
        (0.10 * np.exp(-0.8 * calm), -12.0 * ones, 0.2, penalty),
        (0.20 * ones, -3.0 * ones, 0.2, {"kind": "fee", "category": "fees"}),
        (0.35 * ones, interest, 0.1, {"kind": "interest"}),
        (0.08 * ones, 0.1 * third, 0.4, {"kind": "refund", "category": "online_shopping"}),
        (0.30 * ones, -0.15 * third, 0.5, person),
        (0.25 * ones, 0.15 * third, 0.5, person),
        (0.15 * np.exp(0.3 * calm), -0.2 * third, 0.3, {"kind": "own_transfer", "category": "savings"}),
    )
    return join([_small(config, people, seen, random, *row) for row in rows])


def _small(
    config: SimulationConfig, people: People, seen: Observed, random: Generator, rate: F8, typical: F8,
    spread: float, labels: dict[str, str],
) -> Columns:  # fmt: skip
    owner = np.repeat(np.arange(len(people)), random.poisson(rate * seen.span / DAY / 30.0))
    time = people.as_of[owner] - (random.random(owner.size) * seen.span[owner]).astype(np.int64) - 1
    amount = typical[owner] * np.exp(spread * random.standard_normal(owner.size)) * prices(config, time)
    other = PERSON + random.integers(0, len(people), owner.size)
    named = {"counterparty_id": other} if "counterparty_kind" in labels else {}
    return flow(owner, time, amount, status="settled", channel="app", **labels, **named)
