"""The part of a decision's page that says what is offered, and what an ability to pay was assessed from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from creditscore.policy.lines.found import LineStep
from creditscore.report.markup import joined, tag
from creditscore.report.pages.parts import Section, facts, own, paragraphs
from creditscore.report.writing import Writer
from creditscore.words.languages import texts_in
from creditscore.words.lines import say_line, say_line_ahead
from creditscore.words.need import say_need
from creditscore.words.strategy import as_text, ended, say_instead, say_offer
from creditscore.words.wording import spoken_value

Data = Mapping[str, Any]
# What a policy gives, whether as it was asked for or otherwise.
GIVEN: Final = frozenset({"approve", "counter_offer", "raise", "offer"})
_MEANS: Final = ("income", "commitments", "essentials")


def offer_section(report: Data, writer: Writer) -> Section | None:
    """Write offer, ability to pay, and what could be had instead; None where the policy has no strategy."""
    found = report["record"].get("strategy")
    if found is None:
        return None
    currency, record = report["currency"], report["record"]
    holds = _holds(report)
    said = say_offer(found, writer.language, currency) if holds else ()
    # what a person has yet to decide is no offer
    counters = found["counter_offers"] if holds and record["outcome"]["decision"] != "refer" else ()
    others = [one for one in counters if not said or one["terms"] != found["offer"]["terms"]]
    instead = [say_instead(one, writer.language, currency, writer.calendar) for one in others]

    def written(sentences: Sequence[str]) -> list[Any]:
        return [own(ended(one, writer.language)) for one in sentences]

    given = said or (_line_step(record, writer, currency) if holds else ())
    # What a person approved against the policy, no record says.
    none = () if not holds and report["decided"] == "approve" else (writer.word("offer.none"),)
    body = [
        paragraphs(*written(given)) if given else paragraphs(*none),
        paragraphs(*written(instead)),
        paragraphs(writer.word("offer.priced")) if said else None,
        paragraphs(*written(_line_ahead(record, writer, currency))) if holds else None,
        _ability(found, writer, currency),
        _need(found, writer, currency),
    ]
    return Section("offer", writer.word("offer.title"), joined([one for one in body if one is not None]))


def _holds(report: Data) -> bool:
    """Tell whether what the policy found holds: no person ruled, or one approved what it gives."""
    found = report["record"]["outcome"]["decision"]
    last = report.get("decided", found)
    return last == found or (last == "approve" and found in GIVEN)


def _line_ahead(record: Data, writer: Writer, currency: str) -> tuple[str, ...]:
    """Say what the first review would make of a credit line; nothing where none is given."""
    line = record["strategy"].get("line", {})
    if line.get("next") is None:
        return ()
    return say_line_ahead(line["next"], line["rules"], writer.language, currency)


def _line_step(record: Data, writer: Writer, currency: str) -> tuple[str, ...]:
    """Say what becomes of a line that was looked at again; nothing while a person has yet to decide."""
    step = record["strategy"].get("line", {}).get("step")
    if step is None or record["outcome"]["decision"] == "refer":
        return ()
    return say_line(LineStep.from_dict(step), writer.language, currency)


def _ability(found: Data, writer: Writer, currency: str) -> Any:
    ability, texts = found["ability"], texts_in(writer.language)

    def money(value: float | None) -> str:
        return writer.word("offer.unknown") if value is None else spoken_value(
            value, "money", texts, currency=currency
        )  # fmt: skip

    rows = [(writer.word(f"offer.{name}"), own(money(found["means"][name]))) for name in _MEANS]
    if ability is not None:
        rows += [(writer.word(f"offer.{name}"), own(money(ability[name]))) for name in ("instalment", "left")]
    several = found.get("applicants", 1)
    note = paragraphs(writer.word("offer.together", number=writer.number(several))) if several > 1 else None
    return joined([tag("h3", writer.word("offer.ability")), note, facts(rows)])


def _need(found: Data, writer: Writer, currency: str) -> Any:
    said = say_need(found["need"], writer.language, currency) if "need" in found else ()
    if "step" in found.get("line", {}):
        return None
    if len(said) < 2:
        return None
    return joined(
        [
            tag("h3", writer.word("offer.need")),
            paragraphs(*(own(ended(one, writer.language)) for one in said)),
        ]
    )


def offer_text(report: Data, language: str) -> str | None:
    """Say in one text what is offered in the stead of what was asked for; None where nothing is."""
    record = report["record"]
    found = record.get("strategy")
    if found is None or record["outcome"]["decision"] != "counter_offer" or not _holds(report):
        return None
    return as_text(say_offer(found, language, report["currency"]), language)
