"""Borrowing as payments show it, what it costs to run dry, and what is put by."""

from __future__ import annotations

from typing import Final

from creditscore.features.definition import Feature
from creditscore.features.formula import Condition, Formula, Ratio, Term
from creditscore.features.payments.declared.terms import (
    EBA,
    FINREGLAB,
    NO_PAYMENTS,
    NO_PUBLIC_DATA,
    PRACTICE,
    PROVEN,
    SHORT,
    WITHOUT_LENT,
    Sign,
    among,
    cash_flow,
    covering,
    month,
    total,
)
from creditscore.words.labels import Label, within

_YEAR: Final = "365d"
_HALF: Final = "180d"
_LENT: Final = among("class", "loan_in")
_FEES: Final = among("class", "fee", "penalty")
_CFPB: Final = "CFPB (2023), overdraft and non-sufficient-funds fees"
_BELOW: Final = Condition("below_zero", "eq", 1.0)


def borrowing_features() -> tuple[Feature, ...]:
    """Return loans seen in payments, fees and bounced payments, overdraft spells, and savings."""
    return (*_loans(), *_costs(), *_spells(), _saved())


def _seen(
    name: str, formula: Formula, words: str, unit: str, sign: Sign, group: str, *, window: str = "",
    parameters: tuple[str, ...] = (), missing: str = NO_PAYMENTS, reference: str = PRACTICE, note: str = "",
) -> Feature:  # fmt: skip
    span = window if window and not parameters else ""
    return cash_flow(
        name=f"payments_{name}_{window}" if window else f"payments_{name}",
        formula=formula,
        label=Label(f"payments_{name}", parameters, within(span) if span else None),
        definition=words,
        unit=unit,
        sign=sign,
        reason_group=group,
        missing=missing,
        reference=reference,
        note=note,
    )


def _loans() -> tuple[Feature, ...]:
    lent = Term("flows", "sum", column="credit", where=(_LENT,), window=_YEAR)
    both = among("class", "loan_in", "loan_out")
    lenders = Term("flows", "distinct_keys", by="counterparty", where=(both,), window=_HALF)
    counts = tuple(
        _seen(
            "loans_taken_count", Term("flows", "count", where=(_LENT,), window=window),
            f"number of payments of class loan_in in {window}", "count", 1, "indebtedness", window=window,
            reference=EBA, note=NO_PUBLIC_DATA,
        )
        for window in ("30d", "90d", _YEAR)
    )  # fmt: skip
    return (
        *counts,
        _seen(
            "loans_taken_amount", lent, "sum of the payments of class loan_in in 365d", "money", 0,
            "indebtedness", window=_YEAR, reference=EBA, note=NO_PUBLIC_DATA,
        ),
        _seen(
            "loans_taken_to_income", covering(_YEAR, Ratio(lent, total("usual", _YEAR))),
            f"sum of the payments of class loan_in over income, in 365d; {PROVEN}", "ratio", 1,
            "indebtedness", window=_YEAR, parameters=(_YEAR,), missing=f"no income, or {SHORT}",
            reference=EBA, note=NO_PUBLIC_DATA,
        ),
        _seen(
            "loans_taken_recency", Term("flows", "recency", where=(_LENT,)),
            "days from the newest payment of class loan_in to the moment", "days", -1, "indebtedness",
            missing="no loan was seen", note=NO_PUBLIC_DATA,
        ),
        _seen(
            "lenders_seen", lenders,
            "distinct counterparties of the payments of classes loan_in and loan_out in 180d", "count", 1,
            "indebtedness", window=_HALF, note=NO_PUBLIC_DATA,
        ),
    )  # fmt: skip


def _costs() -> tuple[Feature, ...]:
    fees = Term("flows", "sum", column="debit", where=(_FEES,), window=_HALF)
    unpaid = Term("flows", "sum", column="unpaid", window=_YEAR)
    return (
        _seen(
            "fees_amount", covering(_HALF, fees),
            "sum of the payments of classes fee and penalty in 180d, less what was given back",
            "money", 1, "overdraft", window=_HALF, missing=f"{NO_PAYMENTS}; {SHORT}", reference=_CFPB,
        ),
        _seen(
            "fees_to_income", Ratio(fees, total("usual", _HALF)),
            f"sum of the payments of classes fee and penalty over income, in 180d; {PROVEN}", "ratio", 1,
            "overdraft", window=_HALF, parameters=(_HALF,), missing="no income", reference=_CFPB,
        ),
        _seen(
            "unpaid_amount", covering(_YEAR, unpaid),
            "sum of the debits that were declined, returned or booked back in 365d", "money", 1,
            "returned_payments", window=_YEAR, missing=f"{NO_PAYMENTS}; {SHORT}", reference=_CFPB,
            note=NO_PUBLIC_DATA,
        ),
    )  # fmt: skip


def _spells() -> tuple[Feature, ...]:
    spells = Term("balance_days", "sum", column="spell_begins", window=_HALF, minimum_rows=1)
    return (
        _seen(
            "overdraft_spells", spells,
            "day ends in 180d with a current account below zero whose day before had none; "
            f"{WITHOUT_LENT}", "count", 1, "overdraft", window=_HALF, missing="no balance was known",
            reference=_CFPB,
        ),
        _seen(
            "overdraft_recency", Term("balance_days", "recency", where=(_BELOW,)),
            "days from the newest of the last 210 days that ended with a current account below zero, counted "
            f"from its beginning, to the moment; {WITHOUT_LENT}", "days", -1, "overdraft",
            missing="no balance was known, or none was below zero in 210 days", reference=_CFPB,
        ),
    )  # fmt: skip


def _saved() -> Feature:
    return _seen(
        "saved_to_income", Ratio(month("sum", "saved", "6m", 3), month("sum", "income", "6m", 3)),
        "moved to savings less moved from savings, over income, of the newest 6 whole calendar months; at "
        "least 3",
        "ratio", -1, "balance_buffer", window="6m", parameters=("6m",),
        missing="fewer than 3 whole calendar months, or no income", reference=FINREGLAB,
        note="Seen only where payments to and from savings are named so, or stand on a savings account.",
    )  # fmt: skip
