"""The yardstick: logistic regression on weights of evidence, what a lender's scorecard has always been."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore.model._estimator import RiskClassifier
from creditscore.model._inputs import check_parameters, number, training_rows, whole
from creditscore.model._tables import FROM_DTYPE
from creditscore.model.fitted import category_codes, distinct_labels
from creditscore.model.scale import probability_of_default

NEWTON_STEPS: Final = 25
_CONSTRAINTS: Final = {
    "n_bins": whole(2),
    "reg_lambda": number(0, above=True),
    "smoothing": number(0, above=True),
}


@dataclass(frozen=True, slots=True, eq=False)
class WeightOfEvidence:
    """The bins of one feature and what each says of risk.

    Attributes
    ----------
    edges : ndarray of float64
        Rising. Quantities: upper bounds of all bins but the last, each belonging to the bin below it.
        Categories: the labels, each a bin of its own.
    categorical : bool
        Which of the two ``edges`` are.
    values : ndarray of float64, shape (n_bins + 1,)
        Weight of evidence of each bin, and of a missing value in the last position:
        ``ln(share of all goods in the bin / share of all bads in the bin)``, above 0 where risk is low.
    information_value : float
        Sum over bins of (share of goods - share of bads) times weight of evidence, 0 or more.
    """

    edges: NDArray[np.float64]
    categorical: bool
    values: NDArray[np.float64]
    information_value: float

    @classmethod
    def learned(
        cls, column: NDArray[np.float64], bad: NDArray[np.float64], weight: NDArray[np.float64],
        *, n_bins: int, smoothing: float, categorical: bool,
    ) -> WeightOfEvidence:  # fmt: skip
        """Bin one column at its quantiles (or by label) and count goods and bads.

        Parameters
        ----------
        column : ndarray of float64, shape (n_rows,)
            Values of the feature, or exact numbers of its labels; NaN is missing.
        bad : ndarray of float64, shape (n_rows,)
            1 for bad, 0 for good.
        weight : ndarray of float64, shape (n_rows,)
            Above 0.
        n_bins : int
            Quantile bins at most, at least 2; has no meaning for labels.
        smoothing : float
            Rows of each class, spread evenly over the bins, that are added before shares are taken; above 0.
        categorical : bool
            Whether the values are labels.
        """
        edges = np.array(distinct_labels(column)) if categorical else _quantile_edges(column, weight, n_bins)
        n_all = len(edges) + (1 if categorical else 2)
        position = _bin_numbers(column, edges, categorical=categorical)
        bads = np.bincount(position, weights=weight * bad, minlength=n_all)
        goods = np.bincount(position, weights=weight * (1.0 - bad), minlength=n_all)
        used = bads + goods > 0
        smooth = smoothing / max(int(used.sum()), 1)
        good_share = (goods + smooth) / (goods.sum() + smoothing)
        bad_share = (bads + smooth) / (bads.sum() + smoothing)
        values = np.where(used, np.log(good_share / bad_share), 0.0)
        return cls(edges, categorical, values, float(((good_share - bad_share) * values).sum()))

    def transform(self, column: NDArray[np.float64]) -> NDArray[np.float64]:
        """Look up what each value says of risk.

        Parameters
        ----------
        column : ndarray of float64, shape (n_rows,)
            NaN is missing.

        Returns
        -------
        ndarray of float64, shape (n_rows,)
            Weight of evidence, above 0 where risk is low; 0 (no evidence) where fitting saw nothing like it.
        """
        return self.values[_bin_numbers(column, self.edges, categorical=self.categorical)]


class LogisticBaseline(RiskClassifier):
    """Logistic regression with an L2 penalty on the weights of evidence of binned features.

    Parameters
    ----------
    n_bins : int
        Quantile bins for each feature, at least 2. Missing values, and values as heavy as a whole bin, have
        bins of their own.
    reg_lambda : float
        L2 penalty on coefficients, above 0; the intercept is free.
    smoothing : float
        Rows of each class, spread evenly over the bins, that are added before shares are taken; above 0.
    categorical_features : "from_dtype", or sequence of str or int, or None
        Which columns hold labels, each of which is a bin; as for `CreditScorer`.
    positive_label : str, int or bool, optional
        The label of the bads. By default the greater of the two; texts whose order contradicts what they say
        ("bad" before "good") are refused without it.

    Attributes
    ----------
    classes_ : ndarray, shape (2,)
        The two labels, rising; ``bad_label_`` is the bad one.
    n_features_in_ : int
        Number of columns.
    feature_names_in_ : ndarray of str, shape (n_features,)
        Names of columns, if `fit` was given a data frame.
    reader_ : Reader or None
        How columns of texts and of ordered labels become numbers; None after a matrix of numbers.
    bins_ : tuple of WeightOfEvidence
        For each feature.
    coef_ : ndarray of float64, shape (n_features,)
        Log-odds of bad for each unit of weight of evidence: about -1 for a feature on its own.
    intercept_ : float
        Log-odds of bad where no feature gives evidence.

    References
    ----------
    Good (1950), Probability and the weighing of evidence.
    Siddiqi (2006), Credit risk scorecards.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(500, 2))
    >>> y = (X[:, 0] + rng.normal(size=500) > 1).astype(int)
    >>> baseline = LogisticBaseline().fit(X, y)
    >>> low, high = baseline.predict_proba(np.array([[-2.0, 0.0], [2.0, 0.0]]))[:, 1]
    >>> bool(low < 0.1 < 0.5 < high)
    True
    """

    def __init__(
        self,
        *,
        n_bins: int = 10,
        reg_lambda: float = 1.0,
        smoothing: float = 1.0,
        categorical_features: Sequence[str | int] | str | None = FROM_DTYPE,
        positive_label: str | int | bool | None = None,
    ) -> None:
        self.n_bins = n_bins
        self.reg_lambda = reg_lambda
        self.smoothing = smoothing
        self.categorical_features = categorical_features
        self.positive_label = positive_label

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Bin the features and fit the coefficients.

        Parameters
        ----------
        X : array-like or data frame, shape (n_rows, n_features)
            Features; NaN is missing, infinite values are refused.
        y : array-like, shape (n_rows,)
            Two labels; the greater one (1 of 0 and 1) is bad, unless `positive_label` says otherwise.
        sample_weight : array-like, shape (n_rows,), optional
            Weights, 0 or more; rows of weight 0 are left out.

        Returns
        -------
        LogisticBaseline
            Itself.

        Raises
        ------
        ParameterError
            If a parameter or an argument has a value that it cannot take.
        FittingError
            If the labels are not of two classes.
        """
        check_parameters(self, _CONSTRAINTS)
        rows = training_rows(self, X, y, sample_weight, self.positive_label)
        self._remember(rows)
        self.bins_: tuple[WeightOfEvidence, ...] = tuple(
            WeightOfEvidence.learned(
                np.ascontiguousarray(rows.X[:, column]), rows.bad, rows.weight,
                n_bins=self.n_bins, smoothing=self.smoothing, categorical=column in rows.categorical,
            )
            for column in range(self.n_features_in_)
        )  # fmt: skip
        line = _ridge(self._evidence(rows.X), rows.bad, rows.weight, self.reg_lambda)
        self.coef_: NDArray[np.float64] = line[:-1]
        self.intercept_: float = float(line[-1])
        return self

    def _evidence(self, X: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack([bins.transform(X[:, column]) for column, bins in enumerate(self.bins_)])

    def log_odds_of_numbers(self, X: NDArray[np.float64]) -> NDArray[np.float64]:
        """Log-odds of bad of numbers that need no check.

        Parameters
        ----------
        X : ndarray of float64, shape (n_rows, n_features)
            NaN is missing; labels that fitting did not see give no evidence.

        Returns
        -------
        ndarray of float64, shape (n_rows,)
            Higher is riskier.
        """
        log_odds: NDArray[np.float64] = self._evidence(X) @ self.coef_ + self.intercept_
        return log_odds

    def _categories(self) -> dict[int, tuple[float, ...]]:
        return {
            column: tuple(bins.edges.tolist()) for column, bins in enumerate(self.bins_) if bins.categorical
        }


def _quantile_edges(
    column: NDArray[np.float64], weight: NDArray[np.float64], n_bins: int
) -> NDArray[np.float64]:
    """Return upper bounds of all bins but the last: observed values at quantiles of weight, none twice.

    A value as heavy as a whole bin has a bin of its own.
    """
    observed = ~np.isnan(column)
    values, position = np.unique(column[observed], return_inverse=True)
    if len(values) <= n_bins:
        return values[:-1]
    below = np.cumsum(np.bincount(position.ravel(), weights=weight[observed]))
    cuts, times = np.unique(
        np.searchsorted(below, np.arange(1, n_bins) * below[-1] / n_bins), return_counts=True
    )
    cuts = np.union1d(cuts, cuts[times > 1] - 1)
    edges: NDArray[np.float64] = values[cuts[(cuts >= 0) & (cuts < len(values) - 1)]]
    return edges


def _bin_numbers(
    column: NDArray[np.float64], edges: NDArray[np.float64], *, categorical: bool
) -> NDArray[np.int64]:
    """Return the bin of each value; missing values (and labels not known) are in the last one."""
    if categorical:
        codes = category_codes(column, edges)
        return np.where(np.isnan(codes), len(edges), codes).astype(np.int64)
    positions = np.searchsorted(edges, column, side="left")
    return np.where(np.isnan(column), len(edges) + 1, positions).astype(np.int64)


def _ridge(
    evidence: NDArray[np.float64], bad: NDArray[np.float64], weight: NDArray[np.float64], penalty: float
) -> NDArray[np.float64]:
    """Coefficients and then the intercept of penalised logistic regression, by Newton's method."""
    design = np.column_stack([evidence, np.ones(len(evidence))])
    ridge = np.full(design.shape[1], penalty)
    ridge[-1] = 1e-9
    line = np.zeros(design.shape[1])
    share = float(np.average(bad, weights=weight))
    line[-1] = np.log(share) - np.log1p(-share)
    loss = _penalised_loss(design @ line, bad, weight, ridge, line)
    for _ in range(NEWTON_STEPS):
        probability = probability_of_default(design @ line)
        gradient = design.T @ (weight * (probability - bad)) + ridge * line
        curvature = (design * (weight * probability * (1.0 - probability))[:, None]).T @ design
        step = np.linalg.solve(curvature + np.diag(ridge), gradient)
        while not (tried := _penalised_loss(design @ (line - step), bad, weight, ridge, line - step)) <= loss:
            step = step / 2.0
            if not np.abs(step).max() > 1e-12:
                return line
        line, gain, loss = line - step, loss - tried, tried
        if gain <= 1e-10 * (1.0 + abs(loss)):
            break
    return line


def _penalised_loss(
    log_odds: NDArray[np.float64],
    bad: NDArray[np.float64],
    weight: NDArray[np.float64],
    ridge: NDArray[np.float64],
    line: NDArray[np.float64],
) -> float:
    return float(weight @ (np.logaddexp(0.0, log_odds) - bad * log_odds) + 0.5 * (ridge * line) @ line)
