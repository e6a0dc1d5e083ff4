"""On two executors everything is what it is on one machine, to the bit; a killed executor changes nothing."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pytest

import creditscore as cs
from creditscore.errors import NameUnknownError, ParameterError
from creditscore.monitoring.drift import FrozenBins
from creditscore.scoring.in_parts import to_columns_of_arrow
from tests.features.worlds import PRIVACY, applications, filled, random_world
from tests.people import called
from tests.pipeline.conftest import SMALL, late_people
from tests.spark.frames import asked_of, columns_of, frames_of

pytestmark = [
    pytest.mark.long,
    # of the releases of pandas since 3, which PySpark 4 works with and says so
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
READ = ("payments", "loans", "instalments", "repayments")
AROUND = ("payments", "ties", "memberships", "activities", "standings", "measures")
PEOPLE = 40


class Lent(NamedTuple):
    asked: list[dict[str, Any]]
    applications: cs.Applications
    portfolio: cs.Portfolio
    pipeline: cs.CreditPipeline
    folder: Path
    tables: dict[str, Any]
    frame: Any


@pytest.fixture(scope="module")
def lent(spark, tmp_path_factory) -> Lent:
    """A lender with few tables, on one machine and on Spark."""
    world = {name: rows for name, rows in filled(random_world(5, PEOPLE)).items() if name in READ}
    asked = applications(PEOPLE)
    of_loans = {row["applicant_id"]: row["loan_id"] for row in world["loans"]}
    asked = [one | {"loan_id": of_loans.get(one["applicant_id"])} for one in asked]
    given, portfolio = cs.Applications.from_records(asked), cs.Portfolio.from_records(world)
    pipeline = cs.CreditPipeline(scorer=cs.CreditScorer(**SMALL))
    pipeline.fit(given, portfolio, late_people(world, PEOPLE))
    home = tmp_path_factory.mktemp("lent")
    pipeline.save(home / "model")
    tables, frame = frames_of(spark, world, home), asked_of(spark, asked, home)
    return Lent(asked, given, portfolio, cs.load(home / "model"), home / "model", tables, frame)


@pytest.fixture(scope="module")
def whole(lent) -> dict[str, list[Any]]:
    return plain(to_columns_of_arrow(lent.pipeline.score_many(lent.applications, lent.portfolio)))


def plain(columns: dict[str, Any]) -> dict[str, list[Any]]:
    return {name: column.to_pylist() for name, column in columns.items()}


def nulls(values: np.ndarray) -> list[Any]:
    return [None if np.isnan(value) else value for value in values.tolist()]


def test_scores_by_people_around_an_applicant_are_those_of_one_machine(spark, tmp_path):
    """Ties, groups, standings and further ids of people of other parts come to the part of an applicant."""
    world, at = random_world(3, 60), applications()[0]["as_of"]
    several = [
        {"person_id": called(k), "other_id": called(k + 1), "event_time": at.replace(year=2021)}
        for k in (3, 4, 50)
    ]
    withdrawn = [
        {"applicant_id": called(k), "source": "ties", "granted_time": at.replace(year=2020),
         "withdrawn_time": at.replace(year=2022, month=3)}
        for k in (7, 8)
    ]  # fmt: skip
    kept = {name: rows for name, rows in world.items() if name in AROUND}
    kept |= {"persons": several, "consents": withdrawn}
    (tmp_path / "trial.key").write_bytes(bytes(range(32)))
    (tmp_path / "trial.key").chmod(0o600)
    asked = applications(60)
    given, portfolio = cs.Applications.from_records(asked), cs.Portfolio.from_records(kept, privacy=PRIVACY)
    pipeline = cs.CreditPipeline(scorer=cs.CreditScorer(**SMALL))
    pipeline.fit(given, portfolio, np.arange(60) % 3 == 0).save(tmp_path / "model")
    reading = cs.spark.SparkReading(privacy_file=str(tmp_path / "trial.key"))
    frames = frames_of(spark, kept, tmp_path), asked_of(spark, asked, tmp_path)
    found = columns_of(cs.spark.features(tmp_path / "model", *frames, reading=reading))
    matrix = cs.load(tmp_path / "model").compute_features(given, portfolio)
    for k, name in enumerate(matrix.names):
        assert found[name] == nulls(matrix.values[:, k]), name


def test_scores_are_those_of_one_machine(spark, lent, whole):
    found = columns_of(cs.spark.score_many(lent.folder, lent.tables, lent.frame, reasons=True))
    assert {name: found[name] for name in whole} == whole
    given = [lent.pipeline.score(one, lent.portfolio).reasons for one in lent.asked]
    assert found["reason_code"] == [one[0].code if one else "" for one in given]
    assert found["reason_feature"] == [one[0].fact.feature if one else "" for one in given]
    assert len(set(found["reason_code"])) >= 3
    check_imports(spark)


def check_imports(spark: Any) -> None:
    """Executors have scored, so what they have loaded is what scoring takes."""

    def loaded(batches):
        import sys

        list(batches)
        yield pa.RecordBatch.from_pydict({"name": sorted(sys.modules)})

    everywhere = spark.range(2, numPartitions=2).mapInArrow(loaded, "name string")
    names = {row["name"] for row in everywhere.collect()}
    foreign = {"lightgbm", "sklearn", "shap", "networkx", "matplotlib"}
    own = {"creditscore.pipeline", "creditscore.report", "creditscore.deciding", "creditscore.assess"}
    assert "creditscore.scoring.model" in names
    assert not names & (foreign | own)


def test_features_are_those_of_one_machine(lent):
    found = columns_of(cs.spark.features(lent.folder, lent.tables, lent.frame, parts=2))
    matrix = lent.pipeline.compute_features(lent.applications, lent.portfolio)
    assert list(found) == ["application_id", *matrix.names]
    for k, name in enumerate(matrix.names):
        assert found[name] == nulls(matrix.values[:, k]), name


def test_contributions_are_those_of_one_machine(lent):
    found = columns_of(cs.spark.explain(lent.folder, lent.tables, lent.frame, parts=2))
    wanted = lent.pipeline.explain(lent.applications, lent.portfolio)
    assert found["log_odds"] == wanted.log_odds.tolist()
    for k, name in enumerate(wanted.feature_names):
        assert found[name] == wanted.values[:, k].tolist(), name


def test_outcomes_are_those_of_one_machine(lent):
    rule, at = cs.OutcomeRule(window="180d"), "2024-06-01T00:00Z"
    found = columns_of(cs.spark.label(rule, lent.tables, lent.frame, at, parts=2))
    wanted = rule.label(lent.applications, lent.portfolio, at)
    assert found["status"] == list(wanted.status)
    assert found["bad"] == nulls(wanted.labels)
    assert found["worst_dpd"] == nulls(wanted.worst_dpd)


def test_records_say_what_they_say_on_one_machine_and_replay(lent):
    policy = cs.Policy("trial", "1", cutoff=560)
    few = lent.frame.where("application_id < 4")
    found = columns_of(cs.spark.decide(lent.folder, lent.tables, few, policy, parts=2))
    pipeline = cs.load(lent.folder)
    for k, text in enumerate(found["record"]):
        record = cs.DecisionRecord.from_json(text)
        alone = pipeline.decide(lent.applications.take([k]), lent.portfolio, policy=policy)
        for part in ("status", "decision", "score", "probability_of_default"):
            assert getattr(record, part) == getattr(alone, part), part
        assert record.content["reasons"] == alone.content["reasons"]
        assert record.content["inputs"]["tables"] == alone.content["inputs"]["tables"]


def test_drift_is_that_of_one_machine(lent):
    scores = lent.pipeline.score_many(lent.applications, lent.portfolio)
    matrix = lent.pipeline.compute_features(lent.applications, lent.portfolio)
    columns = {
        "score": scores.score,
        "grade": list(scores.grade),
        matrix.names[3]: matrix.values[:, 3],
    }
    twice = {name: [*values, *values] for name, values in columns.items()}
    bins = FrozenBins.learned(twice)
    found = cs.spark.monitor(lent.folder, lent.tables, lent.frame, bins, parts=2)
    assert found == bins.compare(columns)


def test_an_executor_that_is_killed_changes_nothing(spark, lent, whole):
    if os.environ.get("SPARK_REMOTE"):
        pytest.skip("Spark Connect does not tell which processes are its executors")
    found: list[Any] = []
    frame = cs.spark.score_many(lent.folder, lent.tables, lent.frame, parts=6)
    working = threading.Thread(target=lambda: found.append(columns_of(frame)))
    working.start()
    tracker, killed = spark.sparkContext.statusTracker(), 0
    while working.is_alive() and not killed:
        stages = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]
        if any(stage is not None and stage.numCompletedTasks for stage in stages):
            killed = executors_of(spark)[0]
            os.kill(killed, signal.SIGKILL)
        time.sleep(0.05)
    working.join(240.0)
    assert killed
    assert found == [whole]


def executors_of(spark: Any) -> list[int]:
    """Processes of the executors of this session."""
    marks = b"CoarseGrainedExecutorBackend", spark.sparkContext.applicationId.encode()
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            said = path.read_bytes()
        except OSError:
            continue
        if all(mark in said for mark in marks):
            found.append(int(path.parent.name))
    return sorted(found)


def test_one_applicant_with_very_many_rows_goes_to_one_part_and_comes_back(spark, lent, tmp_path):
    n = 300_000
    at = np.datetime64("2021-01-01", "us") + np.arange(n) * np.timedelta64(60, "s")
    many = pa.table(
        {
            "applicant_id": pa.array(np.where(np.arange(n) % 1000, "heavy", "light")),
            "event_time": pa.array(at, pa.timestamp("us", "UTC")),
            "amount": pa.array(np.round(np.random.default_rng(5).normal(size=n), 2)),
        }
    )
    at = lent.asked[0]["as_of"]
    people = enumerate(("heavy", "light", "nobody"))
    asked = [{"application_id": k, "applicant_id": who, "as_of": at} for k, who in people]
    chosen = cs.payment_features().select(["payments_inflow_count_90d", "payments_inflow_sum_90d"])
    given = {"payments": spark.createDataFrame(many)}, asked_of(spark, asked, tmp_path)
    found = columns_of(cs.spark.features(chosen, *given))
    one_machine = cs.Applications.from_records(asked), cs.Portfolio(payments=many)
    matrix = cs.CreditPipeline([chosen]).compute_features(*one_machine)
    for k, name in enumerate(matrix.names):
        assert found[name] == nulls(matrix.values[:, k])


def test_what_cannot_be_read_part_by_part_is_refused_before_anything_runs(spark, lent, tmp_path):
    ask = cs.spark.score_many
    with pytest.raises(NameUnknownError, match="payment"):
        ask(lent.folder, {"payment": lent.frame}, lent.frame)
    with pytest.raises(ParameterError, match="a DataFrame of Spark"):
        ask(lent.folder, {"payments": []}, lent.frame)
    as_text = lent.tables["payments"].selectExpr("applicant_id", "string(event_time) event_time", "amount")
    with pytest.raises(ParameterError, match="payments.event_time.*a timestamp or a date"):
        ask(lent.folder, {"payments": as_text}, lent.frame)
    short = lent.tables["payments"].drop("amount")
    with pytest.raises(ParameterError, match="payments.amount is required"):
        ask(lent.folder, {"payments": short}, lent.frame)
    standing = [{"person_id": called(1), "event_time": lent.asked[0]["as_of"], "standing": "good"}]
    of_standings = frames_of(spark, {"standings": standing}, tmp_path)
    with pytest.raises(ParameterError, match="privacy_file="):
        ask(lent.folder, lent.tables | of_standings, lent.frame)
    halves = lent.frame.selectExpr("applicant_id person_id", "as_of event_time", "2.0D other_id")
    with pytest.raises(ParameterError, match="ties.other_id.*text or whole numbers"):
        ask(lent.folder, lent.tables | {"ties": halves}, lent.frame)
    numbered = [{"applicant_id": 7, "event_time": lent.asked[0]["as_of"]}]
    of_numbers = frames_of(spark, {"inquiries": numbered}, tmp_path)
    with pytest.raises(ParameterError, match="by text and by whole numbers"):
        ask(lent.folder, lent.tables | of_numbers, lent.frame)


def test_an_application_of_two_people_and_rows_of_nobody_fail_the_job(spark, lent, tmp_path):
    from pyspark.errors import PySparkException

    at = lent.asked[0]["as_of"]
    chosen = cs.payment_features().select(["payments_inflow_count_90d"])
    paid = [{"applicant_id": who, "event_time": at, "amount": 1.0} for who in ("a", None)]
    asked = [{"application_id": k, "applicant_id": who, "as_of": at} for k, who in enumerate("ac")]
    doubled = [one | {"application_id": one["application_id"] // 2} for one in asked]
    tables = frames_of(spark, {"payments": paid[:1]}, tmp_path / "whole")
    nobodys = frames_of(spark, {"payments": paid}, tmp_path / "nobodys")
    for given, frame, said in (
        (tables, asked_of(spark, doubled, tmp_path / "doubled"), "application_id 0 must not repeat"),
        (nobodys, asked_of(spark, asked, tmp_path), "payments.applicant_id: is required and missing"),
    ):
        with pytest.raises(PySparkException, match=said):
            cs.spark.features(chosen, given, frame, parts=3).toArrow()


def test_applications_that_are_others_each_time_fail_the_job(spark, lent):
    from pyspark.errors import PySparkException

    chosen = cs.payment_features().select(["payments_inflow_count_90d"])
    some = lent.frame.repartition(5).limit(9)
    with pytest.raises(PySparkException, match="were others each time"):
        cs.spark.features(chosen, lent.tables, some, parts=3).toArrow()
