"""What each payment of a record is: derived from its rows, so that a replay can derive it again."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from creditscore.data.payments.classified import classify_person
from creditscore.data.stored.packed import MANY, Column, cells_of, is_packed, packed, unpacked
from creditscore.deciding.evidence import Evidence

COLUMNS: Final = ("class", "evidence", "paired_with", "undone")


def payments_of(evidence: Evidence) -> dict[str, Any] | None:
    """Say for each stored payment of the applicant what it is, in the order of the rows.

    Parameters
    ----------
    evidence : Evidence

    Returns
    -------
    dict of str to list, packed where there are many, or None
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
    every = numbers == list(range(stop - first))
    for name, column in zip(COLUMNS, columns, strict=True):
        if every:
            written[name] = list(column)
            continue
        for number, entry in zip(numbers, column, strict=True):
            written[name][number] = entry
    return written if stop - first < MANY else _packed(written)


def listed(stored: Mapping[str, Any] | None) -> Mapping[str, list[Any]] | None:
    """Return what a record says of its payments as lists, also where it is packed.

    Raises
    ------
    ArtefactError
        If it is packed and damaged.
    """
    if not is_packed(stored):
        return stored
    return {name: cells_of(column) for name, column in unpacked(stored or {}).items()}


def _packed(written: Mapping[str, list[Any]]) -> dict[str, Any]:
    columns = {name: _labelled(written[name]) for name in ("class", "evidence")}
    paired = [-1 if partner is None else partner for partner in written["paired_with"]]
    undone = [math.nan if amount is None else amount for amount in written["undone"]]
    columns |= {
        "paired_with": Column("whole", np.array(paired, np.int64)),
        "undone": Column("number", np.array(undone, np.float64)),
    }
    return packed(columns, len(paired))


def _labelled(cells: list[str | None]) -> Column:
    labels = sorted({cell for cell in cells if cell is not None})
    codes: dict[str | None, int] = {label: code for code, label in enumerate(labels)}
    codes[None] = -1
    return Column("label", np.array([codes[cell] for cell in cells], np.int32), tuple(labels))
