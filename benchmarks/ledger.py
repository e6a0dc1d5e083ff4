"""How fast decisions are appended to a ledger, and how long a long chain takes to verify.

Appending is measured with whole records of Taiwan card customers (some hundred features, their statements and
repayments), made before the clock starts, each with an id and a subject of its own. The long chain has small
payloads (0.3 KB), because verifying is a matter of entries more than of bytes.

Usage: python benchmarks/ledger.py [--records 4000] [--chain 1000000] [--folder DIR]
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

import creditscore as cs
from creditscore.verify.ledger import verify_chain

BATCH = 200
LONG_BATCH = 5_000


@dataclass(frozen=True)
class Small:
    """What a ledger asks of a record, with little in it."""

    decision_id: str
    subject: str

    def to_json(self) -> str:
        """Some 0.3 KB."""
        return json.dumps({"decision_id": self.decision_id, "subject": self.subject, "values": [0.1] * 40})


def whole_records(count: int) -> list[cs.DecisionRecord]:
    """Decisions on card customers, each under an id and a subject of its own."""
    cards = cs.datasets.load_taiwan_cards()
    asked, portfolio = cards.to_applications(), cards.to_portfolio()
    some = np.arange(0, 30_000, 15)
    pipeline = cs.CreditPipeline(scorer=cs.CreditScorer(n_estimators=50))
    pipeline.fit(asked.take(some), portfolio, np.asarray(cards.bad)[some])
    policy = cs.Policy("benchmark", "1", cutoff=560.0)
    made = [pipeline.decide(asked.take([k]), portfolio, policy=policy).to_dict() for k in range(100)]
    own = ({"decision_id": str(uuid.uuid4()), "subject": f"subject-{k}"} for k in range(count))
    return [
        cs.DecisionRecord.from_dict({n: p for n, p in made[k % 100].items() if n != "sha256"} | named)
        for k, named in enumerate(own)
    ]


def small_records(count: int) -> Iterator[Small]:
    """As many, quickly; ten to a subject."""
    for k in range(count):
        yield Small(str(uuid.uuid4()), f"subject-{k // 10}")


def appended(folder: Path, records: list[cs.DecisionRecord], batch: int) -> float:
    """Decisions a second."""
    with cs.Ledger.open(folder / f"{uuid.uuid4()}.db", key=cs.Ledger.new_key()) as ledger:
        started = time.perf_counter()
        for first in range(0, len(records), batch):
            ledger.append_many(records[first : first + batch])
        return len(records) / (time.perf_counter() - started)


def main() -> None:
    """Measure, and write a Markdown table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--records", type=int, default=4_000)
    parser.add_argument("--chain", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, default=None, help="on the disk to measure")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=wanted.folder) as name:
        folder, key = Path(name), cs.Ledger.new_key()
        records = whole_records(wanted.records)
        size = sum(len(record.to_json()) for record in records) / len(records) / 1_000
        in_batches = appended(folder, records, BATCH)
        one_by_one = appended(folder, records[: max(1, len(records) // 20)], 1)
        print("| what | measured | target |\n| --- | --- | --- |")
        print(f"| appended, {BATCH} a batch, {size:.0f} KB each | {in_batches:,.0f} a second | 2,000 |")
        print(f"| the same, one by one, each synced to disk | {one_by_one:,.0f} a second | |")
        path = folder / "long.db"
        with cs.Ledger.open(path, key=key) as ledger:
            started, batch = time.perf_counter(), []
            for record in small_records(wanted.chain):
                batch.append(record)
                if len(batch) == LONG_BATCH:
                    ledger.append_many(batch)
                    batch.clear()
            ledger.append_many(batch)
            seconds = time.perf_counter() - started
            print(f"| chain of {wanted.chain:,} made, 0.3 KB each | {seconds:.0f} s | |")
            started = time.perf_counter()
            ledger.verify()
            print(f"| verified with the key | {time.perf_counter() - started:.1f} s | 60 s |")
        started = time.perf_counter()
        if not verify_chain(path).passed:
            raise SystemExit("the chain does not verify")
        print(f"| verified without the key, by the second path | {time.perf_counter() - started:.1f} s | |")
        print(f"\n`python benchmarks/ledger.py --records {wanted.records} --chain {wanted.chain}`")


if __name__ == "__main__":
    main()
