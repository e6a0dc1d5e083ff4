"""The page of a monitoring report."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate
from typing import Any, Final

from creditscore.report.charts.curves import Course, course_chart
from creditscore.report.markup import Child, Html, joined
from creditscore.report.pages.parts import (
    Column,
    Section,
    absent,
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

_SHOWN: Final = 40
_INKS: Final = ("main", "harm", "ink", "pale")
_DRAWN: Final = 4
_STEPS: Final = 8
# Marks between which text runs from left to right, whatever surrounds it.
_RUNS_RIGHT: Final = "\u2066"
_ENDS: Final = "\u2069"


def monitoring_page(report: Data) -> str:
    """Write the page."""
    writer = writer_of(report)
    found = [
        *_of_watch(report, writer),
        _defaults(report, writer),
        _nowcasts(report, writer),
        _vintages(report, writer),
        _rolls(report, writer),
        absent(report, writer) if report["not_included"] else None,
    ]
    sections = [section for section in found if section is not None]
    title, kicker = writer.word("monitoring.title"), writer.word("monitoring.kicker")
    return page(writer, title, kicker, _identity(report, writer), sections, footer(report, writer))


def _identity(report: Data, writer: Writer) -> Html:
    watch = report.get("watch")
    return facts(
        [
            (writer.word("model.generated"), writer.moment(report["generated_at"])),
            (
                writer.word("monitoring.last_look"),
                None if watch is None else writer.moment(watch["looks"][-1]["at"]),
            ),
            (
                writer.word("monitoring.standing"),
                None if watch is None else writer.number(len(watch["alerts"])),
            ),
            (writer.word("monitoring.bins"), None if watch is None else code(watch["bins_sha256"])),
        ]
    )


def _of_watch(report: Data, writer: Writer) -> list[Section]:
    if "watch" not in report:
        return []
    return [_alerts(report["watch"], writer), _drift(report["watch"], writer)]


def _alerts(watch: Data, writer: Writer) -> Section:
    intro = writer.word(
        "monitoring.alerts_intro",
        level=writer.percent(watch["settings"]["level"]),
        looks=writer.number(len(watch["looks"])),
    )
    body: list[Child] = [paragraphs(intro)]
    if watch["alerts"]:
        names = ("column", "verdict", "since", "looks", "psi", "news")
        numeric = {"looks", "psi"}
        columns = [Column(writer.word(f"monitoring.{name}"), numeric=name in numeric) for name in names]
        rows = [
            (
                code(one["column"]),
                writer.word(f"monitoring.verdict.{one['verdict']}"),
                writer.day(one["since"]),
                writer.number(one["looks"]),
                writer.number(one["psi"], 3),
                writer.word(f"monitoring.news.{one['news']}"),
            )
            for one in watch["alerts"]
        ]
        body.append(table(writer.word("monitoring.alerts_caption"), columns, rows, writer))
    else:
        body.append(paragraphs(writer.word("monitoring.no_alerts")))
    over = [code(one["column"]) for one in watch["ended"]]
    if over:
        listed = [part for one in over for part in (one, " ")]
        body.append(paragraphs(joined([writer.word("monitoring.over"), " ", *listed])))
    return Section("alerts", writer.word("monitoring.alerts"), joined(body))


def _drift(watch: Data, writer: Writer) -> Section:
    names = ("psi", "p_value", "missing_before", "missing_now", "unseen")
    columns = [Column(writer.word("monitoring.column"))]
    columns += [Column(writer.word(f"monitoring.{name}"), numeric=True) for name in names]
    columns.append(Column(writer.word("monitoring.verdict")))
    shown = watch["columns"][:_SHOWN]
    rows = [
        (
            code(one["name"]),
            writer.number(one["psi"], 3),
            writer.number(one["p_value"], 4),
            *(writer.percent(one[name]) for name in names[2:]),
            writer.word(f"monitoring.verdict.{one['verdict']}"),
        )
        for one in shown
    ]
    intro = writer.word(
        "monitoring.drift_intro",
        reference=writer.number(watch["reference_rows"]),
        rows=writer.number(watch["looks"][-1]["rows"]),
        moved=writer.number(watch["settings"]["moved"], 2),
        shifted=writer.number(watch["settings"]["shifted"], 2),
    )
    more = len(watch["columns"]) - len(shown)
    caption = writer.word("monitoring.drift_caption")
    body = [
        paragraphs(intro),
        _drift_chart(watch, writer),
        table(caption, columns, rows, writer),
        paragraphs(writer.word("monitoring.more", columns=writer.number(more)) if more else None),
    ]
    return Section("drift", writer.word("monitoring.drift"), joined(body))


def _drift_chart(watch: Data, writer: Writer) -> Html:
    xs = [float(number) for number in range(1, len(watch["looks"]) + 1)]
    settings = watch["settings"]
    lines = [
        Course(name, ink, xs, course)
        for (name, course), ink in zip(watch["courses"].items(), _INKS, strict=False)
    ]
    lines += [
        Course(writer.word(f"monitoring.verdict.{name}"), "pale", xs, [settings[name]] * len(xs), dashed=True)
        for name in ("moved", "shifted")
    ]
    title = writer.word("monitoring.drift_chart")
    described = writer.word("monitoring.drift_described", looks=writer.number(len(xs)))
    return course_chart(
        lines, (writer.word("monitoring.look"), writer.word("monitoring.psi")), (title, described),
        (writer.number, lambda psi: writer.number(psi, 2)),
    )  # fmt: skip


def _defaults(report: Data, writer: Writer) -> Section | None:
    found = report.get("defaults")
    if found is None:
        return None
    ratio = {name: writer.number(found[name], 2) for name in ("ratio", "low", "high")}
    since = None if found["since"] is None else writer.plain(found["since"])
    verdict = writer.word(f"monitoring.followed.{found['verdict']}", since=since or NOTHING)
    names = ("at_risk", "defaults", "expected", "evidence")
    columns = [Column(writer.word("monitoring.month"))]
    columns += [Column(writer.word(f"monitoring.{name}"), numeric=True) for name in names]
    rows = [
        (
            writer.plain(one["month"]),
            writer.number(one["at_risk"]),
            writer.number(one["defaults"]),
            writer.number(one["expected"], 1),
            writer.number(one["evidence"], 2),
        )
        for one in found["months"]
    ]
    intro = writer.word(
        "monitoring.defaults_intro",
        tolerated=writer.percent(found["tolerated"] - 1.0),
        level=writer.percent(found["level"]),
        horizon=writer.number(found["horizon"]),
        alarm=writer.number(1.0 / found["level"]),
    )
    body = [
        paragraphs(verdict, writer.word("monitoring.ratio", **ratio), intro),
        _defaults_chart(found["months"], writer),
        table(writer.word("monitoring.defaults_caption"), columns, rows, writer, kind="quiet"),
    ]
    return Section("defaults", writer.word("monitoring.defaults_title"), joined(body))


def _defaults_chart(months: list[Data], writer: Writer) -> Html:
    xs = [float(number) for number in range(1, len(months) + 1)]
    lines = [
        Course(
            writer.word(f"monitoring.{name}"), ink, xs, list(accumulate(float(one[name]) for one in months))
        )
        for name, ink in (("defaults", "harm"), ("expected", "main"))
    ]
    ends = {"first": writer.plain(months[0]["month"]), "last": writer.plain(months[-1]["month"])}
    return course_chart(
        lines,
        (writer.word("monitoring.months_along"), writer.word("monitoring.summed")),
        (writer.word("monitoring.defaults_chart"), writer.word("monitoring.defaults_described", **ends)),
        (writer.number, lambda count: writer.number(count, 0 if count >= 5 else 1)),
    )


def _nowcasts(report: Data, writer: Writer) -> Section | None:
    found = report.get("nowcasts")
    if found is None:
        return None
    names = ("loans", "so_far", "rate", "interval", "promised")
    columns = [Column(writer.word("monitoring.cohort"))]
    columns += [Column(writer.word(f"monitoring.{name}"), numeric=True) for name in names]
    rows = [
        (
            code(name),
            writer.number(one["loans"]),
            writer.number(one["defaults"]),
            writer.percent(one["rate"], 2),
            writer.word(
                "page.range", **{end: writer.percent(one[end], 2) for end in ("low", "high")}
            ),
            writer.percent(one["expected"], 2),
        )
        for name, one in found.items()
    ]
    body = [
        paragraphs(writer.word("monitoring.nowcasts_intro")),
        table(writer.word("monitoring.nowcasts_title"), columns, rows, writer),
    ]
    return Section("nowcasts", writer.word("monitoring.nowcasts_title"), joined(body))


def _vintages(report: Data, writer: Writer) -> Section | None:
    found = report.get("vintages")
    if found is None:
        return None
    step = -(-found["months"] // _STEPS)
    shown = range(step, found["months"] + 1, step)
    columns = [
        Column(writer.word("monitoring.vintage")),
        Column(writer.word("monitoring.loans"), numeric=True),
        Column(writer.word("monitoring.unobserved"), numeric=True),
    ]
    columns += [Column(writer.number(month), numeric=True) for month in shown]
    rows = [
        (
            own(writer.plain(one["name"])),
            writer.number(one["loans"]),
            writer.number(one["unobserved"]),
            *(writer.percent(_at(one["shares"], month)) for month in shown),
        )
        for one in found["vintages"]
    ]
    intro = writer.word("monitoring.vintages_intro", moment=writer.moment(found["as_of"]))
    body = [
        paragraphs(intro),
        _vintage_chart(found["vintages"], writer),
        table(writer.word("monitoring.vintages_caption"), columns, rows, writer),
    ]
    return Section("vintages", writer.word("monitoring.vintages_title"), joined(body))


def _at(shares: list[float | None], month: int) -> float | None:
    return shares[month - 1] if month <= len(shares) else None


def _vintage_chart(vintages: list[Data], writer: Writer) -> Html | None:
    """Draw the newest vintages that have a month behind them, the newest in the strongest ink."""
    drawn = []
    for one in vintages:
        known = [(float(month), share) for month, share in enumerate(one["shares"], 1) if share is not None]
        if known:
            drawn.append((f"{_RUNS_RIGHT}{writer.plain(one['name'])}{_ENDS}", known))
    if not drawn:
        return None
    lines = [
        Course(name, ink, [month for month, _ in known], [share for _, share in known])
        for (name, known), ink in zip(reversed(drawn[-_DRAWN:]), _INKS, strict=False)
    ]
    names = writer.word("monitoring.on_book"), writer.word("monitoring.defaulted")
    described = writer.word("monitoring.vintages_described", vintages=writer.number(len(lines)))
    return course_chart(
        lines, names, (writer.word("monitoring.vintages_chart"), described),
        (writer.number, writer.percent),
    )  # fmt: skip


def _rolls(report: Data, writer: Writer) -> Section | None:
    found = report.get("rolls")
    if found is None:
        return None
    names = [_state(name, writer) for name in found["states"]]
    columns = [Column(writer.word("monitoring.state"))]
    columns.append(Column(writer.word("monitoring.loan_months"), numeric=True))
    columns += [Column(name, numeric=True) for name in names]
    rows = [
        (name, writer.number(loans), *(writer.percent(rate) for rate in rates))
        for name, loans, rates in zip(names, found["loans"], found["rates"], strict=True)
        if loans
    ]
    intro = writer.word(
        "monitoring.rolls_intro",
        months=writer.number(found["months"]),
        moment=writer.moment(found["as_of"]),
    )
    body = [
        paragraphs(intro),
        table(writer.word("monitoring.rolls_caption"), columns, rows, writer, kind="quiet"),
    ]
    return Section("rolls", writer.word("monitoring.rolls_title"), joined(body))


def _state(name: str, writer: Writer) -> str:
    """Write a state by its word, or days past due in the digits of the language."""
    said = writer.words_for("monitoring.state", name)
    return said if said != name else writer.plain(name)
