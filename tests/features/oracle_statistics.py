"""Formulas evaluated row by row in plain Python: the second opinion on every statistic."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from creditscore.features.formula import (
    AtLeast,
    Attribute,
    Condition,
    Covered,
    Difference,
    Formula,
    Ratio,
    Share,
    Term,
)

DAY = 86_400_000_000
DAYS = {"h": 1 / 24, "d": 1, "w": 7, "m": 30, "y": 365}
Row = Mapping[str, Any]


def window_of(term: Term) -> float:
    """Length of a term's window in microseconds."""
    if term.window is None:
        return math.inf
    return int(term.window[:-1]) * DAYS[term.window[-1]] * DAY


def holds(row: Row, condition: Condition) -> bool:
    value = row.get(condition.column)
    if condition.comparison == "in":
        return value in condition.value  # type: ignore[operator]
    if condition.comparison == "not_in":
        return value not in condition.value  # type: ignore[operator]
    if value is None:
        return False
    limit = condition.value
    return {
        "gt": value > limit,
        "ge": value >= limit,
        "lt": value < limit,
        "le": value <= limit,
        "eq": value == limit,
    }[condition.comparison]


def chosen(term: Term, rows: Sequence[Row], as_of: int) -> tuple[list[Row], list[Row]]:
    """Rows of the term oldest first, and all rows of its lane."""
    lane = [row for row in rows if all(holds(row, condition) for condition in term.where)]
    lane = [row for row in lane if term.column is None or row[term.column] is not None]
    lane = [row for row in lane if term.by is None or row.get(term.by) is not None]
    taken = [row for row in lane if as_of - window_of(term) <= row["time"] < as_of]
    if term.last is not None:
        taken = taken[-term.last :]
    if term.first is not None:
        taken = taken[: term.first]
    return taken, lane


def evaluate_term(term: Term, rows: Sequence[Row], as_of: int, zone: str = "UTC") -> float:
    taken, lane = chosen(term, rows, as_of)
    if len(taken) < term.minimum_rows:
        return math.nan
    if not taken:
        zero = (
            "count",
            "sum",
            "exists",
            "distinct",
            "distinct_keys",
            "active_days",
            "clusters",
            "streak",
            "longest_run",
        )
        return 0.0 if term.statistic in zero else math.nan
    values = np.array([1.0 if term.column is None else row[term.column] for row in taken])
    times = np.array([row["time"] for row in taken], np.int64)
    if term.by is not None and term.statistic in KEYED:
        return KEYED[term.statistic](taken, lane, values, term)
    if term.statistic == "active_days":
        return float(len({_instant(time).astimezone(ZoneInfo(zone)).date() for time in times.tolist()}))
    if term.statistic == "clusters":
        return float(_clusters(times, term.argument))
    if term.statistic in TIMED:
        return TIMED[term.statistic](times, as_of)
    return PLAIN[term.statistic](values, term.argument)


def _instant(time: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=time)


def _clusters(times: np.ndarray, days: float) -> int:
    """Stretches of so many days, each from the first row that no other covers."""
    found = 0
    while times.size:
        found, times = found + 1, times[times - times[0] >= days * DAY]
    return found


def _mad(values: np.ndarray) -> float:
    return float(np.median(np.abs(values - np.median(values))))


def _slope(values: np.ndarray) -> float:
    values = values[-60:]
    pairs = [(values[j] - values[i]) / (j - i) for i in range(len(values)) for j in range(i + 1, len(values))]
    return float(np.median(pairs)) if len(values) > 2 else math.nan


def _over(part: float, whole: float) -> float:
    return part / whole if whole != 0 else math.nan


def _streak(values: np.ndarray) -> float:
    zeros = np.flatnonzero(values[::-1] == 0)
    return float(zeros[0] if len(zeros) else len(values))


PLAIN: dict[str, Callable[[np.ndarray, float], float]] = {
    "count": lambda v, _: float(len(v)),
    "sum": lambda v, _: math.fsum(v),
    "exists": lambda _v, _: 1.0,
    "mean": lambda v, _: math.fsum(v) / len(v),
    "std": lambda v, _: float(np.std(v, ddof=1)) if len(v) > 1 else math.nan,
    "min": lambda v, _: float(v.min()),
    "max": lambda v, _: float(v.max()),
    "cv": lambda v, _: _over(float(np.std(v, ddof=1)), abs(float(np.mean(v)))) if len(v) > 1 else math.nan,
    "newest": lambda v, _: float(v[-1]),
    "oldest": lambda v, _: float(v[0]),
    "share": lambda v, _: float(np.mean(v != 0)),
    "median": lambda v, _: float(np.median(v)),
    "quantile": lambda v, q: float(np.quantile(v, q)),
    "distinct": lambda v, _: float(len(set(v))),
    "rmad": lambda v, _: _over(1.4826 * _mad(v), abs(float(np.median(v)))),
    "slope": lambda v, _: _slope(v),
    "trend": lambda v, _: _over(_slope(v), abs(float(np.median(v)))),
    "streak": lambda v, _: _streak(v),
}


def _gaps(reduce: Callable[[np.ndarray], float], least: int) -> Callable[[np.ndarray, int], float]:
    def statistic(times: np.ndarray, _as_of: int) -> float:
        gaps = np.diff(times) / DAY
        return float(reduce(gaps)) if len(gaps) >= least else math.nan

    return statistic


def _gap_cv(gaps: np.ndarray) -> float:
    return _over(float(np.std(gaps, ddof=1)), float(np.mean(gaps)))


def _burstiness(gaps: np.ndarray) -> float:
    n, r = len(gaps) + 1, _gap_cv(gaps)
    more, less = math.sqrt(n + 1), math.sqrt(n - 1)
    return (more * r - less) / ((more - 2) * r + less)


TIMED: dict[str, Callable[[np.ndarray, int], float]] = {
    "recency": lambda t, as_of: (as_of - int(t[-1])) / DAY,
    "age": lambda t, as_of: (as_of - int(t[0])) / DAY,
    "gap_mean": _gaps(np.mean, 1),
    "gap_median": _gaps(np.median, 1),
    "gap_max": _gaps(np.max, 1),
    "gap_std": _gaps(lambda g: np.std(g, ddof=1), 2),
    "gap_cv": _gaps(_gap_cv, 2),
    "burstiness": _gaps(_burstiness, 2),
}


def _shares(taken: Sequence[Row], values: np.ndarray, term: Term) -> list[float]:
    totals: dict[Any, float] = defaultdict(float)
    for row, value in zip(taken, values, strict=True):
        totals[row[term.by or ""]] += value
    whole = math.fsum(totals.values())
    return [part / whole for part in totals.values()]


def _entropy(taken: Sequence[Row], _lane: Sequence[Row], values: np.ndarray, term: Term) -> float:
    shares = _shares(taken, values, term)
    classes = len(shares) if math.isnan(term.argument) else term.argument
    return -math.fsum(s * math.log(s) for s in shares if s > 0) / math.log(classes) if classes > 1 else 0.0


def _new_keys(taken: Sequence[Row], lane: Sequence[Row], _values: np.ndarray, term: Term) -> float:
    recent = {row[term.by or ""] for row in taken}
    older = {row[term.by or ""] for row in lane if row["time"] < taken[0]["time"]}
    return len(recent - older) / len(recent)


KEYED: dict[str, Callable[[Sequence[Row], Sequence[Row], np.ndarray, Term], float]] = {
    "distinct_keys": lambda taken, _l, _v, term: float(len({row[term.by or ""] for row in taken})),
    "hhi": lambda taken, _l, v, term: math.fsum(s * s for s in _shares(taken, v, term)),
    "top_share": lambda taken, _l, v, term: max(_shares(taken, v, term)),
    "key_entropy": _entropy,
    "new_key_share": _new_keys,
}


def combine(formula: Formula, leaf: Callable[[Formula], float]) -> float:
    """Evaluate a formula whose leaves a function knows."""
    match formula:
        case Term() | Attribute() | Covered():
            return leaf(formula)
        case Ratio(a, b):
            return _over(combine(a, leaf), combine(b, leaf))
        case Difference(a, b):
            return combine(a, leaf) - combine(b, leaf)
        case AtLeast(a, b, least, otherwise):
            count = combine(b, leaf)
            if math.isnan(count):
                return math.nan
            return combine(a, leaf) if count >= least else otherwise
        case Share(a, b, prior, weight, minimum):
            part, whole = combine(a, leaf), combine(b, leaf)
            return (part + weight * prior) / (whole + weight) if whole >= minimum else math.nan
    raise AssertionError(formula)
