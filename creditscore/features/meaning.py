"""Whether saved features still mean what they meant: a model must not be fed other values under old names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from creditscore._ground.instants import parse_window
from creditscore.errors import FeatureError
from creditscore.features.definition import FeatureSet
from creditscore.features.formula import Term, terms
from creditscore.features.registry import view_version


def check_meaning(saved: Sequence[Mapping[str, Any]], features: FeatureSet) -> None:
    """Refuse saved features of which a view, or the length of a month, has changed since.

    Parameters
    ----------
    saved : sequence of mapping
        The declarations as they were written by ``FeatureSet.to_json``.
    features : FeatureSet
        The same, read.

    Raises
    ------
    FeatureError
        Names the features, what changed, and the remedy.
    """
    faults: dict[str, list[str]] = {}
    for written, feature in zip(saved, features, strict=True):
        for term in terms(feature.formula):
            fault = _fault(term, written.get("views"))
            if fault:
                faults.setdefault(fault, []).append(feature.name)
    if faults:
        listed = "; ".join(f"{fault} ({_some(names)})" for fault, names in faults.items())
        raise FeatureError(
            f"Its features meant something else when it was fitted: {listed}. Fit it again with this "
            "version, or use it with the version that its manifest names."
        )


def _fault(term: Term, views: Mapping[str, int] | None) -> str:
    then, now = (1 if views is None else views.get(term.view, 1)), view_version(term.view)
    if then != now:
        return f"the view {term.view!r} has version {now} here and had {then}"
    if views is None and term.window is not None and parse_window(term.window).months:
        return "months are calendar months here and were 30 days"
    return ""


def _some(names: Sequence[str]) -> str:
    distinct = list(dict.fromkeys(names))
    return ", ".join(distinct[:3]) + (f" and {len(distinct) - 3} more" if len(distinct) > 3 else "")
