"""Bounds that the quality of a portfolio must keep, from code or from a file."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Self

from creditscore._ground.canonical import read_json
from creditscore._ground.files import read_bounded
from creditscore.data.quality.figures import CHECKS
from creditscore.data.sources import SOURCES, source_of
from creditscore.data.tables.contracts import APPLICATIONS, CONTRACTS
from creditscore.errors import NameUnknownError, ParameterError

_MOST_BYTES: Final = 1 << 20
_SHARES: Final = (
    "refused_share", "duplicate_share", "impossible_share", "gap_ratio", "unknown_share", "parties_share",
)  # fmt: skip
_ABOVE_ONE: Final = ("scale_ratio",)


@dataclass(frozen=True, slots=True)
class QualityBounds:
    """What the quality of a portfolio must keep.

    Parameters
    ----------
    refused_share : float, default 0.0
        Largest share of the rows of a table that may have been set aside, within 0 and 1.
    duplicate_share : float, default 0.005
        Largest share of rows that say what another row says; of one month, ten times that.
    impossible_share : float, default 0.0
        Largest share of rows in an impossible order of times.
    gap_ratio : float, default 0.25
        Smallest number of rows of a month, as a share of the median of the two months before it, or of those
        after it if that is less.
    silence_ratio : float, default 3.0
        Longest silence at the end of a table, in units of the longest silence before, where `freshness` says
        nothing of its source. Silences under 14 days are never too long.
    scale_ratio : float, default 20.0
        Largest factor between the median amount of a month and that of the other months; above 1. Of one
        person against everyone, five times that.
    drift_psi : float, default 0.25
        Largest population stability index of a month of 500 rows or more against the three months on each
        side, beyond three times what chance alone gives among as many people; four times what is usual of
        the column is allowed too. By rule of thumb more than 0.25 is another population (Siddiqi, Credit Risk
        Scorecards, 2006).
    unknown_share : float, default 0.5
        Largest share of applicants whom no table knows, within 0 and 1.
    parties_share : float, default 0.0
        Largest share of rows of ``parties`` that name an application which is not among those given.
    completeness : mapping of str to float
        Smallest share of rows with a value, by ``table.column``.
    freshness : mapping of str to float
        Largest age in days of the last row that was known, by source.
    ignore : tuple of str
        Checks that are measured and break no bound.

    Examples
    --------
    >>> QualityBounds.from_dict({"drift_psi": 0.1, "freshness": {"payments": 3}}).freshness["payments"]
    3.0
    """

    refused_share: float = 0.0
    duplicate_share: float = 0.005
    impossible_share: float = 0.0
    gap_ratio: float = 0.25
    silence_ratio: float = 3.0
    scale_ratio: float = 20.0
    drift_psi: float = 0.25
    unknown_share: float = 0.5
    parties_share: float = 0.0
    completeness: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    freshness: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    ignore: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for one in fields(self):
            if isinstance(one.default, float):
                object.__setattr__(self, one.name, _number(one.name, getattr(self, one.name)))
        for name, most in (("completeness", 1.0), ("freshness", math.inf)):
            given = getattr(self, name)
            if not isinstance(given, Mapping):
                raise ParameterError.must_be(name, "numbers by name", given)
            checked = {str(key): _within(f"{name}.{key}", value, 0.0, most) for key, value in given.items()}
            object.__setattr__(self, name, MappingProxyType(checked))
        if isinstance(self.ignore, str) or not isinstance(self.ignore, list | tuple):
            raise ParameterError.must_be("ignore", "a list of checks", self.ignore)
        object.__setattr__(self, "ignore", tuple(self.ignore))
        self._check_names()

    def _check_names(self) -> None:
        for source in self.freshness:
            if source not in SOURCES:
                raise NameUnknownError.among("source", source, tuple(SOURCES))
        for check in self.ignore:
            if check not in CHECKS:
                raise NameUnknownError.among("check", check, tuple(CHECKS))
        for name in self.completeness:
            table, _, column = name.partition(".")
            if table not in (*CONTRACTS, APPLICATIONS.name):
                raise NameUnknownError.among("table", table, (*CONTRACTS, APPLICATIONS.name))
            if not column:
                raise ParameterError.must_be("completeness", "by table.column, like 'payments.balance'", name)

    def freshness_of(self, table: str) -> float | None:
        """Largest age in days of a table by the bound of its source; None where none is given."""
        return None if table not in CONTRACTS else self.freshness.get(_source(table))

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read bounds from plain data; a name that is none is refused.

        Raises
        ------
        NameUnknownError
            If a bound, a table, a source or a check is not known.
        ParameterError
            If a value is none that it can take.
        """
        if not isinstance(data, Mapping):
            raise ParameterError.must_be("bounds", "an object of names and values", data)
        known = tuple(one.name for one in fields(cls))
        for name in data:
            if name not in known:
                raise NameUnknownError.among("bound", name, known)
        return cls(**data)

    @classmethod
    def from_file(cls, path: str | Path) -> Self:
        """Read bounds from a file that ends with ``.toml`` or ``.json``.

        Raises
        ------
        ParameterError
            If the file is no such file.
        """
        file = Path(path)
        content = read_bounded(file, _MOST_BYTES)
        match file.suffix.lower():
            case ".toml":
                try:
                    return cls.from_dict(tomllib.loads(content.decode("utf-8")))
                except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
                    raise ParameterError(f"{file.name} is no TOML: {error}. Correct it.") from None
            case ".json":
                return cls.from_dict(read_json(content, file.name))
        raise ParameterError.must_be("bounds", "a file that ends with .toml or .json", str(path))

    def to_dict(self) -> dict[str, Any]:
        """Write the bounds as plain data, which `from_dict` reads."""
        made = {one.name: getattr(self, one.name) for one in fields(self)}
        lists = {"completeness": dict(self.completeness), "freshness": dict(self.freshness)}
        return made | lists | {"ignore": list(self.ignore)}


def _source(table: str) -> str:
    """Return the source of a table; a table that belongs to none is its own."""
    try:
        return source_of(table).name
    except NameUnknownError:
        return table


def _number(name: str, value: object) -> float:
    least, most = (1.0, math.inf) if name in _ABOVE_ONE else (0.0, 1.0 if name in _SHARES else math.inf)
    return _within(name, value, least, most)


def _within(name: str, value: object, least: float, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise ParameterError.must_be(name, f"a number within {least:g} and {most:g}", value)
    return float(value)
