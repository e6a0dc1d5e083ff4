"""The page of a change from one model to another."""

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
from creditscore.report.writing import NOTHING, Writer

Data = Mapping[str, Any]

_SHOWN: Final = 15
_METRICS: Final = ("auc", "gini", "ks", "brier", "log_loss")
_SHARES: Final = ("approval_before", "approval", "swapped_in", "swapped_out")
_RATES: Final = ("bad_rate_before", "bad_rate", "bad_rate_swapped_in", "bad_rate_swapped_out")


def change_page(report: Data) -> str:
    """Write the page."""
    writer = writer_of(report)
    sections = [
        _points(report, writer),
        _flips(report, writer),
        _differences(report, writer),
        _shifts(report, writer),
        _reasons(report, writer),
        _grades(report, writer),
        _segments(report, writer),
        _features(report, writer),
    ]
    title, kicker = writer.word("change.title"), writer.word("change.kicker")
    shown = [section for section in sections if section is not None]
    return page(writer, title, kicker, _identity(report, writer), shown, footer(report, writer))


def _identity(report: Data, writer: Writer) -> Html:
    old, new = report["before"], report["after"]
    laws = [one["jurisdiction"] for one in (old, new)]
    return facts(
        [
            (writer.word("change.before"), code(old["model_id"])),
            (writer.word("change.after"), code(new["model_id"])),
            (
                writer.word("change.laws"),
                own(" → ".join(one or NOTHING for one in laws)) if any(laws) else None,
            ),
            (writer.word("model.generated"), writer.moment(report["generated_at"])),
        ]
    )


def _points(report: Data, writer: Writer) -> Section:
    found = report["points"]
    counted = {name: writer.number(found[name]) for name in ("applications", "before_alone", "after_alone")}
    said = [
        (writer.word("change.mean"), _signed(found["mean"], writer)),
        (writer.word("change.raised"), writer.percent(found["raised"])),
        (writer.word("change.lowered"), writer.percent(found["lowered"])),
        (writer.word("change.largest_rise"), writer.number(found["largest_rise"], 1)),
        (writer.word("change.largest_fall"), writer.number(found["largest_fall"], 1)),
        (writer.word("change.same_order"), writer.number(found["same_order"], 3)),
    ]
    said += [
        (writer.word("change.quantile", share=writer.percent(float(at), 0)), _signed(value, writer))
        for at, value in sorted(found["quantiles"].items(), key=lambda pair: float(pair[0]))
    ]
    columns = [
        Column(writer.word("performance.figure")),
        Column(writer.word("performance.value"), numeric=True),
    ]
    body = [
        paragraphs(writer.word("change.points_intro", **counted)),
        table(writer.word("change.points"), columns, said, writer, kind="narrow"),
    ]
    return Section("points", writer.word("change.points"), joined(body))


def _flips(report: Data, writer: Writer) -> Section | None:
    found = report["flips"]
    if found is None:
        return None
    columns = [Column(writer.word("performance.figure"))]
    columns += [Column(writer.word(f"performance.{name}"), numeric=True) for name in ("value", "interval")]
    listed = [
        (
            writer.word(f"change.{name}"),
            writer.percent(found["figures"][name]["value"]),
            _interval([writer.percent(found["figures"][name][end]) for end in ("low", "high")], writer),
        )
        for name in (*_SHARES, *_RATES)
        if found["figures"][name]["value"] is not None
    ]
    intro = writer.word(
        "change.flips_intro",
        before=writer.number(found["cutoff_before"]),
        after=writer.number(found["cutoff"]),
    )
    withheld = found["figures"]["bad_rate"]["value"] is None
    body = [
        paragraphs(intro, writer.word("change.no_bad_rates") if withheld else None),
        table(writer.word("change.flips"), columns, listed, writer),
    ]
    return Section("flips", writer.word("change.flips"), joined(body))


def _differences(report: Data, writer: Writer) -> Section:
    found = report["differences"]
    basis = [
        writer.word(f"change.basis_{side}", rows=writer.word(f"change.basis.{report[side]['basis']}"))
        for side in ("before", "after")
        if report[side]["basis"]
    ]
    body = [paragraphs(*basis)]
    if found:
        columns = [Column(writer.word("performance.figure"))]
        columns += [
            Column(writer.word(f"performance.{name}"), numeric=True) for name in ("value", "interval")
        ]
        listed = [
            (
                writer.word(f"metric.{name}"),
                writer.number(found[name]["value"], 4, signed=True),
                _interval(
                    [writer.number(found[name][end], 4, signed=True) for end in ("low", "high")], writer
                ),
            )
            for name in _METRICS
        ]
        caption = writer.word(
            "change.differences_caption", rows=writer.number(report["judged"]),
            resamples=writer.number(report["resamples"]), seed=writer.number(report["seed"]),
        )  # fmt: skip
        body.append(table(caption, columns, listed, writer))
    else:
        body.append(paragraphs(writer.word("change.no_outcomes")))
    return Section("differences", writer.word("change.differences"), joined(body))


def _shifts(report: Data, writer: Writer) -> Section:
    columns = [Column(writer.word("change.group"))]
    columns += [Column(writer.word(f"change.shift_{name}"), numeric=True) for name in ("mean", "size")]
    listed = [
        (_group(one["group"], report, writer), _signed(one["mean"], writer), writer.number(one["size"], 1))
        for one in report["shifts"][:_SHOWN]
    ]
    body = [
        paragraphs(writer.word("change.shifts_intro")),
        table(writer.word("change.shifts"), columns, listed, writer),
    ]
    return Section("shifts", writer.word("change.shifts"), joined(body))


def _reasons(report: Data, writer: Writer) -> Section:
    found = report["reasons"]
    intro = writer.word(
        "change.reasons_intro",
        applications=writer.number(found["applications"]),
        first=writer.percent(found["same_first"]),
        three=writer.number(found["of_three"], 2),
    )
    columns = [Column(writer.word("change.group"))]
    columns += [Column(writer.word(f"change.first_{side}"), numeric=True) for side in ("before", "after")]
    listed = [
        (
            _group(one["group"], report, writer),
            writer.percent(one["before"]),
            writer.percent(one["after"]),
        )
        for one in found["first"][:_SHOWN]
    ]
    body = [paragraphs(intro), table(writer.word("change.first"), columns, listed, writer)]
    return Section("reasons", writer.word("change.reasons"), joined(body))


def _grades(report: Data, writer: Writer) -> Section:
    moves = report["grades"]
    names = sorted({one[side] for one in moves for side in ("before", "after")}, key=_graded)
    counts = {(one["before"], one["after"]): one["applications"] for one in moves}
    columns = [Column(writer.word("change.grade"))]
    columns += [Column(_grade(name, writer), numeric=True) for name in names]
    listed = [
        (_grade(row, writer), *(writer.number(counts.get((row, column), 0)) for column in names))
        for row in names
    ]
    caption = writer.word("change.grades_caption")
    return Section(
        "grades", writer.word("change.grades"), table(caption, columns, listed, writer, kind="quiet")
    )


def _graded(name: str) -> tuple[bool, int, str]:
    return name == "", len(name), name


def _grade(name: str, writer: Writer) -> str:
    return writer.plain(name) if name else writer.word("change.no_grade")


def _segments(report: Data, writer: Writer) -> Section | None:
    if not report["segments"]:
        return None
    names = ("applications", "mean", "swapped_in", "swapped_out")
    columns = [Column(writer.word("change.segment"))]
    columns += [Column(writer.word(f"change.of_{name}"), numeric=True) for name in names]
    listed = [
        (
            joined([own(one["segmentation"]), ": ", own(writer.plain(one["segment"]))]),
            writer.number(one["applications"]),
            NOTHING if one["mean"] is None else _signed(one["mean"], writer),
            writer.percent(one["swapped_in"]),
            writer.percent(one["swapped_out"]),
        )
        for one in report["segments"]
    ]
    body = table(writer.word("change.segments_caption"), columns, listed, writer)
    return Section("segments", writer.word("change.segments"), body)


def _features(report: Data, writer: Writer) -> Section:
    counts = {side: writer.number(report[side]["features"]) for side in ("before", "after")}
    body = [paragraphs(writer.word("change.features_intro", **counts))]
    for side in ("added", "dropped"):
        named = report[f"features_{side}"]
        if named:
            items = [tag("li", own(report["names"]["features"][name]), " ", code(name)) for name in named]
            body.append(joined([tag("h3", writer.word(f"change.{side}")), tag("ul", items, class_="list")]))
    return Section("features", writer.word("change.features"), joined(body))


def _group(name: str, report: Data, writer: Writer) -> Child:
    """Name a group with its code: groups of one's own without words share a title."""
    if not name:
        return writer.word("change.base")
    return joined([own(report["names"]["groups"][name]), tag("br"), code(name)])


def _interval(ends: list[str], writer: Writer) -> str:
    return writer.word("page.range", low=ends[0], high=ends[1])


def _signed(points: float, writer: Writer) -> str:
    return writer.number(points, 1, signed=True)
