"""The log of a portfolio on disk: one file for each append, whole or not there, read in order.

An entry holds typed rows as they passed the door, under the ids that they came with: it stays valid whatever
generation it is added to.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from creditscore._ground.arrays import Int64
from creditscore._ground.canonical import canonical
from creditscore._ground.files import sync_folder, write_new
from creditscore.data.door.draft import Coded, Draft, Timed
from creditscore.data.door.raw import RawTable
from creditscore.data.folder.buffers import Buffer, Mapped, Texts, extents_of, labels_as, labels_of
from creditscore.data.folder.manifest import LOG, open_inside
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.errors import PortfolioError

_NAME: Final = re.compile(r"(\d{12})-([0-9a-f]{64})\.rows")
_MAGIC: Final = b"cs-rows1"
_HEAD: Final = 16
_MOST_HEADER: Final = 1 << 24
_MOST_ENTRIES: Final = 1_000_000
_CODES, _LABELS, _AT, _KNOWN, _VALUES = "codes", "labels", "at", "known", "values"


class Logged(NamedTuple):
    """What one file of the log holds.

    Attributes
    ----------
    drafts : dict of str to Draft
        Typed rows by name of the table.
    notes : mapping or None
        What a feed keeps with its rows; None where the entry says nothing of it.
    """

    drafts: dict[str, Draft]
    notes: Mapping[str, Any] | None


class Entry(NamedTuple):
    """One file of the log.

    Attributes
    ----------
    number : int
        From 1, without a gap.
    name : str
        Of the file; it carries the hash of its content.
    """

    number: int
    name: str


def entries_after(folder: Path, through: int) -> list[Entry]:
    """List the entries of a log after a number, in order.

    Raises
    ------
    PortfolioError
        If one is missing, or something else stands in the log.
    """
    found = []
    with os.scandir(folder / LOG) as names:
        for count, one in enumerate(names):
            if count > _MOST_ENTRIES:
                raise PortfolioError(f"The log of {folder} holds more than {_MOST_ENTRIES:,} files.")
            parts = _NAME.fullmatch(one.name)
            if parts is not None:
                found.append(Entry(int(parts[1]), one.name))
            elif not one.name.startswith("."):
                raise PortfolioError(f"The log of {folder} holds {one.name!r}, which is no entry.")
    later = sorted(entry for entry in found if entry.number > through)
    for before, entry in pairwise([Entry(through, ""), *later]):
        if entry.number != before.number + 1:
            raise PortfolioError(f"Entry {before.number + 1} of the log of {folder} is missing.")
    return later


def sweep_log(folder: Path, through: int) -> None:
    """Remove entries up to a number, and halves of entries whose writer died. Needs the lock."""
    for path in (folder / LOG).iterdir():
        parts = _NAME.fullmatch(path.name)
        if path.name.startswith(".") or (parts is not None and int(parts[1]) <= through):
            path.unlink(missing_ok=True)


def append_entry(
    folder: Path, number: int, drafts: Mapping[str, Draft], notes: Mapping[str, Any] | None = None
) -> Entry:
    """Write an entry; it is on disk when this returns. Needs the lock.

    Parameters
    ----------
    folder : Path
    number : int
    drafts : mapping of str to Draft
        Rows by name of the table.
    notes : mapping, optional
        What a feed keeps with them: both are there, or neither.

    Raises
    ------
    OSError
        If the disk is full, or nothing can be written there. Then nothing was appended.
    """
    content = _packed(drafts, notes)
    entry = Entry(number, f"{number:012d}-{hashlib.sha256(content).hexdigest()}.rows")
    try:
        write_new(folder / LOG / entry.name, content)
        sync_folder(folder / LOG)
    except BaseException:
        (folder / LOG / entry.name).unlink(missing_ok=True)
        raise
    return entry


def read_entry(folder: Path, entry: Entry) -> Logged:
    """Read an entry: typed rows by name of the table, and what a feed noted.

    Raises
    ------
    PortfolioError
        If it is damaged: it is read only if its hash fits.
    FileNotFoundError
        If it is not there.
    """
    handle = open_inside(folder, LOG, entry.name)
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise PortfolioError(f"{entry.name} is no regular file.")
        content = file.read()
    wanted = _NAME.fullmatch(entry.name)
    if wanted is None or hashlib.sha256(content).hexdigest() != wanted[2]:
        raise PortfolioError(f"{entry.name} is damaged: its hash does not fit.")
    return _unpacked(Mapped(entry.name, content))


def _packed(drafts: Mapping[str, Draft], notes: Mapping[str, Any] | None) -> bytes:
    buffers: dict[str, Buffer] = {}
    tables: dict[str, Any] = {}
    for name, draft in drafts.items():
        kinds = {"coded": list(draft.coded), "times": list(draft.times), "numbers": list(draft.numbers)}
        tables[name] = {"rows": draft.n_rows, "superseded": draft.superseded is not None, **kinds}
        for column, coded in draft.coded.items():
            buffers[f"{name}.{column}.{_CODES}"] = coded.codes.astype(np.int32)
            buffers[f"{name}.{column}.{_LABELS}"] = labels_as(coded.labels)
        for column, times in draft.times.items():
            buffers[f"{name}.{column}.{_AT}"] = times.at
            buffers[f"{name}.{column}.{_KNOWN}"] = times.known
        for column, numbers in draft.numbers.items():
            buffers[f"{name}.{column}.{_VALUES}"] = numbers
        if draft.superseded is not None:
            buffers[f"{name}..{_AT}"] = draft.superseded
    extents, parts = extents_of(buffers, 0)
    said = {"tables": tables, "extents": {name: list(one) for name, one in extents.items()}}
    header = canonical(said if notes is None else said | {"notes": notes}).encode()
    head = header + b" " * (-len(header) % 8)
    if len(head) > _MOST_HEADER:
        raise PortfolioError(f"An entry of the log notes {len(head):,} bytes; at most {_MOST_HEADER:,} fit.")
    start = _MAGIC + len(head).to_bytes(8, "little") + head
    return start + b"".join(part.tobytes() for part in parts)


def _unpacked(file: Mapped) -> Logged:
    content = file.content
    length = int.from_bytes(content[len(_MAGIC) : _HEAD], "little")
    if content[: len(_MAGIC)] != _MAGIC or length > min(_MOST_HEADER, len(content) - _HEAD):
        raise PortfolioError(f"{file.name} is damaged: it does not begin as an entry does.")
    try:
        header = json.loads(content[_HEAD : _HEAD + length])
        tables, extents = header["tables"], header["extents"]
        body = Mapped(file.name, content[_HEAD + length :])
        drafts = {name: _draft(body, extents, name, about) for name, about in tables.items()}
        notes = header.get("notes")
        if notes is not None and not isinstance(notes, dict):
            raise PortfolioError(f"{file.name} is damaged: what it notes is no object.")
        return Logged(drafts, notes)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        if isinstance(error, PortfolioError):
            raise
        raise PortfolioError(f"{file.name} is damaged: what it says of itself does not fit.") from error


def _draft(body: Mapped, extents: Mapping[str, Any], name: str, about: Mapping[str, Any]) -> Draft:
    rows = about["rows"]
    draft = Draft(CONTRACTS[name], RawTable(rows, {}))
    for column in about["coded"]:
        labels = labels_of(body.buffer(extents[f"{name}.{column}.{_LABELS}"]))
        codes = _column(body, extents, f"{name}.{column}.{_CODES}", rows, np.int32)
        if codes.size and not -1 <= codes.min() <= codes.max() < len(labels):
            raise PortfolioError(f"{body.name} is damaged: {name}.{column} has labels that are not there.")
        declared = CONTRACTS[name].declared.get(column)
        closed = None if declared is None else declared.vocabulary
        draft.coded[column] = Coded(codes, labels) if closed is None else _closed(codes, labels, closed)
    for column in about["times"]:
        parts = (_column(body, extents, f"{name}.{column}.{part}", rows, np.int64) for part in (_AT, _KNOWN))
        draft.times[column] = Timed(*parts)
    for column in about["numbers"]:
        draft.numbers[column] = _column(body, extents, f"{name}.{column}.{_VALUES}", rows, np.float64)
    if about["superseded"]:
        superseded: Int64 = _column(body, extents, f"{name}..{_AT}", rows, np.int64)
        draft.superseded = superseded
    return draft


def _closed(codes: Any, labels: Any, vocabulary: tuple[str, ...]) -> Coded:
    """Labels of a closed vocabulary in its own order, which may have grown since."""
    position = np.array([*(vocabulary.index(label) for label in labels), -1], np.int32)
    return Coded(position[codes], vocabulary)


def _column(body: Mapped, extents: Mapping[str, Any], name: str, rows: int, kind: type) -> Any:
    found = body.buffer(extents[name])
    if isinstance(found, Texts) or len(found) != rows or (rows and found.dtype != np.dtype(kind)):
        raise PortfolioError(f"{body.name} is damaged: {name} is of another shape.")
    return found.copy() if rows else np.empty(0, kind)
