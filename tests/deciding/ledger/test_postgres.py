"""What only a server can do to a ledger: refuse by role, and hold what a ledger has not."""

from __future__ import annotations

from contextlib import closing

import pytest

import creditscore as cs
from creditscore.deciding.ledger.postgres.address import Address
from creditscore.deciding.ledger.postgres.grants import grants
from creditscore.deciding.ledger.postgres.migrating import migrate, statements
from creditscore.errors import DecisionUnknownError, LedgerError
from tests.deciding.ledger.attacks import Owner, changing, put_back, saved
from tests.deciding.ledger.databases import NEW, filled, opened, schema_of
from tests.deciding.records import record
from tests.postgres import Server

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
    if not value:
        return b"x"
    return value[:-1] + (bytes([value[-1] ^ 1]) if isinstance(value, bytes) else "!")


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
