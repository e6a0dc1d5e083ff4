"""Whether somebody would gain by hiding a whole group of sources, counted on the rows of a fit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from creditscore._ground.arrays import Flags, Float64
from creditscore.model.column_groups import ColumnGroups
from creditscore.pipeline.caution import Caution
from creditscore.pipeline.copies import Copies

if TYPE_CHECKING:
    from creditscore.model.fitted import FittedModel

# A share of the rows from which on it is said.
_SAID_FROM: Final = 0.01
_SAME: Final = 1e-9


class Hidden(NamedTuple):
    """Rows without one group of sources, compared with the best that it could say of them.

    Attributes
    ----------
    group : str
    rows : int
        Rows that show the group and are known without it too.
    gaining : int
        Those that come out safer without it than if each of its signed features had the best value that any
        row has.
    """

    group: str
    rows: int
    gaining: int


def hidden_groups(model: FittedModel, X: Float64, copies: Copies, sources: ColumnGroups) -> Iterator[Hidden]:
    """Compare copies of rows that lack one group alone with their rows at the best of it.

    For a single feature with a sign the trees are proven to gain nothing by a missing value. Lines by
    combination of groups are right on average where a group is missing, and may put a row below the best that
    the group could say; so that is counted.

    Parameters
    ----------
    model : FittedModel
    X : ndarray of float64, shape (n_rows, n_features)
        The rows.
    copies : Copies
        Of these rows, without some of their sources.
    sources : ColumnGroups
    """
    signs = np.array(model.signs)
    known: Flags = np.asarray((~np.isnan(X)).any(axis=0), np.bool_)
    whole, without = sources.codes(X), sources.codes(copies.values)
    for bit, (group, columns) in enumerate(sources.columns.items()):
        before = whole[copies.rows]
        alone = np.flatnonzero((before & ~without == 1 << bit) & (without & ~before == 0))
        if not alone.size:
            continue
        signed = [column for column in columns if signs[column] and known[column]]
        could = X[copies.rows[alone]].copy()
        could[:, signed] = [
            np.nanmin(X[:, column]) if signs[column] > 0 else np.nanmax(X[:, column]) for column in signed
        ]
        safer = model.log_odds(copies.values[alone]) < model.log_odds(could) - _SAME
        yield Hidden(group, alone.size, int(safer.sum()))


def hiding_cautions(
    model: FittedModel, X: Float64, copies: Copies, sources: ColumnGroups
) -> Iterator[Caution]:
    """Say of which groups more than one row in a hundred would gain by hiding them; see `hidden_groups`.

    ``X`` has shape (n_rows, n_features).
    """
    for one in hidden_groups(model, X, copies, sources):
        if one.gaining > _SAID_FROM * one.rows:
            yield Caution.of("hiding_gains", one.group, gaining=one.gaining, rows=one.rows)
