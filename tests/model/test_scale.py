"""Points, probabilities and grades keep to their formulas, there and back."""

from __future__ import annotations

import json
import math
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditscore.errors import ArtefactError, ParameterError
from creditscore.model.scale import MasterScale, ScoreScale, probability_of_default

scales = st.builds(
    ScoreScale,
    reference_score=st.floats(0, 1000),
    reference_good_bad_odds=st.floats(0.1, 1000),
    points_to_double_odds=st.floats(1, 200),
)
log_odds = st.floats(-15, 15)


@settings(deadline=None)
@given(scales, log_odds)
def test_log_odds_to_points_and_back(scale: ScoreScale, z: float) -> None:
    assert scale.log_odds(scale.points(z)) == pytest.approx(z, abs=1e-9)


@settings(deadline=None)
@given(scales, st.floats(1e-6, 1 - 1e-6))
def test_probability_to_points_and_back(scale: ScoreScale, probability: float) -> None:
    points = scale.points(math.log(probability / (1 - probability)))
    assert scale.probability(scale.log_odds(points)) == pytest.approx(probability, rel=1e-9)
    assert scale.good_bad_odds(points) == pytest.approx((1 - probability) / probability, rel=1e-8)


@settings(deadline=None)
@given(scales)
def test_reference_and_doubling(scale: ScoreScale) -> None:
    odds = scale.reference_good_bad_odds
    at_reference = scale.probability(scale.log_odds(scale.reference_score))
    assert at_reference == pytest.approx(1 / (1 + odds), rel=1e-9)
    better = scale.good_bad_odds(scale.reference_score + scale.points_to_double_odds)
    assert better == pytest.approx(2 * odds, rel=1e-9)


@settings(deadline=None)
@given(log_odds, log_odds)
def test_more_risk_never_more_points(one: float, other: float) -> None:
    scale = ScoreScale()
    if one < other:
        assert scale.score(one) >= scale.score(other)
        assert scale.points(one) > scale.points(other) or other - one < 1e-12


def test_round_half_to_even_and_clamp() -> None:
    scale = ScoreScale(
        reference_score=0, reference_good_bad_odds=1, points_to_double_odds=math.log(2), minimum=-9
    )
    assert scale.score(np.array([-0.5, -1.5, -2.5, 0.5, 100.0, -np.inf])).tolist() == [0, 2, 2, 0, -9, 850]


def test_one_value_and_many_give_the_same() -> None:
    scale = ScoreScale()
    z = np.linspace(-9, 9, 1001)
    assert [scale.score(float(value)) for value in z] == scale.score(z).tolist()
    assert [float(probability_of_default(float(value))) for value in z] == probability_of_default(z).tolist()


def test_nan_has_no_score_and_no_grade() -> None:
    with pytest.raises(ParameterError, match="1 log-odds are NaN"):
        ScoreScale().score(np.array([0.0, np.nan]))
    with pytest.raises(ParameterError, match="2 probabilities are NaN or outside"):
        MasterScale().grade(np.array([0.1, np.nan, 1.1]))


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("reference_good_bad_odds", 0.0),
        ("points_to_double_odds", -20.0),
        ("reference_score", math.nan),
        ("minimum", 900),
        ("maximum", 850.5),
    ],
)
def test_settings_are_checked(setting: str, value: float) -> None:
    with pytest.raises(ParameterError, match=setting):
        ScoreScale(**{setting: value})  # type: ignore[arg-type]


def test_values_are_frozen_and_survive_json() -> None:
    scale = ScoreScale(650, 20.5, 40, 0, 999)
    assert ScoreScale.from_dict(json.loads(json.dumps(scale.to_dict()))) == scale
    master = MasterScale(0.0005, 0.4, 10, 0.0)
    assert MasterScale.from_dict(json.loads(json.dumps(master.to_dict()))) == master
    with pytest.raises(FrozenInstanceError):
        scale.minimum = 1  # type: ignore[misc]
    with pytest.raises(ArtefactError, match="settings"):
        ScoreScale.from_dict({"minimum": 300})
    with pytest.raises(ArtefactError, match="settings"):
        MasterScale.from_dict({})


def test_master_scale_is_geometric() -> None:
    scale = MasterScale()
    middles, bounds = np.array(scale.middles), np.array(scale.bounds)
    assert len(middles) == 15
    assert (middles[0], middles[-1]) == pytest.approx((0.001, 0.30))
    assert np.ptp(middles[1:] / middles[:-1]) == pytest.approx(0, abs=1e-12)
    assert middles[1] / middles[0] == pytest.approx(1.503, abs=0.001)
    assert bounds**2 == pytest.approx(middles[1:] * middles[:-1])
    assert scale.grade(middles).tolist() == list(scale.labels)


@settings(deadline=None)
@given(st.floats(0, 1), st.floats(0, 1))
def test_grades_rise_with_risk(one: float, other: float) -> None:
    low, high = MasterScale().number(np.array(sorted([one, other])))
    assert 1 <= low <= high <= 15


def test_a_bound_belongs_to_the_riskier_grade() -> None:
    scale = MasterScale()
    assert scale.number(np.array([scale.bounds[0], np.nextafter(scale.bounds[0], 0)])).tolist() == [2, 1]


def test_floor_changes_no_grade() -> None:
    scale = MasterScale()
    assert scale.floored(np.array([0.0001, 0.2])).tolist() == [0.0005, 0.2]
    assert scale.grade(np.array([0.0001])) == scale.grade(np.array([0.0005]))


@pytest.mark.parametrize(
    ("setting", "value"), [("lowest", 0.0), ("highest", 0.0001), ("grades", 1), ("floor", -1.0)]
)
def test_master_scale_settings_are_checked(setting: str, value: float) -> None:
    with pytest.raises(ParameterError, match=setting):
        MasterScale(**{setting: value})  # type: ignore[arg-type]
