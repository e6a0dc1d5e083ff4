"""Earlier loans: how many, how they began and ended, what is still owed."""

from __future__ import annotations

from typing import Final

from creditscore.features.definition import Feature
from creditscore.features.formula import Condition, Covered, Difference, Ratio, Share, Term
from creditscore.features.loans.declared.terms import (
    ENDED,
    HOME_CREDIT,
    NO_SCHEDULE,
    OPEN,
    Line,
    Sign,
    declare,
    loans,
)
from creditscore.features.payments.declared.terms import INCOME
from creditscore.words.labels import EVER, within

_AGE: Final = "days_on_book"


def loan_features() -> tuple[Feature, ...]:
    """Return counts, ages, ends, debts and losses."""
    return (*declare(_NUMBERS), *_opened(), *declare(_ENDS), *declare(_DEBTS), *declare(_LOSSES))


_NUMBERS: Final = (
    Line(
        "loans_ever",
        loans("count"),
        "number of loans so far",
        "count",
        0,
        "credit_history_length",
        quantity="loans",
        span=EVER,
    ),
    Line("loans_open", loans("sum", "is_open"), "number of loans open now", "count", 1, "indebtedness"),
    Line(
        "loans_closed_clean",
        loans("sum", "closed_clean"),
        "loans closed clean; never 30 days past due, restructured or written off, nor given back at once",
        "count",
        -1,
        "past_arrears",
    ),
    Line(
        "closed_clean_share",
        Share(loans("sum", "closed_clean"), loans("count", "closed_clean", ENDED), prior=0.85, minimum=1.0),
        "share of closed loans that closed clean, those given back at once left aside; shrunk by 5 loans "
        "towards 0.85",
        "share",
        -1,
        "past_arrears",
        "no loan had been closed but those given back at once",
    ),
    Line(
        "days_on_book_oldest",
        loans("max", _AGE),
        "age of the oldest loan",
        "days",
        -1,
        "credit_history_length",
    ),
    Line("days_on_book_newest", loans("min", _AGE), "age of the newest loan", "days", -1, "recent_credit"),
    Line(
        "thin",
        Difference(Covered("loans"), loans("exists", None, Condition(_AGE, "ge", 180.0))),
        "1 if no loan is 180 days old or older, else 0",
        "0/1",
        0,
        "credit_history_length",
        parameters=("180d",),
    ),
    Line(
        "lenders",
        Term("loans", "distinct_keys", by="lender"),
        "number of different lenders so far, guaranteed loans included",
        "count",
        0,
        "credit_history_length",
        "no loans were known, or they name no lender",
    ),
    Line(
        "opening_gap_mean",
        loans("gap_mean"),
        "mean days between openings of loans",
        "days",
        0,
        "recent_credit",
        "fewer than 2 loans were known",
    ),
    Line(
        "opening_gap_cv",
        loans("gap_cv"),
        "standard deviation over mean of the days between openings",
        "ratio",
        0,
        "recent_credit",
        "fewer than 3 loans were known",
    ),
)


def _opened() -> tuple[Feature, ...]:
    rows: tuple[tuple[str, Sign], ...] = (("7d", 1), ("30d", 1), ("90d", 0), ("180d", 0), ("365d", 0))
    return declare(
        tuple(
            Line(
                f"loans_opened_{window}",
                Term("loan_states", "count", window=window),
                f"loans opened in {window}",
                "count",
                sign,
                "recent_credit",
                quantity="loans_opened",
                span=within(window),
            )
            for window, sign in rows
        )
    )


_ENDS: Final = (
    Line(
        "days_since_last_close",
        loans("min", "days_since_close"),
        "days since a loan was last closed",
        "days",
        0,
        "credit_history_length",
        "no loan had been closed",
        HOME_CREDIT,
    ),
    Line(
        "days_between_loans_mean",
        loans("mean", "days_since_previous_close"),
        "mean days from the close of a loan to the opening of the next; negative if they overlap",
        "days",
        0,
        "recent_credit",
        "fewer than 2 loans were known, or none was followed",
        HOME_CREDIT,
    ),
    Line(
        "days_late_at_close_max",
        loans("max", "days_late_at_close"),
        "largest number of days from last due date to close; negative if all closed early",
        "days",
        1,
        "past_arrears",
        "no loan had been closed",
    ),
    Line(
        "days_late_at_close_std",
        loans("std", "days_late_at_close"),
        "standard deviation of the days from last due date to close",
        "days",
        0,
        "payment_timeliness",
        "fewer than 2 loans had been closed",
    ),
    Line(
        "days_late_at_close_slope",
        Term("loan_states", "slope", column="days_late_at_close", last=12),
        "Theil-Sen slope per loan of the days from last due date to close, newest 12",
        "days",
        1,
        "late_trend",
        "fewer than 3 loans had been closed",
        parameters=(12,),
    ),
    Line(
        "loans_closed_late_share",
        Share(
            loans("count", None, Condition("days_late_at_close", "gt", 0.0)),
            loans("count", None, Condition("days_late_at_close", "ge", -1e9)),
            prior=0.2,
            minimum=1.0,
        ),
        "share of closed loans that closed after their last due date; shrunk by 5 loans towards 0.2",
        "share",
        1,
        "payment_timeliness",
        "no loan had been closed",
    ),
    Line(
        "held_share_of_term_mean",
        loans("mean", "held_share_of_term"),
        "mean share of the term after which loans were closed",
        "ratio",
        0,
        "payment_timeliness",
        "no loan had been closed",
        HOME_CREDIT,
    ),
    Line(
        "prepayments",
        loans("sum", "prepayments", minimum=1),
        "payments that reached instalments due more than 30 days later",
        "count",
        0,
        "prepayment",
        NO_SCHEDULE,
        parameters=("30d",),
    ),
    Line(
        "prepaid_share",
        Ratio(loans("sum", "prepaid_amount", minimum=1), loans("sum", "paid_total", minimum=1)),
        "share of all money paid that was for instalments due more than 30 days later",
        "share",
        0,
        "prepayment",
        "nothing had been paid by a schedule",
        parameters=("30d",),
    ),
    Line(
        "first_payment_default",
        loans("max", "first_payment_default"),
        "1 if the first instalment of some loan came 30 or more days late",
        "0/1",
        1,
        "past_arrears",
        "no first instalment could be judged",
        parameters=(30,),
    ),
    Line(
        "early_default",
        loans("max", "early_default"),
        "1 if some loan was 60 or more days past due within 90 days of its opening",
        "0/1",
        1,
        "past_arrears",
        "no loan could be judged",
        parameters=(60, "90d"),
    ),
)

_DEBTS: Final = (
    Line(
        "outstanding",
        loans("sum", "outstanding", minimum=1),
        "all that is still to be paid on loans, due or not, and balances of credit lines",
        "money",
        1,
        "indebtedness",
    ),
    Line(
        "outstanding_to_income",
        Ratio(loans("sum", "outstanding", minimum=1), INCOME),
        "outstanding debt over median monthly income of 6 months",
        "ratio",
        1,
        "indebtedness",
        "no loans were known, or no income",
        parameters=("6m",),
    ),
    Line(
        "instalments_to_income",
        Ratio(loans("sum", "monthly_amount", OPEN), INCOME),
        "what open loans take a month over median monthly income of 6 months; a loan takes its mean "
        "instalment over the mean time between due days, in months of 365/12 days; a loan of one instalment "
        "what is due over the whole months from now to its due time, at least one",
        "ratio",
        1,
        "indebtedness",
        "no loans were known, or no income",
        "EBA/GL/2020/06, Guidelines on loan origination and monitoring",
        parameters=("6m",),
    ),
    Line(
        "overdue_amount",
        loans("sum", "overdue_amount", minimum=1),
        "money that was due and is not paid",
        "money",
        1,
        "current_arrears",
        NO_SCHEDULE,
    ),
    Line(
        "overdue_share",
        Ratio(loans("sum", "overdue_amount", minimum=1), loans("sum", "total_due", minimum=1)),
        "money that was due and is not paid, over the sum of all schedules",
        "share",
        1,
        "current_arrears",
        NO_SCHEDULE,
    ),
    Line(
        "amortised_share",
        Ratio(loans("sum", "paid_total", OPEN, minimum=1), loans("sum", "total_due", OPEN, minimum=1)),
        "share of the schedules of open loans that is paid",
        "share",
        -1,
        "indebtedness",
        "no open loan with a schedule was known",
    ),
    Line(
        "paid_total",
        loans("sum", "paid_total", minimum=1),
        "all money paid on loans so far, at most what was due",
        "money",
        0,
        "credit_history_length",
        NO_SCHEDULE,
    ),
)

_LOSSES: Final = (
    Line(
        "restructured",
        loans("sum", "is_restructured"),
        "number of loans whose terms were eased",
        "count",
        1,
        "restructured_written_off",
    ),
    Line(
        "written_off_ever",
        loans("exists", None, Condition("is_written_off", "eq", 1.0)),
        "1 if some loan was written off",
        "0/1",
        1,
        "restructured_written_off",
    ),
    Line(
        "days_since_written_off",
        loans("min", "days_since_written_off"),
        "days since a loan was last written off",
        "days",
        -1,
        "restructured_written_off",
        "no loan had been written off",
    ),
)
