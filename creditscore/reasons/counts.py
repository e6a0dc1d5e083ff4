"""Of how many things a share was taken, so that it can be told as "3 of your last 6 instalments"."""

from __future__ import annotations

from dataclasses import replace

from creditscore.features.matrix import FeatureMatrix
from creditscore.reasons.reason import Reason
from creditscore.words.labels import AnyLabel, Label
from creditscore.words.languages import texts_in


def with_counts(reasons: tuple[Reason, ...], matrix: FeatureMatrix) -> tuple[Reason, ...]:
    """Say of what the shares among the facts were taken.

    A share that is the mean of a 0/1 column is told as a count of the rows that its declaration chooses:
    the same view, window and conditions, counted at the same moment. A share that is drawn towards a prior
    is told beside what it is before that: the applicant's own part of the own whole. Other facts stay as
    they are.

    Parameters
    ----------
    reasons : tuple of Reason
    matrix : FeatureMatrix
        Of the one application whose reasons they are.
    """
    return tuple([_counted(reason, matrix) for reason in reasons])


def _counted(reason: Reason, matrix: FeatureMatrix) -> Reason:
    fact = reason.fact
    if fact is None or reason.basis != "fact":
        return reason
    found = matrix.part_and_whole(fact.feature)
    if found is None:
        return reason
    part, whole = found
    if not whole > 0.0 or part != part:
        return reason
    own = None if part is None else part / whole
    counts = fact.unit == "share" and whole == int(whole) and _has_words(fact.label)
    of = int(whole) if counts else fact.of
    if (own, of) == (fact.own_value, fact.of):
        return reason
    return replace(reason, fact=replace(fact, own_value=own, of=of))


def _has_words(label: AnyLabel) -> bool:
    return isinstance(label, Label) and label.key in texts_in("en").phrases.counted
