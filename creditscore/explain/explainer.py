"""The explainer of one fitted model: raw Shapley values carried through orientation and calibration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from creditscore.errors import ExplanationError
from creditscore.explain.background import Background
from creditscore.explain.contributions import TOLERANCE, Contributions
from creditscore.explain.interactions import Interactions, players_of
from creditscore.explain.pairs import PairMethod, pair_method
from creditscore.explain.shapley import ShapleyMethod, ShapleyTables, shapley_method
from creditscore.features.declaration import Declaration
from creditscore.model.fitted import Evaluated, FittedModel


@dataclass(frozen=True, slots=True, eq=False)
class ExplainedRow:
    """One applicant's contributions: ``base + values.sum()`` is ``log_odds`` within 1e-9.

    Attributes
    ----------
    values : ndarray of float64, shape (n_features,)
        Calibrated log-odds of bad that each feature adds; above 0 is harmful.
    base : float
        Calibrated log-odds of bad over the training rows.
    log_odds : float
        Calibrated log-odds of bad, the same bits as `FittedModel.log_odds` gives.
    raw : float
        Log-odds of bad before calibration.
    """

    values: NDArray[np.float64]
    base: float
    log_odds: float
    raw: float


@dataclass(frozen=True, slots=True, eq=False)
class Explainer:
    """Exact Shapley values of a fitted model, in calibrated log-odds of bad.

    Calibration is a line, so raw contributions times its slope are contributions to calibrated log-odds.
    Where a model has a line for each combination of sources, base and contributions of a row follow its own.

    Parameters
    ----------
    fitted : FittedModel
        Trees, orientation and calibration.
    background : Background, optional
        State contributions against this population (interventional Shapley values); by default against the
        training rows (path-dependent ones).

    Attributes
    ----------
    shapley : ShapleyMethod
        How raw contributions are computed; ``shapley.method`` names it.
    base : float
        Calibrated log-odds of bad over the training rows, or over the background, by the line for all.

    Raises
    ------
    ExplanationError
        If there is a background and the trees are too deep for tables.
    ParameterError
        If the background lacks features of the model.
    """

    fitted: FittedModel
    background: Background | None = None
    shapley: ShapleyMethod = field(init=False)
    base: float = field(init=False)
    _pairs: dict[bytes, PairMethod] = field(init=False, default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        fitted, line, background = self.fitted, self.fitted.calibration, self.background
        shapley: ShapleyMethod
        if background is None:
            shapley = shapley_method(fitted.trees, fitted.model_text)
        else:
            rows = fitted.encode(background.rows_of(fitted.feature_names))
            shapley = ShapleyTables.against(fitted.trees, rows, background.weights)
        object.__setattr__(self, "shapley", shapley)
        object.__setattr__(self, "base", line.slope * shapley.base + line.intercept)

    def one(self, evaluated: Evaluated) -> ExplainedRow:
        """Explain a single row that the model has evaluated.

        Raises
        ------
        ExplanationError
            If the contributions do not add up to the log-odds within 1e-9.
        """
        values = evaluated.slope[0] * self.shapley.contributions(evaluated.encoded, threads=1)[0, :-1]
        log_odds = float(evaluated.log_odds[0])
        base = float(np.ravel(self._bases(evaluated))[0])
        off = abs(float(values.sum()) + base - log_odds)
        if not off <= TOLERANCE:
            raise ExplanationError(f"The contributions miss the log-odds by {off:.3g}. Save the model again.")
        return ExplainedRow(values, base, log_odds, float(evaluated.raw[0]))

    def of_row(
        self,
        explained: ExplainedRow,
        X: NDArray[np.float64],
        features: Iterable[Declaration],
        application_ids: Sequence[str | int],
    ) -> Contributions:
        """Return the contributions of a row of features, shape (1, n_features), that `one` has explained."""
        base = self.base if self.fitted.cells is None else np.array([explained.base])
        return self._named(
            explained.values[np.newaxis], base, np.array([explained.log_odds]), X, features, application_ids
        )

    def contributions(
        self,
        X: NDArray[np.float64],
        features: Iterable[Declaration],
        application_ids: Sequence[str | int],
        *,
        threads: int | None = None,
    ) -> Contributions:
        """Explain many rows.

        Parameters
        ----------
        X : ndarray of float64, shape (n_applications, n_features)
            Features as computed; NaN is missing.
        features : iterable of Feature
            Declarations in column order.
        application_ids : sequence
            One for each row.
        threads : int, optional
            Threads at most; by default one for each processor. The result does not depend on it.

        Raises
        ------
        ExplanationError
            If the contributions of a row do not add up to its log-odds within 1e-9.
        """
        evaluated = self.fitted.evaluate(X, threads=threads)
        raw = self.shapley.contributions(evaluated.encoded, threads=threads)
        values, base = evaluated.slope[:, np.newaxis] * raw[:, :-1], self._bases(evaluated)
        return self._named(values, base, evaluated.log_odds, X, features, application_ids)

    def _named(
        self,
        values: NDArray[np.float64],
        base: float | NDArray[np.float64],
        log_odds: NDArray[np.float64],
        X: NDArray[np.float64],
        features: Iterable[Declaration],
        application_ids: Sequence[str | int],
    ) -> Contributions:
        declared = tuple(features)
        return Contributions(
            values=values,
            base=base,
            log_odds=log_odds,
            feature_names=tuple(feature.name for feature in declared),
            data=X,
            application_ids=application_ids,
            reason_groups=tuple(feature.reason_group for feature in declared),
            method=self.shapley.method,
            background=self.background,
        )

    def interactions(
        self,
        X: NDArray[np.float64],
        application_ids: Sequence[str | int],
        *,
        groups: Mapping[str, str] | None = None,
        threads: int | None = None,
    ) -> Interactions:
        """Split the contributions of rows into what features add apart and together.

        Against a background, what they add together is stated against it too. Tables of pairs are filled at
        the first call (a fraction of a second) and kept; then a row takes tenths of a millisecond.

        Parameters
        ----------
        X : ndarray of float64, shape (n_applications, n_features)
            Features as computed; NaN is missing. Each row gives n_features ** 2 numbers.
        application_ids : sequence
            One for each row.
        groups : mapping of str to str, optional
            Group of a feature by its name; those not named stand alone. The features of a group are known
            together or not at all, so that a group adds what its features add together, and the pair of two
            groups what neither adds apart.
        threads : int, optional
            Threads at most; by default one for each processor. The result does not depend on it.

        Raises
        ------
        ExplanationError
            If there is a background and the trees are too deep for tables, or over 64 features are on a path.
        ParameterError
            If a group is given for a feature that the model does not have.

        Examples
        --------
        >>> from creditscore import CreditScorer
        >>> X = np.random.default_rng(0).normal(size=(400, 3))
        >>> bad = (X[:, 0] * X[:, 1] > 0.5).astype(float)
        >>> explainer = Explainer(CreditScorer(n_estimators=20).fit(X, bad).model_)
        >>> found = explainer.interactions(X, range(400))
        >>> found
        Interactions(400 applications x 3 features)
        >>> names = explainer.fitted.feature_names
        >>> explainer.interactions(X, range(400), groups={names[0]: "both", names[1]: "both"})
        Interactions(400 applications x 2 features)
        """
        names, players = players_of(self.fitted.feature_names, groups)
        method = self._pairs_of(players)
        slope, _ = self.fitted.lines(X)
        encoded = self.fitted.encode(X)
        values = method.interactions(encoded, threads=threads)
        values *= slope[:, np.newaxis, np.newaxis]
        whole = slope[:, np.newaxis] * method.contributions(encoded, threads=threads)[:, :-1]
        return Interactions(values, whole, names, application_ids)

    def _pairs_of(self, players: NDArray[np.int32] | None) -> PairMethod:
        """Return what computes the pairs of these players, made once."""
        key = b"" if players is None else players.tobytes()
        if key not in self._pairs:
            rows = weights = None
            if self.background is not None:
                rows = self.fitted.encode(self.background.rows_of(self.fitted.feature_names))
                weights = self.background.weights
            self._pairs[key] = pair_method(self.fitted.trees, rows=rows, weights=weights, players=players)
        return self._pairs[key]

    def _bases(self, evaluated: Evaluated) -> float | NDArray[np.float64]:
        """Return where the contributions of each row start from: one number, or shape (n_rows,)."""
        if self.fitted.cells is None:
            return self.base
        return evaluated.slope * self.shapley.base + evaluated.intercept
