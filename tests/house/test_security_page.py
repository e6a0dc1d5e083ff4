"""The page of threats names tests that are there, for each threat."""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest

from tests.house.source import ROOT

PAGES = ("SECURITY.md", "docs/operations.md")
THREATS = (
    "A poisoned model, policy or portfolio",
    "A forged or shortened ledger",
    "A hostile payload",
    "Model stealing by query",
    "Membership inference",
    "Timing",
    "Log leakage",
    "Attacks by dependencies",
)
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


@cache
def named_in(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("page", PAGES)
def test_each_test_that_a_page_names_is_there(page):
    named = NAMED.findall((ROOT / page).read_text(encoding="utf-8"))
    assert named
    assert [f"{file}::{test}" for file, test in named if test not in named_in(file)] == []


def test_each_threat_has_tests_and_says_what_is_left():
    parts = (ROOT / "SECURITY.md").read_text(encoding="utf-8").split("\n## ")
    found = {title: text for title, _, text in (part.partition("\n") for part in parts[1:])}
    assert set(THREATS) <= set(found)
    for title in THREATS:
        assert NAMED.search(found[title]), title
        assert "*Left:*" in found[title], title
