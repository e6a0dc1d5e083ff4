"""Rules that begin soon warn where they would refuse a model; amounts that grow ask for a new assessment."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import creditscore as cs
from creditscore.errors import JurisdictionError, ParameterError

RULES = """
schema = 1
name = "north"
title = "A law of one's own"
above = "{above}"

[[rule]]
id = "no-statements"
law = "Act on statements"
from = 2027-01-10
mark = "seen"
says = "From then on a score uses nothing that applicants say of themselves."
counsel = false
[rule.removes]
score = ["application_data"]

[[rule]]
id = "growing"
law = "Act on growth"
from = 2020-01-01
mark = "seen"
says = "An increase by a quarter is significant."
asks = ["new_assessment_before_increase"]
counsel = false
[rule.caps]
significant_increase_percent = 25
"""


@pytest.fixture(scope="module")
def north(tmp_path_factory):
    path = tmp_path_factory.mktemp("law") / "north.toml"
    path.write_text(RULES.format(above="EU"), encoding="utf-8")
    return path


def model_of(law):
    german = cs.datasets.load_german()
    features = [cs.application_features(("amount", "term_days"))]
    pipeline = cs.CreditPipeline(features, scorer=cs.CreditScorer(n_estimators=5), jurisdiction=law)
    return pipeline.fit(german.applications, cs.Portfolio(), german.bad)


def test_the_fit_warns_of_a_rule_that_will_refuse_the_model_within_90_days(north):
    with pytest.warns(cs.LawChangesWarning, match="changes soon"):
        law = cs.Jurisdiction.load(north, as_of="2026-11-29")
    with pytest.warns(cs.LawChangesWarning, match="From 2027-01-10 .* north no-statements"):
        model_of(law)


def test_the_score_warns_from_90_days_before_and_then_is_refused(north):
    pipeline = model_of(cs.Jurisdiction.load(north, as_of="2026-03-01"))

    def scored(day):
        asked = {"application_id": 1, "applicant_id": 1, "as_of": f"{day}T00:00Z"}
        return pipeline.score(asked | {"amount": 900.0, "term_days": 360.0}, cs.Portfolio())

    with warnings.catch_warnings():
        warnings.simplefilter("error", cs.LawChangesWarning)
        assert scored("2026-10-11").status == "scored"
    with pytest.warns(cs.LawChangesWarning, match="2027-01-10"):
        assert scored("2026-10-12").status == "scored"
    with pytest.raises(JurisdictionError, match="no-statements"):
        scored("2027-01-10")


@pytest.mark.parametrize(
    ("before", "after", "share", "needed"),
    [
        (1000, 1200, 0.2, True), (1000, 1199.99, 0.2, False), (1000, 900, 0.2, False), (0, 1, 0.2, True),
        (0, 0, 0.2, False), (1000, 1000, 0.01, False),
    ],
)  # fmt: skip
def test_an_increase_asks_for_an_assessment_from_the_share_on(before, after, share, needed):
    law = cs.Jurisdiction.load("EU", as_of="2026-11-29")
    found = cs.assessment_before_increase(law, before, after, share=share)
    assert found.needed is bool(found) is needed
    assert [rule.name for rule in found.rules] == ["ccd2-18-10"]


def test_the_stricter_of_rule_and_lender_counts_and_no_law_asks_for_nothing(north):
    law = cs.Jurisdiction.load(north, as_of="2026-03-01")
    law = law.on("2026-11-29")
    assert cs.assessment_before_increase(law, 100, 125).needed
    assert not cs.assessment_before_increase(law, 100, 124).needed
    assert cs.assessment_before_increase(law, 100, 124, share=0.2).share == 0.2
    assert cs.assessment_before_increase(law, 100, 124, share=0.9).share == 0.25
    free = cs.assessment_before_increase(cs.Jurisdiction.load("permissive", as_of="2026-11-29"), 1, 9)
    assert (free.needed, free.share, free.rules) == (False, None, ())
    assert "no rule asks" in str(free)


def test_a_law_without_a_number_asks_the_lender_for_one():
    law = cs.Jurisdiction.load("DE", as_of="2026-11-29")
    with pytest.raises(ParameterError, match="share"):
        cs.assessment_before_increase(law, 100, 500)


@pytest.mark.parametrize(
    ("before", "after", "share"),
    [
        (-1, 2, 0.1),
        (1, np.nan, 0.1),
        (1, np.inf, 0.1),
        (True, 2, 0.1),
        ("1", 2, 0.1),
        (1, 2, 0.0),
        (1, 2, np.nan),
    ],
)
def test_amounts_that_cannot_be_are_refused(before, after, share):
    law = cs.Jurisdiction.load("EU", as_of="2026-11-29")
    with pytest.raises(ParameterError):
        cs.assessment_before_increase(law, before, after, share=share)
