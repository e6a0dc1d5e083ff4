"""Features, scores, contributions and outcomes of many applications on Spark."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from creditscore._ground.object_stores import any_folder
from creditscore.data.applications import Applications
from creditscore.data.door.clock import instant
from creditscore.data.loans.outcomes import OutcomeRule, labels_of_part
from creditscore.data.portfolio import Portfolio
from creditscore.data.sources import SOURCES
from creditscore.features.compute import FeatureComputer
from creditscore.features.definition import FeatureSet
from creditscore.scoring.in_parts import to_columns_of_arrow
from creditscore.scoring.loading import model_of, read_parts
from creditscore.scoring.mismatch import OnMismatch, check_choice
from creditscore.signing.trust import Trust
from creditscore.spark.given import Given, id_type
from creditscore.spark.job import ModelTexts, OneThread, model_from, number_of_parts, run
from creditscore.spark.reading import AS_EVER, SparkReading

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def score_many(
    model_path: str | Path,
    tables: Mapping[str, DataFrame],
    applications: DataFrame,
    *,
    reading: SparkReading = AS_EVER,
    on_mismatch: OnMismatch = "refuse",
    reasons: bool = False,
    parts: int | None = None,
    trust: Trust | None = None,
) -> DataFrame:
    """Score applications on Spark, to the bits of `CreditPipeline.score_many` on one machine.

    Parameters
    ----------
    model_path : path
        What ``CreditPipeline.save`` wrote, read where this is called; executors need no access to it.
    tables : mapping of str to DataFrame
        The tables of the portfolio by name, with the columns of their contracts. Times are timestamps or
        dates.
    applications : DataFrame
        application_id, applicant_id, as_of, and any attribute.
    reading : SparkReading, optional
        Zone, weekend, where the secret of the standings lies, terms of the sources.
    on_mismatch : {"refuse", "count"}, default "refuse"
        As for `CreditPipeline.score_many`, looked at part by part. A refusal fails the job.
    reasons : bool, default False
        Name the first reason too, as `CreditPipeline.score` does of each application by itself.
    parts : int, optional
        Into how many parts the applicants go, each computed at once in the memory of one task; by default
        ``spark.sql.shuffle.partitions``.
    trust : Trust, optional
        Whose signature the model must have.

    Returns
    -------
    DataFrame
        A row an application, in no order: application_id, status, probability_of_default, score, grade, and
        the ends of the interval where the model has one (probability_low, score_low, probability_high,
        score_high). With `reasons`, also the code of the first reason and the feature that leads it
        (reason_code, reason_feature); empty where nothing cost points that could be told.

    Raises
    ------
    ArtefactError
        If the model cannot be read, or nobody trusted signed it.
    NameUnknownError, ParameterError
        If a table is not declared, or cannot be read part by part.
    MissingExtraError
        If PySpark is not installed (extra ``spark``).
    """
    check_choice(on_mismatch)
    given = Given.checked(tables, applications, reading)
    saved = read_parts(any_folder(model_path), trust)
    bounded = model_of(saved).spread is not None
    ends = ", probability_low double, score_low bigint, probability_high double, score_high bigint"
    scores = "status string, probability_of_default double, score bigint, grade string"
    first = ", reason_code string, reason_feature string"
    schema = f"application_id {id_type(given)}, {scores}{ends if bounded else ''}{first if reasons else ''}"
    asking = partial(_scored, ModelTexts.of(saved), on_mismatch, reasons)
    return run(given, asking, schema, number_of_parts(parts, applications))


def explain(
    model_path: str | Path,
    tables: Mapping[str, DataFrame],
    applications: DataFrame,
    *,
    reading: SparkReading = AS_EVER,
    on_mismatch: OnMismatch = "refuse",
    parts: int | None = None,
    trust: Trust | None = None,
) -> DataFrame:
    """Say on Spark how much each feature added to each log-odds of default.

    Parameters
    ----------
    model_path, tables, applications, reading, on_mismatch, parts, trust
        As for `score_many`.

    Returns
    -------
    DataFrame
        A row an application, in no order: application_id, log_odds, base, and a column for each feature; base
        and features add up to the log-odds within 1e-9. Contributions are stated against the training rows.

    Raises
    ------
    ArtefactError, NameUnknownError, ParameterError, MissingExtraError
        As for `score_many`.
    """
    check_choice(on_mismatch)
    given = Given.checked(tables, applications, reading)
    saved = read_parts(any_folder(model_path), trust)
    names = ("log_odds", "base", *model_of(saved).computer.names)
    asking = partial(_explained, ModelTexts.of(saved), on_mismatch)
    return run(given, asking, _numbers_schema(given, names), number_of_parts(parts, applications))


def features(
    declared: FeatureSet | str | Path,
    tables: Mapping[str, DataFrame],
    applications: DataFrame,
    *,
    reading: SparkReading = AS_EVER,
    parts: int | None = None,
    trust: Trust | None = None,
) -> DataFrame:
    """Compute features on Spark.

    Parameters
    ----------
    declared : FeatureSet or path
        What to compute, or a model folder: the features of that model, under its law.
    tables, applications, reading, parts, trust
        As for `score_many`.

    Returns
    -------
    DataFrame
        A row an application, in no order: application_id and a column for each feature, null where it is
        missing.

    Raises
    ------
    ArtefactError, NameUnknownError, ParameterError, MissingExtraError
        As for `score_many`.
    """
    given = Given.checked(tables, applications, reading)
    if isinstance(declared, FeatureSet):
        names, asking = declared.names, partial(_computed, declared.to_json())
    else:
        saved = read_parts(any_folder(declared), trust)
        names, asking = model_of(saved).computer.names, partial(_computed_for, ModelTexts.of(saved))
    return run(given, asking, _numbers_schema(given, names), number_of_parts(parts, applications))


def label(
    rule: OutcomeRule,
    tables: Mapping[str, DataFrame],
    applications: DataFrame,
    extracted_at: datetime | str | int,
    *,
    reading: SparkReading = AS_EVER,
    parts: int | None = None,
    set_aside: bool = False,
) -> DataFrame:
    """Tell on Spark what became of each application.

    Parameters
    ----------
    rule : OutcomeRule
    tables : mapping of str to DataFrame
        As for `score_many`; those of loans are read.
    applications : DataFrame
        With loan_id.
    extracted_at : datetime with a zone, ISO 8601 text with a zone, or int
        When the tables were extracted; an int is microseconds since 1970-01-01 UTC.
    reading, parts
        As for `score_many`.
    set_aside : bool, default False
        As for `OutcomeRule.label`. A loan of somebody in another part is one that is in no table.

    Returns
    -------
    DataFrame
        A row an application, in no order: application_id, status, bad (1 or 0, null for everything else) and
        worst_dpd.

    Raises
    ------
    NameUnknownError, ParameterError, MissingExtraError
        As for `score_many`.
    """
    read = {name: frame for name, frame in tables.items() if name in SOURCES["loans"].tables}
    given = Given.checked(read, applications, reading)
    schema = f"application_id {id_type(given)}, status string, bad double, worst_dpd double"
    asking = partial(_labelled, rule, instant(extracted_at, "extracted_at"), set_aside)
    return run(given, asking, schema, number_of_parts(parts, applications))


def _scored(
    texts: ModelTexts,
    on_mismatch: OnMismatch,
    reasons: bool,
    applications: Applications,
    portfolio: Portfolio,
) -> Any:
    import pyarrow as pa

    model = OneThread(model_from(texts))
    columns = to_columns_of_arrow(model.score_many(applications, portfolio, on_mismatch=on_mismatch))
    if reasons:
        each = (applications.take([k]) for k in range(len(applications)))
        given = [model.score(one, portfolio).reasons[:1] for one in each]
        columns["reason_code"] = pa.array([one[0].code if one else "" for one in given])
        facts = [one[0].fact if one else None for one in given]
        columns["reason_feature"] = pa.array(["" if fact is None else fact.feature for fact in facts])
    return pa.table(columns)


def _explained(
    texts: ModelTexts, on_mismatch: OnMismatch, applications: Applications, portfolio: Portfolio
) -> Any:
    found = OneThread(model_from(texts)).explain(applications, portfolio, on_mismatch=on_mismatch)
    base = np.broadcast_to(np.asarray(found.base, np.float64), found.log_odds.shape)
    values = {"log_odds": found.log_odds, "base": base}
    names = enumerate(found.feature_names)
    return _numbers(found.application_ids, values | {name: found.values[:, k] for k, name in names})


def _computed(declared: str, applications: Applications, portfolio: Portfolio) -> Any:
    matrix = FeatureComputer(FeatureSet.from_json(declared)).compute(applications, portfolio, threads=1)
    return _numbers(
        matrix.application_ids, {name: matrix.values[:, k] for k, name in enumerate(matrix.names)}
    )


def _computed_for(texts: ModelTexts, applications: Applications, portfolio: Portfolio) -> Any:
    _, matrix, _ = model_from(texts).computed(applications, portfolio, threads=1, on_mismatch="refuse")
    return _numbers(
        matrix.application_ids, {name: matrix.values[:, k] for k, name in enumerate(matrix.names)}
    )


def _labelled(
    rule: OutcomeRule, extracted: int, set_aside: bool, applications: Applications, portfolio: Portfolio
) -> Any:
    import pyarrow as pa

    found = labels_of_part(rule, applications, portfolio, extracted, set_aside=set_aside)
    columns = {
        "application_id": pa.array(list(found.application_ids)),
        "status": pa.array(list(found.status)),
        "bad": pa.array(found.labels, from_pandas=True),
        "worst_dpd": pa.array(found.worst_dpd, from_pandas=True),
    }
    return pa.table(columns)


def _numbers(ids: Any, columns: Mapping[str, Any]) -> Any:
    """Return columns of numbers beside ids, NaN as null, as a table of Arrow."""
    import pyarrow as pa

    kept = {name: pa.array(np.ascontiguousarray(one), from_pandas=True) for name, one in columns.items()}
    return pa.table({"application_id": pa.array(list(ids)), **kept})


def _numbers_schema(given: Given, names: Any) -> str:
    return ", ".join([f"application_id {id_type(given)}", *(f"`{name}` double" for name in names)])
