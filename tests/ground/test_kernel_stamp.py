"""Machine code that was kept on disk is not taken where anything that was compiled into it has changed."""

import importlib
import os
import sys
from pathlib import Path

import pytest

from creditscore._ground.compiled import compilations

PART = """
from creditscore._ground.compiled import inner
{extra}
@inner
def part(x):
    return {body}
"""
NUMBERS = "FACTOR = {factor}\nSTEPS = ({step}, 5)\n"
ENTRY = """
from __future__ import annotations
from typing import NamedTuple
from creditscore._ground.compiled import compiled, nested
from {parts} import part
from {numbers} import FACTOR, STEPS
from {pairs} import Pair

@nested
def between(x):
    return part(x) + STEPS[0]

@compiled
def entry(x, pair: Pair):
    return FACTOR * between(x) + 1000 * pair.first
"""
PAIRS = "from typing import NamedTuple\nclass Pair(NamedTuple):\n    {one}: int\n    {other}: int\n"
AS_IT_IS = {
    "body": "x + 1", "extra": "", "factor": 3, "step": 10, "one": "first", "other": "second",
}  # fmt: skip


@pytest.fixture
def house(tmp_path, monkeypatch):
    """Four modules: a kernel, its part, numbers and a tuple; the file of the kernel is written once."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    names = {kind: f"stamped_{kind}_{abs(hash(tmp_path))}" for kind in ("parts", "numbers", "pairs", "entry")}
    (tmp_path / f"{names['entry']}.py").write_text(ENTRY.format(**names))

    def run(**changed):
        """The value of the kernel for 1 and a tuple whose fields are 7 and 9, and how much was compiled."""
        said = AS_IT_IS | changed
        for kind, text in (("parts", PART), ("numbers", NUMBERS), ("pairs", PAIRS)):
            _write(tmp_path / f"{names[kind]}.py", text.format(**said))
        for name in names.values():
            sys.modules.pop(name, None)
        importlib.invalidate_caches()
        module = importlib.import_module(names["entry"])
        with compilations() as found:
            value = module.entry(1, module.Pair(7, 9))
        return value, len(found)

    yield run
    for name in names.values():
        sys.modules.pop(name, None)


def _write(path: Path, text: str) -> None:
    path.write_text(text)
    os.utime(path, ns=(0, 0))  # as tools do that make every build the same


@pytest.mark.parametrize(
    ("changed", "value"),
    [
        ({"body": "x + 2"}, 3 * (3 + 10) + 7000),
        ({"body": "x - 1"}, 3 * (0 + 10) + 7000),
        ({"factor": 4}, 4 * (2 + 10) + 7000),
        ({"step": 20}, 3 * (2 + 20) + 7000),
        ({"one": "second", "other": "first"}, 3 * (2 + 10) + 9000),
    ],
    ids=["code of a part", "operator of a part", "number", "number in a tuple", "fields"],
)
def test_what_a_kernel_is_made_of_may_change_in_any_file(house, changed, value):
    first = house()
    assert first == (3 * (2 + 10) + 7000, first[1])
    assert first[1] > 0
    assert house() == (first[0], 0)
    again = house(**changed)
    assert again[0] == value
    assert again[1] > 0
    assert house(**changed) == (value, 0)


def test_what_is_only_said_of_a_part_changes_nothing(house):
    house()
    assert house(extra="# a remark, and other lines\n\n\n")[1] == 0
