"""The registers: a decision names a model and a policy that were in force, or the ledger does not verify."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

import creditscore as cs
from creditscore.deciding.ledger.registry import Spans
from creditscore.errors import LedgerError, ParameterError
from creditscore.signing.keys import SigningKey
from creditscore.signing.trust import Trust
from creditscore.verify.ledger import verify_chain
from tests.deciding.ledger.attacks import changing, rows_of
from tests.deciding.records import record

KEY = bytes(range(32))
MODEL, OTHER = "a" * 64, "b" * 64
POLICY = cs.Policy("consumer", "1", cutoff=520)
LATER = cs.Policy("consumer", "2", cutoff=540)


def decided(
    number: int, *, model: str = MODEL, policy: cs.Policy | None = POLICY, at: datetime | None = None
):
    named = None if policy is None else {"policy_id": policy.policy_id}
    when = (at or datetime.now(UTC)).isoformat()
    return record(number, model={"model_id": model}, policy=named, decided_at=when)


def registered(ledger) -> None:
    ledger.registry.add_model(MODEL)
    ledger.registry.add_policy(POLICY)


def test_what_is_registered_decides_and_nothing_else(ledger):
    registered(ledger)
    ledger.append_many([decided(1), decided(2, policy=None)])
    for wrong, message in (
        (decided(3, model=OTHER), "the model bbbbbbbbbbbb was not registered and in force"),
        (decided(3, policy=LATER), "the policy .* was not registered and in force"),
        (record(3, model=None, policy=None, decided_at=datetime.now(UTC).isoformat()), "the model None"),
        (record(3, model={"model_id": MODEL}, policy=None), "does not say when it was decided"),
        (record(3, model={"model_id": MODEL}, policy=None, decided_at="2026-01-01"), "does not say when"),
    ):
        with pytest.raises(LedgerError, match=message):
            ledger.append_many([decided(4), wrong])
    assert len(ledger) == 4
    verified = ledger.verify()
    assert (verified.decisions, verified.models, verified.policies, verified.unregistered) == (2, 1, 1, 0)


def test_nothing_is_in_force_before_it_was_registered_or_after_it_was_retired(ledger):
    before = datetime.now(UTC)
    registered(ledger)
    with pytest.raises(LedgerError, match="not registered and in force"):
        ledger.append(decided(1, at=before))
    with pytest.raises(LedgerError, match="not registered and in force"):
        ledger.append(decided(1, at=before - timedelta(days=400)))
    ledger.registry.retire(POLICY.policy_id)
    with pytest.raises(LedgerError, match="not registered and in force"):
        ledger.append(decided(1))
    ledger.registry.add_policy(LATER)
    ledger.append(decided(2, policy=LATER))
    ledger.registry.add_policy(POLICY)
    ledger.append(decided(3))
    spans = ledger.registry.spans()
    assert [(s.what, s.until is None) for s in spans] == [
        ("model", True), ("policy", False), ("policy", True), ("policy", True),
    ]  # fmt: skip
    assert all(span.since >= before for span in spans)
    assert ledger.verify().policies == 3


def test_a_registration_cannot_be_dated_back_but_may_begin_later(ledger):
    ledger.registry.add_model(MODEL, in_force_from=datetime(2020, 1, 1, tzinfo=UTC))
    with pytest.raises(LedgerError, match="not registered and in force"):
        ledger.append(decided(1, policy=None, at=datetime(2021, 1, 1, tzinfo=UTC)))
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    ledger.registry.add_policy(POLICY, in_force_from=tomorrow)
    with pytest.raises(LedgerError, match="not registered and in force"):
        ledger.append(decided(1))
    ledger.append(decided(1, at=tomorrow + timedelta(seconds=1)))
    ledger.registry.retire(MODEL, until=tomorrow + timedelta(days=1))
    ledger.append(decided(2, policy=None))
    with pytest.raises(LedgerError, match="not registered and in force"):
        ledger.append(decided(3, policy=None, at=tomorrow + timedelta(days=2)))


def test_decisions_of_before_the_registers_are_counted(ledger):
    ledger.append_many([decided(1, model=OTHER), decided(2)])
    assert ledger.verify().unregistered == 2
    registered(ledger)
    ledger.append(decided(3))
    assert ledger.verify().unregistered == 2


def test_a_decision_that_slipped_in_is_found(ledger, monkeypatch):
    """By whoever has the key and a build that does not look."""
    registered(ledger)
    monkeypatch.setattr(Spans, "check", lambda self, record: None)
    ledger.append(decided(1, model=OTHER))
    assert ledger.verify().decisions == 1
    monkeypatch.undo()
    with pytest.raises(LedgerError, match="Entry 3 .* the model bbbbbbbbbbbb was not registered"):
        ledger.verify()


def test_what_is_registered_twice_or_not_at_all(ledger):
    registered(ledger)
    with pytest.raises(LedgerError, match="registered already"):
        ledger.registry.add_model(MODEL)
    with pytest.raises(LedgerError, match="registered already"):
        ledger.registry.add_policy(POLICY)
    with pytest.raises(LedgerError, match="is registered and in force"):
        ledger.registry.retire(OTHER)
    ledger.registry.retire(MODEL)
    with pytest.raises(LedgerError, match="is registered and in force"):
        ledger.registry.retire(MODEL)
    with pytest.raises(ParameterError, match="datetime with a zone"):
        ledger.registry.add_model(OTHER, in_force_from=datetime.now(UTC).replace(tzinfo=None))
    with pytest.raises(ParameterError, match="saved model's folder"):
        ledger.registry.add_model(3)


def test_registers_stand_in_the_open_and_are_vouched_for(ledger, place, tmp_path):
    registered(ledger)
    ledger.append(decided(1))
    ((payload,),) = rows_of(place, "SELECT payload FROM chain WHERE sequence = 2")
    assert POLICY.policy_id.encode() in payload
    ledger.backup(tmp_path / "copy.db")
    ledger.close()
    assert verify_chain(tmp_path / "copy.db").passed
    with changing(place) as connection:
        connection.execute(
            "UPDATE chain SET payload = ? WHERE sequence = 2", (payload.replace(b"520", b"400"),)
        )
    with cs.Ledger.open(place, key=KEY) as again:
        with pytest.raises(LedgerError):
            again.verify()
        with pytest.raises(LedgerError):
            again.backup(tmp_path / "forged.db")
        again._store.copy_to(tmp_path / "forged.db")
    assert not verify_chain(tmp_path / "forged.db").passed


def test_an_entry_of_a_register_has_a_receipt_that_everybody_can_open(ledger, place):
    import hashlib

    registered(ledger)
    key = SigningKey.new("lender.example")
    ((entry_id, payload),) = rows_of(place, "SELECT entry_id, payload FROM chain WHERE kind = 5")
    receipt = ledger.tree.receipt(entry_id, key)
    assert receipt.leaf.what == "policy"
    assert receipt.check(hashlib.sha256(payload[32:]).hexdigest(), Trust.of(key)).is_good
    assert POLICY.to_json().replace('"', '\\"').encode() in payload


def test_a_register_survives_a_rotation_a_backup_and_an_erasure(ledger, tmp_path):
    registered(ledger)
    ledger.append(decided(1))
    ledger.rotate(bytes(range(1, 33)))
    ledger.erase("subject-1")
    ledger.append(decided(2))
    ledger.backup(tmp_path / "copy.db")
    with cs.Ledger.open(tmp_path / "copy.db", key=bytes(range(1, 33))) as copy:
        assert [span.known_as for span in copy.registry.spans()] == [MODEL, POLICY.policy_id]
        with pytest.raises(LedgerError, match="not registered"):
            copy.append(decided(3, model=OTHER))
        assert copy.verify().models == 1


def test_a_saved_model_is_registered_with_its_files(ledger, tmp_path):
    german = cs.datasets.load_german()
    pipeline = cs.CreditPipeline(
        features=[cs.application_features(german.columns)], scorer=cs.CreditScorer(n_estimators=10)
    ).fit(german.applications, cs.Portfolio(), german.bad)
    pipeline.save(tmp_path / "model")
    ledger.registry.add_model(tmp_path / "model")
    assert ledger.registry.spans()[0].known_as == pipeline.model.model_id
    ledger.registry.retire(pipeline.model.model_id)
    ledger.registry.add_model(pipeline)
    made = pipeline.decide(german.applications.take([0]), cs.Portfolio(), ledger=ledger)
    with pytest.raises(LedgerError, match="policy .* was not registered"):
        pipeline.decide(german.applications.take([1]), cs.Portfolio(), policy=POLICY, ledger=ledger)
    assert ledger.read(made.decision_id) == made
    assert ledger.verify().decisions == 1
