"""The decision of a policy, worked out again: rules first, then the cut-off, then what may be said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from creditscore.verify.again.given import Given
from creditscore.verify.again.interval import straddles
from creditscore.words.languages import LANGUAGES, texts_in

_SMALL: Final = ("minimum_share", "limit")
_EMPTY_FACT: Final[Mapping[str, Any]] = {
    "window": "", "as_of": None, "of": None, "own_value": None, "reference_value": None, "direction": None,
    "population": "", "scarce": False, "value_label": "", "reference_label": "", "currency": "",
    "absence": "", "known_count": None, "needed_count": None,
}  # fmt: skip


def subjects(given: Given, scored: Mapping[str, Any]) -> dict[str, Any]:
    """What rules may compare: the application, the features, and the results."""
    values = dict(zip(given.features, given.values, strict=True))
    results = {f"result.{name}": scored[name] for name in ("score", "probability_of_default", "grade")}
    return {**given.record["inputs"]["application"], **values, **results}


def fired(policy: Mapping[str, Any], values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Name every rule that declines, as a reason."""
    found = []
    for rule in policy["rules"]:
        value = values.get(rule["subject"])
        absent = value is None or value != value
        if rule["when_missing"] == "fire" if absent else _holds(value, rule["comparison"], rule["value"]):
            found.append(_as_reason(rule, None if absent else value))
    return found


def _holds(value: Any, comparison: str, limit: Any) -> bool:
    limits = limit if isinstance(limit, list) else [limit]
    if isinstance(value, int | float):
        limits = [float(one) for one in limits]
        value = float(value)
    match comparison:
        case "<":
            return bool(value < limits[0])
        case "<=":
            return bool(value <= limits[0])
        case ">":
            return bool(value > limits[0])
        case ">=":
            return bool(value >= limits[0])
        case "==" | "in":
            return value in limits
        case "!=" | "not in":
            return value not in limits
    raise ValueError(f"a rule compares by {comparison!r}")


def _as_reason(rule: Mapping[str, Any], value: Any) -> dict[str, Any]:
    number = float(value) if isinstance(value, int | float) else None
    words = rule["texts"]
    spoken = {}
    for language in LANGUAGES:
        texts = texts_in(language)
        digits = str.maketrans("0123456789", texts.script.digits)
        spoken[language] = words.get(language) or texts.rule.format(code=rule["code"]).translate(digits)
    fact = {
        "feature": rule["subject"], "label": rule["subject"].replace("_", " "), "value": number, "unit": "",
        "sign": 0, **_EMPTY_FACT,
    }  # fmt: skip
    return {
        "kind": "policy", "code": rule["code"], "group": rule["key"], "text": words["en"], "points_lost": 0.0,
        "share": 0.0, "features": [rule["subject"]], "fact": fact, "told": "rule", "source": "own",
        "texts": spoken,
    }  # fmt: skip


def decided(
    given: Given,
    rules: Sequence[Mapping[str, Any]],
    judged: Mapping[str, Any],
    score: int | None,
    interval: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """Say what the policy decides, and where too little may be said of a decline, that a person decides.

    Parameters
    ----------
    given : Given
    rules : sequence of mapping
        Those that fired.
    judged : mapping
        ``given`` and ``dropped`` reasons of the model.
    score : int or None
    interval : mapping or None
        Of the score.
    """
    policy = given.record["policy"]
    if policy is None:
        return {"decision": "none", "cutoff": None, "referred_because": None}
    cutoff, below, because = policy["cutoff"], policy["refer_below"], None
    if rules:
        decision = "decline"
    elif score is None:
        decision = "refer"
    elif straddles(policy, interval, cutoff):
        below_it = unsaid_of(judged, cutoff - score) if score < cutoff else None
        decision, because = "refer", below_it or by_interval(judged)
    elif given.history_alone:
        decision = "refer"
    elif score < cutoff:
        because = unsaid_of(judged, cutoff - score)
        decision = "decline" if because is None else "refer"
    else:
        decision = "refer" if (below is not None and score < below) or given.code else "approve"
    return {"decision": decision, "cutoff": cutoff, "referred_because": because}


def unsaid_of(judged: Mapping[str, Any], short: float) -> dict[str, Any] | None:
    """Say why a decline by a score that is short of so many points may not stand; None where it may."""
    said, unsaid, lost = _points(judged)
    unread = sum(one["points_lost"] for one in judged["dropped"] if one["guard"] == "unread")
    if not judged["given"]:
        why = "no_reason"
    elif 0.0 < short <= unread:
        why = "unread"
    elif unsaid > said or unsaid > lost / 2.0:
        why = "held_back"
    else:
        return None
    return {"why": why, "withheld": unsaid, "given": said, "lost": lost}


def by_interval(judged: Mapping[str, Any]) -> dict[str, Any]:
    """Say that the interval of the score asks for a person."""
    said, unsaid, lost = _points(judged)
    return {"why": "interval", "withheld": unsaid, "given": said, "lost": lost}


def _points(judged: Mapping[str, Any]) -> tuple[float, float, float]:
    said = sum(one["points_lost"] for one in judged["given"])
    lost = said + sum(one["points_lost"] for one in judged["dropped"])
    unsaid = sum(one["points_lost"] for one in judged["dropped"] if one["guard"] not in _SMALL)
    return said, unsaid, lost
