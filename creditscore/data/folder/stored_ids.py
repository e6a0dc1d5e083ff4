"""Ids of events as they lie on disk: row by row, looked at only when something is appended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np

from creditscore._ground.arrays import Int8, Int32, Int64
from creditscore.data.door.raw import Labels
from creditscore.data.folder.arrow import among
from creditscore.data.folder.buffers import Buffer, Texts, labels_of, texts_of
from creditscore.data.tables.event_ids import CodedEventIds, EventIds

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True, eq=False)
class StoredEventIds:
    """Ids of events row by row.

    Parameters
    ----------
    values : Texts or ndarray of int64, shape (n_rows,)
    missing : ndarray of int8, shape (n_rows,)
        1 where a row has none.
    """

    values: Buffer
    missing: Int8

    def __len__(self) -> int:
        return len(self.missing)

    @property
    def as_text(self) -> bool:
        """Whether they are text, and not whole numbers."""
        return isinstance(self.values, Texts)

    def of(self, rows: Int64) -> tuple[Int32, Labels]:
        """Number the ids of some rows afresh; see `EventIds.of`.

        Parameters
        ----------
        rows : ndarray of int64, shape (n,)
        """
        there = self.missing[rows] == 0
        codes = np.full(rows.size, -1, np.int32)
        if not isinstance(self.values, Texts):
            labels, codes[there] = np.unique(self.values[rows[there]], return_inverse=True)
            return codes, labels.astype(np.int64)
        texts = labels_of(taken(self.values, rows[there]))
        distinct = tuple(sorted(set(texts)))
        code_of = dict(zip(distinct, range(len(distinct)), strict=True))
        codes[there] = [code_of[str(text)] for text in texts]
        return codes, distinct

    def rows_with(self, labels: Labels) -> Int64:
        """Return the rows that have one of some ids, rising, shape (n,)."""
        if isinstance(labels, tuple) != self.as_text:
            return np.empty(0, np.int64)
        if isinstance(self.values, Texts) and isinstance(labels, tuple):
            found = among(self.values, labels)
        else:
            found = np.isin(np.asarray(self.values), np.asarray(labels))
        return np.flatnonzero(found & (self.missing == 0)).astype(np.int64)


def taken(texts: Texts, rows: Int64) -> Texts:
    """Return some of the texts.

    Parameters
    ----------
    texts : Texts
    rows : ndarray of int64, shape (n,)
    """
    starts, stops = texts.offsets[rows], texts.offsets[rows + 1]
    offsets = np.zeros(rows.size + 1, np.int64)
    np.cumsum(stops - starts, out=offsets[1:])
    index = np.repeat(starts - offsets[:-1], stops - starts) + np.arange(offsets[-1])
    return Texts(offsets, texts.data[index])


def stored_ids(ids: EventIds) -> StoredEventIds:
    """Lay ids of events out row by row."""
    if not isinstance(ids, CodedEventIds):
        return cast(StoredEventIds, ids)
    missing = (ids.codes < 0).astype(np.int8)
    if not isinstance(ids.labels, tuple):
        values = np.append(np.asarray(ids.labels), 0)[ids.codes]
        return StoredEventIds(values.astype(np.int64), missing)
    distinct = texts_of((*ids.labels, ""))
    codes = np.where(ids.codes < 0, len(ids.labels), ids.codes).astype(np.int64)
    pieces = [taken(distinct, codes[start : start + _CHUNK]) for start in range(0, codes.size, _CHUNK)]
    return StoredEventIds(joined(pieces), missing)


def joined(pieces: list[Texts]) -> Texts:
    """Lay texts of several stretches one after the other."""
    sizes = np.concatenate([[0], *(np.diff(piece.offsets) for piece in pieces)]).astype(np.int64)
    data = np.concatenate([np.empty(0, np.uint8), *(piece.data for piece in pieces)])
    return Texts(np.cumsum(sizes), data)
