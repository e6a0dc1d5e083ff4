"""The portfolio: all event tables of one lender, checked, linked and frozen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from creditscore._ground.arrays import Int32, Int64
from creditscore._ground.pickling import reduced
from creditscore._ground.zones import USUAL_WEEKEND, Calendar
from creditscore.data.declaring import Declaring
from creditscore.data.delta.face import InDelta
from creditscore.data.door.build import OnBadRows, Parts, build, read_table
from creditscore.data.door.clock import instant
from creditscore.data.door.quarantine import QuarantinedRows
from creditscore.data.door.raw import Labels
from creditscore.data.door.reading import Digits, Midnight, Reading
from creditscore.data.door.records import read_records
from creditscore.data.folder.face import OnDisk
from creditscore.data.network.index import Network
from creditscore.data.network.privacy import StandingPrivacy
from creditscore.data.payments.classified import ClassifiedPayments, classify_person, no_payments
from creditscore.data.pseudonyms import Pseudonyms
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.data.tables.events import EventTable
from creditscore.data.tables.ids import Ids
from creditscore.data.tables.show import describe, describe_html, frame_of, joined_frame
from creditscore.data.terms import SourceTerms
from creditscore.data.viewed import Viewed
from creditscore.errors import NameUnknownError, ParameterError
from creditscore.words.calendars import Calendar as DateCalendar

if TYPE_CHECKING:
    import pandas as pd

Frame = Any


@dataclass(frozen=True, slots=True, init=False, eq=False, repr=False)
class Portfolio(Declaring, OnDisk, InDelta, Viewed):
    """The tables of one lender.

    Every table is a dataframe (pandas, polars, pyarrow, or any other that narwhals knows) or a list of
    dicts, with the columns of its contract; what is not given is not there. All problems of all tables are
    reported in one error.

    Parameters
    ----------
    payments, bills, loans, instalments, repayments, statements, inquiries, ties, memberships, activities, \
standings, persons, measures, sessions, form_events, registrations, settings, complaints, \
parties, connections, consents : dataframe or list of dicts, optional
    on_bad_rows : {"raise", "quarantine"}
        What to do with rows that break a rule: refuse everything, or set them aside in `quarantined`. A
        table that breaks a rule as a whole (a missing column, two currencies) is always refused.
    set_aside : bool, default False
        True says ``on_bad_rows="quarantine"``, as an `OutcomeRule` says it.
    timezone : str, optional
        Zone of the local clock, such as ``"Africa/Lagos"``: times and dates that carry no zone are read in
        it, and it decides hours of the day, days of the week, months, due days and days past due. Without
        it, that is UTC, and times and dates that carry no zone are refused.
    weekend : sequence of str, default ("sat", "sun")
        Days of the weekend: ``mon``, ``tue``, ``wed``, ``thu``, ``fri``, ``sat``, ``sun``; empty for none.
    privacy : StandingPrivacy, optional
        The secret that decides what others see of standings, and how much. Without it that is decided by a
        key that everyone knows, of which a warning is given once such values are computed.
    calendar : {"gregorian", "jalali"}
        Calendar of dates that are given as text. Values that are dates or times already are Gregorian.
    digits : {"latin", "any"}
        ``"any"`` also reads Persian, Arabic, Chinese and full-width digits in text.
    midnight : {"auto", "date", "instant"}
        What a column means whose every time is midnight. ``"auto"``: dates, each known at the end of its
        local day, if the times carry no zone, and else instants, of which a hint is given. ``"date"`` and
        ``"instant"``: that, with a zone or without.
    pseudonyms : Pseudonyms, optional
        What ids of people, loans, accounts, groups and devices are called from the door on: nothing that is
        made of the portfolio shows the ids that were given. Applications need the same.
    threads : int, optional
        How many threads order large tables; all processors where left out.

    Attributes
    ----------
    tables : mapping of str to EventTable
    n_applicants, n_loans : int
    applicant_ids : int64 array or tuple of str
        In rising order; the position is the code.
    loan_ids : int64 array or tuple of str
        In rising order; the position is the loan's code.
    loan_owner : int64 array of shape (n_loans,)
        Applicant code of each loan.
    loan_codes : int32 array of shape (n rows of loans,)
        Loan code of each row of `loans`; several versions of a loan share one.
    people : Ids
        The ids of all applicants, and of everyone at the other end of a tie.
    network : Network or None
        Indexes of ties, memberships and standings; None where there is none of these tables.
    privacy : StandingPrivacy
        What decides what others see of standings.
    calendar : Calendar
        The zone, its offsets from UTC, and the weekend. What builds rows of a view reads ``calendar.clock``.
    currency : str
        Of all money, as the tables name it; empty where none does.
    terms : SourceTerms
        What may be read of sources, and what cannot be had: see `with_sources`.
    pseudonyms_check : str
        `Pseudonyms.key_check` of the key that ids go under; empty where none is known of.
    timezone : str
        Name of the zone; ``"UTC"`` where none was given.
    weekend : tuple of str
        Days of the weekend, Monday first.
    quarantined : mapping of str to QuarantinedRows
        Tables of which rows were set aside.
    hints : tuple of str
        Undeclared columns whose name is close to a declared one, and what was read from ids of accounts.

    Raises
    ------
    ContractError
        If a table breaks its contract.
    ParameterError
        If a parameter has a value that it cannot take.

    Examples
    --------
    >>> from creditscore.data.portfolio import Portfolio
    >>> rows = [{"applicant_id": "a", "event_time": "2024-05-31T12:00:00+00:00", "amount": -12.5}]
    >>> Portfolio(payments=rows)
    Portfolio(1 applicant, 0 loans, 2024-05-31 to 2024-05-31)
      payments: 1 row

    In Auckland it was the first of June by then:

    >>> Portfolio(payments=rows, timezone="Pacific/Auckland", weekend=("fri", "sat"))
    Portfolio(1 applicant, 0 loans, 2024-06-01 to 2024-06-01, Pacific/Auckland, weekend fri sat)
      payments: 1 row
    """

    tables: Mapping[str, EventTable]
    quarantined: Mapping[str, QuarantinedRows]
    hints: tuple[str, ...]
    loan_ids: Labels
    loan_owner: Int64
    loan_codes: Int32
    people: Ids
    network: Network | None
    privacy: StandingPrivacy
    calendar: Calendar
    currency: str
    terms: SourceTerms
    pseudonyms_check: str

    def __init__(
        self,
        *,
        payments: Frame = None,
        bills: Frame = None,
        loans: Frame = None,
        instalments: Frame = None,
        repayments: Frame = None,
        statements: Frame = None,
        inquiries: Frame = None,
        ties: Frame = None,
        memberships: Frame = None,
        activities: Frame = None,
        standings: Frame = None,
        persons: Frame = None,
        measures: Frame = None,
        sessions: Frame = None,
        form_events: Frame = None,
        registrations: Frame = None,
        settings: Frame = None,
        complaints: Frame = None,
        parties: Frame = None,
        connections: Frame = None,
        consents: Frame = None,
        on_bad_rows: OnBadRows = "raise",
        set_aside: bool = False,
        timezone: str | None = None,
        weekend: Sequence[str] = USUAL_WEEKEND,
        privacy: StandingPrivacy | None = None,
        calendar: DateCalendar = "gregorian",
        digits: Digits = "latin",
        midnight: Midnight = "auto",
        pseudonyms: Pseudonyms | None = None,
        threads: int | None = None,
    ) -> None:
        given = locals()
        reading = Reading(timezone, calendar, digits, midnight, pseudonyms)
        raw = {name: read_table(name, given[name]) for name in CONTRACTS if given[name] is not None}
        parts = build(
            raw, on_bad_rows=_chosen(on_bad_rows, set_aside=set_aside), reading=reading, weekend=weekend,
            privacy=privacy, threads=threads,
        )  # fmt: skip
        self._fill(parts)

    @classmethod
    def from_records(
        cls,
        tables: Mapping[str, Sequence[Mapping[str, Any]]],
        *,
        on_bad_rows: OnBadRows = "raise",
        set_aside: bool = False,
        timezone: str | None = None,
        weekend: Sequence[str] = USUAL_WEEKEND,
        privacy: StandingPrivacy | None = None,
        calendar: DateCalendar = "gregorian",
        digits: Digits = "latin",
        midnight: Midnight = "auto",
        pseudonyms: Pseudonyms | None = None,
    ) -> Self:
        """Make a portfolio of plain records, without building a dataframe.

        Parameters
        ----------
        tables : mapping of str to list of dicts
            Records by name of the table. Times are datetimes with a zone or ISO 8601 texts.
        on_bad_rows, set_aside, timezone, weekend, privacy, calendar, digits, midnight, pseudonyms
            As for `Portfolio`.

        Returns
        -------
        Portfolio

        Raises
        ------
        NameUnknownError
            If a table is none of the declared ones.
        ContractError
            If a table breaks its contract.

        Examples
        --------
        >>> from creditscore.data.portfolio import Portfolio
        >>> inquiry = {"applicant_id": 7, "event_time": "2024-05-31T12:00:00+00:00"}
        >>> Portfolio.from_records({"inquiries": [inquiry]}).code(7)
        0
        """
        if not isinstance(tables, Mapping):
            raise ParameterError.must_be("tables", "a dict of lists of dicts, by name of the table", tables)
        for name in tables:
            if name not in CONTRACTS:
                raise NameUnknownError.among("table", name, tuple(CONTRACTS))
        reading = Reading(timezone, calendar, digits, midnight, pseudonyms)
        raw = {name: read_records(name, tables[name]) for name in CONTRACTS if tables.get(name) is not None}
        parts = build(
            raw,
            on_bad_rows=_chosen(on_bad_rows, set_aside=set_aside),
            reading=reading,
            weekend=weekend,
            privacy=privacy,
            threads=1,
        )
        return cls.of_parts(parts)

    def __reduce__(self) -> tuple[Any, ...]:
        return reduced(self, Parts._fields)

    @property
    def applicant_ids(self) -> Labels:
        """Ids of all applicants in rising order."""
        return self.people.labels

    @property
    def timezone(self) -> str:
        """Name of the zone of the local clock."""
        return self.calendar.timezone

    @property
    def weekend(self) -> tuple[str, ...]:
        """Days of the weekend, Monday first."""
        return self.calendar.weekend

    @property
    def n_applicants(self) -> int:
        """Number of applicants that some table knows."""
        return len(self.people)

    @property
    def n_loans(self) -> int:
        """Number of loans."""
        return len(self.loan_owner)

    def code(self, applicant_id: int | str) -> int:
        """Code of one applicant, -1 if no table knows them."""
        return self.people.code(applicant_id)

    def codes(self, ids: Sequence[Any]) -> Int64:
        """Codes of several applicants, shape (len(ids),); -1 where no table knows them."""
        return self.people.codes(ids)

    def classified(self, applicant_id: int | str, as_of: datetime | str) -> ClassifiedPayments:
        """Say what each payment of one applicant is, by all that was known before a moment.

        Every feature of payments, the record of a decision and its pages read the same; the rules stand in
        the documentation of payments.

        Parameters
        ----------
        applicant_id : int or str
        as_of : datetime with a zone, or ISO 8601 text with a zone
            The moment; exclusive.

        Returns
        -------
        ClassifiedPayments
            One entry for each payment that was known; none where the portfolio has no payments.

        Raises
        ------
        ParameterError
            If `as_of` is not an instant.

        Examples
        --------
        >>> from creditscore.data.portfolio import Portfolio
        >>> rows = [
        ...     {"applicant_id": "a", "event_time": "2024-05-01T09:00Z", "amount": -500.0, "account_id": "x"},
        ...     {"applicant_id": "a", "event_time": "2024-05-01T10:00Z", "amount": 500.0, "account_id": "y"},
        ...     {"applicant_id": "a", "event_time": "2024-05-03T10:00Z", "amount": 90.0, "account_id": "y"},
        ... ]
        >>> Portfolio(payments=rows).classified("a", "2024-06-01T00:00Z")
        ClassifiedPayments(3 payments)
             0  2024-05-01T09:00       -500.00  own_transfer    own_accounts     1
             1  2024-05-01T10:00        500.00  own_transfer    own_accounts     0
             2  2024-05-03T10:00         90.00  unknown_in      sign                            income
        """
        moment = instant(as_of, "as_of")
        table = self.tables.get("payments")
        return no_payments() if table is None else classify_person(table, self.code(applicant_id), moment)

    def joined(self, as_of: datetime | str | None = None) -> pd.DataFrame:
        """Say which ids read as one person, and since when.

        In ties, memberships, activities and standings everything known under one of them is known of the
        person; payments, loans and applications stay with the id that they came with.

        Parameters
        ----------
        as_of : datetime with a zone, or ISO 8601 text with a zone, optional
            What was known before that moment; by default all that is known.

        Returns
        -------
        pandas.DataFrame
            One row a person of several ids: ``person`` (the first id, whose dates and coins decide what is
            seen of the person's standing), ``ids`` (tuple) and ``since`` (when the last of them was found).

        Examples
        --------
        >>> from creditscore.data.portfolio import Portfolio
        >>> ties = [{"person_id": "a", "other_id": "b2", "event_time": "2024-01-01T00:00Z"}]
        >>> persons = [{"person_id": "b1", "other_id": "b2", "event_time": "2024-05-01T00:00Z"}]
        >>> Portfolio.from_records({"ties": ties, "persons": persons}).joined()
          person       ids                     since
        0     b1  (b1, b2) 2024-05-01 00:00:00+00:00
        """
        moment = None if as_of is None else instant(as_of, "as_of")
        who = None if self.network is None else self.network.identities
        return joined_frame(who, self.applicant_ids, moment)

    def to_frame(self, table: str) -> pd.DataFrame:
        """One table as a pandas frame in stored order, times in UTC, ids and labels as given.

        Raises
        ------
        NameUnknownError
            If the portfolio has no such table.
        """
        if table not in self.tables:
            raise NameUnknownError.among("table of this portfolio", table, tuple(self.tables))
        return frame_of(self.tables[table], self.applicant_ids, self.loan_ids, self.loan_owner)

    def __repr__(self) -> str:
        counts = self.n_applicants, self.n_loans
        return describe(self.tables, self.quarantined, *counts, self.hints, self.calendar)

    def _repr_html_(self) -> str:
        counts = self.n_applicants, self.n_loans
        return describe_html(self.tables, self.quarantined, *counts, self.calendar)


def _chosen(on_bad_rows: OnBadRows, *, set_aside: bool) -> OnBadRows:
    if not isinstance(set_aside, bool):
        raise ParameterError.must_be("set_aside", "True or False", set_aside)
    return "quarantine" if set_aside else on_bad_rows
