"""True probabilities of default: the months after an application, drawn again and again."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled, nested
from creditscore.errors import ParameterError
from creditscore.simulate.config import OUTCOME_MONTHS, SimulationConfig
from creditscore.simulate.hazard import ECONOMY, MEMORY, PERSISTENCE, Defaults, log_odds
from creditscore.simulate.network import Neighbours
from creditscore.simulate.people import People
from creditscore.simulate.streams import Generator

F8 = NDArray[np.float64]
F4 = NDArray[np.float32]
I8 = NDArray[np.int64]
I2 = NDArray[np.int16]

_LONG_AGO = -1_000


def probability_by_paths(
    config: SimulationConfig, people: People, near: Neighbours, defaults: Defaults, paths: int,
    random: Generator,
) -> F8:  # fmt: skip
    """Mean over paths of the chance of a default in 12 months, shape (applications,)."""
    if paths < 1:
        raise ParameterError.must_be("paths", "1 or more", paths)
    asked = people.requests
    chance = np.empty(len(asked))
    for month in np.unique(asked.month):
        rows = np.flatnonzero(asked.month == month)
        applicants = asked.person[rows]
        steady = _steady(config, people, defaults, int(month), paths, random)
        last = np.full((len(people), paths), _LONG_AGO, np.int16)
        last[:] = _latest(defaults, int(month))[:, None]
        total = np.zeros((applicants.size, paths))
        seed = int(random.integers(0, 2**62))
        where = np.full(len(people), -1, np.int64)
        where[applicants] = np.arange(applicants.size)
        if config.influence == 0.0:
            _without_influence(steady[0], steady[1], applicants, total)
        else:
            _with_influence(
                steady[0], steady[1], near.starts, near.others, near.weight, near.born, near.ended, last,
                where, config.influence, int(month), seed, total,
            )  # fmt: skip
        chance[rows] = total.mean(axis=1)
    return chance


def _steady(
    config: SimulationConfig, people: People, defaults: Defaults, month: int, paths: int, random: Generator
) -> tuple[F8, F8]:
    """Log-odds of each person and month without the economy, and what the economy adds on each path."""
    calm = np.zeros(config.months)
    logits = defaults.intercept + log_odds(config, people, calm, defaults.frailty)
    ahead = logits[month + 1 : month + 1 + OUTCOME_MONTHS]
    economy = np.empty((OUTCOME_MONTHS, paths))
    level = np.full(paths, defaults.economy[month])
    shock = config.macro_volatility * np.sqrt(1.0 - PERSISTENCE**2)
    for step in range(OUTCOME_MONTHS):
        level = PERSISTENCE * level + shock * random.standard_normal(paths)
        jump = config.shock_month == month + 1 + step
        level = level + (config.shock_size if jump else 0.0)
        economy[step] = ECONOMY * level
    return np.ascontiguousarray(ahead), economy


def _latest(defaults: Defaults, month: int) -> NDArray[np.int16]:
    """Month of each person's latest default up to a month."""
    begin = max(0, month + 1 - MEMORY)
    window = defaults.events[begin : month + 1]
    latest = window.shape[0] - 1 - np.argmax(window[::-1], axis=0)
    return np.where(window.any(axis=0), begin + latest, _LONG_AGO).astype(np.int16)


@compiled
def _without_influence(logits: F8, economy: F8, applicants: I8, total: F8) -> None:
    """Write the chance of a default in the months of each path."""
    for row in range(applicants.size):
        for path in range(total.shape[1]):
            alive = 1.0
            for step in range(logits.shape[0]):
                odds = logits[step, applicants[row]] + economy[step, path]
                alive *= 1.0 - 1.0 / (1.0 + np.exp(-odds))
            total[row, path] = 1.0 - alive


@nested
def _uniform(state: int) -> float:
    """Hash a counter to a number within 0 and 1 (SplitMix64)."""
    z = np.uint64(state) * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z ^= z >> np.uint64(31)
    return float(z >> np.uint64(11)) / 9007199254740992.0


@compiled
def _with_influence(
    logits: F8, economy: F8, starts: I8, others: I8, weight: F8, born: F8, ended: F8, last: I2, where: I8,
    influence: float, month: int, seed: int, total: F8,
) -> None:  # fmt: skip
    """Go through the months of all paths at once; add up an applicant's hazards until the first default."""
    n, paths = last.shape
    recent = np.empty((n, paths), np.float32)
    share = np.empty(paths, np.float32)
    unhurt = np.ones(total.shape, np.bool_)
    for step in range(logits.shape[0]):
        now = month + 1 + step
        for i in range(n):
            for path in range(paths):
                recent[i, path] = 1.0 if now - last[i, path] <= 6 else 0.0
        for i in range(n):
            share[:] = 0.0
            strength = 0.0
            for e in range(starts[i], starts[i + 1]):
                if born[e] <= now < ended[e]:
                    strength += weight[e]
                    w = np.float32(weight[e])
                    for path in range(paths):
                        share[path] += w * recent[others[e], path]
            scale = influence / strength if strength > 0.0 else 0.0
            for path in range(paths):
                odds = logits[step, i] + economy[step, path] + scale * share[path]
                hazard = 1.0 / (1.0 + np.exp(-odds))
                row = where[i]
                if row >= 0 and unhurt[row, path]:
                    total[row, path] += hazard
                if _uniform(seed + (step * n + i) * paths + path) < hazard:
                    last[i, path] = now
                    if row >= 0:
                        unhurt[row, path] = False
