"""Whom a decision compares an applicant with: those whom its cut-off approves, kept with the model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.explain.references import BAND, Reference, ReferenceName, needed_cutoff
from creditscore.explain.relative import FEWEST_APPROVED, approved_references, reference_of
from creditscore.reasons.categories import texts_of_categories
from creditscore.scoring.model import ScoringModel

# Rows of the training that references are made of.
MOST_ROWS: Final = 2_000


def reference_for(model: ScoringModel, cutoff: float | None) -> Reference:
    """Return whom a decision at a cut-off compares an applicant with.

    Those whom the cut-off approves; where the model keeps no reference at that very cut-off, those whom the
    next higher one approves; all rows of the training without a cut-off, or where none is kept.

    Parameters
    ----------
    model : ScoringModel
    cutoff : float or None
        In points.
    """
    approved = {one.cutoff: one for one in model.references if one.name == "approved"}
    cutoffs = sorted(kept for kept in approved if kept is not None)
    if cutoff is None or not cutoffs:
        return model.references[0]
    return approved[next((kept for kept in cutoffs if kept >= cutoff), cutoffs[-1])]


def with_reference(
    model: ScoringModel,
    name: ReferenceName,
    applications: Applications,
    portfolio: Portfolio,
    *,
    cutoff: float,
    band: float,
    threads: int | None = None,
) -> ScoringModel:
    """Return the model with one more reference, or that one renewed; see `CreditPipeline.set_reference`."""
    needed_cutoff(name, cutoff)
    _, matrix, _ = model.computed(applications, portfolio, threads=threads, on_mismatch="refuse")
    rows = np.flatnonzero(model.scorable(matrix))
    ids = [matrix.application_ids[row] for row in rows.tolist()]
    features = model.computer.features
    explained = model.explainer.contributions(matrix.values[rows], features, ids, threads=threads)
    made = reference_of(
        name,
        explained,
        np.asarray(model.scale.score(explained.log_odds), np.float64),
        cutoff,
        band=band,
        categories=sorted(model.fitted.categories),
        labels=texts_of_categories(features, applications),
    )
    kept = [one for one in model.references if (one.name, one.cutoff) != (name, made.cutoff)]
    kept.append(made)
    kept.sort(key=lambda one: (one.name != "training_mean", one.name, one.cutoff or 0.0))
    return replace(model, references=tuple(kept))


def renewed(
    model: ScoringModel, X: NDArray[np.float64], applications: Applications, *, threads: int | None = None
) -> ScoringModel:
    """Return the model with its references made anew of other rows, those of the training mean kept.

    Parameters
    ----------
    model : ScoringModel
    X : ndarray of float64, shape (n_rows, n_features)
        Newer rows: a few thousand of them are taken, evenly.
    applications : Applications
        Bring the words of categories.
    threads : int, optional

    Returns
    -------
    ScoringModel
        Without a reference that too few of the rows belong to.
    """
    own = [one for one in model.references if one.name == "training_mean"]
    made = with_approved(replace(model, references=tuple(own)), X, applications, threads=threads)
    there = {(one.name, one.cutoff, one.band) for one in made.references}
    asked = [one for one in model.references if (one.name, one.cutoff, one.band) not in there]
    return replace(made, references=(*made.references, *_again(made, asked, X, applications, threads)))


def _again(
    model: ScoringModel,
    asked: Sequence[Reference],
    X: NDArray[np.float64],
    applications: Applications,
    threads: int | None,
) -> list[Reference]:
    """Make references at the cut-offs of others, those of at least twenty rows."""
    features = model.computer.features
    rows = X[:: max(1, -(-len(X) // MOST_ROWS))]
    explained = model.explainer.contributions(rows, features, range(len(rows)), threads=threads)
    scores = np.asarray(model.scale.score(explained.log_odds), np.float64)
    made = []
    for one in asked:
        limit, band = needed_cutoff(one.name, one.cutoff), one.band or BAND
        chosen = np.abs(scores - limit) <= band if one.name == "near_cutoff" else scores >= limit
        if chosen.sum() >= FEWEST_APPROVED:
            made.append(
                reference_of(
                    one.name, explained, scores, limit, band=band,
                    categories=sorted(model.fitted.categories),
                    labels=texts_of_categories(features, applications),
                )
            )  # fmt: skip
    return made


def with_approved(
    model: ScoringModel, X: NDArray[np.float64], applications: Applications, *, threads: int | None = None
) -> ScoringModel:
    """Return the model with references of those whom some cut-offs would approve.

    Parameters
    ----------
    model : ScoringModel
    X : ndarray of float64, shape (n_rows, n_features)
        Rows of the training: a few thousand of them are taken, evenly.
    applications : Applications
        Bring the words of categories.
    threads : int, optional
    """
    features = model.computer.features
    rows = X[:: max(1, -(-len(X) // MOST_ROWS))]
    explained = model.explainer.contributions(rows, features, range(len(rows)), threads=threads)
    made = approved_references(
        explained,
        np.asarray(model.scale.score(explained.log_odds), np.float64),
        categories=sorted(model.fitted.categories),
        labels=texts_of_categories(features, applications),
    )
    return replace(model, references=(*model.references, *made))
