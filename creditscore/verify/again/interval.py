"""The interval of a score, worked out again from the file of the model and the values of the features."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from creditscore.verify.again.given import Given
from creditscore.verify.again.outcome import within_scale


def interval_of(given: Given, scored: Mapping[str, Any]) -> dict[str, Any] | None:
    """Work out the interval; None without a score, and where the model has no intervals.

    Parameters
    ----------
    given : Given
    scored : mapping
        The outcome, as worked out again.
    """
    stored = given.model.intervals
    if stored is None or not given.is_scored:
        return None
    known = {name for name, columns in stored["columns"].items() if _there(given, columns)}
    fitting = [line for line in stored["lines"] if set(line["groups"]) == known]
    line = fitting[0] if fitting else stored["elsewhere"]
    z = scored["log_odds"]
    middle = line["intercept"] + line["slope"] * z
    if z > line["knot"]:
        middle += line["bend"] * (z - line["knot"])
    low = min(z, middle - stored["quantile"] * line["deviation"])
    high = max(z, middle + stored["quantile"] * line["deviation"])
    return {
        "level": stored["level"],
        "low": 1.0 / (1.0 + math.exp(-low)),
        "high": 1.0 / (1.0 + math.exp(-high)),
        "score_low": _points(given, high),
        "score_high": _points(given, low),
    }


def straddles(policy: Mapping[str, Any], interval: Mapping[str, Any] | None, cutoff: float) -> bool:
    """Say whether a policy refers somebody because an interval lies on both sides of a cut-off."""
    if interval is None or not policy.get("refer_straddling", False):
        return False
    return bool(interval["score_low"] < cutoff <= interval["score_high"])


def _there(given: Given, columns: list[int]) -> bool:
    return any(given.values[column] == given.values[column] for column in columns)


def _points(given: Given, log_odds: float) -> int:
    return within_scale(round(given.offset - given.factor * log_odds), given.model.scale)
