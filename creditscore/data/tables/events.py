"""The event table: one table of one lender as sorted, read-only NumPy columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.arrays import Codes, Int64, Offsets, Times, Values, read_only
from creditscore._ground.pickling import reduced
from creditscore.data.tables.event_ids import EventIds
from creditscore.errors import NameUnknownError


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class EventTable:
    """Rows of one table, owner by owner and oldest first, in three blocks of columns.

    A row is visible at a moment t if ``known_time < t`` and not ``superseded_time < t``. A fact time
    (``paid_time`` ...) is visible if its row is and its own known time (``paid_known_time`` ...) is before t;
    until then neither the fact nor the amount that belongs to it is there.

    Attributes
    ----------
    name : str
    owners : str
        What the offsets count by: ``"applicant"`` or ``"loan"``.
    offsets : int64 array of shape (n_owners + 1,)
        Rows of owner k are ``offsets[k]:offsets[k + 1]``, ordered by the time of the row, then event_id, else
        the other columns in contract order.
    times : int64 array of shape (n_time_columns, n_rows)
        Microseconds since 1970-01-01 UTC; ``NEVER`` = missing. Row 0 is the time of the row (``event_time``,
        or the contract's own name for it), row 1 ``known_time``, row 2 ``superseded_time`` (when the next
        version of the event became known), then each fact time followed by its known time.
    values : float64 array of shape (n_value_columns, n_rows)
        NaN = missing.
    codes : int32 array of shape (n_code_columns, n_rows)
        -1 = missing.
    time_columns, value_columns, code_columns : tuple of str
        Names of the rows of the blocks. A column that was not given is not there.
    vocabularies : mapping of str to tuple
        Label of each code: closed vocabularies in contract order, others sorted (ids may be int).
    plain : bool
        Whether every row became known when it happened and none is superseded: then the rows visible at a
        moment are the first ones of each owner.
    event_ids : EventIds or None
        The ids of the events, for corrections that come later; None where there are none. No feature reads
        them.
    expires : int64 array of shape (n_rows,), or None
        From when on a row is not read because it tells of an adverse fact that is too old; ``NEVER`` for all
        others, None where nothing expires.
    """

    name: str
    owners: Literal["applicant", "loan"]
    offsets: Offsets
    times: Times
    values: Values
    codes: Codes
    time_columns: tuple[str, ...]
    value_columns: tuple[str, ...]
    code_columns: tuple[str, ...]
    vocabularies: Mapping[str, tuple[Any, ...]]
    plain: bool
    event_ids: EventIds | None = None
    expires: Int64 | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        return reduced(self, self.__slots__)

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return int(self.times.shape[1])

    @property
    def n_owners(self) -> int:
        """Number of owners, with or without rows."""
        return len(self.offsets) - 1

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of all columns: times, values, codes."""
        return (*self.time_columns, *self.value_columns, *self.code_columns)

    def row(self, column: str) -> int:
        """Index of a column within its block, -1 if the table has no such column."""
        for names in (self.time_columns, self.value_columns, self.code_columns):
            if column in names:
                return names.index(column)
        return -1

    def column(self, column: str) -> NDArray[Any]:
        """One column as a read-only view of shape (n_rows,).

        Raises
        ------
        NameUnknownError
            If the table has no such column.
        """
        blocks: tuple[NDArray[Any], ...] = (self.times, self.values, self.codes)
        names = (self.time_columns, self.value_columns, self.code_columns)
        for block, block_names in zip(blocks, names, strict=True):
            if column in block_names:
                view: NDArray[Any] = block[block_names.index(column)]
                return view
        raise NameUnknownError.among(f"column of {self.name!r} named", column, self.columns)

    def keeping(self, kept: NDArray[np.bool_]) -> EventTable:
        """Return the same table with some of its rows alone; the ids of its events are not taken along.

        Parameters
        ----------
        kept : bool array of shape (n_rows,)
        """
        before = np.concatenate([[0], np.cumsum(kept)])
        return replace(
            self,
            offsets=read_only(before[self.offsets].astype(self.offsets.dtype)),
            times=read_only(np.ascontiguousarray(self.times[:, kept])),
            values=read_only(np.ascontiguousarray(self.values[:, kept])),
            codes=read_only(np.ascontiguousarray(self.codes[:, kept])),
            event_ids=None,
            expires=None if self.expires is None else read_only(self.expires[kept]),
        )

    def __repr__(self) -> str:
        return f"EventTable({self.name!r}, {self.n_rows:,} rows of {self.n_owners:,} {self.owners}s)"
