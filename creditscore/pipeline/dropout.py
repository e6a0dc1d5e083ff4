"""Rows fitted on once more with sources taken away, so that one model knows every combination of them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from creditscore._ground.arrays import Flags, Float64, Int64
from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.data.presence import COMBINATIONS, groups_in, with_groups_alone
from creditscore.data.sources import SOURCE_GROUPS
from creditscore.features.compute import FeatureComputer
from creditscore.features.matrix import FeatureMatrix
from creditscore.model.column_groups import ColumnGroups
from creditscore.model.origins import Origins
from creditscore.pipeline.cells import OutOfFold, with_cells
from creditscore.pipeline.copies import Copies, calibrating, no_copies

if TYPE_CHECKING:
    from creditscore.model.scorer import CreditScorer

# All copies of a row together count as much as this share of the row itself.
WEIGHT_OF_COPIES: Final = 1.0
_APPLICATION: Final = "application"


def copies_of(
    computer: FeatureComputer,
    applications: Applications,
    portfolio: Portfolio,
    matrix: FeatureMatrix,
    copies: int,
    *,
    fewest: int,
    threads: int | None,
) -> Copies:
    """Compute rows once more, each with the sources of one combination alone.

    Which combination is drawn by a hash of the application, so that neither the order of rows nor the others
    that are fitted decide it. A copy in which nothing is missing that the row has, or nothing is left to
    score, is none; where the application says something, to have no source at all is a combination too.

    Parameters
    ----------
    computer : FeatureComputer
    applications : Applications
    portfolio : Portfolio
    matrix : FeatureMatrix
        Features of these applications with every source.
    copies : int
        Of each row on which trees are grown, 0 or more.
    fewest : int
        The smallest number of these rows that will be fitted at once: the fewer, the more copies of each are
        made that only calibrate, up to one for each combination.
    threads : int or None

    References
    ----------
    Srivastava et al. (2014), Dropout: a simple way to prevent neural networks from overfitting; here it is
    whole sources that are dropped, and of the rows, not of the model.
    """
    has_attributes = any(feature.source == _APPLICATION for feature in computer.features)
    choices = _choices(groups_in(portfolio), applications=has_attributes)
    if not copies or not choices:
        return no_copies(len(computer.names))
    drawn = _drawn(applications, max(copies, calibrating(fewest, len(choices))), len(choices))
    rows, values, orders = [], [], []
    for number, groups in enumerate(choices):
        order, who = np.nonzero(drawn == number)
        by_row = np.argsort(who, kind="stable")
        order, who = order[by_row], who[by_row]
        if not who.size:
            continue
        some = with_groups_alone(portfolio, groups)
        made = computer.compute(applications.take(who), some, threads=threads)
        kept = _scorable(made, computer) & ~_alike(made.values, matrix.values[who])
        rows.append(who[kept])
        values.append(made.values[kept])
        orders.append(order[kept])
    every, order = (np.concatenate([np.empty(0, np.int64), *parts]) for parts in (rows, orders))
    weight = np.where(order < copies, WEIGHT_OF_COPIES / copies, 0.0)
    by_row = np.lexsort((order, every))
    made_of = np.concatenate([np.empty((0, len(computer.names))), *values])[by_row]
    return Copies(every[by_row], made_of, weight[by_row], order[by_row], len(choices))


def fitted_with(
    scorer: CreditScorer,
    X: Float64,
    y: Int64,
    copies: Copies,
    *,
    time: Int64,
    groups: np.ndarray,
    sample_weight: Float64 | None,
    sources: ColumnGroups,
    unlabelled: Float64 | None = None,
) -> tuple[CreditScorer, OutOfFold | None]:
    """Fit a scorer on rows and on copies of them; what it reports is of the rows alone.

    Each combination of sources gets a line of calibration of its own, see `with_cells`.

    Parameters
    ----------
    scorer : CreditScorer
    X : ndarray of float64, shape (n_rows, n_features)
    y, time : ndarray of int64, shape (n_rows,)
    copies : Copies
        Numbered by these rows.
    groups : ndarray of str, shape (n_rows,)
    sample_weight : ndarray of float64, shape (n_rows,), or None
    sources : ColumnGroups
        Which columns are of which group of sources.
    unlabelled : ndarray of float64, shape (n_unlabelled, n_features), or None
        Rows without outcome, for the teacher of the scorer.

    Returns
    -------
    fitted : CreditScorer
    rows : OutOfFold or None
        What combinations were calibrated on, if there were copies.
    """
    grown = copies.weight > 0
    of = copies.rows[grown]
    if not of.size:
        how = {"time": time, "groups": groups, "sample_weight": sample_weight, "unlabelled": unlabelled}
        return scorer.fit(X, y, **how), None
    weight = np.ones(len(X)) if sample_weight is None else sample_weight
    fitted = scorer.fit(
        np.concatenate([X, copies.values[grown]]),
        np.concatenate([y, y[of]]),
        time=np.concatenate([time, time[of]]),
        groups=np.concatenate([groups, groups[of]]),
        sample_weight=np.concatenate([weight, copies.weight[grown] * weight[of]]),
        unlabelled=unlabelled,
    )
    return with_cells(_of_rows(fitted, len(X)), X, y, copies, weight, sources)


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


def _choices(present: Collection[str], *, applications: bool) -> tuple[tuple[str, ...], ...]:
    """Every combination of the groups that are there, but all of them; none, where the application tells."""
    absent = set(SOURCE_GROUPS) - set(present)
    found = tuple(one for one in COMBINATIONS if absent.isdisjoint(one) and len(one) < len(present))
    return (*found, ()) if applications and present else found


def _drawn(applications: Applications, copies: int, choices: int) -> Int64:
    """Draw choices for each application, none twice, shape (copies, n_applications)."""
    each = min(copies, choices)
    drawn = np.empty((each, len(applications)), np.int64)
    for row, name in enumerate(applications.application_ids):
        digest = hashlib.blake2b(f"sources of {name}".encode(), digest_size=8).digest()
        drawn[:, row] = np.random.default_rng(int.from_bytes(digest)).permutation(choices)[:each]
    return drawn


def _scorable(made: FeatureMatrix, computer: FeatureComputer) -> Flags:
    asked = [j for j, one in enumerate(computer.features) if one.source == _APPLICATION]
    found: Flags = made.any_rows | ~np.isnan(made.values[:, asked]).all(axis=1)
    return found


def _alike(some: Float64, others: Float64) -> Flags:
    same: Flags = ((some == others) | (np.isnan(some) & np.isnan(others))).all(axis=1)
    return same
