"""What is known of one stream: how much, how often, up to when, and what was missed."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import inner, nested
from creditscore.features.kernels.order import middle, sort_in_place
from creditscore.features.payments.rows.recurrence import Hits, track_of
from creditscore.features.payments.rows.rhythm import (
    AMOUNT_OF_DAY,
    DAY,
    MONTH_DAYS,
    PAID,
    PERIODS,
    SEMI_MONTHLY,
    calendar_position,
    gaps_off,
    next_day,
    rhythm_of,
    row_of,
    steps_of,
)
from creditscore.features.payments.rows.rhythm import TOLERANCES as OFF_BY

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]

# what is found out about a stream
SIZE, MONTHLY_SIZE, GAP, REGULAR, SINCE, HITS, FIRST_DAY, LAST_DAY, SEEN_DAY, NEXT_DAY, RHYTHM = range(11)
MISSED, LOST, DUE, KEPT, STREAK = range(11, 16)
FACTS = 16

# gaps since the last hit: up to here it goes on, up to there one is missed, afterwards it has ended
ABSENT_GAPS = 1.5
ENDED_GAPS = 2.5
# a stream that ended with a bounced payment is missed for longer
BOUNCED_GAPS = 3.5
# and nothing has ended by being put off for a month
ENDED_DAYS = 45
RECENT_DAYS = 183
RECENT_HITS = 3
# how far an older payment may differ from the next to belong to the same stream; where the payee has others
OLDER_RATIO = 2.0
PART_RATIO = 1.1
OLDER_STEPS = 2.0
# numbers of instalments that loans are granted for
LOAN_TERMS = (3, 4, 6, 9, 10, 12, 15, 18, 20, 24, 30, 36, 48, 60)


@nested
def usual_size(track: F8, rhythm: int) -> float:
    """Return the median amount paid in the newest 183 days of a stream; of its newest three if fewer.

    Of what comes twice a month it is the mean, since the halves of a pay need not be alike.

    Arrays: ``track`` shape (4, n_days).
    """
    n = track.shape[1]
    sizes = np.empty(n)
    taken = 0
    for k in range(n - 1, -1, -1):
        if track[PAID, k] > 0.0 and (taken < RECENT_HITS or track[DAY, n - 1] - track[DAY, k] < RECENT_DAYS):
            sizes[taken] = track[AMOUNT_OF_DAY, k]
            taken += 1
    if rhythm == SEMI_MONTHLY:
        return float(sizes[:taken].mean())
    sort_in_place(sizes[:taken])
    return middle(sizes[:taken])


@inner
def chain_back(hits: Hits, chosen: I8, members: I8, rhythm: int) -> tuple[int, int]:
    """Return the first day of a stream and the number of its older hits, among older payments of the payee.

    Arrays: ``chosen`` shape (n_chosen,), positions in ``hits`` of its newest 365 days, oldest first;
    ``members`` shape (n,), those of all payments with the same party.
    """
    day = hits.days[chosen[0]]
    size = hits.sizes[chosen[0]]
    since = 0
    for k in members:
        since += hits.days[k] >= day
    ratio = OLDER_RATIO if since == chosen.size else PART_RATIO
    older = 0
    for at in range(members.size - 1, -1, -1):
        k = members[at]
        if hits.days[k] >= day or hits.paid[k] == 0:
            continue
        near = max(size, hits.sizes[k]) <= ratio * min(size, hits.sizes[k])
        gap = calendar_position(day) - calendar_position(hits.days[k])
        if gap > (OLDER_STEPS + 1.0) * PERIODS[rhythm]:
            break
        steps = steps_of(gap, rhythm)
        if near and steps <= OLDER_STEPS and abs(gap - steps * PERIODS[rhythm]) <= OFF_BY[rhythm]:
            day = hits.days[k]
            size = hits.sizes[k]
            older += 1
    return int(day), older


@nested
def write_keeping(track: F8, rhythm: int, overdue: bool, facts: F8) -> None:
    """Write how well a stream was kept: due dates, those paid in time, and the newest in a row.

    Arrays: ``track`` shape (4, n_days); ``facts`` shape (16,).
    """
    off = gaps_off(track, rhythm)
    row = row_of(rhythm)
    kept = track[PAID, 0]
    due = 1.0
    run = track[PAID, 0]
    for h in range(off.size):
        steps = steps_of(track[row, h + 1] - track[row, h], rhythm)
        good = track[PAID, h + 1] > 0.0 and off[h] <= OFF_BY[rhythm]
        due += steps
        kept += 1.0 if good else 0.0
        run = 0.0 if not good else (run + 1.0 if steps == 1.0 else 1.0)
    facts[DUE] = due + (1.0 if overdue else 0.0)
    facts[KEPT] = kept
    facts[STREAK] = 0.0 if overdue else run


@nested
def write_since(track: F8, seen: int, rhythm: int, finished: bool, facts: F8) -> bool:
    """Write how long ago a stream was last paid, and whether it is missed or lost; return if one is overdue.

    Arrays: ``track`` shape (4, n_days); ``facts`` shape (16,).
    """
    last = int(track[DAY, -1])
    row = row_of(rhythm)
    now = float(seen) if row == DAY else calendar_position(seen)
    gaps = (now - track[row, -1]) / PERIODS[rhythm]
    facts[SINCE] = gaps
    facts[LAST_DAY] = last
    facts[SEEN_DAY] = seen
    facts[NEXT_DAY] = next_day(last, rhythm)
    bounced = track[PAID, -1] == 0.0
    overdue = gaps > ABSENT_GAPS
    facts[MISSED] = 1.0 if bounced or overdue else 0.0
    ended = gaps > (BOUNCED_GAPS if bounced else ENDED_GAPS) and seen - last > ENDED_DAYS
    facts[LOST] = 1.0 if ended or (overdue and finished) else 0.0
    return bool(overdue)


@inner
def is_finished(track: F8, count: int, first: int, begun: int, rhythm: int) -> bool:
    """Whether a loan was paid off as agreed: seen from its first day, never bounced, a customary term.

    Arrays: ``track`` shape (4, n_days).
    """
    if first - begun <= ABSENT_GAPS * PERIODS[rhythm]:
        return False
    for k in range(track.shape[1]):
        if track[PAID, k] == 0.0:
            return False
    return count in LOAN_TERMS


@nested
def describe_stream(hits: Hits, chosen: I8, members: I8, begun: int, is_loan: bool) -> F8:
    """Return what is known of a stream, shape (16,).

    Arrays: ``chosen`` shape (n,), positions in ``hits`` of its newest 365 days, oldest first; ``members``
    shape (n_members,), those of all payments with the same party; ``begun`` is the first day of the feed.
    """
    facts = np.full(FACTS, np.nan)
    track = track_of(hits, chosen)
    rhythm = rhythm_of(track, False)
    first, older = chain_back(hits, chosen, members, rhythm)
    seen = -1
    for k in chosen:
        seen = max(seen, hits.seen[k])
    finished = is_loan and is_finished(track, track.shape[1] + older, first, begun, rhythm)
    overdue = write_since(track, seen, rhythm, finished, facts)
    write_keeping(track, rhythm, overdue, facts)
    off = gaps_off(track, rhythm)
    sort_in_place(off)
    facts[SIZE] = usual_size(track, rhythm)
    facts[MONTHLY_SIZE] = facts[SIZE] * MONTH_DAYS / PERIODS[rhythm]
    facts[GAP] = PERIODS[rhythm]
    facts[REGULAR] = max(0.0, 1.0 - middle(off) / PERIODS[rhythm])
    facts[HITS] = track.shape[1] + older
    facts[FIRST_DAY] = first
    facts[RHYTHM] = rhythm
    if seen < 0:
        facts[LOST] = math.nan
    return facts
