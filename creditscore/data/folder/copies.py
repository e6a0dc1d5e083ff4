"""Rows that stand in a portfolio already, to the letter: a feed that gives them again adds nothing."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from creditscore._ground.arrays import Flags, Int64
from creditscore._ground.instants import NEVER
from creditscore.data.door.assemble import fact_known
from creditscore.data.door.draft import Draft
from creditscore.data.tables.contracts import VOIDING, known_name
from creditscore.data.tables.versions import key_codes

# What these say stands in when a row was known, and until when it counts.
_SAID_ELSEWHERE: Final = frozenset({"known_time", *(column.name for column in VOIDING)})


class Copies(NamedTuple):
    """Of the new rows of a table those whose event and known time are there already.

    Attributes
    ----------
    alike : ndarray of int64, shape (n_alike,)
        Rows that say what is there; rising.
    other : ndarray of int64, shape (n_other,)
        Rows that say something else; rising.
    """

    alike: Int64
    other: Int64


def copies_of(draft: Draft, n_new: int) -> Copies:
    """Find new rows that repeat an event as of the same known time; needs linked tables.

    Of several new rows the first counts.

    Parameters
    ----------
    draft : Draft
        New rows, then those that are there.
    n_new : int
        How many are new.
    """
    groups = key_codes(draft)
    asked = np.zeros(groups.max(initial=-1) + 2, np.bool_)
    asked[groups[:n_new]] = True
    asked[-1] = False  # those without a key
    rows = np.flatnonzero(asked[groups])
    older_first = np.where(rows < n_new, rows + draft.n_rows, rows)
    rows = rows[np.lexsort((older_first, draft.known[rows], groups[rows]))]
    begins = np.ones(rows.size, np.bool_)
    begins[1:] = (groups[rows][1:] != groups[rows][:-1]) | (draft.known[rows][1:] != draft.known[rows][:-1])
    first = rows[np.maximum.accumulate(np.where(begins, np.arange(rows.size), 0))]
    again = ~begins & (rows < n_new)
    repeated, anchors = rows[again].astype(np.int64), first[again].astype(np.int64)
    alike = _alike(draft, repeated, anchors)
    return Copies(np.sort(repeated[alike]), np.sort(repeated[~alike]))


def _alike(draft: Draft, rows: Int64, others: Int64) -> Flags:
    """Whether rows say what others say, shape (n,)."""
    same = np.ones(rows.size, np.bool_)
    for coded in draft.coded.values():
        same &= coded.codes[rows] == coded.codes[others]
    for values in draft.numbers.values():
        one, other = values[rows], values[others]
        same &= (one == other) | (np.isnan(one) & np.isnan(other))
    facts = draft.contract.facts
    known = {known_name(fact) for fact in facts}
    for name, times in draft.times.items():
        if name in known or name in _SAID_ELSEWHERE:
            continue
        same &= times.at[rows] == times.at[others]
        if name in facts:
            learned = fact_known(draft, name)
            same &= learned[rows] == learned[others]
    until = np.full(draft.n_rows, NEVER) if draft.superseded is None else draft.superseded
    # what is there may have been replaced since, and so count for a shorter time
    return same & (until[others] <= until[rows])
