"""How long adverse facts are read: by law at fit as at score, by policy at the decision, and proven."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import numpy as np
import pytest

import creditscore as cs
from creditscore.data.retention.kinds import Retention
from creditscore.data.retention.reading import retained
from creditscore.errors import CreditScoreError
from creditscore.features.compute import FeatureComputer
from creditscore.verify.paths import verify_path
from creditscore.verify.retention import days_of_law, retention_faults
from tests.pipeline.conftest import SMALL

RULES = """
schema = 1
name = "short"
title = "A law of one's own"

[[rule]]
id = "short-memory"
law = "Act on memory"
from = 2020-01-01
mark = "seen"
says = "Adverse facts are read for 150 days, arrears for 90."
counsel = false
[rule.keeps]
adverse_facts_at_most_days = 150
arrears_at_most_days = 90

[[rule]]
id = "shorter-later"
law = "Act on memory"
from = 2027-06-01
mark = "seen"
says = "Then for 10."
counsel = false
[rule.keeps]
adverse_facts_at_most_days = 10
"""
DAYS = dict.fromkeys(
    ("arrears", "written_off", "restructured", "returned_payment", "defaulted_standing"), 150
)


@pytest.fixture(scope="module")
def short(tmp_path_factory):
    path = tmp_path_factory.mktemp("law") / "short.toml"
    path.write_text(RULES, encoding="utf-8")
    return cs.Jurisdiction.load(path, as_of="2026-11-21")


@pytest.fixture(scope="module")
def under(fitted, short):
    pipeline = cs.CreditPipeline(
        [cs.repayment_features()], scorer=cs.CreditScorer(**SMALL), jurisdiction=short
    )
    return pipeline.fit(fitted.records, fitted.portfolio, fitted.bad)


@pytest.fixture(scope="module")
def folder(under, tmp_path_factory):
    path = tmp_path_factory.mktemp("model")
    under.save(path / "model")
    return path / "model"


def findings_of(content, folder):
    """What is found wrong with a record that was sealed again."""
    plain = {name: part for name, part in content.items() if name != "sha256"}
    path = folder.parent / "record.json"
    path.write_text(cs.DecisionRecord.from_dict(plain).to_json(), encoding="utf-8")
    return verify_path(path, model=folder)


def test_the_stricter_rule_of_a_kind_counts(short):
    assert short.retention.to_dict() == DAYS | {"arrears": 90}
    assert set(short.on("2027-06-02").retention.to_dict().values()) == {10, 90}
    assert days_of_law(short.to_dict()) == short.retention.to_dict()
    assert days_of_law(short.on("2027-06-02").to_dict()) == short.on("2027-06-02").retention.to_dict()
    assert not cs.Jurisdiction.load("DE", as_of="2026-11-21").retention
    china = cs.Jurisdiction.load("CN", as_of="2026-11-21")
    assert set(china.retention.to_dict().values()) == {china.retention_days} == {1826}
    assert china.retention.of_kind("inferred_facts") == 1826
    assert short.retention.of_kind("inferred_facts") is None


def test_the_features_of_fit_and_score_read_no_older_fact(fitted, under, short):
    asked = fitted.records.take(range(40))
    computed = under.model.computer.compute(asked, retained(fitted.portfolio, short.retention)).values
    whole = under.model.computer.compute(asked, fitted.portfolio).values
    assert under.compute_features(asked, fitted.portfolio)[under.model.computer.names[0]] is not None
    scored = under.score_many(asked, fitted.portfolio)
    by_hand = under.model.fitted.log_odds(computed, threads=1)
    assert scored.log_odds[scored.scored].tobytes() == by_hand[scored.scored].tobytes()
    assert computed.tobytes() != whole.tobytes()
    assert dict(scored.retention_days) == short.retention.to_dict()
    one = under.score(asked.take([3]), fitted.portfolio)
    assert one.to_dict()["retention_days"]["arrears"] == 90
    assert "arrears that ended more than 90 days before" in str(one)
    assert not fitted.wide.score(asked.take([3]), fitted.portfolio).retention_days


def test_an_outcome_is_still_read_of_facts_that_no_score_reads(fitted, short):
    """A loan that went bad 200 days before the extraction is bad, also where such facts are not scored."""
    rule = cs.OutcomeRule(bad_dpd=30, window="300d")
    rows = fitted.portfolio.to_frame("loans")
    names = {"applicant_id": "applicant_id", "event_time": "as_of", "loan_id": "loan_id"}
    asked = cs.Applications(rows.drop_duplicates("loan_id")[list(names)].rename(columns=names).assign(
        application_id=lambda frame: range(len(frame))
    ))  # fmt: skip
    until = rows.event_time.max().to_pydatetime()
    labels = rule.label(asked, fitted.portfolio, until).labels
    few = cs.repayment_features().select(["repayment_dpd_now", "loans_covered"])
    pipeline = cs.CreditPipeline(few, scorer=cs.CreditScorer(n_estimators=5), jurisdiction=short)
    pipeline.fit(asked, fitted.portfolio, rule, extracted_at=until)
    by_law = rule.label(asked, retained(fitted.portfolio, short.retention), until).labels
    assert (labels == 1).sum() > (by_law == 1).sum()
    assert pipeline.report.used == ((labels == 0) | (labels == 1)).sum()


def test_the_record_says_it_and_verification_works_it_out_again(fitted, under, folder, short):
    record = under.decide(fitted.records.take([2]), fitted.portfolio)
    assert record.content["inputs"]["retention"] == short.retention.to_dict()
    assert cs.replay_decision(record, under.model) is None
    found = findings_of(record.to_dict(), folder)
    assert found.passed, str(found)
    assert "no adverse fact is older than may be read" in str(found)
    for faulty in ({}, short.retention.to_dict() | {"arrears": 91}, {"arrears": 90}):
        content = record.to_dict()
        content["inputs"]["retention"] = faulty
        assert not findings_of(content, folder).passed


def test_a_policy_withholds_at_the_decision_and_the_stricter_counts(fitted, under, folder):
    policy = cs.Policy("p", "1", 500, retention_days={"arrears": 30, "written_off": 4_000})
    record = under.decide(fitted.records.take([2]), fitted.portfolio, policy=policy)
    assert record.content["inputs"]["retention"] == DAYS | {"arrears": 30}
    assert findings_of(record.to_dict(), folder).passed
    again = cs.Policy.from_json(policy.to_json())
    assert again.policy_id == policy.policy_id
    assert again.retention == policy.retention == Retention.of({"arrears": 30, "written_off": 4_000})
    assert cs.Policy("p", "1", 500).to_dict().keys() == cs.Policy("p", "1", 500, rules=()).to_dict().keys()
    assert "retention_days" not in cs.Policy("p", "1", 500).to_dict()


def test_of_many_records_none_rests_on_an_older_fact_and_without_the_limit_many_would(fitted):
    policy = cs.Policy("p", "1", 500, retention_days=60)
    free = cs.Policy("p", "1", 500)
    older = inferred = 0
    for k in range(6):
        one = fitted.records.take([k])
        kept = fitted.wide.decide(one, fitted.portfolio, policy=policy).content
        assert list(retention_faults(kept, None)) == []
        assert cs.replay_decision(cs.DecisionRecord.from_dict(kept), fitted.wide.model) is None
        whole = json.loads(fitted.wide.decide(one, fitted.portfolio, policy=free).to_json())
        whole["inputs"]["retention"] = dict.fromkeys(DAYS, 60)
        older += any("is older than" in fault for fault in retention_faults(whole, None))
        whole["inputs"]["retention"] = {"inferred_facts": 60}
        inferred += any("inferred_facts that ended" in fault for fault in retention_faults(whole, None))
    assert older > 3
    assert inferred > 3


@pytest.mark.parametrize("days", [0, "60", {"arears": 5}, {"arrears": -1}])
def test_a_policy_that_asks_what_cannot_be_is_refused(days):
    with pytest.raises(CreditScoreError, match="retention_days|arears"):
        cs.Policy("p", "1", 500, retention_days=days)


def test_a_source_of_old_adverse_facts_alone_has_expired_and_was_not_voided():
    """Returned payments of 2 January are read for 100 days: as of 1 June they count no more."""
    row = {"event_time": "2026-01-02T00:00Z", "amount": -5.0, "status": "returned"}
    taken_back = {"event_time": "2026-05-02T00:00Z", "amount": -5.0, "voided_time": "2026-05-03T00:00Z"}
    rows = [{"applicant_id": who} | one for who, one in (("a", row), ("b", taken_back), ("c", row))]
    rows += [{"applicant_id": "c"} | taken_back | {"voided_time": None}]
    rows += [{"applicant_id": "d"} | row | taken_back]
    whole = cs.Portfolio.from_records({"payments": rows})
    asked = cs.Applications.from_records([
        {"application_id": who, "applicant_id": who, "as_of": "2026-06-01T00:00Z"} for who in "abcde"
    ])  # fmt: skip
    cut = retained(whole, Retention.of({"returned_payment": 100}))
    states = [one.of("payments") for one in cs.source_status(asked, cut)]
    assert states == ["expired", "voided", "too_short", "voided", "empty"]
    assert cs.source_status(asked, whole)[0].of("payments") == "present"
    again = retained(cut, Retention.of({"returned_payment": 50}))
    assert [one.of("payments") for one in cs.source_status(asked, again)] == states


def test_values_of_everyone_that_rest_on_what_is_too_old_are_found_in_a_record_and_never_in_ours(fitted):
    """Two shares of defaults, of 90 and of 30 days ago, and how the network was built 900 days ago."""
    one = fitted.records.take([0])
    whole = json.loads(fitted.wide.decide(one, fitted.portfolio).to_json())
    moment, inputs = datetime.fromisoformat(whole["as_of"]), whole["inputs"]
    at = {days: (moment - timedelta(days=days)).isoformat() for days in (900, 90, 30)}
    who = {"subject_id": "a"}
    rows = [
        who | {"measure": "default_share_two_hops", "value": 0.2, "event_time": at[90]},
        who | {"measure": "default_share_two_hops", "value": 0.3, "event_time": at[30]},
        who | {"measure": "clustering", "value": 0.5, "event_time": at[900]},
        who | {"measure": "points_of_another", "value": 7.0, "event_time": at[90]},
    ]
    portfolio = cs.Portfolio.from_records({"measures": rows, "loans": [], "inquiries": []})
    asked = {"application_id": 1, "applicant_id": "a", "as_of": moment}
    names = ["network_default_share_two_hops", "network_clustering"]
    computer = FeatureComputer(cs.social_features().select(names))
    for days, first in ((60, 0.3), (20, None), (100, 0.3)):
        kept = retained(portfolio, Retention.of(days))
        value = computer.compute(cs.Applications.from_records([asked]), kept).values[0]
        assert value[1] == 0.5
        assert np.isnan(value[0]) if first is None else value[0] == first
        stated = Retention.of(days).to_dict()
        held = inputs | {"tables": {"measures": rows}, "retention": stated}
        record = whole | {"policy": {"retention_days": stated}, "inputs": held}
        older = [fault for fault in retention_faults(record, None) if "is older than" in fault]
        assert len(older) == {60: 2, 20: 3, 100: 0}[days]
