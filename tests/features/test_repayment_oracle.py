"""Every repayment feature against plain Python over the same records."""

from __future__ import annotations

import numpy as np
import pytest

from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.features.compute import FeatureComputer
from creditscore.features.loans.declared.catalogue import repayment_features
from creditscore.features.matrix import FeatureMatrix
from creditscore.verify.twin import cards as card_oracle
from creditscore.verify.twin.facts import Past
from creditscore.verify.twin.repayment import ORACLES, expected
from tests.features.incomes import past_of
from tests.features.repayment_portfolios import random_lending

FEATURES = repayment_features(every=True)
Lending = tuple[FeatureMatrix, list[Past]]


@pytest.fixture(scope="module", params=["UTC", "Asia/Tehran", "America/New_York"])
def lending(request: pytest.FixtureRequest) -> Lending:
    tables, applications = random_lending(seed=103, applicants=150)
    portfolio = Portfolio.from_records(tables, timezone=request.param)
    matrix = FeatureComputer(FEATURES).compute(Applications.from_records(applications), portfolio)
    return matrix, [past_of(tables, application, request.param) for application in applications]


def test_every_feature_has_an_oracle_and_every_oracle_a_feature() -> None:
    assert card_oracle.__name__
    assert set(ORACLES) == set(FEATURES.names)
    assert len(FEATURES) > 300


@pytest.mark.parametrize("name", FEATURES.names)
def test_feature_equals_its_oracle(name: str, lending: Lending) -> None:
    matrix, pasts = lending
    truth = np.array([expected(name, past) for past in pasts])
    np.testing.assert_allclose(matrix[name], truth, rtol=1e-9, atol=1e-9)
    assert np.isfinite(truth).sum() >= 20, "the random records hardly ever reach this feature"
    assert np.unique(truth[np.isfinite(truth)]).size > 1 or name == "loans_covered"
