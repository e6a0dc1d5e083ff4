"""A share is told as a count of the very rows that it was taken of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

import creditscore as cs
from creditscore.reasons.counts import with_counts
from creditscore.reasons.facts import Fact
from creditscore.reasons.reason import Reason
from creditscore.scoring.results import ScoreResult

AS_OF = datetime(2026, 11, 22, tzinfo=UTC)
FEATURES = {feature.name: feature for feature in cs.repayment_features(every=True)}
APPLICATION = {"application_id": "A1", "applicant_id": "P1", "as_of": AS_OF}


def portfolio(late: list[bool]) -> cs.Portfolio:
    """One loan, one instalment a month, the newest last; late ones were paid 12 days after their due day."""
    opened = AS_OF - timedelta(days=30 * (len(late) + 1))
    dues = [opened + timedelta(days=30 * (k + 1)) for k in range(len(late))]
    return cs.Portfolio.from_records(
        {
            "loans": [
                {"loan_id": "L", "applicant_id": "P1", "event_time": opened, "amount": 100.0 * len(late)}
            ],
            "instalments": [
                {
                    "loan_id": "L", "applicant_id": "P1", "due_time": due, "due_amount": 100.0,
                    "paid_time": due + timedelta(days=12 if slow else 0), "paid_amount": 100.0,
                }
                for due, slow in zip(dues, late, strict=True)
            ],
        }
    )  # fmt: skip


def told(name: str, late: list[bool]) -> Reason:
    known = portfolio(late)
    one = cs.Applications.from_records([APPLICATION])
    feature = FEATURES[name]
    pipeline = cs.CreditPipeline(features=[cs.FeatureSet((feature,))])
    matrix = pipeline.compute_features(one, known)
    value = float(matrix.values[0, 0])
    assert not np.isnan(value)
    fact = Fact(name, feature.label, value, feature.unit, feature.sign, AS_OF)
    reason = Reason("R23", feature.reason_group, 5.0, 1.0, (name,), fact)
    return with_counts((reason,), matrix)[0]


@pytest.mark.parametrize("name", ["repayment_on_time_mean_last_5", "repayment_on_time_share_ever"])
def test_instalments_are_counted_by_hand(name: str) -> None:
    late = [False, True, True, False, True, False, True, False]
    reason = told(name, late)
    chosen = late[-5:] if "last_5" in name else late
    assert reason.fact is not None
    assert reason.fact.of == len(chosen)
    assert (
        f"{sum(chosen)} of {'your last ' if 'last_5' in name else ''}{len(chosen)} instalments" in reason.text
    )


def test_fewer_than_the_window_holds_are_told_as_they_are() -> None:
    reason = told("repayment_on_time_mean_last_5", [True, False, True])
    assert "2 of your last 3 instalments were not paid on time" in reason.text
    assert "最近3期还款中有2期" in cs.speak(reason, "zh")


def test_what_is_no_count_is_left_alone() -> None:
    reason = told("repayment_days_late_mean_12m", [True, True, False, True])
    assert reason.fact is not None
    assert reason.fact.of is None


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("fa", "rtl"), ("zh", "ltr")])
def test_a_result_is_drawn_in_the_direction_of_its_language(language: str, direction: str) -> None:
    reason = told("repayment_on_time_mean_last_5", [True] * 6)
    result = ScoreResult(
        "scored", "", "A<1>", AS_OF, {"loans": True}, "m", "d", 0.1234, 512, 511.7, "C2", (reason,)
    )
    page = result.to_html(language, "jalali")
    tag = "zh-CN" if language == "zh" else language
    assert page.startswith(f"<div lang='{tag}' dir='{direction}'>")
    assert "A&lt;1&gt;" in page
    assert {"en": "1 Azar 1405", "fa": "۱ آذر ۱۴۰۵", "zh": "波斯历1405年9月1日"}[language] in page
    assert {"en": "512", "fa": "۵۱۲", "zh": "512"}[language] in page
    unscorable = ScoreResult("unscorable", "no_data", "A1", AS_OF, {}, "m", "d")
    assert "no_data" not in unscorable.to_html(language)
    assert "A1" in unscorable.to_html(language)
    assert result._repr_html_() == result.to_html()
