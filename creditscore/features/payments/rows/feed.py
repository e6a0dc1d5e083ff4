"""How far an account was seen: from its first known payment to its end, which need not be the moment.

A feed may have been read long before an application, or have broken off. An account that is silent for longer
than is usual for it was seen up to its newest known payment; of what came after that nothing is known.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled, inner, nested
from creditscore._ground.instants import DAY
from creditscore._ground.zones import Clock, day_start, local_day, month_first, month_of
from creditscore.data.payments.accounts import number_accounts
from creditscore.data.payments.marks import UNSEEN, Ledger, Span
from creditscore.features.chunk import Chunk
from creditscore.features.payments.rows.reading import read_payments

I8 = NDArray[np.int64]
I1 = NDArray[np.int8]

# silence that is usual for every account, and how much more than its own longest one
QUIET_DAYS = 14
QUIET_RATIO = 1.25
USUAL_YEAR = 365 * DAY
# an account that was seen no later than this before the moment says nothing about the present
STALE_DAYS = 92
# from when on a monthly stream must have shown itself three times
ENOUGH_DAYS = 92
# calendar months looked back over, and how many may be missing at the end
MONTHS = 36
MISSING_MONTHS = 3


class Feed(NamedTuple):
    """What was seen of each application's payments as a whole.

    Attributes
    ----------
    first, seen : ndarray of int64, shape (n_applications,)
        Instants: the oldest known payment; up to when payments were seen: the moment, the instant after the
        newest known payment where the feed ended before it, -1 where that is more than 92 days ago.
    begins : ndarray of int64, shape (n_applications, 37)
        Instants at which the newest whole calendar months begin, oldest first, then the end of the last.
    months : ndarray of int64, shape (n_applications,)
        How many whole months there are, 0 to 36.
    """

    first: I8
    seen: I8
    begins: I8
    months: I8


@inner
def seen_until(newest: int, longest: int, as_of: int) -> int:
    """Return up to when an account was seen; -1 if that says nothing about the present."""
    silence = as_of - newest
    if silence <= max(QUIET_DAYS * DAY, QUIET_RATIO * longest):
        return as_of
    return newest + 1 if silence <= STALE_DAYS * DAY else -1


@nested
def accounts_seen(lo: int, as_of: int, times: I8, classes: I1, groups: I8, count: int) -> I8:
    """Return up to when each account of a person was seen, -1 if too long ago, shape (count,).

    Arrays: ``times`` shape (n_times, n_rows) in microseconds; ``classes`` shape (n,), -1 for what was not
    known; ``groups`` shape (n,), the account of each.
    """
    newest = np.full(count, -1, np.int64)
    longest = np.zeros(count, np.int64)
    for p in range(classes.size):
        if classes[p] == UNSEEN:
            continue
        g = groups[p]
        time = times[0, lo + p]
        if newest[g] >= 0 and as_of - newest[g] <= USUAL_YEAR:
            longest[g] = max(longest[g], time - newest[g])
        newest[g] = time
    for g in range(count):
        newest[g] = seen_until(newest[g], longest[g], as_of)
    return newest


@nested
def see_accounts(lo: int, as_of: int, ledger: Ledger, classes: I1) -> tuple[I8, I8]:
    """Return the account of each payment, shape (n,), and up to when each was seen, shape (n_accounts,).

    Arrays: ``classes`` shape (n,), -1 for what was not known.
    """
    groups = np.zeros(classes.size, np.int64)
    count = number_accounts(Span(0, classes.size, lo), ledger, classes, groups)
    return groups, accounts_seen(lo, as_of, ledger.times, classes, groups, count)


@nested
def month_begins(first: int, seen: int, as_of: int, clock: Clock, begins: I8) -> int:
    """Write the instants at which whole calendar months begin, then the end of the last; return how many.

    A month is whole if the first payment came no later than on its first day and it was seen to its end.

    Arrays: ``begins`` shape (37,), written.
    """
    day = local_day(first, clock)
    oldest = month_of(day)
    if day > month_first(oldest):
        oldest += 1
    now = month_of(local_day(as_of, clock))
    last = month_of(local_day(seen, clock)) - 1
    count = int(min(MONTHS, last + 1 - oldest))
    if seen < 0 or count <= 0 or now - last > MISSING_MONTHS + 1:
        return 0
    for k in range(count + 1):
        begins[k] = day_start(month_first(last + 1 - count + k), clock)
    return count


@nested
def oldest_known(classes: I1) -> int:
    """Return the position of the oldest known payment, -1 if there is none.

    Arrays: ``classes`` shape (n,), -1 for what was not known.
    """
    for p in range(classes.size):
        if classes[p] != UNSEEN:
            return p
    return -1


@compiled
def see_feeds(
    firsts: I8, begins: I8, classes: I1, times: I8, as_of: I8, clock: Clock
) -> tuple[I8, I8, I8, I8]:
    """Return the parts of `Feed`, of shape (n_applications,) or (n_applications, 37).

    Arrays: those of the payments as in `reading.Read`; ``times`` shape (n_times, n_rows) in microseconds;
    ``as_of`` shape (n_applications,) in microseconds.
    """
    first = np.full(as_of.size, -1, np.int64)
    seen = np.full(as_of.size, -1, np.int64)
    starts = np.zeros((as_of.size, MONTHS + 1), np.int64)
    months = np.zeros(as_of.size, np.int64)
    for r in range(as_of.size):
        lo, mine = firsts[r], classes[begins[r] : begins[r + 1]]
        oldest = oldest_known(mine)
        if oldest < 0:
            continue
        first[r] = times[0, lo + oldest]
        seen[r] = accounts_seen(lo, as_of[r], times, mine, np.zeros(mine.size, np.int64), 1)[0]
        months[r] = month_begins(first[r], seen[r], as_of[r], clock, starts[r])
    return first, seen, starts, months


def read_feed(chunk: Chunk) -> Feed:
    """See how far the payments of a chunk reach; ask for it by ``chunk.once(read_feed)``.

    Every array of the result has shape (n_applications,), but ``begins``.
    """
    read, table = chunk.once(read_payments), chunk.portfolio.tables["payments"]
    clock = chunk.portfolio.calendar.clock
    return Feed(*see_feeds(read.firsts, read.begins, read.marks.classes, table.times, chunk.as_of, clock))
