"""What all pages are made of: the frame, sections, tables, lists of facts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final
from unicodedata import bidirectional

from creditscore._version import __version__
from creditscore.report import markup
from creditscore.report.markup import Child, Html, joined, tag
from creditscore.report.writing import Writer
from creditscore.words.languages import TAGS

# Nothing is fetched, nothing runs: the page is the file.
_CLOSED: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
)


# Percent, decimal and thousands signs (\u066a to \u066c) stand among the letters and belong to numbers.
_LETTERS: Final = {
    "fa": "[\u0600-\u0669\u066d-\u06ef\u06fa-\u06ff\ufb50-\ufeff]",
    "zh-CN": "[\u3400-\u9fff]",
    "en": "[A-Za-z]",
}
_DIRECTIONS: Final[Mapping[str | None, str]] = {"fa": "rtl"}
_DIGIT: Final = "[0-9\u06f0-\u06f9]"
_PERSIAN: Final = "[\u0600-\u0669\u066d-\u06ef\u06fa-\u06ff\ufb50-\ufeff\u200c]+"
_NUMBERS: Final = re.compile(
    rf"\+?{_DIGIT}[-0-9\u06f0-\u06f9 ()./]*[-()/. ]{_DIGIT}[-0-9\u06f0-\u06f9 ()./]*"
)
_RUNS: Final = re.compile(
    "("
    + "|".join(
        [
            rf"\+?{_DIGIT}[-0-9\u06f0-\u06f9 ()./]*{_DIGIT}",
            r"[A-Za-z][\w@.:/+-]*(?: [A-Za-z][\w@.:/+-]*)*",
            rf"{_PERSIAN}(?:[ \u060c\u061b]+{_PERSIAN})*",
            r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]+",
        ]
    )
    + ")"
)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page under a heading of its own."""

    name: str
    title: str
    body: Html


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its head, and whether it holds numbers."""

    head: str
    numeric: bool = False


def writer_of(report: Mapping[str, Any]) -> Writer:
    """Make what writes the numbers and days of a report."""
    return Writer(
        report["language"],
        report["calendar"],
        report.get("timezone", "UTC"),
        report.get("currency", ""),
        report["names"]["groups"],
    )


def page(writer: Writer, title: str, kicker: str, head: Html, sections: Sequence[Section], foot: Html) -> str:
    """Put a whole page together."""
    texts = writer.texts
    pages = f'counter(page,{texts.counter}) " / " counter(pages,{texts.counter})'
    style = f":root{{--fonts:{texts.fonts}}}\n@page{{@bottom-center{{content:{pages}}}}}\n{_style()}"
    contents = tag(
        "nav", tag("h2", writer.word("page.contents")),
        tag("ol", [tag("li", tag("a", s.title, href=f"#{s.name}")) for s in sections]),
        aria_label=writer.word("page.contents"), class_="contents",
    )  # fmt: skip
    body = tag(
        "body",
        tag("a", writer.word("page.skip"), href="#main", class_="skip"),
        tag("header", tag("p", kicker, class_="kicker"), tag("h1", title), head),
        contents if len(sections) > 5 else None,
        tag("main", [_section(s) for s in sections], id="main", tabindex="-1"),
        tag("footer", foot),
    )
    top = markup.head(title, style, _CLOSED)
    return f"<!doctype html>\n{tag('html', top, body, lang=TAGS[writer.language], dir=writer.direction)}\n"


@cache
def _style() -> str:
    return files("creditscore.report.pages").joinpath("style.css").read_text(encoding="utf-8")


def _section(section: Section) -> Html:
    heading = tag("h2", section.title, id=f"{section.name}-title")
    return tag("section", heading, section.body, id=section.name, aria_labelledby=f"{section.name}-title")


def table(
    caption: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Child]],
    writer: Writer,
    *,
    kind: str = "",
) -> Html:
    """Write a table with caption and scopes; the first cell of a row is its heading."""
    head = tag(
        "tr",
        [tag("th", column.head, scope="col", class_="n" if column.numeric else None) for column in columns],
    )
    body = [_row(cells, columns) for cells in rows]
    whole = tag(
        "table",
        tag("caption", tag("span", caption)),
        tag("thead", head),
        tag("tbody", body),
        class_=kind or None,
    )
    return tag(
        "div", whole, class_="scroll", tabindex="0", role="region",
        aria_label=f"{caption} ({writer.word('page.scroll')})",
    )  # fmt: skip


def _row(cells: Sequence[Child], columns: Sequence[Column]) -> Html:
    first, *rest = cells
    pairs = zip(rest, columns[1:], strict=True)
    data = [tag("td", cell, class_="n" if column.numeric else None) for cell, column in pairs]
    return tag("tr", tag("th", first, scope="row"), data)


def facts(pairs: Iterable[tuple[str, Child]], *, kind: str = "facts") -> Html:
    """Write names with their values; a value of None is left out with its name."""
    items = [tag("div", tag("dt", name), tag("dd", value)) for name, value in pairs if value is not None]
    return tag("dl", items, class_=kind) if items else joined(())


def code(text: str) -> Html:
    """Write a name or a hash, which runs from left to right in every language."""
    return tag("code", text, dir="ltr")


def own(text: str) -> Html:
    """Write text from data: its direction is that of its first letter, and every script says its language.

    Within text that runs from right to left, numbers of telephones and codes keep their own direction.
    """
    strong = next((kind for kind in map(bidirectional, text) if kind in ("L", "R", "AL")), "L")
    runs = [piece for piece in _RUNS.split(text) if piece]
    scripts = [_script(run) for run in runs]
    direction = "ltr" if strong == "L" else "rtl"
    if len(set(scripts) - {None}) <= 1 and (direction == "ltr" or not _NUMBERS.search(text)):
        return tag("bdi", text, dir=direction, lang=next(filter(None, scripts), None))
    inner = [
        tag("bdi", run, dir=_DIRECTIONS.get(script, "ltr"), lang=script)
        if script is not None or _NUMBERS.fullmatch(run)
        else run
        for run, script in zip(runs, scripts, strict=True)
    ]
    return tag("bdi", inner, dir=direction)


def _script(run: str) -> str | None:
    """Say which of the languages a run of letters is of; None without letters."""
    for name, letters in _LETTERS.items():
        if re.search(letters, run):
            return name
    return None


def isolated(text: str) -> str:
    """Keep the direction of a piece of text to itself, within a sentence."""
    return f"\u2068{text}\u2069"


def paragraphs(*texts: Child) -> Html:
    """Write one paragraph each; None is left out."""
    return joined(tag("p", text) for text in texts if text is not None)


def absent(report: Mapping[str, Any], writer: Writer) -> Section:
    """List what is not in the report, and why."""
    items = [
        tag("li", tag("strong", item["title"]), writer.named("", item["text"]))
        for item in report["not_included"]
    ]
    body = joined([tag("p", writer.word("absent.intro")), tag("ul", items, class_="absent")])
    return Section("absent", writer.word("absent.title"), body)


def footer(report: Mapping[str, Any], writer: Writer) -> Html:
    """Write what identifies the report."""
    return joined(
        [
            facts([(writer.word("page.fingerprint"), code(report["sha256"]))]),
            tag("p", writer.word("page.made_by", version=report["environment"]["creditscore"])),
        ]
    )


def made_with() -> str:
    """Version of the library that makes a report."""
    return __version__
