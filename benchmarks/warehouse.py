"""Scores by SQL in DuckDB beside those of the library, for a simulated lender.

Run ``python benchmarks/warehouse.py --people 100000``. A pipeline is fitted on the features that are written
in SQL, on the first applications; then every application is scored by the library and by one query in DuckDB.
Printed are the seconds of each, and how many points, grades and log-odds differ.
"""

from __future__ import annotations

import argparse
import time

import duckdb
import numpy as np
import pyarrow as pa

import creditscore as cs
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.pipeline.fitting import built_in_features
from creditscore.simulate import SimulationConfig, simulate_portfolio

LEFT_OUT = ("persons", "consents", "standings", "ties")


def stored(made: object) -> tuple[duckdb.DuckDBPyConnection, dict[str, list[str]], list[str]]:
    """Keep the tables of a simulated lender in DuckDB: times as instants, ids and labels as text."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    columns: dict[str, list[str]] = {}
    for name, frame in {**made.tables, "applications": made.applications}.items():
        if name in LEFT_OUT or not (name in CONTRACTS or name == "applications"):
            continue
        table = pa.Table.from_pandas(frame, preserve_index=False)
        connection.register("given", table)
        parts = []
        for field in table.schema:
            quoted = f'"{field.name}"'
            if pa.types.is_timestamp(field.type):
                parts.append(f"CAST({quoted} AS TIMESTAMPTZ) AS {quoted}")
            elif field.name.endswith("_id"):
                parts.append(f"CAST({quoted} AS VARCHAR) AS {quoted}")
            else:
                parts.append(quoted)
        connection.execute(f"CREATE TABLE {name} AS SELECT {', '.join(parts)} FROM given")
        connection.unregister("given")
        columns[name] = table.schema.names
    return connection, columns, columns.pop("applications")


def main() -> None:
    """Fit, score twice, compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fitted", type=int, default=3_000, help="how many applications are fitted on")
    asked = parser.parse_args()
    made = simulate_portfolio(SimulationConfig(people=asked.people), seed=asked.seed)
    connection, columns, attributes = stored(made)
    tables = {name: made.tables[name] for name in columns}
    portfolio, applications = cs.Portfolio(**tables), made.to_applications()
    features = built_in_features()
    features = features.select(cs.sql_coverage(features).written)
    pipeline = cs.CreditPipeline(features=[features])
    bad = np.asarray(made.bad(made.portfolio()), float)
    known = np.flatnonzero(~np.isnan(bad))[: asked.fitted]
    pipeline.fit(applications.take(known), portfolio, bad[known])
    begun = time.perf_counter()
    scores = pipeline.score_many(applications, portfolio)
    own = time.perf_counter() - begun
    query = cs.Warehouse(columns, applications=attributes).score_sql(pipeline, "duckdb")
    begun = time.perf_counter()
    found = {str(row[0]): row[1:] for row in connection.execute(query).fetchall()}
    theirs = time.perf_counter() - begun
    ids = [str(one) for one in scores.application_ids]
    points = np.array([np.nan if found[one][3] is None else found[one][3] for one in ids], float)
    log_odds = np.array([np.nan if found[one][1] is None else found[one][1] for one in ids], float)
    differ = ~((points == scores.score) | (np.isnan(points) & np.isnan(scores.score)))
    grades = sum(found[one][4] != grade for one, grade in zip(ids, scores.grade, strict=True))
    print(f"{len(ids):,} applications, {len(features)} features, {pipeline.model.fitted.n_trees} trees")
    print(f"library {own:.1f} s, DuckDB {theirs:.1f} s, query of {len(query):,} characters")
    apart = np.abs(log_odds - scores.log_odds)
    print(f"{np.isfinite(points).sum():,} are scored; {differ.sum()} points differ, {grades} grades")
    print(f"{(apart > 1e-9).sum()} log-odds differ by more than 1e-9, at most by {np.nanmax(apart)}")


if __name__ == "__main__":
    main()
