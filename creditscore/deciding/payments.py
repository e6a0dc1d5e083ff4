"""What each payment of a record is: derived from its rows, so that a replay can derive it again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from creditscore.data.payments.classified import classify_person
from creditscore.deciding.evidence import Evidence

COLUMNS: Final = ("class", "evidence", "paired_with", "undone")


def payments_of(evidence: Evidence) -> dict[str, list[Any]] | None:
    """Say for each stored payment of the applicant what it is, in the order of the rows.

    Parameters
    ----------
    evidence : Evidence

    Returns
    -------
    dict of str to list, or None
        ``class``, ``evidence``, ``paired_with`` (the number of the row that it belongs to, from 0) and
        ``undone`` (what refunds took back of it), None where there is nothing to say; a row that had not
        happened by the moment has no class. None where no payment of the applicant is stored.
    """
    table, one = evidence.portfolio.tables.get("payments"), evidence.application
    person = evidence.portfolio.code(one.applicant_ids[0])
    if table is None or person < 0 or person + 1 >= len(table.offsets):
        return None
    first, stop = (int(row) for row in table.offsets[person : person + 2])
    if first == stop:
        return None
    found = classify_person(table, person, int(one.as_of[0]))
    numbers = (found.rows - first).tolist()
    written: dict[str, list[Any]] = {name: [None] * (stop - first) for name in COLUMNS}
    columns: tuple[Sequence[Any], ...] = (
        found.classes,
        found.evidence,
        [None if partner < 0 else numbers[partner] for partner in found.paired_with.tolist()],
        [amount or None for amount in found.undone.tolist()],
    )
    for name, column in zip(COLUMNS, columns, strict=True):
        for number, entry in zip(numbers, column, strict=True):
            written[name][number] = entry
    return written
