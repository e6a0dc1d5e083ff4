"""The report of a model says how each source stood, for each purpose, whatever the model is calibrated by."""

from __future__ import annotations

import json
import warnings
from collections import Counter
from html import unescape
from importlib.resources import files

import jsonschema
import pytest

import creditscore as cs
from creditscore.data.tables.vocabularies import PURPOSES
from creditscore.verify.paths import verify_path
from creditscore.words.languages import LANGUAGES, page_texts_in

FEW = {"resamples": 8, "refits": 0, "threads": 1, "most_reasons": 50}


def made(**how):
    """A small lender, some of whose customers took a consent back."""
    found = cs.simulate.simulate_portfolio(cs.simulate.SimulationConfig(people=260, bad_rate=0.25), seed=5)
    tables, who = found.portfolio(), found.to_applications()
    bad = found.bad(tables)
    features = [cs.repayment_features(), cs.digital_features()]
    scorer = cs.CreditScorer(recipe="pairs", n_estimators=5, n_folds=3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pipeline = cs.CreditPipeline(features, scorer=scorer, threads=1, **how).fit(who, tables, bad)
    return pipeline, who, tables, bad


@pytest.fixture(scope="module")
def plain():
    return made()


@pytest.fixture(scope="module")
def terms(plain):
    """Tables as the caller says that they may be read: differently by purpose."""
    _, _, tables, _ = plain
    return tables.with_sources(
        unavailable={"inquiries": "outage"},
        forbidden={"score": {"digital_footprint"}, "price": {"digital_footprint"}},
    )


def report_of(lender, tables, **how):
    pipeline, who, _, bad = lender
    return cs.model_report(pipeline, who, tables, bad, on_mismatch="count", **FEW, **how)


def test_counts_are_those_of_the_contract_of_sources_one_application_at_a_time(plain, terms):
    pipeline, who, _, _ = plain
    found = report_of(plain, terms).data["sources"]["states"]
    read = {feature.source for feature in pipeline.model.computer.features}
    expected = Counter(
        (source, purpose, state)
        for status in cs.source_status(who, terms)
        for purpose, source, state in status.rows()
        if source in read
    )
    counted = {
        (row["source"], purpose, row["state"]): row["applications"]
        for row in found
        for purpose in row["purposes"]
    }
    assert counted == dict(expected)
    assert sum(len(row["purposes"]) for row in found) == len(counted)
    assert all(row["share"] == row["applications"] / len(who) for row in found)
    by_source = {row["source"]: set() for row in found}
    for row in found:
        by_source[row["source"]] |= {(row["state"], *row["purposes"])}
    assert by_source["inquiries"] == {("outage", *PURPOSES)}
    assert ("forbidden", "score", "price") in by_source["sessions"]
    assert len(by_source["sessions"]) > 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_it_in_words(plain, terms, language):
    report = report_of(plain, terms, language=language)
    texts = page_texts_in(language).words
    said = unescape(report.to_html())
    assert texts["sources.states_caption"] in said
    assert texts["state.outage"] in said
    assert texts["sources.every_purpose"] in said
    both = texts["law.and"].join(texts[f"for.{name}"] for name in ("score", "price"))
    assert both in said


@pytest.mark.parametrize("copies", [0, 1])
def test_a_report_is_of_its_form_and_verified_with_a_line_a_combination_and_without(plain, tmp_path, copies):
    lender = made(source_dropout=copies) if copies else plain
    report = report_of(lender, lender[2])
    assert ("cells" in report.data["sources"]) is bool(copies)
    schema = json.loads((files("creditscore.report.schemas") / "model-report.schema.json").read_text())
    jsonschema.validate(report.data, schema)
    report.save(tmp_path / "report.json")
    lender[0].save(tmp_path / "model")
    found = verify_path(tmp_path / "report.json", model=tmp_path / "model")
    assert found.passed, [str(check) for check in found.checks if check.fault]
    forged = json.loads((tmp_path / "report.json").read_text())
    forged["sources"]["states"][0]["state"] = "lost"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(forged, schema)
