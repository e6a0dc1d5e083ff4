"""One small model for all tests of watch lists."""

from __future__ import annotations

import pytest

import creditscore as cs
from tests.features.worlds import AS_OF, World, applications
from tests.pipeline.conftest import SMALL, late_people
from tests.streaming.messages import keyed

PEOPLE = 100
TABLES = ("payments", "loans", "instalments", "inquiries")


@pytest.fixture(scope="session")
def world() -> World:
    return {name: rows for name, rows in keyed(3, PEOPLE).items() if name in TABLES}


@pytest.fixture(scope="session")
def model(world: World) -> cs.CreditPipeline:
    features = [cs.payment_features(), cs.repayment_features()]
    pipeline = cs.CreditPipeline(features, scorer=cs.CreditScorer(**SMALL, threads=1), threads=1)
    named = ("application_id", "applicant_id", "as_of")
    rows = [{name: row[name] for name in named} for row in applications(PEOPLE, AS_OF)]
    asked = cs.Applications.from_records(rows)
    return pipeline.fit(asked, cs.Portfolio.from_records(world), late_people(world, PEOPLE))
