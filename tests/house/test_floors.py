"""Each floor imports only from the floors below it, and nothing goes round in a circle."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter

import pytest

from tests.house.floors import FLOORS, floor_of, package_of
from tests.house.source import Module, modules, names, own_imports

# Sees arrays, never applicants: what is above the features knows their matrix, not their making.
BLIND = {("model", "features"), ("validation", "features"), ("model", "data"), ("validation", "data")}

# Helpers of the ground floor use one another.
GROUND = FLOORS[0]


def faults(module: Module) -> list[str]:
    """Imports that climb, or that reach into a sibling."""
    wrong = []
    for found in own_imports(module):
        where = f"creditscore/{module.path.name}:{found.line} ({module}) imports creditscore.{found.target}"
        if not found.target:
            if floor_of(module.name) < len(FLOORS) - 1:
                wrong.append(f"{where}: only the top floor may import the library as a user does")
        elif floor_of(found.target) > floor_of(module.name):
            wrong.append(f"{where}: from a floor above")
        elif floor_of(found.target) == floor_of(module.name) and not _may_share(module.name, found.target):
            wrong.append(f"{where}: from a sibling on the same floor")
        elif (package_of(module.name), package_of(found.target)) in BLIND:
            wrong.append(f"{where}: this package sees arrays only")
    return wrong


def _may_share(name: str, target: str) -> bool:
    return package_of(name) == package_of(target) or package_of(name) in GROUND


@pytest.mark.parametrize("module", [m for m in modules() if m.name], ids=str)
def test_imports_only_from_below(module):
    assert not faults(module), "\n".join(faults(module))


def test_no_circles():
    """Deferred imports count too; imports for type checkers do not run and so cannot go round."""
    graph = {
        module.name: {
            f.target for f in own_imports(module) if not f.for_types_only and f.target != module.name
        }
        for module in modules()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail("imports go round: " + " -> ".join(f"creditscore.{name}" for name in error.args[1]))


def test_every_import_is_of_a_module_that_exists():
    missing = [
        f"{module}:{found.line} imports creditscore.{found.target}"
        for module in modules()
        for found in own_imports(module)
        if found.target not in names()
    ]
    assert not missing, "\n".join(missing)


def test_the_checker_sees_a_climbing_import(tmp_path):
    """A test that cannot fail proves nothing."""
    import ast

    text = "def f():\n    from creditscore.features.matrix import FeatureMatrix\n"
    climbing = Module("data.events", tmp_path / "events.py", text, ast.parse(text))
    assert "from a floor above" in faults(climbing)[0]
    sideways = ast.parse("from creditscore.validation.metrics import auc\n")
    assert "sibling" in faults(Module("model.scorer", tmp_path / "scorer.py", "", sideways))[0]
    root = ast.parse("import creditscore\n")
    assert "only the top floor" in faults(Module("model.scorer", tmp_path / "scorer.py", "", root))[0]
