"""Tables as they are, by SQL and by the kernels: voided rows, connections, empty tables."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest

import creditscore as cs
from creditscore.data.sources import CONNECTIONS, SOURCES, source_of
from creditscore.data.tables.contracts import CONTRACTS, LASTING
from creditscore.errors import FeatureError, ParameterError
from creditscore.features.compute import FeatureComputer
from creditscore.warehouse.views.catalogue import VIEWS
from tests.features.worlds import AS_OF, PRIVACY, World, applications, filled, random_world
from tests.warehouse.stored import columns_of, duckdb_values, in_duckdb, warehouse_of
from tests.warehouse.test_scores import reads

PEOPLE = 5
ZONE = "Asia/Tehran"
NUMBERS = ("sum", "newest")


def world_of(seed: int) -> World:
    """What a warehouse may hold of a random world, a third of its rows voided where that can be."""
    rng = random.Random(seed)
    world = filled(random_world(seed, PEOPLE))
    world = {name: rows for name, rows in world.items() if name not in ("ties", "persons", "consents")}
    for name in world.keys() - LASTING:
        for row in world[name]:
            at = min(value for value in row.values() if isinstance(value, datetime))
            voided = at + timedelta(days=rng.randint(0, 400)) if rng.random() < 0.3 else None
            known = voided and voided + timedelta(days=rng.choice([-20, 0, 90]))
            row |= {"voided_time": voided, "voided_known_time": known}
    return world


def connected(seed: int) -> list[dict[str, Any]]:
    rng = random.Random(seed)
    rows = []
    for person in {row["applicant_id"]: None for row in applications(PEOPLE)}:
        for source in SOURCES:
            for _ in range(rng.choice([0, 1, 2])):
                at = AS_OF - timedelta(days=rng.randint(-60, 500), seconds=7)
                over = at + timedelta(days=rng.randint(1, 300)) if rng.random() < 0.5 else None
                rows.append(
                    {
                        "applicant_id": person, "connected_time": at, "source": source,
                        "disconnected_time": over,
                    }
                )  # fmt: skip
    return rows


def terms_of(world: World) -> Iterator[cs.Term]:
    """Some terms over each column of each table that is a view as it is."""
    for table in sorted(world.keys() & VIEWS.keys()):
        for column in CONTRACTS[table].columns:
            if column.name not in columns_of(world[table]) or column.fraud_only:
                continue
            if column.kind in ("number", "flag"):
                yield from (cs.Term(table, one, column.name, window="9m") for one in NUMBERS)
            elif column.kind in ("id", "text"):
                yield cs.Term(table, "distinct_keys", by=column.name, window="400d")
        yield from (cs.Term(table, one) for one in ("count", "active_days", "gap_max"))


def features_of(world: World) -> cs.FeatureSet:
    found = [
        cs.Feature(
            f"own_{k}", term, f"{term.statistic} of {term.view}, {term.column or term.by}", "A term.",
            unit="as given", source=source_of(term.view).name,
        )
        for k, term in enumerate(terms_of(world))
    ]  # fmt: skip
    return cs.FeatureSet(tuple(found))


def compare(world: World, features: cs.FeatureSet) -> None:
    early = [row | {"application_id": 100 + row["application_id"], "as_of": AS_OF - timedelta(days=250)}
             for row in applications(PEOPLE)]  # fmt: skip
    asked = [*applications(PEOPLE), *early]
    query = warehouse_of(world, asked, timezone=ZONE).features_sql(features, "duckdb")
    found = duckdb_values(in_duckdb(world, asked), query, asked)
    portfolio = cs.Portfolio.from_records(world, timezone=ZONE, privacy=PRIVACY)
    truth = FeatureComputer(features).compute(cs.Applications.from_records(asked), portfolio, threads=1)
    for name in truth.names:
        label = str(features[name].label)
        np.testing.assert_allclose(found[name], truth[name], rtol=1e-9, atol=1e-9, err_msg=label)
    assert np.isfinite(truth.values).any(axis=0).mean() > 0.8


def test_tables_as_they_are_by_sql_are_those_of_the_kernels() -> None:
    world = world_of(2)
    features = features_of(world)
    assert {term.view for term in terms_of(world)} >= {"payments", "bills", "measures", "activities"}
    compare(world, features)


def test_who_is_connected_by_sql_is_covered_as_by_the_kernels() -> None:
    world = world_of(2) | {CONNECTIONS: connected(2)}
    every = features_of(world)
    counts = every.select(one.name for one in every if one.formula.statistic == "count")
    assert len(counts) > 8
    compare(world, counts)
    compare(world | {"payments": [], "measures": []}, counts)


def test_activities_by_month_and_clusters_are_those_of_the_kernels() -> None:
    world = {name: rows for name, rows in world_of(2).items() if name in ("activities", "inquiries")}
    terms = [
        *(("activities", cs.Term("activity_months", one, "activities")) for one in ("count", "sum", "slope")),
        *(("activities", cs.Term("activities", "clusters", argument=days)) for days in (0.5, 7.0, 30.0)),
        *(("inquiries", cs.Term("inquiry_clusters", one, "inquiries")) for one in ("count", "sum", "max")),
    ]
    features = [
        cs.Feature(f"own_{k}", term, term.view, "A term.", unit="as given", source=own)
        for k, (own, term) in enumerate(terms)
    ]
    compare(world, cs.FeatureSet(tuple(features)))


def test_each_application_is_answered_by_itself_though_ids_repeat() -> None:
    asked = [row | {"application_id": 7} for row in applications(2)]
    rows = [
        {"applicant_id": asked[0]["applicant_id"], "event_time": AS_OF - timedelta(days=k)} for k in (1, 2)
    ]
    world = {"inquiries": rows}
    features = cs.FeatureSet(
        (cs.Feature("asked", cs.Term("inquiries", "count"), "inquiries", "Their count.", unit="count"),)
    )
    query = warehouse_of(world, asked).features_sql(features, "duckdb")
    found = in_duckdb(world, asked).execute(query).fetchall()
    assert sorted(found, key=str) == [("7", 2.0), ("7", None)]


def test_ties_that_need_both_to_agree_are_not_written() -> None:
    found = cs.sql_coverage(cs.social_features().select(["ties_covered"]))
    assert "agreed" in found.left_out["ties_covered"]
    warehouse = cs.Warehouse({"ties": ["person_id", "event_time", "other_id"]})
    with pytest.raises(FeatureError, match="those who agreed to it"):
        warehouse.features_sql(cs.social_features().select(["ties_covered"]), "duckdb")
    features = cs.repayment_features().select(["inquiries_covered"])
    with pytest.raises(ParameterError, match="Leave the table out"):
        warehouse.score_sql(reads(None, features), "duckdb")


def test_a_column_that_is_almost_one_of_the_contract_is_told() -> None:
    warehouse = cs.Warehouse({"inquiries": ["applicant_id", "event_time", "know_time"]})
    (hint,) = warehouse.hints
    assert "inquiries.know_time" in hint
    assert "'known_time'" in hint


def test_rows_that_last_are_not_voided() -> None:
    with pytest.raises(ParameterError, match="'voided_time' cannot be given of the table 'memberships'"):
        cs.Warehouse({"memberships": ["person_id", "event_time", "group_id", "voided_time"]})
