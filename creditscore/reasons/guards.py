"""What may never be given as a reason, and the record of every reason that was suppressed.

A reason must be lawful to name, weigh enough, rest on a fact that differs from what is usual, and be true in
effect: with that fact, and with its group, at their reference values the applicant would score better.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from creditscore.data.protected import protected_by
from creditscore.data.sources import PROTECTED_TAGS
from creditscore.features.formula import AtLeast, Difference, Ratio, Share, Term
from creditscore.words.audit import SUPPRESSED
from creditscore.words.speech import OF_OTHER_PEOPLE

Guard: TypeAlias = Literal[
    "forbidden", "unread", "minimum_share", "earned", "comparison", "actionability", "limit", "rules"
]
LogOdds: TypeAlias = Callable[[NDArray[np.float64]], NDArray[np.float64]]

# Fewer known people than this and a summary of them could point at one of them.
FEWEST_PEOPLE: Final = 5


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A harmful family of reason groups that was not given as a reason.

    Attributes
    ----------
    group : str
        The reason group of it that cost most, or ``insufficient_<source>``.
    guard : str
        ``forbidden``, ``unread``, ``minimum_share``, ``earned``, ``comparison``, ``actionability``,
        ``limit`` or ``rules``.
    why : str
        One sentence, for an auditor.
    points_lost, share : float
        What it cost, in points and as a part of all points lost.
    features : tuple of str
        The features that cost points, most harmful first.
    family : str
        The family; empty for a source, for what may never be named, and where groups were ranked.
    """

    group: str
    guard: Guard
    why: str
    points_lost: float
    share: float
    features: tuple[str, ...]
    family: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Write it as plain data."""
        return {
            "group": self.group,
            "guard": self.guard,
            "why": self.why,
            "points_lost": self.points_lost,
            "share": self.share,
            "features": list(self.features),
            **({"family": self.family} if self.family else {}),
        }


def forbidden_because(name: str, source: str, group: str, legal_tags: Sequence[str], formula: object) -> str:
    """Say why a feature may never be named as a reason; empty if it may.

    It may not if a law's protection is tagged on it, if it is an attribute of the application that is named
    after a protected characteristic, or if it tells how other people repay and its declaration does not keep
    it back below five known people.

    Examples
    --------
    >>> forbidden_because("application_personal_status_sex", "application", "applicant_attributes", (), None)
    'application_personal_status_sex is a protected characteristic'
    >>> forbidden_because("application_age_of_business", "application", "applicant_attributes", (), None)
    ''
    >>> from creditscore.features.formula import AtLeast, Term
    >>> known = Term("neighbours", "sum", "is_known")
    >>> shown = AtLeast(Term("neighbours", "sum", "is_defaulted"), known, 5.0)
    >>> forbidden_because("neighbours_defaulted_count", "ties", "network_repayment", (), shown)
    ''
    """
    if PROTECTED_TAGS.intersection(legal_tags):
        return SUPPRESSED["tag"].format(feature=name)
    if source == "application" and protected_by(name) is not None:
        return SUPPRESSED["protected"].format(feature=name)
    if group in OF_OTHER_PEOPLE and fewest_people(formula) < FEWEST_PEOPLE:
        return SUPPRESSED["people"].format(fewest=FEWEST_PEOPLE, feature=name)
    return ""


def fewest_people(formula: object) -> float:
    """Return how many known people at least stand behind a value, as its declaration guarantees.

    Examples
    --------
    >>> from creditscore.features.formula import Share, Term
    >>> bad, known = Term("neighbours", "sum", "is_defaulted"), Term("neighbours", "sum", "is_known")
    >>> fewest_people(Share(bad, known, prior=0.1, minimum=5.0)), fewest_people(bad)
    (5.0, 0.0)
    """
    match formula:
        case AtLeast(value, _, minimum):
            return max(minimum, fewest_people(value))
        case Share(part, _, minimum=minimum):
            return max(minimum, fewest_people(part))
        case Difference(minuend, subtrahend):
            return min(fewest_people(minuend), fewest_people(subtrahend))
        case Ratio(numerator, denominator):
            return min(fewest_people(numerator), fewest_people(denominator))
        case Term(where=where):
            known = [c.value for c in where if c.column == "known_members" and c.comparison == "ge"]
            return max((value for value in known if isinstance(value, float)), default=0.0)
        case _:
            return 0.0
