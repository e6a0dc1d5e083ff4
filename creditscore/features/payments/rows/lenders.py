"""Which lender of the ledger somebody that is paid is: by the name, where both name them alike."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from creditscore.data.payments.named import name_of

I8 = NDArray[np.int64]

# a party that is none of the lenders, and no party at all
NO_LENDER, NOBODY = -1, -2


def lenders_of(parties: NDArray[np.int32], named: Sequence[object], lenders: Sequence[object]) -> I8:
    """Return which lender each party is.

    Parameters
    ----------
    parties : ndarray of int32, shape (n,)
        Codes of the other sides of payments, -1 for none.
    named, lenders : sequence
        The labels of both; only texts can be names of the same lender, whatever their case.

    Returns
    -------
    ndarray of int64, shape (n,)
        Code of the lender; -1 for a party that is none, -2 for nobody.

    Examples
    --------
    >>> lenders_of(np.array([1, 0, -1], np.int32), ("grocer", "Bank A"), ("bank b", "bank a")).tolist()
    [1, -1, -2]
    """
    found = np.full(parties.size, NOBODY, np.int64)
    if not parties.size:
        return found
    codes = _codes(tuple(lenders))
    for party in set(parties.tolist()) - {-1}:
        label = named[party]
        known = codes.get(name_of(label), NO_LENDER) if isinstance(label, str) else NO_LENDER
        found[parties == party] = known
    return found


@lru_cache(maxsize=64)
def _codes(lenders: tuple[object, ...]) -> dict[object, int]:
    return {name_of(label): code for code, label in enumerate(lenders)}
