"""Statements of account in ISO 20022 (camt.053), as banks send them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from xml.etree import ElementTree

from creditscore.errors import ParameterError
from creditscore.mappings.amounts import amount_of
from creditscore.mappings.codes import PURPOSES, Meaning, of_transaction, together
from creditscore.mappings.mapped import Mapped, Notes, Record, check_currencies, one_currency

_MOST_CHARACTERS: Final = 1 << 28
_DECLARED: Final = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_NAMESPACE: Final = re.compile(r"\{urn:iso:std:iso:20022:tech:xsd:camt\.053\.001\.\d\d\}Document")
_SIGNS: Final = {"CRDT": 1.0, "DBIT": -1.0}
_BOOKED: Final = "BOOK"


def from_camt053(xml: str, applicant_id: str | int, *, currency: str | None = None) -> Mapped:
    """Read booked entries of a bank-to-customer statement, any version of camt.053.001.

    An entry of several transactions with amounts of their own becomes one payment each, if these add up to
    it; else the entry is one payment. A reversal turns the sign as the bank says and has the kind
    ``reversal``.

    Parameters
    ----------
    xml : str
        The document.
    applicant_id : str or int
        Whose account it is.
    currency : str, optional
        Read entries in this one alone. Needed if there are several.

    Returns
    -------
    Mapped
        Payments, dated by booking.

    Raises
    ------
    ParameterError
        If it is no such statement, or declares entities.
    """
    if not isinstance(xml, str) or len(xml) > _MOST_CHARACTERS:
        raise ParameterError.must_be(
            "xml", f"a text of at most {_MOST_CHARACTERS:,} characters", type(xml).__name__
        )
    if _DECLARED.search(xml):
        raise ParameterError(
            "The document declares a type or entities, which no bank statement needs. Refused."
        )
    try:
        root = ElementTree.fromstring(xml)  # noqa: S314 (entities were refused above)
    except ElementTree.ParseError as error:
        raise ParameterError(
            f"The document is no well-formed XML: {error}. Hand it over as it came."
        ) from None
    if not _NAMESPACE.fullmatch(root.tag):
        raise ParameterError.must_be("xml", "a Document of camt.053.001", root.tag[:80])
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    notes = Notes()
    payments = [
        one | {"applicant_id": applicant_id}
        for statement in root.iterfind("BkToCstmrStmt/Stmt")
        for one in _statement(statement, currency, notes)
    ]
    check_currencies(payments)
    return notes.mapped(payments)


def _statement(statement: ElementTree.Element, currency: str | None, notes: Notes) -> Iterator[Record]:
    account = _text(statement, "Acct/Id/IBAN") or _text(statement, "Acct/Id/Othr/Id")
    for entry in statement.iterfind("Ntry"):
        notes.read += 1
        status = _text(entry, "Sts/Cd") or _text(entry, "Sts")
        if status != _BOOKED:
            notes.left_out[f"status {status}"] += 1
            continue
        if one_currency(_currency(entry), currency, notes):
            for payment in _payments(entry, notes):
                yield payment | {"account_id": account}


def _payments(entry: ElementTree.Element, notes: Notes) -> Iterator[Record]:
    whole = _signed(entry)
    details = entry.findall("NtryDtls/TxDtls")
    amounts = [_of_detail(one, entry) for one in details]
    parts = [one for one in amounts if one is not None]
    if len(details) > 1 and len(parts) == len(details) and abs(sum(parts) - whole) < 0.005:
        for number, (detail, amount) in enumerate(zip(details, parts, strict=True)):
            yield _payment(entry, detail, amount, notes, f"#{number + 1}")
        return
    if len(details) > 1:
        notes.unmapped["unequal TxDtls"] += 1
    yield _payment(entry, details[0] if len(details) == 1 else entry, whole, notes, "")


def _of_detail(detail: ElementTree.Element, entry: ElementTree.Element) -> float | None:
    amount = detail.find("Amt")
    if amount is None:
        amount = detail.find("AmtDtls/TxAmt/Amt")
    if amount is None or amount.get("Ccy") != _currency(entry):
        return None
    sign = _text(detail, "CdtDbtInd") or _text(entry, "CdtDbtInd")
    return _SIGNS[sign] * amount_of(amount.text) if sign in _SIGNS else None


def _payment(
    entry: ElementTree.Element, detail: ElementTree.Element, amount: float, notes: Notes, part: str
) -> Record:
    side = "Cdtr" if amount < 0 else "Dbtr"
    reference = _text(entry, "AcctSvcrRef") or _text(entry, "NtryRef")
    meaning = _meaning(entry, detail, notes)
    return {
        "event_id": None if reference is None else f"{reference}{part}",
        "event_time": _booked(entry),
        "amount": amount,
        "currency": _currency(entry),
        "counterparty_id": _text(detail, f"RltdPties/{side}Acct/Id/IBAN")
        or _text(detail, f"RltdPties/{side}/Nm")
        or _text(detail, f"RltdPties/{side}/Pty/Nm"),
        **meaning._asdict(),
    }


def _meaning(entry: ElementTree.Element, detail: ElementTree.Element, notes: Notes) -> Meaning:
    if _text(entry, "RvslInd") == "true":
        return Meaning("reversal")
    purpose, code = _text(detail, "Purp/Cd"), _code(detail) or _code(entry)
    meanings = (
        None if purpose is None else PURPOSES.get(purpose),
        None if code is None else of_transaction(code),
    )
    for given, found in zip((purpose, code), meanings, strict=True):
        if given is not None and found is None:
            notes.unmapped[given] += 1
    return together(*meanings)


def _code(element: ElementTree.Element) -> str | None:
    domain = element.find("BkTxCd/Domn")
    if domain is None:
        return None
    parts = (_text(domain, "Cd"), _text(domain, "Fmly/Cd"), _text(domain, "Fmly/SubFmlyCd"))
    return "-".join(one for one in parts if one)


def _booked(entry: ElementTree.Element) -> str:
    for path in ("BookgDt/DtTm", "BookgDt/Dt", "ValDt/DtTm", "ValDt/Dt"):
        found = _text(entry, path)
        if found is not None:
            return found
    raise ParameterError("An entry has neither BookgDt nor ValDt. Leave it out, or add one.")


def _signed(entry: ElementTree.Element) -> float:
    sign = _text(entry, "CdtDbtInd")
    if sign not in _SIGNS:
        raise ParameterError.must_be("CdtDbtInd", "CRDT or DBIT", sign)
    return _SIGNS[sign] * amount_of(_text(entry, "Amt"))


def _currency(entry: ElementTree.Element) -> str | None:
    amount = entry.find("Amt")
    return None if amount is None else amount.get("Ccy")


def _text(element: ElementTree.Element, path: str) -> str | None:
    found = element.findtext(path)
    return None if found is None or not found.strip() else found.strip()
