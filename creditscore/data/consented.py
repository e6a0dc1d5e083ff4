"""Consents as of the moment: whose holds, and whose was withdrawn; one rule for every source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np

from creditscore._ground.arrays import Flags, Int32, Int64
from creditscore._ground.compiled import compiled
from creditscore.data.network.index import Network
from creditscore.data.sources import CONSENTS, SOURCES
from creditscore.data.tables.events import EventTable
from creditscore.data.tables.ids import Ids
from creditscore.data.tables.purposes import sources_for
from creditscore.data.terms import SourceTerms
from creditscore.data.visible import SUPERSEDED, fact_known_from, known_from


class Holding(Protocol):
    """What of a portfolio tells whose consents hold."""

    @property
    def tables(self) -> Mapping[str, EventTable]:
        """Its tables by name."""

    @property
    def people(self) -> Ids:
        """The ids of everyone."""

    @property
    def network(self) -> Network | None:
        """Which ids are one person, among other things."""

    @property
    def terms(self) -> SourceTerms:
        """What may be read of sources."""


@compiled
def mark_consents(
    offsets: Int64, times: Int64, ended: int, sources: Int32, source: int, owners: Int64, as_of: Int64,
    holding: Flags, withdrawn: Flags,
) -> None:  # fmt: skip
    """Mark the owners whose consent to a source holds at a moment, and those of whom one is over.

    Parameters
    ----------
    offsets : ndarray of int64, shape (n_owners + 1,)
    times : ndarray of int64, shape (n_times, n_rows)
        Of the consents, in microseconds.
    ended : int
        Row of ``withdrawn_time`` among them, -1 without one.
    sources : ndarray of int32, shape (n_rows,)
        Codes of sources, -1 where a row says nothing of the purpose.
    source : int
        The code that is asked for.
    owners, as_of : ndarray of int64, shape (n,)
        Their codes, -1 for nobody, and moments in microseconds.
    holding, withdrawn : ndarray of bool, shape (n,)
        Set where it is so, else left as they are.
    """
    for r in range(owners.size):
        if owners[r] < 0:
            continue
        for row in range(offsets[owners[r]], offsets[owners[r] + 1]):
            if sources[row] != source:
                continue
            begin = known_from(times, row)
            over = min(times[SUPERSEDED, row], fact_known_from(times, ended, row))
            if begin < over < as_of[r]:
                withdrawn[r] = True
            elif begin < as_of[r] <= over:
                holding[r] = True


def consents_to(
    portfolio: Holding, source: str, purpose: str, owners: Int64, as_of: Int64
) -> tuple[Flags, Flags]:
    """Tell whose consent to a source holds, and who had withdrawn one, for a purpose.

    Where several ids were known to be one person, what was consented to under any of them counts.

    Parameters
    ----------
    portfolio : Portfolio
    source, purpose : str
    owners, as_of : ndarray of int64, shape (n,)
        Applicant codes (-1 unknown) and moments in microseconds.

    Returns
    -------
    holding, withdrawn : ndarray of bool, shape (n,)
        Somebody may have withdrawn one and given another since: then both are so.
    """
    holding, withdrawn = np.zeros((2, owners.size), np.bool_)
    consents = portfolio.tables.get(CONSENTS)
    labels = () if consents is None else consents.vocabularies["source"]
    if consents is None or source not in labels:
        return holding, withdrawn
    network = portfolio.network
    of_person = (owners,) if network is None else network.identities.each_id(owners, as_of)
    codes, ended = sources_for(consents, purpose), consents.row("withdrawn_time")
    for ids in of_person:
        mark_consents(
            consents.offsets, consents.times, ended, codes, labels.index(source), ids, as_of, holding,
            withdrawn,
        )  # fmt: skip
    return holding, withdrawn


def clear_disallowed(portfolio: Holding, source: str, owners: Int64, as_of: Int64, covered: Flags) -> None:
    """Clear the mark of those whose consent to a source does not hold, or all where it may not be read.

    Parameters
    ----------
    portfolio : Portfolio
        Its terms name the purpose.
    source : str
    owners, as_of : ndarray of int64, shape (n,)
        Applicant codes (-1 unknown) and moments in microseconds.
    covered : ndarray of bool, shape (n,)
        Cleared where it is so, else left as it is.
    """
    terms = portfolio.terms
    if terms.bars(source):
        covered[:] = False
        return
    needed = source in terms.consent_needed
    if not needed and CONSENTS not in portfolio.tables:
        return
    holding, withdrawn = consents_to(portfolio, source, terms.purpose, owners, as_of)
    covered &= holding if needed else holding | ~withdrawn


def allowed_at(portfolio: Holding, source: str, moment: int) -> Flags:
    """Of which ids a source may be read at a moment, by the purpose of its terms.

    Parameters
    ----------
    portfolio : Portfolio
    source : str
    moment : int
        Microseconds since 1970-01-01 UTC.

    Returns
    -------
    ndarray of bool, shape (n_ids,)
    """
    owners = np.arange(len(portfolio.people), dtype=np.int64)
    allowed = np.ones(owners.size, np.bool_)
    clear_disallowed(portfolio, source, owners, np.full_like(owners, moment), allowed)
    return allowed


def lacks_consent(portfolio: Holding, source: str, applicant: int | str, as_of: Int64) -> bool:
    """Tell whether a consent of one applicant to a source was withdrawn or is lacking.

    Parameters
    ----------
    portfolio : Portfolio
    source : str
        One that is not declared is never withheld.
    applicant : int or str
    as_of : ndarray of int64, shape (1,)
        The moment, in microseconds.
    """
    if source not in SOURCES or portfolio.terms.bars(source):
        return False
    allowed = np.ones(1, np.bool_)
    owner = np.array([portfolio.people.code(applicant) if len(portfolio.people) else -1], np.int64)
    clear_disallowed(portfolio, source, owner, as_of, allowed)
    return not bool(allowed[0])
