"""What is kept with a decision that reads the ledger beside payments."""

from __future__ import annotations

import numpy as np

import creditscore as cs
from creditscore.deciding.evidence import gather
from creditscore.features.compute import FeatureComputer
from tests.features.debts_by_hand import AS_OF, CARD, line, loan, monthly, repaid, together


def test_the_rows_of_the_ledger_are_kept_though_every_feature_is_of_payments() -> None:
    names = ("debt_service_monthly_amount", "debts_unreported", "card_bills_paid_share_365d")
    computer = FeatureComputer(cs.payment_features().select([f"payments_{name}" for name in names]))
    tables = together(
        repaid(300, "Bank A"),
        loan("L", 300, "Bank A"),
        monthly(-100, 10, **CARD),
        line("C", "Card Co", {2: (200.0, 30.0), 1: (100.0, 40.0), 0: (80.0, 35.0)}),
    )
    portfolio = cs.Portfolio.from_records(tables)
    asked = {"application_id": 1, "applicant_id": "a", "as_of": AS_OF}
    kept = gather(computer, cs.Applications.from_records(asked), portfolio)
    assert {"payments", "loans", "instalments", "statements"} <= set(kept.tables)
    assert kept.tables["loans"].n_rows == 2
    live = computer.compute(cs.Applications.from_records(asked), portfolio).values
    assert np.array_equal(kept.matrix.values, live)
    assert kept.matrix.values[0].tolist() == [335.0, 0.0, 200.0 / 300.0]
