"""What is known of one applicant, as frozen values."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from creditscore._ground.files import write_by_ending
from creditscore.data.profile.page import page_of, text_of
from creditscore.words.calendars import Calendar
from creditscore.words.languages import Language

SCHEMA: Final = "creditscore.profile/1"
SourceStatus: TypeAlias = Literal["present", "empty", "disconnected", "withdrawn", "absent", "hidden"]
Level: TypeAlias = Literal["unknown", "thin", "thick"]
ChannelUse: TypeAlias = Literal["unknown", "digital", "mixed", "personal"]


@dataclass(frozen=True, slots=True)
class SourceSeen:
    """One source of an applicant.

    Attributes
    ----------
    source : str
    status : {"present", "empty", "disconnected", "withdrawn", "absent", "hidden"}
        Whether a row was known; whether it was connected without one; was it disconnected, or consent to it
        withdrawn; or nothing at all. A source that tells of other people alone is hidden.
    rows : int
        Rows that were known; 0 where consent was withdrawn or the source is hidden.
    first, last : str
        Local days of the first and the last of them; empty without rows.
    """

    source: str
    status: SourceStatus
    rows: int
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Milestone:
    """One dated event: local day, what it was and of which source."""

    day: str
    what: str
    source: str


@dataclass(frozen=True, slots=True)
class CustomerProfile:
    """What was known of one applicant before a moment.

    Attributes
    ----------
    applicant_id : int or str
    as_of : datetime
    sources : tuple of SourceSeen
    facts : tuple of (str, float or str or None)
        Key facts by name; None where the source was not there, 0 where nothing happened.
    timeline : tuple of (str, str, int)
        Local month, source and how many rows fall into it; the last 24 months.
    milestones : tuple of Milestone
        Oldest first.
    consents : tuple of (str, str, str)
        Source, ``"granted"`` or ``"withdrawn"``, and since which local day: the last word on each source.
    level : {"unknown", "thin", "thick"}
        Thick from two sources of the applicant's own conduct in money or channels with 180 days of history.
    age_band : str
        Of the age that was given, such as ``"26-35"``; ``"unknown"`` without one.
    channel_use : {"unknown", "digital", "mixed", "personal"}
        By the share of app and web among sessions of the 365 days before: from 0.6, from 0.2, or less.
    digital_share : float or None
        That share, within 0 and 1.
    """

    applicant_id: int | str
    as_of: datetime
    sources: tuple[SourceSeen, ...]
    facts: tuple[tuple[str, float | str | None], ...]
    timeline: tuple[tuple[str, str, int], ...]
    milestones: tuple[Milestone, ...]
    consents: tuple[tuple[str, str, str], ...]
    level: Level
    age_band: str
    channel_use: ChannelUse
    digital_share: float | None

    def segment_columns(self) -> dict[str, list[Any]]:
        """Return the columns that a `Segment` reads, of one row each."""
        share = float("nan") if self.digital_share is None else self.digital_share
        age = None if self.age_band == "unknown" else self.age_band
        return {
            "level": [self.level],
            "age_band": [age],
            "channel_use": [self.channel_use],
            "digital_share": [share],
        }

    def to_dict(self) -> dict[str, Any]:
        """Write it as plain data; codes and no words."""
        return {
            "schema": SCHEMA,
            "applicant_id": self.applicant_id,
            "as_of": self.as_of.isoformat(),
            "sources": [{name: getattr(one, name) for name in one.__slots__} for one in self.sources],
            "facts": dict(self.facts),
            "timeline": [{"month": m, "source": s, "rows": n} for m, s, n in self.timeline],
            "milestones": [{name: getattr(one, name) for name in one.__slots__} for one in self.milestones],
            "consents": [{"source": s, "status": status, "since": day} for s, status, day in self.consents],
            "segment": {
                "level": self.level,
                "age_band": self.age_band,
                "channel_use": self.channel_use,
                "digital_share": self.digital_share,
            },
        }

    def to_json(self) -> str:
        """Write it as JSON."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=2, allow_nan=False) + "\n"

    def to_text(self, language: Language = "en", calendar: Calendar = "gregorian") -> str:
        """Write it for a terminal, in English, Persian or Chinese."""
        return text_of(self.to_dict(), language, calendar)

    def to_html(self, language: Language = "en", calendar: Calendar = "gregorian") -> str:
        """Write one page that fetches nothing and runs nothing, in English, Persian or Chinese."""
        return page_of(self.to_dict(), language, calendar)

    def save(self, path: str | Path, language: Language = "en", calendar: Calendar = "gregorian") -> None:
        """Write a file, whole or not at all; its ending says which: ``.json`` or ``.html``.

        Raises
        ------
        ParameterError
            If the ending is another one.
        """
        write_by_ending(path, {".html": lambda: self.to_html(language, calendar), ".json": self.to_json})

    def __str__(self) -> str:
        return self.to_text()

    def _repr_html_(self) -> str:
        return page_of(self.to_dict(), "en", "gregorian", whole=False)
