"""What pages say of the law, for every jurisdiction and language, against its rules read one by one."""

from __future__ import annotations

import re

import pytest

import creditscore as cs
from creditscore.law.model_law import ModelLaw
from creditscore.report.law import law_part
from creditscore.report.pages.law import law_section
from creditscore.report.writing import Writer

DAY = "2026-11-29"
WHERE = ("EU", "DE", "IT", "UK", "US", "US-NY", "US-CO", "US-MA", "IN", "CN", "IR", "permissive")


def said(name: str, language: str, *, apart: bool = False, audience: str = "subject") -> tuple[str, dict]:
    law = cs.Jurisdiction.load(name, as_of=DAY)
    stated = ModelLaw(None, law).to_record(ability_apart=apart)
    record = {
        "law": stated, "inputs": {"retention": law.retention.to_dict()}, "outcome": {"status": "unscorable"}
    }  # fmt: skip
    writer = Writer(language, "gregorian", "UTC")
    section = law_section(law_part(record, writer) | {"audience": audience}, writer)
    return re.sub(r"<[^>]+>", "|", str(section.body)), stated


@pytest.mark.filterwarnings("ignore::creditscore.LawChangesWarning")
@pytest.mark.parametrize("language", ["en", "fa", "zh"])
@pytest.mark.parametrize("name", WHERE)
def test_what_is_said_is_true_of_the_rules(name, language):
    page, stated = said(name, language)
    words = Writer(language, "gregorian", "UTC")
    rules = {rule.name: rule for rule in cs.Jurisdiction.load(name, as_of=DAY).in_force}
    gone = {tag for rule in rules.values() for tag in rule.removes.get("score", ())}
    assert {one["tag"] for one in stated["removes"]} == gone
    for tag in gone:
        assert words.words_for("tag", tag) in page
    nothing, intro = words.word("law.nothing"), words.word("law.intro_subject")
    assert (nothing in page, intro in page) == (not gone, bool(gone))
    for one in (rule for part in stated["removes"] for rule in part["rules"]):
        rule = rules[one["name"]]
        assert one["since"] == rule.since.isoformat()[: {"year": 4, "month": 7, "day": 10}[rule.precision]]
        assert rule.law in page
        if rule.precision != "day":
            assert words.day(rule.since.isoformat()) not in page
    counsel = [rule for rule in rules.values() if rule.counsel and rule.removes.get("score")]
    assert (words.word("law.counsel") in page) is bool(counsel)
    assert (";" in page) is (language == "en" and bool(counsel))


@pytest.mark.filterwarnings("ignore::creditscore.LawChangesWarning")
@pytest.mark.parametrize("name", WHERE)
def test_what_asks_for_the_ability_to_pay_is_named_where_it_was_read_apart(name):
    page, stated = said(name, "en", apart=True)
    duties = {
        "affordability_of_all", "creditworthiness_assessment", "income_and_expenses", "income_stress",
        "joint_capacity",
    }  # fmt: skip
    asked = {r.name for r in cs.Jurisdiction.load(name, as_of=DAY).in_force if duties & set(r.asks)}
    assert {one["name"] for one in stated["ability"]["asked_by"]} == asked
    assert ("Rules that ask for it" in page) is bool(asked)
    assert bool(asked) is (name in ("EU", "DE", "IT", "UK"))
