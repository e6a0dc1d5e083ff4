"""Words: complete in every language, all of them used; numbers and dates as each language writes them."""

from __future__ import annotations

import json
import re
import string
from pathlib import Path

import pytest

import creditscore as cs
from creditscore.data.statuses import STATES
from creditscore.report.writing import Writer
from creditscore.words.languages import LANGUAGES, page_texts_in
from tests.house.source import PACKAGE

TEXTS = {language: page_texts_in(language) for language in LANGUAGES}
CODE = "\n".join(
    path.read_text(encoding="utf-8")
    for path in (PACKAGE / "report").rglob("*.py")
    if "texts" not in Path(path).parts
)


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_language_has_the_same_words_with_the_same_fields() -> None:
    english = TEXTS["en"].words
    for texts in TEXTS.values():
        assert set(texts.words) == set(english)
        assert all(texts.words.values())
        for key, text in texts.words.items():
            assert fields(text) == fields(english[key]), key


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_nothing_is_still_english(language: str) -> None:
    words, english = TEXTS[language].words, TEXTS["en"].words
    same = [
        key
        for key, text in english.items()
        if re.search("[a-z]{2}", re.sub(r"\{\w+\}", "", text)) and words[key] == text
    ]
    assert same == []


@pytest.mark.parametrize("kind", [cs.DecisionReport, cs.ModelReport])
def test_a_report_may_be_in_every_language(kind) -> None:
    assert kind.schema()["properties"]["language"]["enum"] == [*LANGUAGES]


def test_a_record_holds_every_language() -> None:
    texts = cs.DecisionRecord.schema()["properties"]["reasons"]["items"]["properties"]["texts"]
    assert [*texts["properties"]] == [*LANGUAGES]


def test_the_languages_are_written_in_their_own_script() -> None:
    bare = {key: re.sub(r"\{\w+\}", "", text) for key, text in TEXTS["fa"].words.items()}
    assert sorted(key for key, text in bare.items() if not re.search("[\u0600-\u06ff]", text)) == [
        "metric.auc",
        "metric.ks",
    ]
    chinese = {key: re.sub(r"\{\w+\}", "", text) for key, text in TEXTS["zh"].words.items()}
    assert sorted(key for key, text in chinese.items() if not re.search("[\u4e00-\u9fff]", text)) == [
        "law.and",
        "law.besides",
        "metric.auc",
        "metric.ks",
    ]


def test_every_word_is_used() -> None:
    heads = re.findall(r'f"(\w+)\.(?:\w+\.)?\{', CODE) + re.findall(r'words_for\("(\w+)"', CODE)
    named = set(re.findall(r'["\'](\w+(?:\.\w+)+)["\']', CODE))
    # Those of the dashboard, of its served page and of the offline one are used by scripts: tests/dashboard
    # looks for them there.
    unused = [
        key
        for key in TEXTS["en"].words
        if key not in named and key.partition(".")[0] not in {*heads, "dashboard", "offline", "served"}
    ]
    assert not unused


def test_every_word_that_is_asked_for_is_there() -> None:
    asked = set(re.findall(r'\.word\(\s*"([\w.]+)"', CODE))
    assert len(asked) > 100
    assert not asked - set(TEXTS["en"].words)


def test_every_status_of_a_source_has_words_and_may_stand_in_records_and_reports() -> None:
    for texts in TEXTS.values():
        assert {key.removeprefix("state.") for key in texts.words if key.startswith("state.")} == {*STATES}
    for kind in (cs.DecisionReport, cs.DecisionRecord, cs.ModelReport):
        (stood,) = re.findall(r'\[[^][]*"voided"[^][]*\]', json.dumps(kind.schema()))
        assert json.loads(stood) == [*STATES]


@pytest.mark.parametrize(
    ("language", "shown"),
    [("en", "\u22121,234.50"), ("fa", "\u200e\u2212۱٬۲۳۴٫۵۰"), ("zh", "\u22121,234.50")],
)
def test_numbers(language, shown) -> None:
    assert Writer(language).number(-1234.5, 2) == shown


def test_nothing_is_never_signed_and_the_unknown_is_a_dash() -> None:
    assert Writer().number(-0.004, 2) == "0.00"
    assert Writer().number(0.3, 0, signed=True) == "0"
    assert Writer().number(float("nan")) == Writer().percent(None) == "\u2014"
    assert Writer("fa").number(4, signed=True) == "\u200e+۴"


def test_values_are_written_in_their_unit() -> None:
    writer = Writer()
    given = ((1.0, "days"), (34.0, "days"), (0.256, "share"), (1.0, "0/1"))
    written = [writer.value(value, unit) for value, unit in given]
    assert written == ["1 day", "34 days", "25.6%", "yes"]
    assert writer.value(None, "money") == "not known"
    assert writer.value(1234.56, "money") == "1,235"
    assert Writer("fa").value(34.0, "days") == "۳۴ روز"
    assert Writer("zh").value(2.5, "months") == "2.50 个月"


def test_days_are_written_in_both_calendars() -> None:
    """Nowruz 1400 was 2021-03-21, and 1403 was a leap year."""
    writer = Writer("fa", "jalali")
    assert writer.day("2021-03-21T00:00:00+00:00") == "۱ فروردین ۱۴۰۰"
    assert writer.day("2025-03-20T23:59:00+00:00") == "۳۰ اسفند ۱۴۰۳"
    assert Writer("en").moment("2026-11-22T08:05:00+00:00") == "22 November 2026, 08:05 UTC"
    assert Writer("zh").day("2026-11-22") == "2026年11月22日"
    assert Writer("en").day(None) == "\u2014"
