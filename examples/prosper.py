"""Prosper: loans between people, with groups, friends who lend along, and earlier loans on the platform.

An export with one row a loan becomes three tables: what an applicant said and a bureau knew, groups, and
outcomes. How earlier loans went is told in columns of sums, so it stays with the application. What was known
only later is left out, and so are keys, rates, and what the platform's own model and its lenders made of it.

    python examples/prosper.py
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from _common import (
    SMALL,
    Array,
    CrossValidated,
    credit_scorer,
    cross_validate,
    data_folder,
    paired_difference,
)

import creditscore as cs

TIMEZONE = "America/Los_Angeles"
OWN = {
    "LoanOriginalAmount": "amount", "StatedMonthlyIncome": "monthly_income",
    "DebtToIncomeRatio": "debt_to_income", "EmploymentStatusDuration": "employed_months",
    "CreditScoreRangeLower": "bureau_score", "OpenCreditLines": "open_lines",
    "InquiriesLast6Months": "inquiries", "CurrentDelinquencies": "delinquencies",
    "DelinquenciesLast7Years": "delinquencies_7y", "PublicRecordsLast10Years": "public_records",
    "BankcardUtilization": "card_use", "IsBorrowerHomeowner": "is_owner",
    "TotalProsperLoans": "earlier_loans", "OnTimeProsperPayments": "earlier_on_time",
    "ProsperPaymentsOneMonthPlusLate": "earlier_late",
}  # fmt: skip
SOCIAL = {
    "CurrentlyInGroup": "in_group", "Recommendations": "recommendations",
    "InvestmentFromFriendsCount": "friends_who_lent",
}  # fmt: skip
FINISHED = ("Completed", "Chargedoff", "Defaulted")


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """Applications and memberships as the contracts want them; 1 bad, 0 good."""

    applications: pd.DataFrame
    memberships: pd.DataFrame
    bad: Array


def to_tables(raw: pd.DataFrame) -> Tables:
    """Turn finished loans into tables; a group is known from the listing on that names it."""
    raw = raw[raw["LoanStatus"].astype(str).isin(FINISHED)].sort_values("ListingNumber", ignore_index=True)
    own = {name: raw[column].astype(float) for column, name in (OWN | SOCIAL).items()}
    applications = pd.DataFrame(
        {
            "application_id": raw["ListingNumber"],
            "applicant_id": raw["MemberKey"].astype(str),
            "as_of": raw["ListingCreationDate"],
            "term_days": raw["Term"] * 365.0 / 12.0,
            **own,
        }
    )
    grouped = raw[raw["GroupKey"].notna()]
    memberships = pd.DataFrame(
        {
            "person_id": grouped["MemberKey"].astype(str),
            "group_id": grouped["GroupKey"].astype(str),
            "event_time": grouped["ListingCreationDate"],
        }
    ).drop_duplicates(["person_id", "group_id"], ignore_index=True)
    bad = (raw["LoanStatus"].astype(str) != "Completed").to_numpy(np.int64)
    return Tables(applications, memberships, bad)


def load(folder: Path) -> tuple[cs.Applications, cs.Portfolio, Array]:
    """Read the file through the contracts."""
    tables = to_tables(pd.read_parquet(folder / "loans_81cols.parquet"))
    portfolio = cs.Portfolio(memberships=tables.memberships, timezone=TIMEZONE)
    return cs.Applications(tables.applications, timezone=TIMEZONE), portfolio, tables.bad


def features(*, social: bool) -> cs.FeatureSet:
    """What the applicant said and a bureau knew; with or without friends, recommendations and groups."""
    if not social:
        return cs.application_features(columns=("term_days", *OWN.values()))
    groups = cs.social_features().where(lambda feature: feature.source == "memberships")
    return cs.application_features(columns=("term_days", *OWN.values(), *SOCIAL.values())) + groups


def evaluate(folder: Path, seeds: range, threads: int | None = None) -> list[list[CrossValidated]]:
    """Cross-validate with the social columns and without, on the same folds, once for each seed."""
    applications, portfolio, bad = load(folder)
    runs = []
    for social in (True, False):
        declared = features(social=social)
        matrix = cs.CreditPipeline(declared, threads=threads).compute_features(applications, portfolio)
        scorer = credit_scorer(declared, SMALL, threads=threads)
        runs.append([cross_validate(matrix.values, bad, scorer, seed=seed) for seed in seeds])
    return runs


def main() -> None:
    """Print what the social columns add."""
    folder = data_folder("prosper_sample")
    print(load(folder)[1])
    print(f"with social columns, beside without: {paired_difference(*evaluate(folder, range(2)))}")


if __name__ == "__main__":
    main()
