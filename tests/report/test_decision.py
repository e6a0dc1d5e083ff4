"""The decision report: what is in it, for whom, and that it says what the record says."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from datetime import datetime
from typing import Any

import jsonschema
import pytest

import creditscore as cs
from creditscore._ground.canonical import canonical_v1, sha256
from creditscore.errors import ArtefactError, NameUnknownError, ParameterError
from creditscore.report.contents import for_subject
from tests.report.conftest import GIVEN, LANGUAGES, resealed
from tests.report.reading import Page

LATE = "2999-01-01T00:00:00+00:00"


def report(record: Any, **changed: Any) -> cs.DecisionReport:
    return cs.decision_report(record, **(GIVEN | changed))


@pytest.mark.parametrize("audience", ["subject", "auditor", "authority"])
def test_the_json_keeps_to_its_schema(case, record, decided, audience) -> None:
    checker = jsonschema.Draft202012Validator(cs.DecisionReport.schema())
    for one in (record, decided):
        checker.validate(json.loads(report(one, audience=audience, model=case.pipeline).to_json()))
    if audience == "subject":
        checker.validate(json.loads(report(decided, kind="adverse_action").to_json()))


def test_the_hash_is_of_everything_else(record) -> None:
    data = json.loads(report(record).to_json())
    assert data.pop("sha256") == sha256(canonical_v1(data))


def test_the_same_report_is_the_same_bytes(record) -> None:
    assert report(record).to_json() == report(record).to_json()
    assert report(record).to_html() == report(record).to_html()


def test_a_report_leaves_the_record_as_it_was(record) -> None:
    before = deepcopy(record)
    report(record, audience="auditor").to_html()
    assert record == before


def test_the_subject_sees_no_model_internals_and_nothing_of_others(decided) -> None:
    named = {name for reason in decided["reasons"] for name in reason["features"]}
    others = [
        f | {"source": "ties", "integer_points": 3} for f in decided["features"] if f["name"] not in named
    ]
    features = [*others, *(f for f in decided["features"] if f["name"] in named)]
    inputs = decided["inputs"] | {"others": {"ties": ["secret"]}}
    text = json.dumps(for_subject(decided | {"features": features, "inputs": inputs}))
    assert "secret" not in text
    for hidden in ("contribution", "log_odds", "raw_score", "slope", "feature_digest", "dropped_reasons"):
        assert f'"{hidden}":' not in text, hidden
    told = {feature["name"] for feature in json.loads(text)["features"]}
    assert not told & {feature["name"] for feature in others}


def test_the_auditor_gets_the_record_to_the_byte(record) -> None:
    data = json.loads(report(record, audience="auditor").to_json())
    assert cs.DecisionRecord.from_dict(data["record"]).sha256 == record["sha256"]


def test_the_waterfall_ends_at_the_printed_score(record) -> None:
    found = report(record).data["waterfall"]
    assert found["base"] + sum(s["points"] for s in found["steps"]) + found["held"] == found["score"]
    assert found["score"] == record["outcome"]["score"]
    assert len(found["steps"]) <= 10
    exact: dict[str, float] = {}
    for feature in record["features"]:
        exact[feature["group"]] = exact.get(feature["group"], 0.0) + feature["points"]
    for step in found["steps"]:
        assert step["group"] == "(rest)" or abs(step["points"] - exact[step["group"]]) < 1


def test_a_score_held_within_the_scale_has_a_step_of_its_own(record) -> None:
    outside, most = deepcopy(record), record["outcome"]["score"] - 7
    outside["outcome"] |= {"score": most, "clamped": True}
    outside["scale"] |= {"maximum": most}
    outside = resealed(outside)
    assert report(outside).data["waterfall"]["held"] == -7
    assert "Held within the scale" in report(outside).to_html()


def test_the_checks_pass_on_a_true_record_and_fail_on_a_false_one(record) -> None:
    true = report(record, audience="auditor").data["checks"]
    assert len(true) == 9
    assert all(check["passed"] for check in true)
    leading = max(range(len(record["features"])), key=lambda k: abs(record["features"][k]["contribution"]))
    for change, failing in (
        (lambda r: r["features"][leading].update(contribution=9.0), "additivity"),
        (lambda r: r["outcome"].update(probability_of_default=0.5), "probability"),
        (lambda r: r["features"][leading].update(integer_points=99), "integer_points"),
        (lambda r: r["calibration"].update(slope=3.0), "calibration"),
        (lambda r: r["features"][leading].update(points=99.0), "points"),
        (lambda r: next(iter(r["sources"].values())).update(last_known=LATE), "known_before"),
        (lambda r: r["outcome"].update(score=r["outcome"]["score"] + 1), "scale"),
        (lambda r: r["outcome"].update(score_unrounded=r["outcome"]["score_unrounded"] + 1), "scale"),
        (lambda r: r["scale"].update(reference_score=650), "scale"),
        (lambda r: r["outcome"].update(decision="approve"), "decision"),
        (lambda r: r["outcome"].update(cutoff=500.0), "decision"),
    ):
        false = deepcopy(record)
        change(false)
        with pytest.raises(ArtefactError, match="changed since it was written"):
            report(false)
        with pytest.raises(ArtefactError, match=rf"contradicts itself \(.*{failing}"):
            report(resealed(false))


@pytest.mark.parametrize(
    ("decision", "score"), [("approve", -1), ("approve", None), ("decline", 1), ("none", -1), ("none", 1)]
)
def test_a_decision_that_no_cut_off_allows_is_refused(decided, decision, score) -> None:
    """Forged and sealed anew: the score lies below or above the cut-off, or a rule fired (None)."""
    false = deepcopy(decided)
    if score is not None:
        false["reasons"] = [reason for reason in false["reasons"] if reason["kind"] != "policy"]
        cutoff = false["outcome"]["score"] - score
        false["policy"] |= {"cutoff": cutoff}
        false["outcome"] |= {"cutoff": cutoff}
    false["outcome"]["decision"] = decision
    with pytest.raises(ArtefactError, match="contradicts itself.*decision"):
        report(resealed(false))


def test_what_carries_no_hash_or_is_no_record_is_refused(record) -> None:
    bare = {name: part for name, part in record.items() if name != "sha256"}
    with pytest.raises(ArtefactError, match="carries no hash"):
        report(bare)
    with pytest.raises(ParameterError, match="'record'.*DecisionRecord"):
        report(record["decision_id"])


def test_a_record_object_that_was_tampered_with_is_refused(case) -> None:
    record = case.pipeline.decide(case.applications.take([0]), case.portfolio)
    record.__dict__["text"] = record.text.replace('"status":"scored"', '"status":"unscor"')
    with pytest.raises(ArtefactError, match="changed"):
        report(record)


def test_with_the_model_a_record_that_it_did_not_make_is_refused(case, decided) -> None:
    """All sums hold, and the policy allows it: only the model knows."""
    assert report(decided, model=case.pipeline).data["decided"] == "decline"
    false = deepcopy(decided)
    false["reasons"] = false["reasons"][:-1]
    assert report(resealed(false)).data["decided"] == "decline"
    with pytest.raises(ArtefactError, match="not what the model decides: reasons"):
        report(resealed(false), model=case.pipeline)


def test_the_deadline_is_the_issue_and_the_days(record) -> None:
    assert report(record).data["rights"]["object_by"] == "2026-12-22"
    assert "22 December 2026" in report(record).to_html()
    assert "۱ دی ۱۴۰۵" in report(record, language="fa", calendar="jalali").to_html()
    assert "2026年12月22日" in report(record, language="zh").to_html()


def test_what_is_not_there_is_named_with_the_reason(record) -> None:
    bare = cs.decision_report(record)
    why = {item["section"]: item["reason"] for item in bare.data["not_included"]}
    assert why["objection"] == "not_given"
    assert why["counterfactuals"] == "no_cutoff"
    assert why["price"] == "not_computed"
    assert why["overrides"] == "no_review"
    assert "library" not in Page(bare.to_html()).text()
    assert "How to object" in Page(bare.to_html()).text()
    assert 'id="rights"' not in bare.to_html()


def test_nobody_is_told_to_change_what_reaches_the_cutoff(case) -> None:
    policy = cs.Policy("easy", "1", cutoff=301.0)
    record = case.pipeline.decide(case.applications.take([0]), case.portfolio, policy=policy)
    made = report(record, issued_at=datetime.fromisoformat(record.to_dict()["decided_at"]))
    why = {item["section"]: item["reason"] for item in made.data["not_included"]}
    assert why["counterfactuals"] == "reached"
    assert repr(made).startswith('DecisionReport("audience": "subject"')


def test_policy_reasons_come_first_and_are_called_so(decided) -> None:
    text = Page(report(decided).to_html()).text()
    assert text.index("Rule of the policy") < text.index("Under age")
    assert "Rules of the policy come first" in text
    assert "زیر سن" in report(decided, language="fa").to_html()


def test_no_rule_is_said_to_rest_on_the_records_of_the_lender(decided) -> None:
    sources = re.findall(r"Source: ([a-z ]+)", report(decided).to_html())
    kinds = [reason["kind"] for reason in decided["reasons"]][: len(sources)]
    assert {"model", "policy"} <= set(kinds)
    assert [source == "a rule of ours" for source in sources] == [kind != "model" for kind in kinds]


def test_a_notice_states_action_reasons_score_range_date_and_offer(decided) -> None:
    notice = report(decided, kind="adverse_action", counter_offer="500 for six months")
    text = Page(notice.to_html()).text()
    for told in (
        "Notice of action taken", "Declined", "500 for six months", "300 to 850", "22 November 2026",
        str(decided["outcome"]["score"]), "You may ask why.", "Example Bank", "Office of Lending",
    ):  # fmt: skip
        assert told in text, told
    assert notice.to_html().count('class="rank"') == min(4, len(decided["reasons"]))


@pytest.mark.parametrize("asked_first", [True, False])
def test_a_notice_gives_searches_for_credit_as_a_fifth_reason(decided, asked_first) -> None:
    """15 U.S.C. 1681g(f)(9): inquiries are a key factor above the number that else is the most."""
    plain = report(decided, kind="adverse_action").to_dict()
    reason, said = plain["record"]["reasons"][-1], plain["said"][-1]
    for part, one in ((plain["record"]["reasons"], reason), (plain["said"], said)):
        group = {"group": "late"} if part is not plain["said"] else {}
        part[:] = [{**one, **group, "rank": rank} for rank in range(1, 8)]
    at = 0 if asked_first else 5
    plain["record"]["reasons"][at]["group"] = "inquiries"
    plain["said"][at]["title"] = "Searches for credit"
    page = cs.DecisionReport(plain).to_html()
    assert page.count('class="rank"') == (4 if asked_first else 5)
    assert Page(page).text().count("Searches for credit") == 1


def test_who_cannot_be_scored_gets_a_report_too(case) -> None:
    stranger = {"application_id": "s", "applicant_id": "nobody", "as_of": "2024-06-03T10:15+00:00"}
    unscored = case.pipeline.decide(stranger, cs.Portfolio.from_records({})).to_dict()
    decided_at = datetime.fromisoformat(unscored["decided_at"])
    for audience, kind in (("subject", "decision"), ("auditor", "decision"), ("subject", "adverse_action")):
        for action in ("We declined.", "No score"):
            made = report(unscored, audience=audience, kind=kind, action=action, issued_at=decided_at)
            jsonschema.Draft202012Validator(cs.DecisionReport.schema()).validate(json.loads(made.to_json()))
            assert ("No score" if kind == "decision" else action) in Page(made.to_html()).text()
            assert "so none was made." in Page(made.to_html()).text()
            assert "average applicant" not in made.to_html()
            assert not Page(made.to_html()).faults


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_text_stays_text(decided, language) -> None:
    evil = '"><script>alert(1)</script><img src=x onerror=alert(2)>'
    hostile = deepcopy(decided) | {"application_id": evil, "subject": evil}
    hostile["reasons"][0]["texts"] = dict.fromkeys(LANGUAGES, evil)
    for feature in hostile["features"]:
        feature["label"] = evil
    hostile["sources"][evil] = next(iter(hostile["sources"].values()))
    hostile = resealed(hostile)
    for audience in ("subject", "auditor"):
        told = {"creditor": evil, "objection": evil, "review": evil}
        made = report(hostile, audience=audience, language=language, **told)
        for html in (made.to_html(), made._repr_html_()):
            page = Page(html)
            assert not page.faults
            assert not {"img"} & set(page.names())
            assert page.all("script") in ([], [{"type": "application/json", "id": "report-json"}])
            assert not any(name.startswith("on") for _, found in page.elements for name in found)


def test_a_record_may_be_given_as_it_is(case) -> None:
    record = case.pipeline.decide(case.applications.take([0]), case.portfolio)
    assert cs.decision_report(record).data["record"]["decision_id"] == record.decision_id


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"audience": "press"}, "'audience'.*'subject', 'auditor', 'authority'"),
        ({"valid_days": 0}, "'valid_days'.*at least 1"),
        ({"keep_months": 1.5}, "'keep_months'.*at least 1"),
        ({"keep_months": 6.0}, "'keep_months'.*whole number"),
        ({"valid_days": 30.0}, "'valid_days'.*whole number"),
        ({"kind": "adverse_action", "audience": "auditor"}, "'audience'.*'subject' for a notice"),
        ({"kind": "letter"}, "'kind'.*'decision', 'adverse_action'"),
        ({"objection_days": 0}, "'objection_days'.*at least 1"),
        ({"answer_days": True}, "'answer_days'.*at least 1"),
        ({"issued_at": datetime(2026, 1, 1)}, "'issued_at'.*time zone"),  # noqa: DTZ001 - that is the point
    ],
)
def test_wrong_parameters_are_named(record, wrong, told) -> None:
    with pytest.raises(ParameterError, match=told):
        report(record, **wrong)


def test_an_unknown_language_is_named(record) -> None:
    with pytest.raises(NameUnknownError, match="no language 'xx'.*'en', 'fa', 'zh'"):
        report(record, language="xx")
    with pytest.raises(NameUnknownError, match="no calendar 'mayan'.*'jalali'"):
        report(record, calendar="mayan")
