"""What is shown beside a segment: points that sources move, channels that are used, reasons; cell by cell.

Sums are whole numbers of a small unit: whatever is added up of cells is exact, and a cell tells no more than
a mean of its people.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from creditscore.dashboard.cube import Cells
from creditscore.dashboard.dimensions import heads_of
from creditscore.errors import ParameterError
from creditscore.segments.columns import Plain

Floats = NDArray[np.float64]
Whole = NDArray[np.int32]

POINTS: Final = "points_of_"
USES: Final = "uses_of_"
REASON: Final = "reason_"
_MOST_REASONS: Final = 12
_FINEST: Final = 32.0
_MOST: Final = 2.0**31 - 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """Sums by cell of what is shown beside a segment.

    Attributes
    ----------
    sources, channels, reasons : tuple of str
        Whose points, uses and codes are told; empty where no column is of them.
    unit : float
        How many units of a sum make a point, or an application.
    sums : ndarray of int32, shape (n_sums, n_cells)
        For each of the three that is told: the applications of which it is known, then for a source the
        points without and with their sign, for a channel its shares of uses, for a reason how many have it.
    """

    sources: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    unit: float = 1.0
    sums: Whole = field(default_factory=lambda: np.empty((0, 0), np.int32))

    def to_dict(self) -> dict[str, Any]:
        """Write what the page needs to know of it; the sums stand with the cells."""
        names = {name: list(getattr(self, name)) for name in ("sources", "channels", "reasons")}
        return {**names, "unit": self.unit}


def names_beside(names: Iterable[str]) -> frozenset[str]:
    """Find the columns that are shown beside segments by their names."""
    return frozenset(name for name in names if name.startswith((POINTS, USES)) or _ranks(name))


def _ranks(name: str) -> bool:
    return name.startswith(REASON) and name.removeprefix(REASON).isdigit()


def beside_of(columns: Mapping[str, Plain], cells: Cells, people: NDArray[np.int64], fewest: int) -> Beside:
    """Add up what is shown beside segments, cell by cell.

    Parameters
    ----------
    columns : mapping of str to ndarray, each of shape (n,)
        Those named ``points_of_...``, ``uses_of_...`` and ``reason_1`` and on count; others do not.
    cells : Cells
    people : ndarray of int64, shape (n,)
        Whose row it is.
    fewest : int
        A reason that fewer people have is not named.

    Raises
    ------
    ParameterError
        If points are not finite or known of some sources alone, uses are below 0, or a reason is a number.
    """
    points, uses = _numbers(columns, POINTS), _numbers(columns, USES)
    ranked = [columns[name] for name in sorted(columns) if _ranks(name)]
    codes = _codes(ranked, people, fewest)
    rows = [*_of_points(points), *_of_uses(uses), *_of_reasons(ranked, codes)]
    if not rows:
        return Beside()
    summed = np.stack([cells.summed(one) for one in rows])
    unit = _FINEST
    while np.abs(summed).max() * unit > _MOST:
        unit /= 2.0
    names = (tuple(points), tuple(uses), tuple(codes))
    return Beside(*names, unit, np.rint(summed * unit).astype(np.int32))


def _numbers(columns: Mapping[str, Plain], prefix: str) -> dict[str, Floats]:
    """Columns of numbers by what their names end in."""
    found = {}
    for name, values in columns.items():
        if not name.startswith(prefix):
            continue
        if values.dtype == object and any(one is not None for one in values.tolist()):
            raise ParameterError.must_be(name, "a column of numbers", "texts")
        numbers = np.full(values.size, np.nan) if values.dtype == object else values.astype(np.float64)
        if np.isinf(numbers).any():
            raise ParameterError.must_be(name, "finite, or missing", "inf in some row")
        found[name.removeprefix(prefix)] = numbers
    return found


def _of_points(points: Mapping[str, Floats]) -> list[Floats]:
    """Who has points, and of each source what it moves a score by and to which side."""
    if not points:
        return []
    known = ~np.isnan(np.stack(list(points.values())))
    if (known.any(axis=0) != known.all(axis=0)).any():
        raise ParameterError.must_be(
            f"{POINTS}*", "known of all sources or of none in every row", "rows with points of some"
        )
    moved = [np.nan_to_num(one) for one in points.values()]
    return [known[0].astype(np.float64), *(part for one in moved for part in (np.abs(one), one))]


def _of_uses(uses: Mapping[str, Floats]) -> list[Floats]:
    """Who used any channel, and the share of each channel in the uses of each of them."""
    if not uses:
        return []
    counts = np.nan_to_num(np.stack(list(uses.values())))
    if (counts < 0).any():
        raise ParameterError.must_be(f"{USES}*", "0 or more, or missing", "a number below 0")
    whole = counts.sum(axis=0)
    return [(whole > 0).astype(np.float64), *(counts / np.where(whole > 0, whole, 1.0))]


def _codes(ranked: Sequence[Plain], people: NDArray[np.int64], fewest: int) -> list[str]:
    """Reasons that enough people have, at most a dozen, the most frequent ones."""
    if any(one.dtype != object for one in ranked if not _is_empty(one)):
        raise ParameterError.must_be(f"{REASON}*", "columns of codes, which are texts", "numbers")
    listed = [one.tolist() if one.dtype == object else [None] * one.size for one in ranked]
    owners: dict[str, list[int]] = {}
    for column in listed:
        for row, code in enumerate(column):
            if code is not None:
                owners.setdefault(code, []).append(row)
    enough = {
        code: len(rows)
        for code, rows in owners.items()
        if heads_of(np.zeros(len(rows), np.int64), people[np.array(rows)])[0] >= fewest
    }
    return sorted(sorted(enough, key=lambda code: (-enough[code], code))[:_MOST_REASONS])


def _is_empty(column: Plain) -> bool:
    return column.dtype != object and bool(np.isnan(column).all())


def _of_reasons(ranked: Sequence[Plain], codes: Sequence[str]) -> list[Floats]:
    """Who has any reason, and who has each of them, whatever its rank."""
    if not codes:
        return []
    given = [one for one in ranked if one.dtype == object]
    any_of = np.logical_or.reduce([np.array([code is not None for code in one.tolist()]) for one in given])
    have = [np.logical_or.reduce([one == code for one in given]) for code in codes]
    return [np.asarray(one, np.float64) for one in (any_of, *have)]
