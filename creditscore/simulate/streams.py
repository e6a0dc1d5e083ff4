"""Random numbers: one independent stream for each part, so that no part disturbs another."""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np

from creditscore.errors import ParameterError

Generator: TypeAlias = np.random.Generator

# The order is part of what a seed means: a new stream goes to the end.
STREAMS: Final = (
    "traits", "segments", "arrivals", "macro", "communities", "ties", "tie_times", "interactions",
    "transfers",
    "groups", "frailty", "defaults", "default_days", "requests", "observed", "salaries", "bills",
    "purchases", "categories", "credit_lines", "small_flows", "earlier_loans", "lateness", "statements",
    "guarantees", "inquiries", "sessions", "activities", "application_loans", "policy", "lags", "missing",
    "late_arrivals", "reversals", "duplicates", "gaming", "rings", "households", "monte_carlo",
    "registrations",
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
