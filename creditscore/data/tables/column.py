"""One declared column of a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ColumnKind = Literal["applicant", "loan", "id", "time", "number", "flag", "text"]
StandsFor = Literal["", "person", "party"]


@dataclass(frozen=True, slots=True)
class Column:
    """One declared column.

    Attributes
    ----------
    name : str
    kind : {"applicant", "loan", "id", "time", "number", "flag", "text"}
        ``"applicant"`` is the id of the person who owns the row.
    meaning : str
    unit : str
        Unit and sign of a number.
    required : bool
        Whether the column must be there, without a missing value.
    vocabulary : tuple of str, optional
        The only labels that a closed text column may hold, in the order of their codes.
    at_least : float, optional
        The smallest value that a number may have.
    stands_for : {"", "person", "party"}
        For an id: whether it stands for another person or party, and so never leaves the portfolio as it is.
    known_with : str
        For a number or a closed label: the time column of the fact with which it is known.
    fraud_only : bool
        Whether it is evidence for the queue of fraud alone: no feature may read it.
    """

    name: str
    kind: ColumnKind
    meaning: str
    unit: str = ""
    required: bool = False
    vocabulary: tuple[str, ...] | None = None
    at_least: float | None = None
    stands_for: StandsFor = ""
    known_with: str = ""
    fraud_only: bool = False
