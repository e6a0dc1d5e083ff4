"""Decisions on many applications on Spark: a record of each, as text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from creditscore._ground.instants import moment_or_now
from creditscore._ground.object_stores import any_folder
from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.data.tables.parties import PARTIES
from creditscore.errors import ParameterError
from creditscore.scoring.loading import read_parts
from creditscore.signing.trust import Trust
from creditscore.spark.given import Given, id_type
from creditscore.spark.job import ModelTexts, model_from, number_of_parts, run
from creditscore.spark.reading import AS_EVER, SparkReading

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from creditscore.policy.rules import Policy


def decide(
    model_path: str | Path,
    tables: Mapping[str, DataFrame],
    applications: DataFrame,
    policy: Policy,
    *,
    reading: SparkReading = AS_EVER,
    decided_at: datetime | None = None,
    parts: int | None = None,
    trust: Trust | None = None,
) -> DataFrame:
    """Decide on applications on Spark, each by itself, and write the record of each as text.

    A record has an id and a pseudonym of its own, drawn when Spark computes it. Spark computes a DataFrame
    anew each time something is asked of it, so write this one once (``.write.parquet``) and go on with what
    was written.

    Parameters
    ----------
    model_path, tables, applications, reading, parts, trust
        As for `score_many`.
    policy : Policy
        Decides.
    decided_at : datetime, optional
        With a zone; when this is called by default.

    Returns
    -------
    DataFrame
        A row an application, in no order: application_id, status, decision, score, and record, the JSON of
        the decision record, which `DecisionRecord.from_json` reads, `replay` repeats and `verify` checks.

    Raises
    ------
    ParameterError
        If the table ``parties`` is given: people who apply together are judged together, on one machine.
    ArtefactError, NameUnknownError, MissingExtraError
        As for `score_many`.
    """
    if PARTIES in tables:
        raise ParameterError(
            "The table parties is given, and people who apply together are decided on together: decide on "
            "their applications with CreditPipeline.decide_together, and leave the table out here."
        )
    when = moment_or_now(decided_at, "decided_at")
    given = Given.checked(tables, applications, reading)
    texts = ModelTexts.of(read_parts(any_folder(model_path), trust))
    schema = (
        f"application_id {id_type(given)}, status string, decision string, score bigint, record string"
    )
    asking = partial(_decided, texts, policy.to_json(), when)
    return run(given, asking, schema, number_of_parts(parts, applications))


def _decided(
    texts: ModelTexts, policy: str, decided_at: datetime, applications: Applications, portfolio: Portfolio
) -> Any:
    import pyarrow as pa

    from creditscore.deciding.jointly import decide as decide_on
    from creditscore.policy.rules import Policy

    model, rules, files = model_from(texts), Policy.from_json(policy), dict(texts.files)
    records = [
        decide_on(
            model, applications.take([k]), portfolio, policy=rules, files=files, decided_at=decided_at
        )[0]
        for k in range(len(applications))
    ]
    columns = {
        "application_id": pa.array(list(applications.application_ids)),
        "status": pa.array([one.status for one in records]),
        "decision": pa.array([one.decision for one in records]),
        "score": pa.array([one.score for one in records], pa.int64()),
        "record": pa.array([one.to_json() for one in records]),
    }
    return pa.table(columns)
