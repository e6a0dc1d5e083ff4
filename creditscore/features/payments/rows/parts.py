"""Several streams of one party, told apart by day of the month and by amount."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import nested
from creditscore._ground.zones import month_first, month_of
from creditscore.features.kernels.order import sort_in_place
from creditscore.features.payments.rows.recurrence import (
    EXACT,
    Hits,
    is_same,
    spread_of,
    stream_rhythm,
    track_of,
)
from creditscore.features.payments.rows.rhythm import PERIODS, TOLERANCES, distance, rhythm_of, steps_of

I8 = NDArray[np.int64]

# so far apart may amounts be that lie within 5 % of one
EXACT_RATIO = 1.11
# a part of the payments of a busy payee may recur by chance if it is less than a tenth of them
RARE = 10
# ratios of neighbouring amounts at which the payments of a payee are cut apart, one after another
CUTS = (1.6, 1.15, 1.05, 1.01)
SAME = 1.02
# how far from its day, and from its size, a payment of another amount may be
ABSORB_DAYS = 3.0
ABSORB_RATIO = 2.0
LEAST_SAME = 3
LEAST_OF_PART = 4
LEAST_APART = 6
DAYS_APART = 4
# within so many days a bounced payment is made good
RETRY_DAYS = 10
RETRY_RATIO = 0.05


@nested
def is_part(hits: Hits, chosen: I8, whole: int) -> bool:
    """Tell whether some of the payments of a payee recur by themselves, and not by chance.

    All of them; or four with steady amounts, or half of all; or three of one amount; never less than a tenth.

    Arrays: ``chosen`` shape (n_chosen,), positions in ``hits``, oldest first.
    """
    if chosen.size < LEAST_SAME or RARE * chosen.size < whole:
        return False
    if chosen.size < whole and chosen.size < LEAST_OF_PART and not is_same(hits, chosen, CUTS[-1]):
        return False
    if stream_rhythm(hits, chosen, False) < 0:
        return False
    if chosen.size == whole or chosen.size < LEAST_OF_PART:
        return True
    return 2 * chosen.size >= whole or spread_of(track_of(hits, chosen)) <= 2.0 * EXACT


@nested
def take_parts(hits: Hits, order: I8, labels: I8, count: int) -> int:
    """Label each amount by itself if every one of at least two recurs by the month; return the count.

    Two loans of one lender, half a month apart, look like one payment twice a month.

    Arrays: ``order`` shape (n,), positions in ``hits``, smallest amount first; ``labels`` shape (n_hits,).
    """
    begins = np.empty(order.size + 1, np.int64)
    parts = 0
    begins[0] = 0
    for k in range(1, order.size + 1):
        if k < order.size and hits.sizes[order[k]] <= SAME * hits.sizes[order[k - 1]]:
            continue
        if stream_rhythm(hits, np.sort(order[begins[parts] : k]), True) < 0:
            return count
        parts += 1
        begins[parts] = k
    if parts < 2:
        return count
    for part in range(parts):
        for k in order[begins[part] : begins[part + 1]]:
            labels[k] = count + part
    return count + parts


@nested
def cut_by_amount(hits: Hits, members: I8, splits: bool, labels: I8, count: int) -> int:
    """Label what recurs among the payments of a payee, cut apart by amount, widest cuts first.

    Arrays: ``members`` shape (n,), positions in ``hits``, oldest first; ``labels`` shape (n_hits,), -1 for
    none.
    """
    order = members[np.argsort(hits.sizes[members], kind="mergesort")]
    pending = np.empty((order.size + 1, 3), np.int64)
    pending[0, 0], pending[0, 1], pending[0, -1] = 0, order.size, 0
    waiting = 1
    while waiting > 0:
        waiting -= 1
        first, stop, cut = pending[waiting, 0], pending[waiting, 1], pending[waiting, -1]
        begin = first
        for k in range(first + 1, stop + 1):
            if k < stop and hits.sizes[order[k]] <= CUTS[cut] * hits.sizes[order[k - 1]]:
                continue
            chosen = np.sort(order[begin:k])
            if is_part(hits, chosen, order.size):
                count = label_part(hits, chosen, order[begin:k], splits, labels, count)
            elif cut + 1 < len(CUTS) and k - begin > 2:
                pending[waiting, 0], pending[waiting, 1], pending[waiting, -1] = begin, k, cut + 1
                waiting += 1
            begin = k
    return count


@nested
def label_part(hits: Hits, chosen: I8, order: I8, splits: bool, labels: I8, count: int) -> int:
    """Label one part as one stream, or as several by the month; return the count.

    Arrays: ``chosen`` shape (n,), positions in ``hits``, oldest first; ``order`` shape (n,), the same,
    smallest amount first; ``labels`` shape (n_hits,).
    """
    if splits and stream_rhythm(hits, chosen, True) < 0:
        after = take_parts(hits, order, labels, count)
        if after > count:
            return after
    for k in chosen:
        labels[k] = count
    return count + 1


@nested
def by_day_of_month(hits: Hits, members: I8) -> tuple[I8, I8]:
    """Return payments by their day of the month, cut where 4 days or more lie between.

    Arrays: ``members`` shape (n,), positions in ``hits``, oldest first. Returns shape (n,), the same by day,
    and shape (n_parts + 1,), where each part begins.
    """
    days = np.empty(members.size, np.int64)
    for k in range(members.size):
        day = hits.days[members[k]]
        days[k] = day - month_first(month_of(day))
    order = np.argsort(days, kind="mergesort")
    begins = np.zeros(members.size + 1, np.int64)
    parts = 0
    for k in range(1, order.size + 1):
        if k == order.size or days[order[k]] - days[order[k - 1]] >= DAYS_APART:
            parts += 1
            begins[parts] = k
    return members[order], begins[: parts + 1]


@nested
def cut_by_day(hits: Hits, members: I8, whole: bool, labels: I8, count: int) -> int:
    """Label what recurs by the month on days of its own; return the count.

    With ``whole``, only if there are several such days and what comes on each of them recurs.

    Arrays: ``members`` shape (n,), positions in ``hits``, oldest first; ``labels`` shape (n_hits,), -1 for
    none.
    """
    ordered, begins = by_day_of_month(hits, members)
    before = count
    if begins.size == 2 and whole:
        return count
    for part in range(begins.size - 1):
        chosen = np.sort(ordered[begins[part] : begins[part + 1]])
        least = LEAST_SAME if whole else LEAST_OF_PART
        if chosen.size >= least and stream_rhythm(hits, chosen, True) >= 0:
            labels[chosen] = count
            count += 1
        elif whole:
            labels[members] = -1
            return before
    return count


@nested
def absorb(hits: Hits, members: I8, labels: I8, stream: int) -> None:
    """Give a stream what came on its days in other amounts: a pay with a bonus, a bill of another size.

    Payments that belong to none, at most twice or half as large, that lie a whole number of periods after the
    hit before, or before the one after, where the stream brought nothing.

    Arrays: ``members`` shape (n,), positions in ``hits`` of one party, oldest first; ``labels`` shape
    (n_hits,), written.
    """
    chosen = members[labels[members] == stream]
    rhythm = rhythm_of(track_of(hits, chosen), False)
    if rhythm < 0:
        return
    slack = min(ABSORB_DAYS, TOLERANCES[rhythm])
    period = PERIODS[rhythm]
    position = 0
    for k in members:
        while position < chosen.size and chosen[position] <= k:
            position += 1
        if labels[k] >= 0:
            continue
        near = chosen[position - 1] if position > 0 else chosen[0]
        gap = abs(distance(hits.days[near], hits.days[k], rhythm))
        steps = steps_of(gap, rhythm)
        if gap < period - slack or steps > 2.0 or abs(gap - steps * period) > slack:
            continue
        if position < chosen.size and position > 0:
            after = distance(hits.days[k], hits.days[chosen[position]], rhythm)
            if after < period - slack:
                continue
        larger = max(hits.sizes[k], hits.sizes[near])
        if larger <= ABSORB_RATIO * min(hits.sizes[k], hits.sizes[near]):
            labels[k] = stream


@nested
def may_hold_like(hits: Hits, members: I8) -> bool:
    """Tell at little cost whether three payments of a party are so much alike that some may recur.

    Arrays: ``members`` shape (n,), positions in ``hits``.
    """
    ratio = EXACT_RATIO
    for k in members:
        if hits.exact[k] == 0:
            ratio = CUTS[0] * CUTS[0]
    sizes = hits.sizes[members]
    sort_in_place(sizes)
    alike = 0
    for k in range(sizes.size - 2):
        alike += sizes[k + 2] <= ratio * sizes[k]
    return alike > 0


@nested
def cut_apart(hits: Hits, members: I8, splits: bool, labels: I8, count: int) -> int:
    """Label the streams among the payments of one party that do not recur as a whole; return the count.

    Arrays: ``members`` shape (n,), positions in ``hits``, oldest first; ``labels`` shape (n_hits,), -1 for
    none.
    """
    if not may_hold_like(hits, members):
        return count
    if splits and members.size >= LEAST_APART:
        after = cut_by_day(hits, members, True, labels, count)
        if after > count:
            return after
    first = count
    count = cut_by_amount(hits, members, splits, labels, count)
    for stream in range(first, count):
        absorb(hits, members, labels, stream)
    left = members[labels[members] < 0]
    return cut_by_day(hits, left, False, labels, count) if left.size >= LEAST_APART else count


@nested
def is_made_good(hits: Hits, members: I8, at: int) -> bool:
    """Tell whether a bounced payment was made good within 10 days, or tried before in the 10 days before.

    Arrays: ``members`` shape (n,), positions in ``hits``, oldest first.
    """
    mine = members[at]
    for step in (1, -1):
        other = at + step
        while 0 <= other < members.size:
            k = members[other]
            if abs(hits.days[k] - hits.days[mine]) > RETRY_DAYS:
                break
            near = abs(hits.sizes[k] - hits.sizes[mine]) <= RETRY_RATIO * hits.sizes[mine]
            if near and (hits.paid[k] > 0) == (step > 0):
                return True
            other += step
    return False


@nested
def find_streams(hits: Hits, members: I8, begins: I8, since: int, splits: bool, labels: I8) -> int:
    """Label the hits of each stream from a day on, and return how many streams there are.

    With ``splits``, what comes twice a month to one party is two streams by the month where it may be.

    Arrays: ``members`` shape (n_members,), positions in ``hits`` by group, oldest first; ``begins`` shape
    (n_groups + 1,); ``labels`` shape (n_hits,), -1 for none, written.
    """
    labels[:] = -1
    count = 0
    for g in range(begins.size - 1):
        mine = members[begins[g] : begins[g + 1]]
        recent = np.empty(mine.size, np.int64)
        taken = 0
        for at in range(mine.size):
            k = mine[at]
            if hits.days[k] >= since and (hits.paid[k] > 0 or not is_made_good(hits, mine, at)):
                recent[taken] = k
                taken += 1
        chosen = recent[:taken]
        if taken > 2:
            if stream_rhythm(hits, chosen, True) >= 0:
                labels[chosen] = count
                count += 1
                continue
            count = cut_apart(hits, chosen, splits, labels, count)
    return count
