"""Random numbers: one independent stream for each part, so that no part disturbs another."""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from creditscore.errors import ParameterError

Generator: TypeAlias = np.random.Generator
F8 = NDArray[np.float64]
I8 = NDArray[np.int64]

# The order is part of what a seed means: a new stream goes to the end.
STREAMS: Final = (
    "traits", "segments", "arrivals", "macro", "communities", "ties", "tie_times", "interactions",
    "transfers",
    "groups", "frailty", "defaults", "default_days", "requests", "observed", "salaries", "bills",
    "purchases", "categories", "credit_lines", "small_flows", "earlier_loans", "lateness", "statements",
    "guarantees", "inquiries", "sessions", "activities", "application_loans", "policy", "lags", "missing",
    "late_arrivals", "reversals", "duplicates", "gaming", "rings", "households", "monte_carlo",
    "registrations", "returns", "earlier_requests", "accounts", "cards", "card_purchases", "cash", "savings",
    "persons", "subscriptions", "benefits", "pay_later", "refunds", "mistakes", "hours", "consents",
    "pensions", "purposes", "steadiness", "footprints", "reminders", "forms", "settings", "complaints",
    "second_ids",
)  # fmt: skip


class Streams:
    """The random streams of one seed, by name.

    Parameters
    ----------
    seed : int
        0 or more.

    Examples
    --------
    >>> Streams(7).of("macro").random() == Streams(7).of("macro").random()
    True
    >>> Streams(7).of("macro").random() == Streams(7).of("ties").random()
    False
    """

    def __init__(self, seed: int) -> None:
        if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
            raise ParameterError.must_be("seed", "a whole number, 0 or more", seed)
        children = np.random.SeedSequence(int(seed)).spawn(len(STREAMS))
        self._children = dict(zip(STREAMS, children, strict=True))

    def of(self, name: str) -> Generator:
        """Return a fresh generator at the beginning of a stream."""
        return np.random.Generator(np.random.PCG64(self._children[name]))


def by_key(keys: I8, random: Generator) -> F8:
    """Numbers that depend on a key and the stream alone, not on the rows around (SplitMix64).

    Each call takes one number from the stream, so that calls in turn give independent numbers.

    Parameters
    ----------
    keys : ndarray of int64, shape (...)
    random : Generator

    Returns
    -------
    ndarray of float64, shape (...)
        0 or more and below 1, the same for the same key.
    """
    z = (keys.astype(np.uint64) + random.integers(0, 2**62, dtype=np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(((z ^ (z >> np.uint64(31))) >> np.uint64(11)) / 2.0**53, np.float64)
