"""Ten thousand ways to change a history, each found from one head that somebody kept."""

from __future__ import annotations

import hashlib
import random
import shutil
import sqlite3
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

import creditscore as cs
from creditscore.deciding.ledger import entering, writer
from creditscore.deciding.ledger.chain import Entry, leaf_of
from creditscore.errors import LedgerError
from creditscore.signing.keys import SigningKey
from creditscore.signing.trust import Trust, TrustedKey
from creditscore.transparency import leaves, tree
from creditscore.verify.ledger import verify_chain
from creditscore.verify.signatures import read_trust
from tests.deciding.ledger.attacks import changing, resealed
from tests.deciding.records import record

KEY = bytes(range(32))
LENDER = SigningKey("lender.example", bytes(range(1, 33)))
TRUST = Trust.of(TrustedKey.of(LENDER, valid_from=datetime(2020, 1, 1, tzinfo=UTC)))
SIZE = 24
# Which entries are a person's review of the newest decision, the third one the second of it.
REVIEWS = (5, 14, 15, 20)


def decided(number: int | str):
    return record(number, f"subject-{len(str(number)) % 5}", decided_at=datetime.now(UTC).isoformat())


def review(ledger: cs.Ledger, number: int | str) -> None:
    """Enter what somebody decided after looking at a decision."""
    one, earlier = ledger.read(f"d-{number}"), ledger.handling.reviews(f"d-{number}")
    ruling = "decline" if earlier else "approve"
    seen = cs.review_decision(one, reviewer="A. B.", decision=ruling, reason="Seen.", earlier=earlier)
    ledger.handling.enter(seen)


class House:
    """A ledger, copies of it at every size, a head that was kept, and a scratch file to do harm in."""

    def __init__(self, folder: Path) -> None:
        self.whole, self.scratch, self.head = folder / "d.db", folder / "x.db", folder / "head.txt"
        self.copies: list[Path] = []
        with cs.Ledger.open(self.whole, key=KEY) as ledger:
            newest = 0
            for k in range(SIZE - 1):
                if k == 9:
                    ledger.erase("subject-1")
                if k % 4 == 0:
                    self.copies.append(folder / f"copy-{k}.db")
                    ledger.backup(self.copies[-1])
                if k in REVIEWS:
                    review(ledger, newest)
                else:
                    newest = k
                    ledger.append(decided(newest))
            self.head.write_text(ledger.tree.sign(LENDER).text)
        TRUST.save(folder / "keys.json")
        self.keys = read_trust(folder / "keys.json")

    def begin(self, source: Path | None = None) -> None:
        for end in ("", "-wal", "-shm"):
            Path(f"{self.scratch}{end}").unlink(missing_ok=True)
        shutil.copy(source or self.whole, self.scratch)

    def is_found(self) -> bool:
        return not verify_chain(self.scratch, heads=[self.head], keys=self.keys).passed


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    return House(tmp_path_factory.mktemp("mutations"))


def altered(value, chance: random.Random):
    """The same with one bit, one byte or one unit another."""
    if isinstance(value, int):
        return value + chance.choice([-1, 1, 60_000_000])
    raw = bytearray(value.encode() if isinstance(value, str) else value)
    if not raw or chance.random() < 0.1:
        raw += b"0"
    else:
        raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(3)
    return raw.decode() if isinstance(value, str) else bytes(raw)


def flip(house: House, chance: random.Random) -> None:
    """One cell, as a disk would do it."""
    table = chance.choice(["chain", "chain", "tree", "commitments"])
    with changing(house.scratch) as connection:
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        row = chance.choice(connection.execute(f"SELECT * FROM {table}").fetchall())
        column = chance.randrange(len(columns))
        where = " AND ".join(f"{name} IS ?" for name in columns)
        value = altered(row[column], chance)
        try:
            connection.execute(f"UPDATE {table} SET {columns[column]} = ? WHERE {where}", (value, *row))
        except sqlite3.IntegrityError:  # the number of another row
            connection.execute(f"DELETE FROM {table} WHERE {where}", row)


def forge(house: House, chance: random.Random) -> None:
    """One part of one entry, and all hashes after it made anew."""

    def change(rows: list[Entry]) -> list[Entry]:
        k = chance.randrange(len(rows))
        name = chance.choice(["entry_id", "subject", "key_id", "appended_at", "nonce", "payload"])
        old = getattr(rows[k], name)
        new = f"{old}{chance.random()}" if name == "entry_id" else altered(old, chance)
        return [*rows[:k], rows[k]._replace(**{name: new}), *rows[k + 1 :]]

    resealed(house.scratch, change)


def drop(house: House, chance: random.Random) -> None:
    gone = set(chance.sample(range(SIZE), chance.randint(1, 5)))
    resealed(house.scratch, lambda rows: [row for k, row in enumerate(rows) if k not in gone])


def reorder(house: House, chance: random.Random) -> None:
    one, other = chance.sample(range(SIZE), 2)

    def change(rows: list[Entry]) -> list[Entry]:
        rows[one], rows[other] = rows[other], rows[one]
        return rows

    resealed(house.scratch, change)


def insert(house: House, chance: random.Random) -> None:
    k = chance.randrange(SIZE)
    resealed(
        house.scratch, lambda rows: [*rows[:k], rows[k]._replace(entry_id=f"d-{chance.random()}"), *rows[k:]]
    )


def truncate(house: House, chance: random.Random) -> None:
    size = chance.randrange(SIZE)
    resealed(house.scratch, lambda rows: rows[:size])


def roll_back(house: House, chance: random.Random) -> None:
    house.begin(chance.choice(house.copies))


def fork(house: House, chance: random.Random) -> None:
    """By the keeper, with every key: another history from an old copy on, shown to somebody else."""
    house.begin(chance.choice(house.copies))
    with cs.Ledger.open(house.scratch, key=KEY) as ledger:
        missing = SIZE - len(ledger)
        names = [f"fork-{chance.random()}" for _ in range(missing + chance.randint(0, 2))]
        ledger.append_many(map(decided, names))
        review(ledger, names[-1])


MUTATIONS = {flip: 4, forge: 4, drop: 3, reorder: 3, insert: 2, truncate: 2, roll_back: 1, fork: 2}


def attack(house: House, count: int, seed: int) -> Counter:
    chance, found = random.Random(seed), Counter()
    kinds, weights = list(MUTATIONS), list(MUTATIONS.values())
    for number in range(count):
        mutation = chance.choices(kinds, weights)[0]
        house.begin()
        mutation(house, chance)
        assert house.is_found(), f"mutation {number} of seed {seed}: {mutation.__name__}"
        found[mutation.__name__] += 1
    return found


def test_nothing_is_found_where_nothing_was_changed(house):
    house.begin()
    assert not house.is_found()
    resealed(house.scratch, lambda rows: rows)
    assert not house.is_found()


def test_two_hundred_mutations_are_found(house):
    found = attack(house, 200, 1)
    assert len(found) == len(MUTATIONS)


@pytest.mark.long
def test_ten_thousand_mutations_are_found(house):
    assert sum(attack(house, 10_000, 2).values()) == 10_000


def unprefixed(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


WRONG_BUILDS = {
    "leaves are hashed without their prefix": (tree, "leaf_hash", unprefixed),
    "subtrees are joined the other way round": (
        tree,
        "node_hash",
        lambda left, right: unprefixed(b"\x01" + right + left),
    ),
    "commitments leave the salt out": (
        entering,
        "commit",
        lambda salt, digest, *versions: leaves.commit(b"", digest, *versions),
    ),
    "leaves name another time": (
        writer,
        "leaf_of",
        lambda entry, commitment: leaf_of(entry._replace(appended_at=1), commitment),
    ),
}


@pytest.mark.parametrize("fault", WRONG_BUILDS)
def test_a_wrong_build_is_found_by_the_other_path(fault, tmp_path, monkeypatch):
    """Whoever appends with it makes a ledger that the second path, or a right build, refuses."""
    module, name, wrong = WRONG_BUILDS[fault]
    path = tmp_path / "d.db"
    with monkeypatch.context() as patched:
        patched.setattr(module, name, wrong)
        if module is tree:
            patched.setattr(leaves, "leaf_hash", tree.leaf_hash)
        try:
            with cs.Ledger.open(path, key=KEY) as ledger:
                ledger.append_many(decided(k) for k in range(300))
        except LedgerError:
            return  # its own reading back refused it already
    without_the_key = verify_chain(path).passed
    with pytest.raises(LedgerError), cs.Ledger.open(path, key=KEY) as ledger:
        ledger.verify()
    assert not without_the_key or "salt" in fault
