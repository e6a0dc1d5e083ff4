"""What the scripts reckon is what the library reckons: who is meant, curves, intervals, plans."""

from __future__ import annotations

import json

import numpy as np
import pytest

import creditscore as cs
from creditscore.experiments.size import exact_power
from creditscore.segments.summary import jeffreys
from tests.dashboard.scripts import conditions, load_scripts
from tests.dashboard.worlds import BY, rows

GIVEN = {"bad": "bad", "decision": "decision", "amount": "amount"}
ANSWERS = """(async () => {
  const cube = await T.cubeOf(globalThis.D);
  return G.map((groups) => {
    const tally = T.tallied(cube, T.truths(cube, groups));
    let rows = 0;
    for (const one of tally.sums[0]) rows += one;
    return [T.whereText(groups, cube.columns), rows, tally.maybe, tally.open];
  });
})()"""


def answers(browser, made, asked) -> list:
    """Where, inside, perhaps, open: of each list of groups, by the scripts."""
    browser.run(f"globalThis.D = {json.dumps(dict(made.data))}; globalThis.G = {json.dumps(asked)}; 0")
    return browser.run(ANSWERS)


@pytest.mark.parametrize("cases", [400, pytest.param(10_000, marks=pytest.mark.long)])
def test_a_segment_that_is_taken_away_finds_the_rows_that_the_page_counted(browser, cases) -> None:
    load_scripts(browser)
    given = rows(400, seed=4)
    made = cs.make_dashboard(given, by=BY, fewest_people=1, **GIVEN)
    columns = cs.segment_columns(given)
    asked = conditions(made.data["columns"], cases, seed=cases)
    lengths = set()
    for where, inside, maybe, left_open in answers(browser, made, asked):
        found = cs.Segment("one", where).of(columns)
        assert (inside, maybe, left_open) == (found.inside.sum(), 0, found.unknown.sum()), where
        lengths.add(inside)
    assert len(lengths) > 100


def test_with_values_withheld_the_rows_lie_between_what_is_sure_and_what_may_be(browser) -> None:
    load_scripts(browser)
    given = rows(700, seed=5)
    made = cs.make_dashboard(given, by=BY, **GIVEN)
    columns = cs.segment_columns(given)
    strict = 0
    for where, inside, maybe, left_open in answers(browser, made, conditions(made.data["columns"], 400, 9)):
        found = cs.Segment("one", where).of(columns)
        assert inside <= found.inside.sum() <= inside + maybe, where
        assert left_open <= found.unknown.sum(), where
        strict += inside < found.inside.sum()
    assert strict > 50


def test_every_cutoff_does_what_the_strategy_curve_says(browser, tmp_path) -> None:
    given = rows(900, seed=6)
    made = cs.make_dashboard(given, by=BY, fewest_people=1, **GIVEN)
    load_scripts(browser)
    browser.run(f"globalThis.D = {json.dumps(dict(made.data))}; 0")
    points = browser.run(
        "(async () => {const cube = await T.cubeOf(D); T.use(D, {gain: 0.1, loss: 0.6});"
        "return T.curveOf(T.tallied(cube, T.truths(cube, [])))})()"
    )
    known = ~np.isnan(given["bad"])
    outcome = np.where(known, given["bad"], given["probability_of_default"])
    money = {"profit_if_good": 0.1 * given["amount"], "loss_if_bad": 0.6 * given["amount"]}
    curve = cs.strategy_curve(given["score"], outcome, **money)
    edges = [-np.inf, *made.data["score"]["edges"], np.inf]
    assert len(points) == len(edges) > 5
    for point in points:
        expected = curve.at(edges[point["cut"]]) if point["cut"] else curve.point(len(curve) - 1)
        exact = given["score"] >= edges[point["cut"]]
        assert point["approval"] == pytest.approx(exact.mean(), abs=1e-12)
        assert expected.approval == pytest.approx(exact.mean(), abs=1e-12)
        assert point["profit"] == pytest.approx(expected.profit, rel=1e-9, abs=1e-9)
        if exact.any():
            assert point["badRate"] == pytest.approx(expected.bad_rate, rel=1e-9)


def test_intervals_are_those_of_the_library(browser) -> None:
    load_scripts(browser)
    draw = np.random.default_rng(0)
    pairs = [[int(draw.integers(0, n + 1)), int(n)] for n in draw.integers(1, 60_000, 300)]
    pairs += [[0, 1], [1, 1], [0, 900], [900, 900], [3, 1_000_000]]
    found = browser.run(f"{json.dumps(pairs)}.map(([bads, n]) => T.jeffreys(bads, n))")
    np.testing.assert_allclose(found, [jeffreys(bads, n) for bads, n in pairs], atol=1e-9)


def test_the_power_of_a_test_is_that_of_the_library(browser) -> None:
    load_scripts(browser)
    draw = np.random.default_rng(1)
    asked = [
        [int(draw.integers(2, 500)), *np.round(draw.uniform(0.01, 0.9, 2), 4).tolist(),
         float(draw.choice([0.01, 0.05, 0.1]))]
        for _ in range(50)
    ]  # fmt: skip
    found = browser.run(f"{json.dumps(asked)}.map((one) => T.exactPower(...one))")
    np.testing.assert_allclose(found, [exact_power(*one) for one in asked], atol=1e-8)


def test_a_plan_has_the_size_that_the_library_finds(browser) -> None:
    """`benchmarks/dashboard_plans.py` holds it for 10,000 draws."""
    load_scripts(browser)
    draw = np.random.default_rng(2)
    asked = []
    while len(asked) < 6:
        base, other = np.round(draw.uniform(0.02, 0.6, 2), 3).tolist()
        if abs(base - other) > 0.15:
            asked.append([base, other, 0.05, float(draw.choice([0.8, 0.9]))])
    found = browser.run(f"{json.dumps(asked)}.map((one) => T.perArm(...one))")
    plans = [cs.plan_test(a, b, level=level, power=power) for a, b, level, power in asked]
    assert found == [plan.per_arm for plan in plans]
    stored = browser.run(f"T.planFile(...{json.dumps(asked[0])}, {found[0]})")
    assert cs.TestPlan.from_dict(stored) == plans[0]
    days = browser.run(f"T.planDays({found[0]}, 12, 0.25, 90)")
    assert days == pytest.approx(plans[0].days(12, share=0.25, window_days=90))
    for bad in ("0.1, 0.1, 0.05, 0.8", "0, 0.1, 0.05, 0.9", "0.1, 0.2, 0.6, 0.8", "0.1, 0.10001, 0.05, 0.8"):
        assert browser.run(f"T.perArm({bad})") is None


def test_swaps_are_those_of_the_rows(browser) -> None:
    given = rows(900, seed=8)
    given["decision"] = np.where(np.random.default_rng(3).random(900) < 0.5, "approve", "decline")
    made = cs.make_dashboard(given, by=["level"], fewest_people=1, **GIVEN)
    load_scripts(browser)
    browser.run(f"globalThis.D = {json.dumps(dict(made.data))}; 0")
    cut = len(made.data["score"]["edges"]) // 2
    found = browser.run(
        "(async () => {const cube = await T.cubeOf(D); T.use(D, {gain: 1, loss: 1});"
        f"return T.swapsOf(T.tallied(cube, T.truths(cube, [])), {cut})}})()"
    )
    approved, over = given["decision"] == "approve", given["score"] >= made.data["score"]["edges"][cut - 1]
    likely = np.where(np.isnan(given["bad"]), given["probability_of_default"], given["bad"])
    for name, rows_of in {
        "kept": approved & over, "out": approved & ~over, "in": ~approved & over, "left": ~approved & ~over,
    }.items():  # fmt: skip
        assert found[name]["rows"] == rows_of.sum()
        assert found[name]["badRate"] == pytest.approx(np.nanmean(likely[rows_of]))


def test_the_page_of_a_label_with_every_mark_is_read_back(browser, tmp_path) -> None:
    given = rows(300)
    names = ["it's", "back\\slash", 'quote"', "`tick`", "and", "<b>", "نسیه", ""]
    given["product"] = np.array([names[one % 8] for one in range(300)], dtype=object)
    made = cs.make_dashboard(given, by=["product"], fewest_people=1)
    load_scripts(browser)
    asked = [[[{"column": 0, "codes": [code], "not": False}]] for code in range(1, 9)]
    columns = cs.segment_columns(given)
    for code, (where, inside, *_) in enumerate(answers(browser, made, asked)):
        assert cs.Segment("one", where).of(columns).inside.sum() == inside
        label = made.data["columns"][0]["values"][code]
        assert inside == (given["product"] == label).sum()
