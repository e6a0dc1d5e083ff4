"""What the ledger returns of what it did, and of what it holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure, or a rotation of the master key, did.

    Attributes
    ----------
    keys : int
        Keys destroyed: every decision under them can never be read again. For a rotation, keys wrapped anew.
    purged : bool
        Whether what they replaced is also gone from the write-ahead log. False if another process kept the
        file busy for a second: then call `Ledger.purge` once it no longer does.
    """

    keys: int
    purged: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """A decision in the list of a subject or an application.

    Attributes
    ----------
    decision_id : str
    appended_at : datetime
        UTC.
    readable : bool
        False once its subject was erased.
    """

    decision_id: str
    appended_at: datetime
    readable: bool
