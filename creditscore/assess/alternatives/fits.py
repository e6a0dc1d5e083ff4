"""Candidates fitted on one part of the applicants: features are computed once, and folds are shared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from creditscore._ground.arrays import Float64, Int64
from creditscore.assess.alternatives.alternative import Alternative
from creditscore.errors import FittingError, ParameterError
from creditscore.features.definition import FeatureSet
from creditscore.features.payments.shortest import asking_for, blanked
from creditscore.model.folds import deal
from creditscore.pipeline.crossing import Prepared

if TYPE_CHECKING:
    from creditscore.model.fitted import FittedModel
    from creditscore.model.scorer import CreditScorer

_PARTS = 20
_TWO = 2


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A fitted candidate, and what it says.

    Attributes
    ----------
    features : FeatureSet
    model : FittedModel
    choosing : ndarray of float64, shape (n_choosing,)
        Log-odds of the applications that choose: out of fold where they were fitted on, by the model where
        their outcome is not known, NaN where they cannot be scored.
    certifying : ndarray of float64, shape (n_certifying,)
        Log-odds of applications of other people.
    """

    features: FeatureSet
    model: FittedModel
    choosing: Float64
    certifying: Float64


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """The two parts of the applicants, by row number.

    Attributes
    ----------
    fitting : ndarray of int64, shape (n_fitting,)
        Every application of the part that chooses.
    choosing : ndarray of int64, shape (n_choosing,)
        Those of them that candidates are compared on.
    certifying : ndarray of int64, shape (n_certifying,)
        Applications of other people, which no candidate is fitted on or chosen by.
    """

    fitting: Int64
    choosing: Int64
    certifying: Int64


def parted(rows: Prepared, certify: float, seed: int) -> tuple[Int64, Int64]:
    """Part applicants in two: row numbers to choose on, and to certify on, each of shape (n_part,).

    Raises
    ------
    ParameterError
        If `certify` is no share.
    FittingError
        If a part lacks goods or bads.
    """
    if isinstance(certify, bool) or not 0.0 < certify < 1.0:
        raise ParameterError.must_be("certify", "a share above 0 and below 1", certify)
    bad = np.nan_to_num(rows.bad)
    number = deal(rows.who, bad, n_parts=_PARTS, salt=f"certify {seed}")
    parts = int(number.max(initial=0)) + 1
    apart = number < min(max(round(certify * parts), 1), parts - 1)
    found = np.flatnonzero(~apart).astype(np.int64), np.flatnonzero(apart).astype(np.int64)
    for part in found:
        known = rows.bad[part[rows.known[part]]]
        if np.unique(known).size < _TWO:
            raise FittingError("To choose and to certify takes goods and bads in both parts. Give more rows.")
    return found


class Fits:
    """What fits candidates on the part that chooses."""

    def __init__(self, rows: Prepared, scorer: CreditScorer | None, threads: int | None) -> None:
        self.rows: Prepared = rows
        self.scorer: CreditScorer | None = scorer
        self.threads: int | None = threads

    def split(self, certify: float, seed: int) -> tuple[Parts, Fit]:
        """Part the applicants, and fit the pipeline as it was given.

        Where it is judged in time, the earliest applications serve to fit alone.
        """
        fitting, certifying = parted(self.rows, certify, seed)
        every = Parts(fitting, fitting, certifying)
        first = self.fit(Alternative(), every)
        rows = self.rows
        seen = ~np.isnan(first.choosing)
        known = rows.known[fitting] & seen
        since = rows.as_of[fitting[known]].min()
        inside = (seen | ~rows.scorable[fitting]) & (rows.as_of[fitting] >= since)
        parts = Parts(fitting, fitting[inside], certifying)
        return parts, Fit(first.features, first.model, first.choosing[inside], first.certifying)

    def telling(self, parts: Parts) -> FeatureSet:
        """Features of which a value is known among the applications that are fitted on."""
        X = self.rows.X[parts.fitting[self.rows.known[parts.fitting]]]
        known = set(np.flatnonzero(~np.isnan(X).all(axis=0)).tolist())
        kept = (one for column, one in enumerate(self.rows.features) if column in known)
        return FeatureSet(tuple(kept))

    def fit(self, alternative: Alternative, parts: Parts) -> Fit:
        """Fit one candidate, and let it speak of both parts."""
        names = alternative.features_of(self.rows.features)
        rows = self.rows.with_features(names)
        asking = asking_for(rows.features, rows.history[parts.fitting])
        X = blanked(rows.X, rows.features, asking, rows.history)
        known = parts.fitting[rows.known[parts.fitting]]
        fitted = rows.fitted(alternative.scorer_of(self.scorer), known, self.threads, asking, X)
        said = np.full(len(rows.bad), np.nan)
        others = np.concatenate([parts.certifying, parts.fitting[~rows.known[parts.fitting]]])
        said[others] = fitted.log_odds_of_numbers(X[others])
        report: Any = fitted.report_
        said[known[report.index]] = report.log_odds
        said[~rows.scorable] = np.nan
        return Fit(asking, fitted.model_, said[parts.choosing], said[parts.certifying])

    def values(self, fit: Fit, chosen: Int64) -> Float64:
        """Values of the features of a fit for some rows, shape (n_chosen, n_features)."""
        rows = self.rows.with_features(fit.features.names)
        return blanked(rows.X, rows.features, fit.features, rows.history)[chosen]
