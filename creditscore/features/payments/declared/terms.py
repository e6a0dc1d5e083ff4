"""Terms that several payment features share, and the words that go with them."""

from __future__ import annotations

from functools import partial
from typing import Final, Literal, TypeAlias

from creditscore.features.definition import Feature
from creditscore.features.formula import AtLeast, Attribute, Condition, Formula, Ratio, Term

Sign: TypeAlias = Literal[-1, 0, 1]

WINDOWS: Final = ("30d", "90d", "180d", "365d")
NO_PAYMENTS: Final = "no payments were known"
ESSENTIAL: Final = (
    "groceries", "household", "utilities", "telecom", "rent", "transport", "health", "education",
     "insurance", "tax",
)  # fmt: skip
FINREGLAB: Final = "FinRegLab (2019), The use of cash-flow data in underwriting credit"
EBA: Final = "EBA/GL/2020/06, Guidelines on loan origination and monitoring"
PRACTICE: Final = "open-banking practice"
MONTHS_SEEN: Final = "whole calendar months"
SHORT: Final = "payments reach back over less than nine tenths of the window"
# of what one or a few payments before the moment turn at will
STAGED: Final = "Easily staged before an application: to be shown, and no model is given it."
UNSTAGED: Final = (
    "the newest 31 days, which could be staged, are left out, and so is money of the newest 92 days that "
    "nothing older bears out"
)
WITHOUT_LENT: Final = "as if what persons sent in the newest 92 days, beyond what they used to, was not there"
PROVEN: Final = "income without credits more than half of which is unproven"
NO_PUBLIC_DATA: Final = "No public data set with outcomes has the columns; tested on hand-made cases."

cash_flow: Final = partial(
    Feature,
    source="payments",
    missing=NO_PAYMENTS,
    legal_tags=("payment_data", "cash_flow"),
    reference=PRACTICE,
)


def total(column: str, window: str, *where: Condition, minimum: int = 0) -> Term:
    """Sum of a column of the cash flow in a window."""
    return Term("flows", "sum", column=column, window=window, where=where, minimum_rows=minimum)


def month(statistic: str, column: str, window: str, minimum: int = 0) -> Term:
    """Statistic of a column over the newest whole calendar months, as many as a window such as "6m" says."""
    return Term(
        "payment_months", statistic, column=column, last=int(window.removesuffix("m")), minimum_rows=minimum
    )


def covering(window: str, value: Formula) -> AtLeast:
    """A value that only a history of nine tenths of the window can give; missing with less."""
    return AtLeast(value, Term("flows", "age"), 0.9 * float(window.removesuffix("d")))


def day_end(statistic: str, column: str, window: str, argument: float | None = None) -> Term:
    """Statistic of a column over day ends in a window; missing without a known balance."""
    if argument is None:
        return Term("balance_days", statistic, column=column, window=window, minimum_rows=1)
    return Term("balance_days", statistic, column=column, window=window, minimum_rows=1, argument=argument)


def among(column: str, *labels: str) -> Condition:
    """Rows whose label is one of these."""
    return Condition(column, "in", labels)


INCOME: Final = month("median", "income", "6m", 2)
DAILY_INCOME: Final = month("median", "daily_income", "6m", 2)
INSTALMENT: Final = Ratio(Attribute("amount"), Attribute("term_days"))
