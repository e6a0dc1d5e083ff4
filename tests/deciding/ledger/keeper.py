"""A process that keeps a ledger until it is killed: appends, erases, backs up and rotates the key, in turn.

Usage: keeper.py PATH KEYS SEED; KEYS is a file of hexadecimal keys, of which the last that fits opens the
ledger. A new key is written down before it is used. Writes a line for everything that is done.
"""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path

import creditscore as cs
from creditscore.errors import LedgerError
from tests.deciding.records import record


def opened(path: Path, keys: Path) -> cs.Ledger:
    """Open with the newest key that fits."""
    for line in reversed(keys.read_text().split()):
        try:
            return cs.Ledger.open(path, key=bytes.fromhex(line))
        except LedgerError as error:
            if "another key" not in str(error):
                raise
    raise LedgerError("No key fits.")


def main(path: Path, keys: Path, seed: int) -> None:
    chance, name = random.Random(seed), f"{seed}"
    with opened(path, keys) as ledger:
        for turn in range(10**6):
            act = chance.choice(("append", "append", "append", "erase", "backup", "rotate"))
            subject = f"subject-{name}-{turn}"
            if act == "append":
                ledger.append_many(record(f"{name}-{turn}-{k}", f"{subject}-{k % 2}") for k in range(6))
            elif act == "erase":
                ledger.append(record(f"{name}-{turn}", subject))
                ledger.erase(subject)
            elif act == "backup":
                copy = path.with_name(f"backup-{name}-{turn}.db")
                ledger.backup(copy)
            else:
                key = cs.Ledger.new_key()
                with keys.open("a") as file:
                    file.write(key.hex() + "\n")
                    file.flush()
                    os.fsync(file.fileno())
                ledger.rotate(key)
            sys.stdout.write(f"{act} {turn}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
