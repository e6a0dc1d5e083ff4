"""Instalments: how late, how early, how much of them, and in which runs."""

from __future__ import annotations

from typing import Final

from creditscore.features.definition import Feature
from creditscore.features.formula import Condition, Ratio, Term
from creditscore.features.loans.declared.terms import (
    COUNTS,
    FEW_DUE,
    HOME_CREDIT,
    NO_PUBLIC_DATA,
    SPANS,
    Sign,
    bounds_of,
    dues,
    lent,
    some,
    spoken,
    suffix,
    taken,
)
from creditscore.words.labels import Label, within

_FEW_LATE: Final = "fewer than 6 instalments had come due"


def instalment_features() -> tuple[Feature, ...]:
    """Return the timeliness of instalments, by windows and by counts."""
    return (*_timeliness(), *_amounts(), *_runs(), *_by_count())


_TIMELY: Final[tuple[tuple[str, str, str, str, str, Sign, str], ...]] = (
    ("on_time_share", "mean", "on_time", "share of instalments on time", "share", -1, "payment_timeliness"),
    (
        "days_late_mean",
        "mean",
        "days_late_positive",
        "mean days late, early as 0",
        "days",
        1,
        "payment_timeliness",
    ),
    (
        "days_late_max",
        "max",
        "days_late_positive",
        "largest days late, early as 0",
        "days",
        1,
        "payment_timeliness",
    ),
    (
        "days_early_mean",
        "mean",
        "days_early",
        "mean days paid before due, late as 0",
        "days",
        -1,
        "prepayment",
    ),
    (
        "part_paid_share",
        "mean",
        "part_paid",
        "share of instalments paid in part when due",
        "share",
        1,
        "part_payments",
    ),
)


def _timeliness() -> tuple[Feature, ...]:
    return tuple(
        lent(
            name=f"repayment_{name}_{suffix(window)}",
            formula=dues(statistic, column, window, minimum=3),
            label=Label(f"repayment_{name}", span=within(window)),
            definition=f"{words}, over instalments that came due {spoken(window)} and are paid "
            "or past their due day; unpaid ones are as late as the moment; at least 3",
            unit=unit,
            sign=sign,
            reason_group=group,
            missing=FEW_DUE,
        )
        for name, statistic, column, words, unit, sign, group in _TIMELY
        for window in SPANS
    )


_AMOUNTS: Final[tuple[tuple[str, str, str, str, str, Sign, str], ...]] = (
    (
        "paid_ratio",
        "paid_amount",
        "decided_due",
        "money paid over money due",
        "share",
        -1,
        "part_payments",
    ),
    (
        "days_late_weighted",
        "late_amount_days",
        "decided_due",
        "days late by amount",
        "days",
        1,
        "payment_timeliness",
    ),
    (
        "shortfall",
        "shortfall",
        "decided_due",
        "share of money not paid when due",
        "share",
        1,
        "part_payments",
    ),
)


def _amounts() -> tuple[Feature, ...]:
    weighted = tuple(
        lent(
            name=f"repayment_{name}_{suffix(window)}",
            formula=Ratio(dues("sum", part, window, minimum=3), dues("sum", whole, window, minimum=3)),
            label=Label(f"repayment_{name}", span=within(window)),
            definition=f"{words}, over instalments that came due {spoken(window)}; at least 3",
            unit=unit,
            sign=sign,
            reason_group=group,
            missing=FEW_DUE,
        )
        for name, part, whole, words, unit, sign, group in _AMOUNTS
        for window in ("12m", None)
    )
    counts = tuple(
        lent(
            name=f"repayment_instalments_due_{suffix(window)}",
            formula=dues("count", "due_amount", window),
            label=Label("repayment_instalments_due", span=within(window)),
            definition=f"number of instalments that came due {spoken(window)}",
            unit="count",
            reason_group="credit_history_length",
        )
        for window in ("12m", None)
    )
    return (*weighted, *counts)


def _newest_dues(statistic: str, column: str) -> Term:
    return Term("instalment_states", statistic, column=column, last=12, minimum_rows=6)


_RUNS: Final[tuple[tuple[str, Term, str, str, Sign, str, str], ...]] = (
    (
        "on_time_streak",
        dues("streak", "on_time", minimum=1),
        "newest instalments in a row on time",
        "count",
        -1,
        "payment_timeliness",
        "",
    ),
    (
        "on_time_streak_max",
        dues("longest_run", "on_time", minimum=1),
        "longest run of instalments on time",
        "count",
        -1,
        "payment_timeliness",
        "",
    ),
    (
        "late_streak",
        dues("streak", "is_late", minimum=1),
        "newest instalments in a row late",
        "count",
        1,
        "payment_timeliness",
        "",
    ),
    (
        "late_streak_max",
        dues("longest_run", "is_late", minimum=1),
        "longest run of late instalments",
        "count",
        1,
        "payment_timeliness",
        "",
    ),
    (
        "days_late_slope",
        _newest_dues("slope", "days_late"),
        "Theil-Sen slope of days late per instalment, newest 12, at least 6",
        "days",
        1,
        "late_trend",
        "",
    ),
    (
        "days_late_volatility",
        _newest_dues("rmad", "days_late"),
        "1.4826 MAD over absolute median of days late, newest 12, at least 6",
        "ratio",
        1,
        "late_trend",
        "",
    ),
    (
        "days_late_std",
        _newest_dues("std", "days_late"),
        "standard deviation of days late, newest 12, at least 6",
        "days",
        0,
        "late_trend",
        "",
    ),
    (
        "autopay_share",
        dues("mean", "autopay", minimum=1),
        "share of instalments collected by direct debit",
        "share",
        -1,
        "payment_timeliness",
        NO_PUBLIC_DATA,
    ),
    (
        "paid_by_others_share",
        dues("mean", "paid_by_others", minimum=1),
        "share of instalments paid by a guarantor or a collector",
        "share",
        1,
        "payment_timeliness",
        NO_PUBLIC_DATA,
    ),
    (
        "days_since_late",
        Term("instalment_states", "recency", where=(Condition("is_late", "eq", 1.0),)),
        "days since an instalment last came due and was paid late, or not",
        "days",
        -1,
        "payment_timeliness",
        "",
    ),
    (
        "days_late_change",
        dues("newest", "days_late_change"),
        "days late of the newest instalment less those of the one before in its loan",
        "days",
        0,
        "late_trend",
        "",
    ),
)


def _runs() -> tuple[Feature, ...]:
    return tuple(
        lent(
            name=f"repayment_{name}",
            formula=formula,
            label=Label(f"repayment_{name}", () if formula.last is None else (formula.last,)),
            definition=words,
            unit=unit,
            sign=sign,
            reason_group=group,
            missing=_FEW_LATE if "at least 6" in words else "no such instalment was known",
            note=note,
            bounds=bounds_of(name, unit),
        )
        for name, formula, words, unit, sign, group, note in _RUNS
    )


_COUNTED: Final[tuple[tuple[str, str, str, str, Sign, str], ...]] = (
    ("days_late", "days_late", "days late, negative if early", "days", 1, "payment_timeliness"),
    ("on_time", "on_time", "share on time", "share", -1, "payment_timeliness"),
    ("instalment_amount", "due_amount", "amount due", "money", 0, "credit_amount"),
)


def _by_count() -> tuple[Feature, ...]:
    return tuple(
        lent(
            name=f"repayment_{name}_mean_{end}_{count}",
            formula=Term(
                "instalment_states",
                "mean",
                column=column,
                last=count if end == "last" else None,
                first=count if end == "first" else None,
            ),
            label=Label(f"repayment_{name}", span=taken(end, count, "instalment")),
            definition=f"mean of: {words}; {some(end, count, 'instalment')} that had come due",
            unit=unit,
            sign=sign,
            reason_group=group,
            missing="no instalment had come due",
            reference=HOME_CREDIT,
            bounds=bounds_of(name, unit),
        )
        for name, column, words, unit, sign, group in _COUNTED
        for end in ("last", "first")
        for count in COUNTS
    )
