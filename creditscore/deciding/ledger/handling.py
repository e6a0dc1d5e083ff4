"""What people did with decisions, entered beside them: reviews, objections, reports that were issued."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from creditscore.deciding.ledger.chain import DECISION, OBJECTION, REVIEW, Entry
from creditscore.deciding.ledger.covered import GRACE
from creditscore.deciding.ledger.entering import encrypted, entered, following
from creditscore.deciding.ledger.handled import (
    Handled,
    check_last,
    course_of,
    handled_name,
    handled_of,
    names_of_handled,
    readable,
)
from creditscore.deciding.ledger.keys import KeyRing
from creditscore.deciding.ledger.opened import opened
from creditscore.deciding.ledger.payloads import compress
from creditscore.deciding.reviews import Review
from creditscore.errors import ArtefactError, DecisionUnknownError, LedgerError
from creditscore.transparency.leaves import commit

if TYPE_CHECKING:
    from creditscore.deciding.ledger.store import Store, WrappedKey, Writer


class Handling:
    """What a ledger holds of what people did with its decisions.

    Each is an entry of its own, encrypted under the key of the decision, and named after it and numbered:
    ``ID/review/1``, ``ID/objection/1``, ``ID/report/1``. So whoever has the leaves of the tree can count
    them, and `Ledger.verify` finds one that is left out, moved or changed, or that does not follow from the
    one before.

    Parameters
    ----------
    store : Store
    keys : callable
        Returns the ring of keys, after checking that it still fits.

    Examples
    --------
    >>> import tempfile, creditscore as cs
    >>> german = cs.datasets.load_german()
    >>> pipeline = cs.CreditPipeline(features=[cs.application_features(german.columns)])
    >>> pipeline = pipeline.fit(german.applications, cs.Portfolio(), german.bad)
    >>> policy, folder = cs.Policy("consumer", "1", cutoff=700), tempfile.TemporaryDirectory()
    >>> with cs.Ledger.open(folder.name + "/decisions.db", key=cs.Ledger.new_key()) as ledger:
    ...     one = german.applications.take([0])
    ...     record = pipeline.decide(one, cs.Portfolio(), policy=policy, ledger=ledger)
    ...     seen = cs.review_decision(record, reviewer="A. B.", decision="approve", reason="Guaranteed.")
    ...     done = ledger.handling.enter(seen)
    ...     done.entry_id.endswith("/review/1"), ledger.handling.reviews(record.decision_id) == [seen]
    (True, True)
    >>> folder.cleanup()
    """

    def __init__(self, store: Store, keys: Callable[[], KeyRing]) -> None:
        self._store = store
        self._keys = keys

    def enter(self, done: Any) -> Handled:
        """Enter what somebody did with a decision that is in the ledger; on return it is on disk.

        Parameters
        ----------
        done : Review, Objection or DecisionReport
            Also as plain data. A report is entered by its hashes, and by what it names of the report that it
            replaces.

        Returns
        -------
        Handled
            With the id of its entry, for `LedgerTree.receipt`.

        Raises
        ------
        DecisionUnknownError
            If the ledger holds no such decision, or its subject was erased.
        LedgerError
            If it is none of these, is in the ledger already, is about another record, or says that it was
            done more than a day away from now; an objection may be older, for it comes from outside.
        ArtefactError
            If it is a review that does not follow from the last one in the ledger.
        """
        made = handled_of(done)
        _check_moment(made)
        plain = compress(made.text)

        def enter(writer: Writer) -> tuple[Sequence[Entry], None]:
            keys = self._keys()
            decision, key = _decision_in(writer, keys, made.decision_id)
            _enter(writer, keys, decision, key, made, plain)
            return [writer.named(handled_name(keys, made.decision_id))[-1]], None

        (entry,), _ = entered(self._store, enter)
        return Handled(made.content, entry.entry_id, entry.at)

    def of(self, decision_id: str) -> list[Handled]:
        """Return all that was done with a decision, oldest first, after checking each entry.

        Raises
        ------
        DecisionUnknownError
            If the ledger holds no such decision, or its subject was erased.
        LedgerError
            If an entry was tampered with, or is missing before another.
        """
        keys = self._keys()
        named = [one for one in self._store.named(keys.name_of(b"decision", decision_id)) if one[1]]
        decision, key = next((one for one in named if one[0].kind == DECISION), (None, None))
        if decision is None or key is None:
            raise _unknown(decision_id)
        record, _ = opened(keys, decision, key)
        found = readable(self._store.named(handled_name(keys, decision_id)))
        try:
            course = course_of(keys, record, found)
        except ArtefactError as error:
            raise LedgerError(f"What was done with {decision_id!r:.90} was tampered with: {error}") from error
        check_last(course, lambda name: self._store.find(name, keys.name_of(b"decision", name)))
        return course.done

    def reviews(self, decision_id: str) -> list[Review]:
        """Return all reviews of a decision, oldest first: what `review_decision(earlier=...)` takes."""
        return [Review.from_dict(one.content) for one in self.of(decision_id) if one.kind == REVIEW]


def _check_moment(made: Handled) -> None:
    """Refuse what says that it was done long ago: a head that was kept since would show it dated back."""
    now = datetime.now(UTC)
    if made.at > now + GRACE or (made.at < now - GRACE and made.kind != OBJECTION):
        raise LedgerError(
            f"It says that it was done at {made.at.isoformat()}. Enter it within a day, before anybody keeps "
            "a head that lacks it; what is older stands in no ledger: review, or issue, anew."
        )


def _decision_in(writer: Writer, keys: KeyRing, decision_id: str) -> tuple[Entry, WrappedKey]:
    """Return the entry of a decision, with its key."""
    for entry in writer.named(keys.name_of(b"decision", decision_id)):
        found = [key for key in writer.keys_of(entry.subject) if key.key_id == entry.key_id]
        if entry.kind == DECISION and found:
            return entry, found[0]
    raise _unknown(decision_id)


def _enter(
    writer: Writer, keys: KeyRing, decision: Entry, key: WrappedKey, made: Handled, plain: bytes
) -> None:
    """Append the entry that follows from all that was done with the decision so far."""
    record, data_key = opened(keys, decision, key)
    before = [one for one in writer.named(handled_name(keys, record.decision_id)) if one.key_id == key.key_id]
    course = course_of(keys, record, [(one, key) for one in before])
    named = course.next_name(made.kind)
    course.take(made, record)
    bare = following(writer, made.kind, named, decision.subject, key.key_id)
    entry = encrypted(bare, data_key, plain)
    commitment = commit(data_key.salt(named), made.sha256, *course.versions())
    names = {entry.sequence: names_of_handled(keys, entry, record, record.decision_id)}
    writer.add([entry], [commitment], names=names)


def _unknown(decision_id: str) -> DecisionUnknownError:
    return DecisionUnknownError(
        f"The ledger holds no readable decision {decision_id!r:.90}: append it first, or it was erased."
    )
