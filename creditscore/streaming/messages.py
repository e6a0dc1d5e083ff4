"""What a feed brings: one row of one table a message, read strictly."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from creditscore.data.folder.screening import Record
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.errors import NameUnknownError, StreamError, shown

# Of one message; a row of the widest table has a few hundred bytes.
MOST_BYTES: Final = 1 << 16
_MOST_COLUMNS: Final = 200
_NAMES: Final = frozenset({"table", "row"})


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a feed.

    Attributes
    ----------
    at : str
        Where in the feed it stands, as the feed counts.
    content : bytes
        At most `MOST_BYTES`; of a longer one its beginning.
    size : int
        How many bytes it had.
    """

    at: str
    content: bytes
    size: int

    @classmethod
    def of(cls, at: str, content: bytes) -> Message:
        """Make a message; of one that is too long only the beginning is kept."""
        return cls(at, content[:MOST_BYTES], len(content))


def record_of(message: Message) -> Record:
    """Read a message: ``{"table": "payments", "row": {"applicant_id": "a", ...}}``.

    Parameters
    ----------
    message : Message
        UTF-8 JSON. Values of the row are texts, numbers, true, false and null.

    Raises
    ------
    StreamError
        If it is anything else; the message says what.

    Examples
    --------
    >>> record_of(Message.of("0", b'{"table": "inquiries", "row": {"applicant_id": 7}}'))
    ('inquiries', {'applicant_id': 7})
    """
    if message.size > MOST_BYTES:
        raise StreamError(f"The message has {message.size:,} bytes; at most {MOST_BYTES:,} are read.")
    try:
        text = message.content.decode("utf-8")
        plain = json.loads(text, parse_constant=_no_number, object_pairs_hook=_named_once)
        if "\\u" in text:
            json.dumps(plain, ensure_ascii=False).encode()  # half a character, which no file can hold
    except RecursionError as error:
        raise StreamError("The message is nested too deeply.") from error
    except (ValueError, MemoryError) as error:
        if isinstance(error, StreamError):
            raise
        raise StreamError(f"The message is no JSON in UTF-8: {_why(error)}.") from error
    if not isinstance(plain, dict) or plain.keys() != _NAMES or not isinstance(plain["row"], dict):
        raise StreamError('The message must be an object with a "table" and an object "row", and no more.')
    if not isinstance(plain["table"], str) or plain["table"] not in CONTRACTS:
        raise StreamError(str(NameUnknownError.among("table", plain["table"], tuple(CONTRACTS))))
    _check_values(plain["row"])
    return plain["table"], plain["row"]


def _check_values(row: Mapping[str, Any]) -> None:
    if len(row) > _MOST_COLUMNS:
        raise StreamError(f"The row has {len(row):,} columns; at most {_MOST_COLUMNS} are read.")
    for name, value in row.items():
        if isinstance(value, list | dict):
            raise StreamError(f"The column {shown(name)} must hold a text, a number, true, false or null.")
        if isinstance(value, float) and not math.isfinite(value):
            raise StreamError(f"The column {shown(name)} holds a number that is too large.")


def _named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise StreamError("The message names one thing twice.")
    return found


def _no_number(word: str) -> NoReturn:
    raise StreamError(f"The message holds {word}, which is no JSON.")


def _why(error: Exception) -> str:
    """What is wrong, without what stands in the message."""
    return error.msg if isinstance(error, json.JSONDecodeError) else type(error).__name__
