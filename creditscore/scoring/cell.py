"""Which combination of sources a row of features stands in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from creditscore._ground.arrays import Float64
from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.data.sources import GROUP_OF, SOURCE_GROUPS
from creditscore.data.statuses import STATES
from creditscore.features.definition import FeatureSet
from creditscore.features.formula import terms
from creditscore.features.statuses import states_of
from creditscore.model.column_groups import ColumnGroups


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


def standing(
    groups: ColumnGroups,
    features: FeatureSet,
    applications: Applications,
    portfolio: Portfolio,
    values: Float64,
) -> dict[str, Any]:
    """Say in which cell of sources each application stands, and how each source did that the features read.

    Parameters
    ----------
    groups : ColumnGroups
        Of the features.
    features : FeatureSet
    applications : Applications
    portfolio : Portfolio
        As the score reads it, after a law.
    values : ndarray of float64, shape (n_applications, n_features)

    Returns
    -------
    dict
        ``source_mask``, names of cells, and ``source_states``, numbers of `STATES` by source: what `Scores`
        hold.
    """
    names = groups.names()
    read = dict.fromkeys(feature.source for feature in features)
    return {
        "source_mask": tuple([names[code] for code in groups.codes(values).tolist()]),
        "source_states": states_of(applications, portfolio, read),
    }


def standing_of_one(found: Mapping[str, Any]) -> dict[str, Any]:
    """Say of a single application what `standing` found, as a `ScoreResult` holds it."""
    states = {source: STATES[codes[0]] for source, codes in found["source_states"].items()}
    return {"source_mask": found["source_mask"][0], "source_status": states}
