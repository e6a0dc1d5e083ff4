"""How long one score with reasons takes, from an indexed portfolio and from plain records, on one thread."""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable
from functools import partial
from itertools import cycle, islice

import numpy as np
from _lender import application, customer, fitted_pipeline, portfolio_of
from _timing import percentile, seconds_of, table
from numpy.typing import NDArray

import creditscore as cs
from creditscore.data.door.clock import moment
from creditscore.features.chunk import Chunk
from creditscore.features.compute import with_extra
from creditscore.features.coverage import coverage_of, covered_by
from creditscore.features.kernels.reduce import reduce_rows
from creditscore.features.rows import Rows
from creditscore.features.view import View
from creditscore.reasons.absence import Known


def seconds_over(run: Callable[[int], object], customers: int, calls: int) -> list[float]:
    """Seconds of calls that go round the customers, after a round that is not counted."""
    for number in range(customers):
        run(number)
    numbers = islice(cycle(range(customers)), calls)
    return [seconds_of(partial(run, number)) for number in numbers]


def row(name: str, seconds: list[float]) -> tuple[str, str, str]:
    """A row of the table: name, p50 and p99 in milliseconds."""
    return name, f"{percentile(seconds, 0.5) * 1e3:.3f} ms", f"{percentile(seconds, 0.99) * 1e3:.3f} ms"


def stages(
    pipeline: cs.CreditPipeline, portfolio: cs.Portfolio, customers: int, calls: int
) -> list[tuple[str, str, str]]:
    """Each stage of a score by itself; hot in the processor's caches, so the sum is below the whole."""
    model = pipeline.model
    ones = [cs.Applications.from_records([application(number)]) for number in range(customers)]
    matrices = [model.computer.compute(one, portfolio, threads=1) for one in ones]
    rows = [matrix.values for matrix in matrices]
    known = [Known.live(one, portfolio, matrix) for one, matrix in zip(ones, matrices, strict=True)]
    moments = [moment(int(one.as_of[0])) for one in ones]
    training = model.references[0]
    explained = [model.explainer.one(model.fitted.evaluate(values)) for values in rows]
    records = [customer(number) for number in range(customers)]
    runs: dict[str, Callable[[int], object]] = {
        "door: Portfolio.from_records": lambda n: cs.Portfolio.from_records(records[n]),
        "application: Applications.from_records": lambda n: cs.Applications.from_records([application(n)]),
        "features": lambda n: model.computer.compute(ones[n], portfolio, threads=1),
        "trees": lambda n: model.fitted.log_odds(rows[n], threads=1),
        "trees and Shapley values": lambda n: model.explainer.one(model.fitted.evaluate(rows[n])),
        "reasons": lambda n: model.reasoner.quick(known[n], explained[n], training, moments[n]),
    }
    return [row(name, seconds_over(run, customers, calls)) for name, run in runs.items()]


def microseconds(run: Callable[[], object], calls: int) -> str:
    """Median microseconds of a call."""
    run()
    return f"{statistics.median(seconds_of(run) for _ in range(calls)) * 1e6:.1f}"


def build_alone(
    view: View, portfolio: cs.Portfolio, owners: NDArray[np.int64], as_of: NDArray[np.int64]
) -> Rows:
    """The rows of a view for which nothing was worked out before: shared work counts for each view."""
    return view.build(Chunk(portfolio, owners, as_of))


def views(pipeline: cs.CreditPipeline, portfolio: cs.Portfolio, calls: int) -> list[tuple[str, ...]]:
    """Median microseconds of each view for one customer: building its rows, and reducing them."""
    computer = pipeline.model.computer
    one = cs.Applications.from_records([application(0)])
    owners, as_of = portfolio.codes(one.applicant_ids), one.as_of
    slots = np.full((1, computer.plan.n_slots), np.nan)
    out = []
    for bound in computer.bind(portfolio).views:
        if bound.program is None:
            continue
        rows = bound.view.build(Chunk(portfolio, owners, as_of))
        block = with_extra(rows, bound, portfolio) if bound.extra_values else rows.values
        covered = covered_by(coverage_of(bound.view.source, portfolio.tables), portfolio, owners, as_of)
        clock = portfolio.calendar.clock
        head = (rows.starts, rows.stops, rows.times, block, rows.codes, as_of, covered)
        data = (*head, bound.program, clock, slots)
        built = microseconds(partial(build_alone, bound.view, portfolio, owners, as_of), calls)
        reduced = microseconds(partial(reduce_rows, *data), calls)
        sizes = (rows.stops[0] - rows.starts[0], len(bound.program.terms))
        out.append((bound.view.name, *map(str, sizes), built, reduced))
    return out


def main() -> None:
    """Fit a model of the whole catalogue, then score single customers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=200)
    parser.add_argument("--calls", type=int, default=3_000)
    given = parser.parse_args()
    pipeline = fitted_pipeline()
    portfolio = portfolio_of(given.customers)
    records = [customer(number) for number in range(given.customers)]
    scores = seconds_over(lambda n: pipeline.score(application(n), portfolio), given.customers, given.calls)
    from_records = seconds_over(
        lambda n: pipeline.score(application(n), cs.Portfolio.from_records(records[n])),
        given.customers,
        given.calls // 3,
    )
    features, trees = len(pipeline.model.computer.features), pipeline.model.fitted.n_trees
    print(f"{features} features, {trees} trees, customers with 500 payments and 36 instalments, one thread\n")
    print(
        table(
            ("score() with reasons", "p50", "p99"),
            [row("from an indexed portfolio", scores), row("from plain records", from_records)],
        )
    )
    print("\nEach stage by itself:\n")
    few = min(given.customers, 20)
    print(table(("stage", "p50", "p99"), stages(pipeline, portfolio, few, given.calls // 3)))
    print("\nFeatures by view, one customer:\n")
    header = ("view", "rows", "terms", "build, us", "reduce, us")
    print(table(header, views(pipeline, portfolio, given.calls // 10)))


if __name__ == "__main__":
    main()
