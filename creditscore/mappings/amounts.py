"""Amounts as people and banks write them."""

from __future__ import annotations

import math
import re
import unicodedata
from decimal import Decimal
from typing import Final, Literal

from creditscore.errors import ParameterError

_GROUPS: Final = " \u00a0\u202f\u2009'\u2019\u066c"
_LONGEST: Final = 40


def amount_of(value: object, decimal: Literal[".", ","] = ".") -> float:
    """Read an amount.

    Parameters
    ----------
    value : int, float, Decimal or str
        A text may have digits of any script, a sign, and thousands in groups of three.
    decimal : {".", ","}, default "."
        Which mark parts whole units from the rest; the other one parts thousands. The Arabic decimal mark
        is understood by itself.

    Returns
    -------
    float

    Raises
    ------
    ParameterError
        If it is no amount, or its marks do not stand where they should: ``"1,23"`` is refused where the
        decimal mark is a point, and not taken for 123.

    Examples
    --------
    >>> amount_of("1,234.50"), amount_of("1.234,50", ","), amount_of("-۱٬۲۳۴٫۵")
    (1234.5, 1234.5, -1234.5)
    """
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        number = float(value)
    elif isinstance(value, str) and len(value) <= _LONGEST:
        number = _of_text(value, decimal)
    else:
        raise ParameterError.must_be("amount", "a number or a short text", value)
    if not math.isfinite(number):
        raise ParameterError.must_be("amount", "a finite number", value)
    return number


def _of_text(text: str, decimal: str) -> float:
    plain = "".join(
        str(unicodedata.decimal(one)) if unicodedata.decimal(one, None) is not None else one for one in text
    )
    plain = plain.strip().replace("\u2212", "-").replace("\u066b", decimal)
    groups = re.escape(_GROUPS + ("," if decimal == "." else "."))
    form = rf"[+-]?(?:\d+|\d{{1,3}}(?:[{groups}]\d{{3}})+)(?:{re.escape(decimal)}\d+)?"
    if not re.fullmatch(form, plain):
        raise ParameterError(
            f"{text!r} is no amount with {decimal!r} before its decimals. Say which mark parts them by "
            f"decimal={',' if decimal == '.' else '.'!r}, or correct it."
        )
    return float(re.sub(rf"[{groups}]", "", plain).replace(decimal, "."))
