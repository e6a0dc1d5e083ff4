"""Each floor imports only from the floors below it, and nothing goes round in a circle."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter

import pytest

from tests.house.source import Module, modules, names, own_imports

# Packages from the ground up. A package may import from any lower floor and from itself; packages that share
# a floor are siblings and do not know each other.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("errors", "_ground", "_version"),
    ("words",),
    ("data",),
    ("features",),
    ("graph",),
    ("model", "validation"),
    ("explain",),
    ("reasons",),
    ("recourse",),
    ("scoring", "policy"),
    ("deciding",),
    ("pipeline",),
    ("assess",),
    ("plots", "cli", "datasets", "simulate", "fraud", "report", "verify"),
)

# Sees arrays, never applicants: what is above the features knows their matrix, not their making.
BLIND = {("model", "features"), ("validation", "features"), ("model", "data"), ("validation", "data")}

# Helpers of the ground floor that use one another.
GROUND = FLOORS[0]


def room(name: str) -> str:
    return name.partition(".")[0]


def floor(name: str) -> int:
    for height, rooms in enumerate(FLOORS):
        if room(name) in rooms:
            return height
    raise AssertionError(f"creditscore.{name} stands on no floor: add its package to FLOORS")


def faults(module: Module) -> list[str]:
    """Imports that climb, or that reach into a sibling."""
    wrong = []
    for found in own_imports(module):
        where = f"creditscore/{module.path.name}:{found.line} ({module}) imports creditscore.{found.target}"
        if not found.target:
            if floor(module.name) < len(FLOORS) - 1:
                wrong.append(f"{where}: only an edge may import the package as a user does")
        elif floor(found.target) > floor(module.name):
            wrong.append(f"{where}: from a floor above")
        elif floor(found.target) == floor(module.name) and not _may_share(module.name, found.target):
            wrong.append(f"{where}: from a sibling on the same floor")
        elif (room(module.name), room(found.target)) in BLIND:
            wrong.append(f"{where}: this room sees arrays only")
    return wrong


def _may_share(name: str, target: str) -> bool:
    edges = FLOORS[-1]
    return (
        room(name) == room(target) or room(name) in GROUND or (room(name) == "cli" and room(target) in edges)
    )


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
    assert "only an edge" in faults(Module("model.scorer", tmp_path / "scorer.py", "", root))[0]
