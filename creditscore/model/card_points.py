"""A fitted scorecard as a table of points, read from the model that scores: what a bank prints and keeps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore._ground.asked import check_made
from creditscore.errors import ParameterError
from creditscore.model._lightgbm_text import CATEGORICAL, MISSING_LEFT
from creditscore.model.fitted import FittedModel
from creditscore.model.scale import ScoreScale
from creditscore.model.trees import Trees
from creditscore.model.walking import DECISION, FEATURE, LEFT, RIGHT

if TYPE_CHECKING:
    import pandas

Floats = NDArray[np.float64]
_WORD: Final = 32


@dataclass(frozen=True, slots=True)
class PointsRow:
    """One bin of one feature.

    Attributes
    ----------
    feature : str
        Its name.
    above, up_to : float
        Quantities: values above the first and up to the second belong to it; both NaN for labels and for
        what is missing. Where risk falls with the feature, the lower bound belongs to it instead.
    labels : tuple of float
        Labels, as numbers; empty for quantities and for what is missing.
    missing : bool
        Whether it is that of a missing value or an unknown label.
    points : float
        What it adds to the score, before rounding.
    """

    feature: str
    above: float
    up_to: float
    labels: tuple[float, ...]
    missing: bool
    points: float


@dataclass(frozen=True, slots=True, eq=False)
class PointsTable:
    """Points of all bins: the score is the base and one row of each feature, rounded, within the scale.

    Attributes
    ----------
    base : float
        Points that everyone has.
    rows : tuple of PointsRow
        Feature by feature, risk rising for a signed one; the missing bin last.
    model : FittedModel
        From which the table was read.
    """

    base: float
    rows: tuple[PointsRow, ...]
    model: FittedModel

    def of(self, X: ArrayLike) -> Floats:
        """Add up the points of rows of shape (n_rows, n_features), before rounding: shape (n_rows,)."""
        values = np.asarray(X, np.float64)
        total = np.full(len(values), self.base)
        for name in dict.fromkeys(row.feature for row in self.rows):
            column = self.model.feature_names.index(name)
            _, position, points = self._bins(column, values[:, column])
            total += points[position]
        return total

    def to_counts(self, X: ArrayLike, bad: ArrayLike) -> pandas.DataFrame:
        """Count rows and bads of every bin, with weight of evidence and information value.

        Parameters
        ----------
        X : array-like of shape (n_rows, n_features)
            Features as computed; NaN is missing.
        bad : array-like of shape (n_rows,)
            1 for bad, 0 for good.

        Returns
        -------
        pandas.DataFrame
            A row for each bin. ``evidence`` is ``ln(share of bads / share of goods)``, above 0 where risk is
            high, NaN where one of them is absent; ``information_value`` is that of the whole feature.

        Raises
        ------
        ParameterError
            If the rows do not match.
        """
        import pandas

        values, outcome = np.asarray(X, np.float64), np.asarray(bad, np.float64)
        if values.ndim != 2 or values.shape != (outcome.size, self.model.n_features):
            raise ParameterError.must_be(
                "X", f"of {outcome.size} rows and {self.model.n_features} columns", values.shape
            )
        parts = []
        for name in dict.fromkeys(row.feature for row in self.rows):
            column = self.model.feature_names.index(name)
            of, position, _ = self._bins(column, values[:, column])
            bads = np.bincount(position, outcome, len(of))
            goods = np.bincount(position, 1.0 - outcome, len(of))
            of_bads, of_goods = bads / max(bads.sum(), 1.0), goods / max(goods.sum(), 1.0)
            with np.errstate(divide="ignore", invalid="ignore"):
                evidence = np.where((bads > 0) & (goods > 0), np.log(of_bads / of_goods), np.nan)
            parts.append(
                self.to_frame().loc[of].assign(
                    rows=(bads + goods).astype(np.int64), bads=bads.astype(np.int64), evidence=evidence,
                    information_value=float(np.nansum((of_bads - of_goods) * evidence)),
                )
            )  # fmt: skip
        return pandas.concat(parts, ignore_index=True)

    def to_frame(self) -> pandas.DataFrame:
        """One row for each bin."""
        import pandas

        names = ("feature", "above", "up_to", "labels", "missing", "points")
        return pandas.DataFrame({name: [getattr(row, name) for row in self.rows] for name in names})

    def __str__(self) -> str:
        lines = [f"{'base':<44}{self.base:>9.1f}"]
        for row in self.rows:
            what = "missing" if row.missing else f"above {row.above:g} up to {row.up_to:g}"
            if row.labels:
                what = f"{len(row.labels)} labels"
            lines.append(f"{row.feature[:20]:<21}{what[:23]:<23}{row.points:>9.1f}")
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return f"<p dir='auto'>{escape(f'base {self.base:.1f}')}</p>{self.to_frame().to_html(index=False)}"

    def _bins(self, column: int, values: Floats) -> tuple[list[int], NDArray[np.intp], Floats]:
        """Rows of the table of a feature, the bin of each value, and the points of each bin."""
        name, encoding = self.model.feature_names[column], self.model.encoding
        of = [number for number, row in enumerate(self.rows) if row.feature == name]
        rows = [self.rows[number] for number in of]
        points = np.array([row.points for row in rows])
        position = np.full(len(values), len(rows) - 1, np.intp)
        if column in encoding.categories:
            for number, row in enumerate(rows[:-1]):
                position[np.isin(values, row.labels)] = number
            return of, position, points
        factor = -1.0 if encoding.signs[column] < 0 else 1.0
        edge = [factor * (row.up_to if factor > 0 else row.above) for row in rows[:-2]]
        known = ~np.isnan(values)
        position[known] = np.searchsorted(np.array(edge), factor * values[known], side="left")
        return of, position, points


def points_table(model: FittedModel, scale: ScoreScale) -> PointsTable:
    """Read the points of a scorecard from its trees.

    Parameters
    ----------
    model : FittedModel
        Of a `Scorecard`: ``card.model_``, or ``pipeline.model.fitted`` of a pipeline, also of a loaded one.
    scale : ScoreScale
        From log-odds to points: ``pipeline.scale``.

    Returns
    -------
    PointsTable

    Raises
    ------
    ParameterError
        If the model is no scorecard: if a tree of it reads several features, or two trees read the same one.

    Examples
    --------
    >>> from creditscore.model.scorecard import Scorecard
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(500, 1))
    >>> y = (X[:, 0] + rng.normal(size=500) > 1).astype(int)
    >>> model = Scorecard(signs=[+1]).fit(X, y).model_
    >>> table = points_table(model, ScoreScale())
    >>> bool(np.allclose(table.of(X), ScoreScale().points(model.log_odds(X))))
    True
    """
    check_made("model", model, FittedModel, "the fitted model of a scorecard: scorecard.model_")
    check_made("scale", scale, ScoreScale, "ScoreScale(...)")
    trees = model.trees
    slope = model.calibration.slope
    roots = [root for root in trees.roots.tolist() if root >= 0]
    base = sum(float(trees.leaf_values[~root]) for root in trees.roots.tolist() if root < 0)
    rows, seen = list[PointsRow](), set[int]()
    for root, stop in zip(roots, [*roots[1:], len(trees.nodes)], strict=True):
        columns = set(trees.nodes[root:stop, FEATURE].tolist())
        if len(columns) > 1 or columns & seen:
            raise ParameterError.must_be("model", "a scorecard, of one tree for each feature", "a booster")
        seen |= columns
        (column,) = columns
        rows += _rows(model, column, root, -scale.factor * slope)
    start = scale.points(slope * base + model.calibration.intercept)
    return PointsTable(float(start), tuple(rows), model)


def _rows(model: FittedModel, column: int, root: int, factor: float) -> Iterator[PointsRow]:
    """Ask the tree for every stretch between its thresholds, for every label, and for what is missing."""
    name, trees = model.feature_names[column], model.trees
    if trees.nodes[root, DECISION] & CATEGORICAL:
        labels = model.encoding.categories[column]
        asked: Floats = np.arange(len(labels) + 1, dtype=np.float64)
        values = np.array([factor * _leaf(trees, root, float(one)) for one in asked])
        by_points: dict[float, list[float]] = {}
        for label, points in zip(labels, values[:-1].tolist(), strict=True):
            by_points.setdefault(points, []).append(label)
        for points in sorted(by_points, reverse=True):
            yield PointsRow(name, np.nan, np.nan, tuple(by_points[points]), False, points)
    else:
        inside = trees.nodes[:, FEATURE] == column
        cuts = np.unique(trees.thresholds[inside])
        cuts = cuts[np.abs(cuts) < np.finfo(np.float64).max]
        asked = np.concatenate([cuts, [np.finfo(np.float64).max, np.nan]])
        values = np.array([factor * _leaf(trees, root, float(one)) for one in asked])
        bounds = [-np.inf, *cuts.tolist(), np.inf]
        turned = model.encoding.signs[column] < 0
        for number, points in enumerate(values[:-1].tolist()):
            low, high = bounds[number], bounds[number + 1]
            yield PointsRow(name, *((-high, -low) if turned else (low, high)), (), False, points)
    yield PointsRow(name, np.nan, np.nan, (), True, float(values[-1]))


def _leaf(trees: Trees, root: int, value: float) -> float:
    """Walk down a tree that reads one encoded value."""
    node = root
    while node >= 0:
        decision = int(trees.nodes[node, DECISION])
        if decision & CATEGORICAL:
            left = _in_set(trees, int(trees.thresholds[node]), int(value))
        elif np.isnan(value):
            left = bool(decision & MISSING_LEFT)
        else:
            left = bool(value <= trees.thresholds[node])
        node = int(trees.nodes[node, LEFT if left else RIGHT])
    return float(trees.leaf_values[~node])


def _in_set(trees: Trees, number: int, code: int) -> bool:
    start, stop = trees.category_bounds[number : number + 2].tolist()
    word = start + code // _WORD
    return word < stop and bool(int(trees.category_words[word]) >> (code % _WORD) & 1)
