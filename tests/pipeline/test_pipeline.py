"""The pipeline as its users meet it: fit, score one, score many, explain."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

import creditscore as cs
from creditscore.errors import FittingError, MismatchError, ParameterError
from tests.features.worlds import AS_OF, PRIVACY, START, World
from tests.pipeline.conftest import PEOPLE, SMALL, Case

BLOCKS = {
    "payments": ("payments",),
    "repayment": ("loans", "instalments", "repayments", "statements"),
    "bills": ("bills",),
}
MASKS = [
    (application, kept)
    for application in (True, False)
    for size in range(4)
    for kept in itertools.combinations(BLOCKS, size)
]


def masked(case: Case, mask: tuple[bool, tuple[str, ...]]) -> tuple[cs.Applications, cs.Portfolio]:
    application, blocks = mask
    tables = {table for block in blocks for table in BLOCKS[block]}
    world: World = {name: rows for name, rows in case.world.items() if name in tables}
    keep = ("application_id", "applicant_id", "as_of", *(("amount", "term_days") if application else ()))
    asked = [{key: one[key] for key in keep} for one in case.asked]
    return cs.Applications.from_records(asked), cs.Portfolio.from_records(world)


def test_the_model_finds_what_was_planted(case: Case) -> None:
    assert case.pipeline.report is not None
    assert case.pipeline.report.performance is not None
    assert case.pipeline.report.performance["auc"].low > 0.6


def test_one_equals_many_to_the_bit(case: Case) -> None:
    many = case.pipeline.score_many(case.applications, case.portfolio)
    for k in range(0, PEOPLE, 7):
        one = case.pipeline.score(case.asked[k], case.portfolio)
        if one.status == "unscorable":
            assert not many.scored[k]
            continue
        assert one.probability_of_default == many.probability_of_default[k]
        assert one.score == many.score[k]
        assert one.grade == many.grade[k]


def test_records_of_one_applicant_give_the_same_bits(case: Case) -> None:
    for k in (0, 5, 31):
        who = case.asked[k]["applicant_id"]
        mine = {
            name: [r for r in rows if r.get("applicant_id", who) == who] for name, rows in case.world.items()
        }
        alone = case.pipeline.score(case.asked[k], cs.Portfolio.from_records(mine, privacy=PRIVACY))
        whole = case.pipeline.score(case.asked[k], case.portfolio)
        assert alone.probability_of_default == whole.probability_of_default
        assert alone.reasons == whole.reasons


def test_contributions_add_up_to_the_log_odds(case: Case) -> None:
    explained = case.pipeline.explain(case.applications, case.portfolio)
    scores = case.pipeline.score_many(case.applications, case.portfolio)
    total = explained.values.sum(axis=1) + explained.base
    assert np.abs(total - scores.log_odds)[scores.scored].max() < 1e-9
    points = explained.points(case.pipeline.scale).sum(axis=1) + explained.base_points(case.pipeline.scale)
    unrounded = case.pipeline.scale.points(scores.log_odds)
    assert np.abs(points - unrounded)[scores.scored].max() < 1e-9


def test_contributions_against_a_background_add_up_too(case: Case) -> None:
    scores = case.pipeline.score_many(case.applications, case.portfolio)
    computed = case.pipeline.compute_features(case.applications, case.portfolio)
    rows = np.column_stack([computed[name] for name in case.pipeline.model.computer.names])
    background = cs.Background("lowest risk", rows[np.argsort(scores.log_odds)[:20]])
    explained = case.pipeline.explain(case.applications, case.portfolio, background=background)
    assert np.abs(explained.values.sum(axis=1) + explained.base - scores.log_odds).max() < 1e-9
    assert explained.base < case.pipeline.model.explainer.base
    assert explained.background is background
    assert len(computed.names) > rows.shape[1]
    wide = cs.Background("all", computed)
    alike = case.pipeline.explain(case.applications, case.portfolio, background=wide)
    assert (
        alike.base
        == case.pipeline.explain(
            case.applications, case.portfolio, background=cs.Background("all", rows)
        ).base
    )


def test_counterfactuals_reach_the_cutoff_that_the_score_missed(case: Case) -> None:
    found = 0
    for one in case.asked[:40]:
        score = case.pipeline.score(one, case.portfolio).score
        if score is None:
            assert case.pipeline.counterfactuals(one, case.portfolio, 600) == ()
            continue
        alternatives = case.pipeline.counterfactuals(one, case.portfolio, score + 1)
        assert all(alternative.score > score for alternative in alternatives)
        found += bool(alternatives)
    assert found
    with pytest.raises(ParameterError, match="cutoff"):
        case.pipeline.counterfactuals(case.asked[0], case.portfolio, None)


def test_reasons_are_few_ordered_and_real_losses(case: Case) -> None:
    for one in case.asked[:60]:
        reasons = case.pipeline.score(one, case.portfolio).reasons
        assert len(reasons) <= 4 or [reason.group for reason in reasons[4:]] == ["inquiries"]
        lost = [reason.points_lost for reason in reasons]
        assert lost == sorted(lost, reverse=True)
        assert all(points > 0 for points in lost)
        assert len({reason.group for reason in reasons}) == len(reasons)


@pytest.mark.parametrize("mask", MASKS, ids=str)
def test_any_subset_of_sources_at_scoring(case: Case, mask: tuple[bool, tuple[str, ...]]) -> None:
    applications, portfolio = masked(case, mask)
    if set(portfolio.tables) != set(case.portfolio.tables):
        with pytest.raises(MismatchError, match="was there when the model was fitted"):
            case.pipeline.score_many(applications, portfolio)
    scores = case.pipeline.score_many(applications, portfolio, on_mismatch="count")
    absent = {one.subject for one in scores.mismatches if one.code == "table_absent"}
    # Rights that were used are read by no model that was not asked to.
    assert absent == set(case.portfolio.tables) - set(portfolio.tables) - {"complaints"}
    explained = case.pipeline.explain(applications, portfolio, on_mismatch="count")
    total = explained.values.sum(axis=1) + explained.base
    assert np.abs(total - scores.log_odds)[scores.scored].max(initial=0.0) < 1e-9
    if mask == (False, ()):
        assert not scores.scored.any()
    if mask[0]:
        assert scores.scored.all()
    assert not np.isnan(scores.probability_of_default[scores.scored]).any()


@pytest.mark.parametrize("mask", [mask for mask in MASKS if mask != (False, ())], ids=str)
def test_any_subset_of_sources_at_fitting(case: Case, mask: tuple[bool, tuple[str, ...]]) -> None:
    applications, portfolio = masked(case, mask)
    scorer = cs.CreditScorer(**SMALL | {"n_estimators": 6})
    pipeline = cs.CreditPipeline(scorer=scorer).fit(applications, portfolio, case.bad)
    for given in (applications, case.applications), (case.applications, applications):
        scores = pipeline.score_many(given[0], case.portfolio, on_mismatch="count")
        explained = pipeline.explain(given[0], case.portfolio, on_mismatch="count")
        total = explained.values.sum(axis=1) + explained.base
        assert np.abs(total - scores.log_odds)[scores.scored].max() < 1e-9


def test_nothing_to_learn_from_is_an_error(case: Case) -> None:
    applications, portfolio = masked(case, (False, ()))
    with pytest.raises(FittingError, match="no table"):
        cs.CreditPipeline().fit(applications, portfolio, case.bad)


def test_a_source_removed_is_not_a_source_without_events(case: Case) -> None:
    """Absent is NaN, nothing happened is 0; a model that uses payments must not take one for the other."""
    person = {
        "application_id": "n",
        "applicant_id": "new",
        "as_of": AS_OF,
        "amount": 900.0,
        "term_days": 90.0,
    }
    quiet = {
        "payments": [{"applicant_id": "new", "event_time": START - timedelta(days=900), "amount": -1.0}],
        "loans": [],
    }
    absent = case.pipeline.compute_features(
        cs.Applications.from_records([person]),
        cs.Portfolio.from_records({"loans": []}),
        on_mismatch="count",
    )
    silent = case.pipeline.compute_features(
        cs.Applications.from_records([person]), cs.Portfolio.from_records(quiet), on_mismatch="count"
    )
    assert np.isnan(absent["payments_inflow_sum_365d"][0])
    assert silent["payments_inflow_sum_365d"][0] == 0.0
    assert absent["payments_covered"][0] == 0.0
    assert silent["payments_covered"][0] == 1.0


def test_an_applicant_in_no_table_gets_a_defined_result(case: Case) -> None:
    nobody = {"application_id": "x", "applicant_id": "nobody", "as_of": AS_OF}
    result = case.pipeline.score(nobody, case.portfolio)
    assert (result.status, result.code) == ("unscorable", "no_data")
    assert result.probability_of_default is None
    assert result.reasons == ()
    assert result.sources["payments"] is False
    with_amount = case.pipeline.score(nobody | {"amount": 500.0}, case.portfolio)
    assert with_amount.status == "scored"


def test_absence_is_never_told_as_behaviour(case: Case) -> None:
    newcomer = {"application_id": "x", "applicant_id": "nobody", "as_of": AS_OF, "amount": 5_000.0}
    applications, portfolio = masked(case, (True, ("payments", "bills")))
    scorer = cs.CreditScorer(**SMALL | {"n_estimators": 6})
    pipeline = cs.CreditPipeline(scorer=scorer).fit(applications, portfolio, case.bad)
    result = pipeline.score(newcomer, cs.Portfolio.from_records(dict.fromkeys(portfolio.tables, ())))
    assert result.status == "scored"
    refused = pipeline.score(newcomer, cs.Portfolio.from_records({}))
    assert (refused.status, refused.code) == ("unscorable", "table_absent")
    for reason in result.reasons:
        assert reason.group.startswith(("insufficient_", "amount", "term", "applicant", "price"))


def test_eight_threads_agree(case: Case) -> None:
    expected = [case.pipeline.score(one, case.portfolio) for one in case.asked[:40]]
    with ThreadPoolExecutor(8) as pool:
        for _ in range(3):
            again = pool.map(lambda one: case.pipeline.score(one, case.portfolio), case.asked[:40])
            found = list(again)
            assert found == expected


def test_results_print_and_go_to_frames_and_json(case: Case) -> None:
    result = case.pipeline.score(case.asked[0], case.portfolio)
    assert str(result.score) in str(result)
    assert "<table" in result._repr_html_()
    assert json.loads(json.dumps(result.to_dict()))["application_id"] == 0
    scores = case.pipeline.score_many(case.applications, case.portfolio)
    frame = scores.to_frame()
    assert list(frame.columns) == ["application_id", "status", "probability_of_default", "score", "grade"]
    assert "applications" in repr(scores)
    assert "<table" in scores._repr_html_()
    assert "judged on" in str(case.pipeline.report)
    assert "<table" in case.pipeline._repr_html_()


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")  # raised by shap's import of matplotlib
def test_contributions_become_a_shap_explanation(case: Case) -> None:
    explanation = case.pipeline.explain(case.applications, case.portfolio).to_shap()
    assert explanation.values.shape == (PEOPLE, len(case.pipeline.model.computer.features))


def test_labels_are_checked(case: Case) -> None:
    pipeline = cs.CreditPipeline()
    with pytest.raises(ParameterError, match="one value for each"):
        pipeline.fit(case.applications, case.portfolio, case.bad[:-1])
    with pytest.raises(ParameterError, match="1 for bad, 0 for good"):
        pipeline.fit(case.applications, case.portfolio, case.bad + 5)
    with pytest.raises(ParameterError, match="extracted_at"):
        pipeline.fit(case.applications, case.portfolio, cs.OutcomeRule())
    with pytest.raises(FittingError, match="not fitted"):
        pipeline.score(case.asked[0], case.portfolio)


def test_unknown_labels_are_left_out_and_counted(case: Case) -> None:
    bad = case.bad.copy()
    bad[:20] = np.nan
    pipeline = cs.CreditPipeline(scorer=cs.CreditScorer(**SMALL)).fit(case.applications, case.portfolio, bad)
    assert pipeline.report is not None
    assert pipeline.report.used == PEOPLE - 20
    assert pipeline.report.excluded == {"unlabelled": 20}
    assert f"20 of {PEOPLE} applications have no outcome" in str(pipeline.report)


def test_more_than_one_application_is_not_scored_as_one(case: Case) -> None:
    with pytest.raises(ParameterError, match="score_many"):
        case.pipeline.score(case.applications, case.portfolio)


def test_the_record_path_imports_no_dataframe_library(case: Case, tmp_path: Path) -> None:
    """A loan system scores from plain records; neither dataframes nor LightGBM itself are needed for that."""
    case.pipeline.save(tmp_path / "model")
    owners = Counter(row["applicant_id"] for row in case.world["payments"])
    ((who, _),) = owners.most_common(1)
    rows = [row for row in case.world["payments"] if row["applicant_id"] == who]
    (tmp_path / "records.json").write_text(
        json.dumps({name: [] for name in case.world} | {"payments": rows}, default=str)
    )
    script = (
        "import json, pathlib, sys, creditscore as cs\n"
        f"records = json.loads(pathlib.Path({str(tmp_path / 'records.json')!r}).read_text())\n"
        "portfolio = cs.Portfolio.from_records(records)\n"
        f"pipeline = cs.load({str(tmp_path / 'model')!r})\n"
        f"asked = {{'application_id': 1, 'applicant_id': {who!r}, 'as_of': {AS_OF.isoformat()!r}}}\n"
        "assert pipeline.score(asked, portfolio).status == 'scored'\n"
        "heavy = {'pandas', 'polars', 'pyarrow', 'narwhals', 'sklearn', 'lightgbm', 'shap'}\n"
        "heavy &= set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", script], check=True)


def test_an_estimator_that_no_pipeline_can_read_is_refused_by_name(case):
    pipeline = cs.CreditPipeline(scorer=cs.LogisticBaseline())
    with pytest.raises(ParameterError, match=r"'scorer' parameter must be .*Got LogisticBaseline"):
        pipeline.fit(case.applications, case.portfolio, case.bad)
