"""Earlier loans, one row each: terms, standing now, how they began and how they ended."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import inner
from creditscore._ground.instants import DAY, NEVER
from creditscore.data.loans.allocation import (
    CLOSED_AT,
    INSTALMENTS,
    KNOWN_UNTIL,
    PAYMENTS,
    RECORDED,
    REPORTS,
    LoanTables,
    Path,
)
from creditscore.data.loans.allocation import owner_span as span
from creditscore.data.loans.delinquency import (
    days_between,
    days_late,
    days_past_due_at,
    ended_at,
    worst_between,
)
from creditscore.data.loans.ending import fallen_due, is_given_back, is_settlement, is_unpaid_at_close
from creditscore.data.visible import fact_time, has_happened, is_visible
from creditscore.features.loans.rows.loan_rows import REVOLVING, Block, flag, value_or_nan, write_row
from creditscore.features.loans.rows.pricing import annual_rate, monthly_amount
from creditscore.features.view import ViewColumn

_NEAR: Final = 30 * DAY
_EARLY: Final = 90 * DAY
_AMOUNT, _TERM, _LIMIT, _TOTAL_DUE, _INSTALMENT, _RATE = 0, 1, 2, 3, 4, 5
_OPEN, _REVOLVING, _AGE, _DPD, _WORST, _SINCE_CLOSE = 6, 7, 8, 9, 10, 11
_OUTSTANDING, _OVERDUE, _PAID, _CLEAN, _CLOSE_LATE, _SHARE_OF_TERM = 12, 13, 14, 15, 16, 17
_FIRST_LATE, _FIRST_30, _EARLY_60, _RESTRUCTURED, _WRITTEN_OFF, _SINCE_WRITE_OFF = 18, 19, 20, 21, 22, 23
_PREPAYMENTS, _PREPAID, _ON_TIME, _MEAN_LATE, _GROWTH, _PAUSE = 24, 25, 26, 27, 28, 29
_TO_FIRST, _PAYING = 30, 31

_DUE: Final = ("instalments.due_amount",)
_AMOUNTS: Final = ("loans.amount",)

LOAN_COLUMNS: Final = (
    ViewColumn("amount", "amount lent", "money", _AMOUNTS),
    ViewColumn("term_days", "agreed length; else from opening to the last due date", "days"),
    ViewColumn("limit", "credit limit", "money", ("loans.limit",)),
    ViewColumn("total_due", "sum of all instalments, also of those not yet due", "money", _DUE),
    ViewColumn("monthly_amount", "mean instalment a month of the time between due days", "money", _DUE),
    ViewColumn("annual_rate", "12 times the monthly internal rate of the schedule", "ratio", _DUE + _AMOUNTS),
    ViewColumn("is_open", "neither closed, nor wholly paid, written off or sold", "0/1"),
    ViewColumn("is_revolving", "a credit line rather than a loan with a schedule", "0/1"),
    ViewColumn("days_on_book", "days since it was opened", "days"),
    ViewColumn("dpd_now", "days past due at the moment", "days"),
    ViewColumn("worst_dpd", "largest days past due so far", "days"),
    ViewColumn("days_since_close", "days since it was closed or wholly paid; missing while open", "days"),
    ViewColumn(
        "outstanding", "all that is still to be paid, due or not; balance owed on a credit line", "money"
    ),
    ViewColumn(
        "overdue_amount", "what was due before the moment, as far as reported, and is not paid", "money", _DUE
    ),
    ViewColumn(
        "paid_total",
        "sum of payments, at most what was due in all; without records of them, that, once closed",
        "money",
        _DUE,
    ),
    ViewColumn(
        "closed_clean",
        "closed with nothing left unpaid; never 30 days past due, restructured or written off; missing if "
        "it was given back at once: before anything fell due, within 7 days or half of the days to the first "
        "due day; so are then the days to close, of paying and between loans",
        "0/1",
    ),
    ViewColumn("days_late_at_close", "days from last due date to close; negative if early", "days"),
    ViewColumn("held_share_of_term", "days from opening to close per day of the term", "ratio"),
    ViewColumn("first_days_late", "days late of the first instalment, negative if early", "days", _DUE),
    ViewColumn("first_payment_default", "first instalment 30 or more days late", "0/1", _DUE),
    ViewColumn("early_default", "60 or more days past due within 90 days of opening", "0/1"),
    ViewColumn("is_restructured", "its terms were eased", "0/1", ("loans.restructured_time",)),
    ViewColumn("is_written_off", "written off", "0/1", ("loans.written_off_time",)),
    ViewColumn(
        "days_since_written_off", "days since it was written off", "days", ("loans.written_off_time",)
    ),
    ViewColumn("prepayments", "payments that reached instalments due more than 30 days later", "count", _DUE),
    ViewColumn(
        "prepaid_amount", "money of payments for instalments due more than 30 days later", "money", _DUE
    ),
    ViewColumn("on_time_share", "instalments paid by their due day, of those due", "share", _DUE),
    ViewColumn("mean_days_late", "mean days late of instalments due, early ones as 0", "days", _DUE),
    ViewColumn("amount_to_previous", "amount over the amount of the loan before", "ratio", _AMOUNTS),
    ViewColumn("days_since_previous_close", "days from the close of the loan before to its opening", "days"),
    ViewColumn("days_to_first_payment", "days from opening to the first payment, 0 if before", "days"),
    ViewColumn("days_paying", "days from the first payment to the end of the loan, 0 if after", "days"),
)


@inner
def _last_due(path: Path, opened: int, term_days: float) -> int:
    n = path.facts[INSTALMENTS]
    if n > 0:
        return int(path.due[n - 1])
    return opened + int(term_days * DAY) if term_days > 0.0 else NEVER


@inner
def _terms(tables: LoanTables, path: Path, row: int, moment: int, out: NDArray[np.float64]) -> None:
    """Amount, term, rate, and what is owed."""
    n = path.facts[INSTALMENTS]
    loans = tables.loans
    opened = loans.times[0, row]
    out[_AMOUNT] = value_or_nan(loans.values, loans.amount, row)
    out[_LIMIT] = value_or_nan(loans.values, loans.limit, row)
    out[_TERM] = value_or_nan(loans.values, loans.term_days, row)
    out[_AGE] = (moment - opened) / DAY
    revolving = loans.kind >= 0 and loans.codes[loans.kind, row] == REVOLVING
    out[_REVOLVING] = flag(revolving or (n == 0 and path.facts[REPORTS] > 0))
    if n == 0:
        return
    if np.isnan(out[_TERM]):
        out[_TERM] = (path.due[n - 1] - opened) / DAY
    total = path.owed[n - 1]
    out[_TOTAL_DUE] = total
    out[_INSTALMENT] = monthly_amount(path, moment)
    out[_RATE] = annual_rate(path, opened, out[_AMOUNT])


@inner
def _money(path: Path, moment: int, end: int, balance: float, out: NDArray[np.float64]) -> None:
    """Outstanding, overdue and paid."""
    n, ended = path.facts[INSTALMENTS], end != NEVER
    if n == 0:
        out[_OUTSTANDING] = 0.0 if ended or balance < 0.0 else balance
        return
    total, due = path.owed[n - 1], 0.0
    for k in range(fallen_due(path, end)):
        if path.due[k] < min(moment, path.facts[KNOWN_UNTIL]):
            due = path.owed[k]
    paid = max(0.0, min(path.pool[path.facts[PAYMENTS]], total))
    out[_PAID] = total if ended and path.facts[RECORDED] == 0 else paid
    out[_OUTSTANDING] = 0.0 if ended else total - paid
    out[_OVERDUE] = 0.0 if ended else max(due - paid, 0.0)


@inner
def _standing(
    tables: LoanTables, path: Path, row: int, moment: int, end: int, out: NDArray[np.float64]
) -> None:
    """Open or closed, past due, restructured, written off, and how it ended."""
    loans = tables.loans
    opened = loans.times[0, row]
    restructured = fact_time(loans.times, loans.restructured, row, moment) != NEVER
    written_off = fact_time(loans.times, loans.written_off, row, moment)
    out[_RESTRUCTURED] = flag(restructured)
    out[_WRITTEN_OFF] = flag(written_off != NEVER)
    if written_off != NEVER:
        out[_SINCE_WRITE_OFF] = (moment - written_off) / DAY
    sold = fact_time(loans.times, loans.sold, row, moment) != NEVER
    out[_OPEN] = flag(end == NEVER and written_off == NEVER and not sold)
    if sold:
        out[_OUTSTANDING] = out[_OVERDUE] = 0.0
    out[_DPD] = days_past_due_at(path, moment)
    out[_WORST] = worst_between(path, opened, moment)
    early = worst_between(path, opened, min(moment, opened + _EARLY))
    if early >= 60.0 or min(moment, path.facts[KNOWN_UNTIL]) >= opened + _EARLY or end != NEVER:
        out[_EARLY_60] = np.nan if np.isnan(early) else flag(early >= 60.0)
    out[_CLEAN] = 0.0
    if end == NEVER or written_off != NEVER:
        return
    fallen = fallen_due(path, end)
    unpaid = end == path.facts[CLOSED_AT] and is_unpaid_at_close(path, fallen)
    out[_CLEAN] = flag(not out[_WORST] >= 30.0 and not restructured and not unpaid)
    if out[_CLEAN] == 1.0 and is_given_back(path, opened, end, fallen):
        out[_CLEAN] = np.nan
    out[_SINCE_CLOSE] = (moment - end) / DAY
    last_due = _last_due(path, opened, out[_TERM])
    if last_due != NEVER:
        out[_CLOSE_LATE] = float(days_between(path, last_due, end))
    if out[_TERM] > 0.0:
        out[_SHARE_OF_TERM] = max(0, end - opened) / DAY / out[_TERM]


@inner
def _timeliness(path: Path, opened: int, moment: int, end: int, out: NDArray[np.float64]) -> None:
    """The first instalment, and all that were due before the moment and before the loan ended."""
    fallen = fallen_due(path, end)
    n = fallen + int(is_settlement(path, opened, end, fallen))
    decided, on_time, late_days = 0, 0, 0.0
    for k in range(n):
        late = days_late(path, k, moment)
        if path.due[k] >= moment or np.isnan(late):
            continue
        decided += 1
        if late <= 0.0 and path.by_other[k] == 0:
            on_time += 1
        late_days += max(late, 0.0)
    if decided > 0:
        out[_ON_TIME] = on_time / decided
        out[_MEAN_LATE] = late_days / decided
    if n == 0 or (path.settled_at[0] == NEVER and path.due[0] >= moment):
        return
    first = days_late(path, 0, moment)
    out[_FIRST_LATE] = first
    if path.settled_at[0] != NEVER or first >= 30.0:
        out[_FIRST_30] = flag(first >= 30.0)


@inner
def _prepaid(path: Path, out: NDArray[np.float64]) -> None:
    """Payments beyond what was due within 30 days of them; those of one instant count together."""
    n, m = path.facts[INSTALMENTS], path.facts[PAYMENTS]
    if n == 0:
        return
    count, money, k, before = 0, 0.0, 0, 0.0
    for i in range(m):
        if i + 1 < m and path.paid_at[i + 1] == path.paid_at[i]:
            continue
        while k < n and path.due[k] <= path.paid_at[i] + _NEAR:
            k += 1
        due = path.owed[k - 1] if k > 0 else 0.0
        ahead = min(path.pool[i + 1], path.owed[n - 1]) - max(before, due)
        before = path.pool[i + 1]
        if ahead > 0.0:
            count += 1
            money += ahead
    out[_PREPAYMENTS] = count
    out[_PREPAID] = min(money, out[_PAID])


@inner
def _first_payment(path: Path, opened: int, end: int, out: NDArray[np.float64]) -> None:
    """When money first came in."""
    for i in range(path.facts[PAYMENTS]):
        if path.pool[i + 1] > path.pool[i]:
            out[_TO_FIRST] = max(0, path.paid_at[i] - opened) / DAY
            if end != NEVER:
                out[_PAYING] = max(0, end - path.paid_at[i]) / DAY
            return


@inner
def _newest_balance(tables: LoanTables, applicant: int, loan: int, moment: int) -> float:
    reports = tables.reports
    if reports.balance < 0 or reports.loan < 0:
        return np.nan
    balance = np.nan
    first, last = span(reports.offsets, applicant)
    for row in range(first, last):
        if reports.codes[reports.loan, row] != loan or not has_happened(reports.times, row, moment):
            continue
        if is_visible(reports.times, row, moment):
            balance = reports.values[reports.balance, row]
    return balance


@inner
def _state(
    tables: LoanTables, path: Path, applicant: int, row: int, moment: int, out: NDArray[np.float64]
) -> int:
    """Fill the columns of one loan; return when it ended."""
    out[:] = np.nan
    opened = tables.loans.times[0, row]
    _terms(tables, path, row, moment, out)
    end = ended_at(path, out[_AMOUNT])
    balance = _newest_balance(tables, applicant, tables.loans.loan[row], moment)
    _money(path, moment, end, balance, out)
    _standing(tables, path, row, moment, end, out)
    _timeliness(path, opened, moment, end, out)
    _prepaid(path, out)
    _first_payment(path, opened, end, out)
    if np.isnan(out[_CLEAN]):
        out[_CLOSE_LATE] = out[_SHARE_OF_TERM] = out[_TO_FIRST] = out[_PAYING] = np.nan
    return end


@inner
def _after_previous(values: NDArray[np.float64], times: NDArray[np.int64], k: int, previous_end: int) -> None:
    """Compare a loan with the one before it, which one that was given back at once is not."""
    if values[_AMOUNT, k - 1] > 0.0 and not np.isnan(values[_CLEAN, k - 1]):
        values[_GROWTH, k] = values[_AMOUNT, k] / values[_AMOUNT, k - 1]
    if previous_end != NEVER:
        values[_PAUSE, k] = (times[k] - previous_end) / DAY


@inner
def add_loan(
    tables: LoanTables,
    path: Path,
    owner: int,
    row: int,
    r: int,
    moment: int,
    previous_end: int,
    state: NDArray[np.float64],
    block: Block,
) -> int:
    """Write one loan; return when the last one ended that was not given back at once.

    Arrays: ``state`` shape (32,), scratch.
    """
    end = _state(tables, path, owner, row, moment, state)
    k = block.stops[r]
    write_row(block, k, state)
    block.times[k], block.origin[k] = tables.loans.times[0, row], row
    block.stops[r] = k + 1
    if np.isnan(state[_CLEAN]):
        return previous_end
    if k > block.starts[r]:
        _after_previous(block.values, block.times, k, previous_end)
    return end
