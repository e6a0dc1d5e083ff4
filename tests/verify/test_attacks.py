"""Who could lie, and who would see it: the lines of the page that names the attacks."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path
from typing import Any

import pytest

import creditscore as cs
from creditscore.signing.keys import SigningKey
from creditscore.signing.signatures import signed_document
from creditscore.signing.trust import Trust
from creditscore.verify.decision import verify_record
from creditscore.verify.findings import Findings
from creditscore.verify.leaves import RECORD, page
from creditscore.verify.outsider import checks
from creditscore.verify.paths import verify_path, verify_text
from creditscore.verify.signatures import note_document
from tests.verify.changing import changed, put, sealed

ROOT = Path(__file__).resolve().parents[2]
LENDER, CLERK = SigningKey.new("lender.example"), SigningKey.new("clerk.example")
KEYS = json.loads(Trust.of(LENDER).to_json())["keys"]
# A row of a long table tells as much as all of them.
FIRST = 2


def trusted(record: dict[str, Any]) -> bool:
    findings = Findings("record")
    note_document(findings, "record", record, KEYS)
    return findings.passed


def everywhere(path) -> bool:
    return all(step < FIRST for step in path if isinstance(step, int))


@pytest.fixture(scope="module")
def signed(world) -> dict[str, Any]:
    return cs.DecisionRecord.from_dict(world.again(1)).signed(LENDER).to_dict()


def test_with_trust_every_change_of_any_leaf_is_found(signed):
    """Who, when, ids, environment, rows, policy: all that the lender signed, and the signature itself."""
    assert trusted(signed)
    tried = [(str(one), trusted(one.content)) for one in changed(signed, random.Random(3), everywhere)]
    assert [name for name, passes in tried if passes] == []
    assert len(tried) > 1_500


def test_another_record_is_not_that_of_the_lender(signed, world):
    """Somebody who runs the library can make a record of anything; nobody signs it."""
    other = world.again(2)
    assert verify_record(other, world.parts, replay=world.replay).passed
    assert not trusted(other)
    assert not trusted(other | {"signature": signed["signature"]})
    assert not trusted(cs.DecisionRecord.from_dict(other).signed(CLERK).to_dict())


def test_what_the_lender_signs_anew_does_not_fit_the_receipt(forms, tmp_path):
    """Rows that were made up afterwards: every check of the record passes, and none of the ledger."""
    policy = cs.Policy("consumer", "1", cutoff=forms.cutoff)
    with cs.Ledger.open(tmp_path / "d.db", key=cs.Ledger.new_key()) as ledger:
        record = [
            forms.pipeline.decide(one, cs.Portfolio(), policy=policy, ledger=ledger, sign_with=LENDER)
            for one in forms.asked[:3]
        ][1]
        head = ledger.tree.sign(LENDER).text
        receipt = json.loads(ledger.tree.receipt(record.decision_id, LENDER).to_json())
    given = {"trust": {"keys": KEYS}, "receipt": receipt, "head": head, "proof": None}
    assert not any(fault for _, fault in checks(record.to_dict(), given))
    body = {name: part for name, part in record.to_dict().items() if name != "signature"}
    for name, value in (("decided_at", "2020-01-01T00:00:00+00:00"), ("subject", "subject-other")):
        forged = cs.DecisionRecord.from_dict(sealed(body | {name: value})).signed(LENDER).to_dict()
        assert verify_record(forged, forms.parts, replay=forms.replay).passed
        assert trusted(forged)
        faults = {name: fault for name, fault in checks(forged, given) if fault}
        assert "it is in the ledger" in faults


@pytest.fixture(scope="module")
def entered(forms, tmp_path_factory) -> tuple[list[cs.DecisionRecord], list[cs.Receipt], dict[str, Any]]:
    """Two signed decisions in a ledger, the receipt of each, and what an outsider keeps."""
    policy, folder = cs.Policy("consumer", "1", cutoff=forms.cutoff), tmp_path_factory.mktemp("entered")
    with cs.Ledger.open(folder / "d.db", key=cs.Ledger.new_key()) as ledger:
        records = [
            forms.pipeline.decide(one, cs.Portfolio(), policy=policy, ledger=ledger, sign_with=LENDER)
            for one in forms.asked[:2]
        ]
        kept = {"trust": {"keys": KEYS}, "receipt": None, "proof": None}
        kept["head"] = ledger.tree.sign(LENDER).text
        return records, [ledger.tree.receipt(one.decision_id, LENDER) for one in records], kept


def shown_instead(entered: Any, audience: Any, **changed: Any) -> dict[str, Any]:
    """A report on the second decision under hash and receipt of the first, signed by the lender."""
    records, receipts, _ = entered
    first, second = (
        cs.decision_report(record, audience=audience, receipt=receipt).to_dict()
        for record, receipt in zip(records, receipts, strict=True)
    )
    body = second | {name: first[name] for name in ("receipt", "full_version")} | changed
    return signed_document("report", sealed(body), LENDER)


def text_of(document: dict[str, Any]) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


@pytest.mark.parametrize("audience", ["auditor", "authority"])
def test_a_report_of_another_record_than_the_one_that_was_entered_is_found(entered, audience):
    """Also where the record within is changed under its old hash, or carries none."""
    records, receipts, kept = entered
    sound = cs.decision_report(records[0], audience=audience, receipt=receipts[0]).signed(LENDER).to_dict()
    assert not any(fault for _, fault in checks(sound, kept))
    inside = sound["record"]
    bare = {name: part for name, part in inside.items() if name != "sha256"}
    changed = put(inside, ("outcome", "score"), 999)
    for record in ({}, {"record": changed}, {"record": bare}, {"record": None}):
        faults = [fault for _, fault in checks(shown_instead(entered, audience, **record), kept) if fault]
        assert faults[0] == "it holds another record", record.keys()


def test_a_person_who_is_shown_another_decision_than_was_entered_learns_it_from_their_own_page(entered):
    """What a person gets holds parts of a record; the ledger commits to those that tell what was decided."""
    records, receipts, kept = entered
    sound = cs.decision_report(records[0], receipt=receipts[0]).signed(LENDER).to_dict()
    assert not any(fault for _, fault in checks(sound, kept))
    forged = shown_instead(entered, "subject")
    faults = [fault for _, fault in checks(forged, kept) if fault]
    assert faults == ["the receipt is for something else"]


def test_other_points_of_a_feature_another_currency_or_zone_on_the_page_are_found_by_it(entered):
    """By the script and by verify: the ledger commits to what the person is told, too."""
    records, receipts, kept = entered
    shown = cs.decision_report(records[0], receipt=receipts[0]).to_dict()
    for path, value in (
        (("record", "features", 0, "integer_points"), 99), (("record", "features", 0, "value"), 1e6),
        (("currency",), "IRR"), (("timezone",), "Asia/Tehran"),
    ):  # fmt: skip
        forged = put(shown, path, value)
        forged = {name: part for name, part in forged.items() if name != "sha256"}
        forged = signed_document("report", sealed(forged), LENDER)
        faults = [fault for _, fault in checks(forged, kept) if fault]
        assert faults == ["the receipt is for something else"]
        assert "the receipt is for something else" in str(verify_text("page.json", text_of(forged)))


def test_what_a_person_did_afterwards_is_the_word_of_the_lender(entered):
    """Who reviewed is what the lender says; with a head that was kept it must have entered that, and when."""
    records, receipts, kept = entered
    ruling = "decline" if records[0].decision == "approve" else "approve"
    review = cs.review_decision(records[0], reviewer="Nobody", decision=ruling, reason="Of no reason.")
    report = cs.decision_report(records[0], receipt=receipts[0], reviews=[review]).signed(LENDER).to_dict()
    assert [name for name, fault in checks(report, kept) if fault] == ["its reviews are in the ledger"]
    assert not any(fault for _, fault in checks(report, {**kept, "head": None, "proof": None}))
    assert report["decided"] == ruling


def test_rows_that_were_made_up_from_the_start_are_seen_by_nobody(forms):
    """What a lender says somebody asked for is what it says: no proof reaches before the first signature."""
    asked = forms.pipeline.decide(forms.asked[0], forms.portfolio).to_dict()["inputs"]["application"]
    invented = forms.pipeline.decide(asked | {"amount": 1234.0}, forms.portfolio, sign_with=LENDER)
    assert verify_record(invented.to_dict(), forms.parts, replay=forms.replay).passed
    assert trusted(invented.to_dict())


def test_a_record_of_one_model_is_not_that_of_another(forms, world):
    """A vendor who exchanges the model: the record names it by its hash."""
    findings = verify_record(forms.records[0], world.parts, replay=world.replay)
    assert "another model" in str(findings)


def test_the_command_works_a_record_out_again_and_says_by_how_many_paths(forms, tmp_path):
    path = tmp_path / "d.json"
    path.write_text(cs.DecisionRecord.from_dict(forms.records[1]).to_json(), encoding="utf-8")
    said = str(verify_path(path, model=forms.folder))
    assert "verified" in said.splitlines()[0]
    assert "derived leaves by paths that confirm them" in said
    body = {name: part for name, part in forms.records[1].items() if name != "sha256"}
    other = sealed(put(body, ("inputs", "application", "amount"), 1.0))
    path.write_text(cs.DecisionRecord.from_dict(other).to_json(), encoding="utf-8")
    assert "FAILED  features, from the stored rows by the kernels" in str(
        verify_path(path, model=forms.folder)
    )


def test_the_page_holds_the_table_of_leaves_and_names_tests_that_are_there():
    text = (ROOT / "docs" / "verification.md").read_text(encoding="utf-8")
    assert page() in text
    assert len(RECORD) > 150
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", text)
    assert len(named) > 20
    missing = [
        f"{file}::{test}"
        for file, test in named
        if f"def {test}(" not in (ROOT / file).read_text(encoding="utf-8")
    ]
    assert not missing
