"""Which payments are purchases from merchants, and which are wages, by what their rows say."""

from __future__ import annotations

import numpy as np

from creditscore._ground.arrays import Flags
from creditscore.data.tables import vocabularies
from creditscore.data.tables.events import EventTable


def went_out(table: EventTable) -> Flags:
    """Payments of money out that went through, neither declined nor returned; shape (n_rows,)."""
    kept = table.column("amount") < 0.0
    if "status" in table.code_columns:
        failed = [vocabularies.PAYMENT_STATUSES.index(name) for name in ("declined", "returned")]
        kept &= ~np.isin(table.column("status"), failed)
    return np.asarray(kept, np.bool_)


def purchases_from_merchants(table: EventTable) -> Flags:
    """Payments to merchants that went through; shape (n_rows,)."""
    kept = went_out(table)
    if "counterparty_kind" in table.code_columns:
        kept &= table.column("counterparty_kind") == vocabularies.COUNTERPARTY_KINDS.index("merchant")
    elif "kind" in table.code_columns:
        kept &= table.column("kind") == vocabularies.PAYMENT_KINDS.index("purchase")
    return np.asarray(kept, np.bool_)


def wages(table: EventTable) -> Flags:
    """Payments from employers, shape (n_rows,); none where nothing tells who paid."""
    kept = table.column("amount") > 0.0
    if "counterparty_kind" in table.code_columns:
        kept &= table.column("counterparty_kind") == vocabularies.COUNTERPARTY_KINDS.index("employer")
    elif "kind" in table.code_columns:
        kept &= table.column("kind") == vocabularies.PAYMENT_KINDS.index("salary")
    else:
        kept &= False
    return np.asarray(kept, np.bool_)
