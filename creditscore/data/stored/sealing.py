"""Take other people out of records: their ids become ranks that mean nothing outside one set of records.

The ranks keep the order of the ids, because order decides the bits of features; nothing that would lead
from a rank back to an id is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from creditscore.data.stored.rows import Record, Tables
from creditscore.data.tables.contracts import CONTRACTS, TableContract

_PERSON: Final = "person"


class Sealed(NamedTuple):
    """Records without ids of people.

    Attributes
    ----------
    own, others : dict of str to list of dict
        Rows of the applicant and of those around them, by table.
    applicant_id : str
        What the applicant is called in them.
    people : int
        How many people, the applicant left out, are named in them.
    """

    own: Tables
    others: Tables
    applicant_id: str
    people: int


def seal(
    own: Mapping[str, Sequence[Record]], others: Mapping[str, Sequence[Record]], applicant: Any
) -> Sealed:
    """Replace ids of people, counterparties and groups, and in rows of others every id.

    Parameters
    ----------
    own, others : mapping of str to sequence of dict
        From `known.to_records`.
    applicant : int or str
        The id of the applicant.

    Returns
    -------
    Sealed
        Loans and accounts of the applicant keep their ids; texts that no contract declares are left out of
        the rows of others.
    """
    spaces: dict[str, set[Any]] = {_PERSON: {applicant}}
    _collect(own, spaces, everything=False)
    kept = {
        column: {row[column] for rows in own.values() for row in rows if column in row}
        for column in {name for contract in CONTRACTS.values() for name in _own_ids(contract)}
    }
    _collect(others, spaces, everything=True)
    names = {space: _ranks(space, labels, kept.get(space, set())) for space, labels in spaces.items()}
    return Sealed(
        {name: _renamed(rows, _spaces(name), names) for name, rows in own.items()},
        {name: _stripped(name, rows, names) for name, rows in others.items()},
        names[_PERSON][applicant],
        len(spaces[_PERSON]) - 1,
    )


def _own_ids(contract: TableContract) -> list[str]:
    return [
        column.name for column in contract.columns if column.kind in {"id", "loan"} and not column.stands_for
    ]


def _spaces(table: str, *, everything: bool = False) -> dict[str, str]:
    """Name the space of ids of each column that is renamed."""
    contract = CONTRACTS[table]
    spaces = {contract.owner: _PERSON}
    for column in contract.columns:
        if column.stands_for == "person":
            spaces[column.name] = _PERSON
        elif column.stands_for == "party" or (everything and column.kind in {"id", "loan"}):
            spaces[column.name] = column.name
    return spaces


def _collect(
    tables: Mapping[str, Sequence[Record]], spaces: dict[str, set[Any]], *, everything: bool
) -> None:
    for name, rows in tables.items():
        for column, space in _spaces(name, everything=everything).items():
            found = {row[column] for row in rows if column in row}
            spaces.setdefault(space, set()).update(found)


def _ranks(space: str, labels: Iterable[Any], taken: set[Any]) -> dict[Any, Any]:
    """Give each label a new one of the same rank; whole numbers where the applicant's own are numbers."""
    ordered = sorted(labels, key=lambda label: (isinstance(label, str), label))
    if taken and all(isinstance(label, int) for label in taken):
        first = max(taken) + 1
        return {label: first + rank for rank, label in enumerate(ordered)}
    stem = space.removesuffix("_id")
    while any(str(label).startswith(f"{stem}-") for label in taken):
        stem = f"other-{stem}"
    width = len(str(len(ordered)))
    return {label: f"{stem}-{rank:0{width}d}" for rank, label in enumerate(ordered)}


def _stripped(table: str, rows: Sequence[Record], names: Mapping[str, Mapping[Any, Any]]) -> list[Record]:
    """Rows of others under their new names, without texts that no contract declares."""
    spaces, declared = _spaces(table, everything=True), CONTRACTS[table].declared
    plain = [
        {column: value for column, value in row.items() if column in declared or not isinstance(value, str)}
        for row in rows
    ]
    return _renamed(plain, spaces, names)


def _renamed(
    rows: Sequence[Record], spaces: Mapping[str, str], names: Mapping[str, Mapping[Any, Any]]
) -> list[Record]:
    """Rows with new names in the columns of some spaces, the columns in their order."""
    renamed = [row.copy() for row in rows]
    for column, space in spaces.items():
        new = names[space]
        for row in renamed:
            if column in row:
                row[column] = new[row[column]]
    return renamed
