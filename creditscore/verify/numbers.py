"""Numbers of a model folder: each within what a model can have, or it is named."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from creditscore.verify.reading import read_json

_SCALE: Final = frozenset(
    {"reference_score", "reference_good_bad_odds", "points_to_double_odds", "minimum", "maximum"}
)
_GRADES: Final = frozenset({"lowest", "highest", "grades", "floor"})
_MOST_GRADES: Final = 10_000
_POPULATIONS: Final = ("training_mean", "approved", "near_cutoff")
_FITTED: Final = frozenset({"signs", "categories", "calibration", "feature_names"})


def odd_numbers(contents: Mapping[str, bytes], features: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Name every number of the parts that no model has.

    Parameters
    ----------
    contents : mapping of str to bytes
        The parts, by name.
    features : sequence of mapping
        The declarations.
    """
    fitted, scales, references = (
        read_json(contents[name], name) for name in ("model.json", "scales.json", "references.json")
    )
    yield from _fitted(fitted, len(features))
    yield from _scales(scales["scale"], scales["master_scale"])
    for reference in references:
        yield from _reference(reference, [feature["name"] for feature in features])
    if "held_out.json" in contents:
        yield from _unseen_rows(read_json(contents["held_out.json"], "held_out.json"))


def _fitted(fitted: Mapping[str, Any], n_features: int) -> Iterator[str]:
    if set(fitted) - {"cells"} != _FITTED:
        yield "model.json has other parts than a fitted model"
        return
    if any(type(sign) is not int or sign not in (-1, 0, 1) for sign in fitted["signs"]):
        yield "a sign is not -1, 0 or 1"
    if not _is_line(fitted["calibration"]):
        yield "the calibration has no slope above 0, or no intercept"
    if "cells" in fitted:
        yield from _cells(fitted["cells"], n_features)
    for column, labels in fitted["categories"].items():
        if not 0 <= int(column) < n_features or not all(map(_real, labels)):
            yield f"the categories of column {column[:20]} are no numbers, or of no feature"
        elif any(one >= other for one, other in pairwise(labels)):
            yield f"the categories of column {column[:20]} do not rise"


def _is_line(line: Mapping[str, Any]) -> bool:
    return _real(line["slope"]) and line["slope"] > 0 and _real(line["intercept"])


def _cells(cells: Mapping[str, Any], n_features: int) -> Iterator[str]:
    """Check that groups part the columns, and that every line is one of a combination of groups."""
    if set(cells) != {"columns", "lines"}:
        yield "the cells have other parts than columns and lines"
        return
    groups = [name for name, _ in cells["columns"]]
    every = [column for _, columns in cells["columns"] for column in columns]
    if any(type(one) is not int or not 0 <= one < n_features for one in every) or len({*every}) < len(every):
        yield "the groups of the cells name a column twice, or one that is none"
    if len({*groups}) < len(groups) or not all(columns for _, columns in cells["columns"]):
        yield "a group of the cells is named twice, or has no column"
    for name, line in cells["lines"].items():
        if name and name.split("+") != [one for one in groups if one in name.split("+")]:
            yield f"a line of the cells is of {name[:60]!r}, which is no combination of groups"
        if not _is_line(line):
            yield f"the line of {name[:60]!r} has no slope above 0, or no intercept"


def _scales(scale: Mapping[str, Any], grades: Mapping[str, Any]) -> Iterator[str]:
    if set(scale) != _SCALE or not all(map(_real, scale.values())):
        yield "the scale has other settings, or settings that are no numbers"
    elif min(scale["reference_good_bad_odds"], scale["points_to_double_odds"]) <= 0:
        yield "the scale has odds or points that are not above 0"
    elif not (
        type(scale["minimum"]) is type(scale["maximum"]) is int and scale["minimum"] < scale["maximum"]
    ):
        yield "the scale ends before it begins"
    if set(grades) != _GRADES or not all(map(_real, grades.values())) or type(grades["grades"]) is not int:
        yield "the master scale has other settings, or settings that are no numbers"
    elif not (0 < grades["lowest"] < grades["highest"] < 1 and 0 <= grades["floor"] < 1):
        yield "the master scale has no probabilities that rise"
    elif not 2 <= grades["grades"] <= _MOST_GRADES:
        yield "the master scale has too few or too many grades"


def _reference(reference: Mapping[str, Any], names: list[str]) -> Iterator[str]:
    what = f"the reference {str(reference['name'])[:40]!r}"
    if not isinstance(reference["name"], str) or reference["name"] not in _POPULATIONS:
        yield f"{what} is of an unknown population"
    elif reference["name"] != _POPULATIONS[0] and not _real(reference["cutoff"]):
        yield f"{what} has no cut-off"
    if not isinstance(reference.get("labels", {}), dict) or not isinstance(reference.get("scarce", []), list):
        yield f"{what} has labels or scarce features of another form"
    if not all(reference[end] is None or _real(reference[end]) for end in ("cutoff", "band")):
        yield f"{what} has a cut-off or a band that is no number"
    if reference["feature_names"] != names:
        yield f"{what} names other features"
    if len(reference["means"]) != len(names) or not all(map(_real, reference["means"])):
        yield f"{what} has no mean for each feature"
    if len(reference["typical"]) != len(names) or not all(
        v is None or _real(v) for v in reference["typical"]
    ):
        yield f"{what} has no usual value for each feature"
    if type(reference["rows"]) is not int or reference["rows"] < 0:
        yield f"{what} is of no number of rows"


def _unseen_rows(stored: Any) -> Iterator[str]:
    if stored is None:
        return
    rows = len(stored["index"])
    for name, values in stored.items():
        if isinstance(values, list) and len(values) != rows:
            yield f"held_out.json has {len(values)} values of {name[:40]} for {rows} rows"


def _real(value: Any) -> bool:
    return type(value) in (int, float) and math.isfinite(value)
