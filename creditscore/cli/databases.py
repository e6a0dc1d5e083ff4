"""Commands for who keeps a ledger in PostgreSQL: make its tables, and say who may do what."""

from __future__ import annotations

from typing import Annotated

import typer

from creditscore._ground.extras import needs
from creditscore.cli._folder import Json
from creditscore.cli._ledger import location_of
from creditscore.cli.ending import say

Schema = Annotated[str, typer.Option(help="The schema that holds the ledger.")]


def migrate(
    address: Annotated[
        str | None, typer.Argument(help="Its address: postgresql://owner@host/database?schema=name")
    ] = None,
    sql: Annotated[bool, typer.Option("--sql", help="Print the statements for a new one instead.")] = False,
    schema: Schema = "creditscore",
    as_json: Json = False,
) -> None:
    """Make the tables of a ledger in PostgreSQL, or bring older ones to the present form.

    Example: creditscore ledger migrate "postgresql://owner@db.example/credit?schema=decisions"
    """
    if (address is None) != sql:
        raise typer.BadParameter("give either the address of a database, or --sql with --schema")
    with needs("creditscore ledger migrate", package="sqlalchemy", extra="postgres"):
        from creditscore.deciding.ledger.postgres.migrating import FORM, statements
        from creditscore.deciding.ledger.postgres.migrating import migrate as run
    from creditscore.deciding.ledger.postgres.address import Address

    if address is None:
        text = statements(schema)
        say(text.rstrip(), {"sql": text}, as_json=as_json)
        return
    there = Address.of(str(location_of(address)))
    run(there)
    say(f"{there}: form {FORM}", {"schema": there.schema, "form": FORM}, as_json=as_json)


def grants(
    schema: Schema = "creditscore",
    prefix: Annotated[str, typer.Option(help="What names of roles begin with; default: the schema.")] = "",
    as_json: Json = False,
) -> None:
    """Print the roles of a ledger in PostgreSQL, who read, append or erase, as SQL that its owner runs.

    Example: creditscore ledger grants --schema decisions | psql "postgresql://owner@db.example/credit"
    """
    from creditscore.deciding.ledger.postgres.grants import grants as written

    text = written(schema, prefix)
    say(text, {"sql": text}, as_json=as_json)


def add_to(app: typer.Typer) -> None:
    """Give the commands of a ledger these too."""
    for command in (migrate, grants):
        app.command()(command)
