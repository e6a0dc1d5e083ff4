"""Whether a decision is in the ledger: its receipt, the head that it leads to, and heads kept elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

from creditscore.errors import ArtefactError
from creditscore.verify.findings import Findings
from creditscore.verify.handled import handled_fault, handled_hash_fault, issued_fault, late_fault, what_of
from creditscore.verify.outsider import fork_fault, head_of, receipt_fault, reviews_fault
from creditscore.verify.reading import read_file, read_json
from creditscore.verify.signatures import Keys, trusted_heads
from creditscore.verify.tiles import note_tiles

PART: Final = "receipt"
UNREADABLE: Final = object()
_IN_LEDGER: Final = "it is in the ledger"
_ISSUED: Final = "that it was issued is in the ledger"
_REVIEWS_IN_LEDGER: Final = "its reviews are in the ledger"
REVIEWS_NOT_IN_LEDGER: Final = "whether its reviews are in the ledger was not checked: there is no receipt"
NOT_IN_LEDGER: Final = "whether it is in the ledger was not checked: there is no receipt"
NOT_DISCLOSED: Final = (
    "its entry is older than those that commit to what the person is told: for figures on the page beside "
    "outcome and reasons only the signature and the full version speak"
)
_MOST_BYTES: Final = 1 << 16
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
    tiles : path, optional
        The folder of published tiles of the ledger, to count what was done with a decision.
    """

    receipt: str | Path | None = None
    heads: Sequence[str | Path] = ()
    proofs: Sequence[str | Path] = ()
    tiles: str | Path | None = None

    def __bool__(self) -> bool:
        return self.receipt is not None or bool(self.heads or self.proofs or self.tiles)


NOTHING_KEPT: Final = Kept()


def note_receipt(findings: Findings, document: dict[str, Any], kept: Kept, keys: Keys | None) -> None:
    """Say whether a decision is in the ledger, where it has a receipt or somebody kept what would show it.

    Parameters
    ----------
    findings : Findings
        The checks are added to it.
    document : dict
        A record, or a decision report, which may carry its receipt; a receipt that was kept may be that of
        the report itself, as it was issued.
    kept : Kept
    keys : list, optional
        Of the trust file.
    """
    _count_in_tiles(findings, document, kept, keys)
    given = _given(findings, kept)
    if given is UNREADABLE:
        return
    receipt, issued = given or document.get(PART), None
    if given is not None and what_of(given) == "report":
        receipt, issued = document.get(PART), given
        _note_entered(findings, _ISSUED, issued, kept, keys, partial(issued_fault, document, issued))
    if receipt is not None:
        _note_decision(findings, document, receipt, kept, keys)
    elif kept._replace(tiles=None) and issued is None:
        findings.note(_IN_LEDGER, "there is no receipt")
    else:
        findings.remark(NOT_IN_LEDGER)


def note_handled(findings: Findings, document: dict[str, Any], kept: Kept, keys: Keys | None) -> None:
    """Say whether a review or an objection is as it was written, and in the ledger."""
    findings.note("it is as it was written", handled_hash_fault(document))
    _count_in_tiles(findings, document, kept, keys)
    given = _given(findings, kept)
    if given is None:
        findings.remark(NOT_IN_LEDGER)
    elif given is not UNREADABLE:
        faults = partial(handled_fault, document, given)
        _note_entered(findings, _IN_LEDGER, given, kept, keys, faults)


def _count_in_tiles(findings: Findings, document: dict[str, Any], kept: Kept, keys: Keys | None) -> None:
    """Count what was done with a decision, where its ledger was published as tiles."""
    if kept.tiles is not None:
        heads = trusted_heads(Findings(""), kept.heads, keys)
        note_tiles(findings, document, kept.tiles, heads, keys)


def _given(findings: Findings, kept: Kept) -> Any:
    """Read the receipt that was kept; None where none was."""
    try:
        return None if kept.receipt is None else _read(kept.receipt)
    except _NOT_READ as error:
        findings.note(_IN_LEDGER, f"the receipt cannot be read: {type(error).__name__}: {error}")
        return UNREADABLE


def _note_decision(
    findings: Findings, document: dict[str, Any], receipt: Any, kept: Kept, keys: Keys | None
) -> None:
    def fault_of(size: int, root: bytes) -> str:
        found = receipt_fault(receipt, document, str(_digest_of(document)), size, root)
        return found or _moment_fault(document, receipt)

    def more(size: int, root: bytes) -> None:
        _note_reviews(findings, document, receipt, bool(kept.heads), (size, root))
        if not _is_of_all_disclosed(document, receipt):
            findings.remark(NOT_DISCLOSED)

    _note_entered(findings, _IN_LEDGER, receipt, kept, keys, fault_of, more)


def _note_entered(
    findings: Findings,
    name: str,
    receipt: Any,
    kept: Kept,
    keys: Keys | None,
    fault_of: Callable[[int, bytes], str],
    more: Callable[[int, bytes], None] = lambda *_: None,
) -> None:
    """Say whether a receipt leads to its head, who signed that, and whether it fits heads that were kept."""
    try:
        fault, origin, size, root = head_of(receipt["head"], keys or [])
        found = fault_of(size, root)
    except _NOT_READ as error:
        findings.note(name, f"the receipt cannot be read: {type(error).__name__}: {error}")
        return
    findings.note(name, found)
    if not found:
        more(size, root)
    if keys is None:
        findings.remark("nobody vouches for the head of the receipt (give a trust file)")
    else:
        findings.note("the head of the receipt is signed by whom one trusts", fault)
    for whose, kept_size, kept_root in trusted_heads(findings, kept.heads, keys):
        two = [(size, root), (kept_size, kept_root)]
        fork = "they are of two ledgers" if whose != origin else _fork_fault(two, kept.proofs)
        findings.note(f"it is of one history with the head of {kept_size} entries", fork)


def _note_reviews(
    findings: Findings, document: dict[str, Any], receipt: dict[str, Any], kept: bool, top: tuple[int, bytes]
) -> None:
    """Say whether the reviews in a report are all that were entered until the last of them."""
    if "reviewed" not in document and not document.get("reviews"):
        return
    if "reviewed" not in document and not kept:
        findings.remark(REVIEWS_NOT_IN_LEDGER)
        return
    try:
        fault = reviews_fault(document, receipt["head"], str(_digest_of(document)), *top)
        fault = fault or late_fault(document["reviewed"]["receipt"], document["reviews"][-1]["reviewed_at"])
    except _NOT_READ as error:
        fault = f"their receipt cannot be read: {type(error).__name__}: {error}"
    findings.note(_REVIEWS_IN_LEDGER, fault)


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
    return "" if decided is None else late_fault(receipt, decided)


def _read(path: str | Path) -> dict[str, Any]:
    data = read_json(read_file(Path(path), _MOST_BYTES), Path(path).name, once=True)
    if not isinstance(data, dict):
        raise ArtefactError(f"{path} holds no object.")
    return data
