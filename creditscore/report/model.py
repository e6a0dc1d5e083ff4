"""The model report: one fitted model as a whole, measured on applications."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from typing import Any, ClassVar, Final

import numpy as np
from numpy.typing import ArrayLike

from creditscore._ground.instants import moment_or_now
from creditscore.assess.assessment import assess_model
from creditscore.assess.fairness_values import FairnessAssessment
from creditscore.assess.figures import overall_of
from creditscore.assess.gaming import GamingAssessment
from creditscore.assess.inputs import fit_of
from creditscore.assess.kept import KeptRows, assess_kept, kept_rows
from creditscore.assess.sections import sections_of
from creditscore.assess.selection_values import SelectionAssessment
from creditscore.assess.significance import Significance
from creditscore.assess.study import Study, study_of
from creditscore.assess.thresholds import thresholds_of
from creditscore.assess.values import plain
from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.pipeline.facade import CreditPipeline
from creditscore.report.contents import not_included
from creditscore.report.document import Report, environment, hashed
from creditscore.report.few import withhold_few
from creditscore.report.model_law import add_law, of_this_model
from creditscore.report.naming import feature_label, group_title, knowing_features
from creditscore.report.pages.model import model_page
from creditscore.report.writing import Calendar, Writer
from creditscore.scoring.mismatch import OnMismatch
from creditscore.words.languages import Language

SCHEMA: Final = "creditscore.model-report/1"
_PACKAGES: Final = ("numpy", "scipy", "scikit-learn", "lightgbm", "numba", "pandas", "pyarrow")
_NEVER: Final = ("monitoring", "profit")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ModelReport(Report):
    """A model as JSON, HTML and PDF; made by `model_report`.

    Examples
    --------
    >>> import creditscore as cs
    >>> german = cs.datasets.load_german()
    >>> pipeline = cs.CreditPipeline(features=[cs.application_features(german.columns)])
    >>> pipeline = pipeline.fit(german.applications, cs.Portfolio(), german.bad)
    >>> report = cs.model_report(pipeline, german.applications, cs.Portfolio(), german.bad, resamples=50)
    >>> report.data["performance"]["basis"], report.data["quality"]["identical"]
    ('held_out', True)
    """

    SCHEMA_FILE: ClassVar[str] = "model-report.schema.json"

    def _page(self) -> str:
        return model_page(self.data)


def model_report(
    pipeline: CreditPipeline,
    applications: Applications | None = None,
    portfolio: Portfolio | None = None,
    bad: ArrayLike | None = None,
    *,
    purpose: str = "",
    population: str = "",
    target: str = "",
    owner: str = "",
    validator: str = "",
    limits: Sequence[str] = (),
    segments: Mapping[str, Sequence[Any]] | None = None,
    gaming: GamingAssessment | None = None,
    fairness: FairnessAssessment | None = None,
    selection: SelectionAssessment | None = None,
    significance: Significance | None = None,
    resamples: int = 300,
    refits: int = 3,
    most_reasons: int = 5_000,
    language: Language = "en",
    calendar: Calendar = "gregorian",
    generated_at: datetime | None = None,
    seed: int = 0,
    threads: int | None = None,
    on_mismatch: OnMismatch = "refuse",
) -> ModelReport:
    """Report one fitted model.

    What a section needs and is not given leaves the section out, and the report says so.

    Parameters
    ----------
    pipeline : CreditPipeline
        Fitted or loaded. Straight after fitting it knows which rows it held out, and is judged on those.
    applications, portfolio : optional
        To look at the features, the scores and the explanations of.
    bad : array-like of shape (n_applications,), or mapping by application id, optional
        1 bad, 0 good, NaN not known.
    purpose, population, target, owner, validator : str
        What the model is for, whom it may judge, what counts as bad, and who answers for it.
    limits : sequence of str
        Known limits and prohibited uses.
    segments : mapping of str to sequence of length n_applications, or to mapping by application id, optional
        Labels by which performance is parted: of each application, by its id or by its position.
    gaming : GamingAssessment, optional
        How far this model can be gamed, as `assess_gaming` found.
    fairness : FairnessAssessment, optional
        What this model does to groups of people, as `assess_fairness` found.
    selection : SelectionAssessment, optional
        What earlier decisions left out of its sample, as `assess_selection` found.
    significance : Significance, optional
        As `assess_significance` found; where the law of the model asks for it, it is tested anyway.
    resamples : int, default=300
        Of the bootstrap, for each interval.
    refits : int, default=3
        How many models are fitted to resampled applications, to see whether they give the same reasons. 0
        leaves out this and the check on shuffled outcomes, which fits a model too.
    most_reasons : int, default=5000
        Applications at most whose reasons are counted.
    language : {"en", "fa", "zh"}
    calendar : {"gregorian", "jalali"}
    generated_at : datetime, optional
        With a zone; default: now.
    seed : int
        Of everything that is drawn.
    threads : int, optional
        Default: one a processor. No figure depends on it.
    on_mismatch : {"refuse", "count"}, default "refuse"
        As for `CreditPipeline.score_many`; what is counted stands in ``data["data"]["mismatches"]``.

    Returns
    -------
    ModelReport

    Raises
    ------
    ParameterError
        If `generated_at` has no zone, or `gaming`, `fairness`, `selection` or `significance` was found of
        another model.
    """
    writer = knowing_features(Writer(language, calendar), pipeline.model.computer.features)
    at = moment_or_now(generated_at, "generated_at")
    body: dict[str, Any] = {
        "schema": SCHEMA,
        "language": language,
        "calendar": calendar,
        "generated_at": at.isoformat(),
        "model_id": pipeline.model.model_id,
        "responsible": {"owner": owner, "validator": validator},
        "purpose": {"purpose": purpose, "population": population, "target": target},
        "limits": list(limits),
    }
    missing: list[tuple[str, str]] = [] if any(body["purpose"].values()) else [("purpose", "not_given")]
    study = None
    if applications is not None:
        known = (pipeline, applications, portfolio or Portfolio(), bad)
        study = study_of(*known, seed=seed, threads=threads, on_mismatch=on_mismatch)
        found = assess_model(
            study, segments=segments, resamples=resamples, refits=refits, most_reasons=most_reasons
        )
        body |= found.to_dict()
        missing += found.absent
    else:
        body["fit"] = _of_fit(pipeline)
        missing += [(section, "no_applications") for section in ("data", "leakage", "sources")]
    missing += _add_kept(body, kept_rows(pipeline, seed=seed, threads=threads), resamples)
    missing += _add_asked(body, {"gaming": gaming, "fairness": fairness, "selection": selection}, pipeline)
    missing += add_law(body, pipeline, study, significance, writer)
    body["thresholds"] = plain(thresholds_of(body))
    withhold_few(body)
    body["names"] = _names(pipeline, body, writer)
    body["environment"] = _environment()
    body["reproduction"] = _reproduction(pipeline, study, seed)
    missing += [(section, "not_measured") for section in _NEVER]
    body["sections"] = plain(sections_of(body, dict(missing)))
    body["not_included"] = not_included([one for one in missing if one[0] not in body], writer)
    return ModelReport(hashed(body))


def _add_kept(body: dict[str, Any], kept: KeptRows | None, resamples: int) -> list[tuple[str, str]]:
    """Judge by the rows that are kept with the model, where no others are, and beside all that are others."""
    basis = body.get("performance", {}).get("basis")
    if kept is None:
        return [] if basis else [("performance", "no_outcomes")]
    if basis is None:
        body |= assess_kept(kept, resamples).to_dict()
    elif basis != "held_out":
        body["kept"] = overall_of(kept, resamples).to_dict()
    return []


def _add_asked(
    body: dict[str, Any],
    given: Mapping[str, GamingAssessment | FairnessAssessment | SelectionAssessment | None],
    pipeline: CreditPipeline,
) -> list[tuple[str, str]]:
    """Add what was found of this very model elsewhere; say what nobody asked for."""
    missing = []
    for name, found in given.items():
        if found is None:
            missing.append((name, "not_asked"))
        else:
            body[name] = of_this_model(found, name, pipeline).to_dict()
    return missing


def _of_fit(pipeline: CreditPipeline) -> dict[str, Any] | None:
    fit = fit_of(pipeline.report)
    return None if fit is None else fit.to_dict()


def _names(pipeline: CreditPipeline, body: Mapping[str, Any], writer: Writer) -> dict[str, dict[str, str]]:
    features = pipeline.model.computer.features
    groups = {feature.reason_group for feature in features}
    groups |= {reason["group"] for reason in body.get("reasons", {}).get("reasons", ())}
    return {
        "groups": {group: group_title(group, writer) for group in sorted(groups)},
        "features": {
            feature.name: feature_label(feature.name, feature.label, feature.reason_group, writer)
            for feature in features
        },
    }


def _environment() -> dict[str, str]:
    return {
        **environment(),
        "python": platform.python_version(),
        **{name: version(name) for name in _PACKAGES},
        "platform": platform.platform(),
    }


def _reproduction(pipeline: CreditPipeline, study: Study | None, seed: int) -> dict[str, Any]:
    hashes: dict[str, Any] = {
        "model_id": pipeline.model.model_id,
        "feature_digest": pipeline.model.computer.digest,
        "seed": seed,
    }
    if study is not None:
        for name, values in (("features_sha256", study.matrix.values), ("log_odds_sha256", study.log_odds)):
            plain = np.ascontiguousarray(np.where(np.isnan(values), np.nan, values), dtype="<f8")
            hashes[name] = hashlib.sha256(plain.tobytes()).hexdigest()
    return hashes
