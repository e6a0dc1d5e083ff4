"""Recurring incomes and commitments on Berka: the library beside a detector that shares nothing with it.

    python benchmarks/streams.py [accounts]

Agreement on "has a recurring income", and how far commitments a month lie apart, for accounts with 180 days
of payments or more.
"""

from __future__ import annotations

import sys
import time
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


def compare(folder: Path, accounts: int | None = None) -> pd.DataFrame:
    """One row for each application: what the library and the detector find."""
    applications, portfolio, _ = berka.load(folder)
    computer = FeatureComputer(cs.payment_features().select(NAMES))
    matrix = computer.compute(applications, portfolio)
    tables = berka.read(folder)
    out = pd.DataFrame(np.asarray(matrix.values), columns=list(matrix.names))
    out["account"], out["as_of"] = tables.applications["applicant_id"], tables.applications["as_of"]
    out = out.head(accounts) if accounts else out
    found = [detected(tables.payments, a, m) for a, m in zip(out["account"], out["as_of"], strict=True)]
    out["other_found"] = [float(bool(incomes)) for incomes, _ in found]
    out["other_income"] = [sum(s.monthly for s in incomes) for incomes, _ in found]
    out["other_commitments"] = [sum(s.monthly for s in debits) for _, debits in found]
    return out


def main() -> None:
    """Print the figures."""
    began = time.perf_counter()
    table = compare(data_folder("berka"), int(sys.argv[1]) if len(sys.argv) > 1 else None)
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
