"""Nothing in a ledger changes unnoticed: cells, rows, chains, tails, keys."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

import creditscore as cs
from creditscore.deciding.ledger import forgetting
from creditscore.deciding.ledger.chain import Head
from creditscore.errors import DecisionUnknownError, LedgerError
from creditscore.signing.keys import SigningKey
from tests.deciding.ledger.attacks import changing, put_back, rows_of, saved
from tests.deciding.ledger.filled import KEY, filled
from tests.deciding.records import record


def test_the_database_refuses_changes(path):
    filled(path)
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in (
        "UPDATE chain SET payload = x'00'",
        "DELETE FROM chain WHERE sequence = 1",
        "UPDATE keys SET wrapped = x'00'",
        "UPDATE about SET ledger_id = x'00'",
        "DELETE FROM about",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(statement)
    connection.close()


def cells(path: Path):
    connection = sqlite3.connect(path)
    for table in ("about", "chain", "keys", "commitments"):
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        rows = connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()
        for row in rows:
            for column, value in zip(columns, row, strict=True):
                yield table, columns[0], row[0], column, value
    connection.close()


def forged(value):
    """Every byte of a value flipped, one at a time; numbers moved by one."""
    if isinstance(value, int):
        yield from (value + 1, value - 1, -value)
        return
    raw = value.encode() if isinstance(value, str) else value
    for place in range(len(raw)):
        changed = bytearray(raw)
        changed[place] ^= 1
        yield changed.decode() if isinstance(value, str) else bytes(changed)
    yield raw + b"\0" if isinstance(value, bytes) else value + "x"
    if raw:
        yield raw[:-1] if isinstance(value, bytes) else value[:-1]


def tampered(path: Path | str, table: str, key_column: str, key, column: str, value) -> None:
    with changing(path) as connection:
        connection.execute(f"UPDATE {table} SET {column} = ? WHERE {key_column} = ?", (value, key))


def refused(path: Path | str, **how) -> str:
    with pytest.raises(LedgerError) as caught, cs.Ledger.open(path, key=KEY) as ledger:
        ledger.verify(**how)
    return str(caught.value)


def test_a_flipped_byte_in_any_cell_of_any_row_is_caught(path):
    """Every cell of every table, and every byte of the small ones; payloads at forty places."""
    filled(path)
    whole, checked = path.read_bytes(), 0
    for table, key_column, key, column, value in list(cells(path)):
        choices = list(forged(value))
        for choice in choices[:: max(1, len(choices) // 12)]:
            path.write_bytes(whole)
            try:
                tampered(path, table, key_column, key, column, choice)
            except sqlite3.IntegrityError:
                continue
            refused(path)
            checked += 1
    assert checked > 700


def test_a_missing_moved_or_added_row_is_caught(place):
    filled(place)
    whole = saved(place)
    forgeries = {
        "stands in its place": ["DELETE FROM chain WHERE sequence = 3"],
        "it does not follow": [
            "UPDATE chain SET sequence = -1 WHERE sequence = 3",
            "UPDATE chain SET sequence = 3 WHERE sequence = 4",
            "UPDATE chain SET sequence = 4 WHERE sequence = -1",
        ],
        "missing without an erasure": [
            "DELETE FROM keys WHERE key_id = (SELECT key_id FROM keys ORDER BY key_id LIMIT 1)"
        ],
        "keys that no entry uses": ["INSERT INTO keys SELECT hash, hash, hash FROM chain WHERE sequence = 1"],
        "is in no tree": [
            "CREATE TABLE copy AS SELECT * FROM chain WHERE sequence = 8",
            "UPDATE copy SET sequence = 9, entry_id = 'd-x'",
            "INSERT INTO chain SELECT * FROM copy",
            "DROP TABLE copy",
        ],
        "too many or too few hashes": ["INSERT INTO tree SELECT 0, 8, hash FROM chain WHERE sequence = 1"],
        "too many or too few": ["INSERT INTO commitments VALUES (9, '')"],
        "Hashes of the tree are others": [
            "UPDATE tree SET hash = (SELECT hash FROM tree WHERE number = 2) WHERE number = 3"
        ],
        "committed to nothing": ["UPDATE commitments SET commitment = '' WHERE sequence = 4"],
        "committed to something else": [
            "UPDATE commitments SET commitment = replace(commitment, 'a', 'b') WHERE sequence = 1"
        ],
    }
    for message, statements in forgeries.items():
        put_back(place, whole)
        with changing(place) as connection:
            for statement in statements:
                connection.execute(statement)
        assert message in refused(place)


def test_a_ledger_that_describes_itself_twice_is_caught(path):
    filled(path)
    with changing(path) as connection:
        connection.execute("INSERT INTO about SELECT * FROM about")
    assert "describes itself 2 times" in refused(path)


def test_a_chain_hashed_anew_is_caught_by_the_key(place):
    """Whoever has the file but not the key can compute hashes, but not the tags of payloads."""
    from creditscore.deciding.ledger.chain import Entry, entry_hash, genesis

    filled(place)
    with changing(place) as connection:
        previous = genesis(connection.execute("SELECT ledger_id FROM about").fetchone()[0])
        for row in connection.execute("SELECT * FROM chain ORDER BY sequence").fetchall():
            entry = Entry(*row)._replace(previous=previous)
            entry = entry._replace(appended_at=entry.appended_at + (entry.sequence == 2))
            previous = entry_hash(entry.bound, entry.nonce, entry.payload)
            connection.execute(
                "UPDATE chain SET appended_at = ?, previous = ?, hash = ? WHERE sequence = ?",
                (entry.appended_at, entry.previous, previous, entry.sequence),
            )
    assert "tampered with" in refused(place)


def test_a_cut_tail_needs_an_anchor(place):
    """Without one, a shorter chain is a chain; that is why heads are kept elsewhere."""
    with cs.Ledger.open(place, key=KEY) as ledger:
        first = ledger.append_many([record(1), record(2)])
        last = ledger.append(record(3))
        assert ledger.verify(anchor=str(first)).head == last
    with changing(place) as connection:
        connection.execute("DELETE FROM chain WHERE sequence = 3")
        connection.execute("DELETE FROM names WHERE sequence = 3")
    assert "too many or too few hashes" in refused(place)
    with changing(place) as connection:
        connection.execute("DELETE FROM tree WHERE number = 2")
        connection.execute("DELETE FROM commitments WHERE sequence = 3")
    with cs.Ledger.open(place, key=KEY) as ledger:
        assert ledger.verify(anchor=first).decisions == 2
    assert "before its anchor at entry 3" in refused(place, anchor=last)
    assert "another than the anchor says" in refused(place, anchor=Head(1, last.hash))
    assert "written as entry:hash" in refused(place, anchor="nonsense")


def test_a_restored_key_is_caught(place):
    with cs.Ledger.open(place, key=KEY) as ledger:
        ledger.append(record(1))
        (key,) = rows_of(place, "SELECT * FROM keys")
        ledger.erase("subject-1")
    with changing(place) as connection:
        connection.execute("INSERT INTO keys VALUES (?, ?, ?)", key)
    assert "is there again" in refused(place)


def test_what_was_erased_stays_closed_where_its_key_and_its_names_are_put_back(place):
    """By whoever reads, lists, proves or appends, also before anybody verifies; an erasure deletes anew."""
    with cs.Ledger.open(place, key=KEY) as ledger:
        ledger.append_many([record(1, "subject-1"), record(2, "subject-2")])
        keys, names = (rows_of(place, f"SELECT * FROM {table}") for table in ("keys", "names"))
        ledger.erase("subject-1")
        with changing(place) as connection:
            for table, rows in (("keys", keys), ("names", names)):
                there = {tuple(row) for row in connection.execute(f"SELECT * FROM {table}").fetchall()}
                for row in {*map(tuple, rows)} - there:
                    connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)
        for ask in (ledger.read, lambda one: ledger.tree.receipt(one, SigningKey.new("lender.example"))):
            with pytest.raises(DecisionUnknownError, match="was erased"):
                ask("d-1")
        assert [one.decision_id for one in ledger.records()] == ["d-2"]
        assert [one.readable for one in ledger.find(subject="subject-1")] == [False]
        ledger.append(record(3, "subject-1"))
        used = dict(rows_of(place, "SELECT entry_id, key_id FROM chain WHERE kind = 1"))
        assert used["d-3"] != used["d-1"]
        assert "is there again" in refused(place)
        assert ledger.erase("subject-1").keys == 2
        assert [row[0] for row in rows_of(place, "SELECT key_id FROM keys")] == [used["d-2"]]


def test_an_erasure_from_before_it_was_found_by_its_keys_still_verifies(place, monkeypatch):
    monkeypatch.setattr(forgetting, "erasure_of", b"".join)
    monkeypatch.setattr(forgetting, "names_of_erasure", lambda *_: {})
    filled(place)
    with cs.Ledger.open(place, key=KEY) as ledger:
        found = ledger.verify()
        assert (found.erasures, found.unreadable) == (1, 2)


def test_what_was_put_back_after_such_an_erasure_is_erased_again_and_for_good(place, monkeypatch):
    with cs.Ledger.open(place, key=KEY) as ledger:
        ledger.append_many([record(1, "subject-1"), record(2, "subject-2")])
        before = {table: rows_of(place, f"SELECT * FROM {table}") for table in ("keys", "names")}
        with monkeypatch.context() as older:
            older.setattr(forgetting, "erasure_of", b"".join)
            older.setattr(forgetting, "names_of_erasure", lambda *_: {})
            ledger.erase("subject-1")
        for closed in (False, True):
            with changing(place) as connection:
                for table, rows in before.items():
                    there = connection.execute(f"SELECT * FROM {table}").fetchall()
                    for row in {*map(tuple, rows)} - {*map(tuple, there)}:
                        connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)
            assert [one.decision_id for one in ledger.records()] == (["d-2"] if closed else ["d-1", "d-2"])
            assert "is there again" in refused(place)
            ledger.erase("subject-1")
            found = ledger.verify()
            assert (found.erasures, found.unreadable) == (2, 1)


def test_an_entry_that_was_changed_is_not_read(place):
    filled(place)
    tampered(place, "chain", "entry_id", "d-0", "appended_at", 1)
    with (
        cs.Ledger.open(place, key=KEY) as ledger,
        pytest.raises(LedgerError, match=r"Entry 1 \(d-0\).*tampered"),
    ):
        ledger.read("d-0")


def test_a_failed_verification_lets_other_threads_in(path, monkeypatch):
    """Even while something, as a bar in a terminal does, still holds what it counted."""
    import threading

    from creditscore.deciding.ledger import verified as module

    counted = []

    def bar(items, **_):
        counted.append(items)
        return (item for item in items)

    monkeypatch.setattr(module, "progress", bar)
    filled(path)
    tampered(path, "chain", "sequence", 2, "payload", b"other")
    with cs.Ledger.open(path, key=KEY) as ledger:
        with pytest.raises(LedgerError, match="Entry 2 is not as it was appended"):
            ledger.verify()
        heads = []
        other = threading.Thread(target=lambda: heads.append(ledger.head), daemon=True)
        other.start()
        other.join(timeout=10)
        assert [head.sequence > 2 for head in heads] == [True]
    assert len(counted) == 1
