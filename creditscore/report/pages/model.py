"""The page of a model report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from creditscore.pipeline.fit_report import UNJUDGED
from creditscore.report.charts.bars import Bar, rows
from creditscore.report.charts.curves import calibration_chart, distribution_chart, ks_chart, roc_chart
from creditscore.report.markup import Child, Html, joined, tag
from creditscore.report.pages.law import law_section, significance_section
from creditscore.report.pages.model_cells import cells_table, states_table
from creditscore.report.pages.model_checks import leakage, quality, reproduction
from creditscore.report.pages.model_dictionary import dictionary
from creditscore.report.pages.model_fairness import fairness
from creditscore.report.pages.model_gaming import gaming
from creditscore.report.pages.model_selection import results, selection
from creditscore.report.pages.model_thresholds import population, thresholds
from creditscore.report.pages.parts import (
    Column,
    Section,
    absent,
    code,
    facts,
    footer,
    isolated,
    own,
    page,
    paragraphs,
    table,
)
from creditscore.report.writing import NOTHING, Writer
from creditscore.validation.results import LABELS

Data = Mapping[str, Any]
_PURPOSES: Final = ("purpose", "population", "target")
_ORDER: Final = (*LABELS,)


def model_page(report: Data) -> str:
    """Write the page of one model."""
    writer = Writer(report["language"], report["calendar"])
    sections = [
        _purpose(report, writer),
        results(report, writer),
        *(_sample(report["data"], writer) if "data" in report else ()),
        _scores(report, writer),
        _performance(report, writer),
        _calibration(report, writer),
        _sources(report, writer),
        _reasons(report, writer),
        population(report, writer),
        quality(report, writer),
        leakage(report, writer),
        selection(report, writer),
        fairness(report, writer),
        gaming(report, writer),
        law_section(report, writer),
        significance_section(report, writer),
        thresholds(report, writer),
        dictionary(report, writer),
        _limits(report, writer),
        reproduction(report, writer),
        absent(report, writer),
    ]
    head = writer.word("model.title"), writer.word("model.kicker"), _identity(report, writer)
    return page(writer, *head, [one for one in sections if one is not None], footer(report, writer))


def _identity(report: Data, writer: Writer) -> Html:
    data, responsible = report.get("data"), report["responsible"]
    span = None
    if data is not None:
        first, last = (writer.day(data["period"][end]) for end in ("first", "last"))
        span = first if first == last else writer.word("page.range", low=first, high=last)
    return facts(
        [
            (writer.word("model.model"), code(report["model_id"])),
            (writer.word("model.generated"), writer.moment(report["generated_at"])),
            (writer.word("model.owner"), own(responsible["owner"]) if responsible["owner"] else None),
            (
                writer.word("model.validator"),
                own(responsible["validator"]) if responsible["validator"] else None,
            ),
            (writer.word("model.period"), span),
            (writer.word("model.rows"), writer.number(data["applications"]) if data else None),
        ]
    )


def _purpose(report: Data, writer: Writer) -> Section | None:
    given = [(key, report["purpose"][key]) for key in _PURPOSES if report["purpose"][key]]
    if not given:
        return None
    body = joined([tag("h3", writer.word(f"purpose.{key}")), tag("p", own(text))] for key, text in given)
    return Section("purpose", writer.word("purpose.title"), body)


def _sample(data: Data, writer: Writer) -> list[Section]:
    body: list[Child] = []
    if data["fit"] is not None:
        fit = data["fit"]
        steps = [(writer.word("sample.given"), writer.number(fit["applications"]))]
        steps += [
            (writer.words_for("sample", why), writer.number(-count)) for why, count in fit["excluded"].items()
        ]
        steps.append((writer.word("sample.used"), writer.number(fit["used"])))
        columns = [Column(writer.word("sample.step")), Column(writer.word("performance.rows"), numeric=True)]
        body.append(table(writer.word("sample.waterfall"), columns, steps, writer, kind="narrow"))
        body.append(facts([(writer.word("sample.folds"), tag("span", own(fit["folds"]), lang="en"))]))
        body.append(_said("sample.warnings", fit.get("warnings", ()), writer))
    body.append(_said("sample.mismatches", data.get("mismatches", ()), writer))
    body.append(_tables(data, writer))
    body.append(_coverage(data, writer))
    return [Section("data", writer.word("sample.title"), joined(body))]


def _said(title: str, sentences: Sequence[str], writer: Writer) -> Html | None:
    """List sentences for the modeller, which are in English."""
    if not sentences:
        return None
    listed = tag("ul", [tag("li", tag("span", own(one), lang="en")) for one in sentences])
    return joined([tag("h3", writer.word(title)), listed])


def _tables(data: Data, writer: Writer) -> Html | None:
    if not data["tables"]:
        return None
    columns = [
        Column(writer.word("sample.table")),
        Column(writer.word("data.rows"), numeric=True),
        Column(writer.word("data.first")),
        Column(writer.word("data.last")),
    ]
    listed = [
        (code(t["table"]), writer.number(t["rows"]), writer.day(t["first"]), writer.day(t["last"]))
        for t in data["tables"]
    ]
    return table(writer.word("sample.tables"), columns, listed, writer)


def _coverage(data: Data, writer: Writer) -> Html:
    pairs = [(source, share) for source, share in data["coverage"].items() if source != "application"]
    if not pairs:
        return joined(())
    described = writer.word("sample.coverage_desc", rows=writer.number(data["applications"]))
    return share_chart(
        [(writer.words_for("source", source), share) for source, share in pairs],
        writer, writer.word("sample.coverage"), described,
    )  # fmt: skip


def share_chart(pairs: list[tuple[str, float]], writer: Writer, title: str, description: str) -> Html:
    """Draw shares as bars under their names."""
    bars = [Bar(name, writer.percent(share), 0.0, min(share, 1.0)) for name, share in pairs]
    return rows(bars, writer, title, description)


def _scores(report: Data, writer: Writer) -> Section | None:
    if "scores" not in report:
        return None
    scores = report["scores"]
    columns = [Column(writer.word("scores.quantile")), Column(writer.word("scores.score"), numeric=True)]
    listed = [
        (writer.percent(q["quantile"], 0), writer.plain(f"{q['score']:.0f}")) for q in scores["quantiles"]
    ]
    nobody = scores["unscorable"]
    body = [
        tag(
            "div", distribution_chart(scores["histogram"], writer),
            table(writer.word("scores.caption"), columns, listed, writer), class_="figures",
        ),
        paragraphs(writer.word("scores.unscorable", number=writer.number(nobody)) if nobody else None),
    ]  # fmt: skip
    return Section("scores", writer.word("scores.title"), joined(body))


def _performance(report: Data, writer: Writer) -> Section | None:
    if "performance" not in report:
        return None
    found = report["performance"]
    body: list[Child] = [
        _basis(report, writer),
        tag("div", roc_chart(found["roc"], writer), ks_chart(found["ks"], writer), class_="figures"),
        _figures(found["overall"], found["baseline"], writer),
    ]
    if "kept" in report:
        kept = report["kept"]
        rows_, bads = writer.number(kept["applications"]), writer.number(kept["bads"])
        body += [
            tag("h3", writer.word("performance.kept")),
            paragraphs(writer.word("performance.kept_intro", rows=rows_, bads=bads)),
            _figures(kept, None, writer),
        ]
    if "time" in report:
        body.append(_parts(report["time"], writer.word("performance.time"), writer))
    for name, parted in report.get("segments", {}).items():
        body.append(_parts(parted, f"{writer.word('performance.segments')}: {isolated(name)}", writer))
    return Section("performance", writer.word("performance.title"), joined(body))


def _basis(report: Data, writer: Writer) -> Html:
    """Say which rows figures rest on: of training rows, that they are."""
    found, fit = report["performance"], report.get("data", {}).get("fit")
    rows_, bads = (writer.number(found["overall"][name]) for name in ("applications", "bads"))
    said = [writer.word(f"performance.{found['basis']}", rows=rows_, bads=bads)]
    none = 0 if fit is None else sum(fit["excluded"].get(why, 0) for why in UNJUDGED)
    if none:
        everyone = writer.number(fit["applications"])
        said.append(writer.word("performance.accepted", rows=writer.number(none), everyone=everyone))
    return joined(map(paragraphs, said))


def _figures(overall: Data, baseline: Data | None, writer: Writer) -> Html:
    heads = ["performance.figure", "performance.value", "performance.interval"]
    heads += ["performance.baseline"] if baseline else []
    columns = [Column(writer.word(head), numeric=position > 0) for position, head in enumerate(heads)]
    listed = []
    for name in sorted(overall["figures"], key=_ORDER.index):
        figure = overall["figures"][name]
        low, high = (writer.number(figure[end], 4) for end in ("low", "high"))
        cells = [writer.word(f"metric.{name}"), writer.number(figure["value"], 4)]
        cells.append(writer.word("page.range", low=low, high=high))
        if baseline:
            other = baseline["figures"].get(name)
            cells.append(NOTHING if other is None else writer.number(other["value"], 4))
        listed.append(cells)
    caption = writer.word(
        "performance.caption",
        level=writer.percent(overall["level"], 0),
        resamples=writer.number(overall["resamples"]),
        seed=writer.number(overall["seed"]),
    )
    return table(caption, columns, listed, writer)


def _parts(parted: list[Data], caption: str, writer: Writer) -> Html:
    heads = ("part", "rows", "bads", "bad_rate", "predicted")
    columns = [Column(writer.word(f"performance.{head}"), numeric=head != "part") for head in heads]
    columns.append(Column(writer.word("metric.auc"), numeric=True))
    few = writer.word("performance.too_few")
    listed = [
        (
            own(writer.plain(part["part"])),
            writer.number(part["applications"]),
            writer.number(part["bads"]),
            writer.percent(part["bad_rate"]),
            writer.percent(part["predicted"]),
            few if part["auc"] is None else writer.number(part["auc"], 4),
        )
        for part in parted
    ]
    return joined([tag("h3", caption), table(caption, columns, listed, writer, kind="quiet")])


def _calibration(report: Data, writer: Writer) -> Section | None:
    if "calibration" not in report:
        return None
    found = report["calibration"]
    body = [
        _basis(report, writer),
        calibration_chart(found, writer),
        _rates(found["deciles"], "group", found, "calibration.deciles", writer),
        tag("h3", writer.word("calibration.grades")),
        paragraphs(writer.word("calibration.grades_intro")),
        _rates(found["grades"], "grade", found, "calibration.grades", writer),
    ]
    return Section("calibration", writer.word("calibration.title_section"), joined(body))


def _rates(listed: list[Data], key: str, found: Data, caption: str, writer: Writer) -> Html:
    level = writer.percent(found["level"], 0)
    columns = [
        Column(writer.word(f"calibration.{key}")),
        Column(writer.word("performance.rows"), numeric=True),
        Column(writer.word("performance.bads"), numeric=True),
        Column(writer.word("calibration.predicted"), numeric=True),
        Column(writer.word("calibration.observed"), numeric=True),
        Column(writer.word("calibration.interval", level=level), numeric=True),
    ]
    judged = key == "grade"
    if judged:
        columns.append(Column(writer.word("calibration.holds")))
    cells = [
        (
            writer.plain(str(row[key])),
            writer.number(row["applications"]),
            writer.number(row["bads"]),
            writer.percent(row["predicted"]),
            writer.percent(row["observed"]),
            writer.word("page.range", low=writer.percent(row["low"]), high=writer.percent(row["high"])),
            *((_holds(row, writer),) if judged else ()),
        )
        for row in listed
    ]
    return table(writer.word(caption), columns, cells, writer, kind="quiet" if judged else "")


def _holds(row: Data, writer: Writer) -> str:
    return NOTHING if row["holds"] is None else writer.word("value.yes" if row["holds"] else "value.no")


def _sources(report: Data, writer: Writer) -> Section | None:
    if "sources" not in report:
        return None
    found = report["sources"]
    pairs = [(writer.words_for("source", row["source"]), row["share"]) for row in found["shares"]]
    body: list[Child] = [
        share_chart(pairs, writer, writer.word("sources.shares"), writer.word("sources.shares_desc"))
    ]
    if found["matrix"]:
        columns = [
            Column(writer.word("sources.there")),
            Column(writer.word("metric.auc"), numeric=True),
            Column(writer.word("performance.predicted"), numeric=True),
            Column(writer.word("performance.bad_rate"), numeric=True),
        ]
        listed = [
            (
                writer.word("law.and").join(writer.words_for("source", s) for s in row["sources"])
                or writer.word("sources.none"),
                writer.number(row["auc"], 4),
                writer.percent(row["predicted"]),
                writer.percent(row["bad_rate"]),
            )
            for row in found["matrix"]
        ]
        body += [paragraphs(writer.word("sources.intro"))]
        body += [table(writer.word("sources.caption"), columns, listed, writer)]
    if "cells" in found:
        body += [paragraphs(writer.word("sources.cells_intro")), cells_table(found["cells"], writer)]
    if "states" in found:
        body += [paragraphs(writer.word("sources.states_intro")), states_table(found["states"], writer)]
    return Section("sources", writer.word("sources.title"), joined(body))


def _reasons(report: Data, writer: Writer) -> Section | None:
    if "reasons" not in report:
        return None
    found, names = report["reasons"], report["names"]["groups"]
    columns = [
        Column(writer.word("reasons_table.reason")),
        Column(writer.word("reasons_table.code")),
        Column(writer.word("reasons_table.share"), numeric=True),
        Column(writer.word("reasons_table.first"), numeric=True),
    ]
    listed = [
        (names[r["group"]], code(r["code"]), writer.percent(r["share"]), writer.percent(r["first"]))
        for r in found["reasons"]
    ]
    pairs = [(names[r["group"]], r["share"]) for r in found["reasons"][:8]]
    origins = [(writer.words_for("source", s["source"]), s["share"]) for s in found["sources"]]
    title = writer.word("reasons_table.sources")
    body = [
        paragraphs(writer.word("reasons_table.intro", rows=writer.number(found["rows"]))),
        share_chart(pairs, writer, writer.word("reasons_table.chart"), writer.word("reasons_table.desc")),
        table(writer.word("reasons_table.caption"), columns, listed, writer),
        share_chart(origins, writer, title, title) if len(origins) > 1 else None,
    ]
    return Section("reasons", writer.word("reasons_table.title"), joined(body))


def _limits(report: Data, writer: Writer) -> Section:
    items = [tag("li", own(text)) for text in report["limits"]]
    body = [paragraphs(writer.word("limits.scope")), tag("ul", items, class_="absent") if items else None]
    return Section("limits", writer.word("limits.title"), joined(body))
