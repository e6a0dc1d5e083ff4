"""What everybody is shown of a decision: the part of a record that its every version holds unchanged.

A ledger commits to it beside the record as a whole, so that the version of the person concerned, which cannot
be hashed into the record, can be held against what was entered.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from creditscore._ground.canonical import canonical_v1, sha256

_WHOLE: Final = ("decision_id", "application_id", "subject", "as_of", "decided_at", "counterfactuals")
# Versions differ in these: internals of the model, and what tells of other people.
_LEFT_OUT: Final[Mapping[str, None]] = dict.fromkeys(
    ("log_odds", "score_unrounded", "referred_because", "fact", "guarantors", "sources")
)


def shown_of(record: Mapping[str, Any]) -> str:
    """Hash what everybody is shown of a decision.

    That is who, when, outcome, reasons as they are said in every language, what would change the decision,
    and what is offered. Values and points of single features are no part of it: they differ between versions.

    Parameters
    ----------
    record : mapping
        A record, or the part of it that a report for the person concerned shows.

    Returns
    -------
    str
        SHA-256, 64 hexadecimal digits: the same for every version of one record.
    """
    shown: dict[str, Any] = {name: record.get(name) for name in _WHOLE}
    shown |= {name: {**(record.get(name) or {}), **_LEFT_OUT} for name in ("outcome", "strategy")}
    shown["reasons"] = [
        {**one, **_LEFT_OUT} if isinstance(one, Mapping) else one for one in record.get("reasons") or ()
    ]
    return sha256(canonical_v1(shown))
