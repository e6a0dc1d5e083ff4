"""What a decision report says beside its record, made again from the record and compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from creditscore._ground.canonical import canonical_v1
from creditscore.deciding.disclosed import disclosed_of, disclosed_of_whole, timezone_of
from creditscore.deciding.record import DecisionRecord
from creditscore.deciding.reviews import Review, shown_reviews_in
from creditscore.deciding.shown import shown_of
from creditscore.errors import ArtefactError, CreditScoreError
from creditscore.report.adding_up import adds_up_not
from creditscore.report.contents import deadline
from creditscore.report.decision import Given, left_out_of, number_of, parts_of
from creditscore.report.handling import final_decision, flags_of, sealed_record
from creditscore.report.law import Refusal
from creditscore.report.naming import knowing_record, names_in, said_reasons
from creditscore.report.renderer import renderer
from creditscore.report.visible import SaidDifference
from creditscore.report.writing import Writer
from creditscore.transparency.receipts import Receipt

_WORDS: Final = frozenset({"title", "text", "label", "evidence", "groups", "features", "legal_basis"})

# What every report has since people could rule on a decision.
_HANDLED: Final = frozenset({"decided", "flags", "reviews", "full_version"})


def follows_not(data: Mapping[str, Any]) -> Iterator[SaidDifference]:
    """Find parts of a decision report that do not follow from the record in it.

    Of a report that holds the whole record, these are names, reasons as they are said, waterfall, checks,
    payments, decision, flags, number, deadline and what is left out; of the subject's version names, reasons,
    number and deadline, as far as they follow from what it holds, and sums that contradict what it holds.

    Parameters
    ----------
    data : mapping
        A decision report as plain data.
    """
    worded = data.get("environment", {}).get("renderer") == renderer()
    try:
        made = _made(data)
        fault = _receipt_fault(data) or _reviewed_fault(data)
        changed = [] if worded else list(_said_otherwise(data))
        changed += [] if "sha256" in data["record"] else list(adds_up_not(data))
    except (CreditScoreError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError) as error:
        yield SaidDifference("record", type(error).__name__, str(error))
        return
    if fault:
        yield SaidDifference("receipt", "of the decision", fault)
    for name, part in made.items():
        said, expected = (canonical_v1(one if worded else _unworded(one)) for one in (data.get(name), part))
        if said != expected:
            yield SaidDifference(name, said, expected)
    yield from changed


def _said_otherwise(data: Mapping[str, Any]) -> Iterator[SaidDifference]:
    """Find sentences that are not those on record, which no version chooses; those with other dates aside."""
    for said, reason in zip(data.get("said", ()), data["record"]["reasons"], strict=False):
        on_record = reason["texts"].get(data["language"])
        is_as_recorded = data["calendar"] == "gregorian" or reason["kind"] != "model"
        if is_as_recorded and on_record not in (None, said["text"]):
            yield SaidDifference("said", str(said["text"]), str(on_record))


def _receipt_fault(data: Mapping[str, Any]) -> str:
    """Say why the receipt in a report is not that of its decision; empty if it is, or there is none."""
    if "receipt" not in data:
        return ""
    whole = data["record"].get("sha256") or data["full_version"]["record_sha256"]
    receipt = Receipt.from_plain(data["receipt"])
    record = data["record"]
    if fault := receipt.of_fault("decision", record["decision_id"]):
        return fault
    if "sha256" in record:
        return receipt.fault(whole) or receipt.shown_fault(shown_of(record), disclosed_of_whole(record))
    disclosed = disclosed_of(record, data["currency"], data["timezone"])
    return receipt.fault(whole) or receipt.shown_fault(shown_of(record), disclosed, alone=True)


def _reviewed_fault(data: Mapping[str, Any]) -> str:
    """Say why the receipt of the last review is not that of the reviews in a report; empty if it is."""
    if "reviewed" not in data:
        return ""
    receipt, last = Receipt.from_plain(data["reviewed"]["receipt"]), data["reviewed"]["sha256"]
    reviews, whole = data["reviews"], data["full_version"]["record_sha256"]
    named = data["record"]["decision_id"]
    fault = receipt.of_fault("review", f"{named}/review/{len(reviews)}")
    fault = fault or receipt.head_fault(data["receipt"]["head"])
    fault = fault or receipt.fault(last) or receipt.fault(reviews[-1].get("sha256", last))
    return fault or receipt.shown_fault(shown_reviews_in(named, whole, reviews), "", alone=True)


def _unworded(data: Any) -> Any:
    """Leave out words, which another version may have chosen otherwise."""
    match data:
        case Mapping():
            return {name: _unworded(part) for name, part in data.items() if name not in _WORDS}
        case [*parts]:
            return [_unworded(part) for part in parts]
    return data


def _made(data: Mapping[str, Any]) -> dict[str, Any]:
    record = data["record"]
    writer = knowing_record(Writer(data["language"], data["calendar"], data["timezone"]), record)
    at = datetime.fromisoformat(data["issued_at"])
    number = number_of(record, data["audience"], data["language"], data["kind"], at)
    rights = data["rights"]
    if "object_days" in rights:
        rights = rights | {"object_by": deadline(at, rights["object_days"], data["timezone"])}
    found: dict[str, Any] = {"report_id": number, "rights": rights} | _decided(data)
    if "sha256" not in record:
        said = [{name: part for name, part in one.items() if name != "legal_basis"} for one in data["said"]]
        if said == said_reasons(record, writer):
            return found | {"names": names_in(record, writer)}
        return found | {"names": names_in(record, writer), "said": said_reasons(record, writer)}
    return found | _of_the_whole(sealed_record(record), data, writer)


def _decided(data: Mapping[str, Any]) -> dict[str, Any]:
    """Say what holds and who decided; older reports say neither."""
    if not _HANDLED.intersection(data):
        return {}
    decision, reviews = data["record"]["outcome"]["decision"], data.get("reviews", ())
    last = reviews[-1]["decision"] if reviews else decision
    return {"decided": last, "flags": flags_of(data["record"], reviewed=bool(reviews))}


def _of_the_whole(sealed: DecisionRecord, data: Mapping[str, Any], writer: Writer) -> dict[str, Any]:
    plain = sealed.to_dict()
    made = parts_of(sealed, plain, data["audience"], writer, None)
    made |= {"timezone": timezone_of(plain), "currency": plain["inputs"].get("currency", "")}
    if not _HANDLED.intersection(data):
        return made
    reviews = [_review(one) for one in data.get("reviews", ())]
    refusal = _refusal(data).missing(plain, final_decision(sealed, reviews))
    objection = data["rights"]["objection"]
    given = Given(data["audience"], objection, reviews, "lineage" in data, refusal, "meaning" in data)
    return made | {
        "decided": final_decision(sealed, reviews),
        "full_version": {"record_sha256": sealed.sha256},
        "not_included": left_out_of(plain, data["kind"], given, writer),
    }


def _refusal(data: Mapping[str, Any]) -> Refusal:
    stored = data.get("refusal", {})
    return Refusal(stored.get("debt_advice"), stored.get("databases", ()))


def _review(stored: Mapping[str, Any]) -> Review:
    found = Review.from_dict({name: part for name, part in stored.items() if name != "overrides"})
    if found.overrides is not stored["overrides"]:
        raise ArtefactError("The review does not say whether it overrides.")
    return found
