"""The 96 window statistics as features."""

from __future__ import annotations

from typing import Final

import polars as pl
from _window_events import LANES, MOMENT, STATISTICS, WINDOWS

import creditscore as cs
from creditscore.features.compute import FeatureComputer

_WHERE: Final[dict[str, tuple[cs.Condition, ...]]] = {
    "inflow": (cs.Condition("amount", "gt", 0.0),),
    "outflow": (cs.Condition("amount", "lt", 0.0),),
    "net": (),
}


def window_computer() -> FeatureComputer:
    """The 96 statistics, ready to run."""
    return FeatureComputer(
        cs.FeatureSet(
            tuple(
                _feature(lane, days, statistic)
                for lane in LANES
                for days in WINDOWS
                for statistic in STATISTICS
            )
        )
    )


def _feature(lane: str, days: int, statistic: str) -> cs.Feature:
    term = cs.Term("payments", statistic, column="amount", where=_WHERE[lane], window=f"{days}d")
    name = f"{lane}_{days}_{statistic}"
    return cs.Feature(name, term, name, f"{statistic} of amounts", "money")


def one_moment_each(applicants: pl.Series) -> cs.Applications:
    """An application of every applicant at the same moment."""
    frame = pl.DataFrame({"application_id": applicants, "applicant_id": applicants})
    return cs.Applications(frame.with_columns(as_of=pl.lit(MOMENT)))
