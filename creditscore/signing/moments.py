"""Moments as signatures and trust files write them: UTC, to the microsecond at most, in one form."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from creditscore.errors import SigningError

ALWAYS: Final = datetime(1970, 1, 1, tzinfo=UTC)
# Clocks of two machines differ, and by less: what was signed later than this after now was dated ahead.
GRACE: Final = timedelta(days=1)


def now() -> datetime:
    """Return the moment."""
    return datetime.now(UTC)


def written(moment: datetime) -> str:
    """Write a moment, such as ``2026-11-29T10:00:00+00:00``.

    Raises
    ------
    SigningError
        If it has no zone.
    """
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise SigningError(f"A moment is a datetime with a zone. Got {moment!r:.90}.")
    return moment.astimezone(UTC).isoformat()


def read(text: object) -> datetime:
    """Read what `written` wrote.

    Raises
    ------
    SigningError
        If it is written otherwise: one moment has one text.
    """
    found = None
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
        exact = found is not None and found.tzinfo is not None and written(found) == text
    except (ValueError, OverflowError):
        exact = False
    if found is None or not exact:
        raise SigningError(f"A moment is written as 2026-11-29T10:00:00+00:00. Got {text!r:.90}.")
    return found


def read_optional(text: object) -> datetime | None:
    """Read a moment, or None."""
    return None if text is None else read(text)
