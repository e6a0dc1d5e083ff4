"""What moves scores between two models, by reason group, and whether the reasons stay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.arrays import Float64
from creditscore.assess.values import Measurement
from creditscore.explain.contributions import Contributions
from creditscore.explain.stability import DECLINED, as_reasons_are_given

BASE: Final = ""
_THREE: Final = 3


@dataclass(frozen=True, slots=True)
class GroupShift(Measurement):
    """What one reason group adds to the change of the score, in points; above 0 is safer than before.

    Attributes
    ----------
    group : str
        Empty for the base: what the models say of the mean training row.
    mean : float
        Mean over those explained.
    size : float
        Mean of the absolute change.
    """

    group: str
    mean: float
    size: float


@dataclass(frozen=True, slots=True)
class FirstReason(Measurement):
    """How often a group costs most, of those compared: before and after, within 0 and 1."""

    group: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class ReasonsChange(Measurement):
    """Whether the groups that cost most stay the same, for the riskiest two fifths of the model before.

    Attributes
    ----------
    applications : int
        Those compared.
    same_first : float
        Share whose most costly group is the same, within 0 and 1.
    of_three : float
        How many of the three most costly groups are the same, from 0 to 3; a place that both leave empty
        counts.
    first : tuple of FirstReason
        Most frequent before first.
    """

    applications: int
    same_first: float
    of_three: float
    first: tuple[FirstReason, ...]


def shifts_by_group(before: Contributions, after: Contributions, factor: float) -> tuple[GroupShift, ...]:
    """Part the change of the score by reason group; the largest on average first.

    The contributions of each model are against its own mean training row, whose log-odds are the base: the
    parts of one application add up to the whole change.

    Parameters
    ----------
    before, after : Contributions
        Of the same applications.
    factor : float
        Points for each log-odds.
    """
    names, old, new = _of_groups(before, after)
    change = factor * (old - new) + 0.0
    base = factor * (np.asarray(before.base) - np.asarray(after.base)) + 0.0
    shifts = [GroupShift(BASE, float(base.mean()), float(np.abs(base).mean()))]
    for column, name in enumerate(names):
        found = change[:, column]
        shifts.append(GroupShift(name, float(found.mean()), float(np.abs(found).mean())))
    return tuple(sorted(shifts, key=lambda one: (-one.size, one.group)))


def reasons_changed(before: Contributions, after: Contributions) -> ReasonsChange:
    """Compare the groups that cost most, as reasons are given: against those whom a cut-off would approve."""
    pair = as_reasons_are_given(before), as_reasons_are_given(after)
    names, old, new = _of_groups(*pair)
    declined = before.log_odds >= np.quantile(before.log_odds, 1.0 - DECLINED)
    was, now = (_costliest(one[declined]) for one in (old, new))
    first = [
        FirstReason(name, float((was[:, 0] == column).mean()), float((now[:, 0] == column).mean()))
        for column, name in enumerate(names)
    ]
    return ReasonsChange(
        applications=int(declined.sum()),
        same_first=float((was[:, 0] == now[:, 0]).mean()),
        of_three=float(np.mean([_shared(*pair) for pair in zip(was.tolist(), now.tolist(), strict=True)])),
        first=tuple(
            sorted(
                (one for one in first if one.before or one.after), key=lambda one: (-one.before, one.group)
            )
        ),
    )


def _of_groups(before: Contributions, after: Contributions) -> tuple[tuple[str, ...], Float64, Float64]:
    """Sum both by reason group; a group that one of them lacks adds nothing there."""
    grouped = before.by_group(), after.by_group()
    names = tuple(sorted(set(grouped[0].feature_names) | set(grouped[1].feature_names)))
    found = []
    for one in grouped:
        values = np.zeros((len(one), len(names)))
        values[:, [names.index(name) for name in one.feature_names]] = one.values
        found.append(values)
    return names, found[0], found[1]


def _shared(one: list[int], other: list[int]) -> int:
    """Of three: a place that is empty in both is the same."""
    found = {*one} - {-1}, {*other} - {-1}
    return _THREE - max(map(len, found)) + len(found[0] & found[1])


def _costliest(values: Float64) -> NDArray[np.int64]:
    """Return the three columns that cost most, shape (n_rows, 3); -1 where fewer cost anything."""
    padded = np.hstack([values, np.zeros((len(values), _THREE))])
    order = np.argsort(-padded, axis=1, kind="stable")[:, :_THREE]
    cost = np.take_along_axis(padded, order, axis=1)
    found: NDArray[np.int64] = np.where(cost > 0.0, order, -1)
    return found
