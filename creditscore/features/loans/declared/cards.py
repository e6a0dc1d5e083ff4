"""Credit lines by their statements."""

from __future__ import annotations

from typing import Final

from creditscore.features.definition import Feature
from creditscore.features.formula import Attribute, Condition, Formula, Ratio, Term
from creditscore.features.loans.declared.card_courses import card_course_features
from creditscore.features.loans.declared.terms import LIMITED, NEWEST, Sign, card, cards
from creditscore.words.labels import Label, within

_WINDOWS: Final = ("3m", "6m", "12m")


def card_features() -> tuple[Feature, ...]:
    """Return use and repayment of credit lines, statement by statement."""
    return (*_now(), *_windowed(), *_shares(), *card_course_features())


_DRAWN: Final = cards("sum", "owed", None, NEWEST, LIMITED)
_LIMIT: Final = cards("sum", "limit", None, NEWEST, LIMITED)
_NOW: Final[tuple[tuple[str, Formula, str, str, Sign, str], ...]] = (
    (
        "lines",
        Term("statement_states", "count", where=(NEWEST,)),
        "credit lines in use",
        "count",
        0,
        "credit_history_length",
    ),
    (
        "balance_now",
        cards("sum", "balance", None, NEWEST),
        "balances now, all credit lines",
        "money",
        0,
        "indebtedness",
    ),
    (
        "limit_now",
        cards("sum", "limit", None, NEWEST),
        "credit limits now, all credit lines",
        "money",
        0,
        "credit_amount",
    ),
    (
        "unused_now",
        cards("sum", "unused", None, NEWEST),
        "limits less balances now, all credit lines",
        "money",
        -1,
        "card_utilisation",
    ),
    (
        "utilisation_now",
        Ratio(_DRAWN, _LIMIT),
        "balances over limits now, all credit lines",
        "ratio",
        1,
        "card_utilisation",
    ),
    (
        "dpd_now",
        cards("max", "days_past_due", None, NEWEST),
        "largest days past due now, as reported last",
        "days",
        1,
        "current_arrears",
    ),
    (
        "requested_amount_to_limit",
        Ratio(Attribute("amount"), _LIMIT),
        "requested amount over limits now",
        "ratio",
        0,
        "amount_requested",
    ),
)


def _now() -> tuple[Feature, ...]:
    count = card(
        "count_12m",
        Term("statement_states", "count", window="12m"),
        "statements in 12m",
        "count",
        0,
        "credit_history_length",
        label=Label("statements_count", span=within("12m")),
    )
    to_mean = card(
        "balance_to_mean_6m",
        Ratio(cards("newest", "owed"), cards("mean", "owed", "6m")),
        "newest balance over the mean balance in 6m, balances in credit as 0",
        "ratio",
        0,
        "card_utilisation",
        label=Label("statements_balance_to_mean", span=within("6m")),
    )
    return (count, *(card(*row) for row in _NOW), to_mean)


_OVER: Final[tuple[tuple[str, str, str, str, str, Sign, str], ...]] = (
    ("utilisation_max", "max", "utilisation", "largest utilisation", "ratio", 1, "card_utilisation"),
    ("utilisation_mean", "mean", "utilisation", "mean utilisation", "ratio", 1, "card_utilisation"),
    ("over_limit", "sum", "over_limit", "statements above the limit", "count", 1, "card_utilisation"),
    (
        "transactor_share",
        "mean",
        "is_transactor",
        "share of balances paid in full",
        "share",
        -1,
        "card_repayment",
    ),
    (
        "minimum_share",
        "mean",
        "paid_minimum",
        "share of minimum or smaller payments",
        "share",
        1,
        "card_repayment",
    ),
    (
        "no_payment_share",
        "mean",
        "no_payment",
        "share of balances of which nothing was paid",
        "share",
        1,
        "card_repayment",
    ),
    (
        "payment_ratio_mean",
        "mean",
        "payment_to_previous_balance",
        "mean share of the balance before that was paid, at most all of it",
        "share",
        -1,
        "card_repayment",
    ),
    (
        "payment_ratio_min",
        "min",
        "payment_to_previous_balance",
        "smallest share of the balance before that was paid, at most all of it",
        "share",
        -1,
        "card_repayment",
    ),
    (
        "payment_to_limit_mean",
        "mean",
        "payment_to_limit",
        "mean payment over the limit",
        "ratio",
        0,
        "card_repayment",
    ),
    ("payment_mean", "mean", "payment", "mean payment", "money", 0, "card_repayment"),
    ("payment_min", "min", "payment", "smallest payment", "money", -1, "card_repayment"),
    ("payment_max", "max", "payment", "largest payment", "money", 0, "card_repayment"),
    ("balance_mean", "mean", "balance", "mean balance", "money", 0, "indebtedness"),
    ("balance_max", "max", "balance", "largest balance", "money", 0, "indebtedness"),
    ("balance_min", "min", "balance", "smallest balance", "money", 0, "indebtedness"),
    (
        "charges_mean",
        "mean",
        "charges",
        "mean of what was newly drawn or charged",
        "money",
        0,
        "card_utilisation",
    ),
    ("cash_advances", "sum", "cash_advances", "cash drawn", "money", 1, "cash_advances"),
    ("dpd_max", "max", "days_past_due", "largest days past due as reported", "days", 1, "past_arrears"),
    ("dpd_mean", "mean", "days_past_due", "mean days past due as reported", "days", 1, "past_arrears"),
    ("late_share", "share", "days_past_due", "share of statements past due", "share", 1, "past_arrears"),
)


def _windowed() -> tuple[Feature, ...]:
    return tuple(
        card(
            f"{name}_{window}",
            cards(statistic, column, window),
            f"{words}, {window}",
            unit,
            sign,
            group,
            label=Label(f"statements_{name}", span=within(window)),
            definition=f"{words}, over statements in {window} that say so",
        )
        for name, statistic, column, words, unit, sign, group in _OVER
        for window in _WINDOWS
    )


def _shares() -> tuple[Feature, ...]:
    drawn = Condition("cash_advances", "gt", 0.0)
    counts = (
        card(
            f"cash_advance_months_{window}",
            _count("cash_advances", window, drawn),
            f"statements with cash drawn, {window}",
            "count",
            1,
            "cash_advances",
            label=Label("statements_cash_advance_months", span=within(window)),
        )
        for window in _WINDOWS
    )
    paid = (
        card(
            f"paid_to_balance_{window}",
            Ratio(cards("sum", "paid_of_previous", window), cards("sum", "previous_owed", window)),
            f"payments over balances, {window}",
            "share",
            -1,
            "card_repayment",
            label=Label("statements_paid_to_balance", span=within(window)),
            definition="sum of what was paid of the balance of the statement before, at most all of it, over "
            f"the sum of these balances; statements in {window}",
        )
        for window in _WINDOWS
    )
    return (*counts, *paid)


def _count(column: str, window: str, *where: Condition) -> Term:
    return Term("statement_states", "count", column=column, window=window, where=where)
