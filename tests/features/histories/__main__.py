"""Print every history with what a careful reader expects of it and what is found."""

from __future__ import annotations

import sys

from tests.features.test_histories import HISTORIES, found_classes
from tests.features.test_stream_histories import HISTORIES as STREAMS
from tests.features.test_stream_histories import agrees, values_of


def table() -> tuple[list[str], int]:
    """The lines of the table, and how many classes and values differ."""
    lines, differing = [], 0
    for history in HISTORIES:
        lines.append(history.name)
        rows = history.rows()
        for row, found in zip(rows, found_classes(rows), strict=True):
            same = found == row["class"]
            differing += not same
            payment = f"{row['event_time'][:10]} {row['amount']:10.2f}"
            lines.append(f"      {payment} {row['class']:16} {found:16} {'' if same else 'DIFFERS'}".rstrip())
    for person in STREAMS:
        lines.append(person.name)
        values = values_of(person)
        for name, expected in person.expected.items():
            same = agrees(name, values[name], expected)
            differing += not same
            wanted = "missing" if expected is None else f"{expected:.6g}"
            mark = "" if same else "DIFFERS"
            lines.append(f"      {name:36} {wanted:>12} {values[name]:12.6g} {mark}".rstrip())
    number = len(HISTORIES) + len(STREAMS)
    return [*lines, f"{number} histories, {differing} classes and values differ"], differing


def main() -> int:
    """Print the table; 1 if anything differs."""
    lines, differing = table()
    sys.stdout.write("\n".join(lines) + "\n")
    return int(differing > 0)


if __name__ == "__main__":
    sys.exit(main())
