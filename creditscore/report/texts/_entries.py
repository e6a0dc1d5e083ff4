"""The shape of a table of page words: what every language must say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

Language: TypeAlias = Literal["en", "fa", "zh"]


@dataclass(frozen=True, slots=True)
class PageTexts:
    """All words of the pages in one language, and how it writes numbers and dates.

    Attributes
    ----------
    words : mapping of str to str
        By key; every language has the same keys, and the same ``{fields}`` in each.
    name : str
        The language's own name.
    direction : {"ltr", "rtl"}
        Which way text runs.
    digits : str
        The ten digits, from zero.
    decimal_mark, thousands_mark, percent_mark : str
        Marks within numbers.
    months, jalali_months : tuple of str
        Names of the twelve months of either calendar.
    day : str
        How a date is put together, with ``{day}``, ``{month}`` and ``{year}``.
    moment : str
        How a date and a time are put together, with ``{day}``, ``{time}`` and ``{zone}``.
    counter : str
        Name of the CSS counter style that numbers pages.
    fonts : str
        Fonts that are on most machines and write this language well, best first.
    """

    words: Mapping[str, str]
    name: str
    direction: Literal["ltr", "rtl"]
    digits: str
    decimal_mark: str
    thousands_mark: str
    percent_mark: str
    months: tuple[str, ...]
    jalali_months: tuple[str, ...]
    day: str
    moment: str
    counter: str
    fonts: str
