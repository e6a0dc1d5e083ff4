"""Lending Club: loans of a platform that people lent to each other over, and a column that tells the future.

The recipe reads the published columns and says what it leaves out: what was known only later, and what the
platform set itself once somebody had applied. Then one of those columns is put back, and the fit warns of it.

    python examples/lending_club.py
"""

from __future__ import annotations

import warnings
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
from _common import Array, data_folder

import creditscore as cs
from creditscore.mappings import MappedApplications, from_lending_club

NUMBERS = ("amount", "term_days", "employed_years", "annual_inc", "open_acc", "total_acc")
LABELS = ("home_ownership", "verification_status", "purpose")
# The months in which these loans were given are not in the file: one moment for all, the last of them.
AS_OF = datetime(2014, 12, 31, tzinfo=UTC)


def read(folder: Path, rows: int) -> tuple[pd.DataFrame, MappedApplications]:
    """Some finished loans as they were published, and as applications with outcomes."""
    raw = pd.read_parquet(folder / "loans_2007_2014_clean.parquet").sample(rows, random_state=0)
    raw = raw.reset_index(drop=True)
    return raw, from_lending_club(raw, as_of=AS_OF)


def fit(mapped: MappedApplications, late: Array | None = None) -> cs.CreditPipeline:
    """Fit on what was known when somebody applied, or on that and a column of later."""
    records: list[dict[str, object]] = [dict(record) for record in mapped.records]
    numbers = NUMBERS
    if late is not None:
        numbers = (*NUMBERS, "total_pymnt")
        records = [record | {"total_pymnt": float(paid)} for record, paid in zip(records, late, strict=True)]
    features = cs.application_features(columns=numbers, categories=LABELS)
    pipeline = cs.CreditPipeline(features, scorer=cs.CreditScorer(folds="hash"))
    return pipeline.fit(cs.Applications.from_records(records), cs.Portfolio(), np.array(mapped.bad))


def main() -> None:
    """Print what was left out, how the rest ranks, and what is said once `total_pymnt` is back."""
    raw, mapped = read(data_folder("lending_club"), rows=6_000)
    print(mapped)
    print(fit(mapped).report.performance)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        fit(mapped, late=raw["total_pymnt"].to_numpy())
    print("\nwith total_pymnt:", *(str(one.message) for one in said), sep="\n")


if __name__ == "__main__":
    main()
