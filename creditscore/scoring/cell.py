"""Which combination of sources a row of features stands in."""

from __future__ import annotations

from typing import Any

from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.data.sources import GROUP_OF, SOURCE_GROUPS
from creditscore.data.statuses import STATES
from creditscore.features.definition import FeatureSet
from creditscore.features.formula import terms
from creditscore.features.matrix import FeatureMatrix
from creditscore.features.statuses import states_of
from creditscore.model.column_groups import ColumnGroups
from creditscore.model.fitted import FittedModel


def groups_of_columns(features: FeatureSet) -> ColumnGroups:
    """Gather the columns of features by the group of their source, in the order of the groups.

    What the application itself says, and complaints, are of no group; nor is a feature that reads no rows,
    such as one that says whether a source was there, for it is known also where it was not.

    Examples
    --------
    >>> from creditscore.features.loans.declared.catalogue import repayment_features
    >>> groups = groups_of_columns(repayment_features())
    >>> list(groups.columns), "loans_covered" in repayment_features().names
    (['repayments'], True)
    """
    of = [GROUP_OF.get(one.source, "") if any(terms(one.formula)) else "" for one in features]
    gathered = {name: tuple(k for k, group in enumerate(of) if group == name) for name in SOURCE_GROUPS}
    return ColumnGroups({name: columns for name, columns in gathered.items() if columns})


def groups_of(fitted: FittedModel, features: FeatureSet) -> ColumnGroups:
    """Return the groups by which a model calibrates, or else those of its features."""
    return groups_of_columns(features) if fitted.cells is None else fitted.cells.groups


def standing(
    groups: ColumnGroups, matrix: FeatureMatrix, applications: Applications, portfolio: Portfolio
) -> dict[str, Any]:
    """Say in which cell of sources each application stands, and how each source did that the features read.

    Parameters
    ----------
    groups : ColumnGroups
        Of the features.
    matrix : FeatureMatrix
        What was computed, of the sources that it says were there or not.
    applications : Applications
    portfolio : Portfolio
        As the score reads it, after a law.

    Returns
    -------
    dict
        ``source_mask``, names of cells, and ``source_states``, numbers of `STATES` by source: what `Scores`
        hold.
    """
    names = groups.names()
    return {
        "source_mask": tuple([names[code] for code in groups.codes(matrix.values).tolist()]),
        "source_states": states_of(applications, portfolio, matrix.covered),
    }


def standing_of_one(
    groups: ColumnGroups, matrix: FeatureMatrix, one: Applications, portfolio: Portfolio
) -> dict[str, Any]:
    """Say of a single application what `standing` says of many, as a `ScoreResult` holds it."""
    found = states_of(one, portfolio, matrix.covered)
    states = {source: STATES[codes[0]] for source, codes in found.items()}
    return {"source_mask": groups.name(int(groups.codes(matrix.values)[0])), "source_status": states}
