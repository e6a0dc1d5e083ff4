"""Adverse facts that a record may not rest on, looked for once more in plain Python among its stored rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from creditscore.verify.rows import every_inputs, rows_of
from creditscore.verify.twin.computed import past_of
from creditscore.verify.twin.loan import Course, days_between, fact, known_time, newest_versions

RECORDED: Final = ("arrears", "written_off", "restructured", "returned_payment", "defaulted_standing")
KINDS: Final = (*RECORDED, "inferred_facts")
# Measures of everyone that tell how the network is built, and of no adverse fact.
_OF_STRUCTURE: Final = (
    "clustering", "triangles", "core_number", "component_size", "community_size", "community_density",
    "participation", "constraint", "effective_size", "pagerank",
)  # fmt: skip
_OF_DEFAULTS: Final = (
    "community_default_share", "default_share_two_hops", "default_influence", "lookalike_default_share",
    "bipartite_default_share", "multilayer_default_share",
)  # fmt: skip
_ALL: Final = "adverse_facts_at_most_days"
_ENOUGH: Final = 0.99


def retention_faults(record: Mapping[str, Any], law: Mapping[str, Any] | None) -> Iterator[str]:
    """Yield what a record rests on that is older than it says, and where it says other than law and policy.

    Parameters
    ----------
    record : mapping
    law : mapping or None
        That of the model, if the record names the same.
    """
    stated = record["inputs"].get("retention", {})
    yield from _stated(record, stated, law)
    moment = datetime.fromisoformat(record["as_of"])
    for part in every_inputs(record["inputs"]):
        for kind, ended in (*_adverse({**record, "inputs": part}, moment), *_measured(part, stated)):
            if kind in stated and ended + timedelta(days=stated[kind]) < moment:
                yield f"{kind} that ended on {ended.date()} is older than {stated[kind]} days"


def _stated(
    record: Mapping[str, Any], stated: Mapping[str, int], law: Mapping[str, Any] | None
) -> Iterator[str]:
    """Yield where the days are not the stricter ones of law and policy."""
    by_policy = (record["policy"] or {}).get("retention_days", {})
    by_law = {} if law is None else days_of_law(law["jurisdiction"])
    for kind in KINDS:
        asked = [days[kind] for days in (by_policy, by_law) if kind in days]
        if asked and (kind not in stated or stated[kind] > min(asked)):
            yield f"{kind} may be read for {min(asked)} days, and was for {stated.get(kind, 'ever')}"
        if stated.get(kind) not in (None, *asked) and (law is not None or "law" not in record):
            yield f"neither law nor policy says {stated[kind]} days for {kind}"


def days_of_law(stated: Mapping[str, Any]) -> dict[str, int]:
    """Return for how many days a jurisdiction lets each kind be read: the strictest of its rules in force."""
    day = stated["as_of"]
    keeps = [
        rule["keeps"]
        for rule in stated["rules"]
        if (rule["since"] is None or rule["since"] <= day) and (rule["until"] is None or day < rule["until"])
    ]
    found = {}
    for kind in KINDS:
        own = [one[f"{kind}_at_most_days"] for one in keeps if f"{kind}_at_most_days" in one]
        days = own or [one[_ALL] for one in keeps if _ALL in one and kind in RECORDED]
        if days:
            found[kind] = min(days)
    return found


def _adverse(record: Mapping[str, Any], moment: datetime) -> Iterator[tuple[str, datetime]]:
    """Yield every adverse fact among the applicant's rows that ended: its kind and when."""
    tables, zone = record["inputs"]["tables"], _zone(record)
    for row in rows_of(tables.get("statements", [])):
        if row.get("days_past_due", 0.0) > 0:
            yield "arrears", datetime.fromisoformat(row["event_time"])
    for row in rows_of(tables.get("payments", [])):
        yield "inferred_facts", datetime.fromisoformat(row["event_time"])
        if row.get("status") in ("declined", "returned"):
            yield "returned_payment", datetime.fromisoformat(row["event_time"])
    for row in rows_of(tables.get("bills", [])):
        due, paid = (
            datetime.fromisoformat(row[at]) if at in row else None for at in ("due_time", "paid_time")
        )
        enough = row.get("paid_amount", row["due_amount"]) >= _ENOUGH * row["due_amount"]
        if due is not None and paid is not None and enough and days_between(due, paid, zone) > 0:
            yield "arrears", paid
    yield from _of_loans(record, moment, zone)


def _measured(part: Mapping[str, Any], stated: Mapping[str, int]) -> Iterator[tuple[str, datetime]]:
    """Yield values of everyone by the kind that they rest on; not known, it is that with fewest days."""
    strictest = min(stated, key=lambda kind: stated[kind], default="")
    for row in rows_of(part["tables"].get("measures", [])):
        name = str(row["measure"])
        if "value" in row and name not in _OF_STRUCTURE:
            kind = "defaulted_standing" if name in _OF_DEFAULTS else strictest
            yield kind, datetime.fromisoformat(row["event_time"])


def _of_loans(record: Mapping[str, Any], moment: datetime, zone: str) -> Iterator[tuple[str, datetime]]:
    past = past_of(record)
    rows = newest_versions(past.tables.get("loans", []), lambda row: row["loan_id"], known_time, moment)
    for loan in rows:
        written_off, eased, closed = (
            fact(loan, f"{name}_time", moment) for name in ("written_off", "restructured", "closed")
        )
        if written_off is not None:
            yield "written_off", written_off
        if eased is not None and closed is not None:
            yield "restructured", max(eased, closed)
        course = Course(past.tables, loan, moment, zone=zone)
        for k, row in enumerate(course.instalments):
            settled = course.settled(k)
            if settled is not None and days_between(row["due_time"], settled, zone) > 0:
                yield "arrears", settled


def _zone(record: Mapping[str, Any]) -> str:
    return str(record["inputs"].get("calendar", {}).get("timezone", "UTC"))
