"""Loans of the own lender as they pass through the borrower's account: payouts and instalments."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from creditscore.simulate.columns import NEVER, Columns, array, join
from creditscore.simulate.commitments import OWN_LENDER
from creditscore.simulate.observed import METHODS, Observed, flow, visible
from creditscore.simulate.people import People

_DEBIT, _TRANSFER = (METHODS.index(name) for name in ("direct_debit", "transfer"))
LABELS: Final[dict[str, Any]] = {
    "category": "other", "channel": "web", "counterparty_id": OWN_LENDER, "counterparty_kind": "lender",
    "status": "settled",
}  # fmt: skip


def loan_flows(people: People, seen: Observed, loans: Columns, instalments: Columns) -> Columns:
    """Return the payout of every loan, and every instalment at its time and amount, whole, late or in part.

    Parameters
    ----------
    people, seen
        As drawn before.
    loans, instalments : dict of str to column
        Of borrowers.
    """
    owner, opened = array(loans, "applicant_id"), array(loans, "event_time")
    row = np.flatnonzero(visible(people, seen, owner, opened))
    paid_out = flow(
        owner[row], opened[row], array(loans, "amount")[row], "loan_in", kind="loan_in", method="transfer",
        **LABELS,
    )  # fmt: skip
    owner, paid = array(instalments, "applicant_id"), array(instalments, "paid_time")
    row = np.flatnonzero((paid != NEVER) & visible(people, seen, owner, paid))
    direct = array(instalments, "method")[row] == 0
    back = flow(
        owner[row], paid[row], -array(instalments, "paid_amount")[row], "loan_out", kind="loan_out",
        method=np.where(direct, _DEBIT, _TRANSFER), **LABELS,
    )  # fmt: skip
    return join([paid_out, back])
