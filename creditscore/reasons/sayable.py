"""Which features may decide: those that a law lets a lender name, and that can be said in every language."""

from __future__ import annotations

from creditscore.errors import FittingError
from creditscore.features.definition import Feature, FeatureSet
from creditscore.reasons.columns import why_forbidden
from creditscore.words.audit import UNSAYABLE


def why_unsayable(feature: Feature) -> str:
    """Say why a feature may not decide; empty if it may.

    A feature that a guard would always keep back, or that has neither words in three languages nor a reason
    group with such words, would cost points that nobody is told of. Marks of how much is known have words
    and count to no group: they are never a reason by themselves, and may decide.

    Parameters
    ----------
    feature : Feature

    Examples
    --------
    >>> from creditscore.features.formula import Term
    >>> rows = Term("inquiries", "count")
    >>> own = Feature("inquiries_mine", rows, "my own count", "rows", "count", source="inquiries")
    >>> why_unsayable(own)
    'inquiries_mine has neither a reason group nor words in three languages'
    """
    forbidden = why_forbidden(feature)
    if forbidden:
        return forbidden
    if not feature.reason_group and isinstance(feature.label, str):
        return UNSAYABLE.format(feature=feature.name)
    return ""


def sayable(features: FeatureSet) -> tuple[FeatureSet, dict[str, str]]:
    """Keep the features that may decide; also return, by name, why the others may not.

    Raises
    ------
    FittingError
        If none may.
    """
    unsayable = {feature.name: why for feature in features if (why := why_unsayable(feature))}
    kept = features.where(lambda feature: feature.name not in unsayable)
    if not len(kept):
        raise FittingError(f"No feature may be named to an applicant: {'; '.join(unsayable.values())}.")
    return kept, unsayable
