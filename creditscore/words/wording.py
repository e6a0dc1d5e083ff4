"""Turn numbers, units, dates, windows and labels into words of one language."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Final

from creditscore._ground.canonical import sha256
from creditscore.words.calendars import Calendar, to_jalali
from creditscore.words.currencies import MINOR_DIGITS, digits_of
from creditscore.words.labels import (
    BARE_NUMBERS,
    DAYS_AFTER,
    HUNDREDTHS,
    PERCENTAGES,
    TRENDS,
    AnyLabel,
    Label,
    OwnLabel,
    Parameter,
    Span,
)
from creditscore.words.languages import texts_in
from creditscore.words.reasons._entries import Texts

_MOST_DECIMALS = 12
# Units of which a currency is said.
MONEY = ("money", "money per day")
# Payments of a loan are rounded to as many decimals.
_HUNDREDTHS: Final = 2
# Raised whenever numbers or sentences are put together otherwise from the same tables.
WORDING: Final = 3
# From so many days on, people count whole ones.
WHOLE_DAYS_FROM: Final = 30
# A column of the application is read by the feature of this name with the column's own behind it.
_OF_APPLICATION = "application_"


@cache
def words_sha256(language: str) -> str:
    """Hash all that sentences of reasons are made of in a language, and how numbers are written into them.

    A record names it, so that better words refute no decision: what was said in other words is not put
    together again.

    Examples
    --------
    >>> len(words_sha256("en")), words_sha256("en") == words_sha256("fa")
    (64, False)
    """
    units = sorted(PERCENTAGES), sorted(BARE_NUMBERS), sorted(TRENDS.items()), sorted(MINOR_DIGITS.items())
    read = units, sorted(DAYS_AFTER)
    return sha256(repr((WORDING, texts_in(language), read)).encode())


def said_label(label: AnyLabel, texts: Texts) -> str:
    """Say a label in a language; empty if the language has no words for it, as for a user's own in English.

    Examples
    --------
    >>> from creditscore.words.labels import within
    >>> from creditscore.words.reasons.en import TEXTS
    >>> said_label(Label("repayment_days_late_mean", span=within("12m")), TEXTS)
    'average days late (early counts as none) in the last 12 months'
    >>> said_label("my own measure", TEXTS)
    'my own measure'
    """
    if isinstance(label, str):
        return label if texts.script.language == "en" else ""
    if isinstance(label, OwnLabel):
        return label.said(texts.script.language)
    said = texts.phrases.labels[label.quantity].format(*said_parameters(label, texts))
    span = said_span(label.span, texts)
    return texts.phrases.spanned.format(label=said, span=span) if span else said


def said_measure(label: AnyLabel, feature: str, texts: Texts) -> str:
    """Say what a feature measures; where the language has no words for it, by the lender's name for it.

    Parameters
    ----------
    label : Label, OwnLabel or str
        A text is words in English alone.
    feature : str
        Name of the feature.
    texts : Texts

    Examples
    --------
    >>> from creditscore.words.languages import texts_in
    >>> said_measure("residence since", "application_residence_since", texts_in("zh"))
    '贷款机构称为“residence_since”的申请资料项'
    """
    said = said_label(label, texts)
    if said:
        return said
    phrases, column = texts.phrases, feature.removeprefix(_OF_APPLICATION)
    return (phrases.own_measure if column == feature else phrases.own_column).format(name=column)


def said_parameters(label: Label, texts: Texts) -> list[str]:
    """Say each parameter of a label."""
    return [said_parameter(parameter, texts) for parameter in label.parameters]


def said_span(span: Span | None, texts: Texts) -> str:
    """Say over which time, or which of the loans; empty without a span."""
    if span is None:
        return ""
    if span.kind == "window":
        return _one_or_many(texts.windows, str(span.length), texts)
    template = texts.phrases.spans[span.kind]
    if span.kind == "ranked_statement":
        return template.format(said_rank(span.length, texts))
    return template if span.length is None else template.format(said_parameter(span.length, texts))


def said_parameter(parameter: Parameter, texts: Texts) -> str:
    """Say a duration such as ``"12m"`` or a mere number.

    Examples
    --------
    >>> from creditscore.words.reasons.en import TEXTS
    >>> said_parameter("12m", TEXTS), said_parameter(30, TEXTS)
    ('12 months', '30')
    """
    if isinstance(parameter, str):
        return _one_or_many(texts.durations, parameter, texts)
    return in_digits(str(parameter), texts)


def said_rank(rank: object, texts: Texts) -> str:
    """Say which of several, such as the 2nd."""
    ranks = texts.script.ordinals
    return ranks.get(str(rank), ranks[""].format(number=in_digits(str(rank), texts)))


def _one_or_many(table: Mapping[str, tuple[str, str]], duration: str, texts: Texts) -> str:
    number, (one, many) = duration[:-1], table[duration[-1]]
    return (one if number == "1" else many).format(number=in_digits(number, texts))


def said_date(moment: datetime, texts: Texts, calendar: Calendar = "gregorian") -> str:
    """Write the day of a moment, by the clock that it is stated in.

    Examples
    --------
    >>> from datetime import UTC
    >>> from creditscore.words.reasons.en import TEXTS
    >>> said_date(datetime(2026, 11, 22, tzinfo=UTC), TEXTS, "jalali")
    '1 Azar 1405'
    """
    day, script = moment.date(), texts.script
    if calendar == "jalali":
        year, month, number = to_jalali(day)
        template, months = script.jalali_date, script.jalali_months
    else:
        year, month, number = day.year, day.month, day.day
        template, months = script.gregorian_date, script.gregorian_months
    return in_digits(template.format(day=number, month=months[month - 1], year=year), texts)


def in_digits(text: str, texts: Texts) -> str:
    """Write the digits of a text in the script of a language."""
    digits = texts.script.digits
    return text if digits == "0123456789" else text.translate(str.maketrans("0123456789", digits))


def said_unit(label: AnyLabel, unit: str) -> str:
    """Say in which unit people read a trend or a ratio: a percentage, a bare number, or so many times.

    Examples
    --------
    >>> said_unit(Label("statements_utilisation_now"), "ratio"), said_unit(Label("repayment_dpd_now"), "days")
    ('share', 'days')
    >>> said_unit(Label("payments_income_trend"), "per month")
    'share'
    """
    if not isinstance(label, Label):
        return unit
    if label.quantity in TRENDS:
        return TRENDS[label.quantity]
    if unit != "ratio":
        return unit
    if label.quantity in PERCENTAGES:
        return "share"
    return "index" if label.quantity in BARE_NUMBERS else unit


def with_own_unit(label: AnyLabel, unit: str, texts: Texts) -> Texts:
    """Add to the words of a language how a label of one's own writes its unit."""
    own = dict(label.unit).get(texts.script.language) if isinstance(label, OwnLabel) else None
    return texts if own is None else replace(texts, units={**texts.units, unit: (own, own)})


def said_value(label: AnyLabel, unit: str, value: float, texts: Texts, currency: str = "") -> str:
    """Write a value of a measure as people read it: days before a day as such, rates as percentages.

    Examples
    --------
    >>> from creditscore.words.reasons.en import TEXTS
    >>> said_value(Label("repayment_days_late"), "days", -3.0, TEXTS)
    '3 days early'
    >>> said_value(Label("payments_income_trend"), "per month", -0.13, TEXTS)
    'falling by 13% a month'
    """
    texts = with_own_unit(label, unit, texts)
    by_sign = said_by_sign(label, value, texts)
    if by_sign:
        return by_sign.format(value=spoken_value(abs(value), said_unit(label, unit), texts))
    return spoken_value(value, said_unit(label, unit), texts, currency=currency)


def said_by_sign(label: AnyLabel, value: float, texts: Texts) -> str:
    """Return how a measure is said by its sign: below zero, and of a trend above and at it; empty otherwise.

    Examples
    --------
    >>> from creditscore.words.reasons.en import TEXTS
    >>> [said_by_sign(Label("payments_income_trend"), value, TEXTS) for value in (-0.1, 0.0, 0.1)]
    ['falling by {value} a month', 'no change', 'rising by {value} a month']
    >>> said_by_sign(Label("repayment_days_late"), 3.0, TEXTS)
    ''
    """
    if not isinstance(label, Label):
        return ""
    phrases = texts.phrases
    if value < 0.0:
        return phrases.below.get(label.quantity, "")
    if value == 0.0 and label.quantity in phrases.above:
        return phrases.level
    return phrases.above.get(label.quantity, "")


def spoken_value(
    value: float, unit: str, texts: Texts, *, decimals: int | None = None, currency: str = ""
) -> str:
    """Write a value in its unit; empty where a number would say nothing, as for a category.

    Examples
    --------
    >>> from creditscore.words.reasons.en import TEXTS
    >>> spoken_value(34.2, "days", TEXTS), spoken_value(0.256, "share", TEXTS)
    ('34 days', '25.6%')
    >>> spoken_value(1234.56, "money", TEXTS), spoken_value(1.0, "0/1", TEXTS)
    ('1,235', 'yes')
    >>> [spoken_value(24.5, "money", TEXTS, currency=one) for one in ("EUR", "JPY", "KWD")]
    ['24.50 EUR', '24.5 JPY', '24.500 KWD']
    """
    if unit == "category":
        return ""
    if unit == "0/1" and value in (0.0, 1.0):
        return texts.yes if value else texts.no
    number = 100.0 * value if unit in HUNDREDTHS else value
    if decimals is None and unit == "days" and abs(number) >= WHOLE_DAYS_FROM:
        decimals = 0
    least = digits_of(currency) if unit in MONEY else 0
    shown = spoken_number(number, texts, decimals=decimals, least=least)
    one, many = texts.units.get(unit, ("{value}", "{value}"))
    alone = shown == spoken_number(1.0, texts) and unit != "share"
    if currency and unit in MONEY:
        shown = texts.money.format(value=shown, currency=texts.currencies.get(currency, currency))
    return (one if alone else many).format(value=shown)


def spoken_amount(value: float, texts: Texts, currency: str = "") -> str:
    """Write an amount that is paid: to the hundredth, as payments are rounded, or finer if its currency is.

    Examples
    --------
    >>> from creditscore.words.reasons.en import TEXTS
    >>> [spoken_amount(3057.3, TEXTS, one) for one in ("EUR", "JPY", "KWD")]
    ['3,057.30 EUR', '3,057.3 JPY', '3,057.300 KWD']
    """
    return spoken_value(value, "money", texts, decimals=_HUNDREDTHS, currency=currency)


def spoken_pair(value: float, other: float, unit: str, texts: Texts, currency: str = "") -> tuple[str, str]:
    """Write two values that differ so that what is written differs too.

    Examples
    --------
    >>> from creditscore.words.reasons.en import TEXTS
    >>> spoken_pair(1234.4, 1234.0, "money", TEXTS), spoken_pair(0.00004, 0.0, "share", TEXTS)
    (('1,234.40', '1,234'), ('0.004%', '0%'))
    """
    written = [spoken_value(one, unit, texts, currency=currency) for one in (value, other)]
    for decimals in range(1, _MOST_DECIMALS + 1):
        if written[0] != written[1] or value == other:
            break
        written = [
            spoken_value(one, unit, texts, decimals=decimals, currency=currency) for one in (value, other)
        ]
    return written[0], written[1]


def spoken_number(value: float, texts: Texts, *, decimals: int | None = None, least: int = 0) -> str:
    """Write a number with as many decimals as a reader needs, none or ``least``, in a language's script."""
    script = texts.script
    if not math.isfinite(value):
        return f"{script.minus}∞" if value < 0 else "∞" if value > 0 else "?"
    if decimals is None:
        decimals = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    whole, _, parts = f"{abs(value):,.{max(decimals, least) if decimals else 0}f}".partition(".")
    parts = parts.rstrip("0")
    shown = f"{whole}.{parts.ljust(least, '0')}" if parts else whole
    sign = script.minus if value < 0 and shown != "0" else ""
    if script.decimal != ".":
        shown = shown.replace(",", "\0").replace(".", script.decimal).replace("\0", script.thousands)
    return sign + in_digits(shown, texts)
