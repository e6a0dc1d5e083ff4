"""Rows are packed for their parts and opened again as they were; a part without values keeps its columns."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest

import creditscore as cs
from creditscore.errors import ParameterError
from creditscore.features.compute import FeatureComputer
from creditscore.spark.job import number_of_parts
from creditscore.spark.packing import opened, pack
from creditscore.spark.reading import AS_EVER

TYPES = {"who": pa.string(), "n": pa.int64(), "at": pa.timestamp("us", "UTC")}


def batches(seed: int, rows: int, parts: int) -> list[pa.RecordBatch]:
    """Rows as Spark hands them over: in a zone of its own, a few at a time."""
    rng, found = np.random.default_rng(seed), []
    for k in range(0, rows, 40):
        n = min(40, rows - k)
        names = [None if rng.random() < 0.1 else f"p{one}" for one in rng.integers(0, 9, n)]
        row = pa.StructArray.from_arrays(
            [
                pa.array(names),
                pa.array(np.arange(k, k + n)),
                pa.array(rng.integers(0, 10**15, n), pa.timestamp("us", "America/Lima")),
            ],
            ["who", "n", "at"],
        )
        part = pa.array(rng.integers(0, parts, n), pa.int32())
        found.append(pa.RecordBatch.from_arrays([part, row], ["part", "row"]))
    return found


def test_packed_rows_come_out_once_each_in_their_part(monkeypatch):
    given = batches(3, 1_000, 7)
    for most in (50_000, 11):
        monkeypatch.setattr("creditscore.spark.packing.MOST_ROWS", most)
        monkeypatch.setattr("creditscore.spark.packing.WAITING_BYTES", 4_000)
        packed = list(pack("payments", TYPES, given))
        for part in range(7):
            mine = [one for one in packed if one.column("part")[0].as_py() == part]
            found = opened({"payments": TYPES, "bills": TYPES}, mine)
            wanted = [
                row | {"at": row["at"].timestamp()}
                for batch in given
                for to, row in zip(batch.column(0).to_pylist(), batch.column(1).to_pylist(), strict=True)
                if to == part
            ]
            got = [row | {"at": row["at"].timestamp()} for row in found["payments"].to_pylist()]
            assert sorted(got, key=lambda row: row["n"]) == wanted
            assert found["bills"].schema.names == list(TYPES)
            assert not found["bills"].num_rows


def test_a_column_of_the_lender_is_there_in_a_part_where_it_is_empty():
    at = np.full(2, np.datetime64("2024-05-01T10:00", "us"))
    branch = cs.Term("payments", "count", column="branch", window="90d")
    own = cs.Feature("own_count", branch, "payments", "Of this test.", "count", source="payments")
    asked = cs.Applications.from_records(
        {"application_id": 1, "applicant_id": "a", "as_of": "2024-05-20T00:00Z"}
    )
    columns = {
        "applicant_id": pa.array(["a", "b"]),
        "event_time": pa.array(at, pa.timestamp("us", "UTC")),
        "amount": pa.array([5.0, 6.0]),
        "branch": pa.array([None, 3.0], pa.float64()),
    }
    both = pa.table(columns)
    computer = FeatureComputer(cs.FeatureSet((own,)))
    whole = computer.compute(asked, cs.Portfolio(payments=both))
    part = computer.compute(asked, AS_EVER.portfolio({"payments": both.slice(0, 1)}))
    assert whole.values.tobytes() == part.values.tobytes()


@pytest.mark.parametrize(("said", "found"), [("auto", 200), ("12", 12), (None, 200), ("0", 200)])
def test_where_spark_chooses_its_partitions_there_are_as_many_parts_as_it_has_by_default(said, found):
    conf = SimpleNamespace(get=lambda name, default: default if said is None else said)
    frame = SimpleNamespace(sparkSession=SimpleNamespace(conf=conf))
    assert number_of_parts(None, frame) == found
    assert number_of_parts(7, frame) == 7
    with pytest.raises(ParameterError, match="parts.*1 or more"):
        number_of_parts(0, frame)
