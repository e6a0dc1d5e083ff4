"""A saved model is judged by rows that it had not seen, or the page says that they are training rows."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema
import numpy as np
import pytest
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

import creditscore as cs
from creditscore._ground.canonical import canonical_v1, sha256
from creditscore.cli.pages import verify_any
from creditscore.pipeline.held_out import marks_of
from creditscore.report.model import ModelReport
from creditscore.verify.figures import figure_faults
from creditscore.words.languages import LANGUAGES
from tests.report.reading import Page

FIRST = 1_500
SAID = {"en": "training rows", "fa": "ردیف‌های آموزش", "zh": "训练样本"}
FEW: dict[str, Any] = {"resamples": 10, "refits": 0, "threads": 1}


class Saved(NamedTuple):
    fresh: cs.CreditPipeline
    loaded: cs.CreditPipeline
    folder: Path
    applications: cs.Applications
    portfolio: cs.Portfolio
    bad: np.ndarray


@pytest.fixture(scope="module")
def saved(tmp_path_factory) -> Saved:
    """Fifteen hundred of three thousand applicants, of random features, and trees that overfit."""
    random = np.random.default_rng(0)
    X = random.normal(size=(3_000, 8))
    bad = (X[:, 0] + 2.0 * random.normal(size=len(X)) > 1.5).astype(float)
    names = [f"x{number}" for number in range(8)]
    rows = [
        {
            "application_id": n,
            "applicant_id": n,
            "as_of": "2024-01-01T00:00+00:00",
            **dict(zip(names, x, strict=True)),
        }
        for n, x in enumerate(X.tolist())
    ]
    applications = cs.Applications.from_records(rows)
    scorer = cs.CreditScorer(n_estimators=60, learning_rate=0.1, reg_lambda=0.0)
    pipeline = cs.CreditPipeline([cs.application_features(names)], scorer=scorer, threads=1)
    pipeline.fit(applications.take(np.arange(FIRST)), cs.Portfolio(), bad[:FIRST])
    folder = tmp_path_factory.mktemp("saved") / "model"
    pipeline.save(folder)
    return Saved(pipeline, cs.load(folder), folder, applications, cs.Portfolio(), bad)


def report(saved: Saved, rows: Any = None, **changed: Any) -> ModelReport:
    if rows is None:
        return cs.model_report(saved.loaded, **(FEW | changed))
    chosen = np.asarray(rows)
    given = {"bad": saved.bad[chosen]} | FEW | changed
    return cs.model_report(saved.loaded, saved.applications.take(chosen), saved.portfolio, **given)


def value(found: Any, name: str = "auc") -> float:
    return float(found["figures"][name]["value"])


def test_without_applications_it_is_judged_by_the_rows_kept_with_it(saved) -> None:
    found = report(saved).data["performance"]
    kept = saved.loaded.held_out
    assert found["basis"] == "held_out"
    assert found["overall"]["applications"] == len(kept)
    risk = 1.0 / (1.0 + np.exp(-kept.log_odds))
    for name, expected in {
        "auc": roc_auc_score(kept.bad, risk), "brier": brier_score_loss(kept.bad, risk),
        "log_loss": log_loss(kept.bad, risk),
    }.items():  # fmt: skip
        assert value(found["overall"], name) == pytest.approx(expected, abs=1e-12)
    assert "neither the trees nor" in Page(report(saved).to_html()).text()
    assert "training rows" not in Page(report(saved).to_html()).text()


def test_on_the_applications_of_the_fit_in_any_order_it_is_as_fresh(saved) -> None:
    first = cs.model_report(
        saved.fresh, saved.applications.take(np.arange(FIRST)), saved.portfolio, saved.bad[:FIRST], **FEW
    )
    again = report(saved, np.random.default_rng(1).permutation(FIRST))
    assert again.data["performance"]["basis"] == "held_out"
    assert value(again.data["performance"]["overall"]) == pytest.approx(
        value(first.data["performance"]["overall"]), abs=1e-12
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "rows", [range(1_400), range(100), [*range(1_000), *range(2_000, 3_000)], range(30), range(1, FIRST)]
)
def test_figures_of_training_rows_are_called_so(saved, rows, language) -> None:
    """Some of the fit, all but one, or mixed with others: never shown as held out."""
    made = report(saved, list(rows), language=language)
    assert made.data["performance"]["basis"] == "training"
    assert value(made.data["performance"]["overall"]) > value(made.data["kept"]) + 0.03
    page = Page(made.to_html()).text()
    assert (
        page.count(SAID[language]) >= 2
    )  # where it ranks, and where probabilities are held against outcomes
    assert made.data["kept"]["applications"] == FIRST


def test_other_applications_are_not_called_training_rows(saved) -> None:
    made = report(saved, np.arange(FIRST, 3_000))
    assert made.data["performance"]["basis"] == "other"
    assert "They are no training rows" in Page(made.to_html()).text()
    assert abs(value(made.data["performance"]["overall"]) - value(made.data["kept"])) < 0.05


def test_a_model_that_kept_no_marks_says_that_it_is_not_known(saved) -> None:
    from dataclasses import replace

    older = cs.load(saved.folder)
    older._saved = replace(older._saved, held_out=replace(older.held_out, fitted=""))
    rows = np.arange(1_000)
    made = cs.model_report(older, saved.applications.take(rows), saved.portfolio, saved.bad[rows], **FEW)
    assert made.data["performance"]["basis"] == "given"
    assert "They may be training rows: that is not known." in Page(made.to_html()).text()


def test_marks_tell_of_many_and_of_no_single_applicant(saved) -> None:
    """One in nine who was not fitted looks as if: who looks so was fitted with no certainty."""
    held_out = saved.loaded.held_out
    assert held_out.fitted == marks_of(saved.applications.take(np.arange(FIRST)))
    alone = [held_out.share_fitted(saved.applications.take([row])) for row in range(FIRST, 2_000)]
    assert set(alone) <= {0.0, 1.0}
    assert held_out.share_fitted(saved.applications.take(np.arange(FIRST, 3_000))) == 0.0
    half = held_out.share_fitted(saved.applications.take(np.arange(750, 2_250)))
    assert half == pytest.approx(0.5, abs=0.05)


def test_outcomes_that_are_not_given_leave_their_rows_out_and_the_report_says_which(saved) -> None:
    bad = saved.bad[:FIRST].copy()
    bad[[3, 70]] = np.nan
    made = report(saved, np.arange(FIRST), bad=bad)
    assert made.data["performance"]["left_out"] == [3, 70]
    assert made.data["performance"]["overall"]["applications"] == FIRST - 2


def test_the_report_keeps_to_its_schema(saved) -> None:
    checker = jsonschema.Draft202012Validator(cs.ModelReport.schema())
    for made in (report(saved), report(saved, range(900)), report(saved, range(FIRST))):
        checker.validate(json.loads(made.to_json()))


def resealed(made: ModelReport, change: Any) -> ModelReport:
    body = {name: part for name, part in deepcopy(made.to_dict()).items() if name != "sha256"}
    change(body)
    return ModelReport(body | {"sha256": sha256(canonical_v1(body))})


def test_a_page_verifies_from_the_model_alone(saved, tmp_path) -> None:
    path = tmp_path / "model.html"
    bad = saved.bad[:FIRST].copy()
    bad[5] = np.nan
    for made in (report(saved), report(saved, range(FIRST), bad=bad), report(saved, range(900))):
        made.save(path)
        found = verify_any(path, model=saved.folder)
        assert found.passed, str(found)
        assert "figures, from the rows that were held out and kept" in str(found)


FIGURES = [
    "auc",
    "gini",
    "ks",
    "brier",
    "log_loss",
    "h_measure",
    "calibration_slope",
    "calibration_intercept",
]


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("section", ["performance", "kept"])
def test_a_figure_that_does_not_follow_from_the_kept_rows_is_found(saved, tmp_path, section, name) -> None:
    path = tmp_path / "model.html"
    made = report(saved) if section == "performance" else report(saved, range(900))

    def change(body: Any) -> None:
        found = body["performance"]["overall"] if section == "performance" else body["kept"]
        found["figures"][name]["value"] += 1e-5

    resealed(made, change).save(path)
    found = verify_any(path, model=saved.folder)
    assert f"{section}.{name}" in str(found)
    assert not found.passed


def test_every_figure_of_the_calibration_follows_from_the_kept_rows(saved, tmp_path) -> None:
    path, seen = tmp_path / "model.json", 0
    made = report(saved)
    for table in ("deciles", "grades"):
        for row, line in enumerate(made.data["calibration"][table]):
            for name in line.keys() - {"group", "grade"}:
                seen += 1

                def change(body: Any, at: tuple[str, int, str] = (table, row, name)) -> None:
                    found = body["calibration"][at[0]][at[1]]
                    old = found[at[2]]
                    found[at[2]] = (
                        not old if isinstance(old, bool) else old + 1 if isinstance(old, int) else old + 1e-4
                    )

                changed = resealed(made, change).data
                assert next(figure_faults(changed, kept_of(saved)), ""), (table, row, name)
    assert seen > 60
    assert not [*figure_faults(made.data, kept_of(saved))]
    resealed(made, lambda body: body["calibration"]["deciles"].pop()).save(path)
    assert "calibration.deciles" in str(verify_any(path, model=saved.folder))


def kept_of(saved: Saved) -> Any:
    return json.loads((saved.folder / "held_out.json").read_text())


def test_outcomes_that_were_not_kept_and_another_model_are_found(saved, tmp_path) -> None:
    path = tmp_path / "model.html"
    report(saved, range(FIRST), bad=1.0 - saved.bad[:FIRST]).save(path)
    assert "outcomes are others" in str(verify_any(path, model=saved.folder))
    resealed(report(saved), lambda body: body.update(model_id="0" * 64)).save(path)
    assert "names another model" in str(verify_any(path, model=saved.folder))


def test_the_h_measure_stands_beside_the_others(saved) -> None:
    made = report(saved)
    figure = made.data["performance"]["overall"]["figures"]["h_measure"]
    assert 0.0 < figure["low"] <= figure["value"] <= figure["high"] < 1.0
    assert "H-measure" in Page(made.to_html()).text()


def test_training_rows_are_held_against_held_out_rows_where_both_are_there() -> None:
    """Split in time: the last rows are shifted, and one feature goes missing."""
    random = np.random.default_rng(2)
    n = 4_000
    x = random.normal(size=n)
    late = np.arange(n) >= 3_000
    rows = [
        {
            "application_id": row, "applicant_id": row,
            "as_of": f"202{1 + row // 1_000}-03-{1 + row % 28:02}T00:00+00:00",
            "same": float(x[row]), "moved": float(x[row] + 1.5 * late[row]),
            **({} if late[row] and row % 2 else {"gone": float(x[row])}),
        }
        for row in range(n)
    ]  # fmt: skip
    bad = (x + random.normal(size=n) > 1.0).astype(float)
    applications = cs.Applications.from_records(rows)
    scorer = cs.CreditScorer(n_estimators=40)
    pipeline = cs.CreditPipeline(
        [cs.application_features(("same", "moved", "gone"))], scorer=scorer, threads=1
    )
    pipeline.fit(applications, cs.Portfolio(), bad)
    made = cs.model_report(pipeline, applications, cs.Portfolio(), bad, **FEW)
    found = made.data["population"]
    assert found["before"] + found["after"] <= n
    by_name = {one["name"].removeprefix("application_"): one for one in found["features"]}
    assert by_name["same"]["index"] < 0.1
    assert by_name["moved"]["index"] > 0.25
    assert by_name["gone"]["index"] > 0.25
    assert by_name["gone"]["missing_before"] < 0.1 < by_name["gone"]["missing_after"]
    assert 'id="population"' in made.to_html()
    failed = {one["name"] for one in made.data["thresholds"] if not one["passed"]}
    assert "feature_shift" in failed
