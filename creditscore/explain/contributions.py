"""Contributions of features to calibrated log-odds, as one frozen value that is known to add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from creditscore.errors import ExplanationError
from creditscore.explain.background import Background
from creditscore.explain.points import IntegerPoints, rounded_points
from creditscore.model.scale import ScoreScale
from creditscore.words.families import family_of
from creditscore.words.plain import PLAIN

if TYPE_CHECKING:
    import pandas as pd

    from creditscore.explain.references import Reference

TOLERANCE = 1e-9
_SHOWN = 10


@dataclass(frozen=True, slots=True, eq=False)
class Contributions:
    """What each feature added to each applicant's log-odds of default.

    ``base + values[i].sum()`` is ``log_odds[i]`` within 1e-9, or the object cannot be made.

    Parameters
    ----------
    values : ndarray of float64, shape (n_applications, n_features)
        Calibrated log-odds of bad; above 0 raises the risk.
    base : float, or ndarray of float64, shape (n_applications,)
        Calibrated log-odds of bad where nothing is known: the mean over the training rows, or over the
        background. One for each row where the model calibrates each combination of sources by its own line.
    log_odds : ndarray of float64, shape (n_applications,)
        Calibrated log-odds of bad of each application.
    feature_names : tuple of str
        One for each column.
    data : ndarray of float64, shape (n_applications, n_features)
        The feature values that are explained; NaN is missing.
    application_ids : sequence
        One for each row.
    reason_groups : tuple of str
        One for each column; empty if the feature is never a reason.
    method : str
        How the Shapley values were computed: ``"leaf_tables"``, ``"quadrature"`` or ``"pred_contrib"``
        (path-dependent), or ``"interventional_tables"``.
    background : Background, optional
        The population that interventional values are stated against.
    reference : Reference, optional
        The population whose mean contributions were taken off; None is the training mean.

    Raises
    ------
    ExplanationError
        If shapes disagree or a row does not add up.

    Examples
    --------
    >>> explained = Contributions(
    ...     np.array([[0.5, -0.25]]), -2.0, np.array([-1.75]), ("late_6m", "income_6m"),
    ...     np.array([[34.0, 900.0]]), ("A1",), ("past_arrears", "income_level"),
    ... )
    >>> explained
    Contributions(1 applications x 2 features, leaf_tables)
    >>> explained.points(ScoreScale()).round(2)
    array([[-14.43,   7.21]])
    """

    values: NDArray[np.float64]
    base: float | NDArray[np.float64]
    log_odds: NDArray[np.float64]
    feature_names: tuple[str, ...]
    data: NDArray[np.float64]
    application_ids: Sequence[str | int]
    reason_groups: tuple[str, ...]
    method: str = "leaf_tables"
    background: Background | None = None
    reference: Reference | None = None

    def __post_init__(self) -> None:
        rows, columns = self.values.shape
        shapes = (self.data.shape, self.log_odds.shape, len(self.application_ids))
        if shapes != ((rows, columns), (rows,), rows) or np.shape(self.base) not in ((), (rows,)):
            raise ExplanationError(
                f"Contributions to {rows} x {columns} features do not fit data of {shapes}."
            )
        if not len(self.feature_names) == len(self.reason_groups) == columns:
            raise ExplanationError(f"Contributions have {columns} columns and need as many names and groups.")
        off = np.abs(self.values.sum(axis=1) + self.base - self.log_odds)
        wrong = np.flatnonzero(~(off <= TOLERANCE))
        if len(wrong):
            first = wrong[0]
            raise ExplanationError(
                f"The contributions of {len(wrong)} row(s), first {self.application_ids[first]!r}, miss "
                f"the log-odds, by {off[first]:.3g}. Explain with the model that scored."
            )

    def __len__(self) -> int:
        return len(self.values)

    def points(self, scale: ScoreScale) -> NDArray[np.float64]:
        """Score points that each feature adds.

        With the base points, the points of a row sum to its unrounded score.

        Returns
        -------
        ndarray of float64, shape (n_applications, n_features)
            Below 0 where the feature raised the risk.

        Raises
        ------
        ExplanationError
            If they do not, within 1e-9.
        """
        points = -scale.factor * self.values
        off = np.abs(points.sum(axis=1) + self.base_points(scale) - scale.points(self.log_odds))
        wrong = np.flatnonzero(~(off <= TOLERANCE))
        if len(wrong):
            raise ExplanationError(
                f"The points of {len(wrong)} row(s), first {self.application_ids[wrong[0]]!r}, miss the "
                f"score, by {off[wrong[0]]:.3g}. Explain with the model that scored."
            )
        return points

    def base_points(self, scale: ScoreScale) -> float | NDArray[np.float64]:
        """Score points where nothing is known: one number, or, as `base`, shape (n_applications,)."""
        points = scale.points(np.asarray(self.base))
        return points if points.ndim else float(points)

    def integer_points(self, scale: ScoreScale) -> IntegerPoints:
        """Whole points of each feature and of the base, which sum to the printed score before clamping.

        Examples
        --------
        >>> explained = Contributions(
        ...     np.array([[0.5, -0.25]]), -2.0, np.array([-1.75]), ("late_6m", "income_6m"),
        ...     np.array([[34.0, 900.0]]), ("A1",), ("past_arrears", "income_level"),
        ... )
        >>> whole = explained.integer_points(ScoreScale())
        >>> whole.features, whole.base, whole.score
        (array([[-14,   7]]), array([545]), array([538]))
        """
        return rounded_points(
            self.points(scale),
            self.base_points(scale),
            scale.points(self.log_odds),
            scale.score(self.log_odds),
        )

    def by_group(self) -> Contributions:
        """Sum the columns of each reason group; features without one are gathered as ``"(no group)"``.

        The result has one column for each group, in alphabetical order, and NaN for data.
        """
        return self._summed_by([group or PLAIN["no_group"] for group in self.reason_groups])

    def by_family(self) -> Contributions:
        """Sum the columns of each family of reason groups, by which reasons are ranked.

        Features without a group are gathered as ``"(no group)"``; the result is as that of `by_group`.

        Examples
        --------
        >>> explained = Contributions(
        ...     np.array([[0.5, 0.25]]), -2.0, np.array([-1.25]), ("worst_dpd", "days_late"),
        ...     np.array([[34.0, 9.0]]), ("A1",), ("past_arrears", "payment_timeliness"),
        ... )
        >>> families = explained.by_family()
        >>> families.feature_names, families.values
        (('on_time',), array([[0.75]]))
        """
        return self._summed_by(
            [family_of(group) if group else PLAIN["no_group"] for group in self.reason_groups]
        )

    def _summed_by(self, labels: list[str]) -> Contributions:
        groups = tuple(sorted(set(labels)))
        member = np.array([[label == group for group in groups] for label in labels], dtype=np.float64)
        summed = self.values @ member.reshape(len(labels), len(groups))
        return Contributions(
            summed, self.base, self.log_odds, groups, np.full(summed.shape, np.nan), self.application_ids,
            groups, self.method, self.background,
        )  # fmt: skip

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas frame: a column for each feature, then ``base`` and ``log_odds``; a row each."""
        import pandas as pd

        index = pd.Index(list(self.application_ids), name="application_id")
        frame = pd.DataFrame(self.values, columns=list(self.feature_names), index=index)
        return frame.assign(base=self.base, log_odds=self.log_odds)

    def to_shap(self) -> Any:
        """Return a ``shap.Explanation``, for shap's waterfall, beeswarm and bar plots."""
        import shap

        return shap.Explanation(
            values=self.values.copy(),
            base_values=np.full(len(self), self.base),
            data=None if np.isnan(self.data).all() else self.data.copy(),
            feature_names=list(self.feature_names),
        )

    def __repr__(self) -> str:
        rows, columns = self.values.shape
        against = "" if self.background is None else f" against {self.background.name!r}"
        return f"Contributions({rows} applications x {columns} features, {self.method}{against})"

    def _repr_html_(self) -> str:
        return f"<p dir='auto'>{escape(repr(self))}</p>{self._largest_as_html() if len(self) else ''}"

    def _largest_as_html(self) -> str:
        """Draw the features that move log-odds most, on average or for the only applicant."""
        mean = self.values.mean(axis=0)
        size = np.abs(self.values).mean(axis=0)
        rows = "".join(
            f"<tr><td>{escape(self.feature_names[column])}</td><td>{escape(self.reason_groups[column])}</td>"
            f"<td style='text-align:right'>{size[column]:.4f}</td>"
            f"<td style='text-align:right'>{mean[column]:+.4f}</td></tr>"
            for column in np.argsort(-size, kind="stable")[:_SHOWN]
        )
        return f"<table dir='auto'><thead>{PLAIN['contributions']}</thead><tbody>{rows}</tbody></table>"
