"""Scores by SQL are those of the library: trees leaf by leaf, and a fitted lender from tables to grades."""

from __future__ import annotations

import warnings
from contextlib import closing
from functools import cache
from types import SimpleNamespace
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest

import creditscore as cs
from creditscore.errors import FeatureError, OutcomeCarriedWarning, ParameterError
from creditscore.features.compute import FeatureComputer
from creditscore.model.affine import AffineCalibration
from creditscore.model.cells import Cells
from creditscore.model.column_groups import ColumnGroups
from creditscore.model.fitted import FittedModel
from creditscore.model.scorer import CreditScorer
from creditscore.warehouse import trees
from tests.features.repayment_portfolios import random_lending
from tests.warehouse.stored import in_duckdb, in_postgres, warehouse_of

QUICK: dict[str, Any] = {"n_estimators": 60, "learning_rate": 0.2, "threads": 1}


def matrix(n: int, seed: int) -> np.ndarray:
    """Quantities with gaps, zeros and ties, and a label whose numbers are large."""
    rng = np.random.default_rng(seed)
    X = np.round(rng.normal(size=(n, 4)), 1)
    X[rng.random(X.shape) < 0.15] = np.nan
    label = rng.choice([2.0**41 + 7.0, 5.0, 123456789.0, np.nan], n)
    return np.column_stack([X, label])


@cache
def fitted_model(seed: int) -> FittedModel:
    X, rng = matrix(800, seed), np.random.default_rng(seed + 1)
    z = np.nan_to_num(X[:, 0]) - np.nan_to_num(X[:, 1]) + (X[:, 4] == 5.0) + rng.normal(size=len(X))
    scorer = CreditScorer(signs=[1, -1, 0, 0, 0], categorical_features=[4], **QUICK)
    return scorer.fit(X, (z > 0.5).astype(float)).model_


def in_table(X: np.ndarray) -> Any:
    connection = duckdb.connect()
    frame = pd.DataFrame({f"x{k}": column for k, column in enumerate(X.T)})
    connection.register("given", frame)
    numbers = ", ".join(f"CASE WHEN isnan(x{k}) THEN NULL ELSE x{k} END AS x{k}" for k in range(X.shape[1]))
    connection.execute(f"CREATE TABLE rows AS SELECT row_number() OVER () AS n, {numbers} FROM given")
    return connection


def test_every_tree_adds_the_leaf_that_it_adds_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trees, "_AT_A_TIME", 7)
    seed = 1
    model = fitted_model(seed)
    X = np.vstack([matrix(400, seed + 9), np.full((1, 5), np.nan), [[0.0, -0.0, 1e-36, 1e300, 6.0]]])
    rows = "SELECT *, CAST(0 AS DOUBLE) AS raw FROM rows"
    parts = list(trees.sums(model))
    for texts, total in parts:
        rows = f"SELECT * EXCLUDE (raw), raw + {total} AS raw FROM (SELECT *, {texts} FROM ({rows}))"
    found = in_table(X).execute(f"SELECT raw FROM ({rows}) ORDER BY n").df()["raw"].to_numpy()
    assert len(parts) > 1
    np.testing.assert_array_equal(found, model.raw_log_odds(X))


def test_lines_points_and_grades_are_those_of_the_scale() -> None:
    model = fitted_model(1)
    common = AffineCalibration(1.1, 0.2)
    groups = ColumnGroups({"own": (0, 1), "other's": (2,)})
    cells = Cells(
        groups, {"own": AffineCalibration(0.9, -0.3), "own+other's": AffineCalibration(1.3, 0.1)}, common
    )
    model = FittedModel(model.model_text, model.signs, model.categories, common, model.feature_names, cells)
    X, scale, master = matrix(300, 4), cs.ScoreScale(), cs.MasterScale()
    slope, intercept = trees.lines(model)
    log_odds = (
        f"SELECT n, ({slope}) * 2.0 + ({intercept}) AS log_odds FROM (SELECT *, "
        f"{trees.cell(model)} AS cell FROM rows)"
    )
    points = (
        f"SELECT *, {trees.points(scale)} AS points, {trees.probability()} AS "
        f"probability_of_default FROM ({log_odds})"
    )
    found = (
        in_table(X)
        .execute(
            f"SELECT *, {trees.score(scale)} AS score, {trees.grade(master)} AS grade FROM ({points}) "
            "ORDER BY n"
        )
        .df()
    )
    slopes, intercepts = cells.of(X)
    truth = slopes * 2.0 + intercepts
    np.testing.assert_array_equal(found["log_odds"], truth)
    np.testing.assert_array_equal(found["score"], scale.score(truth))
    np.testing.assert_array_equal(found["grade"], master.grade(scale.probability(truth)))


@pytest.mark.parametrize("points", [600.5, 601.5, 599.4999, 600.50001, -50.5, 2000.0, 0.5])
def test_points_are_rounded_half_to_even_and_kept_on_the_scale(points: float) -> None:
    scale = cs.ScoreScale()
    truth = min(max(round(points), scale.minimum), scale.maximum)
    query = f"SELECT {trees.score(scale)} FROM (SELECT CAST({points!r} AS DOUBLE) AS points)"
    assert duckdb.connect().execute(query).fetchone() == (truth,)


@pytest.mark.parametrize("bound", cs.MasterScale().bounds)
def test_a_probability_on_the_bound_of_a_grade_has_the_grade_above_it(bound: float) -> None:
    master = cs.MasterScale()
    for value in (bound, np.nextafter(bound, 0.0)):
        query = (
            f"SELECT {trees.grade(master)} FROM (SELECT CAST({trees.number(value)} AS DOUBLE) AS "
            "probability_of_default)"
        )
        assert duckdb.connect().execute(query).fetchone() == (master.grade_of(float(value)),)


def every_late(applications: cs.Applications, portfolio: cs.Portfolio) -> np.ndarray:
    worst = cs.repayment_features().select(["repayment_worst_dpd_ever"])
    return FeatureComputer(worst).compute(applications, portfolio).values[:, 0]


@pytest.mark.long
def test_a_lender_is_scored_alike_from_tables_to_grades(request: pytest.FixtureRequest) -> None:
    world, asked = random_lending(3, 120)
    world = {name: rows for name, rows in world.items() if name != "payments"}
    features = cs.repayment_features()
    features = features.select(cs.sql_coverage(features).written[::3])
    portfolio, applications = cs.Portfolio.from_records(world), cs.Applications.from_records(asked)
    late = every_late(applications, portfolio)
    noise = np.random.default_rng(0).normal(size=len(asked))
    pipeline = cs.CreditPipeline(features=[features], scorer=cs.CreditScorer(**QUICK))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", OutcomeCarriedWarning)
        pipeline.fit(applications, portfolio, (np.nan_to_num(late) / 30 - 1 + noise > 0).astype(float))
    truth = pipeline.score_many(applications, portfolio)
    assert 0 < truth.scored.sum() < len(asked)
    assert len({*truth.grade}) > 2
    server = request.getfixturevalue("server")
    warehouse = warehouse_of(world, asked)
    for engine, connection in (
        ("duckdb", in_duckdb(world, asked)),
        ("postgres", in_postgres(server, world, asked)),
    ):
        with closing(connection):
            rows = connection.execute(warehouse.score_sql(pipeline, engine)).fetchall()
        found = {str(row[0]): row[1:] for row in rows}
        for k, row in enumerate(asked):
            scored, log_odds, probability, score, grade = found[str(row["application_id"])]
            assert scored == truth.scored[k]
            assert grade == truth.grade[k]
            if scored:
                assert score == truth.score[k]
                assert log_odds == pytest.approx(truth.log_odds[k], abs=1e-12)
                assert probability == pytest.approx(truth.probability_of_default[k], abs=1e-12)
            else:
                assert score is None


def reads(law: object, features: cs.FeatureSet) -> Any:
    """What a query asks of a model whose trees read one feature."""
    fitted = SimpleNamespace(trees=SimpleNamespace(nodes=np.zeros((1, 4), int)), cells=None)
    computer = SimpleNamespace(features=features, names=features.names)
    model = SimpleNamespace(law=law, fitted=fitted, computer=computer, application_columns=np.empty(0, int))
    return SimpleNamespace(model=model)


@pytest.mark.parametrize(
    ("law", "error", "message"),
    [
        (None, FeatureError, "Fit one on those that sql_coverage lists as written"),
        (object(), ParameterError, "under a law, which no query follows"),
    ],
)
def test_a_model_that_no_query_follows_is_refused(law: object, error: type[Exception], message: str) -> None:
    features = cs.payment_features().select(["payments_salary_found"])
    warehouse = cs.Warehouse({"payments": ["applicant_id", "event_time", "amount"]})
    with pytest.raises(error, match=message):
        warehouse.score_sql(reads(law, features), "duckdb")
