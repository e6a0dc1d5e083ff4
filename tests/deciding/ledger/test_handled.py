"""What people did with decisions stands in the ledger, and cannot be hidden, moved or made up later."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime, timedelta

import pytest

import creditscore as cs
from creditscore._ground.canonical import canonical_v1, sha256
from creditscore.deciding.ledger import handling
from creditscore.deciding.ledger.chain import HANDLING, WHATS
from creditscore.deciding.ledger.handled import Course, Handled
from creditscore.errors import ArtefactError, DecisionUnknownError, LedgerError
from creditscore.transparency.leaves import commit
from creditscore.transparency.receipts import check_cose
from creditscore.verify.ledger import verify_chain
from tests.deciding.ledger.attacks import changing, older, resealed, rows_of
from tests.deciding.ledger.filled import KEY
from tests.deciding.records import record

LENDER = cs.SigningKey("lender.example", bytes(range(1, 33)))
TRUST = cs.Trust.of(LENDER)
NOW = datetime.now(UTC)
RULINGS = itertools.cycle(["approve", "decline"])


def decided(number, **more):
    at = (NOW - timedelta(minutes=1)).isoformat()
    return record(number, f"subject-{number % 3}", application_id=f"A{number}", decided_at=at, **more)


def ruled(one, *earlier, **more):
    more = {"reviewer": "A. B.", "decision": next(RULINGS), "reason": "Seen in person."} | more
    return cs.review_decision(one, earlier=earlier, **more)


def objected(decision_id, **more):
    """As an objection is written down, without the report that it is about."""
    body = {
        "schema": "creditscore.objection/1",
        "decision_id": decision_id,
        "report_sha256": "ab" * 32,
        "item": "record/outcome/score",
        "because": "It was paid.",
        "opened_at": NOW.isoformat(),
        **more,
    }
    return body | {"sha256": sha256(canonical_v1(body))}


def issued(one, **more):
    """As a report is, as far as its entry looks at it."""
    return {
        "schema": "creditscore.decision-report/1",
        "record": {"decision_id": one.decision_id},
        "full_version": {"record_sha256": one.sha256},
        "report_id": "r-1",
        "sha256": "cd" * 32,
        "issued_at": datetime.now(UTC).isoformat(),
        **more,
    }


def with_everything(place):
    """Three decisions; one was reviewed twice, objected to, and reported anew."""
    ledger = cs.Ledger.open(place, key=KEY)
    several = [decided(number) for number in range(3)]
    ledger.append_many(several)
    first = ruled(several[1])
    ledger.handling.enter(first)
    ledger.handling.enter(objected("d-1"))
    second = ruled(several[1], first)
    ledger.handling.enter(second)
    named = {"report_id": "r-0", "sha256": "ee" * 32, "issued_at": NOW.isoformat(), "decision_id": "d-1"}
    ledger.handling.enter(issued(several[1], replaces=named | {"correction": "The income."}))
    ledger.handling.enter(ruled(several[2]))
    return ledger, several, [first, second]


def test_what_was_done_is_read_back_in_order_and_counted(place, tmp_path):
    ledger, several, reviews = with_everything(place)
    with ledger:
        done = ledger.handling.of("d-1")
        assert [one.entry_id for one in done] == [
            "d-1/review/1", "d-1/objection/1", "d-1/review/2", "d-1/report/1",
        ]  # fmt: skip
        assert ledger.handling.reviews("d-1") == reviews
        assert done[1].content == objected("d-1")
        assert done[3].content["replaces"]["correction"] == "The income."
        assert ledger.handling.of("d-0") == []
        found = ledger.verify()
        assert (found.decisions, found.reviews, found.objections, found.reports) == (3, 3, 1, 1)
        assert [one.decision_id for one in ledger.find(subject="subject-1")] == ["d-1"]
        assert [one.sha256 for one in ledger.records()] == [one.sha256 for one in several]
        assert ledger.backup(tmp_path / "copy.db").reviews == 3
    assert verify_chain(tmp_path / "copy.db").passed


def test_a_receipt_proves_each_and_of_a_review_how_many_there_are(place):
    ledger, several, reviews = with_everything(place)
    with ledger:
        head = ledger.tree.sign(LENDER)
        for one in ledger.handling.of("d-1"):
            receipt = ledger.tree.receipt(one.entry_id, head)
            assert receipt.check(one.sha256, TRUST).is_good
            assert receipt.leaf.what == one.what
            assert not receipt.check(several[1].sha256, TRUST).is_good
            assert check_cose(receipt.to_cose(LENDER), one.sha256, TRUST).is_good
            assert not check_cose(receipt.to_cose(LENDER), reviews[0].sha256[::-1], TRUST).is_good
        told = [
            {name: getattr(review, name) for name in (
                "decision", "before", "reason", "role", "heard", "reviewed_at", "overrides",
            )}
            for review in reviews
        ]  # fmt: skip
        for count in (1, 2):
            receipt = ledger.tree.receipt(f"d-1/review/{count}", head)
            said = {"decision_id": "d-1", "record_sha256": several[1].sha256, "reviews": told[:count]}
            text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            assert receipt.shown == sha256(text)
            assert receipt.leaf.commitment == commit(receipt.salt, reviews[count - 1].sha256, sha256(text))


def test_it_is_forgotten_with_its_subject_and_every_other_proof_holds(place):
    ledger, several, _ = with_everything(place)
    with ledger:
        head = ledger.tree.sign(LENDER)
        kept = ledger.tree.receipt("d-2/review/1", head)
        ledger.erase("subject-1")
        found = ledger.verify(head=head, trust=TRUST)
        assert (found.reviews, found.objections, found.reports, found.unreadable) == (3, 1, 1, 1)
        for ask in (ledger.handling.of, ledger.handling.reviews):
            with pytest.raises(DecisionUnknownError, match="erased"):
                ask("d-1")
        with pytest.raises(DecisionUnknownError):
            ledger.tree.receipt("d-1/review/1", head)
        with pytest.raises(DecisionUnknownError):
            ledger.handling.enter(ruled(several[1]))
        assert kept.check(ledger.handling.of("d-2")[0].sha256, TRUST).is_good
        ledger.append(decided(4))  # of the same subject, under a new key
        ledger.handling.enter(ruled(decided(4)))
        ledger.rotate(bytes(range(9, 41)))
        assert ledger.verify(head=head, trust=TRUST).reviews == 4


def test_what_is_not_of_this_decision_or_does_not_follow_is_not_entered(place):
    ledger, several, reviews = with_everything(place)
    one = several[0]
    changed = ruled(one).to_dict() | {"reason": "Another one."}
    odd = issued(one, replaces={"report_id": "r"})
    with ledger:
        size = len(ledger)
        for wrong, match in (
            (reviews[0], "in the ledger already"),
            (objected("d-1"), "in the ledger already"),
            (changed, "hash is another"),
            (ruled(decided(0, reasons=[])), "another record"),
            (objected("d-9"), "no readable decision"),
            (issued(one, full_version={"record_sha256": "0" * 64}), "another record"),
            (ruled(one, reviewed_at=NOW + timedelta(days=2)), "within a day"),
            (issued(one, issued_at=(NOW - timedelta(days=2)).isoformat()), "within a day"),
            (issued(one, issued_at=(NOW - timedelta(hours=2)).isoformat()), "before the decision was taken"),
            (objected("d-0", opened_at="soon"), "when it was done"),
            (objected("d-0", opened_at="2026-11-30T10:00:00"), "with a time zone"),
            (issued(one, issued_at=NOW.isoformat()[:19]), "with a time zone"),
            (objected("d-0", item=None), "to which item"),
            (objected("d-0", because=" \n"), "and why"),
            (objected("d-0", because="a" * 20_001), "20,000 letters"),
            (objected("d-0", stated="a" * 2_000_000), "1,048,576 bytes"),
            (ruled(one, heard="a" * 2_000_000), "1,048,576 bytes"),
            (odd, "another form"),
            (issued(one, record={}), "which decision"),
            (one, "a review, an objection, or a report"),
            ("d-0", "a review, an objection, or a report"),
        ):
            with pytest.raises(LedgerError, match=match):
                ledger.handling.enter(wrong)
        # Of two second reviews only one can be entered: the other does not follow from the last.
        with pytest.raises(ArtefactError, match="is missing"):
            ledger.handling.enter(ruled(several[1], reviews[0]))
        assert len(ledger) == size
        assert ledger.verify().reviews == 3


def test_an_administrator_who_drops_moves_or_exchanges_a_review_is_found_without_any_key(tmp_path):
    """All hashes are made anew: what follows from names, subjects and numbers is wrong all the same."""

    def swapped(rows):
        one, other = rows[3], rows[5]
        names = one._replace(entry_id=other.entry_id), other._replace(entry_id=one.entry_id)
        return [*rows[:3], names[1], rows[4], names[0], *rows[6:]]

    changes = {
        "drops the first of two": lambda rows: [row for row in rows if row.entry_id != "d-1/review/1"],
        "drops the decision": lambda rows: [row for row in rows if row.entry_id != "d-1"],
        "numbers it otherwise": lambda rows: [
            row._replace(entry_id="d-1/review/3") if row.entry_id == "d-1/review/2" else row for row in rows
        ],
        "gives it to another decision": lambda rows: [
            row._replace(entry_id="d-0/review/1") if row.entry_id == "d-2/review/1" else row for row in rows
        ],
        "makes an objection of it": lambda rows: [
            row._replace(kind=10) if row.entry_id == "d-2/review/1" else row for row in rows
        ],
        "puts it before the decision": lambda rows: [rows[-1], *rows[:-1]],
        "exchanges two": swapped,
    }
    for number, (what, change) in enumerate(changes.items()):
        path = tmp_path / f"{number}.db"
        with with_everything(path)[0] as ledger:
            (tmp_path / "head.txt").write_text(ledger.tree.sign(LENDER).text)
        resealed(path, change)
        assert not verify_chain(path).passed or what == "exchanges two", what
        assert not verify_chain(path, heads=[tmp_path / "head.txt"], keys=_keys(tmp_path)).passed, what
        with cs.Ledger.open(path, key=KEY) as ledger, pytest.raises(LedgerError):
            ledger.verify()


def _keys(folder):
    from creditscore.verify.signatures import read_trust

    TRUST.save(folder / "keys.json")
    return read_trust(folder / "keys.json")


def test_the_last_review_that_is_cut_off_is_found_by_a_head_and_by_it_alone(tmp_path):
    path = tmp_path / "d.db"
    with with_everything(path)[0] as ledger:
        head = ledger.tree.sign(LENDER)
        (tmp_path / "head.txt").write_text(head.text)
    resealed(path, lambda rows: rows[:-1])
    assert verify_chain(path).passed
    assert not verify_chain(path, heads=[tmp_path / "head.txt"], keys=_keys(tmp_path)).passed
    with cs.Ledger.open(path, key=KEY) as ledger:
        assert ledger.verify().reviews == 2
        with pytest.raises(LedgerError, match="cut"):
            ledger.verify(head=head, trust=TRUST)


def test_a_review_that_is_dated_back_is_found_by_a_head_that_lacks_it(place, monkeypatch):
    """Its keeper has every key, and a build that enters what is old."""
    monkeypatch.setattr(handling, "_check_moment", lambda _: None)
    at = NOW - timedelta(days=30)
    one = record(1, "subject-1", decided_at=at.isoformat())
    with cs.Ledger.open(place, key=KEY) as ledger:
        ledger.append(one)
        head = ledger.tree.sign(LENDER)
        old = (at + timedelta(days=1)).isoformat()  # an objection comes from outside, and may be older
        ledger.handling.enter(objected("d-1", opened_at=old))
        assert ledger.verify(head=head, trust=TRUST).objections == 1
        ledger.handling.enter(ruled(one, reviewed_at=at + timedelta(days=1)))
        assert ledger.verify().reviews == 1
        with pytest.raises(LedgerError, match="lacks it"):
            ledger.verify(head=head, trust=TRUST)


def test_a_review_that_is_dated_ahead_is_found_with_the_key(place, monkeypatch):
    monkeypatch.setattr(handling, "_check_moment", lambda _: None)
    with cs.Ledger.open(place, key=KEY) as ledger:
        ledger.append(decided(1))
        ledger.handling.enter(ruled(decided(1), reviewed_at=NOW + timedelta(days=9)))
        with pytest.raises(LedgerError, match="it says it was done at"):
            ledger.verify()


def test_two_histories_of_reviews_are_found_by_either_head(tmp_path):
    """One person is shown an approval, another one a refusal, by the same keeper with all keys."""
    heads = []
    for name in ("one", "other"):
        path = tmp_path / f"{name}.db"
        if name == "one":
            with cs.Ledger.open(path, key=KEY) as ledger:
                ledger.append(decided(1))
                ledger.backup(tmp_path / "other.db")
        with cs.Ledger.open(path, key=KEY) as ledger:
            ledger.handling.enter(ruled(decided(1), decision="approve" if name == "one" else "decline"))
            heads.append(ledger.tree.sign(LENDER))
            ledger.verify(head=heads[-1], trust=TRUST)
            if name == "other":
                with pytest.raises(LedgerError, match="another history"):
                    ledger.verify(head=heads[0], trust=TRUST)
    assert heads[0].head.size == heads[1].head.size
    assert heads[0].head.root != heads[1].head.root


class AnyCourse(Course):
    """A build that checks nothing of what it enters."""

    def take(self, handled, record):
        self.counts[handled.kind] += 1
        self.done.append(handled)


@pytest.mark.parametrize(
    "what", ["another record", "not the next", "the same again", "other number", "commitment", "too early"]
)
def test_what_a_wrong_build_enters_with_every_key_is_found(place, monkeypatch, what):
    one, other = decided(1), decided(1, reasons=[])
    made = ruled(one)
    wrong = {
        "another record": ruled(other),
        "not the next": ruled(one, made),
        "the same again": made,
        "too early": issued(one, issued_at=(NOW - timedelta(hours=2)).isoformat()),
    }
    with cs.Ledger.open(place, key=KEY) as ledger:
        ledger.append(one)
        ledger.handling.enter(made) if what == "the same again" else None
        with monkeypatch.context() as build:
            build.setattr(handling, "course_of", lambda *given: AnyCourse("d-1", _counted(given[2])))
            if what == "other number":
                build.setattr(Course, "next_name", lambda *_: "d-1/review/2")
            if what == "commitment":
                build.setattr(handling, "commit", lambda salt, digest, *_: commit(salt, digest))
            ledger.handling.enter(wrong.get(what, made))
        with pytest.raises(LedgerError, match="not as it was appended"):
            ledger.verify()


def _counted(entries):
    counts = dict.fromkeys(HANDLING, 0)
    for entry, _ in entries:
        counts[entry.kind] += 1
    return counts


def test_a_decision_on_two_people_is_forgotten_with_its_reviews_by_either(place):
    others = {"parties": {"others": [{"subject": "subject-9"}]}}
    with cs.Ledger.open(place, key=KEY) as ledger:
        ledger.append_many([decided(1, **others), decided(4)])
        ledger.handling.enter(ruled(decided(1, **others)))
        ledger.handling.enter(ruled(decided(4)))
        ledger.erase("subject-9")
        assert ledger.verify().reviews == 2
        with pytest.raises(DecisionUnknownError):
            ledger.handling.of("d-1")
        assert len(ledger.handling.of("d-4")) == 1


def test_a_ledger_from_before_there_was_a_tree_takes_reviews(tmp_path):
    path = tmp_path / "old.db"
    with cs.Ledger.open(path, key=KEY) as ledger:
        ledger.append_many([decided(1), decided(2)])
    older(path)
    with cs.Ledger.open(path, key=KEY) as ledger:
        ledger.handling.enter(ruled(decided(1)))
        found = ledger.verify()
        assert (found.uncommitted, found.reviews) == (2, 1)
        assert ledger.tree.receipt("d-1/review/1", LENDER).leaf.what == "review"
    assert verify_chain(path).passed


def test_a_changed_row_of_a_review_is_found_when_it_is_read(place):
    with_everything(place)[0].close()
    with changing(place) as connection:
        connection.execute("UPDATE chain SET payload = nonce WHERE entry_id = 'd-1/review/2'")
    with cs.Ledger.open(place, key=KEY) as ledger:
        for ask in (lambda: ledger.handling.of("d-1"), ledger.verify):
            with pytest.raises(LedgerError):
                ask()
        assert len(ledger.handling.of("d-2")) == 1


def test_nothing_of_what_was_done_stands_in_the_file_in_plain_text(place):
    with_everything(place)[0].close()
    rows = rows_of(place, "SELECT payload, subject, nonce FROM chain")
    for word in (b"A. B.", b"Seen in person", b"It was paid", b"The income"):
        assert not any(word in bytes(cell) for row in rows for cell in row)


def test_what_is_entered_is_of_a_kind_that_leaves_know():
    assert {WHATS[kind] for kind in HANDLING} == {"review", "objection", "report"}
    made = Handled(objected("d-1"))
    assert (made.what, made.decision_id, made.entry_id, made.appended_at) == ("objection", "d-1", "", None)
