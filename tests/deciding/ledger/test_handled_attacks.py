"""Attempts at lying about what people did with a decision, each by somebody who knows the format well."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

import creditscore as cs
from creditscore._ground.canonical import canonical_v1, sha256
from creditscore.deciding.disclosed import versions_of
from creditscore.deciding.ledger import covered, handling
from creditscore.deciding.reviews import shown_reviews
from creditscore.errors import ArtefactError, DecisionUnknownError, LedgerError, ParameterError
from creditscore.report.document import hashed
from creditscore.report.following import follows_not
from creditscore.signing.trust import Trust, TrustedKey
from creditscore.transparency.heads import SignedHead, TreeHead
from creditscore.transparency.leaves import Leaf, commit
from creditscore.transparency.proofs import InclusionProof
from creditscore.transparency.receipts import Receipt
from creditscore.transparency.tree import MemoryHashes, root_at
from creditscore.verify import outsider
from creditscore.verify.paths import verify_path
from tests.deciding.ledger.attacks import changing, rows_of
from tests.deciding.ledger.filled import KEY
from tests.deciding.ledger.test_handled import decided, ruled, with_everything
from tests.deciding.records import record as made

LENDER = cs.SigningKey.new("lender.example")
TRUST = Trust.of(TrustedKey.of(LENDER, valid_from=datetime(2020, 1, 1, tzinfo=UTC)))
SALT = bytes(range(32))


@pytest.fixture(scope="module")
def record():
    german = cs.datasets.load_german()
    pipeline = cs.CreditPipeline(features=[cs.application_features(("amount", "term_days"))])
    pipeline.fit(german.applications, cs.Portfolio(), german.bad)
    policy = cs.Policy("consumer", "1", cutoff=700)
    return pipeline.decide(german.applications.take([0]), cs.Portfolio(), policy=policy)


def entered_as(record, what="decision", name=None, *, origin="ab", at=None):
    """A receipt from a log of the lender's own making, which holds the hash of a decision under some name."""
    at, versions = at or datetime.now(UTC), versions_of(record)
    commitment = commit(SALT, record.sha256, *versions)
    leaf = Leaf(1, what, int(at.timestamp() * 1e6), name or record.decision_id, commitment, "ef" * 32)
    tree = MemoryHashes([leaf.hash])
    head = SignedHead.of(TreeHead("creditscore.ledger/" + origin * 16, 1, root_at(tree, 1), at), LENDER)
    return Receipt(leaf, SALT, InclusionProof.of(tree, 0, 1), head, *versions)


def script(data, receipt=None):
    given = {"trust": json.loads(TRUST.to_json()), "receipt": receipt, "head": None, "proof": None}
    return [fault for _, fault in outsider.checks(data, given) if fault]


@pytest.mark.parametrize(("what", "name"), [("objection", None), ("model", None), ("decision", "another")])
def test_a_decision_that_was_entered_as_something_else_or_under_another_name_has_no_receipt(
    record, tmp_path, what, name
):
    """The hash is in the log and its head is signed; nobody who looks for the decision there finds it."""
    receipt = entered_as(record, what, name)
    assert receipt.check(record.sha256, TRUST).is_good
    with pytest.raises(ArtefactError, match=f"for something else, {what}"):
        cs.decision_report(record, receipt=receipt)
    right = cs.decision_report(record, receipt=entered_as(record))
    data = {**right.data, "receipt": receipt.to_plain()}
    data.pop("sha256")
    page = cs.DecisionReport(hashed(data)).signed(LENDER).to_dict()
    assert script(page)
    assert [*follows_not(page)]
    assert script(record.signed(LENDER).to_dict(), receipt.to_plain())
    assert not script(right.signed(LENDER).to_dict())
    (tmp_path / "page.json").write_text(cs.DecisionReport(page).to_json())
    TRUST.save(tmp_path / "keys.json")
    assert not verify_path(tmp_path / "page.json", trust=tmp_path / "keys.json").passed


def test_a_review_of_another_ledger_of_the_same_lender_does_not_stand_beside_a_decision(record):
    """The lender keeps two ledgers, and enters the ruling where nobody looks."""
    seen = ruled(record)
    shown = shown_reviews([seen])
    commitment = commit(SALT, seen.sha256, shown)
    now = datetime.now(UTC)
    name = f"{record.decision_id}/review/1"
    leaf = Leaf(1, "review", int(now.timestamp() * 1e6), name, commitment, "ef" * 32)
    tree = MemoryHashes([leaf.hash])
    head = SignedHead.of(TreeHead("creditscore.ledger/" + "cd" * 16, 1, root_at(tree, 1), now), LENDER)
    other = Receipt(leaf, SALT, InclusionProof.of(tree, 0, 1), head, shown)
    with pytest.raises(ArtefactError, match="under two heads"):
        cs.decision_report(record, reviews=[seen], receipt=entered_as(record), review_receipt=other)
    right = cs.decision_report(record, reviews=[seen], receipt=entered_as(record))
    data = {**right.data, "reviewed": {"sha256": seen.sha256, "receipt": other.to_plain()}}
    data.pop("sha256")
    page = cs.DecisionReport(hashed(data)).signed(LENDER).to_dict()
    assert script(page)
    assert [*follows_not(page)]


def test_a_head_that_says_it_is_older_than_a_review_is_not_believed(record):
    """By whoever has a key that was revoked since."""
    old = entered_as(record, at=datetime.now(UTC) - timedelta(days=9))
    late = replace(old.leaf, appended_at=int(datetime.now(UTC).timestamp() * 1e6))
    tree = MemoryHashes([late.hash])
    head = SignedHead.of(replace(old.head.head, root=root_at(tree, 1)), LENDER)
    receipt = replace(old, leaf=late, proof=InclusionProof.of(tree, 0, 1), head=head)
    assert "its head is older than its entry" in script(record.signed(LENDER).to_dict(), receipt.to_plain())
    assert receipt.fault(record.sha256) == "its head is older than its entry"


def test_an_administrator_who_takes_the_names_of_the_last_review_away_hides_it_from_nobody(place):
    """It would be read without it, and a page be made of the ruling before, without any verification."""
    with_everything(place)[0].close()
    with changing(place) as connection:
        connection.execute(
            "DELETE FROM names WHERE sequence IN (SELECT sequence FROM chain WHERE entry_id = ?)",
            ("d-1/review/2",),
        )
    with cs.Ledger.open(place, key=KEY) as ledger:
        with pytest.raises(LedgerError, match="'d-1/review/2' is in the ledger, and its names were taken"):
            ledger.handling.of("d-1")
        with pytest.raises(LedgerError):
            ledger.verify()
        other = decided(1)
        with pytest.raises((LedgerError, ArtefactError)):
            ledger.handling.enter(ruled(other, *ledger.handling.reviews("d-2")))


def test_what_was_done_stays_closed_where_an_erased_key_is_put_back(place):
    ledger, _, _ = with_everything(place)
    with ledger:
        wanted = "SELECT key_id, subject, wrapped FROM keys"
        rows = _rows(place, wanted)
        names = _rows(place, "SELECT name, sequence FROM names")
        ledger.erase("subject-1")
    gone = [row for row in rows if row not in _rows(place, wanted)]
    assert gone
    with changing(place) as connection:
        for row in gone:
            connection.execute("INSERT INTO keys VALUES (?, ?, ?)", row)
        for row in names:
            connection.execute("INSERT INTO names VALUES (?, ?) ON CONFLICT DO NOTHING", row)
    with cs.Ledger.open(place, key=KEY) as ledger:
        for ask in (ledger.handling.of, ledger.handling.reviews):
            with pytest.raises(DecisionUnknownError):
                ask("d-1")
        with pytest.raises(DecisionUnknownError):
            ledger.tree.receipt("d-1/review/1", LENDER)
        with pytest.raises(LedgerError):
            ledger.verify()


def _rows(place, query):
    return [tuple(map(_plain, row)) for row in rows_of(place, query)]


def _plain(cell):
    return bytes(cell) if isinstance(cell, memoryview) else cell


def test_a_decision_that_is_named_like_a_review_is_none_and_blocks_none_unseen(tmp_path):
    """Names of decisions are the lender's: one may end in what names of reviews end in."""
    odd = made("1/review/1", "subject-1", decided_at=decided(1).content["decided_at"])
    with cs.Ledger.open(tmp_path / "d.db", key=KEY) as ledger:
        ledger.append_many([decided(1), odd])
        with pytest.raises(LedgerError, match="already in the ledger"):
            ledger.handling.enter(ruled(decided(1)))
        assert ledger.handling.of("d-1") == []
        ledger.handling.enter(ruled(odd))
        assert [one.entry_id for one in ledger.handling.of("d-1/review/1")] == ["d-1/review/1/review/1"]
        assert ledger.verify().reviews == 1
        ledger.tree.publish(tmp_path / "tiles", LENDER)
    TRUST.save(tmp_path / "keys.json")
    for one, counted in ((decided(1), ""), (odd, "d-1/review/1/review/1")):
        (tmp_path / "r.json").write_text(one.to_json())
        found = verify_path(tmp_path / "r.json", trust=tmp_path / "keys.json", tiles=tmp_path / "tiles")
        said = [str(line) for line in str(found).splitlines() if "what people did" in line]
        assert (counted in said[0]) if counted else not said


def test_tiles_are_held_against_a_document_of_any_form_without_a_traceback(record, tmp_path):
    with cs.Ledger.open(tmp_path / "d.db", key=KEY) as ledger:
        ledger.append(record)
        ledger.tree.publish(tmp_path / "tiles", LENDER)
    TRUST.save(tmp_path / "keys.json")
    page = cs.decision_report(record).to_dict()
    for change in (
        {"issued_at": "soon"},
        {"issued_at": "2026-01-01"},
        {"issued_at": None},
        {"reviews": 3},
        {"reviews": "xx"},
        {"reviews": {"0": {}}},
        {"record": {}},
        {"record": 4},
        {"reviewed": []},
        {"reviewed": {"sha256": 3, "receipt": 4}},
    ):
        (tmp_path / "p.json").write_text(json.dumps({**page, **change}))
        found = verify_path(tmp_path / "p.json", trust=tmp_path / "keys.json", tiles=tmp_path / "tiles")
        assert not found.passed, change


def test_a_keeper_who_sets_the_clock_back_dates_no_review_back(tmp_path, monkeypatch):
    """Entries never go back in time, whatever the clock says; a head that lacks a review dates it."""
    long_ago = datetime.now(UTC) - timedelta(days=5)
    one = made(1, decided_at=long_ago.isoformat())
    monkeypatch.setattr(handling, "GRACE", timedelta(days=99))
    with cs.Ledger.open(tmp_path / "d.db", key=KEY) as ledger:
        ledger.append(one)
        head = ledger.tree.sign(LENDER)
        with monkeypatch.context() as clock:
            clock.setattr("time.time_ns", lambda: int((long_ago.timestamp() + 60) * 1e9))
            seen = ruled(one, reviewed_at=long_ago + timedelta(minutes=1))
            ledger.handling.enter(seen)
        assert ledger.handling.of("d-1")[0].appended_at > long_ago + timedelta(days=4)
        with pytest.raises(LedgerError, match="lacks it"):
            ledger.verify(head=head, trust=TRUST)
    assert timedelta(days=1) == covered.GRACE


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": ""},
        {"reason": " ."},
        {"reason": 5},
        {"reviewer": " "},
        {"reviewer": None},
        {"role": ["clerk"]},
        {"heard": None},
        {"reviewed_at": "today"},
        {"reviewed_at": datetime.now(UTC).replace(tzinfo=None).isoformat()},
    ],
)
def test_a_ruling_by_nobody_without_a_reason_or_a_moment_is_none(wrong):
    """Made by hand, past the function that asks for them."""
    seen = ruled(decided(1))
    with pytest.raises((ArtefactError, ParameterError)):
        replace(seen, sha256="", **wrong)
    body = seen.to_dict() | wrong
    body["sha256"] = sha256(canonical_v1({k: v for k, v in body.items() if k != "sha256"}))
    with pytest.raises(ArtefactError):
        cs.Review.from_dict(body)


def test_a_review_that_follows_another_is_not_older_than_that(place):
    one = decided(1)
    first = ruled(one)
    earlier = (datetime.fromisoformat(first.reviewed_at) - timedelta(seconds=9)).isoformat()
    second = replace(ruled(one, first), reviewed_at=earlier, sha256="")
    with cs.Ledger.open(place, key=KEY) as ledger:
        ledger.append(one)
        ledger.handling.enter(first)
        with pytest.raises(ArtefactError, match="dated before what it looks at"):
            ledger.handling.enter(second)
        assert ledger.handling.reviews("d-1") == [first]
