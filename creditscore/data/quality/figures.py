"""What was measured of the quality of a portfolio, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Literal, TypeAlias

Check: TypeAlias = Literal[
    "refused", "completeness", "freshness", "duplicates", "gap", "future", "known_early", "fact_known_early",
    "paid_long_before_due", "before_opening", "scale_month", "scale_owner", "drift", "unknown_applicants",
    "unknown_applications",
]  # fmt: skip
CHECKS: Final[Mapping[Check, str]] = MappingProxyType(
    {
        "refused": "rows that break a rule of the table and were set aside",
        "completeness": "share of rows that have a value, too small",
        "freshness": "days since the last row that was known, too many",
        "duplicates": "rows that say what another row of the same person says",
        "gap": "rows of a month, against the months around it, too few",
        "future": "rows that happen after the moment of the check",
        "known_early": "rows that were known more than a day before they happened",
        "fact_known_early": "facts that were known more than a day before they happened",
        "paid_long_before_due": "paid more than two years before it was due",
        "before_opening": "rows of a loan from before it was opened",
        "scale_month": "median amount of a month, against that of the other months: another unit?",
        "scale_owner": "people whose amounts are of another size than everyone's: another unit?",
        "drift": "population stability index of a month against the months around it",
        "unknown_applicants": "share of the applicants whom no table knows",
        "unknown_applications": "parties of an application that was not given: nobody is judged with them",
    }
)


@dataclass(frozen=True, slots=True)
class ColumnQuality:
    """One column of a table.

    Attributes
    ----------
    column : str
    filled : float
        Share of rows that have a value, within 0 and 1.
    drift : float
        Largest population stability index of a month against the three months on each side, on ten bins of
        equal size (or labels) and one of missing values; NaN where no month has rows enough.
    drift_month : str
        Which month that was, such as ``"2026-03"``; empty without one.
    """

    column: str
    filled: float
    drift: float
    drift_month: str


@dataclass(frozen=True, slots=True)
class TableQuality:
    """One table.

    Attributes
    ----------
    table, source : str
    rows, owners, duplicates : int
        Rows; people or loans that have one; rows that say what another one says.
    refused : int
        Rows that were set aside when the portfolio was made.
    first, last : str
        Local days of the first and the last row; empty without rows.
    age_days : float
        Days from the last row that was known to the moment of the check; NaN without rows.
    months : tuple of (str, int)
        Rows by local calendar month of the time of the row.
    columns : tuple of ColumnQuality
    """

    table: str
    source: str
    rows: int
    owners: int
    duplicates: int
    refused: int
    first: str
    last: str
    age_days: float
    months: tuple[tuple[str, int], ...]
    columns: tuple[ColumnQuality, ...]


@dataclass(frozen=True, slots=True)
class QualityFinding:
    """One bound that is broken.

    Attributes
    ----------
    check : str
        One of `CHECKS`.
    table, column, month : str
        Where; empty where it is of no one column or month.
    count : int
        Rows, or people, that it is about.
    value, bound : float
        What was measured, and the bound that it breaks.
    detail : str
        What else there is to say, such as the rule that refused rows broke.
    """

    check: Check
    table: str
    column: str
    month: str
    count: int
    value: float
    bound: float
    detail: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Write it as plain data."""
        return {name: getattr(self, name) for name in self.__slots__}

    def __str__(self) -> str:
        where = ".".join(part for part in (self.table, self.column) if part)
        when = f", {self.month}" if self.month else ""
        more = f" ({self.detail})" if self.detail else ""
        return (
            f"{where}{when}: {CHECKS[self.check]}: {self.value:,.4g} (bound {self.bound:,.4g}), "
            f"{self.count:,} of them{more}"
        )
