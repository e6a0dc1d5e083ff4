"""A table while it is being checked: typed columns on one side, what is wrong with them on the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from creditscore._ground.arrays import Flags, Float64, Int32, Int64
from creditscore.data.door.raw import Labels, RawTable
from creditscore.data.tables.contracts import TableContract
from creditscore.errors import Problem

MOST_EXAMPLES = 3
_NO_CODES: Final[Int32] = np.empty(0, dtype=np.int32)
_NO_TIMES: Final[Int64] = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """An id or label column: int32 codes of shape (n_rows,), -1 = missing, and the sorted distinct labels."""

    codes: Int32
    labels: Labels


@dataclass(frozen=True, slots=True, eq=False)
class Timed:
    """A time column: int64 microseconds of shape (n_rows,), ``NEVER`` = missing.

    `at` is when it was; `known` when one could know: the same array, or for dates the end of the local day.
    `dates` says which were dates, as bool of shape (n_rows,); None where none was.
    """

    at: Int64
    known: Int64
    dates: Flags | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Fault:
    """Rows of one table that break one rule."""

    column: str
    rule: str
    rows: Int64
    remedy: str


@dataclass(slots=True, eq=False)
class Draft:
    """One table between the door and its `EventTable`.

    `owner` and `loan` (codes of shape (n_rows,), -1 = unknown), `known` and `superseded` (instants of shape
    (n_rows,)) are filled in when the tables of a portfolio are linked.
    """

    contract: TableContract
    raw: RawTable
    coded: dict[str, Coded] = field(default_factory=dict)
    times: dict[str, Timed] = field(default_factory=dict)
    numbers: dict[str, Float64] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    owner: Int32 = field(default_factory=_NO_CODES.copy)
    loan: Int32 = field(default_factory=_NO_CODES.copy)
    known: Int64 = field(default_factory=_NO_TIMES.copy)
    superseded: Int64 | None = None

    @property
    def name(self) -> str:
        """Name of the table."""
        return self.contract.name

    @property
    def n_rows(self) -> int:
        """Number of rows as they came in."""
        return self.raw.n_rows

    def column_names(self) -> tuple[str, ...]:
        """Names of the typed columns: declared ones in contract order, then extra ones sorted."""
        typed = {*self.coded, *self.times, *self.numbers}
        declared = [name for name in self.contract.declared if name in typed]
        return (*declared, *sorted(typed.difference(declared)))

    def fault(self, column: str, rule: str, rows: Int64 | Flags, remedy: str) -> None:
        """Note rows that break a rule; no rows, no note.

        Parameters
        ----------
        column, rule, remedy : str
            The column may be empty.
        rows : ndarray of int64, shape (n_bad,), or of bool, shape (n_rows,)
            Numbers of rows, or a mask.
        """
        numbers = rows.nonzero()[0] if rows.dtype == np.bool_ else rows
        if numbers.size:
            self.faults.append(Fault(column, rule, numbers.astype(np.int64), remedy))

    def problem(self, column: str, rule: str, remedy: str, *, examples: tuple[str, ...] = ()) -> None:
        """Note a rule that the column or table breaks as a whole."""
        self.problems.append(Problem(self.name, column, rule, self.n_rows, examples, remedy))

    def bad_rows(self) -> Flags:
        """Which rows break a rule, as a mask of shape (n_rows,)."""
        bad = np.zeros(self.n_rows, dtype=np.bool_)
        for fault in self.faults:
            bad[fault.rows] = True
        return bad

    def all_problems(self) -> list[Problem]:
        """Problems of the table, then those of its rows with the first offending ids."""
        return [*self.problems, *(self._as_problem(fault) for fault in self.faults)]

    def _as_problem(self, fault: Fault) -> Problem:
        examples = tuple(self.row_label(row) for row in fault.rows[:MOST_EXAMPLES].tolist())
        return Problem(self.name, fault.column, fault.rule, len(fault.rows), examples, fault.remedy)

    def row_label(self, row: int) -> str:
        """How a message names a row: by its number and its identity as far as it has one."""
        names = dict.fromkeys((*self.contract.key[0], self.contract.owner))
        known = ((name, self.coded[name]) for name in names if name in self.coded)
        ids = [f"{name} {label_at(column, row)!r}" for name, column in known if column.codes[row] >= 0]
        return " ".join([f"row {row}", *ids])


def label_at(column: Coded, row: int) -> int | str | None:
    """Label of one row as a plain int or str, None where it is missing."""
    code = int(column.codes[row])
    if code < 0:
        return None
    label = column.labels[code]
    return label if isinstance(label, str) else int(label)
