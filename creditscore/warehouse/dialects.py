"""From one way of writing SQL to the dialects of warehouses.

What is written is a small part of what DuckDB reads, and a few functions that no two warehouses write alike:
their names begin with ``CS_``, and each dialect says here what stands for them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from creditscore._ground.asked import check_known
from creditscore._ground.extras import needs
from creditscore.errors import ParameterError

# What each dialect writes for: an instant in microseconds since 1970 UTC; a number, NULL where it is none; a
# text in the order of its code points; the value of the row with the greatest position; a quantile by linear
# interpolation; NULL is left out by both.
_DIALECTS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "duckdb": {
            "CS_MICROS": "EPOCH_US({0})",
            "CS_NUMBER": "NULLIF(CAST({0} AS DOUBLE), CAST('NaN' AS DOUBLE))",
            "CS_TEXT": "CAST({0} AS VARCHAR)",
            "CS_NEWEST": "ARG_MAX({0}, {1})",
            "CS_QUANTILE": "QUANTILE_CONT({0}, {1})",
        },
        "postgres": {
            "CS_MICROS": "CAST(EXTRACT(EPOCH FROM {0}) * 1000000 AS BIGINT)",
            "CS_NUMBER": "NULLIF(CAST({0} AS DOUBLE PRECISION), CAST('NaN' AS DOUBLE PRECISION))",
            "CS_TEXT": 'CAST({0} AS TEXT) COLLATE "C"',
            "CS_NEWEST": "(ARRAY_AGG({0} ORDER BY {1} DESC) FILTER (WHERE NOT {1} IS NULL))[1]",
            "CS_QUANTILE": "PERCENTILE_CONT({1}) WITHIN GROUP (ORDER BY {0})",
        },
        "snowflake": {
            "CS_MICROS": "DATE_PART(EPOCH_MICROSECOND, {0})",
            "CS_NUMBER": "NULLIF(CAST({0} AS DOUBLE), CAST('NaN' AS DOUBLE))",
            "CS_TEXT": "CAST({0} AS VARCHAR)",
            "CS_NEWEST": "MAX_BY({0}, {1})",
            "CS_QUANTILE": "PERCENTILE_CONT({1}) WITHIN GROUP (ORDER BY {0})",
        },
        "bigquery": {
            "CS_MICROS": "UNIX_MICROS({0})",
            "CS_NUMBER": "IF(IS_NAN(CAST({0} AS FLOAT64)), NULL, CAST({0} AS FLOAT64))",
            "CS_TEXT": "CAST({0} AS STRING)",
            "CS_NEWEST": "ARRAY_AGG({0} IGNORE NULLS ORDER BY {1} DESC LIMIT 1)[SAFE_OFFSET(0)]",
            "CS_QUANTILE": (
                "(SELECT PERCENTILE_CONT(x, {1}) OVER () FROM "
                "UNNEST(ARRAY_AGG({0} IGNORE NULLS)) AS x LIMIT 1)"
            ),
        },
        "spark": {
            "CS_MICROS": "UNIX_MICROS({0})",
            "CS_NUMBER": "NULLIF(CAST({0} AS DOUBLE), CAST('NaN' AS DOUBLE))",
            "CS_TEXT": "CAST({0} AS STRING)",
            "CS_NEWEST": "MAX_BY({0}, {1})",
            "CS_QUANTILE": "PERCENTILE({0}, {1})",
        },
    }
)
DIALECTS: Final = tuple(_DIALECTS)
# Where a part that is read more than once is worked out once only if one says so.
_MATERIALIZED: Final = frozenset({"duckdb", "postgres"})
# Where reasons are written: by positions in lists, which were compared there alone.
WITH_REASONS: Final = ("duckdb", "postgres")
_OWN: Final = re.compile(r"CS_[A-Z]+")


def check_dialect(dialect: str) -> None:
    """Refuse a dialect that nothing is written in.

    Raises
    ------
    NameUnknownError
        Names the closest one.
    """
    check_known("dialect", dialect, DIALECTS)


def check_lists(dialect: str) -> None:
    """Refuse a dialect in which no reasons are written.

    Raises
    ------
    ParameterError
    """
    if dialect not in WITH_REASONS:
        raise ParameterError(f"Reasons are written for {' and '.join(WITH_REASONS)} alone. Got {dialect!r}.")


def written(text: str, dialect: str) -> str:
    """Write a query in a dialect.

    Parameters
    ----------
    text : str
        As DuckDB reads it, with functions ``CS_``.
    dialect : str
        One of `DIALECTS`.

    Raises
    ------
    MissingExtraError
        If sqlglot is not installed.

    Examples
    --------
    >>> print(written("SELECT CS_MICROS(as_of) AS t FROM applications", "bigquery"))
    SELECT
      UNIX_MICROS(as_of) AS t
    FROM applications
    """
    check_dialect(dialect)
    with needs("Warehouse", package="sqlglot", extra="sql"):
        import sqlglot
        from sqlglot import exp
    templates = _DIALECTS[dialect]

    def replaced(node: Any) -> Any:
        if dialect == "snowflake" and isinstance(node, exp.Identifier) and node.quoted:
            return exp.to_identifier(node.this.upper(), quoted=True)  # as it keeps what nobody quoted
        if not (isinstance(node, exp.Anonymous) and _OWN.fullmatch(str(node.this))):
            return node
        parts = [one.transform(replaced).sql(dialect=dialect) for one in node.expressions]
        return sqlglot.parse_one(templates[str(node.this)].format(*parts), read=dialect)

    tree = sqlglot.parse_one(text, read="duckdb").transform(replaced)
    if dialect in _MATERIALIZED:
        for part in tree.find_all(exp.CTE):
            part.set("materialized", True)
    if dialect == "postgres":
        _keep_apart(tree)
    return str(tree.sql(dialect=dialect, pretty=True))


def _keep_apart(tree: Any) -> None:
    """Let each step be worked out once: PostgreSQL would write it out wherever it is read, without end."""
    from sqlglot import exp

    for part in list(tree.find_all(exp.Subquery)):
        if isinstance(part.parent, exp.From | exp.Join) and isinstance(part.this, exp.Select):
            part.this.offset(0, copy=False)


def name(column: str) -> str:
    """Return the name of a column of somebody's own, between quotes.

    Examples
    --------
    >>> name('my "own" column')
    '"my ""own"" column"'
    """
    return '"' + column.replace('"', '""') + '"'


def quoted(label: str) -> str:
    """Return a label as SQL writes it.

    Examples
    --------
    >>> quoted("it's")
    "'it''s'"
    """
    return "'" + label.replace("'", "''") + "'"
