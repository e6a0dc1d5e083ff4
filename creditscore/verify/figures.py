"""Figures of a model report, computed again from the rows that are kept with the model, in plain Python."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Final

from creditscore.verify.reliability import Row, calibration_faults, h_measure_of, line_of, probability
from creditscore.verify.resampled import ends_of

_NEAR: Final = 1e-9
# Two ways to the largest likelihood end a little apart.
_NEAR_LINE: Final = 1e-6
_COUNTED: Final = ("applications", "bads", "bad_rate")
# Reports of before have none.
_LATER: Final = "h_measure"


def figure_faults(report: Mapping[str, Any], kept: Mapping[str, Any]) -> Iterator[str]:
    """Find figures that do not follow from the kept rows.

    Parameters
    ----------
    report : mapping
        A model report.
    kept : mapping
        ``held_out.json`` of the model.
    """
    for name, stated, rows in _stated(report, kept):
        if rows is None:
            yield f"{name}: outcomes are others than those that were kept"
            continue
        for figure, value in figures_of(rows).items():
            if figure == _LATER and _LATER not in stated["figures"]:
                continue
            said = stated[figure] if figure in _COUNTED else stated["figures"][figure]["value"]
            if not _agree(said, value, _NEAR_LINE if figure.startswith("calibration") else _NEAR):
                yield f"{name}.{figure}: {value!r}, not {said!r}"
        yield from _other_ends(name, stated, rows)
        if name == "performance" and "calibration" in report:
            faults = calibration_faults(report["calibration"], rows)
            yield from (f"calibration.{fault}" for fault in faults)


def _other_ends(name: str, stated: Mapping[str, Any], rows: list[Row]) -> Iterator[str]:
    """Yield ends of intervals that the draws of the stated seed do not have."""
    ends = ends_of(rows, stated)
    for figure in sorted({*ends, *stated["figures"]}):
        if figure == _LATER and figure not in stated["figures"]:
            continue
        said, near = stated["figures"][figure], _NEAR_LINE if figure.startswith("calibration") else _NEAR
        for end, value in zip(("low", "high"), ends[figure], strict=True):
            if not _agree(said[end], value, near):
                yield f"{name}.{figure}.{end}: {value!r}, not {said[end]!r}"


def _agree(said: Any, value: float | None, near: float) -> bool:
    """Whether two figures agree; one that does not exist agrees with none alone."""
    if said is None or value is None:
        return said is value
    return not isinstance(said, bool) and bool(abs(said - value) <= near * max(1.0, abs(value)))


def _stated(
    report: Mapping[str, Any], kept: Mapping[str, Any]
) -> Iterator[tuple[str, Mapping[str, Any], list[Row] | None]]:
    found = report.get("performance")
    if found is not None and found["basis"] == "held_out":
        same = found.get("same_outcomes", True)
        yield "performance", found["overall"], _rows(kept, found.get("left_out", ())) if same else None
    if "kept" in report:
        yield "kept", report["kept"], _rows(kept, ())


def _rows(kept: Mapping[str, Any], left_out: Sequence[int]) -> list[Row]:
    """Log-odds, outcome and weight of the rows that a prediction was made for, riskiest last."""
    out = set(left_out)
    pairs = zip(kept["log_odds"], kept["bad"], kept["weight"], strict=True)
    return sorted(row for at, row in enumerate(pairs) if row[0] is not None and at not in out)


def figures_of(rows: Sequence[Row]) -> dict[str, float | None]:
    """Compute counts, bad rate, AUC, Gini, KS, H-measure, Brier score, log loss and calibration line.

    The line has no slope where goods and bads do not overlap.

    Parameters
    ----------
    rows : sequence of (log-odds, outcome, weight)
        By rising log-odds.
    """
    whole = math.fsum(weight for _, _, weight in rows)
    bads = math.fsum(weight for _, bad, weight in rows if bad)
    goods = whole - bads
    below_bad = below_good = won = widest = 0.0
    for _, tied in groupby(rows, key=lambda row: row[0]):
        members = list(tied)
        bad = math.fsum(weight for _, outcome, weight in members if outcome)
        good = math.fsum(weight for _, outcome, weight in members if not outcome)
        won += bad * (below_good + good / 2.0)
        below_bad, below_good = below_bad + bad, below_good + good
        widest = max(widest, abs(below_good / goods - below_bad / bads))
    predicted = [(probability(log_odds), bad, weight) for log_odds, bad, weight in rows]
    area, line = won / (bads * goods), line_of(rows)
    slope, intercept = (None, None) if line is None else line
    return {
        "h_measure": h_measure_of(rows),
        "calibration_slope": slope,
        "calibration_intercept": intercept,
        "applications": len(rows),
        "bads": sum(1 for _, bad, _ in rows if bad),
        "bad_rate": bads / whole,
        "auc": area,
        "gini": 2.0 * area - 1.0,
        "ks": widest,
        "brier": math.fsum(weight * (risk - bad) ** 2 for risk, bad, weight in predicted) / whole,
        "log_loss": -math.fsum(w * math.log(p if bad else 1.0 - p) for p, bad, w in predicted) / whole,
    }
