"""Whether bills are paid, and when."""

from __future__ import annotations

from functools import partial
from typing import Final

from creditscore.features.definition import Feature
from creditscore.features.formula import Condition, Covered, Formula, Ratio, Share, Term
from creditscore.features.payments.declared.terms import NO_PUBLIC_DATA, Sign
from creditscore.words.labels import Label, within

_YEAR: Final = "365d"
_FICO: Final = "telecom and utility bills as in FICO Score XD"
_DECIDED: Final = Condition("on_time", "ge", 0.0)
_bill: Final = partial(
    Feature,
    source="bills",
    missing="no bills were known",
    legal_tags=("bill_data",),
    note=NO_PUBLIC_DATA,
    version=2,
)


def bill_features() -> tuple[Feature, ...]:
    """Return timeliness, lateness and open bills."""
    return (*_coverage(), *_shares(), *_lateness(), *_open())


def _term(statistic: str, column: str, window: str | None = None, minimum: int = 0) -> Term:
    return Term("bill_states", statistic, column=column, window=window, minimum_rows=minimum)


def _coverage() -> tuple[Feature, ...]:
    rows: tuple[tuple[str, Formula, str, str], ...] = (
        ("covered", Covered("bills"), "1 if bills were there at the moment, else 0", "0/1"),
        ("history_days", Term("bill_states", "age"), "days since the oldest bill fell due", "days"),
        ("stale_days", Term("bill_states", "recency"), "days since the newest bill fell due", "days"),
    )
    return tuple(
        _bill(
            name=f"bills_{name}",
            formula=formula,
            label=Label(f"bills_{name}"),
            definition=words,
            unit=unit,
            reference="coverage",
            # who shows fewer bills is never the better for it
            sign=-1 if name == "history_days" else 0,
        )
        for name, formula, words, unit in rows
    )


def _shares() -> list[Feature]:
    return [
        _bill(
            name=f"bills_on_time_share_{window}",
            formula=Share(
                _term("sum", "on_time", window), _term("count", "on_time", window), prior=0.9, minimum=3.0
            ),
            label=Label("bills_on_time_share", span=within(window)),
            definition=f"(k + 5 * 0.9) / (n + 5): k of the n bills due in {window} were paid by their "
            "day; at least 3",
            unit="share",
            sign=-1,
            reason_group="bills",
            missing="fewer than 3 bills due",
            reference=_FICO,
        )
        for window in ("180d", _YEAR)
    ]


def _lateness() -> tuple[Feature, ...]:
    decided = Term("bill_states", "sum", column="due_amount", window=_YEAR, where=(_DECIDED,), minimum_rows=3)
    weighted = Ratio(_term("sum", "late_amount", _YEAR, 3), decided)
    last = Term("bill_states", "mean", column="days_late", last=3, minimum_rows=3)
    streak = "newest bills in a row paid in time; at least 3 bills"
    slope = "Theil-Sen slope of days late from bill to bill, 365d; at least 6"
    late = "days late weighted by amount, each part of a bill by when it was paid, 365d; at least 3 bills"
    mean = "mean days late, 365d; at least 3 bills"
    return (
        _of_bills(
            "days_late_by_amount_365d", weighted, late, "days", 1,
            Label("bills_days_late_by_amount", (_YEAR,)),
        ),
        _of_bills(
            "days_late_mean_365d", _term("mean", "days_late", _YEAR, 3), mean, "days", 1,
            Label("bills_days_late_mean", (_YEAR,)),
        ),
        _of_bills(
            "days_late_max_365d", _term("max", "days_late", _YEAR, 1), "most days late, 365d", "days", 1,
            Label("bills_days_late_max", span=within(_YEAR)),
        ),
        _of_bills(
            "days_late_last_3", last, "mean days late of the last 3 bills", "days", 1,
            Label("bills_days_late_last", (3,)),
        ),
        _of_bills(
            "days_late_slope_365d", _term("slope", "days_late", _YEAR, 6), slope, "days per bill", 1,
            Label("bills_days_late_slope", (_YEAR,)),
        ),
        _of_bills("on_time_streak", _term("streak", "on_time", None, 3), streak, "count", -1),
    )  # fmt: skip


def _open() -> tuple[Feature, ...]:
    rows: tuple[tuple[str, Formula, str, str, Sign, Label | None], ...] = (
        (
            "overdue_count",
            _term("sum", "is_overdue", None, 1),
            "bills overdue at the moment",
            "count",
            1,
            None,
        ),
        (
            "overdue_amount",
            _term("sum", "overdue_amount", None, 1),
            "what is not paid of the bills overdue at the moment",
            "money",
            1,
            None,
        ),
        (
            "due_count_365d",
            Term("bill_states", "count", window=_YEAR),
            "bills that fell due, 365d",
            "count",
            0,
            Label("bills_due_count", span=within(_YEAR)),
        ),
        (
            "due_amount_365d",
            _term("sum", "due_amount", _YEAR),
            "amount of bills that fell due, 365d",
            "money",
            0,
            Label("bills_due_amount", span=within(_YEAR)),
        ),
    )
    return tuple(_of_bills(*row) for row in rows)


def _of_bills(
    name: str, formula: Formula, words: str, unit: str, sign: Sign, label: Label | None = None
) -> Feature:
    return _bill(
        name=f"bills_{name}",
        formula=formula,
        label=label or Label(f"bills_{name}"),
        definition=f"{words}; open bills count as late up to the moment, paid means at least 99 % paid, "
        "days are those of the local calendar",
        unit=unit,
        sign=sign,
        reason_group="bills",
        missing="no or too few bills due",
        reference=_FICO,
    )
