"""The page of a decision report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from creditscore.reasons.choice import FEWEST_POINTS, ONE_MORE
from creditscore.report.charts.bars import gauge, waterfall
from creditscore.report.markup import Child, Html, joined, tag
from creditscore.report.naming import group_title
from creditscore.report.pages.audit import audit_sections
from creditscore.report.pages.changes import change_lines
from creditscore.report.pages.handling import handling_section, ledger_facts, replaced_facts
from creditscore.report.pages.law import law_section, refusal_section
from creditscore.report.pages.offer import offer_section
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
from creditscore.report.pages.payments import payments_section
from creditscore.report.writing import Writer
from creditscore.scoring.minimum import NO_DATA, TOO_LITTLE
from creditscore.words.labels import from_plain
from creditscore.words.old_labels import modern

Data = Mapping[str, Any]


def decision_page(report: Data) -> str:
    """Write the page of one decision."""
    writer = writer_of(report)
    audience = report["audience"]
    sections = [
        _outcome(report, writer),
        handling_section(report, writer),
        offer_section(report, writer),
        _reasons(report, writer),
        _changes(report, writer),
        _points(report, writer),
        _data(report, writer),
        payments_section(report, writer),
        *(() if audience == "subject" else audit_sections(report, writer)),
        law_section(report, writer),
        refusal_section(report, writer),
        _rights(report["rights"], writer),
        absent(report, writer),
    ]
    title = writer.word(f"decision.title.{audience}")
    kicker = writer.word(f"audience.{audience}")
    return page(
        writer, title, kicker, identity(report, writer), [s for s in sections if s], footer(report, writer)
    )


def identity(report: Data, writer: Writer) -> Html:
    """Say which decision of whom, when, on which data."""
    record = report["record"]
    return facts(
        [
            (writer.word("decision.creditor"), own(report["creditor"]) if report["creditor"] else None),
            (writer.word("decision.application"), own(str(record["application_id"]))),
            (writer.word("decision.subject"), code(str(record["subject"]))),
            (writer.word("decision.as_of"), writer.moment(record["as_of"])),
            (writer.word("decision.decided_at"), writer.moment(record["decided_at"])),
            (writer.word("page.issued"), writer.moment(report["issued_at"])),
            (writer.word("decision.decision_id"), code(str(record["decision_id"]))),
            (writer.word("page.report_id"), code(report["report_id"])),
            *replaced_facts(report, writer),
            *ledger_facts(report, writer),
        ]
    )


def _outcome(report: Data, writer: Writer) -> Section:
    record = report["record"]
    outcome, scale = record["outcome"], record["scale"]
    final = report.get("decided", outcome["decision"])
    title = writer.word("outcome.title")
    if outcome["status"] != "scored":
        decided = final if final != "none" else "unscorable"
        verdict = tag("p", writer.word(f"outcome.{decided}"), class_=f"verdict {decided}")
        return Section("outcome", title, joined([verdict, paragraphs(writer.word(unscorable_text(outcome)))]))
    low, high = (writer.plain(str(scale[end])) for end in ("minimum", "maximum"))
    score = writer.plain(str(outcome["score"]))
    number = tag("p", score, tag("small", writer.word("outcome.scale", low=low, high=high)), class_="score")
    cutoff = outcome.get("cutoff")
    wanted = None if cutoff is None else writer.plain(f"{cutoff:g}")
    fields = {"score": score, "low": low, "high": high}
    described = (
        writer.word("gauge.desc", **fields)
        if wanted is None
        else writer.word("gauge.desc_cutoff", cutoff=wanted, **fields)
    )
    drawn = gauge(outcome["score"], scale["minimum"], scale["maximum"], cutoff, writer, described)
    body = [
        tag("p", writer.word(f"outcome.{final}"), class_=f"verdict {final}"),
        tag("div", number, drawn, class_="result"),
        facts(
            [
                (writer.word("outcome.probability"), writer.percent(outcome["probability_of_default"], 2)),
                *_between(record.get("interval"), writer),
                (writer.word("outcome.grade"), writer.plain(str(outcome["grade"]))),
                (writer.word("outcome.cutoff"), wanted),
            ],
            kind="facts short",
        ),
        paragraphs(
            writer.word(f"outcome.{because}") if (because := _because(outcome)) else None,
            writer.word("outcome.clamped") if outcome.get("clamped") else None,
            writer.word("decision.automated"),
        ),
    ]
    return Section("outcome", title, joined(body))


def _between(interval: Data | None, writer: Writer) -> list[tuple[str, str]]:
    """Say how low and how high the true chance of default may lie; nothing where that is not known."""
    if interval is None:
        return []
    low, high = (writer.percent(interval[end], 2) for end in ("low", "high"))
    level = writer.percent(interval["level"], 0)
    return [(writer.word("outcome.between", level=level), writer.word("outcome.range", low=low, high=high))]


def unscorable_text(outcome: Data) -> str:
    """Name the words for why there is no score."""
    if outcome["code"] == TOO_LITTLE:
        return "outcome.too_little_text"
    return "outcome.unscorable_text" if outcome["code"] in ("", NO_DATA) else "outcome.unreadable_text"


def _because(outcome: Data) -> str:
    """Say by its name why a decline became a referral; empty where none did."""
    because = outcome.get("referred_because")
    return str(because["why"]) if isinstance(because, Mapping) else str(because or "")


def _reasons(report: Data, writer: Writer) -> Section | None:
    record = report["record"]
    if record["outcome"]["status"] != "scored" and not record["reasons"]:
        return None
    policy = any(reason["kind"] != "model" for reason in record["reasons"])
    against = writer.words_for("reference", str(record["reference"]["name"]))
    intro = writer.word("reasons.intro_policy" if policy else "reasons.intro", reference=against)
    if not record["reasons"]:
        return Section("reasons", writer.word("reasons.title"), paragraphs(writer.word("reasons.none")))
    items = reason_items(report, writer)
    body = joined([paragraphs(intro), tag("ol", items, class_="reasons")])
    return Section("reasons", writer.word("reasons.title"), body)


def reason_items(report: Data, writer: Writer, most: int | None = None) -> list[Html]:
    """Write reasons: rank, title, what each cost, the fact, and who supplied it.

    Of more than ``most`` of them, searches for credit are still one more.
    """
    pairs = list(zip(report["record"]["reasons"], report["said"], strict=True))
    shown = pairs[:most] + [pair for pair in pairs[len(pairs[:most]) :] if pair[0].get("group") == ONE_MORE]
    return [_reason(reason, said, writer) for reason, said in shown]


def _reason(reason: Data, said: Data, writer: Writer) -> Html:
    cost, origin = None, "rule"  # who supplied what a rule reads is not on record
    if reason["kind"] == "model":
        amount = _points_of(reason["points_lost"], writer)
        cost = tag("span", writer.word("reasons.lost", points=amount), class_="lost")
        origin = str(reason["source"])
    source = writer.word("reasons.source", source=writer.words_for("origin", origin))
    return tag(
        "li",
        tag("span", writer.plain(str(said["rank"])), class_="rank"),
        tag("h3", tag("span", said["title"]), cost),
        tag("p", own(said["text"])),
        _inside(reason, writer),
        tag("p", said["legal_basis"], class_="note") if "legal_basis" in said else None,
        tag("p", code(reason["code"]), " \u00b7 ", source, class_="note"),
    )


def _inside(reason: Data, writer: Writer) -> Html | None:
    """Say what each group of a family cost, where there is more than one, and what the others add to it."""
    inside = reason.get("inside", ())
    if len(inside) < 2:
        return None
    weighty = [one for one in inside if one["points_lost"] >= FEWEST_POINTS]
    items = [
        tag("li", writer.named(group_title(one["group"], writer), _points_of(one["points_lost"], writer)))
        for one in weighty
    ]
    rest = round(reason["points_lost"] - sum(one["points_lost"] for one in weighty), 1)
    if rest > 0.0:
        items.append(tag("li", writer.named(writer.word("reasons.others"), _points_of(rest, writer))))
    earned = writer.word("reasons.others_earned", points=_points_of(-rest, writer)) if rest < 0.0 else None
    return joined(
        [
            tag("p", writer.word("reasons.inside"), class_="note"),
            tag("ul", items, class_="list"),
            tag("p", earned, class_="note") if earned else None,
        ]
    )


def _points_of(points: float, writer: Writer) -> str:
    return writer.word("unit.points.many", number=writer.number(points, 1))


def _changes(report: Data, writer: Writer) -> Section | None:
    record = report["record"]
    if not record.get("counterfactuals"):
        return None
    cards = [
        tag("li", change_lines(found, report["names"]["features"], writer), class_="card")
        for found in record["counterfactuals"]
    ]
    body = joined([paragraphs(writer.word("changes.intro")), tag("ul", cards, class_="plain cards")])
    return Section("changes", writer.word("changes.title"), body)


def _points(report: Data, writer: Writer) -> Section | None:
    if "waterfall" not in report:
        return None
    found = report["waterfall"]
    steps = [(writer.word("points.base"), found["base"])]
    steps += [(step["title"], step["points"]) for step in found["steps"]]
    if found["held"]:
        steps.append((writer.word("points.clamp"), found["held"]))
    total = (writer.word("points.total"), found["score"])
    described = writer.word(
        "points.desc", base=writer.number(found["base"]), score=writer.number(found["score"])
    )
    chart = waterfall(steps, total, writer, writer.word("points.chart"), described)
    columns = [Column(writer.word("points.group")), Column(writer.word("points.points"), numeric=True)]
    cells = [(name, writer.number(points, signed=step > 0)) for step, (name, points) in enumerate(steps)]
    cells.append((total[0], writer.number(total[1])))
    listed = tag("div", table(writer.word("points.table"), columns, cells, writer), class_="unseen")
    return Section(
        "points", writer.word("points.title"),
        joined([paragraphs(writer.word("points.intro")), chart, listed, _little(report["little"], writer)]),
    )  # fmt: skip


def _little(little: Data, writer: Writer) -> Html | None:
    if not little["groups"]:
        return None
    names = tag("ul", [tag("li", group["title"]) for group in little["groups"]], class_="list")
    intro = writer.word("little.intro", share=writer.percent(little["share"], 0))
    return joined([tag("h3", writer.word("little.title")), paragraphs(intro), names])


def _read(sources: Mapping[str, Data], caption: str, writer: Writer) -> Html:
    """Write what was read of each source."""
    heads = ("source", "covered", "rows", "first", "last", "last_known")
    columns = [Column(writer.word(f"data.{head}"), numeric=head == "rows") for head in heads]
    rows = [
        (
            writer.words_for("source", name),
            writer.word("value.yes" if source["covered"] else "value.no"),
            writer.number(source["rows"]),
            *(writer.day(source[at]) for at in ("first", "last", "last_known")),
        )
        for name, source in sources.items()
    ]
    return table(writer.word(caption), columns, rows, writer)


def _data(report: Data, writer: Writer) -> Section:
    record = report["record"]
    body: list[Child] = [_read(record["sources"], "data.caption", writer), _stood(record, writer)]
    apart = (record.get("strategy") or {}).get("sources")
    if apart is not None:
        body += [paragraphs(writer.word("data.ability_intro")), _read(apart, "data.ability", writer)]
    if report["audience"] == "subject":
        body += [paragraphs(writer.word("data.others")), _values(report, writer)]
    else:
        body.append(paragraphs(writer.word("data.protected")))
    return Section("data", writer.word("data.title"), joined(body))


def _stood(record: Data, writer: Writer) -> Html | None:
    """Say how each source stood, as far as the record does."""
    states = record.get("cell", {}).get("states")
    if not states:
        return None
    columns = [Column(writer.word("data.source")), Column(writer.word("data.state"))]
    rows = [
        (writer.words_for("source", name), writer.word(f"state.{state}")) for name, state in states.items()
    ]
    intro = paragraphs(writer.word("data.stood_intro"))
    return joined([intro, table(writer.word("data.stood"), columns, rows, writer)])


def _values(report: Data, writer: Writer) -> Html | None:
    record, labels = report["record"], report["names"]["features"]
    if not record["features"]:
        return None
    columns = [
        Column(writer.word("data.fact")),
        Column(writer.word("data.value")),
        Column(writer.word("points.points"), numeric=True),
    ]
    ordered = sorted(record["features"], key=lambda f: (-abs(f["integer_points"]), f["name"]))
    influence = report["influence"]
    rows: list[tuple[Child, ...]] = [
        (writer.word("points.base"), "", writer.number(record["base"]["integer_points"]))
    ]
    rows += [
        (own(labels[f["name"]]), own(value_of(f, writer)), writer.number(f["integer_points"], signed=True))
        for f in ordered
    ]
    for word, points in (
        ("data.of_others", influence["points_of_others"]), ("points.clamp", influence["clamping"]),
    ):  # fmt: skip
        if points:
            rows.append((writer.word(word), "", writer.number(points, signed=True)))
    rows.append((writer.word("points.total"), "", writer.number(record["outcome"]["score"])))
    return joined(
        [
            tag("h3", writer.word("data.values")),
            paragraphs(writer.word("data.values_intro")),
            table(writer.word("data.values"), columns, rows, writer),
            paragraphs(
                writer.word("data.unused", number=writer.number(report["influence"]["without_points"]))
            ),
        ]
    )


def value_of(feature: Data, writer: Writer) -> str:
    """Write a value as reasons write it; what tells how others repay is not shown."""
    if feature["value"] is None and not feature["missing"]:
        return writer.word("value.hidden")
    if "value_label" in feature:
        return str(feature["value_label"])
    label = modern(from_plain(feature["label"]), feature["group"])
    return writer.value(None if feature["missing"] else feature["value"], feature["unit"], label)


def _rights(rights: Data, writer: Writer) -> Section | None:
    if not any(rights.values()):
        return None
    answer = rights["answer_days"]
    days = None if answer is None else writer.value(float(answer), "days")
    body = facts(
        [
            (writer.word("rights.route"), own(rights["objection"]) if rights["objection"] else None),
            (
                writer.word("rights.deadline"),
                writer.day(rights["object_by"]) if rights["object_by"] else None,
            ),
            (writer.word("rights.answer"), days),
            (writer.word("rights.review"), own(rights["review"]) if rights["review"] else None),
        ]
    )
    return Section("rights", writer.word("rights.title"), body)
