"""Fairness of a fitted model: which rows are judged, what stands in for a group, and the law of the day."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import creditscore as cs
from creditscore.assess.study import study_of
from creditscore.errors import NameUnknownError, ParameterError
from creditscore.validation.resampling import Resampling
from tests.assess.worlds import World, lender

CUTOFF = 520


@pytest.fixture(scope="module")
def world() -> World:
    made = lender(seed=2, planted=0.25)
    made.pipeline.fit(*made.given)
    return made


@pytest.fixture(scope="module")
def found(world):
    laws = [cs.Jurisdiction.load("US-MA", as_of="2026-11-29"), cs.Jurisdiction.load("DE", as_of="2026-11-29")]
    groups = {"group": world.group, "age": world.age}
    return cs.assess_fairness(
        world.pipeline, *world.given, groups, cutoff=CUTOFF, laws=laws, resamples=40,
        intersections=[("group", "age")],
    )  # fmt: skip


def test_figures_are_those_of_the_rows_that_were_held_out(world, found) -> None:
    held_out = world.pipeline.held_out
    points = world.pipeline.scale.score(held_out.log_odds)
    rows = held_out.index
    plain = cs.fairness(
        held_out.log_odds, world.bad[rows], {"group": world.group[rows]}, approve=points >= CUTOFF,
        resampling=Resampling(applicants=rows, resamples=40),
    )  # fmt: skip
    assert found.basis == "held_out"
    one, other = found.figures["group"], plain["group"]
    for group in "pq":
        for name, figure in other.group(group).figures.items():
            assert one.group(group)[name].value == pytest.approx(figure.value, nan_ok=True), name
    assert found.figures["group x age"].reference is not None


def test_other_applications_are_judged_by_the_model(world) -> None:
    new = lender(500, seed=9, planted=0.25)
    found = cs.assess_fairness(
        world.pipeline, new.applications.take(range(500)), cs.Portfolio(), None, new.group, cutoff=CUTOFF,
        resamples=10, proxies=False,
    )  # fmt: skip
    z = world.pipeline.score_many(new.applications, cs.Portfolio()).log_odds
    approved = world.pipeline.scale.score(z) >= CUTOFF
    assert found.figures["group"].group("p")["approval"].value == approved[new.group == "p"].mean()
    assert "bad_rate" not in found.figures["group"].group("p").figures
    assert not found.proxies


def test_the_planted_stand_in_is_found_and_chance_is_chance(found) -> None:
    by_name = {one.attribute: one for one in found.proxies}
    assert set(by_name) == {"group", "age"}
    assert by_name["group"].low > 0.98
    assert by_name["group"].features[0].feature == "application_device"
    assert by_name["group"].features[0].share > 0.9
    assert by_name["group"].features[0].auc > 0.98
    assert by_name["age"].low < 0.5 < by_name["age"].high
    assert all(one.auc < 0.56 for one in by_name["age"].features)


def test_guesses_are_screened_as_the_labels_that_they_guess(world) -> None:
    guess = pd.DataFrame({"p": np.where(world.group == "p", 0.9, 0.1)})
    guess["q"] = 1.0 - guess["p"]
    found = cs.assess_fairness(world.pipeline, *world.given, guess, cutoff=CUTOFF, resamples=10)
    # of two who are told apart wholly, 0.9 * 0.9 + 0.1 * 0.1 stand in the right order, and half of the rest
    share = (world.group == "p").mean()
    p, q = share, 1 - share
    inside = np.array([0.9 * p, 0.1 * q]) / (0.9 * p + 0.1 * q)
    outside = np.array([0.1 * p, 0.9 * q]) / (0.1 * p + 0.9 * q)
    expected = inside[0] * outside[1] + 0.5 * (inside @ outside)
    assert found.proxies[0].auc == pytest.approx(expected, abs=0.03)


def test_first_reasons_are_counted_by_hand(world, found) -> None:
    z = world.pipeline.held_out.log_odds
    declined = world.pipeline.scale.score(z) < CUTOFF
    values = world.pipeline.explain(world.applications, cs.Portfolio()).values
    names = np.array([one.reason_group for one in world.pipeline.model.computer.features])
    shares = {}
    for group in "pq":
        first = names[values[declined & (world.group == group)].argmax(axis=1)]
        shares[group] = {name: float((first == name).mean()) for name in names}
        one = next(each for each in found.reasons if (each.attribute, each.group) == ("group", group))
        assert one.declined == first.size
        assert dict(one.first) == pytest.approx({k: v for k, v in shares[group].items() if v})
    far = sum(abs(shares["p"][name] - shares["q"][name]) for name in names) / 2
    assert next(one for one in found.reasons if one.group == "p").distance == pytest.approx(far)


def test_the_law_is_that_of_its_day(found) -> None:
    state, germany = found.laws
    assert (state.jurisdiction, state.as_of) == ("US-MA", "2026-11-29")
    assert "effects_test" in {duty for *_, duty in state.rules}
    assert "proxy_register" in {duty for *_, duty in state.rules}
    assert "reg-b-effects-test" not in {name for name, *_ in state.rules}
    assert germany.rules == ()


def test_who_cannot_be_scored_counts_as_not_approved(world) -> None:
    frame = pd.DataFrame(
        {"application_id": np.arange(2_400), "applicant_id": np.arange(2_400)}
        | {"as_of": pd.Timestamp("2025-06-01", tz="UTC")}
        | {name: np.where(np.arange(2_400) % 4 == 0, np.nan, world.applications.numeric[name])
           for name in ("x0", "x1", "x2", "x3", "device")}
    )  # fmt: skip
    applications = cs.Applications(frame)
    found = cs.assess_fairness(
        world.pipeline, applications, cs.Portfolio(), None, world.group, cutoff=CUTOFF, resamples=10,
        proxies=False, on_mismatch="count",
    )  # fmt: skip
    for group in "pq":
        inside = world.group == group
        scored = (np.arange(2_400) % 4 != 0)[inside].mean()
        assert found.figures["group"].group(group)["scored"].value == pytest.approx(scored)
        assert found.figures["group"].group(group)["approval"].value <= scored


def test_nothing_of_the_model_depends_on_the_groups(world, found) -> None:
    before = world.pipeline.model.model_id
    other = np.random.default_rng(0).permutation(world.group)
    again = cs.assess_fairness(
        world.pipeline, *world.given, other, cutoff=CUTOFF, resamples=10, proxies=False
    )
    assert again.model_id == found.model_id == before
    study = study_of(world.pipeline, *world.given, seed=0, threads=1)
    assert study.basis == "held_out"
    assert again.figures.approval == found.figures.approval


def test_it_is_plain_data_and_reads_well(found) -> None:
    json.dumps(found.to_dict(), allow_nan=False)
    assert "cut-off 520 points" in repr(found)
    assert "application_device" in repr(found)
    assert found._repr_html_().startswith("<p dir='auto'>FairnessAssessment")
    assert set(found.to_frame()["attribute"]) == {"group", "age", "group x age"}
    ratios = [one for one in found.ratios if one.attribute == "group"]
    assert [one.share for one in ratios] == [round(0.05 * step, 2) for step in range(1, 20)]
    assert replace(found, cutoff=1.0).cutoff == 1.0


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"cutoff": float("nan")}, ParameterError),
        ({"groups": "sex"}, NameUnknownError),
        ({"groups": ["device"]}, ParameterError),
        ({"groups": ["a"] * 7}, ParameterError),
        ({"groups": {}}, ParameterError),
        ({"price": [1.0]}, ParameterError),
        ({"laws": "US"}, ParameterError),
        ({"laws": ["US-MA"]}, ParameterError),
        ({"newcomers": [1] * 3}, ParameterError),
        ({"reference": {"group": "z"}}, NameUnknownError),
        ({"sample_weight": [-1.0] * 2_400}, ParameterError),
    ],
)
def test_what_cannot_be_is_refused(world, change, error) -> None:
    given = {"groups": {"group": world.group}, "cutoff": CUTOFF} | change
    with pytest.raises(error):
        cs.assess_fairness(
            world.pipeline, *world.given, given.pop("groups"), resamples=5, proxies=False, **given
        )


@pytest.mark.long
def test_a_group_that_moves_devices_and_means_and_not_reliability() -> None:
    """A simulated lender, whose truth says who would default: it holds within groups too."""
    made, truth = cs.simulate.simulate_with_truth(cs.simulate.SimulationConfig(people=900), seed=3)
    chance = np.clip(truth.probability_of_default(paths=40), 1e-4, 1 - 1e-4)
    group = np.where(truth.people.group, "a", "b")
    oracle = cs.fairness(
        np.log(chance / (1 - chance)), truth.bad.astype(float), group, approve=0.7,
        resampling=Resampling(resamples=100),
    )["group"]  # fmt: skip
    for one in oracle.groups:
        assert one["calibration_gap"].low < 0 < one["calibration_gap"].high
    applications = made.to_applications()
    who = np.array(applications.applicant_ids)
    scorer = cs.CreditScorer(recipe="pairs", learning_rate=0.2, n_estimators=20, n_folds=2)
    pipeline = cs.CreditPipeline(features=[cs.digital_features()], scorer=scorer)
    given = applications, made.portfolio(), truth.bad[who].astype(float)
    pipeline.fit(*given)
    found = cs.assess_fairness(pipeline, *given, {"group": group[who]}, cutoff=500, resamples=40)
    assert found.proxies[0].low > 0.7
    through = {one.feature for one in found.proxies[0].features[:3]}
    assert through <= {"digital_android_share_180d", "digital_ios_share_180d", "digital_device_changes_90d"}
