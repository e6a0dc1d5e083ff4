"""Movements on accounts in the months to come: as in the last ones, or with every account above zero."""

from __future__ import annotations

from typing import Final

import numpy as np

from creditscore._ground.arrays import Flags, Int64
from creditscore.data.stored.table import Labelled, StoredTable
from creditscore.data.tables.vocabularies import PAYMENT_KINDS
from creditscore.recourse.own_rows import (
    OwnRows,
    joined_rows,
    numbers_of,
    says,
    taken,
    times_of,
)

_REFUSED: Final = frozenset({"declined", "returned"})
_FINED: Final = frozenset({"penalty"})
_OWN_TRANSFER: Final = PAYMENT_KINDS.index("own_transfer")
_LEAST: Final = 1.0


def accounts_ahead(own: OwnRows, until: int, above_zero: bool) -> StoredTable:
    """Let the movements of the last months come again until one applies.

    With `above_zero`, one transfer from own money to each account that fell below zero comes first, large
    enough that its balance never does again; no payment is refused, and no penalty is charged.
    """
    table = own.tables["payments"]
    length, at = until - own.as_of, times_of(table, "event_time")
    recent = np.flatnonzero((at >= own.as_of - length) & (at < own.as_of))
    again = taken(table, recent)
    moved = {name: instants + length for name, instants in again.times.items()}
    again = StoredTable("payments", again.n_rows, again.first_id, moved, again.numbers, again.labels)
    if above_zero:
        again = _lifted(own, again)
    return joined_rows(table, again)


def below_zero(own: OwnRows, until: int) -> float | None:
    """Return the lowest balance of the last months; None if none is below zero and nothing was refused."""
    table = own.tables.get("payments")
    if table is None:
        return None
    at = times_of(table, "event_time")
    rows = np.flatnonzero((at >= 2 * own.as_of - until) & (at < own.as_of))
    recent = taken(table, rows)
    balances = numbers_of(recent, "balance")
    lowest = float(np.nanmin(balances)) if (~np.isnan(balances)).any() else 0.0
    return min(lowest, 0.0) if lowest < 0.0 or _avoided(recent).any() else None


def _avoided(table: StoredTable) -> Flags:
    """Tell which movements, shape (n_rows,), would not be there with enough money on the account."""
    return _refused(table) | says(table, "kind", _FINED)


def _lifted(own: OwnRows, again: StoredTable) -> StoredTable:
    avoided, balances = _avoided(again), numbers_of(again, "balance").copy()
    amounts = np.where(avoided & ~_refused(again), numbers_of(again, "amount"), 0.0)
    account = again.labels["account_id"].codes if "account_id" in again.labels else None
    codes = np.zeros(again.n_rows, np.int32) if account is None else account
    order = np.argsort(times_of(again, "event_time"), kind="stable")
    paid_in: list[tuple[int, float]] = []
    for one in np.unique(codes).tolist():
        mine = order[codes[order] == one]
        balances[mine] -= np.cumsum(amounts[mine])
        known = mine[~np.isnan(balances[mine])]
        if known.size and balances[known].min() < _LEAST:
            lift = _LEAST - float(balances[known].min())
            balances[mine] += lift
            paid_in.append((int(known[0]), lift))
    kept = StoredTable(
        "payments", again.n_rows, again.first_id, again.times, dict(again.numbers) | {"balance": balances},
        again.labels,
    )  # fmt: skip
    left = taken(kept, np.flatnonzero(~avoided))
    return joined_rows(_paid_in(own, kept, paid_in), left) if paid_in and "kind" in again.labels else left


def _refused(table: StoredTable) -> Flags:
    return says(table, "status", _REFUSED)


def _paid_in(own: OwnRows, again: StoredTable, lifts: list[tuple[int, float]]) -> StoredTable:
    """One transfer from own money to each account, at the moment itself."""
    rows: Int64 = np.array([row for row, _ in lifts], np.int64)
    model = taken(again, rows)
    amounts = np.array([lift for _, lift in lifts])
    balances = numbers_of(model, "balance") - numbers_of(model, "amount")
    labels = {
        name: model.labels[name]
        for name in ("applicant_id", "account_id", "account_kind", "currency")
        if name in model.labels
    }
    kinds = np.full(len(rows), _OWN_TRANSFER, np.int32)
    labels["kind"] = Labelled(kinds, PAYMENT_KINDS)
    times = {"event_time": np.full(len(rows), own.as_of)}
    numbers = {"amount": amounts, "balance": balances}
    return StoredTable("payments", len(rows), again.first_id, times, numbers, labels)
