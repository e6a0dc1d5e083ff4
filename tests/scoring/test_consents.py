"""What a person did not consent to, what was voided, and what cannot be had: absent, told, no fault."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import creditscore as cs
from creditscore.errors import MismatchError, NameUnknownError, ParameterError
from tests.scoring.test_contract import AS_OF, Fitted, Tables

DAYS = st.integers(1, 28)
SOURCES = ("payments", "loans", "bills", "inquiries", "sessions", "activities", "complaints")


@pytest.fixture(scope="module")
def fitted() -> Fitted:
    return Fitted()


def at(month: int, day: int) -> str:
    return f"2024-{month:02d}-{day:02d}T00:00Z"


def of_one(tables: Tables, who: str) -> Tables:
    return {name: [row for row in rows if row["applicant_id"] == who] for name, rows in tables.items()}


def consent(who: str, source: str, given_at: str, over: str | None = None, **more: Any) -> dict[str, Any]:
    row = {"applicant_id": who, "source": source, "granted_time": given_at, **more}
    return row if over is None else row | {"withdrawn_time": over}


def bits(result: Any) -> tuple[Any, ...]:
    return (
        result.status, result.code, result.probability_of_default, result.score_unrounded,
        tuple((one.group, one.points_lost) for one in result.reasons), dict(result.sources),
    )  # fmt: skip


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 239), st.sampled_from(SOURCES), st.sampled_from(["score", "fraud", None]), DAYS)
def test_a_consent_to_a_source_never_makes_a_score_fail(fitted, k, source, purpose, day):
    asked = fitted.asked[k]
    own = of_one(fitted.tables, asked["applicant_id"])
    rows = [consent(asked["applicant_id"], source, at(2, day), purpose=purpose)]
    before = fitted.pipeline.score(asked, cs.Portfolio.from_records(own))
    after = fitted.pipeline.score(asked, cs.Portfolio.from_records(own | {"consents": rows}))
    assert bits(after) == bits(before)


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 239), DAYS, DAYS)
def test_given_and_withdrawn_is_as_never_given(fitted, k, day, gap):
    """Where a consent is needed: to the bits of a person who gave none, and of one who has no such rows."""
    asked = fitted.asked[k]
    who, own = asked["applicant_id"], of_one(fitted.tables, asked["applicant_id"])
    rows = [consent(who, "payments", at(2, day), at(3 + day % 2, gap))]
    needed = {"consent_needed": ["payments"]}
    never = cs.Portfolio.from_records(own).with_sources(**needed)
    withdrawn = cs.Portfolio.from_records(own | {"consents": rows})
    without = cs.Portfolio.from_records(own | {"payments": []})
    results = [
        fitted.pipeline.score(asked, one)
        for one in (never, withdrawn, withdrawn.with_sources(**needed), without)
    ]
    found = [bits(one)[:4] for one in results]
    assert found[0] == found[1] == found[2]
    held = [tuple(fitted.pipeline.compute_features(cs.Applications.from_records([asked]), one).values[0])
            for one in (never, withdrawn, without)]  # fmt: skip
    np.testing.assert_array_equal(held[0], held[1])
    np.testing.assert_array_equal(held[0], held[2])


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 239), st.sampled_from(SOURCES), DAYS)
def test_what_is_said_after_the_moment_changes_nothing(fitted, k, source, day):
    asked = fitted.asked[k]
    who, own = asked["applicant_id"], of_one(fitted.tables, asked["applicant_id"])
    later = [
        consent(who, source, at(6, day)),
        consent(who, source, at(1, 1), at(6, day)),
        consent(who, source, at(1, 1), at(5, 1), withdrawn_known_time=at(6, day)),
    ]
    expected = bits(fitted.pipeline.score(asked, cs.Portfolio.from_records(own)))
    for row in later:
        portfolio = cs.Portfolio.from_records(own | {"consents": [row]})
        assert bits(fitted.pipeline.score(asked, portfolio)) == expected


@pytest.mark.parametrize("table", ["payments", "loans", "statements"])
@settings(max_examples=8, deadline=None)
@given(st.integers(0, 239), st.integers(0, 3), st.integers(1, 27))
def test_a_voided_row_is_read_by_no_new_score_and_by_every_old_one(fitted, table, k, number, day):
    asked = fitted.asked[k]
    own = of_one(fitted.tables, asked["applicant_id"])
    rows, picked = own[table], number % len(own[table])
    voided = [row | {"voided_time": at(5, day)} if n == picked else row for n, row in enumerate(rows)]
    kept = [row for n, row in enumerate(rows) if n != picked]
    new = fitted.pipeline.compute_features(
        cs.Applications.from_records([asked]), cs.Portfolio.from_records(own | {table: voided})
    )
    if table != "loans":
        without = fitted.pipeline.compute_features(
            cs.Applications.from_records([asked]), cs.Portfolio.from_records(own | {table: kept})
        )
        np.testing.assert_array_equal(new.values, without.values)
    old = cs.Applications.from_records([asked | {"as_of": at(5, day)}])
    np.testing.assert_array_equal(
        fitted.pipeline.compute_features(old, cs.Portfolio.from_records(own | {table: voided})).values,
        fitted.pipeline.compute_features(old, cs.Portfolio.from_records(own)).values,
    )
    late = [row | {"voided_time": at(5, 1), "voided_known_time": at(6, 2)} for row in rows]
    np.testing.assert_array_equal(
        fitted.pipeline.compute_features(
            cs.Applications.from_records([asked]), cs.Portfolio.from_records(own | {table: late})
        ).values,
        fitted.pipeline.compute_features(
            cs.Applications.from_records([asked]), cs.Portfolio.from_records(own)
        ).values,
    )


def test_a_source_out_of_reach_is_told_and_is_no_fault(fitted):
    left = {name: rows for name, rows in fitted.tables.items() if name != "payments"}
    portfolio, asked = cs.Portfolio.from_records(left), cs.Applications(fitted.asked)
    with pytest.raises(MismatchError, match="payments"):
        fitted.pipeline.score_many(asked, portfolio)
    for state in ("outage", "not_supplied"):
        out = portfolio.with_sources(unavailable={"payments": state})
        scores = fitted.pipeline.score_many(asked, out)
        assert dict(scores.unavailable) == {"payments": state}
        assert f"payments left out: {state}" in repr(scores)
        one = fitted.pipeline.score(fitted.asked[0], out)
        assert (one.status, dict(one.unavailable)) == ("scored", {"payments": state})
        assert one.to_dict()["unavailable"] == {"payments": state}
        whole = cs.Portfolio.from_records(fitted.tables).with_sources(unavailable={"payments": state})
        np.testing.assert_array_equal(scores.log_odds, fitted.pipeline.score_many(asked, whole).log_odds)


def test_a_law_takes_a_source_out_of_the_score_alone(fitted):
    portfolio = cs.Portfolio.from_records(fitted.tables)
    barred = portfolio.with_sources(
        forbidden={"score": {"payment_data", "bill_data"}, "price": {"repayment_history"}}
    )
    result = fitted.pipeline.score(fitted.asked[0], barred)
    assert dict(result.unavailable) == {"payments": "forbidden", "bills": "forbidden"}
    assert (result.sources["payments"], result.sources["loans"]) == (False, True)
    (status,) = cs.source_status(cs.Applications.from_records([fitted.asked[0]]), barred)
    assert (status.of("payments"), status.of("payments", "ability")) == ("forbidden", "present")
    assert (status.of("loans", "price"), status.of("loans")) == ("forbidden", "present")


def test_no_data_is_never_a_fact_about_conduct(fitted):
    """In bulk, over masks: of a source that must not be read nothing is said but that it is not there."""
    portfolio = cs.Portfolio.from_records(fitted.tables)
    for out in ({"payments": "outage"}, {"loans": "outage"}, {"payments": "outage", "loans": "not_supplied"}):
        under = portfolio.with_sources(unavailable=out)
        for asked in fitted.asked[:60]:
            for reason in fitted.pipeline.score(asked, under).reasons:
                if reason.fact is not None and any(one.startswith(tuple(out)) for one in reason.features):
                    assert reason.fact.value is None


def test_a_record_holds_no_row_of_what_was_withdrawn_and_replays(fitted):
    asked = fitted.asked[3]
    rows = [consent(asked["applicant_id"], "payments", at(1, 1), at(4, 1), lawful_basis="consent")]
    portfolio = cs.Portfolio.from_records(fitted.tables | {"consents": rows})
    record = fitted.pipeline.decide(asked, portfolio)
    assert not record.to_dict()["inputs"]["tables"].get("payments")
    assert record.to_dict()["sources"]["payments"]["covered"] is False
    assert record.to_dict()["inputs"]["tables"]["consents"]
    assert cs.replay_decision(record, fitted.pipeline.model) is None
    out = cs.Portfolio.from_records(fitted.tables).with_sources(unavailable={"payments": "outage"})
    record = fitted.pipeline.decide(asked, out)
    assert record.to_dict()["inputs"]["terms"] == {"unavailable": {"payments": "outage"}}
    assert cs.replay_decision(record, fitted.pipeline.model) is None


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"unavailable": {"payment": "outage"}}, NameUnknownError),
        ({"unavailable": {"payments": "gone"}}, NameUnknownError),
        ({"unavailable": {"application": "outage"}}, ParameterError),
        ({"unavailable": ["payments"]}, ParameterError),
        ({"consent_needed": "payments"}, ParameterError),
        ({"forbidden": {"scoring": {"payment_data"}}}, NameUnknownError),
        ({"forbidden": {"score": "payment_data"}}, ParameterError),
        ({"forbidden": {"score": {"payment"}}}, NameUnknownError),
    ],
)
def test_other_terms_are_refused(wrong, error):
    with pytest.raises(error):
        cs.Portfolio.from_records({}).with_sources(**wrong)


STATES = {
    "forbidden": ({}, {"forbidden": {"score": ["payment_data"]}}),
    "outage": ({}, {"unavailable": {"payments": "outage"}}),
    "not_supplied": ({"payments": None}, {}),
    "refused": ({}, {"consent_needed": ["payments"]}),
    "withdrawn": ({"consents": [consent("a", "payments", at(1, 1), at(2, 1))]}, {}),
    "voided": ({"payments": [{"event_time": at(1, 5), "amount": 1.0, "voided_time": at(2, 1)}]}, {}),
    "empty": ({"payments": [{"event_time": at(6, 5), "amount": 1.0}]}, {}),
    "too_short": ({"payments": [{"event_time": at(3, 4), "amount": 1.0}]}, {}),
    "stale": ({"payments": [{"event_time": "2023-12-04T00:00Z", "amount": 1.0}]}, {}),
    "present": ({"payments": [{"event_time": at(3, 3), "amount": 1.0}]}, {}),
}


@pytest.mark.parametrize("state", STATES)
def test_each_state_by_hand(state):
    """As of 1 June: 90 days back is 3 March, 180 days back is 4 December."""
    tables, terms = STATES[state]
    tables = {"payments": [{"event_time": at(1, 5), "amount": 1.0}], **tables}
    rows = {
        name: [{"applicant_id": "a"} | row for row in some]
        for name, some in tables.items()
        if some is not None
    }
    portfolio = cs.Portfolio.from_records(rows).with_sources(**terms)
    asked = [{"application_id": k, "applicant_id": who, "as_of": AS_OF} for k, who in enumerate("ab")]
    status, nobody = cs.source_status(cs.Applications.from_records(asked), portfolio)
    assert status.of("payments") == state
    assert nobody.of("payments") in (state, "empty")
    assert len(list(status.rows())) == 5 * len(status.states["score"])


def test_connections_say_what_was_never_connected_and_what_no_longer_is():
    rows = [{"applicant_id": who, "event_time": at(1, 5), "amount": 1.0} for who in "abc"]
    ties = [
        {"applicant_id": "a", "source": "payments", "connected_time": at(1, 1)},
        {
            "applicant_id": "b",
            "source": "payments",
            "connected_time": at(1, 1),
            "disconnected_time": at(3, 1),
        },
    ]
    asked = [{"application_id": k, "applicant_id": who, "as_of": AS_OF} for k, who in enumerate("abc")]
    portfolio = cs.Portfolio.from_records({"payments": rows, "connections": ties})
    found = cs.source_status(cs.Applications.from_records(asked), portfolio)
    assert [one.of("payments") for one in found] == ["present", "withdrawn", "not_supplied"]
