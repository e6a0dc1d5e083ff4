"""A ledger in a file beside one in PostgreSQL: appends one by one, in batches, by many threads; verification.

The server is started here, in a temporary folder, on a Unix socket, with its own settings but a small cache.
The two alternate, so that a busy machine slows both.

Usage: python benchmarks/ledger_stores.py [--rounds 3] [--records 400]
"""

from __future__ import annotations

import argparse
import secrets
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1]))

import creditscore as cs
from tests.deciding.records import record
from tests.postgres import started

KEY = cs.Ledger.new_key()
BATCH, THREADS = 200, 16


def records(count: int) -> list[cs.DecisionRecord]:
    """Of some 40 KB that do not compress further than by half, each of a subject of its own."""
    return [
        record(secrets.token_hex(8), f"subject-{k}", environment={"padding": secrets.token_hex(20_000)})
        for k in range(count)
    ]


def timed(act: Callable[[], object]) -> float:
    """Seconds."""
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def measured(ledger: cs.Ledger, count: int) -> dict[str, float]:
    """Milliseconds a record of each way."""
    single, several, at_once = records(count // 4), records(count), records(count)

    def batches() -> None:
        for first in range(0, count, BATCH):
            ledger.append_many(several[first : first + BATCH])

    def threads() -> None:
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(ledger.append, at_once))

    return {
        "one by one": timed(lambda: [ledger.append(one) for one in single]) / len(single) * 1e3,
        f"in batches of {BATCH}": timed(batches) / count * 1e3,
        f"by {THREADS} threads": timed(threads) / count * 1e3,
        "verified": timed(ledger.verify) / len(ledger) * 1e3,
    }


def main() -> None:
    """Measure, and write a Markdown table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--records", type=int, default=400)
    wanted = parser.parse_args()
    server, found = started(), {"file": [], "PostgreSQL": []}
    try:
        with tempfile.TemporaryDirectory() as folder:
            for turn in range(wanted.rounds):
                for name, location in (("file", f"{folder}/{turn}.db"), ("PostgreSQL", server.address())):
                    with cs.Ledger.open(location, key=KEY) as ledger:
                        found[name].append(measured(ledger, wanted.records))
    finally:
        server.remove()
    print("| milliseconds a record of 40 KB | file | PostgreSQL | ratio |\n| --- | --- | --- | --- |")
    for what in found["file"][0]:
        pairs = [(a[what], b[what]) for a, b in zip(*found.values(), strict=True)]
        one, other = (median(side) for side in zip(*pairs, strict=True))
        print(f"| {what} | {one:.2f} | {other:.2f} | {median(b / a for a, b in pairs):.2f} |")
    print(f"\n`python benchmarks/ledger_stores.py --rounds {wanted.rounds} --records {wanted.records}`")


if __name__ == "__main__":
    main()
