"""From where on a change of what comes in is told, and how rarely one may be told that is none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Self, TypeAlias

from creditscore._ground.numbers import finite_number
from creditscore.errors import NameUnknownError, ParameterError
from creditscore.monitoring.drift import LEVEL, MOVED, SHIFTED

Limits: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class WatchSettings:
    """Limits of a watch.

    Parameters
    ----------
    level : float, default 0.01
        Chance of any false alert in all looks together, between 0 and 1.
    moved, shifted : float, default 0.10 and 0.25
        Population stability index from which on a column has moved and shifted; above 0, rising.
    columns : mapping of str to (float, float), optional
        Other limits for some columns.

    Raises
    ------
    ParameterError
        If a limit is none.

    Examples
    --------
    >>> settings = WatchSettings(columns={"score": (0.05, 0.10)})
    >>> settings.limit_of("score"), settings.limit_of("age_days")
    ((0.05, 0.1), (0.1, 0.25))
    """

    level: float = LEVEL
    moved: float = MOVED
    shifted: float = SHIFTED
    columns: Mapping[str, Limits] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        if not 0.0 < finite_number("level", self.level) < 1.0:
            raise ParameterError.must_be("level", "between 0 and 1", self.level)
        _check("shifted", (self.moved, self.shifted))
        if not isinstance(self.columns, Mapping):
            raise ParameterError.must_be("columns", "a mapping of names to two limits", self.columns)
        own = {str(name): _check(f"columns[{name!r}]", pair) for name, pair in self.columns.items()}
        object.__setattr__(self, "columns", MappingProxyType(own))

    def limit_of(self, column: str) -> Limits:
        """From which index on a column has moved, and shifted."""
        return self.columns.get(column, (self.moved, self.shifted))

    def limits(self, names: Iterable[str]) -> Mapping[str, Limits]:
        """The limits of each column."""
        return {name: self.limit_of(name) for name in names}

    def check(self, names: tuple[str, ...]) -> None:
        """Refuse limits of a column that is not there.

        Raises
        ------
        NameUnknownError
            If there is one.
        """
        for name in self.columns:
            if name not in names:
                raise NameUnknownError.among("column of the bins", name, names)

    def to_dict(self) -> dict[str, Any]:
        """Write the settings as plain data."""
        columns = {name: list(pair) for name, pair in sorted(self.columns.items())}
        return {"level": self.level, "moved": self.moved, "shifted": self.shifted, "columns": columns}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Read settings, where some may be left out.

        Raises
        ------
        NameUnknownError
            If another one is given.
        ParameterError
            If it is no mapping, or a limit is none.
        """
        known = ("level", "moved", "shifted", "columns")
        if not isinstance(stored, Mapping):
            raise ParameterError.must_be("settings", f"an object with some of {', '.join(known)}", stored)
        for name in stored:
            if name not in known:
                raise NameUnknownError.among("setting", str(name), known)
        return cls(**stored)


def _check(name: str, pair: Any) -> Limits:
    if not isinstance(pair, tuple | list) or len(pair) != 2:
        raise ParameterError.must_be(name, "two limits", pair)
    low, high = (finite_number(name, one) for one in pair)
    if not 0.0 < low < high:
        raise ParameterError.must_be(name, "two limits above 0, the second above the first", pair)
    return low, high
