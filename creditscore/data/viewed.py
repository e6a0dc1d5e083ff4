"""What a portfolio says of itself: the quality of its rows, and what is known of one customer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import numpy as np

from creditscore._ground.arrays import Int32, Int64
from creditscore._ground.instants import parse_duration
from creditscore._ground.zones import Calendar
from creditscore.data.applications import Applications
from creditscore.data.door.clock import instant
from creditscore.data.door.quarantine import QuarantinedRows
from creditscore.data.network.index import Network
from creditscore.data.profile.making import make_profile
from creditscore.data.profile.values import CustomerProfile
from creditscore.data.quality.bounds import QualityBounds
from creditscore.data.quality.check import Given, check_quality
from creditscore.data.quality.result import Quality
from creditscore.data.relations.making import make_graph
from creditscore.data.relations.values import PortfolioGraph
from creditscore.data.tables.events import EventTable
from creditscore.data.tables.ids import Ids
from creditscore.data.terms import SourceTerms
from creditscore.errors import ParameterError


class Viewed:
    """Ways to look at a portfolio that compute no feature."""

    __slots__ = ()

    tables: Mapping[str, EventTable]
    quarantined: Mapping[str, QuarantinedRows]
    calendar: Calendar
    loan_codes: Int32
    loan_owner: Int64
    people: Ids
    network: Network | None
    terms: SourceTerms

    def quality(
        self,
        applications: Applications | None = None,
        *,
        bounds: QualityBounds | None = None,
        as_of: datetime | str | None = None,
    ) -> Quality:
        """Measure the quality of the rows and compare it with bounds.

        Parameters
        ----------
        applications : Applications, optional
            Checked beside the tables. Without `as_of`, ages count up to the newest of them.
        bounds : QualityBounds, optional
            What must be kept; by default `QualityBounds()`.
        as_of : datetime with a zone, or ISO 8601 text with a zone, optional
            The moment of the check: ages count up to it, and rows that happen after it are at fault. By
            default just after the last moment at which anything became known, rows far ahead of all aside.

        Returns
        -------
        Quality

        Examples
        --------
        >>> from creditscore.data.portfolio import Portfolio
        >>> row = {"applicant_id": "a", "event_time": "2024-05-31T12:00Z", "amount": -12.5}
        >>> print(Portfolio(payments=[row, row]).quality())
        quality as of 2024-05-31 12:00 UTC: all bounds are kept
          table           rows  repeated  refused  first       last        age
          payments           2         1        0  2024-05-31  2024-05-31  0 days
        """
        if applications is not None and not isinstance(applications, Applications):
            raise ParameterError.must_be("applications", "Applications", type(applications).__name__)
        if bounds is not None and not isinstance(bounds, QualityBounds):
            raise ParameterError.must_be("bounds", "QualityBounds", type(bounds).__name__)
        labels = self.people.labels
        given = Given(
            self.tables, self.quarantined, self.calendar, self.loan_codes, len(self.loan_owner),
            frozenset(labels if isinstance(labels, tuple) else labels.tolist()), applications,
        )  # fmt: skip
        moment = None if as_of is None else instant(as_of, "as_of")
        return check_quality(given, bounds or QualityBounds(), moment)

    def profile(
        self, applicant_id: int | str, as_of: datetime | str, *, age: float | None = None
    ) -> CustomerProfile:
        """Say on one page what was known of one applicant before a moment.

        No other person is named: ties are counted from five on, standings and measures of others are not
        shown, and nothing of a source whose consent was withdrawn is.

        Parameters
        ----------
        applicant_id : int or str
        as_of : datetime with a zone, or ISO 8601 text with a zone
            The moment; exclusive. What became known later changes nothing.
        age : float, optional
            In years, for the band of age; no table holds it.

        Returns
        -------
        CustomerProfile
            Of somebody whom no table knows too: every source is absent.

        Raises
        ------
        ParameterError
            If `as_of` is not an instant, or `age` is none.

        Examples
        --------
        >>> from creditscore.data.portfolio import Portfolio
        >>> rows = [{"applicant_id": "a", "event_time": "2024-05-31T12:00Z", "amount": -12.5}]
        >>> found = Portfolio(payments=rows).profile("a", "2024-06-30T00:00Z", age=30)
        >>> found.level, found.age_band, dict(found.facts)["money_out_90d"]
        ('thin', '26-35', 12.5)
        """
        owner = self.people.code(applicant_id)
        loans = np.flatnonzero(self.loan_owner == owner).astype(np.int64) if owner >= 0 else _NO_LOANS
        moment = instant(as_of, "as_of")
        return make_profile(applicant_id, owner, loans, self.tables, self.calendar, moment, age)

    def graph(self, as_of: datetime | str, *, window: str = "365d") -> PortfolioGraph:
        """Show who was connected with whom and with what: people, groups, merchants, employers and devices.

        It is for people who look at a portfolio. It names others, so it belongs on no page of an applicant;
        nothing of standings is in it, and no feature reads it.

        Parameters
        ----------
        as_of : datetime with a zone, or ISO 8601 text with a zone
            The moment; exclusive. What became known later changes nothing.
        window : str, default "365d"
            Payments and sessions count that happened so long before it or later.

        Returns
        -------
        PortfolioGraph
            Ids that were known to be one person are one node, under the first of them. Nothing is in it of a
            source of which somebody withdrew the consent, or that may not be read.

        Raises
        ------
        ParameterError
            If `as_of` is not an instant, or `window` no duration.

        Examples
        --------
        >>> from creditscore.data.portfolio import Portfolio
        >>> row = {"applicant_id": "a", "event_time": "2024-05-31T12:00Z", "amount": -12.5}
        >>> rows = [row | {"counterparty_id": "shop", "counterparty_kind": "merchant"}] * 2
        >>> rows[1] = rows[1] | {"event_time": "2024-05-03T12:00Z"}
        >>> Portfolio(payments=rows).graph("2024-06-30T00:00Z").to_frame()[["kind", "target", "count"]]
               kind target  count
        0  purchase   shop      2
        """
        moment = instant(as_of, "as_of")
        return make_graph(self, moment, parse_duration(window, parameter="window"))


_NO_LOANS = np.empty(0, np.int64)
