"""Fit one model for each combination of the groups of sources that a portfolio has."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import numpy as np
from numpy.typing import ArrayLike

from creditscore._ground.arrays import Float64, Int64
from creditscore._ground.numbers import whole_number
from creditscore._ground.progress import progress
from creditscore.data.aligned import weights_of
from creditscore.data.applications import Applications
from creditscore.data.given import check_given
from creditscore.data.loans.outcomes import OutcomeRule
from creditscore.data.portfolio import Portfolio
from creditscore.data.presence import COMBINATIONS, groups_in, with_groups_alone
from creditscore.data.sources import GROUP_OF
from creditscore.errors import FittingError
from creditscore.features.compute import FeatureComputer
from creditscore.features.definition import FeatureSet
from creditscore.pipeline.facade import CreditPipeline
from creditscore.pipeline.fitting import Outcome, chosen_features, labels_of
from creditscore.pipeline.mask_models import Mask, MaskModels
from creditscore.pipeline.recipe import Recipe
from creditscore.scoring.cell import groups_of_columns
from creditscore.words.plain import PLAIN


def fit_mask_models(
    pipeline: CreditPipeline,
    applications: Applications,
    portfolio: Portfolio,
    bad: ArrayLike | OutcomeRule,
    *,
    extracted_at: datetime | str | None = None,
    sample_weight: ArrayLike | None = None,
    positive_label: str | float | None = None,
    fewest: int = 20,
) -> MaskModels:
    """Fit one model for each combination of the groups of sources of which the portfolio has tables.

    The model of a combination is fitted without the tables of the other groups, with the features of its own
    and those of the application, on all applications of which at least one of its groups is known.

    Parameters
    ----------
    pipeline : CreditPipeline
        Its parameters count, but for `source_dropout`; it is not changed.
    applications, portfolio, bad, extracted_at, sample_weight, positive_label
        As for ``CreditPipeline.fit``; arrays of shape (n_applications,).
    fewest : int, default 20
        A combination with fewer bads or fewer goods gets no model of its own, which is told in `left_out`.

    Returns
    -------
    MaskModels

    Raises
    ------
    FittingError
        If the portfolio has no table of these groups, no feature is of them, or the model of all of them
        cannot be fitted.
    ParameterError
        If `fewest` is no whole number of at least 2.

    Examples
    --------
    See `MaskModels`.
    """
    check_given(applications=applications, portfolio=portfolio, some=True)
    fewest = whole_number("fewest", fewest, 2)
    features = chosen_features(pipeline.features, applications, portfolio)
    recipe = Recipe(
        FeatureComputer(features), pipeline.scorer, pipeline.scale, pipeline.master_scale, pipeline.embargo
    )
    outcome = Outcome.given(bad, extracted_at, recipe, positive_label)
    labels, _, _ = labels_of(applications, portfolio, outcome)
    weights = weights_of(sample_weight, applications.application_ids)
    embargo = bad.window if isinstance(bad, OutcomeRule) else pipeline.embargo
    models, left_out = {}, {}
    masks = list(_masks(features, portfolio))
    if not masks:
        raise FittingError(PLAIN["no_masks"])
    for groups in progress(masks, what="combinations", total=len(masks)):
        rows, some = _rows_of(groups, features, applications, portfolio)
        if min(int((labels[rows] == side).sum()) for side in (0.0, 1.0)) < fewest and groups != masks[0]:
            left_out[groups] = "too_few"
            continue
        models[groups] = _own(pipeline, _features_of(features, groups), embargo).fit(
            applications.take(rows), some, labels[rows],
            sample_weight=None if weights is None else weights[rows],
        )  # fmt: skip
    return MaskModels(models, left_out)


def _own(pipeline: CreditPipeline, features: FeatureSet, embargo: str) -> CreditPipeline:
    """Return a pipeline of some features with the same parameters; outcomes are 0 and 1 by now."""
    from sklearn.base import clone

    given = pipeline.get_params(deep=False) | {"features": features, "source_dropout": 0, "embargo": embargo}
    if given["scorer"] is not None:
        given["scorer"] = clone(given["scorer"]).set_params(positive_label=None)
    return CreditPipeline(**given)


def _masks(features: FeatureSet, portfolio: Portfolio) -> Iterator[Mask]:
    """Yield the combinations of groups of which there are tables and features."""
    there = set(groups_in(portfolio)) & set(groups_of_columns(features).columns)
    yield from (groups for groups in COMBINATIONS if set(groups) <= there)


def _features_of(features: FeatureSet, groups: Mask) -> FeatureSet:
    """Leave out the features of other groups of sources."""
    return features.where(lambda one: GROUP_OF.get(one.source) in (None, *groups))


def _rows_of(
    groups: Mask, features: FeatureSet, applications: Applications, portfolio: Portfolio
) -> tuple[Int64, Portfolio]:
    """Applications of which at least one of some groups is known, and the tables without the others."""
    some, mine = with_groups_alone(portfolio, groups), _features_of(features, groups)
    values: Float64 = FeatureComputer(mine).compute(applications, some).values
    return np.flatnonzero(groups_of_columns(mine).codes(values)), some
