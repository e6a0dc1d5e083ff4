"""The tree of a ledger: heads kept elsewhere find what the file alone cannot, receipts outlive everything."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

import creditscore as cs
from creditscore.errors import DecisionUnknownError, LedgerError, ParameterError, SigningError
from creditscore.signing.keys import SigningKey
from creditscore.signing.trust import Trust, TrustedKey
from creditscore.transparency.heads import SignedHead, fork_between, witness
from creditscore.transparency.proofs import ConsistencyProof, InclusionProof
from creditscore.transparency.receipts import Receipt, check_cose
from creditscore.transparency.tiles import Tiles
from creditscore.verify.ledger import verify_chain
from creditscore.verify.signatures import read_trust
from tests.deciding.ledger.attacks import changing, older, resealed
from tests.deciding.records import content, record
from tests.transparency import oracle

KEY = bytes(range(32))
LENDER = SigningKey("lender.example", bytes(range(1, 33)))
WITNESS = SigningKey("witness.example", bytes(range(2, 34)))
START = datetime(2020, 1, 1, tzinfo=UTC)
TRUST = Trust.of(TrustedKey.of(LENDER, valid_from=START))
BOTH = TRUST.with_key(TrustedKey.of(WITNESS, valid_from=START, roles=["witness"]))


def decided(number: int, subject: str = "subject-1", **parts):
    return record(number, subject, decided_at=datetime.now(UTC).isoformat(), **parts)


def begun(place):
    with cs.Ledger.open(place, key=KEY) as ledger:
        ledger.append_many(decided(k, f"subject-{k % 3}") for k in range(6))
        ledger.erase("subject-1")
        ledger.append(decided(6, "subject-1"))
    return place


@pytest.fixture
def path(tmp_path):
    return begun(tmp_path / "decisions.db")


@pytest.fixture
def filled(place):
    return begun(place)


def opened(path):
    return cs.Ledger.open(path, key=KEY, create=False)


def test_the_root_is_that_of_the_entries_as_they_stand_in_the_file(path):
    """The leaves by hand, from the rows; the root by the words of the RFC."""
    connection = sqlite3.connect(path)
    rows = connection.execute(
        "SELECT chain.sequence, kind, appended_at, entry_id, commitment, hash FROM chain "
        "JOIN commitments USING (sequence) ORDER BY sequence"
    ).fetchall()
    connection.close()
    whats = {1: "decision", 2: "erasure"}
    leaves = [
        f"creditscore.leaf/1\n{n}\n{whats[kind]}\n{at}\n{name}\n{commitment}\n{digest.hex()}\n".encode()
        for n, kind, at, name, commitment, digest in rows
    ]
    with opened(path) as ledger:
        assert [ledger.tree.root(size) for size in range(9)] == [oracle.mth(leaves[:n]) for n in range(9)]


def test_receipts_prove_their_own_decision_and_no_other(filled):
    with opened(filled) as ledger:
        head = ledger.tree.sign(LENDER)
        for k in (0, 2, 3, 5, 6):
            receipt = ledger.tree.receipt(f"d-{k}", head)
            own = ledger.read(f"d-{k}").sha256
            assert receipt.check(own, TRUST).is_good
            assert check_cose(receipt.to_cose(LENDER), own, TRUST).is_good
            assert Receipt.from_json(receipt.to_json()) == receipt
            assert not receipt.check(ledger.read("d-0" if k else "d-2").sha256, TRUST).is_good
            assert receipt.check(own, Trust()).verdict == "untrusted_key"
        with pytest.raises(DecisionUnknownError, match="was erased"):
            ledger.tree.receipt("d-1", head)
        with pytest.raises(DecisionUnknownError, match="holds no entry"):
            ledger.tree.receipt("d-9", head)


def test_an_erasure_leaves_every_proof_valid_and_nothing_to_recognise(path):
    with opened(path) as ledger:
        before = ledger.tree.sign(LENDER)
        receipts = {k: ledger.tree.receipt(f"d-{k}", before) for k in (0, 2, 3, 5, 6)}
        digests = {k: ledger.read(f"d-{k}").sha256 for k in receipts}
        ledger.erase("subject-0")
        after = ledger.tree.sign(LENDER)
        proof = ledger.tree.consistency(before.head.size)
        assert not fork_between(before.head, after.head, proof)
        for k, receipt in receipts.items():
            assert receipt.check(digests[k], TRUST).is_good
        for k in (2, 5, 6):
            assert ledger.tree.receipt(f"d-{k}", after).check(digests[k], TRUST).is_good
        assert ledger.verify(head=[before, after], trust=TRUST).unreadable == 4
    content = b"".join(file.read_bytes() for file in path.parent.iterdir())
    for k in (0, 3):
        digest = digests[k]
        for known in (digest, hashlib.sha256(digest.encode()).hexdigest()):
            assert known.encode() not in content
            assert bytes.fromhex(known) not in content
        assert receipts[k].salt not in content


FORGERIES = {
    "nothing": lambda rows: rows,
    "cut": lambda rows: rows[:-1],
    "drop": lambda rows: rows[:2] + rows[3:],
    "reorder": lambda rows: [rows[1], rows[0], *rows[2:]],
    "redate": lambda rows: [rows[0]._replace(appended_at=1), *rows[1:]],
    "rename": lambda rows: [rows[0]._replace(entry_id="d-x"), *rows[1:]],
    "empty": lambda rows: [],
}


@pytest.mark.parametrize("how", FORGERIES)
def test_a_head_kept_elsewhere_finds_what_was_made_anew_without_any_key(path, tmp_path, how):
    (tmp_path / "kept").mkdir()
    head, keys = tmp_path / "kept" / "head.txt", tmp_path / "kept" / "keys.json"
    TRUST.save(keys)
    with opened(path) as ledger:
        head.write_text(ledger.tree.sign(LENDER).text)
    resealed(path, FORGERIES[how])
    assert not [
        c
        for c in verify_chain(path).checks
        if c.fault and "gone only" not in c.name and "used" not in c.fault
    ]
    findings = verify_chain(path, heads=[head], keys=read_trust(keys))
    assert findings.passed == (how == "nothing"), str(findings)
    if how != "nothing":
        with pytest.raises(LedgerError), opened(path) as ledger:
            ledger.verify(head=head, trust=TRUST)


def test_a_roll_back_is_found_by_a_head_and_by_it_alone(path, tmp_path):
    old = tmp_path / "old.db"
    with opened(path) as ledger:
        ledger.backup(old)
        ledger.append(decided(7))
        head = ledger.tree.sign(LENDER)
    with opened(old) as ledger:
        assert ledger.verify().decisions == 7
        with pytest.raises(LedgerError, match="was cut off, or an old copy"):
            ledger.verify(head=head, trust=TRUST)


def test_two_histories_shown_to_two_people_are_found(path, tmp_path):
    other = tmp_path / "other.db"
    with opened(path) as ledger:
        ledger.backup(other)
        ledger.append(decided(7))
        first = ledger.tree.sign(LENDER)
    with opened(other) as ledger:
        ledger.append(decided(8))
        second = ledger.tree.sign(LENDER)
        ledger.append(decided(9))
        third, proof = ledger.tree.sign(LENDER), ledger.tree.consistency(first.head.size)
        assert "two histories" in fork_between(first.head, second.head, None)
        assert "does not follow" in fork_between(first.head, third.head, proof)
        assert not fork_between(second.head, third.head, proof)
        assert "went back" in fork_between(third.head, first.head, None)
        with pytest.raises(LedgerError, match="another history was shown"):
            ledger.verify(head=[second, third, first], trust=TRUST)
        for head in (second, third):
            with pytest.raises(SigningError, match="did not only grow"):
                witness(head, first, proof, trust=TRUST, key=WITNESS)
    with opened(path) as ledger, pytest.raises(LedgerError, match="another history"):
        ledger.verify(head=second, trust=TRUST)


def test_a_decision_that_is_dated_back_is_found_by_a_head_that_lacks_it(filled, tmp_path):
    with opened(filled) as ledger:
        late = ledger.tree.sign(LENDER, at=datetime.now(UTC))
        ledger.append(decided(7))
        assert ledger.verify(head=late, trust=TRUST).decisions == 8
        long_ago = (datetime.now(UTC) - timedelta(days=30)).isoformat()
        ledger.append(record(8, decided_at=long_ago))
        assert ledger.verify().decisions == 9
        with pytest.raises(LedgerError, match="it says it was decided on .* lacks it"):
            ledger.verify(head=late, trust=TRUST)


def test_a_clock_that_is_put_back_moves_no_entry(filled, monkeypatch):
    from creditscore.deciding.ledger import entering

    monkeypatch.setattr(entering.time, "time_ns", lambda: 1_000)
    with opened(filled) as ledger:
        ledger.append(decided(7))
        assert ledger.verify().decisions == 8


def test_heads_are_believed_if_somebody_trusted_signed_them(filled, tmp_path):
    with opened(filled) as ledger:
        head = ledger.tree.sign(LENDER)
        with pytest.raises(ParameterError, match="trust"):
            ledger.verify(head=head)
        with pytest.raises(LedgerError, match="not believed: signed by a key that is not trusted"):
            ledger.verify(head=head, trust=Trust())
        revoked = TRUST.revoked(LENDER.key_id, as_of=START)
        with pytest.raises(LedgerError, match="revoked"):
            ledger.verify(head=head, trust=revoked)
        forged = SignedHead.from_text(head.text.replace("\n8\n", "\n7\n"))
        with pytest.raises(LedgerError, match="not believed: bad signature"):
            ledger.verify(head=forged, trust=TRUST)
        (tmp_path / "head.txt").write_text("nonsense")
        with pytest.raises(LedgerError, match="cannot be read"):
            ledger.verify(head=tmp_path / "head.txt", trust=TRUST)
    with (
        cs.Ledger.open(tmp_path / "b.db", key=KEY) as other,
        pytest.raises(LedgerError, match="another ledger"),
    ):
        other.verify(head=head, trust=TRUST)


def test_witnesses_sign_what_only_grew(filled):
    with opened(filled) as ledger:
        first = ledger.tree.sign(LENDER)
        seen = witness(first, None, None, trust=TRUST, key=WITNESS)
        assert seen.witnesses(BOTH) == ("witness.example",)
        assert seen.witnesses(TRUST) == ()
        assert seen.check(BOTH).is_good
        ledger.append(decided(7))
        second = ledger.tree.sign(LENDER)
        proof = ledger.tree.consistency(first.head.size)
        again = witness(second, seen, proof, trust=TRUST, key=WITNESS)
        assert SignedHead.from_text(again.text).witnesses(BOTH) == ("witness.example",)
        for missing in (None, ledger.tree.consistency(3)):
            with pytest.raises(SigningError, match="cannot be told: give a proof from 8 to 9 entries"):
                witness(second, seen, missing, trust=TRUST, key=WITNESS)
        with pytest.raises(SigningError, match="not that of a log which is trusted"):
            witness(second, seen, proof, trust=Trust(), key=WITNESS)
    moved = SignedHead(second.head, (second.lines[0], seen.lines[1]))
    assert moved.witnesses(BOTH) == ()


def test_tiles_lie_on_plain_files_and_say_the_same(filled, tmp_path):
    tiles = Tiles(tmp_path / "tiles")
    with opened(filled) as ledger:
        for first, last in ((7, 7), (7, 12), (12, 500), (500, 620)):
            ledger.append_many(decided(k) for k in range(first, last))
            ledger.tree.publish(tmp_path / "tiles", LENDER)
            tiles.check(TRUST)
        head = ledger.tree.publish(tmp_path / "tiles", LENDER)
        assert tiles.check(TRUST) == head
        with pytest.raises(SigningError, match="not believed: signed by a key that is not trusted"):
            tiles.check(Trust())
        assert [leaf.entry_id for leaf in tiles.leaves()][-1] == "d-619"
        size = head.head.size
        assert InclusionProof.of(tiles, 300, size) == ledger.tree.inclusion(301, size)
        assert ConsistencyProof.of(tiles, 7, size) == ledger.tree.consistency(7)
    names = sorted(p.relative_to(tmp_path / "tiles").as_posix() for p in (tmp_path / "tiles").rglob("*"))
    assert {"checkpoint", "tile/0/000", "tile/0/001", "tile/0/002.p/109", "tile/1/000.p/2"} <= set(names)
    assert {"tile/entries/000", "tile/entries/001", "tile/entries/002.p/109"} <= set(names)
    for name in ("tile/0/001", "tile/entries/001", "tile/1/000.p/2", "checkpoint"):
        file = tmp_path / "tiles" / name
        before = bytearray(file.read_bytes())
        before[40] ^= 1
        file.write_bytes(bytes(before))
        with pytest.raises(SigningError):
            tiles.check(TRUST)
        before[40] ^= 1
        file.write_bytes(bytes(before))
    tiles.check(TRUST)


def test_tiles_of_another_history_are_not_overwritten(filled, tmp_path):
    other = tmp_path / "other.db"
    with opened(filled) as ledger:
        ledger.backup(other)
        ledger.append(decided(7))
        ledger.tree.publish(tmp_path / "tiles", LENDER)
    with opened(other) as ledger:
        ledger.append_many([decided(8), decided(9)])
        with pytest.raises(SigningError, match="does not lead to the new head"):
            ledger.tree.publish(tmp_path / "tiles", LENDER)


def test_a_ledger_from_before_the_tree_gains_one_and_says_from_when(path, tmp_path):
    older(path)
    assert verify_chain(path).passed
    assert "has no tree yet" in str(verify_chain(path))
    with opened(path) as ledger:
        verified = ledger.verify()
        assert (verified.decisions, verified.uncommitted, len(ledger)) == (7, 8, 9)
        with pytest.raises(LedgerError, match="older than the tree"):
            ledger.tree.receipt("d-0", LENDER)
        ledger.append(decided(7))
        head = ledger.tree.sign(LENDER)
        assert ledger.tree.receipt("d-7", head).check(ledger.read("d-7").sha256, TRUST).is_good
        assert ledger.verify(head=head, trust=TRUST).uncommitted == 8
    with opened(path) as ledger:
        assert len(ledger) == 10
    findings = verify_chain(path)
    assert findings.passed
    assert "entries 1 to 8 are from before the tree" in str(findings)
    with changing(path) as connection:
        connection.execute("UPDATE commitments SET commitment = '' WHERE sequence = 10")
    assert not verify_chain(path).passed


def test_an_empty_ledger_from_before_the_tree_gains_an_empty_one(tmp_path):
    path = tmp_path / "empty.db"
    cs.Ledger.open(path, key=KEY).close()
    older(path)
    with opened(path) as ledger:
        assert (len(ledger), ledger.verify().uncommitted) == (0, 0)
        ledger.append(decided(1))
        assert ledger.verify().uncommitted == 0


def test_two_processes_that_open_an_old_ledger_at_once_plant_one_tree(path):
    from concurrent.futures import ThreadPoolExecutor

    older(path)

    def count(_):
        with opened(path) as ledger:
            return len(ledger)

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(count, range(8))) == {9}


def test_what_is_no_key_signs_no_head(path):
    with opened(path) as ledger:
        for wrong in ("lender.key", KEY, None, TRUST):
            with pytest.raises(ParameterError, match="a SigningKey"):
                ledger.tree.sign(wrong)
            with pytest.raises(ParameterError, match="a SigningKey"):
                ledger.tree.receipt("d-0", wrong)
        receipt = ledger.tree.receipt("d-0", LENDER)
        with pytest.raises(ParameterError, match="a SigningKey"):
            receipt.to_cose(None)
        with pytest.raises(ParameterError, match="a SigningKey"):
            witness(receipt.head, None, None, trust=TRUST, key=None)


def named(name: str) -> cs.DecisionRecord:
    return cs.DecisionRecord.from_dict(
        content(decision_id=name, subject="subject-1", decided_at=datetime.now(UTC).isoformat())
    )


@pytest.mark.parametrize("name", ["a\nb", "", "x" * 10_000, "\u2028", "decision\n1", "é" * 5_000])
def test_an_id_of_any_writing_has_a_receipt_and_lies_in_a_tile(path, tmp_path, name):
    with opened(path) as ledger:
        made = named(name)
        ledger.append(made)
        receipt = ledger.tree.receipt(name, LENDER)
        assert Receipt.from_json(receipt.to_json()).check(made.sha256, TRUST).is_good
        assert check_cose(receipt.to_cose(LENDER), made.sha256, TRUST).is_good
        ledger.tree.publish(tmp_path / "tiles", LENDER)
    assert [leaf.entry_id for leaf in Tiles(tmp_path / "tiles").leaves()][-1] == name
    assert verify_chain(path).passed


def test_an_id_beyond_reason_is_refused(filled):
    with opened(filled) as ledger, pytest.raises(LedgerError, match="at most 10,000 bytes"):
        ledger.append(named("é" * 5_001))


def test_sizes_and_heads_that_are_none_are_refused(filled):
    with opened(filled) as ledger:
        for wrong in (-1, 9, "x", 1.0, True):
            for act in (ledger.tree.root, ledger.tree.consistency):
                with pytest.raises(LedgerError, match="has 8 entries, and never had"):
                    act(wrong)
        for wrong in (0, 9, "x"):
            with pytest.raises(LedgerError, match="has no entry"):
                ledger.tree.leaf(wrong)
        for wrong in (3, [None], {"head": 1}, [3]):
            with pytest.raises(ParameterError, match="a SignedHead"):
                ledger.verify(head=wrong, trust=TRUST)
        with pytest.raises(ParameterError, match="a Policy"):
            ledger.registry.add_policy("policy.json")


def test_a_receipt_is_small(path):
    with opened(path) as ledger:
        receipt = ledger.tree.receipt("d-6", LENDER)
    assert len(json.loads(receipt.to_json())["proof"]["path"]) == 3
    assert len(receipt.to_json()) < 1_400
