"""Taiwan credit cards: half a year of statements of 30,000 customers, and who then defaulted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.arrays import Float64
from creditscore.data.applications import Applications
from creditscore.data.dataset import Dataset
from creditscore.data.portfolio import Portfolio
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.datasets._files import read_shipped

if TYPE_CHECKING:
    import pandas as pd

AS_OF: Final = np.datetime64("2005-10-01", "us")
OPENED: Final = np.datetime64("2005-04-04", "us")
_STATEMENTS: Final = tuple(
    np.datetime64(day, "us")
    for day in ("2005-09-30", "2005-08-31", "2005-07-31", "2005-06-30", "2005-05-31", "2005-04-30")
)
_REPAYMENTS: Final = tuple(np.datetime64(f"2005-{month:02d}-15", "us") for month in (9, 8, 7, 6, 5, 4))
_STATUS: Final = ("PAY_0", "PAY_2", "PAY_3", "PAY_4", "PAY_5", "PAY_6")
_BALANCE: Final = tuple(f"BILL_AMT{k}" for k in range(1, 7))
_PAID: Final = tuple(f"PAY_AMT{k}" for k in range(1, 7))
_MONTHS: Final = len(_STATEMENTS)


@dataclass(frozen=True, slots=True, eq=False)
class TaiwanCards(Dataset):
    """The cards as tables of the contract, newest month first.

    Attributes
    ----------
    applications : pyarrow.Table
        One row a customer: application_id, applicant_id, and the one moment, 2005-10-01 UTC.
    loans : pyarrow.Table
        One revolving line a customer. The file does not say when it was opened; 2005-04-04, 180 days before
        the moment, stands for "before the first statement".
    statements : pyarrow.Table
        One a month, April to September 2005, at the last day of the month: balance, limit, payment, days past
        due (30 for each month late) and, beyond the contract, ``reported_status``: -2 no consumption, -1 paid
        in full, 0 revolving credit, k payment late by k months.
    repayments : pyarrow.Table
        Every payment above zero, at the 15th of its month: the file gives the month alone.
    bad : ndarray of int64, shape (30000,)
        1 if the customer defaulted in October 2005, in the order of `applications`.
    """

    applications: Any
    loans: Any
    statements: Any
    repayments: Any
    bad: NDArray[np.int64]

    def to_tables(self) -> Mapping[str, pd.DataFrame]:
        """Return loans, statements and repayments as pandas frames."""
        return {name: getattr(self, name).to_pandas() for name in CONTRACTS if hasattr(self, name)}

    def to_applications(self) -> Applications:
        """Return the applications, checked."""
        return Applications(self.applications)

    def to_portfolio(self) -> Portfolio:
        """Return loans, statements and repayments, checked and indexed."""
        tables = {"loans": self.loans, "statements": self.statements, "repayments": self.repayments}
        return Portfolio(**tables, midnight="instant")

    def to_outcomes(self) -> Float64:
        """Return 1 for those who defaulted and 0 for all others, shape (30000,)."""
        return self.bad.astype(np.float64)


def load_taiwan_cards() -> TaiwanCards:
    """Load the Taiwan credit card data as tables, without any protected column.

    SEX, EDUCATION, MARRIAGE and AGE are in none of the tables; `load_taiwan_protected` has them for checks of
    fairness.

    Returns
    -------
    TaiwanCards

    References
    ----------
    Yeh (2009), Default of Credit Card Clients, UCI Machine Learning Repository, doi:10.24432/C55S3H,
    CC BY 4.0.

    Examples
    --------
    >>> cards = load_taiwan_cards()
    >>> cards.statements.num_rows, int(cards.bad.sum())
    (180000, 6636)
    """
    raw = read_shipped("taiwan", ("ID", "LIMIT_BAL", *_STATUS, *_BALANCE, *_PAID, "DEFAULT"))
    return taiwan_tables({name: raw.column(name).to_numpy() for name in raw.column_names})


def load_taiwan_protected() -> Any:
    """Load the protected columns, for checks of fairness and never for a model.

    Returns
    -------
    pyarrow.Table
        application_id, sex (1 male, 2 female), education (1 graduate school, 2 university, 3 high school,
        others other or unknown), marital_status (1 married, 2 single, 3 other, 0 unknown), age in years.

    Examples
    --------
    >>> load_taiwan_protected().column_names
    ['application_id', 'sex', 'education', 'marital_status', 'age']
    """
    names = {
        "ID": "application_id",
        "SEX": "sex",
        "EDUCATION": "education",
        "MARRIAGE": "marital_status",
        "AGE": "age",
    }
    return read_shipped("taiwan", tuple(names)).rename_columns(list(names.values()))


def taiwan_tables(raw: dict[str, NDArray[Any]]) -> TaiwanCards:
    """Turn columns as the file has them into tables of the contract.

    Parameters
    ----------
    raw : dict of str to ndarray of shape (n_customers,)
        ID, LIMIT_BAL, PAY_0 and PAY_2 to PAY_6, BILL_AMT1 to 6, PAY_AMT1 to 6, DEFAULT; 1 (and PAY_0) is
        September.
    """
    import pyarrow as pa

    customers = raw["ID"].astype(np.int64)
    limits = raw["LIMIT_BAL"].astype(np.float64)
    people = {"applicant_id": customers}
    applications = {"application_id": customers, **people, "as_of": _utc(np.full(customers.size, AS_OF))}
    loans = {
        "loan_id": customers,
        **people,
        "event_time": _utc(np.full(customers.size, OPENED)),
        "kind": np.full(customers.size, "revolving"),
        "limit": limits,
    }
    return TaiwanCards(
        applications=pa.table(applications),
        loans=pa.table(loans),
        statements=pa.table(_statements(raw, customers, limits)),
        repayments=pa.table(_repayments(raw, customers)),
        bad=raw["DEFAULT"].astype(np.int64),
    )


def _statements(
    raw: dict[str, NDArray[Any]], customers: NDArray[np.int64], limits: NDArray[np.float64]
) -> dict[str, Any]:
    status = _stacked(raw, _STATUS)
    return {
        "loan_id": np.tile(customers, _MONTHS),
        "applicant_id": np.tile(customers, _MONTHS),
        "event_time": _utc(np.repeat(np.array(_STATEMENTS), customers.size)),
        "balance": _stacked(raw, _BALANCE),
        "limit": np.tile(limits, _MONTHS),
        "payment": _stacked(raw, _PAID),
        "days_past_due": 30.0 * np.maximum(status, 0.0),
        "reported_status": status,
    }


def _repayments(raw: dict[str, NDArray[Any]], customers: NDArray[np.int64]) -> dict[str, Any]:
    amount = _stacked(raw, _PAID)
    paid = amount > 0.0
    return {
        "loan_id": np.tile(customers, _MONTHS)[paid],
        "applicant_id": np.tile(customers, _MONTHS)[paid],
        "event_time": _utc(np.repeat(np.array(_REPAYMENTS), customers.size)[paid]),
        "amount": amount[paid],
    }


def _stacked(raw: dict[str, NDArray[Any]], columns: tuple[str, ...]) -> NDArray[np.float64]:
    """Put monthly columns under each other, newest first."""
    return np.concatenate([raw[column].astype(np.float64) for column in columns])


def _utc(times: NDArray[Any]) -> Any:
    import pyarrow as pa

    return pa.array(times, type=pa.timestamp("us", tz="UTC"))
