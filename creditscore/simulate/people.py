"""Who the people are: traits that nobody sees, and when they come to apply."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.instants import DAY, SECOND
from creditscore.simulate.config import MONTH, SimulationConfig
from creditscore.simulate.requests import Requests, make_requests
from creditscore.simulate.streams import Generator, Streams

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
Flags = NDArray[np.bool_]

SEGMENTS: Final = ("existing", "thin_file", "new_to_bank")
EXISTING, THIN, NEW = range(3)
LOG_INCOME: Final = np.log([2_000.0, 1_200.0, 1_700.0])
CORRELATION = 0.3
GROUP_SHARE = 0.4
GROUP_SHIFT = -0.3
MOST_RETURNS: Final = 3


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """Latent traits and dates; arrays of shape (people,).

    Attributes
    ----------
    theta : ndarray of float64
        Reliability, standard normal; higher is less risk.
    capacity : ndarray of float64
        Log income less the mean of the segment, over 0.5; correlates 0.3 with reliability.
    kappa : ndarray of float64
        Log monthly income.
    digital : ndarray of float64
        Digital engagement, standard normal.
    group : ndarray of bool
        Protected attribute; shifts capacity and the choice of device, not reliability.
    segment : ndarray of int64
        Position in ``SEGMENTS``.
    activity : ndarray of float64
        How many ties a person makes, relative to the mean.
    community : ndarray of int64
    ring : ndarray of int64
        Number of the fraud ring, -1 for none.
    requests : Requests
        All applications.
    month : ndarray of int64
        Month of the last application, counted from the start.
    as_of, first : ndarray of int64
        Moment of the last application and of the first one, microseconds.
    debt_to_income : ndarray of float64
        Instalment that is asked for last over monthly income, above 0 and at most 1.
    """

    theta: F8
    capacity: F8
    kappa: F8
    digital: F8
    group: Flags
    segment: I8
    activity: F8
    community: I8
    ring: I8
    requests: Requests
    month: I8
    as_of: I8
    first: I8
    debt_to_income: F8

    def __len__(self) -> int:
        return self.theta.size


def noisy(trait: F8, correlation: float, random: Generator) -> F8:
    """Return a standard normal that correlates with a trait as said.

    Parameters
    ----------
    trait : ndarray of float64, shape (people,)
        Standard normal.
    correlation : float
        Within -1 and 1.
    random : Generator

    Returns
    -------
    ndarray of float64, shape (people,)
    """
    rest = np.sqrt(1.0 - correlation**2) * random.standard_normal(trait.size)
    return np.asarray(correlation * trait + rest, np.float64)


def logistic(x: F8) -> F8:
    """Probability of log-odds.

    Parameters
    ----------
    x : ndarray of float64, shape (...)

    Returns
    -------
    ndarray of float64, shape (...)
        Within 0 and 1.
    """
    return np.asarray(1.0 / (1.0 + np.exp(-x)), np.float64)


def customers(people: People) -> Flags:
    """Who had credit before: existing customers that are not made up.

    Returns
    -------
    ndarray of bool, shape (people,)
    """
    return np.asarray((people.segment == EXISTING) & (people.ring < 0), np.bool_)


def make_people(config: SimulationConfig, streams: Streams) -> People:
    """Draw everybody."""
    n = config.people
    random = streams.of("traits")
    theta = random.standard_normal(n)
    group = random.random(n) < GROUP_SHARE
    capacity = noisy(theta, CORRELATION, random) + GROUP_SHIFT * (group - GROUP_SHARE)
    digital = random.standard_normal(n)
    activity = np.exp(config.activity_spread * random.standard_normal(n))
    draw = streams.of("segments").random(n)
    segment = np.where(
        draw < config.thin_file, THIN, np.where(draw < config.thin_file + config.new_to_bank, NEW, EXISTING)
    )
    ring = _rings(config, streams.of("rings"))
    kappa = LOG_INCOME[segment] + 0.5 * capacity
    usual, when = _arrivals(config, ring, streams)
    asked = streams.of("requests")
    wish = np.exp(7.4 + 0.6 * (kappa - 7.3) + 0.45 * asked.standard_normal(n))
    term = asked.choice([180.0, 360.0, 360.0, 540.0, 720.0], n)
    back = _returns(config, usual, segment == EXISTING, streams.of("returns"))
    requests = make_requests(config, when, np.where((ring < 0)[:, None], back, 0), wish, term, streams)
    return People(
        theta=theta, capacity=capacity, kappa=kappa, digital=digital, group=group,
        segment=segment.astype(np.int64), activity=activity / activity.mean(),
        community=_communities(config, theta, streams.of("communities")), ring=ring, requests=requests,
        month=when // MONTH, as_of=config.start_time + when,
        first=config.start_time + when - back.max(axis=1),
        debt_to_income=np.minimum(1.0, wish / term * 30.0 / np.exp(kappa)),
    )  # fmt: skip


def _returns(config: SimulationConfig, when: I8, may: Flags, random: Generator) -> I8:
    """How long before the last application earlier ones were made, newest first; 0 where there was none.

    It follows the usual arrival of members of rings too, so that rings shift no draws of others.
    """
    count = np.minimum(random.poisson(config.returning, when.size), MOST_RETURNS)
    gap = 90.0 + random.exponential(150.0, (when.size, MOST_RETURNS))
    back = (np.cumsum(gap, axis=1) * DAY).astype(np.int64) // SECOND * SECOND
    early = when[:, None] - back >= config.history_months * MONTH
    there = early & may[:, None] & (np.arange(MOST_RETURNS) < count[:, None])
    return np.where(there, back, 0)


def _communities(config: SimulationConfig, theta: F8, random: Generator) -> I8:
    """Sort people by a key that follows reliability as far as homophily says, and cut into blocks."""
    key = noisy(theta, config.homophily, random)
    rank = np.empty(theta.size, np.int64)
    rank[np.argsort(key, kind="stable")] = np.arange(theta.size)
    return np.minimum(rank // config.community_size, max(1, theta.size // config.community_size) - 1)


def _rings(config: SimulationConfig, random: Generator) -> I8:
    """Number of the ring of each person; members are drawn at random."""
    ring = np.full(config.people, -1, np.int64)
    rings = min(config.rings, config.people // (10 * config.ring_size))
    members = random.permutation(config.people)[: rings * config.ring_size]
    ring[members] = np.repeat(np.arange(rings), config.ring_size)
    return ring


def _arrivals(config: SimulationConfig, ring: I8, streams: Streams) -> tuple[I8, I8]:
    """Microseconds from the start to each last application: as if there were no rings, and with them.

    The applications of a ring fall within 7 days.
    """
    random = streams.of("arrivals")
    span = config.application_months * MONTH
    usual = config.history_months * MONTH + (random.random(config.people) * span).astype(np.int64)
    when = usual.copy()
    bursts = streams.of("rings")
    bursts.permutation(config.people)
    members = ring >= 0
    begin = bursts.random(int(ring.max(initial=-1)) + 1) * (span - 7 * DAY)
    spread = bursts.random(config.people) * 7 * DAY
    when[members] = config.history_months * MONTH + (begin[ring[members]] + spread[members]).astype(np.int64)
    return usual // SECOND * SECOND, when // SECOND * SECOND
