"""How much of a contribution two features make only together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from creditscore.errors import ExplanationError, ParameterError
from creditscore.explain.contributions import TOLERANCE

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, eq=False)
class Interactions:
    """Contributions of pairs of features, or of groups of them, to each applicant's log-odds of default.

    ``values[i]`` is symmetric. Off the diagonal stands half of what two features add together beyond what
    they add apart (the Shapley interaction index); on it what a feature adds by itself. Each row of it sums
    to the feature's contribution within 1e-9, or the object cannot be made.

    Parameters
    ----------
    values : ndarray of float64, shape (n_applications, n_features, n_features)
        Calibrated log-odds of bad; above 0 raises the risk.
    contributions : ndarray of float64, shape (n_applications, n_features)
        What each feature adds in all.
    feature_names : tuple of str
        One for each column; a group by its own name.
    application_ids : sequence
        One for each applicant.

    References
    ----------
    Grabisch and Roubens (1999), "An axiomatic approach to the concept of interaction among players in
    cooperative games", International Journal of Game Theory 28, 547-565.
    Lundberg, Erion, Chen et al. (2020), Nature Machine Intelligence 2, 56-67 (halves and main effects).
    """

    values: NDArray[np.float64]
    contributions: NDArray[np.float64]
    feature_names: tuple[str, ...]
    application_ids: Sequence[str | int]

    def __post_init__(self) -> None:
        rows, columns = self.contributions.shape
        fits = self.values.shape == (rows, columns, columns)
        if not fits or (len(self.feature_names), len(self.application_ids)) != (columns, rows):
            raise ExplanationError(
                f"Interactions of shape {self.values.shape} do not fit {rows} rows of {columns} features."
            )
        off = np.abs(self.values.sum(axis=2) - self.contributions).max(initial=0.0)
        if not off <= TOLERANCE:
            raise ExplanationError(f"The interactions miss the contributions, by {off:.3g}.")

    def __len__(self) -> int:
        return len(self.values)

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas frame: a row for each pair that is not 0, the largest of an applicant first.

        ``interaction`` is what the pair adds together: both halves, or the main effect where ``feature``
        and ``with`` are the same.
        """
        import pandas as pd

        whole = np.tril(self.values) + np.tril(self.values, -1)
        who, one, two = np.nonzero(whole)
        sizes = whole[who, one, two]
        order = np.lexsort((two, one, -np.abs(sizes), who))
        names = np.array(self.feature_names, dtype=object)
        ids = np.array(list(self.application_ids), dtype=object)
        return pd.DataFrame(
            {
                "application_id": ids[who[order]],
                "feature": names[two[order]],
                "with": names[one[order]],
                "interaction": sizes[order],
            }
        )

    def __repr__(self) -> str:
        rows, columns = self.contributions.shape
        return f"Interactions({rows} applications x {columns} features)"


def players_of(
    features: Sequence[str], groups: Mapping[str, str] | None
) -> tuple[tuple[str, ...], NDArray[np.int32] | None]:
    """Number the groups of features, in the order in which their first feature stands.

    Parameters
    ----------
    features : sequence of str
        In column order.
    groups : mapping of str to str, or None
        Group by feature; a feature without one stands alone under its own name.

    Returns
    -------
    names : tuple of str
        Of the groups.
    players : ndarray of int32, shape (n_features,), or None
        Number of the group of each feature; None where nothing is grouped.

    Raises
    ------
    ParameterError
        If a group is given for a feature that is not there, or bears the name of a feature of another.

    Examples
    --------
    >>> names, players = players_of(("late", "income", "spent"), {"income": "money", "spent": "money"})
    >>> names, players.tolist()
    (('late', 'money'), [0, 1, 1])
    """
    if not groups:
        return tuple(features), None
    unknown = sorted(set(groups) - set(features))
    if unknown:
        raise ParameterError.must_be("groups", "a mapping of features of the model", repr(unknown[0]))
    taken = [name for name in features if name not in groups and name in groups.values()]
    if taken:
        raise ParameterError(
            f"A group and the feature {taken[0]!r}, which is not in it, bear one name. Rename the group."
        )
    owners = [groups.get(name, name) for name in features]
    names = tuple(dict.fromkeys(owners))
    number = {name: count for count, name in enumerate(names)}
    return names, np.array([number[owner] for owner in owners], dtype=np.int32)
