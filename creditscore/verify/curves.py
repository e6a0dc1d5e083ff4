"""Curves of a model report, traced again from kept rows in plain Python."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from typing import Any, Final, NamedTuple

from creditscore.verify.reliability import Row, apart, probability

# So near to the widest gap another one is as wide.
_NEAR: Final = 1e-9
_POINTS: Final = 160


class _Point(NamedTuple):
    """Of one log-odds: its risk, and the shares of goods and of bads at or below it."""

    risk: float
    goods: float
    bads: float

    @property
    def gap(self) -> float:
        return abs(self.goods - self.bads)


def curve_faults(found: Mapping[str, Any], rows: Sequence[Row]) -> Iterator[str]:
    """Yield points of the two curves that do not follow from the rows.

    Parameters
    ----------
    found : mapping
        ``report["performance"]``.
    rows : sequence of (log-odds, outcome, weight)
        By rising log-odds.
    """
    points = _points(rows)
    yield from _roc_faults(found["roc"], points)
    yield from _ks_faults(found["ks"], points)


def _points(rows: Sequence[Row]) -> list[_Point]:
    """Both distributions, at each distinct log-odds."""
    bads = math.fsum(weight for _, bad, weight in rows if bad)
    goods = math.fsum(weight for _, bad, weight in rows if not bad)
    found, below_good, below_bad = [], 0.0, 0.0
    for log_odds, tied in groupby(rows, key=lambda row: row[0]):
        for _, bad, weight in tied:
            below_bad, below_good = below_bad + weight * bad, below_good + weight * (1.0 - bad)
        found.append(_Point(probability(log_odds), below_good / goods, below_bad / bads))
    return found


def _shown(count: int) -> list[int]:
    """Numbers of the points that a picture needs: 160 at most, evenly spread, the ends among them."""
    most = min(count, _POINTS)
    if most == 1:
        return [0]
    step = (count - 1) / (most - 1)
    return sorted({*(round(number * step) for number in range(most - 1)), count - 1})


def _roc_faults(stated: Mapping[str, Any], points: Sequence[_Point]) -> Iterator[str]:
    """Hold shares at or above each threshold, from the highest down, against those of the rows."""
    above = [(1.0 - point.goods, 1.0 - point.bads) for point in points[-2::-1]]
    curve = [(0.0, 0.0), *above, (1.0, 1.0)]
    shown = [curve[number] for number in _shown(len(curve))]
    for name, side in (("goods_flagged", 0), ("bads_caught", 1)):
        yield from _lines(f"roc.{name}", stated[name], [point[side] for point in shown])
    area = math.fsum(
        (right[0] - left[0]) * (right[1] + left[1]) / 2.0
        for left, right in pairwise(curve)
    )
    yield from apart("roc.auc", stated["auc"], area)


def _ks_faults(stated: Mapping[str, Any], points: Sequence[_Point]) -> Iterator[str]:
    """Hold the distributions against those of the rows; where gaps are as wide, any of them may be named."""
    widest = max(point.gap for point in points)
    yield from apart("ks.ks", stated["ks"], widest)
    wide = [number for number, point in enumerate(points) if widest - point.gap <= _NEAR]
    faults: list[str] = []
    for at in wide:
        faults = [*_marked(stated, points[at]), *_drawn(stated, points, at)]
        if not faults:
            return
    yield from faults


def _marked(stated: Mapping[str, Any], widest: _Point) -> Iterator[str]:
    low, high = sorted((widest.goods, widest.bads))
    for name, value in (("at_risk", widest.risk), ("at_low", low), ("at_high", high)):
        yield from apart(f"ks.{name}", stated[name], value)


def _drawn(stated: Mapping[str, Any], points: Sequence[_Point], at: int) -> Iterator[str]:
    shown = [points[number] for number in sorted({*_shown(len(points)), at})]
    for name, values in (
        ("risk", [point.risk for point in shown]),
        ("share_of_goods", [point.goods for point in shown]),
        ("share_of_bads", [point.bads for point in shown]),
    ):
        yield from _lines(f"ks.{name}", stated[name], values)


def _lines(name: str, stated: Sequence[Any], values: Sequence[float]) -> Iterator[str]:
    if len(stated) != len(values):
        yield f"{name} has {len(stated)} points, not {len(values)}"
        return
    for number, (said, value) in enumerate(zip(stated, values, strict=True)):
        yield from apart(f"{name}[{number}]", said, value)

