"""Records of people who apply together, held against each other: one request, one decision, one loan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from creditscore.verify.again.interval import straddles
from creditscore.verify.decision import verify_record
from creditscore.verify.findings import Findings
from creditscore.verify.saying import unsaid

Record = Mapping[str, Any]

TOGETHER: Final = "records of those who apply together agree"
# What is decided for all stands in all records alike.
_ALIKE: Final = ("application_id", "as_of", "decided_at", "model", "policy", "schema")
_OF_STRATEGY: Final = (
    "asked", "assignment", "means", "wanted", "limits", "ability", "price", "offer", "applicants",
    "guarantors", "line", "counter_offers",
)  # fmt: skip
_OF_INPUTS: Final = ("joint", "guarantors", "retention")
_OF_LAW: Final = ("jurisdiction", "as_of", "sha256")


def note_together(findings: Findings, record: Record, others: Sequence[Record]) -> None:
    """Hold a record against those of the people whom it names, or say that none of theirs was given.

    Parameters
    ----------
    findings : Findings
    record : mapping
    others : sequence of mapping
        Records of people who apply too; what needs the model is checked when each is verified itself.
    """
    named = [one["decision_id"] for one in record.get("parties", {}).get("others", ())]
    if not named and not others:
        return
    if not others:
        findings.remark("the records of those who apply too were not compared (give them as well)")
        return
    try:
        for one in others:
            failed = (f"{c.name}: {c.fault}" for c in verify_record(one).checks if c.fault)
            findings.note_first(f"{str(one['decision_id'])[:90]}, by itself", failed)
        findings.note_first(TOGETHER, together_faults([record, *others]))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        findings.note(TOGETHER, f"one has not the form of a record ({type(error).__name__}: {error})")


def together_faults(records: Sequence[Record]) -> Iterator[str]:
    """Yield where records of one request contradict each other.

    Each names the others by decision, pseudonym and role, and says how they stand and what they are graded:
    that has to follow from the record of the one whom it is said of. Amount, means, price, ability and
    offer are one for all, and so are the stored rows of what they live on together.

    Parameters
    ----------
    records : sequence of mapping
        Of all who apply in one application.
    """
    by_id = {str(one["decision_id"]): one for one in records}
    if len(by_id) < len(records):
        yield "a record is given twice"
    roles = [one.get("parties", {}).get("role") for one in records]
    if roles.count("applicant") != 1:
        yield f"{roles.count('applicant')} of them are of the first applicant"
    for name, record in by_id.items():
        beside = record.get("parties", {}).get("others", ())
        if {str(one["decision_id"]) for one in beside} != set(by_id) - {name}:
            yield f"{name} names others than those that are given"
        for one in beside:
            if one["decision_id"] in by_id:
                yield from _said_of(one, by_id[one["decision_id"]])
    first = records[0]
    for other in records[1:]:
        yield from (f"{one} differs" for one in _unlike(first, other))


def _said_of(said: Mapping[str, Any], record: Record) -> Iterator[str]:
    """Yield what is said of somebody and does not follow from their own record."""
    true = {
        "subject": record["subject"],
        "role": record.get("parties", {}).get("role"),
        "grade": record["outcome"]["grade"],
        "standing": _standing(record),
    }
    for name, value in true.items():
        if said[name] != value:
            yield f"the {name} of {said['decision_id']} is said to be {said[name]!r}, and is {value!r}"


def _standing(record: Record) -> str:
    """How somebody stands by rules and score alone, from their own record."""
    outcome, policy = record["outcome"], record["policy"]
    if any(reason["kind"] == "policy" for reason in record["reasons"]):
        return "rules"
    if outcome["score"] is None:
        return "unscored"
    straddling = straddles(policy, record.get("interval"), outcome["cutoff"])
    if outcome["score"] < outcome["cutoff"]:
        return "below" if _said(record) and not straddling else "unsaid"
    below = record["strategy"]["refer_below"]
    in_band = below is not None and outcome["score"] < below
    return "band" if outcome["code"] or in_band or straddling else "clear"


def _said(record: Record) -> bool:
    """Whether the reasons of the score alone may be told."""
    own = [one for one in record["reasons"] if one["kind"] == "model"]
    return unsaid({**record, "reasons": own}) is None


def _unlike(one: Record, other: Record) -> Iterator[str]:
    for name in _ALIKE:
        if one[name] != other[name]:
            yield name
    for part, names in (("strategy", _OF_STRATEGY), ("inputs", _OF_INPUTS), ("law", _OF_LAW)):
        mine, theirs = one.get(part, {}), other.get(part, {})
        yield from (f"{part}.{name}" for name in names if mine.get(name) != theirs.get(name))
    if one["outcome"]["decision"] != other["outcome"]["decision"]:
        yield "the decision"
    if one["parties"]["first"] != other["parties"]["first"]:
        yield "the pseudonym by which they were drawn"
