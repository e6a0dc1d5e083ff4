"""Which columns tell more than chance: each against permuted copies of all, on the rows to grow on."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore.model.boosting import BoostingData
from creditscore.model.recipes import LEAST_FEATURES, RECIPES

_TREES: Final = 100
_QUANTILE: Final = 0.8


def telling(data: BoostingData, rows: NDArray[np.int64], *, seed: int) -> NDArray[np.bool_]:
    """Find the columns whose trees gain more than those of most columns that can tell nothing.

    Beside every column stands a copy whose values are dealt to the rows by chance, with the same sign.
    Shallow trees are grown on all of them, and a column tells if it gains more than four fifths of the
    copies. No row but the given ones has a say, so that rows held out may judge what is grown on the columns
    that are left.

    Parameters
    ----------
    data : BoostingData
    rows : ndarray of int64, shape (n_grown,)
        Rows to grow on.
    seed : int
        Of the copies.

    Returns
    -------
    ndarray of bool, shape (n_features,)
        All of them where none, or fewer than six, would be left.

    References
    ----------
    Kursa and Rudnicki (2010), Feature selection with the Boruta package.
    """
    gains = data.gains_beside_copies(RECIPES["shallow"], rows, _TREES, seed=seed)
    own, copies = np.split(gains, 2)
    found: NDArray[np.bool_] = own > np.quantile(copies, _QUANTILE)
    return found if found.sum() >= LEAST_FEATURES else np.ones(len(own), np.bool_)
