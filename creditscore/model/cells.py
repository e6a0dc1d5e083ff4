"""A line of calibration for each combination of groups of columns that a row can show."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from creditscore.errors import ArtefactError
from creditscore.model.affine import AffineCalibration
from creditscore.model.calibration import FLAT_SLOPE, NEWTON_STEPS
from creditscore.model.column_groups import ColumnGroups
from creditscore.model.scale import probability_of_default

# How far the line of a cell may lie from the common one before rows have said anything: the standard
# deviation, in log-odds, of its level at the mean of its rows, and of what its slope adds at one standard
# deviation of them from there.
SPREAD: Final = 0.5
_SMALL: Final = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Which groups of columns a row shows, and the line of calibration that goes with them.

    Attributes
    ----------
    groups : ColumnGroups
    lines : mapping of str to AffineCalibration
        By name of a cell, from raw to calibrated log-odds; an empty text names rows without any group, of
        which the application alone tells. A cell that is not named has the common line.
    common : AffineCalibration

    Examples
    --------
    >>> groups = ColumnGroups({"payments": (0,), "social": (1, 2)})
    >>> common = AffineCalibration(1.0, 0.5)
    >>> cells = Cells(groups, {"social": AffineCalibration(2.0, -1.0)}, common)
    >>> cells.line_of(np.array([np.nan, 7.0, np.nan])).intercept
    -1.0
    >>> cells.line_of(np.array([3.0, 7.0, np.nan])).intercept
    0.5
    """

    groups: ColumnGroups
    lines: Mapping[str, AffineCalibration]
    common: AffineCalibration
    _slopes: NDArray[np.float64] = field(init=False, repr=False)
    _intercepts: NDArray[np.float64] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        names = self.groups.names()
        unknown = sorted(set(self.lines) - set(names))
        if unknown:
            raise ArtefactError(f"There is a line for {unknown[0]!r}, and no such combination of groups.")
        lines = [self.lines.get(name, self.common) for name in names]
        object.__setattr__(self, "_slopes", np.array([line.slope for line in lines]))
        object.__setattr__(self, "_intercepts", np.array([line.intercept for line in lines]))

    def of(self, X: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return slope and intercept of each row, shape (n_rows,) each, of X, shape (n_rows, n_features)."""
        codes = self.groups.codes(X)
        return self._slopes[codes], self._intercepts[codes]

    def line_of(self, row: NDArray[np.float64]) -> AffineCalibration:
        """Return the line of one row of features, shape (n_features,)."""
        name = self.groups.name(int(self.groups.codes(row[np.newaxis])[0]))
        return self.lines.get(name, self.common)

    def shifted(self, shift: float) -> Cells:
        """Return the cells with every line moved by so many log-odds."""
        lines = {name: line.shifted(shift) for name, line in self.lines.items()}
        return Cells(self.groups, lines, self.common.shifted(shift))

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, exact in JSON, without the common line."""
        return {
            "columns": [[name, list(columns)] for name, columns in self.groups.columns.items()],
            "lines": {name: line.to_dict() for name, line in self.lines.items()},
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any], common: AffineCalibration) -> Self:
        """Build from what `to_dict` returned."""
        if set(stored) != {"columns", "lines"}:
            raise ArtefactError(f"Cells have the parts columns and lines. Got {sorted(stored)}.")
        columns = {str(name): tuple(map(int, columns)) for name, columns in stored["columns"]}
        if len(columns) != len(stored["columns"]):
            raise ArtefactError("A group of the cells is named twice.")
        lines = {str(name): AffineCalibration.from_dict(line) for name, line in stored["lines"].items()}
        return cls(ColumnGroups(columns), lines, common)


def lines_of_cells(
    z: NDArray[np.float64],
    bad: NDArray[np.float64],
    weight: NDArray[np.float64],
    codes: NDArray[np.int64],
) -> dict[int, tuple[float, float]]:
    """Find for each cell the line that takes the common log-odds of its rows to calibrated ones.

    The line of a cell is the most likely one, given its rows and, before them, the common line, from which it
    may differ by a standard deviation of 0.5 log-odds at the mean of the rows, and by as much again at one
    standard deviation of the rows from there. A cell of a few hundred bads is so moved as far as its rows
    say; one of ten bads by about two thirds of that; an empty one not at all. Weights count within a cell in
    proportion, and together as many as it has rows.

    Parameters
    ----------
    z : ndarray of float64, shape (n_rows,)
        Log-odds of bad by the common line, each by a model that was not grown on the row.
    bad : ndarray of float64, shape (n_rows,)
        1 for bad, 0 for good.
    weight : ndarray of float64, shape (n_rows,)
        Above 0.
    codes : ndarray of int64, shape (n_rows,)
        The cell of each; rows below 0 are left out.

    Returns
    -------
    dict of int to (float, float)
        Slope and intercept of each cell that has rows, from common log-odds.

    References
    ----------
    Cox (1958), Two further applications of a model for binary regression: calibration in the large and slope.
    Efron and Morris (1973), Stein's estimation rule and its competitors: an empirical Bayes approach.

    Examples
    --------
    >>> z = np.tile([-1.0, 1.0], 2000)
    >>> bad = np.resize([0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 1.0], 4000)
    >>> slope, intercept = lines_of_cells(z, bad, np.ones(4000), np.ones(4000, int))[1]
    >>> round(float(probability_of_default(slope * z + intercept).mean()), 2)
    0.38
    """
    found = {}
    for code in np.unique(codes[codes >= 0]).tolist():
        rows = np.flatnonzero(codes == code)
        share = weight[rows] * (rows.size / weight[rows].sum())
        found[code] = _line(z[rows], bad[rows], share)
    return found


def _line(
    z: NDArray[np.float64], bad: NDArray[np.float64], weight: NDArray[np.float64]
) -> tuple[float, float]:
    centre = float(np.average(z, weights=weight))
    spread = float(np.sqrt(np.average((z - centre) ** 2, weights=weight)))
    alike = spread <= _SMALL * max(1.0, abs(centre))
    design = np.column_stack([np.ones_like(z), np.zeros_like(z) if alike else (z - centre) / spread])
    level, steeper = _most_likely(design, z, bad, weight)
    slope = 1.0 if alike else 1.0 + steeper / spread
    if slope < FLAT_SLOPE:
        slope = FLAT_SLOPE
        (level,) = _most_likely(design[:, :1], centre + slope * (z - centre), bad, weight)
    return slope, centre + level - slope * centre


def _most_likely(
    design: NDArray[np.float64], z: NDArray[np.float64], bad: NDArray[np.float64], weight: NDArray[np.float64]
) -> list[float]:
    """Minimise the log loss of log-odds and what is added to them, and how much that is."""

    def loss(some: NDArray[np.float64]) -> float:
        said = z + design @ some
        return float(weight @ (np.logaddexp(0.0, said) - bad * said) + some @ some / (2.0 * SPREAD**2))

    now = np.zeros(design.shape[1])
    for _ in range(NEWTON_STEPS):
        probability = probability_of_default(z + design @ now)
        gradient = design.T @ (weight * (probability - bad)) + now / SPREAD**2
        information = (design * (weight * probability * (1.0 - probability))[:, np.newaxis]).T @ design
        step = np.linalg.solve(information + np.eye(now.size) / SPREAD**2, gradient)
        for half in _halves():
            if loss(now - half * step) <= loss(now):
                break
        else:
            break
        now = now - half * step
        if float(np.abs(half * step).max()) < _SMALL:
            break
    return [float(one) for one in now]


def _halves() -> Iterator[float]:
    return itertools.islice(itertools.accumulate(itertools.repeat(0.5), lambda a, b: a * b, initial=1.0), 30)


def composed(
    found: Mapping[int, tuple[float, float]], groups: ColumnGroups, common: AffineCalibration, shift: float
) -> Cells:
    """Put lines from common log-odds after the common line, which is the one from raw log-odds.

    Parameters
    ----------
    found : mapping of int to (float, float)
        From `lines_of_cells`, by common log-odds from which `shift` was taken.
    groups : ColumnGroups
    common : AffineCalibration
    shift : float
        The part of the common level that the newest rows made.
    """
    lines = {
        groups.name(code): AffineCalibration(
            slope * common.slope, slope * (common.intercept - shift) + intercept + shift
        )
        for code, (slope, intercept) in found.items()
    }
    return Cells(groups, lines, common)
