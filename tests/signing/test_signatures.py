"""Signatures: each says what, when and whose, and serves for nothing else."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditscore.errors import NameUnknownError, ParameterError, SigningError
from creditscore.signing.keys import SigningKey
from creditscore.signing.signatures import (
    KINDS,
    Signature,
    check,
    check_document,
    sign,
    signed_document,
)
from creditscore.signing.trust import Trust, TrustedKey, trust_in

KEY = SigningKey("lender.example", bytes(range(1, 33)))
OTHER = SigningKey("other.example", bytes(range(2, 34)))
START = datetime(2026, 1, 1, tzinfo=UTC)
TRUST = Trust.of(TrustedKey.of(KEY, valid_from=START))
LATER = START + timedelta(days=100)


def signed(payload: bytes = b"payload", at: datetime = LATER, key: SigningKey = KEY) -> Signature:
    return sign("record", payload, key, signed_at=at)


def verdict(signature, trust=TRUST, payload=b"payload", kind="record") -> str:
    return check(kind, payload, signature, trust).verdict


def test_the_five_verdicts():
    assert verdict(signed()) == "signed_by"
    assert verdict(None) == "not_signed"
    assert verdict(signed(key=OTHER)) == "untrusted_key"
    assert verdict(signed(b"another")) == "bad_signature"
    assert verdict(signed(), TRUST.revoked(KEY.key_id, as_of=LATER)) == "revoked"


def test_a_signature_serves_for_one_kind():
    for kind in KINDS:
        for other in KINDS:
            found = verdict(sign(kind, b"payload", KEY, signed_at=LATER), kind=other)
            assert found == ("signed_by" if kind == other else "bad_signature")


def test_every_part_is_signed():
    plain = signed().to_plain()
    for name, text in plain.items():
        for position in range(len(text)):
            changed = text[:position] + ("0" if text[position] != "0" else "1") + text[position + 1 :]
            found = verdict({**plain, name: changed})
            assert found in ("bad_signature", "untrusted_key"), (name, position)
            assert found == "bad_signature" or name == "key_id"
    for name in plain:
        assert verdict({k: v for k, v in plain.items() if k != name}) == "bad_signature"
    assert verdict({**plain, "more": "x"}) == "bad_signature"


@settings(max_examples=200)
@given(st.recursive(st.none() | st.booleans() | st.text() | st.floats(), st.lists))
def test_whatever_stands_where_a_signature_should_is_judged(data):
    assert verdict(data) == ("not_signed" if data is None else "bad_signature")
    assert verdict({**signed().to_plain(), "value": data}) == "bad_signature"
    assert verdict({**signed().to_plain(), "signed_at": data}) == "bad_signature"


def test_a_signature_in_another_writing_is_refused():
    plain = signed().to_plain()
    assert verdict({**plain, "value": plain["value"].upper()}) == "bad_signature"
    assert verdict({**plain, "signed_at": plain["signed_at"].replace("+00:00", "Z")}) == "bad_signature"


def test_a_key_signs_from_when_until_when():
    rotated = TRUST.rotated(KEY.key_id, OTHER, at=LATER)
    before, after = LATER - timedelta(seconds=1), LATER
    assert verdict(signed(at=before), rotated) == "signed_by"
    assert verdict(signed(at=after), rotated) == "untrusted_key"
    assert verdict(signed(at=after, key=OTHER), rotated) == "signed_by"
    assert verdict(signed(at=before, key=OTHER), rotated) == "untrusted_key"
    assert verdict(signed(at=START - timedelta(seconds=1))) == "untrusted_key"


def test_a_revocation_holds_as_of_a_moment_and_never_moves_later():
    revoked = TRUST.revoked(KEY.key_id, as_of=LATER)
    before = check("record", b"payload", signed(at=LATER - timedelta(seconds=1)), revoked)
    assert before.verdict == "signed_by"
    assert "by its own word before the key was revoked" in str(before)
    assert str(check("record", b"payload", signed(), revoked)) == (
        "signed by a key of lender.example that was revoked (as of 2026-04-11T00:00:00+00:00)"
    )
    assert revoked.revoked(KEY.key_id, as_of=LATER + timedelta(days=9)) == revoked
    assert verdict(signed(at=START), revoked.revoked(KEY.key_id, as_of=START)) == "revoked"
    with pytest.raises(NameUnknownError):
        TRUST.revoked("0" * 32, as_of=LATER)
    with pytest.raises(SigningError, match="with a zone"):
        TRUST.revoked(KEY.key_id, as_of=LATER.replace(tzinfo=None))


def test_a_document_carries_its_signature():
    document = signed_document("report", {"schema": "x", "number": 0.1}, KEY)
    trust = Trust.of(TrustedKey.of(KEY, valid_from=START))
    assert check_document("report", document, trust).is_good
    assert check_document("report", json.loads(json.dumps(document)), trust).is_good
    assert check_document("report", {**document, "number": 0.2}, trust).verdict == "bad_signature"
    assert check_document("report", {**document, "new": 1}, trust).verdict == "bad_signature"
    body = {name: part for name, part in document.items() if name != "signature"}
    assert check_document("report", body, trust).verdict == "not_signed"
    again = signed_document("report", document, OTHER)
    assert again["signature"]["key_id"] == OTHER.key_id
    assert set(again) == set(document)


def test_what_cannot_be_signed_is_refused():
    with pytest.raises(ParameterError, match="one of record, report, model, policy"):
        sign("letter", b"", KEY)
    with pytest.raises(ParameterError, match="SigningKey"):
        sign("record", b"", bytes(32))
    with pytest.raises(SigningError, match="with a zone"):
        sign("record", b"", KEY, signed_at=LATER.replace(tzinfo=None))


def test_a_trust_file_is_read_as_it_was_written(tmp_path):
    path = tmp_path / "keys.json"
    trust = TRUST.rotated(KEY.key_id, OTHER, at=LATER).revoked(KEY.key_id, as_of=LATER)
    trust.save(path)
    assert trust_in(path) == trust_in(str(path)) == trust_in(trust) == trust_in(trust.keys) == trust
    assert [key.name for key in trust.named("other.example")] == ["other.example"]


@pytest.mark.parametrize(
    "change",
    [
        {"public_key": "00" * 32},
        {"public_key": "zz"},
        {"key_id": "0" * 32},
        {"name": "two words"},
        {"valid_from": "yesterday"},
        {"valid_from": None},
        {"valid_until": "2026-01-01"},
        {"revoked_as_of": 3},
        {"more": 1},
    ],
)
def test_a_trust_file_that_was_changed_is_refused(tmp_path, change):
    data = json.loads(TRUST.to_json())
    data["keys"][0] |= change
    path = tmp_path / "keys.json"
    path.write_text(json.dumps(data))
    with pytest.raises(SigningError):
        Trust.from_file(path)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "null", '{"schema":"creditscore.trust/1","keys":{}}', "[" * 100_000, "\ud800"]
)
def test_what_is_no_trust_file_is_refused(text):
    with pytest.raises(SigningError):
        Trust.from_json(text)


def test_a_key_is_named_once():
    with pytest.raises(SigningError, match="each key once"):
        TRUST.with_key(KEY)
