"""The 96 window statistics in polars, pandas and DuckDB.

Each is the fastest of several formulations that were tried: the gaps between payments are taken once a lane,
and every window is one group-by with the library's own aggregations. For polars the shorter formulation, one
group-by with 96 filtered aggregations, is measured as well.
"""

from __future__ import annotations

from typing import Final

import duckdb
import pandas as pd
import polars as pl
from _window_events import DAY, LANES, MOMENT, MOMENT_US, NAMES, STATISTICS, WINDOWS

AMOUNT = pl.col("amount")
TIME = pl.col("event_time")
LANE: Final = {"inflow": AMOUNT > 0, "outflow": AMOUNT < 0, "net": pl.lit(True)}
CUT: Final = {days: pl.lit(MOMENT) - pl.duration(days=days) for days in WINDOWS}


def polars_by_window(events: pl.DataFrame) -> pl.DataFrame:
    """One group-by for each lane and window, collected together, joined by applicant."""
    ordered = events.sort("applicant_id", "event_time")
    parts = []
    for lane in LANES:
        rows = ordered.filter(LANE[lane]).with_columns(
            before=TIME.shift(1), same=pl.col("applicant_id") == pl.col("applicant_id").shift(1)
        )
        rows = rows.with_columns(gap=(TIME - pl.col("before")).dt.total_microseconds() / DAY)
        parts += [_polars_window(rows.lazy(), lane, days) for days in WINDOWS]
    everyone = events.select(pl.col("applicant_id").unique()).sort("applicant_id")
    for part in pl.collect_all(parts):
        everyone = everyone.join(part, on="applicant_id", how="left", maintain_order="left")
    return everyone


def _polars_window(rows: pl.LazyFrame, lane: str, days: int) -> pl.LazyFrame:
    within = pl.when(pl.col("same") & (pl.col("before") >= CUT[days])).then("gap")
    statistics = (
        AMOUNT.len(), AMOUNT.sum(), AMOUNT.std(), AMOUNT.min(), AMOUNT.max(), AMOUNT.median(),
        AMOUNT.n_unique(), pl.col("gap").std(),
    )  # fmt: skip
    named = [value.alias(f"{lane}_{days}_{name}") for name, value in zip(STATISTICS, statistics, strict=True)]
    return rows.filter(CUT[days] <= TIME).with_columns(gap=within).group_by("applicant_id").agg(named)


def polars_one_group_by(events: pl.DataFrame) -> pl.DataFrame:
    """One group-by with 96 filtered aggregations."""
    masks = {f"{lane}_{days}": LANE[lane] & (CUT[days] <= TIME) for lane in LANES for days in WINDOWS}
    aggregations = []
    for name in masks:
        mask = pl.col(name)
        amount, time = AMOUNT.filter(mask), TIME.filter(mask)
        statistics = (
            mask.sum(), amount.sum(), amount.std(), amount.min(), amount.max(), amount.median(),
            amount.n_unique(), (time.diff().dt.total_microseconds() / DAY).std(),
        )  # fmt: skip
        aggregations += [s.alias(f"{name}_{which}") for which, s in zip(STATISTICS, statistics, strict=True)]
    lazy = events.lazy().sort("event_time").with_columns(**masks)
    return lazy.group_by("applicant_id").agg(aggregations).sort("applicant_id").collect()


def pandas_by_window(events: pd.DataFrame) -> pd.DataFrame:
    """One group-by for each lane and window, joined by applicant."""
    ordered = events.sort_values("event_time", kind="stable")
    lanes = {
        "inflow": ordered[ordered["amount"] > 0],
        "outflow": ordered[ordered["amount"] < 0],
        "net": ordered,
    }
    parts = []
    for lane, rows in lanes.items():
        before = rows.groupby("applicant_id")["event_time"].shift()
        gap = (rows["event_time"] - before) / pd.Timedelta(days=1)
        for days in WINDOWS:
            cut = MOMENT - pd.Timedelta(days=days)
            within = rows["event_time"] >= cut
            owner = rows["applicant_id"][within]
            amounts = rows["amount"][within].groupby(owner)
            part = amounts.agg(["count", "sum", "std", "min", "max", "median", "nunique"])
            part["gap_std"] = gap.where(before >= cut)[within].groupby(owner).std()
            part.columns = [f"{lane}_{days}_{name}" for name in STATISTICS]
            parts.append(part)
    return pd.concat(parts, axis=1).sort_index()


def duckdb_with(events: pl.DataFrame, threads: int) -> duckdb.DuckDBPyConnection:
    """A connection that holds the payments as a table of its own; making it is not measured."""
    connection = duckdb.connect(config={"threads": threads, "memory_limit": "8GB"})
    connection.execute("SET TimeZone = 'UTC'")
    connection.register("source", events.to_arrow())
    connection.execute("CREATE TABLE events AS SELECT * FROM source")
    return connection


def duckdb_by_window(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """One group-by for each lane and window in one statement, joined by applicant."""
    return pl.from_arrow(connection.sql(_SQL).to_arrow_table())  # type: ignore[return-value]


def _sql_window(lane: str, days: int) -> str:
    condition = {"inflow": "amount > 0", "outflow": "amount < 0", "net": "TRUE"}[lane]
    before = "before" if lane == "net" else "before_of_sign"
    cut = MOMENT_US - days * DAY
    gap = f"stddev_samp((t - {before}) / {float(DAY)}) FILTER (WHERE {before} >= {cut})"
    formulas = (
        "count(*)", "sum(amount)", "stddev_samp(amount)", "min(amount)", "max(amount)", "median(amount)",
        "count(DISTINCT amount)", gap,
    )  # fmt: skip
    named = ", ".join(
        f"{formula} AS {lane}_{days}_{name}" for name, formula in zip(STATISTICS, formulas, strict=True)
    )
    rows = f"FROM timed WHERE {condition} AND t >= {cut}"
    return f"(SELECT applicant_id, {named} {rows} GROUP BY applicant_id) AS {lane}_{days}"


_SQL: Final = f"""
WITH timed AS MATERIALIZED (
    SELECT applicant_id, amount, t,
           lag(t) OVER (PARTITION BY applicant_id ORDER BY t) AS before,
           lag(t) OVER (PARTITION BY applicant_id, amount > 0 ORDER BY t) AS before_of_sign
    FROM (SELECT applicant_id, amount, epoch_us(event_time) AS t FROM events)
)
SELECT applicant_id, {", ".join(NAMES)}
FROM (SELECT DISTINCT applicant_id FROM events)
{" ".join(f"LEFT JOIN {_sql_window(lane, days)} USING (applicant_id)" for lane in LANES for days in WINDOWS)}
ORDER BY applicant_id
"""
