"""What is signed carries its signature, and both paths judge it alike."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

import creditscore as cs
from creditscore.deciding.record import DecisionRecord
from creditscore.errors import ArtefactError
from creditscore.scoring.loading import load_scoring_model
from creditscore.signing.keys import SigningKey, is_signed_by
from creditscore.signing.signatures import signed_document
from creditscore.signing.trust import Trust, TrustedKey
from creditscore.verify import outsider
from creditscore.verify.paths import verify_path

LENDER = SigningKey("lender.example", bytes(range(1, 33)))
OTHER = SigningKey("other.example", bytes(range(2, 34)))
START = datetime(2020, 1, 1, tzinfo=UTC)
TRUST = Trust.of(TrustedKey.of(LENDER, valid_from=START))
SCRIPT = Path(outsider.__file__)


@pytest.fixture(scope="module")
def german():
    return cs.datasets.load_german()


@pytest.fixture(scope="module")
def pipeline(german):
    pipeline = cs.CreditPipeline(
        features=[cs.application_features(german.columns)], scorer=cs.CreditScorer(n_estimators=20)
    )
    return pipeline.fit(german.applications, cs.Portfolio(), german.bad)


@pytest.fixture(scope="module")
def policy():
    return cs.Policy("consumer", "2026-11", cutoff=520)


@pytest.fixture(scope="module")
def record(pipeline, policy, german):
    one = german.applications.take(np.array([0]))
    return pipeline.decide(one, cs.Portfolio(), policy=policy, sign_with=LENDER)


@pytest.fixture
def keys(tmp_path):
    path = tmp_path / "keys.json"
    TRUST.save(path)
    return path


def said(path, **how) -> str:
    findings = verify_path(path, **how)
    return f"{findings.passed} {findings}"


def test_a_record_carries_its_signature_and_every_byte_of_it_counts(record, tmp_path, keys):
    assert record.check_signature(TRUST).is_good
    assert DecisionRecord.from_json(record.to_json()).check_signature(TRUST).is_good
    assert DecisionRecord.from_dict(record.to_dict()) == record
    bare = DecisionRecord.from_dict({k: v for k, v in record.to_dict().items() if k != "signature"})
    assert bare.sha256 == record.sha256
    assert bare.check_signature(TRUST).verdict == "not_signed"
    assert bare.signed(LENDER).check_signature(TRUST).is_good
    assert record.signed(OTHER).check_signature(TRUST).verdict == "untrusted_key"
    path = tmp_path / "d.json"
    path.write_text(record.to_json())
    assert "signed by lender.example" in said(path, trust=keys)
    assert said(path, trust=keys).startswith("True")
    assert "authenticity was not checked" in said(path)
    path.write_text(bare.to_json())
    assert said(path).startswith("True")
    assert "not signed" in said(path, trust=keys)
    assert said(path, trust=keys).startswith("False")


def test_a_record_that_was_sealed_anew_is_no_longer_that_of_its_signer(record, tmp_path, keys):
    changed = record.to_dict() | {"application_id": "another"}
    changed["inputs"]["application"]["application_id"] = "another"
    forged = DecisionRecord.from_dict({k: v for k, v in changed.items() if k != "sha256"})
    assert forged.check_signature(TRUST).verdict == "bad_signature"
    path = tmp_path / "d.json"
    path.write_text(forged.to_json())
    assert "bad signature" in said(path, trust=keys)
    path.write_text(forged.signed(OTHER).to_json())
    assert "signed by a key that is not trusted" in said(path, trust=keys)


@pytest.mark.parametrize("signature", [None, {}, "x", 3, {"schema": "creditscore.signature/1"}])
def test_what_is_no_signature_makes_no_record(record, signature):
    with pytest.raises(ArtefactError, match="signature"):
        DecisionRecord.from_dict(record.to_dict() | {"signature": signature})


def test_the_signature_of_another_kind_makes_no_record(record):
    other = signed_document("report", record.content, LENDER)
    with pytest.raises(ArtefactError, match="signature of a report"):
        DecisionRecord.from_dict(other)


def test_the_schema_of_records_knows_the_signature(record):
    import jsonschema

    jsonschema.validate(record.to_dict(), DecisionRecord.schema())


def test_a_signed_record_replays_and_goes_through_the_ledger(pipeline, policy, german, tmp_path):
    with cs.Ledger.open(tmp_path / "d.db", key=cs.Ledger.new_key()) as ledger:
        one = german.applications.take(np.array([1]))
        made = pipeline.decide(one, cs.Portfolio(), policy=policy, ledger=ledger, sign_with=LENDER)
        assert ledger.read(made.decision_id) == made
        assert made.check_signature(TRUST).is_good
    assert cs.replay_decision(made, pipeline.model) is None


def test_a_model_is_signed_beside_its_manifest(pipeline, tmp_path, keys):
    folder = tmp_path / "model"
    pipeline.save(folder, sign_with=LENDER)
    assert cs.load(folder, trust=TRUST).model.model_id == pipeline.model.model_id
    assert load_scoring_model(folder, trust=TRUST).model_id == pipeline.model.model_id
    assert said(folder, trust=keys).startswith("True")
    assert "signed by lender.example" in said(folder, trust=keys)
    assert "authenticity was not checked" in said(folder)
    private = bytes(range(1, 33))
    assert not any(
        private.hex().encode() in f.read_bytes() or private in f.read_bytes() for f in folder.iterdir()
    )
    with pytest.raises(ArtefactError, match="not trusted"):
        cs.load(folder, trust=Trust())
    pipeline.save(folder)
    assert cs.load(folder).model.model_id == pipeline.model.model_id
    assert not (folder / "signature.json").exists()
    with pytest.raises(ArtefactError, match="is not signed"):
        cs.load(folder, trust=TRUST)
    assert said(folder, trust=keys).startswith("False")


def test_the_signature_of_one_model_does_not_serve_for_another(pipeline, german, tmp_path, keys):
    one, two = tmp_path / "one", tmp_path / "two"
    pipeline.save(one, sign_with=LENDER)
    other = cs.CreditPipeline(
        features=[cs.application_features(german.columns)], scorer=cs.CreditScorer(n_estimators=10)
    )
    other.fit(german.applications, cs.Portfolio(), german.bad).save(two)
    shutil.copy(one / "signature.json", two / "signature.json")
    with pytest.raises(ArtefactError, match="bad signature"):
        cs.load(two, trust=TRUST)
    assert "bad signature" in said(two, trust=keys)
    (two / "signature.json").write_text("[" * 100_000)
    with pytest.raises(ArtefactError):
        cs.load(two, trust=TRUST)
    assert said(two, trust=keys).startswith("False")
    (two / "signature.json").unlink()
    (two / "signature.json").symlink_to(one / "signature.json")
    assert said(two, trust=keys).startswith("False")
    with pytest.raises(ArtefactError):
        cs.load(two, trust=TRUST)


def test_a_policy_is_signed_in_its_file(policy, tmp_path, keys):
    path = tmp_path / "policy.json"
    policy.to_file(path, sign_with=LENDER)
    assert cs.Policy.from_file(path, trust=TRUST) == policy
    assert said(path, trust=keys).startswith("True")
    looser = json.loads(path.read_text()) | {"cutoff": 400.0}
    path.write_text(json.dumps(looser, sort_keys=True, separators=(",", ":")))
    with pytest.raises(ArtefactError, match="bad signature"):
        cs.Policy.from_file(path, trust=TRUST)
    assert "bad signature" in said(path, trust=keys)
    policy.to_file(path)
    assert cs.Policy.from_file(path) == policy
    with pytest.raises(ArtefactError, match="is not signed"):
        cs.Policy.from_file(path, trust=TRUST)
    assert "authenticity was not checked" in said(path)


def run(*arguments: object) -> tuple[int, str]:
    """The script, by a fresh process without this library, without site-packages."""
    command = [sys.executable, "-I", "-S", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    return done.returncode, done.stdout


@pytest.fixture
def outside(record, pipeline, policy, german, tmp_path, keys):
    """What an outsider has: document, receipt, trust, a head kept and a proof; and a copy of the script."""
    with cs.Ledger.open(tmp_path / "d.db", key=cs.Ledger.new_key()) as ledger:
        for k in range(5):
            one = german.applications.take(np.array([k]))
            made = pipeline.decide(one, cs.Portfolio(), policy=policy, ledger=ledger, sign_with=LENDER)
            if k == 2:
                (tmp_path / "head.txt").write_text(ledger.tree.sign(LENDER).text)
        receipt = ledger.tree.receipt(made.decision_id, LENDER)
        proof = ledger.tree.consistency(3)
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "check.py").write_text(SCRIPT.read_text())
    (folder / "record.json").write_text(made.to_json())
    (folder / "receipt.json").write_text(receipt.to_json())
    (folder / "proof.json").write_text(json.dumps(proof.to_plain()))
    for name in ("keys.json", "head.txt"):
        shutil.copy(tmp_path / name, folder / name)
    return folder


def check(folder: Path, *without: str) -> tuple[int, str]:
    given = {"trust": "keys.json", "receipt": "receipt.json", "head": "head.txt", "proof": "proof.json"}
    options = [
        part for name, file in given.items() if name not in without for part in (f"--{name}", folder / file)
    ]
    return run(folder / "check.py", folder / "record.json", *options)


def test_an_outsider_verifies_with_nothing_but_python(outside):
    status, text = check(outside)
    assert status == 0, text
    assert text.count("ok      ") == 6
    assert "signed by lender.example" in text
    assert check(outside, "head", "proof")[0] == 0
    assert check(outside, "receipt", "head", "proof")[0] == 0
    status, text = check(outside, "proof")
    assert (status, "give a proof from 3 to 5" in text) == (1, True)
    status, text = check(outside, "receipt")
    assert (status, "there is no receipt" in text) == (1, True)


def test_an_outsider_verifies_the_report_that_the_applicant_was_given(outside):
    """It holds no feature value, and names the record by its hash; the lender signs both."""
    record = DecisionRecord.from_json((outside / "record.json").read_text())
    report = cs.decision_report(record).signed(LENDER)
    (outside / "record.json").write_text(report.to_json())
    status, text = check(outside)
    assert status == 0, text
    assert "signed by lender.example" in text
    forged = {**report.data, "full_version": {"record_sha256": "0" * 64}}
    (outside / "record.json").write_text(json.dumps(forged))
    status, text = check(outside)
    assert status == 1
    assert text.count("FAILED") == 3


def test_the_script_is_short_and_needs_nothing():
    text = SCRIPT.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 200
    assert "creditscore import" not in text
    assert run(SCRIPT, "--help")[0] == 0


def leaves_of(data, path=()):
    if isinstance(data, dict):
        for name, part in data.items():
            yield from leaves_of(part, (*path, name))
    elif isinstance(data, list) and data:
        for k, part in enumerate(data):
            yield from leaves_of(part, (*path, k))
    else:
        yield path, data


def replaced(data, path, value):
    copy = json.loads(json.dumps(data))
    inside = copy
    for step in path[:-1]:
        inside = inside[step]
    inside[path[-1]] = value
    return copy


def another(value):
    if isinstance(value, bool) or value is None:
        return "x"
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, str):
        flipped = "0" if value[:1] != "0" else "1"
        return flipped + value[1:]
    return ["x"]


@pytest.mark.parametrize("file", ["receipt.json", "proof.json"])
def test_the_outsider_finds_every_change_of_a_receipt_and_of_a_proof(outside, file):
    """By calling the script's own function, which is the same and faster than a process each."""
    given = {
        name: json.loads((outside / f"{name}.json").read_text()) for name in ("receipt", "proof", "keys")
    }
    given = {"trust": given["keys"], "receipt": given["receipt"], "proof": given["proof"]}
    given["head"] = (outside / "head.txt").read_text()
    document = json.loads((outside / "record.json").read_text())
    assert not any(fault for _, fault in outsider.checks(document, given))
    name = file.removesuffix(".json")
    tried = 0
    for path, value in leaves_of(given[name]):
        if path == ("schema",):
            continue
        changed = given | {name: replaced(given[name], path, another(value))}
        try:
            found = any(fault for _, fault in outsider.checks(document, changed))
        except (ValueError, LookupError, TypeError, AttributeError):
            found = True
        assert found, path
        tried += 1
    assert tried >= 4


def test_a_signature_is_written_in_one_form_alone(outside):
    """The last letter of base64 has bits to spare: another letter that means the same is no signature."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    head = (outside / "head.txt").read_text()
    assert check(outside)[0] == 0
    last = head.rindex("=") - 1
    while head[last] == "=":
        last -= 1
    spare = letters[letters.index(head[last]) ^ 1]
    (outside / "head.txt").write_text(head[:last] + spare + head[last + 1 :])
    assert check(outside)[0] in (1, 2)
    (outside / "head.txt").write_text(head)


def test_the_outsider_finds_a_changed_record_head_and_trust(outside):
    record = json.loads((outside / "record.json").read_text())
    whole = (outside / "record.json").read_text()
    for change in ({"as_of": "2024-01-01T00:00:00+00:00"}, {"signature": None}):
        (outside / "record.json").write_text(json.dumps(record | change))
        assert check(outside)[0] == 1
    (outside / "record.json").write_text(whole)
    head = (outside / "head.txt").read_text()
    for k in range(0, len(head), 7):
        changed = head[:k] + ("A" if head[k] != "A" else "B") + head[k + 1 :]
        (outside / "head.txt").write_text(changed)
        assert check(outside)[0] in (1, 2), k
    (outside / "head.txt").write_text(head)
    OTHERS = Trust.of(TrustedKey.of(OTHER, valid_from=START))
    OTHERS.save(outside / "keys.json")
    status, text = check(outside)
    assert status == 1
    assert text.count("signed by a key that is not trusted") == 3
    TRUST.revoked(LENDER.key_id, as_of=START).save(outside / "keys.json")
    assert "was revoked as of" in check(outside)[1]
    (outside / "keys.json").write_text("{}")
    assert check(outside)[0] == 2


def test_the_arithmetic_of_the_script_is_that_of_the_library():
    for k in range(40):
        key = SigningKey("test", bytes([k + 1]) * 32)
        message = bytes([k]) * k
        signature = key.sign(message)
        order = outsider.L
        malleable = signature[:32] + (int.from_bytes(signature[32:], "little") + order).to_bytes(32, "little")
        for one in (signature, malleable, signature[:-1] + b"\0", bytes(64), signature[32:] + signature[:32]):
            assert outsider.is_signed(key.public, one, message) == is_signed_by(key.public, one, message)
        assert outsider.is_signed(key.public, signature, message)
        assert not outsider.is_signed(key.public, signature, message + b"x")
