"""How what is written is to be read: zone, calendar, digits, and what a midnight means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from creditscore._ground.asked import is_among
from creditscore.data.door.clock import check_timezone
from creditscore.data.pseudonyms import Pseudonyms
from creditscore.errors import ParameterError
from creditscore.words.calendars import CALENDARS, Calendar

Digits = Literal["latin", "any"]
Midnight = Literal["auto", "date", "instant"]
DIGITS: Final = ("latin", "any")
MIDNIGHTS: Final = ("auto", "date", "instant")


@dataclass(frozen=True, slots=True)
class Reading:
    """How times and numbers that are written are to be read.

    Parameters
    ----------
    timezone : str, optional
        Zone of clock readings that carry none; None refuses them.
    calendar : {"gregorian", "jalali"}
        Calendar of dates that are written as text. A date or time that is a value of its own has no other
        calendar than the Gregorian.
    digits : {"latin", "any"}
        ``"any"`` also reads Persian, Arabic, Chinese and full-width digits in text.
    midnight : {"auto", "date", "instant"}
        What a column means whose every time is midnight. ``"auto"``: dates, if the times carry no zone, and
        else instants, of which a hint is given. ``"date"`` and ``"instant"``: that, with a zone or without.
    pseudonyms : Pseudonyms, optional
        What ids are called from here on; None leaves them as they are.
    stored : bool
        Whether the rows were stored with a decision: they passed the door once, and are read as they stand.

    Raises
    ------
    ParameterError
        If a parameter has a value that it cannot take.
    """

    timezone: str | None = None
    calendar: Calendar = "gregorian"
    digits: Digits = "latin"
    midnight: Midnight = "auto"
    pseudonyms: Pseudonyms | None = None
    stored: bool = False

    def __post_init__(self) -> None:
        check_timezone(self.timezone)
        for name, among in (("calendar", CALENDARS), ("digits", DIGITS), ("midnight", MIDNIGHTS)):
            if not is_among(getattr(self, name), among):
                raise ParameterError.must_be(name, f"one of {', '.join(among)}", getattr(self, name))

        if self.pseudonyms is not None and not isinstance(self.pseudonyms, Pseudonyms):
            wanted = "Pseudonyms, for instance from Pseudonyms.from_file(...)"
            raise ParameterError.must_be("pseudonyms", wanted, type(self.pseudonyms).__name__)

    @property
    def is_plain(self) -> bool:
        """Whether text is read as ISO 8601 says and no other way."""
        return self.calendar == "gregorian" and self.digits == "latin"


PLAIN: Final = Reading()
