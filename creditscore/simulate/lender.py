"""What the lender does and does not see: its old policy, and the sources that are connected."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.instants import DAY
from creditscore.data.sources import CONNECTIONS, SOURCES
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.simulate.columns import NEVER, Columns, Labels, Times, array, take
from creditscore.simulate.config import MONTH, SimulationConfig
from creditscore.simulate.hazard import MEMORY, Defaults
from creditscore.simulate.missed import loan_ids
from creditscore.simulate.people import EXISTING, MOST_RETURNS, NEW, SEGMENTS, THIN, People
from creditscore.simulate.requests import Requests
from creditscore.simulate.streams import Streams

Flags = NDArray[np.bool_]

# In the order of which random numbers are drawn.
CONNECTED: Final = tuple(sorted(name for name, source in SOURCES.items() if source.tables))
FIRST_APPLICATION: Final = 1_000_000_000
PURPOSES: Final = ("car", "home", "other", "studies")
# What others supply of the applicant alone: a person may not have connected it.
_OPTIONAL: Final = tuple(
    name for name in CONNECTED if SOURCES[name].subjects == "applicant" and SOURCES[name].supplier != "own"
)
# What a lender knows of its customers' network.
_SOCIAL: Final = tuple(name for name in CONNECTED if "social_network" in SOURCES[name].legal_tags)


def decide(config: SimulationConfig, people: People, defaults: Defaults, streams: Streams) -> Flags:
    """Which applications the old policy accepts: a noisy score with a cut, and a few at random.

    Who defaulted in the 6 months before has little chance.

    Returns
    -------
    ndarray of bool, shape (applications,)
    """
    random, asked = streams.of("policy"), people.requests
    n = len(people)
    noise = random.standard_normal(n), random.standard_normal((n, MOST_RETURNS))
    luck = random.random(n), random.random((n, MOST_RETURNS))
    score = 0.5 * people.theta[asked.person] + 0.25 * people.capacity[asked.person] + _of(noise, asked)
    # The cut goes by everybody's last application, so that no ring and no default of one moves it for others.
    cut = np.quantile(score[asked.last], config.rejected) if config.rejected else -np.inf
    for month in range(MEMORY):
        score -= 1.5 * defaults.events[np.maximum(asked.month - month, 0), asked.person]
    lucky = _of(luck, asked) < config.random_accepts
    return np.asarray((score >= cut) | lucky | (people.ring[asked.person] >= 0), np.bool_)


def _of(draws: tuple[NDArray[Any], NDArray[Any]], asked: Requests) -> NDArray[Any]:
    """Numbers of applications that are drawn by person: of the last one, and of those before it."""
    last, before = draws
    return np.where(asked.back == 0, last[asked.person], before[asked.person, np.maximum(asked.back, 1) - 1])


def applications_table(people: People, accepted: Flags, streams: Streams) -> Columns:
    """All applications, ordered by moment.

    Parameters
    ----------
    people, streams
        As drawn before.
    accepted : ndarray of bool, shape (applications,)
        Which applications became a loan.
    """
    random, asked, n = streams.of("purposes"), people.requests, len(people)
    purpose = _of(
        (random.integers(0, len(PURPOSES), n), random.integers(0, len(PURPOSES), (n, MOST_RETURNS))), asked
    )
    return {
        "application_id": application_ids(people),
        "applicant_id": asked.person,
        "as_of": Times(asked.as_of),
        "amount": asked.amount,
        "term_days": asked.term_days,
        "product": Labels(np.zeros(len(asked), np.int8), ("instalment",)),
        "purpose": Labels(purpose.astype(np.int8), PURPOSES),
        "segment": Labels(people.segment[asked.person].astype(np.int8), SEGMENTS),
        "decision": Labels(np.where(accepted, 0, 1).astype(np.int8), ("accepted", "rejected")),
        "loan_id": np.where(accepted, loan_ids(asked.person, asked.back), NEVER),
    }


def application_ids(people: People) -> NDArray[np.int64]:
    """Ids of all applications, shape (applications,), in the order of their moments."""
    asked = people.requests
    return FIRST_APPLICATION + asked.person + asked.back * len(people)


def missing_sources(config: SimulationConfig, people: People, streams: Streams) -> dict[str, Flags]:
    """Which sources are absent for whom: by chance, more often with a thin file, and by segment.

    Returns
    -------
    dict of str to ndarray of bool, shape (people,)
        By source, every one of them.
    """
    random = streams.of("missing")
    n = len(people)
    random.random(n)
    absent = {name: np.zeros(n, np.bool_) for name in CONNECTED}
    for name in _OPTIONAL:
        absent[name] = random.random(n) < config.missing_completely_at_random
    absent["bills"] |= (random.random(n) < config.missing_at_random) & (people.segment == THIN)
    for name in _SOCIAL:
        absent[name] |= people.segment == NEW
    return absent


def connect(
    people: People, tables: dict[str, Columns], absent: dict[str, Flags], start: int, streams: Streams
) -> dict[str, Columns]:
    """Take out what was not connected, and say from when on each source was.

    Parameters
    ----------
    people, streams
        As drawn before.
    tables : dict of str to dict of str to column
        All tables by name; not changed.
    absent : dict of str to ndarray of bool, shape (people,)
        By source, who has not connected it.
    start : int
        Beginning of the simulation, microseconds.
    """
    kept = dict(tables)
    for source in _OPTIONAL:
        for name in SOURCES[source].tables:
            there = ~absent[source][array(tables[name], CONTRACTS[name].owner)]
            kept[name] = take(tables[name], there)
    random = streams.of("missing")
    days = (1.0 + 20.0 * random.random(len(people))) * DAY
    since = np.where(people.segment == EXISTING, start - MONTH, people.first - days.astype(np.int64))
    rows = [np.flatnonzero(~absent[source]) for source in CONNECTED]
    person = np.concatenate(rows)
    kept[CONNECTIONS] = {
        "applicant_id": person,
        "source": Labels(
            np.repeat(np.arange(len(CONNECTED)), [r.size for r in rows]).astype(np.int8), CONNECTED
        ),
        "connected_time": Times(since[person] // 1_000_000 * 1_000_000),
    }
    return kept
