"""Write the tables of docs/payments.md: the rules, and what they make of accounts written by hand.

Run by `make reference`.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS.parent))

from creditscore.data.payments.rules import INCOME, OUTGOINGS, RULES  # noqa: E402
from creditscore.data.portfolio import Portfolio  # noqa: E402
from creditscore.data.tables.vocabularies import PAYMENT_CLASSES  # noqa: E402
from tests.features.histories import every_history  # noqa: E402
from tests.features.histories.builder import AS_OF  # noqa: E402

BETWEEN = "<!-- {name}: written by make_payments.py -->"


def rules() -> list[str]:
    """Return the table of rules, in their order."""
    direction = {"in": "credit", "out": "debit", "both": "either"}
    lines = [
        "| | direction | kind | category | other side | class |",
        "| --: | --- | --- | --- | --- | --- |",
    ]
    for number, rule in enumerate(RULES, 1):
        wanted = (", ".join(labels) for labels in (rule.kinds, rule.categories, rule.parties))
        lines.append(f"| {number} | {direction[rule.direction]} | {' | '.join(wanted)} | {rule.becomes} |")
    return lines


def classes() -> list[str]:
    """Return what each class counts as, with how often it was expected and found."""
    expected, found, right = Counter[str](), Counter[str](), Counter[str]()
    for history in every_history():
        rows = history.rows()
        known = [row for row in rows if row["class"] != "unseen"]
        records = [{name: value for name, value in row.items() if name != "class"} for row in rows]
        seen = Portfolio.from_records({"payments": records}).classified("a", AS_OF)
        known.sort(key=lambda row: (row["event_time"], row["event_id"]))
        for row, name in zip(known, seen.classes, strict=True):
            expected[row["class"]] += 1
            found[name] += 1
            right[name] += row["class"] == name
    lines = ["| class | counts as | expected | found | of these right |", "| --- | --- | --: | --: | --: |"]
    for name in PAYMENT_CLASSES:
        counts = "income" if name in INCOME else ("spending" if name in OUTGOINGS else "")
        lines.append(f"| {name} | {counts} | {expected[name]} | {found[name]} | {right[name]} |")
    total = (sum(counts.values()) for counts in (expected, found, right))
    lines.append(f"| {len(every_history())} histories | | {' | '.join(map(str, total))} |")
    return lines


def page() -> str:
    """Return the page with its tables written anew."""
    text = (DOCS / "payments.md").read_text(encoding="utf-8")
    tables: dict[str, Callable[[], list[str]]] = {"rules": rules, "classes": classes}
    for name, make in tables.items():
        mark = BETWEEN.format(name=name)
        before, _, after = text.split(mark)
        text = f"{before}{mark}\n\n" + "\n".join(make()) + f"\n\n{mark}{after}"
    return text


if __name__ == "__main__":
    (DOCS / "payments.md").write_text(page(), encoding="utf-8")
