"""A notice of action taken: what was decided on an application, and the principal reasons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from creditscore.report.markup import joined, tag
from creditscore.report.pages.decision import reason_items, unscorable_text
from creditscore.report.pages.handling import ledger_facts
from creditscore.report.pages.law import refusal_section
from creditscore.report.pages.offer import GIVEN, offer_text
from creditscore.report.pages.parts import Section, absent, facts, footer, own, page, paragraphs, writer_of
from creditscore.report.writing import Writer

Data = Mapping[str, Any]
MOST_REASONS: Final = 4
_BLANK: Final = "_" * 40


def notice_page(report: Data) -> str:
    """Write a notice of action taken."""
    writer = writer_of(report)
    record, notice = report["record"], report["notice"]
    form = not (report["creditor"] or notice.get("agency") or notice["statements"])
    blank = own(_BLANK) if form else None
    head = facts(
        [
            (writer.word("decision.creditor"), own(report["creditor"]) if report["creditor"] else blank),
            (writer.word("notice.agency"), own(notice["agency"]) if notice.get("agency") else blank),
            (writer.word("notice.date"), writer.day(report["issued_at"])),
            (writer.word("decision.application"), own(str(record["application_id"]))),
            (writer.word("page.report_id"), own(report["report_id"])),
            *ledger_facts(report, writer),
        ]
    )
    sections = [
        _action(report, writer),
        _reasons(report, writer),
        _score(record, writer),
        refusal_section(report, writer),
        _rights(report["rights"], writer),
        _to_fill_in(writer) if form else _statements(notice["statements"], writer),
        absent(report, writer) if report["not_included"] else None,
    ]
    title = writer.word("notice.title")
    shown = [section for section in sections if section is not None]
    return page(writer, title, writer.word("audience.subject"), head, shown, footer(report, writer))


def _action(report: Data, writer: Writer) -> Section:
    outcome, notice = report["record"]["outcome"], report["notice"]
    final = report.get("decided", outcome["decision"])
    decided = "unscorable" if outcome["status"] != "scored" and final == "none" else final
    action = notice["action"] or writer.word(f"outcome.{decided}")
    offer = notice["counter_offer"] or offer_text(report, writer.language)
    body = [
        paragraphs(writer.word("notice.intro")),
        tag("p", own(action), class_=f"verdict {decided}"),
        facts([(writer.word("notice.offer"), own(offer) if offer else None)]),
    ]
    return Section("action", writer.word("notice.action"), joined(body))


def _reasons(report: Data, writer: Writer) -> Section | None:
    outcome, why = report["record"]["outcome"], _of_a_person(report)
    ruled = None if why is None else joined([tag("h3", writer.word("review.title")), paragraphs(own(why))])
    # What the policy gave as asked, a person alone declined: what cost points was no reason of theirs.
    alone = ruled is not None and outcome["decision"] in GIVEN - {"counter_offer"}
    items = [] if alone else reason_items(report, writer, MOST_REASONS - (ruled is not None))
    if not items and ruled is None:
        if outcome["status"] == "scored":
            return None
        items = [tag("li", tag("p", writer.word(unscorable_text(outcome))))]
    listed = tag("ol", items, class_="reasons") if items else None
    return Section("reasons", writer.word("notice.reasons"), joined([ruled, listed]))


def _of_a_person(report: Data) -> str | None:
    """Return why a person declined, if that is what holds."""
    last: Data | None = next(reversed(report.get("reviews", [])), None)
    return str(last["reason"]) if last is not None and last["decision"] == "decline" else None


def _score(record: Data, writer: Writer) -> Section | None:
    outcome, scale = record["outcome"], record["scale"]
    if outcome["status"] != "scored":
        return None
    low, high = (writer.plain(str(scale[end])) for end in ("minimum", "maximum"))
    body = facts(
        [
            (writer.word("outcome.score"), writer.plain(str(outcome["score"]))),
            (writer.word("notice.range"), writer.word("page.range", low=low, high=high)),
            (writer.word("notice.score_date"), writer.day(record["decided_at"])),
        ]
    )
    return Section("score", writer.word("notice.score"), body)


def _rights(rights: Data, writer: Writer) -> Section | None:
    pairs = [
        (writer.word("rights.route"), own(rights["objection"]) if rights["objection"] else None),
        (writer.word("rights.deadline"), writer.day(rights["object_by"]) if rights["object_by"] else None),
        (writer.word("rights.review"), own(rights["review"]) if rights["review"] else None),
    ]
    if not any(value for _, value in pairs):
        return None
    return Section("rights", writer.word("rights.title"), facts(pairs))


def _to_fill_in(writer: Writer) -> Section:
    """Leave room for the rights, and say that it is a form until they stand there."""
    body = paragraphs(writer.word("notice.form"), own(_BLANK), own(_BLANK))
    return Section("statements", writer.word("notice.statements"), body)


def _statements(statements: list[str], writer: Writer) -> Section | None:
    if not statements:
        return None
    return Section("statements", writer.word("notice.statements"), paragraphs(*map(own, statements)))
