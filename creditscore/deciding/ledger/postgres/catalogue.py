"""What stands in the schema of a ledger besides rows: anything missing or foreign makes it no ledger."""

from __future__ import annotations

from typing import Final

from creditscore.deciding.ledger.session import Session
from creditscore.errors import LedgerError

# Not-null constraints are columns' own; newer servers list them as constraints too.
_MADE_OF: Final = """
WITH home AS (SELECT oid, nspname || '.' AS dotted FROM pg_namespace WHERE nspname = ?),
mine AS (SELECT c.* FROM pg_class c JOIN home ON home.oid = c.relnamespace)
SELECT concat_ws(' ', 'relation', relname, relkind, relpersistence,
    CASE WHEN relrowsecurity THEN 'row security' END, CASE WHEN relispartition THEN 'partition' END)
  FROM mine WHERE relkind <> 'i'
UNION ALL SELECT concat_ws(' ', 'column', c.relname, a.attnum, a.attname,
    format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN 'not null' END,
    nullif(l.collname, 'default'),
    CASE WHEN a.atthasdef OR a.attgenerated <> '' OR a.attidentity <> '' THEN 'has a default' END)
  FROM mine c JOIN pg_attribute a ON a.attrelid = c.oid LEFT JOIN pg_collation l ON l.oid = a.attcollation
  WHERE c.relkind <> 'i' AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL SELECT concat_ws(' ', 'constraint', c.relname, pg_get_constraintdef(k.oid),
    CASE WHEN NOT k.convalidated THEN 'not validated' END)
  FROM mine c JOIN pg_constraint k ON k.conrelid = c.oid WHERE k.contype <> 'n'
UNION ALL SELECT concat_ws(' ', 'index', replace(pg_get_indexdef(i.indexrelid), dotted, ''),
    CASE WHEN NOT (i.indisvalid AND i.indisready AND i.indislive) THEN 'invalid' END)
  FROM home, mine c JOIN pg_index i ON i.indrelid = c.oid
UNION ALL SELECT concat_ws(' ', 'trigger', replace(pg_get_triggerdef(t.oid), dotted, ''), t.tgenabled)
  FROM home, mine c JOIN pg_trigger t ON t.tgrelid = c.oid WHERE NOT t.tgisinternal
UNION ALL SELECT concat_ws(' ', 'rule', c.relname, r.rulename)
  FROM mine c JOIN pg_rewrite r ON r.ev_class = c.oid
UNION ALL SELECT concat_ws(' ', 'policy', c.relname, p.polname)
  FROM mine c JOIN pg_policy p ON p.polrelid = c.oid
UNION ALL SELECT concat_ws(' ', 'child', c.relname) FROM mine c JOIN pg_inherits h ON h.inhparent = c.oid
  WHERE c.relkind <> 'i'
UNION ALL SELECT concat_ws(' ', 'function', p.proname, l.lanname, p.prosecdef, p.proconfig, p.prosrc)
  FROM home JOIN pg_proc p ON p.pronamespace = home.oid JOIN pg_language l ON l.oid = p.prolang
"""
_COLUMNS: Final = {
    "about": ("ledger_id bytea not null", "key_check bytea not null"),
    "chain": (
        "sequence bigint not null", "kind integer not null", "entry_id text not null C",
        "subject bytea not null", "key_id bytea not null", "appended_at bigint not null",
        "nonce bytea not null", "payload bytea not null", "previous bytea not null", "hash bytea not null",
    ),
    "commitments": ("sequence bigint not null", "commitment text not null C"),
    "form": ("version_num character varying(32) not null",),
    "keys": ("key_id bytea not null", "subject bytea not null", "wrapped bytea not null"),
    "names": ("name bytea not null", "sequence bigint not null"),
    "tree": ("level integer not null", "number bigint not null", "hash bytea not null"),
    "vault": ("sealed bytea not null",),
}  # fmt: skip
_UNIQUE: Final = {
    "chain_pkey": ("chain", "PRIMARY KEY", "(sequence)"),
    "chain_entry_id_key": ("chain", "UNIQUE", "(entry_id)"),
    "commitments_pkey": ("commitments", "PRIMARY KEY", "(sequence)"),
    "form_pkc": ("form", "PRIMARY KEY", "(version_num)"),
    "keys_pkey": ("keys", "PRIMARY KEY", "(key_id)"),
    "names_pkey": ("names", "PRIMARY KEY", "(name, sequence)"),
    "tree_pkey": ("tree", "PRIMARY KEY", "(level, number)"),
    "about_once": ("about", "", "((true))"),
    "vault_once": ("vault", "", "((true))"),
}
_GROWING: Final = ("about", "chain", "commitments", "tree")
_SHRINKING: Final = ("keys", "names", "vault")
_WHOLE: Final = (
    *(f"relation {table} r p" for table in _COLUMNS),
    *(f"column {table} {k} {one}" for table, some in _COLUMNS.items() for k, one in enumerate(some, 1)),
    *(f"constraint {table} {kind} {columns}" for table, kind, columns in _UNIQUE.values() if kind),
    *(
        f"index CREATE UNIQUE INDEX {name} ON {table} USING btree {columns}"
        for name, (table, _, columns) in _UNIQUE.items()
    ),
    "index CREATE INDEX keys_of_subject ON keys USING btree (subject)",
    *(
        f"trigger CREATE TRIGGER {table}_refuses BEFORE {changes} ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change() A"
        for changes, tables in (
            ("DELETE OR UPDATE OR TRUNCATE", _GROWING),
            ("UPDATE OR TRUNCATE", _SHRINKING),
        )
        for table in tables
    ),
    (
        "function refuse_change plpgsql f {search_path=pg_catalog}  "
        "BEGIN RAISE EXCEPTION 'the ledger is append-only'; END "
    ),
)


def made_of(session: Session, schema: str) -> list[str]:
    """List every table, column, constraint, index, trigger, rule, policy, child and function of a schema."""
    return sorted(str(row[0]) for row in session.rows(_MADE_OF, (schema,)))


def check_catalogue(session: Session, schema: str) -> None:
    """Refuse a schema that lacks anything of a ledger, or has anything else.

    Raises
    ------
    LedgerError
        Naming what is missing or foreign.
    """
    found = made_of(session, schema)
    wrong = sorted({*found} ^ {*_WHOLE}) or [one for one in found if found.count(one) > 1]
    if wrong:
        raise LedgerError(
            f"The tables or triggers of the ledger were tampered with: {wrong[0][:120]!r} is foreign or "
            "missing. Restore a backup."
        )
