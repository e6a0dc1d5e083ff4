"""The main recurring income: how much, since when, and when it comes next."""

from __future__ import annotations

from typing import Final

from creditscore.features.definition import Feature
from creditscore.features.formula import Ratio, Term
from creditscore.features.payments.declared.terms import EBA, INCOME, PRACTICE, Sign, cash_flow
from creditscore.words.labels import Label

_RULE: Final = (
    "credits that count as income, of one payer (else of one class, kind and category; else wages, pensions "
    "or benefits from whomever), with 3 hits or more in the newest 365 days seen (4 if weekly or twice a "
    "month); three quarters of the gaps fit a whole number of weeks (off by 1.5 days at most), fortnights "
    "(2.5), four weeks (3), half months (3.5), calendar months (5), two months (7) or quarters (9), three "
    "fifths a single one; 1.4826 MAD of the amounts at most 35 % of their median; last hit at most 1.5 "
    "periods before the moment, or the end of the feed; payments of one payer that do not recur as a whole "
    "are cut apart by amount and by day of the month"
)
_MAIN: Final = "of the recurring credits that bring most a month"
_NONE: Final = "no recurring income was found"
_LEVEL, _STEADY = "income_level", "income_stability"


def salary_features() -> tuple[Feature, ...]:
    """Return whether there is a recurring income, and what is known of the main one."""
    return (_found(), *_main(), *_all())


def _stream(
    name: str, column: str, words: str, unit: str, sign: Sign, group: str, *,
    missing: str = _NONE, version: int = 1, reference: str = PRACTICE,
) -> Feature:  # fmt: skip
    return cash_flow(
        name=f"payments_{name}",
        formula=Term("income_stream", "newest", column=column),
        label=Label(f"payments_{name}"),
        definition=words,
        unit=unit,
        sign=sign,
        reason_group=group,
        missing=missing,
        version=version,
        reference=reference,
    )


def _found() -> Feature:
    return _stream(
        "salary_found", "found", f"1 if there are {_RULE}; else 0", "0/1", -1, _STEADY,
        missing="none was found and fewer than 92 days of payments were seen, or none of the newest 92",
        version=2,
    )  # fmt: skip


def _main() -> tuple[Feature, ...]:
    return (
        _stream(
            "salary_monthly_amount", "monthly_amount",
            "median amount of the newest 183 days (of the newest 3 if fewer) times 30.4375 over the period, "
            f"{_MAIN}", "money", -1, _LEVEL, version=2,
        ),
        _stream(
            "salary_regularity", "regularity",
            f"1 minus the median number of days that gaps are off the rhythm over the period, {_MAIN}",
            "share", -1, _STEADY, version=2,
        ),
        _stream(
            "salary_gaps_since", "gaps_since",
            f"periods from the last hit to the moment, or to the end of the feed, {_MAIN}",
            "ratio", 1, _STEADY, version=2,
        ),
        _stream(
            "salary_half_spent_days", "half_spent", f"median days until half of a pay was spent, {_MAIN}",
            "days", -1, "spending_pattern", version=2,
        ),
        _stream(
            "salary_tenure_days", "tenure",
            "days from the first hit, older ones of the same payer in the same rhythm included, to the "
            "moment, "
            f"or to the end of the feed, {_MAIN}", "days", -1, _STEADY, reference=EBA,
        ),
        _stream(
            "salary_days_to_next", "to_next",
            f"days to the day on which the next hit is due, 0 if it is overdue, {_MAIN}", "days", 0, _STEADY,
            missing=f"{_NONE}, or the feed ended before the moment",
        ),
    )  # fmt: skip


def _all() -> tuple[Feature, ...]:
    missing = "no recurring income was found and fewer than 92 days of payments were seen"
    share = cash_flow(
        name="payments_recurring_income_share_6m",
        formula=Ratio(Term("income_stream", "newest", column="all_monthly"), INCOME),
        label=Label("payments_recurring_income_share", ("6m",)),
        definition="what all recurring incomes bring a month over median monthly income of 6m",
        unit="ratio",
        sign=-1,
        reason_group=_STEADY,
        missing="fewer than 92 days of payments were seen, fewer than 2 whole calendar months, or no income",
        reference=EBA,
    )
    return (
        _stream(
            "salaries_count", "streams", "number of recurring incomes that go on", "count", -1, _STEADY,
            missing=missing,
        ),
        _stream(
            "salaries_monthly_amount", "all_monthly", "what all recurring incomes bring a month", "money", -1,
            _LEVEL, missing=missing, reference=EBA,
        ),
        share,
    )  # fmt: skip
