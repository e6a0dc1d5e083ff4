"""Numbers, dates and values as a reader of a language writes them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from creditscore._ground.asked import check_known
from creditscore.words.calendars import CALENDARS, Calendar
from creditscore.words.labels import AnyLabel
from creditscore.words.languages import LANGUAGES, Language, page_texts_in, texts_in
from creditscore.words.pages._entries import PageTexts
from creditscore.words.reasons._entries import Texts
from creditscore.words.wording import in_digits, said_date, said_value

__all__ = ["CALENDARS", "LANGUAGES", "NOTHING", "Calendar", "Language", "Writer"]

# Keeps a sign in front of its number in text that runs from right to left.
_LEFT_TO_RIGHT: Final = "\u200e"
_MINUS: Final = "\u2212"
NOTHING: Final = "\u2014"


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes numbers, dates and page words in one language.

    Parameters
    ----------
    language : {"en", "fa", "zh"}
    calendar : {"gregorian", "jalali"}
    timezone : str
        Zone in which days and hours are written.
    currency : str
        Of all money; empty where none is named.
    groups : mapping of str to str
        What reason groups of one's own are called, in the language.

    Examples
    --------
    >>> Writer("en").number(-1234.5, 1), Writer("en").percent(0.0345)
    ('\u22121,234.5', '3.5%')
    >>> Writer("zh").day("2026-11-22T08:00:00+00:00")
    '2026\u5e7411\u670822\u65e5'
    """

    language: Language = "en"
    calendar: Calendar = "gregorian"
    timezone: str = "UTC"
    currency: str = ""
    groups: Mapping[str, str] = field(default_factory=dict, repr=False)
    texts: PageTexts = field(init=False)
    said: Texts = field(init=False, repr=False)
    _digits: Mapping[int, str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        check_known("language", self.language, LANGUAGES)
        check_known("calendar", self.calendar, CALENDARS)
        texts, said = page_texts_in(self.language), texts_in(self.language)
        marks = {".": said.script.decimal, ",": said.script.thousands, "%": texts.percent_mark}
        digits = dict(zip("0123456789", said.script.digits, strict=True))
        object.__setattr__(self, "texts", texts)
        object.__setattr__(self, "said", said)
        object.__setattr__(self, "_digits", str.maketrans(digits | marks))

    @property
    def direction(self) -> Literal["ltr", "rtl"]:
        """Which way text runs."""
        return self.said.script.direction

    def word(self, key: str, **fields: str) -> str:
        """Look up page words; fields are filled in by name."""
        text = self.texts.words[key]
        return text.format(**fields) if fields else text

    def words_for(self, prefix: str, name: str) -> str:
        """Look up words by a name that comes from data, or return the name itself."""
        return self.texts.words.get(f"{prefix}.{name}", name)

    def named(self, name: str, value: str) -> str:
        """Write a value behind its name, with the colon of the language."""
        return self.said.fact.format(label=name, value=value)

    def number(self, value: float | None, decimals: int = 0, *, signed: bool = False) -> str:
        """Write a number; ``signed`` puts a plus in front of what is above zero."""
        if value is None or not math.isfinite(value):
            return NOTHING
        shown = f"{abs(value):,.{decimals}f}"
        return self._sign(value, shown, signed=signed) + shown.translate(self._digits)

    def percent(self, share: float | None, decimals: int = 1) -> str:
        """Write a share as a percentage."""
        if share is None or not math.isfinite(share):
            return NOTHING
        shown = f"{abs(100.0 * share):,.{decimals}f}%"
        return self._sign(share, shown, signed=False) + shown.translate(self._digits)

    def plain(self, text: str) -> str:
        """Write the digits of a text in the digits of the language, and nothing else anew."""
        return in_digits(text, self.said)

    def _sign(self, value: float, shown: str, *, signed: bool) -> str:
        zero = not any(character in "123456789" for character in shown)
        sign = "" if zero else _MINUS if value < 0 else "+" if signed else ""
        return f"{_LEFT_TO_RIGHT}{sign}" if sign and self.direction == "rtl" else sign

    def day(self, iso: str | None) -> str:
        """Write the day of an ISO instant in the zone and calendar of the page; a mere date stays itself."""
        if iso is None:
            return NOTHING
        return said_date(
            datetime.fromisoformat(iso) if _is_date(iso) else self._at(iso), self.said, self.calendar
        )

    def moment(self, iso: str | None) -> str:
        """Write day, hour and minute of an ISO instant in the zone of the page."""
        if iso is None:
            return NOTHING
        at = self._at(iso)
        shift = at.utcoffset() or timedelta()
        minutes = abs(shift) // timedelta(minutes=1)
        ahead = f"{'-' if shift < timedelta() else '+'}{minutes // 60}:{minutes % 60:02}" if shift else ""
        zone = f"UTC{ahead}"
        return self.texts.moment.format(day=self.day(iso), time=self.plain(f"{at:%H:%M}"), zone=zone)

    def _at(self, iso: str) -> datetime:
        return _instant(iso).astimezone(UTC if self.timezone == "UTC" else ZoneInfo(self.timezone))

    def value(self, value: Any, unit: str, label: AnyLabel = "") -> str:
        """Write a value in its unit, as its label asks for; text as it is, nothing as a dash."""
        if value is None or (isinstance(value, float) and math.isnan(value)):
            return self.word("value.missing")
        if isinstance(value, str):
            return value
        number = float(value)
        if not isinstance(label, str):
            return said_value(label, unit, number, self.said, self.currency)
        if unit == "0/1" and number in (0.0, 1.0):
            return self.word("value.yes" if number else "value.no")
        if unit == "category":
            return self.word("value.category")
        if unit == "share":
            return self.percent(number)
        shown = self.number(number, _decimals(number))
        if unit in ("days", "months"):
            return self.word(f"unit.{unit}.{'one' if number == 1 else 'many'}", number=shown)
        return shown


def _decimals(value: float) -> int:
    """Decimals that a reader needs: none for whole and for large numbers."""
    if value == int(value) or abs(value) >= 100:
        return 0
    return 1 if abs(value) >= 10 else 2


def _is_date(iso: str) -> bool:
    return "T" not in iso


def _instant(iso: str) -> datetime:
    at = datetime.fromisoformat(iso)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
