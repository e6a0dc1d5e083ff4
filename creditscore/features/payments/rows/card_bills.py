"""Statements of credit lines, and what of each was then paid, as the payments show it."""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled, inner, nested
from creditscore._ground.instants import DAY
from creditscore.data.loans.allocation import LoanTables, owner_span
from creditscore.data.loans.delinquency import visible_loan_row
from creditscore.data.payments.layout import AMOUNT, COUNTERPARTY, code_at
from creditscore.data.payments.marks import Ledger
from creditscore.data.payments.rules import CARD_REPAID
from creditscore.data.visible import HAPPENED, has_happened, is_visible
from creditscore.features.chunk import Chunk, loans_of
from creditscore.features.empty_rows import no_rows
from creditscore.features.loans.rows.loan_rows import GUARANTOR, value_or_nan
from creditscore.features.payments.rows.debts import with_ledger
from creditscore.features.payments.rows.feed import read_feed
from creditscore.features.payments.rows.lenders import NO_LENDER, lenders_of
from creditscore.features.payments.rows.reading import read_payments
from creditscore.features.rows import Rows
from creditscore.features.view import View, ViewColumn

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
I4 = NDArray[np.int32]
I1 = NDArray[np.int8]

# how long a statement may be paid where no next one comes before, and what may be missing
CYCLE = 35 * DAY
TOLERANCE = 0.01

# rows of the block of values
OWED, PAID, SHARE, IS_FULL, IS_SHORT = range(5)
BILL_COLUMNS = 5
UNTIL, WHO = range(2)


class Repaid(NamedTuple):
    """Repayments of cards, person after person, oldest first.

    Attributes
    ----------
    begins : ndarray of int64, shape (n_applications + 1,)
    times : ndarray of int64, shape (n_repayments,)
        Microseconds.
    amounts : ndarray of float64, shape (n_repayments,)
        Money, above 0.
    parties : ndarray of int32, shape (n_repayments,)
        To whom; -1 for nobody named.
    """

    begins: I8
    times: I8
    amounts: F8
    parties: I4


@compiled
def find_repaid(
    firsts: I8, begins: I8, classes: I1, times: I8, values: F8, codes: I4, at: I8
) -> tuple[I8, I8, F8, I4]:
    """Find the debits that repay cards.

    Arrays: those of `reading.Read` and `EventTable`. Returns the parts of `Repaid`, of
    shape (n_applications + 1,) and (n_repayments,).
    """
    starts = np.zeros(begins.size, np.int64)
    ledger = Ledger(times, values, codes, at)
    most = 0
    for found in classes[: begins[-1]]:
        most += found == CARD_REPAID
    when, amounts, parties = np.empty(most, np.int64), np.empty(most), np.empty(most, np.int32)
    n = int(np.int64(0))
    for r in range(firsts.size):
        for p in range(begins[r], begins[r + 1]):
            i = firsts[r] + p - begins[r]
            if classes[p] == CARD_REPAID and values[at[AMOUNT], i] < 0.0:
                when[n], amounts[n] = times[0, i], -values[at[AMOUNT], i]
                parties[n] = code_at(ledger.codes, ledger.at[COUNTERPARTY], i)
                n += 1
        starts[r + 1] = n
    return starts, when[:n], amounts[:n], parties[:n]


@inner
def whose_line(tables: LoanTables, owner: int, line: int, moment: int) -> tuple[bool, int]:
    """Return whether a line is the person's own, and its lender; -1 where that is not known."""
    loans = tables.loans
    row = visible_loan_row(loans, owner, line, moment) if line >= 0 else -1
    if row < 0:
        return True, -1
    own = loans.role < 0 or loans.codes[loans.role, row] != GUARANTOR
    return own, int(loans.codes[loans.lender, row]) if loans.lender >= 0 else -1


@nested
def write_bills(
    tables: LoanTables, owner: int, moment: int, times: I8, lines: I8, notes: I8, values: F8, first: int
) -> int:
    """Write every statement of an own line that asks for money, and until when it could be paid.

    Return the row after the last. Arrays: ``times`` and ``lines`` shape (n_rows,); ``notes`` shape
    (2, n_rows); ``values`` shape (5, n_rows).
    """
    reports, at = tables.reports, first
    begin, end = owner_span(reports.offsets, owner)
    for row in range(begin, end):
        if not has_happened(reports.times, row, moment) or not is_visible(reports.times, row, moment):
            continue
        line = reports.codes[reports.loan, row] if reports.loan >= 0 else -1
        own, lender = whose_line(tables, owner, line, moment)
        balance = value_or_nan(reports.values, reports.balance, row)
        time = reports.times[HAPPENED, row]
        for k in range(first, at):
            if lines[k] == line and notes[UNTIL, k] > time:
                notes[UNTIL, k] = time
        if own and balance > 0.0:
            times[at], lines[at], notes[UNTIL, at], notes[WHO, at] = time, line, time + CYCLE, lender
            values[OWED, at], values[PAID, at] = balance, 0.0
            values[SHARE, at] = value_or_nan(reports.values, reports.minimum_due, row)
            at += 1
    return at


@inner
def pay_bills(
    first: int, last: int, time: int, amount: float, lender: int, times: I8, notes: I8, values: F8
) -> None:
    """Give one repayment to the statements that it may pay, the oldest first, up to what each asks for.

    Arrays: ``times`` shape (n_rows,); ``notes`` shape (2, n_rows); ``values`` shape (5, n_rows).
    """
    left = amount
    for k in range(first, last):
        if left <= 0.0 or times[k] > time:
            break
        if time >= notes[UNTIL, k] or (lender > NO_LENDER and notes[WHO, k] >= 0 and notes[WHO, k] != lender):
            continue
        part = min(left, values[OWED, k] - values[PAID, k])
        values[PAID, k] += part
        left -= part


@nested
def keep_decided(first: int, last: int, seen_from: int, seen: int, times: I8, notes: I8, values: F8) -> int:
    """Keep the statements whose time to pay lies in what was seen of the account, and derive their columns.

    Return the row after the last. Arrays: ``times`` shape (n_rows,); ``notes`` shape (2, n_rows); ``values``
    shape (5, n_rows).
    """
    kept = first
    for k in range(first, last):
        if times[k] < seen_from or notes[UNTIL, k] > seen:
            continue
        owed, paid, minimum = values[OWED, k], values[PAID, k], values[SHARE, k]
        times[kept] = times[k]
        values[OWED, kept], values[PAID, kept], values[SHARE, kept] = owed, paid, paid / owed
        values[IS_FULL, kept] = 1.0 if paid >= owed - TOLERANCE * owed else 0.0
        asked = min(minimum, owed)
        values[IS_SHORT, kept] = 1.0 if paid < asked - TOLERANCE * asked else 0.0
        if math.isnan(minimum):
            values[IS_SHORT, kept] = math.nan
        kept += 1
    return kept


@compiled
def fill_bills(
    tables: LoanTables, owners: I8, as_of: I8, seen_from: I8, seen: I8, begins: I8, paid_at: I8, amounts: F8,
    lenders: I8,
) -> tuple[I8, I8, F8]:  # fmt: skip
    """Write the statements of every application that payments can be held against.

    Nothing is written for who was never seen to repay a card: the account that pays may be unseen.

    Arrays: ``owners`` shape (n_applications,), -1 for who has no ledger; ``as_of``, ``seen_from`` and
    ``seen`` shape (n_applications,) in microseconds, -1 where too long ago; ``begins`` shape
    (n_applications + 1,), ``paid_at``, ``amounts`` and ``lenders`` shape (n_repayments,). Returns starts,
    shape (n_applications + 1,), times, shape (n_rows,), and values, shape (5, n_rows).
    """
    most = 0
    for owner in owners:
        first, last = owner_span(tables.reports.offsets, owner)
        most += last - first
    starts = np.zeros(owners.size + 1, np.int64)
    times, lines = np.empty(most, np.int64), np.empty(most, np.int64)
    notes, values = np.empty((2, most), np.int64), np.empty((BILL_COLUMNS, most))
    for r in range(owners.size):
        at = starts[r]
        starts[r + 1] = at
        if begins[r] == begins[r + 1] or seen[r] < 0:
            continue
        stop = write_bills(tables, owners[r], as_of[r], times, lines, notes, values, at)
        for p in range(begins[r], begins[r + 1]):
            pay_bills(at, stop, paid_at[p], amounts[p], lenders[p], times, notes, values)
        starts[r + 1] = keep_decided(at, stop, seen_from[r], seen[r], times, notes, values)
    total = starts[-1]
    return starts, times[:total].copy(), values[:, :total].copy()


def find_repayments(chunk: Chunk) -> Repaid:
    """Find the card repayments of a chunk; ask for them by ``chunk.once(find_repayments)``."""
    read, table = chunk.once(read_payments), chunk.portfolio.tables["payments"]
    return Repaid(
        *find_repaid(
            read.firsts, read.begins, read.marks.classes, table.times, table.values, table.codes, read.at
        )
    )


def card_bills(chunk: Chunk) -> Rows:
    """Build the view `card_bills`."""
    portfolio = chunk.portfolio
    table, loans = portfolio.tables.get("payments"), portfolio.tables.get("loans")
    repaid = None if table is None else chunk.once(find_repayments)
    if table is None or repaid is None or not repaid.times.size or "statements" not in portfolio.tables:
        return no_rows(chunk.owners.size, BILL_COLUMNS, 0)
    feed = chunk.once(read_feed)
    named = () if loans is None else loans.vocabularies.get("lender", ())
    lenders = lenders_of(repaid.parties, table.vocabularies.get("counterparty_id", ()), named)
    starts, times, values = fill_bills(
        chunk.once(loans_of), chunk.once(with_ledger), chunk.as_of, feed.first, feed.seen, repaid.begins,
        repaid.times, repaid.amounts, lenders,
    )  # fmt: skip
    no_codes = np.empty((0, times.size), np.int32)
    return Rows(starts[:-1], starts[1:], times, values, no_codes, np.empty(0, np.int64))


VIEWS: Final = (
    View(
        name="card_bills",
        meaning=(
            "A statement of an own credit line with a balance to pay, of which it was seen in payments what "
            "was paid: debits of class card_repayment before the next statement of the line, at most 35 days "
            "later, of a payee who has the name of no other lender of the ledger; one repayment pays the "
            "oldest such statement first, up to its balance. Only statements from the first known payment on "
            "whose time to pay ended before the moment and before the end of the feed, and only of who was "
            "seen to repay a card. Time: the statement's."
        ),
        source="payments",
        tables=("payments", "statements"),
        also=("loans",),
        values=(
            ViewColumn("owed", "balance of the statement", "money", ("statements.balance",)),
            ViewColumn("paid", "what of it was seen to be paid", "money", ("statements.balance",)),
            ViewColumn("paid_share", "what was paid over the balance", "share", ("statements.balance",)),
            ViewColumn("is_full", "1 if 99 % of it or more was paid, else 0", "0/1", ("statements.balance",)),
            ViewColumn(
                "is_short",
                "1 if less than 99 % of the minimum that the statement asks for was paid, else 0",
                "0/1",
                ("statements.minimum_due",),
            ),
        ),
        codes=(),
        build=card_bills,
    ),
)
