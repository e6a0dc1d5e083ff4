"""A furniture shop that sells on invoice: orders whose default rates by footprint are those of a paper.

Planted from Berg, Burg, Gombovic and Puri (2020), The Review of Financial Studies 33(7), as quoted from the
working paper: the rates of `PUBLISHED`, half the rate of paid search for price comparison, and 0.7 times the
rate with the name in the e-mail address. All other rates, and how often each mark occurs, are of this
library's own making.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.instants import DAY, HOUR, SECOND
from creditscore.data.applications import Applications
from creditscore.data.dataset import Dataset
from creditscore.data.portfolio import Portfolio
from creditscore.data.tables.vocabularies import DEVICE_CLASSES, EMAIL_HOSTS, FIRST_TOUCHES, OS_FAMILIES
from creditscore.errors import ParameterError
from creditscore.simulate.columns import Columns, Labels, Times, to_frame

if TYPE_CHECKING:
    import pandas as pd

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]

ORDERS: Final = 270_000
# Default rates, by mark and label, as published.
PUBLISHED: Final[Mapping[tuple[str, str], float]] = MappingProxyType(
    {
        ("device", "mobile"): 0.0214, ("device", "tablet"): 0.0091, ("device", "desktop"): 0.0074,
        ("system", "android"): 0.0179, ("system", "ios"): 0.0107,
        ("provider", "t_online"): 0.0051, ("provider", "hotmail"): 0.0145, ("provider", "yahoo"): 0.0196,
        ("email_error", "yes"): 0.0509,
    }
)  # fmt: skip
# What the paper says of two labels against each other: the rate of the first over that of the second.
RATIOS: Final = MappingProxyType(
    {
        ("touch", "price_comparison", "paid"): 0.5,
        ("email_has_name", "yes", "no"): 0.7,
    }
)
# Of this library's own making: rates of the other marks, and shares of labels.
_OWN: Final[Mapping[tuple[str, str], float]] = MappingProxyType(
    {
        ("touch", "paid"): 0.0111, ("touch", "price_comparison"): 0.00555,
        ("email_has_name", "yes"): 0.0084, ("email_has_name", "no"): 0.012,
        ("email_digits", "yes"): 0.0135, ("lowercase", "yes"): 0.0185, ("do_not_track", "yes"): 0.0108,
        ("hour", "night"): 0.0197,
    }
)  # fmt: skip
_SHARES: Final[Mapping[str, Mapping[str, float]]] = MappingProxyType(
    {
        "device": {"mobile": 0.121, "tablet": 0.18, "desktop": 0.699},
        "provider": {"t_online": 0.12, "hotmail": 0.13, "yahoo": 0.05, "gmx": 0.4, "firm": 0.1, "other": 0.2},
        "touch": {"paid": 0.3, "price_comparison": 0.15, "direct": 0.25, "organic": 0.2, "affiliate": 0.1},
        "email_error": {"yes": 0.01, "no": 0.99},
        "email_has_name": {"yes": 0.72, "no": 0.28},
        "email_digits": {"yes": 0.16, "no": 0.84},
        "lowercase": {"yes": 0.08, "no": 0.92},
        "do_not_track": {"yes": 0.15, "no": 0.85},
        "hour": {"night": 0.03, "day": 0.75, "evening": 0.22},
    }
)
_HAND: Final = {"android": 0.45, "ios": 0.5, "other": 0.05}
_TABLE: Final = {"windows": 0.88, "macos": 0.09, "linux": 0.03}
_HOSTS: Final = {
    "t_online": "paid", "hotmail": "free", "yahoo": "free", "gmx": "free", "firm": "corporate",
    "other": "paid",
}  # fmt: skip
_HOURS: Final = {"night": (0.01, 4.9), "day": (5.0, 17.9), "evening": (18.0, 23.9)}
_FIRST: Final = 1_640_995_200 * SECOND
_ROUNDS: Final = 60


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Orders(Dataset):
    """The orders of a shop, as the shop sees them; whoever orders was never a customer before.

    Attributes
    ----------
    applications : pandas DataFrame
        application_id, applicant_id, as_of, amount.
    registrations : pandas DataFrame
        The footprint of each checkout, one minute before the order.
    bad : ndarray of float64, shape (n_orders,)
        1 if the invoice was never paid, else 0.

    Examples
    --------
    >>> from creditscore.simulate import simulate_orders
    >>> shop = simulate_orders(2_000, seed=1)
    >>> shop.to_portfolio().n_applicants, float(shop.bad.max())
    (2000, 1.0)
    """

    applications: pd.DataFrame
    registrations: pd.DataFrame
    bad: F8

    def to_tables(self) -> Mapping[str, pd.DataFrame]:
        """Return the registrations."""
        return {"registrations": self.registrations}

    def to_applications(self) -> Applications:
        """Return the orders."""
        return Applications(self.applications)

    def to_portfolio(self) -> Portfolio:
        """Return the registrations, checked and indexed."""
        return Portfolio(registrations=self.registrations)

    def to_outcomes(self) -> F8:
        """Return `bad`, shape (n_orders,)."""
        return self.bad

    def __repr__(self) -> str:
        return f"Orders({len(self.applications):,} orders, {int(self.bad.sum()):,} never paid)"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class OrdersTruth:
    """What stands behind the orders: for those who judge a model, and not for those who build it.

    Attributes
    ----------
    probability : ndarray of float64, shape (n_orders,)
        Planted probability of default.
    marks : mapping of str to ndarray of str, shape (n_orders,)
        Labels by mark: device, system, provider, touch, ...
    """

    probability: F8
    marks: Mapping[str, NDArray[np.str_]]

    def rate(self, mark: str, label: str) -> float:
        """Mean planted probability of the orders with a label."""
        return float(self.probability[self.marks[mark] == label].mean())


def simulate_orders(orders: int = ORDERS, *, seed: int) -> Orders:
    """Make the orders of a shop, whose default rates by footprint are those of Berg et al. (2020).

    With fewer orders than 100,000 not all rates can be had at once, and some are off by a few hundredths of
    a point.

    Parameters
    ----------
    orders : int, default 270_000
        How many; at least 1,000.
    seed : int
        0 or more. The same seed gives the same orders, to the bit.

    Returns
    -------
    Orders

    Raises
    ------
    ParameterError
        If there are too few orders, or the seed cannot be one.

    References
    ----------
    Berg, Burg, Gombovic and Puri (2020), On the Rise of FinTechs: Credit Scoring Using Digital Footprints,
    The Review of Financial Studies 33(7), 2845-2897.

    Examples
    --------
    >>> from creditscore.simulate import simulate_orders
    >>> simulate_orders(1_000, seed=0)
    Orders(1,000 orders, 14 never paid)
    """
    return simulate_orders_with_truth(orders, seed=seed)[0]


def simulate_orders_with_truth(orders: int = ORDERS, *, seed: int) -> tuple[Orders, OrdersTruth]:
    """Make the same orders as `simulate_orders`, and hand out the truth beside them.

    Parameters
    ----------
    orders : int, default 270_000
    seed : int

    Returns
    -------
    Orders, OrdersTruth

    Raises
    ------
    ParameterError
        As for `simulate_orders`.

    Examples
    --------
    >>> from creditscore.simulate import simulate_orders_with_truth
    >>> _, truth = simulate_orders_with_truth(20_000, seed=0)
    >>> round(truth.rate("device", "mobile"), 3)
    0.021
    """
    for name, value, least in (("orders", orders, 1_000), ("seed", seed, 0)):
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
            raise ParameterError.must_be(name, f"a whole number, {least:,} or more", value)
    random = np.random.Generator(np.random.PCG64(np.random.SeedSequence(int(seed))))
    marks = _draw_marks(orders, random)
    probability = _planted(marks)
    bad = (random.random(orders) < probability).astype(np.float64)
    bad.setflags(write=False)
    applications, registrations = _tables(marks, random)
    truth = OrdersTruth(probability, MappingProxyType(marks))
    return Orders(to_frame(applications), to_frame(registrations), bad), truth


def _draw_marks(n: int, random: np.random.Generator) -> dict[str, NDArray[np.str_]]:
    marks = {mark: _drawn(shares, n, random) for mark, shares in _SHARES.items()}
    hand, table = _drawn(_HAND, n, random), _drawn(_TABLE, n, random)
    return marks | {"system": np.where(marks["device"] == "desktop", table, hand)}


def _drawn(shares: Mapping[str, float], n: int, random: np.random.Generator) -> NDArray[np.str_]:
    return np.array([*shares])[random.choice(len(shares), n, p=[*shares.values()])]


def _planted(marks: Mapping[str, NDArray[np.str_]]) -> F8:
    """Probabilities whose mean by label is what is to be planted, shape (n_orders,).

    Log-odds are a sum over marks; each round moves the effect of every label until its mean is right
    (iterative scaling, which converges to the model of least assumptions).
    """
    wanted = {**PUBLISHED, **_OWN}
    log_odds = np.full(marks["device"].size, np.log(0.0094 / 0.9906))
    chosen = {key: np.flatnonzero(marks[key[0]] == key[1]) for key in wanted}
    for _ in range(_ROUNDS):
        for key, rate in wanted.items():
            rows = chosen[key]
            if rows.size:
                mean = (1.0 / (1.0 + np.exp(-log_odds[rows]))).mean()
                log_odds[rows] += np.log(rate / (1.0 - rate)) - np.log(mean / (1.0 - mean))
    return np.asarray(1.0 / (1.0 + np.exp(-log_odds)), np.float64)


def _tables(marks: Mapping[str, NDArray[np.str_]], random: np.random.Generator) -> tuple[Columns, Columns]:
    n = marks["device"].size
    between = np.array([_HOURS[label] for label in _HOURS])
    hours = between[_codes(marks["hour"], tuple(_HOURS))]
    hour = hours[:, 0] + (hours[:, 1] - hours[:, 0]) * random.random(n)
    checkout = _FIRST + random.integers(0, 365, n) * DAY + (hour * HOUR).astype(np.int64) // SECOND * SECOND
    who = np.arange(n)
    applications: Columns = {
        "application_id": who,
        "applicant_id": who,
        "as_of": Times(checkout + 60 * SECOND),
        "amount": np.round(np.exp(5.5 + 0.6 * random.standard_normal(n)), 2),
    }
    hosts = np.array([_HOSTS[name] for name in _SHARES["provider"]])
    host = hosts[_codes(marks["provider"], tuple(_SHARES["provider"]))]
    flags = ("email_digits", "email_has_name", "email_error", "lowercase", "do_not_track")
    registrations: Columns = {
        "applicant_id": who,
        "event_time": Times(checkout),
        "first_touch": Labels(_codes(marks["touch"], FIRST_TOUCHES), FIRST_TOUCHES),
        "device_class": Labels(_codes(marks["device"], DEVICE_CLASSES), DEVICE_CLASSES),
        "os_family": Labels(_codes(marks["system"], OS_FAMILIES), OS_FAMILIES),
        "email_host": Labels(_codes(host, EMAIL_HOSTS), EMAIL_HOSTS),
    }
    return applications, registrations | {flag: marks[flag] == "yes" for flag in flags}


def _codes(labels: NDArray[np.str_], words: tuple[str, ...]) -> NDArray[np.int8]:
    codes = np.zeros(labels.size, np.int8)
    for code, word in enumerate(words):
        codes[labels == word] = code
    return codes
