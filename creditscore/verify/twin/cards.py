"""Every feature of statements and inquiries once more, by name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from operator import itemgetter
from statistics import fmean, stdev
from typing import Any

from creditscore.verify.twin.facts import Past
from creditscore.verify.twin.repayment import (
    ORACLES,
    few,
    have,
    longest,
    oracle,
    quotient,
    slope,
    streak,
    within,
)
from creditscore.verify.twin.stretches import Fact

Reduce = Callable[[list[float]], Any]


def _newest(past: Past) -> list[Fact]:
    return [fact for fact in past.statements if fact["is_newest"]]


def _limited(past: Past) -> list[Fact]:
    return [fact for fact in _newest(past) if fact["limit"] is not None and fact["limit"] > 0]


def _now() -> None:
    oracle("statements_count_12m")(lambda p: float(len(within(p, p.statements, "12m"))))
    oracle("statements_lines")(lambda p: float(len(_newest(p))))
    for name, column in (("balance", "balance"), ("limit", "limit"), ("unused", "unused")):
        oracle(f"statements_{name}_now")(lambda p, c=column: few(have(_newest(p), c), 1, sum))
    oracle("statements_utilisation_now")(
        lambda p: quotient(few(have(_limited(p), "owed"), 1, sum), few(have(_limited(p), "limit"), 1, sum))
    )
    oracle("statements_dpd_now")(lambda p: few(have(_newest(p), "dpd"), 1, max))
    oracle("statements_requested_amount_to_limit")(
        lambda p: quotient(p.application.get("amount"), few(have(_limited(p), "limit"), 1, sum))
    )
    oracle("statements_balance_to_mean_6m")(
        lambda p: quotient(
            few(have(p.statements, "owed"), 1, lambda v: v[-1]),
            few(have(within(p, p.statements, "6m"), "owed"), 1, fmean),
        )
    )


def _windows() -> None:
    rows: tuple[tuple[str, str, Reduce], ...] = (
        ("utilisation_max", "utilisation", max),
        ("utilisation_mean", "utilisation", fmean),
        ("over_limit", "over", sum),
        ("transactor_share", "in_full", fmean),
        ("minimum_share", "minimal", fmean),
        ("no_payment_share", "nothing", fmean),
        ("payment_ratio_mean", "payment_ratio", fmean),
        ("payment_ratio_min", "payment_ratio", min),
        ("payment_to_limit_mean", "payment_to_limit", fmean),
        ("payment_mean", "payment", fmean),
        ("payment_min", "payment", min),
        ("payment_max", "payment", max),
        ("balance_mean", "balance", fmean),
        ("balance_max", "balance", max),
        ("balance_min", "balance", min),
        ("charges_mean", "charges", fmean),
        ("cash_advances", "cash", sum),
        ("dpd_max", "dpd", max),
        ("dpd_mean", "dpd", fmean),
        ("late_share", "dpd", lambda v: sum(x != 0 for x in v) / len(v)),
    )
    for window in ("3m", "6m", "12m"):
        for name, column, reduce in rows:
            oracle(f"statements_{name}_{window}")(
                lambda p, w=window, c=column, r=reduce: few(have(within(p, p.statements, w), c), 1, r)
            )
        oracle(f"statements_cash_advance_months_{window}")(
            lambda p, w=window: float(sum(cash > 0 for cash in have(within(p, p.statements, w), "cash")))
        )
        oracle(f"statements_paid_to_balance_{window}")(
            lambda p, w=window: quotient(
                few(have(within(p, p.statements, w), "paid_of"), 1, sum),
                few(have(within(p, p.statements, w), "previous"), 1, sum),
            )
        )


def over_mean(values: list[float]) -> float | None:
    """A slope over the mean."""
    return quotient(slope(values), fmean(values))


def _trends() -> None:
    rows: tuple[tuple[str, str, str | None, Reduce, int], ...] = (
        ("utilisation_slope_6m", "utilisation", "6m", slope, 3),
        ("utilisation_slope_12m", "utilisation", "12m", slope, 3),
        ("utilisation_std_6m", "utilisation", "6m", stdev, 2),
        ("balance_trend_6m", "owed", "6m", over_mean, 3),
        ("payment_trend_6m", "payment", "6m", over_mean, 3),
        ("dpd_slope_6m", "dpd", "6m", slope, 3),
        ("late_streak", "dpd", "12m", streak, 1),
        ("late_streak_max", "dpd", None, longest, 1),
        ("on_time_streak", "dpd", "12m", lambda v: streak([float(x <= 0) for x in v]), 1),
        ("no_payment_streak", "nothing", "12m", streak, 1),
    )
    for name, column, window, reduce, least in rows:
        oracle(f"statements_{name}")(
            lambda p, w=window, c=column, r=reduce, n=least: few(have(within(p, p.statements, w), c), n, r)
        )


def _lags() -> None:
    columns = ("balance", "utilisation", "payment", "payment_ratio", "payment_to_limit", "dpd")
    for column in columns:
        for lag in range(1, 7):
            oracle(f"statements_{column}_lag_{lag}")(
                lambda p, c=column, k=lag: few(have(within(p, p.statements, "12m"), c), k, itemgetter(-k))
            )


def recent(past: Past, inquiry: Fact, window: str) -> bool:
    """Whether an inquiry lies within so many days of the moment."""
    return bool(past.moment - inquiry["event_time"] <= timedelta(days=int(window[:-1])))


def searches(times: list[datetime]) -> int:
    """The fewest stretches of 14 days that cover some times: each begins at the first not covered."""
    count = 0
    while times:
        count += 1
        times = [time for time in times if time - times[0] >= timedelta(days=14)]
    return count


def _inquiries() -> None:
    for window in ("30d", "90d", "180d", "365d"):
        oracle(f"inquiries_{window}")(
            lambda p, w=window: float(searches([i["event_time"] for i in p.inquiries if recent(p, i, w)]))
        )
    oracle("inquiries_lenders_180d")(
        lambda p: float(
            len({i["lender"] for i in p.inquiries if (p.moment - i["event_time"]).days < 180 and i["lender"]})
        )
    )


for _family in (_now, _windows, _trends, _lags, _inquiries):
    _family()

# Of loans, and of cards and inquiries, which were added here.
ORACLES_OF_ALL = ORACLES
