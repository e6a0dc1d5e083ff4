"""One model of a made-up world, its report, and the records of two decisions."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

import creditscore as cs
from creditscore.words.languages import LANGUAGES
from tests.features.worlds import AS_OF, PRIVACY, applications, filled, random_world
from tests.pipeline.conftest import PEOPLE, SMALL, Case, late_people

ISSUED = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
GIVEN: dict[str, Any] = {
    "creditor": "Example Bank, 1 High Street",
    "objection": "Write to objections@bank.example and name the report number.",
    "objection_days": 30,
    "answer_days": 12,
    "review": "Ask for a person at the desk.",
    "agency": "Office of Lending, 2 High Street",
    "statements": ["You may ask why."],
    "issued_at": ISSUED,
}
CARD: dict[str, Any] = {
    "purpose": "Rank applications for instalment loans.",
    "population": "Adults who ask for a loan of one lender.",
    "target": "Ninety days past due within a year.",
    "owner": "Risk analytics",
    "validator": "Model validation",
    "limits": ["Not for firms."],
    "resamples": 40,
    "most_reasons": 100,
    "generated_at": ISSUED,
    "threads": 1,
}


@pytest.fixture(scope="session")
def case() -> Case:
    world, asked = filled(random_world(3, PEOPLE)), applications(PEOPLE, AS_OF)
    records, portfolio = (
        cs.Applications.from_records(asked),
        cs.Portfolio.from_records(world, privacy=PRIVACY),
    )
    features = [cs.application_features(), cs.payment_features(), cs.repayment_features()]
    bad = late_people(world, PEOPLE)
    pipeline = cs.CreditPipeline(features, scorer=cs.CreditScorer(**SMALL), threads=1)
    return Case(world, asked, records, portfolio, bad, pipeline.fit(records, portfolio, bad))


def resealed(content: dict[str, Any]) -> dict[str, Any]:
    """A changed record under the hash that it would have been written with."""
    body = {name: part for name, part in content.items() if name != "sha256"}
    return cs.DecisionRecord.from_dict(body).to_dict()


def record_of(case: Case, row: int) -> dict[str, Any]:
    return case.pipeline.decide(case.applications.take([row]), case.portfolio, decided_at=ISSUED).to_dict()


@pytest.fixture(scope="session")
def record(case: Case) -> dict[str, Any]:
    scores = case.pipeline.score_many(case.applications, case.portfolio)
    return record_of(case, int(scores.log_odds.argmax()))


@pytest.fixture(scope="session")
def decided(case: Case) -> dict[str, Any]:
    """A decision below the cut-off, with a rule that fired."""
    texts = {"en": "Under age", "fa": "زیر سن", "zh": "未满年龄"}
    rule = cs.DeclineRule("too_young", "P01", "amount", ">", 0.0, texts)
    scores = case.pipeline.score_many(case.applications, case.portfolio)
    row = int(scores.log_odds.argmax())
    policy = cs.Policy("loans", "1", cutoff=float(scores.score[row]) + 3, rules=(rule,))
    one = case.applications.take([row])
    return case.pipeline.decide(one, case.portfolio, policy=policy, decided_at=ISSUED).to_dict()


@pytest.fixture(scope="session")
def gaming(case: Case) -> cs.GamingAssessment:
    given = case.pipeline, case.applications, case.portfolio
    return cs.assess_gaming(*given, cutoff=540, people=25, threads=1)


@pytest.fixture(scope="session")
def model_report(case: Case, gaming: cs.GamingAssessment) -> cs.ModelReport:
    segment = ["odd" if place % 2 else "even" for place in range(len(case.applications))]
    return cs.model_report(
        case.pipeline, case.applications, case.portfolio, case.bad, segments={"half": segment}, gaming=gaming,
        **CARD,
    )  # fmt: skip


@pytest.fixture(scope="session")
def model_reports(
    case: Case, model_report: cs.ModelReport, gaming: cs.GamingAssessment
) -> dict[str, cs.ModelReport]:
    """In every language."""
    others = {
        language: cs.model_report(
            case.pipeline,
            case.applications,
            case.portfolio,
            case.bad,
            language=language,
            refits=0,
            gaming=gaming,
            **CARD,
        )
        for language in LANGUAGES[1:]
    }
    return {"en": model_report, **others}
