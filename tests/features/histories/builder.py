"""Histories written line by line, as a careful reader sees an account: what each payment is ends its line.

A line is ``day [hour] amount`` and then, in any order: a kind by its name, ``#category``, ``@`` and what the
other side is, ``:who it is``, ``[account]``, ``{sort of account}``, ``!status``, ``~order``, ``=balance``,
``^day on which it became known``; after ``->`` the class that a careful reader gives it. ``-> unseen`` is a
payment that was not known at the moment.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

AS_OF = datetime(2025, 6, 15, tzinfo=UTC)
_SIGNS = {
    "#": "category",
    "@": "counterparty_kind",
    ":": "counterparty_id",
    "[": "account_id",
    "{": "account_kind",
    "!": "status",
    "~": "order_id",
    "=": "balance",
    "^": "known_time",
}


@dataclass(frozen=True)
class History:
    """Payments of one person, what each is, and what else a reader expects of them."""

    name: str
    lines: str
    expected: dict[str, float] = field(default_factory=dict)

    def rows(self) -> list[dict[str, Any]]:
        """Records of payments, in the order of the lines; ``class`` is what is expected."""
        written = [line.strip() for line in self.lines.strip().splitlines() if line.strip()]
        return [_record(line, number) for number, line in enumerate(written)]


def _record(line: str, number: int) -> dict[str, Any]:
    said, _, expected = line.partition("->")
    day, *rest = said.split()
    when = datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(hours=12)
    if ":" in rest[0] and rest[0][0].isdigit():
        hour, minute = rest.pop(0).split(":")
        when = when.replace(hour=int(hour), minute=int(minute))
    row: dict[str, Any] = {
        "applicant_id": "a",
        "event_id": f"{number:03d}",
        "event_time": when.isoformat(),
        "amount": float(rest.pop(0)),
        "class": expected.strip(),
    }
    for word in rest:
        name = _SIGNS.get(word[0], "kind")
        value = word.strip("#@:[]{}!~=^") if name != "kind" else word
        if name == "known_time":
            row[name] = datetime.combine(date.fromisoformat(value), when.timetz()).isoformat()
        else:
            row[name] = float(value) if name == "balance" else value
    return row
