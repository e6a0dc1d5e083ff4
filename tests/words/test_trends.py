"""What rises and falls is said to rise or to fall, in a unit that people use, in every language."""

from __future__ import annotations

import re

import pytest

from creditscore.verify.again.speech import sentences
from creditscore.words.labels import DAYS_AFTER, TRENDS
from creditscore.words.languages import LANGUAGES, texts_in
from creditscore.words.speech import speak
from creditscore.words.wording import said_value
from tests.words.test_languages import TOLD, label_of, reason_of

# By hand, apart from the tables.
RISING = {"en": r"rising|\bup by|more", "fa": "افزایش|بیشتر", "zh": "上升|增加"}
FALLING = {"en": r"falling|\bdown by|fewer", "fa": "کاهش|کمتر", "zh": "下降|减少"}
LEVEL = {"en": "no change", "fa": "بدون تغییر", "zh": "没有变化"}
# What a feature of this kind is defined as, in the data dictionary.
CHANGE = re.compile(r"\bslope\b|share of (gambling in spending of 90d less|uses in app and web in 90d)")
CHANGES = [one for one in TOLD if CHANGE.search(one.definition) or one.unit == "per month"]


def test_every_slope_is_known_as_a_trend() -> None:
    assert len(CHANGES) >= 20
    assert {label_of(one).quantity for one in CHANGES} | {"repayment_days_late_change"} == set(TRENDS)


@pytest.mark.parametrize("language", RISING)
def test_a_trend_says_which_way_it_goes_and_by_how_much(language: str) -> None:
    texts = texts_in(language)
    for feature in CHANGES:
        written = {number: said_value(feature.label, feature.unit, number, texts) for number in (-2, 0, 2)}
        assert re.search(FALLING[language], written[-2]), (feature.name, written)
        assert re.search(RISING[language], written[2]), (feature.name, written)
        assert not re.search(RISING[language], written[-2])
        assert written[0] == LEVEL[language]
        assert not re.search(r"-|منفی|\bper month", " ".join(written.values())), written


@pytest.mark.parametrize("language", RISING)
def test_what_is_relative_is_said_in_percent_and_a_share_in_points(language: str) -> None:
    texts = texts_in(language)
    points = {"en": "13 percentage points", "fa": "۱۳ واحد درصد", "zh": "13个百分点"}[language]
    percent = {"en": "13%", "fa": "۱۳٪", "zh": "13%"}[language]
    for feature in CHANGES:
        said = said_value(feature.label, feature.unit, 0.13, texts)
        if "days late" in feature.definition or feature.unit == "days":
            assert not re.search("[%٪]", said), (feature.name, said)
        elif "share of" in feature.definition or "utilisation" in feature.definition:
            assert points in said, (feature.name, said)
        else:
            assert percent in said, (feature.name, said)


def test_the_sentences_of_income_that_falls() -> None:
    (income,) = [one for one in TOLD if one.name == "payments_income_trend_6m"]
    reason = reason_of(income, -0.13, 0.02)
    assert speak(reason, dated=False) == (
        "Trend of monthly income in the last 6 months: falling by 13% a month, lower than usual among "
        "approved applicants (rising by 2% a month)"
    )
    assert speak(reason, "fa", dated=False) == (
        "روند درآمد ماهانه در ۶ ماه گذشته: ماهانه ۱۳٪ کاهش؛ کمتر از حد معمول در میان متقاضیان پذیرفته‌شده "
        "(ماهانه ۲٪ افزایش)"
    )
    assert speak(reason, "zh", dated=False) == (
        "过去6个月月收入的趋势：每月下降13%，低于获批申请人的通常水平（每月上升2%）"
    )


@pytest.mark.parametrize("language", RISING)
def test_as_much_up_as_usual_is_down_needs_no_further_digits(language: str) -> None:
    (income,) = [one for one in TOLD if one.name == "payments_income_trend_6m"]
    said = speak(reason_of(income, -0.02, 0.02), language, dated=False)
    assert re.search(FALLING[language], said)
    assert re.search(RISING[language], said)
    assert not re.search("[.٫]", said)


def test_days_that_may_lie_before_a_day_are_later_or_earlier_than_usual() -> None:
    """Every quantity of days that is written as days before a day, and none that is written as its trend."""
    before = re.compile(r"early|before")
    said = texts_in("en").phrases.below
    assert {quantity for quantity, words in said.items() if before.search(words)} == DAYS_AFTER
    later = {"en": "later than usual", "fa": "دیرتر از حد معمول", "zh": "晚于"}
    earlier = {"en": "earlier than usual", "fa": "زودتر از حد معمول", "zh": "早于"}
    known = [one for one in TOLD if label_of(one).quantity in DAYS_AFTER]
    assert {label_of(one).quantity for one in known} == DAYS_AFTER
    for feature in known:
        for value, usual, words in ((0.0, -3.0, later), (-5.0, -1.0, earlier), (12.0, 3.0, later)):
            reason = reason_of(feature, value, usual)
            said = {language: speak(reason, language) for language in LANGUAGES}
            assert all(words[language] in said[language] for language in later), feature.name
            assert sentences(reason.to_dict() | {"told": "fact"})["texts"] == said
