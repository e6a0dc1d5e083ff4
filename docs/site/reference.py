"""Pages of the reference: every public name with its whole docstring, by the package that it lives in."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# What the packages of public names are about, in the order of the work.
GROUPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "data": ("Tables and what was known", ("data", "datasets", "simulate", "streaming")),
    "features": ("Features", ("features", "warehouse")),
    "graph": ("The social graph", ("graph",)),
    "models": (
        "Models and scores",
        ("model", "pipeline", "registries", "scoring", "explain", "spark"),
    ),
    "validation": ("Validation", ("validation", "assess", "segments", "gaming")),
    "decisions": ("Decisions, prices and offers", ("policy",)),
    "monitoring": ("Monitoring, dashboard, small tests", ("monitoring", "dashboard", "experiments")),
    "reasons": ("Reasons and words", ("reasons", "words")),
    "records": ("Records, signatures and logs", ("deciding", "signing", "transparency")),
    "reports": ("Reports", ("report",)),
    "law": ("Law, privacy and fraud", ("law", "privacy", "fraud")),
    "errors": ("Warnings", ("errors",)),
}


def public() -> dict[str, str]:
    """Every public name of the package, with the module that it is defined in, read without importing it."""
    tree = ast.parse((ROOT / "creditscore" / "__init__.py").read_text(encoding="utf-8"))
    typing = next(node for node in tree.body if isinstance(node, ast.If))
    found = {}
    for node in typing.body:
        if isinstance(node, ast.ImportFrom) and node.module:
            # A module that is public itself is imported from the package.
            whole = node.module == "creditscore"
            found |= {one.name: f"creditscore.{one.name}" if whole else node.module for one in node.names}
    return found


def pages() -> dict[str, str]:
    """Every page of the reference, by where it lies: a directive for each name, which the generator fills."""
    rest = public()
    found = {}
    for group, (title, packages) in GROUPS.items():
        names = sorted(name for name, module in rest.items() if module.split(".")[1] in packages)
        for name in names:
            rest.pop(name)
        entries = "\n\n".join(f"::: creditscore.{name}" for name in names)
        found[f"reference/{group}.md"] = f"# {title}\n\n{entries}\n"
    if rest:
        raise ValueError(f"{sorted(rest)} stand in no group of the reference: add their packages to GROUPS.")
    return found
