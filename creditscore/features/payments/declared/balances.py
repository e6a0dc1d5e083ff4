"""Balances: how much is there, how low it gets, how often below zero."""

from __future__ import annotations

from typing import Final

from creditscore.features.definition import UNBOUNDED, Feature
from creditscore.features.formula import Difference, Formula, Ratio, Term
from creditscore.features.payments.declared.terms import (
    DAILY_INCOME,
    EBA,
    FINREGLAB,
    INCOME,
    STAGED,
    UNSTAGED,
    WITHOUT_LENT,
    Sign,
    among,
    cash_flow,
    day_end,
    month,
    total,
)
from creditscore.words.labels import Label, within

_SPANS: Final = ("90d", "180d")
_OVERDRAFT_SPANS: Final = ("30d", "90d", "180d")
_MONTH_AGO: Final = Term("balance_days", "newest", column="balance")
_FLOOR: Final = day_end("quantile", "balance", "180d", 0.05)
_JPMC: Final = "JPMorgan Chase Institute (2016), Cash is king: flows, balances and buffer days"


def balance_features() -> tuple[Feature, ...]:
    """Return levels, floors and overdrafts of day-end balances."""
    return (
        _standing(),
        *_levels(),
        *_floors(),
        *_relations(),
        *_apart(),
        _savings(),
        *_overdrafts(),
        *_interest(),
    )


def _balance(
    name: str, formula: Formula, words: str, unit: str, sign: Sign, label: Label, reference: str = FINREGLAB
) -> Feature:
    return cash_flow(
        name=f"payments_{name}",
        formula=formula,
        label=label,
        definition=(
            f"{words}; day ends are counted back from the moment in steps of 24 hours, from the first "
            "known balance on, the last known balances of current and savings accounts added up, cards "
            f"apart; {UNSTAGED}"
        ),
        unit=unit,
        sign=sign,
        reason_group="balance_buffer",
        missing="no balance was known, or too few whole months of 30 days",
        reference=reference,
        version=2,
        bounds=UNBOUNDED
        if unit == "days"
        else None,  # a balance lasts fewer than 0 days where it is overdrawn
    )


def _standing() -> Feature:
    return cash_flow(
        name="payments_balance_now",
        formula=Term("balance_days", "newest", column="stands"),
        label=Label("payments_balance_now"),
        definition="balance of current and savings accounts at the moment, by their last known balances",
        unit="money",
        sign=-1,
        reason_group="balance_buffer",
        missing="no balance was known",
        reference=FINREGLAB,
        note=STAGED,
        version=2,
        in_model=False,
    )


def _levels() -> list[Feature]:
    rows: tuple[tuple[str, str, str, Sign], ...] = (
        ("mean", "mean", "mean day-end balance", -1),
        ("min", "min", "lowest day-end balance", -1),
        ("max", "max", "highest day-end balance", 0),
        ("std", "std", "standard deviation of the day-end balance", 0),
    )
    return [
        _balance(
            f"balance_{name}_{span}",
            day_end(statistic, "balance", span),
            f"{words}, {span}",
            "money",
            sign,
            Label(f"payments_balance_{name}", span=within(span)),
        )
        for name, statistic, words, sign in rows
        for span in _SPANS
    ]


def _floors() -> tuple[Feature, ...]:
    median = "median over the 30-day months of 6m of their lowest balance"
    ever = "lowest balance after any payment in the whole 30-day months of 24m"
    monthly = "lowest mean of 30 day ends in a row, 180d"
    quantile = "5 % quantile of the day-end balance, 180d"
    return (
        _balance(
            "balance_month_ago", _MONTH_AGO, "balance 31 days before the moment", "money", -1,
            Label("payments_balance_month_ago"),
        ),
        _balance(
            "balance_floor_180d", _FLOOR, quantile, "money", -1,
            Label("payments_balance_floor", (5,), within("180d")),
        ),
        _balance(
            "lowest_monthly_balance_180d", day_end("min", "mean_30d", "180d"), monthly, "money", -1,
            Label("payments_lowest_monthly_balance", ("30d",), within("180d")),
        ),
        _balance(
            "lowest_balance_median_6m", month("median", "lowest_balance", "6m", 2), median, "money", -1,
            Label("payments_lowest_balance_median", ("6m",)),
        ),
        _balance(
            "lowest_balance_24m", month("min", "lowest_balance", "24m", 1), ever, "money", -1,
            Label("payments_lowest_balance", ("24m",)),
        ),
    )  # fmt: skip


def _relations() -> tuple[Feature, ...]:
    mean = day_end("mean", "balance", "180d")
    slope = month("slope", "lowest_balance", "12m", 4)
    runway = "5 % quantile of the day-end balance of 180d over mean daily spending of 6m"
    drop = "balance 31 days before the moment less its mean of 180d, in days of median income"
    income = "mean day-end balance of 180d over median monthly income"
    low = "share of day ends in 180d with less than 10 % of median monthly income"
    trend = "Theil-Sen slope of the lowest balance of each 30-day month in 12m, over median monthly income"
    spread = "standard deviation over absolute mean of the day-end balance, 180d"
    spent = month("mean", "daily_outflow", "6m", 2)
    return (
        _balance(
            "balance_month_ago_to_mean_180d", Ratio(Difference(_MONTH_AGO, mean), DAILY_INCOME), drop, "days",
            -1, Label("payments_balance_month_ago_to_mean", ("180d",)),
        ),
        _balance(
            "balance_runway_180d", Ratio(_FLOOR, spent), runway, "days", -1,
            Label("payments_balance_runway", ("180d",)), _JPMC,
        ),
        _balance(
            "balance_to_income_180d", Ratio(mean, INCOME), income, "ratio", -1,
            Label("payments_balance_to_income", ("180d",)),
        ),
        _balance(
            "balance_low_share_180d", day_end("mean", "low", "180d"), low, "share", 1,
            Label("payments_balance_low_share", ("180d", 10)),
        ),
        _balance(
            "balance_variation_180d", day_end("cv", "balance", "180d"), spread, "ratio", 1,
            Label("payments_balance_variation", span=within("180d")),
        ),
        _balance(
            "lowest_balance_trend_12m", Ratio(slope, INCOME), trend, "per month", -1,
            Label("payments_lowest_balance_trend", ("12m",)),
        ),
    )  # fmt: skip


def _apart() -> tuple[Feature, ...]:
    current = day_end("quantile", "current", "180d", 0.05)
    spent = month("mean", "daily_outflow", "6m", 2)
    runway = (
        "5 % quantile of the day-end balance of current accounts alone, 180d, over mean daily spending of 6m"
    )
    saved = "balance of savings accounts at the moment, by their last known balances"
    owed = "what is owed on cards at the moment, by their last known balances; over median monthly income"
    return (
        _balance(
            "current_runway_180d", Ratio(current, spent), runway, "days", -1,
            Label("payments_current_runway", ("180d",)), _JPMC,
        ),
        _balance(
            "savings_now", Term("balance_days", "newest", column="savings"), saved, "money", -1,
            Label("payments_savings_now"),
        ),
        cash_flow(
            name="payments_card_debt_to_income",
            formula=Ratio(Term("balance_days", "newest", column="card_debt"), INCOME),
            label=Label("payments_card_debt_to_income"),
            definition=owed,
            unit="ratio",
            sign=1,
            reason_group="indebtedness",
            missing="no card was seen, none of its balances was known, or there is no income",
            reference=EBA,
        ),
    )  # fmt: skip


def _savings() -> Feature:
    return cash_flow(
        name="payments_savings_share_180d",
        formula=Ratio(total("debit", "180d", among("class", "to_savings")), total("outflow", "180d")),
        label=Label("payments_savings_share", span=within("180d")),
        definition="sum of the payments of class to_savings over all spending in 180d",
        unit="ratio",
        reason_group="spending_pattern",
        missing="no spending, or payments have no kind",
        note="Money put by is no spending: a ratio of the two, and no part of the whole.",
        version=2,
    )


def _interest() -> list[Feature]:
    rows: tuple[tuple[str, str, str, Sign], ...] = (
        ("min", "smallest", "money", -1),
        ("median", "median", "money", -1),
        ("cv", "standard deviation over mean of the", "ratio", 0),
    )
    return [
        cash_flow(
            name=f"payments_interest_received_{statistic}_180d",
            formula=Term(
                "flows", statistic, column="credit", where=(among("class", "interest_in"),), window="180d"
            ),
            label=Label(f"payments_interest_received_{statistic}", span=within("180d")),
            definition=f"{words} credit of class interest_in in 180d",
            unit=unit,
            sign=sign,
            reason_group="balance_buffer",
            missing="no interest was received, or payments have no kind",
            note="Where a bank pays interest every month, the smallest one shows the poorest month.",
            version=2,
        )
        for statistic, words, unit, sign in rows
    ]


def _overdrafts() -> list[Feature]:
    days = [
        _overdraft(
            f"overdraft_days_{span}",
            day_end("sum", "below_zero", span),
            f"day ends with a current account below zero, {span}",
            "days",
            Label("payments_overdraft_days", span=within(span)),
        )
        for span in _OVERDRAFT_SPANS
    ]
    depth = Ratio(day_end("mean", "overdraft_depth", "180d"), INCOME)
    words = "mean over day ends of 180d of how far accounts are below zero, over median monthly income"
    said = Label("payments_overdraft_depth_to_income", ("180d",))
    return [*days, _overdraft("overdraft_depth_to_income_180d", depth, words, "ratio", said)]


def _overdraft(name: str, formula: Formula, words: str, unit: str, label: Label) -> Feature:
    return cash_flow(
        name=f"payments_{name}",
        formula=formula,
        label=label,
        definition=(
            f"{words}; of current accounts alone: savings hide none, a card makes none; {WITHOUT_LENT}"
        ),
        unit=unit,
        sign=1,
        reason_group="overdraft",
        missing="no balance was known, or no income to compare with",
        reference="CFPB (2023), overdraft and non-sufficient-funds fees",
    )
