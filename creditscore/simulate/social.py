"""Ties as they are seen, groups, activities, and the standings that became known."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.instants import DAY
from creditscore.data.tables.vocabularies import STANDINGS
from creditscore.simulate.columns import NEVER, SECOND, Columns, Labels, Times, array, join, take
from creditscore.simulate.config import MONTH, SimulationConfig
from creditscore.simulate.missed import Events
from creditscore.simulate.network import Neighbours, Network, friends_of_good_standing, returned
from creditscore.simulate.people import People, logistic
from creditscore.simulate.schedules import APPLICATION, GUARANTEE, LOANS_A_PERSON
from creditscore.simulate.streams import Generator, Streams

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]

LAYERS: Final = ("friend", "interaction", "p2p")
ACTIVITIES: Final = ("call", "comment", "post", "reaction")
ROLES: Final = ("member", "owner")


def ties_table(config: SimulationConfig, people: People, network: Network, streams: Streams) -> Columns:
    """Declared ties, interactions along them, money between persons, ties of gamers and of rings."""
    begun = config.start_time + (network.born * MONTH).astype(np.int64)
    over = np.where(np.isinf(network.ended), 0.0, network.ended)
    ended = np.where(np.isinf(network.ended), NEVER, config.start_time + (over * MONTH).astype(np.int64))
    parts = [
        *_declared(config, network, begun, ended, streams.of("consents")),
        *_interactions(config, people, network, streams),
        _transfers(config, people, network, streams),
    ]
    source, target, days = friends_of_good_standing(config, people, streams.of("gaming"))
    made = people.as_of[source] - (days * DAY).astype(np.int64)
    parts.append(
        _ties(source, target, made, np.full(source.size, NEVER), np.ones(source.size), 0, directed=False)
    )
    rows = join(parts)
    # Nobody knows people who are made up; they are tied to one another only.
    real = (people.ring[array(rows, "person_id")] < 0) & (people.ring[array(rows, "other_id")] < 0)
    rows = join([take(rows, real), ring_ties(people)])
    return take(rows, array(rows, "event_time") < config.end_time)


def _declared(
    config: SimulationConfig, network: Network, begun: I8, ended: I8, random: Generator
) -> list[Columns]:
    """Ties as people state them: undirected, asked for and agreed to some days later, or never agreed to."""
    draw, wait = random.random(len(network)), 1.0 + 20.0 * random.random(len(network))
    alone = draw < config.one_sided
    asked = ~alone & (draw > 0.85)
    whole = np.flatnonzero(~alone & ~asked)
    source, target, weight = network.source, network.target, network.weight
    one, two = np.flatnonzero(alone | asked), np.flatnonzero(asked)
    agreed = begun[two] + (wait[two] * DAY).astype(np.int64)
    over = ended[two]
    agreed = np.where((over != NEVER) & (agreed > over), over, agreed)
    return [
        _ties(source[whole], target[whole], begun[whole], ended[whole], weight[whole], 0, directed=False),
        _ties(source[one], target[one], begun[one], ended[one], weight[one], 0, directed=True),
        _ties(target[two], source[two], agreed, over, weight[two], 0, directed=True),
    ]


def _ties(
    source: I8, target: I8, begun: I8, ended: I8, weight: NDArray[Any], layer: int, *, directed: bool
) -> Columns:
    n = source.size
    return {
        "person_id": source,
        "event_time": Times(begun // 1_000_000 * 1_000_000),
        "other_id": target,
        "end_time": Times(ended),
        "layer": Labels(np.full(n, layer, np.int8), LAYERS),
        "weight": np.round(weight, 3),
        "directed": np.full(n, directed),
    }


def _interactions(
    config: SimulationConfig, people: People, network: Network, streams: Streams
) -> list[Columns]:
    """Directed contacts along a tie while it lives; most are returned within days."""
    random = streams.of("interactions")
    shared = config.tie_behaviour * (people.theta[network.source] + people.theta[network.target]) / 2.0
    row = np.repeat(np.arange(len(network)), random.poisson(0.9 * np.exp(0.25 * shared)))
    turn = random.random(row.size) < 0.5
    source = np.where(turn, network.source[row], network.target[row])
    target = np.where(turn, network.target[row], network.source[row])
    begin = np.maximum(network.born[row], 0.0)
    end = np.minimum(network.ended[row], float(config.months))
    when = begin + (end - begin) * random.random(row.size)
    at = config.start_time + (when * MONTH).astype(np.int64)
    never = np.full(row.size, NEVER)
    weight = 1.0 + random.poisson(1.0, row.size)
    answered = returned(config, people, target, random)
    later = at + (3.0 * random.random(row.size) * DAY).astype(np.int64)
    there = _ties(source, target, at, never, weight, 1, directed=True)
    back = _ties(target, source, later, never, weight, 1, directed=True)
    return [there, take(back, answered)]


def _transfers(config: SimulationConfig, people: People, network: Network, streams: Streams) -> Columns:
    random = streams.of("transfers")
    chance = logistic(-2.0 + 0.5 * config.tie_behaviour * people.capacity[network.source])
    paid = random.random(len(network)) < chance
    begin = np.maximum(network.born, 0.0)
    when = begin + (np.minimum(network.ended, float(config.months)) - begin) * random.random(len(network))
    at = config.start_time + (when * MONTH).astype(np.int64)
    rows = np.flatnonzero(paid)
    return _ties(
        network.source[rows], network.target[rows], at[rows], np.full(rows.size, NEVER),
        np.ones(rows.size), 2, directed=True,
    )  # fmt: skip


def ring_ties(people: People) -> Columns:
    """Payments between all members of each ring, in the two months before they apply."""
    first, second = _ring_pairs(people)
    gap = ((first * 7 + second * 13) % 50 + 5) * DAY
    at = np.minimum(people.as_of[first], people.as_of[second]) - gap
    return _ties(first, second, at, np.full(first.size, NEVER), np.full(first.size, 3.0), 2, directed=True)


def _ring_pairs(people: People) -> tuple[I8, I8]:
    members = np.flatnonzero(people.ring >= 0)
    same = people.ring[members][:, None] == people.ring[members]
    first, second = np.nonzero(same & (members[:, None] < members))
    return members[first], members[second]


def memberships_table(config: SimulationConfig, people: People, streams: Streams) -> Columns:
    """Groups of a community, and groups across all."""
    random = streams.of("groups")
    n = len(people)
    person = np.repeat(np.arange(n), random.poisson(1.5, n))
    local = random.random(person.size) < 0.7
    common = n + random.integers(0, max(1, n // 150), person.size)
    group = np.where(local, people.community[person] * 3 + random.integers(0, 3, person.size), common)
    _, first = np.unique(person * (4 * n + 1_000) + group, return_index=True)
    kept = np.sort(first)
    begun = (random.random(person.size) * 1.2 - 0.4) * config.months
    ended = begun + 3.0 + random.exponential(150.0, person.size)
    start = config.start_time
    over = np.where(ended < config.months, start + (ended * MONTH).astype(np.int64), NEVER)
    rows: Columns = {
        "person_id": person,
        "event_time": Times((start + (begun * MONTH).astype(np.int64)) // 1_000_000 * 1_000_000),
        "group_id": group,
        "end_time": Times(over),
        "role": Labels((random.random(person.size) < 0.04).astype(np.int8), ROLES),
    }
    return take(rows, kept)


def activities_table(config: SimulationConfig, people: People, near: Neighbours, streams: Streams) -> Columns:
    """What people did on social media from a year before they first apply; a few rows come twice."""
    random = streams.of("activities")
    years = 1.0 + (people.as_of - people.first) / (365.0 * DAY)
    person = np.repeat(
        np.arange(len(people)),
        random.poisson(years * 12.0 * config.activities * np.exp(0.5 * people.digital - 0.125)),
    )
    kind = random.integers(0, len(ACTIVITIES), person.size)
    many = near.starts[person + 1] - near.starts[person]
    position = near.starts[person] + (random.random(person.size) * many).astype(np.int64)
    towards = (many > 0) & (kind != ACTIVITIES.index("post"))
    other = np.full(person.size, NEVER)
    other[towards] = near.others[position[towards]]
    span = 365.0 * DAY + (people.as_of - people.first)[person]
    ago = (random.random(person.size) * span).astype(np.int64) + 1_000_000
    rows: Columns = {
        "person_id": person,
        "event_time": Times((people.as_of[person] - ago) // 1_000_000 * 1_000_000),
        "kind": Labels(kind.astype(np.int8), ACTIVITIES),
        "other_id": other,
    }
    twice = streams.of("duplicates").random(person.size) < config.duplicates
    return join([rows, take(rows, twice)])


def standings_table(
    config: SimulationConfig, people: People, events: Events, credit: dict[str, Columns], streams: Streams
) -> Columns:
    """What became known: a default after the reporting lag, good standing when a loan had run its course."""
    random = streams.of("lags")
    reported = random.random(len(people)) < config.reported
    lag = random.poisson(config.reporting_lag, events.person.size) * DAY
    bad = _standings(events.person, events.time, events.time + lag, 0)
    loans = credit["loans"]
    owner, loan, closed = (array(loans, name) for name in ("applicant_id", "loan_id", "closed_time"))
    kind = loan % LOANS_A_PERSON
    clean = (array(loans, "restructured_time") == NEVER) & (kind != GUARANTEE) & (closed != NEVER)
    # A new loan has to have aged for a year, too.
    opened = array(loans, "event_time")
    new = (kind == APPLICATION) | (kind > GUARANTEE)
    ripe = np.where(new, np.maximum(closed, opened + 365 * DAY), closed)
    troubled = _in_default(owner, opened, ripe, events)
    rows = np.flatnonzero(clean & ~troubled)
    wait = random.poisson(config.reporting_lag, owner.size) * DAY
    good = _standings(owner[rows], ripe[rows], ripe[rows] + wait[rows], 1)
    both = join([bad, good])
    keep = reported[array(both, "person_id")] & (array(both, "known_time") < config.end_time)
    return take(both, keep)


def _standings(person: I8, time: I8, known: I8, standing: int) -> Columns:
    return {
        "person_id": person,
        "event_time": Times(time),
        "standing": Labels(np.full(person.size, standing, np.int8), STANDINGS),
        "known_time": Times(known),
    }


def _in_default(owner: I8, begin: I8, end: I8, events: Events) -> NDArray[np.bool_]:
    """Whether the owner defaulted between two moments; events are ordered by person and time."""
    base = int(min(begin.min(initial=0), events.time.min(initial=0)))
    first, last = (begin - base) // SECOND, (np.maximum(begin, end) - base) // SECOND
    when = (events.time - base) // SECOND
    width = int(max(last.max(initial=0), when.max(initial=0))) + 1
    key = events.person * width + when
    low = np.searchsorted(key, owner * width + first)
    high = np.searchsorted(key, owner * width + last, side="right")
    return np.asarray(high > low, np.bool_)
