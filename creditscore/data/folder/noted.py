"""What a feed keeps with the rows of a portfolio: in it may stand messages that wait, and so people."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any, Final

from creditscore.data.tables.contracts import CONTRACTS

# Messages whose rows wait for the loan that they belong to, as they came.
WAITING: Final = "waiting"
MESSAGE: Final = "message"


def without_rows_of(notes: Mapping[str, Any], ids: Collection[int | str]) -> dict[str, Any]:
    """Take the messages out of the notes of a feed that name somebody.

    Parameters
    ----------
    notes : mapping
    ids : collection of int or str
        As the portfolio has them.
    """
    if not isinstance(notes.get(WAITING), list):
        return dict(notes)
    return {**notes, WAITING: [one for one in notes[WAITING] if not names_any(one[MESSAGE], ids)]}


def names_any(message: str, ids: Collection[int | str]) -> bool:
    """Whether a message names somebody: as the owner of its row, or as the other end of a tie.

    What cannot be read is searched for the ids as they are written.

    Examples
    --------
    >>> asked = '{"table": "inquiries", "row": {"applicant_id": "a", "event_time": "2024-05-31T12:00Z"}}'
    >>> names_any(asked, {"a"}), names_any(asked, {"inquiries"}), names_any('{"table', {"table"})
    (True, False, True)
    """
    try:
        plain = json.loads(message)
        owner, row = CONTRACTS[plain["table"]].owner, plain["row"]
        return any(row.get(column) in ids for column in (owner, "other_id"))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return any(str(one) in message for one in ids)
