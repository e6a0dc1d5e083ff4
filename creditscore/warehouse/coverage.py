"""Which features are written in SQL, and why the others are not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from creditscore.features.definition import Feature, FeatureSet
from creditscore.features.formula import Term, attributes, coverages, terms
from creditscore.features.registry import view_of, view_version
from creditscore.features.statistics import BUILT_IN
from creditscore.warehouse.views.catalogue import VIEWS
from creditscore.warehouse.views.plain import BY_AGREEMENT

_OWN_STATISTIC: Final = "its statistic is code of your own"
_VIEW: Final = "no query gives the rows of the view {view!r}"
_FURTHER: Final = "the rows of the view {view!r} have no column {column!r} in SQL"
_OLDER: Final = "the rows of the view {view!r} mean something else than what is written in SQL"
_AGREED: Final = "a tie covers those who agreed to it, and no query asks who did"
_FOLDED: Final = "labels become numbers by a hash that no warehouse has"


@dataclass(frozen=True, slots=True)
class SqlCoverage:
    """Which features of a set are written in SQL.

    Attributes
    ----------
    written : tuple of str
        Their names, in order.
    left_out : mapping of str to str
        Names of the others, and why.
    """

    written: tuple[str, ...]
    left_out: Mapping[str, str]

    @property
    def share(self) -> float:
        """The share of features that are written, within 0 and 1."""
        n = len(self.written) + len(self.left_out)
        return len(self.written) / n if n else 1.0


def sql_coverage(features: FeatureSet) -> SqlCoverage:
    """Tell which features are written in SQL.

    Parameters
    ----------
    features : FeatureSet

    Returns
    -------
    SqlCoverage

    Examples
    --------
    >>> import creditscore as cs
    >>> names = ["payments_covered", "payments_salary_found"]
    >>> cs.sql_coverage(cs.payment_features().select(names)).written
    ('payments_covered',)
    """
    reasons = {feature.name: why_not(feature) for feature in features}
    written = tuple(name for name, reason in reasons.items() if not reason)
    left_out = {name: reason for name, reason in reasons.items() if reason}
    return SqlCoverage(written, MappingProxyType(left_out))


def why_not(feature: Feature) -> str:
    """Return why a feature is not written in SQL; empty if it is."""
    if any(attribute.category for attribute in attributes(feature.formula)):
        return _FOLDED
    if any(covered.source == BY_AGREEMENT for covered in coverages(feature.formula)):
        return _AGREED
    return next((reason for term in terms(feature.formula) if (reason := _why_not(term))), "")


def _why_not(term: Term) -> str:
    if term.view not in VIEWS:
        return _VIEW.format(view=term.view)
    if view_version(term.view) != VIEWS[term.view].version:
        return _OLDER.format(view=term.view)
    if term.statistic not in BUILT_IN:
        return _OWN_STATISTIC
    view = view_of(term.view)
    declared = set() if view is None else {one.name for one in (*view.values, *view.codes)}
    named = {one for one in (term.column, term.by, *(c.column for c in term.where)) if one}
    for column in sorted(named & VIEWS[term.view].without.keys()):
        return VIEWS[term.view].without[column]
    further = named - declared - set(VIEWS[term.view].numbers)
    return _FURTHER.format(column=min(further), view=term.view) if further else ""
