"""Account statements as rows of text, the way banks export them to spreadsheets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

from creditscore.errors import NameUnknownError, ParameterError
from creditscore.mappings.amounts import amount_of
from creditscore.mappings.mapped import Mapped, Notes, Record, check_currencies, one_currency
from creditscore.mappings.rows import records_in

_MONEY: Final = ("amount", "balance")
_SIDES: Final = ("money_in", "money_out")
_TEXTS: Final = (
    "event_time", "event_id", "account_id", "currency", "channel", "method", "counterparty_id",
)  # fmt: skip
_NAMES: Final = (*_TEXTS, *_MONEY, *_SIDES)


def from_written_rows(
    rows: Any,
    applicant_id: str | int,
    columns: Mapping[str, str],
    *,
    decimal: Literal[".", ","] = ".",
    currency: str | None = None,
) -> Mapped:
    """Read payments from rows whose amounts and dates are text.

    Parameters
    ----------
    rows : data frame or list of dicts
        One row a payment.
    applicant_id : str or int
        Whose account it is.
    columns : mapping of str to str
        What the columns of the rows are called: by ``event_time`` and ``amount`` (credits positive), or
        ``money_in`` and ``money_out`` where these stand apart, each 0 or more; and ``balance``, ``currency``,
        ``event_id``, ``account_id``, ``channel``, ``method``, ``counterparty_id`` where there are such.
    decimal : {".", ","}, default "."
        Which mark parts whole units from the rest. Digits may be of any script.
    currency : str, optional
        Read rows in this one alone. Needed if there are several.

    Returns
    -------
    Mapped
        Payments. Dates come through as they are written: say ``calendar="jalali"`` and ``digits="any"`` to
        `Mapped.to_portfolio` where they are of that kind; else such dates are refused there.

    Raises
    ------
    NameUnknownError
        If a name in `columns` is none of these.
    ParameterError
        If an amount is none, or a row lacks a column.

    Examples
    --------
    >>> rows = [{"date": "۱۴۰۳-۰۳-۱۲", "sum": "-۱٬۲۳۴٫۵"}]
    >>> found = from_written_rows(rows, "ann", {"event_time": "date", "amount": "sum"})
    >>> found.tables["payments"][0]["amount"]
    -1234.5
    >>> found.to_portfolio(timezone="Asia/Tehran", calendar="jalali", digits="any")
    Portfolio(1 applicant, 0 loans, 2024-06-01 to 2024-06-01, Asia/Tehran, weekend sat sun)
      payments: 1 row
    """
    for name in columns:
        if name not in _NAMES:
            raise NameUnknownError.among("column of payments", name, _NAMES)
    sides = [name for name in _SIDES if name in columns]
    if "event_time" not in columns or ("amount" in columns) == bool(sides):
        raise ParameterError.must_be(
            "columns", "with event_time, and amount or else money_in and money_out", sorted(columns)
        )
    listed = records_in(rows, "rows", tuple(columns.values()))
    notes, payments = Notes(), []
    notes.read = len(listed)
    for number, row in enumerate(listed):
        made: Record = {name: _given(row[columns[name]]) for name in _TEXTS if name in columns}
        if one_currency(made.get("currency"), currency, notes):
            made |= _amounts(row, number, columns, decimal)
            payments.append(made | {"applicant_id": applicant_id})
    check_currencies(payments)
    return notes.mapped(payments)


def _amounts(
    row: Mapping[str, Any], number: int, columns: Mapping[str, str], decimal: Literal[".", ","]
) -> Record:
    made: Record = {}
    for name in (*_MONEY, *_SIDES):
        value = _given(row[columns[name]]) if name in columns else None
        if value is not None:
            try:
                made[name] = amount_of(value, decimal)
            except ParameterError as error:
                raise ParameterError(f"Row {number}, {columns[name]!r}: {error}") from None
    if "amount" in columns:
        if "amount" not in made:
            raise ParameterError(f"Row {number} has no {columns['amount']!r}. Fill it in, or leave it out.")
        return made
    sides = [made.pop(name, 0.0) for name in _SIDES]
    if min(sides) < 0.0 or not any(sides):
        raise ParameterError(
            f"Row {number} must have money in or money out, each 0 or more. Got {sides[0]:g}, {sides[1]:g}."
        )
    return made | {"amount": sides[0] - sides[1]}


def _given(value: Any) -> Any:
    """Return a value, None for what is blank or missing."""
    if value is None or value != value or (isinstance(value, str) and not value.strip()):
        return None
    return value.strip() if isinstance(value, str) else value
