"""How much may be asked: sizes, seconds, requests at once, and requests a second of each key."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from creditscore.errors import ParameterError


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a service.

    Attributes
    ----------
    most_bytes : int
        Of a body.
    most_rows : int
        Of all tables that come with a request.
    seconds : float
        Until an answer; whoever waits longer is told so.
    threads : int
        That score and decide; those who wait for the ledger share its syncs, so more of them help decisions.
    most_waiting : int
        Requests at once; more are sent away, to come again.
    per_second : float
        Requests a second of each key in the long run, twice as many at once; 0 for no limit.
    grace_seconds : float
        In which requests that have begun are finished when the service is stopped.
    """

    most_bytes: int = 8 << 20
    most_rows: int = 200_000
    seconds: float = 30.0
    threads: int = 8
    most_waiting: int = 256
    per_second: float = 0.0
    grace_seconds: float = 30.0

    def __post_init__(self) -> None:
        for name in ("most_bytes", "most_rows", "threads", "most_waiting"):
            if getattr(self, name) < 1:
                raise ParameterError.must_be(name, "at least 1", getattr(self, name))
        for name in ("seconds", "grace_seconds"):
            if not 0 < getattr(self, name) < float("inf"):
                raise ParameterError.must_be(name, "seconds above 0", getattr(self, name))
        if not 0 <= self.per_second < float("inf"):
            raise ParameterError.must_be("per_second", "0 or more", self.per_second)


class Allowances:
    """A bucket of tokens for each key: it fills at a steady rate, and each request takes one.

    Parameters
    ----------
    clock : callable, optional
        Returns seconds that only rise.

    Examples
    --------
    >>> at = [0.0]
    >>> allowances = Allowances(clock=lambda: at[0])
    >>> [allowances.wait("loans", 1.0) for _ in range(3)]
    [0.0, 0.0, 1.0]
    >>> at[0] = 1.0
    >>> allowances.wait("loans", 1.0)
    0.0
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._left: dict[str, tuple[float, float]] = {}
        self._turn = threading.Lock()

    def wait(self, name: str, per_second: float) -> float:
        """Take a token, or return for how many seconds there is none.

        Parameters
        ----------
        name : str
            Of the key.
        per_second : float
            0 for no limit.
        """
        if per_second <= 0:
            return 0.0
        most = max(2.0 * per_second, 1.0)
        with self._turn:
            now = self._clock()
            left, before = self._left.get(name, (most, now))
            left = min(most, left + (now - before) * per_second)
            if left >= 1.0:
                self._left[name] = (left - 1.0, now)
                return 0.0
            self._left[name] = (left, now)
            return (1.0 - left) / per_second
