"""The one path from raw tables to the parts of a portfolio: check, link, refuse or set aside, order."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.arrays import Flags, Int32, Int64, read_only
from creditscore._ground.zones import USUAL_WEEKEND, WEEKDAYS, Calendar, calendar_of
from creditscore.data.door.assemble import assemble
from creditscore.data.door.draft import Draft
from creditscore.data.door.linking import Links, link_tables
from creditscore.data.door.quarantine import QuarantinedRows, set_aside
from creditscore.data.door.raw import Labels, RawTable
from creditscore.data.door.reading import PLAIN, Reading
from creditscore.data.door.records import read_records
from creditscore.data.door.validate import check_sources, check_table
from creditscore.data.network.index import Network, build_network
from creditscore.data.network.privacy import PUBLIC, StandingPrivacy
from creditscore.data.sources import CONNECTIONS, CONSENTS
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.data.tables.events import EventTable
from creditscore.data.tables.ids import Ids
from creditscore.data.terms import NO_TERMS, SourceTerms
from creditscore.errors import ContractError, ParameterError

OnBadRows = Literal["raise", "quarantine"]


class Parts(NamedTuple):
    """The fields of a portfolio."""

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
    currency: str = ""
    terms: SourceTerms = NO_TERMS
    pseudonyms_check: str = ""

    @classmethod
    def of(cls, portfolio: object) -> Self:
        """Take the fields of a portfolio."""
        return cls(**{name: getattr(portfolio, name) for name in cls._fields})


class MadeOfParts:
    """The part of a portfolio that is made of its fields."""

    __slots__ = ()

    @classmethod
    def of_parts(cls, parts: Parts) -> Self:
        """Make a portfolio of tables that are already checked, linked and ordered."""
        self = cls.__new__(cls)
        self._fill(parts)
        return self

    def _fill(self, parts: Parts) -> None:
        for name, value in parts._asdict().items():
            object.__setattr__(self, name, value)


def read_table(name: str, table: Any) -> RawTable:
    """Raw columns of a dataframe or of a list of dicts."""
    if isinstance(table, list | tuple):
        return read_records(name, table)
    from creditscore.data.door.frames import read_frame

    return read_frame(name, table)


def build(
    raw: Mapping[str, RawTable | Draft],
    *,
    on_bad_rows: str,
    reading: Reading = PLAIN,
    threads: int | None,
    weekend: Sequence[str] = USUAL_WEEKEND,
    privacy: StandingPrivacy | None = None,
    fold: float | None = None,
) -> Parts:
    """Check, link and order tables; parameters and errors are those of `Portfolio`.

    A draft is taken as it is: its columns passed the door before. Rows that were stored with a decision, as
    `reading` says, may name sources that are not declared; their standings are bits, so that their privacy
    comes without its secret, and with the applicant's own `fold`.
    """
    if not isinstance(on_bad_rows, str) or on_bad_rows not in {"raise", "quarantine"}:
        raise ParameterError.must_be("on_bad_rows", "'raise' or 'quarantine'", on_bad_rows)
    if threads is not None and (not isinstance(threads, int) or threads < 1):
        raise ParameterError.must_be("threads", "None, or 1 or more", threads)
    if privacy is not None and not isinstance(privacy, StandingPrivacy):
        raise ParameterError.must_be("privacy", "a StandingPrivacy", privacy)
    if privacy is not None and not (reading.stored or privacy.has_secret):
        raise ParameterError.must_be("privacy", "one that came with its secret", privacy)
    calendar = calendar_of(reading.timezone, _named_days(weekend))
    drafts = {
        name: table if isinstance(table, Draft) else check_table(CONTRACTS[name], table, reading)
        for name, table in raw.items()
    }
    for name in () if reading.stored else (CONNECTIONS, CONSENTS):
        if name in drafts:
            check_sources(drafts[name])
    links, tables, bad = link_and_order(
        drafts, calendar, refuse=on_bad_rows == "raise", stored=reading.stored, threads=threads
    )
    loans, secrecy = tables.get("loans"), privacy or PUBLIC
    return Parts(
        tables=MappingProxyType(tables),
        quarantined=MappingProxyType({name: set_aside(drafts[name]) for name in bad}),
        hints=tuple(hint for draft in drafts.values() for hint in draft.hints),
        loan_ids=_frozen(links.loans),
        loan_owner=_frozen(links.loan_owner.astype(np.int64)),
        loan_codes=_frozen(np.empty(0, dtype=np.int32) if loans is None else loans.codes[loans.row("loan")]),
        people=Ids(_frozen(links.people), "applicant_id"),
        network=build_network(tables, links.people, secrecy, fold or 0.0),
        privacy=secrecy,
        calendar=calendar,
        currency=currency_of(drafts),
        pseudonyms_check="" if reading.pseudonyms is None else reading.pseudonyms.key_check,
    )


def link_and_order(
    drafts: Mapping[str, Draft],
    calendar: Calendar,
    *,
    refuse: bool = True,
    stored: bool = False,
    threads: int | None = None,
) -> tuple[Links, dict[str, EventTable], dict[str, Flags]]:
    """Link checked tables, refuse what is wrong with them, and put their rows in order.

    Parameters
    ----------
    drafts : mapping of str to Draft
    calendar : Calendar
    refuse : bool, default True
        Whether rows at fault are refused, and not set aside.
    stored : bool, default False
        Whether the rows were stored with a decision, and are taken as they stand.
    threads : int, optional

    Returns
    -------
    links : Links
    tables : dict of str to EventTable
    bad : dict of str to ndarray of bool, shape (n_rows,)
        Rows that were left out, by table.

    Raises
    ------
    ContractError
        If a table breaks its contract.
    """
    links = link_tables(drafts, calendar, set_aside=not refuse, stored=stored)
    _refuse(drafts, rows_too=refuse)
    bad = {name: draft.bad_rows() for name, draft in drafts.items() if draft.faults}
    return links, _assemble_all(drafts, links, bad, threads or os.cpu_count() or 1), bad


def currency_of(drafts: Mapping[str, Draft]) -> str:
    """Return the one currency that tables name; empty where none does."""
    coded = (draft.coded["currency"] for draft in drafts.values() if "currency" in draft.coded)
    return next((str(label) for one in coded for label in one.labels), "")


def _named_days(weekend: Any) -> tuple[str, ...]:
    days = (
        (weekend,)
        if isinstance(weekend, str)
        else tuple(weekend)
        if isinstance(weekend, Iterable)
        else (None,)
    )
    if not all(isinstance(day, str) for day in days):
        raise ParameterError.must_be("weekend", f"days among {', '.join(WEEKDAYS)}", weekend)
    return days


def _refuse(drafts: Mapping[str, Draft], *, rows_too: bool) -> None:
    if rows_too or any(draft.problems for draft in drafts.values()):
        problems = [problem for draft in drafts.values() for problem in draft.all_problems()]
        if problems:
            raise ContractError(problems)


def _assemble_all(
    drafts: Mapping[str, Draft], links: Links, bad: Mapping[str, Flags], threads: int
) -> dict[str, EventTable]:
    tables = {}
    for name, draft in drafts.items():
        by_loan = draft.contract.grouped_by_loan
        owners, n_owners = (draft.loan, len(links.loans)) if by_loan else (draft.owner, len(links.people))
        tables[name] = assemble(draft, owners, n_owners, bad.get(name), threads)
    return tables


def _frozen(labels: Any) -> Any:
    """The same labels; arrays as read-only copies, so that no one else can change them."""
    if isinstance(labels, np.ndarray):
        kept: NDArray[Any] = labels.copy() if labels.flags.writeable else labels
        return read_only(kept)
    return labels
