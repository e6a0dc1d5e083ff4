"""Stored rows of persons of several ids: each stands under one id, and nothing says that there were more."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.arrays import Int32, Int64
from creditscore.data.network.identities import lowest_of_each
from creditscore.data.portfolio import Portfolio

IntArray: TypeAlias = NDArray[Any]


def representatives(portfolio: Portfolio, person: int, as_of: int) -> Int64 | None:
    """Return for each id the one that stands for its person at a moment, shape (n_ids,); None: itself.

    Parameters
    ----------
    portfolio : Portfolio
    person : int
        Code of the applicant, who is known by this id; -1 for nobody.
    as_of : int
        The moment, in microseconds.
    """
    if portfolio.network is None or is_plain(portfolio):
        return None
    return portfolio.network.identities.representatives(person, as_of)


def under(stands: Int64 | None, codes: IntArray) -> IntArray:
    """Return the ids that stand for those of some codes, shape (n,); -1 stays.

    Arrays: ``stands`` shape (n_ids,), from `representatives`; ``codes`` shape (n,).
    """
    return codes if stands is None else np.append(stands, -1)[codes]


def all_ids(portfolio: Portfolio, codes: Int64, as_of: int) -> Int64:
    """Return all ids of some persons at a moment, each once, in the order of the persons.

    Arrays: ``codes`` shape (n,). Returns shape (n_ids,).
    """
    if portfolio.network is None or is_plain(portfolio):
        return codes
    who = portfolio.network.identities
    found = [who.ids_of(who.node(code, as_of)) for code in codes.tolist()]
    return np.array(list(dict.fromkeys(one for ids in found for one in ids.tolist())), np.int64)


def met_by(portfolio: Portfolio, codes: Int32, stands: Int64 | None) -> Int32:
    """Return whom activities were towards, one label a person.

    Arrays: ``codes`` of labels shape (n_rows,); ``stands`` shape (n_ids,), from `representatives`. Returns
    shape (n_rows,).
    """
    if stands is None or portfolio.network is None:
        return codes
    return lowest_of_each(under(stands, portfolio.network.contacts[codes]).tolist(), codes)


def is_plain(portfolio: Portfolio) -> bool:
    """Tell whether no two ids of a portfolio are ever one person."""
    return portfolio.network is None or portfolio.network.identities.is_plain
