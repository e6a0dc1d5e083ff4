"""Records of one application are held against each other: what one says of another follows from theirs."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

import creditscore as cs
from creditscore.cli.app import app
from creditscore.errors import ArtefactError
from creditscore.verify.paths import verify_path
from creditscore.verify.together import together_faults
from tests.parties.world import AS_OF, groceries, loan, named, policy, put_together, salary

ASKED = {"application_id": "J", "applicant_id": "x", "as_of": AS_OF, "amount": 2000.0, "term_days": 365.0}


def household(who: str, income: float, spent: float) -> dict:
    return {"payments": [*salary(who, income), *groceries(who, spent)]}


@pytest.fixture(scope="module")
def three(town):
    parts = [
        put_together(household("x", 2000.0, 300.0), loan("x", "X1", 150.0, 8)),
        household("y", 1000.0, 450.0),
        household("w", 900.0, 800.0),
    ]
    people = named("J", ("x", "applicant"), ("y", "co_applicant"), ("w", "co_applicant"))
    portfolio = cs.Portfolio.from_records(put_together(town.tables, *parts) | {"parties": people})

    def decided(**more):
        return [
            json.loads(one.text)
            for one in town.pipeline.decide_together(ASKED, portfolio, policy=policy(town, **more))
        ]

    return decided


@pytest.mark.parametrize("cutoff", [300.0, 560.0, 580.0, 600.0, 850.0])
def test_what_a_request_wrote_agrees(three, cutoff):
    assert [*together_faults(three(cutoff=cutoff))] == []


def changes():
    def grade(records):
        records[0]["parties"]["others"][0]["grade"] = "of somebody else"

    def standing(records):
        records[1]["parties"]["others"][0]["standing"] = "band"

    def role(records):
        records[2]["parties"]["role"] = "applicant"

    def left_out(records):
        records[0]["parties"]["others"].pop()

    def missing(records):
        records.pop()

    def twice(records):
        records[2] = records[1]

    def amount(records):
        records[1]["strategy"]["asked"]["amount"] = 1.0

    def rows(records):
        records[1]["inputs"]["joint"]["loans_not_yet_known"] = ["L"]

    def other_model(records):
        records[2]["model"]["model_id"] = "0" * 64

    def later(records):
        records[2]["decided_at"] = "2027-01-01T00:00:00+00:00"

    def decision(records):
        outcome = records[2]["outcome"]
        outcome["decision"] = "refer" if outcome["decision"] != "refer" else "approve"

    return (grade, standing, role, left_out, missing, twice, amount, rows, other_model, later, decision)


@pytest.mark.parametrize("change", changes(), ids=lambda one: one.__name__)
def test_every_contradiction_is_found(three, change):
    records = three(cutoff=300.0)
    change(records)
    assert [*together_faults(records)]


def test_the_command_compares_and_says_when_it_could_not(three, tmp_path):
    paths = []
    for number, record in enumerate(three(cutoff=300.0)):
        paths.append(tmp_path / f"{number}.json")
        paths[-1].write_text(cs.DecisionRecord.from_dict(record).text, encoding="utf-8")
    alone = verify_path(paths[0])
    assert alone.passed
    assert "were not compared" in str(alone)
    assert verify_path(paths[0], beside=paths[1:]).passed
    assert not verify_path(paths[0], beside=paths[1:2]).passed
    body = json.loads(paths[1].read_text(encoding="utf-8"))
    body["outcome"]["grade"] = "other"
    paths[1].write_text(json.dumps(body), encoding="utf-8")
    assert not verify_path(paths[0], beside=paths[1:]).passed
    beside = [word for path in paths[1:] for word in ("--beside", str(path))]
    told = CliRunner().invoke(app, ["verify", str(paths[0]), *beside])
    assert told.exit_code == 1, told.output
    with pytest.raises(ArtefactError, match="held against each other"):
        verify_path(tmp_path, beside=paths[1:])
