"""What a decision report says of payments: how many of each class there were, and the newest of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from creditscore.data.payments.rules import INCOME, OUTGOINGS
from creditscore.data.stored.table import rows_of
from creditscore.deciding.payments import listed
from creditscore.report.writing import Writer

MOST_ROWS: Final = 40


def payments_in(record: Mapping[str, Any], writer: Writer) -> dict[str, Any] | None:
    """Sum the payments of a record by class, and list the newest; None where it holds none with a class.

    Spending is counted as the features count it: less what refunds took back.
    """
    found = listed(record.get("payments"))
    if not found:
        return None
    rows = [
        {
            "event_time": row["event_time"],
            "amount": row["amount"],
            "class": name,
            "label": writer.words_for("class", name),
            "evidence": writer.words_for("evidence", evidence),
            "undone": undone or 0.0,
        }
        for row, name, evidence, undone in zip(
            rows_of("payments", record["inputs"]["tables"]["payments"]),
            found["class"],
            found["evidence"],
            found["undone"],
            strict=True,
        )
        if name is not None
    ]
    newest = list(reversed(rows[-MOST_ROWS:]))
    return {"classes": by_class(rows), "newest": newest, "left_out": len(rows) - len(newest)}


def counts_as(name: str) -> str:
    """Say whether payments of a class count as income, as spending or as neither."""
    return "income" if name in INCOME else ("spending" if name in OUTGOINGS else "neither")


def by_class(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Sum payments by their class, oldest first."""
    names = dict.fromkeys(row["class"] for row in rows)
    lines = []
    for name in names:
        mine = [row for row in rows if row["class"] == name]
        total = round(sum(row["amount"] + row["undone"] for row in mine), 2)
        lines.append(
            {
                "class": name,
                "label": mine[0]["label"],
                "count": len(mine),
                "amount": total,
                "counts_as": counts_as(name),
            }
        )
    return sorted(lines, key=lambda line: (-abs(line["amount"]), line["class"]))
