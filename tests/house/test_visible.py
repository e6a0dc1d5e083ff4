"""One place says what was known at a moment; nobody compares the columns of times with it by themselves."""

from __future__ import annotations

import ast
from itertools import pairwise

import numpy as np
import pytest

from creditscore._ground.instants import NEVER
from creditscore.data import visible
from tests.house.source import Module, modules, of_each
from tests.kernels import from_python

THE_RULE = "data.visible"

# The second path shares no code with what it checks, so it states the rule once more.
APART = "verify"

MOMENTS = {"as_of", "moment", "moments", "until", "before", "now", "extracted", "known_before"}


def compared_times(tree: ast.AST) -> list[ast.Compare]:
    """Comparisons of a column of times with a moment; of two rows with each other is another matter."""
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Compare) or any(
            not isinstance(o, ast.Lt | ast.LtE | ast.Gt | ast.GtE) for o in node.ops
        ):
            continue
        sides = [node.left, *node.comparators]
        for one, other in pairwise(sides):
            columns = [column_of(side) for side in (one, other)]
            if all(columns) or not any(columns):
                continue
            moment = other if columns[0] else one
            if any(column in ("late", "fact") for column in columns) or is_moment(moment):
                found.append(node)
    return found


def column_of(node: ast.AST) -> str:
    """Which column of times an expression reads: "row", "late" (known, superseded), "fact" or none."""
    for inside in ast.walk(node):
        if not isinstance(inside, ast.Subscript) or not names_times(inside.value):
            continue
        index = inside.slice.elts[0] if isinstance(inside.slice, ast.Tuple) else inside.slice
        match index:
            case ast.Constant(value=1 | 2) | ast.Name(id="KNOWN" | "SUPERSEDED"):
                return "late"
            case ast.BinOp(op=ast.Add(), right=ast.Constant(value=1)):
                return "fact" if isinstance(inside.slice, ast.Tuple) else ""
            case ast.Constant(value=0) | ast.Name(id="HAPPENED"):
                return "row" if isinstance(inside.slice, ast.Tuple) or not is_row(inside.value) else ""
    return ""


def names_times(node: ast.AST) -> bool:
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return name == "table" or name.endswith("times")


def is_row(node: ast.AST) -> bool:
    """A one-dimensional array of times that kernels number by row is not the block of times."""
    return isinstance(node, ast.Name)


def is_moment(node: ast.AST) -> bool:
    base = node.value if isinstance(node, ast.Subscript) else node
    return isinstance(base, ast.Name) and base.id in MOMENTS


def faults(module: Module) -> list[str]:
    return [f"{module}:{node.lineno} {ast.unparse(node)}" for node in compared_times(module.tree)]


@of_each(modules())
def test_only_one_file_says_what_was_known(module):
    if module.name == THE_RULE or module.name.partition(".")[0] == APART:
        return
    assert not faults(module), "\n".join(faults(module))


@pytest.mark.parametrize(
    "line",
    [
        "times[1, i] < as_of and not times[2, i] < as_of",
        "reports.times[0, row] >= moment",
        "(times[1] < moment) & ~(times[2] < moment)",
        "times[KNOWN, row] < as_of[r]",
        "table.times[1][rows] < as_of",
        "times[at[END], row] < as_of and times[at[END] + 1, row] < as_of",
        "max(times[0, row], times[1, row]) < before",
        "moment - window <= times[0, row] < moment",
    ],
)
def test_the_checker_sees_a_planted_comparison(line, tmp_path):
    assert faults(Module("planted", tmp_path, line, ast.parse(line)))


@pytest.mark.parametrize("line", ["times[0, i] < times[0, j]", "times[half] < moment", "times[0] > DAY"])
def test_the_checker_lets_other_comparisons_pass(line, tmp_path):
    assert not faults(Module("planted", tmp_path, line, ast.parse(line)))


def test_kernels_and_arrays_follow_the_same_rule():
    """Every case of the few moments there are around a row and a fact, against the rule in words."""
    grid = np.array([1, 5, 9, NEVER])
    times = np.ascontiguousarray(np.stack([axis.ravel() for axis in np.meshgrid(*[grid] * 5)]))
    moment = 5
    shown, begun = visible.visible(times, moment), visible.happened(times, moment)
    facts, learned = visible.facts_known(times, 3, moment), visible.facts_learned(times, 3, moment)
    starts = visible.all_known_from(times)
    for row, (happened, known, superseded, fact, fact_known) in enumerate(times.T.tolist()):
        want = known < moment and not superseded < moment
        assert from_python(visible.is_visible)(times, row, moment) == shown[row] == want
        assert from_python(visible.has_happened)(times, row, moment) == begun[row] == (happened < moment)
        assert from_python(visible.was_known)(times, row, moment) == (known < moment)
        assert from_python(visible.known_from)(times, row) == starts[row] == max(happened, known)
        want = max(happened, known) <= moment < superseded
        assert from_python(visible.counts_after)(times, row, moment) == want
        want = fact < moment and fact_known < moment
        assert from_python(visible.fact_known)(times, 3, row, moment) == facts[row] == want
        assert from_python(visible.fact_time)(times, 3, row, moment) == (fact if want else NEVER)
        assert from_python(visible.fact_known_from)(times, 3, row) == max(fact, fact_known)
        assert learned[row] == (fact_known < moment)


def test_a_fact_that_a_table_lacks_is_never_known():
    times = np.ones((3, 2), np.int64)
    assert not from_python(visible.fact_known)(times, -1, 0, 9)
    assert (
        from_python(visible.fact_time)(times, -1, 0, 9)
        == from_python(visible.fact_known_from)(times, -1, 0)
        == NEVER
    )
    assert not visible.facts_known(times, -1, 9).any()
