"""Features by SQL are those of the kernels: random worlds with late knowledge, corrections and zones."""

from __future__ import annotations

import random
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
import sqlglot

import creditscore as cs
from creditscore.errors import FeatureError, NameUnknownError, ParameterError
from creditscore.features.compute import FeatureComputer
from creditscore.features.definition import FeatureSet
from creditscore.features.digital.declared.catalogue import every_digital_feature
from creditscore.features.formula import terms
from creditscore.features.registry import view_version
from creditscore.pipeline.fitting import built_in_features
from creditscore.warehouse.dialects import DIALECTS
from creditscore.warehouse.views.catalogue import VIEWS
from tests.features.digital_worlds import START, digital_world
from tests.features.payment_worlds import asked as paid_applications
from tests.features.payment_worlds import payment_world
from tests.features.repayment_portfolios import random_lending
from tests.warehouse.stored import (
    World,
    duckdb_values,
    in_duckdb,
    in_postgres,
    postgres_values,
    warehouse_of,
)

Asked = list[dict[str, Any]]
PEOPLE = [f"p{k}" for k in range(12)]


def lending(seed: int) -> tuple[World, Asked, FeatureSet]:
    world, asked = random_lending(seed, applicants=40)
    return world, asked, cs.repayment_features(every=True)


def digital(seed: int) -> tuple[World, Asked, FeatureSet]:
    moment = START + timedelta(days=713, hours=9, minutes=30)
    asked = [
        {
            "application_id": k,
            "applicant_id": PEOPLE[k % 12],
            "as_of": moment - timedelta(days=11 * (k // 12)),
        }
        for k in range(24)
    ]
    return digital_world(random.Random(seed), PEOPLE), asked, every_digital_feature()


def paying(seed: int, people: int = 12) -> tuple[World, Asked, FeatureSet]:
    world, asked = payment_world(seed, people), paid_applications(people)
    return {name: world[name] for name in ("payments", "bills")}, asked, cs.payment_features(every=True)


WORLDS = {"lending": lending, "digital": digital, "paying": paying}
CASES = [
    ("lending", 103, "UTC"),
    ("lending", 7, "Asia/Tehran"),
    ("digital", 1, "America/New_York"),
    ("paying", 0, "Asia/Tehran"),
]


def by_kernels(world: World, asked: Asked, features: FeatureSet, zone: str) -> cs.FeatureMatrix:
    portfolio = cs.Portfolio.from_records({name: list(rows) for name, rows in world.items()}, timezone=zone)
    return FeatureComputer(features).compute(cs.Applications.from_records(asked), portfolio, threads=1)


def compare(found: Any, truth: cs.FeatureMatrix) -> None:
    for name in truth.names:
        np.testing.assert_allclose(found[name], truth[name], rtol=1e-9, atol=1e-9, err_msg=name)


@pytest.mark.long
@pytest.mark.parametrize("engine", ["duckdb", "postgres"])
@pytest.mark.parametrize(("family", "seed", "zone"), CASES)
def test_features_by_sql_are_those_of_the_kernels(
    family: str, seed: int, zone: str, engine: str, request: pytest.FixtureRequest
) -> None:
    world, asked, features = WORLDS[family](seed)
    features = features.select(cs.sql_coverage(features).written)
    query = warehouse_of(world, asked, timezone=zone).features_sql(features, engine)
    if engine == "duckdb":
        found = duckdb_values(in_duckdb(world, asked), query, asked)
    else:
        with closing(in_postgres(request.getfixturevalue("server"), world, asked)) as connection:
            found = postgres_values(connection, query, asked)
    truth = by_kernels(world, asked, features, zone)
    compare(found, truth)
    reached = np.isfinite(truth.values).sum(axis=0) > 0
    assert reached.mean() > 0.98, [n for n, there in zip(features.names, reached, strict=True) if not there]


def test_some_of_every_view_by_sql_are_those_of_the_kernels() -> None:
    """What a plain run of the tests checks: two features a view, most in a zone whose clock changes."""
    for family, world_of in WORLDS.items():
        zone = "UTC" if family == "paying" else "Asia/Tehran"
        world, asked, every = paying(0, people=4) if family == "paying" else world_of(5)
        by_view: dict[str, list[str]] = {}
        for name in cs.sql_coverage(every).written:
            for term in terms(every[name].formula)[:1]:
                by_view.setdefault(term.view, []).append(name)
        some = every.select(name for names in by_view.values() for name in names[:2])
        query = warehouse_of(world, asked, timezone=zone).features_sql(some, "duckdb")
        found = duckdb_values(in_duckdb(world, asked), query, asked)
        compare(found, by_kernels(world, asked, some, zone))


def test_a_closed_line_speaks_by_sql_while_its_successor_is_silent() -> None:
    _, asked, every = lending(5)
    moment = max(row["as_of"] for row in asked)
    people = [f"line{k}" for k in range(3)]
    asked = [{"application_id": k, "applicant_id": one, "as_of": moment} for k, one in enumerate(people)]
    days = {name: moment - timedelta(days=n) for name, n in {"old": 600, "told": 25, "closed": 20}.items()}
    loans = [
        {"loan_id": f"{one}/a", "applicant_id": one, "event_time": days["old"], "closed_time": days["closed"]}
        for one in people
    ] + [
        {"loan_id": f"{one}/b", "applicant_id": one, "event_time": moment - timedelta(days=15)}
        for one in people[:2]
    ]  # fmt: skip
    told = [(f"{one}/a", one, days["told"], 900.0) for one in people]
    told.append(("line1/b", "line1", moment - timedelta(days=5), 100.0))
    world = {
        "loans": [{"kind": "revolving", "limit": 1000.0, "closed_time": None} | row for row in loans],
        "statements": [
            {"loan_id": loan, "applicant_id": one, "event_time": at, "balance": balance}
            for loan, one, at, balance in told
        ],
    }
    features = every.select(["statements_utilisation_now"])
    query = warehouse_of(world, asked).features_sql(features, "duckdb")
    found = duckdb_values(in_duckdb(world, asked), query, asked)
    compare(found, by_kernels(world, asked, features, "UTC"))
    np.testing.assert_allclose(found["statements_utilisation_now"], [0.9, 0.1, np.nan])


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_is_written_in_words_of_its_own(dialect: str) -> None:
    world, asked, features = digital(1)
    some = features.select(features.names[::7])
    paid = paying(0, people=3)
    rounds = paid[2].select(["payments_inflow_sum_30d"])
    for tables, moments, chosen in ((world, asked, some), (paid[0], paid[1], rounds)):
        text = warehouse_of(tables, moments).features_sql(chosen, dialect, leave_out=True)
        (tree,) = sqlglot.parse(text, read=dialect)
        assert tree is not None
        assert "CS_" not in text


def test_every_view_is_written_as_it_is_meant_today(monkeypatch: pytest.MonkeyPatch) -> None:
    assert {name for name, view in VIEWS.items() if view.version != view_version(name)} == set()
    older = replace(VIEWS["statement_states"], version=1)
    monkeypatch.setattr("creditscore.warehouse.coverage.VIEWS", {**VIEWS, "statement_states": older})
    found = cs.sql_coverage(cs.repayment_features().select(["statements_lines"]))
    assert "mean something else" in found.left_out["statements_lines"]


def test_what_is_not_written_is_refused_or_left_out_by_name() -> None:
    features = cs.payment_features().select(["payments_covered", "payments_salary_found"])
    coverage = cs.sql_coverage(features)
    assert coverage.written == ("payments_covered",)
    assert coverage.share == 0.5
    assert "SQL does not search" in coverage.left_out["payments_salary_found"]
    warehouse = cs.Warehouse({"payments": ["applicant_id", "event_time", "amount"]})
    with pytest.raises(FeatureError, match="1 of 2 features are not written in SQL; 'payments_salary_found'"):
        warehouse.features_sql(features, "duckdb")
    left = warehouse.features_sql(features, "duckdb", leave_out=True)
    assert "payments_covered" in left
    assert "payments_salary_found" not in left


def test_nine_features_in_ten_are_written() -> None:
    assert cs.sql_coverage(built_in_features()).share >= 0.9


@pytest.mark.parametrize(
    ("tables", "error", "message"),
    [
        ({"lones": []}, NameUnknownError, "'lones'. Did you mean 'loans'"),
        ({"consents": ["applicant_id"]}, ParameterError, "whose consent holds is not asked in SQL"),
        ({"persons": ["person_id"]}, ParameterError, "give each person one id"),
        ({"bills": ["applicant_id", "due_time"]}, ParameterError, "'bills' needs the column 'bill_id'"),
    ],
)
def test_tables_that_no_query_follows_are_refused(
    tables: dict[str, list[str]], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        cs.Warehouse(tables)


def test_an_unknown_dialect_is_refused() -> None:
    warehouse = cs.Warehouse({"inquiries": ["applicant_id", "event_time"]})
    with pytest.raises(NameUnknownError, match="'postgresql'. Did you mean 'postgres'"):
        warehouse.features_sql(cs.repayment_features().select(["inquiries_covered"]), "postgresql")
