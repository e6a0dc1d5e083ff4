"""Terms that several repayment features share, and the words that go with them."""

from __future__ import annotations

from functools import partial
from typing import Final, Literal, NamedTuple, TypeAlias

from creditscore.features.definition import POSITIVE, UNBOUNDED, Bounds, Feature
from creditscore.features.formula import Condition, Formula, Term, terms
from creditscore.words.labels import Label, Span, among

Sign: TypeAlias = Literal[-1, 0, 1]

COUNTS: Final = (1, 3, 5, 10)
MONTHS: Final = ("6m", "12m", "24m")
SPANS: Final = (*MONTHS, None)
NO_LOANS: Final = "no loans were known"
NO_SCHEDULE: Final = "no loans with a schedule were known"
FEW_DUE: Final = "fewer than 3 instalments had come due"
NO_STATEMENTS: Final = "no statements were known, or they lack the column"
BUREAU: Final = "credit-bureau practice"
HOME_CREDIT: Final = "Home Credit competition (2018), winners' write-ups"
NO_PUBLIC_DATA: Final = "No public data set with outcomes has the columns; tested on hand-made cases."

# What may be below 0: early is fewer days late, and a slope may fall. Everything else starts at 0.
SIGNED: Final = frozenset(
    {
        "days_late",
        "days_late_change",
        "days_late_slope",
        "days_late_at_close",
        "days_late_at_close_max",
        "days_late_at_close_slope",
        "first_days_late",
        "days_between_loans_mean",
        "amount_slope",
        "utilisation_slope",
        "balance_trend",
        "payment_trend",
        "dpd_slope",
    }
)

lent: Final = partial(
    Feature,
    source="loans",
    missing=NO_LOANS,
    legal_tags=("repayment_history",),
    reference=BUREAU,
    version=2,
)
carded: Final = partial(
    Feature,
    source="loans",
    missing=NO_STATEMENTS,
    legal_tags=("repayment_history",),
    reference=BUREAU,
    version=2,
)


class Line(NamedTuple):
    """One declaration in short: the rest is the same for all of a family."""

    name: str
    formula: Formula
    definition: str
    unit: str
    sign: Sign
    group: str
    missing: str = NO_LOANS
    reference: str = BUREAU
    quantity: str = ""
    parameters: tuple[int | str, ...] = ()
    span: Span | None = None


def bounds_of(name: str, unit: str) -> Bounds | None:
    """Between what values a quantity lies, where its unit alone does not say so."""
    if name in SIGNED:
        return UNBOUNDED
    return POSITIVE if unit == "ratio" else None


def declare(lines: tuple[Line, ...]) -> tuple[Feature, ...]:
    """Features of own loans from short declarations; the quantity of most is called as they are."""
    return tuple(
        lent(
            name=f"repayment_{line.name}",
            formula=line.formula,
            label=Label(f"repayment_{line.quantity or line.name}", line.parameters, line.span),
            definition=line.definition,
            unit=line.unit,
            sign=line.sign,
            reason_group=line.group,
            missing=line.missing,
            reference=line.reference,
            bounds=bounds_of(line.name, line.unit),
        )
        for line in lines
    )


OPEN: Final = Condition("is_open", "eq", 1.0)
ENDED: Final = Condition("days_since_close", "ge", 0.0)
NEWEST: Final = Condition("is_newest", "eq", 1.0)
LIMITED: Final = Condition("limit", "gt", 0.0)


def loans(statistic: str, column: str | None = None, *where: Condition, minimum: int = 0) -> Term:
    """Statistic of a column over the applicant's own loans."""
    return Term("loan_states", statistic, column=column, where=where, minimum_rows=minimum)


def months(statistic: str, column: str, window: str | None = None, *where: Condition) -> Term:
    """Statistic of a column over the months since the oldest loan."""
    return Term("loan_months", statistic, column=column, window=window, where=where)


def dues(statistic: str, column: str, window: str | None = None, *, minimum: int = 0) -> Term:
    """Statistic of a column over the instalments that had come due."""
    return Term("instalment_states", statistic, column=column, window=window, minimum_rows=minimum)


def cards(
    statistic: str, column: str, window: str | None = None, *where: Condition, minimum: int = 1
) -> Term:
    """Statistic of a column over the statements of credit lines."""
    return Term(
        "statement_states", statistic, column=column, window=window, where=where, minimum_rows=minimum
    )


def spoken(window: str | None) -> str:
    """A window in words."""
    return "ever" if window is None else f"in {window}"


def suffix(window: str | None) -> str:
    """A window at the end of a name."""
    return "ever" if window is None else window


def some(end: str, count: int, noun: str) -> str:
    """The newest or oldest few, in words."""
    which = "newest" if end == "last" else "oldest"
    return f"the {which} {noun}" if count == 1 else f"the {which} {count} {noun}s"


def taken(end: str, count: int, noun: str) -> Span:
    """The newest or oldest few, as the span of a label."""
    return among("newest" if end == "last" else "oldest", count, noun)


_NOW_IS: Final = (
    "; by the newest statement of each line that was neither closed nor written off, at most 92 days old; a "
    "closed one speaks on while a line opened in the newest 92 days has no statement"
)


def reads_now(formula: Formula) -> bool:
    """Whether only the newest statements of lines in use take part."""
    return any(NEWEST in term.where for term in terms(formula))


def card(
    name: str,
    formula: Formula,
    words: str,
    unit: str,
    sign: Sign,
    group: str,
    *,
    label: Label | None = None,
    definition: str = "",
    bounds: Bounds | None = None,
    in_model: bool = True,
) -> Feature:
    """Feature of credit lines; its quantity is called as it is, and its words define it unless others do."""
    return carded(
        name=f"statements_{name}",
        formula=formula,
        label=label or Label(f"statements_{name}"),
        definition=definition or words + (_NOW_IS if reads_now(formula) else ""),
        unit=unit,
        sign=sign,
        reason_group=group,
        bounds=bounds or bounds_of(name, unit),
        in_model=in_model,
    )
