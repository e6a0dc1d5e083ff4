"""SuperLender, where earlier loans or demographics are missing: one model beside one of each combination.

Run ``python benchmarks/superlender_masks.py``. A quarter of the borrowers have no demographics. Five folds of
borrowers, several times: one model is fitted with copies of rows without their loans, and others on what one
combination has: the rows with demographics or all rows without these columns, with or without the loans. All
judge the same rows of the fold that was left out. Terms of the loan asked for are always there.
"""

from __future__ import annotations

import argparse
import warnings
from collections import defaultdict
from typing import NamedTuple

import numpy as np
import pandas as pd
from _sets import DATA
from superlender import TERMS, TIMEZONE, read

import creditscore as cs
from creditscore.data.presence import with_groups_alone
from creditscore.model.calibration import fit_affine
from creditscore.model.folds import hash_folds
from creditscore.model.scale import probability_of_default
from creditscore.validation import auc, performance_difference

WHO = ("bank_account_type", "bank_name_clients", "employment_status_clients", "level_of_education_clients")
WHERE = ("longitude_gps", "latitude_gps", "birth_year")
CELLS = {
    "loans + demographics": (True, "known"),
    "loans, no demographics": (True, "unknown"),
    "loans, demographics taken away": (True, "hidden"),
    "demographics, no loans": (False, "known"),
    "neither": (False, "unknown"),
    "neither, demographics taken away": (False, "hidden"),
}


class Lender(NamedTuple):
    """Applications with demographics and with these taken away; arrays of shape (n_applications,)."""

    whole: cs.Applications
    hidden: cs.Applications
    portfolio: cs.Portfolio
    bad: np.ndarray
    known: np.ndarray


def lender() -> Lender:
    """Read the tables; of two rows of demographics of one borrower the first counts."""
    tables = read(DATA / "superlender")
    people = pd.read_parquet(DATA / "superlender" / "demographics.parquet").drop_duplicates("customerid")
    people = people.set_index("customerid")[[*WHO, *WHERE]].reindex(tables.applications["applicant_id"])
    frame = tables.applications.copy()
    for name in WHO:
        frame[name] = people[name].astype(object).where(people[name].notna(), None).to_numpy()
    for name in WHERE:
        frame[name] = people[name].astype(float).to_numpy()
    blank = frame.assign(**dict.fromkeys(WHO, None), **dict.fromkeys(WHERE, np.nan))
    blank = blank.astype(dict.fromkeys(WHO, object))
    portfolio = cs.Portfolio(loans=tables.loans, instalments=tables.instalments, timezone=TIMEZONE)
    made = [cs.Applications(one, timezone=TIMEZONE) for one in (frame, blank)]
    return Lender(*made, portfolio, tables.bad.astype(float), people["bank_account_type"].notna().to_numpy())


def features(loans: bool, demographics: bool) -> list[cs.FeatureSet]:
    """Return what a combination has."""
    columns = (*TERMS, *WHERE) if demographics else TERMS
    some = [cs.application_features(columns, WHO if demographics else ())]
    return [*some, cs.repayment_features()] if loans else some


def pipeline(loans: bool, demographics: bool, recipe: str, copies: int = 0) -> cs.CreditPipeline:
    """Make one that is not fitted."""
    scorer = cs.CreditScorer(recipe=recipe, folds="hash")
    return cs.CreditPipeline(features(loans, demographics), scorer=scorer, source_dropout=copies)


def judge(made: Lender, seed: int, recipe: str, copies: int, found: dict) -> None:
    """Add outcomes, log-odds of the one model and of the own one, of every cell."""
    who = np.array([str(one) for one in made.whole.applicant_ids])
    nothing = with_groups_alone(made.portfolio, ())
    for fit, judged in hash_folds(who, made.bad, n_parts=5, seed=seed).pairs():
        one = pipeline(True, True, recipe, copies)
        one.fit(made.whole.take(fit), made.portfolio, made.bad[fit])
        own = {}
        for loans in (True, False):
            for demographics in (True, False):
                rows = fit[made.known[fit]] if demographics else fit
                tables = made.portfolio if loans else nothing
                model = pipeline(loans, demographics, recipe)
                own[loans, demographics] = model.fit(made.whole.take(rows), tables, made.bad[rows])
        for name, (loans, state) in CELLS.items():
            tables = made.portfolio if loans else nothing
            rows = judged if state == "hidden" else judged[made.known[judged] == (state == "known")]
            asked = (made.hidden if state == "hidden" else made.whole).take(rows)
            models = one, own[loans, state == "known"]
            said = [model.score_many(asked, tables, on_mismatch="count").log_odds for model in models]
            scored = ~np.isnan(said).any(axis=0)
            found[name].append((made.bad[rows][scored], *(z[scored] for z in said), len(rows)))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1])
    parser.add_argument("--copies", type=int, default=2)
    parser.add_argument("--recipe", default="shallow")
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    made, found = lender(), defaultdict(list)
    for seed in asked.seeds:
        judge(made, seed, asked.recipe, asked.copies, found)
    print(f"{len(made.bad):,} applications, {made.known.mean():.1%} with demographics; seeds {asked.seeds}")
    print("cell: applications, share scored, AUC of one, of its own, less (95 %), slope and mean of both")
    for name, parts in found.items():
        bad, one, own = (np.concatenate([part[k] for part in parts]) for k in range(3))
        share = bad.size / sum(part[3] for part in parts)
        areas = [np.mean([auc(part[0], part[k]) for part in parts]) for k in (1, 2)]
        gain = performance_difference(bad, one, own, resamples=300)["auc"]
        means = [probability_of_default(z).mean() / bad.mean() for z in (one, own)]
        slopes = [fit_affine(z, bad, flatten=True).slope for z in (one, own)]
        sums = [f"{slope:.2f} {mean:.2f}" for slope, mean in zip(slopes, means, strict=True)]
        print(
            f"{name:35} {bad.size // len(asked.seeds):5} {share:6.1%} {areas[0]:.3f} {areas[1]:.3f} "
            f"{areas[0] - areas[1]:+.4f} ({gain.low:+.4f} to {gain.high:+.4f})  {sums[0]}  {sums[1]}",
            flush=True,
        )


if __name__ == "__main__":
    main()
