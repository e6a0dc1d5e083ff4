"""What only a server can do to a ledger: lose connections, stop, be replaced, refuse by role."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

import creditscore as cs
from creditscore.cli.app import app
from creditscore.deciding.ledger.postgres.address import Address
from creditscore.deciding.ledger.postgres.grants import grants
from creditscore.deciding.ledger.postgres.migrating import migrate, statements
from creditscore.errors import DecisionUnknownError, LedgerAwayError, LedgerError
from tests.deciding.ledger.attacks import Owner, changing, put_back, rows_of, saved
from tests.deciding.records import record
from tests.postgres import Server, until

KEY, NEW = bytes(range(32)), bytes(range(100, 132))
ROOT = Path(__file__).parents[3]


@pytest.fixture
def address(server: Server) -> str:
    return server.address()


def opened(address: str, **how) -> cs.Ledger:
    return cs.Ledger.open(address, key=KEY, **how)


def filled(address: str) -> str:
    with opened(address) as ledger:
        ledger.append_many(record(k, f"subject-{k % 3}") for k in range(6))
        ledger.erase("subject-1")
    return address


def schema_of(address: str) -> str:
    return Address.of(address).schema


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


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_commit_whose_answer_is_lost_is_looked_for_and_not_made_twice(server, address, monkeypatch, when):
    """Nobody can tell from a lost connection whether the transaction ended before or after it."""
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

    with opened(address) as ledger:
        ledger.append(record(0))
        monkeypatch.setattr(sa.Connection, "commit", commit)
        head = ledger.append_many([record(1), record(2)])
        assert fired == [when]
        assert (head.sequence, len(ledger)) == (3, 3)
        assert ledger.verify().decisions == 3


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


# ---- who may do what


@pytest.fixture
def logins(server: Server, address: str) -> dict[str, str]:
    """A ledger that its owner made, and an address of somebody in each role."""
    schema = schema_of(address)
    filled(address)
    with server.connect() as connection:
        connection.execute(grants(schema))
        connection.execute(grants(schema))
        for what in ("read", "append", "erase"):
            connection.execute(f"CREATE ROLE {schema}_{what}er LOGIN IN ROLE {schema}_{what}")
    return {
        what: server.address(schema, user=f"{schema}_{what}er") for what in ("read", "append", "erase")
    }


def test_a_reader_verifies_and_appends_nothing(logins, tmp_path):
    with opened(logins["read"], create=False) as ledger:
        assert ledger.verify().decisions == 6
        assert ledger.read("d-0") == record(0, "subject-0")
        assert ledger.backup(tmp_path / "copy.db").decisions == 6
        for act in (lambda: ledger.append(record(9)), lambda: ledger.erase("subject-0")):
            with pytest.raises(LedgerError, match="permission denied.*creditscore ledger grants"):
                act()


def test_who_appends_erases_nobody_and_who_erases_replaces_no_key(logins):
    with opened(logins["append"]) as ledger:
        assert ledger.append(record(9, "subject-9")).sequence == 8
        ledger.registry.add_model("a" * 64)
        for act in (lambda: ledger.erase("subject-0"), lambda: ledger.rotate(NEW)):
            with pytest.raises(LedgerError, match="permission denied|must be owner"):
                act()
    with opened(logins["erase"]) as ledger:
        assert ledger.erase("subject-0").keys == 1
        with pytest.raises(LedgerError, match="permission denied|must be owner"):
            ledger.rotate(NEW)
        assert ledger.verify().unreadable == 4


FORBIDDEN = (
    "UPDATE chain SET payload = ''",
    "DELETE FROM chain WHERE sequence = 1",
    "TRUNCATE chain",
    "UPDATE keys SET wrapped = ''",
    "UPDATE about SET ledger_id = ''",
    "DELETE FROM about",
    "INSERT INTO about SELECT * FROM about",
    "DELETE FROM tree",
    "UPDATE names SET sequence = 1",
    "TRUNCATE names",
    "UPDATE commitments SET commitment = ''",
    "INSERT INTO vault VALUES ('')",
    "CREATE TABLE here (x integer)",
    "CREATE RULE r AS ON INSERT TO chain DO INSTEAD NOTHING",
    "ALTER TABLE chain DISABLE TRIGGER ALL",
    "DROP TABLE chain",
)


def test_no_role_but_the_owner_changes_anything_and_triggers_stop_the_owner(server, logins):
    import psycopg

    schema = Address.of(logins["erase"]).schema
    for statement in FORBIDDEN:
        with server.connect(schema, user=f"{schema}_eraseer") as connection, pytest.raises(psycopg.Error):
            connection.execute(statement)
        if statement.startswith(("UPDATE", "DELETE", "TRUNCATE")):
            for role in ("origin", "replica"):
                with server.connect(schema) as connection:
                    connection.execute(f"SET session_replication_role = {role}")
                    with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
                        connection.execute(statement)


# ---- what is not as it was made


@pytest.mark.parametrize(
    "change",
    [
        "CREATE TRIGGER t BEFORE INSERT ON chain EXECUTE FUNCTION refuse_change()",
        "ALTER TABLE chain DISABLE TRIGGER chain_refuses",
        "ALTER TABLE chain ENABLE TRIGGER chain_refuses",
        "DROP TRIGGER keys_refuses ON keys",
        "CREATE RULE r AS ON INSERT TO names DO INSTEAD NOTHING",
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'",
        "ALTER TABLE chain SET UNLOGGED",
        "ALTER TABLE keys ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY p ON keys USING (false)",
        "CREATE TABLE more () INHERITS (chain)",
        "ALTER TABLE names ADD COLUMN more integer",
        "ALTER TABLE names ALTER COLUMN name SET DEFAULT ''",
        "ALTER TABLE chain DROP CONSTRAINT chain_entry_id_key",
        "DROP INDEX about_once",
        "ALTER TABLE commitments ALTER COLUMN commitment TYPE varchar",
        "CREATE VIEW more AS SELECT 1",
    ],
)
def test_tables_that_are_not_those_of_a_ledger_are_refused(server, address, change):
    with opened(address) as ledger:
        ledger.append(record(1))
        with server.connect(schema_of(address)) as connection:
            connection.execute(change)
        for act in (lambda: ledger.append(record(2)), ledger.verify):
            with pytest.raises(LedgerError, match="were tampered with: .* is foreign or missing"):
                act()
    with pytest.raises(LedgerError, match="were tampered with"):
        opened(address)


def test_a_changed_cell_of_any_table_is_caught(address):
    """Of one row of every table each cell, changed so that the database cannot tell."""
    whole, checked = saved(filled(address)), 0
    for table, order in (("about", "1"), ("chain", "sequence DESC"), ("keys", "1"), ("names", "1"),
                         ("tree", "number"), ("commitments", "sequence")):  # fmt: skip
        with closing(Owner(address)) as owner:
            cursor = owner.execute(f"SELECT ctid::text, * FROM {table} ORDER BY {order} LIMIT 1")
            place, *cells = cursor.fetchone()
            columns = [one.name for one in cursor.description][1:]
        for column, value in zip(columns, cells, strict=True):
            with changing(address) as owner:
                owner.execute(f"UPDATE {table} SET {column} = ? WHERE ctid::text = ?", (other(value), place))
            with pytest.raises(LedgerError), opened(address) as ledger:
                ledger.verify()
            put_back(address, whole)
            with closing(Owner(address)) as owner:
                query = f"SELECT ctid::text FROM {table} ORDER BY {order} LIMIT 1"
                place = owner.execute(query).fetchone()[0]
            checked += 1
    assert checked == 22
    with opened(address) as ledger:
        assert ledger.verify().decisions == 6


def other(value):
    if isinstance(value, int):
        return value + 1_000
    return value[:-1] + (b"\xfe" if isinstance(value, bytes) else "!") if value else b"x"


# ---- copies, moves, what is left of the erased


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
        with pytest.raises(LedgerError, match="was tampered with"):
            ledger.read("d-1")


# ---- addresses


@pytest.mark.parametrize("schema", ["", "x;y", "Upper", "pg_x", "a" * 41, "x-y", "information_schema", '"x"'])
def test_a_schema_is_a_plain_name(server, schema):
    with pytest.raises(LedgerError, match="up to 40 small letters"):
        opened(f"postgresql://owner@/postgres?host={server.folder}&schema={schema}")


def test_no_password_stands_in_an_error_a_name_or_a_repr(server):
    secret = "pa%24%24w0rd-of-mine"
    for address in (
        f"postgresql://owner:{secret}@/postgres?host=/nowhere&schema=x",
        f"postgresql://owner:{secret}@127.0.0.1:1/postgres",
        f"postgresql://owner:{secret}@[bad/postgres",
        f"postgresql://owner:{secret}@/postgres?nonsense={secret}",
        f"postgresql://owner@/postgres?host={server.folder}&password={secret}&dbname=none",
    ):
        with pytest.raises(LedgerError) as caught:
            opened(address, patience=0.0)
        shown = f"{caught.value} {caught.value!r} {caught.value.__cause__!r}"
        assert "w0rd" not in shown, shown
    known = Address.of(f"postgresql://owner:{secret}@db.example:7/credit?schema=decisions")
    assert str(known) == "postgresql://db.example:7/credit?schema=decisions"
    assert "w0rd" not in repr(known)
    assert known.has_password
    assert known.connecting()["password"] == "pa$$w0rd-of-mine"


def test_what_is_no_ledger_is_not_opened(server, address):
    with pytest.raises(LedgerError, match="There is no ledger at .*ledger migrate"):
        opened(address, create=False)
    filled(address)
    with pytest.raises(LedgerError, match="made with another key"):
        cs.Ledger.open(address, key=NEW)
    with server.connect(schema_of(address)) as connection:
        connection.execute("UPDATE form SET version_num = '99'")
    with pytest.raises(LedgerError, match="of form '99', and this is form '1'"):
        opened(address)
    ledger = opened(server.address())
    ledger.close()
    with pytest.raises(LedgerError, match="is closed. Open it again"):
        ledger.append(record(1))


def test_tables_made_by_hand_are_those_that_are_made(server, address):
    """An administrator may run the statements; a ledger begins in them, and none is made twice."""
    schema = schema_of(address)
    with server.connect() as connection:
        for statement in statements(schema).split(";\n"):
            connection.execute(statement)
    migrate(Address.of(address))
    with opened(address) as ledger:
        ledger.append(record(1))
        assert ledger.verify().decisions == 1
    with pytest.raises(DecisionUnknownError), opened(address) as again:
        again.read("d-2")


# ---- the command line


def run(*arguments: object, status: int = 0) -> str:
    done = CliRunner().invoke(app, ["ledger", *map(str, arguments)])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == status, done.output
    return done.output


def test_the_commands_of_a_keeper_take_an_address(server, tmp_path):
    address, key, new = server.address(), tmp_path / "key", tmp_path / "new"
    key.write_text(KEY.hex())
    new.write_text(NEW.hex())
    assert run("migrate", address).strip().endswith(f"schema={schema_of(address)}: form 1")
    assert "CREATE TABLE chain" in run("migrate", "--sql", "--schema", "decisions")
    assert "GRANT INSERT ON decisions.about" in run("grants", "--schema", "decisions", "--prefix", "team")
    filled(address)
    assert run("list", address, "--key-file", key, "--subject", "subject-0").split()[::2] == ["d-0", "d-3"]
    erased = run("erase", address, "--key-file", key, "--subject", "subject-0")
    assert "1 keys destroyed; the server's log keeps" in erased
    with pytest.raises(LedgerError, match="rotate the master key"):
        run("purge", address, "--key-file", key)
    head = run("backup", address, tmp_path / "b.db", "--key-file", key).strip()
    restored = run("restore", tmp_path / "b.db", server.address(), "--key-file", key, "--anchor", head)
    assert restored.strip() == head
    assert "1 keys wrapped anew" in run("rotate", address, "--key-file", key, "--new-key-file", new)


def test_a_password_on_a_command_line_is_refused_and_not_repeated(server, tmp_path):
    (tmp_path / "key").write_text(KEY.hex())
    address = f"postgresql://owner:w0rd@/postgres?host={server.folder}"
    for arguments in (
        ("migrate", address),
        ("list", address, "--key-file", tmp_path / "key", "--subject", "x"),
        ("backup", tmp_path / "x.db", address, "--key-file", tmp_path / "key"),
    ):
        with cs.Ledger.open(tmp_path / "x.db", key=KEY):
            said = run(*arguments, status=2)
        assert "w0rd" not in said
    assert "PGPASSFILE" in said.replace("\n", "")
