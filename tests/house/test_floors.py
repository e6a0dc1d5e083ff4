"""Each floor imports only from the floors below it, and nothing goes round in a circle."""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter

from tests.house.floors import FLOORS, floor_of, package_of
from tests.house.source import Module, modules, names, of_each, own_imports

# Sees arrays, never applicants: what is above the features knows their matrix, not their making.
BLIND = {("model", "features"), ("validation", "features"), ("model", "data"), ("validation", "data")}

# An estimator may be given a data frame: the readers of the door know columns, and no applicants.
READS_COLUMNS = {
    ("model._tables", f"data.door.{reader}") for reader in ("frames", "labels", "raw", "records")
}

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
        elif (package_of(module.name), package_of(found.target)) in BLIND and (
            module.name,
            found.target,
        ) not in READS_COLUMNS:
            wrong.append(f"{where}: this package sees arrays only")
    return wrong


def _may_share(name: str, target: str) -> bool:
    return package_of(name) == package_of(target) or package_of(name) in GROUND


@of_each([m for m in modules() if m.name])
def test_imports_only_from_below(module):
    assert not faults(module), "\n".join(faults(module))


def circle(graph: dict[str, set[str]]) -> list[str]:
    """Modules that import one another in a circle, the first one again at the end; else none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def graph_of(*, with_types: bool) -> dict[str, set[str]]:
    return {
        module.name: {
            f.target
            for f in own_imports(module)
            if f.target != module.name and (with_types or not f.for_types_only)
        }
        for module in modules()
    }


def test_no_circles():
    """Deferred imports count too."""
    found = circle(graph_of(with_types=False))
    assert not found, "imports go round: " + " -> ".join(found)


def test_no_circles_of_types():
    """Imports for type checkers alone do not run, but whoever reads one file must still read the other."""
    found = circle(graph_of(with_types=True))
    assert not found, "imports go round, for types: " + " -> ".join(found)


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
    text = "def f():\n    from creditscore.features.matrix import FeatureMatrix\n"
    climbing = Module("data.events", tmp_path / "events.py", text, ast.parse(text))
    assert "from a floor above" in faults(climbing)[0]
    sideways = ast.parse("from creditscore.validation.metrics import auc\n")
    assert "sibling" in faults(Module("model.scorer", tmp_path / "scorer.py", "", sideways))[0]
    root = ast.parse("import creditscore\n")
    assert "only the top floor" in faults(Module("model.scorer", tmp_path / "scorer.py", "", root))[0]


def test_the_checker_sees_a_circle_of_types(tmp_path):
    text = (
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from creditscore.model.folds import Folds\n"
    )
    one = Module("model.scale", tmp_path / "scale.py", text, ast.parse(text))
    (found,) = own_imports(one)
    assert found.for_types_only
    assert circle({"model.scale": {found.target}, "model.folds": {"model.scale"}})
    assert not circle({"model.scale": {found.target}, "model.folds": set()})
