"""The 60 statistics from daily tiles, as feature stores keep them (Feast, Chronon), in polars.

A tile holds count, sum, sum of squares, least and greatest of a person's day and lane; a window is merged
from its tiles. Moments are midnights here, so that no rest of a day is left over.
"""

from __future__ import annotations

import polars as pl
from _asof import LANES, NAMES, READY, ROW, WINDOWS
from _peer import FOLDER, done, measure

AMOUNT = pl.col("amount")
LANE = {"inflow": AMOUNT > 0, "outflow": AMOUNT < 0, "net": pl.lit(True)}
N, S, Q = pl.col("n").sum(), pl.col("s").sum(), pl.col("q").sum()


def tiles_of(events: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Tiles of every person, day and lane."""
    dated = events.lazy().with_columns(day=pl.col("event_time").dt.truncate("1d"))
    found = (
        AMOUNT.len().alias("n"), AMOUNT.sum().alias("s"), (AMOUNT * AMOUNT).sum().alias("q"),
        AMOUNT.min().alias("low"), AMOUNT.max().alias("high"),
    )  # fmt: skip
    lanes = [dated.filter(LANE[lane]).group_by("applicant_id", "day").agg(found) for lane in LANES]
    return dict(zip(LANES, pl.collect_all(lanes), strict=True))


def part(rows: pl.LazyFrame, lane: str, days: int) -> pl.LazyFrame:
    """Statistics of one lane in one window."""
    variance = (Q - S * S / N) / (N - 1)
    found = {
        "count": N,
        "sum": S,
        "std": pl.when(N > 1).then(variance.clip(lower_bound=0.0).sqrt()),
        "min": pl.col("low").min(),
        "max": pl.col("high").max(),
    }
    within = pl.col("day") >= pl.col("as_of") - pl.duration(days=days)
    named = [one.alias(f"{lane}_{days}_{name}") for name, one in found.items()]
    return rows.filter(within).group_by("applicant_id").agg(named)


def looked_up(tiles: dict[str, pl.DataFrame], asked: pl.DataFrame) -> object:
    """Merge the tiles of every window."""
    joined = {
        lane: one.lazy().join(asked.lazy(), on="applicant_id").filter(pl.col("day") < pl.col("as_of"))
        for lane, one in tiles.items()
    }
    everyone = asked.select("applicant_id")
    for one in pl.collect_all([part(joined[lane], lane, days) for lane in LANES for days in WINDOWS]):
        everyone = everyone.join(one, on="applicant_id", how="left", maintain_order="left")
    return everyone.select(NAMES).to_numpy()


def main() -> None:
    """Time tiles and windows together, and windows alone where tiles stand ready."""
    events, asked = (pl.read_parquet(FOLDER / f"{name}.parquet") for name in ("events", "applications"))
    sparse = "a day and a person have few payments here"
    measure(ROW, lambda: looked_up(tiles_of(events), asked), times=2, note=sparse)
    tiles = tiles_of(events)
    measure(READY, lambda: looked_up(tiles, asked), times=2, note="daily tiles")
    done("daily tiles in polars", "polars")


if __name__ == "__main__":
    main()
