"""Many rows are stored packed: the same rows to the bit, read by two paths, and refused where damaged."""

from __future__ import annotations

import base64
import json
import struct
import zlib
from copy import deepcopy

import jsonschema
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import creditscore as cs
from creditscore._ground.instants import NEVER
from creditscore.data.stored import packed as module
from creditscore.data.stored import table as tables
from creditscore.data.stored.packed import Column, cells_of, packed, unpacked
from creditscore.data.stored.table import rows_of
from creditscore.deciding import payments
from creditscore.errors import ArtefactError
from creditscore.verify import rows as second
from creditscore.verify.decision import verify_record

NUMBERS = st.floats() | st.sampled_from([0.0, -0.0, 1e-300, 0.1, 2.0**53, -(2.0**53), 12.34, 1e300])
TIMES = st.integers(-2 * 10**15, 7 * 10**15) | st.just(NEVER)


def bits(value):
    return None if value is None else struct.pack("<d", value)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(NUMBERS, st.integers(-200_000, 200_000), TIMES, st.integers(-1, 2)), min_size=1))
def test_cells_come_back_to_the_bit_on_both_paths(rows):
    numbers, cents, times, codes = (list(column) for column in zip(*rows, strict=True))
    columns = {
        "a": Column("number", np.array(numbers)),
        "b": Column("number", np.array(cents) / 100),
        "c": Column("time", np.array(times, np.int64)),
        "d": Column("label", np.array(codes, np.int32), ("x", 7, "\u0627")),
        "e": Column("whole", np.arange(len(rows))),
    }
    stored = json.loads(json.dumps(packed(columns, len(rows))))
    first = {name: cells_of(column) for name, column in unpacked(stored).items()}
    other = second.columns_of(stored)
    expected = [None if n != n else n for n in numbers]
    for found in (first, other):
        assert [*map(bits, found["a"])] == [*map(bits, expected)]
        assert found["b"] == [c / 100 for c in cents]
        assert found["d"] == [("x", 7, "\u0627", None)[code] for code in codes]
        assert found["e"] == list(range(len(rows)))
    written = [None if t == NEVER else f"{np.datetime64(t, 'us').item().isoformat()}+00:00" for t in times]
    assert other["c"] == written
    assert first["c"] == [None if t == NEVER else t for t in times]


def damaged():
    stored = packed(
        {"a": Column("number", np.arange(50.0)), "d": Column("label", np.zeros(50, int), ("x",))}, 50
    )
    whole = base64.b64decode(stored["content"])
    content = {
        "cut short": whole[:-5],
        "longer": whole + b"x",
        "a bomb": zlib.compress(b"0" * 50_000_000),
        "no zlib": b"x" * 50,
        "a flipped bit": whole[:20] + bytes([whole[20] ^ 1]) + whole[21:],
        "a label that is not there": zlib.compress(zlib.decompress(whole)[:-200] + b"\x09" * 200),
    }
    for what, octets in content.items():
        yield what, stored | {"content": base64.b64encode(octets).decode()}
    yield "no base 64", stored | {"content": "!!!!"}
    yield "more rows", stored | {"rows": 51}
    yield "very many rows", stored | {"rows": 10**15}
    yield "no number of rows", stored | {"rows": "50"}
    yield "true rows", stored | {"rows": True}
    yield "an unknown kind", stored | {"columns": [{"name": "a", "kind": "code"}, stored["columns"][1]]}
    yield "no columns", stored | {"columns": None}


@pytest.mark.parametrize(("what", "stored"), list(damaged()))
def test_what_is_damaged_is_refused_on_both_paths(what, stored):
    with pytest.raises(ArtefactError, match=r"damaged|too many"):
        unpacked(stored)
    if what != "an unknown kind":
        with pytest.raises((ValueError, TypeError, KeyError)):
            second.columns_of(stored)


@pytest.fixture
def pack_all(monkeypatch):
    def start():
        monkeypatch.setattr(tables, "MANY", 1)
        monkeypatch.setattr(payments, "MANY", 1)

    return start


def unpacked_record(content):
    """The same record with its rows one by one."""
    plain = deepcopy(content)
    for part in ("tables", "others"):
        plain["inputs"][part] = {n: rows_of(n, t) for n, t in plain["inputs"][part].items()}
    plain["payments"] = payments.listed(plain["payments"])
    return plain


def test_a_record_with_packed_rows_says_the_same(case, pack_all):
    policy = cs.Policy("consumer", "1", cutoff=560)
    chosen = range(0, 60, 6)
    usual = [case.pipeline.decide(case.asked[k], case.portfolio, policy=policy) for k in chosen]
    pack_all()
    again = [case.pipeline.decide(case.asked[k], case.portfolio, policy=policy) for k in chosen]
    assert sum("columns/1" in record.to_json() for record in again) > 5
    for one, other in zip(usual, again, strict=True):
        plain, read = one.to_dict(), unpacked_record(other.to_dict())
        for name in ("decision_id", "subject", "decided_at", "sha256"):
            plain.pop(name), read.pop(name)
        for record in (plain, read):
            for source in record["sources"].values():
                source.pop("sha256")
        assert plain == read
        for part in ("tables", "others"):
            for name, stored in other.content["inputs"][part].items():
                assert second.rows_of(stored) == one.content["inputs"][part][name]


def test_a_record_with_packed_rows_is_replayed_verified_and_reported(case, pack_all):
    pack_all()
    for k in range(0, 60, 12):
        record = case.pipeline.decide(case.asked[k], case.portfolio)
        jsonschema.validate(record.to_dict(), cs.DecisionRecord.schema())
        assert cs.DecisionRecord.from_json(record.to_json()) == record
        assert cs.replay_decision(record, case.pipeline.model) is None
        found = verify_record(record.to_dict())
        assert found.passed, str(found)
        assert cs.decision_report(record).to_html()


def test_packed_rows_that_were_changed_are_found(case, pack_all):
    pack_all()
    record = next(
        record
        for k in range(60)
        if "payments"
        in (record := case.pipeline.decide(case.asked[k], case.portfolio)).content["inputs"]["tables"]
    )
    content = record.to_dict()
    stored = content["inputs"]["tables"]["payments"]
    columns = unpacked(stored)
    amounts = columns["amount"].cells.copy()
    amounts[0] += 1
    content["inputs"]["tables"]["payments"] = packed(
        columns | {"amount": Column("number", amounts)}, stored["rows"]
    )
    content.pop("sha256")
    changed = cs.DecisionRecord.from_dict(content)
    assert "the rows of payments are others" in str(verify_record(changed.to_dict()))
    assert cs.replay_decision(changed, case.pipeline.model) is not None


def test_a_hundred_thousand_rows_are_small():
    rng = np.random.default_rng(1)
    n = 100_000
    columns = {
        "amount": Column("number", rng.normal(0, 300, n).round(2)),
        "event_time": Column("time", np.sort(rng.integers(0, 10**8, n)) * 1_000_000),
        "kind": Column("label", rng.integers(0, 5, n), tuple("abcde")),
        "counterparty_id": Column("label", rng.integers(0, 5_000, n), tuple(map(str, range(5_000)))),
    }
    stored = packed(columns, n)
    assert len(json.dumps(stored)) < 1_300_000
    assert n > module.MANY
