"""What is repaid of ledger and payments together, cards against their statements, and who else lends."""

from __future__ import annotations

from typing import Final

from creditscore.features.definition import Feature
from creditscore.features.formula import AtLeast, Condition, Covered, Difference, Formula, Ratio, Share, Term
from creditscore.features.payments.declared.terms import (
    DAILY_INCOME,
    EBA,
    INCOME,
    INSTALMENT,
    NO_PAYMENTS,
    NO_PUBLIC_DATA,
    PROVEN,
    Sign,
    among,
    cash_flow,
    total,
)
from creditscore.words.labels import Label, within

_BOTH: Final = ("payment_data", "cash_flow", "repayment_history")
_SEEN: Final = Term("income_stream", "newest", column="days_seen")
_ENOUGH: Final = 92.0
_YEAR: Final = "365d"
_HALF: Final = "180d"
_FEW: Final = "fewer than 92 days of payments were seen, none of the newest 92, or payments have no kind"
_ONCE: Final = (
    "; debts, each once: open loans of the ledger as borrower (mean instalment a month; of credit lines the "
    "minimum that the newest statement asks for, at most 92 days old; also of a closed one while a line "
    "opened in the newest 92 days has no statement), and recurring repayments of credit in payments that "
    "repay none of these: none whose payee has the lender's name and which come to the same a month within "
    "10 % (or to the sum of several of that lender), or whose payee has no name of another lender and which "
    "come to the same within 1 % in a rhythm within 20 %; repayments of a card repay a credit line unless "
    "the names differ; a month is 30.4375 days"
)
_STATEMENTS: Final = (
    "; statements of own credit lines with a balance to pay, in {0}, whose time to pay (to the next "
    "statement of the line, at most 35 days) was seen in payments; debits of class card_repayment pay the "
    "oldest such statement first, up to its balance"
)
_NO_STATEMENTS: Final = "no such statement, no repayment of a card was ever seen, or payments ended long ago"
_CFPB: Final = "CFPB (2023), Consumer use of buy now, pay later; CFPB (2024), earned wage access"


def debt_features() -> tuple[Feature, ...]:
    """Return debt service, card repayments, and payments to collectors and lenders of small sums."""
    return (*_service(), *_cards(), *_providers())


def _debt(
    name: str, formula: Formula, words: str, unit: str, sign: Sign, *, group: str = "indebtedness",
    missing: str = _FEW, label: Label | None = None, legal_tags: tuple[str, ...] = _BOTH,
    reference: str = EBA,
) -> Feature:  # fmt: skip
    return cash_flow(
        name=f"payments_{name}",
        formula=formula,
        label=label or Label(f"payments_{name}"),
        definition=words,
        unit=unit,
        sign=sign,
        reason_group=group,
        missing=missing,
        legal_tags=legal_tags,
        reference=reference,
        note=NO_PUBLIC_DATA,
    )


def _of_debts(statistic: str, column: str, *where: Condition) -> Formula:
    return AtLeast(Term("debts", statistic, column=column, where=where), _SEEN, _ENOUGH)


def _service() -> tuple[Feature, ...]:
    monthly = _of_debts("sum", "monthly_amount")
    hidden = AtLeast(
        _of_debts("count", "monthly_amount", Condition("is_reported", "eq", 0.0)), Covered("loans"), 1.0
    )
    left = Difference(DAILY_INCOME, _of_debts("sum", "daily_amount"))
    no_income = f"{_FEW}; or fewer than 2 whole calendar months, or no income"
    return (
        _debt("debt_service_monthly_amount", monthly, "what debts take a month" + _ONCE, "money", 0),
        _debt(
            "debt_service_to_income", Ratio(monthly, INCOME),
            "what debts take a month, over median monthly income of the newest 6 whole calendar months"
            + _ONCE,
            "ratio", 1, missing=no_income,
        ),
        _debt(
            "debts_count", _of_debts("count", "is_seen"), "number of debts that are repaid" + _ONCE,
            "count", 0,
        ),
        _debt(
            "debts_unreported", hidden,
            "number of debts that payments show and the ledger does not list" + _ONCE, "count", 1,
            missing=f"{_FEW}; or there is no ledger",
        ),
        _debt(
            "income_after_debts_to_requested_instalment", Ratio(left, INSTALMENT),
            "median daily income of the newest 6 whole calendar months less what debts take a day, over the "
            "requested amount a day of the term" + _ONCE,
            "ratio", -1, group="amount_requested",
            missing=f"{no_income}; or the application lacks amount or term",
            legal_tags=(*_BOTH, "application_data"),
        ),
    )  # fmt: skip


def _cards() -> tuple[Feature, ...]:
    def bills(statistic: str, column: str, minimum: int = 1) -> Term:
        return Term("card_bills", statistic, column=column, window=_YEAR, minimum_rows=minimum)

    rows: tuple[tuple[str, Formula, str, str, Sign], ...] = (
        (
            "card_bills_paid_share", Ratio(bills("sum", "paid"), bills("sum", "owed")),
            "what was paid of the balances, over the balances", "share", -1,
        ),
        (
            "card_bills_full_share",
            Share(bills("sum", "is_full"), bills("count", "is_full"), 0.5, minimum=3.0),
            "(k + 5 * 0.5) / (n + 5): of n statements 99 % or more was paid of k; at least 3", "share", -1,
        ),
        (
            "card_bills_short", bills("sum", "is_short"),
            "statements of which less than 99 % of the minimum was paid", "count", 1,
        ),
    )  # fmt: skip
    return tuple(
        _debt(
            f"{name}_{_YEAR}", formula, words + _STATEMENTS.format(_YEAR), unit, sign, group="card_repayment",
            missing=_NO_STATEMENTS, label=Label(f"payments_{name}", span=within(_YEAR)),
        )
        for name, formula, words, unit, sign in rows
    )  # fmt: skip


_LENT: Final = (
    ("pay_later", "pay_later", "debit", _HALF, "high_cost_credit"),
    ("wage_advances", "advance_in", "credit", _HALF, "high_cost_credit"),
    ("debts_collected", "debt_collected", "debit", _YEAR, "past_arrears"),
)


def _providers() -> tuple[Feature, ...]:
    return tuple(
        feature
        for name, found, side, window, group in _LENT
        for feature in _of_provider(name, found, side, window, group)
    )


def _of_provider(name: str, found: str, side: str, window: str, group: str) -> tuple[Feature, ...]:
    where = among("class", found)
    amount = total(side, window, where)
    rows: tuple[tuple[str, Formula, str, str, Sign, str], ...] = (
        (
            "count", Term("flows", "count", where=(where,), window=window),
            f"number of payments of class {found} in {window}", "count", 1, NO_PAYMENTS,
        ),
        (
            "amount", amount,
            f"sum of the payments of class {found} in {window}, less what was given back", "money", 0,
            NO_PAYMENTS,
        ),
        (
            "to_income", Ratio(amount, total("usual", window)),
            f"sum of the payments of class {found} over income, in {window}; {PROVEN}", "ratio", 1,
            "no income",
        ),
        (
            "providers", Term("flows", "distinct_keys", by="counterparty", where=(where,), window=window),
            f"distinct counterparties of the payments of class {found} in {window}", "count", 1, NO_PAYMENTS,
        ),
    )  # fmt: skip
    return tuple(
        _debt(
            f"{name}_{what}_{window}", formula, words, unit, sign, group=group, missing=missing,
            label=_said(f"payments_{name}_{what}", window, parameter=what == "to_income"),
            legal_tags=("payment_data", "cash_flow"), reference=_CFPB,
        )
        for what, formula, words, unit, sign, missing in rows
    )  # fmt: skip


def _said(quantity: str, window: str, *, parameter: bool) -> Label:
    return Label(quantity, (window,)) if parameter else Label(quantity, span=within(window))
