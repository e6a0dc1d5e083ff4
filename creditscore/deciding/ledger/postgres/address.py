"""Where a database is: an address as libpq knows them, and the schema of the ledger in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final, Self
from urllib.parse import unquote, urlsplit, urlunsplit

from creditscore._ground.extras import needs
from creditscore.errors import LedgerError

SCHEMA: Final = "creditscore"
_NAME: Final = re.compile(r"[a-z_][a-z0-9_]{0,39}")
_SHOWN: Final = ("host", "port", "dbname", "user", "service")
_CONNECT_SECONDS: Final = "10"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a ledger is in PostgreSQL. No text of it shows a password.

    Attributes
    ----------
    schema : str
        The schema that holds the tables of the ledger and nothing else.
    parameters : mapping of str to str
        What libpq is given: host, port, user, and a password if the address had one.
    """

    schema: str
    parameters: dict[str, Any] = field(repr=False)

    @classmethod
    def of(cls, text: str) -> Self:
        """Read an address.

        Parameters
        ----------
        text : str
            As libpq knows them, with ``schema=`` beside its own parameters, for instance
            ``"postgresql://scorer@db.example/credit?schema=decisions&sslmode=verify-full"``. Several hosts
            may be named; keep the password in a file (``PGPASSFILE``) instead.

        Raises
        ------
        LedgerError
            If it is none. The message does not repeat it: a password may stand in it.
        """
        with needs("Ledger", package="psycopg", extra="postgres"):
            from psycopg import ProgrammingError
            from psycopg.conninfo import conninfo_to_dict
        try:
            parts = urlsplit(text)
            given = [one for one in parts.query.split("&") if one]
            schemas = [unquote(one.removeprefix("schema=")) for one in given if one.startswith("schema=")]
            rest = "&".join(one for one in given if not one.startswith("schema="))
            parameters: dict[str, Any] = dict(conninfo_to_dict(urlunsplit(parts._replace(query=rest))))
        except (ValueError, ProgrammingError):
            raise LedgerError(
                "The address of the ledger cannot be read. Write it as "
                "postgresql://user@host:port/database?schema=name, with what libpq knows."
            ) from None
        schema = schemas[-1] if schemas else SCHEMA
        return cls(checked_schema(schema), parameters)

    @property
    def has_password(self) -> bool:
        """Whether a password stands in the address."""
        return "password" in self.parameters

    def within(self, schema: str) -> Address:
        """Return the same place with another schema."""
        return Address(checked_schema(schema), self.parameters)

    def connecting(self) -> dict[str, Any]:
        """Return what a connection is made with.

        Names of tables are those of the schema; a table of a session's own never stands for one of them, and
        no index is read instead of its table.
        """
        options = f"-c search_path=pg_catalog,{self.schema},pg_temp -c enable_indexonlyscan=off"
        given = {"connect_timeout": _CONNECT_SECONDS, "application_name": "creditscore", **self.parameters}
        return given | {"options": f"{self.parameters.get('options', '')} {options}".strip()}

    def __str__(self) -> str:
        shown = {key: str(self.parameters[key]) for key in _SHOWN if self.parameters.get(key)}
        host = shown.get("service") or shown.get("host", "")
        port = f":{shown['port']}" if "port" in shown else ""
        return f"postgresql://{host}{port}/{shown.get('dbname', '')}?schema={self.schema}"


def checked_schema(name: str) -> str:
    """Refuse what is no plain name of a schema.

    Raises
    ------
    LedgerError
        If it has anything but small letters, digits and underscores, or belongs to the server.
    """
    if not _NAME.fullmatch(name) or name.startswith("pg_") or name == "information_schema":
        raise LedgerError(
            "The schema of a ledger is named by up to 40 small letters, digits and underscores. "
            f"Got {name!r:.60}."
        )
    return name
