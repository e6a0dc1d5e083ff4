"""The text tables: complete, numbered once, never evaluated."""

from __future__ import annotations

import string

import pytest

from creditscore.features.formula import terms
from creditscore.pipeline.fitting import built_in_features
from creditscore.reasons.columns import NEVER_REASONS
from creditscore.words.languages import texts_in
from creditscore.words.reasons.en import TEXTS
from creditscore.words.wording import said_measure, spoken_value

BUILT_IN = built_in_features()

# A number once given stays with its group for ever: add to this list, never change it.
CODES = """
R01 amount_requested
R02 term_requested
R03 price_terms
R04 applicant_attributes
R05 income_level
R06 income_stability
R07 spending_level
R08 spending_pattern
R09 cash_flow
R10 balance_buffer
R11 overdraft
R12 returned_payments
R13 bills
R14 fixed_commitments
R15 gambling
R16 high_cost_credit
R17 cash_use
R18 purchase_activity
R19 refunds_declines
R20 counterparties
R21 current_arrears
R22 past_arrears
R23 payment_timeliness
R24 late_trend
R25 part_payments
R26 prepayment
R27 credit_history_length
R28 credit_amount
R29 card_utilisation
R30 card_repayment
R31 cash_advances
R32 indebtedness
R33 recent_credit
R34 inquiries
R35 restructured_written_off
R36 guarantees
R37 social_ties
R38 tie_history
R39 tie_changes
R40 network_repayment
R41 group_membership
R42 group_repayment
R43 social_activity
R44 network_structure
R45 community_repayment
R46 network_influence
R47 network_arrears
R48 lookalike_repayment
R80 insufficient
R81 insufficient_application
R82 insufficient_payments
R83 insufficient_bills
R84 insufficient_loans
R85 insufficient_inquiries
R86 insufficient_ties
R87 insufficient_memberships
R88 insufficient_activities
R89 insufficient_measures
R00 generic
R51 digital_use
R52 channel_depth
R53 channel_use
R54 channel_change
R55 device
R56 access_trouble
R57 reminders
R58 application_form
R59 registration
R60 email
R61 settings
R62 event_pattern
R91 insufficient_sessions
R92 insufficient_form_events
R93 insufficient_registrations
R94 insufficient_complaints
"""


def test_every_group_keeps_its_number_and_no_number_is_used_twice() -> None:
    codes = {text.code: group for group, text in TEXTS.groups.items()}
    codes |= {code: f"insufficient_{source}" for source, (code, _) in TEXTS.insufficient.items()}
    codes |= {TEXTS.unknown_source[0]: "insufficient", TEXTS.generic.code: "generic"}
    assert codes == dict(line.split() for line in CODES.split("\n") if line)
    assert len(codes) == len(TEXTS.groups) + len(TEXTS.insufficient) + 2


def test_every_built_in_feature_can_be_told() -> None:
    assert len(BUILT_IN) > 500
    groups = {feature.reason_group for feature in BUILT_IN} - NEVER_REASONS
    assert groups <= set(TEXTS.groups)
    assert len(groups) > 30
    units = {feature.unit for feature in BUILT_IN} - {"category", "0/1"}
    assert units <= set(TEXTS.units)
    sources = {feature.source for feature in BUILT_IN}
    assert sources <= set(TEXTS.insufficient)


@pytest.mark.parametrize("group", TEXTS.groups)
def test_every_group_has_a_title(group: str) -> None:
    title = TEXTS.groups[group].title
    assert title[0].isupper()
    assert title[-1].isalpha()
    assert "{" not in title


def test_templates_have_only_the_fields_that_are_filled() -> None:
    def fields(template: str) -> set[str]:
        return {field for _, field, _, _ in string.Formatter().parse(template) if field is not None}

    assert fields(TEXTS.fact) == {"label", "value"}
    both = {"label", "value", "population", "reference"}
    assert all(fields(template) == both for template in TEXTS.compared.values())
    assert set(TEXTS.silent) == set(TEXTS.compared)
    assert fields(TEXTS.detail) == {"value", "clause"}
    assert fields(TEXTS.weighed) == {"label", "own"}
    assert fields(TEXTS.unknown_fact) == {"label", "absence"}
    assert fields(TEXTS.unknown_group) == {"title", "absence"}
    assert fields(TEXTS.unknown_source[1]) == {"source"}
    assert all(fields(form) == {"value"} for forms in TEXTS.units.values() for form in forms)
    spans = [TEXTS.windows, TEXTS.durations]
    assert all(fields(many) == {"number"} for table in spans for _, many in table.values())
    assert all(set(table) == set("dwmy") for table in spans)


def test_the_table_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        TEXTS.groups["bills"] = TEXTS.generic  # type: ignore[index]
    with pytest.raises(AttributeError):
        TEXTS.yes = "aye"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (1.0, "days", "1 day"), (0.0, "days", "0 days"), (34.0, "days", "34 days"),
        (2.25, "months", "2.25 months"),
        (1234567.4, "money", "1,234,567"), (-85.5, "money", "-85.50"), (3057.3, "money", "3,057"),
        (-0.001, "money", "0"),
        (3.0, "count", "3"),
        (0.4, "share", "40%"), (0.0, "share", "0%"), (1.234, "ratio", "1.23 times"),
        (0.9999, "days", "1 day"),
        (0.5, "per month", "0.5 per month"),
        (1.0, "0/1", "yes"), (0.0, "0/1", "no"), (4.0, "category", ""), (2.0, "furlongs", "2"),
        (float("inf"), "index", "∞"), (float("-inf"), "index", "-∞"),
    ],
)  # fmt: skip
def test_values_are_written_for_people(value: float, unit: str, shown: str) -> None:
    assert spoken_value(value, unit, TEXTS) == shown


@pytest.mark.parametrize(("language", "usual"), [("en", "usual"), ("fa", "معمول"), ("zh", "惯常")])
def test_what_counts_usual_income_alone_is_called_so(language, usual):
    """The rest was received all the same: a bare total of it would be another number."""
    of_usual = [one for one in BUILT_IN if any(term.column == "usual" for term in terms(one.formula))]
    assert len(of_usual) > 10
    for one in of_usual:
        assert usual in said_measure(one.label, one.name, texts_in(language)).lower(), one.name
