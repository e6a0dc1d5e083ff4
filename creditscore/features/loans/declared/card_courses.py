"""How credit lines developed from statement to statement: trends, streaks, and the newest ones one by one."""

from __future__ import annotations

from typing import Final

from creditscore.features.definition import Feature
from creditscore.features.formula import Formula, Ratio, Term
from creditscore.features.loans.declared.terms import Sign, bounds_of, card, cards
from creditscore.words.labels import Label, statement, within

_LAGS: Final = range(1, 7)
_YEAR: Final = "12m"


def card_course_features() -> tuple[Feature, ...]:
    """Return trends, streaks and lags of the statements of credit lines."""
    return (*_trends(), *_lags())


_TRENDS: Final[tuple[tuple[str, str, Formula, str, str, Sign, str], ...]] = (
    *(
        (
            "utilisation_slope",
            window,
            cards("slope", "utilisation", window),
            "slope of utilisation per statement",
            "ratio",
            1,
            "card_utilisation",
        )
        for window in ("6m", "12m")
    ),
    (
        "utilisation_std",
        "6m",
        cards("std", "utilisation", "6m"),
        "standard deviation of utilisation",
        "ratio",
        0,
        "card_utilisation",
    ),
    (
        "balance_trend",
        "6m",
        Ratio(cards("slope", "owed", "6m"), cards("mean", "owed", "6m", minimum=3)),
        "slope of the balance per statement over its mean, balances in credit as 0",
        "ratio",
        0,
        "card_utilisation",
    ),
    (
        "payment_trend",
        "6m",
        Ratio(cards("slope", "payment", "6m"), cards("mean", "payment", "6m", minimum=3)),
        "slope of the payment per statement over its mean",
        "ratio",
        0,
        "card_repayment",
    ),
    (
        "dpd_slope",
        "6m",
        cards("slope", "days_past_due", "6m"),
        "slope of days past due per statement",
        "days",
        1,
        "late_trend",
    ),
)

_STREAKS: Final[tuple[tuple[str, Term, str, str, Sign, str], ...]] = (
    (
        "late_streak",
        cards("streak", "days_past_due", _YEAR),
        "newest statements in a row past due, within 12m",
        "count",
        1,
        "current_arrears",
    ),
    (
        "late_streak_max",
        cards("longest_run", "days_past_due"),
        "longest run of statements past due",
        "count",
        1,
        "past_arrears",
    ),
    (
        "on_time_streak",
        cards("streak", "is_current", _YEAR),
        "newest statements in a row not past due, within 12m",
        "count",
        -1,
        "past_arrears",
    ),
    (
        "no_payment_streak",
        cards("streak", "no_payment", _YEAR),
        "newest balances in a row of which nothing was paid, within 12m",
        "count",
        1,
        "card_repayment",
    ),
)


def _trends() -> tuple[Feature, ...]:
    return tuple(
        card(
            f"{name}_{window}",
            formula,
            f"{words}, {window}",
            unit,
            sign,
            group,
            label=Label(f"statements_{name}", span=within(window)),
            bounds=bounds_of(name, unit),
        )
        for name, window, formula, words, unit, sign, group in _TRENDS
    ) + tuple(card(*row) for row in _STREAKS)


_LAGGED: Final[tuple[tuple[str, str, str, str, Sign, str], ...]] = (
    ("balance", "balance", "balance", "money", 0, "indebtedness"),
    ("utilisation", "utilisation", "utilisation", "ratio", 1, "card_utilisation"),
    ("payment", "payment", "payment", "money", -1, "card_repayment"),
    (
        "payment_ratio",
        "payment_to_previous_balance",
        "share of the balance before that was paid, at most all of it",
        "share",
        -1,
        "card_repayment",
    ),
    ("payment_to_limit", "payment_to_limit", "payment over the limit", "ratio", 0, "card_repayment"),
    ("dpd", "days_past_due", "days past due as reported", "days", 1, "past_arrears"),
)


# of the newest statement: what all lines together are now says it better, and the same where there is one
_SAID_BY_NOW: Final = ("balance", "utilisation", "dpd")


def _lags() -> tuple[Feature, ...]:
    return tuple(
        card(
            f"{name}_lag_{lag}",
            Term("statement_states", "oldest", column=column, window=_YEAR, last=lag, minimum_rows=lag),
            words,
            unit,
            sign,
            group,
            label=Label(f"statements_{name}", span=statement(lag)),
            definition=f"{words} of the statement that is number {lag} from the newest, among those in "
            "12m that say so",
            in_model=lag > 1 or name not in _SAID_BY_NOW,
        )
        for name, column, words, unit, sign, group in _LAGGED
        for lag in _LAGS
    )
