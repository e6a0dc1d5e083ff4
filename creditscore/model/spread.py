"""How far the true chance of default of one person may lie from a score: an interval for every score.

An outcome is bad or good; it never shows the chance behind it. So how far true chances lie apart among
applicants with the same score cannot be learned from outcomes, however many there are (Barber 2020): it is an
assumption, stated here as a number. Everything else is learned: where the true chances of such applicants
have their middle, and how much of the whole spread the score tells, which is more where more sources are
known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Self

import numpy as np

from creditscore._ground.arrays import Float64, Int64
from creditscore.errors import ArtefactError
from creditscore.model.column_groups import ColumnGroups

_NUMBERS: Final = ("intercept", "slope", "bend", "knot", "deviation")
_PARTS: Final = ("level", "quantile", "assumed", "columns", "lines", "elsewhere")
_BLOCK: Final = 16_384


@dataclass(frozen=True, slots=True)
class SpreadLine:
    """Where true log-odds of default lie, by the score, of applicants of whom the same sources are known.

    Attributes
    ----------
    groups : tuple of str
        The groups of sources that are known, in their order.
    rows, bads : int
        What it was learned from.
    intercept, slope, bend, knot : float
        The middle of the true log-odds is ``intercept + slope * z + bend * max(z - knot, 0)`` where the score
        has log-odds ``z``.
    deviation : float
        Standard deviation of the true log-odds around it, above 0.
    """

    groups: tuple[str, ...]
    rows: int
    bads: int
    intercept: float
    slope: float
    bend: float
    knot: float
    deviation: float

    def __post_init__(self) -> None:
        numbers = [getattr(self, name) for name in _NUMBERS]
        if not all(isinstance(number, int | float) and np.isfinite(number) for number in numbers):
            raise ArtefactError(f"A line of the intervals needs finite numbers. Got {numbers!r}.")
        if self.deviation <= 0.0 or self.slope < 0.0 or self.slope + self.bend < 0.0:
            raise ArtefactError("A line of the intervals rises, and its deviation is above 0.")

    def shifted(self, shift: float) -> SpreadLine:
        """Follow scores, and true log-odds, that have moved by ``shift``."""
        return SpreadLine(
            self.groups, self.rows, self.bads, self.intercept + shift * (1.0 - self.slope), self.slope,
            self.bend, self.knot + shift, self.deviation,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """What makes an interval of every score.

    Attributes
    ----------
    level : float
        Share of true chances that intervals are made to hold, above 0 and below 1.
    quantile : float
        Standard deviations from the middle to either end.
    assumed : float
        Standard deviation over all applicants of the log of the true rate of default, as it was assumed.
    groups : ColumnGroups
        The features of each group of sources: which of them a row shows is its cell.
    lines : tuple of SpreadLine
    elsewhere : SpreadLine
        For combinations of groups without a line: there the score is not known to tell anything.

    Examples
    --------
    >>> line = SpreadLine((), 1000, 80, intercept=-0.5, slope=1.0, bend=0.0, knot=0.0, deviation=1.0)
    >>> spread = Spread(0.9, 1.645, 1.2, ColumnGroups({}), (line,), line)
    >>> low, high = spread.bounds(np.array([-3.0]), np.empty((1, 0)))
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([-5.145], [-1.855])
    """

    level: float
    quantile: float
    assumed: float
    groups: ColumnGroups
    lines: tuple[SpreadLine, ...]
    elsewhere: SpreadLine
    _line_of: Int64 = field(init=False, repr=False)
    _numbers: Float64 = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if not (0.0 < self.level < 1.0 and 0.0 < self.quantile < np.inf):
            raise ArtefactError("Intervals need a level within 0 and 1, and a quantile above 0.")
        names = tuple(self.groups.columns)
        line_of = np.full(1 << len(names), len(self.lines), np.int64)
        for number, line in enumerate(self.lines):
            if not set(line.groups) <= set(names):
                raise ArtefactError(f"A line of the intervals names other groups than {names}.")
            line_of[sum(1 << names.index(group) for group in line.groups)] = number
        numbers = [[getattr(line, name) for name in _NUMBERS] for line in (*self.lines, self.elsewhere)]
        object.__setattr__(self, "_line_of", line_of)
        object.__setattr__(self, "_numbers", np.array(numbers, np.float64))

    def bounds(self, log_odds: Float64, values: Float64) -> tuple[Float64, Float64]:
        """Return the least and the greatest true log-odds of default that scores leave open.

        Parameters
        ----------
        log_odds : ndarray of float64, shape (n_rows,)
            Calibrated log-odds of the scores; NaN for who has none.
        values : ndarray of float64, shape (n_rows, n_features)
            Features as computed, which tell what is known.

        Returns
        -------
        low, high : ndarray of float64, shape (n_rows,)
            The score lies within. The bits of a row do not depend on the others.
        """
        blocks = [values[start : start + _BLOCK] for start in range(0, max(len(values), 1), _BLOCK)]
        line = self._line_of[np.concatenate([self.groups.codes(block) for block in blocks])]
        intercept, slope, bend, knot, deviation = self._numbers[line].T
        middle = intercept + slope * log_odds + bend * np.maximum(log_odds - knot, 0.0)
        reach = self.quantile * deviation
        return np.minimum(middle - reach, log_odds), np.maximum(middle + reach, log_odds)

    def bounds_of(self, log_odds: float, row: Float64) -> tuple[float, float]:
        """Return the bounds of one score, to the bits of `bounds`; ``row`` has shape (n_features,)."""
        at = int(self._line_of[self.groups.codes(row[np.newaxis])[0]])
        line = self.lines[at] if at < len(self.lines) else self.elsewhere
        middle = line.intercept + line.slope * log_odds + line.bend * max(log_odds - line.knot, 0.0)
        reach = self.quantile * line.deviation
        return min(middle - reach, log_odds), max(middle + reach, log_odds)

    def shifted(self, shift: float) -> Spread:
        """Follow a calibration whose level has moved by ``shift`` log-odds."""
        lines = tuple(line.shifted(shift) for line in self.lines)
        parts = self.level, self.quantile, self.assumed, self.groups
        return Spread(*parts, lines, self.elsewhere.shifted(shift))

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, exact in JSON."""
        return {
            "level": self.level,
            "quantile": self.quantile,
            "assumed": self.assumed,
            "columns": {name: list(columns) for name, columns in self.groups.columns.items()},
            "lines": [_plain(line) for line in self.lines],
            "elsewhere": _plain(self.elsewhere),
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any], *, n_features: int) -> Self:
        """Build from what `to_dict` returned.

        Raises
        ------
        ArtefactError
            If a part is missing, unexpected or of the wrong kind.
        """
        if set(stored) != set(_PARTS):
            raise ArtefactError(f"Intervals have the parts {sorted(_PARTS)}. Got {sorted(stored)}.")
        try:
            columns = {str(name): tuple(map(int, which)) for name, which in stored["columns"].items()}
            lines = tuple(map(_line, stored["lines"]))
            level, quantile, assumed = (float(stored[name]) for name in _PARTS[:3])
            elsewhere = _line(stored["elsewhere"])
            spread = cls(level, quantile, assumed, ColumnGroups(columns), lines, elsewhere)
        except (AttributeError, OverflowError, TypeError, ValueError, KeyError) as error:
            if isinstance(error, ArtefactError):
                raise
            raise ArtefactError(f"The intervals of the model cannot be read: {error!r}") from error
        if not all(0 <= column < n_features for which in columns.values() for column in which):
            raise ArtefactError("The intervals of the model name features that it does not have.")
        return spread


def _plain(line: SpreadLine) -> dict[str, Any]:
    return asdict(line) | {"groups": list(line.groups)}


def _line(stored: Mapping[str, Any]) -> SpreadLine:
    numbers = {name: float(stored[name]) for name in _NUMBERS}
    groups = tuple(map(str, stored["groups"]))
    if set(stored) != {*_NUMBERS, "groups", "rows", "bads"}:
        raise ArtefactError(f"A line of the intervals has other parts: {sorted(stored)}.")
    return SpreadLine(groups, int(stored["rows"]), int(stored["bads"]), **numbers)
