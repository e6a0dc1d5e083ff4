"""Of how many things a share was taken, so that it can be told as "3 of your last 6 instalments"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

import numpy as np

from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.features.compute import FeatureComputer
from creditscore.features.definition import Feature, FeatureSet
from creditscore.features.formula import Share, Term
from creditscore.reasons.facts import Fact
from creditscore.reasons.reason import Reason, Reasons
from creditscore.words.labels import AnyLabel, Label
from creditscore.words.languages import texts_in


def with_counts(
    reasons: Reasons, features: Mapping[str, Feature], application: Applications, portfolio: Portfolio
) -> Reasons:
    """Count what the shares among the facts were taken of.

    A share that is the mean of a 0/1 column is told as a count of the rows that its declaration chooses:
    the same view, window and conditions, counted at the same moment. A share that is drawn towards a prior
    is told as it is before that: the applicant's own part of the own whole. Other facts stay as they are.

    Parameters
    ----------
    reasons : Reasons
    features : mapping of str to Feature
        By name.
    application : Applications
        Of one.
    portfolio : Portfolio
    """
    given = tuple(_counted(reason, features, application, portfolio) for reason in reasons.given)
    return replace(reasons, given=given)


def _counted(
    reason: Reason, features: Mapping[str, Feature], application: Applications, portfolio: Portfolio
) -> Reason:
    fact = reason.fact
    if fact is None or reason.basis != "fact":
        return reason
    formula = features[fact.feature].formula
    if isinstance(formula, Share):
        return replace(reason, fact=_own(fact, features[fact.feature], application, portfolio))
    if fact.unit != "share" or not _has_words(fact.label):
        return reason
    if not isinstance(formula, Term) or formula.statistic != "mean":
        return reason
    counted = _counter(features[fact.feature]).compute(application, portfolio, threads=1).values[0, 0]
    if np.isnan(counted):
        return reason
    return replace(reason, fact=replace(fact, of=int(counted)))


def _own(fact: Fact, feature: Feature, application: Applications, portfolio: Portfolio) -> Fact:
    """Say a share as it is before it is drawn towards a prior; of how many, where it has words for that."""
    part, whole = _parts(feature).compute(application, portfolio, threads=1).values[0]
    if not whole > 0.0 or np.isnan(part):
        return fact
    counts = whole == int(whole) and _has_words(fact.label)
    return replace(fact, value=float(part / whole), of=int(whole) if counts else fact.of)


@lru_cache(maxsize=256)
def _parts(feature: Feature) -> FeatureComputer:
    """Compute part and whole of a feature that is a share drawn towards a prior."""
    if not isinstance(feature.formula, Share):
        raise TypeError(feature.name)
    named = (("part", feature.formula.part), ("whole", feature.formula.whole))
    return FeatureComputer(
        FeatureSet(
            tuple(replace(feature, name=f"{feature.name}_{end}", formula=formula) for end, formula in named)
        )
    )


def _has_words(label: AnyLabel) -> bool:
    return isinstance(label, Label) and label.key in texts_in("en").phrases.counted


@lru_cache(maxsize=256)
def _counter(feature: Feature) -> FeatureComputer:
    """Compute how many rows a feature that is one mean was taken over."""
    if not isinstance(feature.formula, Term):
        raise TypeError(feature.name)
    rows = replace(feature.formula, statistic="count", minimum_rows=0)
    counter = replace(feature, name=f"{feature.name}_of", formula=rows, unit="count")
    return FeatureComputer(FeatureSet((counter,)))
