"""Purchases in time and by category: by the week, the season, paydays and bursts, at shop hours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled
from creditscore._ground.instants import DAY
from creditscore.data.tables.vocabularies import PAYMENT_CATEGORIES, PAYMENT_CLASSES
from creditscore.simulate.almanac import ONLINE_HOURS, SHOP_HOURS, Almanac
from creditscore.simulate.columns import NEVER, Columns
from creditscore.simulate.config import SimulationConfig
from creditscore.simulate.income import Pay
from creditscore.simulate.observed import Observed, flow, visible
from creditscore.simulate.people import People, logistic
from creditscore.simulate.requests import prices
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
SHOP: Final = 1_000_000
ORDERS_A_PERSON: Final = 100_000
_LOCAL: Final = 0.4
_STAKE, _PURCHASE = (PAYMENT_CLASSES.index(name) for name in ("gambling_stake", "purchase"))
# Share of drawn purchases that the season leaves on average.
_KEPT: Final = 0.6


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


@dataclass(frozen=True, slots=True, eq=False)
class _Bought:
    """Purchases before those that nobody sees are left out; arrays of shape (rows,)."""

    owner: I8
    time: I8
    category: I8
    shop: I8
    order: I8
    shown: NDArray[np.bool_]


def purchases(
    config: SimulationConfig, almanac: Almanac, people: People, seen: Observed, paid: Pay, streams: Streams
) -> tuple[Columns, I8]:
    """Purchases: some soon after payday, some in bursts, the rest evenly, all with week and season.

    Parameters
    ----------
    config, almanac, people, seen, streams
        As drawn before.
    paid : Pay
        When each person is paid.

    Returns
    -------
    rows : dict of str to column
    order : ndarray of int64, shape (rows,)
        A number of its own for each purchase, which depends on its owner alone.
    """
    random = streams.of("purchases")
    rate = config.purchases * np.exp(0.15 * seen.means + 0.12 * seen.discipline)
    bought = _draw(config, almanac, people, seen, rate, paid, random, streams)
    owner, calm = bought.owner, seen.discipline[bought.owner]
    typical = seen.income * np.clip(0.36 - 0.09 * seen.discipline, 0.1, 0.9) / np.maximum(rate, 0.1)
    tail = np.exp(0.55 - 0.12 * np.clip(calm, -2.0, 2.0))
    large = 1.0 + 6.0 * (random.random(owner.size) < 0.008 * np.exp(-0.5 * calm))
    amount = typical[owner] * large * np.exp(0.35 * tail * random.standard_normal(owner.size))
    mood = random.random(owner.size)
    back = np.where(mood < 0.004 * np.exp(-0.6 * calm), 2, 0)
    back = np.where(mood > 1.0 - 0.012 * np.exp(-0.6 * calm), 1, back)
    row = np.flatnonzero(bought.shown)
    category, shop, time = bought.category[row], bought.shop[row], bought.time[row]
    online = np.isin(category, (ONLINE, GAMBLING))
    stake = category == GAMBLING
    order = bought.order[row]
    rows = flow(
        owner[row], time, -np.maximum(amount[row] * prices(config, time), 0.01),
        np.where(stake, _STAKE, _PURCHASE), kind="purchase",
        category=category, channel=np.where(online, 3, 2), method=np.where(online & (shop % 2 == 0), 4, 0),
        counterparty_id=shop, counterparty_kind="merchant", status=back[row],
        order_id=np.where(online & ~stake, order, NEVER),
    )  # fmt: skip
    return rows, order


def _draw(
    config: SimulationConfig, almanac: Almanac, people: People, seen: Observed, rate: F8, paid: Pay,
    random: Generator, streams: Streams,
) -> _Bought:  # fmt: skip
    """When, for what and where."""
    days = seen.span / DAY
    counts = random.poisson(rate * days / 30.0 / _KEPT)
    owner = np.repeat(np.arange(len(people)), counts)
    ago = _moments(people, seen, paid, owner, random)
    local = almanac.local(people.as_of)[owner] - (ago * DAY).astype(np.int64)
    day = local // DAY
    category, shop = _shops(config, people, seen, owner, ago, streams.of("categories"))
    hour = streams.of("hours").random(owner.size)
    online = np.isin(category, (ONLINE, GAMBLING))
    time = np.where(online, almanac.at(day, ONLINE_HOURS, hour), almanac.at(day, SHOP_HOURS, hour))
    bought = random.random(owner.size) < almanac.spending[day - almanac.first]
    shown = bought & (ago > 0.0) & visible(people, seen, owner, time)
    shown &= ~(seen.hidden[owner] & (category == GAMBLING))
    number = np.arange(owner.size) - np.repeat(np.cumsum(counts) - counts, counts)
    return _Bought(owner, time, category, shop, owner * ORDERS_A_PERSON + number, shown)


def _moments(people: People, seen: Observed, paid: Pay, owner: I8, random: Generator) -> F8:
    """Days before the last application of each purchase."""
    days = seen.span / DAY
    ago = random.random(owner.size) * days[owner]
    pick = random.random(owner.size)
    many = np.diff(paid.starts)[owner]
    payday = paid.due[paid.starts[owner] + (random.random(owner.size) * many).astype(np.int64)]
    after = random.exponential(1.0, owner.size)
    hasty = logistic(-0.7 - 0.8 * seen.discipline)[owner]
    of_pay = (people.as_of[owner] - payday) / DAY - 4.0 * after
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
    share = (
        0.1
        * np.exp(-0.4 * seen.discipline)[owner]
        * (1.3 - 0.6 * np.minimum(ago / (config.payment_months * 30.0), 1.0))
    )
    category[seen.gambles[owner] & (random.random(owner.size) < share)] = GAMBLING
    common = (random.random(owner.size) ** 2 * 300).astype(np.int64)
    near = random.random(owner.size) < _LOCAL
    local = 1_000 + people.community[owner] * 3 + common % 3
    return category, SHOP + category * 100_000 + np.where(near, local, common)
