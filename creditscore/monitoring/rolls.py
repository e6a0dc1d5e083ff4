"""Roll rates: from which state of delinquency to which other loans moved in a month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from creditscore._ground.arrays import Float64, Int64, read_only
from creditscore._ground.instants import parse_duration
from creditscore._ground.looks import cells_as_table, cells_as_text
from creditscore._ground.numbers import finite_number
from creditscore.data.door.clock import instant, moment
from creditscore.data.given import check_given
from creditscore.data.loans.aging import checked_days, checked_months
from creditscore.data.loans.states import ENDED, UNSEEN, loan_states, month_ends
from creditscore.data.portfolio import Portfolio
from creditscore.errors import NameUnknownError, ParameterError
from creditscore.monitoring.parted import LoanColumns, loans_in
from creditscore.segments.segment import Segment
from creditscore.words.plain import PLAIN

if TYPE_CHECKING:
    import pandas as pd

EDGES: Final = (1, 30, 60, 90)
_MONTHS: Final = 12
_CURRENT: Final = "current"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class RollRates:
    """Moves of loans from the beginning to the end of calendar months, made by `roll_rates`.

    Attributes
    ----------
    as_of : datetime
        What was known before it counts.
    states : tuple of str
        ``current``, ``1-29``, ..., ``90+``, ``written_off``, ``closed``, ``sold``.
    month_starts : tuple of datetime
        When each month began, oldest first.
    counts : ndarray of int64, shape (n_months, n_states, n_states)
        Loans by month, by state at its beginning and by state at its end.
    """

    as_of: datetime
    states: tuple[str, ...]
    month_starts: tuple[datetime, ...]
    counts: Int64

    def __post_init__(self) -> None:
        read_only(self.counts)

    @property
    def rates(self) -> Float64:
        """Share of the loans of each state that went to each, all months together.

        Returns
        -------
        ndarray of float64, shape (n_states, n_states)
            Rows sum to 1; NaN where no loan was in that state at the beginning of a month.
        """
        return _shares(self.counts.sum(axis=0))

    @property
    def monthly(self) -> Float64:
        """The same for each month, shape (n_months, n_states, n_states)."""
        return _shares(self.counts)

    def rate(self, origin: str, end: str) -> float:
        """Share of the loans in one state that went to another, within 0 and 1.

        Raises
        ------
        NameUnknownError
            If there is no such state.
        """
        for name in (origin, end):
            if name not in self.states:
                raise NameUnknownError.among("state", name, self.states)
        return float(self.rates[self.states.index(origin), self.states.index(end)])

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each month and pair of states between which a loan moved."""
        import pandas as pd

        month, origin, end = np.nonzero(self.counts)
        names = np.array(self.states, dtype=object)
        return pd.DataFrame(
            {
                "month": [self.month_starts[k] for k in month.tolist()],
                "origin": names[origin],
                "end": names[end],
                "loans": self.counts[month, origin, end],
                "rate": self.monthly[month, origin, end],
            }
        )

    def __repr__(self) -> str:
        return "\n".join(cells_as_text(self._cells(), left=0))

    def _repr_html_(self) -> str:
        return cells_as_table(self._cells())

    def _cells(self) -> list[list[str]]:
        counts, rates = self.counts.sum(axis=(0, 2)), self.rates
        there = [k for k in range(len(self.states)) if counts[k]]
        reached = [k for k in range(len(self.states)) if self.counts[:, :, k].any()]
        head = ["", PLAIN["roll_rates"], *(self.states[k] for k in reached)]
        return [
            head,
            *([self.states[k], f"{counts[k]:,}", *(f"{rates[k, j]:.1%}" for j in reached)] for k in there),
        ]


def roll_rates(
    portfolio: Portfolio,
    as_of: datetime | str | np.datetime64 | int,
    *,
    months: int = _MONTHS,
    edges: Sequence[float] = EDGES,
    reporting_lag: str = "0d",
    materiality: float = 0.0,
    segment: Segment | None = None,
    columns: LoanColumns | None = None,
) -> RollRates:
    """Count from which state to which other loans moved in each of the last whole calendar months.

    Parameters
    ----------
    portfolio : Portfolio
        With ``loans``, and with a schedule, statements or at least ``loans.written_off_time``. Loans of
        guarantors are left out, and so are those of which nothing says how they were repaid.
    as_of : datetime with a zone, ISO 8601 text with a zone, numpy.datetime64 in UTC, or int
        Only what was known before it counts; an int is microseconds since 1970-01-01 UTC. No later than when
        the data were extracted: what was not recorded yet is taken not to have happened.
    months : int, default 12
        Whole months of the local calendar, 1 or more.
    edges : sequence of numbers, default (1, 30, 60, 90)
        Days past due at which states begin; below the first, a loan is ``current``.
    reporting_lag : str, default "0d"
        How long facts may take to arrive: only months that were over for so long.
    materiality : float, default 0
        Money that may be missing of an instalment besides 1 % of it.
    segment : Segment, optional
        Of loans that are known to be in it alone.
    columns : mapping of str to values by loan id, or to array-like of shape (n_all_loans,), optional
        What the segment reads; arrays in the order of ``portfolio.loan_ids``.

    Returns
    -------
    RollRates

    Raises
    ------
    ContractError
        If there are no loans, or nothing could say how they were repaid.
    ParameterError
        If a parameter has a value that it cannot take, or no loan is in the segment.

    References
    ----------
    Cyert, Davidson and Thompson (1962), Estimation of the allowance for doubtful accounts by Markov chains,
    Management Science 8(3).

    Examples
    --------
    >>> loan = {"loan_id": 1, "applicant_id": "a", "event_time": "2024-01-10T09:00:00Z"}
    >>> due = {"loan_id": 1, "applicant_id": "a", "due_time": "2024-02-10T00:00:00Z", "due_amount": 99.0}
    >>> portfolio = Portfolio.from_records({"loans": [loan], "instalments": [due]})
    >>> roll_rates(portfolio, "2024-05-15T00:00:00Z")
             loan months    1-29   30-59   60-89
    current            1  100.0%    0.0%    0.0%
       1-29            1    0.0%  100.0%    0.0%
      30-59            1    0.0%    0.0%  100.0%
    """
    check_given(portfolio=portfolio)
    months = checked_months(months)
    if not finite_number("materiality", materiality) >= 0.0:
        raise ParameterError.must_be("materiality", "0 or more", materiality)
    at, limits = instant(as_of, "as_of"), checked_days(edges, "edges")
    until = at - parse_duration(reporting_lag, parameter="reporting_lag")
    ends = month_ends(until, int(months), portfolio.calendar.clock)
    found = loan_states(portfolio, ends, at, np.array(limits, np.float64), materiality=materiality)
    found = found[loans_in(segment, columns, portfolio)]
    states = _names(limits)
    counts = np.zeros((int(months), len(states), len(states)), np.int64)
    for k in range(int(months)):
        before, after = found[:, k], found[:, k + 1]
        both = (before != UNSEEN) & (after != UNSEEN) & (before <= len(limits))
        np.add.at(counts[k], (before[both], after[both]), 1)
    return RollRates(moment(at), states, tuple(moment(int(end)) for end in ends[:-1]), counts)


def _names(edges: Sequence[float]) -> tuple[str, ...]:
    late = [f"{low:g}-{high - 1:g}" if high - low > 1 else f"{low:g}" for low, high in pairwise(edges)]
    return (_CURRENT, *late, f"{edges[-1]:g}+", *ENDED)


def _shares(counts: Int64) -> Float64:
    whole = counts.sum(axis=-1, keepdims=True)
    found: Float64 = np.divide(counts, whole, out=np.full(counts.shape, np.nan), where=whole > 0)
    return found
