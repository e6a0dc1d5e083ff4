"""Clusters in SQL: each begins where the one before ends, so that they are found one after another."""

from __future__ import annotations


def clusters(part: str, rows: str, span: int) -> str:
    """Write where clusters begin, round after round.

    Parameters
    ----------
    part : str
        What the query that is written is called: it reads itself.
    rows : str
        The name of rows with ``app``, ``as_of``, ``t`` and ``n``, which orders them by time.
    span : int
        How long a cluster lasts from its first row on, in microseconds; exclusive.

    Returns
    -------
    str
        A query; its rows with ``begins`` begin a cluster, each of ``rows_of_it`` rows.
    """
    start = f"SELECT app, as_of, t, n, FALSE AS begins, CAST(0 AS BIGINT) AS rows_of_it FROM {rows}"
    left = (
        f"SELECT app, as_of, t, n, MIN(n) OVER (PARTITION BY app) AS first_n, "
        f"MIN(t) OVER (PARTITION BY app) AS first_t FROM {part} WHERE NOT begins"
    )
    counted = f"COUNT(CASE WHEN t - first_t < {span} THEN 1 END) OVER (PARTITION BY app)"
    counts = f"SELECT *, {counted} AS near FROM ({left}) AS left_over"
    return (
        f"{start} UNION ALL SELECT app, as_of, t, n, n = first_n AS begins, near AS rows_of_it "
        f"FROM ({counts}) AS counted WHERE n = first_n OR t - first_t >= {span}"
    )
