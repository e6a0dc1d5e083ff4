"""Features of the application itself, worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest

from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.errors import ParameterError
from creditscore.features.application.declared import application_features
from creditscore.features.compute import FeatureComputer
from tests.features.payments_by_hand import AS_OF, ago


def test_application_features_read_the_application() -> None:
    features = application_features(("amount", "term_days", "own_rent"), ("purpose",), signs={"own_rent": -1})
    asked = {"application_id": 1, "applicant_id": "a", "as_of": AS_OF, "amount": 900.0, "term_days": 90.0}
    applications = Applications.from_records(asked | {"own_rent": True, "purpose": "car"})
    matrix = FeatureComputer(features).compute(
        applications, Portfolio.from_records({"payments": [ago(1, 1.0)]})
    )
    assert matrix.values[0, :3].tolist() == [900.0, 90.0, 1.0]
    assert matrix["application_amount_per_day"].tolist() == [10.0]
    assert features["application_own_rent"].sign == -1
    assert features["application_purpose"].unit == "category"


def test_an_instalment_shows_the_price_of_a_loan() -> None:
    features = application_features(("amount", "term_days", "instalment"))
    asked = {"application_id": 1, "applicant_id": "a", "as_of": AS_OF, "amount": 900.0, "term_days": 90.0}
    applications = Applications.from_records(asked | {"instalment": 330.0})
    matrix = FeatureComputer(features).compute(applications, Portfolio.from_records({}))
    assert matrix["application_instalment_to_amount_per_day"].tolist() == [33.0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"columns": ("amount", "amount")}, "given twice"),
        ({"columns": ("loan amount",)}, "columns"),
        ({"signs": {"age": 1}}, "'age'"),
        ({"categories": ("purpose",), "signs": {"purpose": 1}}, "'purpose'"),
        ({"signs": {"amount": 2}}, "-1, 0 or 1"),
    ],
)
def test_application_features_refuse_what_they_cannot_mean(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        application_features(**arguments)
