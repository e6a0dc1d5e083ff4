"""The page of everything that is kept of one person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from creditscore.report.markup import Child, Html, joined, tag
from creditscore.report.pages.parts import (
    Column,
    Section,
    code,
    facts,
    footer,
    own,
    page,
    paragraphs,
    table,
    writer_of,
)
from creditscore.report.writing import Writer

Data = Mapping[str, Any]

MOST_ROWS: Final = 40
_KNOWN: Final = "_known_time"


def subject_page(report: Data) -> str:
    """Write the page of an export."""
    writer = writer_of(report)
    tables = report["tables"]
    sections = [_summary(report, writer)] if tables or not report["decisions"] else []
    sections += [_rows(found, writer) for found in tables if found["rows"]]
    if report["decisions"] or report["erased_decisions"]:
        sections.append(_decisions(report, writer))
    if "handled" in report:
        sections.append(_handled(report, writer))
    head = facts(
        [
            (
                writer.word("export.ids"),
                tag("ul", [tag("li", own(str(one))) for one in report["ids"]], class_="list"),
            ),
            (writer.word("page.issued"), writer.moment(report["issued_at"])),
            (writer.word("page.report_id"), code(report["report_id"])),
        ]
    )
    title, kicker = writer.word("export.title"), writer.word("audience.subject")
    return page(writer, title, kicker, head, sections, footer(report, writer))


def _summary(report: Data, writer: Writer) -> Section:
    title, tables = writer.word("export.summary"), report["tables"]
    if not tables:
        return Section("summary", title, paragraphs(writer.word("export.nothing")))
    heads = ("table", "rows", "first", "last", "mentions")
    columns = [Column(writer.word(f"export.{head}"), numeric=head != "table") for head in heads]
    rows = [
        (
            _title(found, writer),
            writer.number(len(found["rows"])),
            *_period(found, writer),
            writer.number(found["mentions"]),
        )
        for found in tables
    ]
    mentioned = any(found["mentions"] for found in tables)
    body = [
        paragraphs(writer.word("export.intro")),
        table(writer.word("export.summary_caption"), columns, rows, writer),
        paragraphs(writer.word("export.mentions_text") if mentioned else None),
    ]
    return Section("summary", title, joined(body))


def _period(found: Data, writer: Writer) -> tuple[str, str]:
    times = sorted(row[found["time"]] for row in found["rows"] if found["time"] in row)
    return (writer.day(times[0]), writer.day(times[-1])) if times else (writer.day(None), writer.day(None))


def _title(found: Data, writer: Writer) -> str:
    name = found["table"]
    own_name = f"export.table.{name}"
    return writer.word(own_name) if own_name in writer.texts.words else writer.words_for("source", name)


def _rows(found: Data, writer: Writer) -> Section:
    title, rows = _title(found, writer), found["rows"]
    newest = list(reversed(rows))[:MOST_ROWS]
    there = {column for row in newest for column in row}
    first = [found["time"]] if found["time"] in there else []
    names = [*first, *(column for column in _names(found) if column in there and column not in first)]
    names += sorted(there.difference(names))
    columns = [Column(_head(column, writer)) for column in names]
    cells = [[_cell(row.get(column), writer) for column in names] for row in newest]
    more = len(rows) - len(newest)
    counts = {"number": writer.number(len(newest)), "others": writer.number(more)}
    body = [
        table(title, columns, cells, writer),
        paragraphs(writer.word("export.newest", **counts) if more else None),
    ]
    return Section(f"table-{found['table']}", title, joined(body))


def _names(found: Data) -> list[str]:
    return [column["name"] for column in found["columns"]]


def _head(column: str, writer: Writer) -> str:
    if f"column.{column}" not in writer.texts.words and column.endswith(_KNOWN):
        of = writer.words_for("column", column.removesuffix(_KNOWN) + "_time")
        return writer.word("export.known", column=of)
    return writer.words_for("column", column)


def _cell(value: Any, writer: Writer) -> Child:
    if value is None:
        return writer.number(None)
    if isinstance(value, Mapping):
        return writer.word("export.person", number=writer.number(value["person"]))
    if isinstance(value, str):
        return writer.moment(value) if _is_instant(value) else own(value)
    if isinstance(value, int):
        return own(str(value))
    return writer.number(value, 0 if value == round(value) else 2)


def _is_instant(text: str) -> bool:
    return len(text) >= 20 and text[4:5] == text[7:8] == "-" and text[10:11] == "T"


def _decisions(report: Data, writer: Writer) -> Section:
    heads = ("decision.decided_at", "decision.application", "export.decided", "outcome.score")
    columns = [Column(writer.word(head), numeric=head == "outcome.score") for head in heads]
    rows = [
        (
            writer.moment(record["decided_at"]),
            own(str(record["application_id"])),
            writer.words_for("outcome", _result(record["outcome"])),
            writer.number(record["outcome"]["score"]),
        )
        for record in report["decisions"]
    ]
    erased = report["erased_decisions"]
    body: list[Html | None] = [
        table(writer.word("export.decisions_caption"), columns, rows, writer) if rows else None,
        tag("p", writer.word("export.erased", number=writer.number(erased))) if erased else None,
    ]
    return Section("decisions", writer.word("export.decisions"), joined(body))


def _result(outcome: Data) -> str:
    nothing = outcome["status"] != "scored" and outcome["decision"] == "none"
    return "unscorable" if nothing else str(outcome["decision"])


def _handled(report: Data, writer: Writer) -> Section:
    """Write what people did with which decision: a ruling with its reason, an objection, a report."""
    heads = ("review.at", "decision.application", "export.done", "export.said")
    columns = [Column(writer.word(head)) for head in heads]
    of = {record["decision_id"]: str(record["application_id"]) for record in report["decisions"]}
    rows = [
        (
            writer.moment(one["at"]),
            own(of[one["decision_id"]]),
            writer.word(f"export.done.{one['what']}"),
            _said(one, writer),
        )
        for one in report["handled"]
    ]
    body = table(writer.word("export.handled_caption"), columns, rows, writer)
    return Section("handled", writer.word("export.handled"), body)


def _said(one: Data, writer: Writer) -> Child:
    content = one["content"]
    if one["what"] == "review":
        ruled = writer.named(writer.word(f"outcome.{content['decision']}"), "")
        return joined([ruled, own(content["reason"])])
    return own(content["because"]) if one["what"] == "objection" else code(content["report_id"])
