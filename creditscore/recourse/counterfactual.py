"""The smallest changes that would reach a cut-off, over what an applicant can act on.

Every change goes towards lower risk by the declared sign, to the nearest value beyond one of the model's own
split values, so that anything smaller would leave the score where it is. Every alternative is scored by the
model itself before it is given. What is missing stays missing: nobody is told to make it known or to hide it.

References
----------
Ustun, Spangher and Liu (2019), "Actionable recourse in linear classification", FAT* 2019, 10-19 (actionable
features, several alternatives).
Wachter, Mittelstadt and Russell (2018), "Counterfactual explanations without opening the black box", Harvard
Journal of Law and Technology 31(2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations, permutations
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from creditscore.errors import ParameterError
from creditscore.explain._split_values import least_possible, plain_value, split_values
from creditscore.features.definition import Feature
from creditscore.model.fitted import FittedModel
from creditscore.model.scale import ScoreScale, probability_of_default
from creditscore.recourse.actionable import actionable

MOST_ALTERNATIVES: Final = 3
MOST_CHANGES: Final = 3
LONGEST_LIST: Final = 12


@dataclass(frozen=True, slots=True)
class Change:
    """One feature that would be different: ``before`` becomes ``after``, both as computed, in ``unit``."""

    feature: str
    before: float
    after: float
    unit: str


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """Changes that reach the cut-off together, and what the model then says.

    Attributes
    ----------
    changes : tuple of Change
        One to three, in the order of the features. None can be made smaller and still reach the cut-off.
    score : int
        The score after them, at least the cut-off.
    probability_of_default : float
        After them, within 0 and 1.
    effort : float
        Over all changes, the part of the feature's split values that is passed: above 0.
    """

    changes: tuple[Change, ...]
    score: int
    probability_of_default: float
    effort: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        changes = [
            {"feature": one.feature, "from": one.before, "to": one.after, "unit": one.unit}
            for one in self.changes
        ]
        return {
            "changes": changes,
            "score": self.score,
            "probability_of_default": self.probability_of_default,
        }


def find_counterfactuals(
    fitted: FittedModel,
    scale: ScoreScale,
    features: Sequence[Feature],
    values: NDArray[np.float64],
    cutoff: float | None,
    *,
    limit: int = MOST_ALTERNATIVES,
) -> tuple[Counterfactual, ...]:
    """Find what would have to be different for a score to reach the cut-off.

    Alternatives with fewer changes come first, then those of less effort, then by name. No alternative
    holds all features of another. Single changes are searched over every actionable feature, pairs and
    triples over the 12 that move the score most by themselves.

    Parameters
    ----------
    fitted : FittedModel
        The model.
    scale : ScoreScale
        From log-odds to score points.
    features : sequence of Feature
        Declarations in column order; :func:`creditscore.recourse.actionable.actionable` reads them.
    values : ndarray of float64, shape (n_features,)
        The applicant's features as computed; NaN is missing and is left alone.
    cutoff : float
        The lowest score that is approved, in points.
    limit : int
        Alternatives at most.

    Returns
    -------
    tuple of Counterfactual
        Empty if the score reaches the cut-off as it is, or if nothing within reach does.

    Raises
    ------
    ParameterError
        If there is no cut-off, or the values do not fit the model.
    """
    return Recourse(fitted, scale, features).find(values, cutoff, limit=limit)


@dataclass(frozen=True, slots=True, eq=False)
class Recourse:
    """What a model lets applicants act on, made ready once to search for any of them.

    Parameters
    ----------
    fitted, scale, features
        As for `find_counterfactuals`.

    Attributes
    ----------
    movable : tuple of (int, ndarray of float64, float)
        For each feature that can be acted on: its column, its split values, rising, and the lowest value that
        it can take, all oriented so that risk rises with them.
    """

    fitted: FittedModel
    scale: ScoreScale
    features: Sequence[Feature]
    movable: tuple[tuple[int, NDArray[np.float64], float], ...] = field(init=False)

    def __post_init__(self) -> None:
        if len(self.features) != self.fitted.n_features:
            raise ParameterError.must_be(
                "features", f"{self.fitted.n_features} declarations, one for each feature", len(self.features)
            )
        splits = split_values(self.fitted.trees)
        movable = tuple(
            (column, splits[column], least_possible(feature.unit, feature.sign))
            for column, feature in enumerate(self.features)
            if len(splits[column]) and self.fitted.signs[column] == feature.sign and actionable(feature)
        )
        object.__setattr__(self, "movable", movable)

    def find(
        self, values: NDArray[np.float64], cutoff: float | None, *, limit: int = MOST_ALTERNATIVES
    ) -> tuple[Counterfactual, ...]:
        """Find alternatives for features of shape (n_features,); see `find_counterfactuals`."""
        if cutoff is None or not np.isfinite(cutoff):
            raise ParameterError(
                "Counterfactuals need a 'cutoff', the lowest score that is approved. Give one."
            )
        if values.shape != (self.fitted.n_features,):
            raise ParameterError.must_be("values", f"{self.fitted.n_features} numbers", values.shape)
        search = _Search(self, values, cutoff)
        if not search.worthwhile():
            return ()
        found: list[Counterfactual] = []
        known: list[set[int]] = []
        for size in range(1, MOST_CHANGES + 1):
            new = search.of_size(size, known)
            known += [set(columns) for columns, _ in new]
            found += sorted((one for _, one in new), key=_order)
            if len(found) >= limit or not search.together():
                break
        return tuple(found[:limit])


def _order(one: Counterfactual) -> tuple[float, list[str]]:
    return one.effort, [change.feature for change in one.changes]


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    """One applicant's row, oriented so that risk rises with every signed feature, and where it may go.

    ``steps[column]`` are the split values that a column may pass, nearest first; ``alone[column]`` are the
    raw log-odds once that column alone has gone as far as it can.
    """

    model: Recourse
    values: NDArray[np.float64]
    cutoff: float
    row: NDArray[np.float64] = field(init=False)
    steps: dict[int, NDArray[np.float64]] = field(init=False)
    alone: dict[int, float] = field(init=False)

    def __post_init__(self) -> None:
        row = self.model.fitted.encode(self.values[None, :])[0]
        now = row.tolist()
        steps: dict[int, NDArray[np.float64]] = {}
        for column, known, least in self.model.movable:
            # No comparison holds of a missing value: what is not known is left alone.
            if known[0] < now[column]:
                first, last = known.searchsorted((least, now[column]))
                if first < last:
                    steps[column] = known[first:last][::-1]
        object.__setattr__(self, "row", row)
        object.__setattr__(self, "steps", steps)
        object.__setattr__(self, "alone", {})

    def worthwhile(self) -> bool:
        """Tell whether the cut-off is not reached as it is, but once all that can go has gone all the way.

        Risk rises with every column that may go, so nothing lowers it further.
        """
        now, best = self.reaches(self._at([{}, dict.fromkeys(self.steps, -1)])).tolist()
        return bool(best and not now)

    def together(self) -> bool:
        """Tell whether the strongest columns, all gone all the way, reach the cut-off."""
        return bool(self.reaches(self._at([dict.fromkeys(self._strongest(), -1)]))[0])

    @property
    def _splits(self) -> tuple[NDArray[np.float64], ...]:
        return split_values(self.model.fitted.trees)

    def raw(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Score encoded rows."""
        return self.model.fitted.trees.raw_scores(rows, threads=1)

    def reaches(self, rows: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Tell which encoded rows have a score of at least the cut-off."""
        return self.high_enough(self.raw(rows))

    def high_enough(self, raw: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Tell which raw log-odds, shape (n_rows,), are a score of at least the cut-off."""
        reached: NDArray[np.bool_] = (
            self.model.scale.score(self.model.fitted.calibration.log_odds(raw)) >= self.cutoff
        )
        return reached

    def of_size(self, size: int, known: list[set[int]]) -> list[tuple[tuple[int, ...], Counterfactual]]:
        """Find the alternatives that change so many features, none of them holding another."""
        groups = [
            group
            for group in combinations(sorted(self.steps) if size == 1 else self._strongest(), size)
            if not any(other <= set(group) for other in known)
        ]
        raw = self.raw(self._at([dict.fromkeys(group, -1) for group in groups]))
        if size == 1:
            self.alone.update(zip(sorted(self.steps), raw.tolist(), strict=True))
        reached = np.flatnonzero(self.high_enough(raw)).tolist()
        if size > 1:
            reached = sorted(reached, key=lambda number: (raw[number], groups[number]))[:LONGEST_LIST]
        found = []
        for group in [groups[number] for number in reached]:
            taken = min(self._shrunk(list(permutations(group))), key=self._effort_of)
            counterfactual = self._scored(taken)
            if counterfactual.score >= self.cutoff:
                found.append((group, counterfactual))
        return found

    def _at(self, taken: Sequence[dict[int, int]]) -> NDArray[np.float64]:
        """Make the encoded rows in which columns are at their steps."""
        rows = np.repeat(self.row[None, :], len(taken), axis=0)
        for number, one in enumerate(taken):
            for column, step in one.items():
                rows[number, column] = self.steps[column][step]
        return rows

    def _strongest(self) -> list[int]:
        """Name the columns that lower the log-odds most when they alone go as far as they can."""
        order = sorted(self.alone, key=lambda column: (self.alone[column], self.model.features[column].name))
        return sorted(order[:LONGEST_LIST])

    def _shrunk(self, orders: Sequence[tuple[int, ...]]) -> list[dict[int, int]]:
        """Take changes back as far as the others allow, in each of several orders: column to step."""
        taken = [{column: len(self.steps[column]) - 1 for column in order} for order in orders]
        for position in range(len(orders[0])):
            columns = [order[position] for order in orders]
            low = [0] * len(orders)
            while any(low[k] < taken[k][columns[k]] for k in range(len(orders))):
                tried = [
                    one | {column: (least + one[column]) // 2}
                    for one, column, least in zip(taken, columns, low, strict=True)
                ]
                for k, reached in enumerate(self.reaches(self._at(tried))):
                    if reached:
                        taken[k] = tried[k]
                    else:
                        low[k] = tried[k][columns[k]] + 1
        return taken

    def _effort_of(self, taken: dict[int, int]) -> tuple[float, list[tuple[int, int]]]:
        effort = sum((step + 1) / (len(self._splits[column]) + 1) for column, step in taken.items())
        return effort, sorted(taken.items())

    def _scored(self, taken: dict[int, int]) -> Counterfactual:
        """Score the changed values as the pipeline would."""
        after = self.values.copy()
        changes = []
        for column, step in sorted(taken.items()):
            feature, known = self.model.features[column], self._splits[column]
            split = float(self.steps[column][step])
            end = float(max(known[known < split], default=-np.inf))
            after[column] = feature.sign * plain_value(split, end, feature.unit, feature.sign) + 0.0
            changes.append(
                Change(feature.name, float(self.values[column]), float(after[column]), feature.unit)
            )
        log_odds = float(self.model.fitted.log_odds(after[None, :], threads=1)[0])
        return Counterfactual(
            changes=tuple(changes),
            score=self.model.scale.score(log_odds),
            probability_of_default=float(probability_of_default(log_odds)),
            effort=self._effort_of(taken)[0],
        )
