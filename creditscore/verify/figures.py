"""Figures of a model report, computed again from the rows that are kept with the model, in plain Python."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

Row = tuple[float, float, float]
_NEAR = 1e-9


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
        found = figures_of(rows)
        for figure, value in found.items():
            said = stated[figure] if figure in ("applications", "bads", "bad_rate") else None
            said = stated["figures"][figure]["value"] if said is None else said
            if said is None or not abs(said - value) <= _NEAR:
                yield f"{name}.{figure}: {value!r}, not {said!r}"


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


def figures_of(rows: Sequence[Row]) -> dict[str, float]:
    """Compute what needs no fitting: counts, bad rate, AUC, Gini, KS, Brier score and log loss.

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
    predicted = [(_probability(log_odds), bad, weight) for log_odds, bad, weight in rows]
    area = won / (bads * goods)
    return {
        "applications": len(rows),
        "bads": sum(1 for _, bad, _ in rows if bad),
        "bad_rate": bads / whole,
        "auc": area,
        "gini": 2.0 * area - 1.0,
        "ks": widest,
        "brier": math.fsum(weight * (risk - bad) ** 2 for risk, bad, weight in predicted) / whole,
        "log_loss": -math.fsum(w * math.log(p if bad else 1.0 - p) for p, bad, w in predicted) / whole,
    }


def _probability(log_odds: float) -> float:
    small = math.exp(-abs(log_odds))
    return (1.0 if log_odds >= 0 else small) / (1.0 + small)
