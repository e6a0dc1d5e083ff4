"""Whether a decision is in the ledger: its receipt, the head that it leads to, and heads kept elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

from creditscore.errors import ArtefactError
from creditscore.verify.findings import Findings
from creditscore.verify.outsider import fork_fault, head_of, receipt_fault
from creditscore.verify.reading import read_file, read_json
from creditscore.verify.signatures import Keys, trusted_heads

PART: Final = "receipt"
_IN_LEDGER: Final = "it is in the ledger"
NOT_IN_LEDGER: Final = "whether it is in the ledger was not checked: there is no receipt"
NOT_DISCLOSED: Final = (
    "its entry is older than those that commit to what the person is told: for figures on the page beside "
    "outcome and reasons only the signature and the full version speak"
)
_MOST_BYTES: Final = 1 << 16
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_GRACE: Final = timedelta(days=1)
_NOT_READ: Final = (
    TypeError, LookupError, ValueError, AttributeError, OverflowError, RecursionError, ArtefactError,
)  # fmt: skip


class Kept(NamedTuple):
    """What somebody kept who wants to know whether a decision is in the ledger.

    Attributes
    ----------
    receipt : path, optional
        Of the decision; without it the one that stands in the report is taken.
    heads : sequence of path
        Signed heads of the ledger.
    proofs : sequence of path
        That the ledger only grew from one head to another.
    """

    receipt: str | Path | None = None
    heads: Sequence[str | Path] = ()
    proofs: Sequence[str | Path] = ()

    def __bool__(self) -> bool:
        return self.receipt is not None or bool(self.heads) or bool(self.proofs)


NOTHING_KEPT: Final = Kept()


def note_receipt(findings: Findings, document: dict[str, Any], kept: Kept, keys: Keys | None) -> None:
    """Say whether a decision is in the ledger, where it has a receipt or somebody kept what would show it.

    Parameters
    ----------
    findings : Findings
        The checks are added to it.
    document : dict
        A record, or a decision report, which may carry its receipt.
    kept : Kept
    keys : list, optional
        Of the trust file.
    """
    try:
        receipt = _read(kept.receipt) if kept.receipt is not None else document.get(PART)
        if receipt is None:
            if kept:
                findings.note(_IN_LEDGER, "there is no receipt")
            else:
                findings.remark(NOT_IN_LEDGER)
            return
        fault, origin, size, root = head_of(receipt["head"], keys or [])
        found = receipt_fault(receipt, document, str(_digest_of(document)), size, root)
        found = found or _moment_fault(document, receipt)
    except _NOT_READ as error:
        findings.note(_IN_LEDGER, f"the receipt cannot be read: {type(error).__name__}: {error}")
        return
    findings.note(_IN_LEDGER, found)
    if not found and not _is_of_all_disclosed(document, receipt):
        findings.remark(NOT_DISCLOSED)
    if keys is None:
        findings.remark("nobody vouches for the head of the receipt (give a trust file)")
    else:
        findings.note("the head of the receipt is signed by whom one trusts", fault)
    for whose, kept_size, kept_root in trusted_heads(findings, kept.heads, keys):
        two = [(size, root), (kept_size, kept_root)]
        fork = "they are of two ledgers" if whose != origin else _fork_fault(two, kept.proofs)
        findings.note(f"it is of one history with the head of {kept_size} entries", fork)


def _is_of_all_disclosed(document: dict[str, Any], receipt: dict[str, Any]) -> bool:
    """Whether the entry speaks for all of a record: that of a person is committed to apart."""
    record = document.get("record")
    return not isinstance(record, dict) or "sha256" in record or "disclosed" in receipt


def note_no_receipt(findings: Findings, kept: Kept) -> None:
    """Say of what is no decision that no receipt and no head can be held against it."""
    if kept:
        findings.note(_IN_LEDGER, "only a decision, or a report of one, has a receipt")



def _fork_fault(heads: list[tuple[int, bytes]], proofs: Sequence[str | Path]) -> str:
    """Say why two heads are not of one history by any of the proofs; empty if they are."""
    fault = fork_fault(heads, None)
    for path in proofs:
        if not fault:
            break
        try:
            fault = fork_fault(heads, _read(path))
        except _NOT_READ as error:
            fault = f"the proof cannot be read: {type(error).__name__}: {error}"
    return fault


def _digest_of(document: dict[str, Any]) -> Any:
    """The hash that the ledger holds: that of the record, whichever version of it a report shows."""
    record = document.get("record")
    if not isinstance(record, dict):
        return document.get("sha256")
    return record.get("sha256") or document["full_version"]["record_sha256"]


def _moment_fault(document: dict[str, Any], receipt: dict[str, Any]) -> str:
    """Say that a decision was dated ahead of its entry by more than a day: no two clocks differ so."""
    record = document.get("record")
    decided = (record if isinstance(record, dict) else document).get("decided_at")
    if decided is None:
        return ""
    entered = _EPOCH + timedelta(microseconds=receipt["leaf"]["appended_at"])
    ahead = datetime.fromisoformat(decided) - entered > _GRACE
    return f"it was entered at {entered.isoformat()}, and says it was decided at {decided}" if ahead else ""


def _read(path: str | Path) -> dict[str, Any]:
    data = read_json(read_file(Path(path), _MOST_BYTES), Path(path).name, once=True)
    if not isinstance(data, dict):
        raise ArtefactError(f"{path} holds no object.")
    return data
