"""What a lender declares of the sources of a portfolio, without touching a row."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Self

from creditscore.data.door.build import MadeOfParts, Parts
from creditscore.data.tables.vocabularies import PURPOSES
from creditscore.data.terms import SCORE, SourceTerms
from creditscore.errors import NameUnknownError


class Declaring(MadeOfParts):
    """The part of a portfolio that says what may be read of its sources, and what cannot be had."""

    __slots__ = ()

    terms: SourceTerms

    def with_sources(
        self,
        *,
        unavailable: Mapping[str, str] | None = None,
        consent_needed: Collection[str] = (),
        forbidden: Mapping[str, Collection[str]] | None = None,
        purpose: str = SCORE,
    ) -> Self:
        """Return the same portfolio under other terms; no row is copied.

        A source that is out of reach, or that a law takes out for the score, is absent for everybody: its
        features are missing (NaN) and never 0, each result says why, and it counts as no fault of the data.

        Parameters
        ----------
        unavailable : mapping of str to {"outage", "not_supplied"}, optional
            Sources that cannot be had now.
        consent_needed : collection of str, default ()
            Sources that are read only while a consent holds. Of others a withdrawal alone takes them away.
        forbidden : mapping of str to collection of str, optional
            Legal tags that a law takes out, by purpose: ``"score"``, ``"ability"``, ``"fraud"``, ``"price"``,
            ``"monitoring"``. A source one of whose own tags is forbidden is out.
        purpose : str, default "score"
            What rows are read for, one of those: consents to another purpose do not count.

        Raises
        ------
        NameUnknownError, ParameterError
            As for `SourceTerms.of`.

        Examples
        --------
        >>> import creditscore as cs
        >>> rows = [{"applicant_id": "a", "event_time": "2024-05-31T12:00Z", "amount": 12.5}]
        >>> portfolio = cs.Portfolio.from_records({"payments": rows})
        >>> portfolio.with_sources(unavailable={"payments": "outage"}).terms.unavailable
        (('payments', 'outage'),)
        """
        return self._under(
            SourceTerms.of(
                unavailable=unavailable, consent_needed=consent_needed, forbidden=forbidden, purpose=purpose
            )
        )

    def read_for(self, purpose: str) -> Self:
        """Return the same portfolio, read for another purpose; no row is copied.

        Parameters
        ----------
        purpose : {"score", "ability", "fraud", "price", "monitoring"}

        Raises
        ------
        NameUnknownError
            If there is no such purpose.

        Examples
        --------
        >>> import creditscore as cs
        >>> cs.Portfolio().read_for("ability").terms.purpose
        'ability'
        """
        if purpose not in PURPOSES:
            raise NameUnknownError.among("purpose", purpose, PURPOSES)
        return self._under(replace(self.terms, purpose=purpose))

    def _under(self, terms: SourceTerms) -> Self:
        return type(self).of_parts(Parts.of(self)._replace(terms=terms))
