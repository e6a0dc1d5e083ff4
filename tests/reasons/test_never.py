"""What is counted since the first loan where nothing ever happened is not said to have happened."""

from __future__ import annotations

import re

import numpy as np
import pytest

import creditscore as cs
from creditscore.features.compute import FeatureComputer
from creditscore.pipeline.fitting import built_in_features
from creditscore.reasons.sayable import why_unsayable
from creditscore.words.labels import Label
from creditscore.words.languages import LANGUAGES, texts_in
from creditscore.words.wording import said_label

DEGREES = (30, 60, 90)
# What would tell of an arrear that never was, in each language.
WITHOUT = {"en": "without", "fa": "بدون", "zh": "未"}
SINCE = {"en": "since", "fa": "از آخرین", "zh": "距上次"}


@pytest.mark.parametrize("months", [1, 4, 7, 19])
def test_whoever_never_was_past_due_is_not_told_since_when(months: int) -> None:
    as_of = np.datetime64("2024-06-15T09:00")
    opened = (as_of.astype("datetime64[M]") - months).astype("datetime64[D]") + 4
    line = {"event_time": f"{opened}T09:00+00:00", "kind": "revolving"}
    portfolio = cs.Portfolio.from_records({
        "loans": [{"applicant_id": 1, "loan_id": "a", **line}],
        "statements": [{
            "applicant_id": 1, "loan_id": "a", "event_time": "2024-06-01T09:00+00:00", "balance": 100.0,
            "limit": 1000.0, "payment": 100.0, "days_past_due": 0.0,
        }],
    })  # fmt: skip
    asked = cs.Applications.from_records({"application_id": 1, "applicant_id": 1, "as_of": f"{as_of}+00:00"})
    names = [f"repayment_months_since_{degree}" for degree in DEGREES]
    features = cs.repayment_features(every=True).select(names)
    values = FeatureComputer(features).compute(asked, portfolio).values[0]
    # Months are counted back from the moment; ten days more than whole months touch one more.
    assert values.tolist() == [months + 1] * len(DEGREES)
    for feature in features:
        for language in LANGUAGES:
            said = said_label(feature.label, texts_in(language))
            assert WITHOUT[language] in said
            assert SINCE[language] not in said


# Words of health, belief and descent, in each language: never in a label of what may decide.
PRIVATE = {
    "en": r"\bhealth|\bdoctor|\bmedic|\billness|\breligio|\bcharit|\bethnic|\bunion\b",
    "fa": "درمان|سلامت|پزشک|بیمار|مذهب|دین|قومی|خیریه",
    "zh": "医疗|健康|疾病|宗教|民族|慈善",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_label_of_what_may_decide_names_what_is_private(language: str) -> None:
    texts = texts_in(language)
    labels = {f.name: said_label(f.label, texts) for f in built_in_features() if isinstance(f.label, Label)}
    private = {name for name, said in labels.items() if re.search(PRIVATE[language], said.lower())}
    assert {"payments_health_share_180d", "payments_disposable_after_basics_6m"} <= private
    may_decide = {feature.name for feature in built_in_features() if not why_unsayable(feature)}
    assert not private & may_decide


# What a mean of several is called, in each language.
MEANS = {"en": "average|per instalment", "fa": "میانگین|هر قسط", "zh": "平均|每期"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mean_of_several_instalments_or_loans_is_said_to_be_one(language: str) -> None:
    """The mean amount due of five instalments is no amount due for five instalments."""
    texts = texts_in(language)
    means = re.compile(r"_mean_(last|first)_(3|5|10)$|^repayment_loan_days_late_mean")
    labels = {one.name: said_label(one.label, texts) for one in built_in_features() if means.search(one.name)}
    assert len(labels) > 40
    assert [name for name, said in labels.items() if not re.search(MEANS[language], said)] == []
