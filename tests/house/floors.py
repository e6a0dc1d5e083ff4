"""The floors of the library, from the ground up: tests hold them, the documentation draws them."""

from __future__ import annotations

# A package may import from any lower floor and from itself; packages that share a floor are siblings and do
# not know each other.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("_ground", "errors", "_version"),
    ("words",),
    ("signing",),
    ("transparency",),
    ("data",),
    ("features",),
    ("law",),
    ("graph",),
    ("model", "validation", "segments"),
    ("explain",),
    ("reasons",),
    ("recourse",),
    ("scoring", "policy"),
    ("deciding",),
    ("pipeline",),
    ("assess", "experiments", "monitoring", "streaming"),
    (
        "plots", "datasets", "mappings", "simulate", "gaming", "fraud", "registries", "report", "spark",
        "warehouse",
    ),
    ("verify", "privacy", "dashboard"),
    ("service",),
    ("cli",),
)


def package_of(name: str) -> str:
    """The package of a module named below the library; what starts the command line is part of it."""
    return "cli" if name == "__main__" else name.partition(".")[0]


def floor_of(name: str) -> int:
    """The floor that a module stands on, 0 for the ground."""
    for height, packages in enumerate(FLOORS):
        if package_of(name) in packages:
            return height
    raise AssertionError(f"creditscore.{name} stands on no floor: add its package to FLOORS")
