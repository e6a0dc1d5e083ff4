"""From features to stored rows: numbers by hand, hashes by hand, and nothing that is not listed counts."""

from __future__ import annotations

import hashlib
import json
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest

import creditscore as cs
from creditscore.deciding.evidence import opened
from creditscore.deciding.lineage import lineage_of


@pytest.fixture(scope="module")
def decided() -> tuple[cs.CreditPipeline, dict[str, Any]]:
    made = cs.simulate.simulate_portfolio(cs.simulate.SimulationConfig(people=400), seed=1)
    applications, portfolio = made.to_applications(), made.portfolio()
    features = [cs.payment_features(), cs.repayment_features()]
    scorer = cs.CreditScorer(n_estimators=30)
    pipeline = cs.CreditPipeline(features, scorer=scorer, threads=1)
    pipeline.fit(applications, portfolio, made.bad(portfolio))
    record = pipeline.decide(applications.take([5]), portfolio).to_dict()
    return pipeline, record


@pytest.fixture(scope="module")
def lineage(decided) -> dict[str, Any]:
    return lineage_of(decided[0].model, decided[1])


def numbers(runs: list[list[int]]) -> list[int]:
    return [number for first, last in runs for number in range(first, last + 1)]


def test_every_feature_that_moved_the_score_is_there_and_no_other(decided, lineage) -> None:
    moved = {line["name"] for line in decided[1]["features"] if line["contribution"]}
    assert moved
    assert {one["name"] for one in lineage["features"]} == moved


def test_rows_within_a_window_are_those_by_hand(decided, lineage) -> None:
    """Of the view of payments as they flow: a row lies within ``[as_of - window, as_of)``."""
    record = decided[1]
    as_of = datetime.fromisoformat(record["as_of"])
    rows = record["inputs"]["tables"]["payments"]
    tried = 0
    for feature in lineage["features"]:
        for term in feature["terms"]:
            if term["view"] == "flows" and (term["window"] or "").endswith("d"):
                since = as_of - timedelta(days=int(term["window"][:-1]))
                within = [r["event_id"] for r in rows if datetime.fromisoformat(r["event_time"]) >= since]
                assert set(numbers(term["rows"])) <= set(within)
                assert len(within) - len(numbers(term["rows"])) <= len(within) / 3  # not settled, or no flow
                tried += 1
    assert tried > 5


def test_hashes_are_those_of_the_stored_rows(decided, lineage) -> None:
    for table, hashes in lineage["rows"].items():
        stored = decided[1]["inputs"]["tables"].get(table, []) + decided[1]["inputs"]["others"].get(table, [])
        assert len(hashes) == len(stored)
        for row in stored:
            text = json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            assert hashes[str(row["event_id"])] == hashlib.sha256(text.encode()).hexdigest()


def test_a_feature_comes_out_the_same_from_the_tables_that_it_names_alone(decided, lineage) -> None:
    """Without the rows of every other table, but for what says which source was there."""
    pipeline, record = decided
    computer = pipeline.model.computer
    values = {line["name"]: line["value"] for line in record["features"]}
    by_tables: dict[tuple[str, ...], list[str]] = {}
    for one in lineage["features"]:
        read = tuple(sorted({table for term in one["terms"] for table in term["tables"]}))
        by_tables.setdefault(read, []).append(one["name"])
    assert len(by_tables) > 2
    for read, names in by_tables.items():
        inputs = deepcopy(record["inputs"])
        for part in ("tables", "others"):
            for table in inputs[part]:
                if table not in (*read, "connections", "consents"):
                    inputs[part][table] = []
        found = computer.compute(*opened(inputs), threads=1)
        for name in names:
            value = found.values[0, found.names.index(name)]
            assert (None if np.isnan(value) else value) == values[name], (name, read)


def test_versions_of_features_and_views_and_the_hash_of_the_declaration_are_named(decided, lineage) -> None:
    declared = {feature.name: feature for feature in decided[0].model.computer.features}
    for one in lineage["features"]:
        plain = declared[one["name"]].to_dict()
        assert one["version"] == plain["version"]
        assert {term["view"]: term["version"] for term in one["terms"]} == plain["views"]
        text = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert one["declaration_sha256"] == hashlib.sha256(text.encode()).hexdigest()
