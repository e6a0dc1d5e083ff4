"""The part of an auditor's page that leads from each feature to the stored rows that it looked at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from creditscore.report.markup import Html, joined, tag
from creditscore.report.pages.parts import Column, Section, code, own, paragraphs, table
from creditscore.report.writing import NOTHING, Writer

Data = Mapping[str, Any]


def rows_sections(report: Data, writer: Writer) -> list[Section]:
    """Write the lineage of every feature that moved the score; nothing where the report holds none."""
    if "lineage" not in report:
        return []
    labels = report["names"]["features"]
    heads = ("ledger.feature", "rows.version", "rows.view", "rows.window", "rows.rows")
    columns = [Column(writer.word(head)) for head in heads]
    cells = [
        (joined([own(labels[one["name"]]), tag("br"), code(one["name"])]), *_cells(one, writer))
        for one in report["lineage"]["features"]
    ]
    body = [paragraphs(writer.word("rows.intro")), table(writer.word("rows.caption"), columns, cells, writer)]
    return [Section("rows", writer.word("rows.title"), joined(body))]


def _cells(feature: Data, writer: Writer) -> tuple[str | Html, ...]:
    terms = feature["terms"]
    views = [code(f"{term['view']} {term['version']}: {', '.join(term['tables'])}") for term in terms]
    columns = [code(f"application.{name}") for name in feature["application"]]
    return (
        writer.number(feature["version"]),
        _lines([*columns, *views]),
        _lines([code(term["window"]) if term["window"] else NOTHING for term in terms]),
        _lines([_numbers(term["rows"], writer) for term in terms]),
    )


def _lines(parts: list[Any]) -> Html:
    return joined(tag("span", part, class_="line") for part in parts)


def _numbers(runs: list[list[int]] | None, writer: Writer) -> str:
    if runs is None:
        return writer.word("rows.all")
    return (
        ", ".join(
            writer.plain(str(first))
            if first == last
            else writer.word("page.range", low=writer.plain(str(first)), high=writer.plain(str(last)))
            for first, last in runs
        )
        or NOTHING
    )
