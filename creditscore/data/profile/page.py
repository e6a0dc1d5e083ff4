"""The page of one customer: the same parts for a terminal and for a browser, in three languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any, Final, NamedTuple

from creditscore.words.calendars import Calendar
from creditscore.words.languages import TAGS, Language, page_texts_in, texts_in
from creditscore.words.profile import PROFILE
from creditscore.words.reasons._entries import Texts
from creditscore.words.wording import in_digits, said_date, spoken_number

_STYLE: Final = (
    "body{font:15px/1.6 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;margin:1rem 0;min-width:50%}"
    "th,td{padding:.2rem .8rem;text-align:start;border-bottom:1px solid #8884}"
    "caption{text-align:start;font-weight:600}"
)


class Part(NamedTuple):
    """One table of the page."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


def page_of(data: Mapping[str, Any], language: Language, calendar: Calendar, *, whole: bool = True) -> str:
    """Write the page, or its body alone."""
    texts, words = texts_in(language), PROFILE[language]
    title, when = _head(data, texts, words, calendar)
    body = f"<h1>{escape(title)}</h1><p>{escape(when)}</p>" + "".join(
        _table(part) for part in _parts(data, language, calendar)
    )
    if not whole:
        return f"<div>{body}</div>"
    direction = texts.script.direction
    return (
        f'<!DOCTYPE html><html lang="{TAGS[language]}" dir="{direction}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body><main>{body}</main></body></html>\n"
    )


def text_of(data: Mapping[str, Any], language: Language, calendar: Calendar) -> str:
    """Write the page for a terminal."""
    lines = ["  ".join(_head(data, texts_in(language), PROFILE[language], calendar))]
    for part in _parts(data, language, calendar):
        widths = [max(map(len, column)) for column in zip(part.heads, *part.rows, strict=True)]
        lines += ["", part.title]
        lines += [
            "  " + "  ".join(f"{cell:<{w}}" for cell, w in zip(row, widths, strict=True)).rstrip()
            for row in (part.heads, *part.rows)
        ]
    return "\n".join(lines)


def _head(
    data: Mapping[str, Any], texts: Texts, words: Mapping[str, str], calendar: Calendar
) -> tuple[str, str]:
    at = datetime.fromisoformat(data["as_of"])
    clock = in_digits(f"{at:%H:%M}", texts)
    moment = f"{said_date(at, texts, calendar)} {clock} (UTC{in_digits(f'{at:%z}', texts)})"
    return words["title"].format(customer=data["applicant_id"]), words["as_of"].format(moment=moment)


def _parts(data: Mapping[str, Any], language: Language, calendar: Calendar) -> Iterator[Part]:
    say = _Saying(language, calendar)
    words = say.words
    yield Part(words["segment"], say.heads("fact", "value"), say.segment(data["segment"]))
    sources = [
        (say.source(one["source"]), words[f"status.{one['status']}"], say.number(one["rows"]),
         say.day(one["first"]), say.day(one["last"]))
        for one in data["sources"]
    ]  # fmt: skip
    yield Part(words["sources"], say.heads("source", "status", "rows", "first", "last"), sources)
    facts = [(words[f"fact.{name}"], say.fact(value)) for name, value in data["facts"].items()]
    yield Part(words["facts"], say.heads("fact", "value"), facts)
    consents = [
        (say.source(one["source"]), words[f"consent.{one['status']}"], say.day(one["since"]))
        for one in data["consents"]
    ]
    yield Part(words["consents"], say.heads("source", "status", "day"), consents)
    milestones = [
        (say.day(one["day"]), words[f"milestone.{one['what']}"], say.source(one["source"]))
        for one in data["milestones"]
    ]
    yield Part(words["milestones"], say.heads("day", "what", "source"), milestones)
    timeline = [
        (in_digits(one["month"], say.texts), say.source(one["source"]), say.number(one["rows"]))
        for one in data["timeline"]
    ]
    yield Part(words["timeline"], say.heads("month", "source", "rows"), timeline)


class _Saying:
    """Says values in one language."""

    def __init__(self, language: Language, calendar: Calendar) -> None:
        self.texts = texts_in(language)
        self.words = PROFILE[language]
        self.names = page_texts_in(language).words
        self.calendar = calendar

    def heads(self, *keys: str) -> list[str]:
        return [self.words[key] for key in keys]

    def day(self, iso: str) -> str:
        if not iso:
            return self.words["nothing"]
        return said_date(datetime.fromisoformat(iso), self.texts, self.calendar)

    def number(self, value: float) -> str:
        return spoken_number(float(value), self.texts)

    def source(self, name: str) -> str:
        return self.names.get(f"source.{name}", name)

    def fact(self, value: float | str | None) -> str:
        if value is None:
            return self.words["nothing"]
        return self.words[f"channel.{value}"] if isinstance(value, str) else self.number(value)

    def segment(self, segment: Mapping[str, Any]) -> list[tuple[str, str]]:
        age = self.words.get(f"age_band.{segment['age_band']}", segment["age_band"])
        return [
            (self.words["segment.level"], self.words[f"level.{segment['level']}"]),
            (self.words["segment.age_band"], in_digits(age, self.texts)),
            (self.words["segment.channel_use"], self.words[f"channel_use.{segment['channel_use']}"]),
        ]


def _table(part: Part) -> str:
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in part.heads)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in part.rows)
    return (
        f"<table><caption>{escape(part.title)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
    )
