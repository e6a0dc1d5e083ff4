"""Scores as one query: features, trees, calibration, points and grade."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from creditscore.data.sources import CONNECTIONS, SOURCES
from creditscore.errors import FeatureError, ParameterError
from creditscore.scoring.model import ScoringModel
from creditscore.warehouse import trees
from creditscore.warehouse.coverage import sql_coverage
from creditscore.warehouse.covering import is_covered
from creditscore.warehouse.dialects import quoted
from creditscore.warehouse.given import Given
from creditscore.warehouse.query import Query
from creditscore.warehouse.reasoning import Reasoning
from creditscore.warehouse.views.plain import BY_AGREEMENT


def score_query(given: Given, model: ScoringModel, reasoning: Reasoning | None = None) -> str:
    """Write the query that scores, as DuckDB reads it but for functions ``CS_``.

    Parameters
    ----------
    given : Given
    model : ScoringModel
    reasoning : Reasoning, optional
        Names the first reason too.

    Raises
    ------
    FeatureError
        If the model reads a feature that is not written in SQL.
    ParameterError
        If it scores under a law, which no query follows.
    """
    _check(given, model)
    columns = _columns_read(model) if reasoning is None else list(range(len(model.computer.names)))
    features = model.computer.features.select([model.computer.names[column] for column in columns])
    coverage = sql_coverage(features)
    if coverage.left_out:
        name, reason = next(iter(coverage.left_out.items()))
        raise FeatureError(
            f"The model reads {len(coverage.left_out)} features that are not written in SQL; "
            f"{name!r}: {reason}. "
            "Fit one on those that sql_coverage lists as written."
        )
    query = Query(given, features)
    found = ", ".join(
        f"{value} AS x{column}" for column, (_, value) in zip(columns, query.found(), strict=True)
    )
    known, flags = query.anything(), "" if reasoning is None else f"{_unread(given, reasoning)}, "
    known = f"{known} AS anything"
    first = f"SELECT asked.application_id, asked.app AS n, {known}, {flags}{found} FROM {query.joined()}"
    steps = [("features_found", first), *_steps(model, columns, reasoning)]
    if reasoning is not None:
        steps += reasoning.steps("scaled")
    before = ", ".join([query.before(), *(f"{name} AS ({text})" for name, text in steps)])
    grade = f"CASE WHEN scored THEN {trees.grade(model.master_scale)} ELSE '' END"
    more = joined = ""
    if reasoning is not None:
        more = ", COALESCE(reason, '') AS reason, COALESCE(reason_feature, '') AS reason_feature"
        joined = " LEFT JOIN first_reasons ON first_reasons.n = scaled.n"
    return (
        f"{before} SELECT application_id, scored, log_odds, probability_of_default, "
        f"{trees.score(model.scale)} AS score, {grade} AS grade{more} FROM scaled{joined} ORDER BY scaled.n"
    )


def _check(given: Given, model: ScoringModel) -> None:
    """Refuse what no query follows."""
    if model.law is not None:
        raise ParameterError(
            "The model scores under a law, which no query follows. Fit it "
            "without, and leave "
            "out of the warehouse what may not be read."
        )
    if given.has(BY_AGREEMENT):
        raise ParameterError(
            f"Whom the table {BY_AGREEMENT!r} gives the minimum data is not asked in SQL: a tie counts for "
            "those who agreed to it. Leave the table out: who has nothing but ties is not scored then."
        )


def _unread(given: Given, reasoning: Reasoning) -> str:
    """Write of each source whether it was connected once and is no more, so that it is no reason."""
    found = []
    for number, source in enumerate(reasoning.columns.sources):
        shown = source in SOURCES and any(given.has(table) for table in SOURCES[source].shown_by)
        text = "0"
        if shown and given.has(CONNECTIONS):
            ever = f"SELECT app FROM known_{CONNECTIONS} WHERE c_source = {quoted(source)} AND t < as_of"
            gone = f"NOT ({is_covered(given, source)}) AND asked.app IN ({ever})"
            text = f"CASE WHEN {gone} THEN 1 ELSE 0 END"
        found.append(f"{text} AS u{number}")
    return ", ".join(found)


def _steps(
    model: ScoringModel, columns: Sequence[int], reasoning: Reasoning | None
) -> Iterator[tuple[str, str]]:
    """From features to log-odds and points, each step over the one before."""
    names = ["application_id", "n", "scored", "cell"]
    start = f"{_scored(model)} AS scored, {trees.cell(model.fitted)} AS cell, CAST(0 AS DOUBLE) AS raw"
    if reasoning is not None:
        gone = reasoning.gone()
        start, columns = ", ".join([start, *gone]), reasoning.moved
        names += [f"{letter}{at}" for letter in "su" for at in range(len(gone))]
    kept = ", ".join([*names, *(f"x{column}" for column in columns)])
    before = "summed"
    yield before, f"SELECT *, {start} FROM features_found"
    for k, (texts, total) in enumerate(trees.sums(model.fitted)):
        rows = f"SELECT *, {texts} FROM {before}"
        before = f"summed_{k}"
        yield before, f"SELECT {kept}, raw + {total} AS raw FROM ({rows}) AS leaves_found"
    slope, intercept = trees.lines(model.fitted)
    yield "lined", f"SELECT *, {slope} AS slope, {intercept} AS intercept FROM {before}"
    log_odds = "CASE WHEN scored THEN slope * raw + intercept END AS log_odds"
    yield "calibrated", f"SELECT *, {log_odds} FROM lined"
    chance = f"{trees.probability()} AS probability_of_default"
    yield "scaled", f"SELECT *, {trees.points(model.scale)} AS points, {chance} FROM calibrated"


def _columns_read(model: ScoringModel) -> list[int]:
    """Columns that decide on a score: of the trees, of the cells, and those of the application."""
    read = set(np.unique(model.fitted.trees.nodes[:, 0]).tolist()) | set(model.application_columns.tolist())
    if model.fitted.cells is not None:
        read |= {column for columns in model.fitted.cells.groups.columns.values() for column in columns}
    return sorted(read)


def _scored(model: ScoringModel) -> str:
    """Write who has the minimum data."""
    attributes = [f"NOT x{column} IS NULL" for column in model.application_columns.tolist()]
    known = " OR ".join(["anything", *attributes])
    if model.minimum is None or not model.read_columns.size:
        return f"({known})"
    there = " + ".join(
        f"CASE WHEN x{column} IS NULL THEN 0 ELSE 1 END" for column in model.read_columns.tolist()
    )
    least = model.minimum.known_share * model.read_columns.size
    return f"({known}) AND {there} >= {trees.number(least)}"
