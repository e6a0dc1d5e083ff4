"""Account transactions of the Berlin Group's NextGenPSD2 interface."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from creditscore.errors import ParameterError
from creditscore.mappings.amounts import amount_of
from creditscore.mappings.codes import PURPOSES, Meaning, of_merchant, of_transaction, together
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


def from_berlin_group(
    document: Mapping[str, Any],
    applicant_id: str | int,
    *,
    currency: str | None = None,
    signed: bool | None = None,
    account_id: str | None = None,
) -> Mapped:
    """Read booked transactions of ``/accounts/{account-id}/transactions`` (Implementation Guidelines 1.3).

    Parameters
    ----------
    document : mapping
        The answer as `json.load` gives it: ``account``, and ``transactions`` with ``booked`` and ``pending``.
    applicant_id : str or int
        Whose account it is.
    currency : str, optional
        Read entries in this one alone. Needed if there are several.
    signed : bool, optional
        Whether amounts carry their sign. Left out, they do if one of them is below 0; else the parties tell
        (a creditor is paid, a debtor pays), and an entry that names neither or both is refused.
    account_id : str, optional
        Default: the document's IBAN, or its resource id.

    Returns
    -------
    Mapped
        Payments, dated by booking. Pending entries are left out: they may never be booked.

    Raises
    ------
    ParameterError
        If the document is another, or a sign cannot be known.

    Examples
    --------
    >>> answer = {
    ...     "account": {"iban": "DE40100100103307118608"},
    ...     "transactions": {"booked": [{
    ...         "transactionId": "1", "bookingDate": "2017-10-25", "creditorName": "John Miles",
    ...         "transactionAmount": {"currency": "EUR", "amount": "-256.67"},
    ...     }], "pending": [{}]},
    ... }
    >>> print(from_berlin_group(answer, "ann"))
    2 read; payments: 1
      left out, pending: 1
    """
    listed = mapping_in(mapping_in(document, "document").get("transactions"), "transactions")
    booked, notes = list_in(listed, "booked"), Notes()
    pending = list_in(listed, "pending")
    notes.read = len(booked) + len(pending)
    if pending:
        notes.left_out["pending"] = len(pending)
    own = account_id or text_in(document, "account", "iban") or text_in(document, "account", "resourceId")
    entries = [mapping_in(one, "booked") for one in booked]
    amounts = [_amount(one) for one in entries]
    has_signs = any(amount < 0 for amount in amounts) if signed is None else signed
    payments = []
    for entry, amount in zip(entries, amounts, strict=True):
        found = text_in(entry, "transactionAmount", "currency")
        if one_currency(found, currency, notes):
            owed = amount if has_signs else _with_sign(entry, amount)
            payments.append(
                _payment(entry, owed, found, notes) | {"applicant_id": applicant_id, "account_id": own}
            )
    check_currencies(payments)
    return notes.mapped(payments)


def _amount(entry: Mapping[str, Any]) -> float:
    return amount_of(mapping_in(entry.get("transactionAmount"), "transactionAmount").get("amount"))


def _with_sign(entry: Mapping[str, Any], amount: float) -> float:
    paid = any(entry.get(name) for name in ("creditorName", "creditorAccount"))
    received = any(entry.get(name) for name in ("debtorName", "debtorAccount"))
    if paid == received:
        raise ParameterError(
            "No amount of the document is below 0, and an entry does not say whether it was paid or "
            "received. Say signed=True if amounts carry their sign."
        )
    return -amount if paid else amount


def _payment(entry: Mapping[str, Any], amount: float, currency: str | None, notes: Notes) -> Record:
    side = "creditor" if amount < 0 else "debtor"
    meaning = _meaning(entry, notes)
    return {
        "event_id": text_in(entry, "transactionId") or text_in(entry, "entryReference"),
        "event_time": _booked(entry),
        "amount": amount,
        "currency": currency,
        "balance": _balance(entry),
        "counterparty_id": text_in(entry, f"{side}Account", "iban") or text_in(entry, f"{side}Name"),
        **meaning._asdict(),
    }


def _balance(entry: Mapping[str, Any]) -> float | None:
    balance = entry.get("balanceAfterTransaction")
    if balance is None:
        return None
    found = mapping_in(balance, "balanceAfterTransaction").get("balanceAmount")
    return amount_of(mapping_in(found, "balanceAmount").get("amount"))


def _booked(entry: Mapping[str, Any]) -> str:
    found = text_in(entry, "bookingDate") or text_in(entry, "valueDate")
    if found is None:
        raise ParameterError(
            "A booked entry has neither bookingDate nor valueDate. Leave it out, or add one."
        )
    return found


def _meaning(entry: Mapping[str, Any], notes: Notes) -> Meaning:
    purpose, code = text_in(entry, "purposeCode"), text_in(entry, "bankTransactionCode")
    merchant = text_in(entry, "merchantCategoryCode")
    meanings = (
        None if merchant is None else of_merchant(merchant),
        None if purpose is None else PURPOSES.get(purpose),
        None if code is None else of_transaction(code),
    )
    for given, found in zip((merchant, purpose, code), meanings, strict=True):
        if given is not None and found is None:
            notes.unmapped[given] += 1
    return together(*meanings)
