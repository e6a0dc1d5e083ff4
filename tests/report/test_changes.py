"""What an applicant can do, in sentences of three languages: every number and date of a step is said."""

from __future__ import annotations

import re

import pytest

from creditscore.recourse.steps import STEP_KINDS, Step
from creditscore.report.markup import joined
from creditscore.report.pages.changes import change_lines, step_sentence
from creditscore.report.writing import Writer

UNTIL = "2025-02-28T00:30:00+03:30"
STEPS = {
    "pay_overdue": Step("pay_overdue", 440.0, 0.0, "money"),
    "on_time": Step("on_time", until=UNTIL, times=3),
    "wait": Step("wait", until=UNTIL),
    "card_balance": Step("card_balance", 6_400.0, 1_600.0, "money", UNTIL),
    "above_zero": Step("above_zero", -85.0, 0.0, "money", UNTIL),
    "amount": Step("amount", 9_000.0, 7_200.0, "money"),
    "term_days": Step("term_days", 360.0, 540.0, "days"),
    "form": Step("form", 0.8, 0.4, "share", None, None, "used", "application_used"),
}
SAID = {
    "pay_overdue": ("440",),
    "on_time": ("3 payments", "28 February 2025"),
    "wait": ("28 February 2025",),
    "card_balance": ("6,400", "1,600", "28 February 2025"),
    "above_zero": ("28 February 2025",),
    "amount": ("9,000", "7,200"),
    "term_days": ("360 days", "540 days"),
    "form": ("80.0%", "40.0%", "share used"),
}
LABELS = {"application_used": "share used"}


def test_every_kind_of_step_is_tried_here():
    assert set(STEPS) == set(SAID) == set(STEP_KINDS)


@pytest.mark.parametrize("kind", STEP_KINDS)
def test_numbers_units_and_dates_are_said(kind):
    said = step_sentence(STEPS[kind].to_dict(), LABELS, Writer("en", "gregorian"))
    assert all(part in said for part in SAID[kind]), said
    assert "{" not in said


@pytest.mark.parametrize("language", ["fa", "zh"])
@pytest.mark.parametrize("kind", [kind for kind in STEP_KINDS if kind != "form"])
def test_no_foreign_word_and_no_digit_is_lost(kind, language):
    calendar = "jalali" if language == "fa" else "gregorian"
    said = step_sentence(STEPS[kind].to_dict(), LABELS, Writer(language, calendar))
    assert not re.search("[A-Za-z]", said), said
    numbers = [STEPS[kind].before, STEPS[kind].after] if kind not in ("pay_overdue", "above_zero") else []
    plain = said.translate(
        str.maketrans("\u06f0\u06f1\u06f2\u06f3\u06f4\u06f5\u06f6\u06f7\u06f8\u06f9", "0123456789")
    )
    plain = plain.replace("\u066c", "").replace(",", "")
    assert all(f"{number:.0f}" in plain for number in numbers if number is not None), said


def test_money_can_be_paid_as_it_is_said_in_its_currency():
    said = step_sentence(
        Step("pay_overdue", 440.37, 0.0, "money").to_dict(), LABELS, Writer("en", "gregorian", currency="EUR")
    )
    assert "440.37" in said
    assert "EUR" in said or "\u20ac" in said


def test_one_payment_is_one():
    one = Step("on_time", until=UNTIL, times=1).to_dict()
    assert "(1 payment)" in step_sentence(one, LABELS, Writer("en", "gregorian"))
    none = Step("on_time", until=UNTIL).to_dict()
    assert "payment)" not in step_sentence(none, LABELS, Writer("en", "gregorian"))


def test_an_alternative_ends_with_when_to_apply_and_what_the_score_would_be():
    found = {
        "steps": [STEPS[kind].to_dict() for kind in ("pay_overdue", "on_time")],
        "changes": [{"feature": "application_used", "from": None, "to": 0.4, "unit": "share"}],
        "score": 611,
        "probability_of_default": 0.0123,
    }
    page = str(joined(change_lines(found, LABELS, Writer("en", "gregorian"))))
    order = ["440", "3 payments", "Then apply again on 28 February 2025", "611", "1.23%"]
    assert [page.index(part) for part in order] == sorted(page.index(part) for part in order)
    assert "share used" not in page


def test_records_of_before_show_the_features_that_change():
    found = {
        "changes": [{"feature": "application_used", "from": 0.8, "to": 0.4, "unit": "share"}],
        "score": 611,
        "probability_of_default": 0.0123,
    }
    page = str(joined(change_lines(found, LABELS, Writer("en", "gregorian"))))
    assert "share used" in page
    assert "from 80.0% to 40.0%" in page
