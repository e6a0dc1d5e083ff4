"""Parts of a model's page that say what earlier decisions left out, and the result of each section."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from creditscore.report.markup import Child, Html, joined
from creditscore.report.pages.parts import Column, Section, paragraphs, table
from creditscore.report.writing import Writer

Data = Mapping[str, Any]

_QUALITY: Final = ("bad_rate_approved", "bad_rate_declined", "ratio", "caught")
# Of these rows the model may know the outcomes: its figures on them flatter it.
_MAY_FLATTER: Final = ("training", "given")
_FIGURES: Final = ("auc", "brier", "calibration_slope", "calibration_intercept")


def results(report: Data, writer: Writer) -> Section | None:
    """Write what came of each section of the validation, and why some were not assessed."""
    if not report.get("sections"):
        return None
    columns = [Column(writer.word(f"sections.{head}")) for head in ("section", "result", "why")]
    rows = [
        (*(writer.word(f"sections.{one[key]}") for key in ("section", "result")), _why(one, writer))
        for one in report["sections"]
    ]
    body = [
        paragraphs(writer.word("sections.intro")),
        table(writer.word("sections.caption"), columns, rows, writer),
    ]
    return Section("sections", writer.word("sections.title"), joined(body))


def _why(one: Data, writer: Writer) -> str:
    if one["why"] is not None:
        return writer.word(f"why.{one['why']}")
    return "; ".join(writer.word(f"thresholds.{name}") for name in one["failed"])


def selection(report: Data, writer: Writer) -> Section | None:
    """Say how unlike the declined are, what exploring showed, and what filling them in changes."""
    if "selection" not in report:
        return None
    found = report["selection"]
    title = writer.word("selection.title")
    if found["overlap"] is None:
        said = writer.word("selection.nobody_declined", applications=writer.number(found["applications"]))
        return Section("selection", title, joined([paragraphs(said)]))
    intro = writer.word(
        "selection.intro",
        applications=writer.number(found["applications"]),
        accepted=writer.percent(found["accepted_share"]),
        unscored=writer.number(found["unscored"]),
        overlap=writer.percent(found["overlap"], 0),
        beyond=writer.percent(found["beyond"]),
    )
    body: list[Child] = [
        paragraphs(intro, writer.word(f"selection.verdict.{found['quality']['verdict']}")),
        _quality(found["quality"], writer),
        _everybody(found, writer),
        paragraphs(writer.word(f"selection.prior.{found['prior']}")),
    ]
    body[-1:-1] = flattering(found, writer)
    if found["inference"]:
        body.append(_inference(found["inference"], writer))
    return Section("selection", title, joined(body))


def flattering(found: Data, writer: Writer) -> list[Child]:
    """Say that figures flatter the model where the rows that they are of are training rows, or may be."""
    if found["basis"] not in _MAY_FLATTER:
        return []
    return [paragraphs(writer.word(f"selection.basis.{found['basis']}"))]


def _quality(quality: Data, writer: Writer) -> Html:
    columns = [Column(writer.word("selection.what")), Column(writer.word("selection.found"), numeric=True)]
    rows = [
        (writer.word(f"selection.{name}"), _figure(quality[name], writer, shares=name != "ratio"))
        for name in _QUALITY
    ]
    caption = writer.word("selection.quality", explored=writer.number(quality["explored"]))
    return table(caption, columns, rows, writer)


def _everybody(found: Data, writer: Writer) -> Html:
    columns = [Column(writer.word("selection.what"))]
    columns += [Column(writer.word(f"selection.{name}"), numeric=True) for name in ("accepted_alone", "all")]
    rows = [
        (
            writer.word(f"metric.{name}"),
            *(_figure(found[part][name], writer) for part in ("accepted", "everybody")),
        )
        for name in _FIGURES
    ]
    return table(writer.word("selection.everybody"), columns, rows, writer)


def _inference(effects: list[Data], writer: Writer) -> Html:
    keys = ("method", "auc_accepted", "auc_seen", "declined")
    columns = [Column(writer.word(f"selection.{key}"), numeric=key != "method") for key in keys]
    rows = [
        (
            writer.word(f"selection.method.{one['method']}"),
            writer.number(one["auc_accepted"], 3),
            writer.number(one["auc_seen"], 3),
            writer.percent(one["declined"]),
        )
        for one in effects
    ]
    return table(writer.word("selection.inference"), columns, rows, writer)


def _figure(found: Data, writer: Writer, *, shares: bool = False) -> str:
    def said(value: float | None) -> str:
        return writer.percent(value) if shares else writer.number(value, 3)

    if found["value"] is None:
        return said(None)
    span = writer.word("page.range", low=said(found["low"]), high=said(found["high"]))
    return f"{said(found['value'])} ({span})"
