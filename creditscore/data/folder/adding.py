"""New rows added to a portfolio: only the persons whom they concern are linked and ordered again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from creditscore._ground.arrays import Flags, Int64
from creditscore.data.door.build import Parts, currency_of, link_and_order
from creditscore.data.door.draft import Draft
from creditscore.data.door.linking import Links
from creditscore.data.door.raw import Labels
from creditscore.data.folder.agreeing import check_agreement, check_among, people_named
from creditscore.data.folder.redrafting import one_after_another, redrafted, rows_of_owners
from creditscore.data.folder.splicing import spliced
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.data.tables.events import EventTable
from creditscore.data.tables.ids import Ids, positions
from creditscore.data.tables.parties import PARTIES

Rows = Mapping[str, Draft]
_EVENT_ID = "event_id"
_CURRENCY = "currency"
_ALL_AT_ONCE = ("persons",)
_OF_LOANS = frozenset(name for name, contract in CONTRACTS.items() if contract.loan_column is not None)
_BY_KEY_ALONE = frozenset(CONTRACTS) - _OF_LOANS - {*_ALL_AT_ONCE, PARTIES}


class Concerned(NamedTuple):
    """The persons whom new rows concern, with all of their rows, old and new, linked and in order.

    Attributes
    ----------
    people : ndarray of bool, shape (n_applicants,)
        Which persons of the portfolio they are.
    links : Links
    tables : dict of str to EventTable
    currency : str
    """

    people: Flags
    links: Links
    tables: dict[str, EventTable]
    currency: str


class Gathered(NamedTuple):
    """The rows of those whom new rows concern, old and new, not linked yet.

    Attributes
    ----------
    people : ndarray of bool, shape (n_applicants,)
        Which persons of the portfolio they are.
    drafts : dict of str to Draft
        By name of the table; new rows come first, the newest of them at the head.
    currency : str
    """

    people: Flags
    drafts: dict[str, Draft]
    currency: str


def added(base: Parts, drafts: Sequence[Rows]) -> Parts:
    """Add rows to a portfolio: what comes out is what all rows together would have made.

    Parameters
    ----------
    base : Parts
    drafts : sequence of mapping of str to Draft
        New rows by name of the table, each of which passed the door; oldest first.

    Raises
    ------
    ContractError
        If the rows, with those that are there, break a contract.
    """
    return spliced(base, *concerned(base, drafts))


def concerned(base: Parts, drafts: Sequence[Rows]) -> Concerned:
    """Link new rows with all rows of those whom they concern; the newest come first, as messages count them.

    Parameters and errors are those of `added`.
    """
    people, whole, currency = gathered(base, drafts)
    links, tables, _ = link_and_order(whole, base.calendar)
    return Concerned(people, links, tables, currency)


def gathered(base: Parts, drafts: Sequence[Rows], *, to_judge: bool = False) -> Gathered:
    """Put new rows together with all rows of those whom they concern; what is wrong alone is refused.

    Parameters and errors are those of `added`; `to_judge` leaves out the rows that decide nothing of whether
    new ones fit: of tables in which a row has to do with others of its key alone, all other rows.
    """
    check_among(drafts)
    together = {
        name: one_after_another([rows[name] for rows in reversed(drafts) if name in rows])
        for name in CONTRACTS
        if any(name in rows for rows in drafts)
    }
    check_agreement(base, together)
    currency = currency_of(together) or base.currency
    people = _whom(base, together)
    names = {*together, *base.tables}
    if to_judge:
        names = {*together, *(_OF_LOANS & base.tables.keys() if _OF_LOANS & together.keys() else ())}
    whole = {
        name: _by_key(base, base.tables.get(name), together[name])
        if to_judge and name in _BY_KEY_ALONE
        else _with_base(base, base.tables.get(name), together.get(name), people)
        for name in CONTRACTS
        if name in names
    }
    for draft in whole.values():
        draft.coded.pop(_CURRENCY, None)
    return Gathered(people, whole, currency)


def _with_base(base: Parts, table: EventTable | None, new: Draft | None, people: Flags) -> Draft:
    if table is None:
        return one_after_another([] if new is None else [new])
    owners = _owners(base, table, people)
    old = redrafted(base, table, rows_of_owners(table, owners))
    return one_after_another([old] if new is None else [new, old])


def _by_key(base: Parts, table: EventTable | None, new: Draft) -> Draft:
    """New rows, and those that share a key with them."""
    if table is None:
        return one_after_another([new])
    return one_after_another([new, redrafted(base, table, _rows_named_alike(table, new))])


def _owners(base: Parts, table: EventTable, people: Flags) -> Int64:
    """Codes of those whose rows are taken: persons, or loans of persons."""
    chosen = people[base.loan_owner] if table.owners == "loan" else people
    return np.flatnonzero(chosen).astype(np.int64)


def _whom(base: Parts, drafts: Rows) -> Flags:
    """Whom new rows concern: who owns them, whose loan they name, whose event they correct."""
    people = np.zeros(len(base.people), np.bool_)
    for name, draft in drafts.items():
        for column in people_named(draft):
            _mark(people, base.people, draft.coded[column].labels)
        loan = draft.contract.loan_column
        if loan is not None:
            codes = positions(draft.coded[loan].labels, base.loan_ids)
            people[base.loan_owner[codes[codes >= 0]]] = True
        table = base.tables.get(name)
        if table is not None:
            rows = _rows_named_alike(table, draft)
            owners = np.searchsorted(table.offsets, rows, side="right") - 1
            people[base.loan_owner[owners] if table.owners == "loan" else owners] = True
    return people


def _mark(people: Flags, ids: Ids, labels: Labels) -> None:
    if len(labels) and len(ids):
        plain = labels if isinstance(labels, tuple) else labels.tolist()
        codes = ids.codes(plain)
        people[codes[codes >= 0]] = True


def _rows_named_alike(table: EventTable, draft: Draft) -> Int64:
    """Rows that share a key with new ones, or that are to be looked at with any new row of their table."""
    if table.name in _ALL_AT_ONCE:
        return np.arange(table.n_rows)
    found = [np.empty(0, np.int64)]
    if table.event_ids is not None and _EVENT_ID in draft.coded:
        found.append(table.event_ids.rows_with(draft.coded[_EVENT_ID].labels))
    for name in _key_labels(draft):
        if name in table.vocabularies and name in draft.coded:
            vocabulary, labels = table.vocabularies[name], draft.coded[name].labels
            there = set(labels if isinstance(labels, tuple) else labels.tolist())
            codes = [code for code, label in enumerate(vocabulary) if label in there]
            found.append(np.flatnonzero(np.isin(table.column(name), codes)).astype(np.int64))
    return np.unique(np.concatenate(found))


def _key_labels(draft: Draft) -> set[str]:
    contract = draft.contract
    named = {name for key in contract.key for name in key} - {contract.owner, contract.loan_column, _EVENT_ID}
    return named | ({"application_id"} if draft.name == PARTIES else set())
