"""The registry of sources: what is not declared in it fails closed, and names the closest that is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

import creditscore as cs
from creditscore.data.sources import (
    FIXED_TAGS,
    LEGAL_TAGS,
    MINIMUM_TABLES,
    PROTECTED_TAGS,
    SOURCES,
    TABLES_OF_OTHERS,
    find_source,
    source_of,
    supplier_of,
    tables_showing,
    tells_of_others,
)
from creditscore.errors import ContractError, NameUnknownError
from creditscore.features.coverage import coverage_of, covered_by, known_at_all
from creditscore.features.registry import VIEWED_TABLES, check_view, find_view
from creditscore.recourse.actionable import why_not_actionable
from creditscore.report.contents import for_subject

NOW = datetime(2024, 6, 1, tzinfo=UTC)
AS_OF = np.array([int(NOW.timestamp() * 1_000_000)])
COUNT = cs.Term("payments", "count")


def portfolio(**tables: list[dict[str, object]]) -> cs.Portfolio:
    row = {"applicant_id": "a", "event_time": NOW - timedelta(days=9)}
    return cs.Portfolio.from_records({name: [row | extra for extra in rows] for name, rows in tables.items()})


def feature(**changes: object) -> cs.Feature:
    given = {"name": "x", "formula": COUNT, "label": "x", "definition": "x", "unit": "count"}
    return cs.Feature(**(given | changes))  # type: ignore[arg-type]


# What each list held when it stood by itself.
def test_the_lists_that_follow_from_the_registry_are_those_that_stood_apart() -> None:
    assert {
        name: source.shown_by for name, source in SOURCES.items() if name in ("loans", "application")
    } == {
        "application": (),
        "loans": ("loans", "statements"),
    }
    assert {*MINIMUM_TABLES} == {
        "sessions", "registrations", "settings",
        "payments", "bills", "loans", "statements", "inquiries", "ties", "memberships", "activities",
        "measures",
    }  # fmt: skip
    assert {"standings"} == TABLES_OF_OTHERS
    assert {name for name, source in SOURCES.items() if source.own_conduct} == {
        "application", "payments", "bills", "loans", "inquiries",
    }  # fmt: skip
    assert {name: supplier_of(name) for name in SOURCES if supplier_of(name) != "third_party"} == {
        "application": "own",
        "loans": "own",
        "inquiries": "bureau",
        "form_events": "own",
        "registrations": "own",
        "complaints": "own",
    }
    assert {name for name in SOURCES if tells_of_others(name)} == {
        "ties", "memberships", "standings", "measures",
    }  # fmt: skip
    assert {
        "protected", "special_category", "special_category_risk", "exercise_of_right", "identity", "age",
        "sex",
    } == PROTECTED_TAGS  # fmt: skip
    assert {
        "social_network", "social_media", "third_party_data", "contacts", "counterparty", "device", "email",
        "e_mail", "phone", "telecom_metadata", "digital_footprint", "location", "location_time", "biometric",
        "protected", "protected_attribute", "special_category", "special_category_risk", "age", "sex",
        "home_address", "cohort_default_rate",
    } == FIXED_TAGS  # fmt: skip


@pytest.mark.parametrize("name", ["loan", "sesions", "friends", ""])
def test_a_source_outside_the_registry_is_refused_or_shut_out(name: str) -> None:
    world = portfolio(payments=[{"amount": 1.0}])
    with pytest.raises(NameUnknownError):
        find_source(name)
    with pytest.raises(NameUnknownError):
        coverage_of(name, world.tables)
    with pytest.raises(NameUnknownError):
        tables_showing([name])
    assert tells_of_others(name)
    assert supplier_of(name) == "third_party"
    spec = feature(
        formula=cs.Term("payments", "count", window="90d"),
        sign=1,
        reason_group="cash_flow",
        source="payments",
    )
    assert not why_not_actionable(spec)
    stored = cs.Feature.from_dict(spec.to_dict() | {"source": name})
    assert "source" in why_not_actionable(stored)


def test_an_applicant_sees_no_facts_of_an_undeclared_source() -> None:
    line = {"name": "f", "integer_points": 3}
    record = {
        "schema": "s", "outcome": {}, "scale": {"minimum": 0, "maximum": 1}, "model": {"model_id": "m"},
        "features": [line | {"source": name} for name in ("payments", "ties", "friends", "")] + [line],
        "sources": {name: {} for name in ("statements", "connections", "standings", "friends")},
    }  # fmt: skip
    shown = for_subject(record)
    assert [feature["source"] for feature in shown["features"]] == ["payments"]
    assert [*shown["sources"]] == ["statements", "connections"]


def test_a_table_names_its_source_and_what_says_of_sources_is_none() -> None:
    assert source_of("statements").name == source_of("instalments").name == "loans"
    for table in ("connections", "consents", "applications", "nothing"):
        with pytest.raises(NameUnknownError):
            source_of(table)
    assert {contract.name for contract in SOURCES["loans"].contracts} == {*SOURCES["loans"].tables}


@pytest.mark.parametrize("table", ["connections", "consents", "instalments", "repayments", "paymnts"])
def test_what_is_no_source_cannot_be_counted(table: str) -> None:
    with pytest.raises(NameUnknownError, match="view or table"):
        find_view(table, portfolio(payments=[{"amount": 1.0}]))
    with pytest.raises(NameUnknownError, match="view or table"):
        check_view(table)
    with pytest.raises(NameUnknownError, match="view or table"):
        feature(formula=cs.Term(table, "count"))


@pytest.mark.parametrize("table", VIEWED_TABLES)
def test_every_other_table_can_be_counted(table: str) -> None:
    check_view(table)
    assert find_view(table, portfolio(payments=[{"amount": 1.0}])).source == source_of(table).name


BILLS = cs.Term("bill", "count")


@pytest.mark.parametrize(
    ("changes", "what", "closest"),
    [
        ({"source": "payment"}, "source 'payment'", "payments"),
        ({"source": "connections"}, "source 'connections'", None),
        ({"legal_tags": ("bureau", "e_mail")}, "legal tag 'e_mail'", "email"),
        ({"legal_tags": ("protected_attribute",)}, "legal tag 'protected_attribute'", "protected"),
        ({"unit": "day"}, "unit 'day'", "days"),
        ({"reason_group": "card_utilization"}, "reason group 'card_utilization'", "card_utilisation"),
        ({"proxy_risk": "hi"}, "proxy risk 'hi'", "high"),
        ({"refresh": "events"}, "refresh 'events'", "event"),
        ({"formula": cs.Term("paymnts", "count")}, "view or table 'paymnts'", "payments"),
        ({"formula": cs.Share(COUNT, BILLS, prior=0.1)}, "view or table 'bill'", "bills"),
        ({"formula": cs.AtLeast(cs.Covered("loan"), COUNT, 1.0)}, "source 'loan'", "loans"),
    ],
)
def test_a_declaration_is_refused_where_it_is_written(
    changes: dict[str, object], what: str, closest: str | None
) -> None:
    assert feature()
    with pytest.raises(NameUnknownError) as caught:
        feature(**changes)
    assert f"Feature 'x': There is no {what}." in str(caught.value)
    assert closest is None or f"Did you mean {closest!r}?" in str(caught.value)


def test_a_saved_declaration_of_an_older_vocabulary_can_be_read_and_is_shut_out() -> None:
    plain = feature(source="payments", reason_group="cash_flow", sign=1).to_dict()
    read = cs.Feature.from_dict(plain | {"legal_tags": ["e_mail"], "unit": "litres"})
    assert read.to_dict() == plain | {"legal_tags": ["e_mail"], "unit": "litres"}
    assert why_not_actionable(read) == "it is tagged e_mail"
    assert cs.Feature.from_dict(plain) == feature(source="payments", reason_group="cash_flow", sign=1)
    with pytest.raises(cs.errors.FeatureError, match="needs the field 'unit'"):
        cs.Feature.from_dict({name: value for name, value in plain.items() if name != "unit"})
    with pytest.raises(cs.errors.FeatureError, match="identifier"):
        cs.Feature.from_dict(plain | {"name": "no name"})


def test_sources_that_give_no_score_by_themselves_do_not_count_as_minimum_data() -> None:
    complaints = portfolio(complaints=[{"kind": "complaint"}])
    coverage = coverage_of("complaints", complaints.tables)
    assert covered_by(coverage, complaints, np.array([0]), AS_OF).tolist() == [True]
    assert known_at_all(complaints, np.array([0]), AS_OF).tolist() == [False]
    assert known_at_all(portfolio(sessions=[{"channel": "app"}]), np.array([0]), AS_OF).tolist() == [True]
    assert known_at_all(portfolio(inquiries=[{}]), np.array([0]), AS_OF).tolist() == [True]


def test_every_tag_that_a_law_protects_says_so_in_the_words_of_the_registry() -> None:
    assert all(tag.meaning and tag.name == name for name, tag in LEGAL_TAGS.items())
    former = [name for tag in LEGAL_TAGS.values() for name in tag.formerly]
    assert not {*former} & {*LEGAL_TAGS}


@pytest.mark.parametrize("table", ["connections", "consents"])
def test_an_undeclared_source_is_refused_where_it_is_said_to_be_there(table: str) -> None:
    when = {"connections": "connected_time", "consents": "granted_time"}[table]
    rows = [
        {"applicant_id": "a", when: "2024-01-01T00:00:00+00:00", "source": name}
        for name in ("payments", "paymnts", "ties")
    ]
    with pytest.raises(ContractError, match="'paymnts'. Did you mean 'payments'"):
        cs.Portfolio.from_records({table: rows})
    kept = cs.Portfolio.from_records({table: rows}, on_bad_rows="quarantine")
    assert len(kept.quarantined[table]) == 1
    assert len(kept.to_frame(table)) == 2
