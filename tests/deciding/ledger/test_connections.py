"""A server whose connections are lost, that stops or is replaced; and many who write at once."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import creditscore as cs
from creditscore.errors import LedgerAwayError, LedgerError
from tests.deciding.ledger.attacks import put_back, rows_of, saved
from tests.deciding.ledger.databases import NEW, filled, opened
from tests.deciding.ledger.filled import KEY
from tests.deciding.records import record
from tests.postgres import Server, until

ROOT = Path(__file__).parents[3]
MODEL = "a" * 64


def killed(server: Server, others: str = "true") -> int:
    """End every connection of the library, as a server does that goes down."""
    with server.connect() as connection:
        found = connection.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            f"WHERE application_name = 'creditscore' AND {others}"
        )
        return found.fetchone()[0]


# ---- a backend that is killed in the middle


def test_a_backend_killed_anywhere_in_an_append_loses_and_doubles_nothing(server, address, monkeypatch):
    """Fifty appends, each killed before another of the statements of its transaction, or at its end."""
    from creditscore.deciding.ledger.postgres.session import PostgresSession

    with opened(address) as ledger:
        ledger.append(record("first"))
        steps = counted_steps(ledger, monkeypatch)
        assert steps > 12
        whole, heads = (PostgresSession.rows, PostgresSession.many), []
        for k in range(50):
            at = steps_until(k % steps, lambda: killed(server))
            monkeypatch.setattr(PostgresSession, "rows", at(whole[0]))
            monkeypatch.setattr(PostgresSession, "many", at(whole[1]))
            heads.append(ledger.append(record(k, f"subject-{k % 4}")).sequence)
            assert at.fired
        monkeypatch.setattr(PostgresSession, "rows", whole[0])
        monkeypatch.setattr(PostgresSession, "many", whole[1])
        assert heads == list(range(3, 53))
        assert ledger.verify().decisions == 52
        assert all(ledger.read(f"d-{k}") == record(k, f"subject-{k % 4}") for k in range(50))


class steps_until:  # noqa: N801 - reads as a function
    """Lets some statements pass, then does something once, whatever thread or method comes by."""

    def __init__(self, left: int, do) -> None:
        self.left, self.do, self.fired = left, do, False

    def __call__(self, method):
        def counting(session, *arguments):
            if self.left == 0 and not self.fired:
                self.fired = True
                self.do()
            self.left -= 1
            return method(session, *arguments)

        return counting


def counted_steps(ledger: cs.Ledger, monkeypatch) -> int:
    from creditscore.deciding.ledger.postgres.session import PostgresSession

    never = steps_until(10**9, None)
    with monkeypatch.context() as patched:
        for name in ("rows", "many"):
            patched.setattr(PostgresSession, name, never(getattr(PostgresSession, name)))
        ledger.append(record("counted"))
    return 10**9 - never.left


def lose_a_commit(server: Server, monkeypatch, when: str) -> list[str]:
    """Kill the server's end of the next transaction just before its COMMIT, or before its answer arrives."""
    import sqlalchemy as sa

    whole, fired = sa.Connection.commit, []

    def commit(connection):
        if not fired:
            fired.append(when)
            if when == "before":
                killed(server)
            else:
                whole(connection)
                killed(server)
                connection.exec_driver_sql("SELECT 1")
        whole(connection)

    monkeypatch.setattr(sa.Connection, "commit", commit)
    return fired


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_commit_whose_answer_is_lost_is_looked_for_and_not_made_twice(server, address, monkeypatch, when):
    """Nobody can tell from a lost connection whether the transaction ended before or after it."""
    with opened(address) as ledger:
        ledger.append(record(0))
        fired = lose_a_commit(server, monkeypatch, when)
        head = ledger.append_many([record(1), record(2)])
        assert fired == [when]
        assert (head.sequence, len(ledger)) == (3, 3)
        assert ledger.verify().decisions == 3


# What else is written into a ledger.
KEEPING = {
    "register": lambda ledger: ledger.registry.add_model("b" * 64),
    "retire": lambda ledger: ledger.registry.retire(MODEL),
    "erase": lambda ledger: ledger.erase("subject-1"),
    "rotate": lambda ledger: ledger.rotate(NEW),
}


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("act", KEEPING)
def test_what_is_registered_erased_or_rotated_as_a_commit_is_lost_is_done_once(
    server, address, monkeypatch, when, act
):
    with opened(address) as ledger:
        ledger.append_many(record(k, f"subject-{k}") for k in range(3))
        ledger.registry.add_model(MODEL)
        fired = lose_a_commit(server, monkeypatch, when)
        KEEPING[act](ledger)
        assert fired == [when]
        check_kept(ledger, act)
    with cs.Ledger.open(address, key=NEW if act == "rotate" else KEY) as again:
        check_kept(again, act)


def test_a_backend_killed_anywhere_in_an_erasure_or_a_rotation_leaves_it_done_once(
    server, address, monkeypatch
):
    from creditscore.deciding.ledger.postgres.session import PostgresSession

    whole, key = (PostgresSession.rows, PostgresSession.many), KEY
    with opened(address) as ledger:
        ledger.append_many(record(k, f"subject-{k}") for k in range(8))
        for k in range(8):
            at = steps_until(5 * k, lambda: killed(server))
            monkeypatch.setattr(PostgresSession, "rows", at(whole[0]))
            monkeypatch.setattr(PostgresSession, "many", at(whole[1]))
            key = bytes([k + 1]) * 32
            assert ledger.erase(f"subject-{k}").keys == 1
            ledger.rotate(key)
            assert at.fired
        monkeypatch.setattr(PostgresSession, "rows", whole[0])
        monkeypatch.setattr(PostgresSession, "many", whole[1])
        verified = ledger.verify()
        assert (verified.erasures, verified.unreadable, len(ledger)) == (8, 8, 24)
    with cs.Ledger.open(address, key=key) as again:
        assert len(again) == 24


def check_kept(ledger: cs.Ledger, act: str) -> None:
    """One entry more, and what it says is so."""
    open_models = [span.known_as for span in ledger.registry.spans() if span.stop is None]
    verified = ledger.verify()
    assert len(ledger) == 5
    assert open_models == {"register": [MODEL, "b" * 64], "retire": []}.get(act, [MODEL])
    assert (verified.erasures, verified.unreadable) == ((1, 1) if act == "erase" else (0, 0))
    assert ledger.read("d-2") == record(2, "subject-2")


def test_a_request_that_is_asked_again_gets_its_own_decision(server, address):
    with opened(address) as ledger:
        name = ledger.decision_id("request 1")
        ledger.append(record(1))
        killed(server)
        assert name not in ledger
        with pytest.raises(LedgerError, match="already in the ledger"):
            ledger.append(record(1))
        assert len(ledger) == 1


def test_a_server_that_starts_again_is_waited_for(server, address):
    with opened(address) as ledger:
        ledger.append(record(0))
        server.stop("immediate")
        starting = threading.Timer(0.3, server.start)
        starting.start()
        assert ledger.append(record(1)).sequence == 2
        starting.join()
        assert ledger.read("d-0") == record(0)
        assert ledger.verify().decisions == 2


def test_a_server_that_writes_no_more_is_left_for_one_that_does(server, address):
    """It answers, and refuses to write: a primary that was set back, with its connections still open."""
    read_only = "ALTER SYSTEM SET default_transaction_read_only = {}"
    with opened(f"{address}&target_session_attrs=read-write") as ledger, server.connect() as connection:
        ledger.append(record(0))
        connection.execute("SET default_transaction_read_only = off")

        def switch(to: str) -> None:
            connection.execute(read_only.format(to))
            connection.execute("SELECT pg_reload_conf()")

        switch("on")
        until(lambda: server.answer("SHOW default_transaction_read_only") == "on")
        back = threading.Timer(0.5, switch, ["off"])
        back.start()
        assert ledger.append(record(1)).sequence == 2
        back.join()
        until(lambda: server.answer("SHOW default_transaction_read_only") == "off")
        assert ledger.verify().decisions == 2


def test_a_server_that_stays_away_is_an_error_that_says_so(server, address):
    with opened(address, patience=0.2) as ledger:
        server.stop()
        try:
            for act in (lambda: ledger.append(record(1)), lambda: ledger.head):
                with pytest.raises(LedgerAwayError, match=r"postgresql://\S* is away"):
                    act()
            begun = time.perf_counter()
            with pytest.raises(LedgerError, match="is away"):
                opened(address)
            assert time.perf_counter() - begun < 30
        finally:
            server.start()
        assert ledger.append(record(1)).sequence == 1


def test_a_server_that_lacks_what_was_confirmed_gets_nothing_more(address):
    """A standby that was behind took over, or somebody put back an older copy, under a running service."""
    with opened(address) as ledger:
        ledger.append(record(1))
        older = saved(address)
        ledger.append(record(2))
        put_back(address, older)
        with pytest.raises(LedgerError, match="lacks entry 2, which was confirmed.*Nothing is appended"):
            ledger.append(record(3))
        assert len(ledger) == 1


def test_a_server_that_does_not_write_through_is_refused(server, address):
    with server.connect() as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")
    until(lambda: server.answer("SHOW fsync") == "off")
    try:
        with pytest.raises(LedgerError, match="fsync = off.*Switch it on"):
            opened(address)
    finally:
        with server.connect() as connection:
            connection.execute("ALTER SYSTEM RESET fsync")
            connection.execute("SELECT pg_reload_conf()")
        until(lambda: server.answer("SHOW fsync") == "on")


def test_a_transaction_is_written_through_even_where_a_role_says_otherwise(server, address):
    with opened(address) as ledger, server.connect() as connection:
        connection.execute("ALTER ROLE owner SET synchronous_commit = off")
        try:
            killed(server)
            with ledger._store.writing() as writer:
                assert writer._session.rows("SHOW synchronous_commit") == [("on",)]
        finally:
            connection.execute("ALTER ROLE owner RESET synchronous_commit")


# ---- others who write


def test_patience_ends(address):
    with opened(address) as one, opened(address, patience=0.2) as other:
        with one._store.writing():
            with pytest.raises(LedgerError, match="failed: .*lock timeout.*longer than 'patience' allows"):
                other.append(record(1))
            assert len(other) == 0
        assert other.append(record(1)).sequence == 1


def test_more_threads_than_connections_write_and_erase(address):
    """An erasure reads beside its transaction: those who wait must not hold what it needs."""
    with opened(address) as ledger:
        ledger.append_many(record(k, f"subject-{k}") for k in range(10))
        with ThreadPoolExecutor(10) as pool:
            done = list(pool.map(lambda k: ledger.erase(f"subject-{k}").keys, range(10)))
        assert done == [1] * 10
        assert ledger.verify().unreadable == 10


def test_an_open_pass_over_the_entries_lets_others_append(address):
    with opened(filled(address)) as ledger:
        rows = ledger._store.entries()
        next(rows)
        ledger.append(record(50))
        assert sum(1 for _ in rows) == 6
        assert len(ledger) == 8


def test_two_processes_that_make_the_tables_at_once_make_one_ledger(address):
    script = "import sys, creditscore as cs; print(len(cs.Ledger.open(sys.argv[1], key=bytes(range(32)))))"
    command, environment = [sys.executable, "-c", script, address], os.environ | {"PYTHONPATH": str(ROOT)}
    several = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment)
        for _ in range(2)
    ]
    assert [one.communicate(timeout=120)[0].strip() for one in several] == ["0", "0"]
    assert len(rows_of(address, "SELECT * FROM about")) == 1
