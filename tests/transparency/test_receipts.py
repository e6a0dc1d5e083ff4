"""Receipts: read by another reader, found out by any change, and small at a million entries."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditscore.errors import SigningError
from creditscore.signing.keys import SigningKey, is_signed_by
from creditscore.signing.trust import Trust, TrustedKey
from creditscore.transparency.cbor import Tagged, decode, encode
from creditscore.transparency.heads import SignedHead, TreeHead
from creditscore.transparency.leaves import Leaf, commit
from creditscore.transparency.proofs import InclusionProof
from creditscore.transparency.receipts import Receipt, check_cose
from creditscore.transparency.tree import MemoryHashes, root_at
from tests.transparency import edn

KEY = SigningKey("lender.example", bytes(range(1, 33)))
OTHER = SigningKey("other.example", bytes(range(2, 34)))
START = datetime(2026, 1, 1, tzinfo=UTC)
TRUST = Trust.of(TrustedKey.of(KEY, valid_from=START))
ORIGIN = "creditscore.ledger/" + "ab" * 16
SALT, DIGEST = bytes(range(32)), "cd" * 32


def receipt(index: int = 5, size: int = 21, at: datetime = START + timedelta(days=30)) -> Receipt:
    leaf = Leaf(index + 1, "decision", 1_769_900_000_165_343, "d-1", commit(SALT, DIGEST), "ef" * 32)
    hashes = [bytes([k % 256, k >> 8 & 255]) * 16 for k in range(size)]
    hashes[index] = leaf.hash
    tree = MemoryHashes(hashes)
    head = SignedHead.of(TreeHead(ORIGIN, size, root_at(tree, size), at), KEY)
    return Receipt(leaf, SALT, InclusionProof.of(tree, index, size), head)


# RFC 8949, appendix A.
VECTORS = {
    "00": 0,
    "17": 23,
    "1818": 24,
    "1903e8": 1000,
    "1a000f4240": 1_000_000,
    "1b000000e8d4a51000": 1_000_000_000_000,
    "1bffffffffffffffff": 18_446_744_073_709_551_615,
    "20": -1,
    "29": -10,
    "3863": -100,
    "3903e7": -1000,
    "f4": False,
    "f5": True,
    "f6": None,
    "40": b"",
    "4401020304": bytes.fromhex("01020304"),
    "60": "",
    "6449455446": "IETF",
    "62225c": '"\\',
    "62c3bc": "\u00fc",
    "80": [],
    "83010203": [1, 2, 3],
    "8301820203820405": [1, [2, 3], [4, 5]],
    "a0": {},
    "a201020304": {1: 2, 3: 4},
    "a26161016162820203": {"a": 1, "b": [2, 3]},
    "826161a161626163": ["a", {"b": "c"}],
    "d74401020304": Tagged(23, bytes.fromhex("01020304")),
}


@pytest.mark.parametrize("text", VECTORS)
def test_cbor_is_that_of_the_rfc(text):
    assert encode(VECTORS[text]).hex() == text
    assert decode(bytes.fromhex(text)) == VECTORS[text]
    plain = VECTORS[text]
    assert edn.parse(bytes.fromhex(text)) == (("tag", *plain) if isinstance(plain, Tagged) else plain)


@pytest.mark.parametrize(
    "text",
    ["1800", "190001", "a203040102", "a201020102", "5f42010243030405ff", "9f01ff", "f90000",
     "fb3ff199999999999a", "ff", "1c", "61ff", "4402", "d2", "", "0000", "9b7fffffffffffffff",
     "bb7fffffffffffffff", "81" * 400 + "00", "f7"],
)  # fmt: skip
def test_other_writings_of_cbor_are_refused(text):
    """Longer than need be, unsorted, doubled, indefinite, floats, cut short, too deep, more than is there."""
    with pytest.raises(SigningError):
        decode(bytes.fromhex(text))


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**64), 2**64 - 1) | st.binary() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.integers(-99, 999) | st.text(), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(values)
def test_what_is_written_is_read_by_both_readers(value):
    written = encode(value)
    assert decode(written) == value
    assert edn.parse(written) == value


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=60))
def test_whatever_comes_is_read_or_refused(content):
    try:
        value = decode(content)
    except SigningError:
        return
    assert encode(value) == content


@pytest.mark.parametrize(
    ("index", "size"), [(0, 1), (0, 2), (5, 21), (20, 21), (17, 20), (255, 256), (0, 300)]
)
def test_a_receipt_is_read_by_another_reader(index, size):
    made = receipt(index, size)
    found = edn.receipt(made.to_cose(KEY))
    assert found["root"] == made.head.head.root
    assert is_signed_by(KEY.public, found["signature"], found["signed"])
    header = found["header"]
    assert (header[1], header[4].hex()) == (-8, KEY.key_id)
    assert header[15] == {1: "lender.example", 2: ORIGIN, 6: int(made.head.head.at.timestamp())}


def test_the_layout_is_that_of_the_published_example():
    """RFC 9942 prints its examples with hashes cut short; the layout around them is compared."""
    published = [
        "tag 18",
        {1: "algorithm", 395: 1},
        {396: {-1: [[20, 17, [32, 32, 32]]]}},
        None,
    ]
    _, number, (protected, unprotected, payload, _) = edn.parse(receipt(17, 20).to_cose(KEY))
    size, index, path = edn.parse(unprotected[396][-1][0])
    header = edn.parse(protected)
    assert f"tag {number}" == published[0]
    assert {1: "algorithm", 395: header[395]} == published[1]
    assert {396: {-1: [[size, index, [len(one) for one in path]]]}} == published[2]
    assert payload is published[3]
    assert len(unprotected[396][-1]) == 1


def test_a_receipt_is_for_one_thing_in_one_log_by_one_key():
    made = receipt()
    assert made.check(DIGEST, TRUST).is_good
    assert check_cose(made.to_cose(KEY), DIGEST, TRUST).is_good
    for trust, verdict in (
        (Trust(), "untrusted_key"),
        (TRUST.revoked(KEY.key_id, as_of=START), "revoked"),
        (TRUST.rotated(KEY.key_id, OTHER, at=START + timedelta(days=1)), "untrusted_key"),
        (Trust.of(TrustedKey.of(KEY, valid_from=START + timedelta(days=99))), "untrusted_key"),
    ):
        assert made.check(DIGEST, trust).verdict == verdict
        assert check_cose(made.to_cose(KEY), DIGEST, trust).verdict == verdict
    assert made.check("ab" * 32, TRUST).verdict == "bad_signature"
    assert check_cose(made.to_cose(KEY), "ab" * 32, TRUST).verdict == "bad_signature"
    assert check_cose(made.to_cose(OTHER), DIGEST, TRUST).verdict == "untrusted_key"
    elsewhere = Receipt(made.leaf, made.salt, made.proof, receipt(5, 22).head)
    assert elsewhere.check(DIGEST, TRUST).verdict == "bad_signature"


def test_every_byte_of_a_cose_receipt_counts():
    whole = receipt().to_cose(KEY)
    for position in range(len(whole)):
        for bit in (1, 128):
            changed = bytearray(whole)
            changed[position] ^= bit
            assert not check_cose(bytes(changed), DIGEST, TRUST).is_good, position
    for end in range(len(whole)):
        assert not check_cose(whole[:end], DIGEST, TRUST).is_good
    assert not check_cose(whole + b"\0", DIGEST, TRUST).is_good


def test_every_character_of_a_json_receipt_counts():
    text, chance = receipt().to_json(), random.Random(1)
    for position in range(len(text)):
        changed = text[:position] + chance.choice("0aZ+") + text[position + 1 :]
        if changed == text:
            continue
        try:
            good = Receipt.from_json(changed).check(DIGEST, TRUST).is_good
        except SigningError:
            good = False
        assert not good, position


@settings(max_examples=200, deadline=None)
@given(
    st.recursive(
        st.none() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_whatever_stands_in_a_receipt_is_read_or_refused(data):
    plain = receipt().to_plain()
    for name in plain:
        with pytest.raises(SigningError):
            Receipt.from_plain({**plain, name: data})
    with pytest.raises(SigningError):
        Receipt.from_plain(data)


def test_a_receipt_of_a_log_of_a_million_fits_a_page():
    """2 KB of JSON; 2,331 bytes are a QR code of version 40, level M (ISO/IEC 18004)."""
    size, at = 1_000_000, START + timedelta(days=30, microseconds=123_456)
    path = tuple(bytes([k]) * 32 for k in range(20))
    leaf = Leaf(size, "decision", 2**50, "d0253f37-5bdd-49e9-86c7-ed804e741b3c", "ab" * 32, "cd" * 32)
    key = SigningKey("scores.a-lender-with-a-long-name.example", bytes(range(1, 33)))
    head = SignedHead.of(TreeHead(ORIGIN, size, bytes(32), at), key)
    shown = "ab" * 32
    made = Receipt(leaf, SALT, InclusionProof(size - 1, size, path), head, shown)
    assert len(made.to_json().encode()) < 2_048
    assert len(made.to_cose(key)) < 2_331
    assert len(made.to_json().encode()) < 2_331
    witnessed = Receipt(leaf, SALT, made.proof, head.cosigned(OTHER), shown)
    assert len(witnessed.to_json().encode()) < 2_048
    assert Receipt.from_json(json.dumps(witnessed.to_plain())) == witnessed


@pytest.mark.parametrize(
    "change",
    [
        {"sequence": "1"},
        {"sequence": True},
        {"what": "letter"},
        {"appended_at": 1.5},
        {"entry_id": 3},
        {"entry_id": "x" * 10_001},
        {"commitment": "ab"},
        {"entry_hash": ""},
        {"entry_hash": "AB" * 32},
        {"more": 1},
    ],
)
def test_what_is_no_leaf_is_refused(change):
    with pytest.raises(SigningError):
        Leaf.from_plain(receipt().leaf.to_plain() | change)


def test_a_leaf_is_read_as_it_is_hashed():
    leaf = receipt().leaf
    assert Leaf.from_data(leaf.data) == leaf
    for wrong in (leaf.data[:-1], leaf.data + b"\n", leaf.data.replace(b"leaf/1", b"leaf/2"), b"", b"\xff"):
        with pytest.raises(SigningError):
            Leaf.from_data(wrong)
