"""Scores on Spark beside those of one machine.

``python benchmarks/spark.py --people 2000`` simulates a lender with all its sources, fits a model, scores all
applications on one machine and on Spark, and prints the seconds of each and how many values differ.
``python benchmarks/spark.py --events 1000000 5000000`` computes eight statistics of made-up payments at each
size in the same two ways, and fits seconds = start + events * each to what Spark took. ``--heavy 10000000``
gives so many more to one applicant. A first job, for which executors start Python and read kernels, is told
apart.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from _window_events import MOMENT, make_events
from pyspark.sql import SparkSession

import creditscore as cs
from creditscore.features.compute import FeatureComputer
from creditscore.scoring.in_parts import to_columns_of_arrow
from creditscore.simulate import SimulationConfig, simulate_portfolio

CHOSEN = tuple(
    f"payments_{lane}_{name}_{days}d"
    for lane in ("inflow", "outflow")
    for name in ("count", "sum")
    for days in (90, 365)
)
# The secret of a simulated lender, which protects nobody.
SECRET = b"nobody made up needs protection!"


def session(master: str, parts: int) -> SparkSession:
    """Start a session; in ``local-cluster`` mode each executor is a process of its own."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master(master).config("spark.ui.enabled", "false")
    builder = builder.config("spark.driver.memory", "1g").config("spark.sql.shuffle.partitions", str(parts))
    builder = builder.config("spark.executorEnv.OMP_NUM_THREADS", "1")
    started = builder.config("spark.executorEnv.PYTHONPATH", os.environ.get("PYTHONPATH", "")).getOrCreate()
    started.sparkContext.setLogLevel("ERROR")
    return started


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """Do some work; return what it gave and how long it took."""
    begun = time.perf_counter()
    return work(), time.perf_counter() - begun


def written(frame: Any, path: Path) -> None:
    """Write a table as Parquet, times in microseconds, without what only pandas would read."""
    table = frame if isinstance(frame, pa.Table) else pa.Table.from_pandas(frame, preserve_index=False)
    plain = table.replace_schema_metadata(None)
    pq.write_table(plain, path, coerce_timestamps="us", allow_truncated_timestamps=True)


def lender(spark: SparkSession, people: int, seed: int, home: Path) -> None:
    """Score every application of a simulated lender twice."""
    made = simulate_portfolio(SimulationConfig(people=people), seed=seed)
    portfolio, applications = made.portfolio(), made.to_applications()
    bad = np.asarray(made.bad(portfolio), float)
    known = np.flatnonzero(~np.isnan(bad))[:1_500]
    pipeline = cs.CreditPipeline(scorer=cs.CreditScorer(n_estimators=100))
    pipeline.fit(applications.take(known), portfolio, bad[known]).save(home / "model")
    for name, frame in {**made.tables, "applications": made.applications}.items():
        written(frame, home / f"{name}.parquet")
    tables = {name: spark.read.parquet(str(home / f"{name}.parquet")) for name in made.tables}
    asked = spark.read.parquet(str(home / "applications.parquet")).drop("decision")
    secret = home / "made_up.key"
    secret.write_bytes(SECRET)
    secret.chmod(0o600)
    zone, weekend = made.config.timezone, made.config.weekend
    reading = cs.spark.SparkReading(
        timezone=zone, weekend=weekend, midnight="instant", privacy_file=str(secret)
    )
    own, here = timed(lambda: pipeline.score_many(applications, portfolio))
    ask = cs.spark.score_many(home / "model", tables, asked, reading=reading)
    first = timed(ask.toArrow)[1]
    found, again = timed(lambda: ask.toArrow().sort_by("application_id"))
    wanted = pa.table(to_columns_of_arrow(own)).sort_by("application_id")
    rows = sum(pq.read_metadata(home / f"{name}.parquet").num_rows for name in tables)
    print(f"{len(own):,} applications, {rows:,} rows of {len(tables)} tables")
    print(f"one machine {here:.1f} s; Spark {first:.1f} s, again {again:.1f} s")
    for name in wanted.column_names:
        ours, theirs = wanted.column(name).to_pylist(), found.column(name).to_pylist()
        print(f"  {name}: {sum(a != b for a, b in zip(ours, theirs, strict=True))} differ")


def events(spark: SparkSession, sizes: list[int], heavy: int, parts: int, home: Path) -> None:
    """Compute a few statistics at several sizes, and fit what they cost."""
    chosen = cs.payment_features().select(CHOSEN)
    spent = []
    for n in sizes:
        people = max(1, n // 50)
        table = make_events(n, people).to_arrow()
        if heavy:
            added = make_events(heavy, 1).to_arrow()
            table = pa.concat_tables([table, added.cast(table.schema)])
        written(table, home / f"{n}.parquet")
        ids = np.arange(people)
        moment = np.full(people, np.datetime64(MOMENT.replace(tzinfo=None), "us"))
        at = pa.array(moment).cast(pa.timestamp("us", "UTC"))
        asking = pa.table({"application_id": ids, "applicant_id": ids, "as_of": at})
        written(asking, home / "asked.parquet")
        given = {"payments": spark.read.parquet(str(home / f"{n}.parquet"))}
        ask = cs.spark.features(chosen, given, spark.read.parquet(str(home / "asked.parquet")), parts=parts)
        first = timed(ask.toArrow)[1]
        found, again = timed(lambda ask=ask: ask.toArrow().sort_by("application_id"))
        portfolio, reading = timed(lambda table=table: cs.Portfolio(payments=table))
        compute = FeatureComputer(chosen).compute
        own, here = timed(lambda c=compute, a=asking, p=portfolio: c(cs.Applications(a), p))
        differ = sum(
            a != b and not (a is None and np.isnan(b))
            for k, name in enumerate(own.names)
            for a, b in zip(found.column(name).to_pylist(), own.values[:, k].tolist(), strict=True)
        )
        spent.append(again)
        print(
            f"{table.num_rows:,} events: Spark {first:.1f} s, again {again:.1f} s; one machine "
            f"{reading:.1f} s to read and {here:.1f} s to compute; {differ} values differ", flush=True
        )  # fmt: skip
    if len(sizes) > 1:
        each, start = np.polyfit(sizes, spent, 1)
        print(f"seconds = {start:.1f} + {each * 1e6:.2f} a million events")


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=0)
    parser.add_argument("--events", type=int, nargs="*", default=[])
    parser.add_argument("--heavy", type=int, default=0)
    parser.add_argument("--master", default="local-cluster[2,1,1024]")
    parser.add_argument("--parts", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    spark = session(given.master, given.parts)
    with tempfile.TemporaryDirectory() as folder:
        if given.people:
            lender(spark, given.people, given.seed, Path(folder))
        if given.events:
            events(spark, given.events, given.heavy, given.parts, Path(folder))
    spark.stop()


if __name__ == "__main__":
    main()
