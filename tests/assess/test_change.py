"""One model in place of another, against sums over the scores that both give."""

from __future__ import annotations

import jsonschema
import numpy as np
import pytest

import creditscore as cs
from creditscore.assess.change_reasons import reasons_changed, shifts_by_group
from creditscore.errors import ParameterError
from creditscore.explain.contributions import Contributions
from tests.report.reading import Page

FEW = ("amount", "term_days")


@pytest.fixture(scope="module")
def german():
    return cs.datasets.load_german()


@pytest.fixture(scope="module")
def halves(german):
    rows = np.arange(len(german.bad))
    return rows[::2], rows[1::2]


@pytest.fixture(scope="module")
def pair(german, halves):
    fitted, _ = halves
    scorer = cs.CreditScorer(recipe="shallow", n_estimators=30)
    return [
        cs.CreditPipeline([cs.application_features(columns)], scorer=scorer).fit(
            german.applications.take(fitted), cs.Portfolio(), german.bad[fitted]
        )
        for columns in (FEW, german.columns)
    ]


@pytest.fixture(scope="module")
def later(german, halves):
    _, others = halves
    return german.applications.take(others), german.bad[others]


@pytest.fixture(scope="module")
def change(pair, later):
    asked, bad = later
    purpose = ("rare",) * 4 + asked.text["purpose"][4:]
    return cs.compare_models(
        *pair, asked, cs.Portfolio(), bad, cutoff=515, segments={"purpose": purpose}, resamples=40
    )


def scores_of(pipeline: cs.CreditPipeline, asked: cs.Applications) -> np.ndarray:
    return pipeline.score_many(asked, cs.Portfolio()).score


def test_points_and_flips_are_those_of_the_scores(change, pair, later) -> None:
    asked, bad = later
    was, now = (scores_of(one, asked) for one in pair)
    moved = now - was
    assert change.points.mean == pytest.approx(moved.mean(), abs=0.5)
    assert change.points.largest_rise == pytest.approx(moved.max(), abs=1.0)
    assert change.points.largest_fall == pytest.approx(-moved.min(), abs=1.0)
    into, out = (now >= 515) & (was < 515), (was >= 515) & (now < 515)
    figures = change.flips.figures
    assert figures["swapped_in"].value == pytest.approx(into.mean())
    assert figures["swapped_out"].value == pytest.approx(out.mean())
    assert figures["bad_rate"].value == pytest.approx(bad[now >= 515].mean())
    assert figures["bad_rate_swapped_in"].value == pytest.approx(bad[into].mean())
    assert figures["swapped_in"].low <= figures["swapped_in"].value <= figures["swapped_in"].high


def test_parts_of_the_change_add_up_and_grades_hold_everybody(change, later) -> None:
    assert sum(one.mean for one in change.shifts) == pytest.approx(change.points.mean, abs=1e-9)
    assert sum(one.applications for one in change.grades) == len(later[1])
    assert not change.features_dropped
    assert len(change.features_added) == change.after.features - change.before.features


def test_a_difference_is_that_of_both_figures(change, pair, later) -> None:
    from creditscore.validation.metrics import auc

    asked, bad = later
    odds = [one.score_many(asked, cs.Portfolio()).log_odds for one in pair]
    assert change.differences["auc"].value == pytest.approx(auc(bad, odds[1]) - auc(bad, odds[0]))
    assert (change.before.basis, change.after.basis) == ("other", "other")


def test_segments_tell_nothing_of_fewer_than_five(change, later) -> None:
    purpose = np.array(("rare",) * 4 + later[0].text["purpose"][4:])
    assert {one.segment: one.applications for one in change.segments} == {
        str(name): int(count) for name, count in zip(*np.unique(purpose, return_counts=True), strict=True)
    }
    assert all((one.mean is None) == (one.applications < 5) for one in change.segments)
    assert [one.segment for one in change.segments if one.swapped_in is None] == ["rare"]


def test_bad_rates_of_fitted_rows_are_not_told(german, pair, halves) -> None:
    fitted, _ = halves
    seen = german.applications.take(fitted), cs.Portfolio(), german.bad[fitted]
    found = cs.compare_models(*pair, *seen, cutoff=515, resamples=10)
    assert np.isnan(found.flips.figures["bad_rate"].value)
    assert found.flips.figures["approval"].value > 0.0
    page = cs.change_report(found, *pair).to_html()
    assert "neither model was fitted on" in page


def test_the_same_model_changes_nothing(pair, later) -> None:
    found = cs.compare_models(pair[0], pair[0], *later[:1], cs.Portfolio())
    assert (found.points.mean, found.points.raised, found.points.lowered) == (0.0, 0.0, 0.0)
    assert (found.reasons.same_first, found.reasons.of_three) == (1.0, 3.0)
    assert (found.flips, dict(found.differences), found.judged) == (None, {}, 0)
    assert all(one.before == one.after for one in found.grades)


def test_groups_that_one_model_lacks_add_nothing_there() -> None:
    def said(values: list[list[float]], groups: tuple[str, ...], base: float) -> Contributions:
        array = np.array(values)
        ids = tuple(range(len(array)))
        return Contributions(array, base, array.sum(axis=1) + base, groups, array, ids, groups)

    before = said([[0.5, 0.1], [0.0, 0.2], [-0.4, 0.0], [-0.5, -0.1], [-0.6, 0.1]], ("late", "old"), -2.0)
    after = said([[0.1, 0.9], [0.0, 0.2], [-0.4, 0.0], [-0.5, -0.1], [-0.6, 0.1]], ("late", "new"), -1.5)
    shifts = {one.group: one.mean for one in shifts_by_group(before, after, 10.0)}
    assert shifts == pytest.approx({"late": 0.8, "old": 0.6, "new": -2.2, "": -5.0})
    found = reasons_changed(before, after)
    # Against the three safest, the riskiest two lose (late 1.0, old 0.1) and (0.5, 0.2) before, then
    # (late 0.6, new 0.9) and (0.5, 0.2).
    assert (found.applications, found.same_first, found.of_three) == (2, 0.5, 2.0)


@pytest.mark.parametrize("language", ["en", "fa", "zh"])
def test_a_page_is_whole_and_names_what_moves(change, pair, language) -> None:
    calendar = "jalali" if language == "fa" else "gregorian"
    report = cs.change_report(change, *pair, language=language, calendar=calendar)
    jsonschema.validate(report.to_dict(), cs.ChangeReport.schema())
    page = Page(report.to_html())
    assert not page.faults
    assert len(page.all("section")) == 8
    labels = {found["id"] for _, found in page.elements if "id" in found}
    assert {found["href"][1:] for found in page.all("a")} <= labels


def test_what_cannot_be_compared_is_refused(change, pair, later) -> None:
    asked, bad = later
    with pytest.raises(ParameterError, match="'before' parameter must be the model"):
        cs.change_report(change, *pair[::-1])
    with pytest.raises(ParameterError, match="what compare_models found"):
        cs.change_report(change.to_dict(), *pair)
    with pytest.raises(ParameterError, match="cutoff_before is given without cutoff"):
        cs.compare_models(*pair, asked, cs.Portfolio(), bad, cutoff_before=500)


def test_it_says_itself_in_a_few_lines(change) -> None:
    lines = str(change).splitlines()
    assert lines[0].startswith("ModelChange(500 applications, mean ")
    assert lines[1].strip().startswith("approved ")
    assert len(lines) <= 10
    assert "<pre>ModelChange(" in change._repr_html_()
