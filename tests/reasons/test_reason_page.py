"""The page of reasons lists every code, and gets every number and word from the text tables."""

from __future__ import annotations

import re
from pathlib import Path

from creditscore.explain.references import NAMES
from creditscore.reasons.guards import Guard
from creditscore.words.families import FAMILIES
from creditscore.words.languages import texts_in

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "reasons.md").read_text(encoding="utf-8")


def test_the_page_lists_every_code_in_three_languages() -> None:
    english, *others = (texts_in(language) for language in ("en", "fa", "zh"))
    expected = [
        (words.code, f"`{group}`", words.title, *(other.groups[group].title for other in others))
        for group, words in english.groups.items()
    ]
    expected += [
        (code, f"`insufficient_{source}`", text, *(other.insufficient[source][1] for other in others))
        for source, (code, text) in english.insufficient.items()
    ]
    listed = [
        tuple(re.split(r" *\| *", line.strip("| "))) for line in PAGE.splitlines() if line.startswith("| R")
    ]
    assert [row for row in listed if row[0] not in ("R00", "R80")] == expected
    assert {row[0] for row in listed} >= {"R00", "R80"}


def test_the_page_lists_every_family_with_its_groups_in_three_languages() -> None:
    listed = [line.strip("| ").split(" | ") for line in PAGE.splitlines()]
    for family, groups in FAMILIES.items():
        titles = [texts_in(language).families[family] for language in ("en", "fa", "zh")]
        assert [f"`{family}`", ", ".join(f"`{group}`" for group in groups), *titles] in listed


def test_the_page_names_every_guard_and_reference() -> None:
    for name in (*Guard.__args__, *NAMES):  # type: ignore[attr-defined]
        assert f"| `{name}` |" in PAGE
