"""What a person repays: debts of the ledger and those that payments show, each of them once.

A loan of the ledger and a stream of payments are one debt where the payee has the name of the lender and both
come to the same a month within a tenth; or, where no other lender of the ledger has that name, where they
come to the same within one part in a hundred and in the same rhythm. Repayments of a card and an open credit
line are one unless they name different lenders.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled, inner, nested
from creditscore._ground.instants import DAY, NEVER
from creditscore._ground.zones import local_day
from creditscore.data.loans.allocation import (
    INSTALMENTS,
    LoanTables,
    Path,
    owner_span,
    reconstruct,
    scratch_path,
)
from creditscore.data.loans.delinquency import ended_at
from creditscore.data.sources import SOURCES
from creditscore.data.visible import HAPPENED, fact_known, fact_time, has_happened, is_visible
from creditscore.features.chunk import Chunk, loans_of
from creditscore.features.coverage import coverage_of, covered_by
from creditscore.features.empty_rows import no_rows
from creditscore.features.loans.rows.loan_rows import (
    REVOLVING,
    STALE_AFTER,
    Block,
    awaits_statement,
    order_by_time,
    takes_part,
    value_or_nan,
)
from creditscore.features.loans.rows.pricing import monthly_amount
from creditscore.features.payments.rows.commitments import (
    DUE_GAP,
    DUE_MONTHLY,
    IS_CARD,
    IS_LOAN,
    PARTY_OF,
    find_commitments,
)
from creditscore.features.payments.rows.lenders import NO_LENDER, lenders_of
from creditscore.features.payments.rows.rhythm import MONTH_DAYS, calendar_position
from creditscore.features.rows import Rows
from creditscore.features.view import View, ViewColumn

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
I1 = NDArray[np.int8]

# how far what is paid and what is due a month lie apart: to a lender of the name, and to somebody else
SAME_NAME = 0.10
SAME_AMOUNT = 0.01
# and how far the days between two payments
SAME_RHYTHM = 0.20
# a stream may be seen once more when the loan is closed already
AFTER_CLOSE = 10 * DAY

# rows of the block of values
MONTHLY, DAILY, IS_SEEN, IS_REPORTED, LAST_DUE = range(5)
DEBT_COLUMNS = 5
# rows of what is gathered of loans
DUE, EVERY, LAST = range(3)
WHO, CARD, OPENED, ENDED, ROW = range(5)


class Owed(NamedTuple):
    """The loans of one person as borrower.

    Attributes
    ----------
    money : ndarray of float64, shape (3, n_loans)
        What is due a month, the days between due days, and the last due time in microseconds if it is still
        to come; NaN where it is not known.
    facts : ndarray of int64, shape (5, n_loans)
        The lender, -1 where it is not known; whether it is a credit line; when it was opened, and when it
        ended (``NEVER``: not yet); its row.
    streams : ndarray of int64, shape (n_loans,)
        The stream that repays it, -1 for none.
    """

    money: F8
    facts: I8
    streams: I8


@inner
def minimum_due(tables: LoanTables, owner: int, loan: int, moment: int) -> float:
    """Return the minimum that the newest statement of a line asks for; NaN if it is old or does not say."""
    reports, due = tables.reports, math.nan
    if reports.loan < 0:
        return due
    first, last = owner_span(reports.offsets, owner)
    for row in range(first, last):
        if reports.codes[reports.loan, row] != loan or not has_happened(reports.times, row, moment):
            continue
        if is_visible(reports.times, row, moment):
            old = moment - reports.times[HAPPENED, row] > STALE_AFTER
            due = math.nan if old else value_or_nan(reports.values, reports.minimum_due, row)
    return due


@inner
def days_between_dues(path: Path) -> float:
    """Return the mean days between the due days of a loan, a calendar month counting 30.4375; NaN for one."""
    last = path.facts[INSTALMENTS] - 1
    first_day, last_day = local_day(path.due[0], path.clock), local_day(path.due[last], path.clock)
    if last_day <= first_day:
        return math.nan
    return float((calendar_position(last_day) - calendar_position(first_day)) / last)


@nested
def owed_by(tables: LoanTables, path: Path, owner: int, moment: int) -> Owed:
    """Return the loans of one person that were known, as borrower; arrays of shape (..., n_loans)."""
    first, last = owner_span(tables.loans.offsets, owner)
    money = np.full((3, last - first), np.nan)
    facts = np.empty((5, last - first), np.int64)
    loans, n = tables.loans, 0
    is_replaced = awaits_statement(tables, owner, moment)
    for row in range(first, last):
        if not takes_part(loans, row, moment, False):
            continue
        reconstruct(tables, path, owner, row, moment)
        end = ended_at(path, value_or_nan(loans.values, loans.amount, row))
        count = path.facts[INSTALMENTS]
        line = count == 0 and loans.kind >= 0 and loans.codes[loans.kind, row] == REVOLVING
        if count > 0:
            money[EVERY, n] = days_between_dues(path)
            money[DUE, n] = path.owed[count - 1] / count * MONTH_DAYS / money[EVERY, n]
            if math.isnan(money[DUE, n]):
                money[DUE, n] = monthly_amount(path, moment)
            if path.due[count - 1] >= moment:
                money[LAST, n] = float(path.due[count - 1])
        if line:
            money[DUE, n] = minimum_due(tables, owner, loans.loan[row], moment)
            if is_replaced and not math.isnan(money[DUE, n]):
                end = NEVER
        facts[WHO, n] = loans.codes[loans.lender, row] if loans.lender >= 0 else -1
        facts[CARD, n] = int(line)
        facts[OPENED, n] = loans.times[HAPPENED, row]
        facts[ENDED, n] = end
        if fact_known(loans.times, loans.written_off, row, moment):
            facts[ENDED, n] = moment
        facts[ENDED, n] = min(facts[ENDED, n], fact_time(loans.times, loans.sold, row, moment))
        facts[ROW, n] = row
        n += 1
    return Owed(money[:, :n], facts[:, :n], np.full(n, -1, np.int64))


@inner
def distance(owed: Owed, k: int, values: F8, s: int, lender: int, when: int) -> float:
    """Return how far a stream lies from what a loan takes, 0 or more; infinite if it is not of that loan.

    Arrays: ``values`` shape (13, n_streams), those of the commitments.
    """
    known, due = owed.facts[WHO, k], owed.money[DUE, k]
    named = known >= 0 and lender == known
    if (owed.facts[CARD, k] != 0) != (values[IS_CARD, s] != 0.0) or when < owed.facts[OPENED, k]:
        return math.inf
    if owed.facts[ENDED, k] != NEVER and when > owed.facts[ENDED, k] + AFTER_CLOSE:
        return math.inf
    if not named and lender > NO_LENDER:
        return math.inf
    if math.isnan(due):
        return 1.0 if named or owed.facts[CARD, k] != 0 else math.inf
    apart = abs(values[DUE_MONTHLY, s] - due) / due if due > 0.0 else math.inf
    if owed.facts[CARD, k] != 0:
        return min(apart, 1e9)
    if named:
        return apart if apart <= SAME_NAME else math.inf
    every = owed.money[EVERY, k]
    if not math.isnan(every) and not abs(values[DUE_GAP, s] - every) <= SAME_RHYTHM * every:
        return math.inf
    return apart if apart <= SAME_AMOUNT else math.inf


@nested
def match_each(
    owed: Owed, first: int, last: int, ended: bool, when: I8, values: F8, lenders: I8, taken: I1
) -> None:
    """Give loans that are open, or ended, the streams that repay them, one each, the nearest pair first.

    Arrays: ``when``, ``lenders`` and ``taken`` shape (n_streams,); ``values`` shape (13, n_streams).
    """
    while True:
        best, loan, stream = math.inf, -1, -1
        for k in range(owed.streams.size):
            if owed.streams[k] >= 0 or (owed.facts[ENDED, k] != NEVER) != ended:
                continue
            for s in range(first, last):
                if values[IS_LOAN, s] == 0.0 or taken[s] != 0:
                    continue
                apart = distance(owed, k, values, s, lenders[s], when[s])
                if apart < best:
                    best, loan, stream = apart, k, s
        if loan < 0:
            return
        owed.streams[loan] = stream
        taken[stream] = 1


@nested
def match_sums(owed: Owed, first: int, last: int, values: F8, lenders: I8, taken: I1) -> None:
    """Take streams that pay several open loans of one lender at once.

    Arrays: ``lenders`` and ``taken`` shape (n_streams,); ``values`` shape (13, n_streams).
    """
    for s in range(first, last):
        if values[IS_LOAN, s] == 0.0 or taken[s] != 0 or lenders[s] < 0:
            continue
        due = 0.0
        for k in range(owed.streams.size):
            mine = owed.facts[WHO, k] == lenders[s] and owed.facts[ENDED, k] == NEVER
            if mine and owed.streams[k] < 0 and not math.isnan(owed.money[DUE, k]):
                due += owed.money[DUE, k]
        if abs(values[DUE_MONTHLY, s] - due) <= SAME_NAME * due:
            taken[s] = 1
            for k in range(owed.streams.size):
                if owed.facts[WHO, k] == lenders[s] and owed.facts[ENDED, k] == NEVER:
                    owed.streams[k] = s if owed.streams[k] < 0 else owed.streams[k]


@inner
def write_debt(
    block: Block, r: int, time: int, monthly: float, last: float, seen: bool, reported: bool
) -> None:
    """Write one debt."""
    k = block.stops[r]
    block.times[k] = time
    block.values[MONTHLY, k] = monthly
    block.values[DAILY, k] = monthly / MONTH_DAYS
    block.values[IS_SEEN, k] = 1.0 if seen else 0.0
    block.values[IS_REPORTED, k] = 1.0 if reported else 0.0
    block.values[LAST_DUE, k] = last
    block.stops[r] = k + 1


@nested
def write_debts(
    owed: Owed, r: int, first: int, last: int, when: I8, values: F8, taken: I1, block: Block
) -> None:
    """Write the open loans of one person, then the streams that repay none of the ledger.

    Arrays: ``when`` and ``taken`` shape (n_streams,); ``values`` shape (13, n_streams).
    """
    for k in range(owed.streams.size):
        if owed.facts[ENDED, k] != NEVER:
            continue
        monthly, s = owed.money[DUE, k], owed.streams[k]
        if math.isnan(monthly) and s >= 0:
            monthly = values[DUE_MONTHLY, s]
        write_debt(block, r, owed.facts[OPENED, k], monthly, owed.money[LAST, k], s >= 0, True)
    for s in range(first, last):
        if values[IS_LOAN, s] != 0.0 and taken[s] == 0:
            write_debt(block, r, when[s], values[DUE_MONTHLY, s], math.nan, True, False)


@compiled
def fill_debts(
    tables: LoanTables, owners: I8, as_of: I8, starts: I8, when: I8, values: F8, lenders: I8
) -> tuple[I8, I8, I8, F8]:
    """Write the debts of every application.

    Arrays: ``owners`` shape (n_applications,), -1 for who has no ledger; ``as_of`` shape (n_applications,) in
    microseconds; of the commitments ``starts`` shape (n_applications + 1,), ``when`` and ``lenders`` shape
    (n_streams,), ``values`` shape (13, n_streams). Returns starts and stops, shape (n_applications,), times,
    shape (n_rows,), and values, shape (5, n_rows).
    """
    most = starts[-1]
    for owner in owners:
        first, last = owner_span(tables.loans.offsets, owner)
        most += last - first
    path = scratch_path(tables, owners)
    taken = np.zeros(when.size, np.int8)
    begins, stops = np.zeros(owners.size, np.int64), np.zeros(owners.size, np.int64)
    block = Block(begins, stops, np.empty(most, np.int64), np.empty((DEBT_COLUMNS, most)), stops[:0])
    for r in range(owners.size):
        if r > 0:
            begins[r] = stops[r] = stops[r - 1]
        owed = owed_by(tables, path, owners[r], as_of[r])
        first, last = starts[r], starts[r + 1]
        for ended in (False, True):
            match_each(owed, first, last, ended, when, values, lenders, taken)
            if not ended:
                match_sums(owed, first, last, values, lenders, taken)
        write_debts(owed, r, first, last, when, values, taken, block)
        order_by_time(block, r)
    total = stops[-1] if owners.size > 0 else 0
    return begins, stops, block.times[:total].copy(), block.values[:, :total].copy()


def with_ledger(chunk: Chunk) -> I8:
    """Return the owners of a chunk whose loans may be read, the others as -1, shape (n_applications,)."""
    portfolio = chunk.portfolio
    coverage = coverage_of("loans", portfolio.tables)
    if coverage.everyone:
        return chunk.owners
    covered = covered_by(coverage, portfolio, chunk.owners, chunk.as_of)
    return np.where(covered, chunk.owners, np.int64(-1))


def debts(chunk: Chunk) -> Rows:
    """Build the view `debts`."""
    portfolio = chunk.portfolio
    table, loans = portfolio.tables.get("payments"), portfolio.tables.get("loans")
    if table is None:
        return no_rows(chunk.owners.size, DEBT_COLUMNS, 0)
    found = chunk.once(find_commitments)
    named = () if loans is None else loans.vocabularies.get("lender", ())
    parties = np.where(found.values[IS_LOAN] == 1.0, found.codes[PARTY_OF], np.int32(-1)).astype(np.int32)
    lenders = lenders_of(parties, table.vocabularies.get("counterparty_id", ()), named)
    starts = np.append(found.starts, found.times.size)
    begins, stops, times, values = fill_debts(
        chunk.once(loans_of), chunk.once(with_ledger), chunk.as_of, starts, found.times, found.values,
        lenders,
    )  # fmt: skip
    return Rows(begins, stops, times, values, np.empty((0, times.size), np.int32), np.empty(0, np.int64))


_KIND: Final = ("payments.kind",)

VIEWS: Final = (
    View(
        name="debts",
        meaning=(
            "Every debt once: an open loan or credit line of the ledger as borrower, and every recurring "
            "repayment of credit in payments that repays none of them. A stream repays a loan where its "
            "payee has the lender's name (texts, whatever their case) and it comes to the same a month "
            "within 10 % (or to the sum of several loans of that lender); or where its payee has the name "
            "of no other lender of the ledger and it comes to the same within 1 %, in a rhythm within 20 %;"
            " repayments of a card repay a credit line unless the names differ. What repays a loan that is "
            "closed counts no more. The time is that of the opening, or of the last payment."
        ),
        source="payments",
        tables=("payments",),
        also=SOURCES["loans"].tables,
        values=(
            ViewColumn(
                "monthly_amount",
                "mean instalment a month by the schedule; of a credit line the minimum that its newest "
                "statement asks for, at most 92 days old; where the ledger does not say, and of what it does "
                "not list, what recurs in payments",
                "money",
                _KIND,
            ),
            ViewColumn("daily_amount", "monthly amount over 30.4375", "money per day", _KIND),
            ViewColumn("is_seen", "1 if payments show it, else 0", "0/1", _KIND),
            ViewColumn("is_reported", "1 if the ledger lists it, else 0", "0/1", _KIND),
            ViewColumn(
                "last_due",
                "of a loan with a schedule whose last due day is still to come: that day, else missing",
                "microseconds since 1970-01-01 UTC",
                _KIND,
            ),
        ),
        codes=(),
        build=debts,
    ),
)
