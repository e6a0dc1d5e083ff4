"""What the lender does and does not see: its old policy, and the sources that are connected."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.instants import DAY
from creditscore.data.sources import CONNECTIONS, SOURCES
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.simulate.columns import NEVER, Columns, Labels, Times, array, take
from creditscore.simulate.config import MONTH, SimulationConfig
from creditscore.simulate.loans import APPLICATION
from creditscore.simulate.people import EXISTING, NEW, SEGMENTS, THIN, People
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


def decide(config: SimulationConfig, people: People, streams: Streams) -> Flags:
    """Whom the old policy accepts: a noisy score with a cut, and a few at random.

    Returns
    -------
    ndarray of bool, shape (people,)
    """
    random = streams.of("policy")
    n = len(people)
    score = 0.5 * people.theta + 0.25 * people.capacity + random.standard_normal(n)
    lucky = random.random(n) < config.random_accepts
    cut = np.quantile(score, config.rejected) if config.rejected else -np.inf
    return np.asarray((score >= cut) | lucky | (people.ring >= 0), np.bool_)


def applications_table(people: People, accepted: Flags, streams: Streams) -> Columns:
    """One application a person, ordered by moment.

    Parameters
    ----------
    people, streams
        As drawn before.
    accepted : ndarray of bool, shape (people,)
        Whose application became a loan.
    """
    random = streams.of("requests")
    n = len(people)
    purpose = random.integers(0, len(PURPOSES), n).astype(np.int8)
    person = np.arange(n)
    rows: Columns = {
        "application_id": FIRST_APPLICATION + person,
        "applicant_id": person,
        "as_of": Times(people.as_of),
        "amount": people.amount,
        "term_days": people.term_days,
        "product": Labels(np.zeros(n, np.int8), ("instalment",)),
        "purpose": Labels(purpose, PURPOSES),
        "segment": Labels(people.segment.astype(np.int8), SEGMENTS),
        "decision": Labels(np.where(accepted, 0, 1).astype(np.int8), ("accepted", "rejected")),
        "loan_id": np.where(accepted, person * 10 + APPLICATION, NEVER),
    }
    return take(rows, np.argsort(people.as_of, kind="stable"))


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
    since = np.where(people.segment == EXISTING, start - MONTH, people.as_of - days.astype(np.int64))
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
