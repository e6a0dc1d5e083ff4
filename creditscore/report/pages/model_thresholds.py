"""Parts of a model's page that say how populations shifted, and which thresholds hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from creditscore.report.markup import joined, tag
from creditscore.report.pages.parts import Column, Section, code, own, paragraphs, table
from creditscore.report.writing import NOTHING, Writer

Data = Mapping[str, Any]
_SHOWN: Final = 15
_SMALL: Final = 1e-4


def population(report: Data, writer: Writer) -> Section | None:
    """Write how far held-out rows lie from the training rows."""
    if "population" not in report:
        return None
    found, names = report["population"], report["names"]["features"]
    heads = ("what", "index", "missing_before", "missing_after")
    columns = [Column(writer.word(f"population.{head}"), numeric=head != "what") for head in heads]
    shifts = [(writer.word("population.score"), found["score"])]
    shifts += [
        (joined([own(names[one["name"]]), tag("br"), code(one["name"])]), one)
        for one in found["features"][:_SHOWN]
    ]
    rows = [
        (
            name,
            writer.number(one["index"], 3),
            writer.percent(one["missing_before"]),
            writer.percent(one["missing_after"]),
        )
        for name, one in shifts
    ]
    intro = writer.word(
        "population.intro",
        before=writer.number(found["before"]),
        after=writer.number(found["after"]),
        watch=writer.number(found["watch"], 2),
        shifted=writer.number(found["shifted"], 2),
    )
    body = [paragraphs(intro), table(writer.word("population.caption"), columns, rows, writer)]
    return Section("population", writer.word("population.title"), joined(body))


def thresholds(report: Data, writer: Writer) -> Section | None:
    """Write every threshold with pass or fail."""
    if not report.get("thresholds"):
        return None
    heads = ("what", "found", "least", "most", "result")
    columns = [
        Column(writer.word(f"thresholds.{head}"), numeric=head not in ("what", "result")) for head in heads
    ]
    rows = [
        (
            writer.word(f"thresholds.{one['name']}"),
            *(_number(one[part], writer) for part in ("found", "least", "most")),
            writer.word("checks.passed" if one["passed"] else "checks.failed"),
        )
        for one in report["thresholds"]
    ]
    body = [
        paragraphs(writer.word("thresholds.intro")),
        table(writer.word("thresholds.caption"), columns, rows, writer),
    ]
    return Section("thresholds", writer.word("thresholds.title"), joined(body))


def _number(value: float | None, writer: Writer) -> Any:
    if value is None:
        return NOTHING
    if 0.0 < abs(value) < _SMALL:
        return code(writer.plain(f"{value:.1e}"))
    return writer.number(value, 0 if float(value).is_integer() else 3)
