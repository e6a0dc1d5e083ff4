"""Every repayment feature once more, by name, from the facts: plain statistics of plain lists."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from statistics import fmean, median, stdev
from typing import Any

from creditscore.verify.twin.facts import Past
from creditscore.verify.twin.loan import DAY
from creditscore.verify.twin.stretches import Fact

Value = float | None
Oracle = Callable[..., Any]
ORACLES: dict[str, Oracle] = {}


def within(past: Past, facts: list[Fact], window: str | None) -> list[Fact]:
    """The facts of a window that ends at the moment."""
    if window is None:
        return facts
    count = int(window[:-1])
    start = past.back(count) if window.endswith("m") else past.moment - timedelta(days=count)
    return [fact for fact in facts if start <= fact["time"]]


def have(facts: list[Fact], name: str) -> list[Any]:
    """The values that are there."""
    return [fact[name] for fact in facts if fact[name] is not None]


def few(values: list[float], least: int, reduce: Callable[[list[float]], float]) -> Value:
    """A statistic, if there are enough values."""
    return reduce(values) if len(values) >= max(least, 1) else None


def shrunk(part: float, whole: float, prior: float) -> float:
    """A share with five more that are as the prior says."""
    return (part + 5 * prior) / (whole + 5)


def quotient(part: Value, whole: Value) -> Value:
    """A ratio, None where it is not defined."""
    return None if part is None or whole is None or whole == 0 else part / whole


def slope(values: list[float]) -> Value:
    """Median of the slopes between all pairs."""
    if len(values) < 3:
        return None
    return median((b - a) / (j - i) for i, a in enumerate(values) for j, b in enumerate(values) if i < j)


def relative_slope(values: list[float]) -> Value:
    """The same over the absolute median."""
    return quotient(slope(values), abs(median(values)) if values else None)


def spread(values: list[float]) -> Value:
    """1.4826 times the median absolute deviation over the absolute median."""
    middle = median(values)
    return quotient(1.4826 * median(abs(value - middle) for value in values), abs(middle))


def streak(values: list[float]) -> float:
    """How many of the newest in a row are not 0."""
    count = 0
    for value in reversed(values):
        if value == 0:
            break
        count += 1
    return float(count)


def longest(values: list[float]) -> float:
    """The longest run that is not 0."""
    return max(streak(values[: k + 1]) for k in range(len(values)))


def gaps(facts: list[Fact]) -> list[float]:
    """Days between neighbours."""
    return [(b["time"] - a["time"]) / DAY for a, b in pairwise(facts)]


def since(past: Past, facts: list[Fact], pick: Callable[[Any], Any]) -> Value:
    """Days from the newest or oldest fact."""
    return (past.moment - pick(fact["time"] for fact in facts)) / DAY if facts else None


def oracle(name: str) -> Callable[[Oracle], Oracle]:
    """Say what a feature should be."""

    def keep(function: Oracle) -> Oracle:
        ORACLES[name] = function
        return function

    return keep


def _coverage() -> None:
    for source, facts in (("loans", lambda p: p.loans), ("inquiries", lambda p: p.searches)):
        oracle(f"{source}_covered")(lambda p, s=source: float(p.covered[s]))
        oracle(f"{source}_history_days")(lambda p, f=facts: since(p, f(p), min))
        oracle(f"{source}_stale_days")(lambda p, f=facts: since(p, f(p), max))
    oracle("repayment_stale_days")(lambda p: since(p, p.instalments, max))
    oracle("statements_stale_days")(lambda p: since(p, p.statements, max))
    oracle("statements_history_days")(lambda p: since(p, p.statements, min))


def _arrears() -> None:
    oracle("repayment_dpd_now")(lambda p: few(have(p.loans, "dpd"), 1, max))
    for window in ("3m", "6m", "12m", "24m", None):
        oracle(f"repayment_worst_dpd_{window or 'ever'}")(
            lambda p, w=window: few(have(within(p, p.months, w), "worst"), 1, max)
        )
    for window in ("6m", "12m", "24m"):
        for mark, least in (("", 1), ("_30", 30), ("_60", 60), ("_90", 90)):
            oracle(f"repayment_months_past_due{mark}_{window}")(
                lambda p, w=window, x=least: float(sum(v >= x for v in have(within(p, p.months, w), "worst")))
            )
    for degree in (30, 60, 90):
        oracle(f"repayment_months_since_{degree}")(lambda p, x=degree: _months_since(p, x))
        oracle(f"repayment_ever_{degree}")(
            lambda p, x=degree: float(any(v >= x for v in have(p.months, "worst")))
        )
    for name, low, prior in (("0_30", 0, 0.03), ("30_60", 30, 0.35), ("60_90", 60, 0.6)):
        oracle(f"repayment_roll_{name}")(lambda p, a=low, q=prior: _roll(p, a, q))


def _months_since(past: Past, degree: int) -> Value:
    worst = have(past.months, "worst")
    back = [k for k, value in enumerate(reversed(worst)) if value >= degree]
    return float(back[0] if back else len(worst)) if worst else None


def _roll(past: Past, low: int, prior: float) -> Value:
    inside = [move for move in past.moves if low <= move["dpd"] < low + 30]
    rolled = [move for move in inside if move["next"] >= low + 30]
    return shrunk(len(rolled), len(inside), prior) if inside else None


def _episodes() -> None:
    for window in ("12m", "24m"):
        oracle(f"repayment_episodes_{window}")(lambda p, w=window: float(len(within(p, p.episodes, w))))
    oracle("repayment_episode_days_max")(lambda p: few(have(p.episodes, "length"), 1, max))
    oracle("repayment_episode_days_24m")(lambda p: float(sum(have(within(p, p.episodes, "24m"), "length"))))
    oracle("repayment_cure_days")(
        lambda p: few([e["length"] for e in p.episodes if e["cured"] == 1], 1, median)
    )
    oracle("repayment_relapses")(lambda p: float(sum(have(p.episodes, "relapse"))))
    oracle("repayment_cure_rate")(
        lambda p: few(have(p.episodes, "cured"), 1, lambda cured: shrunk(sum(cured), len(cured), 0.7))
    )


def timely(fact: Fact) -> float:
    """Whether the borrower paid an instalment in time."""
    return float(fact["late"] <= 0 and not fact["other"])


def _instalments() -> None:
    reductions: tuple[tuple[str, str, Callable[[Fact], float], Callable[[list[float]], float]], ...] = (
        ("on_time_share", "late", timely, fmean),
        ("days_late_mean", "late", lambda i: max(i["late"], 0.0), fmean),
        ("days_late_max", "late", lambda i: max(i["late"], 0.0), max),
        ("days_early_mean", "late", lambda i: 0.0 if i["other"] else max(-i["late"], 0.0), fmean),
        ("part_paid_share", "part", lambda i: i["part"], fmean),
    )
    for window in ("6m", "12m", "24m", None):
        for name, needs, value, reduce in reductions:
            oracle(f"repayment_{name}_{window or 'ever'}")(
                lambda p, w=window, n=needs, v=value, r=reduce: few(
                    [v(i) for i in within(p, p.instalments, w) if i[n] is not None], 3, r
                )
            )
    for window in ("12m", None):
        end = window or "ever"
        oracle(f"repayment_instalments_due_{end}")(
            lambda p, w=window: float(len(have(within(p, p.instalments, w), "amount")))
        )
        oracle(f"repayment_paid_ratio_{end}")(
            lambda p, w=window: _weighted(within(p, p.instalments, w), lambda i: i["paid"], "decided")
        )
        oracle(f"repayment_days_late_weighted_{end}")(
            lambda p, w=window: _weighted(
                within(p, p.instalments, w), lambda i: i["amount"] * max(i["late"], 0), "decided"
            )
        )
        oracle(f"repayment_shortfall_{end}")(
            lambda p, w=window: _weighted(within(p, p.instalments, w), lambda i: i["short"], "decided")
        )


def _weighted(facts: list[Fact], value: Callable[[Fact], float], needs: str) -> Value:
    facts = [fact for fact in facts if fact[needs] is not None]
    if len(facts) < 3:
        return None
    return quotient(sum(value(fact) for fact in facts), sum(fact["amount"] for fact in facts))


def _runs() -> None:
    def in_time(past: Past) -> list[float]:
        return [timely(i) for i in past.instalments if i["late"] is not None]

    def late(past: Past) -> list[float]:
        return [float(days > 0) for days in have(past.instalments, "late")]

    oracle("repayment_on_time_streak")(lambda p: few(in_time(p), 1, streak))
    oracle("repayment_on_time_streak_max")(lambda p: few(in_time(p), 1, longest))
    oracle("repayment_late_streak")(lambda p: few(late(p), 1, streak))
    oracle("repayment_late_streak_max")(lambda p: few(late(p), 1, longest))
    for name, reduce in (("slope", slope), ("volatility", spread), ("std", stdev)):
        oracle(f"repayment_days_late_{name}")(
            lambda p, r=reduce: few(have(p.instalments, "late")[-12:], 6, r)
        )
    oracle("repayment_paid_by_others_share")(
        lambda p: few([float(i["other"]) for i in p.instalments if i["late"] is not None], 1, fmean)
    )
    oracle("repayment_autopay_share")(lambda p: few(have(p.instalments, "autopay"), 1, fmean))
    oracle("repayment_days_since_late")(
        lambda p: since(p, [i for i in p.instalments if i["late"] is not None and i["late"] > 0], max)
    )
    oracle("repayment_days_late_change")(lambda p: few(have(p.instalments, "change"), 1, lambda v: v[-1]))


def _by_count() -> None:
    by_time = {"days_late": lambda i: i["late"], "on_time": timely}
    loans = {
        "loan_amount": "amount", "loan_term": "term", "annual_rate": "rate",
        "days_late_at_close": "close_late", "first_days_late": "first_late",
        "loan_on_time": "on_time", "loan_days_late": "mean_late",
        "held_share_of_term": "held", "days_to_first_payment": "to_first", "days_paying": "paying",
    }  # fmt: skip
    for count in (1, 3, 5, 10):
        for end, part in (("last", slice(-count, None)), ("first", slice(count))):
            tail = f"mean_{end}_{count}"
            for name, value in by_time.items():
                oracle(f"repayment_{name}_{tail}")(
                    lambda p, v=value, s=part: few(
                        [v(i) for i in p.instalments if i["late"] is not None][s], 1, fmean
                    )
                )
            oracle(f"repayment_instalment_amount_{tail}")(
                lambda p, s=part: few(have(p.instalments, "amount")[s], 1, fmean)
            )
            for name, column in loans.items():
                oracle(f"repayment_{name}_{tail}")(
                    lambda p, c=column, s=part: few(have(p.loans, c)[s], 1, fmean)
                )


def _loans() -> None:
    oracle("repayment_loans_ever")(lambda p: float(len(p.loans)))
    oracle("repayment_loans_open")(lambda p: sum(have(p.loans, "is_open")))
    oracle("repayment_loans_closed_clean")(lambda p: sum(have(p.loans, "clean")))
    oracle("repayment_closed_clean_share")(
        lambda p: few(
            have([loan for loan in p.loans if loan["since_close"] is not None], "clean"),
            1,
            lambda clean: shrunk(sum(have(p.loans, "clean")), len(clean), 0.85),
        )
    )
    oracle("repayment_days_on_book_oldest")(lambda p: few(have(p.loans, "age"), 1, max))
    oracle("repayment_days_on_book_newest")(lambda p: few(have(p.loans, "age"), 1, min))
    oracle("repayment_thin")(lambda p: float(not any(loan["age"] >= 180 for loan in p.loans)))
    oracle("repayment_opening_gap_mean")(lambda p: few(gaps(p.loans), 1, fmean))
    oracle("repayment_opening_gap_cv")(lambda p: few(gaps(p.loans), 2, lambda g: stdev(g) / fmean(g)))
    for window in ("7d", "30d", "90d", "180d", "365d"):
        oracle(f"repayment_loans_opened_{window}")(lambda p, w=window: float(len(within(p, p.loans, w))))
    oracle("repayment_lenders")(
        lambda p: float(len(set(have(p.loans, "lender")) | set(have(p.guaranteed, "lender"))))
    )
    oracle("repayment_loans_closed_late_share")(
        lambda p: few(have(p.loans, "close_late"), 1, lambda v: shrunk(sum(x > 0 for x in v), len(v), 0.2))
    )
    oracle("repayment_restructured")(lambda p: sum(have(p.loans, "restructured")))
    oracle("repayment_written_off_ever")(lambda p: float(any(have(p.loans, "written_off"))))
    oracle("repayment_days_since_written_off")(
        lambda p: few([(p.moment - when) / DAY for when in have(p.loans, "written_off")], 1, min)
    )


def _one_column() -> None:
    rows: tuple[tuple[str, str, Callable[[list[float]], Value], int], ...] = (
        ("days_since_last_close", "since_close", min, 1),
        ("days_between_loans_mean", "pause", fmean, 1),
        ("days_late_at_close_max", "close_late", max, 1),
        ("days_late_at_close_std", "close_late", stdev, 2),
        ("days_late_at_close_slope", "close_late", lambda v: slope(v[-12:]), 3),
        ("held_share_of_term_mean", "held", fmean, 1),
        ("prepayments", "prepayments", sum, 1),
        ("first_payment_default", "first_30", max, 1),
        ("early_default", "early_60", max, 1),
        ("outstanding", "outstanding", sum, 1),
        ("overdue_amount", "overdue", sum, 1),
        ("paid_total", "paid", sum, 1),
        ("amount_max", "amount", max, 1),
        ("amount_slope", "amount", lambda v: relative_slope(v[-12:]), 3),
        ("amount_to_previous_newest", "growth", lambda v: v[-1], 1),
        ("annual_rate_max", "rate", max, 1),
    )
    for name, column, reduce, least in rows:
        oracle(f"repayment_{name}")(lambda p, c=column, r=reduce, n=least: few(have(p.loans, c), n, r))


def _quotients() -> None:
    def total(past: Past, column: str, *, only_open: bool = False) -> Value:
        facts = [loan for loan in past.loans if loan["is_open"] == 1 or not only_open]
        return few(have(facts, column), 1, sum)

    oracle("repayment_prepaid_share")(lambda p: quotient(total(p, "prepaid"), total(p, "paid")))
    oracle("repayment_overdue_share")(lambda p: quotient(total(p, "overdue"), total(p, "total_due")))
    oracle("repayment_amortised_share")(
        lambda p: quotient(total(p, "paid", only_open=True), total(p, "total_due", only_open=True))
    )
    oracle("repayment_outstanding_to_income")(lambda p: quotient(total(p, "outstanding"), p.monthly_income))
    oracle("repayment_instalments_to_income")(
        lambda p: quotient(total(p, "monthly", only_open=True) or 0.0, p.monthly_income)
    )
    picks = {"max": max, "mean": fmean, "newest": lambda v: v[-1], "oldest": lambda v: v[0]}
    for name, attribute, column in (("amount", "amount", "amount"), ("term", "term_days", "term")):
        for statistic, pick in picks.items():
            oracle(f"repayment_requested_{name}_to_{statistic}")(
                lambda p, a=attribute, c=column, f=pick: quotient(
                    p.application.get(a), few(have(p.loans, c), 1, f)
                )
            )
    oracle("repayment_requested_amount_to_paid")(
        lambda p: quotient(p.application.get("amount"), total(p, "paid"))
    )
    oracle("repayment_guaranteed_loans")(lambda p: float(len(p.guaranteed)))
    oracle("repayment_guaranteed_worst_dpd")(lambda p: few(have(p.guaranteed, "worst"), 1, max))
    oracle("repayment_guaranteed_dpd_now")(lambda p: few(have(p.guaranteed, "dpd"), 1, max))
    oracle("repayment_guaranteed_outstanding")(lambda p: few(have(p.guaranteed, "outstanding"), 1, sum))


for _family in (
    _coverage,
    _arrears,
    _episodes,
    _instalments,
    _runs,
    _by_count,
    _loans,
    _one_column,
    _quotients,
):
    _family()


def expected(name: str, past: Past) -> float:
    """What a feature of loans should be; NaN where it is not defined or its source is not there."""
    source = "inquiries" if name.startswith("inquiries_") else "loans"
    if not past.covered[source] and not name.endswith("_covered"):
        return math.nan
    value = ORACLES[name](past)
    return math.nan if value is None else float(value)
