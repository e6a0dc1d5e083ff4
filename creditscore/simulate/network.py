"""Who is tied to whom, since when, until when, and how strongly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled
from creditscore.simulate.config import SimulationConfig
from creditscore.simulate.people import People, logistic
from creditscore.simulate.streams import Generator, Streams

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """The ties that carry influence: undirected, each once.

    Attributes
    ----------
    source, target : ndarray of int64, shape (ties,)
        The two ends; ``source`` made the tie.
    weight : ndarray of float64, shape (ties,)
        Strength, above 0.
    born, ended : ndarray of float64, shape (ties,)
        Months from the start; ``inf`` where it did not end.
    """

    source: I8
    target: I8
    weight: F8
    born: F8
    ended: F8

    def __len__(self) -> int:
        return self.source.size


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """Both directions of every tie, by person: ``others[starts[i]:starts[i + 1]]`` are those of person i."""

    starts: I8
    others: I8
    weight: F8
    born: F8
    ended: F8


def make_network(config: SimulationConfig, people: People, streams: Streams) -> Network:
    """Draw ties inside and across communities, then ties that close triangles."""
    source, target = _pairs(config, people, streams.of("ties"))
    keep = source != target
    low, high = np.minimum(source, target)[keep], np.maximum(source, target)[keep]
    _, first = np.unique(low * len(people) + high, return_index=True)
    first = np.sort(first)
    source, target = source[keep][first], target[keep][first]
    random = streams.of("tie_times")
    # A tie between reliable people is older, ends less often and is stronger: how far is a dial.
    shared = config.tie_behaviour * (people.theta[source] + people.theta[target]) / 2.0
    weight = np.exp(0.5 * random.standard_normal(source.size) + 0.1 * shared)
    old = random.random(source.size) ** np.exp(-0.35 * shared)
    born = -12.0 + (config.months + 12.0) * (1.0 - old) ** 1.5
    lives = random.exponential(1.0, source.size) * 120.0 * np.exp(0.5 * shared)
    ended = born + 2.0 + lives
    return Network(source, target, weight, born, np.where(ended < config.months, ended, np.inf))


def _pairs(config: SimulationConfig, people: People, random: Generator) -> tuple[I8, I8]:
    n = len(people)
    count = int(random.poisson(config.ties * n))
    order = np.argsort(people.community, kind="stable")
    share = people.activity[order] * np.exp(-0.1 * config.tie_behaviour * people.theta[order])
    total = np.concatenate([[0.0], np.cumsum(share)])
    source = _pick(total, random.random(count) * total[-1])
    begins = np.searchsorted(people.community[order], people.community[order])
    ends = np.searchsorted(people.community[order], people.community[order], side="right")
    inside = random.random(count) < config.ties_within
    low = np.where(inside, total[begins[source]], 0.0)
    high = np.where(inside, total[ends[source]], total[-1])
    target = _pick(total, low + random.random(count) * (high - low))
    source, target = order[source], order[target]
    closing = _closing(source, target, n, int(config.closure * count), random)
    return np.concatenate([source, closing[0]]), np.concatenate([target, closing[1]])


def _pick(total: F8, at: F8) -> I8:
    return np.minimum(np.searchsorted(total, at, side="right") - 1, total.size - 2)


def _closing(source: I8, target: I8, n: int, count: int, random: Generator) -> tuple[I8, I8]:
    """Join people to a neighbour of a neighbour."""
    if count == 0 or source.size == 0:
        return source[:0], target[:0]
    ends = np.concatenate([source, target])
    other = np.concatenate([target, source])
    order = np.argsort(ends, kind="stable")
    starts = np.searchsorted(ends[order], np.arange(n + 1))
    others = other[order]
    tie = random.integers(0, source.size, count)
    middle = target[tie]
    spread = (random.random(count) * (starts[middle + 1] - starts[middle])).astype(np.int64)
    return source[tie], others[starts[middle] + spread]


def neighbours(network: Network, n: int) -> Neighbours:
    """Lay the ties out by person."""
    ends = np.concatenate([network.source, network.target])
    order = np.argsort(ends, kind="stable")
    twice = np.concatenate([np.arange(len(network))] * 2)[order]
    others = np.concatenate([network.target, network.source])[order]
    starts = np.searchsorted(ends[order], np.arange(n + 1)).astype(np.int64)
    return Neighbours(starts, others, network.weight[twice], network.born[twice], network.ended[twice])


@compiled
def exposure(
    starts: I8, others: I8, weight: F8, born: F8, ended: F8, marked: NDArray[np.bool_], month: float, out: F8
) -> None:  # fmt: skip
    """Write for each person the weighted share of living ties that lead to marked people; 0 without ties.

    Only who has a tie with a marked person is looked at any closer: of few people most have none.

    Parameters
    ----------
    starts : ndarray of int64, shape (people + 1,)
        First tie of each person, and behind the last; a tie stands with both of its ends.
    others : ndarray of int64, shape (ends,)
        Who is at the other end; ties of person ``i`` are ``starts[i]`` to ``starts[i + 1] - 1``.
    weight, born, ended : ndarray of float64, shape (ends,)
        Strength of each tie, and the months from which and until which it lives.
    marked : ndarray of bool, shape (people,)
    month : float
        When to look.
    out : ndarray of float64, shape (people,)
        Written: shares within 0 and 1.
    """
    touched = np.zeros(starts.size - 1, np.bool_)
    for i in range(starts.size - 1):
        for e in range(starts[i], starts[i + 1] if marked[i] else starts[i]):
            touched[others[e]] = True
    for i in range(starts.size - 1):
        out[i] = 0.0
        total = 0.0
        hit = 0.0
        if not touched[i]:
            continue
        for e in range(starts[i], starts[i + 1]):
            if born[e] <= month < ended[e]:
                total += weight[e]
                if marked[others[e]]:
                    hit += weight[e]
        out[i] = hit / total if total > 0.0 else 0.0


def friends_of_good_standing(
    config: SimulationConfig, people: People, random: Generator
) -> tuple[I8, I8, F8]:
    """Ties of the gamers to reliable people.

    Returns
    -------
    source, target : ndarray of int64, shape (ties,)
        Who made the tie, and to whom.
    days : ndarray of float64, shape (ties,)
        Days before the application at which it was made, 1 to 29.
    """
    n = len(people)
    gamers = np.flatnonzero((random.random(n) < config.gaming) & (people.ring < 0))
    reliable = np.flatnonzero(people.theta > np.quantile(people.theta, 0.8))
    source = np.repeat(gamers, config.gaming_ties)
    target = reliable[random.integers(0, reliable.size, source.size)]
    days = 1.0 + 28.0 * random.random(source.size)
    keep = source != target
    return source[keep], target[keep], days[keep]


def returned(config: SimulationConfig, people: People, ends: I8, random: Generator) -> NDArray[np.bool_]:
    """Whether an interaction is answered by the one at the other end.

    Parameters
    ----------
    config, people, random
        As drawn before.
    ends : ndarray of int64, shape (interactions,)
        Who is at the other end of each.

    Returns
    -------
    ndarray of bool, shape (interactions,)
    """
    if config.reciprocity in (0.0, 1.0):
        return np.full(ends.size, config.reciprocity == 1.0)
    odds = np.log(config.reciprocity / (1.0 - config.reciprocity))
    chance = logistic(odds + 0.5 * config.tie_behaviour * people.theta[ends])
    return np.asarray(random.random(ends.size) < chance, np.bool_)
