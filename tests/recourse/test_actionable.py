"""What an applicant can act on, over every built-in feature."""

from __future__ import annotations

import dataclasses
import re

import pytest

import creditscore as cs
from creditscore.data.sources import FIXED_TAGS
from creditscore.features.definition import Feature
from creditscore.features.formula import Attribute, Term
from creditscore.recourse.actionable import actionable, why_not_actionable

BUILT_IN = (
    *cs.application_features(("amount", "term_days", "age", "postcode"), ("gender",)),
    *cs.payment_features(every=True),
    *cs.repayment_features(every=True),
)
PROPOSED = [feature for feature in BUILT_IN if actionable(feature)]


def test_much_of_the_catalogue_is_actionable_and_none_of_it_without_a_direction() -> None:
    assert len(PROPOSED) > 150
    assert all(feature.sign for feature in PROPOSED)
    assert all((not why_not_actionable(feature)) == (feature in PROPOSED) for feature in BUILT_IN)


def test_nobody_is_told_to_change_who_they_know_or_what_they_are() -> None:
    for feature in PROPOSED:
        assert feature.source in {"application", "payments", "bills", "loans", "inquiries"}
        assert not FIXED_TAGS & set(feature.legal_tags)
        assert not re.search(
            r"friend|neighbour|(?:^|_)ties?(?:_|$)|group|community|device|phone|e_?mail|browser|location|gambl|health|person"
            r"|merchant|guarant|age\b|gender|postcode|covered|history_days",
            feature.name,
        ), feature.name


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("repayment_worst_dpd_ever", "past and stays so"),
        ("repayment_ever_90", "past and stays so"),
        ("repayment_on_time_mean_first_3", "past and stays so"),
        ("statements_dpd_lag_4", "past and stays so"),
        ("payments_penalty_count_ever", "past and stays so"),
        ("repayment_written_off_ever", "nothing that an applicant decides"),
        ("repayment_guaranteed_dpd_now", "nothing that an applicant decides"),
        ("repayment_days_on_book_oldest", "nothing that an applicant decides"),
        ("payments_gambling_share_180d", "tagged special_category_risk"),
        ("payments_income_sources_180d", "tagged counterparty"),
        ("application_gender", "no direction"),
        ("payments_covered", "no direction"),
        ("repayment_dpd_now", ""),
        ("repayment_outstanding", ""),
        ("repayment_worst_dpd_6m", ""),
        ("repayment_on_time_share_ever", ""),
        ("statements_dpd_lag_1", ""),
        ("inquiries_90d", ""),
    ],
)
def test_cases_by_hand(name: str, why: str) -> None:
    (feature,) = (one for one in BUILT_IN if one.name == name)
    said = why_not_actionable(feature)
    assert why in said
    assert bool(said) == bool(why)


@pytest.mark.parametrize(
    ("source", "tags", "risk", "why"),
    [
        ("ties", (), "low", "source"),
        ("sessions", (), "low", "source"),
        ("", (), "low", "source"),
        ("loans", ("social_network",), "low", "tagged social_network"),
        ("payments", ("third_party_data",), "low", "tagged third_party_data"),
        ("loans", ("device",), "low", "tagged device"),
        ("loans", (), "high", "protected"),
    ],
)
def test_a_good_group_does_not_make_up_for_a_wrong_source_or_tag(
    source: str, tags: tuple[str, ...], risk: str, why: str
) -> None:
    feature = Feature(
        "late", Term("loan_states", "mean", "late", window="6m"), "late", "late", "share", 1,
        "payment_timeliness", source=source, legal_tags=tags, proxy_risk=risk,  # type: ignore[arg-type]
    )  # fmt: skip
    assert why in why_not_actionable(feature)


def test_a_requested_amount_with_a_sign_can_be_lowered() -> None:
    amount = Feature(
        "amount", Attribute("amount"), "a", "a", "money", 1, "amount_requested", source="application"
    )
    assert actionable(amount)


@pytest.mark.parametrize(
    "column",
    ["friends", "friends_count", "phone_age", "email_age_days", "home_value", "postcode", "age", "sex",
     "marital", "months_at_address", "device_price"],
)  # fmt: skip
def test_no_declaration_makes_a_friend_a_telephone_or_a_home_something_to_change(column: str) -> None:
    stated = Feature("stated", Attribute(column), "a", "a", "count", 1, "indebtedness", source="application")
    assert why_not_actionable(stated)
    assert actionable(dataclasses.replace(stated, formula=Attribute("open_cards")))
