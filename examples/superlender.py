"""Nigerian mobile micro-loans: which returning borrowers repay the next loan.

Every earlier loan becomes a loan with instalments; the loan asked for is an application at the moment when it
was approved. No demographics are used.

    python examples/superlender.py
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd
from _common import SMALL, Array, CrossValidated, credit_scorer, cross_validate, data_folder

import creditscore as cs

TIMEZONE = "Africa/Lagos"
TERMS = ("amount", "term_days", "price", "first_due_day", "first_due_weekday", "is_referred")


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """Raw frames as tables of the contract; all times are local."""

    applications: pd.DataFrame
    loans: pd.DataFrame
    instalments: pd.DataFrame
    bad: Array


def read(folder: Path) -> Tables:
    """Read the two tables that are used."""
    return to_tables(
        pd.read_parquet(folder / "loans.parquet"), pd.read_parquet(folder / "previous_loans.parquet")
    )


def to_tables(scored: pd.DataFrame, previous: pd.DataFrame) -> Tables:
    """Turn scored and previous loans into applications, loans and instalments."""
    return Tables(
        applications=_applications(scored),
        loans=_loans(previous),
        instalments=_instalments(previous),
        bad=(scored["good_bad_flag"].astype(str) == "Bad").to_numpy(np.int64),
    )


def _applications(scored: pd.DataFrame) -> pd.DataFrame:
    # The first repayment falls due after a month, or after the whole term if that is shorter. Its date is
    # part of the terms: a loan due in the last week before salaries are paid is harder to repay.
    first_due = scored["approveddate"].dt.normalize() + pd.to_timedelta(
        scored["termdays"].clip(upper=30), unit="D"
    )
    return pd.DataFrame(
        {
            "application_id": scored["systemloanid"],
            "applicant_id": scored["customerid"],
            "as_of": scored["approveddate"],
            "amount": scored["loanamount"].astype(float),
            "term_days": scored["termdays"].astype(float),
            "price": scored["totaldue"] / scored["loanamount"] - 1.0,
            "first_due_day": first_due.dt.day.astype(float),
            "first_due_weekday": first_due.dt.day_of_week.astype(float),
            "is_referred": scored["referredby"].notna().astype(float),
        }
    )


def _loans(previous: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "loan_id": previous["systemloanid"],
            "applicant_id": previous["customerid"],
            "event_time": previous["approveddate"],
            "amount": previous["loanamount"].astype(float),
            "term_days": previous["termdays"].astype(float),
            "closed_time": previous["closeddate"],
        }
    )


def _instalments(previous: pd.DataFrame) -> pd.DataFrame:
    """Equal instalments a month apart, as many as months in the term.

    The source says when the first repayment came and when the loan was closed. So the first of several
    instalments was paid by the first repayment; the others, and an only one, when the loan was closed.
    """
    count = np.maximum(previous["termdays"].to_numpy() // 30, 1)
    row = np.repeat(np.arange(len(previous)), count)
    number = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    loans = previous.iloc[row].reset_index(drop=True)
    first_of_several = (number == 0) & (count[row] > 1)
    return pd.DataFrame(
        {
            "loan_id": loans["systemloanid"],
            "applicant_id": loans["customerid"],
            "instalment_no": number + 1,
            "due_time": loans["firstduedate"] + pd.to_timedelta(30 * number, unit="D"),
            "due_amount": loans["totaldue"] / count[row],
            "paid_time": loans["firstrepaiddate"].where(first_of_several, loans["closeddate"]),
            "paid_amount": loans["totaldue"] / count[row],
        }
    )


def load(folder: Path) -> tuple[cs.Applications, cs.Portfolio, Array]:
    """Read the tables through the contracts."""
    tables = read(folder)
    applications = cs.Applications(tables.applications, timezone=TIMEZONE)
    portfolio = cs.Portfolio(loans=tables.loans, instalments=tables.instalments, timezone=TIMEZONE)
    return applications, portfolio, tables.bad


def features() -> cs.FeatureSet:
    """Return the terms of the loan asked for, and the repayment history."""
    return cs.application_features(TERMS) + cs.repayment_features()


def evaluate(folder: Path, seeds: Sequence[int] = (0,), threads: int | None = None) -> list[CrossValidated]:
    """Cross-validate in five folds, once for each seed; the settings are chosen within each training part.

    All moments lie within three weeks, less than most of these loans last, so no honest order in time is
    left: the folds are random.
    """
    applications, portfolio, bad = load(folder)
    matrix = cs.CreditPipeline(features(), threads=threads).compute_features(applications, portfolio)
    fit = credit_scorer(features(), {}, SMALL, threads=threads)
    return [cross_validate(matrix.values, bad, fit, seed=seed) for seed in seeds]


def main() -> None:
    """Print how well it does, and one explained score."""
    folder = data_folder("superlender")
    applications, portfolio, bad = load(folder)
    print(portfolio)
    pipeline = cs.CreditPipeline(features(), scorer=cs.CreditScorer(folds="hash", **SMALL))
    pipeline.compute_features(applications, portfolio)
    begun = perf_counter()
    matrix = pipeline.compute_features(applications, portfolio)
    seconds = perf_counter() - begun
    print(f"{matrix.values.shape[1]} features of {len(applications):,} applications: {seconds:.2f} s")
    run = evaluate(folder)[0]
    print(f"5-fold AUC, mean of folds: {run.auc:.4f}\n{run.performance()}")
    pipeline.fit(applications, portfolio, bad)
    riskiest = int(np.argmax(pipeline.score_many(applications, portfolio).log_odds))
    print(pipeline.score(applications.take([riskiest]), portfolio))


if __name__ == "__main__":
    main()
