"""Whether what comes in is still what the model was built for: population stability on frozen bins.

References
----------
Siddiqi (2006), Credit Risk Scorecards, ch. 9: the index and its usual limits of .10 and .25. Yurdakul and
Naranjo (2020), "Statistical properties of the population stability index", J. of Risk Model Validation
14(4): without drift, the index times ``1 / (1/n + 1/m)`` is close to chi-squared with bins less one
degrees of freedom.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from types import MappingProxyType
from typing import Any, Final, Literal, Self, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaincc

from creditscore._ground.canonical import canonical, sha256
from creditscore.errors import ArtefactError, NameUnknownError, ParameterError
from creditscore.monitoring.bins import Bins, drawn, length_of

Verdict: TypeAlias = Literal["steady", "moved", "shifted", "few"]

SCHEMA: Final = "creditscore.frozen-bins/1"
MOVED: Final = 0.10
SHIFTED: Final = 0.25
BINS: Final = 10
LEVEL: Final = 0.01
FEWEST_ROWS: Final = 50
_MOST_BINS: Final = 100
# What is added to each count, so that an empty bin has a logarithm (Jeffreys).
_HALF: Final = 0.5
_CELL: Final = "padding:2px 12px;text-align:right"


@dataclass(frozen=True, slots=True)
class ColumnDrift:
    """One column beside its reference.

    Attributes
    ----------
    name : str
    psi : float
        Population stability index over all bins, that of missing values among them; 0 for no change.
    p_value : float
        Chance of so large an index without drift.
    missing_before, missing_now : float
        Shares of missing values.
    unseen : float
        Of a column of labels, the share of rows whose label the reference never had.
    verdict : {"steady", "moved", "shifted", "few"}
        ``"moved"`` from .10 on and ``"shifted"`` from .25 on, where chance alone is less likely than the
        level of the table; ``"few"`` where there are too few rows to tell.
    """

    name: str
    psi: float
    p_value: float
    missing_before: float
    missing_now: float
    unseen: float
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class DriftTable:
    """All columns beside their reference, largest change first.

    Attributes
    ----------
    columns : tuple of ColumnDrift
    rows : int
        How many were looked at.
    level : float
        Chance that any of the columns is called moved without drift (Bonferroni), at this one look.
    """

    columns: tuple[ColumnDrift, ...]
    rows: int
    level: float

    def __getitem__(self, name: str) -> ColumnDrift:
        for column in self.columns:
            if column.name == name:
                return column
        raise NameUnknownError.among("column", name, tuple(one.name for one in self.columns))

    @property
    def alerts(self) -> tuple[ColumnDrift, ...]:
        """Columns that moved or shifted."""
        return tuple(one for one in self.columns if one.verdict in ("moved", "shifted"))

    def to_dict(self) -> dict[str, Any]:
        """Write the table as plain data."""
        columns = [{name: getattr(one, name) for name in one.__slots__} for one in self.columns]
        return {"rows": self.rows, "level": self.level, "columns": columns}

    def __str__(self) -> str:
        width = max([6, *(len(one.name) for one in self.columns)])
        lines = [f"{'column':<{width}}     PSI  p value  missing before, now  unseen  verdict"]
        lines += [
            f"{one.name:<{width}}  {one.psi:>6.3f}  {one.p_value:>7.2g}  {one.missing_before:>14.1%}, "
            f"{one.missing_now:.1%}  {one.unseen:>6.1%}  {one.verdict}"
            for one in self.columns
        ]
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        names = ("column", "PSI", "p value", "missing before", "missing now", "unseen", "verdict")
        head = "".join(f'<th style="{_CELL}">{name}</th>' for name in names)
        body = "".join(
            "<tr>"
            + "".join(
                f'<td style="{_CELL}">{escape(cell)}</td>'
                for cell in (
                    one.name, f"{one.psi:.3f}", f"{one.p_value:.2g}", f"{one.missing_before:.1%}",
                    f"{one.missing_now:.1%}", f"{one.unseen:.1%}", one.verdict,
                )
            )
            + "</tr>"
            for one in self.columns
        )  # fmt: skip
        return f"<table dir='auto'><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


@dataclass(frozen=True, slots=True, eq=False)
class BinCounts:
    """What came in, counted by the bins of a reference.

    Attributes
    ----------
    rows : int
    columns : mapping of str to (ndarray of int64, int)
        Of each column, rows by bin, shape (n_bins + 1,), missing values last; and those with a label that the
        reference never had.
    """

    rows: int
    columns: Mapping[str, tuple[NDArray[np.int64], int]]


@dataclass(frozen=True, slots=True)
class FrozenBins:
    """Bins of a reference, drawn once and kept: drawn anew on what comes in, they would hide what moved.

    Attributes
    ----------
    rows : int
        Of the reference.
    names : tuple of str
        Columns.
    sha256 : str

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> frozen = FrozenBins.learned({"score": rng.normal(600, 50, 5000)})
    >>> print(frozen.compare({"score": rng.normal(600, 50, 2000)}))
    column     PSI  p value  missing before, now  unseen  verdict
    score    0.007     0.38            0.0%, 0.0%    0.0%  steady
    >>> frozen.compare({"score": rng.normal(570, 50, 2000)})["score"].verdict
    'shifted'
    """

    rows: int
    _columns: Mapping[str, Bins]

    @classmethod
    def learned(cls, columns: Mapping[str, ArrayLike], *, bins: int = BINS) -> Self:
        """Draw bins of about equal size.

        Parameters
        ----------
        columns : mapping of str to array-like, shape (n,)
            Numbers (NaN is missing) or texts (None is missing) of the reference: scores, features, main
            reasons, sources.
        bins : int, default 10
            Of numbers, at most; fewer where values are tied. Texts have one a label, 50 at most: those of the
            most frequent ones, and one of all others.

        Raises
        ------
        ParameterError
            If columns differ in length, hold fewer than 50 rows, or something else than numbers and texts.
        """
        if isinstance(bins, bool) or not isinstance(bins, int) or not 2 <= bins <= _MOST_BINS:
            raise ParameterError.must_be("bins", f"a whole number from 2 to {_MOST_BINS}", bins)
        rows = length_of(columns)
        if rows < FEWEST_ROWS:
            raise ParameterError.must_be("columns", f"of {FEWEST_ROWS} rows or more", rows)
        return cls(rows, MappingProxyType({name: drawn(part, name, bins) for name, part in columns.items()}))

    @property
    def names(self) -> tuple[str, ...]:
        """Columns."""
        return tuple(self._columns)

    def is_text(self, name: str) -> bool:
        """Tell whether a column is one of texts."""
        return self._columns[name].labels is not None

    @property
    def sha256(self) -> str:
        """Hash of all of it."""
        return sha256(canonical(self._plain()))

    def compare(
        self,
        columns: Mapping[str, ArrayLike],
        *,
        level: float = LEVEL,
        limits: Mapping[str, tuple[float, float]] | None = None,
    ) -> DriftTable:
        """Hold what came in against the reference.

        Parameters
        ----------
        columns : mapping of str to array-like, shape (n,)
            The same columns, all of them.
        level : float, default 0.01
            Chance that any column is called moved without drift.
        limits : mapping of str to (float, float), optional
            Of some columns, the indices from which on they have moved and shifted; default: .10 and .25.

        Raises
        ------
        ParameterError
            If a column is missing or unknown, or they differ in length.
        """
        return self.compare_counts(self.count(columns), level=level, limits=limits)

    def count(self, columns: Mapping[str, ArrayLike]) -> BinCounts:
        """Count rows by bin: counts of parts of what came in add up to those of the whole.

        Parameters
        ----------
        columns : mapping of str to array-like, shape (n,)
            The same columns, all of them.

        Raises
        ------
        ParameterError
            If a column is missing or unknown, or they differ in length.
        """
        unknown = [*(name for name in columns if name not in self._columns)]
        if unknown:
            raise NameUnknownError.among("column of the reference", unknown[0], self.names)
        absent = [name for name in self._columns if name not in columns]
        if absent:
            raise ParameterError(f"The column {absent[0]!r} of the reference is not given. Give all of them.")
        counted = {name: self._columns[name].count(values, name) for name, values in columns.items()}
        return BinCounts(length_of(columns), MappingProxyType(counted))

    def compare_counts(
        self,
        counts: BinCounts,
        *,
        level: float = LEVEL,
        limits: Mapping[str, tuple[float, float]] | None = None,
    ) -> DriftTable:
        """Hold counts of what came in against the reference.

        Parameters
        ----------
        counts : BinCounts
            From `count`, or the sum of several.
        level, limits
            As for `compare`.
        """
        if not 0.0 < level < 1.0:
            raise ParameterError.must_be("level", "within 0 and 1", level)
        each = level / len(counts.columns)
        found = [
            self._compared(name, one, counts.rows, each, (limits or {}).get(name, (MOVED, SHIFTED)))
            for name, one in counts.columns.items()
        ]
        return DriftTable(tuple(sorted(found, key=lambda one: (-one.psi, one.name))), counts.rows, level)

    def _compared(
        self,
        name: str,
        counted: tuple[NDArray[np.int64], int],
        rows: int,
        level: float,
        limits: tuple[float, float],
    ) -> ColumnDrift:
        now, unseen = counted
        before = np.array(self._columns[name].counts, np.int64)
        used = (before > 0) | (now > 0)
        index = _psi(before[used], now[used])
        p_value = 1.0
        if rows and used.sum() > 1:
            scaled = index / (1.0 / self.rows + 1.0 / rows)
            p_value = float(gammaincc((int(used.sum()) - 1) / 2.0, scaled / 2.0))
        moved, shifted = limits
        large: Verdict = "shifted" if index >= shifted else "moved" if index >= moved else "steady"
        certain = large if p_value < level else "steady"
        return ColumnDrift(
            name=name,
            psi=index,
            p_value=p_value,
            missing_before=float(before[-1]) / self.rows,
            missing_now=float(now[-1]) / rows if rows else 0.0,
            unseen=unseen / rows if rows else 0.0,
            verdict="few" if rows < FEWEST_ROWS else certain,
        )

    def to_dict(self) -> dict[str, Any]:
        """Write the bins as plain data."""
        return self._plain() | {"sha256": self.sha256}

    def _plain(self) -> dict[str, Any]:
        columns = {
            name: {
                "edges": None if one.edges is None else list(one.edges),
                "labels": None if one.labels is None else list(one.labels),
                "counts": list(one.counts),
            }
            for name, one in self._columns.items()
        }
        return {"schema": SCHEMA, "rows": self.rows, "columns": columns, "order": list(columns)}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote.

        Raises
        ------
        ArtefactError
            If it is none, or was changed.
        """
        try:
            kept = {
                str(name): Bins(
                    None
                    if stored["columns"][name]["edges"] is None
                    else tuple(map(float, stored["columns"][name]["edges"])),
                    None
                    if stored["columns"][name]["labels"] is None
                    else tuple(map(str, stored["columns"][name]["labels"])),
                    tuple(map(int, stored["columns"][name]["counts"])),
                )
                for name in stored["order"]
            }
            read = cls(int(stored["rows"]), MappingProxyType(kept))
            same = read.sha256 == stored["sha256"] and stored["schema"] == SCHEMA
        except (LookupError, OverflowError, TypeError, ValueError, AttributeError) as error:
            raise ArtefactError(f"The frozen bins cannot be read: {error!r}.") from error
        if not same:
            raise ArtefactError("The frozen bins were changed, or are of another version. Learn them anew.")
        return read

    def __repr__(self) -> str:
        return f"FrozenBins({len(self._columns)} columns, {self.rows:,} rows, {self.sha256[:12]})"


def _psi(before: NDArray[np.int64], now: NDArray[np.int64]) -> float:
    if not now.sum():
        return 0.0
    first, second = ((part + _HALF) / (part + _HALF).sum() for part in (before, now))
    return float(((second - first) * np.log(second / first)).sum())
