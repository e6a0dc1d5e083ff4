"""Tables that are to be added to a portfolio: through the door, and under names that fit those there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from creditscore.data.door.build import read_table
from creditscore.data.door.draft import Draft
from creditscore.data.door.raw import Labels
from creditscore.data.door.reading import Reading
from creditscore.data.door.validate import check_sources, check_table
from creditscore.data.pseudonyms import Pseudonyms, are_pseudonyms
from creditscore.data.sources import CONNECTIONS, CONSENTS
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.errors import ContractError, ParameterError


def through_the_door(tables: Mapping[str, Any], reading: Reading) -> dict[str, Draft]:
    """Read and check tables on their own.

    Raises
    ------
    ContractError
        If rows break a contract; the message lists every problem.
    """
    drafts = {
        name: check_table(CONTRACTS[name], read_table(name, tables[name]), reading)
        for name in CONTRACTS
        if tables.get(name) is not None
    }
    for name in (CONNECTIONS, CONSENTS):
        if name in drafts:
            check_sources(drafts[name])
    problems = [problem for draft in drafts.values() for problem in draft.all_problems()]
    if problems:
        raise ContractError(problems)
    return drafts


def check_pseudonyms(
    known: Labels, check: str, drafts: Mapping[str, Draft], pseudonyms: Pseudonyms | None
) -> None:
    """Refuse plain ids among pseudonyms, and pseudonyms among plain ids: nobody would be found under them.

    Where nobody is known yet, ``check`` decides: the check value of the key of the portfolio, if it has one.
    """
    if not (len(known) or check):
        return
    hidden = are_pseudonyms(known) if len(known) else True
    if pseudonyms is not None and not hidden:
        wanted = "left out: the people of this portfolio go under the ids that were given"
        raise ParameterError.must_be("pseudonyms", wanted, "some")
    if pseudonyms is None and hidden:
        for draft in drafts.values():
            labels = draft.coded[draft.contract.owner].labels
            if not all(isinstance(one, str) and Pseudonyms.looks_like_one(one) for one in labels):
                wanted = "given: the people of this portfolio go under pseudonyms"
                raise ParameterError.must_be("pseudonyms", wanted, None)
