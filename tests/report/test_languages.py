"""No English label and no internal name on a Persian or Chinese page, whatever a record names."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import get_args

import pytest

from creditscore.data.sources import CONNECTIONS, CONSENTS, SOURCES
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.pipeline.fitting import built_in_features
from creditscore.reasons.guards import Guard
from creditscore.report.naming import feature_label, group_title
from creditscore.report.pages.parts import own
from creditscore.report.writing import Writer
from creditscore.words.languages import LANGUAGES, texts_in

DOCS = Path(__file__).resolve().parents[2] / "docs"
OTHERS = LANGUAGES[1:]
FEATURES = built_in_features()


def latin(text: str) -> bool:
    return bool(re.search("[A-Za-z]", text))


@pytest.mark.parametrize("language", OTHERS)
def test_every_name_that_a_record_may_hold_is_said_in_the_language(language) -> None:
    writer = Writer(language)
    groups = {feature.reason_group for feature in FEATURES} | {
        "coverage",
        "my_own_group",
        "insufficient_ties",
    }
    said = [feature_label(feature.name, feature.label, feature.reason_group, writer) for feature in FEATURES]
    said += [
        *(group_title(group, writer) for group in groups),
    ]
    said += [writer.words_for("source", name) for name in (*SOURCES, *CONTRACTS, CONNECTIONS, CONSENTS)
             if name != "applications"]  # fmt: skip
    said += [writer.words_for("guard", name) for name in (*get_args(Guard), "sign")]
    said += [
        writer.words_for("outcome", name) for name in ("approve", "refer", "decline", "none", "unscorable")
    ]
    said += [writer.words_for("origin", name) for name in ("own", "third_party", "bureau", "rule")]
    said += [writer.words_for("reference", name) for name in texts_in("en").populations
             if not name.endswith("_known")]  # fmt: skip
    said += [writer.words_for("basis", "legal_capacity")]
    assert len(said) > 700
    assert not [text for text in said if latin(text)]


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("unit", sorted({feature.unit for feature in FEATURES}))
def test_every_unit_is_written_in_the_language(language, unit) -> None:
    feature = next(one for one in FEATURES if one.unit == unit)
    for value in (-3.0, 0.0, 0.37, 1.0, 12_345.6):
        assert not latin(Writer(language).value(value, unit, feature.label))


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("Example Bank", 'lang="en"'),
        ("\u06a9\u062f X-12", '<bdi dir="ltr" lang="en">X-12</bdi>'),
        ("\u062a\u0644\u0641\u0646 021-888 7777", '<bdi dir="ltr">021-888 7777</bdi>'),
        ("\u7535\u8bdd", 'lang="zh-CN"'),
    ],
)
def test_foreign_fragments_carry_their_language_and_direction(text, marked) -> None:
    assert marked in own(text)


@pytest.mark.parametrize("number", ["۱٬۶۶۷", "۰٫۵۱", "۱۲٬۳۴۵٫۶", "۴۰٪", "۱٫۵٪"])
def test_a_number_beside_a_foreign_name_stays_in_one_piece(number) -> None:
    """In text that runs from right to left, 1,667 in three pieces is read as 667,1."""
    html = own(f"موردی که وام‌دهنده آن را «income» می‌نامد: {number}؛ بیشتر از معمول ({number})، تا ۷ ژوئن")
    assert html.count(number) == 2


def test_the_page_for_review_holds_every_sentence_of_an_applicant() -> None:
    page = runpy.run_path(str(DOCS / "make_said.py"))["page"]()
    for language in LANGUAGES:
        texts = texts_in(language)
        everything = [*texts.phrases.labels.values(), *texts.compared.values(), *texts.absent.values()]
        everything += [group.title for group in texts.groups.values()]
        everything += [Writer(language).texts.words[key] for key in ("notice.intro", "outcome.decline")]
        assert not [sentence for sentence in everything if sentence not in page]
