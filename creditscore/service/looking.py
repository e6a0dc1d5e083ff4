"""What a service shows of its decisions together: a page of sums over cells of enough people."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from creditscore.dashboard.beside import POINTS, REASON, USES
from creditscore.deciding.ledger.ledger import Ledger
from creditscore.service.apart import apart
from creditscore.service.problems import RefusedError
from creditscore.words.languages import Language

BY: Final = ("grade", "main_reason", "sources", "as_of_month")
# By it too, where decisions of more than one are in the ledger: their points need not mean the same.
BY_MODEL: Final = "model"
# A page says nothing of fewer.
FEWEST: Final = 5
_DIGITS_OF_MODEL: Final = 12
_MOST_REASONS: Final = 4
_SESSIONS: Final = "sessions"


def dashboard(opened: tuple[str | Path, bytes], policy: dict[str, Any] | None, language: Language) -> str:
    """Make the page of all decisions that can be read, in a process of its own.

    What it needs and what it reads of people (whole records) shall not stay in the process that scores; what
    comes back is the page, in which nobody is.

    Parameters
    ----------
    opened : (path or address, bytes)
        File and key of the ledger.
    policy : dict, optional
        The policy in use, as plain data.
    language : {"en", "fa", "zh"}

    Raises
    ------
    RefusedError
        If too few people were decided on.
    """
    page = apart(_made, opened, policy, language)
    if page is None:
        detail = f"Fewer than {FEWEST} people were decided on: nothing is shown."
        raise RefusedError.of(404, "not-found", detail)
    return page


def _made(
    opened: tuple[str | Path, bytes], policy: dict[str, Any] | None, language: Language
) -> str | None:
    from creditscore.dashboard.making import make_dashboard
    from creditscore.policy.rules import Policy

    path, key = opened
    with Ledger.open(path, key=key, create=False) as ledger:
        rows = rows_of(ledger)
    if len(set(rows.get("subject", ()))) < FEWEST:
        return None
    in_use = None if policy is None else Policy.from_dict(policy)
    made = make_dashboard(
        rows,
        by=(*BY, BY_MODEL) if len(set(rows[BY_MODEL])) > 1 else BY,
        person="subject",
        decision="decision",
        policy=in_use,
        fewest_people=FEWEST,
        language=language,
    )
    return made.to_html()


def rows_of(ledger: Ledger) -> dict[str, list[Any]]:
    """Write what a page counts of each decision that can be read, the newest of each application.

    What becomes of a credit line that is looked at again is no decision on a loan, and is not among them.

    Parameters
    ----------
    ledger : Ledger

    Returns
    -------
    dict of str to list
        subject, application_id, as_of_month, score, probability_of_default, grade, decision (None where
        there was no policy), main_reason, sources (those that were there) and model; and what is shown beside
        segments: reasons, points of sources, uses of channels, as `dashboard_columns` names them.
    """
    newest: dict[str, dict[str, Any]] = {}
    for record in ledger.records():
        found = record.content
        outcome, reasons = found["outcome"], found["reasons"]
        if _is_of_a_line(found):
            continue
        newest[str(found["application_id"])] = {
            "subject": found["subject"],
            "application_id": str(found["application_id"]),
            "as_of_month": found["as_of"][:7],
            "score": outcome["score"],
            "probability_of_default": outcome["probability_of_default"],
            "grade": outcome["grade"],
            "decision": None if outcome["decision"] == "none" else outcome["decision"],
            "main_reason": reasons[0]["code"] if reasons else None,
            "sources": " + ".join(sorted(name for name, one in found["sources"].items() if one["covered"])),
            BY_MODEL: found["model"]["model_id"][:_DIGITS_OF_MODEL],
            **_beside(found),
        }
    names = dict.fromkeys(name for row in newest.values() for name in row)
    return {name: [row.get(name, _lacking(name, row)) for row in newest.values()] for name in names}


def _beside(content: Mapping[str, Any]) -> dict[str, Any]:
    """What a record says of reasons, of points by source and of uses of channels."""
    from creditscore.dashboard.columns import uses_of_channels  # not in the process that scores
    from creditscore.deciding import evidence

    shown: dict[str, Any] = {
        f"{REASON}{rank}": one["code"] for rank, one in enumerate(content["reasons"][:_MOST_REASONS], 1)
    }
    for feature in content["features"]:
        if feature["points"] is not None:
            name = f"{POINTS}{feature['source']}"
            shown[name] = shown.get(name, 0.0) + feature["points"]
    if _SESSIONS in content["inputs"]["columns"]:
        uses = uses_of_channels(*evidence.opened(content["inputs"]))
        shown |= {name: float(one[0]) for name, one in uses.items()}
    return shown


def _lacking(name: str, row: Mapping[str, Any]) -> float | None:
    """What a row has of a name that others have: a source that its model does not read moves nothing."""
    if name.startswith(POINTS):
        return 0.0 if any(one.startswith(POINTS) for one in row) else math.nan
    return math.nan if name.startswith(USES) else None


def _is_of_a_line(content: Mapping[str, Any]) -> bool:
    """Whether a record is of a step of a credit line."""
    line = (content.get("strategy") or {}).get("line") or {}
    return line.get("step") is not None
