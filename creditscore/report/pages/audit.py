"""The parts of a decision's page that are for auditors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from creditscore.report.markup import Html, joined, tag
from creditscore.report.naming import family_title
from creditscore.report.pages.parts import Column, Section, code, own, paragraphs, table
from creditscore.report.pages.rows import rows_sections
from creditscore.report.writing import Writer
from creditscore.segments.withholding import FEWEST_PEOPLE

Data = Mapping[str, Any]


def audit_sections(report: Data, writer: Writer) -> list[Section]:
    """Write every contribution, the checks, and what it takes to compute the decision again."""
    sections = []
    if report["record"]["outcome"]["status"] == "scored":
        sections.append(_ledger(report, writer))
    if report.get("checks"):
        sections.append(_checks(report["checks"], writer))
    return [*sections, *rows_sections(report, writer), _lineage(report["record"], writer)]


def _ledger(report: Data, writer: Writer) -> Section:
    record, labels = report["record"], report["names"]["features"]
    outcome, base = record["outcome"], record["base"]
    heads = ("feature", "value", "contribution", "points", "whole")
    columns = [
        Column(writer.word(f"ledger.{head}"), numeric=head not in ("feature", "value")) for head in heads
    ]
    rows = [
        (
            writer.word("ledger.base"),
            "",
            *_amounts(base["log_odds"], base["points"], base["integer_points"], writer),
        )
    ]
    ordered = sorted(record["features"], key=lambda f: (-abs(f["contribution"]), f["name"]))
    few = report.get("withheld", ())
    rows += [_feature(f, labels[f["name"]], writer, few) for f in ordered if f["contribution"]]
    rows.append(
        (
            writer.word("ledger.sum"), "",
            *_amounts(outcome["log_odds"], outcome["score_unrounded"], outcome["score"], writer),
        )
    )  # fmt: skip
    body = [
        paragraphs(writer.word("ledger.intro")),
        table(writer.word("ledger.caption"), columns, rows, writer),
        paragraphs(
            writer.word("ledger.few", fewest=writer.number(FEWEST_PEOPLE)) if few else None,
            writer.word("ledger.zero", number=writer.number(report["influence"]["without_contribution"])),
        ),
        _dropped(report, writer),
    ]
    return Section("ledger", writer.word("ledger.title"), joined(body))


def _feature(feature: Data, label: str, writer: Writer, few: Sequence[str]) -> tuple[Any, ...]:
    value = writer.value(None if feature["missing"] else feature["value"], feature["unit"])
    if feature["name"] in few:
        value = writer.word("ledger.of_few", fewest=writer.number(FEWEST_PEOPLE))
    name = joined([own(label), tag("br"), code(feature["name"])])
    amounts = _amounts(feature["contribution"], feature["points"], feature["integer_points"], writer)
    return name, own(value), *amounts


def _amounts(log_odds: float, points: float, whole: int, writer: Writer) -> tuple[str, str, str]:
    return (
        writer.number(log_odds, 4, signed=True),
        writer.number(points, 2, signed=True),
        writer.number(whole, signed=True),
    )


def _dropped(report: Data, writer: Writer) -> Html | None:
    dropped = report["record"].get("dropped_reasons")
    if not dropped:
        return None
    items = [
        tag("li", f"{family_title(one, writer)} (", _guard(one, writer), "): ", own(one["why"]))
        for one in dropped
    ]
    return joined([tag("h3", writer.word("reasons.dropped")), tag("ul", items, class_="list")])


def _guard(dropped: Data, writer: Writer) -> str:
    return writer.words_for("guard", str(dropped["guard"]))


def _checks(checks: list[Data], writer: Writer) -> Section:
    columns = [Column(writer.word("checks.check")), Column(writer.word("checks.result"))]
    rows = [(writer.word(f"checks.{check['check']}"), _result(check, writer)) for check in checks]
    body = table(writer.word("checks.caption"), columns, rows, writer)
    return Section("checks", writer.word("checks.title"), body)


def _result(check: Data, writer: Writer) -> Html:
    result = writer.word("checks.passed" if check["passed"] else "checks.failed")
    if check["difference"] is None:
        return joined([result])
    off = code(writer.plain(f"{check['difference']:.1e}"))
    before, _, after = writer.texts.words["checks.difference"].partition("{difference}")
    return joined([f"{result} (", before, off, f"{after})"])


def _lineage(record: Data, writer: Writer) -> Section:
    line = record["calibration"]
    formula = writer.word(
        "lineage.calibration_text",
        slope=writer.number(line["slope"], 6),
        intercept=writer.number(line["intercept"], 6),
    )
    items: list[tuple[str, Any]] = [
        (writer.word("lineage.model_id"), code(record["model"]["model_id"])),
        (writer.word("lineage.feature_digest"), code(record["model"]["feature_digest"])),
        (writer.word("lineage.calibration"), formula),
        (writer.word("lineage.command"), code("creditscore verify REPORT.json --model MODEL")),
    ]
    if record.get("policy"):
        items.append((writer.word("lineage.policy_id"), code(record["policy"]["policy_id"])))
    if record["reference"].get("sha256"):
        items.append((writer.word("lineage.reference"), code(record["reference"]["sha256"])))
    items += [
        (writer.words_for("source", name), code(source["sha256"]))
        for name, source in record["sources"].items()
        if source.get("sha256")
    ]
    items += [(code(name), code(sha)) for name, sha in (record["model"].get("files") or {}).items()]
    items += [(code(name), code(str(version))) for name, version in record["environment"].items()]
    columns = [Column(writer.word("lineage.item")), Column(writer.word("lineage.content"))]
    body = [
        paragraphs(writer.word("lineage.intro")),
        table(writer.word("lineage.caption"), columns, items, writer),
    ]
    return Section("lineage", writer.word("lineage.title"), joined(body))
