"""The 60 statistics by this library: portfolio, applications and features."""

from __future__ import annotations

import polars as pl
from _asof import LANES, READY, ROW, STATISTICS, WINDOWS
from _peer import FOLDER, done, measure

import creditscore as cs
from creditscore.features.compute import FeatureComputer

WHERE = {
    "inflow": (cs.Condition("amount", "gt", 0.0),),
    "outflow": (cs.Condition("amount", "lt", 0.0),),
    "net": (),
}


def feature(lane: str, days: int, statistic: str) -> cs.Feature:
    """One of the statistics as a declaration."""
    term = cs.Term("payments", statistic, column="amount", where=WHERE[lane], window=f"{days}d")
    name = f"{lane}_{days}_{statistic}"
    return cs.Feature(name, term, name, f"{statistic} of amounts", "money")


def main() -> None:
    """Time everything from frames: checking, numbering and ordering of the payments included."""
    events, asked = (pl.read_parquet(FOLDER / f"{name}.parquet") for name in ("events", "applications"))
    features = cs.FeatureSet(
        tuple(feature(lane, days, name) for lane in LANES for days in WINDOWS for name in STATISTICS)
    )
    computer = FeatureComputer(features)

    def run(payments: pl.DataFrame) -> object:
        portfolio = cs.Portfolio(payments=payments, threads=1)
        return computed(portfolio)

    def computed(portfolio: cs.Portfolio) -> object:
        return computer.compute(cs.Applications(asked), portfolio, threads=1).values

    run(events[:1_000])
    measure(ROW, lambda: run(events))
    portfolio = cs.Portfolio(payments=events, threads=1)
    measure(READY, lambda: computed(portfolio), note="an indexed portfolio")
    done("creditscore", "creditscore")


if __name__ == "__main__":
    main()
