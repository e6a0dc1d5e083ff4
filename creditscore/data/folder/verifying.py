"""Every byte of a portfolio on disk against its hash, and every number against its range."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np

from creditscore.data.door.build import Parts
from creditscore.data.door.raw import Labels
from creditscore.data.folder.buffers import drop
from creditscore.data.folder.manifest import ENDING, Manifest
from creditscore.data.folder.ranges import codes_out_of_range
from creditscore.data.folder.writing import map_file
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.data.tables.events import EventTable
from creditscore.data.visible import HAPPENED

_CHUNK: Final = 1 << 22


def wrong_hashes(folder: Path, manifest: Manifest) -> Iterator[str]:
    """Yield what is wrong with the files of a generation, byte by byte."""
    for name, part in manifest.files.items():
        content = map_file(folder, manifest, name).content
        if hashlib.sha256(content).hexdigest() != part.sha256:
            yield f"{name}{ENDING}: its hash does not fit"
        drop(content)


def wrong_numbers(parts: Parts) -> Iterator[str]:
    """Yield what no portfolio that passed the door can hold."""
    for what, labels in (("people", parts.people.labels), ("loans", parts.loan_ids)):
        if not _rises(labels):
            yield f"ids of {what}: they do not rise"
    for table in parts.tables.values():
        yield from _of_table(table, len(parts.people), len(parts.loan_ids))


def _of_table(table: EventTable, n_people: int, n_loans: int) -> Iterator[str]:
    contract = CONTRACTS[table.name]
    if table.time_columns[:3] != (contract.row_time, "known_time", "superseded_time"):
        yield f"{table.name}: its first times are not those of its rows"
        return
    missing = [c.name for c in contract.columns if c.required and not _is_there(table, c.name)]
    if missing:
        yield f"{table.name}: {missing[0]} is not there"
    for name in codes_out_of_range(table, n_people, n_loans):
        yield f"{table.name}.{name}: labels that are not there"
    for name in table.vocabularies:
        if not _is_sorted(table, name):
            yield f"{table.name}.{name}: its labels are not in order"
    if _falls(table):
        yield f"{table.name}: rows of one owner are not in order of time"
    if table.event_ids is not None and len(table.event_ids) != table.n_rows:
        yield f"{table.name}: it has ids of other events"


def _is_there(table: EventTable, column: str) -> bool:
    contract = CONTRACTS[table.name]
    if column in {contract.owner, contract.loan_column}:
        return True
    return table.row(column) >= 0


def _is_sorted(table: EventTable, name: str) -> bool:
    declared = CONTRACTS[table.name].declared.get(name)
    if declared is not None and declared.vocabulary is not None:
        return set(table.vocabularies[name]) <= set(declared.vocabulary)
    return _rises(table.vocabularies[name])


def _rises(labels: Labels | tuple[object, ...]) -> bool:
    if isinstance(labels, np.ndarray):
        return bool((labels[1:] > labels[:-1]).all())
    return all(one < other for one, other in pairwise(labels))  # type: ignore[operator]


def _falls(table: EventTable) -> bool:
    """Whether a row stands before an older one of the same owner; looked at in stretches."""
    happened, offsets = table.times[HAPPENED], table.offsets
    for start in range(0, max(table.n_rows - 1, 0), _CHUNK):
        stop = min(start + _CHUNK, table.n_rows - 1)
        falls = np.flatnonzero(happened[start + 1 : stop + 1] < happened[start:stop]) + start + 1
        if falls.size and not np.isin(falls, offsets).all():
            return True
    return False
