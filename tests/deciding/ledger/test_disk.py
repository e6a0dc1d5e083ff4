"""A broken disk and a hostile hand: what was appended is found, or its loss is noticed, and never doubled."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import threading
import time
from functools import partial
from pathlib import Path

import pytest

import creditscore as cs
from creditscore.deciding.ledger import schema
from creditscore.errors import DecisionUnknownError, LedgerError
from creditscore.verify.ledger import verify_chain
from tests.deciding.ledger.attacks import flip, older
from tests.deciding.records import record

KEY = bytes(range(32))


def filled(path: Path, n: int = 8) -> list[str]:
    """Some decisions of four subjects; returns what the subjects are called."""
    with cs.Ledger.open(path, key=KEY) as ledger:
        subjects = [ledger.pseudonym(f"person {k}") for k in range(4)]
        ledger.append_many(record(k, subjects[k % 4], application_id=f"a-{k // 2}") for k in range(n))
    return subjects


def test_a_flipped_index_of_ids_hides_nothing_and_lets_nothing_in_twice(path):
    filled(path)
    flip(path, "sqlite_autoindex_chain_1", b"d-5")
    with cs.Ledger.open(path, key=KEY) as ledger:
        assert ledger.read("d-5") == record(5, ledger.pseudonym("person 1"), application_id="a-2")
        assert "d-5" in ledger
        with pytest.raises(LedgerError, match="already in the ledger"):
            ledger.append(record(5, "subject-x"))
        with pytest.raises(LedgerError, match="is damaged"):
            ledger.verify()
    assert "FAILED  pages and indices agree" in str(verify_chain(path))


@pytest.mark.parametrize("root", ["keys_of_subject", "names", "keys"])
def test_a_flipped_index_lets_no_key_survive_an_erasure(path, root):
    filled(path)
    connection = sqlite3.connect(path)
    subject, wrapped = connection.execute("SELECT subject, wrapped FROM keys").fetchone()
    readable = [
        row[0] for row in connection.execute("SELECT entry_id FROM chain WHERE subject = ?", (subject,))
    ]
    connection.close()
    flip(path, root, subject)
    with cs.Ledger.open(path, key=KEY) as ledger:
        with pytest.raises(LedgerError):
            ledger.verify()
        person = next(p for p in range(4) if ledger._subjects(f"person {p}")[1] == subject)
        try:
            erased = ledger.erase(f"person {person}").purged
        except LedgerError as error:
            assert not isinstance(error, DecisionUnknownError)  # noqa: PT017 - either outcome is right
            return
        assert erased
        for decision in readable:
            with pytest.raises(LedgerError):
                ledger.read(decision)
    assert wrapped not in path.read_bytes()


IGNORING = "CREATE TRIGGER quiet BEFORE INSERT ON chain BEGIN SELECT RAISE(IGNORE); END"


@pytest.mark.parametrize(
    "statement",
    [
        IGNORING,
        "CREATE TRIGGER quiet AFTER INSERT ON chain BEGIN DELETE FROM names; END",
        "CREATE TABLE more (x)",
        "CREATE VIEW more AS SELECT * FROM chain",
        "CREATE INDEX more ON chain (subject)",
        "DROP TRIGGER chain_DELETE",
        "DROP INDEX keys_of_subject",
        "DROP TABLE vault",
    ],
)
def test_what_is_foreign_or_missing_in_the_file_is_refused(path, statement):
    filled(path)
    with cs.Ledger.open(path, key=KEY) as ledger:
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute(statement)
        connection.close()
        with pytest.raises(LedgerError, match="tables or triggers"):
            ledger.append(record(99))
        with pytest.raises(LedgerError, match="tables or triggers"):
            ledger.verify()
    with pytest.raises(LedgerError, match="tables or triggers"):
        cs.Ledger.open(path, key=KEY)
    assert not verify_chain(path).passed


@pytest.mark.parametrize("table", ["chain", "keys", "names"])
def test_an_append_that_is_not_kept_is_no_success(path, table, monkeypatch):
    """Even where nobody looks at triggers: what was appended is read back."""
    filled(path)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(f"CREATE TRIGGER quiet BEFORE INSERT ON {table} BEGIN SELECT RAISE(IGNORE); END")
    connection.close()
    monkeypatch.setattr(schema, "check_schema", lambda connection: None)
    with cs.Ledger.open(path, key=KEY) as ledger:
        with pytest.raises(LedgerError, match="does not keep what is appended"):
            ledger.append(record(99, "subject-new"))
        assert "d-99" not in ledger


def test_an_erasure_that_is_not_done_is_no_success(path, monkeypatch):
    filled(path)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("CREATE TRIGGER quiet BEFORE DELETE ON keys BEGIN SELECT RAISE(IGNORE); END")
    connection.close()
    monkeypatch.setattr(schema, "check_schema", lambda connection: None)
    with cs.Ledger.open(path, key=KEY) as ledger:
        with pytest.raises(LedgerError, match="cannot be destroyed"):
            ledger.erase("person 1")
        assert ledger.verify().erasures == 0


def test_an_erasure_waits_for_no_reader_and_neither_does_an_append(path):
    filled(path)
    connection = sqlite3.connect(path, isolation_level=None)
    wrapped = [row[0] for row in connection.execute("SELECT wrapped FROM keys")]
    connection.execute("BEGIN")
    connection.execute("SELECT count(*) FROM chain").fetchone()
    with cs.Ledger.open(path, key=KEY) as ledger:
        begun = time.perf_counter()
        waiting = []
        appending = threading.Thread(target=lambda: waiting.append(_seconds(ledger, record(50))))
        appending.start()
        erased = ledger.erase("person 2")
        assert time.perf_counter() - begun < 15
        appending.join(timeout=15)
        assert len(waiting) == 1
        assert (erased.keys, erased.purged) == (1, False)
        with pytest.raises(DecisionUnknownError, match="erased"):
            ledger.read("d-2")
        connection.close()
        assert ledger.purge()
        content = b"".join(file.read_bytes() for file in path.parent.iterdir())
        assert sum(key in content for key in wrapped) == 3


def _seconds(ledger: cs.Ledger, one: cs.DecisionRecord) -> float:
    begun = time.perf_counter()
    ledger.append(one)
    return time.perf_counter() - begun


def test_an_open_pass_over_the_entries_lets_others_append(path):
    filled(path)
    with cs.Ledger.open(path, key=KEY) as ledger:
        rows = ledger._store.entries()
        next(rows)
        ledger.append(record(50))
        assert sum(1 for _ in rows) == 7
        assert len(ledger) == 9


def test_only_files_on_disk_are_ledgers(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in (":memory:", "", "file:x.db?mode=memory", "file:decisions.db"):
        with pytest.raises(LedgerError, match="is a file on disk"):
            cs.Ledger.open(name, key=KEY)
    (tmp_path / "folder").mkdir()
    with pytest.raises(LedgerError, match="no regular file"):
        cs.Ledger.open(tmp_path / "folder", key=KEY)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(LedgerError, match="no regular file"):
            cs.Ledger.open(tmp_path / "pipe", key=KEY)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(["folder"] + ["pipe"] * hasattr(os, "mkfifo"))


@pytest.mark.parametrize(
    "anchor",
    ["0:ff", "0:", ":", "1", "1:", "01:" + "a" * 64, "1:" + "A" * 64, "-1:" + "a" * 64, "1:" + "a" * 63,
     "1:" + "a" * 65, " 1:" + "a" * 64, "1:" + "a" * 64 + "\n",
     "\u0661:" + "a" * 64, "9" * 19 + ":" + "a" * 64],
)  # fmt: skip
def test_an_anchor_is_written_in_one_way(path, anchor):
    filled(path)
    with (
        cs.Ledger.open(path, key=KEY) as ledger,
        pytest.raises(LedgerError, match="An anchor is written as entry:hash"),
    ):
        ledger.verify(anchor=anchor)
    assert not verify_chain(path, anchor=anchor).passed


def test_an_anchor_of_an_empty_ledger_must_be_of_this_one(path, tmp_path):
    with cs.Ledger.open(path, key=KEY) as ledger, cs.Ledger.open(tmp_path / "b.db", key=KEY) as other:
        mine, foreign = str(ledger.head), str(other.head)
        ledger.append(record(1))
        assert ledger.verify(anchor=mine).decisions == 1
        with pytest.raises(LedgerError, match="Entry 0 is another than the anchor says"):
            ledger.verify(anchor=foreign)
    assert verify_chain(path, anchor=mine).passed
    assert not verify_chain(path, anchor=foreign).passed


@pytest.mark.parametrize("patience", [-1, float("nan"), float("inf"), "60", None, True])
def test_patience_is_seconds(path, patience):
    with pytest.raises(LedgerError, match="'patience' is seconds"):
        cs.Ledger.open(path, key=KEY, patience=patience)


def test_patience_ends(path):
    filled(path)
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    with cs.Ledger.open(path, key=KEY, patience=0.2) as ledger:
        begun = time.perf_counter()
        with pytest.raises(LedgerError, match="locked"):
            ledger.append(record(50))
        assert time.perf_counter() - begun < 10
        writer.close()
        ledger.append(record(50))


def test_a_backup_holds_what_a_plain_copy_of_the_file_lacks(path, tmp_path):
    with cs.Ledger.open(path, key=KEY) as ledger:
        head = ledger.append_many(record(k) for k in range(20))
        shutil.copy(path, tmp_path / "plain.db")
        verified = ledger.backup(tmp_path / "backup.db")
        ledger.append(record(20))
    assert (verified.decisions, verified.head) == (20, head)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["backup.db", "decisions.db", "plain.db"]
    with cs.Ledger.open(tmp_path / "backup.db", key=KEY, create=False) as copy:
        assert copy.read("d-19") == record(19)
        assert copy.verify(anchor=head).head == head
    with pytest.raises(LedgerError), cs.Ledger.open(tmp_path / "plain.db", key=KEY, create=False) as plain:
        plain.verify(anchor=head)


def test_a_backup_replaces_no_file_and_leaves_nothing_behind(path, tmp_path):
    filled(path)
    (tmp_path / "there.db").write_bytes(b"mine")
    (tmp_path / "rest.db-wal").write_bytes(b"of another ledger")
    with cs.Ledger.open(path, key=KEY) as ledger:
        for name in ("there.db", "rest.db", "no/such.db", "decisions.db"):
            with pytest.raises(LedgerError, match="copied into a new file only"):
                ledger.backup(tmp_path / name)
    assert (tmp_path / "there.db").read_bytes() == b"mine"
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".")]


def test_a_damaged_or_old_backup_is_not_restored(path, tmp_path):
    filled(path)
    with cs.Ledger.open(path, key=KEY) as ledger:
        ledger.backup(tmp_path / "old.db")
        newest = ledger.append(record(50))
        ledger.backup(tmp_path / "new.db")
    restored = cs.Ledger.restore(tmp_path / "new.db", tmp_path / "again.db", key=KEY, anchor=newest)
    assert (restored.decisions, restored.head) == (9, newest)
    with pytest.raises(LedgerError, match="before its anchor"):
        cs.Ledger.restore(tmp_path / "old.db", tmp_path / "x.db", key=KEY, anchor=newest)
    flip(tmp_path / "new.db", "sqlite_autoindex_chain_1", b"d-3")
    with pytest.raises(LedgerError, match="damaged"):
        cs.Ledger.restore(tmp_path / "new.db", tmp_path / "x.db", key=KEY)
    assert not (tmp_path / "x.db").exists()


def test_a_ledger_of_the_first_form_gains_names_when_it_is_opened(path):
    filled(path)
    older(path, "names", "vault")
    assert verify_chain(path).passed
    with cs.Ledger.open(path, key=KEY) as ledger:
        assert ledger.verify().decisions == 8
        assert [one.decision_id for one in ledger.find(subject="person 1")] == ["d-1", "d-5"]


def test_payloads_of_the_first_form_are_read(path, monkeypatch):
    import zlib

    from creditscore.deciding.ledger import ledger as module

    monkeypatch.setattr(module, "compress_all", lambda texts: [zlib.compress(t.encode(), 1) for t in texts])
    filled(path)
    monkeypatch.undo()
    with cs.Ledger.open(path, key=KEY) as ledger:
        ledger.append(record(50))
        assert ledger.verify().decisions == 9


@pytest.mark.parametrize(
    "damage", [b"", b"\x78", b"\0\0\0\1", b"\xff" * 40, b"\0\0\1\0" + b"\x28\xb5\x2f\xfd" * 3]
)
def test_a_damaged_payload_is_one_sentence(damage):
    from creditscore.deciding.ledger.payloads import decompress

    with pytest.raises(LedgerError, match="damaged or larger"):
        decompress(damage)


def test_a_payload_unfolds_to_no_more_than_it_says(monkeypatch):
    from creditscore.deciding.ledger.payloads import compress, decompress

    packed = compress("x" * 1_000_000)
    assert decompress(packed) == "x" * 1_000_000
    for size in (0, 10, 999_999, 1_000_001):
        with pytest.raises(LedgerError, match="damaged"):
            decompress(size.to_bytes(4, "big") + packed[4:])


def flips_found_or_harmless(path: Path, positions) -> dict[str, int]:
    """Flip one bit of each byte; a file that verifies must still hold and do everything."""
    whole, counts = path.read_bytes(), {"found": 0, "harmless": 0}
    with cs.Ledger.open(path, key=KEY) as ledger:
        expected = [ledger.read(f"d-{k}") for k in range(8)]
        head = ledger.head
    for position in positions:
        raw = bytearray(whole)
        raw[position] ^= 1 << position % 8
        path.write_bytes(bytes(raw))
        try:
            with cs.Ledger.open(path, key=KEY, create=False) as ledger:
                ledger.verify(anchor=head)
                assert [ledger.read(f"d-{k}") for k in range(8)] == expected, position
                with pytest.raises(LedgerError, match="already in"):
                    ledger.append(expected[3])
                ledger.append(record(99))
                ledger.erase("person 1")
                with pytest.raises(DecisionUnknownError, match="erased"):
                    ledger.read("d-5")
                ledger.verify(anchor=head)
                counts["harmless"] += 1
        except LedgerError:
            counts["found"] += 1
        for rest in path.parent.iterdir():
            if rest != path:
                rest.unlink()
    return counts


def test_some_bytes_of_the_file_are_flipped(path, monkeypatch):
    monkeypatch.setattr(schema, "PAGE_BYTES", 1024)
    filled(path)
    positions = [*range(0, 100, 9), *random.Random(3).sample(range(path.stat().st_size), 60)]
    counts = flips_found_or_harmless(path, positions)
    assert counts["found"] > 20
    assert sum(counts.values()) == len(positions)


@pytest.mark.long
def test_every_byte_of_the_file_is_flipped(path, monkeypatch):
    monkeypatch.setattr(schema, "PAGE_BYTES", 1024)
    filled(path)
    size = path.stat().st_size
    counts = flips_found_or_harmless(path, range(size))
    assert sum(counts.values()) == size
    assert counts["found"] > 5_000


def test_what_a_ledger_keeps_in_memory_is_counted_in_pages_of_its_own_size(tmp_path, monkeypatch):
    """A limit that was set before the size of pages is one of as many pages of the size before."""
    asked: list[str] = []

    class Noted(sqlite3.Connection):
        def execute(self, sql, *given):
            asked.append(sql)
            return super().execute(sql, *given)

    noted = partial(sqlite3.connect, factory=Noted)
    monkeypatch.setattr("creditscore.deciding.ledger.sqlite.sqlite3.connect", noted)
    with cs.Ledger.open(tmp_path / "new.db", key=KEY):
        sizes, limits = (
            [number for number, sql in enumerate(asked) if f"PRAGMA {what}" in sql]
            for what in ("page_size", "cache_size")
        )
        assert 0 <= sizes[-1] < limits[-1]
        assert asked[limits[-1]] == "PRAGMA cache_size = -8192"
