"""Take other people out of stored rows: their ids become ranks that mean nothing outside one set of rows.

The ranks keep the order of the ids, because order decides the bits of features; nothing that would lead
from a rank back to an id is kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, Final, NamedTuple

from creditscore.data.payments.named import name_of
from creditscore.data.stored.table import Labelled, StoredTable
from creditscore.data.tables.contracts import CONTRACTS

_PERSON: Final = "person"
_PARTY: Final = "counterparty_id"
_LENDER: Final = "lender"
_OWN_IDS: Final = frozenset(
    column.name
    for contract in CONTRACTS.values()
    for column in contract.columns
    if column.kind in {"id", "loan"} and not column.stands_for
)


class Sealed(NamedTuple):
    """Rows without ids of people.

    Attributes
    ----------
    own, others : dict of str to StoredTable
        Rows of the applicant and of those around them, by table.
    applicant_id : int or str
        What the applicant is called in them.
    people : int
        How many people, the applicant left out, are named in them.
    """

    own: dict[str, StoredTable]
    others: dict[str, StoredTable]
    applicant_id: Any
    people: int


def seal(own: Mapping[str, StoredTable], others: Mapping[str, StoredTable], applicant: Any) -> Sealed:
    """Replace ids of people, counterparties and groups, and in rows of others every id.

    Parameters
    ----------
    own, others : mapping of str to StoredTable
        From `rows.stored_tables`.
    applicant : int or str
        The id of the applicant.

    Returns
    -------
    Sealed
        Loans and accounts of the applicant keep their ids; texts that no contract declares are left out of
        the rows of others. A lender of the applicant's loans who is also paid under that name has one new
        name in both.
    """
    spaces: dict[str, set[Any]] = {_PERSON: {applicant}}
    _collect(own, spaces, everything=False)
    kept: dict[str, set[Any]] = {}
    for table in own.values():
        for column in table.labels.keys() & _OWN_IDS:
            kept.setdefault(column, set()).update(table.labels[column].labels)
    _collect(others, spaces, everything=True)
    lenders = own["loans"].labels.get(_LENDER) if "loans" in own else None
    if lenders is not None:
        kept.setdefault(_PARTY, set()).update(one for one in lenders.labels if isinstance(one, str))
    names = {space: _ranks(space, labels, kept.get(space, set())) for space, labels in spaces.items()}
    if lenders is not None:
        names[_PARTY], names[_LENDER] = _alike(names.get(_PARTY, {}), lenders.labels)
    return Sealed(
        {name: _renamed(table, _spaces_of_own(name), names) for name, table in own.items()},
        {
            name: _renamed(_declared(name, table), _spaces(name, everything=True), names)
            for name, table in others.items()
        },
        names[_PERSON][applicant],
        len(spaces[_PERSON]) - 1,
    )


def _spaces_of_own(table: str) -> Mapping[str, str]:
    spaces = _spaces(table, everything=False)
    return {**spaces, _LENDER: _LENDER} if table == "loans" else spaces


@cache
def _spaces(table: str, *, everything: bool) -> Mapping[str, str]:
    """Name the space of ids of each column that is renamed."""
    contract = CONTRACTS[table]
    spaces = {contract.owner: _PERSON}
    for column in contract.columns:
        if column.stands_for == "person":
            spaces[column.name] = _PERSON
        elif column.stands_for == "party" or (everything and column.kind in {"id", "loan"}):
            spaces[column.name] = column.name
    return spaces


def _collect(tables: Mapping[str, StoredTable], spaces: dict[str, set[Any]], *, everything: bool) -> None:
    for name, table in tables.items():
        for column, space in _spaces(name, everything=everything).items():
            found = spaces.setdefault(space, set())
            if column in table.labels:
                found.update(table.labels[column].labels)


def _ranks(space: str, labels: Iterable[Any], taken: set[Any]) -> dict[Any, Any]:
    """Give each label a new one of the same rank; whole numbers where the applicant's own are numbers."""
    ordered = sorted(labels, key=lambda label: (isinstance(label, str), label))
    if taken and all(isinstance(label, int) for label in taken):
        first = max(taken) + 1
        return {label: first + rank for rank, label in enumerate(ordered)}
    stem = space.removesuffix("_id")
    while any(str(name_of(label)).startswith((f"{stem}-", stem + stem)) for label in taken):
        stem = f"other-{stem}"
    width = len(str(len(ordered)))
    return {label: f"{stem}-{rank:0{width}d}" for rank, label in enumerate(ordered)}


def _alike(parties: Mapping[Any, Any], lenders: tuple[Any, ...]) -> tuple[dict[Any, Any], dict[Any, Any]]:
    """Let lenders have the new names of the parties that have theirs, as features match them by name.

    Several writings of one name are told apart by spaces at the end, which no match looks at. Where others
    stand between two writings, spaces cannot keep the order: then capitals and small letters do.
    """
    wanted = {name_of(lender) for lender in lenders if isinstance(lender, str)}
    keys = [name_of(one) if isinstance(one, str) and name_of(one) in wanted else one for one in parties]
    found = _spaced(parties, keys)
    if found is None:
        found = _cased(parties, keys)
    first: dict[Any, str] = {}
    for key, party in zip(keys, parties, strict=True):
        if key in wanted:
            first.setdefault(key, found[party])
    new, counts = {lender: lender for lender in lenders}, Counter[Any]()
    for lender in sorted(lenders, key=str):
        name = name_of(lender)
        if name in first:
            new[lender] = first[name] + " " * counts[name]
            counts[name] += 1
    return found, new


def _spaced(parties: Mapping[Any, Any], keys: Sequence[Any]) -> dict[Any, Any] | None:
    """Write one name in several ways by spaces at its end; None where its writings are not side by side."""
    found: dict[Any, Any] = {}
    before: tuple[Any, str] = (None, "")
    for key, (party, rank) in zip(keys, parties.items(), strict=True):
        found[party] = before[1] + " " if found and before[0] == key else rank
        before = key, found[party]
    alone = [key for n, key in enumerate(keys) if not n or keys[n - 1] != key]
    return found if len(set(alone)) == len(alone) else None


def _cased(parties: Mapping[Any, Any], keys: Sequence[Any]) -> dict[Any, Any]:
    """Write the position of each party in capitals of its name, and after it which party it is."""
    number = {key: rank for rank, key in enumerate(dict.fromkeys(keys))}
    stem, _, digits = next(iter(parties.values())).rpartition("-")
    letters = stem * (1 + len(f"{len(keys):b}") // sum(map(str.isalpha, stem)))
    return {
        party: f"{_capitals(letters, position)}-{number[key]:0{len(digits)}d}"
        for position, (party, key) in enumerate(zip(parties, keys, strict=True))
    }


def _capitals(letters: str, number: int) -> str:
    """Write a number in binary as capital and small letters: capitals sort first."""
    bits, written = number, []
    for letter in reversed(letters):
        written.append(letter if bits & 1 or not letter.isalpha() else letter.upper())
        bits = bits >> 1 if letter.isalpha() else bits
    return "".join(reversed(written))


def _declared(name: str, table: StoredTable) -> StoredTable:
    """The same rows without texts that no contract declares."""
    declared = CONTRACTS[name].declared
    return replace(table, labels={key: part for key, part in table.labels.items() if key in declared})


def _renamed(
    table: StoredTable, spaces: Mapping[str, str], names: Mapping[str, Mapping[Any, Any]]
) -> StoredTable:
    """The same rows with new names in the columns of some spaces."""
    labels = dict(table.labels)
    for column in labels.keys() & spaces.keys():
        new = names[spaces[column]]
        labels[column] = Labelled(labels[column].codes, tuple(new[label] for label in labels[column].labels))
    return replace(table, labels=labels)
