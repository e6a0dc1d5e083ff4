"""The ledger: what goes in comes out, and a subject can be forgotten."""

from __future__ import annotations

import os
import re
import sqlite3
import stat
import struct
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import creditscore as cs
from creditscore.deciding.ledger.keys import read_key
from creditscore.errors import DecisionUnknownError, LedgerError
from tests.deciding.ledger.filled import KEY, filled
from tests.deciding.records import record


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


def test_the_package_that_encrypts_is_named_where_it_is_missing(path, monkeypatch):
    monkeypatch.setitem(sys.modules, "cryptography", None)
    for name in [name for name in sys.modules if name.startswith("cryptography.")]:
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(cs.errors.MissingExtraError, match=r"pip install 'creditscore\[ledger\]'"):
        cs.Ledger.open(path, key=KEY)
    assert not path.exists() or not stat.S_ISREG(path.stat().st_mode)


@pytest.mark.as_given
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
