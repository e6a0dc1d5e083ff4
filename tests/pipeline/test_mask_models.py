"""One model for each combination of sources: whose model speaks, what it is, what the comparison counts."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

import creditscore as cs
from creditscore.data.presence import COMBINATIONS, with_groups_alone
from creditscore.data.sources import SOURCE_GROUPS
from creditscore.errors import ArtefactError, FittingError, MismatchError, ParameterError
from creditscore.pipeline.fitting import default_features
from creditscore.verify.model import verify_model
from tests.pipeline.conftest import SMALL

FITTED = np.arange(110)
OTHERS = np.arange(110, 160)
GROUPS = ("payments", "repayments", "digital")
POSSIBLE = [groups for groups in COMBINATIONS if set(groups) <= set(GROUPS)]
SCORER = SMALL | {"n_estimators": 8}


def without(case, *groups):
    """The tables, of which the caller says that some groups of sources cannot be had."""
    gone = {source: "outage" for name in groups for source in SOURCE_GROUPS[name]}
    return case.portfolio.with_sources(unavailable=gone)


@pytest.fixture(scope="module")
def features(case):
    """Few of each source and three groups of the four, so that the fits are quick."""
    every = default_features(case.applications, case.portfolio)
    counted: dict[str, int] = {}
    kept = []
    for one in every.for_model:
        counted[one.source] = counted.get(one.source, 0) + 1
        if counted[one.source] <= 8 and one.source not in SOURCE_GROUPS["social"]:
            kept.append(one)
    return cs.FeatureSet(tuple(kept))


@pytest.fixture(scope="module")
def plain(features):
    return cs.CreditPipeline(features, scorer=cs.CreditScorer(**SCORER), source_dropout=1, threads=1)


@pytest.fixture(scope="module")
def models(case, plain):
    rows = case.applications.take(FITTED)
    return cs.fit_mask_models(plain, rows, case.portfolio, case.bad[FITTED], fewest=5)


def test_each_combination_has_a_model_or_is_told_to_have_none(models):
    assert [*models.models, *models.left_out] == POSSIBLE
    assert not set(models.models) & set(models.left_out)
    assert models.whole == GROUPS


def test_too_few_bads_make_no_model_and_the_model_of_all_speaks(case, plain):
    rows = case.applications.take(FITTED)
    fewest = int(case.bad[FITTED].sum()) + 1
    models = cs.fit_mask_models(plain, rows, case.portfolio, case.bad[FITTED], fewest=fewest)
    assert list(models.models) == [GROUPS]
    assert models.left_out == dict.fromkeys(POSSIBLE[1:], "too_few")
    masks, _ = models.masks_of(rows, without(case, "payments"))
    assert set(masks) == {GROUPS}


def test_a_model_of_some_groups_is_one_that_never_saw_the_others(case, plain, models):
    """Fitted by hand on a portfolio without the tables, on those of whom something is known, it is it."""
    for groups in (("payments", "digital"), ("repayments",)):
        gone = {source for name in SOURCE_GROUPS if name not in groups for source in SOURCE_GROUPS[name]}
        features = plain.features.where(lambda one, gone=gone: one.source not in gone)
        assert all(one.source not in gone for one in models.models[groups].model.computer.features)
        some, asked = with_groups_alone(case.portfolio, groups), case.applications.take(FITTED)
        own = {source for name in groups for source in SOURCE_GROUPS[name]}
        counted = [
            one.name for one in features if one.source in own and not isinstance(one.formula, cs.Covered)
        ]
        matrix = cs.CreditPipeline(features, threads=1).compute_features(asked, some)
        known = ~np.isnan(np.column_stack([matrix[name] for name in counted]))
        rows = np.flatnonzero(known.any(axis=1))
        by_hand = cs.CreditPipeline(features, scorer=cs.CreditScorer(**SCORER), threads=1)
        by_hand.fit(asked.take(rows), some, case.bad[FITTED][rows])
        assert by_hand.model.model_id == models.models[groups].model.model_id


def test_the_model_of_exactly_what_is_known_speaks(case, models):
    """By the cell that the model of all groups shows, which the status of sources bounds."""
    asked = case.applications.take(OTHERS)
    masks, _ = models.masks_of(asked, case.portfolio)
    whole = models.models[models.whole].score_many(asked, case.portfolio)
    names = {"+".join(groups): groups for groups in models.models}
    assert masks == tuple(names.get(name, models.whole) for name in whole.source_mask)
    for groups in (("payments",), ("repayments", "digital")):
        masks, _ = models.masks_of(asked, without(case, *set(SOURCE_GROUPS) - set(groups)))
        assert all(set(mask) <= set(groups) or mask == models.whole for mask in masks)
        assert groups in masks


def test_one_by_one_and_many_give_the_same_bits_in_the_order_of_the_applications(case, models):
    asked = case.applications.take(OTHERS[::-1])
    for portfolio in (case.portfolio, without(case, "repayments")):
        scores = models.score_many(asked, portfolio)
        frame = scores.to_frame()
        assert len(scores) == len(asked)
        assert frame["application_id"].tolist() == list(asked.application_ids)
        for row in range(0, len(asked), 7):
            chosen = models.of(asked.take([row]), portfolio)
            one = chosen.pipeline.score(asked.take([row]), chosen.portfolio)
            assert frame["model_id"][row] == one.model_id
            if one.status == "scored":
                assert frame["probability_of_default"][row] == one.probability_of_default
                assert one.to_dict() == models.score(asked.take([row]), portfolio).to_dict()
    assert len(set(frame["model_of"])) > 1


def test_a_decision_of_such_a_model_is_an_ordinary_one(case, models):
    asked = case.applications.take([OTHERS[0]])
    chosen = models.of(asked, without(case, "repayments"))
    assert chosen.groups != models.whole
    record = chosen.pipeline.decide(asked, chosen.portfolio, policy=cs.Policy("p", "1", 550))
    assert record.to_dict()["model"]["model_id"] == chosen.pipeline.model.model_id
    assert cs.replay_decision(record, chosen.pipeline.model) is None


def test_a_table_of_the_fit_that_is_gone_is_told_though_a_model_does_without(case, models):
    asked = case.applications.take(OTHERS)
    some = with_groups_alone(case.portfolio, ("payments", "digital"))
    with pytest.raises(MismatchError, match="loans"):
        models.score_many(asked, some)
    found = models.score_many(asked, some, on_mismatch="count")
    assert {one.subject for one in found.mismatches} >= {"loans"}
    result = models.score(asked.take([0]), some)
    assert result.status == "unscorable"


def test_the_comparison_counts_the_same_applications_for_both(case, plain, models):
    rows = case.applications.take(FITTED)
    one = cs.CreditPipeline(**plain.get_params(deep=False)).fit(rows, case.portfolio, case.bad[FITTED])
    asked, bad = case.applications.take(OTHERS), case.bad[OTHERS]
    found = models.compare(one, asked, case.portfolio, bad, resamples=20)
    assert [row.groups for row in found.rows] == list(models.models) != [GROUPS]
    for row in found.rows:
        some = with_groups_alone(case.portfolio, row.groups)
        pair = [
            model.score_many(asked, some, on_mismatch="count").log_odds
            for model in (one, models.models[row.groups])
        ]
        both = ~np.isnan(pair).any(axis=0)
        assert row.one.scored == row.own.scored == both.sum()
        areas = [roc_auc_score(bad[both], z[both]) for z in pair]
        assert [row.one.auc.value, row.own.auc.value] == pytest.approx(areas, abs=1e-12)
        assert row.difference.value == pytest.approx(areas[0] - areas[1], abs=1e-12)
        assert row.difference.low <= row.difference.value <= row.difference.high
    assert json.loads(json.dumps(found.to_dict()))["rows"][0]["one"]["applications"] == len(OTHERS)
    assert len(repr(found).splitlines()) == len(found) + 1
    assert found["digital", "payments"].groups == ("payments", "digital")
    assert found._repr_html_().count("<tr>") == len(found) + 1
    with pytest.raises(FittingError):
        models.compare(one, asked, case.portfolio, np.full(len(OTHERS), np.nan))


def test_a_folder_is_read_whole_or_refused(case, models, tmp_path):
    folder = tmp_path / "models"
    models.save(folder)
    assert [path.name for path in tmp_path.iterdir()] == ["models"]
    again = cs.MaskModels.load(folder, threads=1)
    asked = case.applications.take(OTHERS)
    scores, before = (one.score_many(asked, case.portfolio).to_frame() for one in (again, models))
    assert scores.equals(before)
    assert again.left_out == models.left_out
    assert verify_model(folder / "payments")[0].passed
    with pytest.raises(ArtefactError, match="exists"):
        models.save(folder)
    shutil.rmtree(folder / "payments")
    with pytest.raises(ArtefactError):
        cs.MaskModels.load(folder)
    shutil.copytree(folder / "digital", folder / "payments")
    with pytest.raises(ArtefactError, match="another model"):
        cs.MaskModels.load(folder)


@pytest.mark.parametrize(
    "change",
    [
        {"schema": "other"},
        {"models": []},
        {"models": [["../payments", "0"]]},
        {"models": [["digital", "0"], ["payments", "0"]]},
        {"models": 3},
        {"left_out": []},
    ],
)
def test_a_list_that_is_none_is_refused(models, tmp_path, change):
    folder = tmp_path / "models"
    folder.mkdir()
    listed = {"schema": "creditscore.mask-models/1", "models": [["payments", "0"]], "left_out": {}}
    text = json.dumps(listed | change, sort_keys=True, separators=(",", ":"))
    (folder / "mask_models.json").write_text(text)
    with pytest.raises(ArtefactError):
        cs.MaskModels.load(folder)


def test_what_cannot_be_fitted_is_refused_with_the_remedy(case, plain):
    rows = case.applications.take(FITTED)
    with pytest.raises(ParameterError, match="fewest"):
        cs.fit_mask_models(plain, rows, case.portfolio, case.bad[FITTED], fewest=1)
    with pytest.raises(FittingError, match="tables"):
        cs.fit_mask_models(plain, rows, with_groups_alone(case.portfolio, ()), case.bad[FITTED])


def test_an_outcome_rule_is_read_of_all_tables_also_for_a_model_without_loans():
    """Loans tell who is bad; the model of digital sources has none of them."""
    made = cs.simulate.simulate_portfolio(cs.simulate.SimulationConfig(people=250, bad_rate=0.2), seed=4)
    tables, who = made.portfolio(), made.to_applications()
    rule = cs.OutcomeRule(bad_dpd=90, window="365d")
    features = [cs.repayment_features(), cs.digital_features()]
    pipeline = cs.CreditPipeline(features, scorer=cs.CreditScorer(recipe="pairs", n_estimators=5), threads=1)
    extracted_at = "2026-01-01T00:00Z"
    models = cs.fit_mask_models(pipeline, who, tables, rule, extracted_at=extracted_at, fewest=5)
    known = int((~np.isnan(rule.label(who, tables, extracted_at).labels)).sum())
    assert 0 < models.models["digital",].report.used <= known
    assert models.models["repayments",].report.used <= known
