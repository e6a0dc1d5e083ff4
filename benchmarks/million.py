"""Validation, fairness and monitoring of a million scores: processor time, time by the clock, memory.

    python benchmarks/million.py                      # a million scores, 200 resamples, one thread
    python benchmarks/million.py --threads 2

Kernels are compiled before the clock starts. Memory is the peak of the whole process, made-up rows among it.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable
from typing import Any

import numpy as np

import creditscore as cs
from creditscore import validation
from creditscore.validation.resampling import Resampling


def made_up(rows: int, seed: int = 1) -> dict[str, Any]:
    """Draw scores with outcomes that hold, groups of age and of sex, and months in which loans began."""
    rng = np.random.default_rng(seed)
    sex, age = rng.integers(0, 2, rows), rng.integers(0, 4, rows)
    log_odds = rng.normal(-2.6, 1.1, rows) + 0.1 * sex - 0.05 * age
    bad = (rng.random(rows) < 1.0 / (1.0 + np.exp(-log_odds))).astype(np.float64)
    began = rng.integers(0, 24, rows)
    return {
        "log_odds": log_odds,
        "bad": bad,
        "groups": {
            "sex": np.array(["female", "male"])[sex],
            "age": np.array(["under 30", "30 to 39", "40 to 49", "50 and over"])[age],
        },
        "applicants": rng.integers(0, rows, rows),
        "began": began,
        "defaulted": np.where(bad == 1, began + rng.integers(1, 13, rows), np.nan),
        "grade": np.array(list("ABCDEFGH"))[np.clip(((log_odds + 6.0) * 1.2).astype(int), 0, 7)],
        "reason": rng.choice([f"R{number:02}" for number in range(20)], rows),
        "income": rng.lognormal(7.0, 0.6, rows),
    }


def validated(world: dict[str, Any], resamples: int, threads: int) -> None:
    """Ranking and calibration with intervals by applicant, reliability, tests of calibration and grades."""
    bad, log_odds = world["bad"], world["log_odds"]
    probability = 1.0 / (1.0 + np.exp(-log_odds))
    validation.performance(
        bad, log_odds, applicants=world["applicants"], resamples=resamples, threads=threads
    )
    validation.calibration_table(bad, probability)
    validation.grade_tests(bad, probability, world["grade"])
    validation.hosmer_lemeshow(bad, probability)
    validation.spiegelhalter(bad, probability)


def treated(world: dict[str, Any], resamples: int, threads: int) -> None:
    """Two attributes of six groups, with outcomes and intervals by applicant, at every cut-off too."""
    how = Resampling(applicants=world["applicants"], resamples=resamples, threads=threads)
    cs.fairness(world["log_odds"], world["bad"], world["groups"], approve=0.7, resampling=how)
    cs.impact_curves(world["log_odds"], world["groups"])


def watched(world: dict[str, Any], _resamples: int, _threads: int) -> None:
    """Drift of five columns, defaults of loans that are not mature, and what they will come to."""
    columns = {"log_odds": world["log_odds"], "income": world["income"]}
    columns |= {"grade": world["grade"], "reason": world["reason"], "sex": world["groups"]["sex"]}
    frozen = cs.FrozenBins.learned({name: part[:100_000] for name, part in columns.items()})
    cs.Watch.begun(frozen).look(columns, at="2026-11-30T00:00:00Z")
    probability = 1.0 / (1.0 + np.exp(-world["log_odds"]))
    course = cs.DefaultCourse.learned(np.repeat(np.arange(1, 13), 10))
    cs.follow_defaults(course, probability, world["began"], world["defaulted"], now=23)
    cs.nowcast(course, probability, world["began"], world["defaulted"], now=23)


STEPS: dict[str, Callable[[dict[str, Any], int, int], None]] = {
    "validation": validated,
    "fairness": treated,
    "monitoring": watched,
}


def main() -> None:
    """Measure and print."""
    plain = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=plain)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--resamples", type=int, default=200)
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    for step in STEPS.values():
        step(made_up(2_000), 2, 1)
    world = made_up(given.rows)
    total = {"clock": 0.0, "processor": 0.0}
    for name, step in STEPS.items():
        clock, processor = time.perf_counter(), time.process_time()
        step(world, given.resamples, given.threads)
        clock, processor = time.perf_counter() - clock, time.process_time() - processor
        total["clock"] += clock
        total["processor"] += processor
        print(f"{name}: {clock:.1f} s, {processor:.1f} s of processor")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(
        f"together: {total['clock']:.1f} s, {total['processor']:.1f} s of processor with {given.threads} "
        f"thread(s), {peak:.2f} GiB at most"
    )


if __name__ == "__main__":
    main()
