"""The 60 statistics in DuckDB: one join and one group-by with filtered aggregations."""

from __future__ import annotations

import duckdb
import numpy as np
from _asof import DAY_US, LANES, NAMES, ROW, STATISTICS, WINDOWS
from _peer import FOLDER, done, measure

LANE = {"inflow": "amount > 0", "outflow": "amount < 0", "net": "true"}
FORMULAS = ("count(amount)", "sum(amount)", "stddev_samp(amount)", "min(amount)", "max(amount)")


def sql() -> str:
    """Write the query."""
    named = [
        f"{formula} FILTER ({LANE[lane]} AND age <= {days * DAY_US}) AS {lane}_{days}_{name}"
        for lane in LANES
        for days in WINDOWS
        for name, formula in zip(STATISTICS, FORMULAS, strict=True)
    ]
    aged = "SELECT applicant_id, amount, epoch_us(as_of) - epoch_us(event_time) AS age FROM events"
    found = f"FROM ({aged} JOIN asked USING (applicant_id)) WHERE age > 0 GROUP BY applicant_id"
    grouped = f"SELECT applicant_id, {', '.join(named)} {found}"
    columns = ", ".join(NAMES)
    return f"SELECT {columns} FROM asked LEFT JOIN ({grouped}) USING (applicant_id) ORDER BY applicant_id"


def main() -> None:
    """Time the query; its tables are loaded before."""
    connection = duckdb.connect(config={"threads": 1, "memory_limit": "8GB"})
    connection.execute("SET TimeZone = 'UTC'")
    for table, name in {"events": "events", "asked": "applications"}.items():
        connection.execute(f"CREATE TABLE {table} AS SELECT * FROM read_parquet('{FOLDER / name}.parquet')")
    query = sql()

    def run() -> object:
        found = connection.execute(query).fetchnumpy()
        columns = [found[name] for name in NAMES]
        return np.column_stack([np.ma.filled(np.ma.asarray(one, np.float64), np.nan) for one in columns])

    measure(ROW, run, times=1)
    done("DuckDB", "duckdb")


if __name__ == "__main__":
    main()
