"""Who may do what to a ledger in PostgreSQL, as SQL that its owner runs."""

from __future__ import annotations

from typing import Final

from creditscore.deciding.ledger.postgres.address import checked_schema

_GROWING: Final = ("about", "chain", "keys", "names", "tree", "commitments")
_ERASED: Final = ("keys", "names")


def grants(schema: str, prefix: str = "") -> str:
    """Write the roles of a ledger and what each is granted.

    ``_read`` looks and verifies; ``_append`` appends decisions, registers models, signs heads; ``_erase`` may
    destroy keys too. None may change or remove an entry. The owner of the tables alone rotates the master key
    and brings tables to a newer form. Logins are made members of one of them.

    Parameters
    ----------
    schema : str
        That holds the ledger.
    prefix : str, optional
        What names of roles begin with; the schema's name by default.

    Returns
    -------
    str
        Statements that may be run again.

    Raises
    ------
    LedgerError
        If a name has anything but small letters, digits and underscores.

    Examples
    --------
    >>> print(grants("decisions").splitlines()[-1])
    GRANT DELETE ON decisions.keys, decisions.names TO decisions_erase;
    """
    home, begin = checked_schema(schema), checked_schema(prefix or schema)
    read, append, erase = (f"{begin}_{what}" for what in ("read", "append", "erase"))
    growing = ", ".join(f"{home}.{table}" for table in _GROWING)
    erased = ", ".join(f"{home}.{table}" for table in _ERASED)
    made = [
        f"DO $$ BEGIN CREATE ROLE {role} NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;"
        for role in (read, append, erase)
    ]
    return "\n".join(
        (
            *made,
            f"REVOKE ALL ON SCHEMA {home} FROM PUBLIC, {read}, {append}, {erase};",
            f"REVOKE ALL ON ALL TABLES IN SCHEMA {home} FROM PUBLIC, {read}, {append}, {erase};",
            f"GRANT USAGE ON SCHEMA {home} TO {read};",
            f"GRANT SELECT ON ALL TABLES IN SCHEMA {home} TO {read};",
            f"GRANT {read} TO {append};",
            f"GRANT {append} TO {erase};",
            f"GRANT INSERT ON {growing} TO {append};",
            f"GRANT DELETE ON {erased} TO {erase};",
        )
    )
