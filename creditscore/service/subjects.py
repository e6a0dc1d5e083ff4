"""What is kept of one person: handed out, or taken out, by the pseudonym that decisions carry."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from creditscore.data.about import ids_of
from creditscore.data.portfolio import Portfolio
from creditscore.deciding.ledger.ledger import Ledger
from creditscore.privacy.erasing import destroy_keys
from creditscore.service.apart import apart
from creditscore.service.messages import Erased
from creditscore.service.problems import RefusedError
from creditscore.service.store import Known

if TYPE_CHECKING:
    from creditscore.report.subject import SubjectExport


def ids_behind(pseudonym: str, known: Known, ledger: Ledger) -> tuple[int | str, ...]:
    """Find every id of the person whom a ledger calls so; the pseudonym itself where no table knows them.

    Nothing keeps the way back from a pseudonym to an id, so all ids are gone through: about three seconds for
    a million.

    Parameters
    ----------
    pseudonym : str
        As the answer to a decision has it.
    known : Known
    ledger : Ledger
    """
    if known.store is None:
        return (pseudonym,)
    portfolio = known.store.current()
    for one in portfolio.applicant_ids:
        plain = one if isinstance(one, str) else int(one)
        if ledger.pseudonym(plain) == pseudonym:
            return ids_of(portfolio, plain)
    return (pseudonym,)


def export(
    pseudonym: str, known: Known, ledger: Ledger, opened: tuple[str | Path, bytes], asked: dict[str, str]
) -> SubjectExport:
    """Collect everything that the portfolio and the ledger hold of one person.

    It is done in a process of its own: what it needs (data frames) shall not stay in the one that scores.

    Parameters
    ----------
    pseudonym : str
    known : Known
    ledger : Ledger
    opened : (path or address, bytes)
        Its file and key.
    asked : dict of str to str
        language and calendar, as for `creditscore.subject_export`.

    Raises
    ------
    RefusedError
        If nothing at all is kept.
    """
    from creditscore.report.subject import SubjectExport

    one = ids_behind(pseudonym, known, ledger)[0]
    if one == pseudonym and not ledger.find(subject=pseudonym):
        raise _unknown()
    # Whom no table knows has decisions alone, under the name that the ledger gives.
    store = None if one == pseudonym else known.store
    portfolio = Portfolio() if store is None else store.current()
    found = apart(_exported, portfolio, one, opened, asked)
    if SubjectExport(found).is_empty:
        raise _unknown()
    return SubjectExport(found)


def _exported(
    portfolio: Portfolio, one: int | str, opened: tuple[str | Path, bytes], asked: dict[str, Any]
) -> dict[str, Any]:
    from creditscore.report.subject import subject_export

    path, key = opened
    with Ledger.open(path, key=key, create=False) as ledger:
        return subject_export(portfolio, one, ledger=ledger, **asked).to_dict()


def erase(pseudonym: str, known: Known, ledger: Ledger) -> Erased:
    """Take one person out of the ledger for ever, and out of the portfolio where there is one.

    Keys go first: tables tell which ids are one person's, so whoever is cut off between can begin again.

    Parameters
    ----------
    pseudonym : str
    known : Known
    ledger : Ledger

    Raises
    ------
    RefusedError
        If neither knows them, or the portfolio of the service cannot be changed.
    """
    ids = ids_behind(pseudonym, known, ledger)
    if known.store is not None and not known.store.can_change and pseudonym not in ids:
        known.store.erase(ids[0])  # refuses, before anything is destroyed
    keys = destroy_keys(ledger, ids) + (destroy_keys(ledger, [pseudonym]) if pseudonym not in ids else 0)
    rows = {} if known.store is None or pseudonym in ids else dict(known.store.erase(ids[0]))
    if not keys and not any(rows.values()):
        raise _unknown()
    return Erased(keys=keys, rows=rows)


def _unknown() -> RefusedError:
    return RefusedError.of(404, "not-found", "Neither the portfolio nor the ledger knows this subject.")
