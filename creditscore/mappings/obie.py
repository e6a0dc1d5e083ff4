"""Account transactions of the United Kingdom's Open Banking interface."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from creditscore.errors import ParameterError
from creditscore.mappings.amounts import amount_of
from creditscore.mappings.codes import Meaning, of_merchant, together
from creditscore.mappings.mapped import (
    Mapped,
    Notes,
    Record,
    check_currencies,
    list_in,
    mapping_in,
    one_currency,
    text_in,
)
from creditscore.mappings.names import of_names

_BOOKED: Final = ("Booked", "BOOK")
_PENDING: Final = ("Pending", "PDNG", "Rejected", "RJCT")
_SIGNS: Final = {"Credit": 1.0, "Debit": -1.0}


def from_obie(document: Mapping[str, Any], applicant_id: str | int, *, currency: str | None = None) -> Mapped:
    """Read booked transactions of ``/accounts/{AccountId}/transactions`` (OBReadTransaction6).

    Parameters
    ----------
    document : mapping
        The answer as `json.load` gives it: ``Data`` with ``Transaction``.
    applicant_id : str or int
        Whose account it is.
    currency : str, optional
        Read entries in this one alone. Needed if there are several.

    Returns
    -------
    Mapped
        Payments at the time of booking. What is not booked is left out.

    Raises
    ------
    ParameterError
        If the document is another, or an entry does not say whether it is a credit or a debit.

    Examples
    --------
    >>> answer = {"Data": {"Transaction": [{
    ...     "AccountId": "22289", "TransactionId": "123", "CreditDebitIndicator": "Credit",
    ...     "Status": "Booked", "BookingDateTime": "2017-04-05T10:43:07+00:00",
    ...     "Amount": {"Amount": "10.00", "Currency": "GBP"},
    ... }]}}
    >>> print(from_obie(answer, "ann"))
    1 read; payments: 1
    """
    listed = list_in(mapping_in(mapping_in(document, "document").get("Data"), "Data"), "Transaction")
    notes, payments = Notes(), []
    notes.read = len(listed)
    for one in listed:
        entry = mapping_in(one, "Transaction")
        status = text_in(entry, "Status")
        if status not in _BOOKED:
            if status not in _PENDING:
                raise ParameterError.must_be("Status", f"one of {(*_BOOKED, *_PENDING)}", status)
            notes.left_out[status.lower()] += 1
            continue
        found = text_in(entry, "Amount", "Currency")
        if one_currency(found, currency, notes):
            payments.append(_payment(entry, found, notes) | {"applicant_id": applicant_id})
    check_currencies(payments)
    return notes.mapped(payments)


def _payment(entry: Mapping[str, Any], currency: str | None, notes: Notes) -> Record:
    sign = _sign(entry)
    side = "Creditor" if sign < 0 else "Debtor"
    when = text_in(entry, "BookingDateTime")
    if when is None:
        raise ParameterError("An entry has no BookingDateTime. Leave it out, or add one.")
    return {
        "event_id": text_in(entry, "TransactionId") or text_in(entry, "TransactionReference"),
        "account_id": text_in(entry, "AccountId"),
        "event_time": when,
        "amount": sign * amount_of(mapping_in(entry.get("Amount"), "Amount").get("Amount")),
        "currency": currency,
        "balance": _balance(entry),
        "counterparty_id": text_in(entry, f"{side}Account", "Identification")
        or text_in(entry, "MerchantDetails", "MerchantName"),
        **_meaning(entry, notes)._asdict(),
    }


def _sign(entry: Mapping[str, Any]) -> float:
    indicator = text_in(entry, "CreditDebitIndicator")
    if indicator not in _SIGNS:
        raise ParameterError.must_be("CreditDebitIndicator", "'Credit' or 'Debit'", indicator)
    return _SIGNS[indicator]


def _balance(entry: Mapping[str, Any]) -> float | None:
    balance = entry.get("Balance")
    if balance is None:
        return None
    found = mapping_in(balance, "Balance")
    return _sign(found) * amount_of(mapping_in(found.get("Amount"), "Balance.Amount").get("Amount"))


def _meaning(entry: Mapping[str, Any], notes: Notes) -> Meaning:
    """Read the merchant's code first, then the bank's; what has no words here is counted under its name."""
    merchant = text_in(entry, "MerchantDetails", "MerchantCategoryCode")
    family = text_in(entry, "BankTransactionCode", "Code")
    below = text_in(entry, "BankTransactionCode", "SubCode")
    meanings = (
        None if merchant is None else of_merchant(merchant),
        None if family is None else of_names(family, below),
    )
    named = None if family is None else "/".join(one for one in (family, below) if one)
    for given, found in zip((merchant, named), meanings, strict=True):
        if given is not None and found is None:
            notes.unmapped[given] += 1
    return together(*meanings)
