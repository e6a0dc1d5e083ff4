"""Print every ledger with what is expected and what is found."""

from __future__ import annotations

import sys

from tests.features.ledgers.every import LEDGERS, agrees
from tests.features.ledgers.writing import found


def table() -> tuple[list[str], int]:
    """The lines of the table, and how many values differ."""
    lines, differing = [], 0
    for number, ledger in enumerate(LEDGERS, 1):
        lines.append(f"{number:2}. {ledger.shows}")
        for name, value in found(ledger).items():
            same = agrees(value, ledger.expected[name])
            differing += not same
            mark = "" if same else "DIFFERS"
            lines.append(f"      {name:36} {ledger.expected[name]:12.6g} {value:12.6g} {mark}".rstrip())
    return [*lines, f"{len(LEDGERS)} ledgers, {differing} values differ"], differing


def main() -> int:
    """Print the table; 1 if anything differs."""
    lines, differing = table()
    sys.stdout.write("\n".join(lines) + "\n")
    return int(differing > 0)


if __name__ == "__main__":
    sys.exit(main())
