"""What somebody could do, checked again: each change scored, and none left out that is seen at once."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from creditscore.verify.again.given import Given
from creditscore.verify.again.outcome import within_scale
from creditscore.verify.findings import near

AMOUNT: Final = "amount"
TERM: Final = "term_days"
INSTALMENT: Final = "instalment"
MOST: Final = 3
_SHARES: Final = (0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1)
_TERMS: Final = (0.5, 0.75, 1.25, 1.5, 2.0, 3.0)
_OF_CONDUCT: Final = ("pay_overdue", "on_time", "wait", "card_balance", "above_zero")
_KINDS: Final = (*_OF_CONDUCT, AMOUNT, TERM, "form")
_TOLERANCE: Final = 1e-12


def change_faults(given: Given, scored: Mapping[str, Any], cutoff: float | None) -> Iterator[str]:
    """Yield what is wrong with the changes that a record proposes.

    Parameters
    ----------
    given : Given
    scored : mapping
        The outcome as worked out again.
    cutoff : float or None
        The cut-off that holds, worked out again.
    """
    proposed = given.record["counterfactuals"]
    if cutoff is None or not given.is_scored or scored["score"] >= cutoff:
        if proposed:
            yield "changes are proposed to somebody who needs none"
        return
    if len(proposed) > MOST:
        yield f"there are more than {MOST}"
    sizes = [_n_kinds(one["steps"]) for one in proposed]
    if sizes != sorted(sizes):
        yield "the fewest kinds of change do not come first"
    for number, one in enumerate(proposed):
        for fault in _faults(given, one, cutoff):
            yield f"number {number} {fault}"
    if given.replay is not None:
        yield from _left_out(given, proposed, cutoff)


def _n_kinds(steps: Sequence[Mapping[str, Any]]) -> int:
    """Count kinds of change: to pay what is overdue and what falls due until a day is one."""
    kinds = {step["kind"] for step in steps}
    return len(steps) - ("pay_overdue" in kinds and not kinds.isdisjoint(("on_time", "wait")))


def _faults(given: Given, one: Mapping[str, Any], cutoff: float) -> Iterator[str]:
    columns = {name: number for number, name in enumerate(given.features)}
    after = list(given.values)
    names = [change["feature"] for change in one["changes"]]
    if names != sorted(set(names), key=lambda name: columns[name]):
        yield "names its features in another order, or twice"
    for change in one["changes"]:
        column = columns[change["feature"]]
        before = None if math.isnan(after[column]) else after[column]
        if before != change["from"] or change["from"] == change["to"]:
            yield f"starts from another value of {change['feature']}, or does not change it"
        if change["unit"] != given.features[change["feature"]]["unit"]:
            yield f"states {change['feature']} in another unit"
        after[column] = math.nan if change["to"] is None else float(change["to"])
    points, probability = _scored(given, after)
    if (points, True) != (one["score"], near(probability, one["probability_of_default"], _TOLERANCE)):
        yield f"scores {points}, not {one['score']}"
    if points < cutoff:
        yield "does not reach the cut-off"
    yield from _step_faults(given, one, after)


def _scored(given: Given, values: Sequence[float]) -> tuple[int, float]:
    log_odds = given.log_odds(list(values))
    small = math.exp(-abs(log_odds))
    points = within_scale(round(given.offset - given.factor * log_odds), given.model.scale)
    return points, (1.0 if log_odds >= 0 else small) / (1.0 + small)


def _step_faults(given: Given, one: Mapping[str, Any], after: Sequence[float]) -> Iterator[str]:
    """Yield steps that start from something else, and features that do not follow from them."""
    asked, steps = given.record["inputs"]["application"], one["steps"]
    stated = {}
    for step in steps:
        name = step["column"] or step["kind"]
        if step["kind"] not in _KINDS:
            yield f"has a step of the unknown kind {step['kind']!r}"
        elif step["kind"] not in _OF_CONDUCT:
            if step["from"] != asked.get(name) or step["to"] == step["from"]:
                yield f"starts from another {name}, or does not change it"
            stated[name] = step["to"]
    if given.replay is None or any(step["kind"] in _OF_CONDUCT for step in steps):
        return
    found = given.replay.rescored(given.record["inputs"], _asked(given, stated), given.key)
    for name, value in zip(given.features, after, strict=True):
        other = found[name]
        if not (other is None and math.isnan(value)) and other != value:
            yield f"gives {name} the value {value!r}, and {other!r} follows"


def _asked(given: Given, changed: Mapping[str, float]) -> dict[str, Any]:
    """State some columns otherwise, and with them what follows from them by declaration."""
    before = given.record["inputs"]["application"]
    row = {**before, **changed}
    if INSTALMENT in before and INSTALMENT not in changed:
        if before.get(AMOUNT):
            row[INSTALMENT] *= row[AMOUNT] / before[AMOUNT]
        if before.get(TERM) and row[TERM]:
            row[INSTALMENT] *= before[TERM] / row[TERM]
    follows = [one for one in given.model.features if one.get("follows")]
    for _ in follows:
        for feature in follows:
            column = feature["formula"]["column"]
            read = _columns(feature["follows"])
            if column in before and any(row.get(name) != before.get(name) for name in read):
                row[column] = _evaluated(feature["follows"], row)
    return row


def _columns(formula: Mapping[str, Any]) -> set[str]:
    own = {formula["column"]} if formula["kind"] == "attribute" else set()
    parts = [part for part in formula.values() if isinstance(part, Mapping)]
    return own.union(*map(_columns, parts))


def _evaluated(formula: Mapping[str, Any], row: Mapping[str, Any]) -> float:
    match formula["kind"]:
        case "attribute":
            return float(row.get(formula["column"], math.nan))
        case "difference":
            return _evaluated(formula["minuend"], row) - _evaluated(formula["subtrahend"], row)
        case "ratio":
            below = _evaluated(formula["denominator"], row)
            return _evaluated(formula["numerator"], row) / below if below else math.nan
    return math.nan


def _left_out(given: Given, proposed: Sequence[Mapping[str, Any]], cutoff: float) -> Iterator[str]:
    """Yield a single column of the application that would do by itself, and is not proposed.

    Where three other single changes are proposed already, nothing is left out.
    """
    if sum(len(one["steps"]) == 1 for one in proposed) >= MOST or given.replay is None:
        return
    asked = given.record["inputs"]["application"]
    alone = {one["steps"][0]["kind"] for one in proposed if len(one["steps"]) == 1}
    read = {name for feature in given.model.features for name in _columns_read(feature["formula"])}
    for column, others in ((AMOUNT, _smaller), (TERM, _longer)):
        value = asked.get(column)
        if column not in read or not isinstance(value, int | float) or column in alone:
            continue
        for other in others(float(value)):
            found = given.replay.rescored(given.record["inputs"], _asked(given, {column: other}), given.key)
            values = [math.nan if found[n] is None else float(found[n] or 0.0) for n in given.features]
            if _scored(given, values)[0] >= cutoff:
                yield f"{column} {other:g} alone reaches the cut-off, and is not proposed"


def _columns_read(formula: Any) -> Iterator[str]:
    if isinstance(formula, Mapping):
        if formula.get("kind") == "attribute":
            yield formula["column"]
        for part in formula.values():
            yield from _columns_read(part)


def _smaller(amount: float) -> list[float]:
    return [one for one in (_three_digits(share * amount) for share in _SHARES) if 0.0 < one != amount]


def _longer(days: float) -> list[float]:
    step = 30.0 if days % 30.0 == 0.0 else 1.0
    found = (max(step, step * round(share * days / step)) for share in _TERMS)
    return [one for one in found if 0.0 < one != days]


def _three_digits(value: float) -> float:
    """Round down to three digits."""
    if value <= 0.0:
        return 0.0
    decimals = 2 - math.floor(math.log10(value))
    scale = 10.0 ** abs(decimals)
    whole = math.floor((value * scale if decimals >= 0 else value / scale) + 1e-6)
    return whole / scale if decimals >= 0 else whole * scale
