"""The features of a model, each with its sign and weight, on the page of the model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from creditscore.report.markup import joined, tag
from creditscore.report.pages.parts import Column, Section, code, own, paragraphs, table
from creditscore.report.writing import Writer


def dictionary(report: Mapping[str, Any], writer: Writer) -> Section | None:
    """Write the features that the model uses, the most important first; nothing where they are not told."""
    if "dictionary" not in report:
        return None
    found, names = report["dictionary"], report["names"]
    heads = ("ledger.feature", "dictionary.group", "dictionary.sign", "dictionary.proxy")
    columns = [Column(writer.word(head)) for head in heads]
    columns += [Column(writer.word(f"dictionary.{key}"), numeric=True) for key in ("missing", "importance")]
    ordered = sorted(found["features"], key=lambda row: (-row["importance"], row["name"]))
    sign = {1: "rises", -1: "falls", 0: "free"}
    listed = [
        (
            joined([own(names["features"][row["name"]]), tag("br"), code(row["name"])]),
            names["groups"][row["group"]],
            writer.word(f"dictionary.{sign[row['sign']]}"),
            writer.word(f"dictionary.{row['proxy_risk']}"),
            writer.percent(row["missing"]),
            writer.number(row["importance"], 4),
        )
        for row in ordered
        if row["importance"]
    ]
    used, everything = writer.number(found["used"]), writer.number(found["all"])
    tried = {key: writer.number(found["signs"][key]) for key in ("violations", "trials")}
    body = [
        paragraphs(
            writer.word("dictionary.intro", used=used, all=everything),
            writer.word("dictionary.proof", **tried),
        ),
        table(writer.word("dictionary.caption"), columns, listed, writer),
    ]
    return Section("dictionary", writer.word("dictionary.title"), joined(body))
