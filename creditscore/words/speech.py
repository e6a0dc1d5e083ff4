"""Say a reason in English, Persian or Chinese."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Protocol

from creditscore.errors import ParameterError
from creditscore.words.calendars import CALENDARS, Calendar
from creditscore.words.labels import DAYS_AFTER, AnyLabel, Label, OwnLabel
from creditscore.words.languages import texts_in
from creditscore.words.reasons._entries import Texts
from creditscore.words.wording import (
    in_digits,
    said_by_sign,
    said_date,
    said_measure,
    said_parameters,
    said_span,
    said_unit,
    spoken_number,
    spoken_pair,
    spoken_value,
    with_own_unit,
)

_WHOLE = 1e-6
# Reason groups that tell how other people repay: that they counted is said, and no value.
OF_OTHER_PEOPLE: Final = frozenset(
    {
        "network_repayment", "group_repayment", "community_repayment", "network_influence",
        "network_arrears", "lookalike_repayment",
    }
)  # fmt: skip


# Reason groups that are told as a whole: no part of them, no value and no direction.
AS_A_WHOLE: Final = frozenset({"event_pattern"})
# Each column of one's own is a reason by itself: ``applicant_attributes.employed_since``.
DIVIDED: Final = frozenset({"applicant_attributes"})


def undivided(group: str) -> str:
    """Return the reason group of the library that one of a single column counts to; any other as it is.

    Examples
    --------
    >>> undivided("applicant_attributes.employed_since"), undivided("bills")
    ('applicant_attributes', 'bills')
    """
    whole, dot, _ = group.partition(".")
    return whole if dot and whole in DIVIDED else group


class SpokenFact(Protocol):
    """What speech reads of a fact."""

    @property
    def feature(self) -> str:
        """Name of the feature."""

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
    def own_value(self) -> float | None:
        """A share before it is drawn towards a prior; None for any other value."""

    @property
    def reference_value(self) -> float | None:
        """What is usual; None if that was not compared."""

    @property
    def direction(self) -> str | None:
        """Where the value lies against what is usual."""

    @property
    def population(self) -> str:
        """Name of the reference: among whom it is usual."""

    @property
    def scarce(self) -> bool:
        """Whether the value is known of less than half of the population."""

    @property
    def value_label(self) -> str:
        """Own words of the value of a category."""

    @property
    def reference_label(self) -> str:
        """Words of the commonest category."""

    @property
    def currency(self) -> str:
        """Of a fact in money; empty where none is named."""

    @property
    def absence(self) -> str:
        """Why the value is not known; empty where that was not looked into."""

    @property
    def known_count(self) -> int | None:
        """Where too few are known: how many are."""

    @property
    def needed_count(self) -> int | None:
        """Where too few are known: how many there must be."""

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

    A fact is said beside what is usual in the population that points are measured against, and the direction
    is that of these two numbers. A feature without words in Persian or Chinese, such as one that a user of
    the library declared in English alone, is told there by the lender's name for it, and as such.

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
    >>> moment = datetime(2026, 11, 22, tzinfo=UTC)
    >>> late = Fact(
    ...     "repayment_worst_dpd_12m", worst, 34.0, "days", 1, moment, reference_value=0.0,
    ...     direction="higher", population="approved",
    ... )
    >>> reason = Reason("R22", "past_arrears", 11.5, 0.4, ("repayment_worst_dpd_12m",), late)
    >>> speak(reason)
    'Worst days past due in the last 12 months: 34 days, higher than usual among approved applicants \
(0 days), as of 22 November 2026'
    """
    if calendar not in CALENDARS:
        raise ParameterError.must_be("calendar", "'gregorian' or 'jalali'", calendar)
    texts = texts_in(language)
    sentence = _sentence(reason, texts)
    when = reason.fact.as_of if reason.fact is not None and dated else None
    if when is None:
        return sentence
    return texts.as_of.format(sentence=sentence, date=said_date(when, texts, calendar))


def redated(said: str, when: datetime, language: str, calendar: Calendar) -> str:
    """Write the date that ends a sentence in a calendar; one that ends with no such date stays as it is.

    Parameters
    ----------
    said : str
        A sentence of `speak`, dated in the Gregorian calendar.
    when : datetime
        The moment as of which it holds.
    language : {"en", "fa", "zh"}
        Of the sentence.
    calendar : {"gregorian", "jalali"}
        For the date.

    Examples
    --------
    >>> from datetime import UTC
    >>> redated("Late twice, as of 22 November 2026", datetime(2026, 11, 22, tzinfo=UTC), "en", "jalali")
    'Late twice, as of 1 Azar 1405'
    >>> redated("Late twice, as of 22 November 2026", datetime(2026, 11, 21, tzinfo=UTC), "en", "jalali")
    'Late twice, as of 22 November 2026'
    """
    texts = texts_in(language)
    old, new = (
        texts.as_of.format(sentence="", date=said_date(when, texts, which))
        for which in ("gregorian", calendar)
    )
    return said.removesuffix(old) + new if said.endswith(old) else said


def _sentence(reason: SpokenReason, texts: Texts) -> str:
    fact = reason.fact
    if reason.kind != "model":
        own = dict(reason.texts).get(texts.script.language)
        return own if own is not None else in_digits(texts.rule.format(code=reason.code), texts)
    if fact is None:
        return _source_sentence(reason, texts)
    if reason.basis == "source" and fact.absence in ("", "nothing"):
        return _source_sentence(reason, texts)
    if reason.basis == "source":
        title = texts.sources.get(reason.group.removeprefix("insufficient_"), texts.generic.title)
        return texts.unknown_group.format(title=title, absence=_absence(fact, texts, of_source=True))
    said = _capital(known_fact(fact, reason.group, texts), texts)
    language = texts.script.language
    first = fact.label.opening(fact.direction, language) if isinstance(fact.label, OwnLabel) else ""
    return texts.opened.format(opening=first, sentence=said) if first else said


def _source_sentence(reason: SpokenReason, texts: Texts) -> str:
    source = reason.group.removeprefix("insufficient_")
    _, template = texts.insufficient.get(source, texts.unknown_source)
    return template.format(source=source)


def known_fact(fact: SpokenFact, group: str, texts: Texts) -> str:
    """State a feature's value beside what is usual; neither where other people or parts would be told."""
    label = said_measure(fact.label, fact.feature, texts)
    population = texts.populations.get(f"{fact.population}_known" if fact.scarce else fact.population, "")
    absent = fact.value is None
    if group in AS_A_WHOLE and not absent:
        return label
    if absent and (fact.reference_value is None or not population or group in AS_A_WHOLE):
        return texts.unknown_fact.format(label=label, absence=_absence(fact, texts))
    kind = "flag" if fact.unit == "0/1" and not absent else _direction(fact)
    value, reference = _pair(fact, texts) if group not in OF_OTHER_PEOPLE else ("", "")
    label = _weighed(fact, label, texts) if value else label
    if kind not in texts.compared or not population:
        return texts.fact.format(label=label, value=value) if value else label
    template = (texts.compared if value and reference else texts.silent)[kind]
    return template.format(label=label, value=value, reference=reference, population=population)


def _direction(fact: SpokenFact) -> str:
    """How a fact lies against what is usual: days that count from a day are later or earlier."""
    after = isinstance(fact.label, Label) and fact.label.quantity in DAYS_AFTER
    direction = fact.direction or ""
    return {"higher": "later", "lower": "earlier"}.get(direction, direction) if after else direction


def _weighed(fact: SpokenFact, label: str, texts: Texts) -> str:
    """Say of a share that is drawn towards a prior what it is before that, first, and that it is drawn."""
    if fact.own_value is None or fact.value is None or fact.own_value == fact.value:
        return label
    own = _clause(fact, fact.own_value, texts) or spoken_value(
        fact.own_value, said_unit(fact.label, fact.unit), with_own_unit(fact.label, fact.unit, texts)
    )
    return texts.weighed.format(label=label, own=own)


def _pair(fact: SpokenFact, texts: Texts) -> tuple[str, str]:
    """Write the value and what is usual; empty where there are no words for it."""
    usual = fact.reference_value
    if fact.unit == "category":
        return fact.value_label if fact.value is not None else _absence(fact, texts), fact.reference_label
    if fact.value is None:
        return _absence(fact, texts), "" if usual is None else _written(fact, usual, usual, texts)[0]
    value, reference = _written(fact, fact.value, fact.value if usual is None else usual, texts)
    clause = "" if fact.own_value is not None else _clause(fact, fact.value, texts)
    return texts.detail.format(value=value, clause=clause) if clause else value, reference


def _written(fact: SpokenFact, value: float, usual: float, texts: Texts) -> tuple[str, str]:
    """Write two values of a fact in its unit, what is below zero as the amount that it is below."""
    label, unit = fact.label, said_unit(fact.label, fact.unit)
    by_sign = [said_by_sign(label, number, texts) for number in (value, usual)]
    one, other = (abs(n) if words else n for n, words in zip((value, usual), by_sign, strict=True))
    pair = spoken_pair(one, other, unit, with_own_unit(label, unit, texts), fact.currency)
    said = [words.format(value=shown) if words else shown for shown, words in zip(pair, by_sign, strict=True)]
    return said[0], said[1]


def _absence(fact: SpokenFact, texts: Texts, *, of_source: bool = False) -> str:
    """Say why something is not known."""
    if fact.known_count is None or fact.needed_count is None:
        return texts.absent["silent_source" if of_source and fact.absence == "silent" else fact.absence]
    counts = {"have": fact.known_count, "need": fact.needed_count}
    said = {name: spoken_number(count, texts) for name, count in counts.items()}
    return texts.absent[f"{fact.absence}_counted"].format(**said)


def _capital(sentence: str, texts: Texts) -> str:
    """Begin a sentence as a language does."""
    return sentence[:1].upper() + sentence[1:] if texts.script.language == "en" else sentence


def _clause(fact: SpokenFact, value: float, texts: Texts) -> str:
    """Say a share once more as a count, where the language has a clause for it."""
    label = fact.label
    counted = texts.phrases.counted.get(label.key, "") if isinstance(label, Label) else ""
    if not counted or fact.of is None or not isinstance(label, Label):
        return ""
    part = value * fact.of
    if abs(part - round(part)) > _WHOLE:
        return ""
    counts = {"part": round(part), "of": fact.of, "rest": fact.of - round(part)}
    said = {name: spoken_number(count, texts) for name, count in counts.items()}
    return counted.format(*said_parameters(label, texts), **said, span=said_span(label.span, texts))
