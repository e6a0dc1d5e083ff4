"""The part of a model report on groups of people: what was found, in every language, or why it is absent."""

from __future__ import annotations

import dataclasses
import json

import jsonschema
import pytest

import creditscore as cs
from creditscore.errors import ParameterError
from creditscore.words.languages import LANGUAGES, page_texts_in
from tests.report.reading import Page

LAWS = ("US-MA", "DE", "CN")


@pytest.fixture(scope="module")
def found(case) -> cs.FairnessAssessment:
    who = range(len(case.applications))
    groups = {
        "<b>sex</b>": ["f" if row % 2 else "m" for row in who],
        "region": ["far" if row < 4 else ("east" if row % 3 else None) for row in who],
    }
    laws = [cs.Jurisdiction.load(name, as_of="2026-11-29") for name in LAWS]
    return cs.assess_fairness(
        case.pipeline, case.applications, case.portfolio, case.bad, groups, cutoff=540, laws=laws,
        resamples=20, fewest=20, threads=1, price=[0.1] * len(case.applications),
    )  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_what_was_found_and_keeps_to_the_schema(case, found, language) -> None:
    report = cs.model_report(case.pipeline, fairness=found, language=language)
    assert report.data["fairness"] == found.to_dict()
    jsonschema.Draft202012Validator(cs.ModelReport.schema()).validate(json.loads(report.to_json()))
    html = report.to_html()
    words, text = page_texts_in(language).words, Page(html).text()
    assert 'id="fairness"' in html
    assert "<b>sex</b>" not in html
    assert "<b>sex</b>" in text
    for key in ("withheld", "figure.impact_ratio", "figure.price_gap", "no_rule", "counsel", "proxies"):
        assert words[f"fairness.{key}"] in text, key
    assert words["fairness.duty.effects_test"] in text
    assert words["fairness.duty.equal_price"] in text


@pytest.mark.parametrize(("basis", "told"), [("held_out", False), ("training", True), ("given", True)])
def test_the_page_says_that_figures_of_groups_on_training_rows_flatter_the_model(case, found, basis, told):
    report = cs.model_report(case.pipeline, fairness=dataclasses.replace(found, basis=basis))
    words, text = page_texts_in("en").words, Page(report.to_html()).text()
    assert [words[f"selection.basis.{one}"] in text for one in ("training", "given")] == [
        told and basis == one for one in ("training", "given")
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_duty_and_mark_has_words(language) -> None:
    from creditscore.assess.fairness import DUTIES
    from creditscore.law.vocabulary import MARKS

    words = page_texts_in(language).words
    assert {key.removeprefix("fairness.duty.") for key in words if key.startswith("fairness.duty.")} == set(
        DUTIES
    )
    assert {key.removeprefix("fairness.mark.") for key in words if key.startswith("fairness.mark.")} == set(
        MARKS
    )


def test_a_report_without_it_says_that_nobody_asked(case) -> None:
    report = cs.model_report(case.pipeline)
    assert "fairness" not in report.data
    assert ("fairness", "not_asked") in {
        (one["section"], one["reason"]) for one in report.data["not_included"]
    }


def test_figures_of_another_model_are_refused(case, found) -> None:
    other = dataclasses.replace(found, model_id="0" * 64)
    with pytest.raises(ParameterError, match="found of the model that is reported"):
        cs.model_report(case.pipeline, fairness=other)
