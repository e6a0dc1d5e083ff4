"""Inquiries taken together, and activities by month, in SQL."""

from __future__ import annotations

from typing import Final

from creditscore.features.inquiries.rows import ONE_SEARCH
from creditscore.features.social.rows.activity import MONTH, MOST
from creditscore.warehouse.clusters import clusters
from creditscore.warehouse.given import Given
from creditscore.warehouse.views.writing import numbers

_BACK: Final = f"CAST(FLOOR((as_of - 1 - t) / {MONTH}.0) AS BIGINT)"


def inquiry_searches(given: Given) -> str:
    """Write inquiries; those with ``begins`` are the first ones of searches for credit."""
    del given
    return clusters("rows_inquiry_searches", "rows_inquiries", ONE_SEARCH)


def inquiry_clusters(given: Given) -> str:
    """Write searches for credit."""
    del given
    return (
        "SELECT app, as_of, t, n, CAST(rows_of_it AS DOUBLE) AS v_inquiries FROM rows_inquiry_searches "
        "WHERE begins"
    )


def activity_months(given: Given) -> str:
    """Write the blocks of 30 days that lie wholly after the first known activity, at most 24."""
    del given
    whole = f"CAST(FLOOR((as_of - first_t) / {MONTH}.0) AS BIGINT)"
    first = "SELECT app, MIN(as_of) AS as_of, MIN(t) AS first_t FROM rows_activities GROUP BY app"
    listed = (
        f"SELECT app, as_of, k AS back FROM ({first}) AS firsts CROSS JOIN {numbers(0, MOST - 1)} "
        f"WHERE k < {whole}"
    )
    counted = f"SELECT app, {_BACK} AS back, COUNT(*) AS many FROM rows_activities GROUP BY app, {_BACK}"
    return (
        f"SELECT s.app AS app, s.as_of AS as_of, s.as_of - (s.back + 1) * {MONTH} AS t, -s.back AS n, "
        f"CAST(COALESCE(c.many, 0) AS DOUBLE) AS v_activities FROM ({listed}) AS s "
        f"LEFT JOIN ({counted}) AS c ON c.app = s.app AND c.back = s.back"
    )
