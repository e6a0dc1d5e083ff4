"""The recipes of CONTRIBUTING.md, their commands and diffs, and a copy of the tree to try them on."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.house.source import ROOT, project_files

GUIDE = ROOT / "CONTRIBUTING.md"
_BLOCK = re.compile(r"^```(diff|sh)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Step:
    """Commands of a shell (``"sh"``) or changes to files (``"diff"``), as they are printed."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Recipe:
    """A heading of the guide and the steps below it, in order."""

    heading: str
    steps: tuple[Step, ...]


def recipes(text: str) -> dict[str, Recipe]:
    """Every section of a guide that holds a diff, by its heading."""
    found = {}
    for section in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        heading, _, body = section.partition("\n")
        steps = tuple(Step(kind, step) for kind, step in _BLOCK.findall(body))
        if any(step.kind == "diff" for step in steps):
            found[heading.strip()] = Recipe(heading.strip(), steps)
    return found


def copy_of_the_tree(folder: Path) -> Path:
    """Copy every file that belongs to the project, and nothing else, to a repository of its own."""
    tree = folder / "tree"
    for name in project_files():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, tree / name)
    subprocess.run(["git", "init", "--quiet"], cwd=tree, check=True)
    return tree


def perform(recipe: Recipe, tree: Path) -> None:
    """Run the commands of a recipe and apply its diffs, exactly as they are printed and in their order."""
    for number, step in enumerate(recipe.steps, 1):
        if step.kind == "sh":
            done = _run(["bash", "-e", "-c", step.text], tree)
        else:
            done = _run(["git", "apply", "-"], tree, step.text)
        if done.returncode:
            changed = re.findall(r"^\+\+\+ b/(.+)$", step.text, re.MULTILINE) or [step.text.strip()]
            raise AssertionError(
                f"CONTRIBUTING.md, {recipe.heading!r}: block {number} ({', '.join(changed)}) no longer "
                f"applies. Write it anew from the tree as it stands.\n{done.stderr}"
            )


def run_in(tree: Path, *arguments: str, fails: bool = False) -> str:
    """Run Python on the copy and return what it prints; kernels are interpreted, since they are cold.

    Interpreted arithmetic on unsigned numbers warns of the wrap-around that compiled code relies on, and fits
    on few rows say so.
    """
    environment = os.environ | {
        "PYTHONPATH": str(tree),
        "PYTHONWARNINGS": "error,ignore::RuntimeWarning,ignore::UserWarning",
        "NUMBA_DISABLE_JIT": "1",
    }
    done = _run([sys.executable, *arguments], tree, environment=environment)
    if bool(done.returncode) != fails:
        raise AssertionError(f"{' '.join(arguments)[:200]}:\n{(done.stdout + done.stderr)[-4_000:]}")
    return done.stdout


def _run(
    command: list[str], tree: Path, given: str = "", environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=tree, input=given, env=environment, capture_output=True, text=True, check=False
    )
