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
from types import MappingProxyType
from typing import Any, Final, Self

import numpy as np

from creditscore._ground.arrays import Flags, Float64, Int64
from creditscore.errors import ArtefactError

_NUMBERS: Final = ("intercept", "slope", "bend", "knot", "deviation")
_PARTS: Final = ("level", "quantile", "assumed", "known_share", "columns", "lines", "elsewhere")
_MOST_GROUPS: Final = 16
_BLOCK: Final = 16_384


@dataclass(frozen=True, slots=True)
class SpreadLine:
    """Where true log-odds of default lie, by the score, of applicants of whom the same sources are known.

    Attributes
    ----------
    groups : tuple of str
        The groups of sources that are known, in the order of `Spread.columns`.
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
    known_share : float
        A group of sources is known where at least this share of its features has a value.
    columns : mapping of str to tuple of int
        The features of each group of sources.
    lines : tuple of SpreadLine
    elsewhere : SpreadLine
        For combinations of groups without a line: there the score is not known to tell anything.

    Examples
    --------
    >>> line = SpreadLine((), 1000, 80, intercept=-0.5, slope=1.0, bend=0.0, knot=0.0, deviation=1.0)
    >>> spread = Spread(0.9, 1.645, 1.2, 0.5, {}, (line,), line)
    >>> low, high = spread.bounds(np.array([-3.0]), np.empty((1, 0)))
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([-5.145], [-1.855])
    """

    level: float
    quantile: float
    assumed: float
    known_share: float
    columns: Mapping[str, tuple[int, ...]]
    lines: tuple[SpreadLine, ...]
    elsewhere: SpreadLine
    _columns: tuple[Int64, ...] = field(init=False, repr=False)
    _line_of: Int64 = field(init=False, repr=False)
    _numbers: Float64 = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if not (0.0 < self.level < 1.0 and 0.0 < self.quantile < np.inf and 0.0 < self.known_share <= 1.0):
            raise ArtefactError("Intervals need a level and a share within 0 and 1, and a quantile above 0.")
        if len(self.columns) > _MOST_GROUPS or not all(self.columns.values()):
            raise ArtefactError(f"Intervals know {_MOST_GROUPS} groups at most, none without a feature.")
        object.__setattr__(self, "columns", MappingProxyType(dict(self.columns)))
        names = tuple(self.columns)
        line_of = np.full(1 << len(names), len(self.lines), np.int64)
        for number, line in enumerate(self.lines):
            if not set(line.groups) <= set(names):
                raise ArtefactError(f"A line of the intervals names other groups than {names}.")
            line_of[sum(1 << names.index(group) for group in line.groups)] = number
        numbers = [[getattr(line, name) for name in _NUMBERS] for line in (*self.lines, self.elsewhere)]
        object.__setattr__(self, "_columns", tuple(np.array(c, np.int64) for c in self.columns.values()))
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
        line = self._line_of[known_groups(values, self._columns, self.known_share)]
        intercept, slope, bend, knot, deviation = self._numbers[line].T
        middle = intercept + slope * log_odds + bend * np.maximum(log_odds - knot, 0.0)
        reach = self.quantile * deviation
        return np.minimum(middle - reach, log_odds), np.maximum(middle + reach, log_odds)

    def bounds_of(self, log_odds: float, row: Float64) -> tuple[float, float]:
        """Return the bounds of one score, to the bits of `bounds`; ``row`` has shape (n_features,)."""
        missing, known = np.isnan(row), 0
        for number, which in enumerate(self._columns):
            there = which.size - int(np.count_nonzero(missing[which]))
            known |= (there >= self.known_share * which.size) << number
        at = int(self._line_of[known])
        line = self.lines[at] if at < len(self.lines) else self.elsewhere
        middle = line.intercept + line.slope * log_odds + line.bend * max(log_odds - line.knot, 0.0)
        reach = self.quantile * line.deviation
        return min(middle - reach, log_odds), max(middle + reach, log_odds)

    def shifted(self, shift: float) -> Spread:
        """Follow a calibration whose level has moved by ``shift`` log-odds."""
        lines = tuple(line.shifted(shift) for line in self.lines)
        parts = self.level, self.quantile, self.assumed, self.known_share, self.columns
        return Spread(*parts, lines, self.elsewhere.shifted(shift))

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, exact in JSON."""
        return {
            "level": self.level,
            "quantile": self.quantile,
            "assumed": self.assumed,
            "known_share": self.known_share,
            "columns": {name: list(columns) for name, columns in self.columns.items()},
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
            level, quantile, assumed, share = (float(stored[name]) for name in _PARTS[:4])
            elsewhere = _line(stored["elsewhere"])
            spread = cls(level, quantile, assumed, share, columns, lines, elsewhere)
        except (AttributeError, OverflowError, TypeError, ValueError, KeyError) as error:
            if isinstance(error, ArtefactError):
                raise
            raise ArtefactError(f"The intervals of the model cannot be read: {error!r}") from error
        if not all(0 <= column < n_features for which in columns.values() for column in which):
            raise ArtefactError("The intervals of the model name features that it does not have.")
        return spread


def known_groups(values: Float64, columns: tuple[Int64, ...], share: float) -> Int64:
    """Tell of which groups of sources enough is known, as one number for each row.

    Parameters
    ----------
    values : ndarray of float64, shape (n_rows, n_features)
        NaN is not known.
    columns : tuple of ndarray of int64, shape (n_of_group,)
        The features of each group.
    share : float
        Of its features that must be known.

    Returns
    -------
    ndarray of int64, shape (n_rows,)
        Bit ``k`` is set where group ``k`` is known.

    Examples
    --------
    >>> values = np.array([[1.0, np.nan, np.nan], [np.nan, np.nan, 2.0]])
    >>> known_groups(values, (np.array([0, 1]), np.array([2])), 0.5).tolist()
    [1, 2]
    """
    found = np.zeros(len(values), np.int64)
    for start in range(0, len(values), _BLOCK):
        missing: Flags = np.isnan(values[start : start + _BLOCK])
        for number, which in enumerate(columns):
            there = which.size - np.count_nonzero(missing[:, which], axis=1)
            found[start : start + _BLOCK] += (there >= share * which.size).astype(np.int64) << number
    return found


def _plain(line: SpreadLine) -> dict[str, Any]:
    return asdict(line) | {"groups": list(line.groups)}


def _line(stored: Mapping[str, Any]) -> SpreadLine:
    numbers = {name: float(stored[name]) for name in _NUMBERS}
    groups = tuple(map(str, stored["groups"]))
    if set(stored) != {*_NUMBERS, "groups", "rows", "bads"}:
        raise ArtefactError(f"A line of the intervals has other parts: {sorted(stored)}.")
    return SpreadLine(groups, int(stored["rows"]), int(stored["bads"]), **numbers)
