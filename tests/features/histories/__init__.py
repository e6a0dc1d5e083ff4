"""Accounts written by hand, with what a careful reader expects of them."""

from tests.features.histories import (
    classes_credit,
    classes_income,
    classes_spending,
    classes_transfers,
    classes_undone,
)
from tests.features.histories.builder import History


def every_history() -> tuple[History, ...]:
    """All histories of which the class of each payment is expected."""
    return (
        *classes_income.HISTORIES,
        *classes_transfers.HISTORIES,
        *classes_credit.HISTORIES,
        *classes_spending.HISTORIES,
        *classes_undone.HISTORIES,
    )
