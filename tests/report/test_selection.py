"""What earlier decisions left out, in a model report, and the result of each section."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import jsonschema
import numpy as np
import pytest

import creditscore as cs
from creditscore.assess.sections import SECTIONS, sections_of
from creditscore.errors import ParameterError
from creditscore.report.pages.model_selection import selection as section_of_selection
from creditscore.report.writing import Writer
from creditscore.words.languages import LANGUAGES, page_texts_in
from tests.report.conftest import CARD
from tests.report.reading import Page


@pytest.fixture(scope="module")
def selection(case) -> cs.SelectionAssessment:
    approved = np.arange(len(case.applications)) % 4 > 0
    seen = np.asarray(case.bad, float).copy()
    seen[~approved & (np.arange(seen.size) % 8 == 0)] = np.nan
    given = case.pipeline, case.applications, case.portfolio, seen, approved
    return cs.assess_selection(*given, resamples=20, threads=1)


@pytest.fixture(scope="module", params=LANGUAGES)
def told(request, case, selection) -> cs.ModelReport:
    given = case.pipeline, case.applications, case.portfolio, case.bad
    return cs.model_report(*given, selection=selection, language=request.param, refits=0, **CARD)


def test_the_report_holds_what_was_found_in_words(told, selection) -> None:
    assert told.data["selection"] == selection.to_dict()
    jsonschema.Draft202012Validator(cs.ModelReport.schema()).validate(json.loads(told.to_json()))
    words, text = page_texts_in(told.data["language"]).words, Page(told.to_html()).text()
    assert words[f"selection.verdict.{selection.quality.verdict}"] in text
    assert words[f"selection.prior.{selection.prior}"] in text
    for one in selection.inference:
        assert words[f"selection.method.{one.method}"] in text
    for one in told.data["sections"]:
        assert words[f"sections.{one['section']}"] in text
        assert words[f"sections.{one['result']}"] in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("basis", ["held_out", "other", "training", "given"])
def test_the_page_says_that_figures_on_training_rows_flatter_the_model(selection, basis, language) -> None:
    found = dataclasses.replace(selection, basis=basis).to_dict()
    section = section_of_selection({"selection": found}, Writer(language, "gregorian"))
    words, text = page_texts_in(language).words, Page(str(section.body)).text()
    told = [name for name in ("training", "given") if words[f"selection.basis.{name}"] in text]
    assert told == [basis] * (basis in ("training", "given"))


def test_without_it_the_section_was_not_asked_for(model_report) -> None:
    assert "selection" not in model_report.data
    found = {one["section"]: one for one in model_report.data["sections"]}
    assert found["selection"] == {
        "section": "selection", "result": "not_assessed", "failed": [], "why": "not_asked"
    }  # fmt: skip
    assert found["monitoring"]["why"] == "not_measured"
    assert found["purpose"]["result"] == found["limits"]["result"] == "stated"
    assert found["explanations"]["result"] in ("passed", "failed")
    assert set(found) == set(SECTIONS)


def test_what_was_found_of_another_model_is_refused(case, selection) -> None:
    other = dataclasses.replace(selection, model_id="0" * 64)
    with pytest.raises(ParameterError, match="found of the model that is reported"):
        cs.model_report(case.pipeline, selection=other)


def quality(verdict: str, low: float) -> dict[str, Any]:
    return {"selection": {"quality": {"verdict": verdict, "ratio": {"low": low}}}}


@pytest.mark.parametrize(
    ("report", "section", "result", "failed"),
    [
        ({"quality": {"additivity": 0.0, "identical": True}}, "explanations", "passed", ()),
        ({"quality": {"additivity": 1.0, "identical": False}}, "explanations", "failed",
         ("additivity", "identical")),
        ({"leakage": [{"passed": False}]}, "leakage", "failed", ("leakage",)),
        ({"leakage": [{"check": "only_what_was_known", "passed": True}]}, "leakage", "not_assessed", ()),
        ({"leakage": [{"check": "best_single_feature", "passed": True}]}, "leakage", "passed", ()),
        ({"purpose": {"purpose": "", "target": ""}}, "purpose", "not_assessed", ()),
        ({"purpose": {"purpose": "Cards", "target": ""}}, "purpose", "stated", ()),
        ({"limits": []}, "limits", "not_assessed", ()),
        (quality("screens", 1.4), "selection", "passed", ()),
        (quality("does_not_screen", 0.7), "selection", "failed", ("screening",)),
        (quality("not_sure", 0.9), "selection", "not_assessed", ()),
        (quality("not_seen", float("nan")), "selection", "not_assessed", ()),
        ({"selection": {"overlap": None, "quality": {"verdict": "not_seen"}}}, "selection", "stated", ()),
        ({"dictionary": {"signs": {"trials": 9, "violations": 0}}}, "features", "passed", ()),
        ({"dictionary": {"signs": {"trials": 9, "violations": 1}}}, "features", "failed", ("signs",)),
        ({"dictionary": {"signs": {"trials": 0, "violations": 0}}}, "features", "stated", ()),
    ],
)  # fmt: skip
def test_each_section_passes_fails_or_was_not_assessed(report, section, result, failed) -> None:
    from creditscore.assess.thresholds import thresholds_of
    from creditscore.assess.values import plain

    whole = report | {"thresholds": plain(thresholds_of(report))}
    found = {one.section: one for one in sections_of(whole, {})}[section]
    assert (found.result, found.failed) == (result, failed)
    assert (found.why is not None) == (result == "not_assessed")
