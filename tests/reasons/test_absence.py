"""What is not known is told as it is: every kind from a ledger made by hand, in every language."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import creditscore as cs
from creditscore.features.compute import FeatureComputer
from creditscore.features.formula import Term
from creditscore.features.statistics import BUILT_IN
from creditscore.pipeline.fitting import built_in_features
from creditscore.reasons.absence import Known, with_absences
from creditscore.reasons.facts import Fact
from creditscore.reasons.reason import Reason
from creditscore.verify.replayed import _LEAST_ROWS
from creditscore.words.languages import LANGUAGES, texts_in

AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
FEATURES = {feature.name: feature for feature in built_in_features()}


def day(back: int) -> datetime:
    return AS_OF - timedelta(days=back)


def payments(*days: int, who: str = "a") -> list[dict[str, Any]]:
    return [{"applicant_id": who, "event_time": day(one), "amount": -10.0 - one} for one in days]


def tie(person: str, other: str, back: int = 300) -> dict[str, Any]:
    return {"person_id": person, "other_id": other, "event_time": day(back), "directed": True}


def told(
    name: str, tables: dict[str, Any], basis: str = "missing", terms: Any = None, group: str = "",
    counted: bool = True, **asked: Any,
) -> Fact:  # fmt: skip
    """Say why a feature of applicant "a" is not known."""
    portfolio = cs.Portfolio.from_records(tables).with_sources(**(terms or {}))
    application = {"application_id": 1, "applicant_id": "a", "as_of": AS_OF, **asked}
    one = cs.Applications.from_records(application)
    feature = FEATURES[name]
    pipeline = cs.CreditPipeline([cs.FeatureSet((feature,))])
    matrix = pipeline.compute_features(one, portfolio)
    assert matrix.values[0, 0] != matrix.values[0, 0], "the value is known"
    group = group or (f"insufficient_{feature.source}" if basis == "source" else feature.reason_group)
    fact = Fact(name, feature.label, None, feature.unit, 1, AS_OF, reference_value=2.0, direction="absent")
    kind: Any = basis
    reason = Reason("R00", group, 5.0, 1.0, (name,), fact, kind)
    (found,) = with_absences((reason,), Known(one, portfolio, matrix), FEATURES if counted else None)
    for language in LANGUAGES:
        text = cs.speak(found, language, dated=False)
        assert not re.search("[{}]|None|nan", text), text
    assert found.fact is not None
    return found.fact


def test_nothing_is_stored() -> None:
    fact = told("payments_purchase_median_90d", {"payments": payments(3, who="b")}, "source")
    assert fact.absence == "nothing"


def test_nothing_is_stored_of_a_source_whose_other_facts_are_told() -> None:
    """The same whether the source is told as a whole or by one of its facts, connected or not."""
    others = {"payments": payments(3, who="b")}
    assert told("payments_purchase_median_90d", others).absence == "nothing"
    connected = {"applicant_id": "a", "source": "payments", "connected_time": day(400)}
    assert told("payments_outflow_median_90d", others | {"connections": [connected]}).absence == "nothing"


def test_a_record_that_does_not_reach_back_over_the_window_is_too_short() -> None:
    fact = told("payments_outflow_sum_180d", {"payments": payments(3, 20, 40)})
    assert (fact.absence, fact.known_count, fact.needed_count) == ("short", None, None)


def test_of_a_source_that_was_there_nothing_is_counted_unless_asked() -> None:
    rows = {"payments": payments(3, 20, 40)}
    assert told("payments_outflow_sum_180d", rows, "source", counted=False).absence == "silent"


def test_how_many_other_people_are_known_is_not_told() -> None:
    rows = {"payments": payments(3)}
    own = told("payments_outflow_gap_std_90d", rows)
    assert (own.absence, own.known_count, own.needed_count) == ("few", 1, 3)
    of_others = told("payments_outflow_gap_std_90d", rows, group="network_repayment")
    assert (of_others.absence, of_others.known_count, of_others.needed_count) == ("few", None, None)


def test_all_of_it_is_from_before() -> None:
    rows = payments(400, 401, 402, 403)
    assert told("payments_outflow_median_90d", {"payments": rows}).absence == "earlier"


def test_too_few_are_known() -> None:
    spread = "payments_outflow_gap_std_90d"
    fact = told(spread, {"payments": payments(3)})
    assert (fact.absence, fact.known_count) in (("few", 1), ("short", None))
    trend = told("payments_outflow_trend_6m", {"payments": payments(20, 40, 60, 3)})
    assert trend.absence in ("few", "short")
    if trend.absence == "few":
        assert trend.known_count is not None
        assert trend.needed_count is not None
        assert trend.known_count < trend.needed_count


def test_one_loan_is_too_few_for_the_days_between_loans() -> None:
    """Nothing is hidden from the data on record: there is one loan, and it takes two."""
    loans = [{"loan_id": "L", "applicant_id": "a", "event_time": day(90), "amount": 100.0}]
    for name, needed in (("repayment_opening_gap_mean", 2), ("repayment_opening_gap_cv", 3)):
        fact = told(name, {"loans": loans})
        assert (fact.absence, fact.known_count, fact.needed_count) == ("few", 1, needed)
    reason = Reason("R28", "recent_credit", 5.0, 1.0, ("x",), fact, "missing")
    assert "too few entries are known (1; at least 3 are needed)" in cs.speak(reason, dated=False)


@pytest.mark.parametrize("name", sorted(BUILT_IN))
def test_a_statistic_has_a_value_from_so_many_rows_on(name: str) -> None:
    """Computed of 1 to 4 payments, and said so on both paths."""
    by = "counterparty" if BUILT_IN[name].keyed else None
    level = 0.5 if name == "quantile" else 30.0 if name == "clusters" else float("nan")
    term = Term("flows", name, column="outflow", by=by, argument=level)
    any_flow = FEATURES["payments_outflow_count_90d"]
    computer = FeatureComputer(cs.FeatureSet((replace(any_flow, name="x", formula=term, bounds=None),)))
    one = cs.Applications.from_records({"application_id": 1, "applicant_id": "a", "as_of": AS_OF})
    values = []
    for many in range(1, 5):
        rows = payments(*(2 + n * n for n in range(many)))
        stored = [row | {"counterparty_id": "shop"} for row in rows] + payments(3, who="b")
        portfolio = cs.Portfolio.from_records({"payments": stored})
        values.append(computer.compute(one, portfolio).values[0, 0])
    known = [many for many, value in enumerate(values, 1) if value == value]
    assert known == list(range(known[0], 5))
    assert BUILT_IN[name].least_rows == _LEAST_ROWS.get(name, 0) == (known[0] if known[0] > 1 else 0)


@pytest.mark.parametrize(
    "name",
    [
        "payments_commitments_to_income", "payments_disposable_after_basics_6m",
        "payments_debt_service_to_income",
    ],
)  # fmt: skip
@pytest.mark.parametrize("days", [(3, 20, 40), range(2, 200, 9), (500, 510, 600)])
def test_nobody_whose_payments_are_stored_is_told_that_nothing_is(name: str, days: Any) -> None:
    """What recurs is worked out, and may be none: a short feed shows none."""
    assert told(name, {"payments": payments(*days)}).absence == "silent"


def test_what_one_side_alone_says_is_stored_and_not_confirmed() -> None:
    """Never "no record of social ties" where rows are stored."""
    fact = told("ties_recency_days", {"ties": [tie("a", "b")]}, "source")
    assert fact.absence == "unconfirmed"
    said = cs.speak(Reason("R86", "insufficient_ties", 5.0, 1.0, ("x",), fact, "source"), dated=False)
    assert said == "Social ties: what is stored is not confirmed by both sides"


def test_a_withdrawn_consent_is_told_as_such() -> None:
    tables = {
        "ties": [tie("a", "b"), tie("b", "a")],
        "consents": [
            {"applicant_id": "a", "source": "ties", "granted_time": day(400), "withdrawn_time": day(10)}
        ],
    }
    assert told("ties_recency_days", tables, "source").absence == "refused"


@pytest.mark.parametrize(
    "terms", [{"unavailable": {"payments": "outage"}}, {"forbidden": {"score": {"payment_data"}}}]
)
def test_a_source_that_could_not_be_read_is_told_as_such_whatever_is_stored(terms: Any) -> None:
    """Neither that nothing is stored, nor that it is not confirmed, nor that it was not agreed to."""
    for rows in (payments(3, 4, 5), payments(3, who="b")):
        fact = told("payments_purchase_median_90d", {"payments": rows}, "source", terms)
        assert fact.absence == "barred"


def test_a_source_that_was_disconnected_is_told_as_such() -> None:
    tables = {
        "payments": payments(3, 4, 5),
        "connections": [
            {
                "applicant_id": "a", "source": "payments", "connected_time": day(400),
                "disconnected_time": day(1),
            }
        ],
    }  # fmt: skip
    assert told("payments_purchase_median_90d", tables, "source").absence == "refused"


def test_what_others_say_of_somebody_who_never_connected_it_is_nobody_s_refusal() -> None:
    tables = {
        "ties": [tie("a", "b"), tie("b", "a")],
        "connections": [{"applicant_id": "a", "source": "payments", "connected_time": day(400)}],
    }
    fact = told("ties_recency_days", tables, "source")
    assert fact.absence == "silent"
    reason = Reason("R86", "insufficient_ties", 5.0, 1.0, ("x",), fact, "source")
    assert cs.speak(reason, dated=False) == "Social ties: what is stored could not be counted"


def test_what_the_application_does_not_say() -> None:
    fact = told("payments_requested_amount_to_year_income", {"payments": payments(3, 4, 5)})
    assert fact.absence == "unstated"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_has_words(language: str) -> None:
    kinds = set(texts_in(language).absent)
    assert kinds == {
        "", "nothing", "short", "few", "few_counted", "refused", "unconfirmed", "unstated", "earlier",
        "silent", "silent_source", "barred",
    }  # fmt: skip
