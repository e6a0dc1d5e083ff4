"""Rules decline by themselves, are all named, and come before the score."""

from __future__ import annotations

import json

import pytest

import creditscore as cs
from creditscore.errors import ParameterError

TEXTS = {"en": "You must be 18 or older", "fa": "سن باید دست‌کم ۱۸ سال باشد", "zh": "须年满18岁"}
ADULT = cs.DeclineRule("minimum_age", "P01", "age", "<", 18, TEXTS, legal_basis="legal capacity")
LISTED = cs.DeclineRule("country", "P02", "country", "not in", ("IR", "CN"), {"en": "Outside the market"})
INCOME = cs.DeclineRule("income", "P03", "income", "<=", 0, {"en": "No income"}, "fire")
POLICY = cs.Policy("consumer", "1", cutoff=580, rules=(ADULT, LISTED, INCOME), refer_below=600)


@pytest.mark.parametrize(
    ("comparison", "value", "found", "fires"),
    [
        ("<", 18, 17, True), ("<", 18, 18, False), ("<=", 18, 18, True), (">", 18, 18, False),
        (">", 18, 18.5, True), (">=", 18, 18, True), ("==", 1, 1.0, True), ("==", 1, True, True),
        ("==", "IR", "IR", True), ("!=", "IR", "CN", True), ("!=", 2, 2, False),
        ("in", ("a", "b"), "b", True), ("in", ("a", "b"), "c", False), ("not in", ("a",), "c", True),
        ("in", (1, 2), 2.0, True), ("in", ("1", "2"), 2, True), ("not in", (1, 2), 3, True),
        ("!=", "1", 1.0, False), ("==", "1", "1", True),
    ],
)  # fmt: skip
def test_comparisons(comparison: str, value: object, found: object, fires: bool) -> None:
    rule = cs.DeclineRule("k", "P09", "x", comparison, value, {"en": "no"})  # type: ignore[arg-type]
    assert rule.fires({"x": found}) is fires  # type: ignore[dict-item]


def test_a_missing_value_fires_only_where_the_rule_says_so() -> None:
    for values in ({}, {"age": None, "income": None}, {"age": float("nan"), "income": float("nan")}):
        assert not ADULT.fires(values)
        assert INCOME.fires(values)


@pytest.mark.parametrize(
    ("score", "decision"),
    [
        (579, "decline"),
        (580, "refer"),
        (599, "refer"),
        (600, "approve"),
        (None, "refer"),
        (float("nan"), "refer"),
    ],
)
def test_the_score_decides_where_no_rule_fires(score: float | None, decision: str) -> None:
    decided = POLICY.decide(score, {"age": 40, "country": "IR", "income": 10})
    assert (decided.decision, decided.reasons) == (decision, ())


def test_every_rule_that_fires_is_named_in_order_and_whatever_the_score() -> None:
    decided = POLICY.decide(850, {"age": 17, "country": "US", "income": 0})
    assert decided.decision == "decline"
    assert [reason.code for reason in decided.reasons] == ["P01", "P02", "P03"]
    assert all(reason.kind == "policy" for reason in decided.reasons)
    assert decided.reasons[0].fact is not None
    assert decided.reasons[0].fact.value == 17.0
    assert POLICY.decide(None, {"age": 17, "country": "IR", "income": 1}).decision == "decline"


def test_a_rule_speaks_its_own_words_or_its_number_never_another_language() -> None:
    adult, listed = POLICY.decide(None, {"age": 17, "country": "US", "income": 1}).reasons
    assert cs.speak(adult, "fa") == TEXTS["fa"]
    assert cs.speak(adult, "zh") == TEXTS["zh"]
    assert adult.text == TEXTS["en"]
    assert cs.speak(listed, "zh") == "未满足贷款机构的一项条件（规则P02）"
    assert "P۰۲" in cs.speak(listed, "fa")


def test_a_policy_goes_to_json_and_back_with_its_id() -> None:
    again = cs.Policy.from_json(POLICY.to_json())
    assert again == POLICY
    assert again.policy_id == POLICY.policy_id
    assert len(POLICY.policy_id) == 64
    json.dumps(POLICY.to_dict(), allow_nan=False)
    assert cs.Policy("consumer", "1", 581, (ADULT, LISTED, INCOME), 600).policy_id != POLICY.policy_id


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": "minimum age"}, {"code": "R01"}, {"code": "P00"}, {"code": "P1"}, {"comparison": "~"},
        {"comparison": "in", "value": "IR"}, {"comparison": "in", "value": ()}, {"value": "x"},
        {"value": float("nan")}, {"comparison": "in", "value": (1, "a")}, {"comparison": "==", "value": None},
        {"subject": "age", "legal_basis": ""}, {"legal_basis": "custom"}, {"subject": "gender"},
        {"subject": "income", "legal_basis": "legal capacity"},
        {"texts": {}}, {"texts": {"fa": "x"}}, {"texts": {"en": "x", "xx": "y"}}, {"when_missing": "skip"},
    ],
)  # fmt: skip
def test_rules_that_make_no_sense_are_refused(wrong: dict[str, object]) -> None:
    given = {
        "key": "k", "code": "P01", "subject": "age", "comparison": "<", "value": 18, "texts": {"en": "t"},
        "legal_basis": "legal capacity",
    }  # fmt: skip
    assert cs.DeclineRule(**given).legal_basis == "legal capacity"  # type: ignore[arg-type]
    with pytest.raises(ParameterError):
        cs.DeclineRule(**(given | wrong))  # type: ignore[arg-type]


def test_policies_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ParameterError, match="P01"):
        cs.Policy("p", "1", 580, (ADULT, cs.DeclineRule("other", "P01", "x", "<", 1, {"en": "t"})))
    with pytest.raises(ParameterError, match="refer_below"):
        cs.Policy("p", "1", 580, refer_below=570)
    with pytest.raises(ParameterError, match="cutoff"):
        cs.Policy("p", "1", float("nan"))
    with pytest.raises(ParameterError, match="number"):
        ADULT.fires({"age": "seventeen"})
