"""What a person's own version of a report says of sums, held against what else it tells.

The waterfall, weights and payments on their page come from parts of the record that are not theirs to see.
How these must add up with what is disclosed follows from the page alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from creditscore.report.payments import by_class
from creditscore.report.visible import SaidDifference


def adds_up_not(data: Mapping[str, Any]) -> Iterator[SaidDifference]:
    """Find sums on a person's version of a report that contradict the values and points that it discloses.

    Parameters
    ----------
    data : mapping
        A report for the person concerned as plain data.
    """
    record, steps, moved = data["record"], data.get("waterfall"), data.get("influence")
    score = record["outcome"]["score"]
    if steps is not None:
        yield from _unless("waterfall", steps["score"], score)
        summed = steps["base"] + sum(step["points"] for step in steps["steps"]) + steps["held"]
        yield from _unless("waterfall", summed, score)
    if moved is not None and "points_of_others" in moved:
        points = sum(line["integer_points"] for line in record["features"])
        summed = record["base"]["integer_points"] + points + moved["points_of_others"] + moved["clamping"]
        yield from _unless("influence", summed, score)
    if "payments" in data:
        yield from _of_payments(data["payments"])


def _of_payments(payments: Mapping[str, Any]) -> Iterator[SaidDifference]:
    rows, left_out = payments["newest"], payments["left_out"]
    counted = sum(line["count"] for line in payments["classes"])
    yield from _unless("payments", counted, len(rows) + left_out)
    if not left_out and all("undone" in row for row in rows):
        yield from _unless("payments", payments["classes"], by_class(list(reversed(rows))))


def _unless(what: str, said: object, made: object) -> Iterator[SaidDifference]:
    if said != made:
        yield SaidDifference(what, str(said), str(made))
