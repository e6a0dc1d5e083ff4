"""What is shown beside a segment: the means of its rows, of enough people, at every change."""

from __future__ import annotations

import json
from datetime import timedelta
from types import SimpleNamespace

import numpy as np
import pytest

import creditscore as cs
from creditscore.service.looking import rows_of
from tests.dashboard.conftest import READY
from tests.dashboard.scripts import conditions, load_scripts
from tests.dashboard.worlds import BY, beside, rows
from tests.features.worlds import AS_OF, applications, random_world
from tests.pipeline.conftest import SMALL, late_people

GIVEN = {"bad": "bad", "decision": "decision", "amount": "amount"}
MEANS = """(async () => {
  const cube = await T.cubeOf(globalThis.D);
  return G.map((groups) => {
    const inside = T.truths(cube, groups);
    return [T.whereText(groups, cube.columns), T.meansBeside(cube, T.wholeBeside(cube, inside))];
  });
})()"""
HALF_A_UNIT = 0.5 / 32


def told(browser, made, asked) -> list:
    browser.run(f"globalThis.D = {json.dumps(dict(made.data))}; globalThis.G = {json.dumps(asked)}; 0")
    return browser.run(MEANS)


def means_of(given, inside) -> dict[str, tuple[float, list[float]]]:
    """Of how many it is known and the means, straight from the rows."""
    points = np.stack([given[name][inside] for name in given if name.startswith("points_of_")])
    uses = np.stack([given[name][inside] for name in given if name.startswith("uses_of_")])
    scored, used = ~np.isnan(points[0]), np.nan_to_num(uses).sum(axis=0) > 0
    reasons = [
        set(pair) - {None} for pair in zip(given["reason_1"][inside], given["reason_2"][inside], strict=True)
    ]
    some = [one for one in reasons if one]
    codes = sorted({code for one in reasons for code in one})
    shares = uses[:, used] / uses[:, used].sum(axis=0)
    return {
        "sources": (scored.sum(), np.abs(points[:, scored]).mean(axis=1).tolist()),
        "turned": (scored.sum(), points[:, scored].mean(axis=1).tolist()),
        "channels": (used.sum(), shares.mean(axis=1).tolist()),
        "reasons": (len(some), {code: sum(code in one for one in some) / len(some) for code in codes}),
    }


@pytest.mark.parametrize("cases", [200, pytest.param(10_000, marks=pytest.mark.long)])
def test_means_beside_a_segment_are_those_of_its_rows_after_any_change(browser, cases) -> None:
    load_scripts(browser)
    given = rows(500, seed=4) | beside(500, seed=4)
    made = cs.make_dashboard(given, by=BY, fewest_people=1, **GIVEN)
    columns = cs.segment_columns(given)
    seen = 0
    for where, parts in told(browser, made, conditions(made.data["columns"], cases, seed=cases)):
        inside = cs.Segment("one", where).of(columns).inside
        if inside.sum() < 20:
            continue
        seen += 1
        expected = means_of(given, inside)
        by_name = {part["name"]: part for part in parts}
        turned = by_name["sources"] | {"means": by_name["sources"]["turned"]}
        for name, part in (by_name | {"turned": turned}).items():
            known, means = expected[name]
            assert part["known"] == known, where
            if name == "reasons":
                means = [means.get(code, 0.0) for code in part["names"]]
                assert part["means"] == pytest.approx(means, abs=1e-12), where
            else:  # a cell is a row here, so that each is told to half a unit
                assert part["means"] == pytest.approx(means, abs=HALF_A_UNIT), where
    assert seen > cases / 4


def test_cells_of_enough_people_tell_of_no_fewer_and_rare_reasons_are_not_named() -> None:
    given = rows(900) | beside(900)
    given["reason_2"][:4] = "R28"
    given["applicant_id"][:4] = np.arange(4)
    made = cs.make_dashboard(given, by=BY, **GIVEN)
    assert made.data["beside"]["reasons"] == ["R05", "R12", "R13", "R85"]
    given["reason_2"][4], given["applicant_id"][4] = "R28", 4
    assert "R28" in cs.make_dashboard(given, by=BY, **GIVEN).data["beside"]["reasons"]


def test_a_page_without_such_columns_shows_none_of_it(opened) -> None:
    assert opened.run("document.getElementById('beside').childElementCount") == 0


@pytest.mark.parametrize(
    ("column", "values", "match"),
    [
        ("points_of_loans", [np.nan, 1.0], "of all sources or of none"),
        ("points_of_loans", [np.inf, 1.0], "finite"),
        ("uses_of_app", [-1.0, 1.0], "0 or more"),
        ("uses_of_app", np.array(["often", None], dtype=object), "numbers"),
        ("reason_1", [3.0, np.nan], "codes"),
    ],
)
def test_what_cannot_be_added_up_is_refused(column, values, match) -> None:
    given = rows(300)
    given |= {"points_of_payments": np.ones(300), column: np.tile(values, 150)}
    with pytest.raises(cs.errors.ParameterError, match=match):
        cs.make_dashboard(given, by=["level"])


def test_the_panels_change_with_the_segment_in_every_language(browser, tmp_path) -> None:
    file = tmp_path / "page.html"
    given = rows(3000) | beside(3000)
    given["uses_of_app"] = np.where(given["age_band"] == "18-25", 40.0, 0.0)
    given["uses_of_branch"] = np.where(given["age_band"] == "18-25", 0.0, 3.0)
    cs.make_dashboard(given, by=["age_band", "product"], **GIVEN).save(file)
    browser.errors.clear()
    browser.open(file, READY)
    shown = "[...document.querySelectorAll('#beside-channels tbody tr')].map((one) => one.innerText)"
    before = browser.run(shown)
    browser.click("[data-column='0']")
    browser.run("document.querySelector('#beside .scroll').mark = 'mine'; 0")
    browser.click("#groups fieldset .chip:nth-of-type(1) input")
    assert browser.run("document.querySelector('#beside .scroll').mark") == "mine"  # with focus and scrolling
    after = browser.run(shown)
    assert len(before) == len(after) == 3
    row = {name: next(one for one in after if one.startswith(name)) for name in ("app", "branch")}
    assert float(row["app"].split()[1].rstrip("%")) > 90
    assert row["branch"].split()[1] == "0.0%"
    for language, word in (("fa", "پرداخت‌ها"), ("zh", "支付流水")):
        browser.run(
            f"(() => {{const e = document.getElementById('language'); e.value = '{language}';"
            "e.dispatchEvent(new Event('change'))})()"
        )
        text = browser.run("document.getElementById('beside').innerText")
        assert word in text
        assert "NaN" not in text
    assert not browser.errors


def test_of_a_protected_column_the_least_and_the_most_approved_stand_side_by_side(browser, tmp_path) -> None:
    file = tmp_path / "page.html"
    given = rows(4000)
    given["score"] = given["score"] - 20.0 * (given["age_band"] == "60+")
    made = cs.make_dashboard(given, by=["product", "age_band"], fewest_people=1)
    made.save(file)
    browser.open(file, READY)
    cut = made.data["score"]["edges"][browser.run("document.getElementById('cutoff').valueAsNumber") - 1]
    shares = {
        band: (given["score"][given["age_band"] == band] >= cut).mean()
        for band in ("18-25", "26-40", "41-60", "60+")
    }
    low, high = min(shares, key=shares.get), max(shares, key=shares.get)
    (line,) = browser.run(
        "[...document.querySelectorAll('#fairness tbody tr')]"
        ".map((line) => [...line.cells].map((cell) => cell.innerText))"
    )
    assert line[:3] == ["age_band", f"{low} {shares[low]:.1%}", f"{high} {shares[high]:.1%}"]
    assert line[3].startswith(f"{shares[low] / shares[high]:.2f}")


@pytest.fixture(scope="module")
def scored():
    tables = ("payments", "loans", "instalments")
    world = {name: found for name, found in random_world(3, 60).items() if name in tables}
    who = applications(60, AS_OF)
    world["sessions"] = [
        {"applicant_id": who[0]["applicant_id"], "event_time": AS_OF - timedelta(days=days),
         "channel": channel, "action": action}
        for days, channel, action in (
            (3, "app", "login"), (40, "app", "login"), (364, "ussd", "pay"), (366, "branch", "login"),
            (2, "app", "reminder"),
        )
    ]  # fmt: skip
    portfolio, asked = cs.Portfolio.from_records(world), cs.Applications.from_records(who)
    scorer = cs.CreditScorer(**SMALL, recipe="pairs", threads=1)
    pipeline = cs.CreditPipeline(scorer=scorer, threads=1).fit(asked, portfolio, late_people(world, 60))
    return pipeline, asked, portfolio, who


def test_columns_of_a_model_are_what_it_says_of_each_one_by_one(scored) -> None:
    pipeline, asked, portfolio, who = scored
    found = cs.dashboard_columns(pipeline, asked, portfolio)
    points = np.stack([values for name, values in found.items() if name.startswith("points_of_")])
    explained = pipeline.explain(asked, portfolio)
    base = explained.base_points(pipeline.model.scale)
    for row, one in enumerate(who):
        result = pipeline.score(one, portfolio)
        codes = [found[f"reason_{rank}"][row] for rank in (1, 2, 3, 4)]
        assert [code for code in codes if code] == [reason.code for reason in result.reasons]
        assert found["grade"][row] == result.grade
        assert found["sources"][row].replace(" ", "") == (result.source_mask or "application")
        if result.status == "scored":
            assert points[:, row].sum() + base == pytest.approx(result.score_unrounded, abs=1e-9)
        else:
            assert np.isnan(points[:, row]).all()
    uses = {name.removeprefix("uses_of_"): values[0] for name, values in found.items() if "uses_of" in name}
    assert {name: count for name, count in uses.items() if count} == {"app": 2.0, "ussd": 1.0}
    made = cs.make_dashboard(found, by=["grade", "sources"], fewest_people=5)
    assert set(made.data["beside"]["channels"]) == set(uses)


def test_a_record_tells_what_the_columns_of_its_model_tell(scored) -> None:
    pipeline, asked, portfolio, who = scored
    found = cs.dashboard_columns(pipeline, asked, portfolio)
    records = [pipeline.decide(one, portfolio, policy=None) for one in who[:6]]
    told = rows_of(SimpleNamespace(records=lambda: iter(records)))
    names = [name for name in told if name.startswith(("points_of_", "uses_of_", "reason_"))]
    assert {"points_of_loans", "uses_of_app", "reason_1"} <= set(names)
    for name in names:
        expected = found[name][:6]
        if name.startswith("reason_"):
            assert told[name] == expected.tolist()
        else:
            assert told[name] == pytest.approx(expected.tolist(), abs=1e-9, nan_ok=True)


def test_columns_are_made_by_what_scores_and_nothing_else(scored) -> None:
    _, asked, portfolio, _ = scored
    with pytest.raises(cs.errors.ParameterError, match="scoring"):
        cs.dashboard_columns(object(), asked, portfolio)
