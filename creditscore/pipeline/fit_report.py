"""How a pipeline was fitted, and how well it does on rows that it has not seen."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from html import escape
from typing import Any, Final

from creditscore.pipeline.caution import Caution
from creditscore.pipeline.masks import SourceMask, SourceMasks
from creditscore.validation.results import Metric, Performance
from creditscore.words.plain import PLAIN

# Of those left out, the ones whom no outcome could ever speak of: declined, as a rule.
UNJUDGED: Final = ("no_loan", "unlabelled")
# Written only where there is one: what was saved before keeps its bytes.
_OF_LAW: Final = ("law", "left_out", "absence")


@dataclass(frozen=True, slots=True)
class FitReport:
    """How a pipeline was fitted.

    Attributes
    ----------
    applications, used : int
        Applications given, and those with a known outcome and the minimum data.
    excluded : mapping of str to int
        Why the others were left out: ``immature``, ``indeterminate``, ``no_loan``, ``unlabelled``, ...
    folds : str
        What was judged and what is deployed, in a sentence.
    features : int
        Features that the model may use.
    unavailable : tuple of str
        Features that are NaN for everyone because a table or a column is missing.
    unsayable : mapping of str to str
        Features that the model was not given because they could not be named to an applicant, and why.
    trees : int
        Trees in the model.
    performance, baseline : Performance or None
        Of the model and of the logistic baseline, on the report rows alone; None if the report rows hold only
        goods or only bads. Weights count.
    warnings : tuple of Caution
        What a careful colleague would say of the fit.
    screened : tuple of str
        Features that the model was offered and no tree was given, for they told no more than chance.
    recalibrated : tuple of str
        What newer outcomes said of the level of risk, each time that they were asked.
    law : str
        Under which it was fitted: name, day and hash; empty for none.
    left_out : tuple of str
        Features that the law removed, each with the tags and the rules.
    absence : str
        What was proven of all that it forbids.
    masks : SourceMasks or None
        Of a fit with copies of rows without some sources: what the score is worth in each combination of
        them, on the rows and copies that stand in it, out of fold. None for others.
    unworded : tuple of str
        Features with English words alone: in every other language they are told by the lender's name for
        them, unless a label is given.
    """

    applications: int
    used: int
    excluded: Mapping[str, int]
    folds: str
    features: int
    unavailable: tuple[str, ...]
    trees: int
    performance: Performance | None
    baseline: Performance | None
    unsayable: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[Caution, ...] = ()
    screened: tuple[str, ...] = ()
    recalibrated: tuple[str, ...] = ()
    law: str = ""
    left_out: tuple[str, ...] = ()
    absence: str = ""
    masks: SourceMasks | None = None
    unworded: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Write the report as plain data."""
        plain = asdict(self) | {
            "excluded": dict(self.excluded),
            "unavailable": list(self.unavailable),
            "unsayable": dict(self.unsayable),
            "warnings": [one.to_dict() for one in self.warnings],
            "screened": list(self.screened),
            "recalibrated": list(self.recalibrated),
            "left_out": list(self.left_out),
            "unworded": list(self.unworded),
        }
        plain.pop("masks")
        if self.masks is not None:
            plain["masks"] = [one.to_dict() for one in self.masks.masks]
        if not self.law:
            plain = {name: part for name, part in plain.items() if name not in _OF_LAW}
        for name in ("performance", "baseline"):
            if plain[name] is not None:
                plain[name]["metrics"] = [_named(metric) for metric in plain[name]["metrics"]]
        return plain

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> FitReport:
        """Read what ``to_dict`` wrote."""
        plain = {"unsayable": {}} | {part.name: data[part.name] for part in fields(cls) if part.name in data}
        plain["warnings"] = tuple(map(Caution.from_dict, data.get("warnings", ())))
        plain["unavailable"] = tuple(plain["unavailable"])
        for name in ("screened", "recalibrated", "left_out", "unworded"):
            plain[name] = tuple(map(str, data.get(name, ())))
        for name in ("performance", "baseline"):
            plain[name] = None if plain[name] is None else _performance(plain[name])
        if plain.get("masks") is not None:
            plain["masks"] = SourceMasks(tuple(map(SourceMask.from_dict, plain["masks"])))
        return cls(**plain)

    def __str__(self) -> str:
        left_out = ", ".join(f"{count:,} {why}" for why, count in self.excluded.items() if count) or "none"
        lines = [
            f"{self.used:,} of {self.applications:,} applications used (left out: {left_out})",
            f"{self.features} features, {len(self.unavailable)} of them without data; {self.trees} trees",
            self.folds,
            *self._accepted_only(),
            *self.recalibrated,
            *(f"{one.code}: {one.text}" for one in self.warnings),
        ]
        if self.law:
            lines += [f"fitted under the law of {self.law}", self.absence]
            lines += [f"left by law: {one}" for one in self.left_out]
        if self.screened:
            lines.append(f"{len(self.screened)} features told no more than chance and are read by no tree")
        if self.unsayable:
            lines.append(f"not given to the model, for they may not be named: {', '.join(self.unsayable)}")
        if self.unworded:
            named = ", ".join(self.unworded)
            lines.append(f"told in other languages than English by name alone, for want of a label: {named}")
        for title, performance in (("model", self.performance), ("logistic baseline", self.baseline)):
            if performance is not None:
                lines += ["", f"{title}", str(performance)]
        if self.masks is not None:
            lines += ["", "combinations of sources", str(self.masks)]
        return "\n".join(lines)

    __repr__ = __str__

    def _accepted_only(self) -> tuple[str, ...]:
        """Say that figures are of those with an outcome, where others never had a loan to have one."""
        none = sum(self.excluded.get(why, 0) for why in UNJUDGED)
        return (PLAIN["accepted_only"].format(none=none, everyone=self.applications),) if none else ()

    def _repr_html_(self) -> str:
        head, _, _ = str(self).partition("\n\n")
        parts = [f"<p dir='auto'>{escape(head).replace(chr(10), '<br>')}</p>"]
        for title, performance in (("Model", self.performance), ("Logistic baseline", self.baseline)):
            if performance is not None:
                parts.append(f"<h4>{title}</h4>{performance._repr_html_()}")
        if self.masks is not None:
            parts.append(f"<h4>Combinations of sources</h4>{self.masks._repr_html_()}")
        return "".join(parts)


def _named(metric: Mapping[str, Any]) -> dict[str, Any]:
    """Write what is no finite number by its name, as JSON has no number for it: a slope without end, say."""
    return {
        name: str(value) if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in metric.items()
    }


def _performance(data: Mapping[str, Any]) -> Performance:
    metrics = tuple(
        Metric(metric["name"], *(float(metric[part]) for part in ("value", "low", "high")))
        for metric in data["metrics"]
    )
    return Performance(**{**data, "metrics": metrics})
