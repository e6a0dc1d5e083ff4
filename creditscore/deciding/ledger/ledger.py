"""Decisions in, decisions out: the ledger as its users see it."""

from __future__ import annotations

import os
import secrets
import struct
import time
import uuid
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from creditscore._ground.progress import progress
from creditscore.deciding.ledger.chain import DECISION, ERASURE, Entry, Head, context, entry_hash, genesis
from creditscore.deciding.ledger.keys import ID_BYTES, NONCE_BYTES, KeyRing, compress, decompress, new_key
from creditscore.deciding.ledger.sqlite import SqliteStore
from creditscore.deciding.ledger.store import Store, WrappedKey, Writer
from creditscore.deciding.record import DecisionRecord
from creditscore.errors import DecisionUnknownError, LedgerError

_FEW: Final = 8
_PURGE_ATTEMPTS: Final = 50
_PURGE_WAIT_SECONDS: Final = 0.1


@dataclass(frozen=True, slots=True)
class Verified:
    """What a verified ledger holds.

    Attributes
    ----------
    decisions, erasures : int
        Entries of each kind.
    unreadable : int
        Decisions whose key was destroyed by an erasure; their place in the chain is intact.
    head : Head
        The newest entry. Keep ``str(head)`` where the ledger's keeper cannot change it.
    """

    decisions: int
    erasures: int
    unreadable: int
    head: Head


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure did.

    Attributes
    ----------
    keys : int
        Keys destroyed; every decision under them can never be read again.
    purged : bool
        Whether the deleted keys are also gone from the write-ahead log. False if another process kept the
        file busy; they go with the next checkpoint.
    """

    keys: int
    purged: bool


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

    new_key = staticmethod(new_key)

    def __init__(self, store: Store, keys: KeyRing, name: str) -> None:
        self._store = store
        self._keys = keys
        self._name = name

    @classmethod
    def open(cls, path: str | Path, *, key: bytes, create: bool = True) -> Self:
        """Open a ledger file, or make a new one.

        Parameters
        ----------
        path : path
            The file. Keep the key elsewhere.
        key : bytes
            The master key, 32 bytes; without it nothing can be read, nor appended.
        create : bool
            Whether to make the file where there is none.

        Raises
        ------
        LedgerError
            If the file is no ledger, or was made with another key.
        """
        file = Path(path)
        if not (file.parent.is_dir() if create else file.is_file()):
            raise LedgerError(f"There is no {file.parent if create else file}. Name the file of a ledger.")
        about = KeyRing(key, secrets.token_bytes(ID_BYTES)).about() if create else None
        store = SqliteStore(file, about)
        try:
            return cls(store, _fitting_keys(store, key, file), str(file))
        except BaseException:
            store.close()
            raise

    @property
    def head(self) -> Head:
        """The newest entry: its place and its hash."""
        return self._store.head()

    def pseudonym(self, applicant_id: int | str) -> str:
        """Return what an applicant is called in the records of this ledger: keyed, the same every time."""
        return self._keys.pseudonym(applicant_id)

    def append(self, record: DecisionRecord) -> Head:
        """Append one decision; on return it is on disk. See `append_many`."""
        return self.append_many([record])

    def append_many(self, records: Iterable[DecisionRecord]) -> Head:
        """Append decisions, all of them or none; on return they are on disk.

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
            If a decision is already there; then nothing is appended.
        """
        given = list(records)
        plains = _compressed([record.to_json() for record in given])
        batch = [(one.decision_id, one.subject, plain) for one, plain in zip(given, plains, strict=True)]
        with self._store.writing() as writer:
            drawer = _Drawer(writer, self._keys)
            head = writer.head()
            entries: list[Entry] = []
            for decision_id, pseudonym, plain in batch:
                subject = self._keys.subject(pseudonym)
                key, cipher = drawer.key_for(subject)
                now = time.time_ns() // 1_000
                bound = context(head.hash, head.sequence + 1, DECISION, now, decision_id, subject, key.key_id)
                nonce = secrets.token_bytes(NONCE_BYTES)
                payload = cipher.encrypt(nonce, plain, bound)
                entries.append(
                    Entry(
                        head.sequence + 1, DECISION, decision_id, subject, key.key_id, now, nonce, payload,
                        head.hash, entry_hash(bound, nonce, payload),
                    )
                )  # fmt: skip
                head = Head(head.sequence + 1, entries[-1].hash)
            writer.add(entries, drawer.fresh)
        return head

    def read(self, decision_id: str) -> DecisionRecord:
        """Return a decision, after checking that its entry is what was appended.

        Raises
        ------
        DecisionUnknownError
            If there is no such decision, or its subject was erased.
        LedgerError
            If its entry was tampered with.
        """
        found = self._store.find(decision_id)
        if found is None or found[0].kind != DECISION:
            raise DecisionUnknownError(f"The ledger holds no decision {decision_id!r}.")
        entry, key = found
        if key is None:
            raise DecisionUnknownError(f"The decision {decision_id!r} was erased: its key no longer exists.")
        try:
            plain = self._opened(entry, key)
        except LedgerError as error:
            raise LedgerError(f"Entry {entry.sequence} ({decision_id}): {error}.") from error
        record = DecisionRecord.from_json(decompress(plain))
        if record.decision_id != entry.entry_id or self._keys.subject(record.subject) != entry.subject:
            raise LedgerError(f"Entry {entry.sequence} holds another decision than it names.")
        return record

    def erase(self, subject: int | str) -> Erased:
        """Forget a subject: destroy their keys for ever, and note in the chain that it was done.

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
        """
        names = [self._keys.subject(name) for name in (str(subject), self.pseudonym(subject))]
        with self._store.writing() as writer:
            name = next((name for name in names if writer.keys_of(name)), None)
            if name is None:
                raise DecisionUnknownError("The ledger holds no readable decision of that subject.")
            key_ids = [key.key_id for key in writer.keys_of(name)]
            head, now, erasure_id = writer.head(), time.time_ns() // 1_000, str(uuid.uuid4())
            bound = context(head.hash, head.sequence + 1, ERASURE, now, erasure_id, name, b"")
            payload = self._keys.erasure(bound, key_ids)
            digest = entry_hash(bound, b"", payload)
            position = head.sequence + 1
            writer.add(
                [Entry(position, ERASURE, erasure_id, name, b"", now, b"", payload, head.hash, digest)], []
            )
            writer.destroy(name)
        return Erased(len(key_ids), self._purged())

    def verify(self, *, anchor: Head | str | None = None) -> Verified:
        """Check every entry: hashes, order, keys, payloads, erasures; progress shows in a terminal.

        Parameters
        ----------
        anchor : Head or str, optional
            A head that was kept elsewhere, such as ``"1200:9f…"``. It must still be in the chain: only so can
            it be known that the newest entries were not cut off.

        Raises
        ------
        LedgerError
            At the first entry that is not as it was appended, naming it.
        """
        with closing(self._store.entries()) as entries:
            rows = progress(entries, what="entries", total=self._store.head().sequence)
            return self._verified(rows, *_anchor(anchor))

    def _verified(
        self, rows: Iterable[tuple[Entry, WrappedKey | None]], position: int, digest: bytes | None
    ) -> Verified:
        head = Head(0, genesis(self._store.about().ledger_id))
        missing: set[bytes] = set()
        counts = {DECISION: 0, ERASURE: 0}
        unreadable = 0
        for entry, key in rows:
            try:
                self._check(entry, key, head, missing)
            except (LedgerError, AttributeError, OverflowError, TypeError, ValueError, struct.error) as error:
                raise LedgerError(f"Entry {head.sequence + 1} is not as it was appended: {error}.") from error
            head = Head(entry.sequence, entry.hash)
            counts[entry.kind] += 1
            unreadable += entry.kind == DECISION and key is None
            if head.sequence == position and head.hash != digest:
                raise LedgerError(
                    f"Entry {position} is another than the anchor says: the chain was rewritten."
                )
        if missing:
            raise LedgerError(f"{len(missing)} key(s) are missing without an erasure that destroyed them.")
        if head.sequence < position:
            raise LedgerError(
                f"The ledger ends at entry {head.sequence}, before its anchor at entry {position}."
            )
        if self._store.orphans():
            raise LedgerError("The ledger holds keys that no entry uses.")
        return Verified(counts[DECISION], counts[ERASURE], unreadable, head)

    def _check(self, entry: Entry, key: WrappedKey | None, head: Head, missing: set[bytes]) -> None:
        if entry.sequence != head.sequence + 1:
            raise LedgerError(f"entry {entry.sequence} stands in its place")
        if entry.previous != head.hash:
            raise LedgerError("it does not follow from the entry before")
        if entry.hash != entry_hash(_context(entry), entry.nonce, entry.payload):
            raise LedgerError("its hash is another")
        if entry.kind == ERASURE:
            for key_id in self._keys.erased(_context(entry), entry.payload):
                if key_id not in missing:
                    raise LedgerError(f"the key {key_id.hex()} that it destroyed is there again")
                missing.remove(key_id)
        elif entry.kind != DECISION:
            raise LedgerError(f"its kind is {entry.kind}")
        elif key is None:
            missing.add(entry.key_id)
        else:
            self._opened(entry, key)

    def _opened(self, entry: Entry, key: WrappedKey) -> bytes:
        if key.subject != entry.subject:
            raise LedgerError("its key belongs to another subject")
        return self._keys.decrypt(self._keys.unwrap(key), entry.nonce, entry.payload, _context(entry))

    def _purged(self) -> bool:
        for _ in range(_PURGE_ATTEMPTS):
            if self._store.purge():
                return True
            time.sleep(_PURGE_WAIT_SECONDS)
        return False

    def close(self) -> None:
        """Let go of the file."""
        self._store.close()

    def __len__(self) -> int:
        return self.head.sequence

    def __contains__(self, decision_id: str) -> bool:
        return self._store.find(decision_id) is not None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Ledger({self._name}, {len(self):,} entries)"


class _Drawer:
    """The data keys of one transaction: those that are there, and new ones."""

    def __init__(self, writer: Writer, keys: KeyRing) -> None:
        self._writer = writer
        self._keys = keys
        self._known: dict[bytes, tuple[WrappedKey, Any]] = {}
        self.fresh: list[WrappedKey] = []

    def key_for(self, subject: bytes) -> tuple[WrappedKey, Any]:
        if subject not in self._known:
            there = self._writer.keys_of(subject)
            if there:
                self._known[subject] = (there[-1], self._keys.unwrap(there[-1]))
            else:
                self._known[subject] = self._keys.fresh(subject)
                self.fresh.append(self._known[subject][0])
        return self._known[subject]


def _compressed(texts: list[str]) -> list[bytes]:
    """Compress on every processor: zlib lets other threads run."""
    if len(texts) < _FEW:
        return [compress(text) for text in texts]
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return list(pool.map(compress, texts))


def _context(entry: Entry) -> bytes:
    chained = (entry.previous, entry.sequence, entry.kind, entry.appended_at)
    return context(*chained, entry.entry_id, entry.subject, entry.key_id)


def _anchor(anchor: Head | str | None) -> tuple[int, bytes]:
    if anchor is None:
        return 0, b""
    position, _, digest = str(anchor).partition(":")
    try:
        return int(position), bytes.fromhex(digest)
    except ValueError:
        raise LedgerError(f"An anchor is written as entry:hash. Got {anchor!r}.") from None


def _fitting_keys(store: Store, key: bytes, file: Path) -> KeyRing:
    about = store.about()
    keys = KeyRing(key, about.ledger_id)
    if not keys.fits(about):
        raise LedgerError(f"{file} was made with another key, or what it says of itself was tampered with.")
    return keys
