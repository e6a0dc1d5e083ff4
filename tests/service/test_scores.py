"""Scores and explanations over a real socket are those of the library, to the bit."""

from __future__ import annotations

import json

import pytest

import creditscore as cs
from tests.service.lender import PEOPLE, Lender


def result(lender: Lender, number: int) -> dict:
    one = lender.pipeline.score(lender.asked(number), lender.portfolio)
    return json.loads(json.dumps(one.to_dict()))


@pytest.mark.parametrize("number", [0, 1, 2, 3, 7])
def test_by_id_and_by_records_the_score_is_that_of_the_library(lender, running, number):
    by_id = running.ask(
        "POST", "/v1/scores", {"application": lender.asked(number)}, key=lender.secrets["score"]
    )
    body = {"application": lender.asked(number), "tables": lender.records(number)}
    by_records = running.ask("POST", "/v1/scores", body, key=lender.secrets["score"])
    assert by_id.status == by_records.status == 200
    assert by_id.json == result(lender, number)
    assert by_records.json["score_unrounded"] == by_id.json["score_unrounded"]
    assert [one["code"] for one in by_records.json["reasons"]] == [
        one["code"] for one in by_id.json["reasons"]
    ]


def test_who_is_unknown_is_answered_and_not_scored(lender, running):
    got = running.ask(
        "POST",
        "/v1/scores",
        {"application": lender.asked(0, applicant_id="stranger")},
        key=lender.secrets["score"],
    )
    assert got.status == 200
    expected = lender.pipeline.score(lender.asked(0, applicant_id="stranger"), lender.portfolio)
    assert (got.json["status"], got.json["code"]) == (expected.status, expected.code)


def test_a_batch_is_the_scores_one_by_one(lender, running):
    asked = [lender.asked(number) for number in range(PEOPLE)]
    got = running.ask("POST", "/v1/scores/batch", {"applications": asked}, key=lender.secrets["score"])
    many = lender.pipeline.score_many(
        cs.Applications.from_records(asked), lender.portfolio, on_mismatch="count"
    )
    assert [one["application_id"] for one in got.json["scores"]] == list(range(PEOPLE))
    for number, line in enumerate(got.json["scores"]):
        scored = bool(many.scored[number])
        assert line["status"] == ("scored" if scored else "unscorable")
        assert line["score"] == (int(many.score[number]) if scored else None)
        assert line["probability_of_default"] == (many.probability_of_default[number] if scored else None)


def test_points_of_an_explanation_add_up_to_the_score(lender, running):
    got = running.ask(
        "POST", "/v1/explanations", {"application": lender.asked(2)}, key=lender.secrets["explain"]
    )
    assert got.status == 200
    found = got.json
    total = found["base_points"] + sum(one["points"] for one in found["features"])
    assert total == pytest.approx(found["score_unrounded"], abs=1e-9)
    grouped = found["base_points"] + sum(one["points"] for one in found["groups"])
    assert grouped == pytest.approx(found["score_unrounded"], abs=1e-9)
    assert {one["code"] for one in found["reasons"]} == {one["code"] for one in result(lender, 2)["reasons"]}
    assert all(one["texts"]["fa"] and one["texts"]["zh"] for one in found["reasons"])


def test_an_explanation_of_who_cannot_be_scored_has_no_points(lender, running):
    asked = lender.asked(0, applicant_id="stranger")
    tables = {name: [] for name in lender.world}
    body = {"application": asked, "tables": tables}
    got = running.ask("POST", "/v1/explanations", body, key=lender.secrets["explain"])
    score = running.ask("POST", "/v1/scores", body, key=lender.secrets["score"])
    assert got.json["status"] == score.json["status"]
    assert bool(got.json["features"]) == (score.json["status"] == "scored")
