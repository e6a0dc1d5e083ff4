"""Which tables and columns a warehouse has, and which clock its days follow."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from creditscore._ground.zones import Calendar
from creditscore.data.tables.column import Column
from creditscore.data.tables.contracts import APPLICATIONS, CONTRACTS, VOIDING, TableContract
from creditscore.errors import NameUnknownError, ParameterError

# Tables that would change what may be read, and whose rules no query follows.
_REFUSED: Final = MappingProxyType(
    {
        "consents": "whose consent holds is not asked in SQL: leave out the rows of those whose does not",
        "persons": "several ids of one person are not joined in SQL: give each person one id",
    }
)


@dataclass(frozen=True, slots=True)
class Given:
    """What a query may read.

    Parameters
    ----------
    tables : mapping of str to collection of str
        The columns of each table, under the names of the contracts.
    applications : collection of str
        Those of the table of applications.
    calendar : Calendar
        Decides local days and months.

    Raises
    ------
    NameUnknownError
        If there is no such table.
    ParameterError
        If a table lacks a column that it must have, or its rules cannot be kept in SQL.
    """

    tables: Mapping[str, frozenset[str]]
    applications: frozenset[str]
    calendar: Calendar = field(default_factory=Calendar)

    @classmethod
    def checked(
        cls, tables: Mapping[str, Collection[str]], applications: Collection[str], calendar: Calendar
    ) -> Given:
        """Refuse what no query could read."""
        for table, columns in tables.items():
            if table not in CONTRACTS:
                raise NameUnknownError.among("table", table, tuple(CONTRACTS))
            if table in _REFUSED:
                raise ParameterError(f"The table {table!r} cannot be followed: {_REFUSED[table]}.")
            _check_columns(CONTRACTS[table], columns)
            _check_voiding(CONTRACTS[table], columns)
        _check_columns(APPLICATIONS, applications)
        kept = {table: frozenset(columns) for table, columns in tables.items()}
        return cls(MappingProxyType(kept), frozenset(applications), calendar)

    def has(self, table: str, *columns: str) -> bool:
        """Whether a table is there, with these columns."""
        return table in self.tables and self.tables[table].issuperset(columns)

    def hints(self) -> tuple[str, ...]:
        """Return what columns of no contract may be meant for."""
        contracts = [(CONTRACTS[table], columns) for table, columns in self.tables.items()]
        return tuple(
            f"{contract.name}.{name} is taken for a column of your own; did you mean {near!r}?"
            for contract, columns in (*contracts, (APPLICATIONS, self.applications))
            for name, near in contract.near_misses(sorted(columns))
        )

    def columns(self, table: str) -> tuple[Column, ...]:
        """Return the declared columns of a table that are there, in contract order."""
        contract = CONTRACTS[table]
        return tuple(column for column in contract.columns if column.name in self.tables[table])


def _check_columns(contract: TableContract, columns: Collection[str]) -> None:
    for column in contract.columns:
        if column.required and column.name not in columns:
            raise ParameterError(
                f"The table {contract.name!r} needs the column {column.name!r}. Name every column that the "
                "table has in the warehouse."
            )


def _check_voiding(contract: TableContract, columns: Collection[str]) -> None:
    for column in VOIDING:
        if column.name in columns and column.name not in contract.declared:
            raise ParameterError(
                f"The column {column.name!r} cannot be given of the table {contract.name!r}. "
                "Leave it out, and the rows that it voids."
            )
