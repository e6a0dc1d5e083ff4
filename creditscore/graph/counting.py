"""Which payments of whom count for a measure at a date: those of a window that were known and may be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from creditscore._ground.arrays import Flags, Int32, Int64
from creditscore._ground.compiled import inner, nested
from creditscore.data.consented import allowed_at
from creditscore.data.network.lives import Lives, is_alive
from creditscore.data.network.withheld import rows_of_ids
from creditscore.data.visible import HAPPENED, has_happened, is_visible

if TYPE_CHECKING:
    from creditscore.data.portfolio import Portfolio


def readable_payments(portfolio: Portfolio, moment: int) -> Flags:
    """Payments of those who did not withdraw their consent to them, shape (n_payments,)."""
    offsets = portfolio.tables["payments"].offsets
    return np.repeat(allowed_at(portfolio, "payments", moment), np.diff(offsets))


def codes_where(kept: Flags, codes: Int32) -> Int32:
    """Codes where a payment counts, else -1.

    Arrays: ``kept`` and ``codes`` shape (n_payments,). Returns shape (n_payments,).
    """
    return np.where(kept, codes, np.int32(-1)).astype(np.int32)


@inner
def is_within(times: Int64, row: int, moment: int, window: int) -> bool:
    """Whether a row happened in the window before a moment and was known then.

    Arrays: ``times`` shape (n_times, n_rows) in microseconds.
    """
    inside = moment - window <= times[HAPPENED, row] and has_happened(times, row, moment)
    return inside and is_visible(times, row, moment)


@nested
def rows_of_person(
    offsets: Int64, groups: Int64, members: Int32, lives: Lives, person: int, moment: int
) -> Int64:
    """Rows of the ids of a person, shape (n_rows,); none of a node that stands for nobody at the moment.

    Arrays: ``offsets`` shape (n_ids + 1,) of rows; ``groups`` shape (n_people + 1,) of ``members``, shape
    (n_ids,), the ids of each person.
    """
    ids = members[groups[person] : groups[person + 1]]
    return rows_of_ids(offsets, ids if is_alive(lives, person, moment) else ids[:0])
