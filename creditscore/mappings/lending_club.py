"""Loans as Lending Club published them: applications, and what they became."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any, Final

from creditscore.data.applications import Applications
from creditscore.errors import ParameterError
from creditscore.mappings.amounts import amount_of
from creditscore.mappings.rows import Record, records_in

# What was known when somebody applied; of everything else the published tables say how the loan went on.
_NUMBERS: Final = (
    "loan_amnt", "annual_inc", "dti", "delinq_2yrs", "fico_range_low", "fico_range_high", "inq_last_6mths",
    "mths_since_last_delinq", "mths_since_last_record", "open_acc", "pub_rec", "revol_bal", "revol_util",
    "total_acc", "acc_now_delinq", "collections_12_mths_ex_med", "tot_coll_amt", "tot_cur_bal",
)  # fmt: skip
_TEXTS: Final = ("home_ownership", "verification_status", "addr_state", "application_type")
_OUTCOMES: Final[Mapping[str, float]] = MappingProxyType(
    {
        "Fully Paid": 0.0,
        "Charged Off": 1.0,
        "Default": 1.0,
        "Does not meet the credit policy. Status:Fully Paid": 0.0,
        "Does not meet the credit policy. Status:Charged Off": 1.0,
    }
)
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# What was published where somebody gave no answer.
_NO_ANSWER: Final = ("none", "n/a", "")
_YEARS: Final = re.compile(r"(?:<\s*)?(\d+)\+? years?")
_DAYS_A_MONTH: Final = 365.0 / 12.0


@dataclass(frozen=True, slots=True)
class MappedApplications:
    """Applications, and what is known of their outcomes.

    Attributes
    ----------
    records : tuple of dict
        As `Applications.from_records` takes them.
    bad : tuple of float
        1 bad, 0 good, NaN not known yet, one for each record.
    left_out : mapping of str to int
        Columns that became none, and in how many rows they stood: what was known later, what the platform set
        itself, and what this recipe does not know.
    """

    records: tuple[Record, ...]
    bad: tuple[float, ...]
    left_out: Mapping[str, int]

    def to_applications(self) -> Applications:
        """Build the applications."""
        return Applications.from_records(self.records)

    def __str__(self) -> str:
        known = sum(one == one for one in self.bad)
        head = f"{len(self.records):,} applications, {known:,} with an outcome"
        return "\n".join([head, *(f"  left out, {name}: {n:,}" for name, n in self.left_out.items())])


def from_lending_club(rows: Any, *, as_of: datetime | None = None) -> MappedApplications:
    """Read loans as applications with their outcome; what was known only later is left out.

    Parameters
    ----------
    rows : data frame or list of dicts
        With ``loan_amnt`` and ``term``; ``id`` or the number of the row names an application, ``issue_d``
        (such as ``"Dec-2011"``) is its moment.
    as_of : datetime with a zone, optional
        The moment of rows without ``issue_d``.

    Returns
    -------
    MappedApplications

    Raises
    ------
    ParameterError
        If a row has no moment, or a text is none of those that were published.

    Examples
    --------
    >>> row = {"id": 1, "loan_amnt": 5000, "term": " 36 months", "issue_d": "Dec-2011", "int_rate": "10.65%",
    ...        "emp_length": "10+ years", "loan_status": "Fully Paid", "total_pymnt": 5863.2}
    >>> print(from_lending_club([row]))
    1 applications, 1 with an outcome
      left out, int_rate: 1
      left out, total_pymnt: 1
    """
    listed = records_in(rows, "rows", ("loan_amnt", "term"))
    records = tuple(_application(row, number, as_of) for number, row in enumerate(listed))
    read = {*_NUMBERS, *_TEXTS, "id", "member_id", "term", "issue_d", "emp_length", "purpose", "loan_status"}
    left: dict[str, int] = {}
    for row in listed:
        for name in row:
            if name not in read:
                left[name] = left.get(name, 0) + 1
    bad = tuple(_outcome(row.get("loan_status")) for row in listed)
    return MappedApplications(records, bad, MappingProxyType(dict(sorted(left.items()))))


def _application(row: Mapping[str, Any], number: int, as_of: datetime | None) -> Record:
    own = row.get("id", number)
    made = {
        "application_id": own, "applicant_id": row.get("member_id") or own, "as_of": _moment(row, as_of),
        "amount": _number(row["loan_amnt"]), "term_days": _months(row["term"]) * _DAYS_A_MONTH,
        "purpose": row.get("purpose"), "employed_years": _years(row.get("emp_length")),
    }  # fmt: skip
    made |= {name: _number(row[name]) for name in _NUMBERS[1:] if name in row}
    said = {name: row[name] for name in _TEXTS if name in row}
    made |= {name: value for name, value in said.items() if str(value).casefold() not in _NO_ANSWER}
    return {name: value for name, value in made.items() if value is not None and value == value}


def _number(value: Any) -> float | None:
    if value is None or value != value or value == "":
        return None
    return amount_of(value.strip().removesuffix("%") if isinstance(value, str) else value)


def _months(value: Any) -> float:
    found = re.fullmatch(r"\s*(\d+) months?\s*", str(value))
    if found is None:
        raise ParameterError.must_be("term", "months, like ' 36 months'", value)
    return float(found[1])


def _years(value: Any) -> float | None:
    if value is None or value != value or value == "n/a":
        return None
    found = _YEARS.fullmatch(str(value).strip())
    if found is None:
        raise ParameterError.must_be("emp_length", "years, like '10+ years' or '< 1 year'", value)
    return 0.0 if str(value).lstrip().startswith("<") else float(found[1])


def _moment(row: Mapping[str, Any], as_of: datetime | None) -> datetime:
    value = row.get("issue_d")
    if value is None or value != value:
        if as_of is None or as_of.tzinfo is None:
            raise ParameterError("A row has no issue_d. Give as_of, with a zone, for rows without one.")
        return as_of
    if isinstance(value, date):
        return datetime(value.year, value.month, 1, tzinfo=UTC)
    month, _, year = str(value).partition("-")
    if month.lower() not in _MONTHS or not re.fullmatch(r"\d{4}", year):
        raise ParameterError.must_be("issue_d", "a month, like 'Dec-2011'", value)
    return datetime(int(year), _MONTHS.index(month.lower()) + 1, 1, tzinfo=UTC)


def _outcome(status: Any) -> float:
    """Return 1 for bad, 0 for good, NaN for a loan that is still running; a number stays itself."""
    if isinstance(status, int | float) and status in (0, 1):
        return float(status)
    return _OUTCOMES.get(str(status), float("nan"))
