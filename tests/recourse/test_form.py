"""What an applicant states otherwise: plain values, and columns that follow from others move along."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import creditscore as cs
from creditscore.errors import FeatureError
from creditscore.features.definition import Feature
from creditscore.features.formula import Attribute, Difference, Ratio, Term
from creditscore.recourse.form import other_terms, plain, smaller_amounts


def column(name: str, sign: int, unit: str, group: str, follows=None) -> Feature:
    return Feature(
        name=f"form_{name}", formula=Attribute(name), label=name, definition=f"the column {name}", unit=unit,
        sign=sign, reason_group=group, source="application", legal_tags=("application_data",),
        follows=follows,
    )  # fmt: skip


UNUSED = Difference(Attribute("limit"), Attribute("balance"))
USED = Ratio(Attribute("balance"), Attribute("limit"))
FORM = cs.FeatureSet(
    (
        column("limit", -1, "money", "applicant_attributes"),
        column("balance", 1, "money", "indebtedness"),
        column("unused", -1, "money", "card_utilisation", UNUSED),
        column("used_share", 1, "share", "card_utilisation", USED),
        column("age", -1, "as given", "applicant_attributes"),
    )
)


@pytest.fixture(scope="module")
def cards():
    random = np.random.default_rng(4)
    limit = random.integers(10, 60, 500) * 100.0
    balance = np.floor(limit * random.beta(1.2, 1.2, 500))
    asked = [
        {
            "application_id": k, "applicant_id": k, "as_of": "2024-01-01T00:00Z", "limit": limit[k],
            "balance": balance[k], "unused": limit[k] - balance[k], "used_share": balance[k] / limit[k],
            "age": float(random.integers(20, 70)),
        }
        for k in range(500)
    ]  # fmt: skip
    risk = balance / limit + random.normal(0, 0.3, 500)
    bad = (risk > np.quantile(risk, 0.6)).astype(float)
    scorer = cs.CreditScorer(n_estimators=25, learning_rate=0.2, min_child_samples=10)
    pipeline = cs.CreditPipeline([FORM], scorer=scorer, threads=1)
    return asked, pipeline.fit(cs.Applications.from_records(asked), cs.Portfolio(), bad)


def test_identities_hold_and_only_declared_columns_are_changed(cards):
    asked, pipeline = cards
    seen = 0
    for one in asked[:120]:
        score = pipeline.score(one, cs.Portfolio()).score
        for found in pipeline.counterfactuals(one, cs.Portfolio(), score + 5):
            assert [step.column for step in found.steps] == ["balance"]
            after, nothing = pipeline.after(one, cs.Portfolio(), found)
            value = {name: float(values[0]) for name, values in after.numeric.items()}
            assert value["unused"] == value["limit"] - value["balance"] <= value["limit"]
            assert value["used_share"] == value["balance"] / value["limit"]
            assert (value["limit"], value["age"]) == (one["limit"], one["age"])
            assert pipeline.score(after, nothing).score == found.score >= score + 5
            assert {change.feature for change in found.changes} == {
                "form_balance", "form_unused", "form_used_share",
            }  # fmt: skip
            seen += 1
    assert seen > 20


def test_what_any_smaller_balance_reaches_is_found(cards):
    asked, pipeline = cards
    agreed = {True: 0, False: 0}
    for one in asked[:150]:
        score = pipeline.score(one, cs.Portfolio()).score
        cutoff = score + 12
        grid = [
            one
            | {"application_id": k, "balance": b, "unused": one["limit"] - b, "used_share": b / one["limit"]}
            for k, b in enumerate(np.arange(0.0, one["balance"], 50.0).tolist() or [0.0])
        ]
        scores = pipeline.score_many(cs.Applications.from_records(grid), cs.Portfolio()).score
        theirs = bool((scores >= cutoff).any())
        assert bool(pipeline.counterfactuals(one, cs.Portfolio(), cutoff)) >= theirs
        agreed[theirs] += 1
    assert min(agreed.values()) > 5


def test_a_form_that_contradicts_itself_is_left_alone(cards):
    asked, pipeline = cards
    for one in asked[:40]:
        wrong = one | {"unused": one["unused"] + 500.0}
        score = pipeline.score(wrong, cs.Portfolio()).score
        assert pipeline.counterfactuals(wrong, cs.Portfolio(), score + 3) == ()


def test_declarations_keep_what_they_follow_from():
    assert cs.FeatureSet.from_json(FORM.to_json()) == FORM
    assert "follows" not in FORM["form_age"].to_dict()
    with pytest.raises(FeatureError, match="follows from something else"):
        column("unused", -1, "money", "card_utilisation", Term("payments", "count"))


@given(st.floats(1.0, 1e8))
def test_amounts_are_smaller_plain_and_nearest_first(amount):
    found = smaller_amounts(amount)
    assert list(found) == sorted(found, reverse=True)
    assert all(0 < one < amount for one in found)
    assert all(plain(one) == pytest.approx(one) for one in found)


def test_terms_are_whole_months_where_the_one_asked_for_is():
    assert other_terms(360.0) == (180.0, 270.0, 450.0, 540.0, 720.0, 1080.0)
    assert all(days % 30 == 0 for days in other_terms(90.0))
    assert other_terms(1.0) == (2.0, 3.0)
