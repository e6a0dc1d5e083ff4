"""How many digits follow the point where a part of a currency's unit is written."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

# Minor units that are not two: ISO 4217, list one of 2026-01-01.
_ISO: Final = {
    **dict.fromkeys(
        ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV",
         "XAF", "XOF", "XPF"),
        0,
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}  # fmt: skip
# The list has two for the rial, of which no part is paid (Unicode CLDR, currencyData: none), and no toman.
MINOR_DIGITS: Final = MappingProxyType({**_ISO, "IRR": 0, "IRT": 0})
USUAL_DIGITS: Final = 2


def digits_of(currency: str) -> int:
    """Return how many digits at least follow the point, if any does; two of a currency without an entry.

    Examples
    --------
    >>> [digits_of(one) for one in ("EUR", "JPY", "KWD", "IRR", "")]
    [2, 0, 3, 0, 2]
    """
    return MINOR_DIGITS.get(currency, USUAL_DIGITS)
