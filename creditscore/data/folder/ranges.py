"""Whether codes number labels, people and loans that are there: what kernels take for granted."""

from __future__ import annotations

from collections.abc import Iterator

from creditscore.data.door.linking import OF_TWO, OTHER_END
from creditscore.data.tables.events import EventTable


def codes_out_of_range(table: EventTable, n_people: int, n_loans: int) -> Iterator[str]:
    """Yield the columns of labels in which a code stands that numbers nothing.

    Parameters
    ----------
    table : EventTable
    n_people, n_loans : int
        How many of them the portfolio knows.
    """
    for name, codes in zip(table.code_columns, table.codes, strict=True):
        most = n_loans if name == "loan" else len(table.vocabularies[name])
        if name == OTHER_END and table.name in OF_TWO:
            most = min(most, n_people)
        if codes.size and (int(codes.min()) < -1 or int(codes.max()) >= most):
            yield name
