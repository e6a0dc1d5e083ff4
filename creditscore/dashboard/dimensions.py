"""A column as a few values that a person can choose from, each of which a segment can say exactly."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from creditscore.data.protected import protected_by
from creditscore.errors import ParameterError
from creditscore.segments.columns import Plain

Codes = NDArray[np.uint8]
Kind = Literal["labels", "levels", "bands"]

MISSING: Final = 0
WITHHELD: Final = 255
MOST_VALUES: Final = 24
_MOST_LEVELS: Final = 12
_BANDS: Final = 5
_DIGITS: Final = 2
_ROUND: Final = (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0)


@dataclass(frozen=True, slots=True, eq=False)
class Dimension:
    """A column of the cube.

    Attributes
    ----------
    name : str
        Of the column that a segment reads.
    kind : {"labels", "levels", "bands"}
        Texts, numbers that are few, or bands of numbers.
    values : tuple
        The texts or the numbers, or for bands the edges between them: one fewer than there are bands.
    others : bool
        Whether a last code stands for all labels that are not listed.
    codes : ndarray of uint8, shape (n,)
        0 where the value is missing, else the position of the value from 1 on.
    """

    name: str
    kind: Kind
    values: tuple[str, ...] | tuple[float, ...]
    others: bool
    codes: Codes

    @property
    def size(self) -> int:
        """Codes that a row can have, without the one for what is withheld."""
        return len(self.values) + (2 if self.others or self.kind == "bands" else 1)

    def to_dict(self) -> dict[str, Any]:
        """Write what the page needs to know of it; the codes are in the cube."""
        return {
            "name": self.name,
            "kind": self.kind,
            "values": list(self.values),
            "others": self.others,
            "missing": bool((self.codes == MISSING).any()),
            "protected": protected_by(self.name) is not None,
        }


def heads_of(groups: NDArray[np.int64], people: NDArray[np.int64], size: int = 0) -> NDArray[np.int64]:
    """Count the different people of each group; arrays have shape (n,), the result (n_groups,)."""
    many = int(people.max(initial=0)) + 1
    pairs = np.unique(groups * many + people)
    return np.bincount(pairs // many, minlength=size)


def dimension_of(
    name: str, values: Plain, people: NDArray[np.int64], fewest: int, edges: Sequence[float] | None = None
) -> Dimension:
    """Find the values of a column that a person can choose from.

    Parameters
    ----------
    name : str
    values : ndarray, shape (n,)
        As `creditscore.segments.columns.segment_columns` makes them.
    people : ndarray of int64, shape (n,)
        Whose row it is.
    fewest : int
        A value that fewer people have is not named.
    edges : sequence of float, optional
        Where bands of numbers begin; default: at rounded quantiles.

    Raises
    ------
    ParameterError
        If no condition can name the column, or edges are given and do not rise, or for texts.
    """
    if not name or "`" in name:
        raise ParameterError.must_be("by", "columns whose names a condition can hold", name)
    if values.dtype == object:
        if edges is not None:
            raise ParameterError(f"Edges are given for {name!r}, which holds texts. Leave them out.")
        return _labels(name, values.tolist(), people, fewest)
    numbers = values.astype(np.float64)
    if edges is None:
        levels = _levels(name, numbers, people, fewest)
        if levels is not None:
            return levels
    return _bands(name, numbers, _quantiles(numbers) if edges is None else _checked(name, edges))


def bands_of_scores(scores: NDArray[np.float64], most: int, always: float | None) -> Dimension:
    """Cut scores of shape (n,) at round numbers, and at the cut-off in use."""
    known = scores[~np.isnan(scores)]
    if not known.size:
        raise ParameterError("No row has a score. Give the rows that were scored.")
    low, high = (float(one) for one in np.quantile(known, (0.005, 0.995)))
    step = _round_step((high - low) / most)
    first, last = np.floor(low / step) + 1, np.ceil(high / step) - 1
    edges = {float(f"{one * step:.10g}") for one in np.arange(first, last + 1)} or {round(low, _DIGITS)}
    if always is not None:
        edges.add(always)
    return _bands("score", scores, tuple(sorted(edges)))


def _round_step(least: float) -> float:
    """Return the smallest of 1, 2, 3, 4, 5, 6, 8, 10, 20, ... (and 0.8, ...) that is as large."""
    if least <= 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(least))
    return float(next((one * power for one in _ROUND if one * power >= least), 10.0 * power))


def _labels(name: str, listed: list[Any], people: NDArray[np.int64], fewest: int) -> Dimension:
    position: dict[Any, int] = {None: 0}
    found = np.fromiter((position.setdefault(one, len(position)) for one in listed), np.int64, len(listed))
    names = list(position)
    rows, heads = np.bincount(found, minlength=len(names)), heads_of(found, people, len(names))
    enough = [position for position in range(1, len(names)) if heads[position] >= fewest]
    kept = sorted(sorted(enough, key=lambda position: (-rows[position], names[position]))[:MOST_VALUES],
                  key=lambda position: _counting(names[position]))  # fmt: skip
    codes = np.full(len(names), len(kept) + 1, np.uint8)
    codes[0] = MISSING
    codes[kept] = np.arange(1, len(kept) + 1)
    others = len(kept) + 1 < len(names)
    return Dimension(name, "labels", tuple(names[position] for position in kept), others, codes[found])


def _counting(label: str) -> tuple[list[tuple[int, str]], str]:
    """Sort numbers in a label as numbers, by length and then by digits: grade 9 comes before grade 10."""
    parts = re.split(r"0*(\d+)", label)
    return [(len(part) if at % 2 else 0, part) for at, part in enumerate(parts)], label


def _levels(
    name: str, numbers: NDArray[np.float64], people: NDArray[np.int64], fewest: int
) -> Dimension | None:
    """A few whole numbers that enough people have; None where there are others."""
    known = ~np.isnan(numbers)
    distinct, position = np.unique(numbers[known], return_inverse=True)
    if not 0 < distinct.size <= _MOST_LEVELS or not (distinct == np.floor(distinct)).all():
        return None
    if np.isinf(distinct).any() or heads_of(position, people[known]).min() < fewest:
        return None
    codes = np.full(numbers.size, MISSING, np.uint8)
    codes[known] = position + 1
    return Dimension(name, "levels", tuple(distinct.tolist()), False, codes)


def _bands(name: str, numbers: NDArray[np.float64], edges: tuple[float, ...]) -> Dimension:
    codes = (np.searchsorted(np.array(edges), numbers, side="right") + 1).astype(np.uint8)
    codes[np.isnan(numbers)] = MISSING
    return Dimension(name, "bands", edges, False, codes)


def _quantiles(numbers: NDArray[np.float64]) -> tuple[float, ...]:
    known = numbers[np.isfinite(numbers)]
    if not known.size:
        return (0.0,)
    cuts = np.quantile(known, np.arange(1, _BANDS) / _BANDS).tolist()
    return tuple(sorted({float(f"{one:.{_DIGITS}g}") for one in cuts}))


def _checked(name: str, edges: Sequence[float]) -> tuple[float, ...]:
    given = tuple(float(one) for one in edges)
    rising = all(low < high for low, high in pairwise(given))
    if not 0 < len(given) <= MOST_VALUES or not rising or not np.isfinite(given).all():
        raise ParameterError.must_be(f"edges of {name!r}", f"1 to {MOST_VALUES} rising numbers", list(edges))
    return given
