"""What a law removes and asks, as records and reports cite it."""

from __future__ import annotations

from typing import Any

from creditscore.law.jurisdiction import Jurisdiction
from creditscore.law.rule import LawRule


def cited(rule: LawRule) -> dict[str, Any]:
    """Return where a rule stands, since when, how it is known and whether counsel is to confirm it."""
    return {
        "jurisdiction": rule.jurisdiction,
        "name": rule.name,
        "law": rule.law,
        "article": rule.article,
        "since": rule.since_text,
        "mark": rule.mark,
        "counsel": rule.counsel,
    }


def removals(law: Jurisdiction, purpose: str = "score") -> list[dict[str, Any]]:
    """List the kinds of data that a law removes for a purpose, each with the rules that do.

    Parameters
    ----------
    law : Jurisdiction
    purpose : {"score", "ability", "fraud", "price", "monitoring"}, default "score"

    Examples
    --------
    >>> found = removals(Jurisdiction.load("DE", as_of="2026-11-21"))
    >>> [rule["name"] for one in found if one["tag"] == "payment_data" for rule in one["rules"]]
    ['bdsg-37a-payments']
    """
    return [
        {"tag": tag, "rules": [cited(rule) for rule in law.because(purpose, tag)]}
        for tag in sorted(law.forbidden(purpose))
    ]
