"""The statistics of the rows of one application, in SQL."""

from __future__ import annotations

import math
from typing import Final

from creditscore._ground.instants import DAY
from creditscore.features.formula import Term

# With {v} a value and {w} whether the row takes part, {r} its rank, newest first, {day} its local day.
SIMPLE: Final = {
    "count": "COUNT(CASE WHEN {w} THEN 1 END)",
    "sum": "COALESCE(SUM(CASE WHEN {w} THEN {v} END), 0)",
    "exists": "CASE WHEN COUNT(CASE WHEN {w} THEN 1 END) > 0 THEN 1 ELSE 0 END",
    "mean": "AVG(CASE WHEN {w} THEN {v} END)",
    "std": "STDDEV_SAMP(CASE WHEN {w} THEN {v} END)",
    "min": "MIN(CASE WHEN {w} THEN {v} END)",
    "max": "MAX(CASE WHEN {w} THEN {v} END)",
    "cv": (
        "CASE WHEN SUM(CASE WHEN {w} THEN {v} END) <> 0 THEN STDDEV_SAMP(CASE WHEN {w} THEN {v} END) "
        "/ ABS(AVG(CASE WHEN {w} THEN {v} END)) END"
    ),
    "newest": "CS_NEWEST(CASE WHEN {w} THEN {v} END, CASE WHEN {w} THEN n END)",
    "oldest": "CS_NEWEST(CASE WHEN {w} THEN {v} END, CASE WHEN {w} THEN -n END)",
    "share": "AVG(CASE WHEN {w} THEN CAST(CASE WHEN {v} <> 0 THEN 1 ELSE 0 END AS DOUBLE) END)",
    "median": "CS_QUANTILE(CASE WHEN {w} THEN {v} END, 0.5)",
    "quantile": "CS_QUANTILE(CASE WHEN {w} THEN {v} END, {argument})",
    "distinct": "COUNT(DISTINCT CASE WHEN {w} THEN {v} END)",
    "recency": f"CAST(MIN(as_of) - MAX(CASE WHEN {{w}} THEN t END) AS DOUBLE) / {DAY}.0",
    "age": f"CAST(MIN(as_of) - MIN(CASE WHEN {{w}} THEN t END) AS DOUBLE) / {DAY}.0",
    "active_days": "COUNT(DISTINCT CASE WHEN {w} THEN {day} END)",
    "distinct_keys": "COUNT(DISTINCT CASE WHEN {w} THEN {key} END)",
    "streak": ("COALESCE(MIN(CASE WHEN {w} AND {v} = 0 THEN {r} END) - 1, COUNT(CASE WHEN {w} THEN 1 END))"),
}
# Of the rows of a term alone: {rows} has app, as_of, t, n, v and key, and says whether a key is new.
_GAPS: Final = (
    "SELECT app, {value} AS x FROM (SELECT app, CAST(t - LAG(t) OVER (PARTITION BY app ORDER BY n) "
    f"AS DOUBLE) / {DAY}.0 AS gap FROM {{rows}}) AS spaced GROUP BY app"
)
_SHARES: Final = (
    "SELECT app, {value} AS x FROM (SELECT app, part / NULLIF(SUM(part) OVER (PARTITION BY app), 0) AS share "
    "FROM (SELECT app, key, SUM(v) AS part FROM {rows} GROUP BY app, key) AS keyed) AS shared GROUP BY app"
)
_PAIRS: Final = (
    "SELECT a.app AS app, CS_QUANTILE((a.v - b.v) / CAST(b.back - a.back AS DOUBLE), 0.5) AS x "
    "FROM {rows} AS a JOIN {rows} AS b ON a.app = b.app AND a.back < b.back "
    "WHERE a.back <= 60 AND b.back <= 60 AND a.many >= 3 GROUP BY a.app"
)
_GAP_CV: Final = "STDDEV_SAMP(gap) / NULLIF(AVG(gap), 0)"
_BURSTINESS: Final = (
    "CASE WHEN COUNT(gap) > 1 THEN (SQRT(COUNT(*) + 1) * ({cv}) - SQRT(COUNT(*) - 1)) / "
    "NULLIF((SQRT(COUNT(*) + 1) - 2) * ({cv}) + SQRT(COUNT(*) - 1), 0) END"
)
APART: Final = {
    "gap_mean": _GAPS.replace("{value}", "AVG(gap)"),
    "gap_median": _GAPS.replace("{value}", "CS_QUANTILE(gap, 0.5)"),
    "gap_max": _GAPS.replace("{value}", "MAX(gap)"),
    "gap_std": _GAPS.replace("{value}", "STDDEV_SAMP(gap)"),
    "gap_cv": _GAPS.replace("{value}", _GAP_CV),
    "burstiness": _GAPS.replace("{value}", _BURSTINESS.replace("{cv}", _GAP_CV)),
    "hhi": _SHARES.replace("{value}", "SUM(share * share)"),
    "top_share": _SHARES.replace("{value}", "MAX(share)"),
    "slope": _PAIRS,
    "trend": (
        f"SELECT s.app AS app, s.x / NULLIF(ABS(m.middle), 0) AS x FROM ({_PAIRS}) AS s JOIN "
        "(SELECT app, CS_QUANTILE(v, 0.5) AS middle FROM {rows} GROUP BY app) AS m ON m.app = s.app"
    ),
    "rmad": (
        "SELECT app, 1.4826 * CS_QUANTILE(ABS(v - middle), 0.5) / NULLIF(ABS(MIN(middle)), 0) AS x "
        "FROM (SELECT r.app AS app, r.v AS v, m.middle AS middle FROM {rows} AS r JOIN (SELECT app, "
        "CS_QUANTILE(v, 0.5) AS middle FROM {rows} GROUP BY app) AS m ON m.app = r.app) AS far GROUP BY app"
    ),
    "new_key_share": (
        "SELECT app, CAST(COUNT(CASE WHEN is_new THEN 1 END) AS DOUBLE) / COUNT(*) AS x FROM "
        "(SELECT DISTINCT app, key, is_new FROM {rows}) AS keyed GROUP BY app"
    ),
    "longest_run": (
        "SELECT app, COALESCE(MAX(length), 0) AS x FROM (SELECT app, breaks, "
        "COUNT(CASE WHEN v <> 0 THEN 1 END) AS length FROM (SELECT app, v, "
        "SUM(CASE WHEN v = 0 THEN 1 ELSE 0 END) OVER (PARTITION BY app ORDER BY n "
        "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS breaks FROM {rows}) AS broken "
        "GROUP BY app, breaks) AS runs GROUP BY app"
    ),
}
ZERO_WITHOUT_ROWS: Final = frozenset(
    {
        "count", "sum", "exists", "distinct", "active_days", "distinct_keys", "streak", "longest_run",
        "clusters",
    }
)  # fmt: skip
FOUND_IN_ROUNDS: Final = "clusters"


def entropy(term: Term) -> str:
    """Write the entropy of the shares by key."""
    bits = "-SUM(CASE WHEN share > 0 THEN share * LN(share) ELSE 0 END)"
    if math.isnan(term.argument):
        value = (
            f"CASE WHEN COUNT(*) > 1 THEN {bits} / LN(COUNT(*)) WHEN MIN(share) IS NULL THEN NULL ELSE 0 END"
        )
    elif term.argument > 1:
        value = f"CASE WHEN NOT MIN(share) IS NULL THEN {bits} / {math.log(term.argument)!r} END"
    else:
        value = "CASE WHEN NOT MIN(share) IS NULL THEN 0 END"
    return _SHARES.replace("{value}", value)
