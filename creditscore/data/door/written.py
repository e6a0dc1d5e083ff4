"""Dates and numbers as people write them: of another calendar, with other digits."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from creditscore.data.door.clock import parse_iso
from creditscore.data.door.reading import Reading
from creditscore.errors import ParameterError
from creditscore.words.calendars import from_jalali

_ZEROS: Final = "۰٠０"  # Persian, Arabic, full width
_LATIN: Final = str.maketrans(
    {chr(ord(zero) + digit): str(digit) for zero in _ZEROS for digit in range(10)}
    | dict(zip("〇零一二三四五六七八九", "00123456789", strict=True))
    | {"：": ":", "．": ".", "－": "-", "／": "/", "＋": "+", "٫": ".", "٬": "", "−": "-"}
)
# A count of tens as Chinese writes it within a date: 十 is 10, 二十 is 20, 三十一 is 31.
_TENS: Final = re.compile(r"(\d?)十(\d?)")
_DATE: Final = re.compile(
    r"\s*(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T\s]\s*(\S.*?))?\s*"
)
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(.+))?")


def latin_digits(text: str) -> str:
    """Write the digits of a text as 0 to 9.

    Examples
    --------
    >>> latin_digits("۱۴۰۳/۰۳/۱۲"), latin_digits("二〇二四年五月三十一日")
    ('1403/03/12', '2024年5月31日')
    """
    return _TENS.sub(lambda tens: f"{tens[1] or 1}{tens[2] or 0}", text.translate(_LATIN))


def parse_written(text: str, reading: Reading) -> tuple[int, int] | None:
    """Read a date or time as microseconds and its form; None if it is none.

    Examples
    --------
    >>> from creditscore.data.door.clock import parse_iso
    >>> parse_written("1403-03-12T10:00", Reading(calendar="jalali")) == parse_iso("2024-06-01T10:00")
    True
    """
    plain = latin_digits(text) if reading.digits == "any" else text
    if reading.calendar == "gregorian":
        iso = parse_iso(plain)
        if iso is not None:
            return iso
    found = _DATE.fullmatch(plain) or _COMPACT.fullmatch(plain)
    if found is None:
        return None
    year, month, day = int(found[1]), int(found[2]), int(found[3])
    try:
        on = from_jalali(year, month, day) if reading.calendar == "jalali" else date(year, month, day)
    except (ParameterError, ValueError):
        return None
    return parse_iso(on.isoformat() if found[4] is None else f"{on.isoformat()}T{found[4].strip()}")


def parse_number(text: str) -> float | None:
    """Read a number with any digits; None if the text is none.

    Examples
    --------
    >>> parse_number("۱۲۵٫۵"), parse_number("a"), parse_number("nan")
    (125.5, None, None)
    """
    try:
        number = float(text.translate(_LATIN))
    except ValueError:
        return None
    return number if number - number == 0.0 else None
