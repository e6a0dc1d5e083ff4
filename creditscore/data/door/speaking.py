"""What values say beside what they mean: a date, that no hour is known; an account id, what sort it is."""

from __future__ import annotations

import re
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore.data.door.draft import Coded, Draft
from creditscore.data.tables.vocabularies import ACCOUNT_KINDS

DATE_ONLY: Final = "date_only"
ACCOUNT_KIND: Final = "account_kind"
# Words of an account id, whole or at its beginning or end, that leave no doubt.
_SPEAKING: Final = (
    ("card", re.compile(r"(?<![a-z])(credit[ _-]?card|card|visa|mastercard|amex)(?![a-z])")),
    ("savings", re.compile(r"(?<![a-z])(savings?|sav)(?![a-z])")),
    ("current", re.compile(r"(?<![a-z])(current|checking|cur)(?![a-z])")),
)


def mark_dates(draft: Draft) -> None:
    """Note of which rows only the day is known, where some came as dates and no column says it already."""
    times = draft.times.get(draft.contract.row_time)
    if DATE_ONLY not in draft.contract.declared or DATE_ONLY in draft.numbers:
        return
    if times is not None and times.dates is not None:
        draft.numbers[DATE_ONLY] = times.dates.astype(np.float64)


def name_accounts(draft: Draft) -> None:
    """Read from the ids of accounts what sort they are, where no column says it and the ids are words.

    What was read so is counted in a hint.
    """
    accounts = draft.coded.get("account_id")
    if ACCOUNT_KIND not in draft.contract.declared or ACCOUNT_KIND in draft.coded or accounts is None:
        return
    kinds = np.array([kind_of_id(label) for label in accounts.labels] + [-1], np.int32)
    if (kinds >= 0).any():
        of_rows = kinds[accounts.codes]
        draft.coded[ACCOUNT_KIND] = Coded(of_rows, ACCOUNT_KINDS)
        draft.hints.append(_what_was_named(draft.name, kinds[kinds >= 0], int((of_rows >= 0).sum())))


def _what_was_named(table: str, kinds: NDArray[np.int32], rows: int) -> str:
    counts = np.bincount(kinds, minlength=len(ACCOUNT_KINDS)).tolist()
    named = ", ".join(f"{count:,} {kind}" for kind, count in zip(ACCOUNT_KINDS, counts, strict=True) if count)
    return (
        f"{table}.account_id was read for what sort an account is, as there is no account_kind: by words of "
        f"their ids {named} ({rows:,} rows); all others by their behaviour"
    )


def kind_of_id(label: object) -> int:
    """Return the code of the sort of account that an id names, -1 for an id that names none.

    Examples
    --------
    >>> [kind_of_id(text) for text in ("credit card 2", "my savings", "DE02100100109307118603", "cardiff")]
    [2, 1, -1, -1]
    """
    if isinstance(label, str):
        for name, words in _SPEAKING:
            if words.search(label.casefold()):
                return ACCOUNT_KINDS.index(name)
    return -1
