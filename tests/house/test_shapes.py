"""Every public function on arrays says their shapes."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.house.source import Module, modules, of_each
from tests.house.test_shape import is_overload

ARRAYS = ("NDArray", "ArrayLike", "ndarray")
SAYS_SHAPES = "shape ("


def is_public(module: Module) -> bool:
    return not any(part.startswith("_") for part in module.name.split("."))


@cache
def defined() -> dict[str, frozenset[str]]:
    """By module, the names that it gives to types of arrays: ``F8 = NDArray[np.float64]``."""
    found = {}
    for module in modules():
        named = set()
        for node in module.tree.body:
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    pass
                case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                    pass
                case _:
                    continue
            if is_array_type(value):
                named.add(name)
        found[f"creditscore.{module.name}"] = frozenset(named)
    return found


def aliases(module: Module) -> set[str]:
    """Names for types of arrays that a module defines or imports."""
    known = set(defined().get(f"creditscore.{module.name}", ()))
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom):
            there = defined().get(node.module or "", frozenset())
            known |= {alias.asname or alias.name for alias in node.names if alias.name in there}
    return known


def is_array_type(value: ast.expr) -> bool:
    """Tell whether an expression is an array type itself, not a mapping or a class that holds some."""
    if isinstance(value, ast.Subscript):
        return ast.unparse(value.value).rpartition(".")[2] in ARRAYS
    if isinstance(value, ast.BinOp):
        return is_array_type(value.left) and is_array_type(value.right)
    if isinstance(value, ast.Call) and ast.unparse(value.func).rpartition(".")[2] == "TypeVar":
        return any(map(is_array_type, value.args))
    return ast.unparse(value).rpartition(".")[2] in ARRAYS


def array_functions(module: Module) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Public functions and methods that take or return arrays."""
    known = aliases(module) | set(ARRAYS)

    def below(node: ast.AST, prefix: str) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.ClassDef) and not child.name.startswith("_"):
                yield from below(child, f"{prefix}{child.name}.")
            elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                public = not child.name.startswith("_") and not is_overload(child)
                if public and words_of(child) & known:
                    yield f"{prefix}{child.name}", child

    yield from below(module.tree, "")


def words_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    """Words in the annotations of a signature."""
    arguments = function.args
    every = [
        *arguments.posonlyargs,
        *arguments.args,
        *arguments.kwonlyargs,
        arguments.vararg,
        arguments.kwarg,
    ]
    annotations = [a.annotation for a in every if a is not None] + [function.returns]
    return {word for a in annotations if a is not None for word in re.findall(r"\w+", ast.unparse(a))}


def silent(module: Module) -> list[str]:
    return [
        f"{module}:{function.lineno} {name}"
        for name, function in array_functions(module)
        if SAYS_SHAPES not in (ast.get_docstring(function) or "")
    ]


@of_each([m for m in modules() if is_public(m)])
def test_public_functions_on_arrays_say_their_shapes(module):
    assert not silent(module), "no `shape (...)` in the docstring of: " + ", ".join(silent(module))


def test_there_is_much_to_look_at():
    assert sum(1 for module in modules() if is_public(module) for _ in array_functions(module)) > 250
    named = {module.name: aliases(module) for module in modules()}
    assert {"F8", "I8", "Flags"} <= named["simulate.people"]
    assert {"Float64"} == named["assess.performance"]
    assert "Value" in named["model.scale"]
    assert not {"Columns", "Column"} & named["simulate.columns"]


@pytest.mark.parametrize(
    "signature",
    [
        "(values: NDArray[np.float64]) -> None",
        "(self, *, values: npt.ArrayLike | None = None) -> float",
        "() -> tuple[Float64, int]",
        "(**columns: np.ndarray) -> None",
    ],
)
def test_the_checker_sees_a_function_that_does_not_say(signature):
    """A test that cannot fail proves nothing."""

    def planted(doc: str, name: str = "mean", inside: str = "class Table:\n ") -> list[str]:
        text = (
            f'from creditscore._ground.arrays import Float64\n{inside}def {name}{signature}:\n  """{doc}"""\n'
        )
        return silent(Module("validation.planted", Path("planted.py"), text, ast.parse(text)))

    assert planted("Mean of values.") == ["validation.planted:3 Table.mean"]
    assert not planted("Mean of values, shape (n_rows,).")
    assert not planted("Mean of values.", name="_mean")
    assert planted("Mean of values.", inside="") == ["validation.planted:2 mean"]
