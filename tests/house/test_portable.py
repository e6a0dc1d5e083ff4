"""Between rows and a probability of default stands no function whose last bit the processor chooses."""

from __future__ import annotations

import ast

import pytest

from tests.house.source import Module, modules, of_each

# What a score passes from the features on: trees, calibration, probability, points, grade, contributions.
PASSED = (
    "model.calibration", "model.exponential", "model.fitted", "model.scale", "model.trees",
    "scoring.", "deciding.", "explain.explainer", "explain.points", "explain.relative", "explain.shapley",
    "features.compute", "features.plan", "features.program", "features.kernels.",
)  # fmt: skip
CHOSEN_BY_THE_PROCESSOR = {
    "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "logaddexp", "power", "float_power", "pow",
    "sin", "cos", "tan", "tanh", "sinh", "cosh", "cbrt",
}  # fmt: skip

# Fitting is done once; its result is stored. These functions run there and never when something is scored.
ONLY_IN_FITTING = {"model.calibration": {"fit_affine", "_logit", "_loss", "_newton"}}


def faults(module: Module) -> list[str]:
    left_out = ONLY_IN_FITTING.get(module.name, set())
    found = []
    for node in walk(module.tree, left_out):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in {"np", "numpy"}:
            if node.attr in CHOSEN_BY_THE_PROCESSOR:
                found.append(f"{module}:{node.lineno} np.{node.attr}")
        elif isinstance(node, ast.Attribute) and ast.unparse(node) in {"math.exp", "math.pow", "math.expm1"}:
            found.append(f"{module}:{node.lineno} {ast.unparse(node)}")
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow) and not is_square(node):
            found.append(f"{module}:{node.lineno} **")
    return found


def walk(node: ast.AST, left_out: set[str]):
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef) and child.name in left_out:
            continue
        yield child
        yield from walk(child, left_out)


def is_square(node: ast.BinOp) -> bool:
    """Whole numbers only, or a square, which is a product."""
    constant = isinstance(node.right, ast.Constant)
    return constant and (node.right.value == 2 or isinstance(node.left, ast.Constant))


@of_each([m for m in modules() if m.name.startswith(PASSED)])
def test_no_function_that_the_processor_chooses(module):
    assert not faults(module), "\n".join(faults(module))


@pytest.mark.parametrize("text", ["np.exp(x)", "y = a ** b", "math.exp(-z)", "np.log1p(x)"])
def test_the_check_sees_one(text, tmp_path):
    assert faults(Module("model.scale", tmp_path / "scale.py", text, ast.parse(text)))
