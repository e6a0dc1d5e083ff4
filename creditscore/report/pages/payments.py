"""The part of a decision's page that says what each payment is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from creditscore.report.markup import joined
from creditscore.report.pages.parts import Column, Section, paragraphs, table
from creditscore.report.writing import Writer

Data = Mapping[str, Any]


def payments_section(report: Data, writer: Writer) -> Section | None:
    """Write how many payments there were of each class, and the newest ones; None where there were none."""
    if "payments" not in report:
        return None
    found = report["payments"]
    heads = (("class", False), ("count", True), ("amount", True), ("counts_as", False))
    summed = [
        (
            line["label"],
            writer.number(line["count"]),
            writer.number(line["amount"], 2),
            writer.words_for("counts_as", line["counts_as"]),
        )
        for line in found["classes"]
    ]
    body = [
        paragraphs(writer.word("payments.intro")),
        table(writer.word("payments.caption"), _columns(heads, writer), summed, writer),
        _newest(found, writer),
    ]
    if found["left_out"]:
        number = writer.number(found["left_out"])
        body.append(paragraphs(writer.word("payments.left_out", number=number)))
    return Section("payments", writer.word("payments.title"), joined(body))


def _newest(found: Data, writer: Writer) -> Any:
    heads = (("day", False), ("amount", True), ("class", False), ("evidence", False))
    rows = [
        (writer.day(row["event_time"]), writer.number(row["amount"], 2), row["label"], row["evidence"])
        for row in found["newest"]
    ]
    return table(writer.word("payments.newest"), _columns(heads, writer), rows, writer)


def _columns(heads: tuple[tuple[str, bool], ...], writer: Writer) -> list[Column]:
    return [Column(writer.words_for("payments", name), numeric=numeric) for name, numeric in heads]
