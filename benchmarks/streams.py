"""Recurring incomes and commitments on Berka: the library beside a detector that shares nothing with it.

    python benchmarks/streams.py [--accounts N] [--moments SEED]

Agreement on "has a recurring income", and how far commitments a month lie apart, for accounts with 180 days
of payments or more. Each account is asked on the day of its loan, at which both detectors were looked at
while they were written; with ``--moments``, on an earlier day that the seed draws, between 180 days after the
first payment and 30 days before the loan, at which nothing was ever looked at.
"""

from __future__ import annotations

import argparse
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "examples")]

import berka  # noqa: E402
from _common import data_folder  # noqa: E402

import creditscore as cs  # noqa: E402
from creditscore.features.compute import FeatureComputer  # noqa: E402
from tests.features.stream_detector import of_everyone  # noqa: E402

NAMES = (
    "payments_salary_found", "payments_salaries_monthly_amount", "payments_commitments_monthly_amount",
    "payments_commitments_count", "payments_history_days",
)  # fmt: skip
EARLIEST, LATEST = 180, 30


def detected(payments: pd.DataFrame, account: Any, moment: Any) -> tuple[list[Any], list[Any]]:
    """Incomes and commitments of one account, found by the other detector from the raw rows."""
    mine = payments[(payments["applicant_id"] == account) & (payments["event_time"] < moment)]
    rows = [
        {"day": day, "amount": amount, "kind": kind, "party": party}
        for day, amount, kind, party in zip(
            mine["event_time"], mine["amount"], mine["kind"], mine["counterparty_id"], strict=True
        )
    ]
    paid_in = [r for r in rows if r["amount"] > 0 and r["kind"] in ("transfer", "cash")]
    debits = [r for r in rows if r["amount"] < 0 and r["kind"] in ("bill", "loan_out", "transfer")]

    def party(row: dict[str, Any]) -> Any:
        return row["party"] if isinstance(row["party"], str) else row["kind"]

    return of_everyone(paid_in, moment, party), of_everyone(debits, moment, party)


def other_moments(tables: berka.Tables, seed: int) -> pd.DataFrame:
    """Applications of the same accounts on days before their loans that a seed draws; of those old enough."""
    random = np.random.default_rng(seed)
    first = tables.payments.groupby("applicant_id")["event_time"].min()
    asked = tables.applications.sort_values("applicant_id")
    kept, days = [], []
    for row, (account, loan) in enumerate(zip(asked["applicant_id"], asked["as_of"], strict=True)):
        spare = (loan - first[account]).days - EARLIEST - LATEST
        if spare > 0:
            kept.append(row)
            days.append(first[account] + timedelta(days=EARLIEST + int(random.integers(0, spare))))
    return asked.iloc[kept].assign(as_of=days)


def compare(folder: Path, accounts: int | None = None, moments: int | None = None) -> pd.DataFrame:
    """One row for each application: what the library and the detector find."""
    tables = berka.read(folder)
    asked = tables.applications if moments is None else other_moments(tables, moments)
    asked = asked.head(accounts) if accounts else asked
    applications = cs.Applications(asked, timezone=berka.TIMEZONE)
    portfolio = cs.Portfolio(payments=tables.payments, timezone=berka.TIMEZONE)
    computer = FeatureComputer(cs.payment_features().select(NAMES))
    matrix = computer.compute(applications, portfolio)
    out = pd.DataFrame(np.asarray(matrix.values), columns=list(matrix.names))
    out["account"], out["as_of"] = list(asked["applicant_id"]), list(asked["as_of"])
    found = [detected(tables.payments, a, m) for a, m in zip(out["account"], out["as_of"], strict=True)]
    out["other_found"] = [float(bool(incomes)) for incomes, _ in found]
    out["other_income"] = [sum(s.monthly for s in incomes) for incomes, _ in found]
    out["other_commitments"] = [sum(s.monthly for s in debits) for _, debits in found]
    return out


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int)
    parser.add_argument("--moments", type=int, metavar="SEED")
    given = parser.parse_args()
    began = time.perf_counter()
    table = compare(data_folder("berka", []), given.accounts, given.moments)
    known = table["payments_salary_found"].notna()
    same = (table["payments_salary_found"] == table["other_found"]) & known
    print(f"has a recurring income: {same.sum()} of {len(table)} agree ({known.sum()} known to the library)")
    long = table[table["payments_history_days"] >= 180]
    ours, theirs = long["payments_commitments_monthly_amount"], long["other_commitments"]
    near = (ours - theirs).abs() <= 0.1 * np.maximum(ours, theirs)
    print(f"commitments within 10 %: {near.sum()} of {len(long)} accounts with 180 days or more")
    print(f"{time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
