"""The pipeline: from tables and applications to scores, reasons and explanations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeAlias

from creditscore.artefact import file_hashes, load_model, save_model
from creditscore.data.applications import Applications
from creditscore.data.outcomes import OutcomeRule
from creditscore.data.portfolio import Portfolio
from creditscore.deciding import decide
from creditscore.decision.record import DecisionRecord
from creditscore.decision.rules import Policy
from creditscore.errors import FittingError
from creditscore.explain.background import Background
from creditscore.explain.contributions import Contributions
from creditscore.explain.counterfactual import MOST_ALTERNATIVES, Counterfactual
from creditscore.explain.reasons import Reasons
from creditscore.explain.references import BAND, Reference, ReferenceName
from creditscore.features.compute import FeatureComputer
from creditscore.features.definition import Feature, FeatureSet
from creditscore.features.matrix import FeatureMatrix
from creditscore.fit_report import FitReport
from creditscore.fitting import Recipe, default_features, fit_model
from creditscore.model.grades import MasterScale
from creditscore.model.scale import ScoreScale
from creditscore.results import ScoreResult, Scores
from creditscore.scoring import ScoringModel

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from creditscore.ledger.ledger import Ledger
    from creditscore.model.crossfit import HeldOut
    from creditscore.model.scorer import CreditScorer

FeatureChoice: TypeAlias = FeatureSet | Sequence[FeatureSet | Feature]


class CreditPipeline:
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
        self.features = features
        self.scorer = scorer
        self.scale = scale or ScoreScale()
        self.master_scale = master_scale or MasterScale()
        self.embargo = embargo
        self.threads = threads
        self.report: FitReport | None = None
        self.held_out: HeldOut | None = None
        self._model: ScoringModel | None = None
        self._files: dict[str, str] | None = None

    @property
    def model(self) -> ScoringModel:
        """The fitted model."""
        if self._model is None:
            raise FittingError(
                "The pipeline is not fitted. Call fit(...), or load one with creditscore.load(...)."
            )
        return self._model

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

    def score(self, application: Applications | Mapping[str, Any], portfolio: Portfolio) -> ScoreResult:
        """Score one application, with reasons.

        Parameters
        ----------
        application : mapping or Applications of one
            At least application_id, applicant_id and as_of.
        portfolio : Portfolio
            Of everybody, or of this applicant alone from ``Portfolio.from_records``: the same bits.

        Returns
        -------
        ScoreResult
            Also for an applicant of whom nothing is known: status ``"unscorable"``.
        """
        return self.model.score(application, portfolio)

    def score_many(self, applications: Applications, portfolio: Portfolio) -> Scores:
        """Score many applications in one pass, to the same bits as one by one."""
        return self.model.score_many(applications, portfolio, threads=self.threads)

    def explain(
        self,
        applications: Applications,
        portfolio: Portfolio,
        *,
        background: Background | None = None,
        reference: ReferenceName = "training_mean",
        cutoff: float | None = None,
    ) -> Contributions:
        """Say how much each feature added to each log-odds of default.

        Parameters
        ----------
        applications : Applications
        portfolio : Portfolio
        background : Background, optional
            State contributions against this population (interventional Shapley values); by default against
            the mean of the training rows (path-dependent ones).
        reference : {"training_mean", "approved", "near_cutoff"}, default "training_mean"
            Take off the mean contributions of this population, which `set_reference` keeps with the model.
        cutoff : float, optional
            In points; every reference but the training mean needs it.

        Returns
        -------
        Contributions
            Rows add up to the log-odds within 1e-9; ``.points(scale)``, ``.by_group()``, ``.to_shap()``.
        """
        return self.model.explain(
            applications,
            portfolio,
            background=background,
            reference=reference,
            cutoff=cutoff,
            threads=self.threads,
        )

    def reasons(
        self,
        application: Applications | Mapping[str, Any],
        portfolio: Portfolio,
        *,
        reference: ReferenceName = "training_mean",
        cutoff: float | None = None,
    ) -> Reasons:
        """Name the reasons of one application behind every guard, and those that a guard held back.

        Slower than ``score(...).reasons``: each reason is tried out by scoring the applicant with the
        features of its group at their reference values, and shares of countable things are counted.

        Parameters
        ----------
        application : mapping or Applications of one
        portfolio : Portfolio
        reference : {"training_mean", "approved", "near_cutoff"}, default "training_mean"
            What "harmful" is measured against.
        cutoff : float, optional
            In points; every reference but the training mean needs it.

        Returns
        -------
        Reasons
            Say each with ``creditscore.speak(reason, language="fa")``.
        """
        return self.model.judge(application, portfolio, reference=reference, cutoff=cutoff)

    def set_reference(
        self,
        name: ReferenceName,
        applications: Applications,
        portfolio: Portfolio,
        *,
        cutoff: float,
        band: float = BAND,
    ) -> Reference:
        """Keep a population with the model, against which reasons may be stated.

        Parameters
        ----------
        name : {"approved", "near_cutoff"}
            Those of the applications that score at or above the cut-off, or within `band` points of it.
        applications : Applications
            A population like the one that is decided on; those that cannot be scored are left out.
        portfolio : Portfolio
        cutoff : float
            In points.
        band : float, default 20
            Points on either side of the cut-off that count as near.

        Returns
        -------
        Reference
            Frozen and hashed; saved with the model.
        """
        self._model = self.model.referring_to(
            name, applications, portfolio, cutoff=cutoff, band=band, threads=self.threads
        )
        self._files = None
        return self._model.reference(name, cutoff)

    def decide(
        self,
        application: Applications | Mapping[str, Any],
        portfolio: Portfolio,
        *,
        policy: Policy | None = None,
        reference: ReferenceName = "training_mean",
        ledger: Ledger | None = None,
        decided_at: datetime | None = None,
    ) -> DecisionRecord:
        """Decide on one application and write the record of it, from which it can be replayed.

        Parameters
        ----------
        application : mapping or Applications of one
            At least application_id, applicant_id and as_of.
        portfolio : Portfolio
            What is known. The record keeps the rows that the features read, without ids of people.
        policy : Policy, optional
            Rules and a cut-off. Without it nothing is decided and no smallest changes are searched.
        reference : {"training_mean", "approved", "near_cutoff"}, default "training_mean"
            What reasons are measured against; all but the first need a policy, whose cut-off they are set at.
        ledger : Ledger, optional
            Where the record is appended; it also gives the applicant the pseudonym under which all their
            decisions stand there. For many decisions, ``Ledger.append_many`` is faster.
        decided_at : datetime, optional
            With a zone; now by default.

        Returns
        -------
        DecisionRecord
            Also for an applicant who cannot be scored.

        Raises
        ------
        ExplanationError
            If the features cannot be rebuilt from the rows that would be stored, or points do not add up.
        """
        if self._files is None:
            self._files = file_hashes(self.model, self.report)
        return decide(
            self.model,
            application,
            portfolio,
            policy=policy,
            reference=reference,
            files=self._files,
            ledger=ledger,
            decided_at=decided_at,
        )

    def counterfactuals(
        self,
        application: Applications | Mapping[str, Any],
        portfolio: Portfolio,
        cutoff: float | None,
        *,
        limit: int = MOST_ALTERNATIVES,
    ) -> tuple[Counterfactual, ...]:
        """Find the smallest changes, over what the applicant can act on, that would reach a cut-off.

        Parameters
        ----------
        application : mapping or Applications of one
        portfolio : Portfolio
        cutoff : float
            The lowest score that is approved, in points.
        limit : int
            Alternatives at most.

        Returns
        -------
        tuple of Counterfactual
            Each of one to three changes, scored by the model, smallest first. Empty if the score reaches
            the cut-off, if nothing within reach does, or if the applicant cannot be scored.
        """
        return self.model.counterfactuals(application, portfolio, cutoff, limit=limit)

    def compute_features(self, applications: Applications, portfolio: Portfolio) -> FeatureMatrix:
        """Compute the features of the fitted pipeline, or those it would fit."""
        if self._model is not None:
            return self._model.computer.compute(applications, portfolio, threads=self.threads)
        computer = FeatureComputer(self._feature_set(applications, portfolio))
        return computer.compute(applications, portfolio, threads=self.threads)

    def save(self, folder: str | Path) -> None:
        """Write the fitted model as a folder of plain parts, whole or not at all."""
        save_model(self.model, self.report, Path(folder))

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
