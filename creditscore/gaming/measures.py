"""What the grid of the graph measures once ties were bent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from creditscore.data.portfolio import Portfolio
from creditscore.data.sources import find_source
from creditscore.data.tables.vocabularies import NETWORK_MEASURES
from creditscore.gaming.sample import OF_EVERYONE, GamingSample, pd_index
from creditscore.graph.measures import compute_measures
from creditscore.graph.settings import GraphSettings

if TYPE_CHECKING:
    import pandas as pd

_READ: Final = (*OF_EVERYONE, *find_source("loans").tables)
_OF_PURCHASES: Final = frozenset({"lookalike_default_share", "lookalike_known"})


def with_measures(
    sample: GamingSample, changed: Mapping[str, pd.DataFrame], threads: int | None
) -> dict[str, pd.DataFrame]:
    """Add the measures of the graph to bent tables, as the grid would have had them with these ties.

    Of each application only the newest date of the grid before it is computed, with the usual settings.
    Look-alikes rest on purchases and not on ties, and stay.

    Parameters
    ----------
    sample : GamingSample
    changed : mapping of str to DataFrame
    threads : int or None
    """
    import pandas as pd

    tables = dict(changed)
    if not OF_EVERYONE & set(changed) or "measures" not in sample.tables:
        return tables
    rows = sample.tables["measures"]
    ours = tuple(name for name in rows["measure"].unique() if name in NETWORK_MEASURES)
    ours = tuple(name for name in ours if name not in _OF_PURCHASES)
    if not ours:
        return tables
    whole = _everyone(sample, changed)
    found = compute_measures(
        whole, _dates(sample, rows), settings=GraphSettings(measures=ours), threads=threads
    )
    new = found.to_frame()
    new = new[new["subject_id"].isin(sample.ids)]
    renewed = rows["event_time"].isin(new["event_time"].unique()) & rows["measure"].isin(ours)
    tables["measures"] = pd.concat(
        [rows[~renewed].drop(columns="event_id", errors="ignore"), new], ignore_index=True
    )
    return tables


def _dates(sample: GamingSample, rows: pd.DataFrame) -> list[Any]:
    """Newest date of the grid before each application."""
    grid = np.unique(pd_index(rows["event_time"]).as_unit("us").asi8)
    newest = np.searchsorted(grid, sample.applications.as_of) - 1
    return [int(grid[k]) for k in np.unique(newest[newest >= 0])]


def _everyone(sample: GamingSample, changed: Mapping[str, pd.DataFrame]) -> Portfolio:
    """Build a portfolio of all people with the bent tables in it."""
    origin = sample.portfolio
    tables: dict[str, Any] = {}
    for name in _READ:
        if name in changed:
            tables[name] = changed[name]
        elif name in sample.tables:
            frame = origin.to_frame(name)
            tables[name] = frame[frame["superseded_time"].isna()].drop(columns="superseded_time")
    return Portfolio(**tables, timezone=origin.timezone, weekend=origin.weekend, privacy=origin.privacy)
