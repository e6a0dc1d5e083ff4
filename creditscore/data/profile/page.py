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
    texts, words = texts_in(language), PROFILE[language]
    names = page_texts_in(language).words

    def day(iso: str) -> str:
        return said_date(datetime.fromisoformat(iso), texts, calendar) if iso else words["nothing"]

    def number(value: float) -> str:
        return spoken_number(float(value), texts)

    def source(name: str) -> str:
        return names.get(f"source.{name}", name)

    def fact(value: object) -> str:
        if value is None:
            return words["nothing"]
        return number(value) if isinstance(value, int | float) else words[f"channel.{value}"]

    segment = data["segment"]
    age = words.get(f"age_band.{segment['age_band']}", segment["age_band"])
    chosen = [
        (words["segment.level"], words[f"level.{segment['level']}"]),
        (words["segment.age_band"], in_digits(age, texts)),
        (words["segment.channel_use"], words[f"channel_use.{segment['channel_use']}"]),
    ]  # fmt: skip
    yield Part(words["segment"], (words["fact"], words["value"]), chosen)
    heads = [words[key] for key in ("source", "status", "rows", "first", "last")]
    yield Part(words["sources"], heads, [
        (source(one["source"]), words[f"status.{one['status']}"], number(one["rows"]), day(one["first"]),
         day(one["last"]))
        for one in data["sources"]
    ])  # fmt: skip
    yield Part(words["facts"], (words["fact"], words["value"]), [
        (words[f"fact.{name}"], fact(value)) for name, value in data["facts"].items()
    ])  # fmt: skip
    yield Part(words["consents"], (words["source"], words["status"], words["day"]), [
        (source(one["source"]), words[f"consent.{one['status']}"], day(one["since"]))
        for one in data["consents"]
    ])  # fmt: skip
    yield Part(words["milestones"], (words["day"], words["what"], words["source"]), [
        (day(one["day"]), words[f"milestone.{one['what']}"], source(one["source"]))
        for one in data["milestones"]
    ])  # fmt: skip
    yield Part(words["timeline"], (words["month"], words["source"], words["rows"]), [
        (in_digits(one["month"], texts), source(one["source"]), number(one["rows"]))
        for one in data["timeline"]
    ])  # fmt: skip


def _table(part: Part) -> str:
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in part.heads)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in part.rows)
    return (
        f"<table><caption>{escape(part.title)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
    )
