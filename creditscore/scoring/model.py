"""A fitted model at work: features, log-odds, points, reasons, for one application or for many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from creditscore.data.applications import Applications
from creditscore.data.door.clock import moment
from creditscore.data.given import check_given
from creditscore.data.portfolio import Portfolio
from creditscore.data.terms import NO_TERMS, SourceTerms
from creditscore.errors import FittingError, ParameterError
from creditscore.explain.background import Background
from creditscore.explain.contributions import Contributions
from creditscore.explain.explainer import Explainer
from creditscore.explain.references import Reference, ReferenceName, kept_reference
from creditscore.explain.relative import relative_to
from creditscore.features.compute import FeatureComputer
from creditscore.features.matrix import FeatureMatrix
from creditscore.law.model_law import ModelLaw
from creditscore.model.column_groups import ColumnGroups
from creditscore.model.fitted import FittedModel
from creditscore.model.scale import MasterScale, ScoreScale, outcome_of, outcomes_of
from creditscore.model.spread import Spread
from creditscore.reasons.absence import Known
from creditscore.reasons.reason import Reasons
from creditscore.scoring.admission import admitted, values_found
from creditscore.scoring.asking import one_application
from creditscore.scoring.cell import groups_of, standing, standing_of_one
from creditscore.scoring.contract import Contract
from creditscore.scoring.identity import identify
from creditscore.scoring.interval import interval_of, intervals_of
from creditscore.scoring.minimum import MinimumData, lack_of, read_columns, scorable_in
from creditscore.scoring.mismatch import Mismatches, OnMismatch, check_choice, forbids, refuse, status_code
from creditscore.scoring.reasoner import Reasoner
from creditscore.scoring.results import ScoreResult, Scores

# The form in which models are saved; it is named in the record of each decision. Format 2 is still read.
FORMAT: Final = 3


class HasModel(Protocol):
    """Whatever is kept with a fitted model."""

    @property
    def model(self) -> ScoringModel:
        """The fitted model."""


class Scoring:
    """What a fitted model answers; whoever has kept one answers it.

    Attributes
    ----------
    model : ScoringModel
        What was fitted or loaded.
    threads : int or None
        At most; None is one a processor. No bit of any result depends on it.
    """

    __slots__ = ()

    _saved: HasModel | None

    @property
    def model(self) -> ScoringModel:
        """The fitted model."""
        if self._saved is None:
            raise FittingError.not_yet()
        return self._saved.model

    @property
    def _threads(self) -> int | None:
        return None

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
            Also for an applicant of whom nothing is known, and where the tables are not those that the model
            was fitted on: status ``"unscorable"`` and a code.
        """
        model = self.model
        one, portfolio = model.lawful(one_application(application), portfolio)
        one, matrix, found = model.computed(one, portfolio, threads=1)
        as_of = moment(int(one.as_of[0]))
        known: dict[str, Any] = {
            "application_id": one.application_ids[0],
            "as_of": as_of,
            "sources": {source: bool(flags[0]) for source, flags in matrix.covered.items()},
            "model_id": model.model_id,
            "feature_digest": model.computer.digest,
            "mismatches": found,
            **model.law_names,
            "unavailable": portfolio.terms.barred(),
            **standing_of_one(model.groups, matrix, one, portfolio),
        }
        lack = lack_of(model, matrix)
        code = status_code(found, lack)
        if lack or forbids(found):
            return ScoreResult(status="unscorable", code=code, **known)
        evaluated = model.fitted.evaluate(matrix.values, threads=1)
        outcome = outcome_of(float(evaluated.log_odds[0]), model.scale, model.master_scale)
        explained = model.explainer.one(evaluated)
        return ScoreResult(
            status="scored",
            code=code,
            probability_of_default=outcome.probability_of_default,
            score=outcome.score,
            score_unrounded=outcome.score_unrounded,
            grade=outcome.grade,
            interval=interval_of(model.spread, model.scale, outcome.log_odds, matrix.values),
            reasons=model.reasoner.quick(
                Known.live(one, portfolio, matrix), explained, model.references[0], as_of
            ),
            **known,
        )

    def score_many(
        self, applications: Applications, portfolio: Portfolio, *, on_mismatch: OnMismatch = "refuse"
    ) -> Scores:
        """Score many applications in one pass, to the same bits as one by one.

        Parameters
        ----------
        applications : Applications
        portfolio : Portfolio
        on_mismatch : {"refuse", "count"}, default "refuse"
            What to do where these are not what the model was fitted on (a table or a column is not there,
            money is in another currency, a feature that most had is gone): raise an error that lists every
            difference, or go on and list them in the result.

        Raises
        ------
        MismatchError
        """
        model, threads = self.model, self._threads
        applications, portfolio = model.lawful(applications, portfolio)
        _, matrix, found = model.computed(applications, portfolio, threads=threads, on_mismatch=on_mismatch)
        scored = model.scorable(matrix)
        log_odds = np.where(scored, model.fitted.log_odds(matrix.values, threads=threads), np.nan)
        probability, score, grade = outcomes_of(log_odds, model.scale, model.master_scale)
        return Scores(
            application_ids=matrix.application_ids,
            scored=scored,
            log_odds=log_odds,
            probability_of_default=probability,
            score=score,
            grade=grade,
            intervals=intervals_of(model.spread, model.scale, log_odds, matrix.values),
            model_id=model.model_id,
            mismatches=found,
            **model.law_names,
            unavailable=portfolio.terms.barred(),
            **standing(model.groups, matrix, applications, portfolio),
        )

    def explain(
        self,
        applications: Applications,
        portfolio: Portfolio,
        *,
        background: Background | None = None,
        reference: ReferenceName = "training_mean",
        cutoff: float | None = None,
        on_mismatch: OnMismatch = "refuse",
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
        on_mismatch : {"refuse", "count"}, default "refuse"
            As for `score_many`.

        Returns
        -------
        Contributions
            Rows add up to the log-odds within 1e-9; ``.points(scale)``, ``.by_group()``, ``.to_shap()``.
        """
        model, threads = self.model, self._threads
        against = model.reference(reference, cutoff)
        if background is not None and against.name != "training_mean":
            raise ParameterError(
                "Give a background or a reference, not both: each is a population of its own."
            )
        _, matrix, _ = model.computed(applications, portfolio, threads=threads, on_mismatch=on_mismatch)
        explainer = model.explainer if background is None else Explainer(model.fitted, background)
        explained = explainer.contributions(
            matrix.values, model.computer.features, matrix.application_ids, threads=threads
        )
        return explained if against.name == "training_mean" else relative_to(against, explained)

    def reasons(
        self,
        application: Applications | Mapping[str, Any],
        portfolio: Portfolio,
        *,
        reference: ReferenceName = "training_mean",
        cutoff: float | None = None,
    ) -> Reasons:
        """Name the reasons of one application, why absent facts are absent, and what a guard held back.

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
        model = self.model
        one, portfolio = model.lawful(one_application(application), portfolio)
        one, matrix, _ = model.computed(one, portfolio, threads=1, on_mismatch="refuse")
        explained = model.explainer.contributions(
            matrix.values, model.computer.features, one.application_ids, threads=1
        )
        against, known = model.reference(reference, cutoff), Known.live(one, portfolio, matrix)
        return model.reasoner.judge(known, explained, against, moment(int(one.as_of[0])))


@dataclass(frozen=True, slots=True, eq=False)
class ScoringModel(Scoring):
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
    format : int
        The format whose canonical form identifies the model: 2 for one that was read from a folder of that
        format.
    contract : Contract, optional
        What it was fitted on; None for one that was saved before this was kept.
    law : ModelLaw, optional
        Under which law it was fitted and scores; None for none.
    spread : Spread, optional
        What makes an interval of every score; None for a model without intervals.
    minimum : MinimumData, optional
        What has to be known besides the application; None for anything at all.

    Attributes
    ----------
    model_id : str
        The sha256 of all but the references and the contract, 64 hexadecimal digits; of the law, its hash.
    explainer : Explainer
    reasoner : Reasoner
    application_columns : ndarray of int64, shape (n_attributes,)
        Columns of the features that are attributes of the application.
    groups : ColumnGroups
        Columns by group of sources: which of them a row shows is its cell.
    read_columns : ndarray of int64, shape (n_read,)
        Columns of the other features that the trees read.
    """

    computer: FeatureComputer
    fitted: FittedModel
    scale: ScoreScale
    master_scale: MasterScale
    references: tuple[Reference, ...] = ()
    format: int = FORMAT
    contract: Contract | None = None
    law: ModelLaw | None = None
    spread: Spread | None = None
    minimum: MinimumData | None = None
    model_id: str = field(init=False)
    explainer: Explainer = field(init=False)
    reasoner: Reasoner = field(init=False)
    application_columns: NDArray[np.int64] = field(init=False)
    groups: ColumnGroups = field(init=False)
    read_columns: NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        features = self.computer.features
        of_application = [i for i, feature in enumerate(features) if feature.source == "application"]
        object.__setattr__(self, "model_id", identify(self, former=self.format < FORMAT))
        object.__setattr__(self, "explainer", Explainer(self.fitted))
        object.__setattr__(self, "reasoner", Reasoner(features, self.fitted, self.scale))
        object.__setattr__(self, "application_columns", np.array(of_application, np.int64))
        object.__setattr__(self, "groups", groups_of(self.fitted, features))
        object.__setattr__(self, "read_columns", read_columns(features, self.fitted))
        if not any(reference.name == "training_mean" for reference in self.references):
            nothing = np.full((0, len(features)), np.nan)
            training = Reference.of_training(nothing, features.names, ())
            object.__setattr__(self, "references", (training, *self.references))

    @property
    def model(self) -> ScoringModel:
        """The model itself."""
        return self

    def lawful(self, applications: Applications, portfolio: Portfolio) -> tuple[Applications, Portfolio]:
        """Return what the law of the model lets it read; see `ModelLaw.lawful`."""
        check_given(applications=applications, portfolio=portfolio)
        if self.law is None:
            return applications, portfolio
        return self.law.lawful(applications, portfolio, self.computer.features)

    @property
    def law_names(self) -> dict[str, Any]:
        """The law that it scores under, as results have it: name, hash, how long adverse facts are read."""
        return {} if self.law is None else self.law.to_result()

    def computed(
        self,
        applications: Applications,
        portfolio: Portfolio,
        *,
        threads: int | None,
        on_mismatch: OnMismatch = "count",
    ) -> tuple[Applications, FeatureMatrix, Mismatches]:
        """Compute features of applications that are first held against what the model was fitted on.

        Returns
        -------
        applications : Applications
            As they were computed: labels are numbers or texts as at fitting.
        matrix : FeatureMatrix
        mismatches : tuple of Mismatch

        Raises
        ------
        MismatchError
            If `on_mismatch` is ``"refuse"`` and a mismatch forbids to score.
        """
        applications, portfolio = self.lawful(applications, portfolio)
        applications, found = self.admitted(applications, portfolio, on_mismatch=on_mismatch)
        matrix = self.computer.compute(applications, portfolio, threads=threads)
        found += self.values_found(applications, matrix, portfolio.terms)
        refuse(found, on_mismatch)
        return applications, matrix, found

    def admitted(
        self, applications: Applications, portfolio: Portfolio, *, on_mismatch: OnMismatch = "count"
    ) -> tuple[Applications, Mismatches]:
        """Hold tables and attributes against what the model was fitted on; see `computed`."""
        check_choice(on_mismatch)
        if self.contract is None:
            return applications, ()
        applications, found = admitted(self.contract, applications, portfolio)
        refuse(found, on_mismatch)
        return applications, found

    def values_found(
        self, applications: Applications, matrix: FeatureMatrix, terms: SourceTerms = NO_TERMS
    ) -> Mismatches:
        """Hold computed features, of which there may be more than the model has, against the fitted ones."""
        if matrix.names != self.computer.names:
            columns = [matrix.names.index(name) for name in self.computer.names]
            matrix = replace(matrix, names=self.computer.names, values=matrix.values[:, columns])
        return values_found(self, applications, matrix, terms)

    def scorable(self, matrix: FeatureMatrix) -> NDArray[np.bool_]:
        """Tell who has the minimum data, shape (n_applications,); see `creditscore.scoring.minimum`."""
        return scorable_in(self, matrix)

    def reference(self, name: ReferenceName = "training_mean", cutoff: float | None = None) -> Reference:
        """Return a population that was kept with the model; see `kept_reference`."""
        return kept_reference(self.references, name, cutoff)
