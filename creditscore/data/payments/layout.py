"""Where the columns of payments stand in the blocks of their table, and the codes that kernels look at."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import nested
from creditscore.data.payments.marks import Ledger
from creditscore.data.tables.events import EventTable

# positions in the layout: rows of the block of values, then rows of the block of codes
AMOUNT, BALANCE, DATE_ONLY = range(3)
KIND, CATEGORY, COUNTERPARTY, COUNTERPARTY_KIND, STATUS, ACCOUNT, CHANNEL, METHOD = range(3, 11)
ORDER, ACCOUNT_KIND = range(11, 13)

_VALUES: Final = ("amount", "balance", "date_only")
_CODES: Final = (
    "kind", "category", "counterparty_id", "counterparty_kind", "status", "account_id", "channel", "method",
    "order_id", "account_kind",
)  # fmt: skip

# codes of the closed vocabularies that kernels look at; a test compares them with the vocabularies
PURCHASE, SALARY, TRANSFER, OWN_TRANSFER, CASH, FEE, INTEREST, PENALTY, REFUND, LOAN_IN, LOAN_OUT, BILL = (
    range(12)
)
CARD_REPAYMENT, CHARGEBACK, REVERSAL = range(12, 15)
GROCERIES, HOUSEHOLD, UTILITIES, TELECOM, RENT, TRANSPORT, HEALTH, EDUCATION, INSURANCE, TAX = range(10)
LEISURE, TRAVEL, ONLINE_SHOPPING, GAMBLING, PENSION, BENEFITS, FEES, SAVINGS, HIGH_COST_CREDIT, OTHER = range(
    10, 20
)
BASIC = (GROCERIES, TRANSPORT, HEALTH)
PERSON, MERCHANT, EMPLOYER, LENDER, GOVERNMENT, COLLECTOR, PAY_LATER, WAGE_ADVANCE = range(8)
SETTLED, DECLINED, RETURNED = range(3)
CURRENT_ACCOUNT, SAVINGS_ACCOUNT, CARD_ACCOUNT = range(3)


@nested
def code_at(codes: NDArray[np.int32], row: int, i: int) -> int:
    """Return a code, or -1 where the column is absent.

    Arrays: ``codes`` shape (n_codes, n_rows), -1 missing.
    """
    return int(codes[row, i]) if row >= 0 else -1


@lru_cache(maxsize=256)
def _positions(value_columns: tuple[str, ...], code_columns: tuple[str, ...]) -> NDArray[np.int64]:
    rows = [value_columns.index(name) if name in value_columns else -1 for name in _VALUES]
    rows += [code_columns.index(name) if name in code_columns else -1 for name in _CODES]
    return np.array(rows, np.int64)


def layout(table: EventTable) -> NDArray[np.int64]:
    """Return where the columns of payments stand in the blocks of a table; -1 for an absent one.

    Returns shape (13,), -1 for an absent column.
    """
    return _positions(table.value_columns, table.code_columns)


def ledger_of(table: EventTable, at: NDArray[np.int64]) -> Ledger:
    """Return the blocks of a table as kernels take them.

    Arrays: ``at`` shape (13,), -1 for an absent column.
    """
    return Ledger(table.times, table.values, table.codes, at)
