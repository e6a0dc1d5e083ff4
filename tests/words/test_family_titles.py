"""What a family is called is true of every fact that may be told under it, in every language."""

from __future__ import annotations

import re

import pytest

from creditscore.features.definition import Feature
from creditscore.words.families import FAMILIES, family_of
from creditscore.words.languages import texts_in
from creditscore.words.wording import said_label
from tests.words.test_languages import TOLD, label_of

# By hand: what a fact must speak of to stand under a title, for each thing that the title names.
NAMES = {
    "request": {
        "amount": r"amount|repayment over|requested repayment|income left",
        "term": r"\bterm\b|time over which",
        "price": r"rate|instalment",
    },
    "on_time": {
        "on time": r"late|on time|past due|overdue|first payment|close|direct debit|arrears|end of the loan",
        "as agreed": r"terms were eased|written off|collector|guarantor|all paid|all had been paid",
    },
    "paid_back": {
        "Amounts paid back": r"paid|payment", "early": r"before the due date|due more than",
    },
    "bills": {"Bills": r"bill", "regular payments": r"regular|rent"},
    "account": {
        "Money in the account": r"balance|savings|interest received|paid than received|received less|"
        r"received and|income (not )?spent|all payments|typical payment|share of days",
        "overdraft": r"overdr|below zero", "fees": r"fees|penalt",
        "returned payments": r"returned|bounced",
    },
    "income": {"Income": r"income|received|wages|pay\b"},
    "spending": {
        "Spending": r"spending|spent|spends|gambling|cash",
        "payments": r"payment|purchase|refund|were paid|top-ups",
        "payment partners": r"payers|persons|merchants|received",
    },
    "debts": {
        "Debts": r"debt|loan|credit|paid later|advances|lenders|statement",
        "commitments": r"regular|\brent\b", "guarantees": r"guaranteed",
    },
    "limits": {"limits": r"limit|unused|balance|drawn or charged", "cash advances": r"cash drawn"},
    "history": {"history": r"loan|lender|credit|instalment|statement"},
    "inquiries": {"inquiries": r"search|asked"},
    "ties": {
        "ties": r"tie|contact|people|circles|network|community",
        "groups": r"group|joining|members|activit",
    },
    "others": {"other people": r"network|group|community|repaid|two ties|alike"},
    "channels": {
        "channels": r"channel|login|uses|use\b|looked at|reminder|due dates|password|function|regions|"
        r"turned on|registration|lender's",
        "forms": r"form\b|forms\b|spent on the terms", "devices": r"device|system",
        "e-mail": r"e-mail",
    },
}  # fmt: skip

AVERAGE = {"en": r"\baverage\b", "fa": "میانگین", "zh": "平均"}


def test_every_family_and_nothing_else_is_named_by_hand() -> None:
    assert set(NAMES) == set(FAMILIES)


@pytest.mark.parametrize("family", sorted(NAMES))
def test_a_title_names_what_every_fact_under_it_speaks_of(family: str) -> None:
    english = texts_in("en")
    title = english.families[family]
    assert all(name.lower() in title.lower() for name in NAMES[family]), title
    under = [one for one in TOLD if family_of(one.reason_group) == family]
    assert under
    for feature in under:
        said = said_label(feature.label, english)
        assert any(re.search(words, said) for words in NAMES[family].values()), (title, said)


def test_facts_of_earlier_loans_and_of_payers_stand_under_no_title_that_denies_them() -> None:
    """The rate of an earlier loan was not requested; who pays an income is no spending."""
    assert "request" not in texts_in("en").families["request"]
    assert "درخواست" not in texts_in("fa").families["request"]
    assert "申请" not in texts_in("zh").families["request"]


def of_one(feature: Feature) -> bool:
    span = label_of(feature).span
    return span is not None and span.kind in ("newest_loan", "oldest_loan", "newest_instalment")


@pytest.mark.parametrize("language", AVERAGE)
def test_one_loan_has_no_average(language: str) -> None:
    average = AVERAGE[language]
    single = [one for one in TOLD if of_one(one)]
    several = [one for one in TOLD if label_of(one).span and "_loans" in label_of(one).span.kind]
    assert len(single) > 20
    assert len(several) > 20
    for feature in single:
        assert not re.search(average, said_label(feature.label, texts_in(language))), feature.name
    for feature in several:
        assert re.search(average, said_label(feature.label, texts_in(language))), feature.name
