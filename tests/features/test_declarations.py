"""Declarations: what they refuse, and how formulas are joined and bound to tables."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import creditscore as cs
from creditscore.data.applications import Applications
from creditscore.errors import CreditScoreError, FeatureError, NameUnknownError, ParameterError
from creditscore.features import statistics
from creditscore.features.compute import FeatureComputer
from creditscore.features.formula import Formula, from_dict, to_dict

AS_OF = "2024-07-01T00:00+00:00"


def value(formula: Formula, rows: list[dict[str, Any]], **application: Any) -> float:
    """Compute one formula for one applicant with these payments."""
    feature = cs.Feature("x", formula, "x", "x", "count", source="payments")
    who = {"application_id": 1, "applicant_id": "a", "as_of": AS_OF}
    asked = Applications.from_records(who | application)
    portfolio = cs.Portfolio.from_records({"payments": [{"applicant_id": "a"} | row for row in rows]})
    return float(FeatureComputer(cs.FeatureSet((feature,))).compute(asked, portfolio).values[0, 0])


def payment(day: int, amount: float, **more: Any) -> dict[str, Any]:
    return {"event_time": f"2024-06-{day:02d}T12:00+00:00", "amount": amount} | more


ROWS = [
    payment(1, 10.0, kind="salary", purse=1.0),
    payment(20, -4.0, kind="cash", purse=7.0),
    payment(30, 6.0),
]
SUM = cs.Term("payments", "sum", column="amount")


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (SUM, 12.0),
        (cs.Term("payments", "sum", column="amount", window="10d"), 6.0),
        (cs.Term("payments", "sum", column="amount", window="11d"), 2.0),
        (cs.Term("payments", "sum", column="amount", last=2), 2.0),
        (cs.Term("payments", "sum", column="amount", first=2), 6.0),
        (cs.Term("payments", "count", minimum_rows=4), math.nan),
        (cs.Term("payments", "count", where=(cs.Condition("kind", "in", ("salary", "cash")),)), 2.0),
        (cs.Term("payments", "count", where=(cs.Condition("kind", "not_in", ("salary",)),)), 2.0),
        (cs.Term("payments", "count", where=(cs.Condition("amount", "gt", 6.0),)), 1.0),
        (cs.Term("payments", "count", where=(cs.Condition("amount", "ge", 6.0),)), 2.0),
        (cs.Term("payments", "count", where=(cs.Condition("amount", "lt", 6.0),)), 1.0),
        (cs.Term("payments", "count", where=(cs.Condition("amount", "le", 6.0),)), 2.0),
        (cs.Term("payments", "count", where=(cs.Condition("amount", "eq", 6.0),)), 1.0),
        (cs.Term("payments", "max", column="purse"), 7.0),
        (cs.Ratio(SUM, cs.Term("payments", "count")), 4.0),
        (cs.Ratio(SUM, cs.Difference(SUM, SUM)), math.nan),
        (cs.Difference(cs.Attribute("amount"), SUM), 88.0),
        (cs.Share(cs.Term("payments", "count", last=1), cs.Term("payments", "count"), prior=0.5), 3.5 / 8.0),
        (cs.Share(SUM, cs.Term("payments", "count"), prior=0.5, minimum=4.0), math.nan),
        (cs.Ratio(cs.Attribute("never_given"), SUM), math.nan),
        (cs.AtLeast(SUM, cs.Term("payments", "count"), 3.0), 12.0),
        (cs.AtLeast(SUM, cs.Term("payments", "count"), 4.0), math.nan),
        (cs.AtLeast(SUM, cs.Term("payments", "count"), 4.0, otherwise=-1.0), -1.0),
        (cs.AtLeast(SUM, cs.Attribute("never_given"), 1.0, otherwise=-1.0), math.nan),
        (cs.Covered("payments"), 1.0),
        (cs.Covered("bills"), 0.0),
    ],
)
def test_formulas_mean_what_they_say(formula: Formula, expected: float) -> None:
    assert value(formula, ROWS, amount=100.0) == pytest.approx(expected, nan_ok=True, rel=0, abs=0)
    assert from_dict(to_dict(formula)) == formula


def test_texts_of_the_application_become_equal_numbers_for_equal_texts() -> None:
    formula = cs.Attribute("purpose", category=True)
    car, house = value(formula, ROWS, purpose="car"), value(formula, ROWS, purpose="house")
    assert car == value(formula, [], purpose="car")
    assert car != house
    assert 0 <= car < 2**48
    with pytest.raises(ParameterError, match=r"applications\.purpose.*category"):
        value(cs.Attribute("purpose"), ROWS, purpose="car")


@pytest.mark.parametrize(
    ("formula", "error", "words"),
    [
        (cs.Term("nowhere", "count"), NameUnknownError, "'nowhere'"),
        (cs.Term("payments", "countt"), LookupError, "'countt', version 1"),
        (cs.Term("payments", "count", version=9), NameUnknownError, "version of statistic 'count' 9"),
        (cs.Term("payments", "hhi"), FeatureError, "needs by="),
        (cs.Term("flows", "hhi", by="colour"), NameUnknownError, "'colour'"),
    ],
)
def test_what_cannot_be_computed_is_named(formula: Formula, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        value(formula, ROWS)


@pytest.mark.parametrize(
    "formula",
    [
        cs.Term("payments", "mean", column="balance"),
        cs.Term("payments", "hhi", by="colour"),
        cs.Term("payments", "count", where=(cs.Condition("category", "in", ("rent",)),)),
        cs.Term("bill_states", "count"),
    ],
)
def test_what_the_portfolio_lacks_is_nan_and_listed(formula: Formula) -> None:
    feature = cs.Feature("x", formula, "x", "x", "money", source="payments")
    asked = Applications.from_records({"application_id": 1, "applicant_id": "a", "as_of": AS_OF})
    portfolio = cs.Portfolio.from_records({"payments": [{"applicant_id": "a"} | row for row in ROWS]})
    matrix = FeatureComputer(cs.FeatureSet((feature,))).compute(asked, portfolio)
    assert np.isnan(matrix["x"][0])
    assert matrix.unavailable == ("x",)


def test_features_that_are_made_one_by_one_are_all_there() -> None:
    made = cs.FeatureSet(cs.Feature(f"x{k}", SUM, "x", "x", "count") for k in range(3))  # type: ignore[arg-type]
    assert made.names == ("x0", "x1", "x2")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: cs.Term("payments", "sum", window="ninety"), "window.*duration"),
        (lambda: cs.Term("payments", "sum", last=1, first=1), "both last and first"),
        (lambda: cs.Feature("2 much", SUM, "x", "x", "count"), "identifier"),
        (lambda: cs.Feature("x", SUM, "x", "x", "count", sign=2), "sign of 'x' must be"),  # type: ignore[arg-type]
        (lambda: cs.FeatureSet((cs.Feature("x", SUM, "x", "x", "count"),) * 2), "'x' is declared twice"),
        (lambda: from_dict({"kind": "eval"}), "kind 'eval' is unknown"),
        (lambda: from_dict({"kind": "term", "view": "a", "statistic": "b", "code": "c"}), "no field 'code'"),
        (lambda: from_dict({"kind": "term", "view": "a"}), "lacks a field"),
        (lambda: cs.Feature.from_dict({"name": "x", "command": "rm"}), "no field 'command'"),
    ],
)
def test_a_declaration_that_contradicts_itself_is_refused(make: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        make()


def test_sets_join_select_and_find() -> None:
    one, two = (cs.Feature(name, SUM, name, name, "count") for name in ("one", "two"))
    both = cs.FeatureSet((one,)) + cs.FeatureSet((two,))
    assert both.names == ("one", "two")
    assert both.select(["two"]).names == ("two",)
    assert both.where(lambda feature: feature.name == "one").names == ("one",)
    assert both["two"] is two
    assert both.digest != cs.FeatureSet((two, one)).digest
    with pytest.raises(NameUnknownError, match="'three'"):
        both["three"]


def test_a_statistic_of_ones_own_sees_values_and_ages_oldest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statistics, "_registered", {})

    @cs.statistic("decayed", version=3)
    def decayed(values, age_days):  # type: ignore[no-untyped-def]
        return (values / age_days).sum()

    term = cs.Term("payments", "decayed", column="amount", version=3)
    assert value(term, ROWS) == pytest.approx(10.0 / 29.5 - 4.0 / 10.5 + 6.0 / 0.5)
    assert math.isnan(value(term, [payment(1, 1.0)][:0]))
    with pytest.raises(ParameterError, match="Raise its version"):
        cs.statistic("decayed", version=3)(lambda values, age_days: 0.0)
    with pytest.raises(ParameterError, match="no built-in statistic"):
        cs.statistic("mean")
    with pytest.raises(ParameterError, match="version"):
        cs.statistic("mine", version=0)


@pytest.mark.parametrize(
    ("function", "says"),
    [
        (lambda values, age_days: input(), "cannot be compiled"),
        (lambda values, age_days: values.nothing(), "cannot be compiled"),
        (lambda values: values.sum(), "cannot be compiled"),
        (lambda values, age_days: values, "must return one number"),
        (lambda values, age_days: None, "must return one number"),
        (lambda values, age_days: 1j * values.sum(), "must return one number"),
        (lambda values, age_days: str(values.size), "must return one number"),
    ],
)
def test_what_cannot_be_compiled_is_said_where_it_is_registered(monkeypatch, function, says) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(statistics, "_registered", {})
    with pytest.raises(ParameterError, match=f"'mine' {says}") as told:
        cs.statistic("mine")(function)
    assert len(str(told.value)) < 500
    assert not statistics._registered


def test_a_statistic_that_fails_on_rows_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statistics, "_registered", {})

    @cs.statistic("fragile")
    def fragile(values, age_days):  # type: ignore[no-untyped-def]
        if values.size > 1:
            raise ValueError("too many")
        return 1 // int(values[0] - values[0])

    for rows, what in ((ROWS, "too many"), ([payment(1, 1.0)], "ZeroDivisionError")):
        with pytest.raises(FeatureError, match=f"'fragile' failed on the rows.*{what}"):
            value(cs.Term("payments", "fragile", column="amount"), rows)


def test_an_undeclared_version_is_another_statistic(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statistics, "_registered", {})
    with pytest.raises(LookupError, match="is not registered"):
        value(cs.Term("payments", "decayed", column="amount", version=4), ROWS)


@pytest.mark.parametrize("given", [True, False])
def test_connections_decide_which_source_was_there(given: bool) -> None:
    rows = [{"applicant_id": "a", "connected_time": "2024-05-01T00:00+00:00", "source": "payments"}]
    if not given:
        rows[0]["disconnected_time"] = "2024-06-15T00:00+00:00"
    portfolio = cs.Portfolio.from_records({"payments": [], "loans": [], "connections": rows})
    asked = Applications.from_records({"application_id": 1, "applicant_id": "a", "as_of": AS_OF})
    features = [
        cs.Feature("count", cs.Term("payments", "count"), "x", "x", "count", source="payments"),
        cs.Feature("loans", cs.Covered("loans"), "x", "x", "0/1", source="loans"),
    ]
    matrix = FeatureComputer(cs.FeatureSet(tuple(features))).compute(asked, portfolio)
    assert matrix["count"][0] == pytest.approx(0.0 if given else math.nan, nan_ok=True)
    assert matrix["loans"][0] == 0.0


@pytest.mark.parametrize(
    ("comparison", "given", "error", "says"),
    [
        ("inn", ("gambling",), NameUnknownError, "Did you mean 'in'"),
        ("gt", ("gambling",), FeatureError, "needs a number"),
        ("in", "gambling", FeatureError, "needs a tuple of labels"),
        ("not_in", 3.0, FeatureError, "needs a tuple of labels"),
    ],
)
def test_a_condition_that_could_only_mean_something_else_is_refused(
    comparison: Any, given: Any, error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        cs.Condition("category", comparison, given)


@pytest.mark.parametrize("given", [{"columns": "amount"}, {"columns": ("amount",), "categories": "product"}])
def test_one_text_is_no_sequence_of_columns(given: Any) -> None:
    with pytest.raises(ParameterError, match="sequence of names"):
        cs.application_features(**given)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "is no JSON"),
        ("[" * 50_000, "nested too deeply"),
        ("{}", "list of features"),
        ("[1]", "holds no features"),
        ('[{"formula": 3}]', "holds no features"),
    ],
)
def test_a_text_that_holds_no_features_is_refused_in_words(text: str, says: str) -> None:
    with pytest.raises(CreditScoreError, match=says):
        cs.FeatureSet.from_json(text)
