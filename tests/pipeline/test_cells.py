"""One line for each combination of sources, from the fit to the record: everything speaks of one number."""

from __future__ import annotations

import json
import warnings
from dataclasses import replace

import numpy as np
import pytest

import creditscore as cs
from creditscore.assess.sources import SourcesUsed, cells_of
from creditscore.assess.study import study_of
from creditscore.data.presence import COMBINATIONS, with_groups_alone
from creditscore.report.pages.model_cells import cells_table
from creditscore.report.writing import LANGUAGES, Writer
from creditscore.verify.paths import verify_path


@pytest.fixture(scope="module")
def alone(case):
    """The world with each combination of sources alone."""
    return {groups: with_groups_alone(case.portfolio, groups) for groups in COMBINATIONS}


def test_each_combination_has_a_line_and_scores_explanations_and_records_follow_it(
    case, dropped, alone, tmp_path
):
    model = dropped.model
    lines = model.fitted.cells.lines
    assert {"+".join(groups) for groups in (*COMBINATIONS, ())} == set(lines)
    assert len({(line.slope, line.intercept) for line in lines.values()}) == len(lines)
    # Outcomes follow repayments here; what is known without them may tell nothing: such lines share a floor.
    floor = min(line.slope for line in lines.values())
    steep = {name: line.slope for name, line in lines.items() if line.slope > floor}
    assert len(set(steep.values())) == len(steep)
    assert {name for name in lines if "repayments" in name.split("+")} <= set(steep)
    some = case.applications.take(np.arange(0, 160, 8))
    dropped.save(tmp_path / "model")
    policy = cs.Policy("consumer", "1", cutoff=560.0)
    for number, (groups, portfolio) in enumerate(alone.items()):
        scores = dropped.score_many(some, portfolio, on_mismatch="count")
        matrix = model.computer.compute(some, portfolio, threads=1)
        names = [
            model.fitted.cells.groups.name(code) for code in model.fitted.cells.groups.codes(matrix.values)
        ]
        raw = model.fitted.trees.raw_scores(model.fitted.encode(matrix.values))
        by_hand = [
            line.slope * one + line.intercept
            for line, one in zip(
                (lines.get(name, model.fitted.calibration) for name in names), raw, strict=True
            )
        ]
        seen = scores.scored
        assert scores.log_odds[seen].tolist() == np.array(by_hand)[seen].tolist()
        explained = dropped.explain(some, portfolio, on_mismatch="count")
        assert explained.values.sum(axis=1) + explained.base == pytest.approx(explained.log_odds, abs=1e-9)
        assert explained.log_odds.tolist() == by_hand
        points = explained.points(model.scale).sum(axis=1) + explained.base_points(model.scale)
        assert points == pytest.approx(model.scale.points(explained.log_odds), abs=1e-9)
        whole = explained.integer_points(model.scale)
        assert (whole.features.sum(axis=1) + whole.base == whole.unclamped).all()
        if number % 5 == 0:
            row = int(np.flatnonzero(seen)[0])
            one = some.take([row])
            hidden = with_sources_out(case.portfolio, groups)
            record = dropped.decide(one, hidden, policy=policy)
            assert record.content["outcome"]["log_odds"] == dropped.score_many(one, hidden).log_odds[0]
            assert cs.replay_decision(record, model) is None
            (tmp_path / "record.json").write_text(record.to_json())
            found = verify_path(tmp_path / "record.json", model=tmp_path / "model")
            assert found.passed, str(found)


def with_sources_out(portfolio, groups):
    """The sources of all other groups in an outage, so that the model scores without them."""
    from creditscore.data.sources import SOURCE_GROUPS

    out = {source: "outage" for name in SOURCE_GROUPS if name not in groups for source in SOURCE_GROUPS[name]}
    return portfolio.with_sources(unavailable=out)


def test_an_outage_stands_in_the_same_cell_as_never_having_had_the_source(case, dropped, alone):
    cells = dropped.model.fitted.cells.groups
    some = case.applications.take(np.arange(60))
    for groups in COMBINATIONS:
        codes = [
            cells.codes(dropped.model.computer.compute(some, portfolio, threads=1).values)
            for portfolio in (alone[groups], with_sources_out(case.portfolio, groups))
        ]
        assert np.array_equal(*codes)
        assert {name for code in codes[0].tolist() for name in cells.name(code).split("+")} <= {"", *groups}


def test_a_line_of_another_cell_in_a_record_or_a_model_is_found_out(case, dropped, tmp_path):
    dropped.save(tmp_path / "model")
    record = dropped.decide(case.applications.take([3]), case.portfolio).to_dict()
    other = dropped.model.fitted.cells.lines["digital"]
    record["calibration"] = {"slope": other.slope, "intercept": other.intercept}
    record.pop("sha256")
    (tmp_path / "record.json").write_text(cs.DecisionRecord.from_dict(record).to_json())
    assert not verify_path(tmp_path / "record.json", model=tmp_path / "model").passed
    file = tmp_path / "model" / "model.json"
    fitted = json.loads(file.read_text())
    fitted["cells"]["lines"]["digital"]["slope"] += 0.5
    file.write_text(json.dumps(fitted, sort_keys=True, separators=(",", ":")))
    assert not verify_path(tmp_path / "model").passed
    with pytest.raises(cs.errors.ArtefactError):
        cs.load(tmp_path / "model")


def test_recalibration_moves_every_cell_alike(case, dropped):
    fitted = dropped.model.fitted
    moved = fitted.shifted(0.3)
    assert moved.calibration.intercept == fitted.calibration.intercept + 0.3
    for name, line in fitted.cells.lines.items():
        assert moved.cells.lines[name] == replace(line, intercept=line.intercept + 0.3)


def test_without_a_model_of_parts_or_without_calibration_there_is_one_line(case):
    features = [cs.social_features(), cs.repayment_features()]
    for scorer in (
        cs.Scorecard(n_folds=2, threads=1),
        cs.CreditScorer(n_estimators=5, recipe="pairs", n_folds=2, calibrate=False, threads=1),
    ):
        pipeline = cs.CreditPipeline(features, scorer=scorer, source_dropout=1, threads=1)
        pipeline.fit(case.applications, case.portfolio, case.bad)
        assert pipeline.model.fitted.cells is None


def test_the_report_of_the_model_shows_each_combination_in_every_language(case, dropped):
    study = study_of(dropped, case.applications, case.portfolio, case.bad, seed=0, threads=1)
    cells = cells_of(study)
    assert [one.applications for one in cells] == [mask.scored for mask in dropped.report.masks.masks]
    assert all("loans" in one.sources for one in cells[:2])
    shown = SourcesUsed((), (), cells).to_dict()
    assert len(shown["cells"]) == len(cells)
    assert "cells" not in SourcesUsed((), ()).to_dict()
    pages = [str(cells_table(shown["cells"], Writer(language, "gregorian"))) for language in LANGUAGES]
    assert len(set(pages)) == len(pages)
    assert all(page.count("<tr") == len(cells) + 1 for page in pages)
    assert (
        cells_of(study_of(case.pipeline, case.applications, case.portfolio, case.bad, seed=0, threads=1))
        == ()
    )


def test_a_model_of_many_lines_is_compared_with_one_of_a_single_line(case, dropped):
    """Each application has the base of its own combination, so the base moves some more than others."""
    given = case.applications, case.portfolio
    for before, after in ((case.pipeline, dropped), (dropped, case.pipeline), (dropped, dropped)):
        change = cs.compare_models(before, after, *given, case.bad, cutoff=500, resamples=5, threads=1)
        assert sum(one.mean for one in change.shifts) == pytest.approx(change.points.mean, abs=1e-9)
        bases = [np.broadcast_to(one.explain(*given).base, len(case.bad)) for one in (before, after)]
        moved = after.model.scale.factor * (bases[0] - bases[1])
        base = next(one for one in change.shifts if not one.group)
        assert (base.mean, base.size) == pytest.approx((moved.mean(), np.abs(moved).mean()))
        assert "change.base" not in cs.change_report(change, before, after).to_html()


def test_lines_are_made_for_what_is_deployed_the_mean_of_models_or_one_grown_anew(case):
    """The models of parts are the same in both, and so are their lines; their mean is steadier."""
    features = [cs.social_features(), cs.repayment_features()]
    found = []
    for bag in (True, False):
        scorer = cs.CreditScorer(n_estimators=10, recipe="pairs", n_folds=3, bag=bag, threads=1)
        pipeline = cs.CreditPipeline(features, scorer=scorer, source_dropout=1, threads=1)
        pipeline.fit(case.applications, case.portfolio, case.bad)
        found.append(pipeline.model.fitted.cells.lines)
    assert set(found[0]) == set(found[1])
    ratios = [found[0][name].slope / found[1][name].slope for name in found[0]]
    assert all(1.0 < ratio <= 4.0 for ratio in ratios)


@pytest.fixture(scope="module")
def told_by_the_application():
    """Risk that an attribute tells, and inquiries more; outcomes are drawn from it."""
    random = np.random.default_rng(11)
    n = 1600
    x, y = random.normal(size=(2, n))
    chance = 1 / (1 + np.exp(1.6 - 0.7 * x - 1.2 * y))
    bad = (random.random(n) < chance).astype(float)
    rows = [
        {"application_id": k, "applicant_id": k, "as_of": "2024-06-01T00:00Z", "x": float(x[k])}
        for k in range(n)
    ]
    inquiries = [
        {"applicant_id": k, "event_time": f"2024-05-{day:02}T00:00Z"}
        for k in range(n)
        for day in range(1, 2 + int(np.clip(round(3 * y[k] + 8), 0, 24)))
    ]
    return cs.Applications.from_records(rows), cs.Portfolio.from_records({"inquiries": inquiries}), bad


@pytest.mark.parametrize("attributes", [("x",), ()])
def test_where_the_application_alone_tells_it_has_a_line_of_its_own(
    told_by_the_application, attributes, tmp_path
):
    """Of one group of sources too; without an attribute nothing is known then, and there is no such line."""
    asked, tables, bad = told_by_the_application
    inquiries = cs.repayment_features().where(lambda one: one.source == "inquiries")
    features = [inquiries, *([cs.application_features(attributes)] if attributes else [])]
    scorer = cs.CreditScorer(recipe="shallow", n_estimators=40, threads=1)
    pipeline = cs.CreditPipeline(features, scorer=scorer, source_dropout=1, threads=1)
    half = np.arange(0, 1600, 2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", cs.errors.UnreadColumnsWarning)
        pipeline.fit(asked.take(half), tables, bad[half])
    cells = pipeline.model.fitted.cells
    nothing = with_groups_alone(tables, ())
    others = np.arange(1, 1600, 2)
    scores = pipeline.score_many(asked.take(others), nothing, on_mismatch="count")
    if not attributes:
        assert cells is None
        assert not scores.scored.any()
        return
    assert set(cells.lines) == {"", "repayments"}
    assert scores.scored.all()
    assert set(scores.source_mask) == {""}
    assert scores.probability_of_default.mean() / bad[others].mean() == pytest.approx(1.0, abs=0.1)
    assert [mask.groups for mask in pipeline.report.masks.masks] == [("repayments",), ()]
    hidden = tables.with_sources(unavailable={"inquiries": "outage"})
    record = pipeline.decide(asked.take([1]), hidden, policy=cs.Policy("p", "1", 550))
    pipeline.save(tmp_path / "model")
    (tmp_path / "record.json").write_text(record.to_json())
    found = verify_path(tmp_path / "record.json", model=tmp_path / "model")
    assert found.passed, str(found)
    assert cs.replay_decision(record, pipeline.model) is None
    line = cells.lines[""]
    assert record.content["calibration"] == {"slope": line.slope, "intercept": line.intercept}
