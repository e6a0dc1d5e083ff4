"""What people did with a decision, held against its entry in the ledger without the library's own path."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from creditscore.verify.findings import canonical, sha256
from creditscore.verify.outsider import receipt_fault

REVIEW: Final = "creditscore.review/1"
OBJECTION: Final = "creditscore.objection/1"
# What leaves call each of them, and where it says when it was done.
_KINDS: Final = {REVIEW: ("review", "reviewed_at"), OBJECTION: ("objection", "opened_at")}
HANDLED: Final = tuple(_KINDS)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_GRACE: Final = timedelta(days=1)


def what_of(receipt: Any) -> Any:
    """Say what a receipt is of, as its leaf says it."""
    leaf = receipt.get("leaf") if isinstance(receipt, dict) else None
    return leaf.get("what") if isinstance(leaf, dict) else None


def late_fault(receipt: dict[str, Any], at: str) -> str:
    """Say that something was dated ahead of its entry by more than a day: no two clocks differ so."""
    entered = _EPOCH + timedelta(microseconds=receipt["leaf"]["appended_at"])
    ahead = datetime.fromisoformat(at) - entered > _GRACE
    return f"it was entered at {entered.isoformat()}, and says it was decided at {at}" if ahead else ""


def handled_hash_fault(document: dict[str, Any]) -> str:
    """Say that a review or an objection changed since it was made; empty if it did not."""
    body = {name: part for name, part in document.items() if name != "sha256"}
    return "" if document.get("sha256") == sha256(canonical(body)) else "its hash is another"


def handled_fault(document: dict[str, Any], receipt: dict[str, Any], size: int, root: bytes) -> str:
    """Say why a receipt does not lead from a review or an objection to a root; empty if it does.

    Of a review it names the hash of all reviews until then: their report is held against that.
    """
    what, moment = _KINDS[document["schema"]]
    hashes = [receipt["shown"]] if what == "review" else []
    return _entry_fault(document, receipt, what, hashes, size, root) or late_fault(receipt, document[moment])


def issued_fault(report: dict[str, Any], receipt: dict[str, Any], size: int, root: bytes) -> str:
    """Say why a receipt does not lead from a report, as it was issued, to a root; empty if it does."""
    body = {
        "schema": "creditscore.issued/1",
        "decision_id": report["record"]["decision_id"],
        "record_sha256": report["full_version"]["record_sha256"],
        "report_id": report["report_id"],
        "report_sha256": report["sha256"],
        "issued_at": report["issued_at"],
        "replaces": report.get("replaces"),
    }
    issued = body | {"sha256": sha256(canonical(body))}
    fault = _entry_fault(issued, receipt, "report", [], size, root)
    return fault or late_fault(receipt, issued["issued_at"])


def _entry_fault(
    document: dict[str, Any], receipt: dict[str, Any], what: str, hashes: list[str], size: int, root: bytes
) -> str:
    name = receipt["leaf"]["entry_id"]
    if re.fullmatch(rf"{re.escape(document['decision_id'])}/{what}/[1-9][0-9]*", name, re.ASCII) is None:
        return "the receipt is for something else"
    return receipt_fault(receipt, document, document["sha256"], size, root, (what, name, hashes))


def early_fault(report: dict[str, Any]) -> str:
    """Say that a report was issued before what it tells of; empty if it was not.

    Who dates a page back to before a person ruled need not show the ruling. The head of a receipt may be of
    a clock that differs by a day.
    """
    if not report.get("reviews") and "receipt" not in report:
        return ""
    try:
        ruled = [one["reviewed_at"] for one in report.get("reviews") or ()]
        dated = [report["record"].get("decided_at"), *ruled]
        moments = [_at(one) for one in dated if one is not None]
        if "receipt" in report:
            moments.append(_at(report["receipt"]["head"].split("\n")[3].removeprefix("time ")) - _GRACE)
        late = [one for one in moments if _at(report["issued_at"]) < one]
    except (TypeError, LookupError, ValueError, AttributeError, OverflowError) as error:
        return f"{type(error).__name__}: {error}"
    return f"it was issued at {report['issued_at']}, and tells of {late[0].isoformat()}" if late else ""


def _at(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
