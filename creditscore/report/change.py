"""The change report: what happens to whom if one model takes the place of another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar, Final

from numpy.typing import ArrayLike

from creditscore._ground.canonical import canonical_v1, sha256
from creditscore.assess.change import compare_models
from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.errors import ParameterError
from creditscore.pipeline.facade import CreditPipeline
from creditscore.report.document import Report
from creditscore.report.naming import feature_label, group_title, knowing_features
from creditscore.report.pages.change import change_page
from creditscore.report.pages.parts import made_with
from creditscore.report.renderer import renderer
from creditscore.report.writing import Calendar, Writer
from creditscore.scoring.mismatch import OnMismatch
from creditscore.words.languages import Language

SCHEMA: Final = "creditscore.change-report/1"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ChangeReport(Report):
    """One model against the one that it would replace, as JSON, HTML and PDF; made by `change_report`."""

    SCHEMA_FILE: ClassVar[str] = "change-report.schema.json"

    def _page(self) -> str:
        return change_page(self.data)


def change_report(
    before: CreditPipeline,
    after: CreditPipeline,
    applications: Applications,
    portfolio: Portfolio,
    bad: ArrayLike | None = None,
    *,
    cutoff: float | None = None,
    cutoff_before: float | None = None,
    segments: Mapping[str, Sequence[Any]] | None = None,
    most: int = 2_000,
    resamples: int = 200,
    language: Language = "en",
    calendar: Calendar = "gregorian",
    generated_at: datetime | None = None,
    seed: int = 0,
    threads: int | None = None,
    on_mismatch: OnMismatch = "refuse",
) -> ChangeReport:
    """Report whose score moves, by what, which reasons change and who flips.

    Parameters
    ----------
    before, after : CreditPipeline
        The model in use and the one that would take its place, fitted or loaded.
    applications : Applications
        Best such that neither was fitted on; the report says what they are for each.
    portfolio : Portfolio
    bad : array-like of shape (n_applications,), or mapping by application id, optional
        1 bad, 0 good, NaN not known.
    cutoff, cutoff_before : float, optional
        The lowest scores that are approved, by the new model and by the one before (default: the same).
    segments : mapping of str to sequence of length n_applications, or to mapping by application id, optional
        Labels by which the change is parted.
    most : int, default=2000
        Applications at most whose contributions and reasons are compared.
    resamples : int, default=200
        Of the bootstrap, for each interval.
    language : {"en", "fa", "zh"}
    calendar : {"gregorian", "jalali"}
    generated_at : datetime, optional
        With a zone; default: now.
    seed : int
        Of everything that is drawn.
    threads : int, optional
        Default: one a processor. No figure depends on it.
    on_mismatch : {"refuse", "count"}, default "refuse"
        As for `CreditPipeline.score_many`.

    Returns
    -------
    ChangeReport

    Raises
    ------
    ParameterError
        If `generated_at` has no zone, no application is scored by both, or `cutoff_before` stands alone.

    Examples
    --------
    >>> import creditscore as cs
    >>> german = cs.datasets.load_german()
    >>> pipelines = [
    ...     cs.CreditPipeline([cs.application_features(columns)], scorer=cs.CreditScorer(n_estimators=20))
    ...     for columns in (("amount", "term_days"), german.columns)
    ... ]
    >>> before, after = (one.fit(german.applications, cs.Portfolio(), german.bad) for one in pipelines)
    >>> asked = german.applications
    >>> report = cs.change_report(before, after, asked, cs.Portfolio(), german.bad, resamples=20)
    >>> report.data["points"]["applications"], len(report.data["features_dropped"])
    (1000, 0)
    """
    at = generated_at or datetime.now(UTC)
    if at.tzinfo is None:
        raise ParameterError.must_be("generated_at", "a datetime with a time zone", generated_at)
    found = compare_models(
        before, after, applications, portfolio, bad, cutoff=cutoff, cutoff_before=cutoff_before,
        segments=segments, most=most, resamples=resamples, seed=seed, threads=threads,
        on_mismatch=on_mismatch,
    )  # fmt: skip
    features = {one.name: one for model in (before, after) for one in model.model.computer.features}
    writer = knowing_features(Writer(language, calendar), features.values())
    groups = {one.group for one in found.shifts} | {one.group for one in found.reasons.first}
    body: dict[str, Any] = found.to_dict() | {
        "schema": SCHEMA,
        "language": language,
        "calendar": calendar,
        "generated_at": at.isoformat(),
        "environment": {"creditscore": made_with(), "renderer": renderer()},
        "names": {
            "groups": {group: group_title(group, writer) for group in sorted(groups - {""})},
            "features": {
                name: feature_label(features[name].label, features[name].reason_group, writer)
                for name in (*found.features_added, *found.features_dropped)
            },
        },
    }
    return ChangeReport(body | {"sha256": sha256(canonical_v1(body))})
