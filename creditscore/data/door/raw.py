"""What the door hands over before anything is checked: one raw column as NumPy or plain Python values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from creditscore._ground.arrays import Flags, Int8, Int64

Labels: TypeAlias = Int64 | tuple[str, ...]

RawKind = Literal["empty", "flag", "integer", "number", "text", "time", "object"]

AWARE = 0
NAIVE = 1
DATE = 2


@dataclass(frozen=True, slots=True, eq=False)
class RawColumn:
    """One column as it came, brought to the plainest form that loses nothing.

    Attributes
    ----------
    kind : str
        ``"empty"`` (nothing but missing values), ``"flag"``, ``"integer"``, ``"number"``, ``"text"``,
        ``"time"``, or ``"object"`` (values of several types, looked at one by one).
    data : array of shape (n_rows,) or list
        ``flag`` and ``integer``: int64; ``number``: float64 with NaN as missing; ``time``: int64 microseconds
        with ``NEVER`` as missing; ``text``: int32 codes into `labels`, or a list of str and None where
        `labels` is None; ``object``: a list.
    labels : sequence of str, optional
        The distinct texts, in no particular order; they may hold texts that no row uses.
    missing : bool array of shape (n_rows,), optional
        Where a ``flag`` or ``integer`` is missing; None = nowhere.
    form : int or int8 array of shape (n_rows,)
        For ``time``: ``AWARE`` (data are instants), ``NAIVE`` (wall-clock readings) or ``DATE`` (wall-clock
        midnights of days).
    """

    kind: RawKind
    data: Any
    labels: Sequence[str] | None = None
    missing: Flags | None = None
    form: int | Int8 = AWARE

    def texts(self) -> list[str | None]:
        """The texts of a ``text``, one a row, None where missing."""
        if self.labels is None:
            return list(self.data)
        labels = [*self.labels, None]
        return [labels[code] for code in self.data.tolist()]


@dataclass(frozen=True, slots=True, eq=False)
class RawTable:
    """The raw columns of one table, all of one length."""

    n_rows: int
    columns: Mapping[str, RawColumn]
