"""Every schema that travels with the package is on the page of schemas, and says what is written."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest

import creditscore as cs

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = sorted((ROOT / "creditscore").rglob("*.schema.json"))
POLICY = json.loads((ROOT / "creditscore/policy/policy.schema.json").read_text("utf-8"))
SEGMENTS = json.loads((ROOT / "creditscore/segments/segments.schema.json").read_text("utf-8"))


def test_the_page_lists_every_schema_and_its_form():
    rows = re.findall(
        r"^\| `(.+?)` \| \[.+?\]\(\.\./(.+?)\)", (ROOT / "docs/schemas.md").read_text("utf-8"), re.MULTILINE
    )
    assert sorted(file for _, file in rows) == [path.relative_to(ROOT).as_posix() for path in SCHEMAS]
    for form, file in rows:
        assert f'"{form}"' in (ROOT / file).read_text("utf-8")


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.name)
def test_a_schema_is_one(path):
    jsonschema.Draft202012Validator.check_schema(json.loads(path.read_text("utf-8")))


def policies():
    adult = cs.DeclineRule(
        "adult", "P01", "age", "<", 18, {"en": "You must be 18"}, legal_basis="legal capacity"
    )
    where = ("north", "south")
    region = cs.DeclineRule("region", "P02", "branch", "not in", where, {"en": "We lend elsewhere"})
    yield cs.Policy("plain", "1", cutoff=500)
    yield cs.Policy("rules", "2", cutoff=500.5, rules=(adult, region), refer_below=520)
    yield cs.Policy("more", "3", cutoff=500, retention_days={"arrears": 365}, refer_straddling=True)


@pytest.mark.parametrize("policy", list(policies()), ids=lambda policy: policy.name)
def test_a_policy_is_written_as_its_schema_says(policy, tmp_path):
    policy.to_file(tmp_path / "policy.json")
    written = json.loads((tmp_path / "policy.json").read_text("utf-8"))
    jsonschema.validate(written, POLICY)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(written | {"cut_off": 1}, POLICY)
    for part in POLICY["required"]:
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({name: one for name, one in written.items() if name != part}, POLICY)


def test_a_signed_policy_is_written_as_its_schema_says(tmp_path):
    key = cs.SigningKey.new("lender")
    cs.Policy("plain", "1", cutoff=500).to_file(tmp_path / "p.json", sign_with=key)
    jsonschema.validate(json.loads((tmp_path / "p.json").read_text("utf-8")), POLICY)


def test_segments_are_written_as_their_schema_says(tmp_path):
    segments = [cs.Segment("young", "age < 30"), cs.Segment("north", "branch == 'north'", refresh="7d")]
    cs.save_segments(segments, tmp_path / "segments.json")
    written = json.loads((tmp_path / "segments.json").read_text("utf-8"))
    jsonschema.validate(written, SEGMENTS)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(written | {"form": "creditscore.segments/9"}, SEGMENTS)
