"""What a model must hold, by thresholds that are stated, with pass or fail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from creditscore.assess.population import SHIFTED
from creditscore.assess.values import Measurement

ADDITIVITY: Final = 1e-9
SLOPE: Final = (0.8, 1.2)
SAME_OF_THREE: Final = 2.0
GAMING_POINTS: Final = 10.0
CHANCE: Final = 0.5
# The four fifths of 29 CFR 1607.4 D: a rule of thumb, and no law of lending.
IMPACT_RATIO: Final = 0.8
# From which ratio of bad rates on declining screens; its interval must lie above.
SCREENING: Final = 1.0
_SURE: Final = ("screens", "does_not_screen")


@dataclass(frozen=True, slots=True)
class Threshold(Measurement):
    """One threshold.

    Attributes
    ----------
    name : str
    found : float
        What was measured.
    least, most : float or None
        Within which it must lie; None where there is no such end.
    passed : bool
    """

    name: str
    found: float
    least: float | None
    most: float | None
    passed: bool


def thresholds_of(report: Mapping[str, Any]) -> tuple[Threshold, ...]:
    """Hold what a report measured against its thresholds; what it did not measure is left out.

    Parameters
    ----------
    report : mapping
        Sections of a model report as plain data.
    """
    return tuple(
        Threshold(
            name, found, least, most, (least is None or found >= least) and (most is None or found <= most)
        )
        for name, found, least, most in _measured(report)
    )


def _judged(report: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the figures that judge: never those of training rows."""
    found = report.get("performance", {})
    overall: Mapping[str, Any] = found.get("overall", {})
    return report.get("kept", {}) if found.get("basis") == "training" else overall


def _measured(report: Mapping[str, Any]) -> Iterator[tuple[str, float, float | None, float | None]]:
    if "quality" in report:
        yield "additivity", float(report["quality"]["additivity"]), None, ADDITIVITY
        yield "identical", float(report["quality"]["identical"]), 1.0, None
    if "dictionary" in report and report["dictionary"]["signs"].get("trials") != 0:
        yield "signs", float(report["dictionary"]["signs"]["violations"]), None, 0.0
    if "leakage" in report:
        yield "leakage", float(sum(not check["passed"] for check in report["leakage"])), None, 0.0
    judged = _judged(report).get("figures", {})
    area, slope = judged.get("auc"), judged.get("calibration_slope")
    if area is not None and area["low"] is not None:
        yield "better_than_chance", float(area["low"]), CHANCE, None
    if slope is not None and slope["value"] is not None:
        yield "calibration_slope", float(slope["value"]), *SLOPE
    if "of_three" in report.get("stability", {}):
        yield "of_three", float(report["stability"]["of_three"]), SAME_OF_THREE, None
    if "population" in report:
        yield "score_shift", float(report["population"]["score"]["index"]), None, SHIFTED
        largest = max((one["index"] for one in report["population"]["features"]), default=0.0)
        yield "feature_shift", float(largest), None, SHIFTED
    effects = report.get("gaming", {}).get("effects")
    if effects:
        yield "gaming", float(max(effect["highest"] for effect in effects)), None, GAMING_POINTS
    yield from _of_people(report)


def _of_people(report: Mapping[str, Any]) -> Iterator[tuple[str, float, float | None, float | None]]:
    """Yield what is measured of groups of people, and of those whom earlier decisions left out."""
    attributes = report.get("fairness", {}).get("figures", {}).get("attributes", ())
    ratios = [one["figures"]["lowest_impact_ratio"]["value"] for one in attributes]
    known = [float(ratio) for ratio in ratios if ratio is not None]
    if known:
        yield "impact_ratio", min(known), IMPACT_RATIO, None
    quality = report.get("selection", {}).get("quality", {})
    if quality.get("verdict") in _SURE and quality["ratio"]["low"] is not None:
        yield "screening", float(quality["ratio"]["low"]), SCREENING, None
