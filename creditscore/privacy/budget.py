"""Counts that are published with noise, out of a budget that is kept and cannot be overdrawn.

References
----------
Dwork, McSherry, Nissim and Smith (2006), "Calibrating noise to sensitivity in private data analysis", TCC.
Ghosh, Roughgarden and Sundararajan (2009), "Universally utility-maximizing privacy mechanisms", STOC. The
noise is that of OpenDP, whose sampling is exact (no attack on the low bits of floats).
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Self

from creditscore._ground.extras import needs
from creditscore.errors import ParameterError, PrivacyError

LARGEST_EPSILON: Final = Decimal(10)

_LEVEL: Final = 0.95
_PATIENCE_SECONDS: Final = 60.0
_TABLES: Final = (
    "CREATE TABLE budget (one INTEGER PRIMARY KEY CHECK (one = 1), total TEXT NOT NULL)",
    (
        "CREATE TABLE spent (number INTEGER PRIMARY KEY, at TEXT NOT NULL, what TEXT NOT NULL,"
        " epsilon TEXT NOT NULL)"
    ),
    *(
        f"CREATE TRIGGER {table}_{change} BEFORE {change} ON {table}"
        f" BEGIN SELECT RAISE(ABORT, 'rows of {table} stay as they are'); END"
        for table in ("budget", "spent")
        for change in ("UPDATE", "DELETE")
    ),
)


@dataclass(frozen=True, slots=True)
class Spent:
    """One release out of a budget.

    Attributes
    ----------
    at : datetime
        UTC.
    what : str
        What was released.
    epsilon : Decimal
    """

    at: datetime
    what: str
    epsilon: Decimal


@dataclass(frozen=True, slots=True)
class ReleasedCounts:
    """Counts with noise, which may be published.

    Attributes
    ----------
    counts : mapping of str to int
        May be below 0: noise is not cut off, so that sums and means of many stay true.
    epsilon : Decimal
        What the release cost: whether one person is in the data or not moves the odds of any outcome by at
        most ``exp(epsilon)``.
    people : int
        In how many of the groups one person stands at most.
    within : float
        Each count lies so close to the true one with 95 % chance.
    """

    counts: Mapping[str, int]
    epsilon: Decimal
    people: int
    within: int

    def __str__(self) -> str:
        width = max([5, *map(len, self.counts)])
        lines = [f"{name:<{width}}  {count:>10,}" for name, count in self.counts.items()]
        return "\n".join([*lines, f"each within {self.within:,} with 95 % chance, epsilon {self.epsilon}"])

    __repr__ = __str__


class PrivacyBudget:
    """How much may be told of everybody together, kept in a file.

    What was spent is written before anything is released and never taken back; two processes cannot spend the
    same rest. Costs add up (sequential composition).

    Parameters
    ----------
    path : str or Path
        From `create`, or one that is there.

    Attributes
    ----------
    total, spent, remaining : Decimal
    history : tuple of Spent
        Oldest first.

    Raises
    ------
    PrivacyError
        If the file is not there, or is none of a budget.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> folder = TemporaryDirectory()
    >>> budget = PrivacyBudget.create(folder.name + "/2026.budget", total=1)
    >>> released = budget.release_counts({"app": 5120, "branch": 880}, epsilon="0.5", what="channels, Q3")
    >>> sorted(released.counts), released.within, budget.remaining
    (['app', 'branch'], 6, Decimal('0.5'))
    >>> budget.release_counts({"app": 5120}, epsilon=0.6, what="again")
    Traceback (most recent call last):
    ...
    creditscore.errors.PrivacyError: 0.6 was asked for, and 0.5 of 1 is left. Publish fewer figures, ...
    >>> folder.cleanup()
    """

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)
        if not self._path.is_file():
            raise PrivacyError(f"There is no budget {path}. Make one with PrivacyBudget.create(...).")
        with _opened(self._path) as store:
            found = store.execute("SELECT total FROM budget").fetchone()
        if found is None:
            raise PrivacyError(f"The budget {path} was never finished. Delete the file, and make a new one.")
        self._total = Decimal(found[0])

    @classmethod
    def create(cls, path: str | Path, *, total: float | str | Decimal) -> Self:
        """Make a budget; the file must not be there yet.

        Parameters
        ----------
        path : str or Path
        total : number or str
            Epsilon of all releases together: above 0 and at most 10.

        Raises
        ------
        ParameterError
            If the total is out of its range, or the file is there already.
        """
        amount = _epsilon(total, "total")
        file = Path(path)
        try:
            file.open("xb").close()
        except FileExistsError:
            raise ParameterError.must_be("path", "a file that is not there yet", str(path)) from None
        with _opened(file) as store:
            store.execute("BEGIN IMMEDIATE")
            for statement in _TABLES:
                store.execute(statement)
            store.execute("INSERT INTO budget VALUES (1, ?)", (str(amount),))
            store.execute("COMMIT")
        return cls(file)

    @property
    def total(self) -> Decimal:
        """Epsilon of all releases together."""
        return self._total

    @property
    def history(self) -> tuple[Spent, ...]:
        """Every release, oldest first."""
        with _opened(self._path) as store:
            rows = store.execute("SELECT at, what, epsilon FROM spent ORDER BY number").fetchall()
        return tuple(Spent(datetime.fromisoformat(at), what, Decimal(cost)) for at, what, cost in rows)

    @property
    def spent(self) -> Decimal:
        """Epsilon of all releases so far."""
        return sum((one.epsilon for one in self.history), Decimal())

    @property
    def remaining(self) -> Decimal:
        """What is left."""
        return self._total - self.spent

    def release_counts(
        self,
        counts: Mapping[str, int],
        *,
        epsilon: float | str | Decimal,
        what: str,
        people: int = 1,
    ) -> ReleasedCounts:
        """Add noise to counts of people, and note what it cost.

        Parameters
        ----------
        counts : mapping of str to int
            How many people stand in each group. The names of the groups must not depend on who is there.
        epsilon : number or str
            What the release may cost: the smaller, the more noise.
        what : str
            What it is called in the history.
        people : int, default 1
            In how many groups one person can stand: 1 where groups do not overlap.

        Returns
        -------
        ReleasedCounts

        Raises
        ------
        PrivacyError
            If less is left; then nothing is spent and nothing released.
        ParameterError
            If a count is none.
        MissingExtraError
            If the extra ``private`` is not installed.
        """
        cost = _epsilon(epsilon, "epsilon")
        _check_counts(counts, what, people)
        dp = _library()
        scale = float(people / cost)
        noisy = dp.m.make_laplace(
            dp.vector_domain(dp.atom_domain(T="i64")), dp.l1_distance(T="i64"), scale=scale
        )
        if noisy.map(people) > float(cost) * (1 + 1e-9):
            raise PrivacyError("The noise would cost more than was asked for. Ask for a larger epsilon.")
        self._spend(cost, what)
        released = dict(zip(counts, noisy(list(counts.values())), strict=True))
        beyond = dp.discrete_laplacian_scale_to_accuracy(scale, 1.0 - _LEVEL)
        return ReleasedCounts(MappingProxyType(released), cost, people, math.ceil(beyond) - 1)

    def _spend(self, cost: Decimal, what: str) -> None:
        with _opened(self._path) as store:
            store.execute("BEGIN IMMEDIATE")
            known = store.execute("SELECT epsilon FROM spent").fetchall()
            left = self._total - sum((Decimal(one) for (one,) in known), Decimal())
            if cost > left:
                store.execute("ROLLBACK")
                raise PrivacyError(
                    f"{cost} was asked for, and {left} of {self._total} is left. Publish fewer figures, or "
                    "wait for the next budget."
                )
            now = datetime.now(UTC).isoformat()
            store.execute("INSERT INTO spent (at, what, epsilon) VALUES (?, ?, ?)", (now, what, str(cost)))
            store.execute("COMMIT")

    def __repr__(self) -> str:
        return f"PrivacyBudget({self.remaining} of {self._total} left)"


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    store = sqlite3.connect(path, isolation_level=None, timeout=_PATIENCE_SECONDS)
    try:
        store.execute("PRAGMA synchronous=FULL")
        yield store
    except sqlite3.Error as error:
        raise PrivacyError(f"The budget {path} cannot be used: {error}.") from error
    finally:
        store.close()


def _epsilon(value: Any, name: str) -> Decimal:
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        amount = Decimal("NaN")
    if isinstance(value, bool) or not amount.is_finite() or not 0 < amount <= LARGEST_EPSILON:
        raise ParameterError.must_be(name, f"above 0 and at most {LARGEST_EPSILON}", value)
    return amount


def _check_counts(counts: Mapping[str, int], what: str, people: int) -> None:
    for name, count in counts.items():
        if isinstance(count, bool) or not isinstance(count, int) or count < 0:
            raise ParameterError.must_be(f"counts[{name!r}]", "a whole number, 0 or more", count)
    if not counts:
        raise ParameterError.must_be("counts", "one count or more", counts)
    if not isinstance(what, str) or not what.strip():
        raise ParameterError.must_be("what", "what the release is called", what)
    if isinstance(people, bool) or not isinstance(people, int) or not 1 <= people <= len(counts):
        raise ParameterError.must_be("people", f"from 1 to {len(counts)}, the number of groups", people)


def _library() -> Any:
    with needs("PrivacyBudget.release_counts", package="opendp", extra="private"):
        import opendp.prelude as dp
    # Every mechanism of the library that is not yet verified by its authors asks for this consent.
    dp.enable_features("contrib")
    return dp
