"""Say a reason in English, Persian or Chinese."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Final, Protocol

from creditscore.errors import ParameterError
from creditscore.words.calendars import CALENDARS, Calendar
from creditscore.words.labels import AnyLabel
from creditscore.words.languages import texts_in
from creditscore.words.reasons._entries import GroupText, Texts
from creditscore.words.wording import (
    in_digits,
    opening,
    said_date,
    said_label,
    said_parameter,
    said_parameters,
    said_span,
    spoken_number,
    spoken_value,
)

_WHOLE = 1e-6
# Reason groups that tell how other people repay: that they counted is said, and no value.
OF_OTHER_PEOPLE: Final = frozenset(
    {
        "network_repayment", "group_repayment", "community_repayment", "network_influence",
        "network_arrears", "lookalike_repayment",
    }
)  # fmt: skip


class SpokenFact(Protocol):
    """What speech reads of a fact."""

    @property
    def label(self) -> AnyLabel:
        """What was measured."""

    @property
    def value(self) -> float | None:
        """Its value; None if it could not be computed."""

    @property
    def unit(self) -> str:
        """Unit of the value."""

    @property
    def sign(self) -> int:
        """The declared direction of risk."""

    @property
    def as_of(self) -> datetime | None:
        """The moment before which it was known."""

    @property
    def of(self) -> int | None:
        """For a share of countable things: of how many."""


class SpokenReason(Protocol):
    """What speech reads of a reason."""

    @property
    def code(self) -> str:
        """Number of the reason."""

    @property
    def group(self) -> str:
        """Reason group, ``insufficient_<source>``, or the key of a rule."""

    @property
    def fact(self) -> SpokenFact | None:
        """What was known of the leading feature."""

    @property
    def basis(self) -> str:
        """What it rests on: ``fact``, ``missing``, ``group``, ``source`` or ``rule``."""

    @property
    def kind(self) -> str:
        """``model`` or ``policy``."""

    @property
    def texts(self) -> tuple[tuple[str, str], ...]:
        """The words of a rule that brings its own, by language."""


def speak(
    reason: SpokenReason, language: str = "en", calendar: Calendar = "gregorian", *, dated: bool = True
) -> str:
    """Say a reason in one sentence, from the frozen text table of a language.

    A feature without words in Persian or Chinese, such as one declared by a user of the library, is told by
    the text of its reason group alone: no sentence ever mixes languages.

    Parameters
    ----------
    reason : SpokenReason
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
    >>> from datetime import UTC
    >>> from creditscore.reasons.facts import Fact
    >>> from creditscore.reasons.reason import Reason
    >>> from creditscore.words.labels import Label, within
    >>> worst = Label("repayment_worst_dpd", span=within("12m"))
    >>> late = Fact("repayment_worst_dpd_12m", worst, 34.0, "days", 1, datetime(2026, 11, 22, tzinfo=UTC))
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


def _sentence(reason: SpokenReason, texts: Texts) -> str:
    if reason.kind == "policy":
        own = dict(reason.texts).get(texts.script.language)
        return own if own is not None else in_digits(texts.rule.format(code=reason.code), texts)
    if reason.basis == "source" or reason.fact is None:
        source = reason.group.removeprefix("insufficient_")
        _, template = texts.insufficient.get(source, texts.unknown_source)
        return template.format(source=source)
    words = texts.groups.get(reason.group, texts.generic)
    if reason.basis == "group":
        return texts.unknown_group.format(title=words.title)
    label = said_label(reason.fact.label, texts)
    if reason.basis == "missing":
        template = texts.unknown_fact if label else texts.unknown_part
        return template.format(title=words.title, label=label)
    if reason.group in OF_OTHER_PEOPLE:
        return _of_others(reason.fact, label, words, texts)
    return known_fact(reason.fact, label, words, texts)


def _of_others(fact: SpokenFact, label: str, words: GroupText, texts: Texts) -> str:
    """State that a feature harms, and not its value: it would tell how other people repay."""
    value = 0.0 if fact.value is None else fact.value
    start = opening(words, fact.sign, fact.unit, value, fact.label)
    return texts.fact_without_value.format(opening=start, label=label) if label else start


def known_fact(fact: SpokenFact, label: str, words: GroupText, texts: Texts) -> str:
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


def _clause(fact: SpokenFact, value: float, texts: Texts) -> str:
    """Say the fact in a clause of its own, where the language has one for it."""
    label, phrases = fact.label, texts.phrases
    if isinstance(label, str):
        return ""
    counted = "" if fact.of is None else phrases.counted.get(label.key, "")
    template = phrases.sentences.get(label.key, "")
    if not counted and not template:
        return ""
    length = label.span.length if label.span else None
    filled = {
        "span": said_span(label.span, texts),
        "length": "" if length is None else said_parameter(length, texts),
    }
    parameters = said_parameters(label, texts)
    if counted and fact.of is not None:
        part = value * fact.of
        if abs(part - round(part)) <= _WHOLE:
            counts = {"part": round(part), "of": fact.of, "rest": fact.of - round(part)}
            said = {name: spoken_number(count, texts) for name, count in counts.items()}
            return counted.format(*parameters, **said, **filled)
    if not template or not math.isfinite(value):
        return ""
    return template.format(*parameters, value=spoken_value(value, fact.unit, texts), **filled)
