"""What everybody is shown of a decision: one hash for every version of its record, in library and script."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import creditscore as cs
from creditscore.deciding.disclosed import disclosed_of, disclosed_of_whole, versions_of, versions_to_enter
from creditscore.deciding.shown import shown_of
from creditscore.errors import ArtefactError, SigningError
from creditscore.reasons.reason import Reason
from creditscore.report.following import follows_not
from creditscore.signing.keys import SigningKey
from creditscore.signing.signatures import signed_document
from creditscore.signing.trust import Trust
from creditscore.transparency.heads import SignedHead, TreeHead
from creditscore.transparency.leaves import Leaf, commit
from creditscore.transparency.proofs import InclusionProof
from creditscore.transparency.receipts import Receipt, check_cose
from creditscore.transparency.tree import MemoryHashes, root_at
from creditscore.verify import outsider
from creditscore.verify.findings import Findings
from creditscore.verify.paths import verify_text
from creditscore.verify.receipts import NOTHING_KEPT, note_receipt
from creditscore.words.speech import speak
from tests.verify.changing import sealed

LENDER = SigningKey.new("lender.example")
TRUST = Trust.of(LENDER)
SALT = bytes(range(32))


def receipt_of(record: cs.DecisionRecord, *versions: str, name: str = "") -> Receipt:
    """Of a log that holds this decision alone, entered with the hashes of what is shown of it."""
    given = versions or versions_of(record)
    at = datetime.now(UTC)
    commitment = commit(SALT, record.sha256, *given)
    named = name or record.decision_id
    leaf = Leaf(1, "decision", int(at.timestamp() * 1e6), named, commitment, "ef" * 32)
    tree = MemoryHashes([leaf.hash])
    head = SignedHead.of(TreeHead("creditscore.ledger/" + "ab" * 16, 1, root_at(tree, 1), at), LENDER)
    return Receipt(leaf, SALT, InclusionProof.of(tree, 0, 1), head, *given)


def outside(document: dict[str, Any]) -> list[str]:
    given = {"trust": json.loads(TRUST.to_json()), "receipt": None, "head": None, "proof": None}
    return [fault for _, fault in outsider.checks(document, given) if fault]


@pytest.mark.parametrize("which", ["forms", "world"])
def test_every_version_of_a_record_tells_the_same_and_library_and_script_hash_it_alike(which, request):
    data = request.getfixturevalue(which)
    hashes = set()
    for content in data.records[:12]:
        record = cs.DecisionRecord.from_dict(content)
        versions = [
            cs.decision_report(record, audience=audience, language=language).data
            for audience, language in (("subject", "en"), ("subject", "fa"), ("auditor", "zh"))
        ]
        disclosed = {disclosed_of(one["record"], one["currency"], one["timezone"]) for one in versions[:2]}
        assert disclosed == {disclosed_of_whole(content)}
        versions = [one["record"] for one in versions]
        assert "sha256" not in versions[0]
        found = {shown_of(one) for one in (record.content, content, *versions)}
        found |= {outsider.shown_of(json.loads(json.dumps(one))) for one in (content, *versions)}
        assert len(found) == 1
        hashes |= found
    assert len(hashes) == len(data.records[:12])


def changes(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Another decision in the version for the person concerned, in each part that tells of it."""

    def put(value: Any, *where: Any) -> dict[str, Any]:
        made = copy.deepcopy(report)
        inside: Any = made
        for step in where[:-1]:
            inside = inside[step]
        inside[where[-1]] = value
        return made

    outcome, first = report["record"]["outcome"], report["record"]["features"][0]
    other = "decline" if outcome["decision"] == "approve" else "approve"
    both = put(other, "record", "outcome", "decision") | {"decided": other}
    return {
        "the decision": both,
        "what it says was decided": put(other, "decided"),
        "the score": put(outcome["score"] + 40, "record", "outcome", "score"),
        "the probability": put(0.001, "record", "outcome", "probability_of_default"),
        "the cut-off": put(outcome["cutoff"] - 90, "record", "outcome", "cutoff"),
        "when": put("2020-01-01T00:00:00+00:00", "record", "decided_at"),
        "whose": put("subject-other", "record", "subject"),
        "no reasons": put([], "record", "reasons"),
        "a sentence": put("All is well.", "record", "reasons", 0, "texts", "en"),
        "points of a feature": put(first["integer_points"] + 9, *FIRST, "integer_points"),
        "the value of a feature": put(12345.0, *FIRST, "value"),
        "what a feature is called": put({"en": "Luck"}, *FIRST, "label"),
        "a feature less": put(report["record"]["features"][1:], *FIRST[:2]),
        "the fact behind a sentence": put(9.0, "record", "reasons", 0, "fact", "reference_value"),
        "the base": put(1, "record", "base", "integer_points"),
        "the scale": put(2_000, "record", "scale", "maximum"),
        "what was read": put({"payments": {"rows": 9}}, "record", "sources"),
        "the model": put("other", "record", "model", "model_id"),
        "the currency": put("IRR", "currency"),
        "the zone": put("Asia/Tehran", "timezone"),
        "no changes": put([{"steps": []}], "record", "counterfactuals"),
        "a sentence on the page": put("All is well.", "said", 0, "text"),
        "no sentences on the page": put([], "said"),
    }


FIRST = ("record", "features", 0)
# Of older entries the signature alone speaks for these.
NOT_SHOWN = (
    "points of a feature", "the value of a feature", "what a feature is called", "a feature less",
    "the fact behind a sentence", "the base", "the scale", "what was read", "the model", "the currency",
    "the zone", "what it says was decided",
)  # fmt: skip
# These stand beside the record, so that no receipt is held against them.
BESIDE = ("what it says was decided", "a sentence on the page", "no sentences on the page")


def test_whatever_a_lender_shows_the_person_instead_is_found_by_the_script_and_by_verify(forms):
    policy = cs.Policy("consumer", "1", cutoff=forms.cutoff)
    record = next(
        one
        for asked in forms.asked
        if (one := forms.pipeline.decide(asked, cs.Portfolio(), policy=policy)).decision == "decline"
    )
    receipt = receipt_of(record)
    sound = cs.decision_report(record, receipt=receipt).signed(LENDER).to_dict()
    assert outside(sound) == []
    body = {name: part for name, part in sound.items() if name not in ("signature", "sha256")}
    for name, one in changes(body).items():
        forged = signed_document("report", sealed(one), LENDER)
        assert outside(forged), name
        findings = Findings("page")
        note_receipt(findings, forged, NOTHING_KEPT, None)
        assert findings.passed is (name in BESIDE), name
        assert name not in BESIDE or list(follows_not(forged)), name


def forged_fact(report: dict[str, Any]) -> dict[str, Any] | None:
    """A page whose first number is another, in the record's fact and in the sentence that it makes."""
    made = copy.deepcopy(report)
    for reason, said in zip(made["record"]["reasons"], made["said"], strict=True):
        fact = reason.get("fact") or {}
        if reason["kind"] == "model" and fact.get("value") and fact["unit"] == "days":
            fact["value"] = 3.0 * fact["value"] + 7.0
            said["text"] = speak(Reason.from_dict(reason), made["language"], made["calendar"])
            return made
    return None


def test_in_another_calendar_only_what_the_words_on_record_mean_is_said_anew(forms):
    """Facts are no part of what is entered, and sentences with other dates are made of them."""
    policy, found = cs.Policy("consumer", "1", cutoff=forms.cutoff), 0
    for asked in forms.asked:
        record = forms.pipeline.decide(asked, cs.Portfolio(), policy=policy)
        made = cs.decision_report(record, language="fa", calendar="jalali").to_dict()
        forged = forged_fact(made)
        if forged is None:
            continue
        found += 1
        assert forged["said"] != made["said"]
        assert next(follows_not(forged)).what == "said"
    assert found > 2


def test_words_of_an_older_version_stay_and_their_date_alone_is_put_into_another_calendar(forms):
    content = next(one for one in forms.records if one["reasons"] and one["reasons"][0]["kind"] == "model")
    reason = content["reasons"][0]
    when = datetime.fromisoformat(reason["fact"]["as_of"])
    older = f"Other words of old, as of {when.day} {when:%B} {when.year}"
    assert reason["texts"]["en"].endswith(older.partition(",")[2])
    for altered, said in (
        (reason["fact"]["as_of"], "Other words of old, as of "),
        ((when + timedelta(days=400)).isoformat(), older),
    ):
        made = copy.deepcopy(content)
        made["reasons"][0]["texts"]["en"] = older
        made["reasons"][0]["fact"]["as_of"] = altered
        page = cs.decision_report(sealed(made), language="en", calendar="jalali").to_dict()
        assert page["said"][0]["text"].startswith(said)
        assert (page["said"][0]["text"] == older) is (said == older)


@pytest.mark.parametrize("which", ["forms", "world"])
def test_a_sound_page_in_another_calendar_gives_the_dates_of_that_calendar(which, request):
    data, model, dated = request.getfixturevalue(which), 0, 0
    for content in data.records:
        for language in ("en", "fa", "zh"):
            made = cs.decision_report(content, language=language, calendar="jalali").to_dict()
            assert list(follows_not(made)) == []
            for said, reason in zip(made["said"], made["record"]["reasons"], strict=True):
                if reason["kind"] == "model":
                    model += 1
                    dated += said["text"] != reason["texts"][language]
                    assert speak(Reason.from_dict(reason), language) == reason["texts"][language]
    assert 0 < dated <= model


def test_a_report_that_says_another_version_wrote_it_still_has_the_sentences_on_record(forms):
    policy = cs.Policy("consumer", "1", cutoff=850)
    record = forms.pipeline.decide(forms.asked[0], cs.Portfolio(), policy=policy)
    made = cs.decision_report(record).to_dict() | {"environment": {"renderer": "0" * 64}}
    assert list(follows_not(made)) == []
    made["said"][0]["text"] = "All is well."
    assert [one.what for one in follows_not(made)] == ["said"]


def test_a_lender_that_enters_a_pair_that_does_not_belong_together_is_refuted_by_either(forms):
    """The hash of one record with what another one tells and its name: only the page of that fits."""
    policy = cs.Policy("consumer", "1", cutoff=forms.cutoff)
    first, second = (forms.pipeline.decide(one, cs.Portfolio(), policy=policy) for one in forms.asked[:2])
    receipt = receipt_of(first, *versions_of(second), name=second.decision_id).to_plain()
    for report, passes in (
        (cs.decision_report(first, audience="auditor").to_dict(), False),
        (cs.decision_report(first).to_dict(), False),
        (cs.decision_report(second).to_dict() | {"full_version": {"record_sha256": first.sha256}}, True),
    ):
        body = {name: part for name, part in report.items() if name != "sha256"} | {"receipt": receipt}
        assert (outside(signed_document("report", sealed(body), LENDER)) == []) is passes
    text = signed_document("record", first.to_dict(), LENDER)
    given = {"trust": json.loads(TRUST.to_json()), "receipt": receipt, "head": None, "proof": None}
    faults = [fault for _, fault in outsider.checks(text, given) if fault]
    assert faults == ["the receipt is for something else"]


def test_of_entries_from_before_it_was_told_apart_the_page_is_held_against_what_everybody_is_shown(forms):
    policy = cs.Policy("consumer", "1", cutoff=forms.cutoff)
    record = forms.pipeline.decide(forms.asked[0], cs.Portfolio(), policy=policy)
    older = receipt_of(record, shown_of(record.content))
    assert "disclosed" not in older.to_plain()
    assert check_cose(older.to_cose(LENDER), record.sha256, TRUST).is_good
    body = cs.decision_report(record, receipt=older).to_dict()
    del body["sha256"]
    assert outside(signed_document("report", sealed(body), LENDER)) == []
    for name, one in changes(body).items():
        found = outside(signed_document("report", sealed(one), LENDER))
        assert found or name in NOT_SHOWN, name
    findings = Findings("page")
    note_receipt(findings, body, NOTHING_KEPT, None)
    assert "figures on the page" in str(findings)


def test_who_commits_to_what_one_is_told_commits_to_what_everybody_is_shown(forms):
    record = forms.pipeline.decide(forms.asked[0], cs.Portfolio())
    with pytest.raises(SigningError, match="everybody"):
        commit(SALT, record.sha256, "", disclosed_of_whole(record.content))
    sound = receipt_of(record)
    plain = {name: part for name, part in sound.to_plain().items() if name != "shown"}
    with pytest.raises(SigningError, match="parts"):
        Receipt.from_plain(plain)
    bare = Receipt(sound.leaf, sound.salt, sound.proof, sound.head, "", sound.disclosed)
    assert not check_cose(bare.to_cose(LENDER), record.sha256, TRUST).is_good


@pytest.mark.parametrize(
    ("name", "source"),
    [("application_age", "application"), ("payments_gambling_share_180d", "payments")],
)
def test_a_decision_by_a_model_whose_pages_leave_lines_out_is_entered_as_before(forms, name, source):
    """Of older models: lines that a law protects stand in the record, and on no page of the person."""
    record = forms.pipeline.decide(forms.asked[0], cs.Portfolio())
    assert versions_to_enter(record) == versions_of(record)
    content = record.to_dict()
    content["features"][0] |= {"name": name, "source": source, "integer_points": 3}
    del content["sha256"]
    older = cs.DecisionRecord.from_dict(sealed(content))
    assert versions_to_enter(older) == [shown_of(content)]


@pytest.mark.parametrize("name", ["forms", "world"])
def test_what_is_entered_of_a_record_just_written_is_what_is_entered_of_it_read_again(name, request):
    of = request.getfixturevalue(name)
    policy = cs.Policy("consumer", "1", cutoff=of.cutoff)
    for asked in of.asked:
        record = of.pipeline.decide(asked, of.portfolio, policy=policy)
        assert set(record.enough["inputs"]) < set(record.content["inputs"])  # rows are left out
        read = cs.DecisionRecord.from_json(record.to_json())
        assert versions_to_enter(record) == versions_to_enter(read) == versions_of(read)


def test_of_entries_from_before_the_person_gets_no_receipt_that_proves_nothing(forms):
    """Such an entry commits to the record alone: the full version is proven by it, the person's is not."""
    record = forms.pipeline.decide(forms.asked[0], cs.Portfolio())
    older = receipt_of(record, "")
    assert "shown" not in older.to_plain()
    assert older.check(record.sha256, TRUST).is_good
    assert check_cose(older.to_cose(LENDER), record.sha256, TRUST).is_good
    full = cs.decision_report(record, audience="authority", receipt=older).signed(LENDER).to_dict()
    assert outside(full) == []
    with pytest.raises(ArtefactError, match="version for an authority"):
        cs.decision_report(record, receipt=older)
    body = cs.decision_report(record).to_dict() | {"receipt": older.to_plain()}
    body = {name: part for name, part in body.items() if name != "sha256"}
    forged = signed_document("report", sealed(body), LENDER)
    assert outside(forged) == ["the receipt is for something else"]
    text = json.dumps(forged, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert not verify_text("page.json", text.encode()).passed


def test_the_receipt_of_a_ledger_opens_to_both_and_a_cose_receipt_too(forms, tmp_path):
    with cs.Ledger.open(tmp_path / "d.db", key=cs.Ledger.new_key()) as ledger:
        record = forms.pipeline.decide(forms.asked[0], cs.Portfolio(), ledger=ledger)
        receipt = ledger.tree.receipt(record.decision_id, LENDER)
        assert receipt.shown == shown_of(record.content)
        assert Receipt.from_json(receipt.to_json()) == receipt
        assert check_cose(receipt.to_cose(LENDER), record.sha256, TRUST).is_good
        assert ledger.verify().decisions == 1
    right = versions_of(record)
    for versions in ([], ["00" * 32, right[1]], right[:1], [right[0], "00" * 32], right[::-1]):
        changed = Receipt(receipt.leaf, receipt.salt, receipt.proof, receipt.head, *versions)
        assert not changed.check(record.sha256, TRUST).is_good
        assert not check_cose(changed.to_cose(LENDER), record.sha256, TRUST).is_good
