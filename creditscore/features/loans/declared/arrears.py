"""Days past due: now, month by month, and episode by episode."""

from __future__ import annotations

from typing import Final

from creditscore.features.definition import Feature
from creditscore.features.formula import Condition, Share, Term
from creditscore.features.loans.declared.terms import (
    MONTHS,
    NO_LOANS,
    SPANS,
    Sign,
    lent,
    loans,
    months,
    spoken,
    suffix,
)
from creditscore.words.labels import Label, within

_DEGREES: Final = (30, 60, 90)
_NO_EPISODE: Final = "no loan had ever been past due"


def arrears_features() -> tuple[Feature, ...]:
    """Return days past due now and before, and months, moves and episodes past due."""
    return (*_days_past_due(), *_months_past_due(), *_rolls(), *_episodes())


def _days_past_due() -> tuple[Feature, ...]:
    now = lent(
        name="repayment_dpd_now",
        formula=loans("max", "dpd_now"),
        label=Label("repayment_dpd_now"),
        definition="largest days past due of any loan at the moment",
        unit="days",
        sign=1,
        reason_group="current_arrears",
    )
    worst = (
        lent(
            name=f"repayment_worst_dpd_{suffix(window)}",
            formula=months("max", "worst_dpd", window),
            label=Label("repayment_worst_dpd", span=within(window)),
            definition=f"largest days past due of any loan at any time {spoken(window)}",
            unit="days",
            sign=1,
            reason_group="past_arrears",
        )
        for window in ("3m", *SPANS)
    )
    return (now, *worst)


def _months_past_due() -> tuple[Feature, ...]:
    counted = tuple(
        lent(
            name=f"repayment_months_past_due{mark}_{window}",
            formula=months("sum", f"past_due{mark}", window),
            label=Label("repayment_months_past_due", (least,), within(window)),
            definition=f"months of {window} in which a loan was {least} or more days past due",
            unit="count",
            sign=1,
            reason_group="past_arrears",
        )
        for mark, least in (("", 1), ("_30", 30), ("_60", 60), ("_90", 90))
        for window in MONTHS
    )
    since = tuple(
        lent(
            name=f"repayment_months_since_{degree}",
            formula=months("newest", f"months_since_{degree}"),
            label=Label("repayment_months_since_past_due", (degree,)),
            definition="calendar months, counted back from the moment, since some loan was last "
            f"{degree} or more days past due; 0 in that month; never: months since the first loan",
            unit="months",
            sign=-1,
            reason_group="past_arrears",
        )
        for degree in _DEGREES
    )
    ever = tuple(
        lent(
            name=f"repayment_ever_{degree}",
            formula=months("exists", f"past_due_{degree}", None, Condition(f"past_due_{degree}", "eq", 1.0)),
            label=Label("repayment_ever_past_due", (degree,)),
            definition=f"1 if some loan was ever {degree} or more days past due, else 0",
            unit="0/1",
            sign=1,
            reason_group="past_arrears",
        )
        for degree in _DEGREES
    )
    return (*counted, *since, *ever)


def _rolls() -> tuple[Feature, ...]:
    rows = (
        ("0_30", "rolled_to_30", "below_30", 0.03, "below 30", Label("repayment_roll_from_below", ("30d",))),
        ("30_60", "rolled_to_60", "at_30", 0.35, "30 to 59", Label("repayment_roll_from", (30, "59d"))),
        ("60_90", "rolled_to_90", "at_60", 0.6, "60 to 89", Label("repayment_roll_from", (60, "89d"))),
    )
    return tuple(
        lent(
            name=f"repayment_roll_{name}",
            formula=Share(_moves(rolled), _moves(inside), prior=prior, minimum=1.0),
            label=label,
            definition=f"months of loans that began {words} days past due and ended in a worse degree, over "
            f"months that began so; shrunk by 5 months towards {prior}",
            unit="share",
            sign=1,
            reason_group="past_arrears",
            missing=f"no month of a loan began {words} days past due",
        )
        for name, rolled, inside, prior, words, label in rows
    )


def _moves(column: str) -> Term:
    return Term("loan_month_states", "sum", column=column)


_EPISODES: Final[tuple[tuple[str, str, str | None, str | None, str, Label, str, Sign, str], ...]] = (
    (
        "episodes_12m",
        "count",
        None,
        "12m",
        "times that a loan came to be past due in 12m",
        Label("repayment_episodes", span=within("12m")),
        "count",
        1,
        "",
    ),
    (
        "episodes_24m",
        "count",
        None,
        "24m",
        "times that a loan came to be past due in 24m",
        Label("repayment_episodes", span=within("24m")),
        "count",
        1,
        "",
    ),
    (
        "episode_days_max",
        "max",
        "length_days",
        None,
        "longest time past due",
        Label("repayment_episode_days_max"),
        "days",
        1,
        _NO_EPISODE,
    ),
    (
        "episode_days_24m",
        "sum",
        "length_days",
        "24m",
        "days past due begun in 24m, by loan",
        Label("repayment_episode_days", ("24m",)),
        "days",
        1,
        "",
    ),
    (
        "cure_days",
        "median",
        "days_to_cure",
        None,
        "median days past due until cured",
        Label("repayment_cure_days"),
        "days",
        1,
        _NO_EPISODE,
    ),
    (
        "relapses",
        "sum",
        "is_relapse",
        None,
        "times past due again after being cured",
        Label("repayment_relapses"),
        "count",
        1,
        "",
    ),
)


def _episodes() -> tuple[Feature, ...]:
    counted = tuple(
        lent(
            name=f"repayment_{name}",
            formula=Term("episodes", statistic, column=column, window=window),
            label=label,
            definition=f"{words}; an unbroken stretch past due counts once",
            unit=unit,
            sign=sign,
            reason_group="past_arrears",
            missing=missing or NO_LOANS,
        )
        for name, statistic, column, window, words, label, unit, sign, missing in _EPISODES
    )
    cured = Term("episodes", "sum", column="is_cured"), Term("episodes", "count", column="is_cured")
    rate = lent(
        name="repayment_cure_rate",
        formula=Share(*cured, prior=0.7, minimum=1.0),
        label=Label("repayment_cure_rate"),
        definition="times past due followed by 90 days without, or by the end of the loan, over all times of "
        "which this can be told; shrunk by 5 towards 0.7",
        unit="share",
        sign=-1,
        reason_group="past_arrears",
        missing=_NO_EPISODE,
    )
    return (*counted, rate)
