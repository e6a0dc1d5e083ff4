"""Decide on thousands of made-up people, and verify each record whole: none that is sound may be refused.

``python -m tests.verify.bulk`` says what it refused; it takes an hour or two.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np

import creditscore as cs
from creditscore.pipeline.fitting import default_features
from creditscore.verify.decision import verify_record
from creditscore.verify.model import verify_model
from creditscore.verify.replayed import Replay
from tests.features.worlds import AS_OF, PRIVACY, applications, filled, random_world
from tests.parties.world import a_town, loan, named, policy, put_together

LAW_DAY = "2026-11-21"
LAWS = (None, "DE", "EU", "US", "permissive")
ZONES = ("UTC", "Asia/Tehran", "America/New_York")
SMALL = {"n_estimators": 25, "learning_rate": 0.1, "min_child_samples": 8}
PEOPLE = 120
EVERY = 5


def judged(
    pipeline: cs.CreditPipeline, made: Iterator[tuple[str, cs.DecisionRecord]]
) -> Iterator[tuple[str, str]]:
    """Verify each record against the saved model; yield what it was and what was refused of it."""
    with tempfile.TemporaryDirectory() as folder:
        pipeline.save(Path(folder) / "model")
        findings, parts = verify_model(Path(folder) / "model")
        assert findings.passed, str(findings)
        replay = Replay(Path(folder) / "model")
        for what, record in made:
            found = verify_record(json.loads(record.to_json()), parts, replay=replay)
            yield what, "" if found.passed else str([check for check in found.checks if check.fault][:3])


def policies(scores: list[float]) -> list[cs.Policy | None]:
    cutoff = float(np.median(scores or [500.0]))
    rule = cs.DeclineRule("most", "P01", "amount", ">", 903.0, {"en": "It is too much"})
    return [
        cs.Policy("a", "1", cutoff=cutoff, refer_below=cutoff + 8),
        cs.Policy("b", "1", cutoff=cutoff + 25, rules=(rule,)),
        cs.Policy("c", "1", cutoff=cutoff, refer_straddling=True),
        None,
    ]


def everything(seed: int) -> Iterator[tuple[str, str]]:
    """Every table, consents withdrawn, persons of several ids; a law or none, by the clock of a zone."""
    rng, law = np.random.default_rng(seed), LAWS[seed % len(LAWS)]
    rows, world = applications(PEOPLE, AS_OF), filled(random_world(seed, PEOPLE))
    who, before = [row["applicant_id"] for row in rows], AS_OF - timedelta(days=300)
    if law is None:  # a law that takes ties out takes persons of several ids out too, and their consents move
        world["persons"] = [
            {"person_id": who[k], "other_id": who[k + 60], "event_time": before} for k in range(0, 12, 3)
        ]
    sources = ("ties", "payments", "bills", "sessions", "inquiries")
    world["consents"] = [
        {"applicant_id": one, "source": sources[number % 5], "granted_time": before,
         "withdrawn_time": before + timedelta(days=100 if number % 2 else 900)}
        for number, one in enumerate(who[:60])
    ]  # fmt: skip
    asked = cs.Applications.from_records(rows)
    portfolio = cs.Portfolio.from_records(world, privacy=PRIVACY, timezone=ZONES[seed % 3])
    features = cs.FeatureSet(tuple(default_features(asked, portfolio))[seed % EVERY :: EVERY])
    given = {} if law is None else {"jurisdiction": cs.Jurisdiction.load(law, as_of=LAW_DAY)}
    pipeline = cs.CreditPipeline(features, scorer=cs.CreditScorer(**SMALL), **given)
    bad = (rng.normal(0, 1, PEOPLE) + np.arange(PEOPLE) / PEOPLE > 0.8).astype(float)
    pipeline.fit(asked, portfolio, bad)
    yield from judged(pipeline, _each(pipeline, rows, portfolio, f"everything {seed} {law}"))


def _each(pipeline: cs.CreditPipeline, asked: Any, portfolio: cs.Portfolio, what: str) -> Iterator[Any]:
    scores = [pipeline.score(one, portfolio).score for one in asked[:9]]
    under = policies([score for score in scores if score is not None])
    for number, one in enumerate(asked):
        yield f"{what} {number}", pipeline.decide(one, portfolio, policy=under[number % 4])


def simulated(seed: int, people: int = 700) -> Iterator[tuple[str, str]]:
    """A simulated lender with households, ids that change, and sources that are missing."""
    config = cs.simulate.SimulationConfig(people=people, households=0.3, second_ids=0.1)
    made = cs.simulate.simulate_portfolio(config, seed=seed)
    portfolio = made.portfolio(privacy=PRIVACY)
    asked, bad = made.to_applications(), made.bad(portfolio)
    features = cs.FeatureSet(tuple(default_features(asked, portfolio))[seed % EVERY :: EVERY])
    pipeline = cs.CreditPipeline(features, scorer=cs.CreditScorer(**SMALL)).fit(asked, portfolio, bad)
    some = [asked.take([number]) for number in range(min(len(asked), 300))]
    yield from judged(pipeline, _each(pipeline, some, portfolio, f"simulated {seed}"))


def together(seed: int) -> Iterator[tuple[str, str]]:
    """Two who apply together, and who stands surety, under strategies."""
    town, rng = a_town(), np.random.default_rng(seed)
    who = [one["applicant_id"] for one in town.asked]

    def made() -> Iterator[tuple[str, cs.DecisionRecord]]:
        for number, one in enumerate(town.asked[:45]):
            other = who[int(rng.integers(46, len(who)))]
            role = "guarantor" if number % 4 == 3 else "co_applicant"
            rows = named(one["application_id"], (one["applicant_id"], "applicant"), (other, role))
            shared = put_together(town.tables, loan(other, f"S{number}", 80.0, 6))
            portfolio = cs.Portfolio.from_records({**shared, "parties": rows})
            rule = policy(town, 380.0 + 20.0 * (number % 5))
            for record in town.pipeline.decide_together(one, portfolio, policy=rule):
                yield f"together {seed} {number}", record

    yield from judged(town.pipeline, made())


def main(rounds: int) -> None:
    counts, refused = Counter[str](), list[str]()
    for seed in range(rounds):
        for make in (everything, simulated, together) if seed % 3 == 0 else (everything,):
            for what, fault in make(seed):
                counts[make.__name__] += 1
                if fault:
                    refused.append(what)
                    sys.stdout.write(f"REFUSED {what}: {fault}\n")
            sys.stdout.write(
                f"round {seed}: {dict(counts)}, {len(refused)} refused\n"
            )
            sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 15)
