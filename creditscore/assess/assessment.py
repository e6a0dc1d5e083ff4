"""Everything that is measured of one fitted model, as one value."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Final

from creditscore._ground.progress import progress
from creditscore.assess.faithfulness import Faithfulness, faithfulness_of
from creditscore.assess.inputs import (
    DataSummary,
    FeatureDictionary,
    ScoreDistribution,
    data_of,
    dictionary_of,
    scores_of,
)
from creditscore.assess.leakage import LeakageCheck, leakage_checks
from creditscore.assess.performance import (
    Discrimination,
    Reliability,
    SegmentFigures,
    by_segment,
    by_time,
    discrimination_of,
    reliability_of,
    rows_of_segments,
)
from creditscore.assess.population import Population, population_of
from creditscore.assess.quality import (
    ExplanationQuality,
    ReasonsGiven,
    explained,
    quality_of,
    reasons_given,
)
from creditscore.assess.sources import SourcesUsed, sources_of
from creditscore.assess.stability import RefitStability, stability_of
from creditscore.assess.study import Study
from creditscore.assess.values import Measurement, frozen_mapping, plain
from creditscore.data.aligned import by_application

NEED_OUTCOMES: Final = ("performance", "calibration", "stability")


@dataclass(frozen=True, slots=True, eq=False)
class ModelAssessment(Measurement):
    """One fitted model, measured on applications.

    Attributes
    ----------
    data : DataSummary
    dictionary : FeatureDictionary
    scores : ScoreDistribution
    quality : ExplanationQuality
    reasons : ReasonsGiven
    leakage : tuple of LeakageCheck
    sources : SourcesUsed
    absent : tuple of (str, str)
        What was not measured, and why: ``("time", "one_moment")``.
    performance : Discrimination or None
        This and what follows is None or empty where there are no goods and bads to judge by.
    calibration : Reliability or None
    time : tuple of SegmentFigures
        One for each quarter; empty where all applications have one moment.
    segments : mapping of str to tuple of SegmentFigures
        By segmentation; empty where none was given.
    segment_rows : mapping of str to tuple of int
        By segmentation, the number of the part of each row that is kept with the model; empty for other rows.
    stability : RefitStability or None
        None where no refit was asked for, or one could not be fitted.
    population : Population or None
        None where there are no training rows beside the held-out ones.
    faithfulness : Faithfulness or None
        None where the model compares nobody with anybody, or nobody has two groups that cost.
    """

    data: DataSummary
    dictionary: FeatureDictionary
    scores: ScoreDistribution
    quality: ExplanationQuality
    reasons: ReasonsGiven
    leakage: tuple[LeakageCheck, ...]
    sources: SourcesUsed
    absent: tuple[tuple[str, str], ...]
    performance: Discrimination | None = None
    calibration: Reliability | None = None
    time: tuple[SegmentFigures, ...] = ()
    segments: Mapping[str, tuple[SegmentFigures, ...]] = field(default_factory=lambda: frozen_mapping({}))
    segment_rows: Mapping[str, tuple[int, ...]] = field(default_factory=lambda: frozen_mapping({}))
    stability: RefitStability | None = None
    population: Population | None = None
    faithfulness: Faithfulness | None = None

    def to_dict(self) -> dict[str, Any]:
        """Write what was measured as plain data; what was not is left out."""
        parts = {each.name: getattr(self, each.name) for each in fields(self) if each.name != "absent"}
        return {name: plain(part) for name, part in parts.items() if part}


def assess_model(
    study: Study,
    *,
    segments: Mapping[str, Sequence[Any]] | None = None,
    resamples: int = 300,
    refits: int = 3,
    most_reasons: int = 5_000,
) -> ModelAssessment:
    """Measure a model, step by step, with progress where it takes long.

    Parameters
    ----------
    study : Study
        The model on applications, made by `study_of`.
    segments : mapping of str to sequence of length n_applications, or to mapping by application id, optional
        Labels by which performance is parted: of each application, by its id or by its position.
    resamples : int, default=300
        Of the bootstrap, for each interval; at least 2.
    refits : int, default=3
        How many models are fitted to resampled applications, to see whether they give the same reasons. 0
        leaves out this and the check on shuffled outcomes, which fits a model too.
    most_reasons : int, default=5000
        Applications at most whose reasons are counted.

    Returns
    -------
    ModelAssessment

    Raises
    ------
    ParameterError
        If a segmentation has not one label for each application.

    Examples
    --------
    >>> import creditscore as cs
    >>> from creditscore.assess.study import study_of
    >>> german = cs.datasets.load_german()
    >>> pipeline = cs.CreditPipeline(features=[cs.application_features(german.columns)])
    >>> pipeline = pipeline.fit(german.applications, cs.Portfolio(), german.bad)
    >>> study = study_of(pipeline, german.applications, cs.Portfolio(), german.bad, seed=0, threads=1)
    >>> found = assess_model(study, resamples=50, refits=0)
    >>> found.performance.basis, found.performance.overall.applications, found.dictionary.signs.violations
    ('held_out', 1000, 0)
    """
    given = segments or {}
    for name, labels in given.items():
        by_application(labels, study.applications.application_ids, f"segments[{name!r}]")
    contributions = explained(study)
    steps: dict[str, Callable[[], Any]] = {
        "data": lambda: data_of(study),
        "dictionary": lambda: dictionary_of(study, contributions),
        "scores": lambda: scores_of(study),
        "quality": lambda: quality_of(study, contributions),
        "faithfulness": lambda: faithfulness_of(study, contributions),
        "reasons": lambda: reasons_given(study, contributions, most_reasons),
        "leakage": lambda: leakage_checks(study, refit=refits > 0),
        "sources": lambda: sources_of(study, contributions),
    }
    if study.has_both:
        steps |= {
            "performance": lambda: discrimination_of(study, resamples),
            "calibration": lambda: reliability_of(study),
            "time": lambda: by_time(study),
            "segments": lambda: by_segment(study, given),
            "segment_rows": lambda: rows_of_segments(study, given),
            "stability": lambda: stability_of(study, refits) if refits else None,
            "population": lambda: population_of(study),
        }
    found = {name: steps[name]() for name in progress(list(steps), what="assessment", total=len(steps))}
    return ModelAssessment(**found, absent=_absent(study, found, refits))


def _absent(study: Study, found: Mapping[str, Any], refits: int) -> tuple[tuple[str, str], ...]:
    if not study.has_both:
        why = "one_class" if study.bad.size else "no_outcomes"
        return tuple((section, why) for section in NEED_OUTCOMES)
    reasons = (
        ("time", "one_moment"),
        ("segments", "not_given"),
        ("stability", "one_class" if refits else "not_asked"),
        ("population", "in_turn" if study.basis == "held_out" else "other_rows"),
    )
    return tuple((name, why) for name, why in reasons if not found[name])
