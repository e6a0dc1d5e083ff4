"""One model of SBA loans over the years after it: vintages, ranking, drift and probabilities, year by year.

    python benchmarks/sba_years.py

Fitted on approvals of 1990 to 1999, judged on each year from 2000 to 2003, the last of the register.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import creditscore as cs
from creditscore.validation import performance

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "examples"))

import sba  # noqa: E402
from _common import data_folder  # noqa: E402

LAST = 2003
YEARS = range(2000, LAST + 1)


def main() -> None:
    """Print the vintages, then each year."""
    sba.END = f"{LAST + 1}-01-01"
    tables = sba.to_tables(pd.read_parquet(data_folder("sba") / "loans.parquet"))
    applications = cs.Applications(tables.applications, timezone=sba.TIMEZONE)
    portfolio = cs.Portfolio(loans=tables.loans, timezone=sba.TIMEZONE)
    year = pd.to_datetime(tables.applications["as_of"]).dt.year.to_numpy()
    table = cs.vintages(portfolio, sba.EXTRACTED, period="year", months=36)
    for one in table.vintages:
        share = one.shares["defaulted"]
        print(f"{one.name} {one.loans:>8,} " + " ".join(f"{share[month - 1]:6.2%}" for month in (12, 24, 36)))
    earlier = np.flatnonzero(year < YEARS[0])
    pipeline = cs.CreditPipeline(sba.features(), scorer=cs.CreditScorer())
    pipeline.fit(applications.take(earlier), portfolio, sba.RULE, extracted_at=sba.EXTRACTED)
    print(f"in time, held out: AUC {pipeline.report.performance['auc']}")
    labels = sba.RULE.label(applications, portfolio, sba.EXTRACTED).labels
    scores = pipeline.score_many(applications, portfolio)
    columns = _watched(pipeline, applications, portfolio, scores)
    bins = cs.FrozenBins.learned({name: part[earlier] for name, part in columns.items()})
    for one in YEARS:
        rows = np.flatnonzero((year == one) & ~np.isnan(labels))
        drift = bins.compare({name: part[year == one] for name, part in columns.items()})
        worst = next(found for found in drift.columns if found.name != "score")
        _year(one, labels[rows], scores.log_odds[rows])
        score = drift["score"]
        print(f"     PSI of the score {score.psi:.3f}, of {worst.name} {worst.psi:.3f} ({worst.verdict})")


def _watched(pipeline: Any, applications: Any, portfolio: Any, scores: Any) -> dict[str, np.ndarray]:
    told = pipeline.explain(applications, portfolio)
    columns = {name: told.data[:, place] for place, name in enumerate(told.feature_names)}
    return columns | {"score": np.asarray(scores.score, np.float64)}


def _year(one: int, bad: np.ndarray, log_odds: np.ndarray) -> None:
    found = performance(bad, log_odds, resamples=200)
    said = (1.0 / (1.0 + np.exp(-log_odds))).mean()
    slope = found["calibration_slope"]
    print(f"{one} {bad.size:>7,} bad {bad.mean():.4f} said {said:.4f} {found['auc']} slope {slope.value:.2f}")


if __name__ == "__main__":
    main()
