"""One person taken out of everything: tables, ledger and files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from creditscore.data.about import ids_of, without
from creditscore.data.portfolio import Portfolio
from creditscore.errors import DecisionUnknownError, ParameterError

if TYPE_CHECKING:
    from creditscore.deciding.ledger.ledger import Ledger


@dataclass(frozen=True, slots=True, eq=False)
class SubjectErased:
    """What an erasure did.

    Attributes
    ----------
    portfolio : Portfolio
        Everything but this person.
    ids : tuple of int or str
        All ids that were theirs.
    rows : mapping of str to int
        Rows by table that went, or no longer name them.
    keys : int
        Keys of the ledger that were destroyed: each opened decisions that nobody can read any more.
    """

    portfolio: Portfolio
    ids: tuple[int | str, ...]
    rows: Mapping[str, int]
    keys: int

    def __str__(self) -> str:
        rows = ", ".join(f"{name} {count:,}" for name, count in self.rows.items()) or "none"
        return f"rows: {rows}; keys destroyed: {self.keys:,}"

    __repr__ = __str__


def erase_subject(
    portfolio: Portfolio, applicant_id: int | str, *, ledger: Ledger | None = None
) -> SubjectErased:
    """Take one person out of a portfolio and, for ever, out of a ledger.

    Their rows go, with ties and second ids of others that lead to them; as the other side of somebody else's
    payment they are no longer named. In the ledger their keys are destroyed, and the chain and the tree keep
    every proof of all other entries. Files that tables were read from, backups and models are not touched: a
    model holds no row of anybody, backups are yours, and values of `measures` of other people are made anew
    from the portfolio that is returned.

    Parameters
    ----------
    portfolio : Portfolio
    applicant_id : int or str
        Any of their ids, as the portfolio has it (its pseudonym, where it was made with `Pseudonyms`).
    ledger : Ledger, optional

    Returns
    -------
    SubjectErased

    Raises
    ------
    ParameterError
        If neither the portfolio nor the ledger knows them: a mistyped id must not look like an erasure.
    LedgerError
        If a key cannot be destroyed; the portfolio that was given is as it was.

    Examples
    --------
    >>> asked = [{"applicant_id": one, "event_time": "2024-05-31T12:00:00Z"} for one in ("a", "b")]
    >>> done = erase_subject(Portfolio.from_records({"inquiries": asked}), "a")
    >>> print(done)
    rows: inquiries 1; keys destroyed: 0
    >>> done.portfolio.applicant_ids
    ('b',)
    """
    if ledger is not None and not hasattr(ledger, "erase"):
        raise ParameterError.must_be("ledger", "a Ledger, or left out", type(ledger).__name__)
    ids = ids_of(portfolio, applicant_id)
    left, rows = without(portfolio, ids)
    keys = 0 if ledger is None else destroy_keys(ledger, ids)
    if not rows and not keys:
        raise ParameterError.must_be("applicant_id", "an id that a table or the ledger knows", applicant_id)
    return SubjectErased(left, ids, rows, keys)


def destroy_keys(ledger: Ledger, ids: Sequence[int | str]) -> int:
    """Destroy the keys of one person in a ledger and count them; an id that it does not know has none."""
    return sum(_destroyed(ledger, one) for one in ids)


def _destroyed(ledger: Ledger, one: int | str) -> int:
    try:
        return ledger.erase(one).keys
    except DecisionUnknownError:
        return 0
