"""Amounts, terms and prices of earlier loans, the request against them, and loans guaranteed for others."""

from __future__ import annotations

from typing import Final

from creditscore.features.definition import Feature
from creditscore.features.formula import Attribute, Ratio, Term
from creditscore.features.loans.declared.terms import (
    COUNTS,
    HOME_CREDIT,
    NO_SCHEDULE,
    Line,
    Sign,
    bounds_of,
    declare,
    lent,
    loans,
    some,
    taken,
)
from creditscore.words.labels import EVER, Label


def request_features() -> tuple[Feature, ...]:
    """Return the request against earlier loans, the newest and oldest loans, and guarantees."""
    return (*declare(_REQUESTS), *_by_count(), *_guaranteed())


def _requested(attribute: str, column: str, statistic: str, which: str, group: str) -> Line:
    unit = {"amount": "amount", "term_days": "term"}[attribute]
    return Line(
        f"requested_{unit}_to_{statistic}",
        Ratio(Attribute(attribute), loans(statistic, column)),
        f"requested {unit} over the {which} {unit} of earlier loans",
        "ratio",
        0,
        group,
        f"no loans were known, or the application names no {unit}",
        HOME_CREDIT,
    )


_WHICH: Final = (("max", "largest"), ("mean", "mean"), ("newest", "newest"), ("oldest", "first"))
_REQUESTS: Final = (
    *(_requested("amount", "amount", statistic, which, "amount_requested") for statistic, which in _WHICH),
    *(
        _requested("term_days", "term_days", statistic, which, "term_requested")
        for statistic, which in _WHICH
    ),
    Line(
        "requested_amount_to_paid",
        Ratio(Attribute("amount"), loans("sum", "paid_total", minimum=1)),
        "requested amount over all money paid on loans so far",
        "ratio",
        0,
        "amount_requested",
        "nothing had been paid by a schedule, or the application names no amount",
        HOME_CREDIT,
        span=EVER,
    ),
    Line("amount_max", loans("max", "amount"), "largest loan so far", "money", 0, "credit_amount", span=EVER),
    Line(
        "amount_slope",
        Term("loan_states", "trend", column="amount", last=12),
        "Theil-Sen slope per loan of the amounts over their median, newest 12",
        "ratio",
        0,
        "credit_amount",
        "fewer than 3 loans were known",
        HOME_CREDIT,
        parameters=(12,),
    ),
    Line(
        "amount_to_previous_newest",
        loans("newest", "amount_to_previous"),
        "amount of the newest loan over the one before",
        "ratio",
        0,
        "credit_amount",
        "fewer than 2 loans were known",
        HOME_CREDIT,
    ),
    Line(
        "annual_rate_max",
        loans("max", "annual_rate"),
        "largest yearly rate: 12 times the monthly rate at which the instalments are worth the amount lent "
        "(12 CFR 1026, appendix J; a month is 365/12 days, its parts count by simple interest)",
        "ratio",
        0,
        "price_terms",
        NO_SCHEDULE,
        HOME_CREDIT,
    ),
)

_COUNTED: Final[tuple[tuple[str, str, str, str, Sign, str], ...]] = (
    ("loan_amount", "amount", "amount", "money", 0, "credit_amount"),
    ("loan_term", "term_days", "term", "days", 0, "price_terms"),
    (
        "annual_rate",
        "annual_rate",
        "yearly rate, 12 times the monthly internal rate of the schedule,",
        "ratio",
        0,
        "price_terms",
    ),
    (
        "days_late_at_close",
        "days_late_at_close",
        "days from last due date to close",
        "days",
        1,
        "payment_timeliness",
    ),
    (
        "first_days_late",
        "first_days_late",
        "days late of the first instalment",
        "days",
        1,
        "payment_timeliness",
    ),
    ("loan_on_time", "on_time_share", "share of instalments on time", "share", -1, "payment_timeliness"),
    ("loan_days_late", "mean_days_late", "mean days late", "days", 1, "payment_timeliness"),
    (
        "held_share_of_term",
        "held_share_of_term",
        "share of the term until close",
        "ratio",
        0,
        "payment_timeliness",
    ),
    (
        "days_to_first_payment",
        "days_to_first_payment",
        "days from opening to first payment",
        "days",
        0,
        "payment_timeliness",
    ),
    (
        "days_paying",
        "days_paying",
        "days from first payment to the end of the loan",
        "days",
        0,
        "payment_timeliness",
    ),
)


def _by_count() -> tuple[Feature, ...]:
    return tuple(
        lent(
            name=f"repayment_{name}_mean_{end}_{count}",
            formula=Term(
                "loan_states",
                "mean",
                column=column,
                last=count if end == "last" else None,
                first=count if end == "first" else None,
            ),
            label=Label(f"repayment_{name}", span=taken(end, count, "loan")),
            definition=f"mean of the {words} of {some(end, count, 'loan')} that has it",
            unit=unit,
            sign=sign,
            reason_group=group,
            missing=f"no loan with a known {words}",
            reference=HOME_CREDIT,
            bounds=bounds_of(name, unit),
        )
        for name, column, words, unit, sign, group in _COUNTED
        for end in ("last", "first")
        for count in COUNTS
    )


def _guaranteed() -> tuple[Feature, ...]:
    def of(statistic: str, column: str | None = None, minimum: int = 0) -> Term:
        return Term("guaranteed_loans", statistic, column=column, minimum_rows=minimum)

    lines = (
        Line("guaranteed_loans", of("count"), "loans guaranteed for others", "count", 1, "guarantees"),
        Line(
            "guaranteed_worst_dpd",
            of("max", "worst_dpd"),
            "largest days past due of loans guaranteed for others",
            "days",
            1,
            "guarantees",
            "no loan was guaranteed for others",
        ),
        Line(
            "guaranteed_dpd_now",
            of("max", "dpd_now"),
            "largest days past due now of loans guaranteed for others",
            "days",
            1,
            "guarantees",
            "no loan was guaranteed for others",
        ),
        Line(
            "guaranteed_outstanding",
            of("sum", "outstanding", 1),
            "all that is still to be paid on loans guaranteed for others",
            "money",
            1,
            "guarantees",
            "no loan was guaranteed for others",
        ),
    )
    return declare(lines)
