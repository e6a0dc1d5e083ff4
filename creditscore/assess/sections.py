"""Which sections of a validation passed, which failed, and which were not assessed, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from creditscore.assess.values import Measurement

Result: TypeAlias = Literal["passed", "failed", "stated", "not_assessed"]

# What a section stands on in the report, and the thresholds that judge it.
SECTIONS: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "purpose": (("purpose",), ()),
    "data": (("data",), ("score_shift", "feature_shift")),
    "features": (("dictionary",), ("signs",)),
    "performance": (("performance",), ("better_than_chance",)),
    "calibration": (("performance", "calibration"), ("calibration_slope",)),
    "leakage": (("leakage",), ("leakage",)),
    "selection": (("selection",), ("screening",)),
    "explanations": (("quality",), ("additivity", "identical", "of_three")),
    "fairness": (("fairness",), ("impact_ratio",)),
    "monitoring": (("monitoring",), ()),
    "robustness": (("gaming",), ("gaming",)),
    "limits": (("limits",), ()),
}
# The check that shows that outcomes were looked for in the features: without them nobody can know of leakage.
_OF_OUTCOMES: Final = "best_single_feature"


@dataclass(frozen=True, slots=True)
class SectionResult(Measurement):
    """What came of one section.

    Attributes
    ----------
    section : str
    result : {"passed", "failed", "stated", "not_assessed"}
        ``"stated"``: it is there, and no threshold judges it.
    failed : tuple of str
        Thresholds that do not hold.
    why : str or None
        Why it was not assessed.
    """

    section: str
    result: Result
    failed: tuple[str, ...]
    why: str | None


def sections_of(report: Mapping[str, Any], missing: Mapping[str, str]) -> tuple[SectionResult, ...]:
    """Say what came of each section of a model report.

    Parameters
    ----------
    report : mapping
        Sections of a model report as plain data, its thresholds among them.
    missing : mapping of str to str
        Why parts are not there.

    Examples
    --------
    >>> found = sections_of({"quality": {}, "thresholds": [{"name": "identical", "passed": False}]}, {})
    >>> [(one.section, one.failed) for one in found if one.result == "failed"]
    [('explanations', ('identical',))]
    """
    passed = {one["name"]: bool(one["passed"]) for one in report.get("thresholds", ())}
    return tuple(_section(name, report, passed, missing) for name in SECTIONS)


def _section(
    name: str, report: Mapping[str, Any], passed: Mapping[str, bool], missing: Mapping[str, str]
) -> SectionResult:
    parts, thresholds = SECTIONS[name]
    if not any(_is_given(report.get(part)) for part in parts):
        why = next((missing[part] for part in parts if part in missing), "not_given")
        return SectionResult(name, "not_assessed", (), why)
    judged = [one for one in thresholds if one in passed]
    failed = tuple(one for one in judged if not passed[one])
    left_open = None if failed else _left_open(name, report, judged)
    if left_open is not None:
        return SectionResult(name, "not_assessed", (), left_open)
    if judged:
        return SectionResult(name, "failed" if failed else "passed", failed, None)
    return SectionResult(name, "stated", (), None)


def _left_open(name: str, report: Mapping[str, Any], judged: Sequence[str]) -> str | None:
    """Say why a section in which nothing failed was not assessed all the same; None if it was.

    Selection says something only by its threshold, but where nobody was declined, and so nothing overlaps.
    """
    if name == "leakage" and all(one.get("check") != _OF_OUTCOMES for one in report[name]):
        return "outcomes_not_given"
    some_declined = name == "selection" and report[name].get("overlap", 0.0) is not None
    return "few_explored" if some_declined and not judged else None


def _is_given(part: Any) -> bool:
    """Tell whether a part says anything; an object of texts that are all empty does not."""
    if isinstance(part, Mapping):
        return not part or any(text not in ("", None) for text in part.values())
    return part is not None and part != []
