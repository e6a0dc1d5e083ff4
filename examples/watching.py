"""A lender watches its customers: a feed of payments, a score after each month, and who is told of.

Run: python examples/watching.py

People and payments are made up. One customer in five loses the income after half a year.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

import creditscore as cs

PEOPLE, START = 300, datetime(2025, 1, 1, tzinfo=UTC)
Row = dict[str, Any]


def payments(seed: int, months: int, loses_from: int) -> tuple[list[Row], list[bool]]:
    """Incomes and spending of everybody, and who loses the income."""
    rng = np.random.default_rng(seed)
    loses = (rng.random(PEOPLE) < 0.2).tolist()
    rows = []
    for person in range(PEOPLE):
        income, spent = float(rng.uniform(1_500, 3_000)), float(rng.uniform(0.7, 0.95))
        for month in range(months):
            paid = START + timedelta(days=30 * month + 1)
            gone = loses[person] and month >= loses_from
            found = [] if gone else [(paid, income, "salary")]
            found += [(paid + timedelta(days=3 * k + 1), -income * spent / 8, "purchase") for k in range(8)]
            rows += [
                {"applicant_id": f"c{person:03d}", "event_id": f"{person}-{month}-{k}", "kind": kind,
                 "amount": round(amount, 2), "event_time": at.isoformat()}
                for k, (at, amount, kind) in enumerate(found)
            ]  # fmt: skip
    return rows, loses


def fitted() -> cs.CreditPipeline:
    """A model of other people, of whom those who lost their income did not pay."""
    rows, loses = payments(seed=1, months=6, loses_from=4)
    at = START + timedelta(days=180)
    asked = [{"application_id": n, "applicant_id": f"c{n:03d}", "as_of": at} for n in range(PEOPLE)]
    noise = np.random.default_rng(2).random(PEOPLE) < 0.05
    bad = (np.array(loses) ^ noise).astype(float)
    pipeline = cs.CreditPipeline([cs.payment_features()], scorer=cs.CreditScorer(n_estimators=40))
    return pipeline.fit(cs.Applications.from_records(asked), cs.Portfolio(payments=rows), bad)


def split(rows: list[Row], until: datetime) -> tuple[list[Row], list[Row]]:
    """What has happened by a moment, and what has not."""
    happened = [datetime.fromisoformat(row["event_time"]) < until for row in rows]
    both = list(zip(rows, happened, strict=True))
    return [row for row, is_past in both if is_past], [row for row, is_past in both if not is_past]


def main() -> None:
    """Take a month of messages after the other, and say whose score moved."""
    rows, loses = payments(seed=3, months=14, loses_from=8)
    customers = [f"c{n:03d}" for n in range(PEOPLE)]
    found: set[str] = set()
    with TemporaryDirectory() as folder:
        home = Path(folder)
        cs.Portfolio().write(home / "portfolio")
        (home / "feed").mkdir()
        feed = cs.FileFeed(home / "feed")
        with cs.Stream(home / "portfolio", home / "stream", [feed], model=fitted()) as stream:
            for month in range(14):
                until = START + timedelta(days=30 * (month + 1))
                now, rows = split(rows, until)
                lines = [json.dumps({"table": "payments", "row": row}) for row in now]
                # a feed may give a message twice
                text = "".join(line + "\n" for line in [*lines, *lines[:50]])
                (home / "feed" / f"{month:02d}.jsonl").write_text(text)
                stream.take()
                if month >= 5:
                    moved = stream.watch(customers, points=20, as_of=until)
                    fell = [one for one in moved if (one.score_to or 0) < (one.score_from or 0)]
                    found |= {str(one.applicant_id) for one in fell}
                    reasons = sorted({one.reason for one in fell})
                    said = f"month {month}: {len(moved)} moved, {len(fell)} fell {', '.join(reasons)}"
                    print(said.rstrip())
            print(stream.state())
    lost = {customers[n] for n in range(PEOPLE) if loses[n]}
    others = len(found - lost)
    print(f"{len(lost & found)} of {len(lost)} who lost their income were told of, and {others} others")


if __name__ == "__main__":
    main()
