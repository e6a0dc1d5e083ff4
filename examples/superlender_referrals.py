"""What the thin layer of referrals adds to the repayment history of Nigerian micro-loans.

A customer may have been referred by another: the one referred, the other came and named them, so both agreed.
The referral is a tie from the moment of the loan application that names it, and the standing of each side
follows from their own earlier loans. Few customers were referred, and of those who referred them few are in
the data: the honest expectation is that little is added.

    python examples/superlender_referrals.py
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import superlender
from _common import SMALL, PairedDifference, credit_scorer, cross_validate, data_folder, paired_difference

import creditscore as cs

# A secret that is written down protects nobody: make your own with cs.StandingPrivacy.generate(...).
PRIVACY = cs.StandingPrivacy(secret=b"written down for an example", secret_name="example")


# Most of these loans last two to four weeks, so a loan is known to be good two months after it was given.
RULE = cs.OutcomeRule(bad_dpd=15, window="60d", indeterminate_dpd=7)


def ties(scored: pd.DataFrame, previous: pd.DataFrame) -> pd.DataFrame:
    """Turn referrals into ties, each from the first application that names it."""
    both = pd.concat([scored, previous], ignore_index=True)
    named = both[both["referredby"].notna()]
    return pd.DataFrame(
        {
            "person_id": named["customerid"],
            "other_id": named["referredby"].astype(str),
            "event_time": named["creationdate"],
            "layer": "referral",
        }
    ).sort_values("event_time").drop_duplicates(["person_id", "other_id"], ignore_index=True)  # fmt: skip


def load(folder: Path) -> tuple[cs.Applications, cs.Portfolio, np.ndarray]:
    """Read the tables through the contracts, with the standings that follow from them and grid measures."""
    tables = superlender.read(folder)
    loans = {"loans": tables.loans, "instalments": tables.instalments}
    applications = cs.Applications(tables.applications, timezone=superlender.TIMEZONE)
    last = tables.applications["as_of"].max().tz_localize(superlender.TIMEZONE)
    alone = cs.Portfolio(**loans, timezone=superlender.TIMEZONE)
    known = loans | {
        "ties": ties(*(pd.read_parquet(folder / f"{name}.parquet") for name in ("loans", "previous_loans"))),
        "standings": cs.standings_from(alone, RULE, last),
    }
    grid = cs.calendar_grid("2017-07-01", last)
    measures = cs.compute_measures(
        cs.Portfolio(**known, privacy=PRIVACY, timezone=superlender.TIMEZONE),
        grid,
        settings=cs.GraphSettings(min_tie_age="0d"),
    )
    portfolio = cs.Portfolio(
        **known, measures=measures.to_frame(), privacy=PRIVACY, timezone=superlender.TIMEZONE
    )
    return applications, portfolio, tables.bad


def social() -> cs.FeatureSet:
    """Return the social features; a referral counts from the day on which it was named."""
    return cs.social_features(min_tie_age="0d").where(lambda feature: feature.source in ("ties", "measures"))


def evaluate(folder: Path, seeds: Sequence[int] = (0, 1, 2), threads: int | None = None) -> PairedDifference:
    """Compare repayment history with and without referrals, on the same folds, once for each seed."""
    applications, portfolio, bad = load(folder)
    runs = []
    for features in (superlender.features() + social(), superlender.features()):
        matrix = cs.CreditPipeline(features, threads=threads).compute_features(applications, portfolio)
        fit = credit_scorer(features, SMALL, threads=threads)
        runs.append([cross_validate(matrix.values, bad, fit, seed=seed) for seed in seeds])
    return paired_difference(*runs)


def main() -> None:
    """Print what referrals add, with an interval."""
    folder = data_folder("superlender")
    applications, portfolio, _ = load(folder)
    print(portfolio)
    matrix = cs.CreditPipeline(social()).compute_features(applications, portfolio)
    linked = int((matrix["ties_count"] > 0).sum())
    known = int((matrix["neighbours_known_share"] > 0).sum())
    print(f"{linked:,} of {len(applications):,} applicants have a referral, {known:,} one of known standing")
    print(evaluate(folder))


if __name__ == "__main__":
    main()
