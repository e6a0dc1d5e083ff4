"""The tree of a ledger of a million entries: proofs, receipts, appends, and how fast a lie is found.

Entries are whole small records (1 KB), appended in batches of 200 as a service under load would.

Usage: python benchmarks/transparency.py [--entries 1000000] [--appends 4000] [--folder DIR]
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import creditscore as cs
from creditscore.deciding.record import PARTS, SCHEMA
from creditscore.transparency.proofs import InclusionProof
from creditscore.transparency.receipts import check_cose
from creditscore.verify import outsider

BATCH = 200
LOAD = 5_000
THREADS = 64


def records(count: int) -> Iterator[cs.DecisionRecord]:
    """Small decisions, ten to a subject."""
    content = dict.fromkeys(PARTS) | {"schema": SCHEMA, "as_of": "2024-01-01T00:00:00+00:00"}
    now = datetime.now(UTC).isoformat()
    for k in range(count):
        own = {"decision_id": str(uuid.uuid4()), "subject": f"subject-{k // 10}", "decided_at": now}
        yield cs.DecisionRecord.from_dict({**content, **own, "reasons": [{"points": 0.1}] * 15})


def in_batches(ledger: cs.Ledger, items: Iterator[cs.DecisionRecord], size: int) -> float:
    """Append, and return the seconds that appending alone took."""
    seconds = 0.0
    while batch := list(islice(items, size)):
        started = time.perf_counter()
        ledger.append_many(batch)
        seconds += time.perf_counter() - started
    return seconds


def at_once(ledger: cs.Ledger, items: list[cs.DecisionRecord]) -> float:
    """Append each by itself from many threads, which share transactions; return how many a second."""
    started = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(ledger.append, items))
    return len(items) / (time.perf_counter() - started)


def milliseconds(act: Callable[[], object], repeats: int) -> tuple[float, float]:
    """Median and worst of some repeats."""
    took = []
    for _ in range(repeats):
        started = time.perf_counter()
        act()
        took.append(1_000 * (time.perf_counter() - started))
    took.sort()
    return took[len(took) // 2], took[-1]


Row = tuple[str, str, str]


def timed(what: str, act: Callable[[], object], repeats: int, target: str = "", digits: int = 1) -> Row:
    """Row of the table that says how long something takes."""
    middle, worst = milliseconds(act, repeats)
    return what, f"{middle:.{digits}f} ms, worst {worst:.{digits}f}", target


def of_proofs(ledger: cs.Ledger, head: cs.SignedHead, chance: random.Random) -> Iterator[Row]:
    """Proofs that an entry is in the tree, made and verified."""
    tree, size = ledger.tree, len(ledger)
    proofs: list[tuple[int, InclusionProof]] = []

    def prove() -> None:
        sequence = chance.randint(1, size)
        proofs.append((sequence, tree.inclusion(sequence, size)))

    yield timed("inclusion proof made", prove, 300, digits=2)
    longest = max(len(proof.path) for _, proof in proofs)
    yield "its length", f"{longest} hashes at most", "20"
    leaves = {sequence: tree.leaf(sequence).hash for sequence, _ in proofs}
    turn = iter(proofs * 2)

    def check() -> None:
        sequence, proof = next(turn)
        assert proof.proves(leaves[sequence], head.head.root)

    yield timed("inclusion proof verified", check, 300, "5 ms", digits=3)


def of_heads(ledger: cs.Ledger, chance: random.Random) -> Row:
    """Proofs that a later tree holds an earlier one."""
    tree, size = ledger.tree, len(ledger)

    def consist() -> None:
        first, second = sorted(chance.sample(range(1, size + 1), 2))
        assert tree.consistency(first, second).proves(tree.root(first), tree.root(second))

    return timed("consistency of two heads, with both roots, made and verified", consist, 200, "50 ms")


def of_receipt(receipt: cs.Receipt, digest: str, key: cs.SigningKey) -> Iterator[Row]:
    """Sizes of a receipt, and its check by the library."""
    cose, trust = receipt.to_cose(key), cs.Trust.of(key)
    yield "receipt as JSON", f"{len(receipt.to_json().encode()):,} bytes", "2,048"
    yield "receipt as COSE", f"{len(cose):,} bytes (a QR code of level M holds 2,331)", "2,331"
    yield timed(
        "receipt checked, signature and all", lambda: receipt.check(digest, trust), 200, "5 ms", digits=2
    )
    assert check_cose(cose, digest, trust).is_good


def of_script(receipt: cs.Receipt, record: cs.DecisionRecord, key: cs.SigningKey) -> Iterator[Row]:
    """The same check by the script that needs nothing but Python."""
    plain, keys = receipt.to_plain(), [one.to_plain() for one in cs.Trust.of(key).keys]
    wanted, content = receipt.head.head.root, record.to_dict()

    def outside() -> None:
        fault, _, count, root = outsider.head_of(plain["head"], keys)
        assert not fault
        assert not outsider.receipt_fault(plain, content, record.sha256, count, root)

    yield timed("the same by the script in plain Python, Ed25519 and all", outside, 50, "50 ms")
    leaf, proof, path = receipt.leaf.hash, receipt.proof, list(receipt.proof.path)

    def path_alone() -> None:
        assert outsider.roots_of(proof.index, proof.size, path, leaf)[1] == wanted

    yield timed("path alone, by the script", path_alone, 300, "5 ms", digits=3)


def measured(ledger: cs.Ledger, key: cs.SigningKey, decision_id: str) -> Iterator[Row]:
    """Rows of the table."""
    chance, head = random.Random(1), ledger.tree.sign(key)
    yield timed("root of the whole tree", ledger.tree.root, 20)
    yield from of_proofs(ledger, head, chance)
    yield of_heads(ledger, chance)
    receipt, record = ledger.tree.receipt(decision_id, head), ledger.read(decision_id)
    yield from of_receipt(receipt, record.sha256, key)
    yield from of_script(receipt, record, key)


def main() -> None:
    """Measure, and write a Markdown table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--appends", type=int, default=4_000)
    parser.add_argument("--folder", type=Path, default=None, help="on the disk to measure")
    wanted = parser.parse_args()
    key = cs.SigningKey.new("lender.example")
    with tempfile.TemporaryDirectory(dir=wanted.folder) as name:
        path = Path(name) / "long.db"
        with cs.Ledger.open(path, key=cs.Ledger.new_key()) as ledger:
            loaded = in_batches(ledger, records(wanted.entries), LOAD)
            print("| what | measured | target |\n| --- | --- | --- |")
            rate = wanted.entries / loaded
            print(f"| {wanted.entries:,} entries loaded, {LOAD:,} a batch | {rate:,.0f} a second | |")
            *_, last = made = list(records(wanted.appends))
            seconds = in_batches(ledger, iter(made), BATCH)
            print(
                f"| appended after them, {BATCH} a batch, each batch on disk | "
                f"{len(made) / seconds:,.0f} a second | 1,650 |"
            )
            rate = at_once(ledger, list(records(wanted.appends)))
            print(f"| appended one by one, by {THREADS} threads at once | {rate:,.0f} a second | |")
            for row in measured(ledger, key, last.decision_id):
                print(f"| {' | '.join(row)} |", flush=True)
        print(f"\n`python benchmarks/transparency.py --entries {wanted.entries}`")


if __name__ == "__main__":
    main()
