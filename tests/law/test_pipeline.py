"""Under a law: what leaves before the fit and before the score, what refuses, and what is proven."""

from __future__ import annotations

import dataclasses
import json
from datetime import timedelta

import numpy as np
import pytest

import creditscore as cs
from creditscore.data.sources import PERSONS, SOURCES
from creditscore.errors import FittingError, JurisdictionError
from creditscore.features.formula import Ratio, Term
from creditscore.law.absence import perturbed, perturbed_columns, prove_absence
from creditscore.law.leaving import left_out, tags_of
from creditscore.law.named import tags_of_name
from creditscore.verify.findings import canonical_rfc8785, sha256
from creditscore.verify.law import TAGS_OF_TABLES, law_faults
from creditscore.verify.paths import verify_path
from creditscore.verify.trees import Tree
from tests.features.worlds import AS_OF, PRIVACY, filled, random_world
from tests.law.conftest import LAW_DAY

# What § 37a BDSG names, as tables and columns of this world.
GONE = ("payments", "ties", "memberships", "standings", "measures", "activities", "form_events")
COLUMNS = ("date_of_birth", "postcode")


def test_six_prohibitions_leave_before_the_fit(fitted, germany):
    names = fitted.german.model.computer.names
    assert names
    assert not [
        n for n in names if n.startswith(("payments_", "neighbours_", "network_", "groups_", "ties_"))
    ]
    assert not [n for n in names if n.startswith(("application_date_of_birth", "application_postcode"))]
    assert [n for n in names if n.startswith("bills_")]
    assert [n for n in names if n.startswith(("loans_", "repayment_"))]
    forbidden = germany.forbidden("score")
    for feature in fitted.german.model.computer.features:
        assert not tags_of(feature) & forbidden
    report = fitted.german.report
    assert report.law.split()[:2] == ["DE", LAW_DAY]
    assert any("application_date_of_birth" in one and "bdsg-37a-age" in one for one in report.left_out)
    assert any("payments_covered" in one and "bdsg-37a-payments" in one for one in report.left_out)
    again = type(report).from_dict(json.loads(json.dumps(report.to_dict())))
    assert (again.law, again.left_out, again.absence) == (report.law, report.left_out, report.absence)
    assert fitted.wide.report.law == ""
    assert "law" not in fitted.wide.report.to_dict()


def test_no_forbidden_column_is_in_a_split(fitted, germany):
    features = fitted.german.model.computer.features
    read = {features.names[column] for column in fitted.german.model.fitted.trees.nodes[:, 0] if column >= 0}
    assert read
    left = {one.feature for one in left_out(features, germany)}
    assert not left & read


def bits(scores: cs.Scores) -> tuple[bytes, bytes, tuple[str, ...]]:
    return scores.log_odds.tobytes(), scores.scored.tobytes(), scores.grade


def changed(fitted, seed: int):
    rng = np.random.default_rng(seed)
    people = np.arange(fitted.portfolio.n_applicants)
    tables = tuple(name for name in GONE if name in fitted.portfolio.tables)
    return (
        perturbed_columns(fitted.records, COLUMNS, rng),
        perturbed(fitted.portfolio, tables, people, rng),
    )


@pytest.mark.parametrize("seed", range(4))
def test_forbidden_rows_at_random_change_no_bit_of_any_score(fitted, seed):
    before = bits(fitted.german.score_many(fitted.records, fitted.portfolio))
    assert bits(fitted.german.score_many(*changed(fitted, seed))) == before


def test_such_changes_do_change_a_model_without_a_law(fitted):
    """A test that cannot fail proves nothing."""
    before = bits(fitted.wide.score_many(fitted.records, fitted.portfolio, on_mismatch="count"))
    after = bits(fitted.wide.score_many(*changed(fitted, 0), on_mismatch="count"))
    assert after != before


@pytest.mark.long
def test_ten_thousand_perturbations_change_no_bit(fitted):
    few = fitted.records.take([3, 50, 99])
    small = fitted._replace(records=few)
    before = bits(fitted.german.score_many(few, fitted.portfolio))
    model, people = fitted.german.model, np.unique(fitted.portfolio.people.codes(few.applicant_ids))
    matrix = model.computer.compute(*model.lawful(few, fitted.portfolio), threads=1).values.tobytes()
    tables = tuple(name for name in GONE if name in fitted.portfolio.tables)
    rng = np.random.default_rng(1)
    for number in range(10_000):
        asked = perturbed_columns(small.records, COLUMNS, rng)
        other = perturbed(fitted.portfolio, tables, people, rng)
        assert bits(fitted.german.score_many(asked, other)) == before, number
        if number % 100 == 0:  # also without the door that keeps them out
            assert model.computer.compute(asked, other, threads=1).values.tobytes() == matrix


def test_scored_with_the_source_there_is_scored_with_it_absent(fitted):
    from creditscore.law.door import without_tables

    before = bits(fitted.german.score_many(fitted.records, fitted.portfolio))
    bare = without_tables(fitted.portfolio, frozenset(GONE))
    assert not set(GONE) & set(bare.tables)
    assert bits(fitted.german.score_many(fitted.records, bare)) == before
    one = fitted.records.take([5])
    full, less = (fitted.german.score(one, which) for which in (fitted.portfolio, bare))
    assert full == less
    assert (full.jurisdiction, full.jurisdiction_sha256) == ("DE", fitted.german.model.law.used.sha256)


def test_a_wider_model_refuses_under_a_narrower_law(fitted, germany):
    with pytest.raises(JurisdictionError, match=r"payment_data.*payments_"):
        fitted.wide.under(germany)
    for name in ("DE", "EU", "IT", "US-NY"):
        with pytest.raises(JurisdictionError):
            fitted.wide.decide(
                fitted.records.take([0]),
                fitted.portfolio,
                jurisdiction=cs.Jurisdiction.load(name, as_of=LAW_DAY),
            )
    everything = cs.Jurisdiction.load("permissive", as_of=LAW_DAY)
    assert fitted.wide.under(everything).score(fitted.records.take([0]), fitted.portfolio).jurisdiction
    eu = fitted.german.under(cs.Jurisdiction.load("EU", as_of=LAW_DAY))
    assert eu.score_many(fitted.records, fitted.portfolio).jurisdiction == "EU"
    assert fitted.german.model.law.used is germany


def test_a_law_that_begins_later_refuses_from_its_day_on(fitted):
    """The model was lawful on the day of its law; applications after § 37a began are refused."""
    with pytest.warns(cs.LawChangesWarning):
        before = cs.Jurisdiction.load("DE", as_of="2026-07-20")
    pipeline = cs.CreditPipeline(
        [cs.payment_features()], scorer=cs.CreditScorer(n_estimators=5), jurisdiction=before
    ).fit(fitted.records, fitted.portfolio, fitted.bad)
    assert pipeline.score(fitted.records.take([0]), fitted.portfolio).status == "scored"
    row = {"application_id": "x", "applicant_id": fitted.records.applicant_ids[0]}
    last = row | {"as_of": "2026-11-19T23:59:59+00:00"}
    with pytest.warns(cs.LawChangesWarning, match="From 2026-11-20 on the law of DE forbids"):
        assert pipeline.score(last, fitted.portfolio).status == "scored"
    with pytest.raises(JurisdictionError, match="bdsg-37a-payments"):
        pipeline.score(row | {"as_of": "2026-11-20T00:00:00+00:00"}, fitted.portfolio)


def test_the_hash_is_in_model_folder_result_and_record(fitted, germany, tmp_path):
    fitted.german.save(tmp_path / "model")
    again = cs.load(tmp_path / "model")
    assert again.model.model_id == fitted.german.model.model_id
    assert again.jurisdiction == germany
    assert again.model.law.absence == fitted.german.model.law.absence
    assert again.model.law.left == fitted.german.model.law.left
    record = again.decide(fitted.records.take([2]), fitted.portfolio)
    assert record.content["law"]["sha256"] == germany.sha256
    assert not set(GONE) & set(record.content["inputs"]["columns"])
    assert cs.replay_decision(record, again.model) is None
    assert sorted(record.content["law"]["forbidden"]) == sorted(germany.forbidden("score"))


def test_verification_reads_the_law_on_its_own_path(fitted, tmp_path):
    fitted.german.save(tmp_path / "model")
    record = fitted.german.decide(fitted.records.take([2]), fitted.portfolio)
    (tmp_path / "record.json").write_text(record.to_json(), encoding="utf-8")
    findings = verify_path(tmp_path / "record.json", model=tmp_path / "model")
    assert findings.passed, str(findings)
    assert "nothing that its law forbids is in it" in str(findings)
    assert "nothing that the law of DE forbids is in a split" in str(verify_path(tmp_path / "model"))

    content = record.to_dict()
    del content["sha256"]
    planted = content | {"law": content["law"] | {"forbidden": ["repayment_history"]}}
    for faulty in (planted, {name: part for name, part in content.items() if name != "law"}):
        other = cs.DecisionRecord.from_dict(faulty)
        (tmp_path / "other.json").write_text(other.to_json(), encoding="utf-8")
        assert not verify_path(tmp_path / "other.json", model=tmp_path / "model").passed


def test_a_forbidden_feature_in_a_split_is_found():
    law = {
        "jurisdiction": {"name": "X", "as_of": "2026-11-21", "rules": [
            {"since": None, "until": None, "removes": {"score": ["age"]}},
            {"since": "2027-01-01", "until": None, "removes": {"score": ["sex"]}},
            {"since": None, "until": "2026-11-21", "removes": {"score": ["bureau"]}},
        ]},
        "forbidden": ["age"],
        "absence": {"forbidden": ["age"]},
    }  # fmt: skip
    law["jurisdiction"]["sha256"] = sha256(canonical_rfc8785(law["jurisdiction"]))
    tree = Tree([1], *([[]] * 8))
    features = [{"name": "a", "legal_tags": ["sex", "bureau"]}, {"name": "b", "legal_tags": ["age"]}]
    assert list(law_faults(law, features, [tree])) == ["a split reads b, which carries age"]
    assert not list(law_faults(law, features[:1], [tree]))
    law["forbidden"] = []
    assert "other kinds" in next(law_faults(law, features[:1], [tree]))


def test_a_model_without_its_law_is_another_model(fitted):
    model = fitted.german.model
    assert dataclasses.replace(model, law=None).model_id != model.model_id


def test_a_feature_without_tags_is_caught_by_what_it_reads():
    payments = cs.Term("payments", "count", window="90d")
    sly = cs.Feature("sly", payments, "how often", "payments in 90 days", "count")
    assert "payment_data" in tags_of(sly)
    mixed = cs.Feature("mixed", Ratio(payments, cs.Attribute("maiden_name")), "m", "m", "ratio")
    assert {"payment_data", "identity"} <= tags_of(mixed)
    assert isinstance(payments, Term)


def test_a_feature_that_reads_what_it_has_no_tag_for_fails_the_proof(fitted):
    """Proven on the features themselves, without the door that keeps tables out."""
    wide = fitted.wide.model.computer
    with pytest.raises(JurisdictionError, match="no tag that says so"):
        prove_absence(wide, fitted.records, fitted.portfolio, frozenset({"payment_data"}))
    proof = fitted.german.prove_absence(fitted.records, fitted.portfolio, times=2, seed=9)
    assert proof.perturbations == 2
    assert set(proof.tables) == set(GONE) & set(fitted.portfolio.tables)
    assert set(proof.columns) == set(COLUMNS)
    with pytest.raises(FittingError):
        fitted.wide.prove_absence(fitted.records, fitted.portfolio)


def test_who_is_one_person_is_kept_under_a_law_that_forbids_ties(fitted, germany):
    """What somebody consented to under another id holds, and is no tie that the proof may change."""
    asked, long_ago = fitted.records.applicant_ids, AS_OF - timedelta(days=900)
    persons = [{"person_id": asked[7], "other_id": "another", "event_time": long_ago}]
    consents = [
        {"applicant_id": one, "source": source, "granted_time": long_ago}
        for one in {*asked, "another"} - {asked[7], asked[9]}
        for source in ("inquiries", "sessions")
    ]
    world = filled(random_world(3, len(asked))) | {"persons": persons, "consents": consents}
    portfolio = cs.Portfolio.from_records(world, privacy=PRIVACY)
    computer = fitted.german.model.computer
    proof = prove_absence(computer, fitted.records, portfolio, germany.forbidden("score"))
    assert "ties" in proof.tables
    assert "persons" not in proof.tables
    of_sessions = [k for k, one in enumerate(computer.names) if one.startswith("digital_uses_")]
    found = computer.compute(fitted.records, portfolio, threads=1).values[:, of_sessions]
    assert np.isfinite(found[7]).any()
    assert np.isnan(found[9]).all()


def test_a_law_that_removes_everything_says_so(fitted, germany):
    with pytest.raises(FittingError, match="removes every feature"):
        cs.CreditPipeline([cs.payment_features().select(["payments_covered"])], jurisdiction=germany).fit(
            fitted.records, fitted.portfolio, fitted.bad
        )


@pytest.mark.parametrize(
    ("column", "tag"),
    [
        ("age", "age"), ("geburtsdatum_dob", "age"), ("Gender", "sex"), ("lastName", "identity"),
        ("Nachname", "identity"), ("zip_code", "home_address"), ("plz", "home_address"),
        ("strasse", "home_address"),
        ("地址", "home_address"), ("نشانی", "home_address"), ("religion", "special_category"),
        ("年龄", "age"),
        ("home_address", "home_address"),
    ],
)  # fmt: skip
def test_columns_have_the_tags_of_their_names(column, tag):
    assert tag in tags_of_name(column)


def test_default_rates_of_others_leave_in_the_united_states():
    america = cs.Jurisdiction.load("US", as_of=LAW_DAY)
    left = {one.feature for one in left_out(cs.social_features(), america)}
    names = set(cs.social_features().names)
    assert left == {
        name for name in names
        if ("default" in name or "days_past_due" in name or "utilisation" in name or "good_strength" in name)
    }  # fmt: skip
    assert {"network_community_default_share", "network_default_share_two_hops"} <= left
    assert {"network_lookalike_default_share", "neighbours_defaulted_share_bounded"} <= left


@pytest.mark.parametrize("column", ["amount", "age_of_business", "purpose", "term_days", "brand_name"])
def test_other_columns_have_none(column):
    assert not tags_of_name(column)


def test_the_second_path_knows_the_tags_of_every_table():
    tags = {t: set(s.legal_tags) for s in SOURCES.values() for t in s.tables if t != PERSONS}
    assert tags == TAGS_OF_TABLES
