"""How far scores can be gamed, on simulated people and on Czech accounts, with the price in AUC.

Run: python benchmarks/gaming.py [--people 6000] [--seeds 1 2] [--title "..."]
It adds a section to results_gaming.md beside this file.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import creditscore as cs
from creditscore.validation.metrics import auc

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "examples"))

import berka  # noqa: E402 - examples are scripts
from _common import DATA, SMALL, credit_scorer, cross_validate  # noqa: E402

RESULTS = HERE / "results_gaming.md"
DECLINED = 0.3
HEAD = """# How far scores can be gamed

Written by `python benchmarks/gaming.py`; each run adds a section. 500 people bend their own raw events
before they apply, and are scored again ([what they do](../docs/reports.md#how-far-a-score-can-be-gamed)).
Points after less points before; 20 points double the odds. The cut-off declines 30 %. Bounds: median 3, 95th
percentile 10, 2 % of the declined across.
"""


@dataclass(frozen=True)
class Population:
    """Applications with outcomes, and what is fitted to them."""

    name: str
    applications: cs.Applications
    portfolio: cs.Portfolio
    bad: np.ndarray
    features: cs.FeatureSet | None
    scorer: cs.CreditScorer
    auc: float


def simulated(people: int, seed: int) -> Population:
    """Simulate one lender, with the measures of the graph on the first of each month."""
    from acceptance import with_measures

    made = cs.simulate.simulate_portfolio(cs.simulate.SimulationConfig(people=people), seed=seed)
    portfolio = with_measures(dict(made.tables), made.applications)
    applications, bad = made.to_applications(), made.bad(portfolio)
    scorer = cs.CreditScorer(folds="hash")
    pipeline = cs.CreditPipeline(scorer=scorer).fit(applications, portfolio, bad)
    held_out = pipeline.held_out
    known = ~np.isnan(held_out.log_odds)
    found = auc(held_out.bad[known], held_out.log_odds[known])
    name = f"simulated, {people:,} people, seed {seed}"
    return Population(name, applications, portfolio, bad, None, scorer, found)


def czech() -> Population | None:
    """Read the Czech accounts, where they lie beside the project."""
    folder = DATA / "berka"
    if not folder.is_dir():
        return None
    applications, portfolio, bad = berka.load(folder)
    features = berka.features().for_model
    X = cs.CreditPipeline(features).compute_features(applications, portfolio).values
    runs = [cross_validate(X, bad, credit_scorer(features, SMALL), seed=seed) for seed in range(5)]
    scorer = cs.CreditScorer(folds="hash", **SMALL)
    found = float(np.mean([run.auc for run in runs]))
    return Population("Berka", applications, portfolio, bad, features, scorer, found)


def section(one: Population, names: list[str] | None) -> list[str]:
    """Fit, bend and write what was gained."""
    pipeline = cs.CreditPipeline(one.features, scorer=one.scorer)
    pipeline.fit(one.applications, one.portfolio, one.bad)
    scores = pipeline.score_many(one.applications, one.portfolio).score
    cutoff = float(np.nanquantile(scores, DECLINED))
    found = cs.assess_gaming(pipeline, one.applications, one.portfolio, cutoff=cutoff, manipulations=names)
    print(found)
    n = len(pipeline.model.computer.features)
    lines = [
        f"### {one.name}",
        "",
        f"AUC {one.auc:.4f} on rows not seen; {n} features, {found.people} people, cut-off {cutoff:g}.",
        "",
        "| manipulation | median | 95th | lowest quarter, 95th | lowest tenth | cross | within | through |",
        "| --- | ---: | ---: | ---: | ---: | ---: | --- | --- |",
    ]
    for effect in found.effects:
        through = ", ".join(f"`{s.name}` {s.points:+.1f}" for s in effect.features[:3] if s.points >= 0.1)
        lines.append(
            f"| {effect.manipulation} | {effect.median:+.1f} | {effect.highest:+.1f} "
            f"| {effect.quarters[0].highest:+.1f} | {effect.lowest_tenth:+.1f} | {effect.crossed:.1%} "
            f"| {'yes' if effect.passed else 'no'} | {through} |"
        )
    return [*lines, ""]


def main() -> None:
    """Run all populations and add a section to the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=6_000)
    parser.add_argument("--seeds", type=int, nargs="*", default=[1, 2])
    parser.add_argument("--title", default="As it stands")
    parser.add_argument("--manipulations", nargs="+")
    asked = parser.parse_args()
    populations = [czech(), *(simulated(asked.people, seed) for seed in asked.seeds)]
    lines = [f"## {asked.title}", ""]
    for one in populations:
        if one is not None:
            lines += section(one, asked.manipulations)
    before = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else HEAD
    RESULTS.write_text(before.rstrip("\n") + "\n\n" + "\n".join(lines).rstrip("\n") + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
