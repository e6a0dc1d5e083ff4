"""What labels of loans that turned out bad, or good, are commonly called."""

from __future__ import annotations

import re
from typing import Final

_NOT: Final = re.compile(r"\b(non|not|no|never|un)\b|(?<!\w)non|未|无|不|نشده|بدون")
# What labels of loans that turned out bad are called; German, Persian and Chinese ones too.
_BAD: Final = re.compile(
    r"\bbad|default|charged?[ _-]?off|delinq|arrear|overdue|past[ _-]?due|late\b|writ(e|ten)[ _-]?off|"
    r"\bnpl\b|\bloss|fraud|fail|unpaid|schlecht|ausfall|نکول|معوق|违约|逾期|坏"
)
_GOOD: Final = re.compile(
    r"\bgood|paid|current\b|performing|repaid|settled|healthy|\bok\b|gut\b|خوب|تسویه|正常|好|结清"
)


def sounds_reversed(lesser: str, greater: str) -> bool:
    """Tell whether common words say that the lesser of two labels is the bad one.

    Examples
    --------
    >>> sounds_reversed("bad", "good"), sounds_reversed("good", "bad"), sounds_reversed("a", "b")
    (True, False, False)
    """
    first, second = _tone(lesser), _tone(greater)
    return first > second


def _tone(label: str) -> int:
    """1 for a label that says bad, -1 for one that says good, 0 for one that says neither."""
    text = label.casefold().replace("_", " ")
    negated = bool(_NOT.search(text))
    if _BAD.search(text):
        return -1 if negated else 1
    if _GOOD.search(text):
        return 1 if negated else -1
    return 0
