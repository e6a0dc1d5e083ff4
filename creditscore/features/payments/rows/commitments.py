"""The commitments of a person: debits that recur, what they come to, and how well they were kept."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled, inner, nested
from creditscore._ground.zones import Clock, local_day
from creditscore.data.payments.keys import number_keys
from creditscore.data.payments.layout import CATEGORY, COUNTERPARTY, KIND, code_at, ledger_of
from creditscore.data.payments.marks import Ledger, Marks
from creditscore.data.payments.rules import BILLED, CARD_REPAID, DEBTS
from creditscore.data.tables.vocabularies import PAYMENT_CATEGORIES, PAYMENT_KINDS
from creditscore.features.chunk import Chunk
from creditscore.features.empty_rows import no_rows
from creditscore.features.payments.rows.feed import read_feed
from creditscore.features.payments.rows.income import RECURS, YEAR_DAYS
from creditscore.features.payments.rows.parties import Mine, debits_of, read_mine
from creditscore.features.payments.rows.parts import find_streams
from creditscore.features.payments.rows.reading import read_payments
from creditscore.features.payments.rows.recurrence import Hits, by_group
from creditscore.features.payments.rows.rhythm import MONTH_DAYS, RHYTHM_NAMES
from creditscore.features.payments.rows.streams import (
    DUE,
    FIRST_DAY,
    GAP,
    HITS,
    KEPT,
    LOST,
    MISSED,
    MONTHLY_SIZE,
    RHYTHM,
    SEEN_DAY,
    SIZE,
    STREAK,
    describe_stream,
)
from creditscore.features.rows import Rows
from creditscore.features.view import View, ViewColumn

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
I4 = NDArray[np.int32]

LEAST_HITS = 3

# rows of the blocks of commitments
(
    DUE_MONTHLY, IS_MISSED, DUE_GAP, IS_LOAN, IS_BILL, DUE_HITS, DAILY, DUE_AMOUNT, TIMES_DUE, TIMES_KEPT,
    IN_A_ROW, AGE, IS_CARD,
) = range(13)  # fmt: skip
DUE_COLUMNS = 13
KIND_OF_LAST, CATEGORY_OF_LAST, RHYTHM_OF, PARTY_OF = range(4)
DUE_CODES = 4


@inner
def newest_paid(hits: Hits, chosen: I8) -> int:
    """Return the position of the newest settled hit.

    Arrays: ``chosen`` shape (n_chosen,), positions in ``hits``, oldest first.
    """
    for at in range(chosen.size - 1, -1, -1):
        if hits.paid[chosen[at]] > 0:
            return int(chosen[at])
    return int(chosen[-1])


@nested
def write_commitment(i: int, found: int, facts: F8, ledger: Ledger, out: F8, labels: I4, row: int) -> None:
    """Write one stream of debits.

    Arrays: ``facts`` shape (16,); ``out`` shape (13, n_rows); ``labels`` shape (4, n_rows).
    """
    out[DUE_MONTHLY, row] = facts[MONTHLY_SIZE]
    out[IS_MISSED, row] = facts[MISSED]
    out[DUE_GAP, row] = facts[GAP]
    out[IS_LOAN, row] = 1.0 if found in DEBTS or found == CARD_REPAID else 0.0
    out[IS_BILL, row] = 1.0 if found == BILLED else 0.0
    out[DUE_HITS, row] = facts[HITS]
    out[DAILY, row] = facts[MONTHLY_SIZE] / MONTH_DAYS
    out[DUE_AMOUNT, row] = facts[SIZE]
    out[TIMES_DUE, row] = facts[DUE]
    out[TIMES_KEPT, row] = facts[KEPT]
    out[IN_A_ROW, row] = facts[STREAK]
    out[AGE, row] = facts[SEEN_DAY] - facts[FIRST_DAY]
    out[IS_CARD, row] = 1.0 if found == CARD_REPAID else 0.0
    labels[KIND_OF_LAST, row] = code_at(ledger.codes, ledger.at[KIND], i)
    labels[CATEGORY_OF_LAST, row] = code_at(ledger.codes, ledger.at[CATEGORY], i)
    labels[RHYTHM_OF, row] = int(facts[RHYTHM])
    labels[PARTY_OF, row] = code_at(ledger.codes, ledger.at[COUNTERPARTY], i)


@nested
def make_way(first: int, row: int, time: int, when: I8, out: F8, labels: I4) -> int:
    """Move rows of later hits up, and return where one of a time belongs; ties stay in order.

    Arrays: ``when`` shape (n_rows,) in microseconds; ``out`` shape (13, n_rows); ``labels`` shape
    (4, n_rows).
    """
    position = row
    while position > first and when[position - 1] > time:
        when[position] = when[position - 1]
        out[:, position] = out[:, position - 1]
        labels[:, position] = labels[:, position - 1]
        position -= 1
    return position


@nested
def write_commitments(
    mine: Mine, begun: int, day: int, ledger: Ledger, clock: Clock, when: I8, out: F8, labels: I4, row: int
) -> int:
    """Write the commitments of one person that have not ended, oldest last hit first; return the next row.

    Arrays: ``when`` shape (n_rows,) in microseconds; ``out`` shape (13, n_rows); ``labels`` shape
    (4, n_rows).
    """
    hits = debits_of(mine, ledger, clock)
    groups = np.empty(hits.keys.size, np.int64)
    members, begins = by_group(groups, number_keys(hits.keys, groups))
    streams = np.empty(hits.keys.size, np.int64)
    count = find_streams(hits, members, begins, day - YEAR_DAYS, True, streams)
    ordered, firsts = by_group(streams, count)
    first = row
    for s in range(count):
        chosen = ordered[firsts[s] : firsts[s + 1]]
        group = groups[chosen[0]]
        last = newest_paid(hits, chosen)
        found = mine.classes[hits.rows[last] - mine.lo]
        party = members[begins[group] : begins[group + 1]]
        facts = describe_stream(hits, chosen, party, begun, found in DEBTS)
        if facts[LOST] == 0.0:
            time = ledger.times[0, hits.rows[chosen[-1]]]
            position = make_way(first, row, time, when, out, labels)
            when[position] = time
            write_commitment(hits.rows[last], found, facts, ledger, out, labels, position)
            row += 1
    return row


@compiled
def fill_commitments(
    firsts: I8, begins: I8, known: I8, marks: Marks, ledger: Ledger, as_of: I8, first: I8, seen: I8,
    clock: Clock,
) -> tuple[I8, I8, F8, I4]:  # fmt: skip
    """Write the commitments of every application.

    Arrays: those of the payments as in `reading.Read`; ``first`` and ``seen`` those of `feed.Feed`, shape
    (n_applications,); ``as_of`` shape (n_applications,) in microseconds. Returns shape (n_applications + 1,)
    of starts, then (n_rows,) or (n_columns, n_rows) of the rows.
    """
    bound = known[-1] // LEAST_HITS
    starts = np.zeros(as_of.size + 1, np.int64)
    when = np.empty(bound, np.int64)
    out = np.empty((DUE_COLUMNS, bound))
    labels = np.empty((DUE_CODES, bound), np.int32)
    row = int(np.int64(0))
    for r in range(as_of.size):
        if seen[r] >= 0:
            mine = read_mine(firsts[r], begins[r], begins[r + 1], as_of[r], marks, ledger)
            begun, day = local_day(first[r], clock), local_day(seen[r], clock)
            row = write_commitments(mine, begun, day, ledger, clock, when, out, labels, row)
        starts[r + 1] = row
    return starts, when[:row], out[:, :row].copy(), labels[:, :row].copy()


def find_commitments(chunk: Chunk) -> Rows:
    """Find the commitments of a chunk; ask for them by ``chunk.once(find_commitments)``."""
    table = chunk.portfolio.tables.get("payments")
    if table is None:
        return no_rows(chunk.owners.size, DUE_COLUMNS, DUE_CODES)
    read, feed = chunk.once(read_payments), chunk.once(read_feed)
    starts, when, values, labels = fill_commitments(
        read.firsts,
        read.begins,
        read.known,
        read.marks,
        ledger_of(table, read.at),
        chunk.as_of,
        feed.first,
        feed.seen,
        chunk.portfolio.calendar.clock,
    )
    return Rows(starts[:-1], starts[1:], when, values, labels, np.empty(0, np.int64))


def commitments(chunk: Chunk) -> Rows:
    """Build the view `commitments`."""
    return chunk.once(find_commitments)


_KIND: Final = ("payments.kind",)
_CATEGORY: Final = ("payments.category",)

VIEWS: Final = (
    View(
        name="commitments",
        meaning=(
            "Debits that recur and have not ended, by counterparty, else by class, kind and category: loan "
            "and card repayments, bills, and what is unexplained; purchases but for groceries, transport and "
            "health, money to persons, card repayments and unexplained debits to nobody named only if 1.4826 "
            f"MAD of the amounts is at most 5 % and four weeks or more lie between; {RECURS}. Debits that "
            f"were "
            "declined, returned or booked back count as hits unless made good within 10 days. A stream has "
            "ended 2.5 periods after its last hit (3.5 where that bounced), and not before 45 days are gone; "
            "one of a loan after 1.5 periods if all of it was seen, nothing bounced and it was paid a "
            "customary number of times. The time is that of the last hit."
        ),
        source="payments",
        tables=("payments",),
        values=(
            ViewColumn("monthly_amount", "amount times 30.4375 over the period", "money"),
            ViewColumn(
                "missed",
                "1 if the last hit is more than 1.5 periods ago or bounced, else 0",
                "0/1",
            ),
            ViewColumn("gap", "period", "days"),
            ViewColumn("is_loan", "1 if the last settled hit repays a loan or a card, else 0", "0/1", _KIND),
            ViewColumn("is_bill", "1 if the last settled hit pays a bill, else 0", "0/1", _CATEGORY),
            ViewColumn("hits", "number of days with a hit, older ones included", "count"),
            ViewColumn("daily_amount", "monthly amount over 30.4375", "money per day"),
            ViewColumn("amount", "median amount in the newest 183 days, or of the newest 3", "money"),
            ViewColumn("due", "due dates in the newest 365 days seen, an overdue one included", "count"),
            ViewColumn("kept", "those of them that were paid in rhythm", "count"),
            ViewColumn("streak", "newest due dates in a row that were kept; 0 if one is missed", "count"),
            ViewColumn("tenure", "days since the first hit, up to the end of what was seen", "days"),
            ViewColumn("is_card", "1 if the last settled hit repays a card, else 0", "0/1", _KIND),
        ),
        codes=(
            ViewColumn("kind", "kind of the last settled hit", needs=_KIND, labels=PAYMENT_KINDS),
            ViewColumn(
                "category", "category of the last settled hit", needs=_CATEGORY, labels=PAYMENT_CATEGORIES
            ),
            ViewColumn("rhythm", "how often it comes", labels=RHYTHM_NAMES),
            ViewColumn("counterparty", "whom it is paid to", needs=("payments.counterparty_id",)),
        ),
        build=commitments,
        version=4,
    ),
)
