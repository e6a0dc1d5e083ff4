"""A small lender, from its first event to its first night of monitoring, with one command.

It is simulated, fitted, served, decided over HTTP, verified and monitored.

Run: python examples/lender/run.py FOLDER          (about a minute; `pip install "creditscore[all]"`)

Everything that it makes lies in the folder afterwards, to be looked at: the model, the portfolio on disk, the
policy, the keys, the ledger, reports as pages. People, money and dates are made up.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from service import command, serving

import creditscore as cs
from creditscore.service.client import ServiceClient
from creditscore.simulate import SimulationConfig, simulate_portfolio

NEW = 25  # applications that are decided over HTTP


class Books(NamedTuple):
    """What the lender has: everybody's events, old applications with their outcome, and new ones."""

    portfolio: cs.Portfolio
    past: cs.Applications
    bad: np.ndarray
    new: list[dict[str, object]]


def books(site: Path, seed: int) -> Books:
    """Make the people of a lender, and put the newest applications aside."""
    config = SimulationConfig(people=900, purchases=4, sessions=0, activities=0, rejected=0.0)
    made = simulate_portfolio(config, seed=seed)
    portfolio = made.portfolio(privacy=cs.StandingPrivacy.generate(site / "standings.key"))
    asked = made.applications.sort_values("as_of", kind="stable").reset_index(drop=True)
    asked = asked[["application_id", "applicant_id", "as_of", "amount", "term_days"]]
    outcome = dict(zip(made.applications["application_id"], made.bad(portfolio), strict=True))
    past, newest = asked.iloc[:-NEW], asked.iloc[-NEW:]
    new = [row | {"as_of": row["as_of"].isoformat()} for row in newest.to_dict("records")]
    return Books(portfolio, cs.Applications(past), past["application_id"].map(outcome).to_numpy(float), new)


def fit(of: Books, site: Path) -> cs.CreditPipeline:
    """Fit on the past, and write down all that the service needs."""
    features = [
        cs.application_features(columns=("amount", "term_days")),
        cs.payment_features(),
        cs.repayment_features(),
    ]
    pipeline = cs.CreditPipeline(features).fit(of.past, of.portfolio, of.bad)
    print(pipeline.report.performance)
    pipeline.save(site / "model")
    of.portfolio.write(site / "portfolio")
    scores = pipeline.score_many(of.past, of.portfolio).to_frame()
    scores[["score", "grade"]].to_parquet(site / "scores_of_the_past.parquet")
    return pipeline


def policy_of(site: Path) -> cs.Policy:
    """Decline below what the lowest quarter of the past got; let a person look at the ten points above."""
    scores = pd.read_parquet(site / "scores_of_the_past.parquet")["score"]
    cutoff = float(scores.quantile(0.25))
    policy = cs.Policy("consumer", "2026-12", cutoff=cutoff, refer_below=cutoff + 10)
    policy.to_file(site / "policy.json")
    return policy


def keys_of(site: Path) -> dict[str, str]:
    """Make every key that there is; the secrets of callers are shown once, and kept by the callers."""
    command("ledger", "new-key", site / "ledger.key")
    command("keys", "new", site / "signing.key", "--name", "lender.example", "--trust", site / "trust.json")
    said = {}
    for name, scope in (("loans", "decide"), ("audit", "audit")):
        said[name] = json.loads(
            command("serve-keys", "add", site / "keys.json", name, "--scope", scope, "--json")
        )["secret"]
    return said


def decide(of: Books, site: Path, secrets: dict[str, str]) -> list[cs.DecisionRecord]:
    """Decide the new applications as the loan system would, then read the records as the auditor would."""
    with serving(site) as address:
        with ServiceClient(address, secrets["loans"]) as loans:
            taken = [loans.decide(one, idempotency_key=f"web/{one['application_id']}") for one in of.new]
            again = loans.decide(of.new[0], idempotency_key=f"web/{of.new[0]['application_id']}")
        if again.decision_id != taken[0].decision_id:
            raise SystemExit("A decision was taken twice.")
        with ServiceClient(address, secrets["audit"]) as audit:
            records = [audit.decision(one.decision_id) for one in taken]
            told = next(one for one in taken if one.decision != "approve")
            for language in ("en", "fa", "zh"):
                page = audit.report(told.decision_id, language=language)
                (site / f"decision_{language}.json").write_text(json.dumps(page))
            (site / "receipt.json").write_text(json.dumps(audit.proof(told.decision_id)))
    print(dict(Counter(one.decision for one in taken)), "- asked again: the same decision")
    return records


def check(site: Path, records: list[cs.DecisionRecord]) -> None:
    """Verify a decision as an outsider: by a second path, the signature and the place in the ledger."""
    told = next(one for one in records if one.content["outcome"]["decision"] != "approve")
    path = site / "decision.json"
    path.write_text(told.to_json())
    (site / "decision.html").write_text(cs.decision_report(told).to_html())
    checks = command("verify", path, "--model", site / "model", "--trust", site / "trust.json").splitlines()
    print(f"verified: {sum(line.split()[0] == 'ok' for line in checks)} checks; replayed:", end=" ")
    print(command("replay", path, "--model", site / "model").strip())
    print(f"{told.content['outcome']['decision']}, because:")
    for reason in told.content["reasons"]:
        print(f"- {reason['texts']['en']}")


def monitor(of: Books, pipeline: cs.CreditPipeline, site: Path) -> None:
    """Draw the bins once, then hold what came in against them, as a nightly job does."""
    came = pipeline.score_many(cs.Applications.from_records(of.new), of.portfolio).to_frame()
    came[["score", "grade"]].to_parquet(site / "tonight.parquet")
    command("monitor", "learn", site / "scores_of_the_past.parquet", "--out", site / "bins.json")
    command("monitor", "start", site / "bins.json", site / "watch.json")
    at = datetime.now(UTC).isoformat(timespec="seconds")
    files = (site / "watch.json", site / "tonight.parquet", "--out", site / "tonight.html")
    print(command("monitor", "look", *files, "--at", at).strip())


def main(folder: str) -> None:
    """Run the lender in a new folder."""
    site = Path(folder)
    site.mkdir(parents=True)
    of = books(site, seed=11)
    pipeline = fit(of, site)
    policy = policy_of(site)
    print(f"cut-off {policy.cutoff:.0f}; up to {policy.refer_below:.0f} a person looks")
    records = decide(of, site, keys_of(site))
    check(site, records)
    monitor(of, pipeline, site)
    (site / "model.html").write_text(cs.model_report(pipeline).to_html())
    print(f"Look into {site}.")


if __name__ == "__main__":
    main(*sys.argv[1:] or ["lender"])
