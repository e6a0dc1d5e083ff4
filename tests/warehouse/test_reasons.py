"""First reasons by SQL are those of the library, from tables on, in DuckDB and PostgreSQL."""

from __future__ import annotations

import warnings
from contextlib import closing
from datetime import timedelta
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pytest

import creditscore as cs
from creditscore.errors import OutcomeCarriedWarning, ParameterError
from creditscore.features.compute import FeatureComputer
from tests.features.repayment_portfolios import random_lending
from tests.warehouse.stored import in_duckdb, in_postgres, warehouse_of

QUICK: dict[str, Any] = {"n_estimators": 30, "learning_rate": 0.2, "threads": 1}
PEOPLE = 90


class Lender(NamedTuple):
    world: dict[str, list[dict[str, Any]]]
    asked: list[dict[str, Any]]
    pipeline: cs.CreditPipeline
    told: list[tuple[str, str]]


@cache
def lender() -> Lender:
    """A lender with sources that some people took away again, and the reasons that the library gives."""
    world, asked = random_lending(5, PEOPLE)
    world = {name: rows for name, rows in world.items() if name != "payments"}
    draw = np.random.default_rng(8)
    moment = min(one["as_of"] for one in asked) - timedelta(days=400)
    world["connections"] = [
        {
            "applicant_id": person, "source": source, "connected_time": moment,
            "disconnected_time": moment + timedelta(days=30) if draw.random() < 0.3 else None,
        }
        for person in sorted({one["applicant_id"] for one in asked})
        for source in ("loans", "inquiries") if draw.random() < 0.9
    ]  # fmt: skip
    features = cs.repayment_features()
    features = features.select(cs.sql_coverage(features).written[::4])
    portfolio, applications = cs.Portfolio.from_records(world), cs.Applications.from_records(asked)
    worst = cs.repayment_features().select(["repayment_worst_dpd_ever"])
    late = FeatureComputer(worst).compute(applications, portfolio).values[:, 0]
    bad = (np.nan_to_num(late, nan=40.0) / 30 - 1 + draw.normal(size=len(asked)) > 0).astype(float)
    pipeline = cs.CreditPipeline(features=[features], scorer=cs.CreditScorer(**QUICK))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", OutcomeCarriedWarning)
        pipeline.fit(applications, portfolio, bad)
    given = [pipeline.score(one, portfolio).reasons for one in asked]
    told = [(one[0].code, one[0].fact.feature) if one else ("", "") for one in given]
    return Lender(world, asked, pipeline, told)


def first_reasons(connection: Any, query: str) -> dict[str, tuple[str, str]]:
    with closing(connection):
        rows = connection.execute(query).fetchall()
    return {str(row[0]): (row[-2], row[-1]) for row in rows}


@pytest.mark.long
@pytest.mark.parametrize("engine", ["duckdb", "postgres"])
def test_the_first_reason_is_that_of_the_library(engine: str, request: pytest.FixtureRequest) -> None:
    world, asked, pipeline, told = lender()
    query = warehouse_of(world, asked).score_sql(pipeline, engine, reasons=True)
    if engine == "duckdb":
        found = first_reasons(in_duckdb(world, asked), query)
    else:
        found = first_reasons(in_postgres(request.getfixturevalue("server"), world, asked), query)
    assert [found[str(one["application_id"])] for one in asked] == told
    assert len({code for code, _ in told}) > 4
    assert ("", "") in told


def test_reasons_are_refused_where_they_were_never_compared() -> None:
    world, asked, pipeline, _ = lender()
    with pytest.raises(ParameterError, match="duckdb and postgres alone. Got 'snowflake'"):
        warehouse_of(world, asked).score_sql(pipeline, "snowflake", reasons=True)
