"""What a job on Spark costs, by rows and by executors: measured runs, and the formula that they fit.

``nice -n 10 python benchmarks/spark_cost.py --events 250000 1000000 4000000 --executors 1 2`` computes all
payment features of made-up payments, 50 and 400 of each applicant, in ``local-cluster`` mode with so many
executors of one processor each, and fits

    processor seconds = start + applicants * a + events * b

Processor seconds are those of driver, executors and their Python together, so that they mean the same on a
machine that others use; the seconds by the clock do not, and are printed beside them. ``--graph`` measures
graphs of so many people instead: half of them in one connected part, eight ties each.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from _window_events import MOMENT, make_events
from spark import session, written

import creditscore as cs

_TICK = os.sysconf("SC_CLK_TCK")


def processor_seconds() -> float:
    """Processor time of this process and of all below it, those that have ended included."""
    below: dict[int, list[int]] = defaultdict(list)
    spent: dict[int, float] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        number = int(path.parent.name)
        below[int(fields[1])].append(number)
        spent[number] = sum(int(one) for one in fields[11:15]) / _TICK
    found, waiting = 0.0, [os.getpid()]
    while waiting:
        number = waiting.pop()
        found += spent.get(number, 0.0)
        waiting += below[number]
    return found


def measured(work: Any) -> tuple[float, float]:
    """Seconds by the clock and by the processor."""
    begun, spent = time.perf_counter(), processor_seconds()
    work()
    return time.perf_counter() - begun, processor_seconds() - spent


def of_events(spark: Any, home: Path, n: int, each: int) -> tuple[int, Any]:
    """Payments, and a job that computes all payment features of their people."""
    people = max(1, n // each)
    random, made = np.random.default_rng(1), make_events(n, people).to_arrow()
    shops = pa.array(np.array([f"shop {k}" for k in range(200)])[random.integers(0, 200, n)])
    kinds = pa.array(np.array(["purchase", "salary", "transfer", "cash"])[random.integers(0, 4, n)])
    made = made.append_column("counterparty_id", shops).append_column("kind", kinds)
    written(made, home / f"{n}-{each}.parquet")
    at = pa.array(np.full(people, np.datetime64(MOMENT.replace(tzinfo=None), "us")))
    ids = np.arange(people)
    asking = {"application_id": ids, "applicant_id": ids, "as_of": at.cast(pa.timestamp("us", "UTC"))}
    written(pa.table(asking), home / f"{n}-{each}-asked.parquet")
    tables = {"payments": spark.read.parquet(str(home / f"{n}-{each}.parquet"))}
    asked = spark.read.parquet(str(home / f"{n}-{each}-asked.parquet"))
    job = cs.spark.features(cs.payment_features(), tables, asked)
    return people, lambda: job.write.mode("overwrite").parquet(str(home / "found"))


def of_people(spark: Any, home: Path, n: int) -> tuple[int, Any]:
    """Ties of so many people, and a job that measures their graph at one date."""
    random, half = np.random.default_rng(0), n // 2
    one = random.integers(0, half, (4 * half, 2))
    circle = half + random.integers(0, half // 20, (4 * half, 1)) * 20
    ends = np.concatenate([one, circle + random.integers(0, 20, (4 * half, 2))])
    met = pa.array(np.full(len(ends), np.datetime64("2023-01-01", "us"))).cast(pa.timestamp("us", "UTC"))
    ties = pa.table({"person_id": ends[:, 0], "other_id": ends[:, 1], "event_time": met})
    written(ties, home / f"ties-{n}.parquet")
    tables = {"ties": spark.read.parquet(str(home / f"ties-{n}.parquet"))}

    def work() -> None:
        found = cs.spark.measures(tables, ["2024-01-01T00:00Z"])
        found.write.mode("overwrite").parquet(str(home / "found"))

    return len(ends), work


def main() -> None:
    """Measure and fit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, nargs="*", default=[])
    parser.add_argument("--graph", type=int, nargs="*", default=[])
    parser.add_argument("--executors", type=int, nargs="*", default=[1, 2])
    parser.add_argument("--memory", type=int, default=1_500, help="MB of each executor's JVM")
    parser.add_argument("--parts", type=int, default=8)
    asked = parser.parse_args()
    rows = []
    for executors in asked.executors:
        spark = session(f"local-cluster[{executors},1,{asked.memory}]", asked.parts)
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            jobs = [(n, each, of_events(spark, home, n, each)) for n in asked.events for each in (50, 400)]
            jobs += [(n, 0, of_people(spark, home, n)) for n in asked.graph]
            if jobs:
                measured(jobs[0][2][1])
            for n, each, (people, work) in jobs:
                clock, processor = measured(work)
                rows.append((executors, n, people, clock, processor))
                of_whom = f"events, {each} each of {people:,}" if each else f"people, {people:,} ties"
                taken = f"{clock:.1f} s, processor {processor:.1f} s"
                print(f"{executors} executors, {n:,} {of_whom}: {taken}", flush=True)
        spark.stop()
    if len(asked.events) > 1:
        told = np.array(rows)
        known = np.column_stack([np.ones(len(told)), told[:, 0] - 1, told[:, 2] / 1e3, told[:, 1] / 1e6])
        fitted = np.linalg.lstsq(known, told[:, 4], rcond=None)[0]
        off = np.abs(known @ fitted / told[:, 4] - 1.0)
        words = (
            "processor seconds = {:.1f} + {:.1f} for each executor after the first "
            "+ {:.3f} a thousand applicants + {:.2f} a million events"
        )
        print(words.format(*fitted))
        print(f"off by {off.mean():.0%} on average, {off.max():.0%} at most")


if __name__ == "__main__":
    main()
