"""Transactions as Plaid and services like it hand them over: money out is positive."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from creditscore.errors import ParameterError
from creditscore.mappings.amounts import amount_of
from creditscore.mappings.codes import SERVICES, Meaning
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

_CHANNELS: Final = {"online": "online", "in store": "store", "other": "other"}


def from_plaid_like(
    document: Mapping[str, Any], applicant_id: str | int, *, currency: str | None = None
) -> Mapped:
    """Read posted transactions of an answer such as that of ``/transactions/get`` or ``/transactions/sync``.

    Parameters
    ----------
    document : mapping
        The answer as `json.load` gives it, with ``transactions`` (or ``added``).
    applicant_id : str or int
        Whose accounts they are.
    currency : str, optional
        Read entries in this one alone. Needed if there are several.

    Returns
    -------
    Mapped
        Payments, credits positive as everywhere here: the sign is turned. Pending ones are left out.

    Raises
    ------
    ParameterError
        If the document is another.

    Examples
    --------
    >>> answer = {"transactions": [{
    ...     "account_id": "BxBXxLj1m4", "transaction_id": "lPNjeW1nR6", "amount": 72.1, "date": "2023-09-24",
    ...     "iso_currency_code": "USD", "pending": False, "payment_channel": "in store",
    ...     "personal_finance_category": {
    ...         "primary": "GENERAL_MERCHANDISE", "detailed": "GENERAL_MERCHANDISE_SUPERSTORES",
    ...     },
    ... }]}
    >>> from_plaid_like(answer, "ann").tables["payments"][0]["amount"]
    -72.1
    """
    given = mapping_in(document, "document")
    if "transactions" not in given and "added" not in given:
        raise ParameterError("The document has neither transactions nor added. Hand over the whole answer.")
    listed = list_in(given, "transactions") + list_in(given, "added")
    notes, payments = Notes(), []
    notes.read = len(listed)
    for one in listed:
        entry = mapping_in(one, "transactions")
        if entry.get("pending"):
            notes.left_out["pending"] += 1
            continue
        found = text_in(entry, "iso_currency_code") or text_in(entry, "unofficial_currency_code")
        if one_currency(found, currency, notes):
            payments.append(_payment(entry, found, notes) | {"applicant_id": applicant_id})
    check_currencies(payments)
    return notes.mapped(payments)


def _payment(entry: Mapping[str, Any], currency: str | None, notes: Notes) -> Record:
    when = text_in(entry, "date")
    if when is None:
        raise ParameterError("A transaction has no date. Leave it out, or add one.")
    channel = text_in(entry, "payment_channel")
    return {
        "event_id": text_in(entry, "transaction_id"),
        "account_id": text_in(entry, "account_id"),
        "event_time": when,
        "amount": -amount_of(entry.get("amount")) + 0.0,
        "currency": currency,
        "channel": None if channel is None else _CHANNELS.get(channel, channel),
        "counterparty_id": text_in(entry, "merchant_entity_id") or text_in(entry, "merchant_name"),
        **_meaning(entry, notes)._asdict(),
    }


def _meaning(entry: Mapping[str, Any], notes: Notes) -> Meaning:
    primary = text_in(entry, "personal_finance_category", "primary")
    detailed = text_in(entry, "personal_finance_category", "detailed")
    for given in (detailed, primary):
        if given is not None and given in SERVICES:
            return SERVICES[given]
    if primary is not None:
        notes.unmapped[primary] += 1
    return Meaning()
