"""US small-business loans: fit on approvals to 1999, report on 2000 to 2003.

Bad is a loan charged off within three years of approval, told by ``OutcomeRule``. The features are what
the bank knew when the loan was approved. Columns that were filled or revised later are left out although
they rank well: the term (rewritten when a loan went wrong: terms that are no whole years have thirty
times the charge-offs), UrbanRural, CreateJob and RetainedJob (filled for loans that were still alive when
the register moved), RevLineCr, and everything about disbursement, balance and charge-off.

    python examples/sba.py
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from _common import Array, data_folder

import creditscore as cs
from creditscore.validation import Performance, performance

TIMEZONE = "America/New_York"
# Of earlier approvals the register kept mostly those that went wrong: 97 % of 1978, 6 % of 1989.
FIRST, REPORT, END = "1990-01-01", "2000-01-01", "2004-01-01"
EXTRACTED = "2014-09-01T00:00:00+00:00"
RULE = cs.OutcomeRule(window="1095d")
NUMBERS = ("amount", "guaranteed_share", "employees", "is_new", "is_low_doc", "is_franchise", "bank_in_state")
LABELS = ("sector", "state")


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """Raw frame as tables of the contract.

    Attributes
    ----------
    applications, loans : pandas.DataFrame
    left_out : int
        Loans charged off at no date, or before they were approved: their outcome is not known.
    """

    applications: pd.DataFrame
    loans: pd.DataFrame
    left_out: int


def to_tables(raw: pd.DataFrame) -> Tables:
    """Turn the register into applications and loans; no borrower is known to have two."""
    raw = raw[(raw["ApprovalDate"] >= FIRST) & (raw["ApprovalDate"] < END)]
    lost = raw["MIS_Status"].astype(str) == "CHGOFF"
    unknown = (lost & raw["ChgOffDate"].isna()) | (raw["ChgOffDate"] <= raw["ApprovalDate"])
    raw = raw[~unknown].reset_index(drop=True)
    loans = pd.DataFrame(
        {
            "loan_id": raw["LoanNr_ChkDgt"],
            "applicant_id": raw["LoanNr_ChkDgt"],
            "event_time": raw["ApprovalDate"].dt.date,
            "amount": raw["GrAppv"],
            "written_off_time": raw["ChgOffDate"].dt.date,
        }
    )
    return Tables(_applications(raw), loans, int(unknown.sum()))


def _applications(raw: pd.DataFrame) -> pd.DataFrame:
    sector = (raw["NAICS"] // 10_000).astype("Int64").astype(str)
    return pd.DataFrame(
        {
            "application_id": raw["LoanNr_ChkDgt"],
            "applicant_id": raw["LoanNr_ChkDgt"],
            "loan_id": raw["LoanNr_ChkDgt"],
            "as_of": raw["ApprovalDate"].dt.date,
            "amount": raw["GrAppv"],
            "guaranteed_share": raw["SBA_Appv"] / raw["GrAppv"],
            "employees": raw["NoEmp"].astype(float),
            "is_new": raw["NewExist"].map({1.0: 0.0, 2.0: 1.0}),
            "is_low_doc": raw["LowDoc"].astype(object).map({"N": 0.0, "Y": 1.0}),
            "is_franchise": (raw["FranchiseCode"] > 1).astype(float),
            "bank_in_state": (raw["State"].astype(str) == raw["BankState"].astype(str)).astype(float),
            "sector": sector.where(raw["NAICS"] > 0, None).astype(object),
            "state": raw["State"].astype(object),
        }
    )


def features() -> cs.FeatureSet:
    """Return the attributes of the application."""
    return cs.application_features(NUMBERS, categories=LABELS, signs={"employees": -1})


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """A pipeline of approvals to 1999, and how it did on 2000 to 2003."""

    pipeline: cs.CreditPipeline
    tables: Tables
    years: dict[int, Performance]
    overall: Performance


def evaluate(folder: Path, threads: int | None = None, **settings: Any) -> Evaluation:
    """Fit on approvals before 2000, in time order, and report on those after."""
    tables = to_tables(pd.read_parquet(folder / "loans.parquet"))
    applications = cs.Applications(tables.applications, timezone=TIMEZONE)
    portfolio = cs.Portfolio(loans=tables.loans, timezone=TIMEZONE)
    later = (pd.to_datetime(tables.applications["as_of"]) >= REPORT).to_numpy()
    pipeline = cs.CreditPipeline(features(), scorer=cs.CreditScorer(**settings), threads=threads)
    pipeline.fit(applications.take(np.flatnonzero(~later)), portfolio, RULE, extracted_at=EXTRACTED)
    report = applications.take(np.flatnonzero(later))
    labels = RULE.label(report, portfolio, EXTRACTED).labels
    log_odds = pipeline.score_many(report, portfolio).log_odds
    year = pd.to_datetime(tables.applications["as_of"][later]).dt.year.to_numpy()
    return Evaluation(pipeline, tables, _by_year(labels, log_odds, year), performance(labels, log_odds))


def _by_year(labels: Array, log_odds: Array, year: Array) -> dict[int, Performance]:
    return {int(one): performance(labels[year == one], log_odds[year == one]) for one in np.unique(year)}


def main() -> None:
    """Print the fit and what came of it later."""
    found = evaluate(data_folder("sba"))
    print(f"{found.tables.left_out} loans left out: charged off at no date, or before approval")
    print(f"\nTo 1999\n{found.pipeline.report}\n\n2000 to 2003\n{found.overall}\n")
    for year, figures in found.years.items():
        print(f"{year}: {figures['auc']}; {figures['calibration_slope']}")


if __name__ == "__main__":
    main()
