"""Windows in months are calendar months, and a saved model is read only while its features mean the same."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

import creditscore as cs
from creditscore.errors import FeatureError
from creditscore.features import registry
from creditscore.features.compute import FeatureComputer
from creditscore.features.definition import Feature, FeatureSet
from creditscore.features.formula import Term
from creditscore.features.meaning import check_meaning


def counted(window: str, *days: str, as_of: str, timezone: str = "UTC") -> list[float]:
    """Count the payments in a window, for portfolios of one payment each."""
    count = Feature("count", Term("payments", "count", window=window), "payments", "payments", "count")
    computer = FeatureComputer(FeatureSet((replace(count, source="payments"),)))
    asked = cs.Applications([{"application_id": 1, "applicant_id": 1, "as_of": as_of}])
    return [
        float(computer.compute(asked, one_payment(day, timezone)).values[0, 0]) for day in days
    ]  # fmt: skip


def one_payment(at: str, timezone: str) -> cs.Portfolio:
    return cs.Portfolio(
        payments=[{"applicant_id": 1, "event_time": at, "amount": 1.0}], timezone=timezone
    )  # fmt: skip


def test_twelve_months_reach_back_to_the_same_day_of_the_year_before():
    days = ("2023-03-10T11:59:59Z", "2023-03-10T12:00:00Z", "2023-03-12T12:00Z", "2023-03-16T12:00Z")
    assert counted("12m", *days, as_of="2024-03-10T12:00:00Z") == [0.0, 1.0, 1.0, 1.0]
    assert counted("1y", *days, as_of="2024-03-10T12:00:00Z") == [0.0, 1.0, 1.0, 1.0]
    assert counted("360d", *days, as_of="2024-03-10T12:00:00Z") == [0.0, 0.0, 0.0, 1.0]


def test_a_month_back_from_the_last_of_march_is_the_last_of_february():
    days = ("2024-02-28T12:00Z", "2024-02-29T11:59Z", "2024-02-29T12:00Z")
    assert counted("1m", *days, as_of="2024-03-31T12:00:00Z") == [0.0, 0.0, 1.0]


def test_months_are_those_of_the_zone_of_the_portfolio():
    # 1 March 01:00 in Tehran is still 28 February in UTC
    as_of, days = "2023-03-31T21:30:00Z", ("2023-02-28T21:29Z", "2023-02-28T21:30Z")
    assert counted("1m", *days, as_of=as_of, timezone="Asia/Tehran") == [0.0, 1.0]
    assert counted("1m", *days, as_of=as_of) == [0.0, 1.0]
    assert counted("1m", "2023-03-01T12:00Z", as_of="2023-03-31T20:00:00Z", timezone="Asia/Tehran") == [1.0]


def written(window: str = "12m", view: str = "loan_states") -> tuple[list[dict[str, object]], FeatureSet]:
    term = Term(view, "count", window=window)
    features = FeatureSet((Feature("loans_count", term, "loans", "number of loans", "count"),))
    return json.loads(features.to_json()), features


def test_features_say_what_version_their_views_have():
    plain, features = written()
    assert plain[0]["views"] == {"loan_states": registry.view_version("loan_states")}
    check_meaning(plain, features)
    assert FeatureSet.from_json(features.to_json()) == features


def test_a_view_of_another_version_is_refused_and_named():
    plain, features = written()
    plain[0]["views"] = {"loan_states": 99}
    with pytest.raises(
        FeatureError, match=r"view 'loan_states' has version \d+ here and had 99 \(loans_count\)"
    ):
        check_meaning(plain, features)


def test_months_of_before_are_refused_and_days_are_not():
    old, features = written("12m", view="payments")
    del old[0]["views"]
    with pytest.raises(FeatureError, match="calendar months here and were 30 days"):
        check_meaning(old, features)
    old, features = written("365d", view="payments")
    del old[0]["views"]
    check_meaning(old, features)


@pytest.fixture
def small() -> tuple[cs.Applications, cs.Portfolio, np.ndarray]:
    german = cs.datasets.load_german()
    return german.applications.take(np.arange(300)), cs.Portfolio(), german.bad[:300]


def test_what_is_not_for_a_model_is_computed_and_shown_but_never_fitted(small, tmp_path):
    applications, portfolio, bad = small
    first, second, *_ = cs.application_features(cs.datasets.load_german().columns).features
    declared = FeatureSet((first, replace(second, in_model=False)))
    pipeline = cs.CreditPipeline(declared).fit(applications, portfolio, bad)
    assert pipeline.model.fitted.feature_names == (first.name,)
    assert pipeline.compute_features(applications, portfolio).names == (first.name, second.name)
    pipeline.save(tmp_path / "model")
    again = cs.load(tmp_path / "model")
    assert again.model.model_id == pipeline.model.model_id
    scores = (each.score_many(applications, portfolio).log_odds for each in (pipeline, again))
    assert np.array_equal(*scores)
