"""What codes of card networks, ISO 20022 and open-banking services say of a payment, in our words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple


class Meaning(NamedTuple):
    """What a code says of a payment: its kind, its category and the other side; None where it is silent."""

    kind: str | None = None
    category: str | None = None
    counterparty_kind: str | None = None


_CATEGORIES: Final[Mapping[str, str]] = {
    "groceries": "5411 5422 5441 5451 5462 5499",
    "household": "5200 5211 5231 5251 5261 5712 5713 5714 5718 5719 5722",
    "utilities": "4900",
    "telecom": "4812 4814 4816 4821 4899",
    "transport": "4111 4112 4121 4131 4784 4789 5541 5542 5552 7523 7531 7534 7535 7538 7542 7549",
    "travel": "4411 4511 4582 4722 7011 7012 7032 7033 7512 7513 7519",
    "health": "4119 5122 5912 5975 5976 8011 8021 8031 8041 8042 8043 8049 8050 8062 8071 8099",
    "education": "8211 8220 8241 8244 8249 8299 8351",
    "insurance": "5960 6300 6381 6399",
    "tax": "9311",
    "leisure": "5811 5812 5813 5814 5815 5816 5817 5818 5921 7832 7841 7911 7922 7929 7932 7933 7941 7991 "
    "7992 7993 7994 7996 7997 7998 7999",
    "gambling": "7800 7801 7802 7995 9406",
    "online_shopping": "5262 5964 5965 5966 5967 5968 5969",
    "rent": "6513",
}
_CASH: Final = ("6010", "6011")
_AIRLINES_CARS_HOTELS: Final = (3000, 3999)
_BY_MERCHANT: Final = {
    code: Meaning("purchase", category, "merchant")
    for category, codes in _CATEGORIES.items()
    for code in codes.split()
}


def of_merchant(code: str) -> Meaning | None:
    """Say what a merchant category code means (ISO 18245); None for a code that is none.

    A code that has no category here is a purchase of category ``other``.

    Examples
    --------
    >>> of_merchant("5411"), of_merchant("6011").kind, of_merchant("x")
    (Meaning(kind='purchase', category='groceries', counterparty_kind='merchant'), 'cash', None)
    """
    if len(code) != len("5411") or not code.isdecimal() or not code.isascii():
        return None
    if code in _CASH:
        return Meaning("cash")
    if _AIRLINES_CARS_HOTELS[0] <= int(code) <= _AIRLINES_CARS_HOTELS[1]:
        return Meaning("purchase", "travel", "merchant")
    return _BY_MERCHANT.get(code, Meaning("purchase", "other", "merchant"))


# External purpose codes of ISO 20022 (ExternalPurpose1Code).
PURPOSES: Final[Mapping[str, Meaning]] = MappingProxyType(
    {
        "SALA": Meaning("salary", None, "employer"),
        "BONU": Meaning("salary", None, "employer"),
        "PAYR": Meaning("salary", None, "employer"),
        "PENS": Meaning(None, "pension", None),
        "SSBE": Meaning(None, "benefits", "government"),
        "BENE": Meaning(None, "benefits", "government"),
        "GOVT": Meaning(None, None, "government"),
        "TAXS": Meaning(None, "tax", "government"),
        "RENT": Meaning(None, "rent", None),
        "ELEC": Meaning("bill", "utilities", None),
        "GASB": Meaning("bill", "utilities", None),
        "WTER": Meaning("bill", "utilities", None),
        "PHON": Meaning("bill", "telecom", None),
        "INSU": Meaning("bill", "insurance", None),
        "LOAN": Meaning("loan_in", None, "lender"),
        "LOAR": Meaning("loan_out", None, "lender"),
        "INTE": Meaning("interest", None, None),
        "INTC": Meaning("own_transfer", None, None),
        "SAVG": Meaning("own_transfer", "savings", None),
        "CCRD": Meaning("card_repayment", None, None),
        "GAMB": Meaning("purchase", "gambling", "merchant"),
    }
)

# Domain, family and sub-family of a bank transaction (ISO 20022, external code sets): the longest beginning
# that fits.
TRANSACTIONS: Final[Mapping[str, Meaning]] = MappingProxyType(
    {
        "PMNT-CCRD-POSD": Meaning("purchase", None, "merchant"),
        "PMNT-CCRD-CWDL": Meaning("cash"),
        "PMNT-CCRD-CDPT": Meaning("cash"),
        "PMNT-MCRD": Meaning("purchase", None, "merchant"),
        "PMNT-CNTR-CWDL": Meaning("cash"),
        "PMNT-CNTR-CDPT": Meaning("cash"),
        "PMNT-RCDT-SALA": Meaning("salary", None, "employer"),
        "PMNT-RCDT": Meaning("transfer"),
        "PMNT-ICDT": Meaning("transfer"),
        "PMNT-RRCT": Meaning("transfer"),
        "PMNT-IRCT": Meaning("transfer"),
        "PMNT-RDDT-UPDD": Meaning("reversal"),
        "PMNT-RDDT-RVSL": Meaning("reversal"),
        "PMNT-RDDT": Meaning("bill"),
        "LDAS": Meaning(None, None, "lender"),
        "ACMT-MDOP-CHRG": Meaning("fee", "fees"),
        "ACMT-MDOP-INTR": Meaning("interest"),
        "ACMT-MCOP-CHRG": Meaning("fee", "fees"),
        "ACMT-MCOP-INTR": Meaning("interest"),
    }
)


def of_transaction(code: str) -> Meaning | None:
    """Say what a bank transaction code such as ``PMNT-CCRD-POSD`` means; None where it has no words here.

    Examples
    --------
    >>> of_transaction("PMNT-RCDT-ESCT").kind, of_transaction("SECU-SETT-TRAD")
    ('transfer', None)
    """
    parts = code.split("-")
    charged = {"CHRG": Meaning("fee", "fees"), "FEES": Meaning("fee", "fees"), "INTR": Meaning("interest")}
    if parts[-1] in charged:
        return charged[parts[-1]]
    for length in range(len(parts), 0, -1):
        found = TRANSACTIONS.get("-".join(parts[:length]))
        if found is not None:
            return found
    return None


# Personal finance categories as Plaid publishes them: detailed ones first, else the primary one.
SERVICES: Final[Mapping[str, Meaning]] = MappingProxyType(
    {
        "INCOME_WAGES": Meaning("salary", None, "employer"),
        "INCOME_RETIREMENT_PENSION": Meaning(None, "pension", None),
        "INCOME_UNEMPLOYMENT": Meaning(None, "benefits", "government"),
        "INCOME_TAX_REFUND": Meaning("refund", "tax", "government"),
        "INCOME_INTEREST_EARNED": Meaning("interest"),
        "INCOME": Meaning(),
        "TRANSFER_IN_CASH_ADVANCES_AND_LOANS": Meaning("loan_in", None, "lender"),
        "TRANSFER_IN_SAVINGS": Meaning("own_transfer", "savings"),
        "TRANSFER_IN": Meaning("transfer"),
        "TRANSFER_OUT_SAVINGS": Meaning("own_transfer", "savings"),
        "TRANSFER_OUT_WITHDRAWAL": Meaning("cash"),
        "TRANSFER_OUT": Meaning("transfer"),
        "LOAN_PAYMENTS_CREDIT_CARD_PAYMENT": Meaning("card_repayment", None, "lender"),
        "LOAN_PAYMENTS": Meaning("loan_out", None, "lender"),
        "BANK_FEES_INTEREST_CHARGE": Meaning("interest"),
        "BANK_FEES": Meaning("fee", "fees"),
        "ENTERTAINMENT_CASINOS_AND_GAMBLING": Meaning("purchase", "gambling", "merchant"),
        "ENTERTAINMENT": Meaning("purchase", "leisure", "merchant"),
        "FOOD_AND_DRINK_GROCERIES": Meaning("purchase", "groceries", "merchant"),
        "FOOD_AND_DRINK": Meaning("purchase", "leisure", "merchant"),
        "GENERAL_MERCHANDISE_ONLINE_MARKETPLACES": Meaning("purchase", "online_shopping", "merchant"),
        "GENERAL_MERCHANDISE": Meaning("purchase", "other", "merchant"),
        "HOME_IMPROVEMENT": Meaning("purchase", "household", "merchant"),
        "MEDICAL": Meaning("purchase", "health", "merchant"),
        "PERSONAL_CARE": Meaning("purchase", "other", "merchant"),
        "GENERAL_SERVICES_INSURANCE": Meaning("bill", "insurance", None),
        "GENERAL_SERVICES_EDUCATION": Meaning("purchase", "education", None),
        "GENERAL_SERVICES": Meaning("purchase", "other", "merchant"),
        "GOVERNMENT_AND_NON_PROFIT_TAX_PAYMENT": Meaning("bill", "tax", "government"),
        "GOVERNMENT_AND_NON_PROFIT": Meaning(None, "other", None),
        "TRANSPORTATION": Meaning("purchase", "transport", "merchant"),
        "TRAVEL": Meaning("purchase", "travel", "merchant"),
        "RENT_AND_UTILITIES_RENT": Meaning("bill", "rent", None),
        "RENT_AND_UTILITIES_TELEPHONE": Meaning("bill", "telecom", None),
        "RENT_AND_UTILITIES_INTERNET_AND_CABLE": Meaning("bill", "telecom", None),
        "RENT_AND_UTILITIES": Meaning("bill", "utilities", None),
    }
)


def together(*meanings: Meaning | None) -> Meaning:
    """Take of several meanings the first word of each part.

    Examples
    --------
    >>> together(Meaning(None, "rent"), Meaning("transfer", "other"))
    Meaning(kind='transfer', category='rent', counterparty_kind=None)
    """
    found = [one for one in meanings if one is not None]
    parts = [next((one[i] for one in found if one[i] is not None), None) for i in range(3)]
    return Meaning(*parts)
