"""Who defaults when: monthly hazards with reliability, capacity, economy, influence and frailty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore.errors import ParameterError
from creditscore.simulate.config import MONTH, OUTCOME_MONTHS, SimulationConfig
from creditscore.simulate.network import Neighbours, exposure
from creditscore.simulate.people import People, logistic
from creditscore.simulate.requests import Requests
from creditscore.simulate.streams import Streams

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]

RELIABILITY: Final = -0.9
CAPACITY: Final = -0.4
ECONOMY: Final = -0.3
DEBT: Final = 0.5
PERSISTENCE: Final = 0.9
MEMORY: Final = 6
MOST_BAD_A_MONTH: Final = 0.03
_STEPS: Final = 18
_BOUNDS: Final = (-14.0, 2.0)


@dataclass(frozen=True, slots=True, eq=False)
class Defaults:
    """What the economy did and who defaulted when.

    Attributes
    ----------
    intercept : float
        Log-odds that were solved for.
    economy : ndarray of float64, shape (months,)
    frailty : ndarray of float64, shape (people,)
        Shock of each person's community.
    hazard : ndarray of float64, shape (months, people)
        Probability of a default in each month, given all that had happened.
    events : ndarray of bool, shape (months, people)
    bad : ndarray of bool, shape (applications,)
        A default within 12 months after the application, whether or not it was accepted.
    """

    intercept: float
    economy: F8
    frailty: F8
    hazard: F8
    events: NDArray[np.bool_]
    bad: NDArray[np.bool_]


def make_defaults(config: SimulationConfig, people: People, near: Neighbours, streams: Streams) -> Defaults:
    """Run the months, with the intercept that gives the target bad rate."""
    economy = make_economy(config, streams)
    blocks = int(people.community.max()) + 1
    frailty = config.frailty * streams.of("frailty").standard_normal(blocks)[people.community]
    logits = log_odds(config, people, economy, frailty)
    uniform = streams.of("defaults").random((config.months, len(people)))
    low, high = _solve(config, people, logits, uniform, near, 0.0, *_BOUNDS, steps=_STEPS)
    if config.influence:
        low -= 0.4 * config.influence
        low, high = _solve(config, people, logits, uniform, near, config.influence, low, high, steps=12)
    hazard, events = run(low + logits, uniform, near, config.influence)
    _refuse_runaway(config, hazard)
    _force_rings(people, events)
    bad = outcomes(events, people.requests)
    return Defaults(low, economy, frailty, hazard, events, bad)


def _solve(
    config: SimulationConfig, people: People, logits: F8, uniform: F8, near: Neighbours, influence: float,
    low: float, high: float, *, steps: int,
) -> tuple[float, float]:  # fmt: skip
    """Halve the bracket of intercepts around the one that gives the target bad rate."""
    for _ in range(steps):
        intercept = (low + high) / 2.0
        hazard, _events = run(intercept + logits, uniform, near, influence)
        if _bad_rate(hazard, people) > config.bad_rate:
            high = intercept
        else:
            low = intercept
    return low, high


def make_economy(config: SimulationConfig, streams: Streams) -> F8:
    """AR(1) of the given standard deviation, with a jump that fades like any other.

    Returns
    -------
    ndarray of float64, shape (months,)
        Higher is better for everybody; its mean in the long run is 0 where there is no jump.
    """
    shocks = streams.of("macro").standard_normal(config.months)
    economy = np.empty(config.months)
    level = shocks[0]
    for month in range(config.months):
        if month:
            level = PERSISTENCE * level + np.sqrt(1.0 - PERSISTENCE**2) * shocks[month]
        economy[month] = config.macro_volatility * level
    if config.shock_month is not None:
        since = np.arange(config.months) - config.shock_month
        economy += np.where(since >= 0, config.shock_size * PERSISTENCE ** np.maximum(since, 0), 0.0)
    return economy


def log_odds(config: SimulationConfig, people: People, economy: F8, frailty: F8) -> F8:
    """Log-odds of a default in each month without intercept and influence, shape (months, people)."""
    capacity = np.full(config.months, CAPACITY)
    if config.shock_month is not None:
        capacity[config.shock_month :] *= 1.0 - 2.0 * config.concept_drift
    steady = RELIABILITY * people.theta + frailty + DEBT * people.debt_to_income
    return steady + capacity[:, None] * people.capacity + ECONOMY * economy[:, None]


def run(logits: F8, uniform: F8, near: Neighbours, influence: float) -> tuple[F8, NDArray[np.bool_]]:
    """Go through the months; whoever defaulted in the 6 months before weighs on the neighbours.

    Parameters
    ----------
    logits : ndarray of float64, shape (months, people)
        Log-odds of a default in each month, without influence.
    uniform : ndarray of float64, shape (months, people)
        Draws within 0 and 1: who draws less than the hazard defaults.
    near : Neighbours
    influence : float
        Log-odds added where all neighbours defaulted.

    Returns
    -------
    hazard : ndarray of float64, shape (months, people)
        Probability of a default in each month, within 0 and 1.
    events : ndarray of bool, shape (months, people)
        Who defaulted when.
    """
    if influence == 0.0:
        hazard = logistic(logits)
        return hazard, uniform < hazard
    months, n = logits.shape
    hazard, events = np.empty((months, n)), np.empty((months, n), np.bool_)
    exposed = np.empty(n)
    for month in range(months):
        recent = np.any(events[max(0, month - MEMORY) : month], axis=0)
        exposure(near.starts, near.others, near.weight, near.born, near.ended, recent, float(month), exposed)
        hazard[month] = logistic(logits[month] + influence * exposed)
        events[month] = uniform[month] < hazard[month]
    return hazard, events


def _bad_rate(hazard: F8, people: People) -> float:
    survival = np.cumsum(np.log1p(-np.minimum(hazard, 1.0 - 1e-12)), axis=0)
    month, who = people.requests.month, people.requests.person
    window = survival[month + OUTCOME_MONTHS, who] - survival[month, who]
    return float(-np.expm1(window).mean())


def _refuse_runaway(config: SimulationConfig, hazard: F8) -> None:
    worst = float(hazard.mean(axis=1).max())
    if worst > max(MOST_BAD_A_MONTH, config.bad_rate / 3.0):
        raise ParameterError(
            f"With influence={config.influence:g} defaults run away: {worst:.1%} of all people in one month. "
            "Lower the 'influence' parameter or the 'bad_rate' parameter."
        )


def _force_rings(people: People, events: NDArray[np.bool_]) -> None:
    """A ring never pays: its members default in the first months after they apply, and not before."""
    for member in np.flatnonzero(people.ring >= 0):
        events[: people.month[member] + 1, member] = False
        events[people.month[member] + 1, member] = True


def outcomes(events: NDArray[np.bool_], requests: Requests) -> NDArray[np.bool_]:
    """Whether each applicant defaults in the 12 months after the month of the application.

    Parameters
    ----------
    events : ndarray of bool, shape (months, people)
    requests : Requests

    Returns
    -------
    ndarray of bool, shape (applications,)
    """
    bad = np.zeros(len(requests), np.bool_)
    for ahead in range(1, OUTCOME_MONTHS + 1):
        bad |= events[requests.month + ahead, requests.person]
    return bad


def default_time(people: People, month: I8, person: I8, config: SimulationConfig, day: F8) -> I8:
    """Instant of a default in a month (of the calendar before the application, of the loan after it).

    Parameters
    ----------
    people, config
        As drawn before.
    month, person : ndarray of int64, shape (defaults,)
        Month of each default, and who defaulted.
    day : ndarray of float64, shape (defaults,)
        How much of the month has passed, within 0 and 1.

    Returns
    -------
    ndarray of int64, shape (defaults,)
        Microseconds, whole seconds.
    """
    start, as_of, applied = config.start_time, people.as_of[person], people.month[person]
    after = as_of + ((month - applied - 1 + day) * MONTH).astype(np.int64)
    into = as_of - start - applied * MONTH
    before = start + np.where(month == applied, applied * MONTH + day * into, (month + day) * MONTH).astype(
        np.int64
    )
    return np.where(month > applied, after, before) // 1_000_000 * 1_000_000
