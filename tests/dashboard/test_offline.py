"""The page that scores offline gives the numbers and reasons of the library, and asks nobody for anything."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import creditscore as cs
from creditscore.dashboard.offline_data import rows_for_page
from creditscore.errors import ParameterError
from creditscore.scoring.of_features import score_features
from tests.pipeline.conftest import SMALL, Case, fitted

NO_ID = (
    "Row {}: application_id is no text and no whole number that a browser keeps, or stands there twice."
)
READY = "globalThis.creditscore && document.getElementById('status').textContent"


@pytest.fixture(scope="module")
def case() -> Case:
    return fitted()


@pytest.fixture(scope="module")
def dropped(case: Case) -> cs.CreditPipeline:
    scorer = cs.CreditScorer(**SMALL, recipe="pairs", n_folds=3, threads=1)
    pipeline = cs.CreditPipeline(scorer=scorer, source_dropout=2, threads=1)
    return pipeline.fit(case.applications, case.portfolio, case.bad)


@pytest.fixture(scope="module")
def german() -> cs.CreditPipeline:
    found = cs.datasets.load_german()
    features = [cs.application_features(found.columns, found.categories)]
    pipeline = cs.CreditPipeline(features=features, scorer=cs.CreditScorer(n_estimators=40, threads=1))
    return pipeline.fit(found.applications, cs.Portfolio(), found.bad)


def opened(browser, pipeline: cs.CreditPipeline, folder: Path, language: str = "en") -> None:
    page = folder / "page.html"
    page.write_text(cs.offline_page(pipeline, language=language), encoding="utf-8")
    browser.open(page, READY)


def answers(browser, rows: list) -> list:
    return browser.run(f"creditscore.answers({json.dumps(json.dumps(rows))})")


def compared(browser, model, values: np.ndarray, known: np.ndarray) -> None:
    rows = rows_for_page(model, values, list(range(len(values))))
    rows = [one | {"anything_known": bool(there)} for one, there in zip(rows, known, strict=True)]
    own = score_features(model, values, known=known, reasons=True)
    for row, found in enumerate(answers(browser, rows)):
        assert (found["status"] == "scored") == own.scored[row]
        if own.scored[row]:
            assert found["score"] == own.score[row]
            assert found["grade"] == own.grade[row]
            assert found["log_odds"] == pytest.approx(own.log_odds[row], abs=1e-12)
            told = [[one["code"], one["feature"]] for one in found["reasons"]]
            assert told == [[one.code, one.fact.feature] for one in own.reasons[row]]


def mixed(model, values: np.ndarray, rows: int, seed: int) -> np.ndarray:
    """Rows whose sources come from different people, some away, some values of no training row."""
    draw = np.random.default_rng(seed)
    sources = np.array([feature.source for feature in model.computer.features])
    found = values[draw.integers(0, len(values), rows)]
    for source in np.unique(sources):
        of_it = np.flatnonzero(sources == source)
        other = values[draw.integers(0, len(values), rows)][:, of_it]
        found[:, of_it] = np.where(draw.random((rows, 1)) < 0.5, other, found[:, of_it])
        found[np.ix_(draw.random(rows) < 0.2, of_it)] = np.nan
    found[draw.random(found.shape) < 0.03] *= -1.7
    return found


def test_every_source_and_every_reason(browser, case: Case, tmp_path: Path) -> None:
    opened(browser, case.pipeline, tmp_path)
    model = case.pipeline.model
    values = model.computer.compute(case.applications, case.portfolio).values
    draw = np.random.default_rng(3)
    compared(browser, model, mixed(model, values, 150, 2), draw.random(150) < 0.9)
    asked = [address for address in browser.requests if not address.startswith("file:")]
    assert not asked
    assert not browser.errors


def test_lines_by_cells(browser, dropped: cs.CreditPipeline, case: Case, tmp_path: Path) -> None:
    opened(browser, dropped, tmp_path)
    values = dropped.model.computer.compute(case.applications, case.portfolio).values
    assert dropped.model.fitted.cells is not None
    compared(browser, dropped.model, mixed(dropped.model, values, 60, 4), np.ones(60, bool))


def test_labels(browser, german: cs.CreditPipeline, tmp_path: Path) -> None:
    opened(browser, german, tmp_path)
    found = cs.datasets.load_german()
    values = german.model.computer.compute(found.applications, cs.Portfolio()).values[:200]
    values[::7, 5] = 12345.0  # a label of no row
    compared(browser, german.model, values, np.ones(len(values), bool))
    by_itself = answers(browser, rows_for_page(german.model, values[:20], list(range(20))))
    for row, one in enumerate(by_itself):
        result = german.score(found.applications.take([row]), cs.Portfolio())
        if row % 7:
            assert [one["score"], one["grade"]] == [result.score, result.grade]
            assert [reason["code"] for reason in one["reasons"]] == [reason.code for reason in result.reasons]


def test_a_source_that_was_not_read_is_no_reason(browser, case: Case, tmp_path: Path) -> None:
    opened(browser, case.pipeline, tmp_path)
    model = case.pipeline.model
    values = mixed(model, model.computer.compute(case.applications, case.portfolio).values, 80, 6)
    own = score_features(model, values, known=np.ones(80, bool), reasons=True)
    absent = {
        row: one.group.removeprefix("insufficient_")
        for row, given in own.reasons.items() for one in given if one.basis == "source"
    }  # fmt: skip
    assert len(absent) > 3
    rows = rows_for_page(model, values, list(range(80)))
    asked = [rows[row] | {"anything_known": True, "unread": [source]} for row, source in absent.items()]
    for (row, source), found in zip(absent.items(), answers(browser, asked), strict=True):
        explained = model.explainer.one(model.fitted.evaluate(values[row][np.newaxis]))
        told = model.reasoner.catalogue.of_one(
            explained.values, values[row], risk=explained.log_odds, unread={source},
            against=model.reasoner.population(model.references[0]),
        )  # fmt: skip
        assert [one["code"] for one in found["reasons"]] == [one.code for one in told]
        assert found["score"] == own.score[row]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"application_amount": None}, None),
        ({"application_amuont": 1.0}, "Row 1: the model has no feature application_amuont."),
        ({"application_amount": "7"}, "Row 1: application_amount is neither a number nor null."),
        ({"anything_known": "yes"}, "Row 1: anything_known is neither true nor false."),
        ({"unread": ["nosuch"]}, "Row 1: unread is no list of sources of the model."),
        ({"application_id": 2**53 + 1}, NO_ID.format(1)),
        ({"application_id": ["a"]}, NO_ID.format(1)),
    ],
)
def test_what_a_row_may_hold(browser, german: cs.CreditPipeline, tmp_path: Path, change, told) -> None:
    opened(browser, german, tmp_path)
    row = rows_for_page(german.model, np.zeros((1, len(german.model.computer.names))), ["a"])[0] | change
    browser.run(f"document.getElementById('rows').value = {json.dumps(json.dumps([row]))}; 0")
    browser.click("#score")
    status = browser.run("document.getElementById('status').textContent")
    assert status == (told or "Rows read: 1; shown: 1.")
    missing = {name: value for name, value in row.items() if name != "application_term_days"}
    browser.run(f"document.getElementById('rows').value = {json.dumps(json.dumps([missing]))}; 0")
    browser.click("#score")
    assert browser.run("document.getElementById('status').textContent").startswith("Row 1: the ")


def test_an_application_stands_there_once_and_who_has_no_score_has_no_reason(
    browser, german: cs.CreditPipeline, tmp_path: Path
) -> None:
    opened(browser, german, tmp_path)
    nothing = np.full((2, len(german.model.computer.names)), np.nan)
    twice, both = NO_ID.format(2), "Rows read: 2; shown: 2."
    large = [2**53, 2**53 + 1]
    for ids, told in ((["a", "a"], twice), ([large[0]] * 2, twice), (large, both), (["a", "b"], both)):
        rows = json.dumps(rows_for_page(german.model, nothing, ids))
        browser.run(f"document.getElementById('rows').value = {json.dumps(rows)}; 0")
        browser.click("#score")
        assert browser.run("document.getElementById('status').textContent") == told
    shown = "[...document.querySelectorAll('#answers tr:first-child td')].map((one) => one.textContent)"
    assert browser.run(shown) == ["a", "No score", "", "", ""]


@pytest.mark.parametrize(("language", "title"), [("en", "Scores"), ("fa", "نمره"), ("zh", "由特征")])
def test_the_page_speaks(browser, german: cs.CreditPipeline, tmp_path: Path, language, title) -> None:
    opened(browser, german, tmp_path, language)
    found = cs.datasets.load_german()
    values = german.model.computer.compute(found.applications, cs.Portfolio()).values[:3]
    rows = rows_for_page(german.model, values, ["<b>one</b>", "=2+2", "three"])
    browser.run(f"document.getElementById('rows').value = {json.dumps(json.dumps(rows))}; 0")
    browser.click("#score")
    assert browser.run("document.title").startswith(title)
    assert browser.run("document.querySelectorAll('#answers tr').length") == 3
    assert browser.run("document.querySelector('#answers td').textContent") == "<b>one</b>"
    saved = browser.run("decodeURIComponent(document.getElementById('save').href)")
    assert '\n"=2+2",scored,' in saved
    browser.picture(tmp_path / f"{language}.png", whole=True)


def test_what_no_page_is_made_of(german: cs.CreditPipeline) -> None:
    with pytest.raises(ParameterError, match="language"):
        cs.offline_page(german, language="de")
