"""Who is paid under the name of a lender is that lender in a stored decision too, where names are gone."""

from __future__ import annotations

import json

import numpy as np
import pytest

import creditscore as cs
from creditscore.data.stored.sealing import seal
from creditscore.data.stored.table import Labelled, StoredTable
from creditscore.features.payments.rows.lenders import lenders_of
from tests.parties.world import a_town, at, loan, put_together, salary


@pytest.fixture(scope="module")
def town():
    return a_town()


@pytest.fixture(scope="module")
def pipeline(town) -> cs.CreditPipeline:
    features = [cs.payment_features(), cs.repayment_features()]
    scorer = cs.CreditScorer(n_estimators=15, min_child_samples=8)
    return cs.CreditPipeline(features, scorer=scorer).fit(
        cs.Applications.from_records(town.asked), town.portfolio(), town.bad
    )


def paid(payees: list[str], amount: float) -> dict[str, list[dict[str, object]]]:
    return {
        "payments": [
            {"applicant_id": "h", "event_time": at(k, 20), "amount": -amount, "kind": "loan_out",
             "category": None, "account_id": "h-a", "counterparty_id": payees[k % len(payees)]}
            for k in range(1, 6)
        ]
    }  # fmt: skip


@pytest.mark.as_given
@pytest.mark.parametrize("amount", [95.0, 100.0, 105.0, 109.0, 130.0])
@pytest.mark.parametrize(
    ("lenders", "payees"),
    [
        (["Bank A"], ["Bank A"]),
        (["Bank A"], [" bank a"]),
        (["Bank A", "BANK A"], ["bank a"]),
        (["Bank A"], ["Bank A", "Bank a"]),
        (["Bank A", "Zoe"], ["Bank A", "Aunt", "Zoe"]),
        (["بانک ملی"], ["بانک ملی"]),
        (["Bank A"], ["another"]),
        (["Klarna"], ["KLARNA", "Kiosk", "Klarna"]),
        (["counterparty-0"], ["Aunt", "Zoe"]),
        (["Counterparty-1 ", "Bank A"], ["Aunt", "bank a", "BANK A", "Zoe"]),
    ],
)
def test_a_decision_is_taken_and_replayed(town, pipeline, lenders, payees, amount) -> None:
    loans = [loan("h", f"H{k}", 100.0, 5, lender=one) for k, one in enumerate(lenders)]
    tables = put_together(town.tables, {"payments": salary("h", 900.0)}, paid(payees, amount), *loans)
    asked = town.asked[0] | {"application_id": "H", "applicant_id": "h"}
    portfolio = cs.Portfolio.from_records(tables)
    record = pipeline.decide(asked, portfolio)
    assert cs.replay_decision(record, pipeline.model) is None
    live = pipeline.compute_features(cs.Applications.from_records([asked]), portfolio)
    values = dict(zip(live.names, live.values[0].tolist(), strict=True))
    for line in json.loads(record.text)["features"]:
        value = values[line["name"]]
        assert line["value"] == (None if value != value else value), line["name"]
    assert all(f'"{payee}"' not in record.text for payee in payees)


@pytest.mark.parametrize(
    ("parties", "lenders"),
    [
        (("Aunt", "BANK A", "Bank A", "bank a", "zoe"), ("Bank A", "bank A ", "Zoe")),
        (("Bank A", "bank a"), ("Bank A",)),
        (("x", "y"), ("Bank A",)),
        (("Bank A",), ()),
        (("KLARNA", "Kiosk", "Klarna", "kiosk", "klarna"), ("Klarna", "KLARNA ")),
        (("a", "b"), ("counterparty-0",)),
        (("a", "b"), ("Counterparty-1 ", "other-counterparty-0")),
        (("b", "counterparty-0"), ("counterparty-0",)),
        (tuple(sorted([f"{k:04d}" for k in range(5_000)] + ["0 A", "9 a", "0 a", "9 A"])), ("9 A", "0 A")),
    ],
)
def test_matches_and_order_of_names_stay(parties, lenders) -> None:
    own = {
        "payments": table("payments", "counterparty_id", parties),
        "loans": table("loans", "lender", lenders),
    }
    sealed = seal(own, {}, "me").own
    columns = (("payments", "counterparty_id"), ("loans", "lender"))
    new = [sealed[name].labels[column].labels for name, column in columns]
    assert len(set(new[0])) == len(parties)
    assert list(new[0]) == sorted(new[0])
    assert len(set(new[1])) == len(lenders)
    codes = np.arange(len(parties), dtype=np.int32)
    before, after = (lenders_of(codes, *both) for both in ((parties, lenders), new))
    assert (before < 0).tolist() == (after < 0).tolist()


def table(name: str, column: str, labels: tuple[str, ...]) -> StoredTable:
    codes = np.arange(len(labels), dtype=np.int32)
    return StoredTable(
        name=name,
        n_rows=len(labels),
        first_id=None,
        times={},
        numbers={},
        labels={column: Labelled(codes, labels)},
    )
