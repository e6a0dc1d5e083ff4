"""The recurring incomes of a person, and the main one of them."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled, nested
from creditscore._ground.instants import DAY
from creditscore._ground.zones import Clock, local_day
from creditscore.data.payments.keys import number_keys
from creditscore.data.payments.layout import AMOUNT, ledger_of
from creditscore.data.payments.marks import OUT, Ledger, Marks
from creditscore.features.chunk import Chunk
from creditscore.features.empty_rows import no_rows
from creditscore.features.kernels.order import middle, sort_in_place
from creditscore.features.payments.rows.blocks import uncoded
from creditscore.features.payments.rows.feed import ENOUGH_DAYS, read_feed
from creditscore.features.payments.rows.parties import Mine, credits_of, pay_key, read_mine
from creditscore.features.payments.rows.parts import find_streams
from creditscore.features.payments.rows.reading import read_payments
from creditscore.features.payments.rows.recurrence import Hits, by_group
from creditscore.features.payments.rows.streams import (
    ABSENT_GAPS,
    FACTS,
    FIRST_DAY,
    GAP,
    HITS,
    LOST,
    MONTHLY_SIZE,
    NEXT_DAY,
    REGULAR,
    SEEN_DAY,
    SINCE,
    SIZE,
    describe_stream,
)
from creditscore.features.rows import Rows
from creditscore.features.view import View, ViewColumn

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]

YEAR_DAYS = 365
GAP_WINDOW = 180 * DAY

# rows of the block of the main income
FOUND, AMOUNT_PAID, MONTHLY_AMOUNT, USUAL_GAP, REGULARITY, GAPS_SINCE, HALF_SPENT, NUMBER_PAID = range(8)
TENURE, TO_NEXT, STREAMS, ALL_MONTHLY, DAYS_SEEN, LONGEST_GAP, SINCE_CREDIT = range(8, 15)
INCOME_COLUMNS = 15


@nested
def pay_left(classes: I8, labels: I8) -> I8:
    """Key the wages, pensions and benefits that belong to no stream by what they are, shape (n_hits,).

    Arrays: ``classes``, ``labels`` shape (n_hits,).
    """
    keys = np.empty(classes.size, np.int64)
    for k in range(classes.size):
        keys[k] = pay_key(classes[k]) if labels[k] < 0 else -1
    return keys


@nested
def days_to_half(hits: I8, mine: Mine, ledger: Ledger) -> float:
    """Return the median over pays of the days until half of one was spent.

    Spending that is not reached before the next pay counts as the days to that pay; of the newest pay only
    a half that was reached counts.

    Arrays: ``hits`` shape (n_hits,), rows of one stream.
    """
    spans = np.empty(hits.size)
    counted = 0
    last = mine.lo + mine.roles.size
    for h in range(hits.size):
        stop = hits[h + 1] if h + 1 < hits.size else last
        left = ledger.values[ledger.at[AMOUNT], hits[h]] / 2.0
        i = hits[h]
        while i < stop and left > 0.0:
            i += 1
            if i < stop and mine.roles[i - mine.lo] == OUT:
                left += ledger.values[ledger.at[AMOUNT], i] + mine.undone[i - mine.lo]
        if left <= 0.0 or h + 1 < hits.size:
            spans[counted] = (ledger.times[0, i] - ledger.times[0, hits[h]]) / DAY
            counted += 1
    if counted == 0:
        return math.nan
    sort_in_place(spans[:counted])
    return middle(spans[:counted])


@nested
def main_income(hits: Hits, classes: I8, since: int, begun: int) -> tuple[I8, F8, int, float]:
    """Return the hits of the recurring credits that bring most a month, what is known of them, and of all.

    Streams are looked for by payer, then among what is left of wages, pensions and benefits from whomever.

    Arrays: ``classes`` shape (n_hits,). Returns shape (n_chosen,), positions in ``hits``; shape (16,); how
    many streams go on; what they bring a month.
    """
    labels = np.full(hits.days.size, -1, np.int64)
    groups = np.empty(hits.days.size, np.int64)
    best = groups[:0]
    found = np.full(FACTS, np.nan)
    streams = 0
    total = 0.0
    for attempt in range(2):
        keys = hits.keys if attempt == 0 else pay_left(classes, labels)
        members, begins = by_group(groups, number_keys(keys, groups))
        count = find_streams(hits, members, begins, since, False, labels)
        ordered, firsts = by_group(labels, count)
        for s in range(count):
            chosen = ordered[firsts[s] : firsts[s + 1]]
            group = groups[chosen[0]]
            party = members[begins[group] : begins[group + 1]]
            facts = describe_stream(hits, chosen, party, begun, False)
            if facts[LOST] == 0.0 and facts[SINCE] <= ABSENT_GAPS:
                streams += 1
                total += facts[MONTHLY_SIZE]
                if not facts[MONTHLY_SIZE] <= found[MONTHLY_SIZE]:
                    best = chosen.copy()
                    found = facts
    return best, found, streams, total


@nested
def longest_gap(hits: Hits, ledger: Ledger, first: int, seen: int) -> float:
    """Return the most days in a row without income in the newest 180 days seen, both ends included."""
    last = max(first, seen - GAP_WINDOW)
    longest = 0
    for i in hits.rows:
        if ledger.times[0, i] >= last:
            longest = max(longest, ledger.times[0, i] - last)
            last = ledger.times[0, i]
    return max(longest, seen - last) / DAY


@nested
def write_income(
    row: int, best: I8, facts: F8, as_of_day: int, mine: Mine, hits: Hits, ledger: Ledger, out: F8
) -> None:
    """Write what is known of the main income.

    Arrays: ``best`` shape (n_chosen,), positions in ``hits``; ``facts`` shape (16,); ``out`` shape
    (15, n_rows).
    """
    out[FOUND, row] = 1.0
    out[AMOUNT_PAID, row] = facts[SIZE]
    out[MONTHLY_AMOUNT, row] = facts[MONTHLY_SIZE]
    out[USUAL_GAP, row] = facts[GAP]
    out[REGULARITY, row] = facts[REGULAR]
    out[GAPS_SINCE, row] = facts[SINCE]
    out[HALF_SPENT, row] = days_to_half(hits.rows[best], mine, ledger)
    out[NUMBER_PAID, row] = facts[HITS]
    out[TENURE, row] = facts[SEEN_DAY] - facts[FIRST_DAY]
    if facts[SEEN_DAY] == as_of_day:
        out[TO_NEXT, row] = max(0.0, facts[NEXT_DAY] - as_of_day)


@compiled
def fill_income(
    firsts: I8, begins: I8, marks: Marks, ledger: Ledger, as_of: I8, first: I8, seen: I8, clock: Clock
) -> tuple[I8, I8, F8]:  # fmt: skip
    """Write one row for each application whose payments say something about the present: its income.

    Arrays: those of the payments as in `reading.Read`; ``first`` and ``seen`` those of `feed.Feed`, shape
    (n_applications,); ``as_of`` shape (n_applications,) in microseconds. Returns shape (n_applications + 1,)
    of starts, then (n_rows,) or (n_columns, n_rows) of the rows.
    """
    starts = np.zeros(as_of.size + 1, np.int64)
    when = np.empty(as_of.size, np.int64)
    out = np.full((INCOME_COLUMNS, as_of.size), np.nan)
    for r in range(as_of.size):
        row = starts[r]
        starts[r + 1] = row
        if first[r] < 0 or seen[r] < 0:
            continue
        mine = read_mine(firsts[r], begins[r], begins[r + 1], as_of[r], marks, ledger)
        hits = credits_of(mine, ledger, clock)
        day, begun = local_day(seen[r], clock), local_day(first[r], clock)
        codes = mine.classes[hits.rows - mine.lo].astype(np.int64)
        best, facts, streams, total = main_income(hits, codes, day - YEAR_DAYS, begun)
        when[row] = as_of[r] - 1
        out[DAYS_SEEN, row] = day - begun
        if hits.rows.size > 0:
            out[SINCE_CREDIT, row] = (seen[r] - ledger.times[0, hits.rows[-1]]) / DAY
        if day - begun >= ENOUGH_DAYS:
            out[LONGEST_GAP, row] = longest_gap(hits, ledger, first[r], seen[r])
        if best.size > 0:
            write_income(row, best, facts, local_day(as_of[r], clock), mine, hits, ledger, out)
        elif day - begun >= ENOUGH_DAYS:
            out[FOUND, row] = 0.0
        if best.size > 0 or day - begun >= ENOUGH_DAYS:
            out[STREAMS, row] = streams
            out[ALL_MONTHLY, row] = total
        starts[r + 1] = row + 1
    count = starts[-1]
    return starts, when[:count], out[:, :count].copy()


def income_stream(chunk: Chunk) -> Rows:
    """Build the view `income_stream`."""
    table = chunk.portfolio.tables.get("payments")
    if table is None:
        return no_rows(chunk.owners.size, INCOME_COLUMNS, 0)
    read, feed = chunk.once(read_payments), chunk.once(read_feed)
    starts, when, values = fill_income(
        read.firsts,
        read.begins,
        read.marks,
        ledger_of(table, read.at),
        chunk.as_of,
        feed.first,
        feed.seen,
        chunk.portfolio.calendar.clock,
    )
    return uncoded(starts, when, values)


RECURS: Final = (
    "recurring: three quarters of the gaps between days fit a whole number of weeks (at least 4 hits, off by "
    "1.5 days at most), fortnights (2.5), four weeks (3), half months (3.5; 4 hits), calendar months (5), "
    "two months (7) or quarters (9), and three fifths a single one; 3 hits or more in the newest 365 days "
    "seen; 1.4826 MAD of the amounts at most 35 % of their median. Payments of one party that do not recur "
    "as a whole are cut apart by amount, then by day of the month"
)

VIEWS: Final = (
    View(
        name="income_stream",
        meaning=(
            "One row if payments were seen in the newest 92 days: the recurring credits that bring most a "
            "month, by payer, else by class, kind and category, then wages, pensions and benefits from "
            f"whomever; {RECURS}; last hit at most 1.5 periods before the end of what was seen."
        ),
        source="payments",
        tables=("payments",),
        values=(
            ViewColumn(
                "found",
                "1 if there are such credits; 0 if not; missing if not and fewer than 92 days were seen",
                "0/1",
            ),
            ViewColumn("amount", "median amount in the newest 183 days, or of the newest 3", "money"),
            ViewColumn("monthly_amount", "amount times 30.4375 over the period", "money"),
            ViewColumn("gap", "period", "days"),
            ViewColumn(
                "regularity", "1 minus the median number of days off the rhythm over the period", "share"
            ),
            ViewColumn(
                "gaps_since", "periods from the last hit to the moment, or to the end of the feed", "ratio"
            ),
            ViewColumn(
                "half_spent",
                "median over hits of the days until debits reached half of the hit; the days to the next "
                "hit if they did not",
                "days",
            ),
            ViewColumn("hits", "number of days with a hit, older ones included", "count"),
            ViewColumn("tenure", "days since the first hit, up to the end of what was seen", "days"),
            ViewColumn(
                "to_next",
                "days to the next hit, 0 if it is overdue; missing if the feed ended before the moment",
                "days",
            ),
            ViewColumn("streams", "number of recurring credits that go on", "count"),
            ViewColumn("all_monthly", "what all of them bring a month", "money"),
            ViewColumn(
                "days_seen", "local days from the first known payment to the end of what was seen", "days"
            ),
            ViewColumn(
                "longest_gap",
                "most days in a row without income in the newest 180 days seen, up to both ends; missing if "
                "fewer than 92 days were seen",
                "days",
            ),
            ViewColumn("since_credit", "days from the newest income to the end of what was seen", "days"),
        ),
        codes=(),
        build=income_stream,
        version=2,
    ),
)
