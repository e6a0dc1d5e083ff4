"""The ledger: what goes in comes out, nothing changes unnoticed, and a subject can be forgotten."""

from __future__ import annotations

import os
import re
import sqlite3
import stat
import struct
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import creditscore as cs
from creditscore.deciding.ledger.chain import Head
from creditscore.deciding.ledger.keys import read_key
from creditscore.errors import DecisionUnknownError, LedgerError
from tests.deciding.ledger.attacks import changing, put_back, rows_of, saved
from tests.deciding.records import record

KEY = bytes(range(32))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "decisions.db"


@pytest.fixture
def ledger(place):
    with cs.Ledger.open(place, key=KEY) as opened:
        yield opened


def filled(path: Path | str, n: int = 6) -> Path | str:
    """Six decisions of three subjects, of whom one is forgotten, and then decided on again."""
    with cs.Ledger.open(path, key=KEY) as ledger:
        ledger.append_many(record(k, f"subject-{k % 3}") for k in range(n))
        ledger.erase("subject-1")
        ledger.append(record(n, "subject-1"))
    return path


def test_what_goes_in_comes_out(ledger):
    first, second = record(1), record(2, "subject-2")
    assert str(ledger.append(first)).startswith("1:")
    head = ledger.append_many([second, record(3)])
    assert ledger.read("d-1") == first
    assert ledger.read("d-2") == second
    assert (len(ledger), ledger.head, "d-3" in ledger, "d-4" in ledger) == (3, head, True, False)
    assert re.fullmatch(r"Ledger\(\S+, 3 entries\)", repr(ledger))
    verified = ledger.verify()
    assert (verified.decisions, verified.erasures, verified.unreadable, verified.head) == (3, 0, 0, head)


def test_it_is_there_when_opened_again(place):
    with cs.Ledger.open(place, key=KEY) as ledger:
        head = ledger.append(record(1))
    with cs.Ledger.open(place, key=KEY, create=False) as again:
        assert again.read("d-1") == record(1)
        assert again.verify(anchor=head).head == head


@settings(max_examples=25)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20))
def test_floats_return_bit_for_bit(tmp_path_factory, floats):
    path = tmp_path_factory.mktemp("ledger") / "floats.db"
    with cs.Ledger.open(path, key=KEY) as ledger:
        ledger.append(record(1, counterfactuals=floats))
        back = ledger.read("d-1").content["counterfactuals"]
    assert struct.pack(f"{len(floats)}d", *back) == struct.pack(f"{len(floats)}d", *floats)


def test_a_decision_is_appended_once_and_a_batch_whole(ledger):
    ledger.append(record(1))
    for batch in ([record(2), record(1)], [record(3), record(3)]):
        with pytest.raises(LedgerError, match="already in the ledger.*nothing of the batch.*Append each"):
            ledger.append_many(batch)
    assert len(ledger) == 1
    ledger.append(record(2))
    assert ledger.verify().decisions == 2


def test_nothing_readable_stands_in_the_file(path):
    with cs.Ledger.open(path, key=KEY) as ledger:
        ledger.append(record(1, "subject-secret", application_id="application-secret"))
    content = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert b"d-1" in content
    for word in (b"secret", b"scored", b"creditscore.decision/1"):
        assert word not in content


def test_pseudonyms_depend_on_key_and_ledger(tmp_path):
    with (
        cs.Ledger.open(tmp_path / "a.db", key=KEY) as a,
        cs.Ledger.open(tmp_path / "b.db", key=KEY) as b,
    ):
        assert a.pseudonym("Ann") == a.pseudonym("Ann") != b.pseudonym("Ann")
        assert a.pseudonym(1) != a.pseudonym("1")


def test_unknown_decisions_and_subjects(ledger):
    with pytest.raises(DecisionUnknownError, match="holds no decision 'd-9'"):
        ledger.read("d-9")
    with pytest.raises(DecisionUnknownError, match="no readable decision of that subject"):
        ledger.erase("subject-9")


def test_an_erased_subject_is_unreadable_and_the_chain_verifies(place):
    filled(place)
    with cs.Ledger.open(place, key=KEY) as ledger:
        for k in (1, 4):
            with pytest.raises(DecisionUnknownError, match=f"'d-{k}' was erased: its key no longer exists"):
                ledger.read(f"d-{k}")
        for k in (0, 2, 3, 5, 6):
            assert ledger.read(f"d-{k}").decision_id == f"d-{k}"
        verified = ledger.verify()
        assert (verified.decisions, verified.erasures, verified.unreadable) == (7, 1, 2)


def test_an_erased_key_is_gone_from_every_byte(path):
    with cs.Ledger.open(path, key=KEY) as ledger:
        ledger.append_many([record(1, ledger.pseudonym("Ann")), record(2)])
        connection = sqlite3.connect(path)
        wrapped = [row[0] for row in connection.execute("SELECT wrapped FROM keys")]
        connection.close()
        erased = ledger.erase("Ann")
        assert (erased.keys, erased.purged) == (1, True)
        content = b"".join(file.read_bytes() for file in path.parent.iterdir())
        assert sum(key in content for key in wrapped) == 1
    with cs.Ledger.open(path, key=KEY) as ledger:
        assert ledger.verify().unreadable == 1


def test_wrong_keys_and_wrong_files(path, tmp_path):
    filled(path)
    with pytest.raises(LedgerError, match="made with another key"):
        cs.Ledger.open(path, key=KEY[::-1])
    with pytest.raises(LedgerError, match="must be random, and this one is zero"):
        cs.Ledger.open(tmp_path / "zero.db", key=bytes(32))
    assert not (tmp_path / "zero.db").exists()
    for key in (b"short", "x" * 32):
        with pytest.raises(LedgerError, match="is 32 bytes.*Ledger.new_key"):
            cs.Ledger.open(path, key=key)
    with pytest.raises(LedgerError, match=r"There is no .*nowhere.db"):
        cs.Ledger.open(tmp_path / "nowhere.db", key=KEY, create=False)
    with pytest.raises(LedgerError, match=r"There is no .*nowhere"):
        cs.Ledger.open(tmp_path / "nowhere" / "x.db", key=KEY)
    (tmp_path / "text.db").write_text("no database at all, and long enough to be read as one" * 50)
    with pytest.raises(LedgerError, match="cannot be opened as a ledger"):
        cs.Ledger.open(tmp_path / "text.db", key=KEY)
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("CREATE TABLE t (x)")
    other.close()
    for create in (True, False):
        with pytest.raises(LedgerError, match="holds another database|no ledger of this format"):
            cs.Ledger.open(tmp_path / "other.db", key=KEY, create=create)


def test_a_closed_ledger_says_so(place):
    ledger = cs.Ledger.open(place, key=KEY)
    ledger.close()
    with pytest.raises(LedgerError, match=r"is closed. Open it again"):
        ledger.append(record(1))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_fork_is_refused(ledger):
    """SQLite must not be carried across a fork; the child only counts, in its own process."""
    ledger._store._process += 1
    with pytest.raises(LedgerError, match="Open it again in the child process"):
        ledger.append(record(1))
    ledger._store._process -= 1


def test_key_files(tmp_path):
    for name, content in (("raw", KEY), ("hex", KEY.hex().encode() + b"\n")):
        (tmp_path / name).write_bytes(content)
        assert read_key(tmp_path / name) == KEY
    (tmp_path / "bad").write_text("abc")
    with pytest.raises(LedgerError, match="must hold 32 bytes, or 64 hexadecimal digits"):
        read_key(tmp_path / "bad")
    with pytest.raises(LedgerError, match="cannot be read"):
        read_key(tmp_path / "missing")
    assert len(cs.Ledger.new_key()) == 32


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


def test_an_entry_that_was_changed_is_not_read(place):
    filled(place)
    tampered(place, "chain", "entry_id", "d-0", "appended_at", 1)
    with (
        cs.Ledger.open(place, key=KEY) as ledger,
        pytest.raises(LedgerError, match=r"Entry 1 \(d-0\).*tampered"),
    ):
        ledger.read("d-0")


def test_two_threads_append_at_once(ledger):
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda k: ledger.append_many([record(2 * k), record(2 * k + 1)]), range(20)))
    assert ledger.verify().decisions == 40


def test_threads_that_append_at_once_share_transactions_and_no_mistakes(ledger):
    from concurrent.futures import ThreadPoolExecutor

    ledger.append(record(7))
    sizes, whole = [], ledger._append_all

    def counted(records):
        sizes.append(len(records))
        return whole(records)

    def append(k):
        try:
            return str(ledger.append(record(k)))
        except LedgerError as error:
            return str(error)

    ledger._group._commit = counted
    with ThreadPoolExecutor(16) as pool:
        said = list(pool.map(append, [*range(40), 3]))
    twice = [k for k, text in zip([*range(40), 3], said, strict=True) if "already in the ledger" in text]
    assert sorted(twice) == [3, 7]
    heads = sorted(int(text.partition(":")[0]) for text in said if ":" in text[:6])
    assert heads == list(range(2, 41))
    assert len(ledger) == 40
    assert max(sizes) > 1
    assert ledger.verify().decisions == 40


def test_an_interrupted_append_leaves_nobody_waiting(ledger):
    def interrupted(records):
        raise KeyboardInterrupt

    ledger._group._commit = interrupted
    with pytest.raises(KeyboardInterrupt):
        ledger.append(record(1))
    ledger._group._commit = ledger._append_all
    assert str(ledger.append(record(1))).startswith("1:")


def test_whoever_is_taken_along_into_an_interruption_is_told_and_nobody_hangs(path):
    """A batch fails, its decisions are written one by one, and the first of these is interrupted."""
    import threading
    from concurrent.futures import ThreadPoolExecutor

    with cs.Ledger.open(path, key=KEY) as ledger:
        whole, begun, queued = ledger._append_all, threading.Event(), threading.Event()

        def failing(records):
            if not begun.is_set():
                begun.set()
                assert queued.wait(30)
                return whole(records)
            if len(records) > 1:
                raise LedgerError("not together")
            raise KeyboardInterrupt

        ledger._group._commit = failing
        with ThreadPoolExecutor(4) as pool:
            first = pool.submit(ledger.append, record(0))
            assert begun.wait(30)
            others = [pool.submit(ledger.append, record(k)) for k in (1, 2, 3)]
            while len(ledger._group._waiting) < 3:
                threading.Event().wait(0.01)
            queued.set()
            said = [type(one.exception(timeout=30)) for one in (first, *others)]
        assert sorted(kind.__name__ for kind in said) == [
            "KeyboardInterrupt", "LedgerError", "LedgerError", "NoneType"
        ]  # fmt: skip
        ledger._group._commit = whole
        assert str(ledger.append(record(1))).startswith("2:")


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


def test_the_package_that_encrypts_is_named_where_it_is_missing(path, monkeypatch):
    monkeypatch.setitem(sys.modules, "cryptography", None)
    for name in [name for name in sys.modules if name.startswith("cryptography.")]:
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(cs.errors.MissingExtraError, match=r"pip install 'creditscore\[ledger\]'"):
        cs.Ledger.open(path, key=KEY)
    assert not path.exists() or not stat.S_ISREG(path.stat().st_mode)


def test_a_person_of_several_ids_is_erased_under_each(place):
    tie = {"person_id": "Ann", "other_id": "Bob", "event_time": "2024-01-01T00:00Z"}
    links = [{"person_id": "Ann", "other_id": "Ann 2", "event_time": "2024-02-01T00:00Z"}]
    portfolio = cs.Portfolio.from_records({"ties": [tie], "persons": links})
    with cs.Ledger.open(place, key=KEY) as ledger:
        for k, who in enumerate(("Ann", "Ann 2", "Bob")):
            ledger.append(record(k, ledger.pseudonym(who)))
        (ids,) = [ids for ids in portfolio.joined()["ids"] if "Ann 2" in ids]
        assert [ledger.erase(one).keys for one in ids] == [1, 1]
        assert ledger.read("d-2").decision_id == "d-2"
        verified = ledger.verify()
        assert (verified.decisions, verified.unreadable) == (3, 2)
