"""The 60 statistics in polars: one join, and a group-by for each lane and window."""

from __future__ import annotations

import polars as pl
from _asof import LANES, NAMES, ROW, STATISTICS, WINDOWS
from _peer import FOLDER, done, measure

AMOUNT = pl.col("amount")
LANE = {"inflow": AMOUNT > 0, "outflow": AMOUNT < 0, "net": pl.lit(True)}


def part(rows: pl.LazyFrame, lane: str, days: int) -> pl.LazyFrame:
    """Statistics of one lane in one window."""
    found = (AMOUNT.len(), AMOUNT.sum(), AMOUNT.std(), AMOUNT.min(), AMOUNT.max())
    named = [one.alias(f"{lane}_{days}_{name}") for name, one in zip(STATISTICS, found, strict=True)]
    within = pl.col("event_time") >= pl.col("as_of") - pl.duration(days=days)
    return rows.filter(LANE[lane] & within).group_by("applicant_id").agg(named)


def main() -> None:
    """Time everything from frames."""
    events, asked = (pl.read_parquet(FOLDER / f"{name}.parquet") for name in ("events", "applications"))

    def run() -> object:
        joined = events.join(asked, on="applicant_id").filter(pl.col("event_time") < pl.col("as_of")).lazy()
        everyone = asked.select("applicant_id")
        for one in pl.collect_all([part(joined, lane, days) for lane in LANES for days in WINDOWS]):
            everyone = everyone.join(one, on="applicant_id", how="left", maintain_order="left")
        return everyone.select(NAMES).to_numpy()

    measure(ROW, run)
    done("polars", "polars")


if __name__ == "__main__":
    main()
