"""What kernels read of payments, and what they write about each."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import nested

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
I4 = NDArray[np.int32]
I1 = NDArray[np.int8]

# class of a row that was not known at the moment
UNSEEN = -1
# what a payment is to the cash flow
HIDDEN, NEITHER, IN, OUT = range(4)


class Ledger(NamedTuple):
    """The blocks of the table of payments, and where its columns stand.

    Attributes
    ----------
    times : ndarray of int64, shape (n_times, n_rows)
        Microseconds.
    values : ndarray of float64, shape (n_values, n_rows)
    codes : ndarray of int32, shape (n_codes, n_rows)
        -1 is missing.
    at : ndarray of int64, shape (13,)
        From `creditscore.data.payments.layout.layout`.
    """

    times: I8
    values: F8
    codes: I4
    at: I8


class Marks(NamedTuple):
    """What is written about payments, one entry each, person after person.

    Attributes
    ----------
    classes : ndarray of int8, shape (n_payments,)
        Code of ``PAYMENT_CLASSES``; -1 for a row that was not known.
    evidence : ndarray of int8, shape (n_payments,)
        Code of ``PAYMENT_EVIDENCE``.
    partners : ndarray of int64, shape (n_payments,)
        Position of the payment that it belongs to (the other half of a transfer, what was booked back, the
        purchase that a refund undoes); -1 for none.
    undone : ndarray of float64, shape (n_payments,)
        How much of a debit later refunds took back, in money; 0 for none.
    roles : ndarray of int8, shape (n_payments,)
        What it is to the cash flow: not known, neither, income or spending.
    """

    classes: I1
    evidence: I1
    partners: I8
    undone: F8
    roles: I1


class Rules(NamedTuple):
    """The tables of rules, as `creditscore.data.payments.rules.rule_tables` makes them.

    Attributes
    ----------
    classes : ndarray of int16, shape (2, n_kinds + 1, n_categories + 1, n_counterparty_kinds + 1)
        Class plus 64 times its evidence, by direction and codes; the last of each counts for a missing one.
    roles : ndarray of int8, shape (n_classes,)
        What each class is to the cash flow.
    """

    classes: NDArray[np.int16]
    roles: I1


class Span(NamedTuple):
    """Which marks are those of one person, and where their rows stand.

    Attributes
    ----------
    first, stop : int
        Marks ``first`` to ``stop - 1``.
    shift : int
        Mark ``m`` is about row ``m + shift`` of the table.
    """

    first: int
    stop: int
    shift: int


@nested
def new_marks(size: int) -> Marks:
    """Return marks of shape (n_payments,) each, to be written."""
    return Marks(
        np.empty(size, np.int8),
        np.empty(size, np.int8),
        np.empty(size, np.int64),
        np.empty(size, np.float64),
        np.empty(size, np.int8),
    )
