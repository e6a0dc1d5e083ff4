"""Why a value is not known, as it is: nothing stored, too short, too few, refused, or of another time."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import numpy as np

from creditscore.data.applications import Applications
from creditscore.data.consented import lacks_consent
from creditscore.data.portfolio import Portfolio
from creditscore.data.sources import CONNECTIONS, SOURCES
from creditscore.features.compute import FeatureComputer
from creditscore.features.coverage import any_known
from creditscore.features.definition import Feature, FeatureSet
from creditscore.features.formula import Attribute, Term, attributes, terms
from creditscore.features.matrix import FeatureMatrix
from creditscore.features.statistics import find_statistic
from creditscore.features.statuses import unread_sources
from creditscore.reasons.facts import Absence
from creditscore.reasons.reason import Reason
from creditscore.words.speech import OF_OTHER_PEOPLE

# Of a view that one formula reads over and over, so many terms are looked into.
MOST_TERMS: Final = 6


@dataclass(frozen=True, slots=True)
class Known:
    """What there was of one applicant.

    Attributes
    ----------
    one : Applications
        A single application.
    portfolio : Portfolio
    matrix : FeatureMatrix
        Its features.
    currency : str
        Of all money; empty where none is named.
    """

    one: Applications
    portfolio: Portfolio
    matrix: FeatureMatrix
    currency: str = ""

    @classmethod
    def live(cls, one: Applications, portfolio: Portfolio, matrix: FeatureMatrix) -> Known:
        """Gather what there was in a portfolio whose currency is its own."""
        return cls(one, portfolio, matrix, portfolio.currency)

    def covered(self, source: str) -> bool:
        """Tell whether a source was there."""
        flags = self.matrix.covered.get(source)
        return flags is None or bool(flags[0])

    def is_stored(self, source: str) -> bool:
        """Tell whether any row of a source was known of the applicant, whatever may be made of it."""
        portfolio, applicant = self.portfolio, self.one.applicant_ids[0]
        declared = SOURCES.get(source)
        if declared is None or not portfolio.n_applicants:
            return False
        owner = np.array([portfolio.code(applicant)], np.int64)
        found = np.zeros(1, np.bool_)
        for name in declared.shown_by:
            table = portfolio.tables.get(name)
            if table is not None:
                any_known(table.offsets, table.times, owner, self.one.as_of, found)
        return bool(found[0])

    def unread(self) -> tuple[str, ...]:
        """Name the sources that were not read, by nobody's conduct, in order."""
        absent = [source for source, flags in self.matrix.covered.items() if not flags[0]]
        return unread_sources(self.one, self.portfolio, absent)[0] if absent else ()

    def is_withheld(self, source: str) -> bool:
        """Tell whether the applicant did not consent to a source, or nobody may read it."""
        return lacks_consent(self.portfolio, source, self.one.applicant_ids[0], self.one.as_of)


def with_absences(
    reasons: Iterable[Reason], known: Known, features: Mapping[str, Feature] | None
) -> tuple[Reason, ...]:
    """Say of the facts that are not known why they are not.

    Parameters
    ----------
    reasons : iterable of Reason
    known : Known
    features : mapping of str to Feature, optional
        By name; with them also rows in and before windows are counted, which takes a while.
    """
    return tuple([_explained(reason, known, features) for reason in reasons])


def _explained(reason: Reason, known: Known, features: Mapping[str, Feature] | None) -> Reason:
    fact = reason.fact
    if fact is None or fact.value is not None or reason.kind != "model":
        return reason
    source = reason.group.removeprefix("insufficient_") if reason.basis == "source" else ""
    if source and not known.covered(source):
        return replace(reason, fact=replace(fact, absence=_of_source(source, known)))
    if features is None:
        return replace(reason, fact=replace(fact, absence="silent")) if source else reason
    found, have, need = _of_feature(features[fact.feature], known)
    if reason.group in OF_OTHER_PEOPLE:
        have = need = None
    return replace(reason, fact=replace(fact, absence=found, known_count=have, needed_count=need))


def _of_source(source: str, known: Known) -> Absence:
    """Say why a source was not there."""
    if source in SOURCES and known.portfolio.terms.bars(source):
        return "barred"
    if known.is_withheld(source):
        return "refused"
    if not known.is_stored(source):
        return "nothing"
    if CONNECTIONS in known.portfolio.tables:
        # rows of what never was connected may be stored, from others say, without anybody having refused
        return "refused" if source in known.unread() else "silent"
    return "unconfirmed"


def _of_feature(feature: Feature, known: Known) -> tuple[Absence, int | None, int | None]:
    """Say why a feature has no value, and of how many rows it needs how many there were."""
    if feature.source and not known.covered(feature.source):
        return _of_source(feature.source, known), None, None
    if not all(_is_given(attribute, known.one) for attribute in attributes(feature.formula)):
        return "unstated", None, None
    counted = counted_terms(feature)
    if not counted:
        return "silent", None, None
    counts = _counters(feature).compute(known.one, known.portfolio, threads=1).values[0].tolist()
    worst: tuple[Absence, int | None, int | None] = ("silent", None, None)
    for number, term in enumerate(counted):
        chosen, within, ever = (
            0 if math.isnan(one) else int(one) for one in counts[3 * number : 3 * number + 3]
        )
        if not ever:
            # what is worked out from rows may be none although rows are stored
            return "silent" if known.is_stored(feature.source) else "nothing", None, None
        if not within:
            worst = "earlier", None, None
        elif chosen < needed_rows(term) and worst[0] in ("short", "silent"):
            worst = "few", chosen, needed_rows(term)
        elif term.window is not None and within == ever and worst[0] == "silent":
            worst = "short", None, None
    return worst


def needed_rows(term: Term) -> int:
    """Return with how many rows a term has a value: what it asks for, or what its statistic is made of.

    Examples
    --------
    >>> needed_rows(Term("loan_states", "gap_mean")), needed_rows(Term("uses", "gap_cv", minimum_rows=10))
    (2, 10)
    """
    return max(term.minimum_rows, find_statistic(term.statistic, term.version).least_rows)


def counted_terms(feature: Feature) -> tuple[Term, ...]:
    """Return the distinct terms of a feature whose rows can be counted."""
    return tuple(dict.fromkeys(terms(feature.formula)))[:MOST_TERMS]


@lru_cache(maxsize=256)
def _counters(feature: Feature) -> FeatureComputer:
    """Count for each term the rows that it chooses, those of its window, and those ever."""
    made = []
    for number, term in enumerate(counted_terms(feature)):
        chosen = Term(term.view, "count", where=term.where, window=term.window)
        variants = (chosen, replace(chosen, where=()), Term(term.view, "count"))
        made += [
            replace(feature, name=f"{feature.name}_{number}_{k}", formula=one, unit="count", bounds=None)
            for k, one in enumerate(variants)
        ]
    return FeatureComputer(FeatureSet(tuple(made)))


def _is_given(attribute: Attribute, one: Applications) -> bool:
    number, text = one.numeric.get(attribute.column), one.text.get(attribute.column)
    if number is not None:
        return not math.isnan(float(number[0]))
    return text is not None and text[0] is not None
