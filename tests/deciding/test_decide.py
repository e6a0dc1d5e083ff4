"""One decision and its record: the same numbers as scoring, and inputs that give them again to the bit."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import jsonschema
import numpy as np
import pytest

import creditscore as cs
from creditscore._ground.canonical import canonical_v1, sha256
from creditscore.deciding.decide import evaluate
from creditscore.deciding.evidence import gather, opened
from creditscore.errors import ExplanationError, ParameterError
from creditscore.features.compute import FeatureComputer
from creditscore.features.definition import Feature
from tests.features.worlds import AS_OF, PRIVACY

AT = datetime(2023, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def records(case):
    return [case.pipeline.decide(case.applications.take([row]), case.portfolio) for row in range(24)]


def test_numbers_are_those_of_scoring(case, records):
    for row, record in enumerate(records):
        result = case.pipeline.score(case.applications.take([row]), case.portfolio)
        outcome = record.content["outcome"]
        for name in ("status", "probability_of_default", "score", "score_unrounded", "grade"):
            assert outcome[name] == getattr(result, name)
        judged = case.pipeline.reasons(case.applications.take([row]), case.portfolio)
        assert [reason["code"] for reason in record.content["reasons"]] == [r.code for r in judged]
        assert record.content["dropped_reasons"] == judged.to_dict()["dropped_reasons"]
        assert record.content["model"]["model_id"] == result.model_id


def test_a_record_is_written_as_the_canonical_form_would_write_it(records):
    """Its rows and lines are joined from parts; reading it back checks every byte against its content."""
    for record in records:
        assert record.to_json() == canonical_v1(record.to_dict())
        assert cs.DecisionRecord.from_json(record.to_json()) == record


def test_features_and_contributions_are_stored_bit_for_bit(case, records):
    part = case.applications.take(range(24))
    computed = case.pipeline.compute_features(part, case.portfolio)
    explained = case.pipeline.explain(part, case.portfolio)
    for row, record in enumerate(records):
        lines = record.content["features"]
        stored = np.array([np.nan if line["value"] is None else line["value"] for line in lines])
        values = np.array([computed[line["name"]][row] for line in lines])
        assert stored.view(np.int64).tolist() == (values + 0.0).view(np.int64).tolist()
        assert [line["name"] for line in lines] == list(explained.feature_names)
        assert [line["contribution"] for line in lines] == explained.values[row].tolist()


def test_points_add_up(case, records):
    for record in records:
        content = record.content
        outcome, base = content["outcome"], content["base"]
        exact = base["points"] + sum(line["points"] for line in content["features"])
        assert exact == pytest.approx(outcome["score_unrounded"], abs=1e-9)
        whole = base["integer_points"] + sum(line["integer_points"] for line in content["features"])
        assert whole == round(outcome["score_unrounded"])
        line = content["calibration"]
        assert line["slope"] * content["raw_score"] + line["intercept"] == outcome["log_odds"]
        assert sum(group["points"] for group in content["groups"]) + base["points"] == pytest.approx(exact)


def test_stored_rows_give_the_whole_decision_again(case, records):
    for record in records:
        again = evaluate(case.pipeline.model, record.to_dict()["inputs"])
        files = record.content["model"]["files"]
        again["model"] = again["model"] | {"files": files}
        assert {name: part for name, part in record.to_dict().items() if name in again} == again


ADULT = cs.DeclineRule("too_much", "P01", "amount", ">", 100.0, {"en": "The amount is above our limit"})


@pytest.mark.as_given
def test_a_policy_decides_and_its_rules_come_first(case):
    asked = case.asked[4] | {"amount": 900.0}
    policy = cs.Policy("consumer", "1", cutoff=845.0, rules=(ADULT,))
    record = case.pipeline.decide(asked, case.portfolio, policy=policy)
    jsonschema.Draft202012Validator(cs.DecisionRecord.schema()).validate(record.to_dict())
    content = record.content
    assert (record.decision, content["outcome"]["cutoff"]) == ("decline", 845.0)
    assert [(r["rank"], r["kind"]) for r in content["reasons"][:2]] == [(1, "policy"), (2, "model")]
    assert content["reasons"][0]["texts"]["en"] == ADULT.texts["en"]
    assert content["policy"] == {"policy_id": policy.policy_id, **policy.to_dict()}
    assert evaluate(case.pipeline.model, content["inputs"], policy=policy)["reasons"] == content["reasons"]
    low = case.pipeline.decide(case.asked[4], case.portfolio, policy=cs.Policy("p", "1", cutoff=300.0))
    assert (low.decision, low.content["counterfactuals"]) == ("approve", [])


def test_reasons_against_those_who_are_approved(case):
    policy = cs.Policy("consumer", "1", cutoff=523.0)
    with pytest.raises(ParameterError, match="keeps no reference 'approved'"):
        case.pipeline.decide(case.asked[4], case.portfolio, policy=policy, reference="approved")
    pipeline = cs.CreditPipeline()
    pipeline._saved = case.pipeline._saved
    kept = pipeline.set_reference("approved", case.applications, case.portfolio, cutoff=523.0)
    content = pipeline.decide(case.asked[4], case.portfolio, policy=policy, reference="approved").content
    assert (content["reference"]["name"], content["reference"]["sha256"]) == ("approved", kept.sha256)
    judged = pipeline.reasons(case.asked[4], case.portfolio, reference="approved", cutoff=523.0)
    assert [r["points_lost"] for r in content["reasons"]] == [r.points_lost for r in judged]


def test_records_follow_the_schema(records):
    validator = jsonschema.Draft202012Validator(cs.DecisionRecord.schema())
    for record in records:
        validator.validate(record.to_dict())


def test_nothing_is_stored_that_was_not_yet_known(records):
    for record in records:
        for name, source in record.content["sources"].items():
            assert source["last_known"] is None or source["last_known"] < record.content["as_of"], name
            assert source["sha256"] == sha256(canonical_v1(record.content["inputs"]["tables"].get(name, [])))


def test_later_facts_do_not_change_a_record(case):
    """Everything known at the moment or after it may as well be gone."""
    one = case.applications.take([3])
    whole = case.pipeline.decide(one, case.portfolio, decided_at=AT).to_dict()
    known = {
        name: [r for r in rows if name == "loans" or r.get("known_time", AS_OF - timedelta(1)) < AS_OF]
        for name, rows in case.world.items()
    }
    cut = case.pipeline.decide(
        one, cs.Portfolio.from_records(known, privacy=PRIVACY), decided_at=AT
    ).to_dict()
    for name in ("features", "outcome", "reasons", "sources"):
        assert cut[name] == whole[name]
    assert cut["inputs"]["tables"] == whole["inputs"]["tables"]


def test_ids_of_people_are_not_stored(case, records):
    for row, record in enumerate(records):
        applicant = case.applications.applicant_ids[row]
        assert f'"{applicant}"' not in record.to_json()
        assert record.subject.startswith("subject-")
        others = {"uncle", "firm", "landlord"}
        parties = {r.get("counterparty_id") for r in record.content["inputs"]["tables"].get("payments", [])}
        assert not parties & others


def test_an_unknown_applicant_gets_a_record(case):
    asked = {"application_id": "new", "applicant_id": "nobody", "as_of": AS_OF}
    record = case.pipeline.decide(asked, case.portfolio, decided_at=AT)
    jsonschema.Draft202012Validator(cs.DecisionRecord.schema()).validate(record.to_dict())
    assert (record.status, record.score, record.content["outcome"]["code"]) == ("unscorable", None, "no_data")
    assert record.content["decided_at"] == AT.isoformat()
    assert "unscorable" in repr(record)


def test_the_files_are_those_of_the_saved_model(case, tmp_path):
    import hashlib

    case.pipeline.save(tmp_path / "model")
    files = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (tmp_path / "model").iterdir()
        if path.name != "manifest.json"
    }
    one = case.applications.take([0])
    assert case.pipeline.decide(one, case.portfolio).content["model"]["files"] == files
    loaded = cs.load(tmp_path / "model")
    assert loaded.decide(one, case.portfolio).content["model"]["files"] == files


def test_a_naive_decided_at_is_refused(case):
    with pytest.raises(ParameterError, match="'decided_at'.*with a time zone"):
        case.pipeline.decide(case.applications.take([0]), case.portfolio, decided_at=AT.replace(tzinfo=None))


SEALED_TABLES = {
    "ties": [
        {"person_id": "b", "other_id": "c", "event_time": "2024-01-01T00:00Z", "weight": 2.0},
        {"person_id": "d", "other_id": "b", "event_time": "2024-01-01T00:00Z", "note": "Aunt D"},
        {"person_id": "b", "other_id": "e", "event_time": "2024-03-01T00:00Z"},
        {"person_id": "d", "other_id": "c", "event_time": "2024-01-01T00:00Z"},
    ],
    "standings": [
        {"person_id": "c", "event_time": "2024-01-02T00:00Z", "standing": "defaulted", "loan_id": "L9"},
        {"person_id": "e", "event_time": "2024-01-02T00:00Z", "standing": "good"},
        {"person_id": "z", "event_time": "2024-01-02T00:00Z", "standing": "good"},
    ],
    "memberships": [
        {"person_id": "b", "group_id": "g7", "event_time": "2024-01-01T00:00Z"},
        {"person_id": "z", "group_id": "g7", "event_time": "2024-01-01T00:00Z"},
        {"person_id": "y", "group_id": "g8", "event_time": "2024-01-01T00:00Z"},
    ],
}


@pytest.mark.as_given
def test_rows_of_others_are_those_that_lead_to_the_applicant():
    """By hand: c and d by ties (e only later), z by the group; ids become ranks, notes are left out."""
    from creditscore.data.stored.rows import known_rows, rows_of_others, stored_tables
    from creditscore.data.stored.sealing import seal

    portfolio = cs.Portfolio.from_records(SEALED_TABLES)
    as_of = int(np.datetime64("2024-02-01", "us").astype(np.int64))
    person = portfolio.code("b")
    own = stored_tables(portfolio, known_rows(portfolio, [person], as_of, SEALED_TABLES), as_of)
    rows, people = rows_of_others(portfolio, person, as_of, SEALED_TABLES)
    assert [portfolio.applicant_ids[code] for code in people] == ["c", "d", "z"]
    others = stored_tables(portfolio, rows, as_of, first_id=10)
    sealed = seal(own, others, "b")
    own, others = (
        {name: json.loads(table.written().text) for name, table in part.items()}
        for part in (sealed.own, sealed.others)
    )
    assert (sealed.applicant_id, sealed.people) == ("person-0", 3)
    assert [row["other_id"] for row in own["ties"]] == ["person-1"]
    assert [(row["person_id"], row["other_id"]) for row in others["ties"]] == [("person-2", "person-0")]
    assert "standings" not in others
    assert [row["person_id"] for row in others["memberships"]] == ["person-3"]
    assert "Aunt D" not in str(own) + str(others) + str(sealed)
    assert "L9" not in str(own) + str(others) + str(sealed)
    assert others["ties"][0]["event_id"] == 10


def test_columns_without_a_value_come_back():
    """A column in which this applicant holds nothing still counts as there."""
    later = {"applicant_id": "b", "event_time": "2024-01-01T00:00Z", "amount": 1.0, "fee": 2.0, "shop": "x"}
    rows = [{"applicant_id": "a", "event_time": "2024-01-01T00:00Z", "amount": 1.0}, later]
    portfolio = cs.Portfolio.from_records({"payments": rows})
    count = Feature(
        "fees_count",
        cs.Term("payments", "count", column="fee"),
        "fees",
        "number of fees",
        "count",
        source="payments",
    )
    computer = FeatureComputer(cs.FeatureSet((count,)))
    asked = cs.Applications.from_records(
        {"application_id": 1, "applicant_id": "a", "as_of": "2025-01-01T00:00Z"}
    )
    inputs = json.loads(gather(computer, asked, portfolio).inputs_text())
    assert computer.compute(asked, portfolio)["fees_count"].tolist() == [0.0]
    assert computer.compute(*opened(inputs))["fees_count"].tolist() == [0.0]
    assert "fee" not in str(inputs["tables"])


def test_a_feature_that_reads_more_than_is_stored_is_refused(case, monkeypatch):
    """Were a row left out, the decision could not be replayed, and so is not taken."""
    from creditscore.deciding import evidence

    monkeypatch.setattr(evidence, "stored_tables", lambda portfolio, rows, as_of, **more: {})
    with pytest.raises(
        ExplanationError, match=r"The feature '\w+' comes out differently.*Leave the feature out"
    ):
        case.pipeline.decide(case.applications.take([2]), case.portfolio)
