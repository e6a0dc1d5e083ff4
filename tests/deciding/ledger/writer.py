"""A process that appends decisions to a ledger until it has done so often enough, or is killed.

Usage: writer.py PATH NAME BATCHES SIZE; writes the number of every batch once it is on disk.
"""

from __future__ import annotations

import sys

import creditscore as cs
from tests.deciding.records import record

KEY = bytes(range(32))


def main(path: str, name: str, batches: int, size: int) -> None:
    with cs.Ledger.open(path, key=KEY) as ledger:
        for batch in range(batches):
            ledger.append_many(
                record(f"{name}-{batch}-{k}", f"subject-{k % 5}", counterfactuals=[float(k)] * 200)
                for k in range(size)
            )
            sys.stdout.write(f"{batch}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
