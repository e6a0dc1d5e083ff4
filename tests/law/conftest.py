"""One world with every source, one model of it without a law and one for Germany."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

import creditscore as cs
from tests.features.worlds import AS_OF, PRIVACY, applications, filled, random_world
from tests.pipeline.conftest import PEOPLE, SMALL, late_people

LAW_DAY = "2026-11-21"


class Fitted(NamedTuple):
    records: cs.Applications
    portfolio: cs.Portfolio
    bad: NDArray[np.float64]
    wide: cs.CreditPipeline
    german: cs.CreditPipeline


@pytest.fixture(scope="session")
def germany() -> cs.Jurisdiction:
    return cs.Jurisdiction.load("DE", as_of=LAW_DAY)


@pytest.fixture(scope="session")
def fitted(germany: cs.Jurisdiction) -> Fitted:
    world = filled(random_world(3, PEOPLE))
    asked = [
        one | {"amount": 100.0 + 7 * k % 60, "date_of_birth": float(k % 50), "postcode": f"{k % 9}"}
        for k, one in enumerate(applications(PEOPLE, AS_OF))
    ]
    records = cs.Applications.from_records(asked)
    portfolio = cs.Portfolio.from_records(world, privacy=PRIVACY)
    bad = late_people(world, PEOPLE)
    features = [
        cs.application_features(("amount", "date_of_birth"), categories=("postcode",)),
        cs.payment_features(),
        cs.repayment_features(),
        cs.social_features(),
        cs.digital_features(),
    ]
    wide = cs.CreditPipeline(features, scorer=cs.CreditScorer(**SMALL)).fit(records, portfolio, bad)
    german = cs.CreditPipeline(features, scorer=cs.CreditScorer(**SMALL), jurisdiction=germany)
    return Fitted(records, portfolio, bad, wide, german.fit(records, portfolio, bad))
