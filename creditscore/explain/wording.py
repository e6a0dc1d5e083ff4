"""Turn one harmful fact into one sentence, with the words of a text table."""

from __future__ import annotations

import math
import re
from typing import Protocol

from creditscore.explain.texts._entries import GroupText, Texts

# A duration is a window after a comma or "in", and a mere length of time anywhere else.
_DURATION = re.compile(
    r"(?P<window>,? in |, )?\b(?P<number>\d+) ?(?P<unit>[dwmy])(?:ays?|eeks?|onths?|ears?)?\b"
)
_AT_MOST_ONE = ("share", "0/1")


class Declaration(Protocol):
    """What reasons read of a feature declaration."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def label(self) -> str:
        """Short words for people, the window last: ``"worst days past due, 12m"``."""

    @property
    def unit(self) -> str:
        """The unit of its values."""

    @property
    def sign(self) -> int:
        """+1 if risk may only rise with the value, -1 if it may only fall, 0 if neither is imposed."""

    @property
    def reason_group(self) -> str:
        """The reason that it counts to; empty if it is never a reason."""

    @property
    def source(self) -> str:
        """The source that it is computed from."""


def spoken_label(label: str, texts: Texts) -> str:
    """Spell out the windows and durations of a label.

    Examples
    --------
    >>> from creditscore.explain.texts.en import TEXTS
    >>> spoken_label("worst days past due, 12m", TEXTS)
    'worst days past due in the last 12 months'
    >>> spoken_label("credits of 30d over those of 90d", TEXTS)
    'credits of 30 days over those of 90 days'
    """

    def spelled(found: re.Match[str]) -> str:
        one, many = (texts.windows if found["window"] else texts.durations)[found["unit"]]
        words = (one if found["number"] == "1" else many).format(number=found["number"])
        return f" {words}" if found["window"] else words

    return _DURATION.sub(spelled, label)


def spoken_value(value: float, unit: str, texts: Texts) -> str:
    """Write a value in its unit; empty where a number would say nothing, as for a category.

    Examples
    --------
    >>> from creditscore.explain.texts.en import TEXTS
    >>> spoken_value(34.0, "days", TEXTS), spoken_value(0.256, "share", TEXTS)
    ('34 days', '25.6%')
    >>> spoken_value(1234.56, "money", TEXTS), spoken_value(1.0, "0/1", TEXTS)
    ('1,235', 'yes')
    """
    if unit == "category":
        return ""
    if unit == "0/1" and value in (0.0, 1.0):
        return texts.yes if value else texts.no
    shown = _number(100.0 * value if unit == "share" else value)
    one, many = texts.units.get(unit, ("{value}", "{value}"))
    return (one if shown == "1" else many).format(value=shown)


def _number(value: float) -> str:
    """Write a number with as many decimals as a reader needs."""
    if not math.isfinite(value):
        return f"{value:g}"
    decimals = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    shown = f"{value:,.{decimals}f}"
    shown = shown.rstrip("0").rstrip(".") if decimals else shown
    return "0" if shown == "-0" else shown


def opening(text: GroupText, sign: int, unit: str, value: float) -> str:
    """Choose the words that agree with the direction of harm and with the value.

    A directed opening is used only where the value leaves room for it: nothing is "too much" at zero, and
    no share is "too little" at one.
    """
    if sign > 0 and value > 0:
        return text.too_much
    if sign < 0 and not (unit in _AT_MOST_ONE and value >= 1):
        return text.too_little
    return text.otherwise


def known_fact(feature: Declaration, label: str, value: float, text: GroupText, texts: Texts) -> str:
    """State a feature's value and why it harms."""
    shown = spoken_value(value, feature.unit, texts)
    template = texts.fact if shown else texts.fact_without_value
    words = opening(text, feature.sign, feature.unit, value)
    return template.format(opening=words, label=label, value=shown)
