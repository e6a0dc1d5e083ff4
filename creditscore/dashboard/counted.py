"""Rows of scores to a cube: which columns, which sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from creditscore.dashboard.beside import Beside, beside_of
from creditscore.dashboard.cube import Cells, cells_of
from creditscore.dashboard.dimensions import Dimension, bands_of_scores, dimension_of
from creditscore.errors import NameUnknownError, ParameterError
from creditscore.segments.columns import Plain

Floats = NDArray[np.float64]

# States of a row: what was decided before (not known, declined, approved), and whether the outcome is known.
STATES: Final = 6
_APPROVED: Final = ("accepted", "approve", "approved", "counter_offer")
_BANDS: Final = (10, 40)
_PEOPLE_OF_A_BAND: Final = 1_000
_EXACT: Final = 1e15
SUMS: Final = ("rows", "bads", "predicted", "spread", "amount", "amount_bad")


@dataclass(frozen=True, slots=True)
class Named:
    """Which columns hold what; None where there is no such column.

    Attributes
    ----------
    person, score, probability, bad, decision, amount : str or None
    """

    person: str | None
    score: str
    probability: str
    bad: str | None
    decision: str | None
    amount: str | None

    @property
    def given(self) -> tuple[str, ...]:
        """Names of the columns that there are."""
        every = (self.person, self.score, self.probability, self.bad, self.decision, self.amount)
        return tuple(name for name in every if name is not None)


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """Sums by cell: all that leaves the rows.

    Attributes
    ----------
    dimensions : tuple of Dimension
        Columns that people choose from, in the order in which they are kept longest.
    scores : Dimension
        The bands of the score.
    cells : Cells
        Its first two columns are the state and the band of the score.
    sums : mapping of str to ndarray of float64, shape (n_cells,)
    applications, people, fewest : int
    against : int
        Rows whose chance of default is above that of a row with fewer points.
    beside : Beside
        What is shown beside a segment.
    """

    dimensions: tuple[Dimension, ...]
    scores: Dimension
    cells: Cells
    sums: Mapping[str, Floats]
    applications: int
    people: int
    fewest: int
    against: int
    beside: Beside


def counted(
    columns: Mapping[str, Plain],
    named: Named,
    by: Sequence[str],
    edges: Mapping[str, Sequence[float]],
    cutoff: float | None,
    fewest: int,
    most_cutoffs: int | None = None,
) -> Counted:
    """Put rows into cells and add up what is shown of them.

    Parameters
    ----------
    columns : mapping of str to ndarray, each of shape (n,)
    named : Named
    by : sequence of str
        Columns to choose from.
    edges : mapping of str to sequence of float
        Where bands begin, for some of them.
    cutoff : float or None
        A score at which a band begins in any case.
    fewest : int
        People of a cell, at least.
    most_cutoffs : int, optional
        Bands of the score, at most, beside the one of the cut-off; default: one for each 1,000 people, 10 to
        40.
    """
    n = next(iter(columns.values())).size if columns else 0
    if not n:
        raise ParameterError.must_be("rows", "at least one row", n)
    people = _people(columns, named.person, n)
    dimensions = tuple(
        dimension_of(name, _asked(columns, name), people, fewest, edges.get(name)) for name in by
    )
    heads = int(np.unique(people).size)
    scores, chance = _scored(columns, named)
    bands = bands_of_scores(scores, most_cutoffs or int(np.clip(heads / _PEOPLE_OF_A_BAND, *_BANDS)), cutoff)
    bad = np.full(n, np.nan) if named.bad is None else _outcomes(_asked(columns, named.bad), named.bad)
    state = _decided(columns, named.decision, n) * 2 + ~np.isnan(bad)
    every = [state.astype(np.uint8), bands.codes, *(one.codes for one in dimensions)]
    cells = cells_of(every, [STATES, bands.size, *(one.size for one in dimensions)], people, fewest, firm=2)
    amounts = np.zeros(n) if named.amount is None else _amounts(_asked(columns, named.amount), named.amount)
    found = _sums(cells, np.nan_to_num(chance), bad, amounts)
    against = _against(scores, chance, named)
    beside = beside_of(columns, cells, people, fewest)
    return Counted(dimensions, bands, cells, found, n, heads, fewest, against, beside)


def _sums(cells: Cells, chance: Floats, bad: Floats, amounts: Floats) -> dict[str, Floats]:
    known = ~np.isnan(bad)
    likely = np.where(known, np.nan_to_num(bad), chance)
    values = {
        "rows": np.ones(bad.size),
        "bads": np.nan_to_num(bad),
        "predicted": chance,
        "spread": chance * (1.0 - chance),
        "amount": amounts,
        "amount_bad": amounts * likely,
    }
    return {name: cells.summed(values[name]) for name in SUMS}


def _asked(columns: Mapping[str, Plain], name: str) -> Plain:
    if name not in columns:
        raise NameUnknownError.among("column of the dashboard", name, tuple(columns))
    return columns[name]


def _people(columns: Mapping[str, Plain], name: str | None, n: int) -> NDArray[np.int64]:
    """Number the people; without a column each row is a person of its own."""
    return np.arange(n) if name is None else _ids(_asked(columns, name), name)


def check_once(columns: Mapping[str, Plain], name: str) -> None:
    """Refuse rows of which two are of one application.

    Parameters
    ----------
    columns : mapping of str to array, shape (n_rows,)
    name : str
        The column that names the application.

    Raises
    ------
    ParameterError
        If a value of the column is missing, or stands twice.
    """
    numbers = _ids(columns[name], name)
    repeats = numbers.size - np.unique(numbers).size
    if repeats:
        raise ParameterError.must_be(name, "different in every row", f"{repeats:,} repeats")


def _ids(given: Plain, name: str) -> NDArray[np.int64]:
    """Number what a column names, in any order."""
    missing = np.isnan(given) if given.dtype != object else np.array([one is None for one in given.tolist()])
    if missing.any():
        raise ParameterError.must_be(name, "known in every row, as it tells rows apart", "a missing value")
    if given.dtype != object:
        if (np.abs(given) >= _EXACT).any():
            raise ParameterError.must_be(
                name, "texts, as numbers of more than 15 digits are taken for one another", "such numbers"
            )
        return np.unique(given, return_inverse=True)[1].reshape(-1).astype(np.int64)
    position: dict[Any, int] = {}
    return np.fromiter(
        (position.setdefault(one, len(position)) for one in given.tolist()), np.int64, given.size
    )


def _scored(columns: Mapping[str, Plain], named: Named) -> tuple[Floats, Floats]:
    scores, chance = (_numbers(columns, name) for name in (named.score, named.probability))
    if np.isinf(scores).any():
        raise ParameterError.must_be(named.score, "finite, or missing", "inf in some row")
    strange = ~((chance >= 0) & (chance <= 1)) & ~np.isnan(scores)
    if strange.any():
        raise ParameterError.must_be(
            named.probability, "within 0 and 1 wherever there is a score", f"others in {strange.sum():,} rows"
        )
    return scores, np.where(np.isnan(scores), np.nan, chance)


def _against(scores: Floats, chance: Floats, named: Named) -> int:
    """Count the rows with a higher chance of default than one with fewer points; refuse a turned scale."""
    known = ~np.isnan(scores)
    _, level = np.unique(scores[known], return_inverse=True)
    _, rank = np.unique(chance[known], return_inverse=True)
    if np.dot(level - level.mean(), rank - rank.mean()) > 0:
        raise ParameterError.must_be(
            named.score, f"points that rise as {named.probability!r} falls", "the other way round"
        )
    least = np.full(level.max() + 2, np.inf)
    np.minimum.at(least, level + 1, chance[known])
    return int((chance[known] > np.minimum.accumulate(least)[level]).sum())


def _numbers(columns: Mapping[str, Plain], name: str) -> Floats:
    found = _asked(columns, name)
    if found.dtype == object:
        if any(one is not None for one in found.tolist()):
            raise ParameterError.must_be(name, "a column of numbers", "texts")
        return np.full(found.size, np.nan)
    return found.astype(np.float64)


def _outcomes(values: Plain, name: str) -> Floats:
    found = _numbers({name: values}, name)
    if not np.isin(found[~np.isnan(found)], (0.0, 1.0)).all():
        raise ParameterError.must_be(name, "0, 1 or missing in every row", "another value")
    return found


def _decided(columns: Mapping[str, Plain], name: str | None, n: int) -> NDArray[np.int64]:
    """0 where nothing was decided, 1 for declined or referred, 2 for approved."""
    if name is None:
        return np.zeros(n, np.int64)
    given = _asked(columns, name)
    if given.dtype != object:
        if not np.isin(given[~np.isnan(given)], (0.0, 1.0)).all():
            raise ParameterError.must_be(name, "decisions, or 1 for approved and 0 for not", "other numbers")
        return np.where(np.isnan(given), 0, np.where(given == 1.0, 2, 1)).astype(np.int64)
    known = {"decline", "declined", "refer", "referred", "rejected", *_APPROVED}
    strange = sorted({one for one in given.tolist() if one is not None} - known)
    if strange:
        raise ParameterError.must_be(name, f"one of {', '.join(sorted(known))} in every row", strange[0])
    return np.array([0 if one is None else 2 if one in _APPROVED else 1 for one in given.tolist()])


def _amounts(values: Plain, name: str) -> Floats:
    found = _numbers({name: values}, name)
    if not (np.isfinite(found) & (found >= 0)).all():
        raise ParameterError.must_be(name, "known, finite and 0 or more in every row", "another value")
    return found
