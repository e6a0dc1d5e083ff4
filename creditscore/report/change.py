"""The change report: what happens to whom if one model takes the place of another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final

from creditscore._ground.instants import moment_or_now
from creditscore.assess.change_values import ModelChange
from creditscore.errors import ParameterError
from creditscore.pipeline.facade import CreditPipeline
from creditscore.report.document import Report, environment, hashed
from creditscore.report.naming import feature_label, group_title, knowing_features
from creditscore.report.pages.change import change_page
from creditscore.report.writing import Calendar, Writer
from creditscore.words.languages import Language

SCHEMA: Final = "creditscore.change-report/1"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ChangeReport(Report):
    """One model against the one that it would replace, as JSON, HTML and PDF; made by `change_report`."""

    SCHEMA_FILE: ClassVar[str] = "change-report.schema.json"

    def _page(self) -> str:
        return change_page(self.data)


def change_report(
    change: ModelChange,
    before: CreditPipeline,
    after: CreditPipeline,
    *,
    language: Language = "en",
    calendar: Calendar = "gregorian",
    generated_at: datetime | None = None,
) -> ChangeReport:
    """Report whose score moves, by what, which reasons change and who flips.

    Parameters
    ----------
    change : ModelChange
        What `compare_models` found.
    before, after : CreditPipeline
        The models that it was found of, which say what their features and groups are called.
    language : {"en", "fa", "zh"}
    calendar : {"gregorian", "jalali"}
    generated_at : datetime, optional
        With a zone; default: now.

    Returns
    -------
    ChangeReport

    Raises
    ------
    ParameterError
        If `generated_at` has no zone, or the change was found of other models.

    Examples
    --------
    >>> import creditscore as cs
    >>> german = cs.datasets.load_german()
    >>> pipelines = [
    ...     cs.CreditPipeline([cs.application_features(columns)], scorer=cs.CreditScorer(n_estimators=20))
    ...     for columns in (("amount", "term_days"), german.columns)
    ... ]
    >>> known = german.applications, cs.Portfolio(), german.bad
    >>> before, after = (one.fit(*known) for one in pipelines)
    >>> report = cs.change_report(cs.compare_models(before, after, *known, resamples=20), before, after)
    >>> report.data["points"]["applications"], len(report.data["features_dropped"])
    (1000, 0)
    """
    at = moment_or_now(generated_at, "generated_at")
    if not isinstance(change, ModelChange):
        raise ParameterError.must_be("change", "what compare_models found", type(change).__name__)
    for name, found, model in (("before", change.before, before), ("after", change.after, after)):
        if found.model_id != model.model.model_id:
            raise ParameterError.must_be(name, f"the model {found.model_id[:12]}", model.model.model_id[:12])
    features = {one.name: one for model in (before, after) for one in model.model.computer.features}
    writer = knowing_features(Writer(language, calendar), features.values())
    groups = {one.group for one in change.shifts} | {one.group for one in change.reasons.first}
    body: dict[str, Any] = change.to_dict() | {
        "schema": SCHEMA,
        "language": language,
        "calendar": calendar,
        "generated_at": at.isoformat(),
        "environment": environment(),
        "names": {
            "groups": {group: group_title(group, writer) for group in sorted(groups - {""})},
            "features": {
                name: feature_label(name, features[name].label, features[name].reason_group, writer)
                for name in (*change.features_added, *change.features_dropped)
            },
        },
    }
    return ChangeReport(hashed(body))
