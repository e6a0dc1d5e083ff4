"""The part of a decision's page that says who decided, what a person ruled, and for how long it holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from creditscore.deciding.reviews import RULINGS
from creditscore.report.markup import Child, Html, joined, tag
from creditscore.report.pages.parts import Section, code, facts, own
from creditscore.report.writing import Writer
from creditscore.transparency.receipts import Receipt

Data = Mapping[str, Any]


def handling_section(report: Data, writer: Writer) -> Section | None:
    """Write who decided; None for reports that do not say."""
    if "flags" not in report:
        return None
    flags, validity = report["flags"], report["validity"]
    how = "automated" if flags["automated"] else "person" if report["reviews"] else "nobody"
    dates = [
        (writer.word(f"handling.{name}"), writer.day(validity[name]) if validity[name] else None)
        for name in ("expires_on", "keep_until")
    ]
    pairs: list[tuple[str, Child]] = [
        (writer.word("handling.decided_by"), writer.word(f"handling.{how}")),
        (writer.word("handling.human_review"), writer.word(f"review.{flags['human_review']}")),
        *dates,
        (writer.word("handling.full_version"), code(report["full_version"]["record_sha256"])),
    ]
    body = [facts(pairs), *(_review(one, writer) for one in report["reviews"])]
    if "reviewed" in report:
        body.append(facts([_entry(report["reviewed"]["receipt"], writer)]))
    return Section("handling", writer.word("handling.title"), joined(body))


def replaced_facts(report: Data, writer: Writer) -> Iterator[tuple[str, Child]]:
    """Name the report that this one corrects, and what was corrected."""
    if "replaces" in report:
        earlier = report["replaces"]
        issued = writer.day(earlier["issued_at"])
        yield writer.word("handling.replaces"), joined([code(earlier["report_id"]), f" ({issued})"])
        yield writer.word("handling.correction"), own(earlier["correction"])


def ledger_facts(report: Data, writer: Writer) -> Iterator[tuple[str, Child]]:
    """Name the entry of the ledger that the decision is, where the report carries its receipt."""
    if "receipt" in report:
        yield _entry(report["receipt"], writer)


def _entry(plain: Data, writer: Writer) -> tuple[str, Child]:
    receipt = Receipt.from_plain(plain)
    head = receipt.head.head
    entry = writer.word(
        "handling.entry",
        number=writer.number(receipt.leaf.sequence),
        size=writer.number(head.size),
        at=writer.moment(head.at.isoformat()),
    )
    return writer.word("handling.ledger"), joined([entry, " ", code(head.origin)])


def _review(review: Data, writer: Writer) -> Html:
    who = ", ".join(one for one in (review.get("reviewer"), review["role"]) if one)
    # Of what was referred, or never decided, nothing was decided before.
    decided = review["before"] in RULINGS
    kind = "overrides" if review["overrides"] else "confirms"
    pairs: list[tuple[str, Child]] = [
        (writer.word("review.decision"), writer.word(f"outcome.{review['decision']}")),
        (writer.word("review.kind"), writer.word(f"review.{kind}") if decided else None),
        (writer.word("review.reason"), own(review["reason"])),
        (writer.word("review.heard"), own(review["heard"]) if review["heard"] else None),
        (writer.word("review.reviewer"), own(who) if who else None),
        (writer.word("review.at"), writer.moment(review["reviewed_at"])),
    ]
    return joined([tag("h3", writer.word("review.title")), facts(pairs)])
