"""Making the tables of a ledger in PostgreSQL, and bringing those of an older form to the present one."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from creditscore._ground.extras import needs
from creditscore.deciding.ledger.postgres.address import Address, checked_schema
from creditscore.deciding.ledger.postgres.session import engine_for, errors_of

FORM: Final = "1"
_HERE: Final = Path(__file__).parent


def migrate(address: Address) -> None:
    """Make the schema and the tables where there are none, and bring older ones to the present form.

    Whoever does so owns them. Two who do so at once wait for one another; it happens whole or not at all.

    Raises
    ------
    LedgerError
        If the database refuses.
    """
    engine = engine_for(address)
    try:
        with errors_of(address), engine.connect() as connection:
            writing = connection.execution_options(isolation_level="READ COMMITTED")
            lock = sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 1129532465))")
            writing.execute(lock, {"name": address.schema})
            if not _has_schema(writing, address.schema):
                writing.execute(sa.text(f"CREATE SCHEMA {address.schema}"))
            writing.execute(sa.text(f"SET LOCAL search_path = {address.schema}"))
            _run(address.schema, connection=writing)
            writing.commit()
    finally:
        engine.dispose()


def statements(schema: str) -> str:
    """Write, as SQL, what `migrate` does where there is no ledger yet: some would rather run it themselves.

    Raises
    ------
    LedgerError
        If the name is none of a schema.
    """
    written = io.StringIO()
    _run(checked_schema(schema), dialect_name="postgresql", as_sql=True, output_buffer=written)
    begin = f"CREATE SCHEMA {schema};\n\nSET search_path = {schema};\n\n"
    return begin + written.getvalue()


def _has_schema(connection: sa.Connection, schema: str) -> bool:
    found = sa.text("SELECT count(*) FROM pg_catalog.pg_namespace WHERE nspname = :name")
    return bool(connection.execute(found, {"name": schema}).scalar())


def _run(schema: str, **how: Any) -> None:
    with needs("Ledger", package="alembic", extra="postgres"):
        from alembic.config import Config
        from alembic.runtime.environment import EnvironmentContext
        from alembic.script import ScriptDirectory

    script = ScriptDirectory(str(_HERE), version_locations=[str(_HERE / "versions")])

    def upwards(revision: Any, _: Any) -> Any:
        # What Alembic's own `upgrade` calls; it has no other name for it.
        return script._upgrade_revs("head", revision)  # noqa: SLF001

    as_sql = how.pop("as_sql", False)
    with EnvironmentContext(Config(), script, fn=upwards, as_sql=as_sql) as environment:
        environment.configure(version_table_schema=schema, version_table="form", **how)
        with environment.begin_transaction():
            environment.run_migrations()
