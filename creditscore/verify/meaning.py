"""What a decision report says of scores like its own, counted again among the kept rows in plain Python."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

from creditscore.verify.reliability import beta_below, probability

_NEAR: Final = 1e-9
_NEAR_END: Final = 1e-6
_FEWEST, _MOST, _SHARE, _TAIL = 50, 200, 0.2, 0.025


def meaning_faults(stated: Mapping[str, Any], log_odds: float, kept: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a report says otherwise than the nearest of the kept rows do.

    Parameters
    ----------
    stated : mapping
        The part of the report.
    log_odds : float
        Of the decision.
    kept : mapping
        ``held_out.json`` of the model.
    """
    rows = [
        (abs(odds - log_odds), at, odds, bad)
        for at, (odds, bad, weight) in enumerate(
            zip(kept["log_odds"], kept["bad"], kept["weight"], strict=True)
        )
        if odds is not None and weight > 0.0
    ]
    number = min(max(_FEWEST, min(_MOST, round(_SHARE * len(rows)))), len(rows))
    near = sorted(rows)[:number]
    risks = [probability(row[2]) for row in near]
    bads = sum(1 for row in near if row[3])
    expected = {
        "rows": number, "bads": bads, "observed": bads / number, "predicted": math.fsum(risks) / number,
        "from": min(risks), "to": max(risks),
    }  # fmt: skip
    for name, value in expected.items():
        if isinstance(stated[name], bool) or abs(stated[name] - value) > _NEAR:
            yield f"meaning.{name}: {value!r}, not {stated[name]!r}"
    a, b = bads + 0.5, number - bads + 0.5
    below = 0.0 if bads == 0 and stated["low"] == 0.0 else abs(beta_below(stated["low"], a, b) - _TAIL)
    whole = bads == number and stated["high"] == 1.0
    above = 0.0 if whole else abs(1.0 - beta_below(stated["high"], a, b) - _TAIL)
    for name, off in (("low", below), ("high", above)):
        if not off <= _NEAR_END:
            yield f"meaning.{name} is not the end of Jeffreys' interval"
