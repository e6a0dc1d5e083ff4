"""What people did with a decision as its entry holds it: a review, an objection, or a report that was issued.

Its entry is named after the decision and numbered, so that none can be left out unseen, nor two be the first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from creditscore._ground.canonical import canonical_v1, read_json, sha256
from creditscore.deciding.ledger.chain import HANDLING, OBJECTION, REPORT, REVIEW, WHATS, Entry
from creditscore.deciding.ledger.keys import DataKey, KeyRing
from creditscore.deciding.ledger.opened import decided_at, decrypted, named_after
from creditscore.deciding.ledger.store import WrappedKey
from creditscore.deciding.record import DecisionRecord
from creditscore.deciding.reviews import MOST_LETTERS, Review, in_order, shown_reviews
from creditscore.deciding.reviews import SCHEMA as REVIEW_SCHEMA
from creditscore.errors import LedgerError
from creditscore.transparency.leaves import What

ISSUED_SCHEMA: Final = "creditscore.issued/1"
# Of each schema its kind, and where it says when it was done.
_KINDS: Final[Mapping[str, tuple[int, str]]] = {
    REVIEW_SCHEMA: (REVIEW, "reviewed_at"),
    "creditscore.objection/1": (OBJECTION, "opened_at"),
    ISSUED_SCHEMA: (REPORT, "issued_at"),
}
_REPORT_SCHEMA: Final = "creditscore.decision-report/1"
_TEXTS: Final = frozenset(
    {"schema", "decision_id", "record_sha256", "report_id", "report_sha256", "issued_at", "sha256"}
)
_REPLACED: Final = frozenset({"report_id", "sha256", "issued_at", "decision_id", "correction"})
# Nobody writes more by hand; what an objection states is a part of a report.
MOST_BYTES: Final = 1 << 20
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Handled:
    """One thing that somebody did with a decision.

    Attributes
    ----------
    content : mapping
        The review, the objection, or what was issued, as plain data with its hash.
    entry_id : str
        Of its entry: the id of the decision, what was done, and which of these it is, parted by ``/``.
    appended_at : datetime, optional
        UTC; None before it is entered.
    """

    content: Mapping[str, Any]
    entry_id: str = ""
    appended_at: datetime | None = None

    def __post_init__(self) -> None:
        content = self.content
        known = isinstance(content, Mapping) and content.get("schema") in _KINDS
        if not known or not isinstance(content.get("decision_id"), str):
            raise LedgerError("What is entered of a decision is a review, an objection, or a report on it.")
        body = {name: part for name, part in content.items() if name != "sha256"}
        if content.get("sha256") != sha256(canonical_v1(body)):
            raise LedgerError("It changed since it was made: its hash is another.")
        if self.kind == REVIEW:
            Review.from_dict(content)
        elif self.kind == REPORT and not _is_issued(content):
            raise LedgerError("What it says of a report that was issued is of another form.")

    @property
    def kind(self) -> int:
        """What its entry is: ``REVIEW``, ``OBJECTION`` or ``REPORT``."""
        return _KINDS[self.content["schema"]][0]

    @property
    def what(self) -> What:
        """The same as leaves say it."""
        return WHATS[self.kind]

    @property
    def decision_id(self) -> str:
        """The decision that it is about."""
        return str(self.content["decision_id"])

    @property
    def sha256(self) -> str:
        """Of all else in it."""
        return str(self.content["sha256"])

    @property
    def at(self) -> datetime:
        """When it says that it was done, UTC.

        Raises
        ------
        LedgerError
            If it does not say so, with a time zone.
        """
        stated = self.content.get(_KINDS[self.content["schema"]][1])
        with suppress(ValueError, OverflowError):
            found = datetime.fromisoformat(str(stated))
            if found.tzinfo is not None:
                return found.astimezone(UTC)
        raise LedgerError(f"It does not say when it was done, with a time zone. Got {str(stated)[:90]!r}.")

    @property
    def text(self) -> str:
        """Canonical JSON, as it is encrypted."""
        return canonical_v1(dict(self.content))


class Opened(NamedTuple):
    """What stands in an entry, decrypted, with the key that it stands under."""

    handled: Handled
    data_key: DataKey


def handled_of(done: Any) -> Handled:
    """Make of a review, an objection or a report on a decision what is entered.

    A report is entered by its hashes, and by what it names of the one that it replaces.

    Raises
    ------
    LedgerError
        If it is none of these, an objection to nothing or without a reason, or longer than a mebibyte.
    """
    write: Callable[[], Any] | None = getattr(done, "to_dict", None)
    content = write() if callable(write) else done
    if isinstance(content, Mapping) and content.get("schema") == _REPORT_SCHEMA:
        content = issued_of(content)
    made = Handled(content)
    if made.kind == OBJECTION and not all(_is_said(content.get(name)) for name in ("item", "because")):
        raise LedgerError(
            f"An objection says to which item, and why, in at most {MOST_LETTERS:,} letters. Open it anew."
        )
    if len(made.text.encode()) > MOST_BYTES:
        raise LedgerError(
            f"What is entered of a decision has at most {MOST_BYTES:,} bytes. Say it in fewer words, or "
            "object to a smaller part of the report."
        )
    return made


def _is_said(text: Any) -> bool:
    return isinstance(text, str) and bool(text.strip()) and len(text) <= MOST_LETTERS


def issued_of(report: Mapping[str, Any]) -> dict[str, Any]:
    """Say of a report that it was issued, as its entry does."""
    try:
        body = {
            "schema": ISSUED_SCHEMA,
            "decision_id": report["record"]["decision_id"],
            "record_sha256": report["full_version"]["record_sha256"],
            "report_id": report["report_id"],
            "report_sha256": report["sha256"],
            "issued_at": report["issued_at"],
            "replaces": report.get("replaces"),
        }
    except (KeyError, TypeError) as error:
        raise LedgerError("The report does not say which decision it is on. Make it anew.") from error
    return body | {"sha256": sha256(canonical_v1(body))}


def _is_issued(content: Mapping[str, Any]) -> bool:
    earlier = content.get("replaces")
    fits = earlier is None or (isinstance(earlier, Mapping) and set(earlier) == _REPLACED)
    texts = all(isinstance(content.get(name), str) for name in _TEXTS)
    return set(content) == {*_TEXTS, "replaces"} and fits and texts


def entry_name(decision_id: str, what: str, number: int) -> str:
    """Return the id of an entry on a decision: which of its kind it is stands in it."""
    return f"{decision_id}/{what}/{number}"


def parted(entry: Entry) -> tuple[str, int]:
    """Return the decision that an entry is named after, and its number.

    Raises
    ------
    LedgerError
        If it is named otherwise.
    """
    decision_id, what, number = ("", *entry.entry_id.rsplit("/", 2))[-3:]
    if what != WHATS[entry.kind] or _NUMBER.fullmatch(number) is None:
        raise LedgerError("it is not named after the decision that it is about.")
    return decision_id, int(number)


def handled_name(keys: KeyRing, decision_id: str) -> bytes:
    """Return what all that people did with a decision is found by."""
    return keys.name_of(b"handled", decision_id)


def names_of_handled(
    keys: KeyRing, entry: Entry, record: DecisionRecord, decision_id: str
) -> tuple[bytes, ...]:
    """Return what such an entry is found by; an erasure finds it by all names that lead to its decision."""
    return named_after(keys, entry, record, handled_name(keys, decision_id))


def open_handled(keys: KeyRing, entry: Entry, key: WrappedKey) -> Opened:
    """Decrypt what somebody did with a decision, and check that it is what its entry names.

    Raises
    ------
    LedgerError
        If it, its key or its entry was changed.
    """
    plain, data_key = decrypted(keys, entry, key)
    content = read_json(plain, "What was entered")
    made = Handled(content, entry.entry_id, entry.at)
    if made.kind != entry.kind or made.decision_id != parted(entry)[0]:
        raise LedgerError("it holds something else than it names.")
    return Opened(made, data_key)


@dataclass(slots=True)
class Course:
    """What became of one decision, entry by entry.

    Attributes
    ----------
    decision_id : str
    counts : dict of int to int
        How often each thing was done.
    done : list of Handled
    """

    decision_id: str
    counts: dict[int, int] = field(default_factory=lambda: dict.fromkeys(HANDLING, 0))
    done: list[Handled] = field(default_factory=list)

    @property
    def reviews(self) -> list[Review]:
        """All reviews, oldest first."""
        return [Review.from_dict(one.content) for one in self.done if one.kind == REVIEW]

    def next_name(self, kind: int) -> str:
        """Return the id of the entry that may follow."""
        return entry_name(self.decision_id, WHATS[kind], self.counts[kind] + 1)

    def count(self, entry: Entry) -> None:
        """Take in an entry that cannot be read any more.

        Raises
        ------
        LedgerError
            If it is not the one that follows.
        """
        if entry.entry_id != self.next_name(entry.kind):
            raise LedgerError(f"{self.next_name(entry.kind)!r} is missing before it.")
        self.counts[entry.kind] += 1

    def take(self, handled: Handled, record: DecisionRecord) -> None:
        """Check that something was done with this decision as it stood, and take it in.

        Raises
        ------
        LedgerError
            If it names another record, stands there already, is older than the decision, or is a review that
            does not follow from the last.
        """
        if handled.content.get("record_sha256", record.sha256) != record.sha256:
            raise LedgerError("it is about another record than the one that was entered.")
        if any(one.sha256 == handled.sha256 for one in self.done):
            raise LedgerError("it is in the ledger already.")
        decided = decided_at(record)
        if decided is not None and handled.at < decided:
            raise LedgerError(f"it says that it was done before the decision was taken, at {decided}.")
        if handled.kind == REVIEW:
            in_order(record, [*self.reviews, Review.from_dict(handled.content)])
        self.counts[handled.kind] += 1
        self.done.append(handled)

    def versions(self) -> list[str]:
        """Hash what the newest entry commits to beside what was done: of a review, all reviews so far."""
        return [shown_reviews(self.reviews)] if self.done[-1].kind == REVIEW else []


def course_of(
    keys: KeyRing, record: DecisionRecord, entries: Iterable[tuple[Entry, WrappedKey]]
) -> Course:
    """Read what became of a decision so far.

    Raises
    ------
    LedgerError
        If an entry was changed, or one is missing before it.
    """
    course = Course(record.decision_id)
    for entry, key in entries:
        if entry.entry_id != course.next_name(entry.kind):
            raise LedgerError(f"{course.next_name(entry.kind)!r} is missing in the ledger. Verify it.")
        course.take(open_handled(keys, entry, key).handled, record)
    return course


def check_last(course: Course, found: Callable[[str], Iterable[tuple[Entry, WrappedKey | None]]]) -> None:
    """Look by its id for what would follow: an entry that its names do not lead to any more was hidden.

    Raises
    ------
    LedgerError
        If it is there.
    """
    for kind in HANDLING:
        if any(entry.kind == kind for entry, _ in found(course.next_name(kind))):
            raise LedgerError(
                f"The entry {course.next_name(kind)!r} is in the ledger, and its names were taken away: the "
                "file was tampered with. Verify it, or restore a backup."
            )


def readable(found: Sequence[tuple[Entry, WrappedKey | None]]) -> list[tuple[Entry, WrappedKey]]:
    """Keep entries of what was done whose key exists."""
    return [(entry, key) for entry, key in found if key is not None and entry.kind in HANDLING]
