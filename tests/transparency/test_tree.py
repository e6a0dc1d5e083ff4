"""The tree and its proofs, against RFC 9162 as it stands, and against vectors of Certificate Transparency."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditscore.errors import SigningError
from creditscore.transparency.proofs import ConsistencyProof, InclusionProof
from creditscore.transparency.tree import MemoryHashes, leaf_hash, root_at
from tests.transparency import oracle

# The eight entries and the root that implementations of Certificate Transparency test themselves with.
KNOWN = [
    bytes.fromhex(one)
    for one in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
KNOWN_ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def entries(n: int) -> list[bytes]:
    return [b"entry %d" % k for k in range(n)]


def tree(n: int) -> MemoryHashes:
    return MemoryHashes([leaf_hash(one) for one in entries(n)])


def test_known_roots():
    known = MemoryHashes([leaf_hash(one) for one in KNOWN])
    assert {size: root_at(known, size).hex() for size in KNOWN_ROOTS} == KNOWN_ROOTS


def test_roots_paths_and_proofs_are_those_of_the_rfc():
    n = 45
    whole, data = tree(n), entries(n)
    for size in range(n + 1):
        assert root_at(whole, size) == oracle.mth(data[:size])
        for index in range(size):
            assert list(InclusionProof.of(whole, index, size).path) == oracle.path(index, data[:size])
        for first in range(1, size + 1):
            found = ConsistencyProof.of(whole, first, size)
            assert list(found.path) == oracle.proof(first, data[:size])


@pytest.mark.parametrize("n", [255, 256, 257, 511, 513, 1_300])
def test_a_tree_that_grows_in_batches_is_the_same_tree(n):
    chance, grown, data = random.Random(n), MemoryHashes(), entries(n)
    leaves = [leaf_hash(one) for one in data]
    while len(grown) < n:
        grown.append(leaves[len(grown) : len(grown) + chance.randint(1, 300)])
        size = len(grown)
        assert root_at(grown, size) == oracle.mth(data[:size])
        index = chance.randrange(size)
        assert list(InclusionProof.of(grown, index, size).path) == oracle.path(index, data[:size])
    first = chance.randint(1, n)
    assert list(ConsistencyProof.of(grown, first, n).path) == oracle.proof(first, data)


def test_proofs_prove_what_they_say_and_nothing_else():
    n = 33
    whole, data = tree(n), entries(n)
    roots = [oracle.mth(data[:size]) for size in range(n + 1)]
    for size in range(1, n + 1):
        for index in range(size):
            found = InclusionProof.of(whole, index, size)
            for other in range(n):
                proves = found.proves(leaf_hash(data[other]), roots[size])
                assert proves == (other == index)
            assert not found.proves(leaf_hash(data[index]), roots[size - 1])
        for first in range(1, size + 1):
            proof = ConsistencyProof.of(whole, first, size)
            assert proof.proves(roots[first], roots[size])
            for other in range(1, n + 1):
                assert proof.proves(roots[other], roots[size]) == (other == first)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_proof_that_was_changed_proves_nothing(data):
    n = data.draw(st.integers(2, 60))
    whole, all_entries = tree(n), entries(n)
    index = data.draw(st.integers(0, n - 1))
    plain = InclusionProof.of(whole, index, n).to_plain()
    how = data.draw(st.sampled_from(["index", "drop", "add", "flip", "turn"]))
    path = [*InclusionProof.from_plain(plain).path]
    k = data.draw(st.integers(0, len(path) - 1))
    if how == "index":
        index = data.draw(st.integers(0, n - 1).filter(lambda other: other != plain["index"]))
    elif how == "drop":
        del path[k]
    elif how == "add":
        path.insert(k, path[k])
    elif how == "flip":
        path[k] = bytes([path[k][0] ^ 1]) + path[k][1:]
    else:
        path = path[1:] + path[:1] if len(path) > 1 else []
    changed = InclusionProof(index, n, tuple(path))
    index = plain["index"]
    assert not changed.proves(leaf_hash(all_entries[index]), root_at(whole, n))


def test_proofs_are_read_as_they_were_written():
    whole = tree(40)
    for proof in (InclusionProof.of(whole, 17, 40), ConsistencyProof.of(whole, 17, 40)):
        assert type(proof).from_plain(json.loads(json.dumps(proof.to_plain()))) == proof


@pytest.mark.parametrize(
    "change",
    [
        {"index": -1},
        {"index": True},
        {"index": 1.0},
        {"size": 2**60},
        {"path": "x"},
        {"path": ["x"]},
        {"path": [None]},
        {"path": ["A" * 44]},
        {"path": ["A" * 43 + "="] * 65},
        {"more": 1},
    ],
)
def test_what_is_no_proof_is_refused(change):
    with pytest.raises(SigningError):
        InclusionProof.from_plain(InclusionProof.of(tree(8), 3, 8).to_plain() | change)


def test_a_tree_has_no_other_entries_and_does_not_shrink():
    for index, size in ((3, 3), (-1, 3), (0, 0)):
        with pytest.raises(SigningError, match="has no entry"):
            InclusionProof.of(tree(3), index, size)
    with pytest.raises(SigningError, match="does not shrink"):
        ConsistencyProof.of(tree(3), 3, 2)
    with pytest.raises(SigningError, match="missing or damaged"):
        root_at(tree(3), 5)


def test_the_empty_tree_grows_into_every_tree_and_no_proof_proves_the_impossible():
    whole = tree(9)
    assert ConsistencyProof.of(whole, 0, 9).proves(root_at(whole, 0), root_at(whole, 9))
    assert not ConsistencyProof(0, 9, (bytes(32),)).proves(root_at(whole, 0), root_at(whole, 9))
    assert not ConsistencyProof(9, 3, ()).proves(root_at(whole, 9), root_at(whole, 3))
    assert not ConsistencyProof(3, 9, ()).proves(root_at(whole, 3), root_at(whole, 9))
    assert InclusionProof(5, 3, ()).root(bytes(32)) is None
    assert InclusionProof(0, 1, (bytes(32),)).root(bytes(32)) is None
