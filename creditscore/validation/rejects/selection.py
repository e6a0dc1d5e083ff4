"""Who was accepted and who went bad, judged together: a bivariate probit with sample selection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore.errors import FittingError, ParameterError
from creditscore.validation.rejects._checks import Sample, checked_columns
from creditscore.validation.rejects._normal import Scaling, cdf_2, phi, phi_2

Floats = NDArray[np.float64]
_RIDGE: Final = 1e-3
_STEPS: Final = 500


@dataclass(frozen=True, slots=True, eq=False)
class SelectionModel:
    """Two probits with one correlation: of being accepted, and of going bad if one is.

    What the lender saw and the columns do not hold may bear on both. Then the accepted are no sample of
    their like, and the correlation says by how much. It rests on both errors being normal and, unless some
    column bears on acceptance alone (an exclusion), on nothing else: then it is hardly identified, and
    `excluded` is 0.

    Attributes
    ----------
    outcome, acceptance : ndarray of float64, shapes (1 + n_outcome,) and (1 + n_acceptance,)
        Coefficients: the constant, those of standardised columns, then those of the flags of gaps.
    rho : float
        Correlation of the errors, within -1 and 1: above 0, who was accepted for reasons that the columns do
        not hold went bad more often.
    excluded : int
        Columns that bear on acceptance alone.
    log_likelihood : float
    converged : bool
    """

    outcome: Floats
    acceptance: Floats
    rho: float
    excluded: int
    log_likelihood: float
    converged: bool
    columns: tuple[int, ...]
    scaling: tuple[Scaling, Scaling]

    @classmethod
    def fitted(
        cls,
        X: ArrayLike,
        bad: ArrayLike,
        *,
        outcome_columns: Sequence[int] | None = None,
        ridge: float = _RIDGE,
    ) -> Self:
        """Fit by maximum likelihood.

        Parameters
        ----------
        X : array-like of shape (n_applications, n_columns)
            What the old decision may have gone by; NaN is missing: such values count as the mean, with a flag
            of their own.
        bad : array-like of shape (n_applications,)
            1 bad, 0 good, NaN for those who were declined.
        outcome_columns : sequence of int, optional
            Columns that bear on the outcome; the others bear on acceptance alone. By default all.
        ridge : float, default 0.001
            Weight of the squares of the coefficients (not of the constants) for each row; 0 or more.

        Returns
        -------
        SelectionModel

        Raises
        ------
        FittingError
            If nobody was declined, or a class is missing among the accepted.
        ParameterError
            If arrays do not fit.

        References
        ----------
        Heckman (1979), Sample selection bias as a specification error, Econometrica 47. Meng and Schmidt
        (1985), On the cost of partial observability in the bivariate probit model, International Economic
        Review 26. Boyes, Hoffman and Low (1989), An econometric analysis of the bank credit scoring problem,
        J. of Econometrics 40. Crook and Banasik (2004), Does reject inference really improve the performance
        of application scoring models?, J. of Banking and Finance 28: mostly not.

        Examples
        --------
        >>> rng = np.random.default_rng(0)
        >>> X, (seen, unseen) = rng.normal(size=(4000, 2)), rng.normal(size=(2, 4000))
        >>> bad = (X[:, 0] + 0.6 * seen + 0.8 * unseen > 0.5).astype(float)
        >>> bad[X[:, 1] - 0.5 * X[:, 0] - seen < 0] = np.nan
        >>> SelectionModel.fitted(X, bad, outcome_columns=[0]).rho < -0.3
        True
        """
        sample = Sample.of(X, bad)
        if not (~sample.accepted).any():
            raise FittingError("Nobody was declined: there is no selection to model.")
        chosen = checked_columns(outcome_columns, sample.X.shape[1])
        if not 0.0 <= ridge < np.inf:
            raise ParameterError.must_be("ridge", "0 or more", ridge)
        scaling = Scaling.of(sample.X[:, list(chosen)]), Scaling.of(sample.X)
        likelihood = _Likelihood(
            scaling[0].ready(sample.X[:, list(chosen)]),
            scaling[1].ready(sample.X),
            sample.accepted,
            sample.bad == 1.0,
            ridge,
        )
        beta, gamma, rho, value, converged = likelihood.maximum()
        excluded = sample.X.shape[1] - len(chosen)
        return cls(beta, gamma, rho, excluded, value, converged, chosen, scaling)

    def probability(self, X: ArrayLike) -> Floats:
        """Chance to go bad if one is lent to, whoever one is.

        Parameters
        ----------
        X : array-like of shape (n_applications, n_columns)

        Returns
        -------
        ndarray of float64, shape (n_applications,)
        """
        from scipy.special import ndtr

        return np.asarray(ndtr(self._index(X)[0]))

    def probability_declined(self, X: ArrayLike) -> Floats:
        """Chance to go bad of those whom the old decision declined.

        Parameters
        ----------
        X : array-like of shape (n_applications, n_columns)

        Returns
        -------
        ndarray of float64, shape (n_applications,)
        """
        from scipy.special import ndtr

        index, accepted = self._index(X)
        declined = np.maximum(ndtr(-accepted), 1e-300)
        return np.clip(cdf_2(index, -accepted, -self.rho) / declined, 0.0, 1.0)

    def _index(self, X: ArrayLike) -> tuple[Floats, Floats]:
        values = np.asarray(X, np.float64)
        if values.ndim != 2 or values.shape[1] != self.scaling[1].centre.size:
            raise ParameterError.must_be("X", f"of {self.scaling[1].centre.size} columns", values.shape)
        return (
            self.scaling[0].ready(values[:, list(self.columns)]) @ self.outcome,
            self.scaling[1].ready(values) @ self.acceptance,
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Likelihood:
    """The log-likelihood: accepted bads, accepted goods and the declined."""

    outcome: Floats
    acceptance: Floats
    accepted: NDArray[np.bool_]
    bad: NDArray[np.bool_]
    ridge: float

    def maximum(self) -> tuple[Floats, Floats, float, float, bool]:
        """Search from no correlation, by a quasi-Newton method."""
        from scipy.optimize import minimize

        start = np.zeros(self.outcome.shape[1] + self.acceptance.shape[1] + 1)
        found = minimize(
            self.negative, start, jac=True, method="L-BFGS-B", options={"maxiter": _STEPS, "ftol": 1e-12}
        )
        beta, gamma, rho = self._parts(found.x)
        return beta, gamma, rho, -float(found.fun) * len(self.bad), bool(found.success)

    def _parts(self, x: Floats) -> tuple[Floats, Floats, float]:
        m = self.outcome.shape[1]
        return x[:m], x[m:-1], 0.98 * float(np.tanh(x[-1]))

    def negative(self, x: Floats) -> tuple[float, Floats]:
        """Mean negative log-likelihood with its slope, the ridge added."""
        from scipy.special import log_ndtr

        beta, gamma, rho = self._parts(x)
        out, n = ~self.accepted, len(self.bad)
        side = np.where(self.bad[self.accepted], 1.0, -1.0)
        h, k = self.acceptance[self.accepted] @ gamma, side * (self.outcome[self.accepted] @ beta)
        r = side * rho
        chance, root = cdf_2(h, k, r), np.sqrt(1.0 - r * r)
        by_h, by_k = _slope(h, k, r, root) / chance, _slope(k, h, r, root) / chance
        declined = self.acceptance[out] @ gamma
        mills = -np.exp(-0.5 * declined**2 - log_ndtr(-declined)) / np.sqrt(2.0 * np.pi)
        value = float(np.log(chance).sum() + log_ndtr(-declined).sum())
        slope = np.concatenate(
            [
                self.outcome[self.accepted].T @ (by_k * side),
                self.acceptance[self.accepted].T @ by_h + self.acceptance[out].T @ mills,
                [float((phi_2(h, k, r) / chance * side).sum()) * 0.98 * (1.0 - np.tanh(x[-1]) ** 2)],
            ]
        )
        penalty = np.append(self.ridge * np.concatenate([beta, gamma]), 0.0)
        penalty[[0, beta.size]] = 0.0
        return -value / n + 0.5 * float(penalty @ x), -slope / n + penalty


def _slope(h: Floats, k: Floats, rho: Floats, root: Floats) -> Floats:
    from scipy.special import ndtr

    return np.asarray(phi(h) * ndtr((k - rho * h) / root))
