"""What others see of everyone's standing at a moment: one randomised bit each, and nothing besides."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from creditscore._ground.arrays import Flags, Float64, Int32
from creditscore.data.network.identities import Identities, alone

if TYPE_CHECKING:
    from creditscore.data.portfolio import Portfolio


class Bits(NamedTuple):
    """Bits of persons, the nodes of a network, as seen at a moment.

    Attributes
    ----------
    known : bool array of shape (n,)
        Whether anything is seen of the person: neither is not good.
    marked : bool array of shape (n,)
        Whether it is seen as a default.
    flip : float
        Chance that a bit says the opposite of the truth.
    """

    known: Flags
    marked: Flags
    flip: float

    def of(self, people: Int32) -> Bits:
        """The bits of some persons.

        Arrays: ``people`` shape (n_nodes,).
        """
        return Bits(self.known[people], self.marked[people], self.flip)


def bits_at(portfolio: Portfolio, moment: int) -> Bits:
    """What others see of every person of a portfolio at a moment.

    Parameters
    ----------
    portfolio : Portfolio
        Without `standings`, nothing is seen of anyone.
    moment : int
        Microseconds since 1970-01-01 UTC.

    Returns
    -------
    Bits
    """
    if portfolio.network is None:
        nobody = np.zeros(len(portfolio.people), np.bool_)
        return Bits(nobody, nobody, portfolio.privacy.flip)
    seen = portfolio.network.seen.at(moment)
    return Bits(seen.known, seen.marked, portfolio.privacy.flip)


def identities_of(portfolio: Portfolio) -> Identities:
    """Which ids of a portfolio were known to be one person."""
    network = portfolio.network
    return alone(len(portfolio.people)) if network is None else network.identities


def ids_of_nodes(portfolio: Portfolio, nodes: Int32, values: Float64) -> tuple[Int32, Float64]:
    """Give the value of a person to every id of that person.

    Parameters
    ----------
    portfolio : Portfolio
    nodes : int32 array of shape (n,)
        Of the portfolio's network.
    values : float64 array of shape (n,)

    Returns
    -------
    ids : int32 array of shape (n_ids,)
        Their codes, rising.
    values : float64 array of shape (n_ids,)
    """
    who = identities_of(portfolio)
    if who.is_plain:
        return nodes, values
    ids = np.concatenate([np.empty(0, np.int32), *(who.ids_of(node) for node in nodes.tolist())])
    spread = np.repeat(values, np.diff(who.offsets)[nodes])
    order = np.argsort(ids, kind="stable")
    return ids[order], spread[order]
