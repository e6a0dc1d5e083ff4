"""The bins of a scorecard: few, monotone where a sign is declared, and what each says of risk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.extras import needs
from creditscore.model.card_joining import joined

Floats = NDArray[np.float64]
Binning: TypeAlias = Literal["merge", "optbinning"]

_SMOOTHING: Final = 30.0
# As fine as the smallest bin that is usual: one row in a hundred.
_FINEST: Final = 100
_ROUNDING: Final = 1e-12
# At every so many of the finest bins risk may turn where no sign is declared.
_TURNS: Final = 10


@dataclass(frozen=True, slots=True)
class BinSettings:
    """How columns are cut.

    Attributes
    ----------
    binning : {"merge", "optbinning"}
        Who proposes cuts, see `CUTTERS`.
    most : int
        Bins at most, a missing one apart.
    least_rows : int
        Rows of a bin at least.
    """

    binning: Binning
    most: int
    least_rows: int


@dataclass(frozen=True, slots=True, eq=False)
class CardBins:
    """The bins of one feature.

    Attributes
    ----------
    column : int
        Which feature.
    cuts : ndarray of float64, shape (n_bins - 1,)
        Quantities: upper bounds of all bins but the last, on the scale on which risk rises with signed
        features; a value on a bound belongs below it. Empty for labels.
    labels : tuple of tuple of int, length n_bins
        Labels: the codes of each bin, least risk first. Empty for quantities.
    evidence : ndarray of float64, shape (n_bins + 1,)
        ``ln(share of bads / share of goods)`` of each bin, and of a missing value or an unknown label in the
        last position: above 0 where risk is high.
    bads, goods : ndarray of float64, shape (n_bins + 1,)
        Weight of each.
    rows : ndarray of int64, shape (n_bins + 1,)
        Training rows of each.
    information_value : float
        Sum over bins of (share of bads - share of goods) times evidence, 0 or more.
    """

    column: int
    cuts: Floats
    labels: tuple[tuple[int, ...], ...]
    evidence: Floats
    bads: Floats
    goods: Floats
    rows: NDArray[np.int64]
    information_value: float

    @property
    def n_bins(self) -> int:
        """Number of bins, a missing one apart."""
        return len(self.evidence) - 1

    @classmethod
    def learned(
        cls, column: int, values: Floats, bad: Floats, weight: Floats, *, signed: bool, unknown: int | None,
        settings: BinSettings,
    ) -> CardBins:  # fmt: skip
        """Cut one column.

        Parameters
        ----------
        column : int
            Which feature.
        values : ndarray of float64, shape (n_rows,)
            As the trees read it: oriented, or codes of labels.
        bad, weight : ndarray of float64, shape (n_rows,)
            1 for bad and 0 for good; above 0.
        signed : bool
            Whether risk must rise with the values.
        unknown : int or None
            The code of an unknown label; None for quantities.
        settings : BinSettings
        """
        known = ~np.isnan(values) if unknown is None else values != unknown
        cuts: Floats = np.empty(0)
        labels: tuple[tuple[int, ...], ...] = ()
        if known.any() and unknown is None:
            cuts = CUTTERS[settings.binning](values[known], bad[known], weight[known], signed, settings)
        elif known.any():
            labels = _grouped_labels(values[known], bad[known], weight[known], settings)
        position = positions(values, cuts, labels, unknown)
        n = (len(cuts) + 1 if unknown is None else max(len(labels), 1)) + 1
        bads: Floats = np.bincount(position, weight * bad, n).astype(np.float64)
        goods: Floats = np.bincount(position, weight * (1 - bad), n).astype(np.float64)
        rows = np.bincount(position, minlength=n)
        evidence = _evidence(bads, goods)
        if signed:
            evidence[:-1] = _risen(evidence[:-1], (bads + goods)[:-1])
            evidence[-1] = max(evidence[-1], evidence[:-1].min())
        if rows[-1] < settings.least_rows:
            evidence[-1] = evidence[:-1].max()
        shares = bads / bads.sum() - goods / goods.sum()
        seen = rows > 0
        value = float((shares * _evidence(bads, goods))[seen].sum())
        return cls(column, cuts, labels, evidence, bads, goods, rows, max(value, 0.0))

    def transform(self, values: Floats, unknown: int | None) -> Floats:
        """Look up the evidence of each value, shape (n_rows,), of encoded values, shape (n_rows,)."""
        return self.evidence[positions(values, self.cuts, self.labels, unknown)]


def positions(
    values: Floats, cuts: Floats, labels: tuple[tuple[int, ...], ...], unknown: int | None
) -> NDArray[np.intp]:
    """Number the bin of each value, the last one being that of what is missing or unknown.

    Parameters
    ----------
    values : ndarray of float64, shape (n_rows,)
        Encoded.
    cuts, labels, unknown
        As `CardBins` has them.

    Returns
    -------
    ndarray of int, shape (n_rows,)
    """
    if unknown is None:
        return np.where(np.isnan(values), len(cuts) + 1, np.searchsorted(cuts, values, side="left"))
    of_code = np.full(unknown + 1, max(len(labels), 1), np.intp)
    for number, codes in enumerate(labels):
        of_code[list(codes)] = number
    found: NDArray[np.intp] = of_code[values.astype(np.intp)]
    return found


def _evidence(bads: Floats, goods: Floats) -> Floats:
    """Shrunk, as if so many more rows of the mean risk stood in each bin: few rows tell little."""
    rate = float(bads.sum() / (bads.sum() + goods.sum()))
    odds = (bads + _SMOOTHING * rate) / (goods + _SMOOTHING * (1.0 - rate))
    found: Floats = np.log(odds * (1.0 - rate) / rate)
    return found


def _risen(evidence: Floats, weight: Floats) -> Floats:
    """Evidence that never falls: smoothing and weights may have bent what the cuts kept straight."""
    from scipy.optimize import isotonic_regression

    risen: Floats = isotonic_regression(evidence, weights=np.maximum(weight, 1e-12)).x
    return risen


def _merged(values: Floats, bad: Floats, weight: Floats, signed: bool, settings: BinSettings) -> Floats:
    """Cut finely, then join neighbours: against the trend, too small, or telling too little.

    Without a sign the trend is the one that tells most for its bins: rising, falling, both, or none at all.
    """
    edges = _edges(values, weight, min(_FINEST, max(2, len(values) // settings.least_rows)))
    position = np.searchsorted(edges, values, side="left")
    groups = _counted(position, len(edges) + 1, bad, weight)
    ways = [(1, 0)] if signed else [(0, 0), (1, 0), (-1, 0), *_turning(groups)]
    found = [(joined(groups, *way, settings.most, settings.least_rows), way[1] > 0) for way in ways]
    return edges[max(found, key=lambda one: _tells(groups, *one))[0][:-1]]


def _turning(groups: Floats) -> list[tuple[int, int]]:
    """Trends and where they begin: here and there, and where risk is least or most."""
    bads, weight, _ = groups.T
    risk = (bads + _SMOOTHING * bads.sum() / weight.sum()) / (weight + _SMOOTHING)
    there = range(_TURNS, len(groups), _TURNS)
    valleys, peaks = {int(risk.argmin()), *there}, {int(risk.argmax()), *there}
    return [(1, turn) for turn in sorted(valleys) if turn] + [(-1, turn) for turn in sorted(peaks) if turn]


def _edges(values: Floats, weight: Floats, parts: int) -> Floats:
    """Quantiles, and the bounds on both sides of each value that as many rows share as lie between two."""
    shares = np.arange(1, parts) / parts
    found, position = np.unique(values, return_inverse=True)
    of_each = np.bincount(position, weight) / weight.sum()
    quantiles = np.searchsorted(np.cumsum(of_each), shares - _ROUNDING)
    shared = np.flatnonzero(of_each >= 1.0 / parts - _ROUNDING)
    bounds = np.unique(np.concatenate([quantiles, shared, np.maximum(shared - 1, 0)]))
    edges: Floats = found[bounds[bounds < len(found) - 1]]
    return edges


def _counted(position: NDArray[np.intp], n: int, bad: Floats, weight: Floats) -> Floats:
    """Weight of bads, weight, and rows of each group, shape (n, 3)."""
    columns = [np.bincount(position, of, n) for of in (weight * bad, weight, np.ones(len(bad)))]
    return np.ascontiguousarray(np.array(columns, np.float64).T)


def _tells(groups: Floats, ends: NDArray[np.int64], turns: bool) -> float:
    """How much joined groups tell, less what as many, and two for a turn, tell by chance (Schwarz 1978)."""
    bads, weight, _ = np.add.reduceat(groups, np.append(0, ends[:-1] + 1)).T
    mean = bads.sum() / weight.sum()
    apart = float((weight * (bads / weight - mean) ** 2).sum() / max(mean * (1.0 - mean), 1e-12))
    return apart - float(np.log(max(weight.sum(), np.e))) * (len(ends) - 1 + 2 * turns)


def _by_optbinning(
    values: Floats, bad: Floats, weight: Floats, signed: bool, settings: BinSettings
) -> Floats:
    """Cuts of the most information under the constraints: Navas-Palencia (2020), arXiv 2001.08025."""
    with needs("Scorecard(binning='optbinning')", package="optbinning", extra="scorecard"):
        from optbinning import OptimalBinning
    if len(np.unique(values)) < 2 or len(np.unique(bad)) < 2:
        return np.empty(0)
    share = min(max(settings.least_rows / len(values), 0.01), 0.5)
    binning = OptimalBinning(
        dtype="numerical", monotonic_trend="ascending" if signed else "auto", max_n_bins=settings.most,
        min_bin_size=share, min_prebin_size=share,
    )  # fmt: skip
    found = binning.fit(values, bad.astype(np.int64), sample_weight=weight)
    # It takes a value on a bound for the bin above.
    return np.nextafter(np.asarray(found.splits, np.float64), -np.inf)


CUTTERS: Final[Mapping[str, Callable[[Floats, Floats, Floats, bool, BinSettings], Floats]]] = (
    MappingProxyType({"merge": _merged, "optbinning": _by_optbinning})
)


def _grouped_labels(
    codes: Floats, bad: Floats, weight: Floats, settings: BinSettings
) -> tuple[tuple[int, ...], ...]:
    """Order labels by how risky they were, and join neighbours that are small or cannot be set apart."""
    found, position = np.unique(codes, return_inverse=True)
    table = _counted(position, len(found), bad, weight)
    prior = float(table[:, 0].sum() / table[:, 1].sum())
    order = np.argsort((table[:, 0] + _SMOOTHING * prior) / (table[:, 1] + _SMOOTHING), kind="stable")
    ends = joined(table[order], 0, 0, settings.most, settings.least_rows)
    parts = np.split(found[order].astype(int), ends[:-1] + 1)
    return tuple(tuple(part.tolist()) for part in parts)
