"""Decisions of several sets of data, of every sort: approved, referred, declined, without a score."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import creditscore as cs
from creditscore.pipeline.fitting import default_features
from creditscore.verify.model import ModelParts, verify_model
from creditscore.verify.replayed import Replay
from tests.features.worlds import AS_OF, PRIVACY, applications, filled, random_world

SMALL = {"n_estimators": 25, "learning_rate": 0.1, "min_child_samples": 8}
EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


class Decided(NamedTuple):
    """Records of one model, and the model as both paths read it."""

    folder: Path
    parts: ModelParts
    replay: Replay
    records: list[dict[str, Any]]
    pipeline: cs.CreditPipeline
    asked: Sequence[Any]
    portfolio: cs.Portfolio
    cutoff: float

    def again(self, row: int, **policy: Any) -> dict[str, Any]:
        """Decide on one of them once more, under a policy of one's own."""
        given = cs.Policy("again", "1", **({"cutoff": self.cutoff} | policy))
        return self.pipeline.decide(self.asked[row], self.portfolio, policy=given).to_dict()


def decided(
    folder: Path,
    pipeline: cs.CreditPipeline,
    asked: Sequence[Any],
    portfolio: cs.Portfolio,
    rule: cs.DeclineRule,
) -> Decided:
    """Save the pipeline, load it, and decide on some under several policies."""
    pipeline.save(folder)
    pipeline = cs.load(folder)
    scores = [pipeline.score(one, portfolio).score for one in asked]
    cutoff = float(np.median([score for score in scores if score is not None]))
    records = []
    for number, one in enumerate(asked):
        rules = (rule,) if number % 3 == 0 else ()
        asks = pipeline.model.spread is not None and number % 8 == 4
        policy = cs.Policy(
            "tried", "1", cutoff=cutoff, rules=rules, refer_below=cutoff + 8, refer_straddling=asks
        )
        chosen = None if number % 6 == 5 else policy
        records.append(json.loads(pipeline.decide(one, portfolio, policy=chosen).to_json()))
    findings, parts = verify_model(folder)
    assert findings.passed, str(findings)
    assert parts is not None
    return Decided(folder, parts, Replay(folder), records, pipeline, asked, portfolio, cutoff)


def german(folder: Path, count: int) -> Decided:
    """Applications alone, with categories; one asks for what nobody asked for, one says nothing of it."""
    data = cs.datasets.load_german()
    features = [cs.application_features(data.columns, data.categories)]
    pipeline = cs.CreditPipeline(features, scorer=cs.CreditScorer(**SMALL))
    pipeline.fit(data.applications, cs.Portfolio(), data.bad)
    asked: list[Any] = [data.applications.take([number]) for number in range(count)]
    asked[-1] = _as_mapping(asked[-1]) | {"purpose": "a rocket", "amount": 9e9}
    rule = cs.DeclineRule("most", "P01", "amount", ">", 1500.0, {"en": "It is too much", "fa": "زیاد است"})
    return decided(folder, pipeline, asked, cs.Portfolio(), rule)


def _as_mapping(one: cs.Applications) -> dict[str, Any]:
    given: dict[str, Any] = {name: float(column[0]) for name, column in one.numeric.items()}
    given |= {name: column[0] for name, column in one.text.items()}
    return given | {"application_id": "x", "applicant_id": "x", "as_of": AS_OF}


def taiwan(folder: Path, count: int, *, every: int = 4) -> Decided:
    """Statements and repayments of cards."""
    cards = cs.datasets.load_taiwan_cards()
    asked, portfolio = cards.to_applications(), cards.to_portfolio()
    some = np.arange(0, 30_000, 15)
    pipeline = cs.CreditPipeline(
        cs.FeatureSet(tuple(default_features(asked, portfolio))[::every]), scorer=cs.CreditScorer(**SMALL)
    )
    pipeline.fit(asked.take(some), portfolio, np.asarray(cards.bad)[some])
    rule = cs.DeclineRule("worst", "P01", "result.score", "<", 450.0, {"en": "The score is too low"})
    return decided(
        folder, pipeline, [asked.take([number]) for number in range(1, count + 1)], portfolio, rule
    )


def everything(folder: Path, count: int) -> Decided:
    """Every table: ties, groups and standings of friends, consents, persons of several ids, nobody."""
    people = 120
    rows, world = applications(people, AS_OF), filled(random_world(11, people))
    who = [row["applicant_id"] for row in rows]
    before = AS_OF - timedelta(days=300)
    world["persons"] = [
        {"person_id": who[k], "other_id": who[k + 60], "event_time": before} for k in range(0, 12, 3)
    ]
    world["consents"] = [
        {
            "applicant_id": one,
            "source": "ties",
            "granted_time": before,
            "withdrawn_time": before + timedelta(days=100 if number % 2 else 900),
        }
        for number, one in enumerate(who[:20])
    ]
    asked, portfolio = (
        cs.Applications.from_records(rows),
        cs.Portfolio.from_records(world, privacy=PRIVACY, timezone="Asia/Tehran"),
    )
    features = default_features(asked, portfolio)
    values = cs.CreditPipeline(features).compute_features(asked, portfolio)
    late = np.nan_to_num(values["repayment_worst_dpd_ever"], nan=20.0)
    late = late + np.random.default_rng(7).normal(0, 9, people)
    pipeline = cs.CreditPipeline(cs.FeatureSet(tuple(features)[::6]), scorer=cs.CreditScorer(**SMALL))
    pipeline.fit(asked, portfolio, (late > np.quantile(late, 0.7)).astype(float))
    nobody = {"application_id": 999, "applicant_id": "nobody", "as_of": AS_OF}
    rule = cs.DeclineRule("most", "P01", "amount", ">", 903.0, {"en": "It is too much"})
    return decided(folder, pipeline, [*rows[: count - 1], nobody], portfolio, rule)


def simulated(folder: Path, count: int, *, every: int = 7, short: bool = False) -> Decided:
    """A simulated lender; on request those of whom the fewest payments are there, but some."""
    made = cs.simulate.simulate_portfolio(cs.simulate.SimulationConfig(people=400), seed=11)
    portfolio = made.portfolio(privacy=PRIVACY)
    asked, bad = made.to_applications(), made.bad(portfolio)
    features = cs.FeatureSet(tuple(default_features(asked, portfolio))[::every])
    pipeline = cs.CreditPipeline(features, scorer=cs.CreditScorer(**SMALL)).fit(asked, portfolio, bad)
    rule = cs.DeclineRule("most", "P01", "result.grade", "==", "15", {"en": "The grade is too low"})
    chosen = _shortest(asked, portfolio)[:count] if short else range(count)
    return decided(folder, pipeline, [asked.take([number]) for number in chosen], portfolio, rule)


def _shortest(asked: cs.Applications, portfolio: cs.Portfolio) -> list[int]:
    offsets = portfolio.tables["payments"].offsets
    counts = [int(np.diff(offsets[code : code + 2])[0]) for code in portfolio.codes(asked.applicant_ids)]
    return sorted((number for number, count in enumerate(counts) if count), key=lambda number: counts[number])


def superlender(folder: Path, count: int, find: Callable[[str], Path], *, every: int = 4) -> Decided:
    """Earlier loans, by the clock of Lagos."""
    sys.path.insert(0, str(EXAMPLES))
    import superlender as example

    asked, portfolio, bad = example.load(find("superlender/loans.parquet").parent)
    some = np.arange(0, len(asked), 4)
    given = [
        one for part in example.features() for one in (part if isinstance(part, cs.FeatureSet) else [part])
    ]
    pipeline = cs.CreditPipeline(cs.FeatureSet(tuple(given)[::every]), scorer=cs.CreditScorer(**SMALL))
    pipeline.fit(asked.take(some), portfolio, np.asarray(bad)[some])
    rule = cs.DeclineRule("most", "P01", "amount", ">", 20_000.0, {"en": "It is too much"})
    return decided(folder, pipeline, [asked.take([number]) for number in range(count)], portfolio, rule)
