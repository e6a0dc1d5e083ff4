"""Rows of one applicant that were known before a moment, table by table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.arrays import Flags, Float64, Int64
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.data.tables.events import EventTable
from creditscore.data.visible import HAPPENED, facts_known, happened, visible

_NO_ROWS: Final = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class KnownRows:
    """Those rows of one table that were known of one applicant.

    Attributes
    ----------
    table : EventTable
    rows : ndarray of int64, shape (n,)
        Their numbers in the table.
    moment : int
        In microseconds; exclusive.
    """

    table: EventTable
    rows: Int64
    moment: int

    @property
    def at(self) -> Int64:
        """When each happened, or is due, in microseconds, shape (n,)."""
        return np.asarray(self.table.times[HAPPENED][self.rows], np.int64)

    @property
    def past(self) -> Int64:
        """Times of those that lie before the moment, shape (n_past,): what is due later is left out."""
        return self.at[self.at < self.moment]

    def number(self, column: str) -> Float64:
        """Return a column of numbers, shape (n,); all NaN where the table has none."""
        if column not in self.table.value_columns:
            return np.full(self.rows.size, np.nan)
        return np.asarray(self.table.column(column)[self.rows], np.float64)

    def labels(self, column: str) -> list[Any]:
        """Return a column of labels; None where missing."""
        if column not in self.table.code_columns:
            return [None] * self.rows.size
        words = (*self.table.vocabularies[column], None)
        return [words[code] for code in self.table.column(column)[self.rows].tolist()]

    def fact(self, name: str) -> Flags:
        """Tell of which rows a fact was known, shape (n,)."""
        return facts_known(self.table.times, self.table.row(name), self.moment)[self.rows]

    def fact_at(self, name: str) -> Int64:
        """When a fact happened, shape (n,); meaningless where it was not known."""
        return np.asarray(self.table.times[self.table.row(name)][self.rows], np.int64)


def known_rows(
    tables: Mapping[str, EventTable], owner: int, loans: NDArray[np.int64], moment: int
) -> dict[str, KnownRows]:
    """Find the rows of one applicant in each table; schedules may lie ahead, nothing else may.

    Parameters
    ----------
    tables : mapping of str to EventTable
    owner : int
        Code of the applicant; -1 is nobody.
    loans : ndarray of int64, shape (n_loans,)
        Codes of the applicant's loans.
    moment : int
        In microseconds; exclusive.
    """
    return {
        name: KnownRows(table, _rows(table, owner, loans, moment), moment) for name, table in tables.items()
    }


def _rows(table: EventTable, owner: int, loans: NDArray[np.int64], moment: int) -> Int64:
    owners = loans.tolist() if table.owners == "loan" else [owner] if owner >= 0 else []
    stretches = [np.arange(table.offsets[one], table.offsets[one + 1]) for one in owners]
    rows = np.concatenate(stretches) if stretches else _NO_ROWS
    times = table.times[:, rows]
    kept = visible(times, moment)
    if not CONTRACTS[table.name].date_known_at_start:
        kept &= happened(times, moment)
    return np.asarray(rows[kept], np.int64)
