"""Rows fitted on once more with sources taken away, so that one model knows every combination of them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from creditscore._ground.arrays import Flags, Float64, Int64
from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.data.presence import COMBINATIONS, groups_in, with_groups_alone
from creditscore.data.sources import SOURCE_GROUPS
from creditscore.features.compute import FeatureComputer
from creditscore.features.matrix import FeatureMatrix
from creditscore.model.origins import Origins

if TYPE_CHECKING:
    from creditscore.model.scorer import CreditScorer

# All copies of a row together count as much as this share of the row itself.
WEIGHT_OF_COPIES: Final = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Copies:
    """Rows as they would be with some sources taken away.

    Attributes
    ----------
    rows : ndarray of int64, shape (n_copies,)
        Which row each is a copy of.
    values : ndarray of float64, shape (n_copies, n_features)
        Its features.
    weight : ndarray of float64, shape (n_copies,)
        What it counts beside a row of weight 1.
    """

    rows: Int64
    values: Float64
    weight: Float64

    def of(self, rows: Int64) -> Copies:
        """Return the copies of some rows, numbered by their positions in the choice.

        Parameters
        ----------
        rows : ndarray of int64, shape (n_rows,)
            Each once.
        """
        if not self.rows.size:
            return self
        position = np.full(max(int(rows.max(initial=-1)), int(self.rows.max())) + 1, -1, np.int64)
        position[rows] = np.arange(rows.size)
        kept = position[self.rows] >= 0
        return Copies(position[self.rows[kept]], self.values[kept], self.weight[kept])


def no_copies(n_features: int) -> Copies:
    """Return no copies at all."""
    return Copies(np.empty(0, np.int64), np.empty((0, n_features)), np.empty(0))


def copies_of(
    computer: FeatureComputer,
    applications: Applications,
    portfolio: Portfolio,
    matrix: FeatureMatrix,
    copies: int,
    *,
    threads: int | None,
) -> Copies:
    """Compute rows once more, each with the sources of one combination alone.

    Which combination is drawn by a hash of the application, so that neither the order of rows nor the others
    that are fitted decide it. A copy in which nothing is missing that the row has, or nothing is left to
    score, is none.

    Parameters
    ----------
    computer : FeatureComputer
    applications : Applications
    portfolio : Portfolio
    matrix : FeatureMatrix
        Features of these applications with every source.
    copies : int
        Of each row, 0 or more.
    threads : int or None

    References
    ----------
    Srivastava et al. (2014), Dropout: a simple way to prevent neural networks from overfitting; here it is
    whole sources that are dropped, and of the rows, not of the model.
    """
    choices = _choices(groups_in(portfolio))
    if not copies or not choices:
        return no_copies(len(computer.names))
    drawn = _drawn(applications, copies, len(choices))
    rows, values = [], []
    for number, groups in enumerate(choices):
        who = np.flatnonzero((drawn == number).any(axis=0))
        if not who.size:
            continue
        some = with_groups_alone(portfolio, groups)
        made = computer.compute(applications.take(who), some, threads=threads)
        kept = _scorable(made, computer) & ~_alike(made.values, matrix.values[who])
        rows.append(who[kept])
        values.append(made.values[kept])
    every = np.concatenate([np.empty(0, np.int64), *rows])
    weight = np.full(every.size, WEIGHT_OF_COPIES / copies)
    order = np.argsort(every, kind="stable")
    return Copies(every[order], np.concatenate([np.empty((0, len(computer.names))), *values])[order], weight)


def fitted_with(
    scorer: CreditScorer,
    X: Float64,
    y: Int64,
    copies: Copies,
    *,
    time: Int64,
    groups: np.ndarray,
    sample_weight: Float64 | None,
) -> CreditScorer:
    """Fit a scorer on rows and on copies of them; what it reports is of the rows alone.

    Parameters
    ----------
    scorer : CreditScorer
    X : ndarray of float64, shape (n_rows, n_features)
    y, time : ndarray of int64, shape (n_rows,)
    copies : Copies
        Numbered by these rows.
    groups : ndarray of str, shape (n_rows,)
    sample_weight : ndarray of float64, shape (n_rows,), or None
    """
    of = copies.rows
    if not of.size:
        return scorer.fit(X, y, time=time, groups=groups, sample_weight=sample_weight)
    weight = np.ones(len(X)) if sample_weight is None else sample_weight
    fitted = scorer.fit(
        np.concatenate([X, copies.values]),
        np.concatenate([y, y[of]]),
        time=np.concatenate([time, time[of]]),
        groups=np.concatenate([groups, groups[of]]),
        sample_weight=np.concatenate([weight, copies.weight * weight[of]]),
    )
    return _of_rows(fitted, len(X))


def _of_rows(fitted: CreditScorer, n_rows: int) -> CreditScorer:
    """Leave the copies out of what was judged."""
    seen = fitted.report_.index < n_rows
    judged_rows = fitted.report_
    fitted.report_ = replace(
        judged_rows,
        index=judged_rows.index[seen],
        log_odds=judged_rows.log_odds[seen],
        bad=judged_rows.bad[seen],
        weight=judged_rows.weight[seen],
    )
    fitted.folds_ = replace(fitted.folds_, number=fitted.folds_.number[:n_rows])
    judged = fitted.judged_
    if isinstance(judged, Origins):
        blocks = tuple((a[a < n_rows], b[b < n_rows]) for a, b in judged.blocks)
        fitted.judged_ = replace(judged, blocks=blocks)
    else:
        fitted.judged_ = fitted.folds_
    return fitted


def _choices(present: Collection[str]) -> tuple[tuple[str, ...], ...]:
    """Every combination of the groups that are there, but all of them."""
    absent = set(SOURCE_GROUPS) - set(present)
    return tuple(one for one in COMBINATIONS if absent.isdisjoint(one) and len(one) < len(present))


def _drawn(applications: Applications, copies: int, choices: int) -> Int64:
    """Draw choices for each application, none twice, shape (copies, n_applications)."""
    each = min(copies, choices)
    drawn = np.empty((each, len(applications)), np.int64)
    for row, name in enumerate(applications.application_ids):
        digest = hashlib.blake2b(f"sources of {name}".encode(), digest_size=8).digest()
        drawn[:, row] = np.random.default_rng(int.from_bytes(digest)).permutation(choices)[:each]
    return drawn


def _scorable(made: FeatureMatrix, computer: FeatureComputer) -> Flags:
    asked = [j for j, one in enumerate(computer.features) if one.source == "application"]
    found: Flags = made.any_rows | ~np.isnan(made.values[:, asked]).all(axis=1)
    return found


def _alike(some: Float64, others: Float64) -> Flags:
    same: Flags = ((some == others) | (np.isnan(some) & np.isnan(others))).all(axis=1)
    return same
