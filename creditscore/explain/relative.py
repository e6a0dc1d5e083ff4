"""Contributions stated against a population: its reference, and what was explained less its means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore.errors import ExplanationError, ParameterError
from creditscore.explain.contributions import TOLERANCE, Contributions
from creditscore.explain.references import (
    BAND,
    Reference,
    ReferenceName,
    labels_of,
    needed_cutoff,
    scarce_of,
    typical_values,
)

# Cut-offs that a model keeps references for of its own accord: so many points apart, and how many at most.
STEP: Final = 10.0
MOST_STEPS: Final = 20
FEWEST_APPROVED: Final = 20


def reference_of(
    name: ReferenceName,
    explained: Contributions,
    scores: NDArray[np.float64],
    cutoff: float | None,
    *,
    band: float = BAND,
    categories: Sequence[int] = (),
    labels: Mapping[str, Iterable[str | None]] = MappingProxyType({}),
) -> Reference:
    """Choose applicants by their score and average their contributions.

    Parameters
    ----------
    name : {"approved", "near_cutoff"}
    explained : Contributions
        Of a population, against the training mean.
    scores : ndarray of float64, shape (n_applications,)
        Printed score of each.
    cutoff : float
        In points.
    band : float, default 20
        Points on either side of the cut-off that count as near.
    categories : sequence of int
        Columns that hold labels.
    labels : mapping of str to iterable of str
        By feature, the texts that its labels stand for.

    Raises
    ------
    ParameterError
        If there is no cut-off, or nobody to refer to.
    ExplanationError
        If the means do not add up to the mean log-odds.

    Examples
    --------
    >>> values = np.array([[0.5, -0.25], [0.1, -0.3]])
    >>> explained = Contributions(
    ...     values, -2.0, values.sum(axis=1) - 2.0, ("late_6m", "income_6m"), values, ("A1", "A2"), ("", "")
    ... )
    >>> reference_of("approved", explained, np.array([540.0, 610.0]), 600).means
    array([ 0.1, -0.3])
    """
    limit = needed_cutoff(name, cutoff)
    near = name == "near_cutoff"
    if near and not band > 0:
        raise ParameterError.must_be("band", "a number of points above 0", band)
    chosen = np.abs(scores - limit) <= band if near else scores >= limit
    if not chosen.any():
        raise ParameterError(
            f"Nobody in the population is {name.replace('_', ' ')} at a cut-off of {limit:g}. "
            "Give a larger population, or another cut-off."
        )
    means = explained.values[chosen].mean(axis=0) + 0.0  # -0.0 has no canonical form
    start = float(np.broadcast_to(explained.base, chosen.shape)[chosen].mean())
    off = abs(float(means.sum()) + start - float(explained.log_odds[chosen].mean()))
    if not off <= TOLERANCE:
        raise ExplanationError(f"The mean contributions miss the mean log-odds by {off:.3g}.")
    usual = typical_values(explained.data[chosen], categories) + 0.0
    rows, names = int(chosen.sum()), explained.feature_names
    said = labels_of(names, usual, labels)
    rare = scarce_of(names, explained.data[chosen])
    return Reference(name, limit, float(band) if near else None, rows, names, means, usual, said, rare)


def approved_references(
    explained: Contributions,
    scores: NDArray[np.float64],
    *,
    categories: Sequence[int] = (),
    labels: Mapping[str, Iterable[str | None]] = MappingProxyType({}),
) -> tuple[Reference, ...]:
    """Make references of those whom a cut-off would approve, for cut-offs a few points apart.

    Parameters
    ----------
    explained : Contributions
        Of a population, against the training mean.
    scores : ndarray of float64, shape (n_applications,)
        Printed score of each.
    categories : sequence of int
        Columns that hold labels.
    labels : mapping of str to iterable of str
        By feature, the texts that its labels stand for.

    Returns
    -------
    tuple of Reference
        By rising cut-off, each of at least 20 applications; none where there are fewer.
    """
    ordered = np.sort(scores)
    if ordered.size < FEWEST_APPROVED:
        return ()
    lowest, highest = float(ordered[0]), float(ordered[-FEWEST_APPROVED])
    steps = np.arange(np.floor(lowest / STEP), np.floor(highest / STEP) + 1.0) * STEP
    return tuple(
        reference_of("approved", explained, scores, float(step), categories=categories, labels=labels)
        for step in steps[:: max(1, -(-steps.size // MOST_STEPS))]
    )


def relative_to(reference: Reference, explained: Contributions) -> Contributions:
    """State contributions against a population; rows still add up to the log-odds.

    Raises
    ------
    ParameterError
        If the reference was made with other features.
    """
    if explained.feature_names != reference.feature_names:
        raise ParameterError("The reference was made with other features than are explained. Set it again.")
    base = explained.base + float(reference.means.sum())
    return replace(explained, values=explained.values - reference.means, base=base, reference=reference)
