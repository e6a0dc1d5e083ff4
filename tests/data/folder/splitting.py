"""Random worlds cut into a first portfolio and what comes later, and portfolios compared byte by byte."""

from __future__ import annotations

import random

import numpy as np

import creditscore as cs
from tests.features.worlds import World

OF_LOANS = ("instalments", "repayments", "statements")
BLOCKS = ("offsets", "times", "values", "codes")


def cut(world: World, seed: int, parts: int) -> list[World]:
    """Every row to one of some parts; what happened to a loan comes with the loan or later."""
    rng = random.Random(seed)
    batches = [rng.randrange(parts) for _ in world.get("loans", ())]
    first: dict[str, int] = {}
    for row, batch in zip(world.get("loans", ()), batches, strict=True):
        first[row["loan_id"]] = min(first.get(row["loan_id"], parts), batch)
    cut_up: list[World] = [{} for _ in range(parts)]
    for name, rows in world.items():
        for k, row in enumerate(rows):
            low = first.get(row["loan_id"], 0) if name in OF_LOANS else 0
            batch = batches[k] if name == "loans" else rng.randrange(low, parts)
            cut_up[batch].setdefault(name, []).append(row)
    return cut_up


def assert_same(one: cs.Portfolio, other: cs.Portfolio) -> None:
    """The same tables, ids, loans and people, to the last byte."""
    assert list(one.tables) == list(other.tables)
    assert list(one.applicant_ids) == list(other.applicant_ids)
    assert list(one.loan_ids) == list(other.loan_ids)
    assert one.loan_owner.tobytes() == other.loan_owner.tobytes()
    assert one.loan_codes.tobytes() == other.loan_codes.tobytes()
    assert (one.currency, one.calendar.to_dict()) == (other.currency, other.calendar.to_dict())
    for name, table in one.tables.items():
        found = other.tables[name]
        assert found.columns == table.columns, name
        assert found.vocabularies == table.vocabularies, name
        assert (found.plain, found.owners) == (table.plain, table.owners), name
        for block in BLOCKS:
            wanted, got = getattr(table, block), getattr(found, block)
            assert (got.shape, got.dtype) == (wanted.shape, wanted.dtype), (name, block)
            assert got.tobytes() == wanted.tobytes(), (name, block)
            assert (got.flags.c_contiguous, got.flags.aligned, got.flags.writeable) == (True, True, False)
        assert events(found) == events(table), name


def events(table: object) -> list[object] | None:
    """Ids of the events of a table, row by row."""
    ids = table.event_ids  # type: ignore[attr-defined]
    if ids is None:
        return None
    codes, labels = ids.of(np.arange(table.n_rows))  # type: ignore[attr-defined]
    return [None if code < 0 else labels[code] for code in codes.tolist()]
