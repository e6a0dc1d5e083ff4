"""The part of a model report on gaming: what was found, in every language, or why it is not there."""

from __future__ import annotations

import dataclasses
import json

import jsonschema
import pytest

import creditscore as cs
from creditscore.errors import ParameterError
from creditscore.gaming.manipulations import MANIPULATIONS
from creditscore.words.languages import LANGUAGES, page_texts_in
from tests.report.reading import Page


def test_the_json_holds_what_was_found_and_keeps_to_the_schema(model_report, gaming) -> None:
    assert model_report.data["gaming"] == gaming.to_dict()
    jsonschema.Draft202012Validator(cs.ModelReport.schema()).validate(json.loads(model_report.to_json()))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_what_each_gained(model_reports, gaming, language) -> None:
    html = model_reports[language].to_html()
    words = page_texts_in(language).words
    text = Page(html).text()
    assert 'id="gaming"' in html
    for effect in gaming.effects:
        assert text.count(words[f"gaming.did.{effect.manipulation}"]) >= 3
    for name in gaming.absent:
        assert words[f"gaming.did.{name}"] in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_manipulation_has_words(language) -> None:
    words = page_texts_in(language).words
    said = {key.removeprefix("gaming.did.") for key in words if key.startswith("gaming.did.")}
    assert said == set(MANIPULATIONS)


def test_a_report_without_it_says_that_nobody_asked(case) -> None:
    report = cs.model_report(case.pipeline)
    assert "gaming" not in report.data
    assert ("gaming", "not_asked") in {(one["section"], one["reason"]) for one in report.data["not_included"]}


def test_figures_of_another_model_are_refused(case, gaming) -> None:
    other = dataclasses.replace(gaming, model_id="0" * 64)
    with pytest.raises(ParameterError, match="found of the model that is reported"):
        cs.model_report(case.pipeline, gaming=other)
