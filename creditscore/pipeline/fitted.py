"""What a fitted pipeline answers: scores, explanations, reasons, decisions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.deciding.decide import decide
from creditscore.deciding.record import DecisionRecord
from creditscore.errors import FittingError
from creditscore.explain.background import Background
from creditscore.explain.contributions import Contributions
from creditscore.explain.references import BAND, Reference, ReferenceName
from creditscore.pipeline.artefact import file_hashes, save_model
from creditscore.pipeline.fit_report import FitReport
from creditscore.policy.rules import Policy
from creditscore.reasons.reason import Reasons
from creditscore.recourse.counterfactual import MOST_ALTERNATIVES, Counterfactual
from creditscore.scoring.model import ScoringModel
from creditscore.scoring.results import ScoreResult, Scores

if TYPE_CHECKING:
    from creditscore.deciding.ledger.ledger import Ledger


class FittedPipeline:
    """The part of a pipeline that only reads its model.

    Attributes
    ----------
    model : ScoringModel
        What was fitted or loaded; an error before that.
    report : FitReport or None
        How it was fitted.
    threads : int or None
        No bit of any result depends on it.
    """

    def __init__(self, threads: int | None = None) -> None:
        self.threads = threads
        self.report: FitReport | None = None
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

    def save(self, folder: str | Path) -> None:
        """Write the fitted model as a folder of plain parts, whole or not at all."""
        save_model(self.model, self.report, Path(folder))
