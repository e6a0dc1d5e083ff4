"""What the labels of categories are called: in the applicant's own words, and usually."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from creditscore.data.applications import Applications
from creditscore.features.definition import Feature
from creditscore.features.formula import Attribute
from creditscore.reasons.facts import Fact
from creditscore.reasons.reason import Reason


def columns_of_categories(features: Iterable[Feature]) -> dict[str, str]:
    """Return the column of the applications that each category reads, by name of the feature."""
    found = ((feature.name, feature.formula) for feature in features)
    return {
        name: formula.column for name, formula in found if isinstance(formula, Attribute) and formula.category
    }


def texts_of_categories(
    features: Iterable[Feature], applications: Applications
) -> dict[str, frozenset[str | None]]:
    """Return the labels that occur of each category whose labels are texts, by name of the feature."""
    return {
        name: frozenset(applications.text[column])
        for name, column in columns_of_categories(features).items()
        if column in applications.text
    }


def with_labels(
    reasons: Iterable[Reason], one: Applications, usual: Mapping[str, str], columns: Mapping[str, str]
) -> tuple[Reason, ...]:
    """Give the facts of categories their words.

    Parameters
    ----------
    reasons : iterable of Reason
    one : Applications
        A single application.
    usual : mapping of str to str
        Words of the commonest labels, by feature.
    columns : mapping of str to str
        What `columns_of_categories` returned.
    """
    return tuple(
        reason
        if reason.fact is None or reason.fact.feature not in columns
        else replace(reason, fact=_labelled(reason.fact, one, usual, columns[reason.fact.feature]))
        for reason in reasons
    )


def _labelled(fact: Fact, one: Applications, usual: Mapping[str, str], column: str) -> Fact:
    text = one.text[column][0] if column in one.text else None
    number = "" if fact.value is None or column in one.text else f"{fact.value:g}"
    common = "" if fact.reference_value is None or column in one.text else f"{fact.reference_value:g}"
    return replace(
        fact, value_label=number if text is None else text, reference_label=usual.get(fact.feature, common)
    )
