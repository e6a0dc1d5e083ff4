"""Instants and durations as whole microseconds."""

from __future__ import annotations

import re
from typing import Final

from creditscore.errors import ParameterError

NEVER: Final = 9_223_372_036_854_775_807
SECOND: Final = 1_000_000
HOUR: Final = 3_600 * SECOND
DAY: Final = 24 * HOUR

_UNITS: Final = {"h": HOUR, "d": DAY, "w": 7 * DAY, "m": 30 * DAY, "y": 365 * DAY}
_PATTERN: Final = re.compile(r"(\d+)([hdwmy])")


def parse_duration(text: str, *, parameter: str = "window") -> int:
    """Read a duration such as ``"90d"`` as microseconds.

    Parameters
    ----------
    text : str
        A whole number and a unit: ``h`` hour, ``d`` day, ``w`` 7 days, ``m`` 30 days, ``y`` 365 days.
    parameter : str
        The parameter that an error names.

    Returns
    -------
    int
        Microseconds, 0 or more.

    Raises
    ------
    ParameterError
        If the text is no duration.

    Examples
    --------
    >>> parse_duration("90d") == 90 * 86_400_000_000
    True
    """
    match = _PATTERN.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise ParameterError.must_be(
            parameter, "a duration such as '90d' (units h, d, w, m = 30d, y = 365d)", text
        )
    return int(match[1]) * _UNITS[match[2]]
