"""Formulas of declarations, evaluated on rows of views in plain Python."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from statistics import fmean, median, stdev
from typing import Any, Final

from creditscore.verify.twin.clock import DAY

Row = Mapping[str, Any]
Formula = Mapping[str, Any]
_DAYS: Final = {"h": 1 / 24, "d": 1, "w": 7, "m": 30, "y": 365}
# What counts rows is 0 where there is none; of any other statistic nothing is known then.
_ZERO: Final = frozenset({"count", "sum", "exists", "distinct", "distinct_keys", "streak"})
_NEWEST: Final = 60


def combined(formula: Formula, leaf: Callable[[Formula], float]) -> float:
    """Evaluate a formula, the leaves of which a function knows; NaN where it is not defined."""
    parts = {name: combined(part, leaf) for name, part in formula.items() if isinstance(part, dict)}
    match formula["kind"]:
        case "ratio":
            return over(parts["numerator"], parts["denominator"])
        case "difference":
            return parts["minuend"] - parts["subtrahend"]
        case "at_least":
            if math.isnan(parts["count"]):
                return math.nan
            enough = parts["count"] >= formula["minimum"]
            return parts["value"] if enough else float(formula.get("otherwise", math.nan))
        case "share":
            if not parts["whole"] >= formula.get("minimum", 0.0):
                return math.nan
            weight = float(formula.get("weight", 5.0))
            return (parts["part"] + weight * float(formula["prior"])) / (parts["whole"] + weight)
    return leaf(formula)


def over(part: float, whole: float) -> float:
    """A quotient; NaN where there is none."""
    return part / whole if whole != 0 else math.nan


def measured(term: Formula, rows: Sequence[Row], as_of: int) -> float:
    """Evaluate one term on the rows of its view, oldest first."""
    column, by, statistic = term.get("column"), str(term.get("by", "")), term["statistic"]
    chosen = rows if column is None else [row for row in rows if row[column] is not None]
    for one in term.get("where", ()):
        chosen = [row for row in chosen if _holds(row, *one)]
    chosen = [row for row in chosen if row.get(by) is not None] if by else chosen
    window = term.get("window")
    since = -math.inf if window is None else as_of - int(window[:-1]) * _DAYS[window[-1]] * DAY
    taken = [row for row in chosen if since <= row["time"] < as_of]
    taken = taken[-term["last"] :] if "last" in term else taken
    taken = taken[: term["first"]] if "first" in term else taken
    if len(taken) < term.get("minimum_rows", 0):
        return math.nan
    if not taken:
        return 0.0 if statistic in _ZERO else math.nan
    values = [1.0 if column is None else float(row[column]) for row in taken]
    argument = float(term.get("argument", math.nan))
    if by and statistic in _KEYED:
        return _KEYED[statistic]([row[by] for row in taken], values, argument)
    if statistic == "new_key_share":
        recent = {row[by] for row in taken}
        return len(recent - {row[by] for row in chosen if row["time"] < taken[0]["time"]}) / len(recent)
    if statistic in _TIMED:
        return _TIMED[statistic]([row["time"] for row in taken], as_of)
    return _PLAIN[statistic](values, argument)


def _holds(row: Row, column: str, comparison: str, limit: Any) -> bool:
    value = row.get(column)
    if comparison in ("in", "not_in"):
        return (value in limit) is (comparison == "in")
    if value is None:
        return False
    return bool(
        {
            "gt": value > limit, "ge": value >= limit, "lt": value < limit, "le": value <= limit,
            "eq": value == limit,
        }[comparison]
    )  # fmt: skip


def _deviation(values: Sequence[float]) -> float:
    return stdev(values) if len(values) > 1 else math.nan


def _quantile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    rank = share * (len(ordered) - 1)
    low = math.floor(rank)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (rank - low)


def _relative_deviation(values: Sequence[float]) -> float:
    middle = median(values)
    return over(1.4826 * median(abs(value - middle) for value in values), abs(middle))


def _slope(values: Sequence[float]) -> float:
    """The median of the slopes between all pairs of the newest values."""
    newest = values[-_NEWEST:]
    if len(newest) < 3:
        return math.nan
    pairs = ((i, j) for i in range(len(newest)) for j in range(i + 1, len(newest)))
    return median((newest[j] - newest[i]) / (j - i) for i, j in pairs)


def _streak(values: Sequence[float]) -> float:
    """How many of the newest are not 0."""
    return float(next((number for number, value in enumerate(reversed(values)) if value == 0), len(values)))


_PLAIN: Final[Mapping[str, Callable[[Sequence[float], float], float]]] = {
    "count": lambda values, _: float(len(values)),
    "sum": lambda values, _: math.fsum(values),
    "exists": lambda _values, _: 1.0,
    "mean": lambda values, _: fmean(values),
    "std": lambda values, _: _deviation(values),
    "min": lambda values, _: min(values),
    "max": lambda values, _: max(values),
    "cv": lambda values, _: over(_deviation(values), abs(fmean(values))),
    "newest": lambda values, _: values[-1],
    "oldest": lambda values, _: values[0],
    "share": lambda values, _: fmean(value != 0 for value in values),
    "median": lambda values, _: median(values),
    "quantile": _quantile,
    "distinct": lambda values, _: float(len(set(values))),
    "rmad": lambda values, _: _relative_deviation(values),
    "slope": lambda values, _: _slope(values),
    "trend": lambda values, _: over(_slope(values), abs(median(values))),
    "streak": lambda values, _: _streak(values),
}


def _gaps(times: Sequence[int]) -> list[float]:
    return [(b - a) / DAY for a, b in pairwise(times)]


def _gap_spread(times: Sequence[int]) -> float:
    gaps = _gaps(times)
    return over(_deviation(gaps), fmean(gaps)) if len(gaps) > 1 else math.nan


def _burstiness(times: Sequence[int]) -> float:
    n, r = len(times), _gap_spread(times)
    more, less = math.sqrt(n + 1), math.sqrt(n - 1)
    return (more * r - less) / ((more - 2) * r + less)


_TIMED: Final[Mapping[str, Callable[[Sequence[int], int], float]]] = {
    "recency": lambda times, as_of: (as_of - times[-1]) / DAY,
    "age": lambda times, as_of: (as_of - times[0]) / DAY,
    "gap_std": lambda times, _: _deviation(_gaps(times)),
    "gap_cv": lambda times, _: _gap_spread(times),
    "burstiness": lambda times, _: _burstiness(times),
}


def _shares(keys: Sequence[Any], values: Sequence[float]) -> list[float]:
    totals: dict[Any, float] = {}
    for key, value in zip(keys, values, strict=True):
        totals[key] = totals.get(key, 0.0) + value
    whole = math.fsum(totals.values())
    return [part / whole for part in totals.values()]


def _entropy(keys: Sequence[Any], values: Sequence[float], classes: float) -> float:
    shares = _shares(keys, values)
    of = len(shares) if math.isnan(classes) else classes
    return -math.fsum(one * math.log(one) for one in shares if one > 0) / math.log(of) if of > 1 else 0.0


_KEYED: Final[Mapping[str, Callable[[Sequence[Any], Sequence[float], float], float]]] = {
    "distinct_keys": lambda keys, _values, _: float(len(set(keys))),
    "hhi": lambda keys, values, _: math.fsum(one * one for one in _shares(keys, values)),
    "top_share": lambda keys, values, _: max(_shares(keys, values)),
    "key_entropy": _entropy,
}
KNOWN: Final = frozenset({*_PLAIN, *_TIMED, *_KEYED, "new_key_share"})
