"""One model where only some sources are there.

Run ``python benchmarks/masks.py``. For each seed a simulated lender is divided by applicant in two halves.
Each is fitted, with so many copies of each row without some sources, and judges the other with every
combination of sources: the halves differ by chance in their share of bads, and so what one says too much the
other says too little. Printed are, for each combination, AUC, slope and mean probability over share of bads
by the line for all and by that of the cell; the same by segment of applicant; how often a row of the training
comes out safer without a source, and whether ever below the best that the source could have said.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

import creditscore as cs
from creditscore.data.presence import COMBINATIONS, with_groups_alone
from creditscore.data.sources import SOURCE_GROUPS
from creditscore.model.calibration import fit_affine
from creditscore.model.scale import probability_of_default
from creditscore.scoring.cell import groups_of_columns
from creditscore.scoring.model import ScoringModel
from creditscore.simulate import SimulationConfig, simulate_portfolio
from creditscore.validation.metrics import auc

SEGMENT = "segment"
BUREAU = ("repayments",)


class Judged(NamedTuple):
    """What one half says of the other with some sources: by the line for all, and by that of the cell."""

    bad: np.ndarray
    common: np.ndarray
    log_odds: np.ndarray
    segment: np.ndarray


class Hidden(NamedTuple):
    """Rows of the training without one group of sources."""

    safer: float
    below_best: int
    below_best_by_one_line: int
    rows: int


def halves(people: int, seed: int, copies: int, recipe: str) -> Iterator[tuple[dict, dict]]:
    """Fit each half, judge the other; then take sources from the rows that were fitted."""
    made = simulate_portfolio(SimulationConfig(people=people), seed=seed)
    portfolio, applications = made.portfolio(), made.to_applications()
    bad = np.asarray(made.bad(portfolio), float)
    half = np.array([int(one) % 2 for one in applications.applicant_ids])
    segment = np.array(applications.text[SEGMENT])
    for number in (0, 1):
        fitted = np.flatnonzero(half == number)
        judged = np.flatnonzero((half != number) & ~np.isnan(bad))
        scorer = cs.CreditScorer(recipe=recipe)
        pipeline = cs.CreditPipeline(scorer=scorer, embargo="365d", source_dropout=copies)
        pipeline.fit(applications.take(fitted), portfolio, bad[fitted])
        model, found = pipeline.model, {}
        for groups in COMBINATIONS:
            matrix = model.computer.compute(applications.take(judged), with_groups_alone(portfolio, groups))
            seen = np.flatnonzero(model.scorable(matrix))
            said = model.fitted.evaluate(matrix.values[seen])
            common = model.fitted.calibration.log_odds(said.raw)
            found[groups] = Judged(bad[judged][seen], common, said.log_odds, segment[judged][seen])
        yield found, dict(hidden(model, applications.take(fitted), portfolio))


def hidden(
    model: ScoringModel, applications: cs.Applications, portfolio: cs.Portfolio
) -> Iterator[tuple[str, Hidden]]:
    """Take each group of sources away from rows, and compare with them, and with the best that it can say."""
    whole = model.computer.compute(applications, portfolio).values
    signs = np.array(model.fitted.signs)
    best = np.where(signs > 0, np.nanmin(whole, axis=0), np.nanmax(whole, axis=0))
    groups = groups_of_columns(model.computer.features)
    before = model.fitted.log_odds(whole)
    for name, columns in groups.columns.items():
        kept = with_groups_alone(portfolio, [other for other in SOURCE_GROUPS if other != name])
        without = model.fitted.evaluate(model.computer.compute(applications, kept).values)
        good = whole.copy()
        signed = [column for column in columns if signs[column] and not np.isnan(best[column])]
        good[:, signed] = best[signed]
        could = model.fitted.evaluate(good)
        yield (
            name,
            Hidden(
                float((without.log_odds < before - 1e-9).mean()),
                int((without.log_odds < could.log_odds - 1e-9).sum()),
                int((without.raw < could.raw - 1e-9).sum()),
                len(whole),
            ),
        )


def figures(parts: list[Judged], segment: str | None = None) -> tuple[float, float, float, float, float]:
    """AUC, then slope and mean over bad rate of both halves, by the line for all and by that of the cell."""
    chosen = [one.segment == segment if segment else np.ones(len(one.bad), bool) for one in parts]
    ranked = [auc(one.bad[rows], one.log_odds[rows]) for one, rows in zip(parts, chosen, strict=True)]
    bad = np.concatenate([one.bad[rows] for one, rows in zip(parts, chosen, strict=True)])
    found = [float(np.mean(ranked))]
    for name in ("common", "log_odds"):
        z = np.concatenate([getattr(one, name)[rows] for one, rows in zip(parts, chosen, strict=True)])
        found += [
            fit_affine(z, bad, flatten=True).slope,
            float(probability_of_default(z).mean() / bad.mean()),
        ]
    return tuple(found)


def main() -> None:
    """Print the tables, means over the seeds."""
    parser = argparse.ArgumentParser(description="One model where only some sources are there.")
    parser.add_argument("--people", type=int, default=8_000)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--copies", type=int, nargs="+", default=[2])
    parser.add_argument("--recipe", default="shallow")
    asked = parser.parse_args()
    for copies in asked.copies:
        runs = [list(halves(asked.people, seed, copies, asked.recipe)) for seed in range(1, asked.seeds + 1)]
        print(f"source_dropout={copies}, {asked.people} people, mean of {asked.seeds} seeds")
        print("sources: AUC, slope for all, of the cell, mean for all, of the cell")
        for groups in COMBINATIONS:
            rows = [figures([found[groups] for found, _ in run]) for run in runs]
            show(" + ".join(groups), np.mean(rows, axis=0))
        for segment in ("existing", "thin_file", "new_to_bank"):
            for groups in (
                COMBINATIONS[0],
                ("payments", "repayments", "digital"),
                ("payments", "digital"),
                BUREAU,
            ):
                rows = [figures([found[groups] for found, _ in run], segment) for run in runs]
                show(f"{segment}: {' + '.join(groups)}", np.mean(rows, axis=0))
        for name in SOURCE_GROUPS:
            gone = [one[name] for run in runs for _, one in run if name in one]
            print(
                f"without {name}: safer {np.mean([one.safer for one in gone]):.1%}, below the best "
                f"{sum(one.below_best for one in gone)} of {sum(one.rows for one in gone)} "
                f"({sum(one.below_best_by_one_line for one in gone)} by one line)"
            )


def show(name: str, row: np.ndarray) -> None:
    """Print one line."""
    print(f"{name:50} {row[0]:.3f} {row[1]:6.2f} {row[3]:6.2f} {row[2]:6.2f} {row[4]:6.2f}", flush=True)


if __name__ == "__main__":
    main()
