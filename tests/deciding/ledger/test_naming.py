"""A ledger notes once under which key of pseudonyms its subjects come, and takes no other."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

import creditscore as cs
from creditscore.cli._folder import Read
from creditscore.cli.serving import _opened
from creditscore.cli.subjects import _ledger
from creditscore.deciding.ledger.naming import named_in
from creditscore.errors import LedgerError
from creditscore.verify.ledger import verify_chain
from tests.deciding.ledger.attacks import changing
from tests.deciding.ledger.filled import KEY
from tests.deciding.records import record

NAMES, OTHER = (cs.Pseudonyms(secret=bytes(range(start, start + 32))) for start in (0, 1))


def test_the_first_key_is_noted_once_and_no_other_passes(place):
    with cs.Ledger.open(place, key=KEY) as ledger:
        ledger.naming.hold(None)
        assert (ledger.naming.check, len(ledger)) == ("", 0)
        ledger.append(record(1))
        ledger.naming.hold(NAMES)
    with cs.Ledger.open(place, key=KEY) as ledger:
        for _ in range(2):
            ledger.naming.hold(NAMES)
        assert (ledger.naming.check, len(ledger)) == (NAMES.key_check, 2)
        wrong = f"key {NAMES.key_check}, and the key {OTHER.key_check} was given"
        with pytest.raises(LedgerError, match=wrong):
            ledger.naming.hold(OTHER)
        with pytest.raises(LedgerError, match="no key was given.*--pseudonyms-key"):
            ledger.naming.hold(None)
        ledger.append(record(2))
        assert ledger.verify().decisions == 2
        assert ledger.head.sequence == 3


def test_two_who_note_at_once_leave_one_note(place):
    with cs.Ledger.open(place, key=KEY) as one, cs.Ledger.open(place, key=KEY) as other:
        one.naming._note(NAMES.key_check)
        other.naming._note(NAMES.key_check)
        with pytest.raises(LedgerError, match="was given"):
            other.naming._note(OTHER.key_check)
        assert len(one) == 1


def test_it_outlasts_another_master_key_and_a_backup(path, tmp_path):
    with cs.Ledger.open(path, key=KEY) as ledger:
        ledger.naming.hold(NAMES)
        ledger.append(record(1))
        new = cs.Ledger.new_key()
        ledger.rotate(new)
        assert ledger.naming.check == NAMES.key_check
        ledger.backup(tmp_path / "copy.db")
        ledger.verify()
    with cs.Ledger.open(tmp_path / "copy.db", key=new) as copy:
        with pytest.raises(LedgerError, match="was given"):
            copy.naming.refuse_another(OTHER)
        assert copy.naming.refuse_another(NAMES)
    assert verify_chain(path).passed
    assert verify_chain(tmp_path / "copy.db").passed


def test_a_note_that_was_changed_is_seen(path):
    with cs.Ledger.open(path, key=KEY) as ledger:
        ledger.naming.hold(NAMES)
    with changing(path) as file:
        (payload,) = file.execute("SELECT payload FROM chain").fetchone()
        forged = payload.replace(NAMES.key_check.encode(), OTHER.key_check.encode())
        assert forged != payload
        file.execute("UPDATE chain SET payload = ?", (forged,))
    with cs.Ledger.open(path, key=KEY) as ledger:
        with pytest.raises(LedgerError, match="tampered"):
            _ = ledger.naming.check
        with pytest.raises(LedgerError, match="Entry 1"):
            ledger.verify()
    assert not verify_chain(path).passed


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b"{}",
        b'{"schema":"creditscore.naming/1","pseudonyms":"no"}',
        b'{"schema":"creditscore.naming/2","pseudonyms":"0123456789abcdef"}',
    ],
)
def test_what_says_it_in_another_form_is_refused(text):
    with pytest.raises(LedgerError, match="key of pseudonyms"):
        named_in(text)


@pytest.fixture
def key_file(tmp_path):
    file = tmp_path / "ledger.key"
    file.write_text(KEY.hex())
    file.chmod(0o600)
    return file


def test_serve_holds_the_ledger_to_the_key_that_it_is_given(path, key_file, tmp_path):
    for name in ("one", "other"):
        cs.Pseudonyms.generate(tmp_path / name)

    def served(name: str | None) -> None:
        ledger, _ = _opened(str(path), key_file, Read(pseudonyms=None if name is None else tmp_path / name))
        ledger.close()

    served("one")
    served("one")
    for wrong in ("other", None):
        with pytest.raises(LedgerError, match="nobody would be known again"):
            served(wrong)


def test_nobody_is_looked_for_under_another_key_on_the_command_line(path, key_file):
    with cs.Ledger.open(path, key=KEY) as ledger:
        ledger.naming.hold(NAMES)
    with ExitStack() as stack:
        assert _ledger(stack, str(path), key_file, NAMES) is not None
        with pytest.raises(LedgerError, match="nobody would be known again"):
            _ledger(stack, str(path), key_file, OTHER)
