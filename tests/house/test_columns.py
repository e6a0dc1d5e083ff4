"""Columns and codes have names: no kernel indexes a column, or asks for a code, by a bare number."""

from __future__ import annotations

import ast

import pytest

from tests.house.source import Module, functions, modules, of_each

# 0 and 1 also say "the first" and "the other"; from here on a bare number is somebody's column.
FIRST_BARE = 2

# What holds codes: of a statistic, an operation, a condition, a label of a closed vocabulary.
CODES = ("code", "kind", "status", "statistic", "operation", "state", "category", "role")
BITS = ("needs",)


def is_kernel(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(ast.unparse(decorator) in ("compiled", "inner") for decorator in function.decorator_list)


def is_bare(node: ast.AST) -> bool:
    """A whole number of 2 or more, or a sum or a range of such."""
    match node:
        case ast.Constant(value=int(number)):
            return not isinstance(number, bool) and number >= FIRST_BARE
        case ast.BinOp(left=left, op=ast.Add() | ast.Mult(), right=right):
            return is_bare(left) or is_bare(right)
        case ast.Slice(lower=lower, upper=upper):
            return any(side is not None and is_bare(side) for side in (lower, upper))
    return False


def has_bare_column(node: ast.AST) -> bool:
    """``values[2 + k, row]`` and ``figures[8]``; but ``values[i + 2]`` counts rows of a flat array."""
    match node:
        case ast.Subscript(slice=ast.Tuple(elts=parts)):
            return any(is_bare(part) for part in parts)
        case ast.Subscript(slice=ast.Constant() | ast.Slice(lower=ast.Constant() | None) as part):
            return is_bare(part)
    return False


def name_of(node: ast.AST) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(value=value):
            return name_of(value)
    return ""


def bare_codes(node: ast.Compare | ast.BinOp) -> bool:
    """``code == 3``, ``code < 100``, ``code in (3, 4)``, ``code - 100``, ``needs & 96``."""
    sides = [node.left, *node.comparators] if isinstance(node, ast.Compare) else [node.left, node.right]
    named = CODES + (BITS if isinstance(node, ast.BinOp) else ())
    if not any(name_of(side) in named or name_of(side).endswith(named) for side in sides):
        return False
    parts = [part for side in sides for part in (side.elts if isinstance(side, ast.Tuple) else [side])]
    return any(isinstance(part, ast.Constant) and is_bare(part) for part in parts)


def faults(module: Module) -> list[str]:
    """Bare numbers in the kernels of a file."""
    wrong = []
    for function in functions(module.tree):
        if not is_kernel(function):
            continue
        for node in ast.walk(function):
            code = isinstance(node, ast.Compare | ast.BinOp) and bare_codes(node)
            if code or has_bare_column(node):
                wrong.append(f"{module}:{node.lineno} {ast.unparse(node)}")
    return wrong


@of_each(modules())
def test_kernels_name_their_columns_and_codes(module):
    assert not faults(module), "\n".join(faults(module))


@pytest.mark.parametrize(
    "line",
    [
        "program.lanes[lane, 6]",
        "figures[8]",
        "out[5:]",
        "out[10:17]",
        "values[2 + degree, at]",
        "if code == 3: pass",
        "if code < 100: pass",
        "if program.terms[term, 0] in (2, 3) or kind == 2: pass",
        "by_order(code - 100, values)",
        "if needs & 96: pass",
    ],
)
def test_the_checker_sees_a_planted_number(line, tmp_path):
    text = f"@inner\ndef planted():\n    {line}\n"
    assert faults(Module("planted", tmp_path, text, ast.parse(text)))


@pytest.mark.parametrize(
    "line", ["figures[TOTAL]", "values[i + 2]", "values[:n]", "kind == PURCHASE", "n % 4", "times[0, row]"]
)
def test_the_checker_lets_names_pass(line, tmp_path):
    text = f"@inner\ndef planted():\n    {line}\n"
    assert not faults(Module("planted", tmp_path, text, ast.parse(text)))
