"""The views of loans: the course of each loan is worked out once, and every view writes its rows from it."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.arrays import read_only
from creditscore._ground.compiled import compiled, inner, nested
from creditscore._ground.instants import NEVER
from creditscore.data.loans.allocation import LoanTables, Path, owner_span, reconstruct, scratch_path
from creditscore.data.loans.delinquency import ended_at
from creditscore.data.loans.reporting import note_reports
from creditscore.data.portfolio import Portfolio
from creditscore.data.visible import HAPPENED
from creditscore.features.chunk import Chunk, loans_of
from creditscore.features.loans.rows.episodes import EPISODE_COLUMNS, SPANS, add_episodes
from creditscore.features.loans.rows.instalments import (
    DIRECT_DEBIT,
    INSTALMENT_COLUMNS,
    Method,
    add_instalments,
)
from creditscore.features.loans.rows.loan_rows import (
    Block,
    instalment_row_count,
    loan_row_count,
    order_by_time,
    takes_part,
    value_or_nan,
)
from creditscore.features.loans.rows.loans import LOAN_COLUMNS, add_loan
from creditscore.features.loans.rows.months import (
    MONTH_COLUMNS,
    MOVE_COLUMNS,
    add_moves,
    add_to_months,
    begin_months,
    finish_months,
    month_count,
    move_count,
)
from creditscore.features.rows import Rows
from creditscore.features.view import Builder, View

I8 = NDArray[np.int64]
F8 = NDArray[np.float64]

# the views, those whose rows stand for rows of a table first
OWN, GUARANTEED, INSTALMENTS, MONTHS, MOVES, EPISODES = range(6)
N_VIEWS: Final = 6
_COLUMNS: Final = {
    "loan_states": LOAN_COLUMNS,
    "guaranteed_loans": LOAN_COLUMNS,
    "instalment_states": INSTALMENT_COLUMNS,
    "loan_months": MONTH_COLUMNS,
    "loan_month_states": MOVE_COLUMNS,
    "episodes": EPISODE_COLUMNS,
}
_NO_CODES: Final = read_only(np.empty((0, 0), np.int32))


class Blocks(NamedTuple):
    """The rows of every view of loans while they are written."""

    own: Block
    guaranteed: Block
    instalments: Block
    months: Block
    moves: Block
    episodes: Block


class Scratch(NamedTuple):
    """What is written anew for every loan or applicant.

    Attributes
    ----------
    state : ndarray of float64, shape (most columns of a view,)
        One row.
    spans : ndarray of int64, shape (3, n_spans)
        The episodes of one loan.
    ended : ndarray of int64, shape (2,)
        When the loan before ended, as borrower and as guarantor; microseconds.
    lag : ndarray of int64, shape (2,)
        The lender of the loan before, -1 without one, and how late it reports; microseconds.
    """

    state: F8
    spans: I8
    ended: I8
    lag: I8


@nested
def row_counts(tables: LoanTables, owners: I8, as_of: I8, widths: I8, most_spans: int) -> I8:
    """Return how many rows each view has at most, shape (6,); 0 for a view that is not asked for.

    Arrays: as in `fill_views`.
    """
    loans = loan_row_count(tables, owners)
    counts = np.zeros(N_VIEWS, np.int64)
    counts[OWN] = loans
    counts[GUARANTEED] = loans
    counts[INSTALMENTS] = instalment_row_count(tables, owners)
    counts[MONTHS] = month_count(tables, owners, as_of)
    counts[MOVES] = move_count(tables, owners, as_of)
    counts[EPISODES] = loans * most_spans
    for view in range(N_VIEWS):
        if widths[view] == 0:
            counts[view] = 0
    return counts


@nested
def block_of(
    view: int, counts: I8, widths: I8, starts: I8, stops: I8, times: I8, values: F8, origin: I8
) -> Block:
    """Return the part of the arrays of all views that is one view's own.

    Arrays: as `fill_views` returns them; ``widths`` shape (6,).
    """
    n, before, begin = counts[view], int(np.int64(0)), int(np.int64(0))
    for k in range(view):
        before += counts[k]
        begin += counts[k] * widths[k]
    return Block(
        starts[view],
        stops[view],
        times[before : before + n],
        values[begin : begin + n * widths[view]].reshape((widths[view], n)),
        origin[before : before + n] if view < MONTHS else origin[:0],
    )


@inner
def write_loan(
    tables: LoanTables,
    path: Path,
    owner: int,
    row: int,
    r: int,
    moment: int,
    guarantor: bool,
    to: Blocks,
    scratch: Scratch,
) -> None:
    """Write a loan among the own or the guaranteed ones."""
    block = to.guaranteed if guarantor else to.own
    role = 1 if guarantor else 0
    if block.values.size > 0:
        state = scratch.state[: block.values.shape[0]]
        before = scratch.ended[role]
        scratch.ended[role] = add_loan(tables, path, owner, row, r, moment, before, state, block)


@inner
def write_course(
    tables: LoanTables,
    path: Path,
    row: int,
    r: int,
    moment: int,
    widths: I8,
    method: Method,
    to: Blocks,
    scratch: Scratch,
) -> None:
    """Write the instalments, months and episodes of an own loan.

    Arrays: ``widths`` shape (6,).
    """
    opened = tables.loans.times[HAPPENED, row]
    amount = value_or_nan(tables.loans.values, tables.loans.amount, row)
    if widths[INSTALMENTS] > 0:
        state = scratch.state[: widths[INSTALMENTS]]
        end = ended_at(path, amount)
        add_instalments(tables, path, r, moment, opened, end, method, state, to.instalments)
    if widths[MONTHS] > 0:
        add_to_months(path, r, moment, to.months)
    if widths[MOVES] > 0:
        add_moves(path, r, moment, opened, amount, scratch.state[: widths[MOVES]], to.moves)
    if widths[EPISODES] > 0:
        add_episodes(path, r, moment, amount, scratch.spans, to.episodes)


@inner
def write_applicant(
    tables: LoanTables,
    path: Path,
    owner: int,
    r: int,
    moment: int,
    widths: I8,
    method: Method,
    to: Blocks,
    scratch: Scratch,
) -> None:
    """Write the rows of an applicant, loan after loan.

    Arrays: ``widths`` shape (6,).
    """
    scratch.ended[0] = scratch.ended[1] = NEVER
    scratch.lag[0] = -1
    if widths[MONTHS] > 0:
        begin_months(tables, owner, r, moment, to.months)
    first, last = owner_span(tables.loans.offsets, owner)
    for row in range(first, last):
        guarantor = takes_part(tables.loans, row, moment, True)
        if not guarantor and not takes_part(tables.loans, row, moment, False):
            continue
        if guarantor and widths[GUARANTEED] == 0:
            continue
        reconstruct(tables, path, owner, row, moment)
        note_reports(tables, path, owner, row, moment, scratch.lag)
        write_loan(tables, path, owner, row, r, moment, guarantor, to, scratch)
        if not guarantor:
            write_course(tables, path, row, r, moment, widths, method, to, scratch)
    if widths[MONTHS] > 0:
        finish_months(r, to.months)


@compiled
def fill_views(
    tables: LoanTables, owners: I8, as_of: I8, widths: I8, method: Method
) -> tuple[I8, I8, I8, I8, F8, I8]:
    """Write the rows of every view that is asked for.

    Parameters
    ----------
    tables : LoanTables
    owners : ndarray of int64, shape (n_applications,)
        -1 is nobody.
    as_of : ndarray of int64, shape (n_applications,)
        Microseconds.
    widths : ndarray of int64, shape (6,)
        How many columns each view has; 0: not asked for.
    method : Method

    Returns
    -------
    starts, stops : ndarray of int64, shape (6, n_applications)
        The rows of each view, counted from its first.
    counts : ndarray of int64, shape (6,)
        How many rows there is room for in each view.
    times, values, origin : ndarray, shape (n,)
        One view after another; the values of each are of shape (columns, rows).
    """
    path = scratch_path(tables, owners)
    spans = np.empty((SPANS, path.paid_at.size + path.reported_at.size + 1), np.int64)
    scratch = Scratch(np.empty(widths.max()), spans, np.empty(2, np.int64), np.empty(2, np.int64))
    counts = row_counts(tables, owners, as_of, widths, spans.shape[1])
    starts = np.zeros((N_VIEWS, owners.size), np.int64)
    stops = np.zeros((N_VIEWS, owners.size), np.int64)
    times = np.empty(counts.sum(), np.int64)
    values = np.empty((counts * widths).sum(), np.float64)
    origin = np.empty(counts[:MONTHS].sum(), np.int64)
    shared = (counts, widths, starts, stops, times, values, origin)
    first = int(np.int64(OWN))  # no literal, for each of which numba would compile anew
    to = Blocks(
        block_of(first, *shared),
        block_of(first + GUARANTEED, *shared),
        block_of(first + INSTALMENTS, *shared),
        block_of(first + MONTHS, *shared),
        block_of(first + MOVES, *shared),
        block_of(first + EPISODES, *shared),
    )
    for r in range(owners.size):
        if r > 0:
            starts[:, r] = stops[:, r - 1]
            stops[:, r] = starts[:, r]
        write_applicant(tables, path, owners[r], r, as_of[r], widths, method, to, scratch)
        order_by_time(to.instalments, r)
        order_by_time(to.moves, r)
        order_by_time(to.episodes, r)
    return starts, stops, counts, times, values, origin


@lru_cache(maxsize=256)
def _widths(asked: frozenset[str] | None) -> I8:
    return read_only(
        np.array(
            [len(columns) if asked is None or name in asked else 0 for name, columns in _COLUMNS.items()],
            np.int64,
        )
    )


def _method(portfolio: Portfolio) -> Method:
    table = portfolio.tables.get("instalments")
    if table is None:
        return Method(_NO_CODES, -1, -2)
    columns, labels = table.code_columns, table.vocabularies.get("method", ())
    return Method(
        table.codes,
        columns.index("method") if "method" in columns else -1,
        labels.index(DIRECT_DEBIT) if DIRECT_DEBIT in labels else -2,
    )


def read_loans(chunk: Chunk) -> dict[str, Rows]:
    """Build every view of loans that is asked for; ask for it by ``chunk.once(read_loans)``."""
    widths = _widths(chunk.views)
    starts, stops, counts, times, values, origin = fill_views(
        chunk.once(loans_of), chunk.owners, chunk.as_of, widths, _method(chunk.portfolio)
    )
    found: dict[str, Rows] = {}
    before = begin = 0
    sizes = zip(_COLUMNS, counts.tolist(), widths.tolist(), strict=True)
    for view, (name, n, width) in enumerate(sizes):
        found[name] = Rows(
            starts[view],
            stops[view],
            times[before : before + n],
            values[begin : begin + n * width].reshape(width, n),
            np.empty((0, n), np.int32),
            origin[before : before + n] if view < MONTHS else origin[:0],
        )
        before += n
        begin += n * width
    return found


def _builder(name: str) -> Builder:
    def build(chunk: Chunk) -> Rows:
        return chunk.once(read_loans)[name]

    return build


def _view(name: str, meaning: str, *tables: str, version: int = 2) -> View:
    return View(name, meaning, "loans", tables, _COLUMNS[name], (), _builder(name), version=version)


VIEWS: Final = (
    _view(
        "loan_states",
        "A loan of the applicant as borrower, opened and known before the moment; time: its opening.",
        "loans",
        version=4,
    ),
    _view(
        "guaranteed_loans",
        "A loan that the applicant guarantees, opened and known before the moment; time: its opening.",
        "loans",
        version=4,
    ),
    _view(
        "instalment_states",
        "An instalment of an own loan, due before the moment and before the loan ended; time: its due time.",
        "instalments",
        "loans",
        version=5,
    ),
    _view(
        "loan_months",
        "A calendar month, counted back from the moment, since the oldest own loan; time: its start.",
        "loans",
    ),
    _view(
        "loan_month_states",
        "A month of an own loan, begun before the loan ended; time: the start of the month.",
        "loans",
    ),
    _view(
        "episodes",
        "A stretch in which an own loan was past due; time: the first due date missed.",
        "loans",
    ),
)
