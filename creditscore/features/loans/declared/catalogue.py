"""Loans, instalments, statements and inquiries: every feature of the repayment history."""

from __future__ import annotations

from typing import Final

from creditscore.features.definition import Feature, FeatureSet
from creditscore.features.formula import Covered, Formula, Term
from creditscore.features.inquiries.declared import inquired, inquiry_features
from creditscore.features.loans.declared.arrears import arrears_features
from creditscore.features.loans.declared.cards import card_features
from creditscore.features.loans.declared.instalments import instalment_features
from creditscore.features.loans.declared.loans import loan_features
from creditscore.features.loans.declared.requests import request_features
from creditscore.features.loans.declared.terms import lent
from creditscore.words.labels import Label


def repayment_features(*, every: bool = False) -> FeatureSet:
    """Declare features of the repayment history.

    Days past due are whole days since the due time of the oldest instalment of which more than 1 % is
    missing; payments go to the oldest due first. Only loans that were opened and known before the moment
    count, so never the loan that is applied for. Months are calendar months counted back from the moment.

    Parameters
    ----------
    every : bool, default False
        Also those of the oldest loans and instalments, of the newest ten, and of each statement but the
        newest, which added nothing on the sets at hand (``benchmarks/results_worth.md``).

    Returns
    -------
    FeatureSet
        Names start with ``repayment_`` (loans and instalments), ``statements_`` (credit lines),
        ``inquiries_`` or ``loans_`` (coverage). A feature whose columns are absent is NaN.

    Examples
    --------
    >>> catalogue = repayment_features()
    >>> catalogue["repayment_worst_dpd_12m"].sign
    1
    >>> catalogue["repayment_on_time_share_12m"].unit
    'share'
    """
    declared = FeatureSet(
        (
            *_coverage(),
            *arrears_features(),
            *instalment_features(),
            *loan_features(),
            *request_features(),
            *card_features(),
            *inquiry_features(),
        )
    )
    return declared if every else declared.where(_is_usual)


_SELDOM: Final = (
    "oldest_loan", "oldest_loans", "oldest_instalment", "oldest_instalments", "ranked_statement",
)  # fmt: skip
_MANY: Final = 10


def _is_usual(feature: Feature) -> bool:
    span = feature.label.span if isinstance(feature.label, Label) else None
    if span is None:
        return True
    newest_many = span.kind in ("newest_loans", "newest_instalments") and span.length == _MANY
    return not newest_many and span.kind not in _SELDOM


_THERE: Final = "1 if {} were there at the moment, else 0"
_OLDEST: Final = "days since the oldest known {}"
_NEWEST: Final = "days since the newest known {}"


def _coverage() -> tuple[Feature, ...]:
    rows: tuple[tuple[str, str, Formula, str, str], ...] = (
        ("loans", "covered", Covered("loans"), _THERE.format("loans"), "0/1"),
        ("loans", "history_days", Term("loan_states", "age"), _OLDEST.format("loan"), "days"),
        ("loans", "stale_days", Term("loan_states", "recency"), _NEWEST.format("loan"), "days"),
        ("repayment", "stale_days", Term("instalment_states", "recency"), _NEWEST.format("due date"), "days"),
        ("statements", "history_days", Term("statement_states", "age"), _OLDEST.format("statement"), "days"),
        (
            "statements",
            "stale_days",
            Term("statement_states", "recency"),
            _NEWEST.format("statement"),
            "days",
        ),
        (
            "inquiries",
            "covered",
            Covered("inquiries"),
            _THERE.format("inquiries"),
            "0/1",
        ),
        ("inquiries", "history_days", Term("inquiry_clusters", "age"), _OLDEST.format("inquiry"), "days"),
        ("inquiries", "stale_days", Term("inquiry_clusters", "recency"), _NEWEST.format("inquiry"), "days"),
    )
    return tuple(
        (inquired if source == "inquiries" else lent)(
            name=f"{source}_{name}",
            formula=formula,
            label=Label(f"{source}_{name}"),
            definition=words,
            unit=unit,
            reference="coverage",
            # the ages of the oldest and of the newest loan say the same
            in_model=source != "loans" or name == "covered",
        )
        for source, name, formula, words, unit in rows
    )
