"""Whether the columns and labels that a term names can exist: refused where it is written, or at fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, Protocol

from creditscore.data.portfolio import Portfolio
from creditscore.data.tables.column import Column
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.errors import FeatureError, NameUnknownError
from creditscore.features.formula import Condition, Formula, Term, terms
from creditscore.features.registry import view_of


class Declared(Protocol):
    """A feature: its name and its formula."""

    @property
    def name(self) -> str:
        """Of the feature."""

    @property
    def formula(self) -> Formula:
        """What it reads."""


_NUMBERS: Final = frozenset({"number", "flag"})


def check_term(term: Term) -> None:
    """Refuse labels that a closed column cannot hold, and columns of another kind than the term needs.

    Parameters
    ----------
    term : Term
        Of a view that is known.

    Raises
    ------
    NameUnknownError
        If a label is none of a closed column, or a derived view has no such column; names the closest.
    FeatureError
        If a number is asked of labels or times, or labels of numbers.

    Examples
    --------
    >>> check_term(Term("payments", "count", where=(Condition("category", "in", ("gamblng",)),)))
    Traceback (most recent call last):
    ...
    creditscore.errors.NameUnknownError: There is no label of payments.category 'gamblng'. Did you mean \
'gambling'? Known: 'groceries', 'household', 'utilities', 'telecom', 'rent', 'transport', 'health', \
'education', 'insurance', 'tax', 'leisure', 'travel', 'online_shopping', 'gambling', 'pension', 'benefits', \
'fees', 'savings', 'high_cost_credit', 'other'.
    """
    for condition in term.where:
        _check_labels(term.view, condition)
    for column in _numbers_of(term):
        _check_kind(term.view, column, as_labels=False)
    for column in _labels_of(term):
        _check_kind(term.view, column, as_labels=True)


def check_columns(features: Iterable[Declared], portfolio: Portfolio) -> None:
    """Refuse features that read columns of no contract which the portfolio does not have either.

    Raises
    ------
    NameUnknownError
        Names the feature, the column, and the closest known one.
    """
    for feature in features:
        for term in terms(feature.formula):
            table = portfolio.tables.get(_table_of(term.view))
            if table is None or not table.n_rows:
                continue
            for column in (*_numbers_of(term), *_labels_of(term)):
                if not _is_declared(term.view, column) and table.row(column) < 0:
                    error = NameUnknownError.among(f"column of {table.name!r}", column, table.columns)
                    raise NameUnknownError(f"Feature {feature.name!r}: {error}")


def _check_labels(view: str, condition: Condition) -> None:
    closed = _closed_labels(view, condition.column)
    if not closed or not isinstance(condition.value, tuple):
        return
    for label in condition.value:
        if label not in closed:
            raise NameUnknownError.among(f"label of {view}.{condition.column}", label, closed)


def _closed_labels(view: str, column: str) -> tuple[str, ...]:
    derived = view_of(view)
    if derived is not None:
        return next((one.labels for one in derived.codes if one.name == column), ())
    declared = CONTRACTS[view].declared.get(column)
    return () if declared is None or declared.vocabulary is None else declared.vocabulary


def _check_kind(view: str, column: str, *, as_labels: bool) -> None:
    derived = view_of(view)
    wanted, other = ("labels", "numbers") if as_labels else ("numbers", "labels")
    if derived is not None:
        values, codes = ({one.name for one in columns} for columns in (derived.values, derived.codes))
        if column in (values if as_labels else codes):
            raise FeatureError(f"The column {column!r} of view {view!r} holds {other}, and no {wanted}.")
        if as_labels and column not in codes:
            raise NameUnknownError.among(f"code column of view {view!r}", column, sorted(codes))
        if column in values or column in codes:
            return
    declared = _declared(_table_of(view), column)
    if declared is None:
        return
    if declared.fraud_only:
        raise FeatureError(
            f"The column {view}.{column} is evidence for the queue of fraud alone, and no feature reads it. "
            "See creditscore.fraud_signals."
        )
    if declared.kind == "time":
        raise FeatureError(f"The column {view}.{column} holds times, which no term reads as {wanted}.")
    if declared.kind in ("applicant", "loan"):
        raise FeatureError(f"The column {view}.{column} says whose row it is, and holds no {wanted}.")
    if (declared.kind in _NUMBERS) == as_labels:
        raise FeatureError(f"The column {view}.{column} holds {other}, and no {wanted}.")


def _declared(table: str, column: str) -> Column | None:
    return CONTRACTS[table].declared.get(column)


def _is_declared(view: str, column: str) -> bool:
    derived = view_of(view)
    if derived is not None and any(one.name == column for one in (*derived.values, *derived.codes)):
        return True
    return _declared(_table_of(view), column) is not None or (derived is None and column == "loan")


def _table_of(view: str) -> str:
    derived = view_of(view)
    return view if derived is None else derived.tables[0]


def _numbers_of(term: Term) -> Iterator[str]:
    if term.column is not None:
        yield term.column
    yield from (one.column for one in term.where if not isinstance(one.value, tuple))


def _labels_of(term: Term) -> Iterable[str]:
    named = [one.column for one in term.where if isinstance(one.value, tuple)]
    return named if term.by is None else [*named, term.by]
