"""A number for a text that is the same in every process and needs no fitted table."""

from __future__ import annotations

import math
import unicodedata
from functools import lru_cache
from hashlib import blake2b


@lru_cache(maxsize=65_536)
def stable_code(text: str | None) -> float:
    """Return a whole number below 2**48 that stands for a text; NaN for none.

    Only equality means anything; texts are compared in Unicode normal form (NFC). With 1,000 distinct
    texts, two share a number with probability 2e-9.

    Examples
    --------
    >>> stable_code("car") == stable_code("car") != stable_code("house")
    True
    """
    if text is None:
        return math.nan
    normal = unicodedata.normalize("NFC", text)
    return float(int.from_bytes(blake2b(normal.encode(), digest_size=6).digest(), "big"))
