"""A ledger that moves into a database and out of it, and what is left there of the erased."""

from __future__ import annotations

import pytest

import creditscore as cs
from creditscore.errors import LedgerError
from tests.deciding.ledger.attacks import changing, rows_of
from tests.deciding.ledger.databases import NEW, opened, schema_of
from tests.deciding.ledger.filled import KEY
from tests.deciding.records import record


def test_a_ledger_moves_into_a_database_and_out_of_it(server, tmp_path):
    """Both ways every row stays: ids, hashes, names, proofs."""
    with cs.Ledger.open(tmp_path / "a.db", key=KEY) as ledger:
        ledger.append_many(record(k, f"subject-{k % 3}") for k in range(300))
        ledger.erase("subject-1")
        ledger.rotate(NEW)
        head = ledger.append(record("after"))
    address = server.address()
    moved = cs.Ledger.restore(tmp_path / "a.db", address, key=NEW, anchor=head)
    assert (moved.head, moved.decisions, moved.unreadable) == (head, 301, 100)
    with cs.Ledger.open(address, key=NEW, create=False) as ledger:
        assert ledger.backup(tmp_path / "b.db", anchor=head).head == head
        assert ledger.append(record("more")).sequence == head.sequence + 1
        with pytest.raises(LedgerError, match="into a new schema only.*is there already"):
            ledger.backup(address)
    for table in ("about", "vault", "chain", "keys", "names", "tree", "commitments"):
        query = f"SELECT * FROM {table}"
        assert sorted(rows_of(tmp_path / "a.db", query)) == sorted(rows_of(tmp_path / "b.db", query)), table


def test_a_backup_that_does_not_verify_leaves_no_schema(server, tmp_path):
    with cs.Ledger.open(tmp_path / "a.db", key=KEY) as ledger:
        ledger.append(record(1))
        wanted = server.address()
        with pytest.raises(LedgerError, match="before its anchor"):
            ledger.backup(wanted, anchor=f"9:{'a' * 64}")
    with server.connect() as connection:
        names = {row[0] for row in connection.execute("SELECT nspname FROM pg_namespace")}
    assert not {name for name in names if name.startswith("loading_")}
    assert schema_of(wanted) not in names


def test_what_was_erased_is_said_to_be_left_in_the_log_and_a_rotation_makes_it_worthless(address):
    with opened(address) as ledger:
        ledger.append_many([record(1, "subject-1"), record(2, "subject-2")])
        kept = {row[0]: row for row in rows_of(address, "SELECT * FROM keys")}
        done = ledger.erase("subject-1")
        assert (done.keys, done.purged, ledger.purge()) == (1, False, False)
        (gone,) = {*kept} - {row[0] for row in rows_of(address, "SELECT * FROM keys")}
        ledger.rotate(NEW)
        assert ledger.read("d-2").decision_id == "d-2"
        with changing(address) as owner:
            owner.execute("INSERT INTO keys VALUES (?, ?, ?)", kept[gone])
            owner.execute("DELETE FROM names WHERE name = ?", (gone,))
        with pytest.raises(LedgerError, match="was tampered with"):
            ledger.read("d-1")
