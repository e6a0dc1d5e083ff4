"""Turn numbers, units, windows and labels into words of one language."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Protocol

from creditscore.words.phrases import NEUTRAL, LabelParts, Number, take_apart
from creditscore.words.reasons._entries import GroupText, Texts

# A duration is a window after a comma or "in", and a mere length of time anywhere else.
_DURATION = re.compile(
    r"(?P<window>,? in |, )?\b(?P<number>\d+) ?(?P<unit>[dwmy])(?:ays?|eeks?|onths?|ears?)?\b"
)
_AT_MOST_ONE = ("share", "0/1", "ratio")


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
    """Spell out the windows and durations of a label that has no words of its own.

    Examples
    --------
    >>> from creditscore.words.reasons.en import TEXTS
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


def told_label(label: str, group: str, texts: Texts) -> str:
    """Say a label of a reason group in a language; empty if the language has no words for it.

    English says every label: one without words of its own is spelled out.

    Examples
    --------
    >>> from creditscore.words.reasons.en import TEXTS
    >>> told_label("mean days late, early as 0, 12m", "payment_timeliness", TEXTS)
    'average days late (early counts as none) in the last 12 months'
    >>> told_label("own measure, 6m", "payment_timeliness", TEXTS)
    'own measure in the last 6 months'
    """
    parts = take_apart(label)
    template = texts.phrases.labels.get(group, {}).get(parts.base)
    if template is None:
        return spoken_label(label, texts) if texts.script.language == "en" else ""
    said = template.format(*said_numbers(parts, texts))
    span = said_span(parts, texts)
    return texts.phrases.spanned.format(label=said, span=span) if span else said


def said_numbers(parts: LabelParts, texts: Texts) -> list[str]:
    """Say each number of a label."""
    return [said_number(number, texts) for number in parts.numbers]


def said_span(parts: LabelParts, texts: Texts) -> str:
    """Say over which time, or which of the loans; empty if the label does not."""
    if not parts.span:
        return ""
    if parts.span == "window" and parts.length is not None:
        return _one_or_many(texts.windows, parts.length, texts)
    template = texts.phrases.spans[parts.span]
    return template.format(said_number(parts.length, texts)) if parts.length else template


def said_number(number: Number, texts: Texts) -> str:
    """Say a number of a label: a duration, a rank or a mere number.

    Examples
    --------
    >>> from creditscore.words.reasons.en import TEXTS
    >>> said_number(Number("12", "m"), TEXTS), said_number(Number("2", "th"), TEXTS)
    ('12 months', '2nd')
    """
    if number.unit == "th":
        ranks = texts.script.ordinals
        return ranks.get(number.digits, ranks[""].format(number=in_digits(number.digits, texts)))
    if number.unit:
        return _one_or_many(texts.durations, number, texts)
    return in_digits(number.digits, texts)


def _one_or_many(table: Mapping[str, tuple[str, str]], number: Number, texts: Texts) -> str:
    one, many = table[number.unit]
    return (one if number.digits == "1" else many).format(number=in_digits(number.digits, texts))


def in_digits(text: str, texts: Texts) -> str:
    """Write the digits of a text in the script of a language."""
    digits = texts.script.digits
    return text if digits == "0123456789" else text.translate(str.maketrans("0123456789", digits))


def spoken_value(value: float, unit: str, texts: Texts) -> str:
    """Write a value in its unit; empty where a number would say nothing, as for a category.

    Examples
    --------
    >>> from creditscore.words.reasons.en import TEXTS
    >>> spoken_value(34.0, "days", TEXTS), spoken_value(0.256, "share", TEXTS)
    ('34 days', '25.6%')
    >>> spoken_value(1234.56, "money", TEXTS), spoken_value(1.0, "0/1", TEXTS)
    ('1,235', 'yes')
    """
    if unit == "category":
        return ""
    if unit == "0/1" and value in (0.0, 1.0):
        return texts.yes if value else texts.no
    shown = spoken_number(100.0 * value if unit == "share" else value, texts)
    one, many = texts.units.get(unit, ("{value}", "{value}"))
    return (one if value == 1.0 and unit != "share" else many).format(value=shown)


def spoken_number(value: float, texts: Texts) -> str:
    """Write a number with as many decimals as a reader needs, in the script of a language."""
    script = texts.script
    if not math.isfinite(value):
        return f"{script.minus}∞" if value < 0 else "∞" if value > 0 else "?"
    decimals = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    shown = f"{abs(value):,.{decimals}f}"
    shown = shown.rstrip("0").rstrip(".") if decimals else shown
    sign = script.minus if value < 0 and shown != "0" else ""
    if script.decimal != ".":
        shown = shown.replace(",", "\0").replace(".", script.decimal).replace("\0", script.thousands)
    return sign + in_digits(shown, texts)


def opening(text: GroupText, sign: int, unit: str, value: float, label: str = "") -> str:
    """Choose the words that agree with the direction of harm and with the value.

    A directed opening is used only where the value leaves room for it: nothing is "too much" at zero, and
    no share is "too little" at one; and never for a measure whose direction is not that of its group.
    """
    if label and take_apart(label).base in NEUTRAL:
        return text.otherwise
    if sign > 0 and value > 0:
        return text.too_much
    if sign < 0 and not (unit in _AT_MOST_ONE and value >= 1):
        return text.too_little
    return text.otherwise
