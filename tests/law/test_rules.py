"""Every rule of every file against a table that was made by hand, and the closed schema."""

from __future__ import annotations

import json
import warnings
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

import creditscore as cs
from creditscore.data.sources import LEGAL_TAGS
from creditscore.errors import ArtefactError, JurisdictionError, NameUnknownError, ParameterError
from creditscore.law.jurisdiction import Jurisdiction, day_of
from creditscore.law.reading import built_in, read_law
from creditscore.law.vocabulary import DUTIES, PURPOSES

# How each rule is known and between which days, typed while reading the notes on each law again by line,
# and not taken from the files: S a published source was seen, V the text of the law, C a text about the law
# alone, M recalled, U not verified. Where an older and a newer note differ, the letter is that of the newer.
KNOWN = {
    "EU": """
        V 2026-11-20 - ccd2-18-3-income ccd2-18-3-special ccd2-18-3-networks ccd2-18-3-verified ccd2-18-5
        V 2026-11-20 - ccd2-18-7 ccd2-18-8 ccd2-18-9-delay ccd2-18-9-automated ccd2-18-9-advice ccd2-18-10
        V 2026-11-20 - ccd2-18-11 ccd2-19-6
        M 2026-11-20 - ccd2-13 ccd2-17 ccd2-18-3-needed
        S 2023-12-07 - gdpr-22-schufa
        S 2025-02-27 - gdpr-15-dun
        S 2021-06-30 - eba-gl-2020-06
        M 2025-02-01 - ai-5
        C 2026-08-02 - ai-50
        C 2027-12-02 - ai-annex-3-5b
        M 2027-12-02 - ai-9 ai-10 ai-11 ai-12 ai-13 ai-14 ai-15 ai-26-6
        U 2027-12-02 - ai-27 ai-49 ai-86
        S 2028-08-02 - ai-annex-1
    """,
    "DE": """
        V 2026-11-20 - bdsg-37a-special bdsg-37a-age-sex-name bdsg-37a-networks bdsg-37a-payments
        V 2026-11-20 - bdsg-37a-address bdsg-37a-minors bdsg-37a-significant bdsg-37a-data-used
        V 2026-11-20 - bdsg-37a-weights bdsg-37a-meaningfulness bdsg-37a-recipients bdsg-37a-contest
        V 2026-11-20 - bdsg-30 kwg-18a bgb-505a-b
    """,
    "IT": "V - - tub-120-undecies tub-124-bis tub-125 tub-127-ter",
    "UK": """
        C 2026-02-05 - uk-gdpr-22-information uk-gdpr-22-representations uk-gdpr-22-human
        C 2026-02-05 - uk-gdpr-22-contest
        C 2026-05-12 - uk-ai-code
        C 2026-07-15 - uk-dpc
    """,
    "US": """
        S - - reg-b-notice reg-b-standards fcra-609-f fcra-615-b
        M - - reg-b-four-reasons reg-b-records
        U - - fcra-615-h
        C 2026-07-21 - reg-b-2026
        C - 2026-07-21 reg-b-effects-test
        S - 2025-05-12 cfpb-2022-03
        M - 2025-05-12 cfpb-2023-03
        S 2026-04-17 - sr-26-2
        S - 2026-04-17 sr-11-7
        C - - hud-effects
        C 2025-07-14 - occ-2025-16
        C 2025-08-01 - fdic-ncua-2025
        C 2025-12-09 - doj-title-6
        C 2025-10-29 - cfpb-1033
        C 2026-08-06 - fannie-2026-04
        C 2025-07-10 - cohort-default-rate
    """,
    "US-NY": "S 2019-01-01 - ny-380-j-h ny-web-viewing",
    "US-CO": """
        C - 2027-01-01 co-sb-24-205
        C 2027-01-01 - co-sb-26-189-notice co-sb-26-189-records co-sb-26-189-cure
    """,
    "US-MA": "C 2025-07-10 - ma-earnest ma-impact",
    "IN": """
        S 2025-05-08 - rbi-dld-needed rbi-dld-consent rbi-dld-contacts
        C 2026-06-30 - rbi-free-ai
        U - - rbi-weekly
        C 2026-11-14 - dpdp-consent-manager
        C 2027-05-14 - dpdp-consent-log dpdp-breach
    """,
    "CN": """
        S 2021-11-01 - pipl-24-fair pipl-24-marketing pipl-24-refuse
        M 2021-11-01 - pipl-28 pipl-55
        S 2022-01-01 - pboc-2021-4-scope pboc-2021-4-explained pboc-2021-4-audit
        M 2022-01-01 - pboc-five-years pboc-licence
        C 2026-08-01 - cn-cost-table
        C 2026-01-01 - cn-credit-repair
    """,
    "IR": """
        S 2019-06-19 - ir-bylaw-1398
        S 2025-06-01 - ir-objection-id ir-objection-print ir-objection-deadline ir-objection-answer
        S 2025-06-01 - ir-objection-correct ir-objection-suppliers
        M 2019-06-19 - ir-consent
        M - - ir-cheques ir-rates
        C 2025-07-28 - ir-national-model
    """,
}
MARK_OF = {"S": "seen", "V": "seen", "C": "secondary", "M": "not_verified", "U": "not_verified"}
NAMES = ("EU", "DE", "IT", "UK", "US", "US-NY", "US-CO", "US-MA", "IN", "CN", "IR", "permissive")


def load(name: str, day: str = "2026-11-21") -> Jurisdiction:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", cs.LawChangesWarning)
        return Jurisdiction.load(name, as_of=day)


def test_all_are_there_and_no_others():
    assert set(built_in()) == set(NAMES)
    assert set(KNOWN) | {"permissive"} == set(NAMES)


def test_every_rule_has_its_mark_and_its_dates():
    found = {
        (name, rule.name): (rule.mark, str(rule.since or ""), str(rule.until or ""))
        for name, file in built_in().items()
        for rule in file.rules
    }
    table = {}
    for name, lines in KNOWN.items():
        for line in lines.strip().splitlines():
            letter, since, until, *rules = line.split()
            known = MARK_OF[letter], since.strip("-") and since, until.strip("-") and until
            table |= {(name, rule): known for rule in rules}
    assert found == table
    dated = [known for known in found.values() if known[1] or known[2]]
    assert len(dated) >= 60


def test_what_was_not_seen_asks_counsel_and_every_rule_says_something():
    for file in built_in().values():
        for rule in file.rules:
            assert rule.counsel or rule.is_seen, rule
            assert rule.says.endswith("."), rule
            assert rule.jurisdiction == file.name


@pytest.mark.parametrize(
    ("name", "gone", "stays"),
    [
        ("DE", "age sex identity home_address payment_data cash_flow social_network special_category",
         "bill_data repayment_history bureau application_data digital_footprint"),
        ("EU", "social_network social_media special_category", "payment_data cash_flow bill_data age"),
        ("IT", "social_network social_media special_category", "payment_data"),
        ("US", "cohort_default_rate", "social_network payment_data digital_footprint"),
        ("US-MA", "cohort_default_rate", "payment_data"),
        ("US-NY", "social_network third_party_data cohort_default_rate digital_footprint", "payment_data"),
        ("IN", "contacts telecom_metadata", "payment_data social_network"),
        ("CN", "", "payment_data social_network"),
        ("UK", "", "payment_data"),
        ("permissive", "", "payment_data social_network age"),
    ],
)  # fmt: skip
def test_what_leaves_a_score(name, gone, stays):
    forbidden = load(name).forbidden("score")
    assert set(gone.split()) <= forbidden
    assert not set(stays.split()) & forbidden


def test_payments_may_still_say_who_is_able_to_pay_in_germany():
    german = load("DE")
    assert "payment_data" in german.forbidden("score")
    for purpose in ("ability", "fraud", "monitoring"):
        assert "payment_data" not in german.forbidden(purpose)
    assert "social_network" in german.forbidden("ability")
    assert not german.forbidden("fraud")


def test_a_rule_is_in_force_from_its_first_day_to_the_day_before_its_last():
    for day, there in (("2026-11-19", False), ("2026-11-20", True), ("2030-01-01", True)):
        assert ("payment_data" in load("DE", day).forbidden("score")) == there
    for day, there in (("2026-07-20", True), ("2026-07-21", False)):
        assert any(rule.name == "reg-b-effects-test" for rule in load("US", day).in_force) == there
    assert load("DE", "2026-12-01") == load("DE").on("2026-12-01")


def test_rules_from_above_are_in_force_below():
    german = load("DE")
    assert german.chain == ("EU", "DE")
    assert {rule.jurisdiction for rule in german.in_force} == {"EU", "DE"}
    assert load("US-NY").numbers("caps") == {"reasons": 4, "reasons_with_inquiries": 5}
    assert load("US-CO", "2027-01-01").numbers("keeps")["records_at_least_months"] == 36
    assert load("US-CO", "2026-12-31").numbers("keeps")["records_at_least_months"] == 25


def test_clocks_of_iran_and_years_of_china():
    assert load("IR").numbers("clocks") == {
        "answer_working_days": 12, "correct_working_days": 4, "objection_days": 30,
        "supplementary_working_days": 3, "supplier_working_days": 5,
    }  # fmt: skip
    assert load("IR").working_days == "IR"
    assert load("CN").retention_days == 1826
    assert load("EU").retention_days is None
    assert load("DE").asks_significance
    assert not load("EU").asks_significance


def test_what_changes_within_ninety_days_warns():
    with pytest.warns(cs.LawChangesWarning, match=r"2027-01-01 begins: US-CO co-sb-26-189"):
        Jurisdiction.load("US-CO", as_of="2026-11-21")
    with pytest.warns(cs.LawChangesWarning, match="2026-11-20 begins: DE bdsg-37a"):
        Jurisdiction.load("DE", as_of=date(2026, 8, 22))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Jurisdiction.load("US-CO", as_of="2026-10-02")
        Jurisdiction.load("DE", as_of="2026-11-21")


def test_the_day_is_asked_for_and_read_in_every_form():
    with pytest.raises(TypeError):
        Jurisdiction.load("DE")
    assert day_of(datetime(2026, 11, 21, 23, tzinfo=UTC)) == day_of("2026-11-21") == date(2026, 11, 21)
    for wrong in ("tomorrow", "", None, 20261121, "2026-13-01"):
        with pytest.raises(ParameterError):
            Jurisdiction.load("DE", as_of=wrong)
    for name in ("D", "de", "", None, 3):
        with pytest.raises(NameUnknownError):
            Jurisdiction.load(name, as_of="2026-11-21")
    with pytest.raises(NameUnknownError, match="ability"):
        load("DE").forbidden("abilty")


@pytest.mark.parametrize("name", NAMES)
def test_each_is_the_same_when_read_back(name):
    one = load(name)
    plain = json.loads(json.dumps(one.to_dict()))
    assert Jurisdiction.from_dict(plain) == one
    assert Jurisdiction.from_dict(plain).sha256 == one.sha256
    assert one.sha256 != one.on("2031-01-01").sha256
    assert name in repr(one)
    assert one.sha256[:12] in one._repr_html_()
    with pytest.raises(ArtefactError):
        Jurisdiction.from_dict(plain | {"title": "another"})
    with pytest.raises(ArtefactError):
        Jurisdiction.from_dict({name: part for name, part in plain.items() if name != "rules"})


GOOD = """
schema = 1
name = "XX"
title = "made up"
above = "EU"
[[rule]]
id = "one"
law = "a law"
from = 2026-01-01
to = 2027-01-01
mark = "seen"
says = "Something."
counsel = false
[rule.removes]
score = ["age"]
[rule.keeps]
adverse_facts_at_most_days = 100
"""


def test_a_file_of_ones_own(tmp_path):
    path = tmp_path / "xx.toml"
    path.write_text(GOOD, encoding="utf-8")
    with pytest.warns(cs.LawChangesWarning):
        own = Jurisdiction.load(path, as_of="2026-11-21")
    assert own.chain == ("EU", "XX")
    assert {"age", "social_network"} <= own.forbidden("score")
    assert own.retention_days == 100
    path.write_text(GOOD.replace('"XX"', '"DE"'), encoding="utf-8")
    with pytest.raises(JurisdictionError, match="comes with the library"):
        Jurisdiction.load(str(path), as_of="2026-11-21")
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(JurisdictionError):
        Jurisdiction.load(path, as_of="2026-11-21")
    with pytest.raises(JurisdictionError, match="cannot be read"):
        Jurisdiction.load(tmp_path / "none.toml", as_of="2026-11-21")


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ('score = ["age"]', 'score = ["ages"]', "age"),
        ('score = ["age"]', 'scores = ["age"]', "score"),
        ('score = ["age"]', 'score = "age"', "list of names"),
        ('mark = "seen"', 'mark = "sure"', "secondary"),
        ('mark = "seen"', 'mark = "secondary"', "counsel"),
        ("counsel = false", 'counsel = "no"', "true or false"),
        ("counsel = false", "", "counsel"),
        ("from = 2026-01-01", 'from = "2026-01-01"', "without quotes"),
        ("from = 2026-01-01", "from = 2026-01-01T10:00:00", "without quotes"),
        ("to = 2027-01-01", "to = 2025-01-01", "before it begins"),
        ("to = 2027-01-01", "til = 2027-01-01", "til"),
        ('id = "one"', "", "id"),
        ('law = "a law"', "law = 3", "law"),
        ("schema = 1", "schema = 2", "schema = 1"),
        ("schema = 1", "schema = true", "schema = 1"),
        ("at_most_days = 100", "at_most_days = 0", "above 0"),
        ("at_most_days = 100", "at_most_days = true", "above 0"),
        ("adverse_facts", "adverse_fact", "adverse_facts"),
        ("[[rule]]", "[rule]", "list of tables"),
        ('title = "made up"', 'title = ""', "title"),
        ("[rule.keeps]", "[rule.keep]", "keeps"),
        ("counsel = false", 'counsel = false\nasks = ["explain"]', "explanation"),
        ("schema = 1", "schema = ", "TOML"),
    ],
)
def test_what_breaks_the_schema_is_refused_with_file_and_remedy(before, after, named):
    assert before in GOOD
    with pytest.raises(JurisdictionError, match=named) as caught:
        read_law(GOOD.replace(before, after), "xx.toml")
    assert "xx.toml" in str(caught.value)


def test_two_rules_alike_and_circles_are_refused(tmp_path):
    rule = GOOD[GOOD.index("[[rule]]") :]
    with pytest.raises(JurisdictionError, match="called 'one'"):
        read_law(GOOD + rule, "xx.toml")
    path = tmp_path / "xx.toml"
    path.write_text(GOOD.replace('"one"', '"ccd2-18-5"'), encoding="utf-8")
    with pytest.raises(JurisdictionError, match="ccd2-18-5"):
        Jurisdiction.load(path, as_of="2026-11-21")
    path.write_text(GOOD.replace('above = "EU"', 'above = "XX"'), encoding="utf-8")
    with pytest.raises(JurisdictionError, match="above itself"):
        Jurisdiction.load(path, as_of="2026-11-21")
    path.write_text(GOOD.replace('above = "EU"', 'above = "ZZ"'), encoding="utf-8")
    with pytest.raises(NameUnknownError):
        Jurisdiction.load(path, as_of="2026-11-21")


@given(st.text(max_size=200))
def test_no_text_is_read_by_accident(text):
    with pytest.raises(JurisdictionError):
        read_law(text, "any.toml")


def test_every_duty_is_asked_by_some_rule_and_every_tag_is_known():
    rules = [rule for file in built_in().values() for rule in file.rules]
    assert {name for rule in rules for name in rule.asks} == DUTIES
    for rule in rules:
        assert set(rule.removes) <= set(PURPOSES)
        assert {tag for tags in rule.removes.values() for tag in tags} <= set(LEGAL_TAGS)
