"""The cube: sums over cells of at least so many people, each person's rows in cells that do not overlap.

Whatever is added or subtracted of such cells is empty or holds a whole cell, so no difference of two
segments tells of fewer people than a cell has. Where values stand too seldom beside each other, as few
of them as can be are withheld: the columns named last first (local suppression; Samarati 2001, Sweeney 2002).

References
----------
Samarati (2001), "Protecting respondents' identities in microdata release", IEEE Transactions on Knowledge and
Data Engineering 13(6). Sweeney (2002), "Achieving k-anonymity privacy protection using generalization and
suppression", Int. J. of Uncertainty, Fuzziness and Knowledge-Based Systems 10(5).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore.dashboard.dimensions import WITHHELD, Codes, heads_of
from creditscore.errors import ParameterError

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
MOST_COLUMNS: Final = 10


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Rows put into cells.

    Attributes
    ----------
    codes : ndarray of uint8, shape (n_cells, n_columns)
        Of each cell, 255 where the value is withheld.
    cell : ndarray of int64, shape (n,)
        In which cell each row stands.
    people : ndarray of int64, shape (n_cells,)
        How many stand in it, at least as many as were asked for.
    """

    codes: Codes
    cell: Ints
    people: Ints

    def summed(self, values: Floats) -> Floats:
        """Add up values of rows, of shape (n,), cell by cell; the result has shape (n_cells,)."""
        found: Floats = np.bincount(self.cell, weights=values, minlength=len(self.codes)).astype(np.float64)
        return found


def cells_of(columns: Sequence[Codes], sizes: Sequence[int], people: Ints, fewest: int, firm: int) -> Cells:
    """Put rows into cells of enough people.

    Parameters
    ----------
    columns : sequence of ndarray of uint8, each of shape (n,)
    sizes : sequence of int
        How many codes each column has.
    people : ndarray of int64, shape (n,)
        Whose row it is.
    fewest : int
        How many people a cell holds at least.
    firm : int
        So many columns, the first ones, are withheld only where all others are.

    Raises
    ------
    ParameterError
        If all rows together are of fewer people, or there are more than ten columns to choose from.

    Examples
    --------
    >>> shop, age = np.ones(11, np.uint8), np.array([1] * 5 + [2] * 3 + [3] * 3, np.uint8)
    >>> cells_of([shop, age], [2, 4], np.arange(11), 5, 0).codes.tolist()
    [[1, 1], [1, 255]]
    """
    if len(columns) - firm > MOST_COLUMNS:
        raise ParameterError.must_be("by", f"at most {MOST_COLUMNS} columns", len(columns) - firm)
    whole = np.unique(people).size
    if whole < fewest:
        raise ParameterError.must_be("rows", f"of at least {fewest} people", f"those of {whole}")
    table = np.column_stack(columns)
    left = np.arange(len(people))
    for hidden in _masks(len(columns), firm):
        if not left.size:
            break
        part = table[left]
        part[:, hidden] = WITHHELD
        keys = _keys(part, sizes, hidden)
        enough = _enough(keys, people[left], fewest)
        table[left[enough]] = part[enough]
        left = left[~enough]
    if left.size:
        _absorb(table, left, sizes, people)
    return _numbered(table, sizes, people)


def _masks(columns: int, firm: int) -> Iterator[list[int]]:
    """Yield which columns to withhold: fewer before more, and the columns named last before the others."""
    free = range(columns - 1, firm - 1, -1)
    for size in range(len(free) + 1):
        for chosen in combinations(free, size):
            yield sorted(chosen)
    for first in range(firm - 1, -1, -1):
        yield list(range(first, columns))


def _keys(table: Codes, sizes: Sequence[int], hidden: Sequence[int]) -> Ints:
    """One number for each row, the same for rows of the same codes; what is hidden does not count."""
    keys = np.zeros(len(table), np.int64)
    for position, size in enumerate(sizes):
        if position not in hidden:
            keys = keys * size + table[:, position]
    return keys


def _enough(keys: Ints, people: Ints, fewest: int) -> NDArray[np.bool_]:
    """Say which rows share their key with enough people."""
    _, group = np.unique(keys, return_inverse=True)
    enough: NDArray[np.bool_] = (heads_of(group, people) >= fewest)[group]
    return enough


def _absorb(table: Codes, left: Ints, sizes: Sequence[int], people: Ints) -> None:
    """Put the few who are left, all of whose values are withheld, together with the smallest cell."""
    table[left] = WITHHELD
    others = np.setdiff1d(np.arange(len(table)), left)
    _, group = np.unique(_whole_keys(table[others], sizes), return_inverse=True)
    smallest = int(np.argmin(heads_of(group, people[others])))
    table[others[group == smallest]] = WITHHELD


def _whole_keys(table: Codes, sizes: Sequence[int]) -> Ints:
    """One number for each row, in which withheld is a value of its own, the last one."""
    keys = np.zeros(len(table), np.int64)
    for position, size in enumerate(sizes):
        keys = keys * (size + 1) + np.minimum(table[:, position], size)
    return keys


def _numbered(table: Codes, sizes: Sequence[int], people: Ints) -> Cells:
    _, first, cell = np.unique(_whole_keys(table, sizes), return_index=True, return_inverse=True)
    return Cells(table[first], cell.reshape(-1), heads_of(cell.reshape(-1), people))
