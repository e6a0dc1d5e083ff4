"""What the rules of a policy may name when a model decides on an application."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import numpy as np

from creditscore.data.applications import Applications
from creditscore.errors import ParameterError
from creditscore.features.formula import Attribute
from creditscore.features.stable import stable_code
from creditscore.policy.binding import Subjects, check_explored
from creditscore.policy.lines.review import LINE_NOW, REVIEWED
from creditscore.policy.rules import Policy
from creditscore.scoring.model import ScoringModel

# What says who asks and when, and is nothing that a rule may compare.
_KEYS: Final = ("application_id", "applicant_id", "as_of")


def bind(
    policy: Policy, model: ScoringModel, one: Applications, asked: Applications | Mapping[str, Any]
) -> None:
    """Hold a policy against the model and the application, before anything is decided.

    Parameters
    ----------
    policy : Policy
    model : ScoringModel
    one : Applications
        A single application.
    asked : mapping or Applications
        The same as it was given: an attribute that is there without a value is missing, and one that is not
        there is unknown.

    Raises
    ------
    NameUnknownError, ParameterError
        See `creditscore.policy.binding.Subjects.check`.
    """
    empty = {name for name, values in one.numeric.items() if np.isnan(values).all()}
    if isinstance(asked, Mapping):
        empty |= set(asked) - set(_KEYS) - set(one.numeric) - set(one.text)
    compared = {rule.subject for rule in policy.rules if rule.numbers is None}
    as_text = frozenset(empty & compared)
    subjects = Subjects(
        features=_features(model),
        numbers=(frozenset(one.numeric) | empty) - as_text,
        texts=frozenset(one.text) | as_text,
        lowest=model.scale.minimum,
        highest=model.scale.maximum,
        labels=_labels(policy, model),
    )
    subjects.check(policy)
    _check_line(policy, one)
    if policy.refer_straddling and model.spread is None:
        raise ParameterError(
            "The policy refers who has an interval on both sides of the cut-off, and the model has no "
            "intervals. Learn them with pipeline.learn_intervals(...), or leave out 'refer_straddling'."
        )
    if policy.strategy is not None:
        subjects.check_strategy(policy.strategy, model.master_scale.labels)
        check_explored(policy, policy.strategy, _lowest_points(model))


def _check_line(policy: Policy, one: Applications) -> None:
    """Refuse to decide on a line that is looked at again as on a loan that is asked for."""
    planned = policy.strategy is not None and policy.strategy.lines is not None
    if not planned and set(REVIEWED) <= set(one.numeric) and not np.isnan(one.numeric[LINE_NOW]).all():
        raise ParameterError(
            f"The application tells of a credit line that is looked at again ({LINE_NOW!r} and more), and "
            "the policy has no plan of lines: it would be decided on as a new loan. Give the policy a "
            "Strategy(lines=...), or leave these attributes out."
        )


@lru_cache(maxsize=8)
def _lowest_points(model: ScoringModel) -> Mapping[str, float]:
    """The fewest points of each grade; the riskiest has no lower end but that of the scale."""
    grades, scale = model.master_scale, model.scale
    ends = [float(scale.points(math.log(one / (1.0 - one)))) for one in grades.bounds]
    return dict(zip(grades.labels, (*ends, float(scale.minimum)), strict=True))


@lru_cache(maxsize=8)
def _features(model: ScoringModel) -> frozenset[str]:
    return frozenset(model.computer.names)


@lru_cache(maxsize=8)
def _seen(model: ScoringModel) -> dict[str, frozenset[float]]:
    """The codes of the labels of each attribute that the model takes as a category."""
    formulas = [feature.formula for feature in model.computer.features]
    return {
        formula.column: frozenset(model.fitted.categories[column])
        for column, formula in enumerate(formulas)
        if isinstance(formula, Attribute) and formula.category and column in model.fitted.categories
    }


def _labels(policy: Policy, model: ScoringModel) -> dict[str, frozenset[str]]:
    seen = _seen(model)
    known: dict[str, frozenset[str]] = {}
    for rule in policy.rules:
        if rule.subject in seen and rule.labels is not None:
            given = {label for label in rule.labels if stable_code(label) in seen[rule.subject]}
            known[rule.subject] = known.get(rule.subject, frozenset()) | given
    return known
