"""Commitments: the debits that recur, what they take of the income, and how well they were kept."""

from __future__ import annotations

from typing import Final

from creditscore.features.definition import Feature
from creditscore.features.formula import AtLeast, Condition, Formula, Ratio, Share, Term
from creditscore.features.payments.declared.terms import (
    EBA,
    INCOME,
    PRACTICE,
    Sign,
    among,
    cash_flow,
    month,
)
from creditscore.words.labels import Label

_SEEN: Final = Term("income_stream", "newest", column="days_seen")
_ENOUGH: Final = 92.0
_LOAN: Final = Condition("is_loan", "eq", 1.0)
_BILL: Final = Condition("is_bill", "eq", 1.0)
_RENT: Final = among("category", "rent")


def _going_on(statistic: str, column: str | None, *where: Condition) -> AtLeast:
    term = Term("commitments", statistic, column=column, where=where)
    return AtLeast(term, _SEEN, _ENOUGH)


COMMITTED: Final = _going_on("sum", "monthly_amount")
DAILY_COMMITTED: Final = _going_on("sum", "daily_amount")

_FEW: Final = (
    "fewer than 92 days of payments were seen, none of the newest 92, fewer than 2 whole calendar months, or "
    "no income"
)
_RECURS: Final = (
    "; recurring debits: repayments of loans and cards, bills, purchases but for groceries, transport and "
    "health, money to persons and what is unexplained, of one counterparty (else one class, kind and "
    "category), with 3 hits or more in the newest 365 days seen; three quarters of the gaps fit a whole "
    "number of weeks, fortnights, four weeks, half, whole or two months or quarters, three fifths a single "
    "one; 1.4826 MAD of the amounts at most 35 % of their median (purchases, persons, cards and unexplained "
    "debits to nobody named: 5 %, every four weeks or more seldom); a debit that was declined, returned or "
    "booked back counts as a hit that was missed unless made good within 10 days; what is missed is owed all "
    "the same until it has ended, 2.5 periods (and 45 days) after the last hit, or 3.5 where that bounced; a "
    "month is 30.4375 days; median income over 6m"
)
_OVERDUE: Final = (
    "whose last hit bounced, or is 1.5 to 2.5 periods (or to 45 days) ago (counted to the moment, or to the "
    "end of the feed; not loans that were paid a customary number of times from the first to the last)"
)


def commitment_features() -> tuple[Feature, ...]:
    """Return what recurs, what of it is missed, and how well it was kept."""
    return (*_amounts(), *_missed(), *_kept())


def _commitment(
    name: str, formula: Formula, words: str, unit: str = "ratio", sign: Sign = 1, *,
    group: str = "fixed_commitments", reference: str = EBA, label: Label | None = None, missing: str = _FEW,
    version: int = 2,
) -> Feature:  # fmt: skip
    return cash_flow(
        name=f"payments_{name}",
        formula=formula,
        label=label or Label(f"payments_{name}"),
        definition=words + _RECURS,
        unit=unit,
        sign=sign,
        reason_group=group,
        missing=missing,
        reference=reference,
        version=version,
    )


def _amounts() -> tuple[Feature, ...]:
    loans = _going_on("sum", "monthly_amount", _LOAN)
    rent = _going_on("sum", "monthly_amount", _RENT)
    repaid = Ratio(month("mean", "loan_payments", "6m", 2), INCOME)
    return (
        _commitment(
            "commitments_to_income", Ratio(COMMITTED, INCOME), "recurring debits over median monthly income"
        ),
        _commitment(
            "commitments_monthly_amount", COMMITTED, "recurring debits a month", "money", 0, version=1,
        ),
        _commitment(
            "recurring_loans_to_income", Ratio(loans, INCOME),
            "recurring debits that repay credit over median monthly income", version=3,
        ),
        _commitment(
            "recurring_rent_to_income", Ratio(rent, INCOME), "recurring rent over median monthly income",
            version=1,
        ),
        _commitment(
            "loan_payments_to_income_6m", repaid,
            "mean of the debits that repay loans over the newest 6 whole calendar months, over median "
            "monthly income", label=Label("payments_loan_payments_to_income", ("6m",)), version=3,
        ),
        _commitment(
            "commitments_count", _going_on("count", None), "number of recurring debits", "count", 0,
            reference=PRACTICE,
        ),
    )  # fmt: skip


def _missed() -> tuple[Feature, ...]:
    def missed(*where: Condition) -> Term:
        return Term("commitments", "sum", column="missed", where=where, minimum_rows=1)

    none = "nothing recurs"
    return (
        _commitment(
            "recurring_bills_missed", missed(_BILL), f"recurring bills {_OVERDUE}", "count", group="bills",
            reference=PRACTICE, missing=none,
        ),
        _commitment(
            "recurring_debits_missed", missed(), f"recurring debits {_OVERDUE}", "count", group="bills",
            reference=PRACTICE, missing=none,
        ),
    )  # fmt: skip


def _kept() -> tuple[Feature, ...]:
    def share(*where: Condition) -> Share:
        kept, due = (Term("commitments", "sum", column=c, where=where) for c in ("kept", "due"))
        return Share(kept, due, 0.95, minimum=3.0)

    timely = (
        "(k + 5 * 0.95) / (n + 5): of n due dates of recurring {0} in the newest 365 days seen k were paid "
        "in rhythm; at least 3"
    )
    rows: tuple[tuple[str, tuple[Condition, ...], str], ...] = (
        ("rent", (_RENT,), "rent"),
        ("utilities", (among("category", "utilities", "telecom"),), "bills for utilities and telecom"),
        ("bills", (_BILL,), "bills of every kind"),
        ("loans", (_LOAN,), "repayments of loans"),
    )
    shares = tuple(
        _commitment(
            f"recurring_{name}_on_time_share_365d", share(*where), timely.format(words), "share", -1,
            group="bills", reference=PRACTICE, missing="fewer than 3 due dates of such debits",
            label=Label(f"payments_recurring_{name}_on_time_share", ("365d",)), version=1,
        )
        for name, where, words in rows
    )  # fmt: skip
    streak = _commitment(
        "recurring_rent_streak", Term("commitments", "min", column="streak", where=(_RENT,)),
        "newest due dates in a row on which recurring rent was paid in rhythm; 0 if it is missed",
        "count", -1,
        group="bills", reference=PRACTICE, missing="no rent recurs", version=1,
    )  # fmt: skip
    return (*shares, streak)
