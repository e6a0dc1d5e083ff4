"""A fitted model at work: features, log-odds, points, reasons, for one application or for many."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.errors import ParameterError
from creditscore.explain.background import Background
from creditscore.explain.contributions import Contributions
from creditscore.explain.explainer import Explainer
from creditscore.explain.references import Reference, ReferenceName, needed_cutoff
from creditscore.explain.relative import reference_of, relative_to
from creditscore.features.compute import FeatureComputer
from creditscore.features.matrix import FeatureMatrix
from creditscore.model.fitted import FittedModel
from creditscore.model.grades import MasterScale
from creditscore.model.scale import ScoreScale, probability_of_default
from creditscore.reasons.choice import ReasonCatalogue
from creditscore.reasons.counts import with_counts
from creditscore.reasons.reason import Reasons
from creditscore.recourse.counterfactual import MOST_ALTERNATIVES, Counterfactual, find_counterfactuals
from creditscore.scoring.results import NO_DATA, ScoreResult, Scores, moment

# The form of a saved model; it is named in the record of each decision.
ARTEFACT_FORMAT: Final = 2


@dataclass(frozen=True, slots=True, eq=False)
class ScoringModel:
    """Everything that a score depends on, frozen.

    Parameters
    ----------
    computer : FeatureComputer
        The features.
    fitted : FittedModel
        Trees, orientation, categories and calibration.
    scale : ScoreScale
        Log-odds to points.
    master_scale : MasterScale
        Probabilities to grades.
    references : tuple of Reference
        Populations against which reasons may be stated; first the training rows, where they were kept.
    """

    computer: FeatureComputer
    fitted: FittedModel
    scale: ScoreScale
    master_scale: MasterScale
    references: tuple[Reference, ...] = ()
    model_id: str = field(init=False)
    explainer: Explainer = field(init=False)
    reasons: ReasonCatalogue = field(init=False)
    application_columns: NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        features = self.computer.features
        of_application = [i for i, feature in enumerate(features) if feature.source == "application"]
        object.__setattr__(self, "model_id", self._identify())
        object.__setattr__(self, "explainer", Explainer(self.fitted))
        object.__setattr__(self, "reasons", ReasonCatalogue.of(features, self.scale))
        object.__setattr__(self, "application_columns", np.array(of_application, np.int64))
        if not any(reference.name == "training_mean" for reference in self.references):
            nothing = np.full((0, len(features)), np.nan)
            training = Reference.of_training(nothing, features.names, ())
            object.__setattr__(self, "references", (training, *self.references))

    def _identify(self) -> str:
        parts = {
            "features": self.computer.digest,
            "fitted": self.fitted.to_dict(),
            "scale": self.scale.to_dict(),
            "master_scale": self.master_scale.to_dict(),
        }
        return hashlib.sha256(json.dumps(parts, sort_keys=True, separators=(",", ":")).encode()).hexdigest()

    def scorable(self, matrix: FeatureMatrix) -> NDArray[np.bool_]:
        """Tell who has the minimum data: a known row, or an attribute of the application that counts."""
        attributes = matrix.values[:, self.application_columns]
        scorable: NDArray[np.bool_] = matrix.any_rows | ~np.isnan(attributes).all(axis=1)
        return scorable

    def score_many(
        self, applications: Applications, portfolio: Portfolio, *, threads: int | None = None
    ) -> Scores:
        """Score applications in one pass; see `CreditPipeline.score_many`."""
        matrix = self.computer.compute(applications, portfolio, threads=threads)
        scored = self.scorable(matrix)
        log_odds = np.where(scored, self.fitted.log_odds(matrix.values, threads=threads), np.nan)
        probability = probability_of_default(log_odds)
        points = np.full(len(matrix), np.nan)
        points[scored] = self.scale.score(log_odds[scored])
        grades = np.full(len(matrix), "", dtype=object)
        grades[scored] = self.master_scale.grade(probability[scored])
        return Scores(
            application_ids=matrix.application_ids,
            scored=scored,
            log_odds=log_odds,
            probability_of_default=probability,
            score=points,
            grade=tuple(map(str, grades)),
            model_id=self.model_id,
        )

    def explain(
        self,
        applications: Applications,
        portfolio: Portfolio,
        *,
        background: Background | None = None,
        reference: ReferenceName = "training_mean",
        cutoff: float | None = None,
        threads: int | None = None,
    ) -> Contributions:
        """Say what each feature added to the log-odds; see `CreditPipeline.explain`."""
        against = self.reference(reference, cutoff)
        if background is not None and against.name != "training_mean":
            raise ParameterError(
                "Give a background or a reference, not both: each is a population of its own."
            )
        matrix = self.computer.compute(applications, portfolio, threads=threads)
        explainer = self.explainer if background is None else Explainer(self.fitted, background)
        explained = explainer.contributions(
            matrix.values, self.computer.features, matrix.application_ids, threads=threads
        )
        return explained if against.name == "training_mean" else relative_to(against, explained)

    def reference(self, name: ReferenceName = "training_mean", cutoff: float | None = None) -> Reference:
        """Return a population that was kept with the model.

        Raises
        ------
        ParameterError
            If the name is unknown, or none was set at this cut-off.
        """
        if name == "training_mean":
            return self.references[0]
        limit = needed_cutoff(name, cutoff)
        for kept in self.references:
            if (kept.name, kept.cutoff) == (name, limit):
                return kept
        raise ParameterError(
            f"The model keeps no reference {name!r} at a cut-off of {limit:g}. Set it once with "
            f"pipeline.set_reference({name!r}, applications, portfolio, cutoff={limit:g})."
        )

    def referring_to(
        self,
        name: ReferenceName,
        applications: Applications,
        portfolio: Portfolio,
        *,
        cutoff: float,
        band: float,
        threads: int | None = None,
    ) -> ScoringModel:
        """Return the model with one more reference, or with that one renewed."""
        needed_cutoff(name, cutoff)
        matrix = self.computer.compute(applications, portfolio, threads=threads)
        rows = np.flatnonzero(self.scorable(matrix))
        ids = [matrix.application_ids[row] for row in rows.tolist()]
        features = self.computer.features
        explained = self.explainer.contributions(matrix.values[rows], features, ids, threads=threads)
        scores = np.asarray(self.scale.score(explained.log_odds), np.float64)
        made = reference_of(
            name, explained, scores, cutoff, band=band, categories=sorted(self.fitted.categories)
        )
        kept = [one for one in self.references if (one.name, one.cutoff) != (name, made.cutoff)]
        kept.append(made)
        kept.sort(key=lambda one: (one.name != "training_mean", one.name, one.cutoff or 0.0))
        return replace(self, references=tuple(kept))

    def judge(
        self,
        application: Applications | Mapping[str, Any],
        portfolio: Portfolio,
        *,
        reference: ReferenceName = "training_mean",
        cutoff: float | None = None,
    ) -> Reasons:
        """Name the reasons of one application behind every guard; see `CreditPipeline.reasons`."""
        one = one_application(application)
        matrix = self.computer.compute(one, portfolio, threads=1)
        return self.judge_row(one, portfolio, matrix.values, self.reference(reference, cutoff))

    def judge_row(
        self, one: Applications, portfolio: Portfolio, row: NDArray[np.float64], reference: Reference
    ) -> Reasons:
        """Name the reasons of one application whose features, shape (1, n_features), are known already."""
        features = self.computer.features
        explained = relative_to(reference, self.explainer.contributions(row, features, one.application_ids))
        reasons = self.reasons.judge(
            explained.values[0],
            row[0],
            typical=reference.typical,
            log_odds=lambda rows: self.fitted.log_odds(rows, threads=1),
            as_of=moment(int(one.as_of[0])),
        )
        return with_counts(reasons, {feature.name: feature for feature in features}, one, portfolio)

    def counterfactuals(
        self,
        application: Applications | Mapping[str, Any],
        portfolio: Portfolio,
        cutoff: float | None,
        *,
        limit: int = MOST_ALTERNATIVES,
    ) -> tuple[Counterfactual, ...]:
        """Find changes that would reach a cut-off; see `CreditPipeline.counterfactuals`."""
        matrix = self.computer.compute(one_application(application), portfolio, threads=1)
        if not self.scorable(matrix)[0]:
            return ()
        features = self.computer.features.features
        return find_counterfactuals(self.fitted, self.scale, features, matrix.values[0], cutoff, limit=limit)

    def score(self, application: Applications | Mapping[str, Any], portfolio: Portfolio) -> ScoreResult:
        """Score one application with its reasons; see `CreditPipeline.score`."""
        one = one_application(application)
        matrix = self.computer.compute(one, portfolio, threads=1)
        sources = {source: bool(flags[0]) for source, flags in matrix.covered.items()}
        shared: dict[str, Any] = {
            "application_id": one.application_ids[0],
            "as_of": moment(int(one.as_of[0])),
            "sources": sources,
            "model_id": self.model_id,
            "feature_digest": self.computer.digest,
        }
        if not self.scorable(matrix)[0]:
            return ScoreResult(status="unscorable", code=NO_DATA, **shared)
        explained = self.explainer.one(matrix.values)
        log_odds = explained.log_odds
        probability = float(probability_of_default(log_odds))
        return ScoreResult(
            status="scored",
            code="",
            probability_of_default=probability,
            score=self.scale.score(log_odds),
            score_unrounded=float(self.scale.points(log_odds)),
            grade=str(self.master_scale.grade(np.array([probability]))[0]),
            reasons=self.reasons.of_one(
                explained.values,
                matrix.values[0],
                typical=self.references[0].typical,
                as_of=shared["as_of"],
            ),
            **shared,
        )


def one_application(application: Applications | Mapping[str, Any]) -> Applications:
    """Return a single application, read from a mapping where it is one."""
    one = application if isinstance(application, Applications) else Applications.from_records([application])
    if len(one) != 1:
        raise ParameterError.must_be(
            "application", "one application (score_many takes several)", f"{len(one)}"
        )
    return one
