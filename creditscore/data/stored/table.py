"""Rows of one table as they are stored: arrays, column by column, which are written as text or opened again.

The text of a table read back as records, and those records checked at the door, give the very columns that
`typed` makes of the arrays: a float is written in digits that return it, an instant to the microsecond, and a
missing value not at all.
"""

from __future__ import annotations

import json
import math
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from json.encoder import encode_basestring
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.arrays import Flags, Float64, Int32, Int64
from creditscore._ground.canonical import canonical_v1
from creditscore._ground.instants import NEVER
from creditscore.data.door.draft import Coded, Draft, Timed
from creditscore.data.door.raw import RawTable
from creditscore.data.stored.packed import MANY, Column, is_packed, packed, unpacked
from creditscore.data.tables.contracts import CONTRACTS, known_name
from creditscore.errors import ArtefactError

# Numbers the rows of a table in their stored order, so that the door puts them into the same order again.
_ORDER: Final = "event_id"
_SECOND: Final = 1_000_000
_KINDS: Final = ("time", "number", "label")


class Labelled(NamedTuple):
    """A column of labels: codes of shape (n_rows,), -1 = missing, and the labels that they number."""

    codes: Int32
    labels: tuple[Any, ...]


class WrittenTable(NamedTuple):
    """Rows of one table, written.

    Attributes
    ----------
    text : str
        Records in the canonical form of decision records.
    n_rows : int
    first, last : str or None
        When the first and the last of them happened; None if there are none.
    last_known : str or None
        When the last of them, or of their facts, became known.
    """

    text: str = "[]"
    n_rows: int = 0
    first: str | None = None
    last: str | None = None
    last_known: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class StoredTable:
    """Rows of one table as arrays of shape (n_rows,), at least one; a column without a value is not there.

    Attributes
    ----------
    name : str
    n_rows : int
    first_id : int or None
        What the first row is numbered; None leaves the rows without numbers.
    times : mapping of str to ndarray of int64
        Microseconds; ``NEVER`` = missing.
    numbers : mapping of str to ndarray of float64
        NaN = missing.
    labels : mapping of str to Labelled
    """

    name: str
    n_rows: int
    first_id: int | None
    times: Mapping[str, Int64]
    numbers: Mapping[str, Float64]
    labels: Mapping[str, Labelled]

    def keeping(self, extras: Container[str] | None) -> StoredTable:
        """The same rows with no columns but those that a contract declares, and some; None keeps all."""
        numbers = {name: part for name, part in self.numbers.items() if is_kept(self.name, name, extras)}
        labels = {name: part for name, part in self.labels.items() if is_kept(self.name, name, extras)}
        return replace(self, numbers=numbers, labels=labels)

    def written(self) -> WrittenTable:
        """Write the rows; they must be numbered."""
        contract = CONTRACTS[self.name]
        happened = self.times[contract.row_time]
        known = [self._known(contract.row_time, "known_time")]
        known += [self._known(fact, known_name(fact)) for fact in contract.facts if fact in self.times]
        ends = np.array([happened.min(), happened.max(), max(known)])
        text = self.text() if self.n_rows < MANY else canonical_v1(packed(self.columns(), self.n_rows))
        return WrittenTable(text, self.n_rows, *iso_texts(ends))

    def columns(self) -> dict[str, Column]:
        """The columns, to be packed."""
        first = self.first_id or 0
        return {
            _ORDER: Column("whole", np.arange(first, first + self.n_rows)),
            **{name: Column("time", cells) for name, cells in self.times.items()},
            **{name: Column("number", cells) for name, cells in self.numbers.items()},
            **{name: Column("label", part.codes, part.labels) for name, part in self.labels.items()},
        }

    @classmethod
    def of_packed(cls, name: str, stored: Mapping[str, Any]) -> StoredTable:
        """Unpack the rows of a table.

        Raises
        ------
        ArtefactError
            If they are damaged, or not numbered.
        """
        columns = unpacked(stored)
        order = columns.pop(_ORDER, None)
        if not stored["rows"] or order is None:
            raise ArtefactError(f"The packed rows of {name} are not numbered.")
        kinds = {kind: {c: part for c, part in columns.items() if part.kind == kind} for kind in _KINDS}
        return cls(
            name=name,
            n_rows=stored["rows"],
            first_id=int(order.cells[0]),
            times={c: part.cells for c, part in kinds["time"].items()},
            numbers={c: part.cells for c, part in kinds["number"].items()},
            labels={c: Labelled(part.cells, part.labels) for c, part in kinds["label"].items()},
        )

    def _known(self, fact: str, known: str) -> int:
        """When the last of the facts became known, in microseconds."""
        happened = self.times[fact]
        learned = self.times.get(known, happened)
        return int(np.where(learned == NEVER, happened, learned)[happened != NEVER].max())

    def text(self) -> str:
        """The rows as records, each cell with its key; a cell that is missing, and its key, are left out."""
        first = self.first_id or 0
        columns = {_ORDER: [[f'"{_ORDER}":'], [str(n) for n in range(first, first + self.n_rows)]]}
        for name, instants in self.times.items():
            columns[name] = _cells(name, instants == NEVER, '"', iso_texts(instants), '"')
        for name, values in self.numbers.items():
            columns[name] = _cells(name, np.isnan(values), "", list(map(repr, values.tolist())), "")
        for name, (codes, labels) in self.labels.items():
            key, end = _around(name)
            cells = [*(f"{key}{_label_text(label)}{end}" for label in labels), ""]
            columns[name] = [[cells[code] for code in codes.tolist()]]
        cells_of_all = (piece for name in sorted(columns) for piece in columns[name])
        pieces = _put_together([["{"], *cells_of_all, ["},"]])
        text: list[str] = [""] * (len(pieces) * self.n_rows)
        for number, piece in enumerate(pieces):
            text[number :: len(pieces)] = piece if len(piece) == self.n_rows else piece * self.n_rows
        return f"[{''.join(text)[:-1]}]"


def rows_of(name: str, stored: Any) -> list[dict[str, Any]]:
    """Return the rows of a table of a record as records, packed or not.

    Raises
    ------
    ArtefactError
        If they are packed and damaged.
    """
    if not is_packed(stored):
        return list(stored)
    rows: list[dict[str, Any]] = json.loads(StoredTable.of_packed(name, stored).text())
    return rows


def is_kept(table: str, column: str, extras: Container[str] | None) -> bool:
    """Say whether a column is stored: one that no contract declares, or for fraud alone, only among some."""
    if extras is None or column == "loan" or column in extras:
        return True
    declared = CONTRACTS[table].declared.get(column)
    return declared is not None and not declared.fraud_only


def labelled(codes: NDArray[Any], labels: Sequence[Any] | Int64) -> Labelled:
    """Number afresh the labels that codes of shape (n_rows,), at least one, name: those and no others."""
    if codes[0] >= 0 and (codes == codes[0]).all():
        return Labelled(np.zeros(len(codes), np.int32), (_plain(labels[codes[0]]),))
    used = np.unique(codes)
    used = used[used >= 0]
    position = np.searchsorted(used, codes)
    return Labelled(np.where(codes < 0, -1, position).astype(np.int32), _plain_labels(labels, used))


def typed(name: str, parts: Sequence[StoredTable], columns: Mapping[str, Sequence[str]]) -> Draft:
    """Put rows of one table one after the other, typed as the door types them once they are read again.

    Parameters
    ----------
    name : str
    parts : sequence of StoredTable
    columns : mapping of str to sequence of str
        Names of ``times``, ``numbers`` and ``labels`` that the table has; those in which these rows hold
        nothing are there too, if its contract declares them.

    Returns
    -------
    Draft
        What `creditscore.data.door.validate.check_table` makes of the text of the rows. These rows have
        passed the door before, so there is nothing to find fault with.
    """
    contract = CONTRACTS[name]
    draft = Draft(contract, RawTable(sum(part.n_rows for part in parts), {}))
    wanted = {kind: [*filter(contract.declared.__contains__, given)] for kind, given in columns.items()}
    for column in _names(wanted["times"], (part.times for part in parts)):
        at = _joined([_cells_of(part.times, column, part.n_rows, NEVER) for part in parts])
        draft.times[column] = Timed(at, at)
    for column in _names(wanted["numbers"], (part.numbers for part in parts)):
        draft.numbers[column] = _joined(
            [_cells_of(part.numbers, column, part.n_rows, math.nan) for part in parts]
        )
    for column in _names(wanted["labels"], (part.labels for part in parts)):
        declared = contract.declared.get(column)
        labels = [part.labels.get(column) or _blank(part.n_rows) for part in parts]
        draft.coded[column] = _coded(labels, None if declared is None else declared.vocabulary)
    if any(part.first_id is not None for part in parts):
        draft.coded[_ORDER] = _numbered(parts)
    return draft


def iso_texts(instants: Int64) -> list[str]:
    """Write instants, shape (n,) in microseconds, as ISO 8601 texts in UTC; ``NEVER`` is an empty text."""
    never = instants == NEVER
    readings = np.where(never, 0, instants).astype("M8[us]")
    if (instants[~never] % _SECOND).any():
        texts = [reading.isoformat() for reading in readings.tolist()]
    else:
        texts = np.datetime_as_string(readings, unit="s").tolist()
    return ["" if absent else f"{text}+00:00" for text, absent in zip(texts, never.tolist(), strict=True)]


def _around(name: str) -> tuple[str, str]:
    """What stands before and after a value in a row; only the number of the row is never missing."""
    key = encode_basestring(name)
    return (f"{key}:", ",") if name < _ORDER else (f",{key}:", "")


def _cells(name: str, missing: Flags, before: str, texts: list[str], after: str) -> list[list[str]]:
    """Pieces of text whose turns make up the cells of a column; a piece alone stands in every row."""
    key, end = _around(name)
    if missing.any():
        gaps = missing.tolist()
        return [
            ["" if gap else f"{key}{before}{text}{after}{end}" for text, gap in zip(texts, gaps, strict=True)]
        ]
    return [[key + before], texts, [after + end]]


def _put_together(pieces: list[list[str]]) -> list[list[str]]:
    """Make one piece of several that follow each other and stand in every row."""
    found = pieces[:1]
    for piece in pieces[1:]:
        if len(piece) == len(found[-1]) == 1:
            found[-1] = [found[-1][0] + piece[0]]
        else:
            found.append(piece)
    return found


def _label_text(label: int | str) -> str:
    return str(encode_basestring(label)) if isinstance(label, str) else str(label)


def _plain(label: Any) -> Any:
    return label if isinstance(label, str) else int(label)


def _plain_labels(labels: Sequence[Any] | Int64, used: Int64) -> tuple[Any, ...]:
    """The labels that codes name, of one type as all labels of a column are; ``used`` has shape (n,)."""
    if isinstance(labels, np.ndarray):
        return tuple(labels[used].tolist())
    if len(used) and not isinstance(labels[int(used[0])], str):
        return tuple(int(labels[code]) for code in used.tolist())
    return tuple(map(labels.__getitem__, used.tolist()))


def _names(wanted: Sequence[str], columns: Iterable[Iterable[str]]) -> dict[str, None]:
    return dict.fromkeys(chain(wanted, *columns))


def _cells_of(columns: Mapping[str, NDArray[Any]], name: str, n_rows: int, missing: float) -> NDArray[Any]:
    """A column of shape (n_rows,), missing throughout where it is not there."""
    return columns[name] if name in columns else np.full(n_rows, missing)


def _joined(arrays: list[Any]) -> NDArray[Any]:
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)


def _blank(n_rows: int) -> Labelled:
    return Labelled(np.full(n_rows, -1, np.int32), ())


def _numbers(part: StoredTable) -> Labelled:
    if part.first_id is None:
        return _blank(part.n_rows)
    return Labelled(
        np.arange(part.n_rows, dtype=np.int32), tuple(range(part.first_id, part.first_id + part.n_rows))
    )


def _numbered(parts: Sequence[StoredTable]) -> Coded:
    """The numbers of rows, by which rows of one moment are ordered."""
    only = parts[0] if len(parts) == 1 else None
    if only is None or only.first_id is None or not only.n_rows:
        return _coded([_numbers(part) for part in parts], None)
    rows = np.arange(only.n_rows)
    return Coded(rows.astype(np.int32), rows + only.first_id)


def _coded(parts: list[Labelled], vocabulary: tuple[str, ...] | None) -> Coded:
    """One column of several: labels in rising order, or those of a closed vocabulary."""
    codes = [part.codes for part in parts]
    if vocabulary is not None:
        return Coded(_joined(codes), vocabulary)
    labels = parts[0].labels
    if len(parts) > 1:
        labels = tuple(sorted({label for part in parts for label in part.labels}))
        position = {label: code for code, label in enumerate(labels)}
        moved = [np.array([*(position[label] for label in part.labels), -1], np.int32) for part in parts]
        codes = [new[part.codes] for new, part in zip(moved, parts, strict=True)]
    numbers = bool(labels) and not isinstance(labels[0], str)
    return Coded(_joined(codes), np.array(labels, np.int64) if numbers else labels)
