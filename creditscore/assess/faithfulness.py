"""Whether what is said to cost most does: groups are put to their usual values, and the model asked again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.arrays import Float64
from creditscore.assess.study import Study
from creditscore.assess.values import Measurement
from creditscore.explain.contributions import Contributions
from creditscore.explain.stability import DECLINED
from creditscore.reasons.applicant import moved_rows

LogOdds: TypeAlias = Callable[[Float64], Float64]

_MOST: Final = 200
_ORDERS: Final = 4


@dataclass(frozen=True, slots=True)
class Faithfulness(Measurement):
    """Deletion and insertion of reason groups, against orders that are drawn.

    The riskiest two fifths are taken. The groups that cost one of them are moved to the usual values of the
    reference, most costly first, and after each move the log-odds of the model are read. `deletion` is the
    area under the share of the whole fall that is still to come (1 before the first move, 0 after the last):
    the less, the better the contributions say what matters. `insertion` is the area under the share that has
    come back when the own values return in the same order: the more, the better.

    Attributes
    ----------
    rows : int
        Applications that were tried.
    groups : float
        Groups that cost one of them, on average.
    deletion, insertion : float
        Areas by the order of the contributions; mostly within 0 and 1.
    deletion_drawn, insertion_drawn : float
        The same by orders that are drawn.

    References
    ----------
    Petsiuk, Das and Saenko (2018), "RISE: Randomized Input Sampling for Explanation of Black-box Models",
    BMVC, arXiv 1806.07421.
    """

    rows: int
    groups: float
    deletion: float
    insertion: float
    deletion_drawn: float
    insertion_drawn: float


def faithfulness_of(study: Study, contributions: Contributions) -> Faithfulness | None:
    """Move the groups of the riskiest to their usual values, in the order of what they cost and in others.

    Returns
    -------
    Faithfulness or None
        None where the model keeps no reference, or nobody is tried whose log-odds fall.
    """
    reference = contributions.reference or study.model.references[0]
    against = study.model.reasoner.population(reference)
    if against is None:
        return None
    risk = contributions.log_odds
    riskiest = np.flatnonzero(risk >= np.quantile(risk, 1.0 - DECLINED))
    draw = np.random.default_rng([study.seed, 9])
    if riskiest.size > _MOST:
        riskiest = np.sort(draw.choice(riskiest, _MOST, replace=False))
    members = _members(contributions.reason_groups)
    areas = []
    for row in riskiest.tolist():
        order = _costly(contributions.values[row], members)
        own, usual = contributions.data[row], against.typical
        if len(order) > 1:
            areas.append((len(order), *_areas(own, usual, order, draw, against.log_odds)))
    if not areas or not (total := np.array(areas).mean(axis=0))[1] > 0.0:
        return None
    groups, fall, *found = total.tolist()
    deletion, insertion, deletion_drawn, insertion_drawn = (area / fall for area in found)
    return Faithfulness(len(areas), groups, deletion, insertion, deletion_drawn, insertion_drawn)


def _members(groups: tuple[str, ...]) -> list[NDArray[np.int64]]:
    named = np.array(groups)
    return [np.flatnonzero(named == name) for name in sorted(set(groups) - {""})]


def _costly(values: Float64, members: list[NDArray[np.int64]]) -> list[NDArray[np.int64]]:
    """Return the columns of each group that costs something, most costly first."""
    cost = np.array([values[columns].sum() for columns in members])
    return [members[one] for one in np.argsort(-cost, kind="stable").tolist() if cost[one] > 0.0]


def _areas(
    own: Float64, usual: Float64, order: list[NDArray[np.int64]], draw: np.random.Generator, log_odds: LogOdds
) -> tuple[float, ...]:
    """Return the fall of the log-odds, and the areas of deletion and insertion, by cost and drawn."""
    orders = [order, *(_drawn(order, draw) for _ in range(_ORDERS))]
    moves = [move for one in orders for move in _moves(one)]
    read = log_odds(moved_rows(own, usual, moves)).reshape(len(orders), 2, len(order) + 1)
    fall = float(read[0, 0, 0] - read[0, 0, -1])
    deletion = _area(read[:, 0] - read[0, 0, -1])
    insertion = _area(read[:, 1] - read[0, 0, -1])
    return fall, *map(float, (deletion[0], insertion[0], deletion[1:].mean(), insertion[1:].mean()))


def _drawn(order: list[NDArray[np.int64]], draw: np.random.Generator) -> list[NDArray[np.int64]]:
    return [order[one] for one in draw.permutation(len(order)).tolist()]


def _moves(order: list[NDArray[np.int64]]) -> Iterator[NDArray[np.int64]]:
    """Yield the columns at their usual values: the first groups, ever more; then all but the first ones."""
    none = np.array([], dtype=np.int64)
    for count in range(len(order) + 1):
        yield np.concatenate([none, *order[:count]])
    for count in range(len(order) + 1):
        yield np.concatenate([none, *order[count:]])


def _area(curves: Float64) -> Float64:
    """Areas under curves over even steps from 0 to 1, by trapezia."""
    area: Float64 = (curves[:, 1:] + curves[:, :-1]).mean(axis=1) / 2.0
    return area
