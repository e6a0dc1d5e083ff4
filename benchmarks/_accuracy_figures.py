"""Figures of contestants on the same judged rows, with intervals that resample applicants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from creditscore.validation import performance

Floats = NDArray[np.float64]
RESAMPLES: Final = 400


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """One split as one contestant saw it, ready to be weighed many times.

    Attributes
    ----------
    who : ndarray of int64, shape (n_judged,)
        Applicant of each row by number, in falling order of what was said.
    bad : ndarray of float64, shape (n_judged,)
    first : ndarray of int64, shape (n_distinct,)
        Where each distinct value begins.
    """

    who: NDArray[np.int64]
    bad: Floats
    first: NDArray[np.int64]

    @classmethod
    def made(cls, log_odds: Floats, bad: Floats, who: NDArray[np.int64]) -> Judged:
        """Sort once."""
        order = np.argsort(-log_odds, kind="stable")
        ordered = log_odds[order]
        first = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
        return cls(who[order], bad[order].astype(np.float64), first)

    def auc(self, weight: Floats) -> float:
        """AUC where each applicant counts ``weight`` times, shape (n_applicants,); NaN without both."""
        row = weight[self.who]
        bads = np.add.reduceat(row * self.bad, self.first)
        goods = np.add.reduceat(row * (1.0 - self.bad), self.first)
        total = bads.sum() * goods.sum()
        if total == 0.0:
            return float("nan")
        below = goods.sum() - np.cumsum(goods)
        return float((bads * (below + goods / 2.0)).sum() / total)


def drawn(
    bad: NDArray[np.int64], who: NDArray[Any], resamples: int = RESAMPLES
) -> tuple[NDArray[np.int64], Floats]:
    """Number the applicants, and draw how often each counts; with and without a bad outcome apart.

    Returns
    -------
    ndarray of int64, shape (n_rows,), and ndarray of float64, shape (1 + resamples, n_applicants)
        The first draw counts everyone once.
    """
    _, number = np.unique(who, return_inverse=True)
    has_bad = np.bincount(number, weights=bad) > 0
    weight = np.ones((1 + resamples, len(has_bad)))
    random = np.random.default_rng(0)
    for kind in (np.flatnonzero(has_bad), np.flatnonzero(~has_bad)):
        for row in range(1, 1 + resamples):
            weight[row, kind] = np.bincount(random.integers(0, len(kind), len(kind)), minlength=len(kind))
    return number.astype(np.int64), weight


def aucs(splits: Sequence[Judged], weight: Floats) -> Floats:
    """Mean AUC over splits for each draw, shape (1 + resamples,)."""
    values = np.array([[one.auc(row) for one in splits] for row in weight])
    return np.nanmean(values, axis=1)


def interval(values: Floats) -> dict[str, float]:
    """The value of the first draw, and the 95 % interval of the others."""
    low, high = np.nanquantile(values[1:], [0.025, 0.975])
    error = float(np.nanstd(values[1:]))
    return {"value": float(values[0]), "low": float(low), "high": float(high), "error": error}


def of_set(
    bad: NDArray[np.int64],
    who: NDArray[Any],
    said: Mapping[str, Mapping[str, tuple[Floats, NDArray[np.int64]]]],
    references: Sequence[str],
    ours: Sequence[str],
) -> dict[str, Any]:
    """Compare contestants on the splits that each pair of them has judged.

    Parameters
    ----------
    bad, who : ndarray, shape (n_rows,)
    said : mapping of contestant to mapping of split to (ndarray, ndarray), both shape (n_judged,)
        Log-odds and row numbers.
    references, ours : sequence of str
        Whose best is the reference, and who is compared with it.
    """
    number, weight = drawn(bad, who)
    by_split = {
        name: {
            key: Judged.made(log_odds, bad[rows], number[rows]) for key, (log_odds, rows) in splits.items()
        }
        for name, splits in said.items()
    }
    curves = {name: aucs(list(splits.values()), weight) for name, splits in by_split.items()}
    found: dict[str, Any] = {"auc": {name: interval(values) for name, values in curves.items()}}
    there = [name for name in references if name in curves]
    best = max(there, key=lambda name: curves[name][0]) if there else None
    found["reference"] = best
    found["difference"] = {
        mine: {
            other: _paired(by_split[mine], by_split[other], curves[mine], curves[other], weight)
            for other in curves
            if other != mine
        }
        for mine in ours
        if mine in curves
    }
    found["calibration"] = {name: _calibration(bad, said[name]) for name in ours if name in said}
    return found


def _paired(
    mine: Mapping[str, Judged], other: Mapping[str, Judged], of_mine: Floats, of_other: Floats, weight: Floats
) -> dict[str, float]:
    both = [key for key in mine if key in other]
    if len(both) < len(mine):
        of_mine = aucs([mine[key] for key in both], weight)
    if len(both) < len(other):
        of_other = aucs([other[key] for key in both], weight)
    return interval(of_mine - of_other) | {"splits": len(both)}


def _calibration(
    bad: NDArray[np.int64], splits: Mapping[str, tuple[Floats, NDArray[np.int64]]]
) -> dict[str, Any]:
    """Slope, log loss and mean probability over the splits of the first repeat, each row once."""
    first = [key for key in splits if key.startswith("0.")]
    log_odds = np.concatenate([splits[key][0] for key in first])
    outcome = bad[np.concatenate([splits[key][1] for key in first])]
    figures = performance(outcome, log_odds, resamples=200, threads=1)
    shown = {
        name: {"value": figures[name].value, "low": figures[name].low, "high": figures[name].high}
        for name in ("calibration_slope", "log_loss", "brier")
    }
    mean = float(np.mean(1.0 / (1.0 + np.exp(-log_odds))))
    return shown | {"mean_pd": mean, "bad_rate": float(outcome.mean())}
