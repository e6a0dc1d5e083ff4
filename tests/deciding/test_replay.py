"""Replaying: identical from the record and the saved model, or the first field that is not."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

import creditscore as cs
from creditscore.cli.app import app
from creditscore.deciding.replay import Difference, first_difference, replay_decision
from creditscore.verify.decision import verify_record
from creditscore.verify.model import verify_model

KEY = bytes(range(32))


@pytest.fixture(scope="module")
def saved(case, tmp_path_factory):
    folder = tmp_path_factory.mktemp("saved") / "model"
    case.pipeline.save(folder)
    return folder


@pytest.fixture(scope="module")
def record(case):
    rule = cs.DeclineRule("too_much", "P01", "amount", ">", 100.0, {"en": "The amount is above our limit"})
    policy = cs.Policy("consumer", "1", cutoff=620.0, rules=(rule,), refer_below=640.0)
    for row in case.asked:
        one = case.pipeline.decide(row | {"amount": 900.0}, case.portfolio, policy=policy)
        if "payments" in one.content["inputs"]["tables"]:
            return one
    raise AssertionError("nobody has payments")


def changed(record, change):
    content = record.to_dict()
    del content["sha256"]
    change(content)
    return cs.DecisionRecord.from_dict(content)


def test_a_record_replays_with_the_model_as_saved(case, record, saved):
    assert replay_decision(record, cs.load(saved).model) is None
    for row in range(30, 60, 3):
        one = case.pipeline.decide(case.asked[row], case.portfolio)
        assert replay_decision(cs.DecisionRecord.from_json(one.to_json()), case.pipeline.model) is None


def test_a_language_that_was_added_since_is_no_difference_but_a_text_that_changed_is(record):
    stored, again = record.to_dict(), record.to_dict()
    assert stored["reasons"]
    again["model"].pop("files", None)
    for reason in again["reasons"]:
        reason["texts"]["xx"] = "what was added"
    assert first_difference(stored, again) is None
    again["reasons"][0]["texts"]["fa"] += "!"
    assert first_difference(stored, again).field == "reasons[0].texts.fa"
    del again["reasons"][0]["texts"]["fa"]
    assert first_difference(stored, again).field == "reasons[0].texts.fa"


def test_the_first_difference_is_named(record, case):
    def value(content):
        content["features"][12]["value"] = 3.5
        content["outcome"]["score"] = 1

    found = replay_decision(changed(record, value), case.pipeline.model)
    name = case.pipeline.model.computer.names[12]
    assert str(found).startswith(f"features[12].value {name}: 3.5 != ")

    def row(content):
        table = content["inputs"]["tables"]["payments"]
        table[0]["amount"] += 1e-9

    assert replay_decision(changed(record, row), case.pipeline.model).field.startswith(
        ("features[", "sources.")
    )

    def last_bit(content):
        content["raw_score"] = content["raw_score"] * (1 + 2**-52)

    assert replay_decision(changed(record, last_bit), case.pipeline.model).field == "raw_score"

    def words(content):
        content["reasons"][0]["texts"]["fa"] += "!"

    assert replay_decision(changed(record, words), case.pipeline.model).field == "reasons[0].texts.fa"

    def one_less(content):
        content["reasons"].pop()

    assert replay_decision(changed(record, one_less), case.pipeline.model).field == "reasons (how many)"


def test_another_model_is_named(record, case):
    others = case.applications.take(range(100))
    small = cs.CreditScorer(n_estimators=5, min_child_samples=8)
    another = cs.CreditPipeline(case.pipeline.model.computer.features, scorer=small)
    another.fit(others, case.portfolio, case.bad[:100])
    assert replay_decision(record, another.model).field in {
        "features[0].contribution",
        "features[0].points",
    } | {f"features[{k}].contribution" for k in range(1000)}


def test_a_difference_says_where():
    assert str(Difference("outcome.score", "", 612, 611)) == "outcome.score: 612 != 611"


def test_the_command_line(record, saved, tmp_path):
    def run(*words):
        return CliRunner().invoke(app, ["replay", *map(str, words), "--model", str(saved)])

    (tmp_path / "decision.json").write_text(record.to_json(), encoding="utf-8")
    done = run(tmp_path / "decision.json")
    assert (done.exit_code, done.output) == (0, "identical\n")

    def value(content):
        content["features"][12]["value"] = 3.5

    (tmp_path / "other.json").write_text(changed(record, value).to_json(), encoding="utf-8")
    done = run(tmp_path / "other.json")
    assert done.exit_code == 1
    assert done.output.startswith("features[12].value ")
    (tmp_path / "key").write_bytes(KEY)
    with cs.Ledger.open(tmp_path / "ledger.db", key=KEY) as ledger:
        ledger.append(record)
    within = ("--ledger", tmp_path / "ledger.db", "--id", record.decision_id)
    done = run(*within, "--key-file", tmp_path / "key")
    assert (done.exit_code, done.output) == (0, "identical\n")
    assert run(*within).exit_code == 2
    assert run().exit_code == 2
    assert isinstance(run(tmp_path / "nowhere.json").exception, cs.errors.ArtefactError)


def test_better_words_refute_no_decision_and_words_of_today_are_held_to(case, saved):
    """A record names its words: a sentence in those of another version is not put together again."""
    found = (case.pipeline.decide(row, case.portfolio) for row in case.asked)
    record = next(one for one in found if one.content["reasons"])
    model, (_, parts) = cs.load(saved).model, verify_model(saved)

    def said_otherwise(**words):
        def change(content):
            content["reasons"][0]["texts"]["fa"] = "otherwise"
            content["environment"] |= words

        return changed(record, change)

    assert replay_decision(said_otherwise(), model).field == "reasons[0].texts.fa"
    assert not verify_record(said_otherwise().to_dict(), parts).passed
    other = said_otherwise(**{"words.fa": "0" * 64})
    assert replay_decision(other, model) is None
    findings = verify_record(other.to_dict(), parts)
    assert findings.passed, str(findings)
    assert "said in words of another version (fa): sentences not compared" in str(findings)
    assert replay_decision(said_otherwise(**{"words.zh": "0" * 64}), model).field == "reasons[0].texts.fa"
