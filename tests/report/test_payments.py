"""What each payment is, on the page of a decision."""

from __future__ import annotations

import math
from collections import Counter

import jsonschema
import pytest

import creditscore as cs
from creditscore.words.languages import LANGUAGES
from tests.features.worlds import AS_OF
from tests.report.conftest import ISSUED, record_of, resealed

SAID = {"en": "Purchase", "fa": "خرید", "zh": "购买"}


@pytest.fixture(scope="module")
def busy(case):
    counts = [len(case.portfolio.classified(one["applicant_id"], AS_OF)) for one in case.asked]
    return record_of(case, counts.index(max(counts)))


@pytest.mark.parametrize("audience", ["subject", "auditor"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_says_what_each_payment_is(busy, language, audience):
    report = cs.decision_report(busy, audience=audience, language=language, issued_at=ISSUED)
    jsonschema.Draft202012Validator(cs.DecisionReport.schema()).validate(report.to_dict())
    found = report.to_dict()["payments"]
    classes = [name for name in busy["payments"]["class"] if name is not None]
    assert {line["class"]: line["count"] for line in found["classes"]} == Counter(classes)
    assert len(found["newest"]) + found["left_out"] == len(classes)
    labels = {line["class"]: line["label"] for line in found["classes"]}
    assert labels["purchase"] == SAID[language]
    html = report.to_html()
    assert 'id="payments"' in html
    assert all(label in html for label in labels.values())


def test_sums_are_less_what_refunds_took_back(busy):
    found = cs.decision_report(busy, issued_at=ISSUED).to_dict()["payments"]
    rows, read = busy["inputs"]["tables"]["payments"], busy["payments"]
    spent = math.fsum(
        row["amount"] + (undone or 0.0)
        for row, name, undone in zip(rows, read["class"], read["undone"], strict=True)
        if name == "purchase"
    )
    line = next(line for line in found["classes"] if line["class"] == "purchase")
    assert (line["amount"], line["counts_as"]) == (pytest.approx(spent, abs=0.01), "spending")


def test_a_record_without_classes_has_no_such_section(busy):
    older = {name: part for name, part in busy.items() if name != "payments"}
    report = cs.decision_report(resealed(older), issued_at=ISSUED)
    assert "payments" not in report.to_dict()
    assert 'id="payments"' not in report.to_html()
