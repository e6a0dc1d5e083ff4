"""What scores would have ranked had the outcomes of others become known three months later."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Final, NamedTuple

import numpy as np

from creditscore._ground.arrays import Int64, read_only
from creditscore._ground.instants import DAY, NEVER
from creditscore.assess.study import Study
from creditscore.data.door.build import Parts
from creditscore.data.network.index import build_network
from creditscore.data.portfolio import Portfolio
from creditscore.data.sources import SOURCE_GROUPS
from creditscore.data.tables.events import EventTable
from creditscore.features.compute import FeatureComputer
from creditscore.features.definition import FeatureSet
from creditscore.pipeline.cautions import strengths

LAG_DAYS: Final = 91
# What tells of the outcomes of others: as they are, and as measures of the graph.
_OF_OUTCOMES: Final = ("standings", "measures")
_MOST_ROWS: Final = 5_000


class Fall(NamedTuple):
    """How much worse the best feature of the people around ranks with the lag.

    Attributes
    ----------
    name : str
        The best one without it.
    auc : float
        What the best one loses, whichever it is then: what leaves one window stands in the next; 0 or more.
    rows : int
        Applications that were looked at.
    bads : int
        The bads among them.
    """

    name: str
    auc: float
    rows: int
    bads: int


def lagged(portfolio: Portfolio, days: int = LAG_DAYS) -> Portfolio:
    """Return a portfolio in which standings and measures of the graph became known some days later.

    Parameters
    ----------
    portfolio : Portfolio
        It is not changed.
    days : int, default 91
    """
    there = [name for name in _OF_OUTCOMES if name in portfolio.tables]
    moved = {name: _later(portfolio.tables[name], days * DAY) for name in there}
    tables = MappingProxyType({**portfolio.tables, **moved})
    parts = Parts.of(portfolio)._replace(tables=tables)
    if portfolio.network is not None and "standings" in moved:
        network = build_network(tables, portfolio.people.labels, portfolio.privacy)
        parts = parts._replace(network=network)
    return Portfolio.of_parts(parts)


def most_lost(study: Study) -> Fall | None:
    """Measure what the best feature of the people around loses with the lag; None where there is none.

    Parameters
    ----------
    study : Study
        With goods and bads to judge by.
    """
    names = SOURCE_GROUPS["social"]
    chosen = FeatureSet(tuple(one for one in study.model.computer.features if one.source in names))
    if not len(chosen) or not set(_OF_OUTCOMES) & set(study.portfolio.tables):
        return None
    taken = np.arange(0, study.rows.size, max(1, -(-study.rows.size // _MOST_ROWS)))
    asked, bad = study.applications.take(study.rows[taken]), study.bad[taken]
    computer = FeatureComputer(chosen)
    now, later = (
        strengths(computer.compute(asked, portfolio, threads=study.threads).values, bad, chosen)
        for portfolio in (study.portfolio, lagged(study.portfolio))
    )
    fall = max(float(now.max() - later.max()), 0.0)
    return Fall(chosen.names[int(np.argmax(now))], fall, int(taken.size), int(bad.sum()))


def _later(table: EventTable, lag: int) -> EventTable:
    expires = table.expires
    return replace(
        table,
        times=read_only(_moved(table.times, lag)),
        expires=None if expires is None else read_only(_moved(expires, lag)),
    )


def _moved(times: Int64, lag: int) -> Int64:
    return np.where(times == NEVER, times, times + lag)
