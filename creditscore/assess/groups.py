"""Groups of people, read beside applications: from columns of them, or as they are given apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from creditscore.data.aligned import by_application
from creditscore.data.applications import Applications
from creditscore.errors import NameUnknownError, ParameterError
from creditscore.features.definition import Feature
from creditscore.features.formula import attributes
from creditscore.validation.fairness.membership import ATTRIBUTE, Membership, memberships


def groups_of(
    groups: Any,
    applications: Applications,
    intersections: Sequence[Sequence[str]],
    features: Iterable[Feature],
) -> tuple[Membership, ...]:
    """Read the groups of applications, which no feature may read.

    Parameters
    ----------
    groups : str, sequence of str, array-like of shape (n_applications,), data frame, or mapping
        Names of columns of the applications; or what `memberships` takes, by position or, as a mapping of
        application id to label, by id.
    applications : Applications
    intersections : sequence of sequence of str
    features : iterable of Feature
        Those of the model.

    Raises
    ------
    NameUnknownError
        If a column is not there.
    ParameterError
        If a feature of the model reads such a column, or labels do not match the applications.
    """
    columns = _columns(groups, applications)
    if columns:
        _check_unread(columns, features)
        given: Any = {name: _column(applications, name) for name in columns}
    else:
        given = _named(groups, applications)
    return memberships(given, len(applications), intersections)


def _columns(groups: Any, applications: Applications) -> tuple[str, ...]:
    """Names of columns, where columns are named: as many labels as applications are labels."""
    names = (groups,) if isinstance(groups, str) else groups
    known = {*applications.text, *applications.numeric}
    if not isinstance(names, list | tuple) or not all(isinstance(one, str) for one in names):
        return ()
    as_many = len(names) == len(applications) or len(set(names)) < len(names)
    if not isinstance(groups, str) and as_many and not set(names) <= known:
        return ()
    for name in names:
        if name not in known:
            raise NameUnknownError.among("column of the applications", name, tuple(sorted(known)))
    return tuple(names)


def _column(applications: Applications, name: str) -> Any:
    source: Mapping[str, Any] = applications.text if name in applications.text else applications.numeric
    return source[name]


def _check_unread(columns: Sequence[str], features: Iterable[Feature]) -> None:
    reading = {
        attribute.column: feature.name for feature in features for attribute in attributes(feature.formula)
    }
    for name in columns:
        if name in reading:
            raise ParameterError.must_be(
                "groups", f"columns that the model does not read ({reading[name]!r} reads this one)", name
            )


def _named(groups: Any, applications: Applications) -> Any:
    """Align what is given apart: attributes, or one that has no name."""
    ids = applications.application_ids
    if hasattr(groups, "columns"):
        return {ATTRIBUTE: groups}
    if not isinstance(groups, Mapping):
        return {ATTRIBUTE: by_application(groups, ids, "groups")}
    if not groups:
        raise ParameterError.must_be("groups", "made of one attribute or more", "none")
    if all(np.ndim(one) == 0 and not isinstance(one, Mapping) for one in groups.values()):
        return {ATTRIBUTE: by_application(groups, ids, "groups")}
    return {
        str(name): one
        if hasattr(one, "columns") or _guesses(one, len(ids))
        else by_application(one, ids, f"groups[{name!r}]")
        for name, one in groups.items()
    }


def _guesses(one: Any, n: int) -> bool:
    """Tell a mapping of group to probabilities from one of application id to label."""
    return isinstance(one, Mapping) and all(np.shape(values) == (n,) for values in one.values())
