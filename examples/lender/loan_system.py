"""What a loan system does with an application, twice: in its own process, and over HTTP. Both say the same.

Run: python examples/lender/loan_system.py FOLDER      (of what `run.py` made there)

In the process there is nothing to run beside; over HTTP the loan system may be written in any language, every
decision stands in the ledger, and one that is asked for again is not taken again.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, NamedTuple

from service import command, serving

import creditscore as cs
from creditscore.service.client import ServiceClient

Application = dict[str, object]


class Answer(NamedTuple):
    """What the loan system goes on with."""

    decision: str
    score: float
    reasons: tuple[str, ...]


def opened(site: Path) -> cs.Portfolio:
    """The events of everybody, as they lie on the disk."""
    privacy = cs.StandingPrivacy.from_file(site / "standings.key")
    return cs.Portfolio.open(site / "portfolio", privacy=privacy)


def in_process(site: Path, application: Application) -> Answer:
    """Load model, data and policy once when the system starts; then one call an application."""
    pipeline = cs.load(site / "model")
    portfolio = opened(site)
    policy = cs.Policy.from_file(site / "policy.json")
    record = pipeline.decide(cs.Applications.from_records(application), portfolio, policy=policy)
    return Answer(record.decision, record.content["outcome"]["score"], _told(record.content["reasons"]))


def over_http(site: Path, application: Application) -> Answer:
    """Send the application with a key of its own, so that asking again does no harm."""
    made = command("serve-keys", "add", site / "keys.json", "branch", "--scope", "decide", "--json")
    with serving(site) as address, ServiceClient(address, json.loads(made)["secret"]) as service:
        decided = service.decide(application, idempotency_key=f"branch/{application['application_id']}")
        again = service.decide(application, idempotency_key=f"branch/{application['application_id']}")
    if again.decision_id != decided.decision_id:
        raise SystemExit("A decision was taken twice.")
    return Answer(decided.decision, decided.score or 0, _told(decided.reasons))


def _told(reasons: list[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(reason["texts"]["en"] for reason in reasons)


def main(folder: str) -> None:
    """Ask both for the same person; stop where they differ."""
    site = Path(folder)
    person = opened(site).to_frame("loans")["applicant_id"].iloc[0]
    application: Application = {
        "application_id": "branch-1", "applicant_id": person, "as_of": "2024-05-28T09:28:52+00:00",
        "amount": 1_500.0, "term_days": 360.0,
    }  # fmt: skip
    here, there = in_process(site, application), over_http(site, application)
    print(f"in process: {here.decision}, {here.score:.0f} points", *here.reasons, sep="\n- ")
    print(f"over HTTP:  {there.decision}, {there.score:.0f} points", *there.reasons, sep="\n- ")
    if here != there:
        raise SystemExit("The two do not say the same.")


if __name__ == "__main__":
    main(*sys.argv[1:] or ["lender"])
