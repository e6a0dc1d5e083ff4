"""Names of bank transaction codes as interfaces spell them out, and their codes of ISO 20022."""

from __future__ import annotations

import re
from typing import Final

from creditscore.mappings.codes import Meaning, of_transaction

_OTHER_LETTERS: Final = re.compile(r"[^a-z]")
_CODE: Final = re.compile(r"[A-Z]{4}")
_PAYMENTS: Final = "PMNT"
_LOANS: Final = "LDAS"

# Families and sub-families of ISO 20022 (external code set of bank transaction codes), by name.
_FAMILIES: Final = {
    "receivedcredittransfer": "RCDT",
    "issuedcredittransfer": "ICDT",
    "receivedrealtimecredittransfer": "RRCT",
    "issuedrealtimecredittransfer": "IRCT",
    "receiveddirectdebit": "RDDT",
    "issueddirectdebit": "IDDT",
    "customercardtransaction": "CCRD",
    "merchantcardtransaction": "MCRD",
    "countertransaction": "CNTR",
    "issuedcheque": "ICHQ",
    "receivedcheque": "RCHQ",
    "miscellaneouscreditoperation": "MCOP",
    "miscellaneousdebitoperation": "MDOP",
    "consumerloan": "CSLN",
    "fixedtermloan": "FTLN",
    "mortgageloan": "MGLN",
}
_OF_LOANS: Final = frozenset({"CSLN", "FTLN", "MGLN"})
_SUB_FAMILIES: Final = {
    "payrollsalarypayment": "SALA",
    "salarypayment": "SALA",
    "cashwithdrawal": "CWDL",
    "cashdeposit": "CDPT",
    "pointofsalepospaymentdebitcard": "POSD",
    "pointofsalepaymentdebitcard": "POSD",
    "pointofsaledebitcard": "POSD",
    "charge": "CHRG",
    "fee": "FEES",
    "interest": "INTR",
    "reversalduetopaymentreversal": "RVSL",
    "reversalduetopaymentcancellationrequest": "RVSL",
    "reversalduetoreturnunpaiddirectdebit": "UPDD",
}


def of_names(family: str, sub_family: str | None) -> Meaning | None:
    """Say what a family and a sub-family mean, by name or by code of ISO 20022; None where nothing is known.

    Examples
    --------
    >>> of_names("ReceivedCreditTransfers", "PayrollSalaryPayment").kind, of_names("RDDT", None).kind
    ('salary', 'bill')
    >>> of_names("Sorcery", None)
    """
    first = _coded(family, _FAMILIES)
    if first is None:
        return None
    second = None if sub_family is None else _coded(sub_family, _SUB_FAMILIES)
    domain = _LOANS if first in _OF_LOANS else _PAYMENTS
    return of_transaction("-".join(part for part in (domain, first, second) if part))


def _coded(name: str, known: dict[str, str]) -> str | None:
    if _CODE.fullmatch(name):
        return name
    plain = _OTHER_LETTERS.sub("", name.lower())
    return known.get(plain, known.get(plain.replace("transfers", "transfer").removesuffix("s")))
