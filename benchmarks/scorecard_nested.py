"""`Scorecard` beside optbinning's own on every set, with settings that never saw the rows that judge them.

    python benchmarks/scorecard_nested.py [set ...] [--repeats 5] [--defaults-only]

Three are fitted on the same rows and judged on the same others: our defaults; the best of `GRID`, chosen by
its AUC out of fold within the rows to fit on; and optbinning's `Scorecard` with `BinningProcess` and logistic
regression, nothing set. Intervals are 95 %, over 500 paired resamples of applicants, of the mean over all
repeats.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parent))

from _accuracy_sets import MAKERS, Contest, contest

import creditscore as cs
from creditscore.validation import auc

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

SETS: Final = (
    "german", "prosper", "superlender", "lending_club", "sba_sharp", "taiwan", "berka", "superlender_in_time",
    "prosper_in_time",
)  # fmt: skip
# Fixed before any of it was judged; the first are the defaults.
GRID: Final[dict[str, dict[str, Any]]] = {
    "defaults": {},
    "fewer bins": {"n_bins": 8},
    "more shrunk": {"reg_lambda": 30.0},
    "none left out": {"least_information": 0.0},
    "twelve features": {"n_features": 12},
}
RESAMPLES: Final = 500


def card(rows: Contest, fit: Rows, seed: int, settings: dict[str, Any]) -> cs.Scorecard:
    """Fit ours."""
    made = cs.Scorecard(
        signs=rows.signs, categorical_features=rows.categories, folds="hash", seed=seed, threads=1, **settings
    )
    return made.fit(rows.X[fit], rows.bad[fit], groups=rows.who[fit])


def log_odds(made: cs.Scorecard, X: Floats) -> Floats:
    """Return what a card says."""
    return made.model_.log_odds(X)


def chosen(rows: Contest, fit: Rows, seed: int) -> tuple[str, cs.Scorecard]:
    """Fit the whole grid, and take the best by its AUC out of fold within the rows to fit on."""
    made = {name: card(rows, fit, seed, settings) for name, settings in GRID.items()}

    def within(name: str) -> float:
        report = made[name].report_
        return float(auc(report.bad, report.log_odds))

    best = max(made, key=within)
    return best, made[best]


def theirs(rows: Contest, fit: Rows, judged: Rows) -> Floats:
    """Let optbinning's own card speak, its settings as they come."""
    from optbinning import BinningProcess
    from optbinning import Scorecard as Theirs
    from sklearn.linear_model import LogisticRegression

    names = [f"x{j}" for j in range(rows.X.shape[1])]
    frame = pd.DataFrame(rows.X, columns=names)
    labels = [names[j] for j in rows.categories]
    for name in labels:
        frame[name] = frame[name].astype(object).where(frame[name].notna(), None)
    # It fails on columns that say nothing.
    some = [name for name in names if frame[name].iloc[fit].nunique() > 1]
    process = BinningProcess(some, categorical_variables=[name for name in labels if name in some] or None)
    made = Theirs(binning_process=process, estimator=LogisticRegression())
    made.fit(frame.iloc[fit][some], rows.bad[fit])
    bad = np.clip(made.predict_proba(frame.iloc[judged][some])[:, 1], 1e-12, 1.0 - 1e-12)
    return np.log(bad / (1.0 - bad))


class Ranked:
    """One judged part: its AUC under any weights of its rows."""

    def __init__(self, said: Floats, bad: Rows) -> None:
        _, self.place = np.unique(said, return_inverse=True)
        self.bad = bad.astype(bool)

    def auc(self, weight: Floats) -> float:
        """Return the share of pairs that are ranked right, ties by half; NaN where one kind is absent."""
        bads = np.bincount(self.place[self.bad], weight[self.bad], self.place.max() + 1)
        goods = np.bincount(self.place[~self.bad], weight[~self.bad], self.place.max() + 1)
        if not bads.sum() or not goods.sum():
            return float("nan")
        below = np.cumsum(goods) - 0.5 * goods
        return float(bads @ below / (bads.sum() * goods.sum()))


def interval(
    rows: Contest, said: dict[str, list[tuple[Rows, Floats]]], one: str, other: str, seed: int = 0
) -> tuple[float, float, float, float, float]:
    """Return both mean AUCs, their difference, and the ends of its interval."""
    ranked = [
        (judged, Ranked(mine, rows.bad[judged]), Ranked(their, rows.bad[judged]))
        for (judged, mine), (_, their) in zip(said[one], said[other], strict=True)
    ]

    def means(weight: Floats) -> tuple[float, float]:
        found = [(mine.auc(weight[judged]), their.auc(weight[judged])) for judged, mine, their in ranked]
        first, second = np.nanmean(found, axis=0).tolist()
        return first, second

    _, of = np.unique(rows.who, return_inverse=True)
    random, people = np.random.default_rng(seed), int(of.max()) + 1
    first, second = means(np.ones(len(rows.bad)))
    drawn = []
    for _ in range(RESAMPLES):
        weight = np.bincount(random.integers(people, size=people), minlength=people)[of].astype(float)
        mine, their = means(weight)
        drawn.append(mine - their)
    low, high = np.nanquantile(drawn, [0.025, 0.975])
    return first, second, first - second, float(low), float(high)


def measure(name: str, repeats: int, ways: Sequence[str]) -> None:
    """Print one set."""
    rows = contest(name, repeats)
    if rows is None:
        print(f"{name}: its data are not beside the project; passed over")
        return
    said: dict[str, list[tuple[Rows, Floats]]] = {name: [] for name in (*ways, "optbinning")}
    taken: Counter[str] = Counter()
    for seed, pairs in enumerate(rows.splits):
        for fit, judged in pairs:
            X = rows.X[judged]
            if "chosen" in ways:
                best, made = chosen(rows, fit, seed)
                taken[best] += 1
                said["chosen"].append((judged, log_odds(made, X)))
            said["defaults"].append((judged, log_odds(card(rows, fit, seed, {}), X)))
            said["optbinning"].append((judged, theirs(rows, fit, judged)))
    parts = len(said["optbinning"])
    print(f"{rows.title}: {len(rows.bad):,} rows, {int(rows.bad.sum()):,} bad, {parts} judged")
    for ours in ways:
        mine, their, apart, low, high = interval(rows, said, ours, "optbinning")
        print(f"  {ours} {mine:.4f}, optbinning {their:.4f}: {apart:+.4f} ({low:+.4f} to {high:+.4f})")
    print(f"  chosen: {dict(taken.most_common())}" if taken else "", flush=True)


def main(argv: Sequence[str] | None = None) -> None:
    """Read what is asked for, and measure it."""
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=form)
    parser.add_argument("sets", nargs="*", choices=[[], *MAKERS], help="by default those of the page")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--defaults-only", action="store_true", help="choose no settings within")
    given = parser.parse_args(argv)
    warnings.simplefilter("ignore")
    for name in given.sets or SETS:
        measure(name, given.repeats, ("defaults",) if given.defaults_only else ("defaults", "chosen"))


if __name__ == "__main__":
    main()
