"""Figures of a model report, computed again from the rows that are kept with the model, in plain Python."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Final

from creditscore.verify.curves import curve_faults
from creditscore.verify.parted import parted_faults
from creditscore.verify.reliability import (
    Row,
    apart,
    calibration_faults,
    h_measure_of,
    line_of,
    probability,
)
from creditscore.verify.resampled import ends_of

_NEAR: Final = 1e-9
# Two ways to the largest likelihood end a little apart.
_NEAR_LINE: Final = 1e-6
_COUNTED: Final = ("applications", "bads", "bad_rate")
# Of the baseline nothing is said of it.
_OF_THE_MODEL: Final = "h_measure"
# A fit leaves no choice of how its own intervals are drawn, and a report none of how sure they are.
_OF_A_FIT: Final = {"resamples": 500, "seed": 0}
_LEVEL: Final = 0.95


def figure_faults(
    report: Mapping[str, Any], kept: Mapping[str, Any], grade_of: Callable[[float], str] | None = None
) -> Iterator[str]:
    """Find figures that do not follow from the kept rows.

    Parameters
    ----------
    report : mapping
        A model report.
    kept : mapping
        ``held_out.json`` of the model.
    grade_of : callable, optional
        The grade of a probability of default by the model's scale, to compare those of the report with.
    """
    for name, stated, rows in _stated(report, kept):
        if rows is None:
            yield f"{name}: outcomes are others than those that were kept"
            continue
        yield from _figures(name, stated, rows, figures_of(rows))
        if name == "performance":
            faults = calibration_faults(report["calibration"], rows, grade_of)
            yield from (f"calibration.{fault}" for fault in faults)
            yield from (f"performance.{fault}" for fault in curve_faults(report["performance"], rows))
            yield from parted_faults(report, kept, _judged(kept, report["performance"].get("left_out", ())))
    if "performance" in report:
        yield from _baseline_faults(report["performance"]["baseline"], kept)


def _baseline_faults(stated: Mapping[str, Any] | None, kept: Mapping[str, Any]) -> Iterator[str]:
    """Yield figures of the baseline that do not follow from what it said of the kept rows of some weight."""
    if "baseline" not in kept:
        yield from ["performance.baseline: the model keeps nothing that it said"] * (stated is not None)
        return
    pairs = zip(kept["baseline"], kept["bad"], kept["weight"], strict=True)
    rows = sorted(row for row in pairs if row[0] is not None and row[2] > 0.0)
    measured = len({bad for _, bad, _ in rows}) == 2
    if stated is None or not measured:
        yield from ["performance.baseline is left out, or of no rows"] * (measured or stated is not None)
        return
    figures = figures_of(rows) | {"bad_rate": sum(1 for _, bad, _ in rows if bad) / len(rows)}
    del figures[_OF_THE_MODEL]
    for name, value in _OF_A_FIT.items():
        yield from apart(f"performance.baseline.{name}", stated[name], value)
    yield from _figures("performance.baseline", stated, rows, figures)


def _figures(
    name: str, stated: Mapping[str, Any], rows: list[Row], figures: Mapping[str, float | None]
) -> Iterator[str]:
    """Yield figures, and ends of their intervals, that are not those of the rows."""
    if {*figures} != {*stated["figures"], *_COUNTED}:
        yield f"{name} has other figures than {', '.join(sorted(figures))}"
        return
    yield from apart(f"{name}.level", stated["level"], _LEVEL)
    for figure, value in figures.items():
        said = stated[figure] if figure in _COUNTED else stated["figures"][figure]["value"]
        yield from apart(f"{name}.{figure}", said, value, near=_near(figure))
    yield from _other_ends(name, stated, rows)


def _other_ends(name: str, stated: Mapping[str, Any], rows: list[Row]) -> Iterator[str]:
    """Yield ends of intervals that the draws of the stated seed do not have."""
    for figure, ends in sorted(ends_of(rows, stated).items()):
        for end, value in zip(("low", "high"), ends, strict=True):
            yield from apart(
                f"{name}.{figure}.{end}", stated["figures"][figure][end], value, near=_near(figure)
            )


def _near(figure: str) -> float:
    return _NEAR_LINE if figure.startswith("calibration") else _NEAR


def _stated(
    report: Mapping[str, Any], kept: Mapping[str, Any]
) -> Iterator[tuple[str, Mapping[str, Any], list[Row] | None]]:
    found = report.get("performance")
    if found is not None and found["basis"] == "held_out":
        same = found.get("same_outcomes", True)
        yield "performance", found["overall"], _rows(kept, found.get("left_out", ())) if same else None
    if "kept" in report:
        yield "kept", report["kept"], _rows(kept, ())


def _judged(kept: Mapping[str, Any], left_out: Sequence[int]) -> list[int]:
    """Positions of the rows that a prediction was made for, but for some."""
    out = set(left_out)
    return [at for at, value in enumerate(kept["log_odds"]) if value is not None and at not in out]


def _rows(kept: Mapping[str, Any], left_out: Sequence[int]) -> list[Row]:
    """Log-odds, outcome and weight of the rows that a prediction was made for, riskiest last."""
    pairs = list(zip(kept["log_odds"], kept["bad"], kept["weight"], strict=True))
    return sorted(pairs[at] for at in _judged(kept, left_out))


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
