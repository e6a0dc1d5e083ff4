"""Another master key, one decision for one request, and lists of decisions."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

import creditscore as cs
from creditscore.cli.app import app
from creditscore.errors import DecisionUnknownError, LedgerError, ParameterError
from tests.deciding.ledger.attacks import changing, rows_of
from tests.deciding.records import record

KEY, NEW = bytes(range(32)), bytes(range(100, 132))


def begun(place):
    with cs.Ledger.open(place, key=KEY) as ledger:
        for k in range(6):
            ledger.append(record(k, ledger.pseudonym(f"person {k % 3}"), application_id=k // 2))
    return place


@pytest.fixture
def path(tmp_path):
    return begun(tmp_path / "decisions.db")


@pytest.fixture
def filled(place):
    return begun(place)


def wrapped_keys(place) -> list[bytes]:
    return [row[0] for row in rows_of(place, "SELECT wrapped FROM keys")]


def test_after_a_rotation_no_file_holds_a_key_as_it_was_wrapped_before(path):
    before = wrapped_keys(path)
    with cs.Ledger.open(path, key=KEY) as ledger:
        assert ledger.rotate(NEW).purged
        content = b"".join(file.read_bytes() for file in path.parent.iterdir())
        assert not any(key in content for key in before)


def test_after_a_rotation_only_the_new_key_opens_and_names_stay(filled):
    path, before = filled, wrapped_keys(filled)
    with cs.Ledger.open(path, key=KEY) as ledger:
        name, old_head = ledger.pseudonym("person 1"), ledger.head
        assert ledger.rotate(NEW).keys == 3
        assert not {*before} & {*wrapped_keys(path)}
        assert ledger.pseudonym("person 1") == name
        ledger.append(record(6, name))
    with pytest.raises(LedgerError, match="made with another key"):
        cs.Ledger.open(path, key=KEY)
    with cs.Ledger.open(path, key=NEW) as ledger:
        verified = ledger.verify(anchor=old_head)
        assert (verified.decisions, verified.rotations) == (7, 1)
        assert [one.decision_id for one in ledger.find(subject="person 1")] == ["d-1", "d-4", "d-6"]
        assert ledger.read("d-1").subject == name
        ledger.rotate(bytes(range(7, 39)))
        ledger.erase("person 1")
        assert ledger.verify().unreadable == 3


def test_a_process_that_holds_the_old_key_is_refused(filled):
    with cs.Ledger.open(filled, key=KEY) as one, cs.Ledger.open(filled, key=KEY) as other:
        one.rotate(NEW)
        for act in (
            lambda: other.append(record(9)),
            lambda: other.read("d-1"),
            lambda: other.erase("person 1"),
            lambda: other.rotate(bytes(range(1, 33))),
        ):
            with pytest.raises(LedgerError, match="was rotated. Open it again"):
                act()
        assert one.verify().decisions == 6


def test_a_rotation_to_the_same_or_no_key_changes_nothing(filled):
    with cs.Ledger.open(filled, key=KEY) as ledger:
        for key, message in ((KEY, "is the one that"), (bytes(32), "is zero"), (b"short", "is 32 bytes")):
            with pytest.raises(LedgerError, match=message):
                ledger.rotate(key)
        assert ledger.verify().rotations == 0


def test_old_keys_that_are_put_back_are_found(filled):
    """Whoever kept the old rows cannot undo a rotation: the chain says that it was done."""
    about = rows_of(filled, "SELECT key_check FROM about")[0][0]
    keys = rows_of(filled, "SELECT wrapped, key_id FROM keys")
    with cs.Ledger.open(filled, key=KEY) as ledger:
        ledger.rotate(NEW)
    with changing(filled) as connection:
        connection.execute("UPDATE about SET key_check = ?", (about,))
        connection.execute("DELETE FROM vault")
        connection.executemany("UPDATE keys SET wrapped = ? WHERE key_id = ?", keys)
    with cs.Ledger.open(filled, key=KEY) as ledger, pytest.raises(LedgerError, match="newest rotation"):
        ledger.verify()


def test_lists_by_subject_and_by_application(filled):
    with cs.Ledger.open(filled, key=KEY) as ledger:
        assert [one.decision_id for one in ledger.find(subject="person 2")] == ["d-2", "d-5"]
        assert [one.decision_id for one in ledger.find(subject=ledger.pseudonym("person 2"))] == [
            "d-2",
            "d-5",
        ]
        assert [one.decision_id for one in ledger.find(application_id=1)] == ["d-2", "d-3"]
        assert ledger.find(application_id="1") == []
        assert all(one.appended_at.tzinfo for one in ledger.find(application_id=1))
        ledger.erase("person 2")
        assert [one.readable for one in ledger.find(subject="person 2")] == [False, False]
        assert [one.decision_id for one in ledger.find(application_id=1)] == ["d-3"]
        assert ledger.verify().unreadable == 2
        for wrong in ({}, {"subject": 1, "application_id": 1}):
            with pytest.raises(LedgerError, match="either 'subject' or 'application_id'"):
                ledger.find(**wrong)


def test_no_id_of_an_application_stands_in_the_file(tmp_path):
    with cs.Ledger.open(tmp_path / "x.db", key=KEY) as ledger:
        ledger.append(record(1, application_id="application-secret"))
    assert b"application-secret" not in (tmp_path / "x.db").read_bytes()


def test_one_request_is_decided_once(case, tmp_path):
    pipeline, asked, portfolio = case.pipeline, case.applications.take([0]), case.portfolio
    with cs.Ledger.open(tmp_path / "x.db", key=KEY) as ledger:
        first = pipeline.decide(asked, portfolio, ledger=ledger, idempotency_key="request 1")
        again = pipeline.decide(asked, portfolio, ledger=ledger, idempotency_key="request 1")
        other = pipeline.decide(asked, portfolio, ledger=ledger, idempotency_key="request 2")
        assert first == again != other
        assert len(ledger) == 2
        assert ledger.decision_id("request 1") == first.decision_id
        with pytest.raises(LedgerError, match="used for another application"):
            pipeline.decide(
                case.applications.take([1]), portfolio, ledger=ledger, idempotency_key="request 1"
            )
        for blank in ("", "  ", 7):
            with pytest.raises(LedgerError, match="is a text that is not blank"):
                pipeline.decide(asked, portfolio, ledger=ledger, idempotency_key=blank)
        ledger.erase(asked.applicant_ids[0])
        with pytest.raises(DecisionUnknownError, match="erased"):
            pipeline.decide(asked, portfolio, ledger=ledger, idempotency_key="request 1")
    with pytest.raises(ParameterError, match="Give 'ledger' too"):
        pipeline.decide(asked, portfolio, idempotency_key="request 1")


def run(*arguments) -> str:
    done = CliRunner().invoke(app, ["ledger", *map(str, arguments)])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


def test_the_commands_of_a_keeper(path, tmp_path):
    key, new = tmp_path / "key", tmp_path / "new"
    key.write_text(KEY.hex())
    run("new-key", new)
    assert new.stat().st_mode & 0o077 == 0
    with pytest.raises(LedgerError, match="cannot be made"):
        run("new-key", new)
    head = run("backup", path, tmp_path / "b.db", "--key-file", key).strip()
    assert head.startswith("6:")
    assert (
        run("restore", tmp_path / "b.db", tmp_path / "r.db", "--key-file", key, "--anchor", head).strip()
        == head
    )
    assert run("list", path, "--key-file", key, "--application", 1).split()[::2] == ["d-2", "d-3"]
    assert "1 keys destroyed" in run("erase", path, "--key-file", key, "--subject", "person 0")
    assert run("list", path, "--key-file", key, "--subject", "person 0").count("erased") == 2
    assert "2 keys wrapped anew" in run("rotate", path, "--key-file", key, "--new-key-file", new)
    assert run("purge", path, "--key-file", new) == ""
