"""How well a pipeline would do: fitted on some applications, judged on others, several times over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.arrays import Float64, Int64
from creditscore._ground.progress import progress
from creditscore.data.aligned import weights_of
from creditscore.data.applications import Applications
from creditscore.data.given import check_given
from creditscore.data.loans.outcomes import OutcomeRule
from creditscore.data.portfolio import Portfolio
from creditscore.errors import FittingError, ParameterError
from creditscore.features.compute import FeatureComputer
from creditscore.features.definition import FeatureSet
from creditscore.features.payments.shortest import asking_for, blanked, history_of
from creditscore.pipeline.cautions import check_known
from creditscore.pipeline.copies import Copies, no_copies
from creditscore.pipeline.dropout import copies_of, fitted_with
from creditscore.pipeline.fitting import Outcome, check_recipe, chosen_features, configured, labels_of
from creditscore.pipeline.lawful import Allowed
from creditscore.pipeline.parameters import Parameterised
from creditscore.pipeline.recipe import Recipe
from creditscore.reasons.sayable import sayable
from creditscore.scoring.cell import groups_of_columns
from creditscore.validation._checks import at_least
from creditscore.validation.bootstrap import performance
from creditscore.validation.results import Performance

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from creditscore.model.scorer import CreditScorer

# Folds are fitted on half of the rows or more, as a rule; on fewer, no more copies of each calibrate.
_SMALLEST_PART: Final = 2
Flags: TypeAlias = NDArray[np.bool_]
Pair: TypeAlias = tuple[Int64, Int64]
Folding: TypeAlias = int | Literal["time"] | Iterable[tuple[Any, Any]]


@dataclass(frozen=True, slots=True, eq=False)
class CrossValidated:
    """What a pipeline said of applications that it was not fitted on.

    Attributes
    ----------
    log_odds : ndarray of float64, shape (n_applications,)
        Calibrated log-odds of bad, by the application; NaN where nobody judged it.
    bad : ndarray of float64, shape (n_applications,)
        1 bad, 0 good, NaN not known.
    fold : ndarray of int64, shape (n_applications,)
        Number of the fold that judged it; -1 where none did.
    performance : Performance
        Of all that were judged, together, with intervals.
    parts : tuple of (Performance or None)
        Of each fold; None where it holds one outcome only.
    skipped : mapping of str to int
        Why applications were not judged, and how many.
    """

    log_odds: Float64
    bad: Float64
    fold: Int64
    performance: Performance
    parts: tuple[Performance | None, ...]
    skipped: dict[str, int]

    def __str__(self) -> str:
        left_out = ", ".join(f"{count:,} {why}" for why, count in self.skipped.items() if count) or "none"
        each = ", ".join("-" if part is None else f"{part['auc'].value:.4f}" for part in self.parts)
        return f"{self.performance}\n\n{len(self.parts)} folds, AUC of each: {each}; not judged: {left_out}"


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """What scorers are fitted on, computed once for all folds.

    A feature is a pure function of what was known of one applicant, so a fold needs none computed anew.

    Attributes
    ----------
    features : FeatureSet
    X : ndarray of float64, shape (n_applications, n_features)
    copies : Copies
        Of these rows, with sources taken away.
    history : ndarray of float64, shape (n_applications,)
        Days over which payments reach back: each fold asks for as many as the applications that it is fitted
        on have.
    bad, weight : ndarray of float64, shape (n_applications,)
    as_of : ndarray of int64, shape (n_applications,)
        Microseconds since 1970-01-01 UTC.
    who : ndarray of str, shape (n_applications,)
        Applicants.
    known, with_rows : ndarray of bool, shape (n_applications,)
        Who has an outcome, and of whom anything at all was known, apart from the application.
    window : int
        Length of the outcome window in microseconds.
    skipped : mapping of str to int
    """

    features: FeatureSet
    X: Float64
    copies: Copies
    history: Float64
    bad: Float64
    weight: Float64
    as_of: Int64
    who: Any
    known: Any
    with_rows: Any
    window: int
    skipped: dict[str, int]

    @property
    def scorable(self) -> Flags:
        """Who has the minimum data of a score, shape (n_applications,)."""
        asked = [j for j, one in enumerate(self.features) if one.source == "application"]
        found: Flags = self.with_rows | ~np.isnan(self.X[:, asked]).all(axis=1)
        return found

    def judged(
        self, scorer: CreditScorer | None, pairs: Iterable[Pair], threads: int | None
    ) -> CrossValidated:
        """Fit on the first rows of each pair and judge the others.

        Raises
        ------
        FittingError
            If no bads or no goods are judged.
        """
        chosen = list(pairs)
        log_odds, fold = self.predicted(scorer, chosen, threads)
        seen = (fold >= 0) & (self.weight > 0)
        if len(np.unique(self.bad[seen])) < 2:
            raise FittingError("The folds judge bads alone, or goods alone. Give other folds.")
        parts = tuple(self._measured(log_odds, seen & (fold == number)) for number in range(len(chosen)))
        whole = performance(self.bad[seen], log_odds[seen], sample_weight=self.weight[seen])
        skipped = self.skipped | {"in_no_fold": int((self.known & self.scorable & (fold < 0)).sum())}
        return CrossValidated(log_odds, self.bad, fold, whole, parts, skipped)

    def predicted(
        self, scorer: CreditScorer | None, chosen: Sequence[Pair], threads: int | None
    ) -> tuple[Float64, Int64]:
        """Fit on the first rows of each pair and return log-odds of the others, and the number of the fold.

        Returns
        -------
        ndarray of float64, shape (n_applications,), and ndarray of int64, shape (n_applications,)
            NaN and -1 where nobody judged.
        """
        log_odds = np.full(len(self.bad), np.nan)
        fold = np.full(len(self.bad), -1, np.int64)
        for number, (rows, others) in enumerate(progress(chosen, what="cross-validation", total=len(chosen))):
            asking = asking_for(self.features, self.history[rows])
            X = blanked(self.X, self.features, asking, self.history)
            fitted = self.fitted(scorer, rows, threads, asking, X)
            log_odds[others] = fitted.log_odds_of_numbers(X[others])
            fold[others] = number
        return log_odds, fold

    def of_columns(self, columns: Sequence[int]) -> Prepared:
        """Return the same rows with some features alone, and no copies of them."""
        chosen = list(columns)
        return replace(
            self,
            features=self.features.select([self.features.names[j] for j in chosen]),
            X=np.ascontiguousarray(self.X[:, chosen]),
            copies=no_copies(len(chosen)),
        )

    def fitted(
        self, scorer: CreditScorer | None, rows: Int64, threads: int | None, asking: FeatureSet, X: Float64
    ) -> CreditScorer:
        """Fit on some rows, with features as `asking_for` made them.

        Parameters
        ----------
        scorer : CreditScorer or None
        rows : ndarray of int64, shape (n_fit,)
        threads : int or None
        asking : FeatureSet
        X : ndarray of float64, shape (n_applications, n_features)
            Their values.
        """
        values = blanked(self.copies.values, self.features, asking, self.history[self.copies.rows])
        fitted, _ = fitted_with(
            configured(scorer, asking, self.window, threads),
            X[rows],
            self.bad[rows].astype(np.int64),
            replace(self.copies, values=values).of(rows),
            time=self.as_of[rows],
            groups=self.who[rows],
            sample_weight=self.weight[rows],
            sources=groups_of_columns(self.features),
        )
        return fitted

    def with_features(self, names: Sequence[str]) -> Prepared:
        """Return the same rows with some of the features alone."""
        columns = [self.features.names.index(name) for name in names]
        copies = replace(self.copies, values=self.copies.values[:, columns])
        chosen = FeatureSet(tuple(self.features.features[column] for column in columns))
        return replace(self, features=chosen, X=self.X[:, columns], copies=copies)

    def _measured(self, log_odds: Float64, rows: Any) -> Performance | None:
        if len(np.unique(self.bad[rows])) < 2:
            return None
        return performance(self.bad[rows], log_odds[rows], sample_weight=self.weight[rows])

    def pairs(self, folds: Folding, seed: int) -> list[Pair]:
        """Rows to fit on and rows to judge: parts of applicants, blocks of time, or as they were given."""
        rows = np.flatnonzero(self.known)
        if isinstance(folds, str | bytes):
            return [self._judging(rows[before], rows[block]) for before, block in self._blocks(folds, rows)]
        if isinstance(folds, int | np.integer) and not isinstance(folds, bool):
            from creditscore.model.folds import hash_folds

            at_least("seed", seed, 0)
            if folds < 2:
                raise ParameterError.must_be("folds", "2 or more", folds)
            # dealt otherwise than the scorer deals its own parts
            parts = hash_folds(self.who[rows], self.bad[rows], n_parts=int(folds), seed=seed + 7_919)
            return [self._judging(rows[fit], rows[judge]) for fit, judge in parts.pairs()]
        return self._given(folds)

    def _judging(self, fit: Int64, judge: Int64) -> Pair:
        """Who cannot be scored is fitted on, as in any fit, and not judged."""
        return fit, judge[self.scorable[judge]]

    def _blocks(self, folds: str | bytes, rows: Int64) -> Iterable[Pair]:
        from creditscore.model.origins import rolling_origins

        if folds != "time":
            raise ParameterError.must_be("folds", "a number, 'time' or pairs of row numbers", folds)
        found = rolling_origins(self.as_of[rows], self.bad[rows], self.who[rows], embargo=self.window)
        if isinstance(found, str):
            raise FittingError(f"The rows cannot be judged in time: {found}. Give a number of folds.")
        return found.pairs()

    def _given(self, folds: Any) -> list[Pair]:
        if hasattr(folds, "split"):
            folds = folds.split(self.X, self.bad, self.who)
        try:
            pairs = [(np.asarray(fit), np.asarray(judge)) for fit, judge in folds]
        except (TypeError, ValueError):
            raise ParameterError.must_be("folds", "a number, 'time' or pairs of row numbers", folds) from None
        everyone = np.arange(len(self.bad))
        kept = []
        for fit, judge in pairs:
            for rows in (fit, judge):
                if rows.dtype.kind not in "biu" or (rows.dtype.kind == "b" and rows.shape != everyone.shape):
                    raise ParameterError.must_be("folds", "pairs of row numbers or of masks", rows.dtype)
                if (
                    rows.dtype.kind != "b"
                    and rows.size
                    and not (rows.min() >= 0 and rows.max() < everyone.size)
                ):
                    raise ParameterError.must_be("folds", f"row numbers from 0 to {everyone.size - 1}", rows)
            chosen = [everyone[rows] for rows in (fit, judge)]
            if len(np.intersect1d(*chosen)):
                raise ParameterError("A fold is fitted on and judges the same rows. Part them.")
            kept.append(self._judging(*(rows[self.known[rows]] for rows in chosen)))
        counts = Counter(row for _, judge in kept for row in judge.tolist())
        if not kept or max(counts.values(), default=2) > 1:
            raise ParameterError("Folds must judge something, and no row twice. Give other pairs.")
        return kept


def _check_given(pipeline: object, applications: object, portfolio: object) -> None:
    check_given(applications=applications, portfolio=portfolio)
    if not hasattr(pipeline, "scorer"):
        raise ParameterError.must_be("pipeline", "a CreditPipeline", type(pipeline).__name__)


def prepared(
    pipeline: Parameterised,
    applications: Applications,
    portfolio: Portfolio,
    bad: ArrayLike | OutcomeRule,
    *,
    extracted_at: datetime | str | None = None,
    sample_weight: ArrayLike | None = None,
    positive_label: str | float | None = None,
) -> Prepared:
    """Compute what every fold of a pipeline is fitted on; arrays have shape (n_applications,)."""
    _check_given(pipeline, applications, portfolio)
    declared = chosen_features(pipeline.features, applications, portfolio)
    allowed = Allowed.under(pipeline.jurisdiction, declared, applications, portfolio)
    applications, portfolio = allowed.applications, allowed.portfolio
    features, _ = sayable(allowed.features.for_model)
    computer = FeatureComputer(features)
    parts = pipeline.scorer, pipeline.scale, pipeline.master_scale, pipeline.embargo, pipeline.segments
    recipe = Recipe(computer, *parts, pipeline.source_dropout)
    threads = pipeline.threads
    check_recipe(recipe, applications, portfolio)
    outcome = Outcome.given(bad, extracted_at, recipe, positive_label)
    labels, excluded, window = labels_of(applications, allowed.observed, outcome)
    weights = weights_of(sample_weight, applications.application_ids)
    matrix = computer.compute(applications, portfolio, threads=pipeline.threads)
    check_known(computer, applications, portfolio, matrix)
    known = ~np.isnan(labels)
    rows = Prepared(
        features=features,
        X=matrix.values,
        copies=copies_of(
            computer,
            applications,
            portfolio,
            matrix,
            recipe.source_dropout,
            fewest=int(known.sum()) // _SMALLEST_PART,
            threads=threads,
        ),
        history=history_of(applications, portfolio, threads=pipeline.threads),
        bad=labels,
        weight=np.ones(len(labels)) if weights is None else weights,
        as_of=applications.as_of,
        who=np.array([str(who) for who in applications.applicant_ids]),
        known=known,
        with_rows=matrix.any_rows,
        window=window,
        skipped=dict(excluded),
    )
    return replace(rows, skipped=rows.skipped | {"unscorable": int((known & ~rows.scorable).sum())})


def cross_validate(
    pipeline: Parameterised,
    applications: Applications,
    portfolio: Portfolio,
    bad: ArrayLike | OutcomeRule,
    *,
    folds: Folding = 5,
    extracted_at: datetime | str | None = None,
    sample_weight: ArrayLike | None = None,
    positive_label: str | float | None = None,
    seed: int = 0,
) -> CrossValidated:
    """Fit a pipeline on some applications and judge it on others, several times over.

    Parameters
    ----------
    pipeline : CreditPipeline
        Its parameters count; whether it was fitted does not, and it is not changed.
    applications, portfolio, bad, extracted_at, sample_weight, positive_label
        As for ``CreditPipeline.fit``; arrays of shape (n_applications,).
    folds : int, "time", splitter, or iterable of pairs of row numbers
        So many parts of applicants, of whom none is in two; or four blocks of time, each judged by what was
        known before it, with the embargo of the pipeline; or a splitter of scikit-learn's kind, whose groups
        are the applicants, such as `TimeSplit`; or rows to fit on and rows to judge.
    seed : int, default 0
        Other parts.

    Returns
    -------
    CrossValidated

    Raises
    ------
    FittingError
        If there are too few bads or goods, or the rows cannot be judged in time.
    ParameterError
        If the folds are none.

    Examples
    --------
    >>> import creditscore as cs
    >>> german = cs.datasets.load_german()
    >>> scorer = cs.CreditScorer(recipe="pairs", n_estimators=40)
    >>> features = cs.application_features(german.columns, german.categories)
    >>> pipeline = cs.CreditPipeline(features=[features], scorer=scorer)
    >>> found = cs.cross_validate(pipeline, german.applications, cs.Portfolio(), german.bad, folds=3)
    >>> found.performance["auc"].value > 0.7, len(found.parts)
    (True, 3)
    """
    rows = prepared(
        pipeline,
        applications,
        portfolio,
        bad,
        extracted_at=extracted_at,
        sample_weight=sample_weight,
        positive_label=positive_label,
    )
    return rows.judged(pipeline.scorer, rows.pairs(folds, seed), pipeline.threads)
