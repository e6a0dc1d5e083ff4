"""Say a reason in English, Persian or Chinese."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from creditscore.errors import ParameterError
from creditscore.reasons.facts import Fact
from creditscore.words.calendars import CALENDARS, Calendar, to_jalali
from creditscore.words.phrases import take_apart
from creditscore.words.reasons import texts_in
from creditscore.words.reasons._entries import GroupText, Texts
from creditscore.words.wording import (
    in_digits,
    opening,
    said_number,
    said_numbers,
    said_span,
    spoken_number,
    spoken_value,
    told_label,
)

if TYPE_CHECKING:
    from creditscore.reasons.reason import Reason

_WHOLE = 1e-6


def speak(
    reason: Reason, language: str = "en", calendar: Calendar = "gregorian", *, dated: bool = True
) -> str:
    """Say a reason in one sentence, from the frozen text table of a language.

    A feature without words in Persian or Chinese, such as one declared by a user of the library, is told by
    the text of its reason group alone: no sentence ever mixes languages.

    Parameters
    ----------
    reason : Reason
        What to say.
    language : {"en", "fa", "zh"}, default "en"
        English, Persian (with Persian digits, to be set from right to left) or Chinese.
    calendar : {"gregorian", "jalali"}, default "gregorian"
        For the date.
    dated : bool, default True
        End with the date as of which the fact holds, where it is known.

    Returns
    -------
    str

    Raises
    ------
    ParameterError
        If there is no such language or calendar.

    Examples
    --------
    >>> from creditscore.reasons.facts import Fact
    >>> from creditscore.reasons.choice import Reason
    >>> late = Fact("repayment_worst_dpd_12m", "worst days past due in 12m", 34.0, "days", 1,
    ...             datetime(2026, 11, 22, tzinfo=UTC))
    >>> reason = Reason("R22", "past_arrears", 11.5, 0.4, ("repayment_worst_dpd_12m",), late)
    >>> speak(reason)
    'Payments were overdue in the past (worst days past due in the last 12 months: 34 days), as of \
22 November 2026'
    """
    if calendar not in CALENDARS:
        raise ParameterError.must_be("calendar", "'gregorian' or 'jalali'", calendar)
    texts = texts_in(language)
    sentence = _sentence(reason, texts)
    when = reason.fact.as_of if reason.fact is not None and dated else None
    if when is None:
        return sentence
    return texts.as_of.format(sentence=sentence, date=said_date(when, texts, calendar))


def said_date(moment: datetime, texts: Texts, calendar: Calendar = "gregorian") -> str:
    """Write the day of a moment, in UTC.

    Examples
    --------
    >>> said_date(datetime(2026, 11, 22, tzinfo=UTC), texts_in("en"), "jalali")
    '1 Azar 1405'
    """
    day, script = moment.astimezone(UTC).date(), texts.script
    if calendar == "jalali":
        year, month, number = to_jalali(day)
        template, months = script.jalali_date, script.jalali_months
    else:
        year, month, number = day.year, day.month, day.day
        template, months = script.gregorian_date, script.gregorian_months
    return in_digits(template.format(day=number, month=months[month - 1], year=year), texts)


def _sentence(reason: Reason, texts: Texts) -> str:
    if reason.kind == "policy":
        own = dict(reason.texts).get(texts.script.language)
        return own if own is not None else in_digits(texts.rule.format(code=reason.code), texts)
    if reason.told == "source" or reason.fact is None:
        source = reason.group.removeprefix("insufficient_")
        _, template = texts.insufficient.get(source, texts.unknown_source)
        return template.format(source=source)
    words = texts.groups.get(reason.group, texts.generic)
    if reason.told == "group":
        return texts.unknown_group.format(title=words.title)
    label = told_label(reason.fact.label, reason.group, texts)
    if reason.told == "missing":
        template = texts.unknown_fact if label else texts.unknown_part
        return template.format(title=words.title, label=label)
    return known_fact(reason.fact, label, words, texts)


def known_fact(fact: Fact, label: str, words: GroupText, texts: Texts) -> str:
    """State a feature's value and why it harms; without a label, why it harms alone."""
    value = 0.0 if fact.value is None else fact.value
    start = opening(words, fact.sign, fact.unit, value, fact.label)
    clause = _clause(fact, value, texts) if label else ""
    if clause:
        return texts.clause.format(opening=start, clause=clause)
    if not label:
        return start
    shown = spoken_value(value, fact.unit, texts)
    template = texts.fact if shown else texts.fact_without_value
    return template.format(opening=start, label=label, value=shown)


def _clause(fact: Fact, value: float, texts: Texts) -> str:
    """Say the fact in a clause of its own, where the language has one for it."""
    parts, phrases = take_apart(fact.label), texts.phrases
    filled = {
        "span": said_span(parts, texts),
        "length": said_number(parts.length, texts) if parts.length else "",
    }
    numbers = said_numbers(parts, texts)
    key = f"{parts.base}/{parts.span}"
    if fact.of is not None and key in phrases.counted:
        part = value * fact.of
        if abs(part - round(part)) <= _WHOLE:
            counts = {"part": round(part), "of": fact.of, "rest": fact.of - round(part)}
            said = {name: spoken_number(count, texts) for name, count in counts.items()}
            return phrases.counted[key].format(*numbers, **said, **filled)
    template = phrases.sentences.get(key, "")
    if not template or not math.isfinite(value):
        return ""
    return template.format(*numbers, value=spoken_value(value, fact.unit, texts), **filled)
