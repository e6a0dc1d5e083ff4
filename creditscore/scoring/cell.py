"""Which combination of sources a row of features stands in."""

from __future__ import annotations

from creditscore.data.sources import GROUP_OF, SOURCE_GROUPS
from creditscore.features.definition import FeatureSet
from creditscore.features.formula import terms
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
