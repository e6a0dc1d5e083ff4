"""Measures of the graph on two executors are those of one machine, to the bit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import creditscore as cs
from creditscore.errors import NameUnknownError, ParameterError
from creditscore.graph.settings import MEASURES
from tests.graph.test_grid import NOW, PRIVACY, N, world

pytestmark = [
    pytest.mark.long,
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
DATES = [f"2024-{month:02}-01T00:00Z" for month in (1, 2, 3, 5)]
CIRCLES = 4


@pytest.fixture(scope="module")
def society() -> dict[str, pd.DataFrame]:
    """Four circles that no tie joins but one of a shared device; two are joined by ids of one person."""
    parts = [world(seed) for seed in range(CIRCLES)]
    tables = {name: pd.concat([apart(part[name], k) for k, part in enumerate(parts)]) for name in parts[0]}
    rows, random, long_ago = len(tables["payments"]), np.random.default_rng(4), NOW - pd.Timedelta("600D")
    device = {"person_id": 3, "other_id": N + 3, "event_time": long_ago, "layer": "device", "event_id": 9_999}
    tables["ties"] = pd.concat([tables["ties"], pd.DataFrame([device])], ignore_index=True)
    tables["payments"]["counterparty_kind"] = random.choice(["merchant", "person"], rows)
    tables["payments"]["kind"] = "purchase"
    tables["payments"]["category"] = random.choice(["groceries", "travel", "gambling"], rows)
    people = random.integers(0, CIRCLES * N, 500)
    tables["memberships"] = pd.DataFrame(
        {"person_id": people, "group_id": random.integers(0, 15, 500), "event_time": long_ago}
    )
    tables["persons"] = pd.DataFrame(
        {"person_id": [5, 2 * N + 7, 2 * N + 9], "other_id": [4_000, 3 * N + 7, 2 * N + 11],
         "event_time": NOW + pd.to_timedelta([-200, 20, -90], unit="D")}
    )  # fmt: skip
    tables["consents"] = pd.DataFrame(
        {"applicant_id": [1, 2, N + 1], "source": ["ties", "payments", "ties"], "granted_time": long_ago,
         "withdrawn_time": NOW + pd.to_timedelta([-9, -9, 40], unit="D")}
    )  # fmt: skip
    return tables


def apart(table: pd.DataFrame, k: int) -> pd.DataFrame:
    """The same table about other people."""
    ids = [name for name in ("person_id", "other_id", "applicant_id") if name in table]
    moved = table.assign(**{name: table[name] + k * N for name in ids})
    return moved.assign(event_id=table["event_id"] + k * 1_000) if "event_id" in table else moved


@pytest.fixture(scope="module")
def frames(spark, society, tmp_path_factory) -> dict[str, Any]:
    home, found = tmp_path_factory.mktemp("society"), {}
    for name, table in society.items():
        plain = pa.Table.from_pandas(table, preserve_index=False).replace_schema_metadata(None)
        path = str(home / f"{name}.parquet")
        pq.write_table(plain, path, coerce_timestamps="us", allow_truncated_timestamps=True)
        found[name] = spark.read.parquet(path)
    return found


@pytest.fixture(scope="module")
def reading(tmp_path_factory) -> cs.spark.SparkReading:
    secret: Path = tmp_path_factory.mktemp("secret") / "trial.key"
    secret.write_bytes(bytes(range(32)))
    secret.chmod(0o600)
    return cs.spark.SparkReading(privacy_file=str(secret), midnight="instant")


def in_order(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows by subject, measure and date; instants as microseconds."""
    plain = frame.assign(measure=frame["measure"].astype(str))
    for name in ("event_time", "voided_time"):
        if name in plain:
            plain[name] = pd.to_datetime(plain[name], utc=True).astype("datetime64[us, UTC]")
    return plain.sort_values(["subject_id", "measure", "event_time"]).reset_index(drop=True)


def check_same(found: Any, wanted: cs.Measures) -> None:
    ours, theirs = in_order(wanted.to_frame()), in_order(found.toArrow().to_pandas())
    assert list(ours.columns) == list(theirs.columns)
    assert ours["value"].to_numpy().tobytes() == theirs["value"].to_numpy().tobytes()
    pd.testing.assert_frame_equal(ours, theirs, check_exact=True)


def test_measures_of_every_kind_are_those_of_one_machine(society, frames, reading):
    chosen = cs.GraphSettings(min_known=1, measures=tuple(MEASURES), without_layers=("p2p",))
    given = cs.Portfolio(**society, privacy=PRIVACY, midnight="instant")
    wanted = cs.compute_measures(given, DATES, settings=chosen, retention_days={"defaulted_standing": 700})
    assert {block.measure for block in wanted.blocks} == set(MEASURES)
    asked = {"settings": chosen, "retention_days": {"defaulted_standing": 700}, "reading": reading}
    check_same(cs.spark.measures(frames, DATES, parts=3, **asked), wanted)


def test_a_grid_goes_on_from_the_measures_that_are_there(spark, society, frames, reading, tmp_path):
    chosen = cs.GraphSettings(measures=("component_size", "pagerank", "core_number"))
    tables = {name: society[name] for name in ("ties", "persons")}
    before = cs.compute_measures(cs.Portfolio(**tables), DATES[:1], settings=chosen).to_frame()
    gone = before.iloc[:1].assign(subject_id=77_777)
    before = pd.concat([before, gone]).assign(measure=lambda frame: frame["measure"].astype(str))
    wanted = cs.compute_measures(cs.Portfolio(**tables, measures=before), DATES[1:], settings=chosen)
    assert any(np.isnan(block.values).any() for block in wanted.blocks)
    plain = pa.Table.from_pandas(before, preserve_index=False).replace_schema_metadata(None)
    pq.write_table(plain, tmp_path / "measures.parquet", coerce_timestamps="us")
    given = {name: frames[name] for name in tables}
    given["measures"] = spark.read.parquet(str(tmp_path / "measures.parquet"))
    check_same(cs.spark.measures(given, DATES[1:], settings=chosen, reading=reading), wanted)


def test_embeddings_are_those_of_one_machine(society, frames, reading):
    chosen = cs.EmbeddingSettings(min_customers=2)
    tables = {name: society[name] for name in ("payments", "consents")}
    wanted = cs.compute_embeddings(cs.Portfolio(**tables), DATES[:2], settings=chosen)
    assert len(wanted)
    given = {name: frames[name] for name in tables}
    check_same(cs.spark.measures(given, DATES[:2], settings=chosen, reading=reading), wanted)


def test_what_cannot_be_measured_is_refused(frames, reading):
    ask = cs.spark.measures
    with pytest.raises(ParameterError, match="neither ties nor payments"):
        ask({"memberships": frames["memberships"]}, DATES, reading=reading)
    for name, tables in (("pagerank", ("payments",)), ("lookalike_default_share", ("ties", "memberships"))):
        chosen = cs.GraphSettings(measures=(name,))
        with pytest.raises(ParameterError, match="'settings.measures' parameter must be one or more that"):
            ask({one: frames[one] for one in tables}, DATES, settings=chosen, reading=reading)
    with pytest.raises(ParameterError, match="'counterparty_id' and 'category', by which"):
        ask({"ties": frames["ties"]}, DATES, settings=cs.EmbeddingSettings(), reading=reading)
    with pytest.raises(NameUnknownError, match="layer"):
        ask(frames, DATES, settings=cs.GraphSettings(without_layers=("kin",)), reading=reading)
    with pytest.raises(ParameterError, match="names a date twice"):
        ask(frames, [DATES[0], DATES[0]], reading=reading)
    with pytest.raises(ParameterError, match="Choose a finer grid"):
        ask(frames, DATES, retention_days={"defaulted_standing": 30}, reading=reading)
    with pytest.raises(ParameterError, match="privacy_file="):
        ask(frames, DATES)
