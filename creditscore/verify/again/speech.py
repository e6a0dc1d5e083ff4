"""The sentences of a reason, put together again from the tables of words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from creditscore.words.currencies import MINOR_DIGITS, USUAL_DIGITS
from creditscore.words.labels import BARE_NUMBERS, DAYS_AFTER, HUNDREDTHS, PERCENTAGES, TRENDS
from creditscore.words.languages import LANGUAGES, texts_in
from creditscore.words.reasons._entries import Texts
from creditscore.words.speech import AS_A_WHOLE, OF_OTHER_PEOPLE
from creditscore.words.wording import MONEY, WHOLE_DAYS_FROM, words_sha256

_MOST_DECIMALS: Final = 12
_WHOLE: Final = 1e-6
_IN_TIME: Final = {"higher": "later", "lower": "earlier"}
_HUNDREDTHS: Final = 2

Fact = Mapping[str, Any]


def other_words(record: Mapping[str, Any]) -> frozenset[str]:
    """Languages in which a record was written with words that are no longer those of the library."""
    written = record["environment"]
    return frozenset(one for one in LANGUAGES if written.get(f"words.{one}") != words_sha256(one))


def sentences(reason: Mapping[str, Any]) -> dict[str, Any]:
    """Say a reason of the model in every language with its date, and in English without."""
    spoken = {language: _sentence(reason, texts_in(language)) for language in LANGUAGES}
    when = datetime.fromisoformat(reason["fact"]["as_of"])
    dated = {language: _dated(text, when, texts_in(language)) for language, text in spoken.items()}
    return {"text": spoken["en"], "texts": dated}


def _dated(sentence: str, when: datetime, texts: Texts) -> str:
    script = texts.script
    day = script.gregorian_date.format(
        day=when.day, month=script.gregorian_months[when.month - 1], year=when.year
    )
    return texts.as_of.format(sentence=sentence, date=_digits(day, texts))


def _sentence(reason: Mapping[str, Any], texts: Texts) -> str:
    fact = reason["fact"]
    texts = _own_unit(fact, texts)
    source = reason["group"].removeprefix("insufficient_")
    if reason["told"] == "source":
        if fact["absence"] in ("", "nothing"):
            return texts.insufficient.get(source, texts.unknown_source)[1].format(source=source)
        title = texts.sources.get(source, texts.generic.title)
        why = texts.absent["silent_source"] if fact["absence"] == "silent" else _absence(fact, texts)
        return texts.unknown_group.format(title=title, absence=why)
    said = _known(fact, reason["group"], texts)
    language, label = texts.script.language, fact["label"]
    if language == "en":
        said = said[:1].upper() + said[1:]
    own = label.get(fact["direction"] or "", {}) if isinstance(label, dict) and "words" in label else {}
    opening = own.get(language, "")
    return texts.opened.format(opening=opening, sentence=said) if opening else said


def _own_unit(fact: Fact, texts: Texts) -> Texts:
    """Add how a label of one's own writes its unit to the units of a language."""
    label = fact["label"]
    own = label.get("unit", {}) if isinstance(label, dict) and "words" in label else {}
    if not own:
        return texts
    said = str(own[texts.script.language])
    return replace(texts, units=dict(texts.units) | {fact["unit"]: (said, said)})


def _known(fact: Fact, group: str, texts: Texts) -> str:
    label = _label(fact["label"], texts) or _by_name(str(fact["feature"]), texts)
    among = f"{fact['population']}_known" if fact["scarce"] else fact["population"]
    population = texts.populations.get(among, "")
    absent = fact["value"] is None
    if group in AS_A_WHOLE:
        return label if not absent else texts.unknown_fact.format(label=label, absence=_absence(fact, texts))
    if absent and (fact["reference_value"] is None or not population):
        return texts.unknown_fact.format(label=label, absence=_absence(fact, texts))
    value, usual = ("", "") if group in OF_OTHER_PEOPLE else _both(fact, texts)
    kind = "flag" if fact["unit"] == "0/1" and not absent else fact["direction"] or ""
    if _has_quantity(fact["label"]) and fact["label"]["quantity"] in DAYS_AFTER and kind in _IN_TIME:
        kind = _IN_TIME[kind]
    own = fact["own_value"]
    if value and not absent and own is not None and own != fact["value"]:
        said = _clause(fact, own, texts) or _valued(own, _unit(fact), texts)
        label = texts.weighed.format(label=label, own=said)
    if not population or kind not in texts.compared:
        return texts.fact.format(label=label, value=value) if value else label
    template = texts.compared[kind] if value and usual else texts.silent[kind]
    return template.format(label=label, value=value, reference=usual, population=population)


def _both(fact: Fact, texts: Texts) -> tuple[str, str]:
    value, usual = fact["value"], fact["reference_value"]
    if fact["unit"] == "category":
        return (_absence(fact, texts) if value is None else fact["value_label"]), fact["reference_label"]
    if value is None:
        return _absence(fact, texts), "" if usual is None else _pair(fact, usual, usual, texts)[0]
    one, other = _pair(fact, value, value if usual is None else usual, texts)
    clause = _clause(fact, value, texts) if fact["own_value"] is None else ""
    return (texts.detail.format(value=one, clause=clause) if clause else one), other


def _pair(fact: Fact, value: float, usual: float, texts: Texts) -> tuple[str, str]:
    """Write two numbers, with as many decimals as it takes until what is written differs."""
    words = [_sign_said(fact["label"], number, texts) for number in (value, usual)]
    bare = [by_sign is None for by_sign in words]
    numbers = [value if bare[0] else abs(value), usual if bare[1] else abs(usual)]
    decimals: int | None = None
    while True:
        said = [_valued(one, _unit(fact), texts, decimals, fact["currency"]) for one in numbers]
        if said[0] != said[1] or numbers[0] == numbers[1] or decimals == _MOST_DECIMALS:
            break
        decimals = 1 if decimals is None else decimals + 1
    one, other = (
        text if by_sign is None else by_sign.format(value=text)
        for text, by_sign in zip(said, words, strict=True)
    )
    return one, other


def _sign_said(label: Any, number: float, texts: Texts) -> str | None:
    """How a quantity is said that lies below zero, and one that rises and falls; None for a bare number."""
    quantity = label["quantity"] if _has_quantity(label) else ""
    rising = texts.phrases.above.get(quantity)
    if number < 0.0:
        return texts.phrases.below.get(quantity)
    return rising if rising is None or number > 0.0 else texts.phrases.level


def _by_name(feature: str, texts: Texts) -> str:
    """What has no words is told by the lender's name for it, of a column of the application as such."""
    known, column, name = feature.rpartition("application_")
    if column and not known:
        return texts.phrases.own_column.format(name=name)
    return texts.phrases.own_measure.format(name=feature)


def _unit(fact: Fact) -> str:
    quantity = fact["label"]["quantity"] if _has_quantity(fact["label"]) else ""
    if quantity in TRENDS or fact["unit"] != "ratio" or not quantity:
        return TRENDS.get(quantity, str(fact["unit"]))
    return "share" if quantity in PERCENTAGES else "index" if quantity in BARE_NUMBERS else "ratio"


def _has_quantity(label: Any) -> bool:
    return isinstance(label, dict) and "quantity" in label


def _valued(value: float, unit: str, texts: Texts, decimals: int | None = None, currency: str = "") -> str:
    if unit == "category":
        return ""
    if unit == "0/1" and value in (0.0, 1.0):
        return texts.yes if value == 1.0 else texts.no
    whole = unit == "days" and decimals is None and not -WHOLE_DAYS_FROM < value < WHOLE_DAYS_FROM
    number = 100.0 * value if unit in HUNDREDTHS else value
    parts = MINOR_DIGITS.get(currency, USUAL_DIGITS) if unit in MONEY else 0
    shown = number_said(number, texts, 0 if whole else decimals, parts=parts)
    one, many = texts.units.get(unit, ("{value}", "{value}"))
    template = one if unit != "share" and shown == number_said(1.0, texts) else many
    if currency and unit in MONEY:
        shown = texts.money.format(value=shown, currency=texts.currencies.get(currency, currency))
    return template.format(value=shown)


def value_said(value: float, unit: str, texts: Texts, currency: str = "") -> str:
    """Write a value in its unit."""
    return _valued(value, unit, texts, None, currency)


def amount_said(value: float, texts: Texts, currency: str) -> str:
    """Write an amount that is paid, to the hundredth at least."""
    return _valued(value, "money", texts, _HUNDREDTHS, currency)


def pair_said(one: float, other: float, unit: str, texts: Texts, currency: str = "") -> tuple[str, str]:
    """Write two values with as many decimals as tell them apart."""
    said = _valued(one, unit, texts, None, currency), _valued(other, unit, texts, None, currency)
    decimals = 0
    while said[0] == said[1] and one != other and decimals < _MOST_DECIMALS:
        decimals += 1
        said = (
            _valued(one, unit, texts, decimals, currency), _valued(other, unit, texts, decimals, currency)
        )  # fmt: skip
    return said


def number_said(value: float, texts: Texts, decimals: int | None = None, *, parts: int = 0) -> str:
    """Write a number in the script of a language; no digit or at least parts of them follow the point."""
    script = texts.script
    if not math.isfinite(value):
        return "?" if value != value else f"{script.minus}∞" if value < 0.0 else "∞"
    size = abs(value)
    if decimals is None:
        decimals = 2 if size < 10.0 else 1 if size < 100.0 else 0
    if 0 < decimals < parts:
        decimals = parts
    whole, _, fraction = f"{size:,.{decimals}f}".partition(".")
    fraction = fraction.rstrip("0")
    if fraction:
        fraction += "0" * (parts - len(fraction))
    if script.decimal != ".":
        whole = whole.replace(",", script.thousands)
    text = f"{whole}{script.decimal}{fraction}" if fraction else whole
    sign = script.minus if value < 0.0 and text != "0" else ""
    return sign + _digits(text, texts)


def _digits(text: str, texts: Texts) -> str:
    return text.translate(str.maketrans("0123456789", texts.script.digits))


def _label(label: Any, texts: Texts) -> str:
    language = texts.script.language
    if isinstance(label, str):
        return label if language == "en" else ""
    if "words" in label:
        return str(label["words"][language])
    parameters = [_parameter(one, texts) for one in label["parameters"]]
    said = texts.phrases.labels[label["quantity"]].format(*parameters)
    span = _span(label["span"], texts)
    return texts.phrases.spanned.format(label=said, span=span) if span else said


def _parameter(parameter: Any, texts: Texts) -> str:
    if isinstance(parameter, str):
        return _lasting(texts.durations, parameter, texts)
    return _digits(str(parameter), texts)


def _lasting(words: Mapping[str, tuple[str, str]], duration: str, texts: Texts) -> str:
    one, many = words[duration[-1]]
    number = duration[:-1]
    return (one if number == "1" else many).format(number=_digits(number, texts))


def _span(span: Mapping[str, Any] | None, texts: Texts) -> str:
    if span is None:
        return ""
    kind, length = span["kind"], span["length"]
    if kind == "window":
        return _lasting(texts.windows, str(length), texts)
    template = texts.phrases.spans[kind]
    if kind == "ranked_statement":
        ranks, number = texts.script.ordinals, _digits(str(length), texts)
        return template.format(ranks.get(str(length), ranks[""].format(number=number)))
    return template if length is None else template.format(_parameter(length, texts))


def _absence(fact: Fact, texts: Texts) -> str:
    known, needed = fact["known_count"], fact["needed_count"]
    if known is None or needed is None:
        return texts.absent[fact["absence"]]
    said = {"have": number_said(known, texts), "need": number_said(needed, texts)}
    return texts.absent[f"{fact['absence']}_counted"].format(**said)


def _clause(fact: Fact, value: float, texts: Texts) -> str:
    label, whole = fact["label"], fact["of"]
    if whole is None or not _has_quantity(label):
        return ""
    kind = label["span"]["kind"] if label["span"] else ""
    template = texts.phrases.counted.get(f"{label['quantity']}/{kind}", "")
    part = value * whole
    if not template or abs(part - round(part)) > _WHOLE:
        return ""
    counts = {"part": round(part), "of": whole, "rest": whole - round(part)}
    said = {name: number_said(count, texts) for name, count in counts.items()}
    parameters = [_parameter(one, texts) for one in label["parameters"]]
    return template.format(*parameters, **said, span=_span(label["span"], texts))
