"""The pipeline: from tables and applications to scores, reasons and explanations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeAlias

from creditscore.data.applications import Applications
from creditscore.data.loans.outcomes import OutcomeRule
from creditscore.data.portfolio import Portfolio
from creditscore.features.compute import FeatureComputer
from creditscore.features.definition import Feature, FeatureSet
from creditscore.features.matrix import FeatureMatrix
from creditscore.model.grades import MasterScale
from creditscore.model.scale import ScoreScale
from creditscore.pipeline.artefact import load_model
from creditscore.pipeline.fitted import FittedPipeline
from creditscore.pipeline.fitting import Recipe, default_features, fit_model

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from creditscore.model.crossfit import HeldOut
    from creditscore.model.scorer import CreditScorer

FeatureChoice: TypeAlias = FeatureSet | Sequence[FeatureSet | Feature]


class CreditPipeline(FittedPipeline):
    """From raw event tables to a calibrated probability of default, points and reasons.

    Parameters
    ----------
    features : FeatureSet or sequence of FeatureSet and Feature, optional
        What to compute. Default: every catalogue for which the portfolio has tables.
    scorer : CreditScorer, optional
        The model. Default: ``CreditScorer()``.
    scale : ScoreScale, optional
        Default: 600 points at 50 goods to 1 bad, 20 points double the odds.
    master_scale : MasterScale, optional
        Probability of default to grades.
    embargo : str
        Rows whose outcome window of this length reaches into the next fold are left out of time folds,
        such as ``"365d"``. An ``OutcomeRule`` brings its own.
    threads : int, optional
        Default: one a processor. No bit of any result depends on it.

    Attributes
    ----------
    model : ScoringModel
        What was fitted or loaded; an error before that.
    report : FitReport or None
        How it was fitted and how well it does on rows that it has not seen.
    held_out : HeldOut or None
        Those rows: numbers of applications, calibrated log-odds and outcomes. Not saved with the model.

    Examples
    --------
    >>> import creditscore as cs
    >>> german = cs.datasets.load_german()
    >>> pipeline = cs.CreditPipeline(features=[cs.application_features(german.columns)])
    >>> pipeline = pipeline.fit(german.applications, cs.Portfolio(), german.bad)
    >>> result = pipeline.score(german.applications.take([0]), cs.Portfolio())
    >>> result.status, 300 <= result.score <= 850
    ('scored', True)
    """

    def __init__(
        self,
        features: FeatureChoice | None = None,
        *,
        scorer: CreditScorer | None = None,
        scale: ScoreScale | None = None,
        master_scale: MasterScale | None = None,
        embargo: str = "0d",
        threads: int | None = None,
    ) -> None:
        super().__init__(threads)
        self.features = features
        self.scorer = scorer
        self.scale = scale or ScoreScale()
        self.master_scale = master_scale or MasterScale()
        self.embargo = embargo
        self.held_out: HeldOut | None = None

    def fit(
        self,
        applications: Applications,
        portfolio: Portfolio,
        bad: ArrayLike | OutcomeRule,
        *,
        extracted_at: datetime | str | None = None,
        sample_weight: ArrayLike | None = None,
    ) -> Self:
        """Compute the features, fit and calibrate the model, and report on rows it has not seen.

        Parameters
        ----------
        applications : Applications
            Who, and as of when.
        portfolio : Portfolio
            What is known.
        bad : array-like of shape (n_applications,) or OutcomeRule
            1 bad, 0 good, NaN not known: such rows are left out and counted.
        extracted_at : datetime or ISO text, optional
            When the portfolio was extracted; an ``OutcomeRule`` needs it to tell who is mature.
        sample_weight : array-like of shape (n_applications,), optional

        Returns
        -------
        CreditPipeline
            Itself.

        Raises
        ------
        FittingError
            If too few goods or bads are left, or the missing-value rule cannot be kept.
        """
        features = self._feature_set(applications, portfolio)
        self._model, self.report, self.held_out = fit_model(
            applications,
            portfolio,
            bad,
            Recipe(FeatureComputer(features), self.scorer, self.scale, self.master_scale, self.embargo),
            extracted_at=extracted_at,
            sample_weight=sample_weight,
            threads=self.threads,
        )
        self._files = None
        return self

    def compute_features(self, applications: Applications, portfolio: Portfolio) -> FeatureMatrix:
        """Compute the features of the fitted pipeline, or those it would fit."""
        if self._model is not None:
            return self._model.computer.compute(applications, portfolio, threads=self.threads)
        computer = FeatureComputer(self._feature_set(applications, portfolio))
        return computer.compute(applications, portfolio, threads=self.threads)

    @classmethod
    def load(cls, folder: str | Path, *, threads: int | None = None) -> Self:
        """Read a folder that ``save`` wrote, after checking every hash; runs no code from it."""
        model, report = load_model(Path(folder))
        pipeline = cls(
            model.computer.features, scale=model.scale, master_scale=model.master_scale, threads=threads
        )
        pipeline._model, pipeline.report = model, report
        return pipeline

    def _feature_set(self, applications: Applications, portfolio: Portfolio) -> FeatureSet:
        if self.features is None:
            return default_features(applications, portfolio)
        if isinstance(self.features, FeatureSet):
            return self.features
        parts = [part if isinstance(part, FeatureSet) else FeatureSet((part,)) for part in self.features]
        return FeatureSet(tuple(feature for part in parts for feature in part))

    def __repr__(self) -> str:
        if self._model is None:
            return "CreditPipeline(not fitted)"
        features = len(self._model.computer.features)
        return f"CreditPipeline({features} features, model {self._model.model_id[:12]})"

    def _repr_html_(self) -> str:
        return self.report._repr_html_() if self.report is not None else f"<p>{self!r}</p>"


def load(folder: str | Path, *, threads: int | None = None) -> CreditPipeline:
    """Read a saved pipeline.

    Parameters
    ----------
    folder : path
        What ``CreditPipeline.save`` wrote.
    threads : int, optional
        Default: one a processor.

    Raises
    ------
    ArtefactError
        If a file is missing, unexpected or changed, or the format is unknown.
    StatisticNotRegisteredError
        If a feature uses a statistic that this process has not registered.
    """
    return CreditPipeline.load(folder, threads=threads)
