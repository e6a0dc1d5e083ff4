"""Episodes: longest unbroken stretches in which a loan was past due."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import inner
from creditscore._ground.instants import DAY, NEVER
from creditscore.data.loans.allocation import CLOSED_AT, INSTALMENTS, KNOWN_UNTIL, PAYMENTS, REPORTS, Path
from creditscore.data.loans.delinquency import day_after, days_between, days_past_due_at, ended_at
from creditscore.features.loans.rows.loan_rows import Block, flag
from creditscore.features.view import ViewColumn

_CURED_AFTER: Final = 90 * DAY

# rows of the block of values
LENGTH, WORST, IS_OVER, IS_CURED, IS_RELAPSE, TO_CURE = range(6)

# what is noted of an episode: first due date missed, first moment past due, end
DUE, BEGUN, ENDED = range(3)
SPANS: Final = 3

EPISODE_COLUMNS: Final = (
    ViewColumn(
        "length_days", "days from the first due date missed to the end, or to the end of reports", "days"
    ),
    ViewColumn("worst_dpd", "largest days past due in it", "days"),
    ViewColumn("is_over", "ended before the moment", "0/1"),
    ViewColumn(
        "is_cured", "90 days without another followed, or the loan ended; missing while undecided", "0/1"
    ),
    ViewColumn("is_relapse", "the loan had been past due before, and cured", "0/1"),
    ViewColumn("days_to_cure", "its length, if it was cured", "days"),
)


@inner
def _scheduled(path: Path, moment: int, spans: NDArray[np.int64]) -> int:
    """First due date missed, first moment past due and end (``NEVER``: none yet) by the schedule.

    Between two payments the oldest unpaid instalment stays the same, so each stretch between payments is
    past due from the day after that due day to its end, or not at all.
    """
    count, open_until = 0, -1
    last = min(moment, path.facts[CLOSED_AT])
    for i in range(path.facts[PAYMENTS] + 1):
        start = path.paid_at[i - 1] if i > 0 else -NEVER
        stop = min(path.paid_at[i], last) if i < path.facts[PAYMENTS] else last
        oldest = path.oldest[i]
        if stop <= start or oldest == path.facts[INSTALMENTS]:
            continue
        late_from = day_after(path, path.due[oldest], 1)
        if late_from > stop:
            continue
        if count == 0 or open_until != start or late_from > start + 1:
            spans[DUE, count] = path.due[oldest]
            spans[BEGUN, count] = max(late_from, start + 1)
            count += 1
        spans[ENDED, count - 1] = NEVER if stop == moment else stop
        open_until = stop
    return count


@inner
def _reported(path: Path, spans: NDArray[np.int64]) -> int:
    """Runs of reports with days past due, each to the first report without."""
    count, inside = 0, False
    for i in range(path.facts[REPORTS]):
        late = path.reported[i] > 0.0
        if late and not inside:
            spans[:, count] = path.reported_at[i]
            spans[ENDED, count] = NEVER
            count += 1
        elif inside and not late:
            spans[ENDED, count - 1] = path.reported_at[i]
        inside = late
    if inside and path.facts[CLOSED_AT] != NEVER:
        spans[ENDED, count - 1] = path.facts[CLOSED_AT]
    return count


@inner
def _worst(path: Path, begin: int, end: int) -> float:
    """Largest DPD of an episode: it only falls at payments."""
    worst = 0.0
    for i in range(path.facts[REPORTS]):
        if begin < path.reported_at[i] <= end:
            worst = max(worst, path.reported[i])
    if path.facts[INSTALMENTS] > 0:
        worst = days_past_due_at(path, end)
        for i in range(path.facts[PAYMENTS]):
            if begin < path.paid_at[i] <= end:
                worst = max(worst, days_past_due_at(path, path.paid_at[i]))
    return worst


@inner
def _cured(end: int, following: int, moment: int, loan_ended: bool) -> float:
    """1 if it stayed paid for 90 days or the loan ended, 0 if not, NaN if that is still open."""
    if end == NEVER:
        return 0.0
    if following != NEVER:
        return flag(following - end >= _CURED_AFTER)
    return 1.0 if loan_ended or moment - end >= _CURED_AFTER else np.nan


@inner
def add_episodes(
    path: Path, r: int, moment: int, amount: float, spans: NDArray[np.int64], block: Block
) -> None:
    """Write the episodes of one loan.

    Arrays: ``spans`` shape (3, n_spans), scratch.
    """
    ended, moment = ended_at(path, amount) != NEVER, min(moment, path.facts[KNOWN_UNTIL])
    count = _scheduled(path, moment, spans) if path.facts[INSTALMENTS] > 0 else _reported(path, spans)
    cured_before = 0.0
    values, at = block.values, block.stops[r]
    for e in range(count):
        begin, end = spans[DUE, e], spans[ENDED, e]
        stop = min(end, moment)
        cured = _cured(end, spans[BEGUN, e + 1] if e + 1 < count else NEVER, moment, ended)
        values[LENGTH, at] = days_between(path, begin, stop)
        values[WORST, at] = _worst(path, spans[BEGUN, e] - 1, stop)
        values[IS_OVER, at] = flag(end != NEVER)
        values[IS_CURED, at] = cured
        values[IS_RELAPSE, at] = cured_before
        values[TO_CURE, at] = values[LENGTH, at] if cured == 1.0 else np.nan
        cured_before = max(cured_before, flag(cured == 1.0))
        block.times[at] = begin
        at += 1
    block.stops[r] = at
