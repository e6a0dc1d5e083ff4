"""Decisions in, decisions out: the ledger as its users see it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Final, Self

from creditscore.deciding.disclosed import versions_to_enter
from creditscore.deciding.ledger.chain import DECISION, ROTATION, Entry, Head, read_anchor
from creditscore.deciding.ledger.copies import copied
from creditscore.deciding.ledger.entering import Batch, commitment_of, entered, noted
from creditscore.deciding.ledger.forgetting import noted_erasure, to_forget
from creditscore.deciding.ledger.grouping import Grouping
from creditscore.deciding.ledger.handling import Handling
from creditscore.deciding.ledger.keys import KeyRing, new_key
from creditscore.deciding.ledger.naming import Naming
from creditscore.deciding.ledger.opened import record_of
from creditscore.deciding.ledger.payloads import compress_all
from creditscore.deciding.ledger.proving import LedgerTree
from creditscore.deciding.ledger.registry import Registry, registers_name, spans_of
from creditscore.deciding.ledger.results import Erased, Listed
from creditscore.deciding.ledger.sql import PATIENCE_SECONDS
from creditscore.deciding.ledger.store import About, Store, WrappedKey, Writer
from creditscore.deciding.ledger.stores import open_store
from creditscore.deciding.ledger.trusted import Heads, trusted_heads
from creditscore.deciding.ledger.verified import Verified, verify_entries
from creditscore.deciding.record import DecisionRecord
from creditscore.errors import CreditScoreError, DecisionUnknownError, LedgerError
from creditscore.signing.trust import Trust

_PURGE_SECONDS: Final = 1.0


class Ledger:
    """An append-only ledger of decisions; make one with `open`.

    Every entry vouches for all before it by hash. Payloads are encrypted, each subject's under a key of its
    own; the chain covers what is encrypted, so a subject is forgotten by destroying a key, and the chain
    still verifies. Threads may share a ledger; each process opens its own.

    Examples
    --------
    >>> import tempfile, creditscore as cs
    >>> folder = tempfile.TemporaryDirectory()
    >>> key = cs.Ledger.new_key()
    >>> with cs.Ledger.open(folder.name + "/decisions.db", key=key) as ledger:
    ...     ledger
    Ledger(..., 0 entries)
    >>> folder.cleanup()
    """

    new_key: ClassVar[Callable[[], bytes]] = staticmethod(new_key)

    def __init__(self, store: Store, keys: KeyRing, name: str) -> None:
        self._store = store
        self._keys = keys
        self._name = name
        self._group = Grouping(self._append_all)

    @classmethod
    def open(
        cls, path: str | Path, *, key: bytes, create: bool = True, patience: float = PATIENCE_SECONDS
    ) -> Self:
        """Open a ledger, or make a new one.

        Parameters
        ----------
        path : path or str
            The file, or the address of a PostgreSQL database (extra ``postgres``), as libpq knows them:
            ``"postgresql://creditscore@db.example/credit?schema=decisions"``. Keep the key elsewhere.
        key : bytes
            The master key, 32 bytes; without it nothing can be read, nor appended.
        create : bool
            Whether to make the file, or the tables, where there is none.
        patience : float, default 60
            Seconds to wait while another process writes, or a server is away, before an error.

        Raises
        ------
        LedgerError
            If it is no ledger or holds tables or triggers that a ledger has not, was made with another key,
            is no file on disk, or its server cannot be reached.
        """
        return cls(*open_store(path, key, create=create, patience=patience))

    @property
    def head(self) -> Head:
        """The newest entry: its number and its hash."""
        return self._store.head()

    @property
    def tree(self) -> LedgerTree:
        """The Merkle tree over the entries: signed heads, receipts, proofs, tiles."""
        return LedgerTree(self._store, self._fitting)

    @property
    def registry(self) -> Registry:
        """The registers of models and policies: which may decide, from when to when."""
        return Registry(self._store, self._fitting)

    @property
    def handling(self) -> Handling:
        """What people did with decisions: reviews, objections, issued reports."""
        return Handling(self._store, self._fitting)

    @property
    def naming(self) -> Naming:
        """Under which key of pseudonyms its subjects come."""
        return Naming(self._store, self._fitting)

    def pseudonym(self, applicant_id: int | str) -> str:
        """Return what an applicant is called in the records of this ledger: keyed, the same every time."""
        return self._keys.pseudonym(applicant_id)

    def decision_id(self, idempotency_key: str) -> str:
        """Return the id of the one decision that this ledger holds, or will, under a key of the caller's."""
        if not isinstance(idempotency_key, str) or not idempotency_key.strip():
            raise LedgerError(f"An idempotency key is a text that is not blank. Got {idempotency_key!r:.90}.")
        return self._keys.decision_id(idempotency_key)

    def append(self, record: DecisionRecord) -> Head:
        """Append one decision; on return it is on disk. See `append_many`.

        Threads that append at the same time share one transaction.
        """
        return self._group.append(record)

    def append_many(self, records: Iterable[DecisionRecord]) -> Head:
        """Append decisions, all of them or none; on return they are on disk, and were read back.

        Parameters
        ----------
        records : iterable of DecisionRecord
            In order. A few hundred at a time are much faster than one by one.

        Returns
        -------
        Head
            The new head.

        Raises
        ------
        LedgerError
            If a decision is already there, names a model or policy that was not registered and in force where
            any is registered, or the file does not keep what it is given; then nothing is appended.
        """
        heads = self._append_all(list(records))
        return heads[-1] if heads else self.head

    def _append_all(self, records: Sequence[DecisionRecord]) -> list[Head]:
        plains = compress_all([record.to_json() for record in records])
        versions = [versions_to_enter(record) for record in records]

        def enter(writer: Writer) -> tuple[Sequence[Entry], None]:
            self._check_key(writer.about())
            spans_of(writer.named(registers_name(self._keys)), self._keys).admit(records)
            batch = Batch()
            batch.enter(writer, self._keys, zip(records, plains, versions, strict=True))
            return batch.entries, None

        entries, _ = entered(self._store, enter)
        return [Head(entry.sequence, entry.hash) for entry in entries]

    def read(self, decision_id: str) -> DecisionRecord:
        """Return a decision, after checking that its entry is what was appended.

        Raises
        ------
        DecisionUnknownError
            If there is no such decision, or its subject was erased.
        LedgerError
            If its entry was tampered with.
        """
        found = [one for one in self._found(decision_id) if one[0].kind == DECISION]
        if not found:
            raise DecisionUnknownError(f"The ledger holds no decision {decision_id!r}.")
        readable = [(entry, key) for entry, key in found if key is not None]
        if not readable:
            raise DecisionUnknownError(f"The decision {decision_id!r} was erased: its key no longer exists.")
        for entry, key in readable:
            try:
                return record_of(self._keys, entry, key)
            except CreditScoreError as error:
                fault, number = error, entry.sequence
        self._check_key(self._store.about())
        raise LedgerError(f"Entry {number} ({decision_id}): {fault}") from fault

    def records(self) -> Iterator[DecisionRecord]:
        """Go through every decision that can be read, oldest first; of who was erased there is none."""
        for entry, key, _ in self._store.entries():
            if entry.kind == DECISION and key is not None:
                yield record_of(self._keys, entry, key)

    def find(
        self, *, subject: int | str | None = None, application_id: int | str | None = None
    ) -> list[Listed]:
        """List the decisions on a subject, or on an application, oldest first.

        Parameters
        ----------
        subject : int or str, optional
            A pseudonym as records carry it, or the id of the applicant.
        application_id : int or str, optional
            Of a subject that was erased, no application is known any more.

        Raises
        ------
        LedgerError
            If not exactly one of the two is given.
        """
        if (subject is None) == (application_id is None):
            raise LedgerError("Give either 'subject' or 'application_id' to find decisions.")
        if subject is None:
            names = [self._keys.name_of(b"application", _plain(application_id))]
        else:
            names = self._subjects(subject)
        found = sorted(pair for name in names for pair in self._store.named(name))
        return [Listed(one.entry_id, one.at, key is not None) for one, key in found if one.kind == DECISION]

    def erase(self, subject: int | str) -> Erased:
        """Forget a subject: destroy their keys for ever, and note in the chain that it was done.

        Decisions that tell of them beside somebody else, with whom they applied, go too.

        That no key is left is looked for in the file before and after it is written. Readers are not waited
        for longer than a second.

        Parameters
        ----------
        subject : int or str
            A pseudonym as records carry it (``record.subject``), or the id of the applicant if decisions were
            taken with ``decide(..., ledger=ledger)``.

        Returns
        -------
        Erased

        Raises
        ------
        DecisionUnknownError
            If no key of that subject is there.
        LedgerError
            If a key cannot be destroyed.
        """
        known = _plain(subject)
        pseudonyms = (str(known), self.pseudonym(known))

        def enter(writer: Writer) -> tuple[Sequence[Entry], list[bytes]]:
            self._check_key(writer.about())
            found = to_forget(writer, self._store, self._keys, pseudonyms)
            if found is None:
                raise DecisionUnknownError("The ledger holds no readable decision of that subject.")
            entries = noted_erasure(writer, self._keys, found)
            writer.destroy(*found)
            return entries, found.key_ids

        _, key_ids = entered(self._store, enter)
        if not self._store.gone(key_ids):
            raise LedgerError("A key of the subject is still in the file. Restore a backup, and erase there.")
        return Erased(len(key_ids), self._store.purge(_PURGE_SECONDS))

    def rotate(self, key: bytes) -> Erased:
        """Replace the master key: every data key is wrapped anew, and the old key opens nothing any more.

        Pseudonyms stay. Other processes must open the ledger again, with the new key. Backups made before
        still open with the old one. Who had both the old key and the file may have kept the data keys: a
        rotation protects what is appended to new subjects, and limits what the old key is good for.

        Parameters
        ----------
        key : bytes
            The new master key, 32 bytes.
        """

        def enter(writer: Writer) -> tuple[Sequence[Entry], tuple[KeyRing, int]]:
            self._check_key(writer.about())
            ring, vault = self._keys.rotated(key)
            about = About(*ring.about()[:2], vault)
            if about.key_check == writer.about().key_check:
                raise LedgerError("The new key is the one that the ledger has. Make another.")
            keys = [ring.wrap(one, self._keys.data_key(one)) for one in writer.all_keys()]
            entry = noted(writer, self._keys, ROTATION, b"", about.key_check)
            writer.add([entry], [commitment_of(about.key_check)])
            writer.replace(about, keys)
            return [entry], (ring, len(keys))

        _, (self._keys, count) = entered(self._store, enter)
        return Erased(count, self._store.purge(_PURGE_SECONDS))

    def verify(
        self, *, anchor: Head | str | None = None, head: Heads | None = None, trust: Trust | None = None
    ) -> Verified:
        """Check the file and every entry: indices, triggers, hashes, order, keys, payloads, tree, registers.

        Progress shows in a terminal. Others may read and append meanwhile.

        Parameters
        ----------
        anchor : Head or str, optional
            The number and hash of an entry that were kept elsewhere, such as ``"1200:9f…"``. It must still be
            in the chain: only so can it be known that the newest entries were not cut off.
        head : SignedHead, path, or several of them, optional
            Signed heads that were kept elsewhere. The ledger must hold all that it held then, and nothing
            that claims to be older and is not in them.
        trust : Trust, optional
            Whose signatures on heads are believed; needed with ``head``.

        Raises
        ------
        LedgerError
            At the first entry that is not as it was appended, naming it, or if a head is not signed by whom
            one trusts.
        """
        return verify_entries(self._store, self._keys, read_anchor(anchor), trusted_heads(head, trust))

    def backup(self, path: str | Path, *, anchor: Head | str | None = None) -> Verified:
        """Write a verified copy of one whole state into a new file, also while others append.

        A plain copy of the file lacks what stands in the write-ahead log. The copy opens with the same key;
        erase from it too whom you erase here.

        Parameters
        ----------
        path : path or str
            A new file, or an address with a new schema of a PostgreSQL database; none is ever replaced.
        anchor : Head or str, optional
            As for `verify`.

        Raises
        ------
        LedgerError
            If there is such a file or schema already, or the copy does not verify.
        """
        return copied(self._store, path, self._keys, read_anchor(anchor))

    @classmethod
    def restore(
        cls, backup: str | Path, path: str | Path, *, key: bytes, anchor: Head | str | None = None
    ) -> Verified:
        """Verify a backup, and write it to where a ledger shall be; no file there is ever replaced.

        Parameters
        ----------
        backup, path : path or str
            What `backup` wrote, and the new file or address.
        key : bytes
            The master key that the backup was made under.
        anchor : Head or str, optional
            As for `verify`: with the newest head that you know, an older backup is refused.
        """
        with cls.open(backup, key=key, create=False) as ledger:
            return ledger.backup(path, anchor=anchor)

    def purge(self) -> bool:
        """Empty the write-ahead log, so that nothing that was erased is left in it; False if it is in use."""
        return self._store.purge(0.0)

    def close(self) -> None:
        """Let go of the file."""
        self._store.close()

    def __len__(self) -> int:
        return self.head.sequence

    def __contains__(self, decision_id: str) -> bool:
        return bool(self._found(decision_id))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Ledger({self._name}, {len(self):,} entries)"

    def _found(self, decision_id: str) -> list[tuple[Entry, WrappedKey | None]]:
        return self._store.find(decision_id, self._keys.name_of(b"decision", decision_id))

    def _subjects(self, subject: int | str) -> list[bytes]:
        known = _plain(subject)
        return [self._keys.subject(name) for name in (str(known), self.pseudonym(known))]

    def _fitting(self) -> KeyRing:
        self._check_key(self._store.about())
        return self._keys

    def _check_key(self, about: About) -> None:
        if not self._keys.fits(about):
            raise LedgerError(f"The key of {self._name} was rotated. Open it again, with the new key.")


def _plain(known: Any) -> int | str:
    """An id as plain data: NumPy's whole numbers are those of Python."""
    return known if isinstance(known, str) else int(known)
