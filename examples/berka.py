"""Czech bank accounts, 1993 to 1998: which loans go wrong, by the payments before them.

Every transaction becomes a payment. The model sees payments and the terms of the loan, nothing else. It is
compared with what a modeller writes in an afternoon: windows by hand and LightGBM, on the same folds.

    python examples/berka.py
"""

from __future__ import annotations

from collections.abc import Sequence
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
    light_gbm,
    paired_difference,
)

import creditscore as cs

TIMEZONE = "Europe/Prague"
TERMS = ("amount", "term_days", "instalment")
KIND = {
    "UROK": "interest",
    "SANKC. UROK": "penalty",
    "SLUZBY": "fee",
    "SIPO": "bill",
    "POJISTNE": "bill",
    "UVER": "loan_out",
    "DUCHOD": "transfer",
}
KIND_BY_OPERATION = {
    "VKLAD": "cash",
    "VYBER": "cash",
    "VYBER KARTOU": "cash",
    "PREVOD Z UCTU": "transfer",
    "PREVOD NA UCET": "transfer",
}
CATEGORY = {"SIPO": "household", "POJISTNE": "insurance", "DUCHOD": "pension", "SLUZBY": "fees"}
METHOD = {
    "VKLAD": "cash",
    "VYBER": "cash",
    "VYBER KARTOU": "card",
    "PREVOD Z UCTU": "transfer",
    "PREVOD NA UCET": "transfer",
}


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """Raw frames as tables of the contract; all times are dates in Prague."""

    applications: pd.DataFrame
    payments: pd.DataFrame
    bad: Array


def read(folder: Path) -> Tables:
    """Read the two tables that are used."""
    return to_tables(pd.read_parquet(folder / "loan.parquet"), pd.read_parquet(folder / "trans.parquet"))


def to_tables(loan: pd.DataFrame, trans: pd.DataFrame) -> Tables:
    """Turn loans and account transactions into applications and payments.

    Only dates are known. A loan's date stands for the start of its day and a transaction is known at the end
    of its day, so what happened on the day of the loan does not count.
    """
    applications = pd.DataFrame(
        {
            "application_id": loan["loan_id"],
            "applicant_id": loan["account_id"],
            "as_of": loan["date"].dt.date,
            "amount": loan["amount"].astype(float),
            "term_days": 30.0 * loan["duration"],
            "instalment": loan["payments"].astype(float),
        }
    )
    # B: finished and not repaid; D: running and in debt.
    bad = loan["status"].astype(str).isin(["B", "D"]).to_numpy(np.int64)
    return Tables(applications, _payments(trans), bad)


def _payments(trans: pd.DataFrame) -> pd.DataFrame:
    symbol = trans["k_symbol"].astype(object)
    operation = trans["operation"].astype(object)
    bank, account = trans["bank"].astype(object), trans["account"].astype("Int64").astype(object)
    known = bank.notna() & account.notna()
    return pd.DataFrame(
        {
            "event_id": trans["trans_id"],
            "applicant_id": trans["account_id"],
            "event_time": trans["date"].dt.date,
            "amount": np.where(trans["type"].astype(str) == "PRIJEM", 1.0, -1.0) * trans["amount"],
            "balance": trans["balance"].astype(float),
            "kind": symbol.map(KIND).fillna(operation.map(KIND_BY_OPERATION)),
            "category": symbol.map(CATEGORY),
            "method": operation.map(METHOD),
            "counterparty_id": (bank.astype(str) + "/" + account.astype(str)).where(known),
        }
    )


def load(folder: Path) -> tuple[cs.Applications, cs.Portfolio, Array]:
    """Read the tables through the contracts."""
    tables = read(folder)
    applications = cs.Applications(tables.applications, timezone=TIMEZONE)
    return applications, cs.Portfolio(payments=tables.payments, timezone=TIMEZONE), tables.bad


def features() -> cs.FeatureSet:
    """Return the terms of the loan asked for, and the payments."""
    return cs.application_features(TERMS) + cs.payment_features()


def reference_features(tables: Tables) -> pd.DataFrame:
    """Compute windows as one would by hand: flows, counts and balances of 30, 90, 180 and 365 days."""
    loans = tables.applications.set_index("application_id")
    asked = loans.reset_index()[["application_id", "applicant_id", "as_of"]]
    rows = tables.payments.merge(asked, on="applicant_id")
    days = pd.to_datetime(rows["as_of"]) - pd.to_datetime(rows["event_time"])
    rows = rows.assign(age=days.dt.days).query("age > 0")
    rows = rows.sort_values(["application_id", "event_time", "event_id"])
    out = loans[list(TERMS)].assign(history=rows.groupby("application_id")["age"].max())
    for window in (30, 90, 180, 365):
        for name, column in _by_hand(rows[rows["age"] <= window]).items():
            out[f"{name}_{window}d"] = column
    return out


def _by_hand(rows: pd.DataFrame) -> dict[str, pd.Series]:
    loans = rows["application_id"]
    groups = rows.groupby("application_id")
    amounts = {
        "inflow": rows["amount"].clip(lower=0.0),
        "outflow": -rows["amount"].clip(upper=0.0),
        "penalties": (rows["kind"] == "penalty").astype(float),
        "overdrawn": (rows["balance"] < 0.0).astype(float),
    }
    sums = {name: values.groupby(loans).sum() for name, values in amounts.items()}
    balances = {f"balance_{how}": groups["balance"].agg(how) for how in ("min", "mean", "max", "std", "last")}
    flows = {f"amount_{how}": groups["amount"].agg(how) for how in ("count", "mean", "min", "max", "std")}
    return {**sums, **balances, **flows}


def evaluate(
    folder: Path, seeds: Sequence[int] = (0,), threads: int | None = None
) -> tuple[list[CrossValidated], list[CrossValidated]]:
    """Cross-validate the model and the reference on the same folds, once for each seed."""
    applications, portfolio, bad = load(folder)
    matrix = cs.CreditPipeline(features(), threads=threads).compute_features(applications, portfolio)
    by_hand = reference_features(read(folder)).to_numpy(np.float64)
    # The settings for few rows, as the other small set has them; nothing is tuned on these 235 loans.
    ours = credit_scorer(features(), SMALL, threads=threads)
    theirs = light_gbm(
        n_estimators=100, learning_rate=0.05, num_leaves=7, min_child_samples=10, n_jobs=threads
    )
    return (
        [cross_validate(matrix.values, bad, ours, seed=seed) for seed in seeds],
        [cross_validate(by_hand, bad, theirs, seed=seed) for seed in seeds],
    )


def main() -> None:
    """Print how well it does beside the reference, and one explained score."""
    folder = data_folder("berka")
    applications, portfolio, bad = load(folder)
    print(portfolio)
    print(f"5-fold, 5 repeats: {paired_difference(*evaluate(folder, seeds=range(5)))}")
    pipeline = cs.CreditPipeline(features(), scorer=cs.CreditScorer(folds="hash", **SMALL))
    pipeline.fit(applications, portfolio, bad)
    riskiest = int(np.argmax(pipeline.score_many(applications, portfolio).log_odds))
    print(pipeline.score(applications.take([riskiest]), portfolio))


if __name__ == "__main__":
    main()
