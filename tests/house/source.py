"""The library's source as syntax trees, for tests that read code instead of running it."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "creditscore"


@dataclass(frozen=True, slots=True)
class Module:
    """One file of the library: its dotted name below the package, its text and its tree."""

    name: str
    path: Path
    text: str
    tree: ast.Module

    def __str__(self) -> str:
        return self.name or "creditscore"


@dataclass(frozen=True, slots=True)
class Import:
    """One imported module, and where: line, and whether inside a function or only for type checkers."""

    target: str
    line: int
    within: str
    for_types_only: bool


def project_files() -> list[str]:
    """Every file that belongs to the project, by its path from the root: what git does not ignore.

    An unpacked archive is no repository; git lists it by the same rules from an empty one beside.
    """
    with TemporaryDirectory() as empty:
        where: list[str] = []
        if not (ROOT / ".git").exists():
            subprocess.run(["git", "init", "--quiet", "--bare", empty], check=True)
            where = [f"--git-dir={empty}", f"--work-tree={ROOT}"]
        listed = subprocess.run(
            ["git", *where, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


@cache
def modules() -> tuple[Module, ...]:
    """Every file of the library; the name of ``creditscore/data/events.py`` is ``data.events``."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        text = path.read_text(encoding="utf-8")
        found.append(Module(name, path, text, ast.parse(text)))
    return tuple(found)


def of_each(chosen: Iterable[Module]) -> Callable[[Callable[[Module], None]], Callable[[str], None]]:
    """Run a test on each of some modules, as one test for each package: thousands of tests cost minutes."""
    packages = {
        name: tuple(some) for name, some in groupby(sorted(chosen, key=_package_first), key=_package_of)
    }

    def decorate(test: Callable[[Module], None]) -> Callable[[str], None]:
        @pytest.mark.parametrize("package", list(packages))
        def of_package(package: str) -> None:
            faults = []
            for module in packages[package]:
                try:
                    test(module)
                except AssertionError as fault:
                    faults.append(f"{module}: {fault}")
            assert not faults, "\n".join(faults)

        of_package.__name__, of_package.__doc__ = test.__name__, test.__doc__
        return of_package

    return decorate


def _package_of(module: Module) -> str:
    return module.name.partition(".")[0] or "creditscore"


def _package_first(module: Module) -> tuple[str, str]:
    return _package_of(module), module.name


def names() -> frozenset[str]:
    """Names of all modules below the package."""
    return frozenset(module.name for module in modules())


def imports(tree: ast.AST, within: str = "", *, for_types_only: bool = False) -> Iterator[Import]:
    """Every import of a tree, deferred ones too."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, node.lineno, within, for_types_only)
        elif isinstance(node, ast.ImportFrom):
            yield from (Import(target, node.lineno, within, for_types_only) for target in _targets(node))
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from imports(node, node.name, for_types_only=for_types_only)
        elif isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            yield from imports(node, within, for_types_only=True)
        else:
            yield from imports(node, within, for_types_only=for_types_only)


def _targets(node: ast.ImportFrom) -> Iterator[str]:
    """``from creditscore.data import raw`` imports ``creditscore.data.door.raw`` where that is a module."""
    base = node.module or ""
    for alias in node.names:
        full = f"{base}.{alias.name}"
        yield full if full.removeprefix("creditscore.") in names() else base


def own_imports(module: Module) -> Iterator[Import]:
    """Imports of the library's own modules, named below the package ("" is the package itself)."""
    for found in imports(module.tree):
        if found.target.partition(".")[0] == "creditscore":
            target = found.target.partition(".")[2]
            yield Import(target, found.line, found.within, found.for_types_only)


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
