"""One writing transaction: what it adds is read back, and what it destroys is looked for, before it ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from creditscore.deciding.ledger.chain import Entry, Head, genesis, leaf_of
from creditscore.deciding.ledger.rows import BY_NUMBER, NOT_ERASED, entry_of, head_of, key_of
from creditscore.deciding.ledger.session import Session, about_of, any_left, are_kept, in_range, read_hashes
from creditscore.deciding.ledger.store import About, WrappedKey
from creditscore.errors import LedgerError, SigningError
from creditscore.transparency.leaves import Leaf
from creditscore.transparency.tree import grown

_APPEND: Final = (
    f"INSERT INTO chain ({', '.join(Entry._fields)}) "  # noqa: S608 - constants
    f"VALUES ({', '.join('?' * len(Entry._fields))})"
)
_BY_NAME: Final = "SELECT sequence FROM names WHERE name = ? ORDER BY sequence"
# By the index: of `(name, sequence) IN (VALUES ...)` SQLite reads every name there is.
_IS_NAMED: Final = "SELECT 1 FROM names WHERE name = asked.column1 AND sequence = asked.column2"
_KEYS: Final = "SELECT key_id, subject, wrapped FROM keys"
_NAMED_KEYS: Final = (
    "SELECT keys.key_id, keys.subject, keys.wrapped FROM names JOIN chain USING (sequence) "
    "JOIN keys ON keys.key_id = chain.key_id WHERE names.name = ?"
)
# As many values as one query asks for.
_MOST: Final = 500


class SqlWriter:
    """See `creditscore.deciding.ledger.store.Writer`.

    Parameters
    ----------
    session : Session
        Within a transaction that was begun as the only writing one.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def about(self) -> About:
        """Return what the ledger says of itself."""
        return about_of(self._session)

    def head(self) -> Head:
        """Return the newest entry."""
        found = self._session.rows("SELECT sequence, hash FROM chain ORDER BY sequence DESC LIMIT 1")
        return head_of(found[0]) if found else Head(0, genesis(self.about().ledger_id))

    def keys_of(self, subject: bytes) -> list[WrappedKey]:
        """Return the keys of a subject that were not erased, by the index alone: the path of every append."""
        return self._keys(f"{_KEYS} WHERE subject = ? AND {NOT_ERASED}", subject)

    def every_key_of(self, subject: bytes) -> list[WrappedKey]:
        """Return the keys of a subject that still exist, by every path that leads to them."""
        by_index, bare = (f"{_KEYS} WHERE {one} = ?" for one in ("subject", self._session.bare("subject")))
        return sorted({key for query in (by_index, bare, _NAMED_KEYS) for key in self._keys(query, subject)})

    def all_keys(self) -> list[WrappedKey]:
        """Return all keys."""
        return [key_of(row) for row in self._session.rows(_KEYS)]

    def last_time(self) -> int:
        """Return when the newest entry was appended, in microseconds since 1970-01-01 UTC."""
        rows = self._session.rows("SELECT appended_at FROM chain ORDER BY sequence DESC LIMIT 1")
        return rows[0][0] if rows and isinstance(rows[0][0], int) else 0

    def named(self, name: bytes) -> list[Entry]:
        """Return all entries of a name, in order."""
        numbers = self._session.rows(_BY_NAME, (name,))
        return [entry_of(self._session.rows(BY_NUMBER, number)[0]) for number in numbers]

    def holds(self, entries: Sequence[Entry]) -> bool:
        """Whether entries stand where they were appended, with their leaves."""
        return are_kept(self._session, entries)

    def add(
        self,
        entries: Sequence[Entry],
        commitments: Sequence[str],
        keys: Sequence[WrappedKey] = (),
        names: Mapping[int, Sequence[bytes]] | None = None,
    ) -> None:
        """Append entries, their leaves, the keys that are new with them, and what each is found by.

        All of it is read back. The first name of an entry is its own: no other has it.
        """
        if not entries:
            return
        session, given = self._session, names or {}
        named = [(name, number) for number, several in given.items() for name in several]
        if self._found("name FROM names WHERE name", [several[0] for several in given.values()]):
            raise _twice()
        try:
            session.many("INSERT INTO keys VALUES (?, ?, ?)", keys)
            session.many(_APPEND, entries)
            session.many("INSERT INTO names VALUES (?, ?)", named)
        except session.clash as error:
            raise _twice() from error
        if not (self._are_there(entries) and self._are_known(keys) and self._are_named(named)):
            raise _not_kept()
        self.plant([leaf_of(entry, one) for entry, one in zip(entries, commitments, strict=True)])

    def plant(self, leaves: Sequence[Leaf]) -> None:
        """Append leaves to the tree, and read them back."""
        if not leaves:
            return
        session, size = self._session, leaves[0].sequence - 1
        newest = session.rows("SELECT max(number) FROM tree WHERE level = 0")[0][0]
        if (-1 if newest is None else newest) != size - 1:
            raise LedgerError("The tree of the ledger is not that of its entries. Restore a backup.")
        try:
            rows = list(grown(self, size, [leaf.hash for leaf in leaves]))
            session.many("INSERT INTO tree VALUES (?, ?, ?)", rows)
            pairs = [(leaf.sequence, leaf.commitment) for leaf in leaves]
            session.many("INSERT INTO commitments VALUES (?, ?)", pairs)
        except (session.clash, SigningError) as error:
            raise LedgerError(f"The tree of the ledger is damaged: {error}. Restore a backup.") from error
        if not (self._are_hashes(rows) and self._are_committed(pairs)):
            raise _not_kept()

    def read(self, level: int, start: int, stop: int) -> list[bytes]:
        """Return hashes of the tree, see `creditscore.transparency.tree.Hashes`."""
        return read_hashes(self._session, level, start, stop)

    def rename(self, names: Mapping[int, Sequence[bytes]]) -> None:
        """Name entries that are there already."""
        named = [(name, number) for number, several in names.items() for name in several]
        self._session.many("INSERT INTO names VALUES (?, ?) ON CONFLICT DO NOTHING", named)

    def destroy(self, subject: bytes, key_ids: Sequence[bytes], kept: Mapping[int, Sequence[bytes]]) -> None:
        """Delete keys, and all names of a subject's entries but some; then look that they are gone."""
        session = self._session
        for column in ("key_id", session.bare("key_id")):
            session.many(f"DELETE FROM keys WHERE {column} = ?", [(one,) for one in key_ids])  # noqa: S608
        session.many(f"DELETE FROM keys WHERE {session.bare('subject')} = ?", [(subject,)])  # noqa: S608
        rows = self._found("name, sequence FROM names WHERE sequence", [*kept])
        gone = [(name, number) for name, number in rows if name not in kept[number]]
        session.many("DELETE FROM names WHERE name = ? AND sequence = ?", gone)
        if any_left(session, key_ids) or self.every_key_of(subject):
            raise LedgerError(
                "A key cannot be destroyed: the file or its triggers are at fault. Nothing was erased. "
                "Verify the ledger, or restore a backup and erase there."
            )

    def replace(self, about: About, keys: Iterable[WrappedKey]) -> None:
        """Say another thing of the ledger, and store its keys as they are wrapped now."""
        session, wrapped = self._session, list(keys)
        session.allow_replacing()
        session.many("UPDATE about SET key_check = ?", [(about.key_check,)])
        session.many("DELETE FROM vault", [()])
        session.many("INSERT INTO vault VALUES (?)", [(about.vault,)])
        rows = [(key.wrapped, key.key_id) for key in wrapped]
        session.many("UPDATE keys SET wrapped = ? WHERE key_id = ?", rows)
        session.refuse_replacing()
        if self.about() != about or sorted(self.all_keys()) != sorted(wrapped):
            raise LedgerError("The keys cannot be replaced: the file is at fault. Nothing was changed.")

    def _keys(self, query: str, subject: bytes) -> list[WrappedKey]:
        return sorted(key_of(row) for row in self._session.rows(query, (subject,)))

    def _found(self, what: str, values: Sequence[Any]) -> list[Any]:
        """All rows whose last named column is one of some values, a few hundred values at a time."""
        found: list[Any] = []
        for start in range(0, len(values), _MOST):
            some = values[start : start + _MOST]
            found += self._session.rows(f"SELECT {what} IN ({', '.join('?' * len(some))})", some)
        return found

    def _are_there(self, entries: Sequence[Entry]) -> bool:
        """By their numbers, and by their ids."""
        by_id = self._found("entry_id, sequence FROM chain WHERE entry_id", [one.entry_id for one in entries])
        numbers = sorted((entry.entry_id, entry.sequence) for entry in entries)
        return in_range(self._session, entries) == [*entries] and sorted(by_id) == numbers

    def _are_known(self, keys: Sequence[WrappedKey]) -> bool:
        found = self._found("key_id, subject, wrapped FROM keys WHERE key_id", [key.key_id for key in keys])
        return sorted(found) == sorted(keys)

    def _are_hashes(self, rows: Sequence[tuple[int, int, bytes]]) -> bool:
        """Those of a level follow one another."""
        return all(
            self.read(level, some[0][1], some[-1][1] + 1) == [row[2] for row in some]
            for level, some in _levels(rows)
        )

    def _are_committed(self, pairs: Sequence[tuple[int, str]]) -> bool:
        query = "SELECT * FROM commitments WHERE sequence >= ? AND sequence <= ? ORDER BY sequence"
        return self._session.rows(query, (pairs[0][0], pairs[-1][0])) == [*pairs]

    def _are_named(self, named: Sequence[tuple[bytes, int]]) -> bool:
        """A name alone may lead to many more entries; each is asked for with its number."""
        found = 0
        for start in range(0, len(named), _MOST):
            some = named[start : start + _MOST]
            pairs = ", ".join(["(?, ?)"] * len(some))
            query = f"SELECT count(*) FROM (VALUES {pairs}) AS asked WHERE EXISTS ({_IS_NAMED})"  # noqa: S608
            found += self._session.rows(query, [cell for pair in some for cell in pair])[0][0]
        return found == len(named)


def _levels(rows: Sequence[tuple[int, int, bytes]]) -> Iterator[tuple[int, list[tuple[int, int, bytes]]]]:
    for level in {row[0] for row in rows}:
        yield level, [row for row in rows if row[0] == level]


def _not_kept() -> LedgerError:
    return LedgerError(
        "The ledger does not keep what is appended: its file, its triggers or its disk are at fault. "
        "Nothing was appended. Verify the ledger, or restore a backup."
    )


def _twice() -> LedgerError:
    return LedgerError(
        "A decision of this batch is already in the ledger, or twice in the batch; nothing of the batch was "
        "appended. Append each decision once."
    )
