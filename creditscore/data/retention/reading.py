"""A portfolio in which adverse facts that are too old are not read: their rows count no more from then on.

It is the rule of what is visible that leaves them out: each row has a time from which on it counts no more,
as if it had been voided then. What was read before stays as it was, and a moment before it is answered alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple

import numpy as np

from creditscore._ground.arrays import Float64, Int64, read_only
from creditscore._ground.instants import DAY, NEVER
from creditscore.data.door.build import Parts
from creditscore.data.loans.expiring import CARRIED, FROM, LOAN, ROW, UNTIL, Schedules, expire_schedules
from creditscore.data.network.index import build_network
from creditscore.data.portfolio import Portfolio
from creditscore.data.retention.kinds import Retention
from creditscore.data.retention.until import UNTIL_OF, closings_of
from creditscore.data.sources import SOURCES
from creditscore.data.tables.events import EventTable
from creditscore.data.visible import HAPPENED, KNOWN, SUPERSEDED

# What the indexes of a network are made of.
_OF_NETWORK: Final = frozenset({"standings", *SOURCES["loans"].tables})
_KEPT: Final = 2
_NO_TIMES: Final = read_only(np.empty((3, 0), np.int64))
_NO_AMOUNTS: Final = read_only(np.empty(0))


class _Carried(NamedTuple):
    """Payments that stand for what was paid in advance; arrays of shape (n,)."""

    rows: Int64
    known: Int64
    until: Int64
    amounts: Float64


@lru_cache(maxsize=_KEPT)
def retained(portfolio: Portfolio, retention: Retention) -> Portfolio:
    """Return a portfolio in which no adverse fact is read that is older than allowed.

    Parameters
    ----------
    portfolio : Portfolio
    retention : Retention

    Returns
    -------
    Portfolio
        The very one that was given where nothing leaves.
    """
    if not retention:
        return portfolio
    found = _Tables(portfolio, retention.to_dict()).changed()
    if not found:
        return portfolio
    tables = MappingProxyType({**portfolio.tables, **found})
    parts = Parts.of(portfolio)._replace(tables=tables)
    if portfolio.network is not None and not _OF_NETWORK.isdisjoint(found):
        network = build_network(tables, portfolio.people.labels, portfolio.privacy)
        parts = parts._replace(network=network)
    return Portfolio.of_parts(parts)


class _Tables:
    """The tables of a portfolio, and which of them change."""

    def __init__(self, portfolio: Portfolio, days: Mapping[str, int]) -> None:
        self.portfolio, self.days = portfolio, days
        self.tables = portfolio.tables
        self.until: dict[str, Int64] = {}
        self.carried: _Carried | None = None

    def changed(self) -> dict[str, EventTable]:
        """Return the tables of which some row leaves."""
        for name, until_of in UNTIL_OF.items():
            if name in self.tables:
                self._note(name, until_of(self.tables[name], self.days, self.portfolio.calendar))
        if "arrears" in self.days and "instalments" in self.tables:
            self._schedules(self.tables["instalments"], self.tables.get("repayments"))
        return {
            name: _withdrawn(self.tables[name], until, self.carried if name == "repayments" else None)
            for name, until in self.until.items()
            if (until != NEVER).any()
        }

    def _note(self, name: str, until: Int64) -> None:
        self.until[name] = np.minimum(self.until.get(name, np.int64(NEVER)), until)

    def _closings(self) -> Int64:
        loans = self.tables.get("loans")
        return np.empty((4, 0), np.int64) if loans is None else closings_of(loans, self.portfolio.loan_codes)

    def _schedules(self, due: EventTable, paid: EventTable | None) -> None:
        n_loans, amount = len(self.portfolio.loan_owner), due.row("paid_amount")
        until = np.full(due.n_rows, NEVER), np.full(0 if paid is None else paid.n_rows, NEVER)
        carried, amounts = np.empty((CARRIED, due.n_rows), np.int64), np.empty(due.n_rows)
        closings = self._closings()
        given = Schedules(
            _up_to(due.offsets, n_loans), due.times, due.column("due_amount"),
            _all_of_it(due.n_rows) if amount < 0 else due.values[amount], due.row("paid_time"),
            np.zeros(n_loans + 1, np.int64) if paid is None else _up_to(paid.offsets, n_loans),
            _NO_TIMES if paid is None else paid.times,
            _NO_AMOUNTS if paid is None else paid.column("amount"),
            closings, np.searchsorted(closings[LOAN], np.arange(n_loans + 1)),
        )  # fmt: skip
        span = self.days["arrears"] * DAY
        n = expire_schedules(given, span, self.portfolio.calendar.clock, *until, carried, amounts)
        self._note("instalments", until[0])
        if paid is not None:
            self._note("repayments", until[1])
            some = carried[:, :n]
            self.carried = _Carried(some[ROW], some[FROM], some[UNTIL], amounts[:n])


def _all_of_it(n_rows: int) -> Float64:
    return read_only(np.full(n_rows, np.nan))


def _up_to(offsets: Int64, n_loans: int) -> Int64:
    """Offsets of all loans, shape (n_loans + 1,), also of those that a table does not know."""
    return np.append(offsets, np.full(max(0, n_loans + 1 - offsets.size), offsets[-1]))


def _withdrawn(table: EventTable, until: Int64, carried: _Carried | None) -> EventTable:
    """Return a table whose rows leave at their moments, shape (n_rows,), with what is carried over."""
    times, values = table.times.copy(), table.values
    replaced = times[SUPERSEDED].copy()
    expires = np.where(until < replaced, until, NEVER)
    if table.expires is not None:
        expires = np.minimum(expires, table.expires)
    times[SUPERSEDED] = np.minimum(replaced, until)
    codes, offsets = table.codes, table.offsets
    if carried is not None and carried.rows.size:
        rows = carried.rows
        added = times[:, rows]
        added[KNOWN], added[SUPERSEDED] = np.maximum(carried.known, added[HAPPENED]), carried.until
        numbers = values[:, rows]
        numbers[table.row("amount")] = carried.amounts
        times = np.insert(times, rows + 1, added, axis=1)
        values = np.insert(values, rows + 1, numbers, axis=1)
        codes = np.insert(codes, rows + 1, codes[:, rows], axis=1)
        offsets = offsets + np.searchsorted(np.sort(rows), offsets)
        expires = np.insert(expires, rows + 1, carried.until)
    return replace(
        table,
        offsets=read_only(offsets),
        times=read_only(times),
        values=read_only(values),
        codes=read_only(codes),
        plain=False,
        event_ids=None,
        expires=read_only(expires),
    )
