"""Fairness against a ledger made by hand, scikit-learn, and worlds whose truth is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import recall_score, roc_auc_score

import creditscore as cs
from creditscore.errors import NameUnknownError, ParameterError
from creditscore.validation.fairness.curve import impact_curves
from creditscore.validation.fairness.measure import fairness
from creditscore.validation.fairness.membership import memberships
from creditscore.validation.resampling import Resampling

QUICK = Resampling(resamples=40)


def expit(z):
    return 1.0 / (1.0 + np.exp(-z))


@pytest.fixture(scope="module")
def world():
    random = np.random.default_rng(5)
    n = 3_000
    sex = random.choice(["f", "m"], n)
    age = random.choice(["young", "middle", "old"], n)
    z = random.normal(-1.5, 1.0, n) + 0.5 * (sex == "f")
    bad = (random.random(n) < expit(z)).astype(float)
    return {"sex": sex, "age": age, "z": z, "bad": bad, "weight": random.uniform(0.5, 2.0, n)}


def test_a_ledger_worked_out_on_paper() -> None:
    # four of a: scores -3 -2 -1 none; four of b: -2.5 -0.5 0.5 1.5; the safest 4 of 7 scored are approved
    z = [-3.0, -2.0, -1.0, np.nan, -2.5, -0.5, 0.5, 1.5]
    bad = [0, 0, 1, 1, 0, 1, 0, 1]
    groups = ["a"] * 4 + ["b"] * 4
    found = fairness(
        z, bad, groups, approve=4 / 7, fewest=1, fewest_outcomes=1, resampling=QUICK,
        newcomers=[1, 0, 0, 1, 0, 1, 0, 0],
    )  # fmt: skip
    whole = found["group"]
    assert whole.reference == "a"
    assert found.approval == 0.5
    a, b = whole.group("a"), whole.group("b")
    assert (a["approval"].value, b["approval"].value) == (0.75, 0.25)
    assert b["impact_ratio"].value == pytest.approx(1 / 3)
    assert whole["lowest_impact_ratio"].value == pytest.approx(1 / 3)
    assert whole["approval_gap"].value == 0.5
    assert (a["scored"].value, b["scored"].value) == (0.75, 1.0)
    assert (a["approval_of_goods"].value, b["approval_of_goods"].value) == (1.0, 0.5)
    assert (a["approval_of_bads"].value, b["approval_of_bads"].value) == (0.5, 0.0)
    assert whole["equal_opportunity_gap"].value == 0.5
    assert whole["equalised_odds_gap"].value == 0.5
    assert a["bad_rate"].value == pytest.approx(1 / 3)
    assert (a["bad_rate_approved"].value, b["bad_rate_approved"].value) == (pytest.approx(1 / 3), 0.0)
    assert (a["newcomers_scored"].value, a["newcomers_approved"].value) == (0.5, 0.5)
    assert b["newcomers_approved"].value == 0.0
    known = np.array([-3.0, -2.0, -1.0, -2.5, -0.5, 0.5, 1.5])
    assert b["score_difference"].value == pytest.approx((0.25 - 2.0) / known.std())
    assert a["calibration_gap"].value == pytest.approx(expit(known[:3]).mean() - 1 / 3)


def test_rates_equal_those_of_scikit_learn_under_weights(world) -> None:
    approved = world["z"] < -1.0
    found = fairness(
        world["z"], world["bad"], {"sex": world["sex"]}, approve=approved, sample_weight=world["weight"],
        resampling=QUICK,
    )["sex"]  # fmt: skip
    rates = {}
    for group in "fm":
        rows = world["sex"] == group
        weight = world["weight"][rows]
        good, yes = 1 - world["bad"][rows], approved[rows]
        one = found.group(group)
        rates[group] = [recall_score(good, yes, sample_weight=weight, pos_label=label) for label in (1, 0)]
        assert one["approval_of_goods"].value == pytest.approx(rates[group][0])
        assert one["approval_of_bads"].value == pytest.approx(1 - rates[group][1])
        area = roc_auc_score(world["bad"][rows], world["z"][rows], sample_weight=weight)
        assert one["auc"].value == pytest.approx(area)
        assert one["approval"].value == pytest.approx(np.average(yes, weights=weight))
    assert found["equal_opportunity_gap"].value == pytest.approx(abs(rates["f"][0] - rates["m"][0]))
    odds = max(abs(rates["f"][0] - rates["m"][0]), abs(rates["f"][1] - rates["m"][1]))
    assert found["equalised_odds_gap"].value == pytest.approx(odds)


def test_a_weight_of_two_is_the_row_twice(world) -> None:
    rows = np.arange(400)
    twice = np.repeat(rows, 2)
    groups = {"sex": world["sex"]}
    weighted = fairness(
        world["z"][rows], world["bad"][rows], {"sex": groups["sex"][rows]}, approve=0.6,
        sample_weight=np.full(400, 2.0), resampling=QUICK,
    )  # fmt: skip
    repeated = fairness(
        world["z"][twice], world["bad"][twice], {"sex": groups["sex"][twice]}, approve=0.6,
        resampling=Resampling(applicants=twice, resamples=40),
    )  # fmt: skip
    one, other = weighted.to_frame(), repeated.to_frame()
    pd.testing.assert_frame_equal(one, other)


def test_certain_guesses_are_labels_and_no_guess_tells_no_group_apart(world) -> None:
    labels = fairness(world["z"], world["bad"], {"sex": world["sex"]}, approve=0.7, resampling=QUICK)
    certain = pd.DataFrame({name: (world["sex"] == name).astype(float) for name in "fm"})
    guessed = fairness(world["z"], world["bad"], {"sex": certain}, approve=0.7, resampling=QUICK)
    pd.testing.assert_frame_equal(labels.to_frame(), guessed.to_frame())
    even = pd.DataFrame({"f": np.full(3_000, 0.5), "m": np.full(3_000, 0.5)})
    alike = fairness(world["z"], world["bad"], even, approve=0.7, resampling=QUICK)
    assert alike["group"]["lowest_impact_ratio"].value == pytest.approx(1.0)


def test_guesses_that_are_calibrated_weigh_rows_as_the_definition_says(world) -> None:
    random = np.random.default_rng(8)
    p = random.beta(2.0, 2.0, 3_000)
    found = fairness(
        world["z"], world["bad"], {"sex": {"f": p, "m": 1.0 - p}}, approve=0.5, resampling=QUICK
    )["sex"]
    approved = world["z"] <= np.sort(world["z"])[1_499]
    assert found.group("f")["approval"].value == pytest.approx((p * approved).sum() / p.sum())
    assert found.group("f").people == pytest.approx(p.sum())
    good = world["bad"] == 0
    assert found.group("m")["approval_of_goods"].value == pytest.approx(
        ((1 - p) * approved * good).sum() / ((1 - p) * good).sum()
    )


def test_intersections_are_the_labels_side_by_side(world) -> None:
    both = [f"{s} x {a}" for s, a in zip(world["sex"], world["age"], strict=True)]
    groups = {"sex": world["sex"], "age": world["age"]}
    crossed = fairness(
        world["z"], world["bad"], groups, approve=0.6, intersections=[("sex", "age")], resampling=QUICK
    )["sex x age"]
    plain = fairness(world["z"], world["bad"], both, approve=0.6, resampling=QUICK)["group"]
    assert [one.to_dict() for one in crossed.groups] == [one.to_dict() for one in plain.groups]


def test_small_groups_are_withheld_and_have_no_say(world) -> None:
    labels = world["sex"].astype(object).copy()
    labels[:20] = "x"
    found = fairness(world["z"], world["bad"], labels, approve=0.6, resampling=QUICK)["group"]
    small = found.group("x")
    assert small.withheld
    assert small.people is None
    assert not small.figures
    assert "withheld" in repr(fairness(world["z"], world["bad"], labels, approve=0.6, resampling=QUICK))
    one_person = Resampling(
        applicants=np.where(np.arange(3_000) < 1_500, "me", np.arange(3_000).astype(str)), resamples=20
    )
    halves = np.where(np.arange(3_000) < 1_500, "mine", "theirs")
    assert (
        fairness(world["z"], world["bad"], halves, approve=0.6, resampling=one_person)["group"]
        .group("mine")
        .withheld
    )


def test_few_outcomes_withhold_figures_of_outcomes_alone(world) -> None:
    bad = np.where((world["sex"] == "f") & (world["bad"] == 1), np.nan, world["bad"])
    found = fairness(world["z"], bad, world["sex"], approve=0.6, resampling=QUICK)["group"]
    assert np.isnan(found.group("f")["bad_rate"].value)
    assert np.isnan(found["equal_opportunity_gap"].value)
    assert found.group("f")["approval"].value > 0
    assert found.to_dict()["figures"]["equal_opportunity_gap"]["value"] is None


def test_without_outcomes_decisions_alone_are_judged(world) -> None:
    found = fairness(world["z"], None, world["sex"], approve=0.6, resampling=QUICK)["group"]
    assert "bad_rate" not in found.group("f").figures
    assert found["lowest_impact_ratio"].value < 1


def test_a_price_that_follows_risk_alone_has_no_gap_and_a_surcharge_is_found(world) -> None:
    z, female = world["z"], world["sex"] == "f"
    fair_price = 0.04 + 0.3 * expit(z)
    for surcharge in (0.0, 0.01):
        found = fairness(
            z, None, {"sex": world["sex"]}, approve=0.9, price=fair_price + surcharge * female,
            limit=5_000 - 1_000 * z, reference={"sex": "m"}, resampling=QUICK,
        )["sex"].group("f")  # fmt: skip
        assert found["price_gap"].value == pytest.approx(surcharge, abs=2e-4)
        assert found["limit_gap"].value == pytest.approx(0.0, abs=1e-6)


def test_calibration_within_groups_finds_the_group_that_is_misjudged(world) -> None:
    shown = world["z"] + 0.8 * (world["sex"] == "m")
    found = fairness(shown, world["bad"], world["sex"], approve=0.6, resampling=QUICK)["group"]
    assert found.group("f")["calibration_gap"].low < 0 < found.group("f")["calibration_gap"].high
    assert found.group("m")["calibration_gap"].low > 0.03
    assert found.group("f")["calibration_slope"].low < 1 < found.group("f")["calibration_slope"].high


def test_intervals_of_the_impact_ratio_cover_the_truth() -> None:
    covered = 0
    for seed in range(40):
        random = np.random.default_rng(seed)
        group = np.repeat(["a", "b"], 300)
        approved = random.random(600) < np.where(group == "a", 0.6, 0.45)
        found = fairness(
            np.zeros(600), None, group, approve=approved, reference={"group": "a"},
            resampling=Resampling(resamples=80, seed=seed, threads=1),
        )["group"].group("b")["impact_ratio"]  # fmt: skip
        covered += found.low <= 0.75 <= found.high
    assert covered >= 34  # 95 %: fewer than 34 of 40 has a probability of 0.3 %


def test_intervals_are_by_applicant() -> None:
    random = np.random.default_rng(1)
    who = np.repeat(np.arange(120), 20)
    group = np.where(who % 2, "a", "b")
    approved = (random.random(120) < 0.5)[who]
    wide, narrow = (
        fairness(
            np.zeros(who.size), None, group, approve=approved, fewest=10,
            resampling=Resampling(applicants=applicants, resamples=100),
        )["group"]["approval_gap"]
        for applicants in (who, None)
    )  # fmt: skip
    assert wide.high - wide.low > 2 * (narrow.high - narrow.low)


def test_rows_in_any_order_give_the_same_point_figures(world) -> None:
    order = np.random.default_rng(2).permutation(3_000)
    here, there = (
        fairness(world["z"][rows], world["bad"][rows], world["sex"][rows], approve=0.6, resampling=QUICK)
        for rows in (np.arange(3_000), order)
    )
    np.testing.assert_allclose(here.to_frame()["value"], there.to_frame()["value"], rtol=1e-9)


def test_the_curve_is_the_figure_at_each_cut_off(world) -> None:
    curve, other = impact_curves(world["z"], {"sex": world["sex"], "age": world["age"]})
    assert other.groups == ("middle", "old", "young")
    for share in (0.1, 0.5, 0.9):
        found = fairness(world["z"], None, world["sex"], approve=share, resampling=QUICK)["group"]
        assert curve.at(share) == pytest.approx(found["lowest_impact_ratio"].value)
        position = curve.position_of(share)
        assert curve.approval[position] == pytest.approx(share, abs=1e-3)
        assert curve.ratio_of("f", "m")[position] == pytest.approx(found.group("f")["impact_ratio"].value)
    assert curve.at(1.0) == 1.0
    assert len(curve.to_frame()) == 19
    assert len(curve.to_frame(())) == len(curve.approval) == 3_000


def test_equal_scores_are_approved_together() -> None:
    (curve,) = impact_curves([0.0, 0.0, 1.0, 1.0], ["a", "b", "a", "b"], fewest=1)
    assert curve.approval.tolist() == [0.5, 1.0]
    assert curve.impact_ratio.tolist() == [1.0, 1.0]
    found = fairness(
        [0.0, 0.0, 1.0, 1.0], None, ["a", "b", "a", "b"], approve=0.25, fewest=1, resampling=QUICK
    )
    assert found.approval == 0.5


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"approve": 0.0}, ParameterError),
        ({"approve": True}, ParameterError),
        ({"approve": float("nan")}, ParameterError),
        ({"approve": [0.5] * 4}, ParameterError),
        ({"groups": ["a"] * 3}, ParameterError),
        ({"groups": {"g": list("abcd"), "h": ["a"]}}, ParameterError),
        ({"groups": {}}, ParameterError),
        ({"groups": {"g": {"a": [0.9] * 4, "b": [0.2] * 4}}}, ParameterError),
        ({"groups": {"g": {"a": [-0.1] * 4}}}, ParameterError),
        ({"bad": [0, 1, 2, 0]}, ParameterError),
        ({"log_odds": [0.0, 1.0, np.inf, 0.0]}, ParameterError),
        ({"log_odds": [[0.0] * 4]}, ParameterError),
        ({"sample_weight": [-1.0, 1.0, 1.0, 1.0]}, ParameterError),
        ({"sample_weight": [0.0] * 4}, ParameterError),
        ({"fewest": 0}, ParameterError),
        ({"reference": {"group": "zz"}}, NameUnknownError),
        ({"reference": {"sex": "a"}}, NameUnknownError),
        ({"intersections": [("group", "sex")]}, NameUnknownError),
        ({"intersections": ["group"]}, ParameterError),
        ({"groups": [{"a": 1}] * 4}, ParameterError),
        (
            {
                "groups": {"a": list("aabb"), "b": list("abab"), "a x b": list("aabb")},
                "intersections": [("a", "b")],
            },
            ParameterError,
        ),
        ({"newcomers": [0.5, 0, 0, 0]}, ParameterError),
        ({"price": [1.0]}, ParameterError),
    ],
)
def test_what_cannot_be_is_refused_by_name(change, error) -> None:
    given = {"log_odds": [0.0, 1.0, 2.0, 3.0], "bad": [0, 1, 0, 1], "groups": list("aabb"), "approve": 0.5}
    given |= {"fewest": 1} | change
    with pytest.raises(error):
        fairness(given.pop("log_odds"), given.pop("bad"), given.pop("groups"), resampling=QUICK, **given)


def test_a_quantity_is_no_group(world) -> None:
    with pytest.raises(ParameterError, match="band what is a quantity"):
        memberships({"age": np.arange(3_000)}, 3_000)


def test_missing_labels_are_of_unknown_group() -> None:
    (one,) = memberships(["a", None, float("nan"), " ", pd.NA, "NaN", 1.0, 1], 8)
    assert one.names == ("1", "a")
    assert one.row.tolist() == [0, 6, 7]


def test_nobody_scored_or_all_withheld_is_said_not_hidden() -> None:
    found = fairness([np.nan] * 60, None, ["a"] * 30 + ["b"] * 30, approve=0.5, resampling=QUICK)
    assert found["group"].reference is None
    assert "withheld" in repr(found)
    unscored = fairness([np.nan] * 120, None, ["a"] * 60 + ["b"] * 60, approve=0.5, resampling=QUICK)
    assert unscored["group"].group("a")["approval"].value == 0.0
    assert np.isnan(unscored["group"]["lowest_impact_ratio"].value)


def test_it_is_public_and_reads_well(world) -> None:
    found = cs.fairness(world["z"], world["bad"], {"sex": world["sex"]}, approve=0.6, resampling=QUICK)
    assert "sex, beside m" in repr(found)
    assert "<table" in found._repr_html_()
    (curve, *_) = cs.impact_curves(world["z"], world["sex"])
    assert curve._repr_html_().startswith("<p dir='auto'>ImpactCurve(group")
