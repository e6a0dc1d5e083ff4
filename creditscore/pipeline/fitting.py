"""Fit a pipeline: features, outcomes, model, baseline, and a report on rows that were not seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore._ground.instants import parse_duration
from creditscore._ground.progress import progress
from creditscore.data.aligned import outcomes_of, weights_of
from creditscore.data.applications import Applications
from creditscore.data.loans.outcomes import OutcomeRule
from creditscore.data.portfolio import Portfolio
from creditscore.data.sources import tables_showing
from creditscore.errors import FittingError, ParameterError
from creditscore.explain.references import Reference
from creditscore.features.application.declared import application_features
from creditscore.features.application.form import OpenFeatures
from creditscore.features.checking import check_columns
from creditscore.features.definition import Feature, FeatureSet
from creditscore.features.digital.declared.catalogue import digital_features, every_digital_feature
from creditscore.features.formula import Attribute, attributes
from creditscore.features.loans.declared.catalogue import repayment_features
from creditscore.features.matrix import FeatureMatrix
from creditscore.features.payments.declared.catalogue import payment_features
from creditscore.features.social.declared.catalogue import social_features
from creditscore.pipeline.artefact import Saved
from creditscore.pipeline.bounding import spread_of
from creditscore.pipeline.caution import tell
from creditscore.pipeline.cautions import Fit, cautions, check_attributes, check_known
from creditscore.pipeline.cells import masks_of
from creditscore.pipeline.copies import Copies
from creditscore.pipeline.doubled import check_doubled
from creditscore.pipeline.dropout import copies_of, fitted_with
from creditscore.pipeline.fit_report import FitReport
from creditscore.pipeline.held_out import HeldOut, identity_of, marks_of, order_of, segments_of
from creditscore.pipeline.hiding import hiding_cautions
from creditscore.pipeline.recipe import Recipe
from creditscore.reasons.categories import texts_of_categories
from creditscore.scoring.cell import groups_of_columns
from creditscore.scoring.contract import Contract
from creditscore.scoring.model import ScoringModel
from creditscore.scoring.references import with_approved
from creditscore.validation.bootstrap import performance
from creditscore.validation.results import Performance

if TYPE_CHECKING:
    from creditscore.model.crossfit import HeldOut as Predicted
    from creditscore.model.scorer import CreditScorer

CATALOGUES: Final[tuple[Callable[[], FeatureSet], ...]] = (
    payment_features,
    repayment_features,
    social_features,
    digital_features,
)


def built_in_features() -> FeatureSet:
    """Return every feature of every catalogue, also those that are declared on request alone."""
    every: dict[Callable[[], FeatureSet], Callable[[], FeatureSet]] = {
        payment_features: partial(payment_features, every=True),
        repayment_features: partial(repayment_features, every=True),
        digital_features: every_digital_feature,
    }
    catalogues = [application_features(), *(every.get(catalogue, catalogue)() for catalogue in CATALOGUES)]
    return FeatureSet(tuple(feature for catalogue in catalogues for feature in catalogue))


def default_features(applications: Applications, portfolio: Portfolio) -> FeatureSet:
    """Return every catalogue for which the portfolio has tables, and the usual application attributes."""
    numbers = tuple(name for name in ("amount", "term_days") if name in applications.numeric)
    texts = tuple(name for name in ("product", "purpose") if name in applications.text)
    features = application_features(columns=numbers, categories=texts)
    for catalogue in (catalogue() for catalogue in CATALOGUES):
        if not tables_showing({feature.source for feature in catalogue}).isdisjoint(portfolio.tables):
            features = features + catalogue
    if not len(features):
        raise FittingError(
            "No catalogue fits: the portfolio has no table and the applications no amount or term."
        )
    return features


def chosen_features(
    features: FeatureSet | Sequence[FeatureSet | Feature] | None,
    applications: Applications,
    portfolio: Portfolio,
) -> FeatureSet:
    """Return the features that were asked for, those of the application as its columns allow."""
    if features is None:
        return default_features(applications, portfolio)
    given = [features] if isinstance(features, FeatureSet) else features
    parts = [part if isinstance(part, FeatureSet) else FeatureSet((part,)) for part in given]
    read = {
        attribute.column
        for part in parts
        if not isinstance(part, OpenFeatures)
        for feature in part
        for attribute in attributes(feature.formula)
    }
    found = [part.resolved(applications, read) if isinstance(part, OpenFeatures) else part for part in parts]
    check_doubled(parts, found)
    return FeatureSet(tuple(feature for part in found for feature in part))


def fit_model(
    applications: Applications,
    portfolio: Portfolio,
    bad: ArrayLike | OutcomeRule,
    recipe: Recipe,
    *,
    extracted_at: datetime | str | None,
    sample_weight: ArrayLike | None,
    threads: int | None,
    positive_label: object = None,
    strict: bool = False,
    observed: Portfolio | None = None,
) -> Saved:
    """Fit everything that a score depends on; see `CreditPipeline.fit`.

    Outcomes are read of ``observed``, where that differs from what features read. ``bad`` and
    ``sample_weight``, where they are arrays, have shape (n_applications,).
    """
    computer = recipe.computer
    check_recipe(recipe, applications, portfolio)
    outcome = Outcome.given(bad, extracted_at, recipe, positive_label)
    labels, excluded, window = labels_of(applications, observed or portfolio, outcome)
    weights = weights_of(sample_weight, applications.application_ids)
    matrix = computer.compute(applications, portfolio, threads=threads)
    known = np.flatnonzero(~np.isnan(labels))
    X, y, weight = matrix.values[known], labels[known], None if weights is None else weights[known]
    check_known(computer, applications, portfolio, matrix)
    copies = _copies(recipe, applications, portfolio, matrix, known, threads)
    sources = groups_of_columns(computer.features)
    fitted, seen = fitted_with(
        configured(recipe.scorer, computer.features, window, threads), X, y.astype(np.int64), copies,
        time=applications.as_of[known],
        groups=np.array([str(who) for who in applications.applicant_ids])[known],
        sample_weight=weight, sources=sources, unlabelled=_without_outcome(recipe.scorer, matrix, labels),
    )  # fmt: skip
    trees = replace(fitted.model_, feature_names=computer.features.names)
    contract = Contract.learned(computer, trees, applications, portfolio, matrix, known)
    references = (_training_reference(X, computer.features, applications),)
    parts = computer, trees, recipe.scale, recipe.master_scale, references
    made = ScoringModel(*parts, contract=contract, spread=spread_of(fitted, X, copies, sources))
    model = with_approved(made, X, applications, threads=threads)
    fit = Fit(computer, applications, portfolio, matrix, known, y, recipe, fitted)
    judged, beside = fitted.report_, _baseline(X, y, weight, fitted, _categories(computer.features))
    report = FitReport(
        applications=len(applications), used=known.size, excluded=excluded, folds=fitted.choice_,
        features=len(computer.features),
        unavailable=matrix.unavailable,
        trees=model.fitted.n_trees,
        performance=_performance(judged.bad, judged.log_odds, judged.weight),
        baseline=_performance(judged.bad, beside, judged.weight),
        screened=_screened(fitted, computer.features),
        unworded=_unworded(computer.features),
        masks=None if seen is None else masks_of(fitted, seen, sources),
        warnings=(*cautions(fit), *hiding_cautions(model.fitted, X, copies, sources)),
    )  # fmt: skip
    tell(report.warnings, strict=strict)
    return Saved(model, report, recipe.to_dict(), _kept_rows(judged, beside, known, applications, recipe))


def _without_outcome(
    scorer: CreditScorer | None, matrix: FeatureMatrix, labels: NDArray[np.float64]
) -> NDArray[np.float64] | None:
    """Rows whose outcome is not known, if something is known of them and a teacher will give them one."""
    rows = np.isnan(labels) & matrix.any_rows
    has_teacher = scorer is not None and scorer.get_params(deep=False).get("teacher") is not None
    return matrix.values[rows] if has_teacher and rows.any() else None


def _copies(
    recipe: Recipe,
    applications: Applications,
    portfolio: Portfolio,
    matrix: FeatureMatrix,
    known: NDArray[np.int64],
    threads: int | None,
) -> Copies:
    """Copies of the rows that are fitted, numbered by their positions among them."""
    given = recipe.computer, applications, portfolio, matrix
    return copies_of(*given, recipe.source_dropout, fewest=known.size, threads=threads).of(known)


def _unworded(features: FeatureSet) -> tuple[str, ...]:
    return tuple(one.name for one in features if one.reason_group and isinstance(one.label, str))


def _screened(fitted: CreditScorer, features: FeatureSet) -> tuple[str, ...]:
    return tuple(features.names[fitted.model_.feature_names.index(name)] for name in fitted.dropped_)


def check_recipe(recipe: Recipe, applications: Applications, portfolio: Portfolio) -> None:
    """Refuse columns that are not there before anything is fitted."""
    segments_of(applications, recipe.segments, np.empty(0, np.int64))
    check_attributes(recipe.computer.features, applications)
    check_columns(recipe.computer.features, portfolio)


def _training_reference(
    X: NDArray[np.float64], features: FeatureSet, applications: Applications
) -> Reference:
    labels = texts_of_categories(features, applications)
    return Reference.of_training(X, features.names, _categories(features), labels)


def _kept_rows(
    judged: Predicted,
    beside: NDArray[np.float64],
    known: NDArray[np.int64],
    applications: Applications,
    recipe: Recipe,
) -> HeldOut:
    rows, order = known[judged.index], order_of(applications)
    return HeldOut(
        index=rows,
        log_odds=judged.log_odds + 0.0,  # -0.0 has no canonical form
        bad=judged.bad,
        weight=judged.weight,
        as_of=applications.as_of[rows],
        segments=segments_of(applications, recipe.segments, rows),
        ranks=np.argsort(order)[rows],
        applications_sha256=identity_of(applications, order),
        fitted=marks_of(applications.take(known)),
        baseline=beside,
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is said of outcomes, as it was given."""

    bad: ArrayLike | OutcomeRule
    extracted_at: datetime | str | None
    embargo: str
    positive_label: object

    @classmethod
    def given(
        cls, bad: ArrayLike | OutcomeRule, extracted_at: datetime | str | None, recipe: Recipe, label: object
    ) -> Outcome:
        """Take the label of the bads from the scorer where it is not given.

        ``bad``, where it is an array, has shape (n_applications,).
        """
        if label is None and recipe.scorer is not None:
            label = recipe.scorer.positive_label
        return cls(bad, extracted_at, recipe.embargo, label)


def labels_of(
    applications: Applications, portfolio: Portfolio, outcome: Outcome
) -> tuple[NDArray[np.float64], dict[str, int], int]:
    """Outcomes of shape (n_applications,), why some are not known, and the length of the outcome window."""
    bad, extracted_at = outcome.bad, outcome.extracted_at
    if isinstance(bad, OutcomeRule):
        if extracted_at is None:
            raise ParameterError.must_be(
                "extracted_at", "given with an OutcomeRule, to tell who is mature", None
            )
        outcomes = bad.label(applications, portfolio, extracted_at)
        left_out = {why: n for why, n in outcomes.counts.items() if why not in ("bad", "good")}
        return outcomes.labels, left_out, parse_duration(bad.window)
    labels = outcomes_of(bad, applications.application_ids, outcome.positive_label)
    unlabelled = {"unlabelled": int(np.isnan(labels).sum())}
    return labels, unlabelled, parse_duration(outcome.embargo, parameter="embargo")


def configured(
    scorer: CreditScorer | None, features: FeatureSet, window: int, threads: int | None
) -> CreditScorer:
    """Return a scorer that is not fitted, told of the features and of the length of the outcome window."""
    from sklearn.base import clone

    from creditscore.model.scorer import CreditScorer

    if not isinstance(scorer, CreditScorer | None):
        raise ParameterError.must_be("scorer", "a CreditScorer or a Scorecard", scorer)
    chosen: Any = CreditScorer() if scorer is None else clone(scorer)
    settings: dict[str, Any] = {
        "signs": list(features.signs),
        "categorical_features": _categories(features),
        "positive_label": None,  # outcomes are 0 and 1 by now
    }
    if window:
        settings["embargo"] = window
    if threads is not None:
        settings["threads"] = threads
    configured: CreditScorer = chosen.set_params(**settings)
    return configured


def _categories(features: FeatureSet) -> list[int]:
    return [i for i, feature in enumerate(features) if _is_category(feature)]


def _is_category(feature: Feature) -> bool:
    return isinstance(feature.formula, Attribute) and feature.formula.category


def _performance(
    bad: NDArray[np.float64], log_odds: NDArray[np.float64], weight: NDArray[np.float64] | None
) -> Performance | None:
    """Measure rows of weight above 0; each counts as much as its weight says.

    They are drawn by rising log-odds, goods first, so that who has the rows alone can draw them again.
    """
    known = ~np.isnan(log_odds)
    if weight is not None:
        known &= weight > 0
    if len(Counter(bad[known].tolist())) < 2:
        return None
    heavy = np.ones(bad.size) if weight is None else weight
    order = np.flatnonzero(known)[np.lexsort((heavy[known], bad[known], log_odds[known]))]
    even = bool((heavy[order] == 1.0).all())
    return performance(bad[order], log_odds[order], sample_weight=None if even else heavy[order])


def _baseline(
    X: NDArray[np.float64],
    y: NDArray[np.float64],
    weight: NDArray[np.float64] | None,
    fitted: CreditScorer,
    categories: list[int],
) -> NDArray[np.float64]:
    """Log-odds of a logistic regression for the rows of the report, fitted without them; else NaN."""
    from creditscore.model.baseline import LogisticBaseline

    log_odds = np.full(y.size, np.nan)
    pairs = list(fitted.judged_.pairs())
    known = np.flatnonzero(~np.isnan(X).all(axis=0))
    X, categories = X[:, known], np.flatnonzero(np.isin(known, categories)).tolist()
    for grow, report in progress(pairs, what="baseline", total=len(pairs)):
        baseline = LogisticBaseline(categorical_features=categories).fit(
            X[grow], y[grow], sample_weight=None if weight is None else weight[grow]
        )
        log_odds[report] = baseline.log_odds_of_numbers(X[report])
    return log_odds[fitted.report_.index]
