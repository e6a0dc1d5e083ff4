"""Tables laid out for the checks of their quality: one row of arrays each, with month and owner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.arrays import Flags, Float64, Int64, distinct
from creditscore._ground.instants import NEVER
from creditscore._ground.zones import Calendar
from creditscore.data.applications import Applications
from creditscore.data.sources import CONNECTIONS, CONSENTS, source_of
from creditscore.data.tables.contracts import APPLICATIONS, CONTRACTS, MONEY, TableContract
from creditscore.data.tables.events import EventTable
from creditscore.data.visible import HAPPENED, KNOWN, SUPERSEDED

# Labels beyond so many are names or ids, whose shares say nothing of a shift.
MOST_LABELS: Final = 50


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """One table, its latest versions alone.

    Attributes
    ----------
    contract : TableContract
    source : str
    owner : ndarray of int64, shape (n_rows,)
        Code of the person or loan of each row.
    at, known, month : ndarray of int64, shape (n_rows,)
        When it happened and was known, in microseconds, and the number of its local calendar month.
    numbers : mapping of str to ndarray of float64, shape (n_rows,)
        NaN = missing.
    codes : mapping of str to ndarray of int64, shape (n_rows,)
        -1 = missing.
    facts : mapping of str to (ndarray, ndarray) of int64, shape (n_rows,)
        When each fact happened and was known; ``NEVER`` = missing.
    """

    contract: TableContract
    source: str
    owner: Int64
    at: Int64
    known: Int64
    month: Int64
    numbers: Mapping[str, Float64]
    codes: Mapping[str, Int64]
    facts: Mapping[str, tuple[Int64, Int64]]

    @property
    def name(self) -> str:
        """Name of the table."""
        return self.contract.name

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return int(self.at.size)

    @property
    def money(self) -> tuple[str, ...]:
        """Columns that hold money."""
        declared = self.contract.declared
        return tuple(n for n in self.numbers if n in declared and declared[n].unit.startswith(MONEY))

    @property
    def is_scheduled(self) -> bool:
        """Whether its rows are due at a time that may lie ahead of what is known."""
        return self.contract.date_known_at_start and self.contract is not APPLICATIONS

    @property
    def labels(self) -> tuple[str, ...]:
        """Columns of labels that are few, and stand for nobody."""
        declared = self.contract.declared
        return tuple(
            name
            for name, codes in self.codes.items()
            if (name not in declared or declared[name].kind == "text")
            and int(codes.max(initial=-1)) < MOST_LABELS
        )

    def filled(self) -> dict[str, Flags]:
        """Tell for each column but the times of the row which rows have a value, as shape (n_rows,)."""
        made: dict[str, Flags] = {name: values == values for name, values in self.numbers.items()}
        made |= {name: codes >= 0 for name, codes in self.codes.items()}
        return made | {name: times[0] != NEVER for name, times in self.facts.items()}


def sheet_of(table: EventTable, calendar: Calendar) -> Sheet:
    """Lay out an event table."""
    contract = CONTRACTS[table.name]
    kept = table.times[SUPERSEDED] == NEVER
    owner = np.repeat(np.arange(table.n_owners), np.diff(table.offsets))[kept]
    times = {name: table.times[row][kept] for row, name in enumerate(table.time_columns)}
    known_row = {fact: table.row(fact) + 1 for fact in contract.facts if fact in times}
    return _sheet(
        contract,
        table.name if table.name in (CONNECTIONS, CONSENTS) else source_of(table.name).name,
        owner,
        (table.times[HAPPENED][kept], table.times[KNOWN][kept]),
        {name: table.values[row][kept] for row, name in enumerate(table.value_columns)},
        {name: table.codes[row][kept] for row, name in enumerate(table.code_columns)},
        {fact: (times[fact], table.times[row][kept]) for fact, row in known_row.items()},
        calendar,
    )


def sheet_of_applications(applications: Applications, calendar: Calendar) -> Sheet:
    """Lay out applications, whose time is their moment."""
    owner = np.unique(np.array([str(one) for one in applications.applicant_ids]), return_inverse=True)[1]
    return _sheet(
        APPLICATIONS,
        APPLICATIONS.name,
        owner,
        (applications.as_of, applications.as_of),
        dict(applications.numeric),
        {name: _coded(values) for name, values in applications.text.items()},
        {name: (values, values) for name, values in applications.moments.items()},
        calendar,
    )


def months_of(instants: Int64, calendar: Calendar) -> Int64:
    """Number the local calendar months of instants, shape (n,), month 0 being January 1970."""
    days = calendar.local_days(instants).astype("M8[D]")
    return days.astype("M8[M]").astype(np.int64)


def people_by_month(month: Int64, owner: Int64, n_months: int) -> Int64:
    """Count the owners that have rows in each month, the months numbered from 0, shape (n_months,).

    Examples
    --------
    >>> people_by_month(np.array([0, 0, 2, 2]), np.array([5, 5, 5, 7]), 3).tolist()
    [1, 0, 2]
    """
    n_owners = int(owner.max(initial=0)) + 1
    return np.bincount(distinct(month * n_owners + owner) // n_owners, minlength=n_months)


def month_text(month: int) -> str:
    """Write a numbered month.

    Examples
    --------
    >>> month_text(0), month_text(674)
    ('1970-01', '2026-03')
    """
    return str(np.datetime64(int(month), "M"))


def _sheet(
    contract: TableContract, source: str, owner: NDArray[Any], times: tuple[Int64, Int64],
    numbers: Mapping[str, Float64], codes: Mapping[str, NDArray[Any]],
    facts: Mapping[str, tuple[Int64, Int64]], calendar: Calendar,
) -> Sheet:  # fmt: skip
    at, known = times
    return Sheet(
        contract, source, owner.astype(np.int64), at, known, months_of(at, calendar), dict(numbers),
        {name: values.astype(np.int64) for name, values in codes.items()}, dict(facts),
    )  # fmt: skip


def _coded(values: tuple[str | None, ...]) -> Int64:
    code_of = {label: code for code, label in enumerate(sorted({v for v in values if v is not None}))}
    return np.array([-1 if value is None else code_of[value] for value in values], np.int64)
