"""A connection to a database as a ledger speaks to it, and what is read of a ledger through any."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from creditscore.deciding.ledger.chain import Entry
from creditscore.deciding.ledger.rows import LEAVES, RANGE, entry_of, leaf_in
from creditscore.deciding.ledger.store import About
from creditscore.errors import LedgerError


class Session(Protocol):
    """A connection. Queries are those that SQLite and PostgreSQL both understand, with ``?`` for values.

    Attributes
    ----------
    clash : type of Exception
        What is raised where a row is there already.
    """

    clash: type[Exception]

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[Any]:
        """Return all rows of a query."""

    def many(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run a statement once for each row of values."""

    def bare(self, column: str) -> str:
        """Write a column so that no index is asked for it."""

    def allow_replacing(self) -> None:
        """Take away, until `refuse_replacing`, the triggers that stand against wrapping keys anew."""

    def refuse_replacing(self) -> None:
        """Put back the triggers that `allow_replacing` took away."""


def about_of(session: Session) -> About:
    """Read what a ledger says of itself.

    Raises
    ------
    LedgerError
        If it says so twice, or not at all.
    """
    rows = session.rows("SELECT ledger_id, key_check FROM about")
    vault = session.rows("SELECT sealed FROM vault")
    if len(rows) != 1 or len(vault) > 1:
        raise LedgerError(f"The ledger was tampered with: it describes itself {len(rows)} times.")
    about = About(*rows[0], *(vault[0] if vault else ()))
    if {type(part) for part in about} != {bytes}:
        raise LedgerError("The ledger was tampered with: what it says of itself is damaged.")
    return about


def any_left(session: Session, key_ids: Sequence[bytes]) -> bool:
    """Look for keys in every row of their table, whatever an index says."""
    gone = set(key_ids)
    return any(row[0] in gone for row in session.rows(f"SELECT {session.bare('key_id')} FROM keys"))  # noqa: S608


def read_hashes(session: Session, level: int, start: int, stop: int) -> list[bytes]:
    """Read hashes of the tree; those that are no bytes are left out, and missed by who needs them."""
    query = "SELECT hash FROM tree WHERE level = ? AND number >= ? AND number < ? ORDER BY number"
    return [row[0] for row in session.rows(query, (level, start, stop)) if isinstance(row[0], bytes)]


def in_range(session: Session, entries: Sequence[Entry]) -> list[Entry]:
    """Read the entries that stand where some, which follow one another, were appended."""
    first, last = entries[0].sequence - 1, entries[-1].sequence
    return [entry_of(row) for row in session.rows(RANGE, (first, last))]


def are_kept(session: Session, entries: Sequence[Entry]) -> bool:
    """Whether entries that follow one another stand in the chain, and the leaves of them in the tree."""
    if not entries:
        return True
    first, last = entries[0].sequence - 1, entries[-1].sequence
    if in_range(session, entries) != [*entries]:
        return False
    leaves = [leaf_in(row).hash for row in session.rows(LEAVES, (first, last))]
    return len(leaves) == len(entries) and read_hashes(session, 0, first, last) == leaves


def check_counts(session: Session) -> None:
    """Entries, commitments and hashes of each level must be as many as they have to be, from one state.

    Raises
    ------
    LedgerError
        If they are more or fewer.
    """
    rows = session.rows(
        "SELECT (SELECT count(*) FROM chain), (SELECT count(*) FROM commitments), "
        "level, count(*), min(number), max(number) FROM tree GROUP BY level ORDER BY level"
    )
    entries = rows[0][0] if rows else session.rows("SELECT count(*) FROM chain")[0][0]
    levels = [(level, entries >> 8 * level) for level in range(8) if entries >> 8 * level]
    expected = [(entries, entries, level, count, 0, count - 1) for level, count in levels]
    if rows != expected:
        raise LedgerError("The tree of the ledger has too many or too few hashes. Restore a backup.")
