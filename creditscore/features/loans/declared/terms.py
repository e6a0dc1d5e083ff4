"""Terms that several repayment features share, and the words that go with them."""

from __future__ import annotations

from functools import partial
from typing import Final, Literal, NamedTuple, TypeAlias

from creditscore.features.definition import Feature
from creditscore.features.formula import Condition, Formula, Term
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

lent: Final = partial(
    Feature,
    source="loans",
    missing=NO_LOANS,
    legal_tags=("repayment_history",),
    reference=BUREAU,
)
carded: Final = partial(
    Feature,
    source="loans",
    missing=NO_STATEMENTS,
    legal_tags=("repayment_history",),
    reference=BUREAU,
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
