"""The pipeline: from tables and applications to scores, reasons, explanations and decisions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeAlias

from creditscore._ground.asked import check_made, checked_each
from creditscore._ground.looks import steps
from creditscore._ground.numbers import whole_number
from creditscore._ground.object_stores import any_folder
from creditscore.data.applications import Applications
from creditscore.data.loans.outcomes import OutcomeRule
from creditscore.data.portfolio import Portfolio
from creditscore.deciding.advising import Advising
from creditscore.errors import FittingError
from creditscore.explain.references import BAND, Reference, ReferenceName
from creditscore.features.compute import FeatureComputer
from creditscore.features.definition import Feature, FeatureSet
from creditscore.features.payments.shortest import with_shortest_history
from creditscore.law.jurisdiction import Jurisdiction
from creditscore.model.scale import MasterScale, ScoreScale
from creditscore.pipeline.artefact import Saved, file_hashes, load_pipeline, save_pipeline
from creditscore.pipeline.bounding import Bounding
from creditscore.pipeline.computing import Computing
from creditscore.pipeline.deciding import Deciding
from creditscore.pipeline.fit_report import FitReport
from creditscore.pipeline.held_out import HeldOut
from creditscore.pipeline.lawful import Allowed, Lawful
from creditscore.pipeline.parameters import Parameterised
from creditscore.pipeline.recalibrating import Recalibrating
from creditscore.pipeline.recipe import Recipe, scorer_from
from creditscore.pipeline.source_masks import SourceMasking
from creditscore.reasons.sayable import sayable
from creditscore.scoring.references import with_reference

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from creditscore.model.scorer import CreditScorer
    from creditscore.pipeline.crossing import CrossValidated
    from creditscore.signing.keys import SigningKey
    from creditscore.signing.trust import Trust

FeatureChoice: TypeAlias = FeatureSet | Sequence[FeatureSet | Feature]


class CreditPipeline(
    Recalibrating, Bounding, Deciding, Lawful, Computing, Advising, SourceMasking, Parameterised
):
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
        Rows whose outcome window of this length, such as ``"365d"``, reaches into a block of time do not
        serve to judge that block. An ``OutcomeRule`` brings its own.
    segments : sequence of str
        Columns of texts of the applications (a product, a branch) that are kept with the held-out rows, so
        that the model can be judged by segment; each of at most 200 labels.
    source_dropout : int
        Copies of each row that are fitted on too, each with other sources taken away; 0 for none.
    threads : int, optional
        Default: one a processor. No bit of any result depends on it.
    jurisdiction : Jurisdiction, optional
        What it forbids in a score leaves before the fit and before every score. Default: no law.

    Attributes
    ----------
    model : ScoringModel
        What was fitted or loaded; an error before that.
    report : FitReport or None
        How it was fitted and how well it does on rows that it has not seen.
    held_out : HeldOut or None
        Those rows: calibrated log-odds, outcomes, moments, weights and segments, without features or ids.

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
        segments: Sequence[str] = (),
        source_dropout: int = 0,
        threads: int | None = None,
        jurisdiction: Jurisdiction | None = None,
    ) -> None:
        named = checked_each("segments", segments, str, "a sequence of names, such as ('channel',)")
        check_made("scale", scale, (ScoreScale, type(None)), "ScoreScale(...), or None")
        check_made("master_scale", master_scale, (MasterScale, type(None)), "MasterScale(...), or None")
        self.features = features
        self.scale: ScoreScale = scale or ScoreScale()
        self.master_scale: MasterScale = master_scale or MasterScale()
        self.embargo = embargo
        self.segments: tuple[str, ...] = named
        self.source_dropout: int = whole_number("source_dropout", source_dropout, 0)
        self.threads: int | None = threads
        self.jurisdiction: Jurisdiction | None = jurisdiction
        self._scorer: CreditScorer | Mapping[str, Any] | None = scorer
        self._scorer_is_known = True
        self._saved: Saved | None = None
        self._files: dict[str, str] | None = None
        self._declared: FeatureSet | None = None

    @property
    def report(self) -> FitReport | None:
        """How the model was fitted; None before that."""
        return None if self._saved is None else self._saved.report

    @property
    def held_out(self) -> HeldOut | None:
        """Rows that the model has not seen; None before it is fitted, or if it was saved without them."""
        return None if self._saved is None else self._saved.held_out

    @property
    def scorer(self) -> CreditScorer | None:
        """What is fitted; None is ``CreditScorer()``."""
        if isinstance(self._scorer, Mapping):
            self._scorer = scorer_from(self._scorer)
        return self._scorer

    @scorer.setter
    def scorer(self, scorer: CreditScorer | None) -> None:
        self._scorer, self._scorer_is_known = scorer, True

    @property
    def _fitted(self) -> Saved:
        if self._saved is None:
            raise FittingError.not_yet()
        return self._saved

    @property
    def _threads(self) -> int | None:
        return self.threads

    def fit(
        self,
        applications: Applications,
        portfolio: Portfolio,
        bad: ArrayLike | OutcomeRule,
        *,
        extracted_at: datetime | str | None = None,
        sample_weight: ArrayLike | None = None,
        positive_label: str | float | None = None,
        strict: bool = False,
    ) -> Self:
        """Compute the features, fit and calibrate the model, and report on rows it has not seen.

        Parameters
        ----------
        applications : Applications
            Who, and as of when.
        portfolio : Portfolio
            What is known.
        bad : array-like of shape (n_applications,), mapping by application id, or OutcomeRule
            1 bad, 0 good, NaN not known: such rows are left out and counted. True and false, 1 and 2 (2 is
            bad), or two other labels with `positive_label` will do.
        extracted_at : datetime or ISO text, optional
            When the portfolio was extracted; an ``OutcomeRule`` needs it to tell who is mature.
        sample_weight : array-like of shape (n_applications,), or mapping by application id, optional
            Weights, 0 or more; also of what is reported.
        positive_label : str or number, optional
            The label of the bads, where outcomes are other labels; by default that of the scorer.
        strict : bool, default False
            Whether what a careful colleague would say of the fit (``report.warnings``) is an error.

        Returns
        -------
        CreditPipeline
            Itself.

        Raises
        ------
        FittingError
            If too few goods or bads are left, no applicant has a known row, the missing-value rule cannot be
            kept, no feature may be named to an applicant, or the pipeline was loaded from a folder that does
            not tell what its scorer was.
        NameUnknownError
            If a feature reads a column that is not there.
        """
        from creditscore.pipeline.fitting import fit_model

        if not self._scorer_is_known:
            raise FittingError.without_scorer()
        declared = self._feature_set(applications, portfolio)
        allowed = Allowed.under(self.jurisdiction, declared, applications, portfolio)
        given = allowed.applications, allowed.portfolio
        declared = with_shortest_history(allowed.features, *given, threads=self.threads)
        features, unsayable = sayable(declared.for_model)
        parts = FeatureComputer(features), self.scorer, self.scale, self.master_scale, self.embargo
        saved = fit_model(
            *given, bad, Recipe(*parts, self.segments, self.source_dropout), extracted_at=extracted_at,
            sample_weight=sample_weight, threads=self.threads, positive_label=positive_label, strict=strict,
            observed=allowed.observed,
        )  # fmt: skip
        self._saved = allowed.proven(saved).without(unsayable)
        self._files, self._declared = None, declared
        return self

    def cross_validate(
        self, applications: Applications, portfolio: Portfolio, bad: ArrayLike | OutcomeRule, **how: Any
    ) -> CrossValidated:
        """Fit on some applications and judge on others, as `creditscore.cross_validate` says.

        Where ``bad`` is an array, it has shape (n_applications,).
        """
        from creditscore.pipeline.crossing import cross_validate

        return cross_validate(self, applications, portfolio, bad, **how)

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
        model = with_reference(
            self.model, name, applications, portfolio, cutoff=cutoff, band=band, threads=self.threads
        )
        self._saved, self._files = replace(self._fitted, model=model), None
        return model.reference(name, cutoff)

    def _hashed(self) -> Mapping[str, str]:
        if self._files is None:
            self._files = file_hashes(self._fitted)
        return self._files

    def save(self, folder: str | Path, *, sign_with: SigningKey | None = None) -> None:
        """Write the fitted pipeline as a folder of plain parts, whole or not at all.

        The folder holds the model, the references, the recipe, the fit report and the held-out rows. A model
        that was loaded from format 2 is written in format 3 and so gets another `model_id`. Whoever vouches
        for it signs its manifest (``sign_with``), and the signature is written beside that. A folder of
        ``s3://...`` and the like is written through fsspec (extra ``buckets``), once, its manifest last.
        """
        save_pipeline(self._fitted, any_folder(folder), sign_with=sign_with)

    @classmethod
    def load(cls, folder: str | Path, *, threads: int | None = None, trust: Trust | None = None) -> Self:
        """Read a folder that ``save`` wrote, after checking every hash; runs no code from it. See `load`."""
        saved, files = load_pipeline(any_folder(folder), trust)
        recipe = saved.recipe or {"embargo": "0d", "segments": (), "scorer": None}
        pipeline = cls(
            saved.model.computer.features,
            scale=saved.model.scale,
            master_scale=saved.model.master_scale,
            embargo=recipe["embargo"],
            segments=recipe["segments"], source_dropout=recipe.get("source_dropout", 0),
            threads=threads,
            jurisdiction=None if saved.model.law is None else saved.model.law.fitted,
        )  # fmt: skip
        pipeline._scorer, pipeline._scorer_is_known = recipe["scorer"], saved.recipe is not None
        pipeline._saved, pipeline._files = saved, files
        return pipeline

    def __repr__(self) -> str:
        if self._saved is None:
            return "CreditPipeline(not fitted)"
        features = len(self.model.computer.features)
        return f"CreditPipeline({features} features, model {self.model.model_id[:12]})"

    def _repr_html_(self) -> str:
        goods, double = self.scale.reference_good_bad_odds, self.scale.points_to_double_odds
        points = f"{self.scale.reference_score:g} at {goods:g} goods to 1 bad\n{double:g} double the odds"
        end = [("points", points), ("grades", str(self.master_scale.grades))]
        law = self.jurisdiction
        laws = [] if law is None else [("law", f"{law.name}\n{law.as_of}")]
        if self._saved is None or self.report is None:
            chosen = "chosen at fit" if self.features is None else "as given"
            boxes = [("features", chosen), *laws, ("model", "not fitted"), *end]
            return f"<p dir='auto'>{escape(repr(self))}</p>{steps(boxes)}"
        features = self.model.computer.features
        counts = Counter(feature.source for feature in features)
        sources = "\n".join(f"{count} of {source}" for source, count in counts.items())
        made = [("features", sources), *laws, ("model", self.model.model_id[:12]), *end]
        return steps(made) + self.report._repr_html_()


def load(folder: str | Path, *, threads: int | None = None, trust: Trust | None = None) -> CreditPipeline:
    """Read a saved pipeline.

    Parameters
    ----------
    folder : path or str
        What ``CreditPipeline.save`` wrote; ``s3://...`` and the like are read through fsspec (extra
        ``buckets``).
    threads : int, optional
        Default: one a processor.
    trust : Trust, optional
        Whose signature the model must have.

    Raises
    ------
    ArtefactError
        If a file is missing, unexpected or changed, the format is unknown, or nobody trusted signed it.
    StatisticNotRegisteredError
        If a feature uses a statistic that this process has not registered.
    """
    return CreditPipeline.load(folder, threads=threads, trust=trust)
