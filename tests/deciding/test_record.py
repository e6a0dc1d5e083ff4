"""The form of a decision record: canonical, sealed, exact."""

from __future__ import annotations

import hashlib
import json
import math
import struct

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditscore._ground.canonical import canonical_v1, sha256
from creditscore.deciding.record import LATER_PARTS, PARTS, DecisionRecord
from creditscore.errors import ArtefactError
from tests.deciding.records import content


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(DecisionRecord.schema())
    assert set(DecisionRecord.schema()["properties"]) == PARTS | LATER_PARTS | {"sha256", "signature"}


def test_text_is_canonical_and_hashed():
    record = DecisionRecord.from_dict(content(raw_score=0.1, subject="s\u00e9"))
    body = {name: part for name, part in record.to_dict().items() if name != "sha256"}
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert record.sha256 == hashlib.sha256(text.encode("utf-8")).hexdigest()
    assert DecisionRecord.from_json(record.to_json()) == record
    assert DecisionRecord.from_dict(record.to_dict()) == record


@settings(max_examples=50)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_floats_return_bit_for_bit(value):
    stored = DecisionRecord.from_dict(content(raw_score=value)).to_json()
    back = DecisionRecord.from_json(stored).content["raw_score"]
    assert struct.pack("<d", back) == struct.pack("<d", value)


@pytest.mark.parametrize("value", [math.nan, math.inf, {1, 2}])
def test_what_json_cannot_hold_is_refused(value):
    with pytest.raises(ArtefactError, match="holds what JSON cannot"):
        DecisionRecord.from_dict(content(raw_score=value))


def test_a_flipped_byte_anywhere_is_caught():
    raw = DecisionRecord.from_dict(content(raw_score=0.25, subject="\u0645")).to_json().encode()
    for place in range(len(raw)):
        for bit in (1, 32):
            changed = bytearray(raw)
            changed[place] ^= bit
            with pytest.raises((ArtefactError, UnicodeDecodeError)):
                DecisionRecord.from_json(bytes(changed).decode())


def test_whitespace_and_order_are_caught():
    record = DecisionRecord.from_dict(content())
    for text in (record.to_json() + "\n", json.dumps(record.to_dict(), sort_keys=True)):
        with pytest.raises(ArtefactError, match="changed since it was written"):
            DecisionRecord.from_json(text)


def test_parts_must_be_whole():
    with pytest.raises(ArtefactError, match=r"lacks \['inputs'\]"):
        DecisionRecord.from_dict({k: v for k, v in content().items() if k != "inputs"})
    with pytest.raises(ArtefactError, match=r"unexpected \['extra'\]"):
        DecisionRecord.from_dict(content(extra=1))
    with pytest.raises(ArtefactError, match="has the schema"):
        DecisionRecord.from_dict(content(schema="another/1"))
    with pytest.raises(ArtefactError, match="has the schema"):
        DecisionRecord.from_json("[]")
    with pytest.raises(ArtefactError, match="changed since"):
        DecisionRecord.from_dict(content(sha256=sha256(canonical_v1({}))))


def test_it_is_frozen_and_shows_itself():
    record = DecisionRecord.from_dict(content())
    with pytest.raises(AttributeError):
        record.text = ""
    with pytest.raises(TypeError):
        record.content["outcome"] = {}
    record.to_dict()["outcome"]["score"] = 1
    assert (record.score, record.status, record.decision) == (600, "scored", "none")
    assert repr(record) == "DecisionRecord(d-1, 2024-01-01T00:00:00+00:00, 600 points, grade 3, none)"
    assert "a &lt; b" in record._repr_html_()


def test_the_form_of_records_sorts_by_code_point():
    assert canonical_v1({"\u00e9": 1, "z": 1.0, "a": None}) == '{"a":null,"z":1.0,"\u00e9":1}'


def test_a_sealed_record_holds_what_is_read_of_its_text():
    plain = content(subject="s\u00e9\u0645", raw_score=0.1)
    parts = {name: canonical_v1(part) for name, part in plain.items()}
    parts.pop("sha256", None)
    record = DecisionRecord.sealed(parts)
    read = DecisionRecord.from_json(record.to_json()).content
    assert [record.content[name] for name in read] == [*read.values()]
    assert record.content == read
    assert record.content | {"x": 1} == read | {"x": 1}
    assert {"x": 1} | record.content == {"x": 1} | read
    assert (record.content.copy(), repr(record.content)) == (read.copy(), repr(read))
    assert "x" not in record.content
    assert record.content["inputs"] is record.content["inputs"]
