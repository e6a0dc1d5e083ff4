"""Tables as the Home Credit competition published them: snapshots of a bureau, and earlier loans."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from creditscore.data.sources import SOURCES
from creditscore.errors import NameUnknownError, ParameterError
from creditscore.mappings.mapped import Mapped, Notes
from creditscore.mappings.rows import Record, days_from, months_from, number_in, records_in

# Columns that each table must have.
_REQUIRED: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "bureau": ("SK_ID_CURR", "SK_ID_BUREAU", "DAYS_CREDIT", "CREDIT_ACTIVE"),
        "bureau_balance": ("SK_ID_BUREAU", "MONTHS_BALANCE", "STATUS"),
        "previous_application": ("SK_ID_CURR", "SK_ID_PREV", "DAYS_DECISION", "NAME_CONTRACT_STATUS"),
        "installments_payments": ("SK_ID_PREV", "NUM_INSTALMENT_NUMBER", "DAYS_INSTALMENT", "AMT_INSTALMENT"),
        "credit_card_balance": ("SK_ID_CURR", "SK_ID_PREV", "MONTHS_BALANCE", "SK_DPD"),
        "POS_CASH_balance": ("SK_ID_CURR", "SK_ID_PREV", "MONTHS_BALANCE", "SK_DPD"),
    }
)
# A status of a month is a band of days past due; the lower end is what is certain.
_DAYS: Final = {"0": 0.0, "1": 1.0, "2": 31.0, "3": 61.0, "4": 91.0, "5": 121.0}
_ENDED: Final = {"Closed": "closed_time", "Sold": "sold_time", "Bad debt": "written_off_time"}
_A_MONTH: Final = timedelta(days=31)
_ACTIVE: Final = "Active"
_APPROVED: Final = "Approved"
_CARDS: Final = ("Credit card", "Revolving loans")


def from_home_credit(
    tables: Mapping[str, Any], as_of: datetime | Mapping[int, datetime], *, currency: str = "currency 1"
) -> Mapped:
    """Read credit-bureau snapshots and earlier loans whose days are counted from an application.

    Parameters
    ----------
    tables : mapping of str to data frame or list of dicts
        By published name: ``bureau``, ``bureau_balance``, ``previous_application``,
        ``installments_payments``, ``credit_card_balance``, ``POS_CASH_balance``. Months and instalments of
        loans that no table opens are left out and counted.
    as_of : datetime with a zone, or mapping of SK_ID_CURR to such
        When each person applied: the day 0 of all days.
    currency : str, default "currency 1"
        Bureau loans in this one are read; the others are left out and counted.

    Returns
    -------
    Mapped
        Loans, statements, instalments and repayments. A bureau loan is known from its last update on, as that
        is when the snapshot is proven to have been there. Loan ids begin with ``b`` (bureau) or ``p``
        (previous).

    Raises
    ------
    NameUnknownError
        If a table is none of these.
    ParameterError
        If a table lacks a column, or a moment is not given or has no zone.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> row = {"SK_ID_CURR": 1, "SK_ID_BUREAU": 9, "DAYS_CREDIT": -400, "CREDIT_ACTIVE": "Closed",
    ...        "CREDIT_CURRENCY": "currency 1", "DAYS_ENDDATE_FACT": -100.0, "DAYS_CREDIT_UPDATE": -90,
    ...        "AMT_CREDIT_SUM": 5000.0, "CREDIT_DAY_OVERDUE": 0}
    >>> print(from_home_credit({"bureau": [row]}, datetime(2018, 1, 1, tzinfo=UTC)))
    1 read; loans: 1, statements: 1
    """
    for name in tables:
        if name not in _REQUIRED:
            raise NameUnknownError.among("table of Home Credit", name, tuple(_REQUIRED))
    given = {name: records_in(table, name, _REQUIRED[name]) for name, table in tables.items()}
    reading = _Reading(given, as_of, currency)
    made: dict[str, list[Record]] = {table: [] for table in SOURCES["loans"].tables}
    for name, record in reading.records():
        made[name].append({key: value for key, value in record.items() if value is not None})
    found = {name: tuple(records) for name, records in made.items() if records}
    notes = reading.notes
    return Mapped(
        MappingProxyType(found), notes.read,
        MappingProxyType(dict(notes.left_out)), MappingProxyType(dict(notes.unmapped)),
    )  # fmt: skip


class _Reading:
    """One pass over the tables: loans first, then what belongs to them."""

    def __init__(
        self, given: Mapping[str, list[Record]], as_of: datetime | Mapping[int, datetime], currency: str
    ) -> None:
        self.given = given
        self.as_of = as_of
        self.currency = currency
        self.notes = Notes()
        self.owner: dict[str, int] = {}
        self.opened: dict[str, datetime] = {}
        self.notes.read = sum(map(len, given.values()))

    def moment(self, person: int) -> datetime:
        found = self.as_of.get(person) if isinstance(self.as_of, Mapping) else self.as_of
        if not isinstance(found, datetime) or found.tzinfo is None:
            raise ParameterError.must_be("as_of", f"a moment with a zone for SK_ID_CURR {person}", found)
        return found

    def records(self) -> Iterator[tuple[str, Record]]:
        for row in self.given.get("bureau", ()):
            yield from self._bureau(row)
        for row in self.given.get("previous_application", ()):
            yield from self._previous(row)
        for row in self.given.get("bureau_balance", ()):
            yield from self._month_of_bureau(row)
        for name in ("credit_card_balance", "POS_CASH_balance"):
            for row in self.given.get(name, ()):
                yield from self._month(row)
        yield from self._instalments(self.given.get("installments_payments", []))

    def _open(self, loan: str, person: int, days: float) -> datetime:
        """Note whose a loan is, and return when it was opened."""
        self.owner[loan] = person
        self.opened[loan] = days_from(self.moment(person), days)
        return self.opened[loan]

    def _month_end(self, loan: str, row: Record) -> datetime | None:
        """Return when a month of a loan was over; None of one before the loan, which is counted.

        Months are whole and loans are not: the month in which a loan was opened may seem to end before that.
        """
        when = months_from(self.moment(self.owner[loan]), int(row["MONTHS_BALANCE"]))
        opened = self.opened[loan]
        if when < opened - _A_MONTH:
            self.notes.left_out["months before the loan was opened"] += 1
            return None
        return max(when, opened)

    def _bureau(self, row: Record) -> Iterator[tuple[str, Record]]:
        found = row.get("CREDIT_CURRENCY")
        if found is not None and found != self.currency:
            self.notes.left_out[f"currency {found}"] += 1
            return
        person, loan, status = int(row["SK_ID_CURR"]), f"b{int(row['SK_ID_BUREAU'])}", row["CREDIT_ACTIVE"]
        moment, opened = self.moment(person), float(row["DAYS_CREDIT"])
        begun = self._open(loan, person, opened)
        # A second earlier, so that an update of the day itself is known at the moment; never before the loan.
        updated = days_from(moment, number_in(row, "DAYS_CREDIT_UPDATE") or 0.0) - timedelta(seconds=1)
        updated = max(begun, updated)
        ends, ended = number_in(row, "DAYS_CREDIT_ENDDATE"), number_in(row, "DAYS_ENDDATE_FACT")
        card = row.get("CREDIT_TYPE") in _CARDS
        limit = number_in(row, "AMT_CREDIT_SUM_LIMIT")
        made = {
            "applicant_id": person, "loan_id": loan, "event_time": begun,
            "lender": "bureau", "known_time": updated, "kind": "revolving" if card else "instalment",
            "amount": number_in(row, "AMT_CREDIT_SUM"),
            "term_days": None if ends is None or ends < opened else ends - opened,
            "limit": limit if card and limit is not None and limit >= 0.0 else None,
        }  # fmt: skip
        if status in _ENDED and ended is not None and ended >= opened:
            made[_ENDED[status]] = days_from(moment, ended)
        elif status != _ACTIVE:
            self.notes.unmapped[f"CREDIT_ACTIVE {status} without an end"] += 1
        yield "loans", made
        yield "statements", {
            "applicant_id": person, "loan_id": loan, "event_time": updated,
            "balance": number_in(row, "AMT_CREDIT_SUM_DEBT"),
            "days_past_due": number_in(row, "CREDIT_DAY_OVERDUE"),
        }  # fmt: skip

    def _previous(self, row: Record) -> Iterator[tuple[str, Record]]:
        status = row["NAME_CONTRACT_STATUS"]
        if status != _APPROVED:
            self.notes.left_out[f"application {status}"] += 1
            return
        person, loan = int(row["SK_ID_CURR"]), f"p{int(row['SK_ID_PREV'])}"
        begun = self._open(loan, person, float(row["DAYS_DECISION"]))
        card = row.get("NAME_CONTRACT_TYPE") in _CARDS
        yield "loans", {
            "applicant_id": person, "loan_id": loan, "lender": "own",
            "event_time": begun,
            "kind": "revolving" if card else "instalment", "amount": number_in(row, "AMT_CREDIT"),
        }  # fmt: skip

    def _month_of_bureau(self, row: Record) -> Iterator[tuple[str, Record]]:
        loan, status = f"b{int(row['SK_ID_BUREAU'])}", str(row["STATUS"])
        if loan not in self.owner:
            self.notes.left_out["months without a loan"] += 1
        elif status not in _DAYS:
            self.notes.left_out[f"months of status {status}"] += 1
        else:
            when = self._month_end(loan, row)
            if when is not None:
                yield "statements", {
                    "applicant_id": self.owner[loan], "loan_id": loan, "event_time": when,
                    "days_past_due": _DAYS[status],
                }  # fmt: skip

    def _month(self, row: Record) -> Iterator[tuple[str, Record]]:
        person, loan = int(row["SK_ID_CURR"]), f"p{int(row['SK_ID_PREV'])}"
        if loan not in self.owner:
            self.notes.left_out["months without a loan"] += 1
            return
        when = self._month_end(loan, row)
        if when is None:
            return
        yield "statements", {
            "applicant_id": person, "loan_id": loan, "event_time": when,
            "balance": number_in(row, "AMT_BALANCE"), "limit": number_in(row, "AMT_CREDIT_LIMIT_ACTUAL"),
            "minimum_due": number_in(row, "AMT_INST_MIN_REGULARITY"),
            "payment": number_in(row, "AMT_PAYMENT_TOTAL_CURRENT"),
            "cash_advances": number_in(row, "AMT_DRAWINGS_ATM_CURRENT"),
            "days_past_due": number_in(row, "SK_DPD"),
        }  # fmt: skip

    def _instalments(self, rows: list[Record]) -> Iterator[tuple[str, Record]]:
        """Write each instalment once, by its latest version, and every payment as it came in."""
        latest: dict[tuple[str, int], tuple[float, Record]] = {}
        for row in rows:
            loan, number = f"p{int(row['SK_ID_PREV'])}", int(row["NUM_INSTALMENT_NUMBER"])
            if loan not in self.owner:
                self.notes.left_out["instalments without a loan"] += 1
                continue
            person = self.owner[loan]
            moment, version = self.moment(person), number_in(row, "NUM_INSTALMENT_VERSION") or 0.0
            due = {
                "applicant_id": person, "loan_id": loan, "instalment_no": number,
                "due_time": moment + timedelta(days=float(row["DAYS_INSTALMENT"])),
                "due_amount": number_in(row, "AMT_INSTALMENT"),
            }  # fmt: skip
            if (loan, number) not in latest or version > latest[loan, number][0]:
                latest[loan, number] = (version, due)
            paid, amount = number_in(row, "DAYS_ENTRY_PAYMENT"), number_in(row, "AMT_PAYMENT")
            if paid is not None and amount is not None:
                yield "repayments", {
                    "applicant_id": person, "loan_id": loan, "instalment_no": number, "amount": amount,
                    "event_time": days_from(moment, paid),
                }  # fmt: skip
        for _, due in latest.values():
            yield "instalments", due
