"""The first form: the tables of a ledger, each entry once, and triggers that refuse changes."""

from __future__ import annotations

from typing import Final

from alembic import op

revision = "1"
down_revision = None

_TABLES: Final = (
    "CREATE TABLE about (ledger_id bytea NOT NULL, key_check bytea NOT NULL)",
    # A ledger says once what it is.
    "CREATE UNIQUE INDEX about_once ON about ((true))",
    "CREATE TABLE vault (sealed bytea NOT NULL)",
    "CREATE UNIQUE INDEX vault_once ON vault ((true))",
    (
        "CREATE TABLE chain (sequence bigint PRIMARY KEY, kind integer NOT NULL, "
        'entry_id text COLLATE "C" NOT NULL UNIQUE, subject bytea NOT NULL, key_id bytea NOT NULL, '
        "appended_at bigint NOT NULL, nonce bytea NOT NULL, payload bytea NOT NULL, "
        "previous bytea NOT NULL, hash bytea NOT NULL)"
    ),
    # What is encrypted is compressed before; the server need not try again.
    "ALTER TABLE chain ALTER COLUMN payload SET STORAGE EXTERNAL",
    "CREATE TABLE keys (key_id bytea PRIMARY KEY, subject bytea NOT NULL, wrapped bytea NOT NULL)",
    "CREATE INDEX keys_of_subject ON keys (subject)",
    "CREATE TABLE names (name bytea, sequence bigint, PRIMARY KEY (name, sequence))",
    "CREATE TABLE tree (level integer, number bigint, hash bytea NOT NULL, PRIMARY KEY (level, number))",
    'CREATE TABLE commitments (sequence bigint PRIMARY KEY, commitment text COLLATE "C" NOT NULL)',
)
_REFUSE: Final = (
    "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS "
    "$$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$"
)
_REFUSED: Final = {
    "about": "UPDATE OR DELETE OR TRUNCATE",
    "chain": "UPDATE OR DELETE OR TRUNCATE",
    "commitments": "UPDATE OR DELETE OR TRUNCATE",
    "keys": "UPDATE OR TRUNCATE",
    "names": "UPDATE OR TRUNCATE",
    "tree": "UPDATE OR DELETE OR TRUNCATE",
    "vault": "UPDATE OR TRUNCATE",
}


def upgrade() -> None:
    """Make the tables of a ledger, with triggers that fire whatever role a session plays in replication."""
    for statement in (*_TABLES, _REFUSE):
        op.execute(statement)
    for table, changes in _REFUSED.items():
        op.execute(
            f"CREATE TRIGGER {table}_refuses BEFORE {changes} ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_refuses")
