"""What the model was fitted on is what it scores: whatever parts from it is refused, or counted and said."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

import creditscore as cs
from creditscore.errors import ArtefactError, MismatchError, ParameterError
from creditscore.scoring.contract import Contract

PEOPLE = 240
AS_OF = "2024-06-01T00:00Z"
PURPOSES = ("car", "home", "travel")
Tables = dict[str, list[dict[str, Any]]]


def asked_by(people: int) -> list[dict[str, Any]]:
    rng = np.random.default_rng(1)
    return [
        {
            "application_id": k,
            "applicant_id": f"p{k:03d}",
            "as_of": AS_OF,
            "income": float(rng.uniform(1_000, 5_000)),
            "purpose": PURPOSES[(0, 0, 0, 0, 0, 1, 1, 1, 2, 2)[k % 10]],
            "branch": float(k % 4),
        }
        for k in range(people)
    ]


def tables_of(people: int) -> Tables:
    rng = np.random.default_rng(2)
    payments = [
        {
            "applicant_id": f"p{k:03d}",
            "event_time": f"2024-{month:02d}-{1 + k % 27:02d}T10:00Z",
            "amount": float(rng.normal(20, 80)),
            "balance": float(rng.uniform(10, 900)),
            "currency": "EUR",
        }
        for k in range(people)
        for month in (2, 3, 4, 5)
    ]
    statements = [
        {
            "applicant_id": f"p{k:03d}",
            "event_time": f"2024-0{month}-28T00:00Z",
            "loan_id": k,
            "balance": float(rng.uniform(10, 900)),
            "limit": 1_000.0,
            "days_past_due": float(30 * (k % 5 == 0) * month),
        }
        for k in range(people)
        for month in (3, 4, 5)
    ]
    loans = [
        {"applicant_id": f"p{k:03d}", "loan_id": k, "event_time": "2023-01-01T00:00Z", "amount": 900.0}
        for k in range(people)
    ]
    return {"payments": payments, "loans": loans, "statements": statements}


def features() -> list[cs.FeatureSet]:
    own = cs.application_features(("income",), ("purpose", "branch"))
    return [own, cs.payment_features(), cs.repayment_features()]


class Fitted:
    """One model with all that it was fitted on."""

    def __init__(self) -> None:
        self.asked, self.tables = asked_by(PEOPLE), tables_of(PEOPLE)
        late = np.array([k % 5 == 0 for k in range(PEOPLE)])
        travel = np.array([row["purpose"] == "travel" for row in self.asked])
        poor = np.array([row["income"] < 1_700 for row in self.asked])
        self.bad = (late | poor | (travel & (np.arange(PEOPLE) % 2 == 0))).astype(float)
        scorer = cs.CreditScorer(n_estimators=20, learning_rate=0.2)
        self.pipeline = cs.CreditPipeline(features(), scorer=scorer)
        self.pipeline.fit(cs.Applications(self.asked), cs.Portfolio.from_records(self.tables), self.bad)


@pytest.fixture(scope="module")
def fitted() -> Fitted:
    return Fitted()


def changed(tables: Tables, table: str, **changes: Any) -> Tables:
    """The same tables, of which one has a column changed by a function, or left out."""
    rows = []
    for row in tables[table]:
        kept = {name: value for name, value in row.items() if changes.get(name, ...) is not None}
        rows.append(
            {name: changes[name](value) if name in changes else value for name, value in kept.items()}
        )
    return tables | {table: rows}


def codes(found: Any) -> set[str]:
    return {one.code for one in found.mismatches}


def test_what_it_was_fitted_on_is_scored_without_a_word(fitted):
    scores = fitted.pipeline.score_many(
        cs.Applications(fitted.asked), cs.Portfolio.from_records(fitted.tables)
    )
    assert scores.mismatches == ()
    result = fitted.pipeline.score(fitted.asked[3], cs.Portfolio.from_records(fitted.tables))
    assert (result.status, result.code, result.mismatches) == ("scored", "", ())


def shifted(value: Any) -> Any:
    return None if value is None else 100.0 * value


TABLES = {
    "a table is gone": (lambda t: {n: r for n, r in t.items() if n != "statements"}, {}, "table_absent"),
    "a column is gone": (lambda t: changed(t, "statements", days_past_due=None), {}, "column_absent"),
    "a balance is gone": (lambda t: changed(t, "payments", balance=None), {}, "column_absent"),
    "other money": (lambda t: changed(t, "payments", currency=lambda _: "USD"), {}, "currency_changed"),
    "another zone": (lambda t: t, {"timezone": "Asia/Tehran"}, "zone_changed"),
    "another weekend": (lambda t: t, {"weekend": ("fri",)}, "weekend_changed"),
}


@pytest.mark.parametrize(("change", "settings", "code"), TABLES.values(), ids=TABLES)
def test_other_tables_are_refused_and_counted(fitted, change, settings, code):
    applications = cs.Applications(fitted.asked)
    portfolio = cs.Portfolio.from_records(change(fitted.tables), **settings)
    ways = (fitted.pipeline.score_many, fitted.pipeline.explain, fitted.pipeline.compute_features)
    for way in ways:
        with pytest.raises(MismatchError):
            way(applications, portfolio)
    counted = fitted.pipeline.score_many(applications, portfolio, on_mismatch="count")
    assert code in codes(counted)
    assert all(str(one) in repr(counted) for one in counted.mismatches)
    one = fitted.pipeline.score(fitted.asked[3], portfolio)
    assert (one.status, one.code, one.score) == ("unscorable", code, None)
    assert code in codes(one)
    assert code in json.dumps(one.to_dict())


def test_a_policy_refers_whom_nothing_can_be_said_of(fitted):
    policy = cs.Policy("everyone", "1", cutoff=300)
    whole = cs.Portfolio.from_records(fitted.tables)
    part = cs.Portfolio.from_records({n: r for n, r in fitted.tables.items() if n != "statements"})
    assert fitted.pipeline.decide(fitted.asked[3], whole, policy=policy).decision == "approve"
    record = fitted.pipeline.decide(fitted.asked[3], part, policy=policy)
    outcome = record.to_dict()["outcome"]
    assert (outcome["status"], outcome["code"], outcome["decision"]) == (
        "unscorable", "table_absent", "refer",
    )  # fmt: skip
    assert record.to_dict()["inputs"]["mismatches"][0]["subject"] == "statements"
    assert cs.replay_decision(record, fitted.pipeline.model) is None


ATTRIBUTES = {
    "misspelt": (lambda row: {"incme" if n == "income" else n: v for n, v in row.items()}, "column_absent"),
    "text for numbers": (lambda row: row | {"income": "much"}, "column_retyped"),
    "a hundredfold": (lambda row: row | {"income": 100 * row["income"]}, "scale_shifted"),
    "emptied": (lambda row: row | {"income": None}, "column_absent"),
    "a new label": (lambda row: row | {"purpose": "boat"}, "label_unseen"),
    "labels that mean others": (lambda row: row | {"purpose": "car"}, "labels_shifted"),
}


@pytest.mark.parametrize(("change", "code"), ATTRIBUTES.values(), ids=ATTRIBUTES)
def test_other_attributes_are_refused_or_counted(fitted, change, code):
    portfolio = cs.Portfolio.from_records(fitted.tables)
    other = cs.Applications([change(row) for row in fitted.asked])
    counted = fitted.pipeline.score_many(other, portfolio, on_mismatch="count")
    assert code in codes(counted)
    if code in ("column_absent", "column_retyped"):
        with pytest.raises(MismatchError, match="income"):
            fitted.pipeline.score_many(other, portfolio)


def test_a_new_label_is_named_and_a_person_looks(fitted):
    portfolio = cs.Portfolio.from_records(fitted.tables)
    result = fitted.pipeline.score(fitted.asked[3] | {"purpose": "boat"}, portfolio)
    assert (result.status, result.code) == ("scored", "label_unseen")
    assert (result.mismatches[0].subject, result.mismatches[0].found) == ("applications.purpose", "boat")
    policy = cs.Policy("everyone", "1", cutoff=300)
    record = fitted.pipeline.decide(fitted.asked[3] | {"purpose": "boat"}, portfolio, policy=policy)
    assert record.decision == "refer"
    assert cs.replay_decision(record, fitted.pipeline.model) is None


def test_number_or_text_of_a_label_is_what_fitting_had(fitted):
    portfolio = cs.Portfolio.from_records(fitted.tables)
    usual = fitted.pipeline.score(fitted.asked[3], portfolio)
    as_text = fitted.pipeline.score(fitted.asked[3] | {"branch": "3"}, portfolio)
    assert (as_text.probability_of_default, as_text.code) == (usual.probability_of_default, "")
    unknown = fitted.pipeline.score(fitted.asked[3] | {"branch": "three"}, portfolio)
    assert (unknown.code, unknown.mismatches[0].found) == ("label_unseen", "three")


def test_labels_compare_after_normal_form(fitted):
    composed, apart = "caf\u00e9", "cafe\u0301"
    asked = [row | {"purpose": composed if row["purpose"] == "car" else "home"} for row in fitted.asked]
    pipeline = cs.CreditPipeline(
        [cs.application_features((), ("purpose",))], scorer=cs.CreditScorer(n_estimators=5)
    ).fit(cs.Applications(asked), cs.Portfolio(), fitted.bad)
    one, other = (
        pipeline.score(asked[0] | {"purpose": label}, cs.Portfolio()) for label in (composed, apart)
    )
    assert one.probability_of_default == other.probability_of_default
    assert other.mismatches == ()


def test_applicants_whom_no_table_knows_are_refused(fitted):
    strangers = cs.Applications([row | {"applicant_id": f"x{row['applicant_id']}"} for row in fitted.asked])
    portfolio = cs.Portfolio.from_records(fitted.tables)
    with pytest.raises(MismatchError, match="100% of the applicants had a known row"):
        fitted.pipeline.score_many(strangers, portfolio)
    counted = fitted.pipeline.score_many(strangers, portfolio, on_mismatch="count")
    assert {"applicants_unknown", "feature_vanished"} <= codes(counted)


def test_a_value_beyond_all_that_was_seen_is_named(fitted):
    portfolio = cs.Portfolio.from_records(fitted.tables)
    result = fitted.pipeline.score(fitted.asked[3] | {"income": 4e6}, portfolio)
    far = [one for one in result.mismatches if one.code == "value_far"]
    assert [(one.subject, one.found) for one in far] == [("application_income", "4e+06")]
    assert result.code == "value_far"


def test_more_tables_and_columns_are_said_and_change_nothing(fitted):
    more = changed(fitted.tables, "payments", amount=lambda v: v)
    more["payments"] = [row | {"account_id": "a"} for row in more["payments"]]
    more["inquiries"] = [{"applicant_id": "p001", "event_time": "2024-01-01T00:00Z"}]
    scores = fitted.pipeline.score_many(cs.Applications(fitted.asked), cs.Portfolio.from_records(more))
    assert {"table_unexpected", "column_unexpected"} <= codes(scores)


def test_the_contract_is_saved_with_the_model(fitted, tmp_path):
    fitted.pipeline.save(tmp_path / "model")
    again = cs.load(tmp_path / "model")
    assert again.model.contract.to_dict() == fitted.pipeline.model.contract.to_dict()
    portfolio = cs.Portfolio.from_records({"payments": []})
    one = again.score(fitted.asked[3], portfolio)
    assert one == fitted.pipeline.score(fitted.asked[3], portfolio)
    assert one.code == "table_absent"
    stored = json.loads((tmp_path / "model" / "contract.json").read_text())
    assert stored["currency"] == "EUR"
    assert stored["units"]["statements.days_past_due"] == "days"
    assert stored["attributes"]["purpose"]["labels"] == {"car": 120, "home": 72, "travel": 48}


@pytest.mark.parametrize("damage", [{"reads": 3}, {"more": 1}, {"features": {"x": {}}}, {"tables": []}])
def test_a_contract_that_cannot_be_is_refused(fitted, damage):
    stored = fitted.pipeline.model.contract.to_dict()
    with pytest.raises(ArtefactError, match="contract"):
        Contract.from_dict(stored | damage)


def test_another_choice_is_refused(fitted):
    with pytest.raises(ParameterError, match="on_mismatch"):
        fitted.pipeline.score_many(cs.Applications(fitted.asked), cs.Portfolio(), on_mismatch="ignore")


def test_a_column_without_values_is_refused_or_counted_in_a_batch(fitted):
    contract = fitted.pipeline.model.contract
    assert Contract.from_dict(json.loads(json.dumps(contract.to_dict()))).usual == contract.usual
    tables = changed(fitted.tables, "loans", amount=lambda _: float("nan"))
    applications, portfolio = cs.Applications(fitted.asked), cs.Portfolio.from_records(tables)
    with pytest.raises(MismatchError, match=r"loans\.amount"):
        fitted.pipeline.score_many(applications, portfolio)
    scores = fitted.pipeline.score_many(applications, portfolio, on_mismatch="count")
    assert "column_emptied" in codes(scores)
