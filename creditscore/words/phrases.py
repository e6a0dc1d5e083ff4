"""Take the label of a declaration apart, so that a label is translated once and not once for each window.

A label such as ``"months with 30 or more days past due, 12m"`` is a base, ``"months with {} or more days past
due"``, with its numbers, and a span: over which time, or which of the loans.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_NUMBER: Final = re.compile(
    r"\b(?P<number>\d+(?:\.\d+)?)"
    r"(?: ?(?P<unit>[dwmy])(?:ays?|eeks?|onths?|ears?)?\b|(?P<rank>st|nd|rd|th)\b)?"
)

# How a share was steadied and a weight fades is for the data dictionary, not for the applicant.
_NOT_TOLD: Final = re.compile(r", shrunk(: .*)?$|, faded by half every \w+ since it was known")

# What a label may end with, longest first; "{}" stands for a number.
_SPANS: Final = (
    (", the newest instalment", "newest_instalment"),
    (", the newest {} instalments", "newest_instalments"),
    (", the oldest instalment", "oldest_instalment"),
    (", the oldest {} instalments", "oldest_instalments"),
    (", the newest loan", "newest_loan"),
    (", the newest {} loans", "newest_loans"),
    (", the oldest loan", "oldest_loan"),
    (", the oldest {} loans", "oldest_loans"),
    (", {} newest statement", "ranked_statement"),
    (", newest statement", "newest_statement"),
    (", ever", "ever"),
    (" ever", "ever"),
    (" so far", "ever"),
    (" in {}", "window"),
    (", {}", "window"),
)

# Of these the direction of harm is not that of their group's opening, so no direction is told: a slope below
# zero is no rise, few loans closed without arrears are no recent arrears.
NEUTRAL: Final = frozenset(
    {
        "trend of monthly income",
        "income of the last {} over that of the months before",
        "median days until half of a pay was spent",
        "mean daily income less mean daily spending of {}, over requested amount a day of the term",
        "Theil-Sen slope of the lowest balance of each {}-day month in {}, over median monthly income",
        "standard deviation over absolute mean of the day-end balance",
        "Theil-Sen slope of days late from bill to bill, {}; at least {}",
        "loans closed clean",
        "share of closed loans that closed clean",
        "share of times past due that were cured",
        "newest statements in a row not past due",
        "share of instalments collected by direct debit",
        "days since an instalment last came due and was paid late, or not",
        "{} MAD over absolute median of days late, newest {}, at least {}",
        "slope of utilisation per statement",
        "break in weekly spending",
        "balance at the moment less its mean of {}, in days of median income",
    }
)


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a label.

    Attributes
    ----------
    digits : str
        As written.
    unit : str
        ``d``, ``w``, ``m`` or ``y`` for a duration, ``th`` for a rank, empty for a mere number.
    """

    digits: str
    unit: str


@dataclass(frozen=True, slots=True)
class LabelParts:
    """A label taken apart.

    Attributes
    ----------
    base : str
        The label with ``{}`` for each number, without its span.
    numbers : tuple of Number
        The numbers of the base, in order.
    span : str
        Kind of span: ``window``, ``ever``, ``newest_loans``, ...; empty if there is none.
    length : Number or None
        The number of the span.
    """

    base: str
    numbers: tuple[Number, ...]
    span: str
    length: Number | None


@lru_cache(maxsize=4096)
def take_apart(label: str) -> LabelParts:
    """Split a label into its base, its numbers and its span.

    Examples
    --------
    >>> parts = take_apart("months with 30 or more days past due, 12m")
    >>> parts.base, parts.span
    ('months with {} or more days past due', 'window')
    >>> parts.numbers, parts.length
    ((Number(digits='30', unit=''),), Number(digits='12', unit='m'))
    """
    label = _NOT_TOLD.sub("", label)
    found = [
        Number(match["number"], match["unit"] or ("th" if match["rank"] else ""))
        for match in _NUMBER.finditer(label)
    ]
    bare = _NUMBER.sub("{}", label)
    for ending, span in _SPANS:
        if not bare.endswith(ending):
            continue
        numbered = "{}" in ending
        if numbered and span == "window" and found[-1].unit not in ("d", "w", "m", "y"):
            continue
        base = bare.removesuffix(ending)
        if numbered:
            return LabelParts(base, tuple(found[:-1]), span, found[-1])
        return LabelParts(base, tuple(found), span, None)
    return LabelParts(bare, tuple(found), "", None)
