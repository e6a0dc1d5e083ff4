"""Reviews on a page, objections and issued reports are held against the ledger by whoever has a receipt."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

import creditscore as cs
from creditscore._ground.canonical import canonical_v1, sha256
from creditscore.errors import ArtefactError, ParameterError
from creditscore.report.document import hashed
from creditscore.report.following import follows_not
from creditscore.report.handling import check_issue
from creditscore.transparency.heads import SignedHead
from creditscore.transparency.receipts import check_cose
from creditscore.verify import outsider
from creditscore.verify.paths import verify_path

LENDER = cs.SigningKey.new("lender.example")
TRUST = cs.Trust.of(LENDER)


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A decision that a person overrode, and then another one again; with receipts of everything."""
    folder = tmp_path_factory.mktemp("handled")
    german = cs.datasets.load_german()
    pipeline = cs.CreditPipeline(features=[cs.application_features(("amount", "term_days"))])
    pipeline.fit(german.applications, cs.Portfolio(), german.bad)
    TRUST.save(folder / "keys.json")
    with cs.Ledger.open(folder / "d.db", key=cs.Ledger.new_key()) as ledger:
        policy = cs.Policy("consumer", "1", cutoff=700)
        record = pipeline.decide(german.applications.take([0]), cs.Portfolio(), policy=policy, ledger=ledger)
        first = cs.review_decision(record, reviewer="A. B.", decision="approve", reason="Seen the payslip.")
        names = [ledger.handling.enter(first).entry_id]
        earlier = ledger.tree.publish(folder / "earlier", LENDER)
        then = [ledger.tree.receipt(name, earlier) for name in (record.decision_id, names[0])]
        between = datetime.now(UTC)
        second = cs.review_decision(
            record, reviewer="C. D.", role="head of credit", decision="decline", reason="A forged payslip.",
            heard="It is mine.", earlier=[first],
        )  # fmt: skip
        names.append(ledger.handling.enter(second).entry_id)
        report = cs.decision_report(record, reviews=[first])
        objection = cs.open_objection(report, item="record/outcome/score", because="Not so.", rule="CN")
        names.append(ledger.handling.enter(objection).entry_id)
        again = cs.decision_report(record, reviews=[first, second], replaces=report, correction="The ruling.")
        names.append(ledger.handling.enter(again).entry_id)
        head = ledger.tree.publish(folder / "tiles", LENDER)
        (folder / "head.txt").write_text(head.text)
        receipts = {name: ledger.tree.receipt(name, head) for name in (record.decision_id, *names)}
        proof = ledger.tree.consistency(earlier.head.size).to_plain()
        (folder / "proof.json").write_text(canonical_v1(proof))
    return House(folder, record, [first, second], objection, again, receipts, between, then)


class House:
    def __init__(self, folder, record, reviews, objection, again, receipts, between, then):
        self.folder, self.record, self.reviews = folder, record, reviews
        self.objection, self.again, self.between, self.then = objection, again, between, then
        self.decided, self.first, self.last, self.objected, self.issued = receipts.values()

    def report(self, *, audience="subject", count=2, receipt=None, **more):
        return cs.decision_report(
            self.record, audience=audience, reviews=self.reviews[:count], receipt=self.decided,
            review_receipt=receipt or (self.first, self.last)[count - 1], **more,
        )  # fmt: skip

    def script(self, data, *, head=False, receipt=None):
        """The faults that the script of 200 lines finds."""
        given = {"trust": json.loads(TRUST.to_json()), "receipt": receipt, "proof": None}
        given["head"] = (self.folder / "head.txt").read_text() if head else None
        return [(name, fault) for name, fault in outsider.checks(data, given) if fault]

    def verified(self, data, **more):
        path = self.folder / "given.json"
        path.write_text(canonical_v1(data), encoding="utf-8")
        return verify_path(path, trust=self.folder / "keys.json", **more)


@pytest.mark.parametrize("audience", ["subject", "auditor", "authority"])
def test_a_page_with_its_reviews_is_proven_by_page_verify_and_script(house, audience):
    for count in (1, 2):
        report = house.report(audience=audience, count=count).signed(LENDER)
        report.save(house.folder / "page.html")
        assert cs.read_report(house.folder / "page.html").data == report.data
        assert house.script(report.to_dict(), head=True) == []
        found = house.verified(report.to_dict(), heads=[house.folder / "head.txt"])
        assert found.passed, str(found)
        assert "ok      its reviews are in the ledger" in str(found)
        number = (house.first, house.last)[count - 1].leaf.sequence
        assert f"number {number} of {house.last.head.head.size}, as of" in report.to_html()
        assert report.to_html().count("Entry in the ledger") == 2


def changed_pages(house, audience):
    """What a lender could show in the stead of what was entered; hashed and signed anew each time."""
    whole = house.report(audience=audience).to_dict()

    def page(change, **more):
        data = json.loads(json.dumps(whole)) | more
        change(data)
        data.pop("sha256")
        data["decided"] = data["reviews"][-1]["decision"] if data["reviews"] else data["decided"]
        return cs.DecisionReport(hashed(data)).signed(LENDER).to_dict()

    def put(number, **parts):
        return lambda data: data["reviews"][number].update(parts)

    yield "another ruling", page(put(1, decision="approve", overrides=False))
    yield "another reason", page(put(0, reason="No reason."))
    yield "another role", page(put(1, role="clerk"))
    yield "another moment", page(put(1, reviewed_at=datetime.now(UTC).isoformat()))
    yield "nothing was heard", page(put(1, heard=""))
    yield "the first is left out", page(lambda data: data["reviews"].pop(0))
    yield "the last is left out", page(lambda data: data["reviews"].pop())
    yield "all are left out", page(lambda data: data["reviews"].clear())
    yield "one more", page(lambda data: data["reviews"].append(dict(data["reviews"][-1])))
    yield "exchanged", page(lambda data: data["reviews"].reverse())
    first = {"sha256": house.reviews[0].sha256, "receipt": house.first.to_plain()}
    yield "the receipt of the first", page(lambda _: None, reviewed=first)
    decided = {"sha256": house.record.sha256, "receipt": house.decided.to_plain()}
    yield "the receipt of the decision", page(lambda _: None, reviewed=decided)
    objected = {"sha256": house.objection.sha256, "receipt": house.objected.to_plain()}
    yield "the receipt of the objection", page(lambda _: None, reviewed=objected)
    yield "the hash of another", page(lambda data: data["reviewed"].update(sha256="0" * 64))
    if audience != "subject":
        yield "another reviewer", page(put(0, reviewer="Somebody else"))
        yield "the last reviewer", page(put(1, reviewer="Somebody else"))
        renamed = house.reviews[1].to_dict() | {"reviewer": "Nobody", "sha256": ""}
        renamed.pop("schema")
        yield "a reviewer with a right hash", page(put(1, **cs.Review(**renamed).to_dict()))


@pytest.mark.parametrize("audience", ["subject", "auditor"])
def test_every_page_that_shows_other_reviews_than_were_entered_is_found(house, audience):
    tried = 0
    for what, data in changed_pages(house, audience):
        assert house.script(data), what
        assert not house.verified(data).passed, what
        assert [*follows_not(data)], what
        tried += 1
    assert tried >= 14


def test_a_page_without_the_receipt_of_its_reviews_says_so_and_fails_where_a_head_was_kept(house):
    bare = cs.decision_report(house.record, reviews=house.reviews, receipt=house.decided).signed(LENDER)
    assert house.script(bare.to_dict()) == []
    (found,) = house.script(bare.to_dict(), head=True)
    assert found[0] == "its reviews are in the ledger"
    said = house.verified(bare.to_dict())
    assert said.passed
    assert "whether its reviews are in the ledger was not checked" in str(said)
    assert not house.verified(bare.to_dict(), heads=[house.folder / "head.txt"]).passed


def test_a_report_takes_the_receipt_of_its_last_review_under_one_head_and_no_other(house):
    for receipt, count in ((house.first, 2), (house.last, 1), (house.objected, 2), (house.decided, 2)):
        with pytest.raises(ArtefactError, match="does not prove that the reviews"):
            house.report(count=count, receipt=receipt)
    with pytest.raises(ParameterError, match="review_receipt"):
        cs.decision_report(house.record, review_receipt=house.last, receipt=house.decided)
    with pytest.raises(ParameterError, match="review_receipt"):
        cs.decision_report(house.record, reviews=house.reviews, review_receipt=house.last)
    with pytest.raises(ParameterError, match="review_receipt"):
        house.report(receipt=house.last.to_plain())
    later = replace(house.last.head.head, at=datetime.now(UTC))
    other = replace(house.last, head=SignedHead.of(later, LENDER))
    with pytest.raises(ArtefactError, match="under two heads"):
        house.report(receipt=other)


def test_a_receipt_in_cose_is_of_the_review_and_of_nothing_else(house):
    content = house.last.to_cose(LENDER)
    assert check_cose(content, house.reviews[1].sha256, TRUST).is_good
    for digest in (house.reviews[0].sha256, house.record.sha256):
        assert not check_cose(content, digest, TRUST).is_good


def test_a_review_and_an_objection_are_verified_with_their_receipts(house):
    for one, receipt in ((house.reviews[0], house.first), (house.objection, house.objected)):
        (house.folder / "r.json").write_text(receipt.to_json())
        given = {"receipt": house.folder / "r.json", "heads": [house.folder / "head.txt"]}
        found = house.verified(one.to_dict(), **given)
        assert found.passed, str(found)
        assert "it is in the ledger" in str(found)
        changed = one.to_dict() | {"decision_id": "another"}
        assert not house.verified(changed, receipt=house.folder / "r.json").passed
        rest = {name: part for name, part in changed.items() if name != "sha256"}
        resealed = changed | {"sha256": sha256(canonical_v1(rest))}
        assert house.verified(resealed).passed
        assert not house.verified(resealed, receipt=house.folder / "r.json").passed
    (house.folder / "r.json").write_text(house.last.to_json())
    assert not house.verified(house.reviews[0].to_dict(), receipt=house.folder / "r.json").passed


def test_that_a_corrected_report_was_issued_is_proven_by_its_own_receipt(house):
    (house.folder / "r.json").write_text(house.issued.to_json())
    given = {"receipt": house.folder / "r.json", "heads": [house.folder / "head.txt"]}
    found = house.verified(house.again.signed(LENDER).to_dict(), **given)
    assert found.passed, str(found)
    assert "ok      that it was issued is in the ledger" in str(found)
    for change in (
        {"issued_at": (datetime.now(UTC) - timedelta(days=40)).isoformat()},
        {"creditor": "Another"},
        {"replaces": house.again.data["replaces"] | {"correction": "Nothing."}},
    ):
        data = {name: part for name, part in house.again.data.items() if name != "sha256"} | change
        other = cs.DecisionReport(hashed(data)).signed(LENDER).to_dict()
        assert "FAILED  that it was issued is in the ledger" in str(house.verified(other, **given)), change


def test_a_review_that_a_page_keeps_back_is_counted_in_published_tiles(house, tmp_path):
    """Everything on the page is proven; only the leaves that everybody can fetch tell that there is more."""
    kept = {"heads": [house.folder / "head.txt"], "tiles": house.folder / "tiles"}
    whole = house.report().signed(LENDER).to_dict()
    found = house.verified(whole, **kept)
    assert found.passed, str(found)
    assert f"what people did since: {house.record.decision_id}/" not in str(found)
    hides = house.report(count=1).signed(LENDER).to_dict()
    assert house.verified(hides, heads=kept["heads"]).passed
    said = str(house.verified(hides, **kept))
    assert "2 reviews had been entered when it was issued, and it shows 1" in said
    bare = cs.decision_report(house.record, receipt=house.decided).signed(LENDER).to_dict()
    assert "and it shows 0" in str(house.verified(bare, **kept))
    then = {"receipt": house.then[0], "review_receipt": house.then[1], "issued_at": house.between}
    at_first = cs.decision_report(house.record, reviews=house.reviews[:1], **then).signed(LENDER).to_dict()
    proof = house.folder / "proof.json"
    found = house.verified(at_first, **kept, proofs=[proof])
    assert found.passed, str(found)
    name = house.record.decision_id
    assert f"since: {name}/review/2, {name}/objection/1, {name}/report/1" in str(found)
    assert f"with it: {name}/review/1, {name}/review/2" in str(house.verified(house.record.to_dict(), **kept))


def test_tiles_that_are_older_others_or_damaged_are_found(house, tmp_path):
    whole = house.report().signed(LENDER).to_dict()
    kept = {"heads": [house.folder / "head.txt"]}
    said = str(house.verified(whole, tiles=house.folder / "earlier", **kept))
    assert "it shows 2 reviews, and they hold 1" in said
    assert "FAILED  the tiles hold what was held at 5 entries" in said
    with cs.Ledger.open(tmp_path / "other.db", key=cs.Ledger.new_key()) as ledger:
        ledger.tree.publish(tmp_path / "tiles", LENDER)
    assert "the decision is not in them" in str(house.verified(whole, tiles=tmp_path / "tiles"))
    (entries,) = (house.folder / "tiles/tile/entries").glob("000.p/5")
    right = entries.read_bytes()
    for wrong in (right[:-1], right[:90] + b"x" + right[91:], b""):
        entries.write_bytes(wrong)
        assert not house.verified(whole, tiles=house.folder / "tiles").passed
    entries.write_bytes(right)
    assert house.verified(whole, tiles=house.folder / "tiles").passed
    assert not house.verified(whole, tiles=house.folder / "nowhere").passed
    found = verify_path(house.folder / "given.json", tiles=house.folder / "tiles")
    assert "FAILED  the head of the tiles is signed by whom one trusts" in str(found)


def test_a_page_that_is_dated_back_hides_no_review(house):
    """Its own receipt counts the review that it says was not there yet."""
    kept = {"heads": [house.folder / "head.txt"], "tiles": house.folder / "tiles"}
    back = cs.decision_report(house.record, receipt=house.decided, issued_at=house.between)
    said = str(house.verified(back.signed(LENDER).to_dict(), **kept))
    assert "2 reviews had been entered when it was issued, and it shows 0" in said
    with pytest.raises(ParameterError, match="'issued_at'.*not before"):
        house.report(issued_at=house.between)
    decided = datetime.fromisoformat(house.record.content["decided_at"])
    for issued in (decided - timedelta(seconds=1), decided - timedelta(days=3)):
        with pytest.raises(ParameterError, match="'issued_at'.*not before"):
            cs.decision_report(house.record, receipt=house.decided, issued_at=issued)


@pytest.mark.parametrize("days", [0, 3])
def test_a_page_that_another_build_dated_back_is_found(house, days):
    data = {name: part for name, part in house.report().to_dict().items() if name != "sha256"}
    issued = (house.between - timedelta(days=days)).isoformat()
    page = cs.DecisionReport(hashed(data | {"issued_at": issued})).signed(LENDER).to_dict()
    assert ("the document is as it was written", "it was issued or signed too early") in house.script(page)
    assert "FAILED  it was issued after all that it tells of: it was issued at" in str(house.verified(page))
    head = house.decided.head.head
    bare = cs.decision_report(house.record, receipt=house.decided).to_dict() | {"issued_at": issued}
    bare["record"] = bare["record"] | {"decided_at": issued}
    said = str(house.verified(bare))
    assert (f"and tells of {(head.at - timedelta(days=1)).isoformat()}" in said) is bool(days)


def test_a_receipt_under_a_later_head_does_not_stand_in_an_older_page(house):
    """Of a decision of last week; the head is of today."""
    old = cs.DecisionRecord.from_dict(
        {k: v for k, v in house.record.to_dict().items() if k != "sha256"}
        | {"decided_at": (house.between - timedelta(days=9)).isoformat()}
    )
    with pytest.raises(ParameterError, match="not before the head of its receipt"):
        check_issue(house.between - timedelta(days=2), old.content, [], house.decided)
    check_issue(house.between - timedelta(hours=2), old.content, [], house.decided)
