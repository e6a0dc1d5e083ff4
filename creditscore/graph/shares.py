"""From randomised bits to a share of defaults."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from creditscore._ground.arrays import Float64

# Values are rounded to five per cent: it costs 0.001 of AUC, and most months then change nothing.
_STEPS: Final = 20.0


class Weighed(NamedTuple):
    """Known persons around each person, every one with a weight of their own; all of shape (n,).

    Attributes
    ----------
    marked : float64 array
        Sum of the weights of those who are seen as defaulted.
    known : float64 array
        Sum of the weights.
    squared : float64 array
        Sum of the squared weights.
    largest : float64 array
        Largest of the weights.
    people : float64 array
        How many they are.
    """

    marked: Float64
    known: Float64
    squared: Float64
    largest: Float64
    people: Float64


class Prior(NamedTuple):
    """What a share is drawn towards, as if `weight` more persons of noiseless standing had it.

    Attributes
    ----------
    share, weight : float
    """

    share: float
    weight: float


def default_shares(around: Weighed, flip: float, prior: Prior, *, least: float, min_known: int) -> Float64:
    """Share of defaults among the known persons around each person, freed of noise, in steps of 0.05.

    With n = (sum of the weights)^2 / (sum of their squares) persons of equal weight, of whom a share m is
    marked, and bits that say the opposite with the chance q:

        share = ((n m + w (q + (1 - 2 q) p)) / (n + w) - q) / (1 - 2 q),    w = weight / (1 - 2 q)^2

    drawn towards p, and cut to the range from 0 to 1.

    Parameters
    ----------
    around : Weighed
    flip : float
        The chance q, from 0 up to 1/2.
    prior : Prior
    least : float
        With fewer persons the value is NaN.
    min_known : int
        So it is where one person weighs more than one of so many of equal weight.

    Returns
    -------
    float64 array of shape (n,)

    Examples
    --------
    >>> five = Weighed(*(np.array([number]) for number in (2.0, 5.0, 5.0, 1.0, 5.0)))
    >>> default_shares(five, 0.0, Prior(0.1, 5.0), least=5, min_known=5)
    array([0.25])
    >>> default_shares(five, 0.12, Prior(0.1, 5.0), least=5, min_known=5)
    array([0.2])
    """
    keep = 1.0 - 2.0 * flip
    weight = prior.weight / (keep * keep)
    there = (around.people >= max(least, 1)) & (around.known > 0.0)
    known, squared = np.where(there, around.known, 1.0), np.where(there, around.squared, 1.0)
    people = known * known / squared
    marked = people * around.marked / known
    seen = (marked + weight * (flip + keep * prior.share)) / (people + weight)
    share = np.clip((seen - flip) / keep, 0.0, 1.0)
    enough = there & (around.largest * min_known <= known * (1.0 + 1e-9))
    return np.where(enough, np.rint(share * _STEPS) / _STEPS, np.nan)
