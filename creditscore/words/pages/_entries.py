"""The shape of a table of page words: what every language must say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PageTexts:
    """All words of the pages in one language; digits and dates are those of the texts of reasons.

    Attributes
    ----------
    words : mapping of str to str
        By key; every language has the same keys, and the same ``{fields}`` in each.
    percent_mark : str
        What follows a percentage.
    moment : str
        How a date and a time are put together, with ``{day}``, ``{time}`` and ``{zone}``.
    counter : str
        Name of the CSS counter style that numbers pages.
    fonts : str
        Fonts that are on most machines and write this language well, best first.
    """

    words: Mapping[str, str]
    percent_mark: str
    moment: str
    counter: str
    fonts: str
