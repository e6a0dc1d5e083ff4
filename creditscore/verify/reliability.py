"""Calibration and H-measure of a model report, computed again from kept rows in plain Python."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from statistics import NormalDist
from typing import Any, Final

Row = tuple[float, float, float]
_NEAR: Final = 1e-9
# Where a quantile is held against its own probability, or two fits against each other.
_NEAR_FIT: Final = 1e-6
_MOST_STEPS: Final = 100
_SMALLEST: Final = 1e-300
# Of fewer nothing is told but how many they are.
FEWEST_PEOPLE: Final = 5
_OF_PEOPLE: Final = ("bads", "predicted", "observed", "low", "high", "bad_rate", "auc", "holds")


def probability(log_odds: float) -> float:
    """Return the probability of bad, without overflow."""
    small = math.exp(-abs(log_odds))
    return (1.0 if log_odds >= 0 else small) / (1.0 + small)


def h_measure_of(rows: Sequence[Row]) -> float:
    """Compute the H-measure with costs spread as Beta(2, 1 + goods / bads), from the convex hull.

    Parameters
    ----------
    rows : sequence of (log-odds, outcome, weight)
        By rising log-odds.
    """
    whole = math.fsum(weight for _, _, weight in rows)
    share = math.fsum(weight for _, bad, weight in rows if bad) / whole
    shape = 1.0 + (1.0 - share) / share
    least = math.fsum(_loss(weight - bad, bad, shape) for bad, weight in _hull(rows))
    return min(max(1.0 - least / (whole * _loss(1.0 - share, share, shape)), 0.0), 1.0)


def _hull(rows: Sequence[Row]) -> list[tuple[float, float]]:
    """Bads and weights of runs along the hull: each run has a larger share of bads than the one before."""
    found: list[tuple[float, float]] = []
    for _, tied in groupby(rows, key=lambda row: row[0]):
        members = list(tied)
        bad, weight = math.fsum(w for _, o, w in members if o), math.fsum(w for _, _, w in members)
        while found and found[-1][0] * weight >= bad * found[-1][1]:
            bad, weight = bad + found[-1][0], weight + found[-1][1]
            found.pop()
        if weight > 0.0:
            found.append((bad, weight))
    return found


def _loss(good: float, bad: float, shape: float) -> float:
    """Expected loss of a run: below its share of bads a cost declines it, above it approves it.

    The incomplete beta function has a closed form where its first parameter is 2 or 3.
    """
    at = bad / (good + bad)
    rest = 1.0 - at
    declined = 1.0 - math.pow(rest, shape) * (1.0 + shape * at + shape * (shape + 1.0) / 2.0 * at * at)
    approved = math.pow(rest, shape + 1.0) * (1.0 + (shape + 1.0) * at)
    return (2.0 * good * declined + shape * bad * approved) / (2.0 + shape)


def line_of(rows: Sequence[Row]) -> tuple[float, float] | None:
    """Fit slope and intercept of outcomes on log-odds; None where goods and bads do not overlap."""
    known = [row for row in rows if row[2] > 0.0]
    goods, bads = ([x for x, bad, _ in known if bool(bad) is side] for side in (False, True))
    if max(goods) <= min(bads) or max(bads) <= min(goods):
        return None
    centre = math.fsum(x for x, _, _ in known) / len(known)
    slope = level = 0.0
    for _ in range(_MOST_STEPS):
        parts = [
            (x - centre, bad, weight, probability(level + slope * (x - centre))) for x, bad, weight in known
        ]
        up = math.fsum(w * (bad - p) for _, bad, w, p in parts)
        along = math.fsum(w * (bad - p) * x for x, bad, w, p in parts)
        a = math.fsum(w * p * (1.0 - p) for _, _, w, p in parts)
        b = math.fsum(w * p * (1.0 - p) * x for x, _, w, p in parts)
        c = math.fsum(w * p * (1.0 - p) * x * x for x, _, w, p in parts)
        step = (c * up - b * along) / (a * c - b * b), (a * along - b * up) / (a * c - b * b)
        level, slope = level + step[0], slope + step[1]
        if max(map(abs, step)) < _NEAR_FIT**2:
            break
    return slope, level - slope * centre


def calibration_faults(
    found: Mapping[str, Any], rows: Sequence[Row], grade_of: Callable[[float], str] | None = None
) -> Iterator[str]:
    """Yield figures of the calibration section that do not follow from the rows.

    Parameters
    ----------
    found : mapping
        ``report["calibration"]``.
    rows : sequence of (log-odds, outcome, weight)
        By rising log-odds.
    grade_of : callable, optional
        The grade of a probability of default by the model's scale; without it grades are taken as they are
        named, in the order in which they stand.
    """
    known = [row for row in rows if row[2] > 0.0]
    risks = [probability(x) for x, _, _ in known]
    cuts = {0, *(bisect_left(risks, risks[k * len(risks) // 10]) for k in range(1, 10))}
    parts = [known[first:last] for first, last in pairwise([*sorted(cuts), len(known)])]
    yield from apart("groups", found["groups"], len(parts))
    yield from apart("deciles", len(found["deciles"]), len(parts))
    yield from wrongly_withheld("deciles", found["deciles"])
    for number, (stated, part) in enumerate(zip(found["deciles"], parts, strict=False), start=1):
        yield from apart(f"deciles[{number}].group", stated["group"], number)
        name = f"deciles.{stated['group']}"
        if stated["bads"] is None:
            yield from apart(f"{name}.applications", stated["applications"], len(part))
            continue
        yield from _rates(name, stated, part)
        ends = _wilson(part, found["level"])
        yield from apart(f"{name}.low", stated["low"], ends[0])
        yield from apart(f"{name}.high", stated["high"], ends[1])
    yield from wrongly_withheld("grades", found["grades"])
    if grade_of is not None:
        in_grades = Counter(grade_of(probability(log_odds)) for log_odds, _, _ in rows)
        if [(part["grade"], part["applications"]) for part in found["grades"]] != [*in_grades.items()]:
            yield "grades are others than those of the rows"
    ends_of = [0]
    for stated in found["grades"]:
        ends_of.append(ends_of[-1] + stated["applications"])
        if stated["bads"] is None:
            continue
        part = list(rows[ends_of[-2] : ends_of[-1]])
        yield from _rates(f"grades.{stated['grade']}", stated, part)
        yield from _jeffreys(f"grades.{stated['grade']}", stated, part, found["level"])
    yield from apart("grades", ends_of[-1], len(rows))


def wrongly_withheld(name: str, table: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield parts that tell of fewer than five people, also by subtraction, or are hidden without need."""
    few = [number for number, part in enumerate(table) if 0 < part["applications"] < FEWEST_PEOPLE]
    counts = [(part["applications"], number) for number, part in enumerate(table)]
    larger = iter(sorted(one for one in counts if one[0] >= FEWEST_PEOPLE))
    while few and sum(table[number]["applications"] for number in few) < FEWEST_PEOPLE:
        _, following = next(larger, (0, -1))
        if following < 0:
            break
        few.append(following)
    for number, part in enumerate(table):
        figures = [part[one] for one in _OF_PEOPLE if one in part]
        if number in few and any(one is not None for one in figures):
            yield f"{name}[{number}] tells of fewer than {FEWEST_PEOPLE} people"
        if number not in few and part["bads"] is None:
            yield f"{name}[{number}] is withheld, and is of no few people"


def _rates(name: str, stated: Mapping[str, Any], rows: Sequence[Row]) -> Iterator[str]:
    whole = math.fsum(weight for _, _, weight in rows)
    for figure, value in (
        ("applications", len(rows)),
        ("bads", sum(1 for _, bad, _ in rows if bad)),
        ("predicted", math.fsum(probability(x) * weight for x, _, weight in rows) / whole),
        ("observed", math.fsum(weight for _, bad, weight in rows if bad) / whole),
    ):
        yield from apart(f"{name}.{figure}", stated[figure], value)


def _effective(rows: Sequence[Row]) -> float:
    weights = [weight for _, _, weight in rows]
    return math.fsum(weights) ** 2 / math.fsum(weight * weight for weight in weights)


def _wilson(rows: Sequence[Row], level: float) -> tuple[float, float]:
    number, whole = _effective(rows), math.fsum(weight for _, _, weight in rows)
    share = math.fsum(weight for _, bad, weight in rows if bad) / whole
    z = NormalDist().inv_cdf(0.5 + level / 2.0)
    half = z * math.sqrt(number * share * (1.0 - share) + z * z / 4.0)
    ends = ((number * share + z * z / 2.0 + side * half) / (number + z * z) for side in (-1.0, 1.0))
    return max(next(ends), 0.0), min(next(ends), 1.0)


def _jeffreys(name: str, stated: Mapping[str, Any], rows: Sequence[Row], level: float) -> Iterator[str]:
    """Hold the ends of an interval against the probability that they stand for."""
    number, low, high = _effective(rows), stated["low"], stated["high"]
    bads = stated["observed"] * number
    tail = (1.0 - level) / 2.0
    a, b = bads + 0.5, number - bads + 0.5
    below = (low, 0.0) if bads == 0 else (beta_below(low, a, b), tail)
    above = (high, 1.0) if bads == number else (1.0 - beta_below(high, a, b), tail)
    yield from apart(f"{name}.low", *below, near=_NEAR_FIT)
    yield from apart(f"{name}.high", *above, near=_NEAR_FIT)
    if stated["holds"] is not (low <= stated["predicted"] <= high):
        yield f"{name}.holds is not whether the interval has the prediction"


def beta_below(x: float, a: float, b: float) -> float:
    """Return the probability that a Beta variable lies below a number, by its continued fraction.

    References
    ----------
    NIST Digital Library of Mathematical Functions, 8.17.22, <https://dlmf.nist.gov/8.17>.

    Examples
    --------
    >>> round(beta_below(0.5, 2.0, 2.0), 12), round(beta_below(0.25, 1.0, 1.0), 12)
    (0.5, 0.25)
    """
    if not 0.0 < x < 1.0:
        return float(x >= 1.0)
    if x > (a + 1.0) / (a + b + 2.0):
        return 1.0 - beta_below(1.0 - x, b, a)
    logged = a * math.log(x) + b * math.log1p(-x) + math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    fraction = upper = 1.0
    lower = 0.0
    for k in range(_MOST_STEPS**2):
        m = k // 2
        if not k:
            term = 1.0
        elif k % 2:
            term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            term = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        lower = 1.0 / ((1.0 + term * lower) or _SMALLEST)
        upper = (1.0 + term / upper) or _SMALLEST
        fraction *= upper * lower
        if k and abs(upper * lower - 1.0) < _NEAR**1.5:
            break
    return math.exp(logged) / a * (fraction - 1.0)


def apart(name: str, stated: Any, found: float | None, *, near: float = _NEAR) -> Iterator[str]:
    """Yield a figure that is not the one that was found; one that does not exist is None."""
    if stated is None or found is None:
        agree = stated is found
    else:
        agree = not isinstance(stated, bool) and abs(stated - found) <= near * max(1.0, abs(found))
    if not agree:
        yield f"{name}: {found!r}, not {stated!r}"
