"""What reports say of the law: what left and by which rule, the proof, weights, meaning, and refusals."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

import creditscore as cs
from creditscore._ground.canonical import canonical_v1, sha256
from creditscore.errors import ParameterError
from creditscore.report.following import follows_not
from creditscore.report.pages.model import model_page
from creditscore.verify.paths import verify_path

DAY = "2026-11-29"


@pytest.fixture(scope="module")
def german():
    return cs.datasets.load_german()


@pytest.fixture(scope="module")
def pipeline(german):
    features = [cs.application_features(("amount", "term_days", "age_years"))]
    records = german.applications.with_attributes({"age_years": np.arange(1000.0) % 60}, {})
    law = cs.Jurisdiction.load("DE", as_of=DAY)
    made = cs.CreditPipeline(features, scorer=cs.CreditScorer(n_estimators=15), jurisdiction=law)
    return made.fit(records, cs.Portfolio(), german.bad)


@pytest.fixture(scope="module")
def record(pipeline, german):
    policy = cs.Policy("p", "1", cutoff=700)
    return pipeline.decide(german.applications.take([4]), cs.Portfolio(), policy=policy)


@pytest.mark.parametrize("language", ["en", "fa", "zh"])
def test_the_page_of_the_person_names_what_left_by_which_law(record, pipeline, language):
    report = cs.decision_report(record, language=language, model=pipeline, debt_advice="advice.example")
    law = report.data["law"]
    assert (law["jurisdiction"], law["as_of"]) == ("DE", DAY)
    tags = [tag for one in law["removes"] for tag in one["tags"]]
    assert sorted(tags) == sorted(pipeline.jurisdiction.forbidden("score"))
    titles = [title for one in law["removes"] for title in one["titles"]]
    assert not set(titles) & set(tags) - {"sex"} or language == "en"
    page = report.to_html()
    for one in law["removes"]:
        assert all(title in page for title in one["titles"])
    for text in ("BDSG \u00a7 37a", "Directive (EU) 2023/2225", "Art. 18(3)", "advice.example"):
        assert text in page
    counsel = {"en": "confirm with counsel", "fa": "با مشاور حقوقی تأیید شود", "zh": "请与法律顾问确认"}
    assert counsel[language] in page
    assert law["absence"]["perturbations"] == 3
    assert law["absence"]["columns"] == ["age_years"]


def test_weights_of_categories_are_shares_of_the_points(record, pipeline):
    weights = cs.decision_report(record, model=pipeline).data["law"]["weights"]
    points = {}
    for line in record.content["features"]:
        points[line["group"]] = points.get(line["group"], 0.0) + line["points"]
    total = sum(map(abs, points.values()))
    assert {one["group"]: one["share"] for one in weights["groups"]} == pytest.approx(
        {group: abs(value) / total for group, value in points.items() if value}
    )
    assert sum(one["share"] for one in weights["groups"]) == pytest.approx(1.0)
    assert 0 < len(weights["criteria"]) <= 5


def test_the_meaning_is_what_came_of_held_out_rows_with_the_nearest_scores(record, pipeline):
    """By hand: the 200 nearest of a thousand, counted one by one."""
    meaning = cs.decision_report(record, model=pipeline).data["meaning"]
    kept, odds = pipeline.held_out, record.content["outcome"]["log_odds"]
    order = sorted(range(len(kept)), key=lambda k: (abs(kept.log_odds[k] - odds), k))[:200]
    assert (meaning["rows"], meaning["bads"]) == (200, int(sum(kept.bad[k] for k in order)))
    assert meaning["observed"] == pytest.approx(meaning["bads"] / 200)
    assert 0 < meaning["low"] < meaning["observed"] < meaning["high"] < 1
    page = cs.decision_report(record, model=pipeline).to_html()
    assert "What a score like this one means" in page
    without = cs.decision_report(record)
    assert "meaning" not in without.data
    assert ("meaning", "no_kept_rows") in [(o["section"], o["reason"]) for o in without.data["not_included"]]


def test_a_refusal_names_advice_or_says_that_it_was_not_given(record):
    assert record.decision == "decline"
    missing = [one["section"] for one in cs.decision_report(record).data["not_included"]]
    assert "debt_advice" in missing
    given = cs.decision_report(record, debt_advice="Schuldnerberatung, Musterstr. 1", databases=["SCHUFA"])
    assert "debt_advice" not in [one["section"] for one in given.data["not_included"]]
    assert given.data["refusal"]["databases"] == ["SCHUFA"]
    assert "SCHUFA" in given.to_html()


def test_a_notice_without_what_the_law_asks_is_not_made(record):
    given = {"kind": "adverse_action", "creditor": "Bank", "agency": "BaFin", "statements": ["Rights."]}
    with pytest.raises(ParameterError, match="debt_advice"):
        cs.decision_report(record, **given)
    notice = cs.decision_report(record, **given, debt_advice="advice.example")
    assert "advice.example" in notice.to_html()


@pytest.mark.parametrize("audience", ["subject", "auditor"])
def test_the_parts_follow_from_the_record_and_changed_ones_are_found(record, pipeline, audience):
    report = cs.decision_report(record, audience=audience, model=pipeline, debt_advice="x")
    assert list(follows_not(report.data)) == []
    if audience == "auditor":
        data = json.loads(json.dumps(report.data))
        data["law"]["removes"].pop()
        assert "law" in {one.what for one in follows_not(data)}


def test_a_record_that_tells_another_law_is_found(record, pipeline, tmp_path):
    pipeline.save(tmp_path / "model")
    whole = record.to_dict()
    del whole["sha256"]
    rules = [[one | {"article": "Art. 99"} for one in part["rules"]] for part in whole["law"]["removes"]]
    removes = [part | {"rules": rule} for part, rule in zip(whole["law"]["removes"], rules, strict=True)]
    planted = (
        {"removes": removes}, {"asks": whole["law"]["asks"][:-1]}, {"removes": whole["law"]["removes"][1:]},
        {"absence": whole["law"]["absence"] | {"perturbations": 10_000}},
    )  # fmt: skip
    for changed in ({}, *planted):
        other = cs.DecisionRecord.from_dict(whole | {"law": whole["law"] | changed})
        (tmp_path / "record.json").write_text(other.to_json(), encoding="utf-8")
        found = verify_path(tmp_path / "record.json", model=tmp_path / "model")
        assert found.passed is (not changed), str(found)


@pytest.fixture(scope="module")
def reported(pipeline, german):
    records = german.applications.with_attributes({"age_years": np.arange(1000.0) % 60}, {})
    return cs.model_report(pipeline, records, cs.Portfolio(), german.bad, resamples=10, refits=0)


def test_the_model_report_tests_each_datum_where_the_law_asks(reported, pipeline):
    law, tested = reported.data["law"], reported.data["significance"]
    assert law["left"]["features"] == 1
    assert [one["tag"] for one in law["left"]["kinds"]] == ["age"]
    assert tested["model_id"] == pipeline.model.model_id
    names = {one["name"] for one in tested["features"]}
    assert {"application_amount", "application_term_days"} <= names <= set(pipeline.model.computer.names)
    without = cs.model_report(pipeline)
    assert "significance" in [one["section"] for one in without.data["not_included"]]


@pytest.mark.parametrize(("language", "said"), [("en", "significant"), ("fa", "معنادار"), ("zh", "显著")])
def test_what_it_says_of_the_law_is_in_three_languages(reported, language, said):
    law, tested = dict(reported.data["law"]), reported.data["significance"]
    page = model_page(dict(reported.data) | {"language": language, "law": law, "significance": tested})
    assert said in page
    assert "BDSG § 37a" in page


def test_a_model_without_a_law_says_nothing_of_one(german):
    features = [cs.application_features(("amount", "term_days"))]
    free = cs.CreditPipeline(features, scorer=cs.CreditScorer(n_estimators=5))
    free = free.fit(german.applications, cs.Portfolio(), german.bad)
    decided = free.decide(german.applications.take([4]), cs.Portfolio(), policy=cs.Policy("p", "1", 700))
    data = cs.decision_report(decided, model=free).data
    assert not {"law", "meaning", "refusal"} & set(data)
    assert "significance" not in cs.model_report(free).data
    found = cs.assess_significance(free, german.applications, cs.Portfolio(), german.bad, folds=2)
    with pytest.raises(ParameterError, match="significance"):
        cs.model_report(free, significance=dataclasses.replace(found, model_id="0" * 64))
    assert cs.model_report(free, significance=found).data["significance"]["folds"] == 2


def test_verification_counts_the_meaning_again_and_makes_the_law_again(record, pipeline, tmp_path):
    pipeline.save(tmp_path / "model")
    report = cs.decision_report(record, audience="auditor", model=pipeline, debt_advice="x")
    report.save(tmp_path / "report.json")
    found = verify_path(tmp_path / "report.json", model=tmp_path / "model")
    assert found.passed, str(found)
    assert "what a score like this one means" in str(found)
    planted = [
        ("meaning", name, value)
        for name, value in (
            ("rows", 199),
            ("bads", 3),
            ("predicted", 0.2),
            ("observed", 0.1),
            ("low", 0.0),
            ("high", 0.99),
            ("from", 0.0),
            ("to", 1.0),
        )
    ] + [
        ("law", "asks", []),
        ("law", "weights", {"groups": [], "criteria": []}),
        ("law", "as_of", "2026-01-01"),
    ]
    for part, name, value in planted:
        data = json.loads(json.dumps(report.data))
        data[part][name] = value
        body = {key: one for key, one in data.items() if key != "sha256"}
        faulty = body | {"sha256": sha256(canonical_v1(body))}
        (tmp_path / "other.json").write_text(canonical_v1(faulty), encoding="utf-8")
        assert not verify_path(tmp_path / "other.json", model=tmp_path / "model").passed, (part, name)


@pytest.mark.parametrize(
    "given",
    [{"databases": "SCHUFA"}, {"databases": [1]}, {"databases": 5}, {"debt_advice": " "}, {"debt_advice": 3}],
)
def test_what_is_no_text_is_refused_by_name(record, given):
    with pytest.raises(ParameterError, match=next(iter(given))):
        cs.decision_report(record, **given)
