"""A ledger in which something has happened."""

from __future__ import annotations

from pathlib import Path

import creditscore as cs
from tests.deciding.records import record

KEY = bytes(range(32))


def filled(path: Path | str, n: int = 6) -> Path | str:
    """Six decisions of three subjects, of whom one is forgotten, and then decided on again."""
    with cs.Ledger.open(path, key=KEY) as ledger:
        ledger.append_many(record(k, f"subject-{k % 3}") for k in range(n))
        ledger.erase("subject-1")
        ledger.append(record(n, "subject-1"))
    return path
