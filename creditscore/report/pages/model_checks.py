"""Parts of a model's page that say what was checked, and how to do it again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from creditscore.report.markup import Child, Html, joined, tag
from creditscore.report.pages.parts import Column, Section, code, paragraphs, table
from creditscore.report.writing import Writer

Data = Mapping[str, Any]


def quality(report: Data, writer: Writer) -> Section | None:
    """Say how far explanations can be relied on."""
    if "quality" not in report:
        return None
    found = report["quality"]
    measured: list[tuple[str, Child]] = [
        ("rows", writer.number(found["rows"])),
        ("method", code(found["method"])),
        ("additivity", code(writer.plain(f"{found['additivity']:.1e}"))),
        ("identical", writer.word("value.yes" if found["identical"] else "value.no")),
        ("noise_points", writer.number(found["noise_points"], 2)),
        ("noise_top", writer.percent(found["noise_top"])),
    ]
    if "faithfulness" in report:
        measured += _faithfulness(report["faithfulness"], writer)
    columns = [Column(writer.word("quality.measure")), Column(writer.word("quality.value"))]
    listed = [(writer.word(f"quality.{key}"), cell) for key, cell in measured]
    body = [
        table(writer.word("quality.caption"), columns, listed, writer),
        _stability(report["stability"], writer) if "stability" in report else None,
    ]
    return Section("quality", writer.word("quality.title"), joined(body))


def _faithfulness(found: Data, writer: Writer) -> list[tuple[str, Child]]:
    both = [(name, found[name], found[f"{name}_drawn"]) for name in ("deletion", "insertion")]
    return [
        (name, writer.word("quality.beside", found=writer.number(own, 2), drawn=writer.number(drawn, 2)))
        for name, own, drawn in both
    ]


def _stability(found: Data, writer: Writer) -> Html:
    caption = writer.word(
        "quality.stability_caption",
        refits=writer.number(found["refits"]),
        rows=writer.number(found["rows"]),
        applicants=writer.number(found["applicants"]),
        seed=writer.number(found["seed"]),
    )
    columns = [Column(writer.word("quality.measure")), Column(writer.word("quality.value"), numeric=True)]
    listed = [
        (writer.word(f"quality.{key}"), writer.percent(found[key]))
        for key in ("overlap", "same_first", "same_order")
    ]
    later = [key for key in ("of_three", "rank_tau") if key in found]  # reports of before do not say
    listed += [(writer.word(f"quality.{key}"), writer.number(found[key], 2)) for key in later]
    return joined([tag("h3", writer.word("quality.stability")), table(caption, columns, listed, writer)])


def leakage(report: Data, writer: Writer) -> Section | None:
    """List the checks for knowledge of the future."""
    if "leakage" not in report:
        return None
    columns = [
        Column(writer.word("leakage.check")),
        Column(writer.word("leakage.rows"), numeric=True),
        Column(writer.word("leakage.found"), numeric=True),
        Column(writer.word("leakage.limit"), numeric=True),
        Column(writer.word("leakage.result")),
    ]
    listed = [
        (
            _named(check, writer),
            writer.number(check["rows"]),
            _found(check["found"], writer),
            _found(check["limit"], writer),
            writer.word("checks.passed" if check["passed"] else "checks.failed"),
        )
        for check in report["leakage"]
    ]
    body = joined(
        [
            paragraphs(writer.word("leakage.intro")),
            table(writer.word("leakage.caption"), columns, listed, writer),
        ]
    )
    return Section("leakage", writer.word("leakage.title"), body)


def _named(check: Data, writer: Writer) -> Html:
    name = writer.word(f"leakage.{check['check']}")
    numbers = [code(number) for number in check.get("known_as", ())]
    shown = [part for number in numbers for part in (number, " ")]
    return joined([*shown, name, tag("br"), code(check["feature"])] if check["feature"] else [*shown, name])


def _found(value: float, writer: Writer) -> str:
    return writer.number(value, 0 if float(value).is_integer() else 4)


def reproduction(report: Data, writer: Writer) -> Section:
    """Write hashes, versions and settings."""
    hashes = report["reproduction"]
    columns = [Column(writer.word("lineage.item")), Column(writer.word("lineage.content"))]
    items: list[tuple[Child, Child]] = [
        (writer.word(f"reproduction.{name}"), code(str(value))) for name, value in hashes.items()
    ]
    items += [(code(name), code(text)) for name, text in report["environment"].items()]
    body = table(writer.word("reproduction.caption"), columns, items, writer)
    return Section("reproduction", writer.word("reproduction.title"), body)
