"""How often intervals of scores hold the true chance of default, which a simulated lender knows.

Run ``python benchmarks/intervals.py``. For each seed a simulated lender is divided by applicant: a half fits,
a quarter serves ``learn_intervals``, a quarter is judged with every combination of sources. Truth is read
here alone; members of rings, whose true chance is 1, count apart. Also said is how many have an interval on
both sides of the median score.
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

import creditscore as cs
from creditscore.data.presence import COMBINATIONS, with_groups_alone
from creditscore.simulate import SimulationConfig, simulate_with_truth


class Lender(NamedTuple):
    """A simulated lender, divided, with its truth; arrays of shape (n_applications,)."""

    portfolio: cs.Portfolio
    applications: cs.Applications
    bad: np.ndarray
    true: np.ndarray
    honest: np.ndarray
    segment: np.ndarray
    part: np.ndarray


def lender(people: int, seed: int) -> Lender:
    """Simulate one."""
    made, truth = simulate_with_truth(SimulationConfig(people=people), seed=seed)
    portfolio, applications = made.portfolio(), made.to_applications()
    known = truth.to_applications().set_index("application_id").loc[list(applications.application_ids)]
    part = np.array([int(one) % 4 for one in applications.applicant_ids])
    return Lender(
        portfolio, applications, made.bad(portfolio), known["probability_of_default"].to_numpy(),
        known["ring"].to_numpy() < 0, made.applications["segment"].to_numpy().astype(str), part,
    )  # fmt: skip


def judged(pipeline: cs.CreditPipeline, made: Lender) -> Iterator[tuple[str, float]]:
    """Yield shares of true chances within their intervals, and widths, by name."""
    rows = np.flatnonzero(made.part == 3)
    for groups in COMBINATIONS:
        some = with_groups_alone(made.portfolio, groups)
        scores = pipeline.score_many(made.applications.take(rows), some, on_mismatch="count")
        found, true = scores.intervals, made.true[rows]
        if found is None:
            raise SystemExit("the model has no intervals")
        within = (found.low <= true) & (true <= found.high)
        counted = scores.scored & made.honest[rows]
        name = " + ".join(groups)
        yield name, float(within[counted].mean())
        yield f"width of {name}", float((found.score_high - found.score_low)[counted].mean())
        if groups == COMBINATIONS[0]:
            yield "all, with rings", float(within[scores.scored].mean())
            for segment in np.unique(made.segment):
                these = counted & (made.segment[rows] == segment)
                yield f"segment {segment}", float(within[these].mean())
            cutoff = np.median(scores.score[counted])
            both = (found.score_low < cutoff) & (cutoff <= found.score_high)
            yield "straddling the median score", float(both[counted].mean())


def figures(people: int, seed: int, copies: int, recipe: str) -> dict[str, dict[str, float]]:
    """Fit, judge the intervals of the fit, learn them anew, and judge these."""
    made = lender(people, seed)
    pipeline = cs.CreditPipeline(scorer=cs.CreditScorer(recipe=recipe), embargo="365d", source_dropout=copies)
    first = np.flatnonzero(made.part < 2)
    pipeline.fit(made.applications.take(first), made.portfolio, made.bad[first])
    found = {"of the fit": dict(judged(pipeline, made))}
    others = np.flatnonzero(made.part == 2)
    pipeline.learn_intervals(made.applications.take(others), made.portfolio, made.bad[others])
    return found | {"learned anew": dict(judged(pipeline, made))}


def main() -> None:
    """Print a table: means over the seeds, and the least of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=6_000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--copies", type=int, default=0)
    parser.add_argument("--recipe", default="shallow")
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    every = [figures(asked.people, seed, asked.copies, asked.recipe) for seed in asked.seeds]
    print(f"{asked.people} people, source_dropout={asked.copies}, seeds {asked.seeds}: mean (least)")
    for name in every[0]["of the fit"]:
        cells = []
        for kind in ("of the fit", "learned anew"):
            values = [one[kind][name] for one in every]
            cells.append(f"{np.mean(values):8.3f} ({np.min(values):.3f})")
        print(f"{name:55}", *cells, flush=True)


if __name__ == "__main__":
    main()
