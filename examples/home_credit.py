"""Home Credit: snapshots of a credit bureau and earlier loans, with days counted from the application.

The recipe turns five tables into loans, statements, instalments and repayments, and says what it leaves out.
There are no outcomes beside these rows, so nothing is fitted: what can be known is shown, and of how many.

    python examples/home_credit.py
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
from _common import data_folder

import creditscore as cs
from creditscore.mappings import Mapped, from_home_credit

TABLES = ("bureau", "bureau_balance", "POS_CASH_balance", "credit_card_balance", "installments_payments")
# The day 0 of all days. The set does not say when it was; any one does, as all days are counted from it.
AS_OF = datetime(2018, 1, 15, tzinfo=UTC)


def read(folder: Path) -> tuple[Mapped, tuple[int, ...]]:
    """The tables as ours, and who applied."""
    raw = {name: pd.read_parquet(folder / f"{name}.parquet") for name in TABLES}
    columns = [table["SK_ID_CURR"] for table in raw.values() if "SK_ID_CURR" in table]
    return from_home_credit(raw, AS_OF), tuple(sorted({int(one) for column in columns for one in column}))


def compute(mapped: Mapped, people: tuple[int, ...]) -> cs.FeatureMatrix:
    """Every repayment feature of everybody, as of the application."""
    asked = [{"application_id": one, "applicant_id": one, "as_of": AS_OF} for one in people]
    pipeline = cs.CreditPipeline(cs.repayment_features())
    return pipeline.compute_features(cs.Applications.from_records(asked), mapped.to_portfolio())


def main() -> None:
    """Print what was read, and of how many people the most telling features are known."""
    mapped, people = read(data_folder("home_credit_rowsample"))
    print(mapped)
    matrix = compute(mapped, people)
    known = np.isfinite(matrix.values).mean(axis=0)
    for at in np.argsort(-known, kind="stable")[:10]:
        print(f"{known[at]:6.1%} {matrix.names[at]}")


if __name__ == "__main__":
    main()
